//! One typed word: everything it may mean, and where a text holds it.

use std::ops::Range;

use memchr::memmem::Finder;
use unicode_normalization::UnicodeNormalization as _;

use super::fuzzy::Fuzzy;
use super::hay::{self, Hay};
use super::jamo::{self, Syllable};

/// What one character of a word may be in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// Itself.
    Exact(char),
    /// Any syllable that begins so, or the consonant itself.
    Initial(u32),
    /// Any syllable from one to another: what typing on can make of it.
    Between(char, char),
}

/// How near a match is to what was typed; the nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// As typed.
    Same,
    /// By initials, or on the way to it.
    Partly,
    /// By the letters of the other keyboard.
    Keyboard,
}

/// One meaning of a word.
#[derive(Clone, Debug)]
struct Form {
    units: Vec<Unit>,
    nearness: Nearness,
    /// Finds the exact beginning in the folded text, else all the initials.
    finder: Finder<'static>,
    by_initials: bool,
}

/// A word with all its meanings.
#[derive(Clone, Debug)]
pub struct Word {
    folded: String,
    forms: Vec<Form>,
}

/// A place where a word is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// In the folded text.
    pub range: Range<usize>,
    /// How near it is to what was typed.
    pub nearness: Nearness,
    /// It begins a word.
    pub begins: bool,
    /// It ends a word, particles aside.
    pub ends: bool,
}

impl Match {
    /// The nearer to what was typed, the more; whole words before beginnings, beginnings before insides.
    pub fn weight(&self) -> u32 {
        let place = match (self.begins, self.ends) {
            (true, true) => 2,
            (true, false) => 1,
            _ => 0,
        };
        match self.nearness {
            Nearness::Same => [20, 40, 60],
            Nearness::Partly => [8, 30, 45],
            Nearness::Keyboard => [2, 25, 40],
        }
        .get(place)
        .copied()
        .unwrap_or(0)
    }
}

/// Everything typed into a search.
#[derive(Clone, Debug, Default)]
pub struct Query {
    words: Vec<Word>,
    text: String,
}

impl Query {
    /// Reads what was typed. While it is being `typed`, the last word's last syllable may become another.
    pub fn new(typed: &str, typing: bool) -> Self {
        let text: String = typed.nfc().collect();
        let all: Vec<&str> = text.split_whitespace().collect();
        let last = all.len().saturating_sub(1);
        let words = all.iter().enumerate().map(|(i, word)| Word::new(word, typing && i == last)).collect();
        Self { words, text: all.join(" ") }
    }

    /// Nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The words.
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// What was typed, words parted by one space.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Every place of any of the words, in order, none over another: byte ranges of the original.
    pub fn ranges(&self, hay: &Hay) -> Vec<Range<usize>> {
        let whole = 0..hay.folded().len();
        let mut all: Vec<Match> = self.words.iter().flat_map(|word| word.matches(hay, &whole, usize::MAX)).collect();
        apart(&mut all);
        all.into_iter().map(|m| hay.origin(m.range.start)..hay.origin(m.range.end)).collect()
    }
}

/// Orders matches and drops those that lie on others: the nearer and the longer stay.
pub fn apart(all: &mut Vec<Match>) {
    if all.is_sorted_by(|a, b| a.range.end <= b.range.start) {
        return;
    }
    all.sort_by(|a, b| {
        let key = |m: &Match| (m.range.start, m.nearness, std::cmp::Reverse(m.range.end));
        key(a).cmp(&key(b))
    });
    let mut end = 0;
    all.retain(|m| {
        let free = m.range.start >= end;
        if free {
            end = m.range.end;
        }
        free
    });
}

impl Word {
    fn new(word: &str, typing: bool) -> Self {
        let folded: String = word.chars().map(hay::fold).collect();
        let mut forms = Vec::new();
        forms.extend(forms_of(&folded, typing).into_iter().map(|units| (units, Nearness::Partly)));
        // Two consonants are two initials before they are two letters.
        let least = if folded.chars().all(|c| ('ㄱ'..='ㅎ').contains(&c)) { 3 } else { 2 };
        if let Some(letters) = jamo::letters_of(&folded).filter(|letters| letters.len() >= least) {
            forms.push((letters.chars().map(Unit::Exact).collect(), Nearness::Keyboard));
        }
        // Shift makes another jamo, Caps Lock does not.
        let mut hangul: Vec<String> = [word, &folded].into_iter().filter_map(jamo::hangul_of).collect();
        hangul.dedup();
        for hangul in hangul.iter().filter(|hangul| plausible(hangul)) {
            forms.extend(forms_of(hangul, typing).into_iter().map(|units| (units, Nearness::Keyboard)));
        }
        Self { forms: forms.into_iter().filter_map(|(units, nearness)| Form::new(units, nearness)).collect(), folded }
    }

    /// Its places within a range, at most so many for each of its meanings; in order, none over another.
    pub fn matches(&self, hay: &Hay, within: &Range<usize>, most: usize) -> Vec<Match> {
        let mut all = Vec::new();
        for form in &self.forms {
            let mut left = most;
            form.each(hay, within, &mut |range| {
                all.push(self.judge(hay.folded(), range, form.nearness));
                left -= 1;
                left > 0
            });
        }
        apart(&mut all);
        all
    }

