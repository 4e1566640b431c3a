//! Typing an answer: while its field is open, keys are text.

use super::popup::{Kind, Popup};
use super::{App, Effect};
use crate::keymap::Key;
use crate::lab::Source;

impl App {
    pub(super) fn typing(&self) -> bool {
        matches!(&self.popup, Some(Popup { kind: Kind::Answer { .. }, .. }))
    }

    pub(super) fn type_key(&mut self, key: Key) {
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
                    self.effects.push(Effect::Answer { check, value });
                    self.popup = None;
                }
            }
            key => {
                field.edit(key);
            }
        }
    }

    pub(super) fn paste(&mut self, pasted: &str) {
        if let Some(Popup { kind: Kind::Answer { field, .. }, .. }) = &mut self.popup {
            field.insert(pasted);
        }
    }
}
