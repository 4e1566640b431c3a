//! Hangul taken apart and put together, as a two-set keyboard does it.

use crate::text::hangul;

/// The consonants that begin a syllable, in the order of Unicode.
const INITIALS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const VOWELS: &str = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";
/// What ends a syllable; place 0 is nothing.
const FINALS: &str = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";
/// Two jamo that a keyboard joins.
const JOINED: [(char, char, char); 18] = [
    ('ㅗ', 'ㅏ', 'ㅘ'),
    ('ㅗ', 'ㅐ', 'ㅙ'),
    ('ㅗ', 'ㅣ', 'ㅚ'),
    ('ㅜ', 'ㅓ', 'ㅝ'),
    ('ㅜ', 'ㅔ', 'ㅞ'),
    ('ㅜ', 'ㅣ', 'ㅟ'),
    ('ㅡ', 'ㅣ', 'ㅢ'),
    ('ㄱ', 'ㅅ', 'ㄳ'),
    ('ㄴ', 'ㅈ', 'ㄵ'),
    ('ㄴ', 'ㅎ', 'ㄶ'),
    ('ㄹ', 'ㄱ', 'ㄺ'),
    ('ㄹ', 'ㅁ', 'ㄻ'),
    ('ㄹ', 'ㅂ', 'ㄼ'),
    ('ㄹ', 'ㅅ', 'ㄽ'),
    ('ㄹ', 'ㅌ', 'ㄾ'),
    ('ㄹ', 'ㅍ', 'ㄿ'),
    ('ㄹ', 'ㅎ', 'ㅀ'),
    ('ㅂ', 'ㅅ', 'ㅄ'),
];
/// The jamo on the keys a to z.
const KEYS: &str = "ㅁㅠㅊㅇㄷㄹㅎㅗㅑㅓㅏㅣㅡㅜㅐㅔㅂㄱㄴㅅㅕㅍㅈㅌㅛㅋ";
/// The keys that give another jamo with Shift.
const SHIFTED: [(char, char); 7] =
    [('Q', 'ㅃ'), ('W', 'ㅉ'), ('E', 'ㄸ'), ('R', 'ㄲ'), ('T', 'ㅆ'), ('O', 'ㅒ'), ('P', 'ㅖ')];

/// A syllable by its parts: places in the orders of Unicode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syllable {
    pub initial: u32,
    pub vowel: u32,
    pub last: u32,
}

impl Syllable {
    /// The parts of a syllable; `None` for any other character.
    pub fn of(c: char) -> Option<Self> {
        let code = u32::from(c).checked_sub(0xac00).filter(|code| *code < 11_172)?;
        Some(Self { initial: code / 588, vowel: code % 588 / 28, last: code % 28 })
    }

    /// The character.
    pub fn whole(self) -> char {
        char::from_u32(0xac00 + self.initial * 588 + self.vowel * 28 + self.last).unwrap_or('가')
    }

    /// Without its end, and what the next syllable would begin with if the end (or its second half) were its initial:
    /// 텡 is on the way to 테이, 닭 to 달가.
    pub fn split(self) -> Option<(char, u32)> {
        let jamo = FINALS.chars().nth(self.last as usize).filter(|_| self.last > 0)?;
        let (kept, moved) = parted(jamo).map_or((0, jamo), |(one, two)| (place(FINALS, one).unwrap_or(0), two));
        Some((Self { last: kept, ..self }.whole(), place(INITIALS, moved)?))
    }

    /// The last syllable that typing on can make of this one: 테 may become 텧, 고 may become 괗.
    pub fn furthest(self) -> char {
        let vowel = match self.vowel {
            8 => 11,
            13 => 16,
            18 => 19,
            vowel => vowel,
        };
        let last = match self.last {
            0 => 27,
            1 => 3,
            4 => 6,
            8 => 15,
            17 => 18,
            last => last,
        };
        // A vowel can only be joined by another while nothing ends the syllable.
        if self.last == 0 { Self { vowel, last, ..self }.whole() } else { Self { last, ..self }.whole() }
    }
}

/// Which initial a syllable or a lone consonant stands for.
pub fn initial(c: char) -> Option<u32> {
    match c {
        '가'..='힣' => Syllable::of(c).map(|s| s.initial),
        'ㄱ'..='ㅎ' => place(INITIALS, c),
        _ => None,
    }
}

/// A jamo that stands alone.
pub fn is_jamo(c: char) -> bool {
    matches!(c, 'ㄱ'..='ㅣ')
}

/// The two consonants behind one that input methods join although both were meant (ㄳ is ㄱ and ㅅ).
pub fn parted(c: char) -> Option<(char, char)> {
    JOINED.iter().find(|(.., joined)| *joined == c).map(|(one, two, _)| (*one, *two))
}

