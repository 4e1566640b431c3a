//! How many cells a text takes, and texts of a given number of cells.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::ambiguous::{Ambiguous, ambiguous, extra};
use super::clean::{alone, by_itself, clean};
use super::plain::plain;
use super::role::Row;

/// Cells the text takes once it is [`clean`].
pub fn width(text: &str) -> usize {
    let wide = ambiguous();
    quick(text, wide).unwrap_or_else(|| clusters_in(&clean(text), wide).map(|(_, cells)| cells).sum())
}

/// Cells of text that is clean already.
pub(super) fn clean_width(text: &str, wide: Ambiguous) -> usize {
    quick(text, wide).unwrap_or_else(|| clusters_in(text, wide).map(|(_, cells)| cells).sum())
}

/// The grapheme clusters of clean text, each with its cells.
pub fn clusters(text: &str) -> impl Iterator<Item = (&str, usize)> {
    clusters_in(text, ambiguous())
}

pub(super) fn clusters_in(text: &str, wide: Ambiguous) -> impl Iterator<Item = (&str, usize)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut chars = rest.chars();
        let first = chars.next()?;
        // Most characters are no part of anything, which needs no tables.
        let size = match by_itself(first) && chars.next().is_none_or(by_itself) {
            true => first.len_utf8(),
            false => rest.graphemes(true).next()?.len(),
        };
        let (cluster, after) = rest.split_at_checked(size)?;
        rest = after;
        Some((cluster, cluster_width(cluster, wide)))
    })
}

fn cluster_width(cluster: &str, wide: Ambiguous) -> usize {
    if let (size, cells @ 1..) = plain(cluster)
        && size == cluster.len()
    {
        return cells;
    }
    match wide.any() {
        false => cluster.width(),
        true => cluster.width() + cluster.chars().next().map_or(0, |base| extra(base, wide)),
    }
}

/// Printable ASCII and Hangul need no tables; what is a cluster by itself whatever stands beside it needs no
/// segmentation.
fn quick(text: &str, wide: Ambiguous) -> Option<usize> {
    let (mut rest, mut sum) = (text, 0);
    loop {
        let (size, cells) = plain(rest);
        sum += cells;
        rest = rest.get(size..)?;
        let Some(c) = rest.chars().next() else { return Some(sum) };
        if !alone(c) {
            return None;
        }
        sum += c.width()? + extra(c, wide);
        rest = rest.get(c.len_utf8()..)?;
    }
}

/// The clean text in at most that many cells; it ends in `…` when something was cut (in `~` where `…` takes two).
pub fn truncate(text: &str, cells: usize) -> String {
    truncate_in(text, cells, ambiguous())
}

fn truncate_in(text: &str, cells: usize, wide: Ambiguous) -> String {
    let text = clean(text);
    if clean_width(&text, wide) <= cells {
        return text.into_owned();
    }
    let mut out = String::new();
    let mut left = cells.saturating_sub(1);
    for (cluster, size) in clusters_in(&text, wide) {
        match left.checked_sub(size) {
            Some(rest) => left = rest,
            None => break,
        }
        out.push_str(cluster);
    }
    if cells > 0 {
        out.push_str(if wide.signs { "~" } else { "…" });
    }
    out
}

/// The clean text in exactly that many cells, with spaces on the right.
pub fn pad(text: &str, cells: usize) -> String {
    let mut out = truncate(text, cells);
    let missing = cells.saturating_sub(width(&out));
    out.extend(std::iter::repeat_n(' ', missing));
    out
}

/// Cells of a whole row.
pub fn row_width(row: &Row) -> usize {
    row.iter().map(|(_, text)| width(text)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hangul_takes_two_cells_and_folded_emoji_their_own() {
        #[track_caller]
        fn check(input: &str, expected: usize) {
            assert_eq!(width(input), expected, "{input:?}");
        }
        check("", 0);
        check("Pod", 3);
        check("파드", 4);
        check("파드 3개", 8);
        check("\u{1112}\u{1161}\u{11ab}", 2);
        check("⚠️", 1);
        check("🚀", 2);
        check("👨‍👩‍👧", 2);
        check("🇰🇷", 2);
        check("✓ │ …", 5);
        check("a\tb", 6);
        check("e\u{301}", 1);
    }

    #[test]
    fn where_ambiguous_characters_are_wide_they_count_two() {
        #[track_caller]
        fn check(input: &str, wide: Ambiguous, expected: usize) {
            assert_eq!(clean_width(input, wide), expected, "{input:?}");
        }
        check("Pod → 노드", Ambiguous::WIDE, 11);
        check("├── a", Ambiguous::WIDE, 8);
        check("├── ①", Ambiguous { lines: false, signs: true }, 6);
        check("●\u{301}", Ambiguous::WIDE, 2);
        assert_eq!(truncate_in("가→나다라", 7, Ambiguous::WIDE), "가→나~");
    }

    #[test]
    fn a_cut_text_says_so() {
        #[track_caller]
        fn check(input: &str, cells: usize, expected: &str) {
            assert_eq!(truncate(input, cells), expected);
        }
        check("워크로드", 8, "워크로드");
        check("워크로드", 7, "워크로…");
        check("워크로드", 6, "워크…");
        check("워크로드", 1, "…");
        check("워크로드", 0, "");
        check("kubectl", 4, "kub…");
    }

    #[test]
    fn padding_is_exact() {
        assert_eq!(pad("노드", 6), "노드  ");
        assert_eq!(pad("노드와 파드", 6), "노드… ");
    }

    proptest! {
        #[test]
        fn padded_text_has_exactly_its_cells(text in any::<String>(), cells in 0usize..60) {
            prop_assert_eq!(width(&pad(&text, cells)), cells);
            prop_assert!(width(&truncate(&text, cells)) <= cells);
        }

        #[test]
        fn clusters_are_those_of_unicode(text in "[ -~가-힣\u{300}-\u{304}\u{1100}-\u{11ff}\u{200d}\u{fe0f}\u{1f1e6}-\u{1f1ff}\u{1f3fb}👩💻─●漢\u{e01}-\u{e3f}\u{915}-\u{94d}\r\n]{0,16}") {
            let (found, expected): (Vec<&str>, Vec<&str>) =
                (clusters(&text).map(|(cluster, _)| cluster).collect(), text.graphemes(true).collect());
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn the_quick_way_agrees_with_the_tables(text in "[ -~가-힣\u{a1}-\u{2bff}\u{3000}-\u{30ff}一-十\u{ff01}-\u{ff9f}🌀-🫿]{0,12}") {
            for wide in [Ambiguous::default(), Ambiguous::WIDE] {
                let text = clean(&text);
                let slow: usize = clusters_in(&text, wide).map(|(_, cells)| cells).sum();
                prop_assert_eq!(clean_width(&text, wide), slow, "{:?}", text);
            }
        }
    }
}
