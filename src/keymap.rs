//! The one table of keys: what the program obeys, what the footer shows and what the help says all come from here.
//! It never knows the state of the program.

mod table;

pub use table::KEYS;

/// A key as pressed, free of any terminal library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A character, shifted as it came.
    Char(char),
    /// Control and a letter.
    Ctrl(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Shift and Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// A word to the left (Ctrl or Alt and the arrow).
    WordLeft,
    /// A word to the right.
    WordRight,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Page up with Shift held down.
    ScrollUp,
    /// Page down with Shift held down.
    ScrollDown,
    /// Insert.
    Insert,
    /// Home.
    Home,
    /// End.
    End,
    /// A function key.
    F(u8),
}

impl Key {
    /// What the key is called on screen; words instead of signs when `ascii`.
    pub fn label(self, ascii: bool) -> String {
        let (sign, word) = match self {
            Self::Char(' ') => return "Space".into(),
            Self::Char(c) => return c.into(),
            Self::Ctrl(c) => return format!("Ctrl-{}", c.to_ascii_uppercase()),
            Self::F(n) => return format!("F{n}"),
            Self::Enter => ("⏎", "Enter"),
            Self::Esc => ("Esc", "Esc"),
            Self::Tab => ("Tab", "Tab"),
            Self::BackTab => ("Shift-Tab", "Shift-Tab"),
            Self::Backspace => ("⌫", "Backspace"),
            Self::Delete => ("Del", "Del"),
            Self::Up => ("↑", "Up"),
            Self::Down => ("↓", "Down"),
            Self::Left => ("←", "Left"),
            Self::Right => ("→", "Right"),
            Self::WordLeft => ("Ctrl-←", "Ctrl-Left"),
            Self::WordRight => ("Ctrl-→", "Ctrl-Right"),
            Self::PageUp => ("PgUp", "PgUp"),
            Self::PageDown => ("PgDn", "PgDn"),
            Self::ScrollUp => ("Shift-PgUp", "Shift-PgUp"),
            Self::ScrollDown => ("Shift-PgDn", "Shift-PgDn"),
            Self::Insert => ("Ins", "Ins"),
            Self::Home => ("Home", "Home"),
            Self::End => ("End", "End"),
        };
        if ascii { word.into() } else { sign.into() }
    }
}

/// A key and what is held down with it, for who passes keys on rather than obeying them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chord {
    /// The key; of a letter with Control this is [`Key::Ctrl`].
    pub key: Key,
    /// Shift, where it does not make another character.
    pub shift: bool,
    /// Alt.
    pub alt: bool,
    /// Control, where it does not make [`Key::Ctrl`].
    pub control: bool,
}

impl Chord {
    /// A key with nothing held down.
    pub fn of(key: Key) -> Self {
        Self { key, shift: false, alt: false, control: false }
    }

    /// Nothing is held down.
    pub fn is_plain(self) -> bool {
        self == Self::of(self.key)
    }

    /// What it means as a single key; none for what nothing here obeys.
    pub fn plain(self) -> Option<Key> {
        match self.key {
            Key::Left if self.control || self.alt => Some(Key::WordLeft),
            Key::Right if self.control || self.alt => Some(Key::WordRight),
            _ if self.alt => None,
            key => Some(key),
        }
    }
}

/// Where a binding holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// With no popup open, whatever has the focus.
    Anywhere,
    /// The tree has the focus.
    Tree,
    /// The lesson has the focus.
    Reader,
    /// The checks have the focus.
    Checks,
    /// The shell has the focus: every other key is the shell's.
    Shell,
    /// A popup that only shows something.
    Popup,
    /// A popup that asks yes or no.
    Confirm,
    /// The list of notes and bookmarks.
    Notes,
    /// A list that is typed into.
    Picker,
    /// What was found is marked in the lesson.
    Found,
    /// A quiz is open in the lesson's pane.
    Quiz,
}

impl Context {
    /// The heading in the help.
    pub fn title(self) -> &'static str {
        match self {
            Self::Anywhere => "어디서나",
            Self::Tree => "과정",
            Self::Reader => "학습",
            Self::Checks => "확인",
            Self::Shell => "셸",
            Self::Popup => "창",
            Self::Confirm => "물음",
            Self::Notes => "메모와 책갈피",
            Self::Picker => "목록",
            Self::Found => "찾은 곳",
            Self::Quiz => "퀴즈",
        }
    }
}

