//! The learner's shell in its pane: whether it is there, what it shows, and where keys and the mouse go while it has the
//! focus. It knows the shell's screen as it was last said, never the shell itself.

mod bytes;
mod handing;
mod view;

use std::sync::Arc;

pub use bytes::{Pointed, paste, pointed, typed};
pub use handing::{Handed, hand, is_for_shell};
pub use view::{Color, Ink, Modes, Run, View, Wanted};

use super::panes::{Panes, Place};
use super::popup::{Kind, Popup};
use super::{App, Effect, Focus, Mouse};
use crate::keymap::{self, Chord, Command, Context, Key};
use crate::lab::Millis;
use crate::text::Role;

/// What is asked of the shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Begin, on a screen of so many columns and rows.
    Start(u16, u16),
    /// Begin the program itself in its place: `lab play` of this lab, which is trusted by its hash.
    Play {
        /// Its id.
        lab: String,
        /// Its hash.
        hash: String,
        /// Columns of the screen.
        columns: u16,
        /// Its rows.
        rows: u16,
    },
    /// These bytes are typed.
    Type(Vec<u8>),
    /// The screen has so many columns and rows now.
    Resize(u16, u16),
    /// Look so many rows further back; less than 0 is forward again, [`isize::MIN`] all the way.
    Scroll(isize),
}

/// What the shell has come to.
#[derive(Clone, Debug)]
pub struct Said {
    /// Its screen.
    pub view: Arc<View>,
    /// It has ended, or could not begin.
    pub end: Option<End>,
}

/// How a program in the pane has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// With which exit code; none for one that a signal ended, or that could not begin.
    pub code: Option<u32>,
    /// A sentence about it.
    pub why: String,
}

/// How the shell is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Life {
    /// Not begun.
    #[default]
    Off,
    /// Running.
    On,
    /// It has ended: a sentence about it.
    Ended(String),
}

/// What follows once a lab runs that is being prepared: its shell is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct After {
    /// The lab.
    pub(super) lab: String,
    /// It is timed.
    pub(super) timed: bool,
}

/// The pane.
#[derive(Debug, Default)]
pub struct Shell {
    /// How the shell is.
    pub life: Life,
    /// The pane is shown.
    pub open: bool,
    /// While it has the focus, the pane has the whole screen.
    pub zoomed: bool,
    /// The screen as it was last said.
    pub view: Arc<View>,
    /// The lab that is being played in the pane, in the shell's place.
    pub(super) played: Option<String>,
    /// What is to follow when a lab runs that is being prepared.
    pub(super) after: Option<After>,
    /// Columns and rows that were last asked for.
    size: (u16, u16),
    /// When a block was typed in.
    handed_at: Option<Millis>,
    /// A block that waits until it is known whether the course is trusted.
    waiting: Option<String>,
}

/// After a block was typed in, an Enter within so many milliseconds is the one held down from the lesson.
const HELD: Millis = 400;
/// Rows that one step of the wheel goes.
const WHEEL: isize = 3;

impl Shell {
    /// It runs.
    pub fn runs(&self) -> bool {
        self.life == Life::On
    }

    /// A lab is being played in the pane.
    pub fn playing(&self) -> bool {
        self.played.is_some()
    }

    /// Where the pane is, given whether it has the focus.
    pub fn place(&self, focused: bool) -> Place {
        match self.open {
            false => Place::Away,
            true if self.zoomed && focused => Place::Whole,
            true => Place::Below,
        }
    }
}

impl App {
    /// Keys go to the shell.
    pub fn in_shell(&self) -> bool {
        self.popup.is_none() && self.focus == Focus::Shell
    }

    /// Shows the shell, begins it where there is none, and goes there.
    pub(super) fn open_shell(&mut self) {
        self.shell.open = true;
        self.focus = Focus::Shell;
        if !self.shell.runs() {
            self.start_shell();
        }
    }

    /// Gives it the whole screen, or its place below the lesson again.
    pub(super) fn zoom_shell(&mut self) {
        self.shell.zoomed = !self.shell.zoomed || self.focus != Focus::Shell;
        self.open_shell();
    }

    /// Puts the pane away; the shell runs on.
    pub(super) fn hide_shell(&mut self) {
        if !std::mem::take(&mut self.shell.open) {
            return self.say(Role::Dim, "보이는 셸이 없어요. t로 열어요");
        }
        if self.focus == Focus::Shell {
            self.focus = Focus::Reader;
        }
    }

    pub(super) fn start_shell(&mut self) {
        self.begin_in_shell(Ask::Start);
    }

    /// Begins a program in the pane, which is shown.
    pub(super) fn begin_in_shell(&mut self, ask: impl FnOnce(u16, u16) -> Ask) {
        self.shell.open = true;
        // A window without room for it grows again.
        let size = self.panes().shell.map(Panes::sheet).map_or((80, 24), |pane| (pane.width, pane.height));
        self.shell.life = Life::On;
        self.shell.view = Arc::default();
        self.shell.size = size;
        self.effects.push(Effect::Shell(ask(size.0, size.1)));
    }

    /// The shell has said something.
    pub(super) fn shell_said(&mut self, said: Said) {
        self.shell.view = said.view;
        if let Some(end) = said.end {
            self.shell.life = Life::Ended(end.why.clone());
            self.play_ended(&end);
        }
    }

