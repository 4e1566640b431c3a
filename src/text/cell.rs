//! How many cells a text takes, and texts of a given number of cells.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::clean::clean;
use super::role::Row;

/// Cells the text takes once it is [`clean`].
pub fn width(text: &str) -> usize {
    quick(text).unwrap_or_else(|| clean(text).graphemes(true).map(UnicodeWidthStr::width).sum())
}

/// Printable ASCII and Hangul need no tables.
fn quick(text: &str) -> Option<usize> {
    text.chars().try_fold(0, |sum, c| match c {
        ' '..='~' => Some(sum + 1),
        '가'..='힣' => Some(sum + 2),
        _ => None,
    })
}

/// The clean text in at most that many cells; it ends in `…` when something was cut.
pub fn truncate(text: &str, cells: usize) -> String {
    let text = clean(text);
    if width(&text) <= cells {
        return text.into_owned();
    }
    let mut out = String::new();
    let mut left = cells.saturating_sub(1);
    for cluster in text.graphemes(true) {
        match left.checked_sub(cluster.width()) {
            Some(rest) => left = rest,
            None => break,
        }
        out.push_str(cluster);
    }
    if cells > 0 {
        out.push('…');
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
        fn the_quick_way_agrees_with_the_tables(text in "[ -~가-힣]{0,40}") {
            let slow: usize = text.graphemes(true).map(UnicodeWidthStr::width).sum();
            prop_assert_eq!(width(&text), slow);
        }
    }
}