    fn judge(&self, folded: &str, range: Range<usize>, nearness: Nearness) -> Match {
        let before = folded.get(..range.start).and_then(|s| s.chars().next_back());
        let after = folded.get(range.end..).and_then(|s| s.chars().next());
        let inner = folded.get(range.clone()).unwrap_or_default();
        // Letters of two scripts are two words: Pod는.
        let joins = |one: Option<char>, two: Option<char>| {
            one.zip(two)
                .is_some_and(|(a, b)| a.is_alphanumeric() && b.is_alphanumeric() && a.is_ascii() == b.is_ascii())
        };
        let begins = !joins(before, inner.chars().next());
        let ends = !joins(inner.chars().next_back(), after);
        let nearness = if inner == self.folded { Nearness::Same } else { nearness };
        Match { range, nearness, begins, ends }
    }
}

/// Syllables are in it and no lone vowels, or it is three initials and more.
fn plausible(hangul: &str) -> bool {
    let count = hangul.chars().count();
    let vowel = hangul.chars().any(|c| ('ㅏ'..='ㅣ').contains(&c));
    let syllables = hangul.chars().filter(|c| Syllable::of(*c).is_some()).count();
    !vowel && (syllables > 0 && count - syllables <= syllables + 1 || syllables == 0 && count > 2)
}

/// A word as units, and as it would be if its last consonant began another syllable.
fn forms_of(word: &str, typing: bool) -> Vec<Vec<Unit>> {
    let mut units = Vec::new();
    for c in word.chars() {
        // What input methods join (ㄳ) was typed as two.
        let parts = jamo::parted(c).filter(|_| ('ㄱ'..='ㅎ').contains(&c));
        for c in parts.map_or(vec![c], |(one, two)| vec![one, two]) {
            let lone = jamo::is_jamo(c).then(|| jamo::initial(c)).flatten();
            units.push(lone.map_or(Unit::Exact(c), Unit::Initial));
        }
    }
    let Some((Unit::Exact(last), rest)) = units.split_last() else { return vec![units] };
    let Some(syllable) = Syllable::of(*last).filter(|_| typing) else { return vec![units] };
    let turned = match syllable.furthest() {
        same if same == *last => Unit::Exact(same),
        furthest => Unit::Between(*last, furthest),
    };
    let on_the_way = [rest, &[turned]].concat();
    let next = syllable.split().map(|(open, next)| [rest, &[Unit::Exact(open), Unit::Initial(next)]].concat());
    [on_the_way].into_iter().chain(next).collect()
}

impl Form {
    fn new(units: Vec<Unit>, nearness: Nearness) -> Option<Self> {
        let exact = |unit: &Unit| if let Unit::Exact(c) = unit { Some(*c) } else { None };
        let lead: String = units.iter().map_while(exact).collect();
        let by_initials = lead.is_empty();
        let needle: Vec<u8> = match by_initials {
            true => units.iter().map(Unit::initial).collect(),
            false => lead.into_bytes(),
        };
        (!needle.is_empty()).then(|| Self { units, nearness, finder: Finder::new(&needle).into_owned(), by_initials })
    }

    /// Calls with every place within a range, until it is told to stop.
    fn each(&self, hay: &Hay, within: &Range<usize>, found: &mut dyn FnMut(Range<usize>) -> bool) {
        let text = hay.folded();
        if !self.by_initials {
            let Some(part) = text.get(within.clone()) else { return };
            for at in self.finder.find_iter(part.as_bytes()) {
                let start = within.start + at;
                if let Some(end) = self.end(text, start).filter(|end| *end <= within.end)
                    && !found(start..end)
                {
                    return;
                }
            }
        } else if *within == (0..text.len()) {
            for at in self.finder.find_iter(hay.initials()) {
                let start = hay.offset(at);
                if let Some(end) = self.end(text, start)
                    && !found(start..end)
                {
                    return;
                }
            }
        } else {
            let Some(part) = text.get(within.clone()) else { return };
            for (at, _) in part.char_indices() {
                let start = within.start + at;
                if let Some(end) = self.end(text, start).filter(|end| *end <= within.end)
                    && !found(start..end)
                {
                    return;
                }
            }
        }
    }

    /// Where it ends if it begins here.
    fn end(&self, text: &str, start: usize) -> Option<usize> {
        let mut chars = text.get(start..)?.chars();
        let mut end = start;
        for unit in &self.units {
            let c = chars.next().filter(|c| unit.is(*c))?;
            end += c.len_utf8();
        }
        Some(end)
    }
}

impl Unit {
    fn is(self, c: char) -> bool {
        match self {
            Self::Exact(own) => own == c,
            Self::Initial(own) => jamo::initial(c) == Some(own),
            Self::Between(from, to) => (from..=to).contains(&c),
        }
    }

    fn initial(&self) -> u8 {
        match self {
            Self::Exact(c) | Self::Between(c, _) => hay::initial(*c),
            Self::Initial(n) => u8::try_from(128 + n).unwrap_or(u8::MAX),
        }
    }
}

/// How well a short text (a title, a command's sentence) fits a query, and where; by letters in order with gaps when
/// it does not hold the words. `None` when it does not fit at all.
pub fn pick(query: &Query, fuzzy: &mut Fuzzy, text: &str) -> Option<(u32, Vec<Range<usize>>)> {
    let hay = Hay::new(text.to_owned());
    let whole = 0..hay.folded().len();
    let best = |word: &Word| word.matches(&hay, &whole, usize::MAX).iter().map(Match::weight).max();
    let weights: Option<Vec<u32>> = query.words().iter().map(best).collect();
    match weights {
        Some(weights) => Some((1000 + weights.iter().sum::<u32>(), query.ranges(&hay))),
        None => fuzzy.fits(text),
    }
}

#[cfg(test)]
mod tests;
