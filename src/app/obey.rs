//! Keys: to the popup if one is open, else by the table to the pane with the focus.

use super::history::Aim;
use super::popup::{self, Asked, Kind, Popup};
use super::{App, Effect, Focus, Panes, checks::Item};
use crate::keymap::{self, Chord, Command, Context, Key};
use crate::lab::Connection;
use crate::text::{self, Role};

impl App {
    /// The contexts whose keys hold now, the nearest first.
    pub fn contexts(&self) -> Vec<Context> {
        match &self.popup {
            // What cannot be done is not asked for.
            Some(open) if self.refused() && !self.typing() && !open.is_of_course() => vec![Context::Popup],
            Some(popup) => vec![popup.context()],
            None => self.contexts_below(),
        }
    }

    fn refused(&self) -> bool {
        matches!(self.checks.connection, Connection::Refused(_))
    }

    /// The contexts of the screen behind a popup.
    pub(super) fn contexts_below(&self) -> Vec<Context> {
        if let Some(sitting) = self.quizzed() {
            // Where an answer is typed, letters are text.
            let anywhere = (!sitting.is_typed()).then_some(Context::Anywhere);
            return std::iter::once(Context::Quiz).chain(anywhere).collect();
        }
        let pane = match self.focus {
            Focus::Tree => Context::Tree,
            Focus::Reader => Context::Reader,
            Focus::Checks => Context::Checks,
            // What holds anywhere holds anywhere else.
            Focus::Shell => return vec![Context::Shell],
        };
        let found = self.found.as_ref().map(|_| Context::Found);
        found.into_iter().chain([pane, Context::Anywhere]).collect()
    }

    /// A key, with what is held down: to the shell as it is, to everything else as what it means.
    pub(super) fn chord(&mut self, chord: Chord) {
        self.checks.fresh.clear();
        if self.in_shell() {
            return self.shell_key(chord);
        }
        match chord.plain() {
            Some(Key::ScrollUp) => self.key(Key::PageUp),
            Some(Key::ScrollDown) => self.key(Key::PageDown),
            Some(key) => self.key(key),
            None => {}
        }
    }

    fn key(&mut self, key: Key) {
        if self.typing() {
            return self.type_key(key);
        }
        let keys = match key {
            Key::Char(c) => text::hangul::keys(c),
            _ => None,
        };
        let Some(keys) = keys else { return self.press(key) };
        self.status = None;
        for key in keys {
            self.press(Key::Char(key));
            if self.typing() || self.in_shell() {
                break; // The rest of the syllable was not meant for the field.
            }
        }
        if !self.hangul_told && self.status.is_none() {
            self.hangul_told = true;
            self.say(Role::Dim, "한글 입력 중에는 한 박자 늦어요 (한/영)");
        }
    }

    fn press(&mut self, key: Key) {
        self.status = None;
        self.start_wanted = false;
        if let Some(command) = keymap::command(&self.contexts(), key) {
            self.obey(command);
        }
    }

