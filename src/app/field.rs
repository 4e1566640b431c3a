//! A text field of one line. Hangul arrives as committed syllables or as loose jamo; either way it ends up composed.

mod compose;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::keymap::Key;
use crate::text::width;

/// What is typed so far, and where the cursor stands (in graphemes).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// The text, NFC.
    pub text: String,
    /// Graphemes before the cursor.
    pub cursor: usize,
    /// What stands before the cursor was typed as loose jamo: what an input method committed is never changed.
    loose: bool,
}

/// The longest text, in bytes: what no answer needs.
const LIMIT: usize = 2000;

impl Field {
    /// A field that holds a text, with the cursor behind it.
    pub fn of(text: &str) -> Self {
        let mut field = Self::default();
        field.insert(text);
        field
    }

    /// The text before and after the cursor.
    pub fn split(&self) -> (String, String) {
        let graphemes: Vec<&str> = self.text.graphemes(true).collect();
        let (before, after) = graphemes.split_at(self.cursor.min(graphemes.len()));
        (before.concat(), after.concat())
    }

    /// What is before and after the cursor in so many cells: the cursor is always in sight, with some of what follows.
    pub fn window(&self, cells: usize) -> (String, String) {
        let (before, after) = self.split();
        // What is behind the cursor gets a third where there is much on both sides.
        let behind = width(&after).min(cells / 3).max(cells.saturating_sub(width(&before)));
        let mut room = cells.saturating_sub(behind.min(width(&after)));
        let mut shown: Vec<&str> = Vec::new();
        for cluster in before.graphemes(true).rev() {
            let Some(rest) = room.checked_sub(width(cluster)) else { break };
            room = rest;
            shown.push(cluster);
        }
        let shown: String = shown.into_iter().rev().collect();
        let mut room = cells.saturating_sub(width(&shown));
        let mut follows = String::new();
        for cluster in after.graphemes(true) {
            let Some(rest) = room.checked_sub(width(cluster)) else { break };
            room = rest;
            follows.push_str(cluster);
        }
        (shown, follows)
    }

    /// Inserts text at the cursor, without its control characters.
    pub fn insert(&mut self, text: &str) {
        self.loose = false;
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

    /// A key was typed: loose jamo are composed with what was typed before them in the same way.
    fn type_char(&mut self, c: char) {
        let (mut before, after) = self.split();
        let joined = if self.loose && compose::is_jamo(c) {
            before.chars().next_back().and_then(|last| compose::join(last, c))
        } else {
            None
        };
        match joined {
            Some(joined) => {
                before.pop();
                before.push_str(&joined);
                self.cursor = before.graphemes(true).count();
                self.text = before + &after;
            }
            None => self.insert(c.encode_utf8(&mut [0; 4])),
        }
        self.loose = compose::is_jamo(c);
    }

    /// Obeys an editing key; false when it is not one.
    pub fn edit(&mut self, key: Key) -> bool {
        if let Key::Char(c) = key {
            self.type_char(c);
            return true;
        }
        self.loose = false;
        let (before, after) = self.split();
        let count = self.text.graphemes(true).count();
        match key {
            Key::Left => self.cursor = self.cursor.saturating_sub(1),
            Key::Right => self.cursor = (self.cursor + 1).min(count),
            Key::WordLeft => self.cursor = word_start(&before),
            Key::WordRight => {
                let blank = after.graphemes(true).take_while(|c| is_blank(c)).count();
                let word = after.graphemes(true).skip(blank).take_while(|c| !is_blank(c)).count();
                self.cursor += blank + word;
            }
            Key::Home | Key::Ctrl('a') => self.cursor = 0,
            Key::End | Key::Ctrl('e') => self.cursor = count,
            Key::Ctrl('u') => *self = Self { text: after, ..Self::default() },
            Key::Ctrl('k') => self.text = before,
            Key::Ctrl('w') => self.erase_to(word_start(&before), &before, &after),
            Key::Backspace | Key::Ctrl('h') => self.erase_to(self.cursor.saturating_sub(1), &before, &after),
            Key::Delete => self.text = before + &after.graphemes(true).skip(1).collect::<String>(),
            _ => return false,
        }
        true
    }

    fn erase_to(&mut self, kept: usize, before: &str, after: &str) {
        self.text = before.graphemes(true).take(kept).collect::<String>() + after;
        // What was parted may join now.
        self.cursor = kept.min(self.text.graphemes(true).count());
    }
}

fn is_blank(cluster: &str) -> bool {
    cluster.chars().all(char::is_whitespace)
}

/// Graphemes before the word that ends the text.
fn word_start(text: &str) -> usize {
    let all: Vec<&str> = text.graphemes(true).collect();
    let blank = all.iter().rev().take_while(|c| is_blank(c)).count();
    let word = all.iter().rev().skip(blank).take_while(|c| !is_blank(c)).count();
    all.len() - blank - word
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

    fn typed(text: &str) -> Vec<Key> {
        text.chars().map(Key::Char).collect()
    }

    #[test]
    fn loose_jamo_are_composed_and_what_was_committed_is_left_alone() {
        check(&typed("ㅎㅏㄴㄱㅡㄹ"), "한글");
        check(&typed("ㅋㅓㄴㅌㅔㅇㅣㄴㅓ"), "컨테이너");
        check(&typed("ㄷㅏㄺㅇㅣ"), "닭이");
        check(&typed("ㄷㅏㄹㄱㅇㅣ"), "닭이");
        check(&typed("ㅋㅌㅇㄴ"), "ㅋㅌㅇㄴ");
        check(&typed("ㅋㅋㅠㅠ"), "ㅋ큐ㅠ");
        check(&typed("가ㅋㅋ"), "가ㅋㅋ");
        check(&[Key::Char('ㄱ'), Key::Left, Key::Right, Key::Char('ㅏ')], "ㄱㅏ");
    }

    #[test]
    fn words_are_moved_over_and_erased() {
        use Key::{Char, Ctrl, Home, WordLeft, WordRight};
        let with = |text: &str, keys: &[Key]| [typed(text), keys.to_vec()].concat();
        check(&with("파드 하나 ", &[Ctrl('w')]), "파드 ");
        check(&with("파드 하나", &[WordLeft, Char('x')]), "파드 x하나");
        check(&with("파드 하나", &[WordLeft, WordLeft, WordLeft, WordRight, Char('x')]), "파드x 하나");
        check(&with("파드 하나", &[WordLeft, Ctrl('k')]), "파드 ");
        check(&with("파드 하나", &[Home, Ctrl('w'), WordRight, WordRight, Ctrl('u')]), "");
        check(&with("e\u{301}👨‍👩‍👧", &[Key::Backspace]), "é");
    }

    #[test]
    fn a_long_text_is_seen_around_its_cursor() {
        #[track_caller]
        fn check(text: &str, lefts: usize, cells: usize, expected: (&str, &str)) {
            let mut field = Field::of(text);
            (0..lefts).for_each(|_| {
                field.edit(Key::Left);
            });
            let (before, after) = field.window(cells);
            assert_eq!((before.as_str(), after.as_str()), expected);
            assert!(width(&before) + width(&after) <= cells);
        }
        check("가나다", 0, 10, ("가나다", ""));
        check("가나다라마바", 0, 7, ("라마바", ""));
        check("가나다라마바", 6, 7, ("", "가나다"));
        check("가나다라마바", 3, 9, ("가나다", "라"));
        check("", 0, 0, ("", ""));
        check("가", 0, 1, ("", ""));
    }
}
