//! Text made comparable: one case, one width, and the initials of its syllables beside it.

use super::jamo;

/// Between two places where the offset of a character is noted.
const STEP: usize = 16;
/// What has no initial and is not ASCII.
const OTHER: u8 = 0xff;

/// A text to be searched. Offsets are those of the folded text unless it is said otherwise.
#[derive(Debug, Default)]
pub struct Hay {
    original: String,
    folded: String,
    /// Where the folded text and the original part: an offset of the one and the same place in the other.
    shifts: Vec<(u32, u32)>,
    /// One byte for each character: its initial.
    initials: Vec<u8>,
    /// The offset of each 16th character.
    marks: Vec<u32>,
}

/// A character in one case and width; always one character.
pub fn fold(c: char) -> char {
    match c {
        'A'..='Z' => c.to_ascii_lowercase(),
        '\0'..='\u{7f}' | '가'..='힣' => c,
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(c) - 0xfee0).map_or(c, |narrow| narrow.to_ascii_lowercase())
        }
        _ => {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(one), None) => one,
                _ => c,
            }
        }
    }
}

/// The byte a character has among the initials.
pub fn initial(c: char) -> u8 {
    match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => byte,
        _ => jamo::initial(c).and_then(|n| u8::try_from(128 + n).ok()).unwrap_or(OTHER),
    }
}

impl Hay {
    /// Folds a text in NFC.
    pub fn new(original: String) -> Self {
        let mut hay = Self { folded: String::with_capacity(original.len()), ..Self::default() };
        for (count, (at, c)) in original.char_indices().enumerate() {
            if count % STEP == 0 {
                hay.marks.push(small(hay.folded.len()));
            }
            let (folds, origin) = (fold(c), small(at));
            let here = small(hay.folded.len());
            let (was, came) = hay.shifts.last().copied().unwrap_or((0, 0));
            if here - was != origin - came {
                hay.shifts.push((here, origin));
            }
            hay.folded.push(folds);
            hay.initials.push(initial(folds));
        }
        let (here, origin) = (small(hay.folded.len()), small(original.len()));
        let (was, came) = hay.shifts.last().copied().unwrap_or((0, 0));
        if here - was != origin - came {
            hay.shifts.push((here, origin));
        }
        hay.folded.shrink_to_fit();
        hay.initials.shrink_to_fit();
        hay.original = original;
        hay
    }

    /// The text as it was given.
    pub fn text(&self) -> &str {
        &self.original
    }

    /// The folded text.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// The initials, one byte for each character.
    pub fn initials(&self) -> &[u8] {
        &self.initials
    }

    /// The original of a range of the folded text.
    pub fn original(&self, range: std::ops::Range<usize>) -> &str {
        self.original.get(self.origin(range.start)..self.origin(range.end)).unwrap_or_default()
    }

    /// The same place in the original.
    pub fn origin(&self, at: usize) -> usize {
        let before = self.shifts.partition_point(|(here, _)| *here as usize <= at);
        let (here, origin) = before.checked_sub(1).and_then(|i| self.shifts.get(i)).copied().unwrap_or((0, 0));
        at - here as usize + origin as usize
    }

    /// The place in the folded text of one in the original.
    pub fn place(&self, origin: usize) -> usize {
        let before = self.shifts.partition_point(|(_, there)| *there as usize <= origin);
        let (here, there) = before.checked_sub(1).and_then(|i| self.shifts.get(i)).copied().unwrap_or((0, 0));
        origin - there as usize + here as usize
    }

    /// Bytes it holds.
    pub fn bytes(&self) -> usize {
        self.original.len() + self.folded.len() + self.initials.len() + 4 * self.marks.len() + 8 * self.shifts.len()
    }

    /// The offset of a character by its number.
    pub fn offset(&self, character: usize) -> usize {
        let mark = self.marks.get(character / STEP).map_or(self.folded.len(), |mark| *mark as usize);
        let rest = self.folded.get(mark..).unwrap_or_default();
        rest.char_indices().nth(character % STEP).map_or(self.folded.len(), |(at, _)| mark + at)
    }
}

/// Pages are far below 4 GB.
fn small(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(Hay::new(text.into()).folded(), expected);
    }

    #[test]
    fn case_and_width_are_one() {
        check("Pod는 NODE", "pod는 node");
        check("Ｋ８Ｓ　클러스터", "k8s 클러스터");
        check("ÄÉ Ω", "äé ω");
        check("İ", "İ");
    }

    #[test]
    fn a_range_leads_back_to_the_original() {
        let hay = Hay::new("Ｋ８Ｓ는 Pod ＡB끝".into());
        let at = hay.folded().find("ab끝").unwrap();
        assert_eq!(hay.original(at..at + 5), "ＡB끝");
        assert_eq!(hay.original(0..3), "Ｋ８Ｓ");
    }

    proptest! {
        #[test]
        fn folding_never_panics_and_keeps_every_character(text in any::<String>()) {
            let hay = Hay::new(text.clone());
            prop_assert_eq!(hay.folded().chars().count(), text.chars().count());
            prop_assert_eq!(hay.initials().len(), text.chars().count());
            let again = Hay::new(hay.folded().to_owned());
            prop_assert_eq!(again.folded(), hay.folded());
            for ((n, (at, c)), (origin, whole)) in hay.folded().char_indices().enumerate().zip(text.char_indices()) {
                prop_assert_eq!(hay.offset(n), at);
                prop_assert_eq!(hay.origin(at), origin);
                prop_assert_eq!(hay.place(origin), at);
                prop_assert_eq!(hay.original(at..at + c.len_utf8()), whole.to_string());
            }
            prop_assert_eq!(hay.origin(hay.folded().len()), text.len());
        }
    }
}
