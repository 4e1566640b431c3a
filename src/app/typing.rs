//! Typing an answer: while its field is open, keys are text.

use super::popup::{Kind, Popup, TRUST};
use super::quiz::Sitting;
use super::{App, Effect};
use crate::keymap::Key;
use crate::lab::{Order, Source};

impl App {
    pub(super) fn typing(&self) -> bool {
        let Some(popup) = &self.popup else { return self.quizzed().is_some_and(Sitting::is_typed) };
        let kind = Some(&popup.kind);
        matches!(kind, Some(Kind::Answer { .. } | Kind::Trust { .. } | Kind::Note { .. } | Kind::Picker(_)))
    }

    pub(super) fn type_key(&mut self, key: Key) {
        if self.popup.is_none() {
            return self.type_quiz(key);
        }
        if matches!(&self.popup, Some(Popup { kind: Kind::Trust { .. }, .. })) {
            return self.type_trust(key);
        }
        if matches!(&self.popup, Some(Popup { kind: Kind::Note { .. }, .. })) {
            return self.type_note(key);
        }
        if matches!(&self.popup, Some(Popup { kind: Kind::Picker(_), .. })) {
            return self.type_picker(key);
        }
        let Some(Popup { kind: Kind::Answer { check, field }, .. }) = &mut self.popup else { return };
        match key {
            Key::Esc => self.popup = None,
            Key::Ctrl('c') => self.quit(),
            Key::Enter => {
                let typed = field.text.trim().to_owned();
                let Some(Source::Answer(answer)) = self.checks.check(*check).map(|c| &c.source) else { return };
                // A number stands for the choice it numbers.
                let choice = typed.parse::<usize>().ok().and_then(|n| answer.choices.get(n.checked_sub(1)?));
                let value = choice.cloned().unwrap_or(typed);
                let name = self.checks.check(*check).map(|c| c.name.clone());
                if let (Some(check), false) = (name, value.is_empty()) {
                    self.effects.push(Effect::Order(Order::Answer { check, value }));
                    self.popup = None;
                }
            }
            key => {
                field.edit(key);
            }
        }
    }

    /// Typing the word that trusts a lab; arrows scroll what it would do.
    fn type_trust(&mut self, key: Key) {
        let Some(Popup { kind: Kind::Trust { field, .. }, top }) = &mut self.popup else { return };
        match key {
            Key::Esc => self.popup = None,
            Key::Ctrl('c') => self.quit(),
            Key::Enter if TRUST.contains(&field.text.trim()) => {
                self.trust();
                self.confirmed();
            }
            Key::Enter | Key::Down => *top += 1,
            Key::Up => *top = top.saturating_sub(1),
            Key::PageDown => *top += 10,
            Key::PageUp => *top = top.saturating_sub(10),
            Key::Left | Key::Right | Key::Home | Key::End => {
                field.edit(key);
            }
            key => {
                field.edit(key);
                *top = usize::MAX;
            }
        }
        self.clamp_popup();
    }

    pub(super) fn paste(&mut self, pasted: &str) {
        if self.in_shell() {
            return self.shell_paste(pasted);
        }
        match &mut self.popup {
            Some(Popup {
                kind: Kind::Answer { field, .. } | Kind::Trust { field, .. } | Kind::Note { field, .. },
                ..
            }) => field.insert(pasted),
            Some(Popup { kind: Kind::Picker(picker), .. }) => {
                picker.field.insert(pasted);
                self.refresh_picker();
            }
            _ => {
                let typed = self.quizzes.sitting.as_mut().filter(|sitting| sitting.is_typed());
                typed.into_iter().for_each(|sitting| sitting.field.insert(pasted));
            }
        }
    }
}
