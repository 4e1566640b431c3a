//! Characters that some terminals draw in one cell and some in two: what this one does. It is said once, when the
//! terminal has answered or the learner has told, and holds for the whole process, as the terminal does.

use std::sync::atomic::{AtomicU8, Ordering};

use unicode_width::UnicodeWidthChar;

/// Which characters of ambiguous width take two cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ambiguous {
    /// Box drawing and block elements: `│ ─ ┌ █`. Some terminals keep these narrow when all others are wide.
    pub lines: bool,
    /// All others: `● → ※ … ○ “ ①`.
    pub signs: bool,
}

impl Ambiguous {
    /// All of them take two cells.
    pub const WIDE: Self = Self { lines: true, signs: true };

    /// Some of them take two cells.
    pub fn any(self) -> bool {
        self.lines || self.signs
    }
}

static NOW: AtomicU8 = AtomicU8::new(0);

/// Says what the terminal does. Rows that were laid out before no longer fit.
pub fn set_ambiguous(wide: Ambiguous) {
    NOW.store(u8::from(wide.lines) | u8::from(wide.signs) << 1, Ordering::Relaxed);
}

/// What the terminal does, as far as it is known; narrow until somebody says otherwise.
pub fn ambiguous() -> Ambiguous {
    let now = NOW.load(Ordering::Relaxed);
    Ambiguous { lines: now & 1 != 0, signs: now & 2 != 0 }
}

/// The second cell of a character that takes two here.
pub(super) fn extra(c: char, wide: Ambiguous) -> usize {
    let asked = if matches!(c, '\u{2500}'..='\u{259f}') { wide.lines } else { wide.signs };
    usize::from(asked && c.width() == Some(1) && c.width_cjk() == Some(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_ambiguous_gets_a_second_cell() {
        #[track_caller]
        fn check(text: &str, wide: Ambiguous, expected: usize) {
            for c in text.chars() {
                assert_eq!(extra(c, wide), expected, "{c}");
            }
        }
        check("│─┌█●→※…○①", Ambiguous::WIDE, 1);
        check("aé가漢🚀✓☐\u{301}", Ambiguous::WIDE, 0);
        check("│─┌█", Ambiguous { lines: false, signs: true }, 0);
        check("●→※", Ambiguous { lines: true, signs: false }, 0);
        check("│●", Ambiguous::default(), 0);
    }
}
