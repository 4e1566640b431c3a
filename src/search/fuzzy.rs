//! Letters in order, with gaps: `dply` is Deployment. For titles alone; in running text everything would fit.

use std::ops::Range;

use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use unicode_segmentation::UnicodeSegmentation as _;

use super::jamo;

/// Fewer letters than this fit anything.
const LEAST: usize = 3;
/// What each letter has to bring on average; below it the letters are strewn.
const EACH: u32 = 17;
/// Letters farther apart than so many for each of them are strewn too.
const APART: usize = 3;

/// What was typed, to be held against many titles.
pub struct Fuzzy {
    /// As typed, and by the letters of the other keyboard; each with the least it has to bring.
    atoms: Vec<(Atom, u32)>,
    matcher: Matcher,
    letters: Vec<char>,
}

impl Fuzzy {
    /// Reads what was typed, spaces aside.
    pub fn new(typed: &str) -> Self {
        let needle: String = typed.split_whitespace().collect();
        let letters = jamo::letters_of(&needle);
        let atoms = [Some(needle), letters].into_iter().flatten().filter_map(|needle| {
            let count = needle.chars().count();
            let least = u32::try_from(count).unwrap_or(u32::MAX).saturating_mul(EACH);
            let atom = Atom::new(&needle, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy, false);
            (count >= LEAST).then_some((atom, least))
        });
        Self { atoms: atoms.collect(), matcher: Matcher::new(Config::DEFAULT), letters: Vec::new() }
    }

    /// How well a title fits (below 1000), and where.
    pub fn fits(&mut self, title: &str) -> Option<(u32, Vec<Range<usize>>)> {
        let (score, places) = self.atoms.iter().find_map(|(atom, least)| {
            let mut places = Vec::new();
            let title = Utf32Str::new(title, &mut self.letters);
            let score = atom.indices(title, &mut self.matcher, &mut places).map(u32::from)?;
            let apart = places.last().zip(places.first()).map_or(0, |(last, first)| last - first) as usize;
            (score >= *least && apart <= APART * places.len()).then_some((score, places))
        })?;
        let clusters: Vec<(usize, &str)> = title.grapheme_indices(true).collect();
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for (at, cluster) in places.iter().filter_map(|place| clusters.get(*place as usize)) {
            match ranges.last_mut().filter(|last| last.end == *at) {
                Some(last) => last.end = at + cluster.len(),
                None => ranges.push(*at..at + cluster.len()),
            }
        }
        Some((score.min(999), ranges))
    }
}