/// What can be asked of the program by a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Leave.
    Quit,
    /// Give the terminal back for a while.
    Suspend,
    /// Draw the whole screen anew.
    Redraw,
    /// The next pane.
    FocusNext,
    /// The pane before.
    FocusPrevious,
    /// One row or item down.
    Down,
    /// One row or item up.
    Up,
    /// One page down.
    PageDown,
    /// One page up.
    PageUp,
    /// To the first row.
    Top,
    /// To the last row.
    Bottom,
    /// The next heading.
    NextHeading,
    /// The heading before.
    PreviousHeading,
    /// Fold, or go to the parent.
    Fold,
    /// Unfold, or go to the first child.
    Unfold,
    /// Fold or unfold.
    ToggleFold,
    /// Open what is selected.
    Open,
    /// Why the selected check stands as it does.
    Why,
    /// Hide or show the tree.
    HideTree,
    /// The next thing to do.
    Next,
    /// A hint, one level further each time.
    Hint,
    /// The reference solution, step by step.
    Solution,
    /// Pull the trigger of a check.
    Trigger,
    /// Back to the last green moment.
    Undo,
    /// Look back on the lab: the score.
    Review,
    /// Time the lab that is about to be started, or do not.
    Time,
    /// Start the lab.
    Start,
    /// Everything a lab needs, from its cluster to its shell.
    Play,
    /// Reset the lab.
    Reset,
    /// Stop the lab.
    Stop,
    /// The next level.
    Level,
    /// Mark a check that only a person can tell.
    Mark,
    /// Answer a question.
    Answer,
    /// The quiz of the lesson.
    Quiz,
    /// What was missed or is old, of the whole course.
    Recall,
    /// A choice by its number.
    Choose(u8),
    /// The choice under the cursor.
    Pick,
    /// Copy a command or code block.
    Copy,
    /// Back to the place that a jump led away from.
    Back,
    /// Forward again.
    Forward,
    /// The next link, fold, task or code block of the lesson.
    NextOfThings,
    /// The one before.
    PreviousOfThings,
    /// Act on it.
    Act,
    /// Fold or unfold all that can be folded in the lesson.
    Folds,
    /// Wrap long lines of code, or keep each to its row.
    Wrap,
    /// Push what is wider than the pane aside.
    PanRight,
    /// And back.
    PanLeft,
    /// A note on the line.
    Note,
    /// A bookmark on the line.
    Bookmark,
    /// All notes and bookmarks.
    Notes,
    /// The mouse on or off.
    Mouse,
    /// All keys.
    Help,
    /// Close the popup; else clear the message.
    Close,
    /// Yes.
    Confirm,
    /// Search the course.
    Find,
    /// Search the whole course, or the open lesson alone.
    Scope,
    /// The next place that was found in the lesson.
    NextFound,
    /// The place before.
    PreviousFound,
    /// What was found is marked no more.
    EndFound,
    /// The headings of the lesson.
    Outline,
    /// Everything that can be done.
    Palette,
    /// Open the shell, and go there.
    Shell,
    /// Give the shell the whole screen.
    ZoomShell,
    /// Put the shell's pane away.
    HideShell,
    /// From the shell to the lesson.
    LeaveShell,
}

/// One row of the table.
#[derive(Debug)]
pub struct Binding {
    /// Where it holds.
    pub context: Context,
    /// The keys, the one to show first.
    pub keys: &'static [Key],
    /// What they do.
    pub command: Command,
    /// The word in the footer; empty for what only the help shows.
    pub word: &'static str,
    /// The sentence in the help; empty for what explains itself.
    pub sentence: &'static str,
}

/// The command a key stands for, the first of the contexts that knows it deciding.
pub fn command(contexts: &[Context], key: Key) -> Option<Command> {
    contexts
        .iter()
        .find_map(|context| KEYS.iter().find(|b| b.context == *context && b.keys.contains(&key)).map(|b| b.command))
}

/// The bindings that have a word for the footer, in the order of the contexts, then of the table.
pub fn footer<'a>(contexts: &'a [Context]) -> impl Iterator<Item = &'static Binding> + 'a {
    contexts.iter().flat_map(|context| KEYS.iter().filter(move |b| b.context == *context && !b.word.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(contexts: &[Context], key: Key, expected: Option<Command>) {
        assert_eq!(command(contexts, key), expected);
    }

    #[test]
    fn the_focused_pane_decides_before_what_holds_anywhere() {
        let checks = [Context::Checks, Context::Anywhere];
        let tree = [Context::Tree, Context::Anywhere];
        check(&checks, Key::Enter, Some(Command::Why));
        check(&tree, Key::Enter, Some(Command::Open));
        check(&tree, Key::Char('q'), Some(Command::Quit));
        check(&tree, Key::Char('~'), None);
    }

    #[test]
    fn no_context_binds_a_key_twice() {
        for (i, one) in KEYS.iter().enumerate() {
            for other in KEYS.iter().skip(i + 1).filter(|b| b.context == one.context) {
                for key in one.keys {
                    assert!(!other.keys.contains(key), "{key:?} is bound twice in {:?}", one.context);
                }
            }
        }
    }

    #[test]
    fn every_letter_can_be_reached_in_hangul_mode() {
        let typed: Vec<char> = "ㅁㅠㅊㅇㄷㄹㅎㅗㅑㅓㅏㅣㅡㅜㅐㅔㅂㄱㄴㅅㅕㅍㅈㅌㅛㅋ"
            .chars()
            .flat_map(|c| crate::text::hangul::keys(c).unwrap())
            .collect();
        for binding in KEYS {
            for key in binding.keys {
                if let Key::Char(c) = key
                    && c.is_ascii_lowercase()
                {
                    assert!(typed.contains(c), "{c}");
                }
            }
        }
    }
}