fn place(order: &str, c: char) -> Option<u32> {
    order.chars().position(|other| other == c).and_then(|at| u32::try_from(at).ok())
}

fn joined(one: char, two: char) -> Option<char> {
    JOINED.iter().find(|(a, b, _)| (*a, *b) == (one, two)).map(|(.., joined)| *joined)
}

/// The jamo on a key.
fn jamo(key: char) -> Option<char> {
    let shifted = SHIFTED.iter().find(|(shifted, _)| *shifted == key).map(|(_, jamo)| *jamo);
    let at = u32::from(key.to_ascii_lowercase()).checked_sub(u32::from('a'));
    shifted.or_else(|| KEYS.chars().nth(at? as usize).filter(|_| key.is_ascii_alphabetic()))
}

/// What a Hangul keyboard would have written with these letters; `None` when one of them is no letter.
pub fn hangul_of(letters: &str) -> Option<String> {
    letters.chars().map(jamo).collect::<Option<Vec<char>>>().map(|jamo| compose(&jamo))
}

/// Loose jamo as syllables.
fn compose(jamo: &[char]) -> String {
    let at = |i: usize| jamo.get(i).copied().unwrap_or(' ');
    let vowel = |i: usize| place(VOWELS, at(i)).is_some();
    let mut out = String::new();
    let mut i = 0;
    while i < jamo.len() {
        let Some(initial) = place(INITIALS, at(i)).filter(|_| vowel(i + 1)) else {
            out.push(at(i));
            i += 1;
            continue;
        };
        let two = joined(at(i + 1), at(i + 2));
        let core = two.unwrap_or(at(i + 1));
        i += if two.is_some() { 3 } else { 2 };
        let mut last = 0;
        if let Some(end) = place(FINALS, at(i)).filter(|end| *end > 0 && !vowel(i + 1)) {
            last = end;
            i += 1;
            if let Some(both) = joined(at(i - 1), at(i)).filter(|_| !vowel(i + 1)) {
                last = place(FINALS, both).unwrap_or(end);
                i += 1;
            }
        }
        out.push(Syllable { initial, vowel: place(VOWELS, core).unwrap_or(0), last }.whole());
    }
    out
}

/// The letters behind Hangul, in lower case; `None` when something else is in it.
pub fn letters_of(text: &str) -> Option<String> {
    let keys: Option<Vec<Vec<char>>> = text.chars().map(hangul::keys).collect();
    keys.map(|keys| keys.concat().iter().map(char::to_ascii_lowercase).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_hangul_on_the_other_keyboard() {
        #[track_caller]
        fn check(letters: &str, expected: &str) {
            assert_eq!(hangul_of(letters).as_deref(), Some(expected));
        }
        check("zjsxpdlsj", "컨테이너");
        check("xkem", "타드");
        check("vkem", "파드");
        check("elvmffhdlajsxm", "디플로이먼트");
        check("rhkwp", "과제");
        check("ekfr", "닭");
        check("ekfrk", "달가");
        check("ekfrrhrl", "닭고기");
        check("Tkdlsd", "싸인ㅇ");
        check("dhk", "와");
        check("zxds", "ㅋㅌㅇㄴ");
        check("pod", "ㅔㅐㅇ");
        check("DML", "의");
        assert_eq!(hangul_of("k8s"), None);
    }

    #[test]
    fn hangul_is_letters_on_the_other_keyboard() {
        assert_eq!(letters_of("ㅔㅐㅇ").as_deref(), Some("pod"));
        assert_eq!(letters_of("ㅇ데ㅣㅐㅛㅡ둣").as_deref(), Some("deployment"));
        assert_eq!(letters_of("파드2"), None);
    }

    #[test]
    fn the_last_syllable_may_become_another() {
        #[track_caller]
        fn check(c: char, furthest: char, split: Option<(char, char)>) {
            let syllable = Syllable::of(c).unwrap();
            assert_eq!(syllable.whole(), c);
            assert_eq!(syllable.furthest(), furthest, "{c}");
            let split_of = syllable.split().map(|(c, i)| (c, INITIALS.chars().nth(i as usize).unwrap()));
            assert_eq!(split_of, split, "{c}");
        }
        check('테', '텧', None);
        check('고', '굏', None);
        check('텡', '텡', Some(('테', 'ㅇ')));
        check('닭', '닭', Some(('달', 'ㄱ')));
        check('달', '닳', Some(('다', 'ㄹ')));
        check('있', '있', Some(('이', 'ㅆ')));
    }
}
