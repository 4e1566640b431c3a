//! A line cut to a width around what was found in it.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use crate::text::{Role, Row, truncate, width};

/// A line in at most so many cells, its first mark in sight, marks as keys; `…` where something was cut.
pub fn excerpt(text: &str, marks: &[Range<usize>], cells: usize, role: Role) -> Row {
    if cells < 4 {
        return vec![(role, truncate(text, cells))];
    }
    // A mark holds whole characters as they are seen.
    let bounds: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
    let down = |at: usize| bounds.iter().copied().take_while(|bound| *bound <= at).last().unwrap_or(0);
    let up = |at: usize| bounds.iter().copied().find(|bound| *bound >= at).unwrap_or(text.len());
    let whole = |mark: &Range<usize>| down(mark.start)..up(mark.end);
    let marks: Vec<Range<usize>> = marks.iter().map(whole).collect();
    let first = marks.first().cloned().unwrap_or(0..0);
    let size = |range: Range<usize>| width(text.get(range).unwrap_or_default());
    let mut start = 0;
    // The mark and a little of what follows it are to be seen.
    if width(text) > cells && size(0..first.end) + cells / 5 > cells {
        start = before(text, first.start, cells / 4);
    }
    let mut row = Row::new();
    let mut left = cells;
    if start > 0 {
        left = left.saturating_sub(1);
        row.push((Role::Dim, "…".into()));
    }
    let whole = size(start..text.len()) <= left;
    let most = if whole { left } else { left.saturating_sub(1) };
    let (mut end, mut used) = (start, 0);
    for cluster in text.get(start..).unwrap_or_default().graphemes(true) {
        used += width(cluster);
        if used > most {
            break;
        }
        end += cluster.len();
    }
    let mut at = start;
    let mut put = |role: Role, from: usize, to: usize| {
        if let Some(piece) = text.get(from..to).filter(|piece| !piece.is_empty()) {
            row.push((role, piece.to_owned()));
        }
    };
    for mark in &marks {
        let (from, to) = (mark.start.clamp(at, end.max(at)), mark.end.clamp(at, end.max(at)));
        put(role, at, from);
        put(Role::Key, from, to);
        at = to;
    }
    put(role, at, end);
    if !whole && cells > 0 {
        row.push((Role::Dim, "…".into()));
    }
    row
}

/// A place so many cells before another, at the beginning of a word if there is one.
fn before(text: &str, at: usize, cells: usize) -> usize {
    let lead = text.get(..at).unwrap_or_default();
    let mut used = 0;
    let mut start = at;
    for (offset, cluster) in lead.grapheme_indices(true).rev() {
        used += width(cluster);
        if used > cells {
            break;
        }
        start = offset;
    }
    let skipped = text.get(start..at).unwrap_or_default();
    match skipped.find(' ').filter(|_| start > 0) {
        Some(space) => start + space + 1,
        None => start,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::row_width;

    #[track_caller]
    fn check(text: &str, mark: &str, cells: usize, expected: &str) {
        let at = text.find(mark).unwrap();
        let row = excerpt(text, std::slice::from_ref(&(at..at + mark.len())), cells, Role::Text);
        let shown: String =
            row.iter().map(|(role, t)| if *role == Role::Key { format!("[{t}]") } else { t.clone() }).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn the_mark_is_in_sight() {
        check("파드는 노드에서 돌아요", "노드", 40, "파드는 [노드]에서 돌아요");
        check("파드는 노드에서 돌아요", "파드", 11, "[파드]는 노…");
        check("파드는 노드에서 언제나 즐겁게 돌아요", "돌아", 16, "…[돌아]요");
        check("파드는 노드에서 언제나 즐겁게 돌아요", "즐겁", 20, "…[즐겁]게 돌아요");
    }

    proptest! {
        #[test]
        fn no_excerpt_is_wider_than_asked(text in "[가-힣a-z 🚀e\u{301}]{0,60}", from in 0usize..60, to in 0usize..60, cells in 0usize..50) {
            let at = |n: usize| text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
            let (from, to) = (at(from.min(to)), at(from.max(to)));
            let row = excerpt(&text, std::slice::from_ref(&(from..to)), cells, Role::Text);
            prop_assert!(row_width(&row) <= cells, "{row:?}");
        }
    }
}
