//! The keys behind Hangul: input methods commit syllables, but a key binding is a letter of the two-set layout.

const INITIALS: [&str; 19] =
    ["r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"];
const VOWELS: [&str; 21] =
    ["k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b", "m", "ml", "l"];
const FINALS: [&str; 28] = [
    "", "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q", "qt", "t", "T",
    "d", "w", "c", "z", "x", "v", "g",
];
/// ㄱ (U+3131) to ㅎ (U+314E), compound finals among them.
const CONSONANTS: [&str; 30] = [
    "r", "R", "rt", "s", "sw", "sg", "e", "E", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q", "Q", "qt", "t",
    "T", "d", "w", "W", "c", "z", "x", "v", "g",
];

/// The keys a two-set keyboard was pressed with for a committed syllable, a jamo, a conjoining (NFD) or a halfwidth
/// jamo; upper case is with Shift. `None` when it is not Hangul.
pub fn keys(c: char) -> Option<Vec<char>> {
    let code = c as u32;
    let parts: [&str; 3] = match code {
        0xac00..=0xd7a3 => {
            let index = (code - 0xac00) as usize;
            [*INITIALS.get(index / 588)?, *VOWELS.get(index % 588 / 28)?, *FINALS.get(index % 28)?]
        }
        0x3131..=0x314e => [*CONSONANTS.get((code - 0x3131) as usize)?, "", ""],
        0x314f..=0x3163 => [*VOWELS.get((code - 0x314f) as usize)?, "", ""],
        0x1100..=0x1112 => [*INITIALS.get((code - 0x1100) as usize)?, "", ""],
        0x1161..=0x1175 => [*VOWELS.get((code - 0x1161) as usize)?, "", ""],
        0x11a8..=0x11c2 => [*FINALS.get((code - 0x11a7) as usize)?, "", ""],
        0xffa1..=0xffbe => [*CONSONANTS.get((code - 0xffa1) as usize)?, "", ""],
        0xffc2..=0xffdc => [*VOWELS.get(halfwidth_vowel(code)?)?, "", ""],
        _ => return None,
    };
    Some(parts.concat().chars().collect())
}

/// Halfwidth vowels stand in four groups of six with two empty places between.
fn halfwidth_vowel(code: u32) -> Option<usize> {
    let offset = code - 0xffc2;
    (offset % 8 < 6).then_some((offset / 8 * 6 + offset % 8) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: char, expected: &str) {
        assert_eq!(keys(input).map(String::from_iter).unwrap_or_default(), expected, "{input}");
    }

    #[test]
    fn committed_hangul_gives_its_keys() {
        check('가', "rk");
        check('소', "th");
        check('ㅘ', "hk");
        check('ㄳ', "rt");
        check('ㄲ', "R");
        check('ㅖ', "P");
        check('쀍', "Qnpfr");
        check('힣', "glg");
        check('ㅎ', "g");
        check('ㅣ', "l");
        check('ㅢ', "ml");
    }

    #[test]
    fn decomposed_and_halfwidth_jamo_too() {
        check('\u{1100}', "r");
        check('\u{1112}', "g");
        check('\u{1161}', "k");
        check('\u{1175}', "l");
        check('\u{11a8}', "r");
        check('\u{11c2}', "g");
        check('\u{11aa}', "rt");
        check('\u{ffa1}', "r");
        check('\u{ffbe}', "g");
        check('\u{ffc2}', "k");
        check('\u{ffca}', "u");
        check('\u{ffdc}', "l");
    }

    #[test]
    fn other_letters_are_themselves() {
        for c in ['j', '1', '漢', '\u{3164}', '\u{ffc8}'] {
            assert_eq!(keys(c), None, "{c}");
        }
    }
}