    /// The shell's screen is as large as its pane.
    pub(super) fn fit_shell(&mut self) {
        let Some(pane) = self.panes().shell.map(Panes::sheet).filter(|_| self.shell.runs()) else { return };
        let size = (pane.width, pane.height);
        if size != self.shell.size && size.0 > 0 && size.1 > 0 {
            self.shell.size = size;
            self.effects.push(Effect::Shell(Ask::Resize(size.0, size.1)));
        }
    }

    /// A key while the shell has the focus.
    pub(super) fn shell_key(&mut self, chord: Chord) {
        self.status = None;
        let command = Some(chord).filter(|chord| chord.is_plain());
        match command.and_then(|chord| keymap::command(&[Context::Shell], chord.key)) {
            Some(Command::LeaveShell) => self.focus = Focus::Reader,
            Some(Command::PageUp) => self.scroll_shell(self.page()),
            Some(Command::PageDown) => self.scroll_shell(-self.page()),
            _ if !self.shell.runs() => match chord.key {
                Key::Enter => self.start_shell(),
                Key::Char('p' | 'ㅔ') if self.checks.lab.is_some() => self.obey(Command::Play),
                _ => {}
            },
            _ => {
                let held = self.shell.handed_at.is_some_and(|at| self.now - at < HELD);
                if held && chord.key == Key::Enter {
                    return;
                }
                self.shell.handed_at = None;
                self.type_shell(typed(chord, self.shell.view.modes.application_cursor));
            }
        }
    }

    /// Text was pasted while the shell has the focus.
    pub(super) fn shell_paste(&mut self, text: &str) {
        if self.shell.runs() {
            self.type_shell(paste(text, self.shell.view.modes.bracketed_paste));
        }
    }

    /// Types; who types wants to see where.
    fn type_shell(&mut self, bytes: Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        if self.shell.view.back > 0 {
            self.scroll_shell(isize::MIN);
        }
        self.effects.push(Effect::Shell(Ask::Type(bytes)));
    }

    fn page(&self) -> isize {
        isize::from(i16::try_from(self.shell.size.1.saturating_sub(1).max(1)).unwrap_or(1))
    }

    fn scroll_shell(&mut self, by: isize) {
        self.effects.push(Effect::Shell(Ask::Scroll(by)));
    }

    /// The mouse on the shell's pane; false when it is elsewhere.
    pub(super) fn shell_mouse(&mut self, mouse: Mouse, column: u16, row: u16) -> bool {
        let Some(pane) = self.panes().shell.filter(|pane| pane.contains((column, row).into())) else { return false };
        let body = Panes::sheet(pane);
        if mouse == Mouse::Press {
            self.focus = Focus::Shell;
        }
        if !body.contains((column, row).into()) {
            if mouse == Mouse::Press && row < body.y && self.size.0 >= super::panes::WIDE {
                self.shell.zoomed = !self.shell.zoomed;
            }
            return true;
        }
        if !self.shell.runs() {
            return true;
        }
        match pointed(mouse, (column - body.x, row - body.y), self.shell.view.modes) {
            Pointed::Type(bytes) => self.type_shell(bytes),
            Pointed::Scroll(steps) => self.scroll_shell(steps * WHEEL),
            Pointed::Nothing => {}
        }
        true
    }

    /// Enter on a block of the lesson, by its place on the page, types it into the shell.
    pub fn goes_to_shell(&self, code: usize) -> bool {
        self.shell.open
            && self.shell.runs()
            && !self.shell.playing()
            && self.reader.page.code.get(code).is_some_and(is_for_shell)
    }

    /// Types a block of the lesson, once it is known that the course is trusted.
    pub(super) fn hand(&mut self, text: String) {
        if self.trusted_courses.is_none() {
            return self.hand_over(&text);
        }
        self.shell.waiting = Some(text);
        self.effects.push(Effect::Fingerprint);
    }

    /// The hash of the course is known.
    pub(super) fn fingerprint(&mut self, hash: String) {
        let Some(text) = self.shell.waiting.take().filter(|_| self.popup.is_none()) else { return };
        if self.trusted_courses.as_ref().is_none_or(|trusted| trusted.contains(&hash)) {
            return self.hand_over(&text);
        }
        self.popup = Some(Popup::new(Kind::Commands { hash, text }));
    }

    /// The course is trusted as it is now.
    pub(super) fn trust_course(&mut self) {
        let Some(Popup { kind: Kind::Commands { hash, text }, .. }) = self.popup.take() else { return };
        if let Some(trusted) = &mut self.trusted_courses {
            trusted.add(&hash);
        }
        self.effects.push(Effect::Trust(hash));
        self.hand_over(&text);
    }

    /// A block of the lesson goes to the shell, without its last newline: to run it is the learner's own Enter.
    fn hand_over(&mut self, text: &str) {
        match hand(text, self.shell.view.modes) {
            Handed::Typed(bytes) => {
                self.shell.open = true;
                self.focus = Focus::Shell;
                self.shell.handed_at = Some(self.now);
                self.type_shell(bytes);
                self.say(Role::Dim, "셸에 써 두었어요. Enter를 누르면 실행돼요");
            }
            Handed::TooLong => {
                self.copy(text.to_owned());
                self.say(Role::Wait, "지금 셸에는 여러 줄을 한꺼번에 쓸 수 없어서 복사했어요");
            }
        }
    }
}

#[cfg(test)]
mod tests;
