//! Own notes and bookmarks: each on a line of a lesson, found again when the lesson has been edited.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lab::Millis;

/// Characters kept of the line a note is on.
const QUOTED: usize = 200;

/// A note, a bookmark, or both; neither when it was deleted, so that a merge does not bring it back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// Last changed.
    pub at: Millis,
    /// Source line it was put on, from 1.
    pub line: usize,
    /// What that line was, without the space around it; at most its first 200 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub quote: String,
    /// The heading above, by its name in links; empty when there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub heading: String,
    /// Lines below that heading.
    #[serde(default)]
    pub below: usize,
    /// What the learner wrote; empty for a bookmark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// It is a bookmark.
    #[serde(default)]
    pub marked: bool,
    #[serde(flatten)]
    pub(super) rest: BTreeMap<String, Value>,
}

impl Note {
    /// On a line of a page; nothing is written yet. Headings are names and source lines, in order.
    pub fn on(source: &str, headings: &[(String, usize)], line: usize) -> Self {
        let mut note = Self::default();
        note.put_on(source, headings, line);
        note
    }

    /// Puts it on another line of a page.
    pub fn put_on(&mut self, source: &str, headings: &[(String, usize)], line: usize) {
        let above = headings.iter().rev().find(|(_, at)| *at <= line);
        self.quote = source.lines().nth(line.saturating_sub(1)).map(quoted).unwrap_or_default();
        self.heading = above.map(|(slug, _)| slug.clone()).unwrap_or_default();
        self.below = above.map_or(0, |(_, at)| line - at);
        self.line = line;
    }

    /// That a learner writes.
    pub fn written(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    /// Nothing is left of it.
    pub fn is_deleted(&self) -> bool {
        self.text.is_empty() && !self.marked
    }

    /// The source line it is on now: the nearest line that reads the same, else as far below its heading, else the line
    /// of the same number.
    pub fn find(&self, source: &str, headings: &[(String, usize)]) -> usize {
        let same = || source.lines().zip(1usize..).filter(|(line, _)| quoted(line) == self.quote).map(|(_, at)| at);
        if !self.quote.is_empty()
            && let Some(line) = same().min_by_key(|at| at.abs_diff(self.line))
        {
            return line;
        }
        let last = source.lines().count().max(1);
        let at = headings.iter().position(|(slug, _)| *slug == self.heading && !slug.is_empty());
        let Some((at, heading)) = at.and_then(|at| Some((at, headings.get(at)?.1))) else {
            return self.line.clamp(1, last);
        };
        let end = headings.get(at + 1).map_or(last, |(_, next)| next.saturating_sub(1));
        (heading + self.below).min(end.max(heading))
    }

    /// The newer of two; of equally old ones always the same.
    pub(super) fn newer(self, other: Self) -> Self {
        fn order(note: &Note) -> (Millis, &str, bool, usize, &str, &str, usize) {
            (note.at, &note.text, note.marked, note.line, &note.quote, &note.heading, note.below)
        }
        if order(&self) < order(&other) { other } else { self }
    }
}

fn quoted(line: &str) -> String {
    line.trim().chars().take(QUOTED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# 제목\n\n하나\n\n## 둘째\n\n둘\n하나\n";

    fn headings(page: &str) -> Vec<(String, usize)> {
        let heads = page.lines().zip(1usize..).filter(|(line, _)| line.starts_with('#'));
        heads.map(|(line, at)| (line.trim_start_matches(['#', ' ']).to_owned(), at)).collect()
    }

    /// A note put on a line of the page is on this line of another.
    #[track_caller]
    fn check(line: usize, now: &str, expected: usize) {
        let note = Note::on(PAGE, &headings(PAGE), line);
        assert_eq!(note.find(now, &headings(now)), expected, "{note:?}");
    }

    #[test]
    fn a_note_stays_on_its_line() {
        for line in 1..=8 {
            check(line, PAGE, line);
        }
    }

    #[test]
    fn it_follows_its_line_through_edits() {
        check(7, "# 제목\n\n새로\n\n더\n\n하나\n\n## 둘째\n\n  둘\n", 11);
        // Of several lines that read the same, the nearest.
        check(8, "# 제목\n\n하나\n\n## 둘째\n\n새로\n\n둘\n하나\n", 10);
        check(3, &format!("---\nid: a\n---\n{PAGE}"), 6);
    }

    #[test]
    fn a_line_that_was_rewritten_is_sought_below_its_heading() {
        check(7, "# 제목\n\n하나\n하나\n하나\n\n## 둘째\n\n둘을 고쳤다\n", 9);
        check(8, "# 제목\n\n## 둘째\n## 셋째\n", 3);
        check(7, "# 다른 것\n", 1);
        check(7, "", 1);
    }
}
