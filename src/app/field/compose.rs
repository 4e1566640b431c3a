//! Loose jamo become syllables, as an input method would compose them.

const INITIALS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const VOWELS: &str = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";
const FINALS: &str = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";
/// Two jamo typed one after the other, and the one they make.
const PAIRS: [&str; 18] = [
    "ㅗㅏㅘ",
    "ㅗㅐㅙ",
    "ㅗㅣㅚ",
    "ㅜㅓㅝ",
    "ㅜㅔㅞ",
    "ㅜㅣㅟ",
    "ㅡㅣㅢ",
    "ㄱㅅㄳ",
    "ㄴㅈㄵ",
    "ㄴㅎㄶ",
    "ㄹㄱㄺ",
    "ㄹㅁㄻ",
    "ㄹㅂㄼ",
    "ㄹㅅㄽ",
    "ㄹㅌㄾ",
    "ㄹㅍㄿ",
    "ㄹㅎㅀ",
    "ㅂㅅㅄ",
];
const FIRST: u32 = 0xac00;

/// What a jamo makes of what was typed as loose jamo just before it; `None` when it stands for itself.
pub fn join(before: char, jamo: char) -> Option<String> {
    let one = |code: Option<char>| code.map(String::from);
    if let Some((initial, vowel, last)) = parts(before) {
        let Some(last) = last else {
            return match pair(vowel, jamo) {
                Some(vowel) => one(syllable(initial, vowel, None)),
                None => one(syllable(initial, vowel, Some(jamo))),
            };
        };
        if VOWELS.contains(jamo) {
            // The final, or its second half, begins the next syllable.
            let (kept, moved) = split(last).map_or((None, last), |(kept, moved)| (Some(kept), moved));
            return Some([syllable(initial, vowel, kept)?, syllable(moved, jamo, None)?].iter().collect());
        }
        return one(syllable(initial, vowel, Some(pair(last, jamo)?)));
    }
    if VOWELS.contains(before) {
        return one(pair(before, jamo).filter(|joined| VOWELS.contains(*joined)));
    }
    one(syllable(before, jamo, None))
}

/// The jamo is one of the two-set keyboard.
pub fn is_jamo(c: char) -> bool {
    ('ㄱ'..='ㅣ').contains(&c)
}

fn at(list: &str, jamo: char) -> Option<u32> {
    list.chars().position(|c| c == jamo).and_then(|at| u32::try_from(at).ok())
}

fn syllable(initial: char, vowel: char, last: Option<char>) -> Option<char> {
    let last = match last {
        Some(last) => at(FINALS, last)? + 1,
        None => 0,
    };
    char::from_u32(FIRST + (at(INITIALS, initial)? * 21 + at(VOWELS, vowel)?) * 28 + last)
}

fn parts(c: char) -> Option<(char, char, Option<char>)> {
    let index = (c as u32).checked_sub(FIRST).filter(|index| *index < 11_172)?;
    let nth = |list: &str, at: u32| list.chars().nth(usize::try_from(at).ok()?);
    let last = (index % 28).checked_sub(1).and_then(|last| nth(FINALS, last));
    Some((nth(INITIALS, index / 588)?, nth(VOWELS, index % 588 / 28)?, last))
}

fn pair(one: char, other: char) -> Option<char> {
    PAIRS.iter().find_map(|pair| {
        let mut pair = pair.chars();
        (pair.next() == Some(one) && pair.next() == Some(other)).then(|| pair.next()).flatten()
    })
}

fn split(joined: char) -> Option<(char, char)> {
    PAIRS.iter().find_map(|pair| {
        let mut pair = pair.chars();
        let halves = pair.next().zip(pair.next())?;
        (pair.next() == Some(joined)).then_some(halves)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: char, jamo: char, expected: Option<&str>) {
        assert_eq!(join(before, jamo).as_deref(), expected, "{before}{jamo}");
    }

    #[test]
    fn jamo_join_as_on_a_two_set_keyboard() {
        check('ㄱ', 'ㅏ', Some("가"));
        check('가', 'ㄱ', Some("각"));
        check('각', 'ㅅ', Some("갃"));
        check('갃', 'ㅏ', Some("각사"));
        check('각', 'ㅏ', Some("가가"));
        check('고', 'ㅏ', Some("과"));
        check('ㅗ', 'ㅏ', Some("ㅘ"));
        check('ㅋ', 'ㅋ', None);
        check('가', 'ㄸ', None);
        check('각', 'ㅋ', None);
        check('ㅠ', 'ㅠ', None);
        check('a', 'ㅏ', None);
        check('힣', 'ㅣ', Some("히히"));
    }
}
