//! Makes any text safe and unambiguous for a grid of cells. Every authored or foreign text passes here once.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use super::plain::plain;

/// More marks than this on one letter is an attack on the rows above and below, not a language.
const MARKS: usize = 6;
/// Marks with a cell of their own: two keep every letter within four cells.
const SPACING_MARKS: usize = 2;
const ZERO_WIDTH_JOINER: char = '\u{200d}';

/// One line of text in NFC, with controls and escapes as `␛`, bidi and zero-width characters as `‹U+202E›`, a tab as
/// four spaces, jamo that stand alone as letters, and emoji folded to the one form whose width all terminals agree on (no VS16, ZWJ tails, skin tones,
/// keycaps; flags as two letters).
pub fn clean(text: &str) -> Cow<'_, str> {
    let rest = text.get(plain(text).0..).unwrap_or_default();
    if rest.chars().all(by_itself) {
        return Cow::Borrowed(text);
    }
    let composed: Cow<str> = compose(Cow::Borrowed(text));
    if !composed.chars().any(|c| special(c) || conjoining(c) || is_combining_mark(c)) {
        return composed;
    }
    let mut out = String::with_capacity(composed.len());
    for cluster in composed.graphemes(true) {
        fold(cluster, &mut out);
    }
    Cow::Owned(compose(Cow::Owned(out)).into_owned())
}

/// What is a cluster by itself among others of the kind, and is left as it is.
pub(super) fn by_itself(c: char) -> bool {
    matches!(c, ' '..='~' | '가'..='힣') || alone(c)
}

/// Letters, punctuation and signs that nothing joins, and that cleaning leaves as they are.
pub(super) fn alone(c: char) -> bool {
    matches!(c,
        '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}'
        | '\u{2190}'..='\u{2328}' | '\u{232b}'..='\u{2adb}' | '\u{2add}'..='\u{2bff}' | '\u{3001}'..='\u{3029}' | '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30ff}' | '\u{3131}'..='\u{3163}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ff01}'..='\u{ff60}' | '\u{1f300}'..='\u{1f3fa}' | '\u{1f400}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1faff}')
}

fn compose(text: Cow<'_, str>) -> Cow<'_, str> {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes { text } else { Cow::Owned(text.nfc().collect()) }
}

fn special(c: char) -> bool {
    c == '\t' || invisible(c) || dropped(c) || symbol(c).is_some() || regional(c).is_some() || skin(c)
}

fn skin(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

/// What only modifies the character before it.
fn dropped(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{20e3}')
}

fn symbol(c: char) -> Option<char> {
    match c {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + c as u32),
        '\u{7f}' => Some('␡'),
        '\u{2028}' | '\u{2029}' | '\u{85}' => Some('␤'),
        _ => None,
    }
}

/// Bidi controls, joiners, fillers and other characters that draw nothing yet change what is read.
fn invisible(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

fn regional(c: char) -> Option<char> {
    (c as u32).checked_sub(0x1f1e6).filter(|n| *n < 26).and_then(|n| char::from_u32(u32::from(b'A') + n))
}

/// Vowels and finals that a terminal draws onto the syllable before them, in no cell of their own.
fn conjoining(c: char) -> bool {
    matches!(c, '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}')
}

/// The letter for a vowel or final that has no syllable to stand on.
fn letter(c: char) -> Option<char> {
    const FINALS: &str = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";
    match c {
        '\u{1161}'..='\u{1175}' => char::from_u32(c as u32 - 0x1161 + 0x314f),
        '\u{119e}' => Some('ㆍ'),
        '\u{11a8}'..='\u{11c2}' => FINALS.chars().nth((c as u32 - 0x11a8) as usize),
        _ => None,
    }
}

/// Scripts in which joiners choose the shape of letters.
fn joined(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{10ff}' | '\u{1780}'..='\u{18af}')
}

fn fold(cluster: &str, out: &mut String) {
    let (mut base, mut marks) = (None, 0);
    let mut chars = cluster.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        if c == '\t' {
            out.push_str("    ");
        } else if let Some(shown) = symbol(c).or_else(|| regional(c)) {
            out.push(shown);
        } else if dropped(c) || (base.is_some() && (skin(c) || matches!(c, '\u{e0020}'..='\u{e007f}'))) {
            continue;
        } else if c == ZERO_WIDTH_JOINER && base.is_some_and(|base| base as u32 >= 0x2190) {
            if next.is_some_and(|next| next as u32 >= 0x2190) {
                return;
            }
            continue;
        } else if matches!(c, '\u{200c}' | ZERO_WIDTH_JOINER) && base.is_some_and(joined) {
            continue;
        } else if filler(c) && (base.is_some() || next.is_some_and(conjoining)) {
            // What it held apart stands alone.
            base = None;
            continue;
        } else if invisible(c) {
            visible(c, out);
        } else if conjoining(c) && !base.is_some_and(initial) {
            match letter(c) {
                Some(letter) => out.push(letter),
                None => visible(c, out),
            }
        } else if conjoining(c) || is_combining_mark(c) {
            let spacing = c.width() != Some(0);
            if base.is_none() && !spacing {
                out.push('◌');
            }
            if marks < if spacing { SPACING_MARKS } else { MARKS } {
                out.push(c);
            }
            marks += 1;
        } else {
            out.push(c);
            // A mark on a space would be left alone where a row breaks at it.
            base = (!c.is_whitespace()).then_some(c);
            continue;
        }
        base = base.or(Some(c));
    }
}

/// What a vowel and a final are drawn onto.
fn initial(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115e}' | '\u{a960}'..='\u{a97c}' | '가'..='힣')
}