    pub(super) fn obey(&mut self, command: Command) {
        if self.list_command(command) {
            return;
        }
        if let Some(popup) = &mut self.popup {
            match command {
                Command::Down => popup.top += 1,
                Command::Up => popup.top = popup.top.saturating_sub(1),
                Command::PageDown => popup.top += 10,
                Command::PageUp => popup.top = popup.top.saturating_sub(10),
                Command::Close => self.popup = None,
                Command::Quit => self.quit(),
                Command::Confirm => self.confirmed(),
                Command::Time => self.timing = !self.timing,
                Command::Hint if popup.aside() => self.hint(),
                Command::Copy => {
                    if let Some(text) = self.popup.as_ref().and_then(|p| popup::command_of(self, p)) {
                        self.checks.copied += 1;
                        self.copy(text);
                    }
                }
                _ => {}
            }
            self.clamp_popup();
            return;
        }
        if self.pane(command) {
            return;
        }
        if self.lesson_command(command) {
            return;
        }
        match command {
            Command::Quit => self.quit(),
            Command::Notes => self.list_notes(),
            Command::Mouse => self.turn_mouse(),
            Command::Redraw => self.effects.push(Effect::Redraw),
            Command::Suspend => {
                self.effects.push(Effect::Suspend);
                if self.mouse_off {
                    self.effects.push(Effect::Mouse(false));
                }
            }
            Command::FocusNext => self.turn(1),
            Command::FocusPrevious => self.turn(2),
            Command::Open => {
                let node = self.tree.selected;
                let branch = self.curriculum.nodes.get(node).is_some_and(|n| !n.children.is_empty());
                if branch
                    && (self.reader.node == Some(node)
                        || self.curriculum.nodes.get(node).is_some_and(|n| n.path.is_none()))
                {
                    self.tree.obey(&self.curriculum, Command::ToggleFold, self.tree_height());
                    return;
                }
                self.tree.unfolded.insert(node);
                self.travel(node, Aim::Resume);
                self.focus = Focus::Reader;
            }
            Command::Why => match self.checks.selected {
                Some(Item::Step(_)) => {
                    self.checks.obey(self.level, Command::ToggleFold);
                }
                _ => {
                    if let Some(check) = self.checks.subject(self.level) {
                        self.open_why(check);
                    }
                }
            },
            Command::HideTree => {
                self.tree.hidden = !self.tree.hidden;
                if self.tree.hidden && self.focus == Focus::Tree {
                    self.focus = Focus::Reader;
                }
            }
            Command::Next => self.next_thing(),
            Command::Shell => self.open_shell(),
            Command::ZoomShell => self.zoom_shell(),
            Command::HideShell => self.hide_shell(),
            Command::Hint => self.hint(),
            Command::Solution => self.solution(),
            Command::Undo => self.undo(),
            Command::Trigger => self.trigger(),
            Command::Review => self.review(),
            Command::Start => self.ask(Asked::Start),
            Command::Play if self.checks.running() => self.open_shell(),
            Command::Play => self.ask(Asked::Play),
            Command::Reset => self.ask(Asked::Reset),
            Command::Stop => self.ask(Asked::Stop),
            Command::Level => self.next_level(),
            Command::Mark => self.mark(),
            Command::Answer => self.answer(),
            Command::Quiz => self.open_quiz(),
            Command::Recall => self.open_recall(),
            Command::Copy => self.copy_next(),
            Command::Help => self.popup = Some(Popup::new(Kind::Help)),
            Command::Find | Command::Outline | Command::Palette => self.pick_from(command),
            Command::NextFound | Command::PreviousFound | Command::EndFound => self.go_found(command),
            _ => {}
        }
    }

    /// Movement within the focused pane; false when the command is not one.
    fn pane(&mut self, command: Command) -> bool {
        match self.focus {
            Focus::Tree => self.tree.obey(&self.curriculum, command, self.tree_height()),
            Focus::Reader if self.quizzes.sitting.is_some() => self.sit(command),
            Focus::Reader => {
                let moved = self.reader.obey(command);
                if moved {
                    self.scrolled();
                    self.note_read();
                }
                moved
            }
            Focus::Checks => self.checks.obey(self.level, command),
            Focus::Shell => false,
        }
    }

    pub(super) fn tree_height(&self) -> usize {
        self.panes().tree.map_or(0, |t| usize::from(Panes::body(t).height))
    }

    pub(super) fn follow_tree(&mut self) {
        self.tree.follow(&self.curriculum, self.tree_height());
    }

    /// The place in the lesson changed: it is saved once it has stood still for a moment.
    pub(super) fn scrolled(&mut self) {
        self.place_at = Some(self.now + 1_500);
    }

    /// Moves the focus among the panes there are.
    fn turn(&mut self, by: usize) {
        let mut ring = vec![Focus::Tree, Focus::Reader, Focus::Checks, Focus::Shell];
        ring.retain(|f| match f {
            Focus::Tree => !self.tree.hidden || self.size.0 < super::panes::WIDE,
            Focus::Reader => true,
            Focus::Checks => self.has_lab(),
            Focus::Shell => self.shell.open,
        });
        let at = ring.iter().position(|f| *f == self.focus).unwrap_or(0);
        let by = if by == 1 { 1 } else { ring.len() - 1 };
        if let Some(focus) = ring.get((at + by) % ring.len()) {
            self.focus = *focus;
        }
        self.follow_tree();
    }

    /// Leaves, once what is to be kept is on its way.
    pub(super) fn quit(&mut self) {
        self.record_place();
        if self.checks.working() || self.shell.playing() {
            self.say(Role::Dim, "하던 일을 멈추고 나가요…");
        }
        self.effects.push(Effect::Quit);
    }

    /// A popup scrolls no further than its last page.
    pub(super) fn clamp_popup(&mut self) {
        let Some(mut open) = self.popup.take_if(|open| !matches!(open.kind, Kind::Picker(_))) else { return };
        let area = super::panes::popup_area(self, &open);
        let rows = popup::rows(self, &open, usize::from(area.width.saturating_sub(4)));
        open.top = open.top.min(rows.len().saturating_sub(usize::from(area.height.saturating_sub(2))));
        self.popup = Some(open);
    }
}
