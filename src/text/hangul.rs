//! Stand-in.

/// Two-set keys of a committed syllable.
pub fn keys(c: char) -> Option<Vec<char>> {
    const L: [&str; 19] =
        ["r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"];
    const V: [&str; 21] = [
        "k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b", "m", "ml", "l",
    ];
    const T: [&str; 28] = [
        "", "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q", "qt", "t",
        "T", "d", "w", "c", "z", "x", "v", "g",
    ];
    const J: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
    const W: &str = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";
    if let Some(i) = J.chars().position(|j| j == c) {
        return Some(L[i].chars().collect());
    }
    if let Some(i) = W.chars().position(|j| j == c) {
        return Some(V[i].chars().collect());
    }
    let n = (c as usize).checked_sub(0xAC00).filter(|n| *n < 11172)?;
    Some(format!("{}{}{}", L[n / 588], V[n % 588 / 28], T[n % 28]).chars().collect())
}