/// A character that draws nothing, by its number.
fn visible(c: char, out: &mut String) {
    // Writing to a string does not fail.
    let _ = write!(out, "‹U+{:04X}›", u32::from(c));
}

/// Holds the place of an initial or a vowel that is not there.
fn filler(c: char) -> bool {
    matches!(c, '\u{115f}' | '\u{1160}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(input: &str, expected: &str) {
        assert_eq!(clean(input), expected);
    }

    #[test]
    fn text_becomes_safe_for_cells() {
        check("Pod는 노드에서 돌아요.", "Pod는 노드에서 돌아요.");
        check("\u{1112}\u{1161}\u{11ab}", "한");
        check("a\tb", "a    b");
        check("\x1b[31m빨강\x1b]0;제목\x07", "␛[31m빨강␛]0;제목␇");
        check("\u{9b}31m\r\n", "‹U+009B›31m␍␊");
        check("a\u{202e}b\u{2066}c", "a‹U+202E›b‹U+2066›c");
        check("kube\u{200b}ctl kube\u{200d}ctl", "kube‹U+200B›ctl kube‹U+200D›ctl");
        check("\u{feff}a\u{ad}b\u{3164}", "‹U+FEFF›a‹U+00AD›b‹U+3164›");
        check("می\u{200c}خواهم", "میخواهم");
    }

    #[test]
    fn emoji_are_folded_to_the_form_terminals_agree_on() {
        check("⚠️ 주의", "⚠ 주의");
        check("🛠️ Lab", "🛠 Lab");
        check("👩🏽‍💻 개발자", "👩 개발자");
        check("1️⃣ 첫째", "1 첫째");
        check("🇰🇷", "KR");
        check("👨‍👩‍👧", "👨");
        check("🏴\u{e0067}\u{e0062}\u{e007f}", "🏴");
    }

    #[test]
    fn jamo_become_syllables_or_stand_as_letters() {
        check("\u{1100}\u{1161}\u{11a8}", "각");
        check("가\u{11a8}", "각");
        check("\u{1112}\u{119e}\u{11ab}", "\u{1112}\u{119e}\u{11ab}");
        check("\u{1161}", "ㅏ");
        check("a\u{11ab}", "aㄴ");
        check("\u{115f}\u{1161}", "ㅏ");
        check("\u{1100}\u{1160}\u{11a8}", "\u{1100}ㄱ");
        check("\u{115f}", "‹U+115F›");
        check("\u{11f0}", "‹U+11F0›");
        check("\u{1161}\u{11a8}", "ㅏㄱ");
        check(&format!("가{}", "\u{11f0}".repeat(99)), &format!("가{}", "\u{11f0}".repeat(6)));
    }

    #[test]
    fn other_scripts_and_variants_keep_their_letters() {
        check("葛\u{e0100}城", "葛城");
        check("עברית عربي", "עברית عربي");
        check("Tiếng Việt", "Tiếng Việt");
        check("क्षत्रिय", "क्षत्रिय");
        check("⌚\u{fe0e} ❤\u{fe0f}\u{200d}🔥", "⌚ ❤");
    }

    #[test]
    fn stacked_and_stray_marks_are_tamed() {
        check("\u{301}a", "◌\u{301}a");
        check("a \u{301}b", "a ◌\u{301}b");
        check(&format!("z{}", "\u{334}".repeat(50)), &format!("z{}", "\u{334}".repeat(6)));
    }

    #[test]
    fn what_stands_alone_needs_no_cleaning() {
        for c in (' '..=char::MAX).filter(|c| alone(*c)) {
            assert!(
                !special(c)
                    && !conjoining(c)
                    && !is_combining_mark(c)
                    && is_nfc_quick([c].into_iter()) == IsNormalized::Yes,
                "{c:?}"
            );
            assert_eq!(c.to_string().graphemes(true).count(), 1);
        }
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(text in any::<String>()) {
            let once = clean(&text).into_owned();
            prop_assert_eq!(clean(&once).into_owned(), once);
        }

        #[test]
        fn nothing_invisible_survives(text in "[a가\u{1100}\u{115f}-\u{1161}\u{11a8}\u{11f0}\u{0}-\u{1f}\u{7f}-\u{9f}\u{200b}-\u{2064}\u{fe0f}\u{300}\u{1f468}\u{1f1e6}\u{e0020}]{0,30}") {
            prop_assert!(!clean(&text).chars().any(|c| c.is_control() || special(c)));
        }
    }
}
