//! A text field of one line. Hangul arrives as committed syllables or as loose jamo; either way it ends up composed.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::keymap::Key;

/// What is typed so far, and where the cursor stands (in graphemes).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// The text, NFC.
    pub text: String,
    /// Graphemes before the cursor.
    pub cursor: usize,
}

/// The longest text, in bytes: what no answer needs.
const LIMIT: usize = 2000;

impl Field {
    /// The text before and after the cursor.
    pub fn split(&self) -> (String, String) {
        let graphemes: Vec<&str> = self.text.graphemes(true).collect();
        let (before, after) = graphemes.split_at(self.cursor.min(graphemes.len()));
        (before.concat(), after.concat())
    }

    /// Inserts text at the cursor, without its control characters.
    pub fn insert(&mut self, text: &str) {
        let (before, after) = self.split();
        let typed: String =
            text.chars().map(|c| if c == '\n' || c == '\t' { ' ' } else { c }).filter(|c| !c.is_control()).collect();
        if self.text.len() + typed.len() > LIMIT {
            return;
        }
        let before: String = format!("{before}{typed}").nfc().collect();
        self.cursor = before.graphemes(true).count();
        self.text = before + &after;
    }

    /// Obeys an editing key; false when it is not one.
    pub fn edit(&mut self, key: Key) -> bool {
        let (before, after) = self.split();
        let count = self.text.graphemes(true).count();
        match key {
            Key::Char(c) => self.insert(&c.to_string()),
            Key::Left => self.cursor = self.cursor.saturating_sub(1),
            Key::Right => self.cursor = (self.cursor + 1).min(count),
            Key::Home | Key::Ctrl('a') => self.cursor = 0,
            Key::End | Key::Ctrl('e') => self.cursor = count,
            Key::Ctrl('u') => *self = Self { text: after, cursor: 0 },
            Key::Backspace | Key::Ctrl('h') => {
                let kept = self.cursor.saturating_sub(1);
                self.text = before.graphemes(true).take(kept).collect::<String>() + &after;
                self.cursor = kept;
            }
            Key::Delete => self.text = before + &after.graphemes(true).skip(1).collect::<String>(),
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(keys: &[Key], expected: &str) {
        let mut field = Field::default();
        for key in keys {
            field.edit(*key);
        }
        assert_eq!(field.text, expected);
    }

    #[test]
    fn hangul_is_composed_and_erased_by_syllable() {
        use Key::{Backspace, Char, Delete, Home, Left};
        check(&[Char('가'), Char('나')], "가나");
        check(&[Char('\u{1100}'), Char('\u{1161}'), Char('\u{11a8}')], "각");
        check(&[Char('가'), Char('나'), Backspace], "가");
        check(&[Char('가'), Char('다'), Left, Char('나')], "가나다");
        check(&[Char('가'), Char('나'), Home, Delete], "나");
        check(&[Backspace, Delete, Left], "");
    }
}
