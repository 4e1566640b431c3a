//! What of a lesson is folded, whether its long lines are wrapped, and how far what is wider than the pane is pushed aside.

use std::collections::BTreeMap;

use crate::lesson::Folding;
use crate::text::{Role, Row, width};

use unicode_segmentation::UnicodeSegmentation as _;

/// How the learner wants the lesson shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Which `<details>` are open.
    pub folding: Folding,
    /// Long lines of code keep to one row.
    pub pan: bool,
    /// Source line where a wide block begins → cells pushed aside.
    pub shifts: BTreeMap<usize, usize>,
}

impl View {
    /// For another lesson: whether lines are wrapped is a matter of taste and stays.
    pub fn after(before: &Self) -> Self {
        Self { pan: before.pan, ..Self::default() }
    }
}

/// The part of a row from a cell on, that many cells wide; a wide character that is cut in half leaves a blank.
pub fn cut(row: &Row, from: usize, cells: usize) -> Row {
    let mut out = Row::new();
    let (mut at, end) = (0, from + cells);
    for (role, text) in row {
        let mut kept = String::new();
        for cluster in text.graphemes(true) {
            let next = at + width(cluster);
            if at >= from && next <= end {
                kept.push_str(cluster);
            } else {
                kept.extend(std::iter::repeat_n(' ', next.min(end).saturating_sub(at.max(from))));
            }
            at = next;
            if at >= end {
                break;
            }
        }
        if !kept.is_empty() {
            out.push((*role, kept));
        }
        if at >= end {
            break;
        }
    }
    out
}

/// Whether a row has something right of a cell.
pub fn reaches(row: &Row, cell: usize) -> bool {
    let blank = row.iter().rev().flat_map(|(_, text)| text.chars().rev()).take_while(|c| *c == ' ').count();
    crate::text::row_width(row).saturating_sub(blank) > cell
}

/// The role of the marks that say there is more at the side.
pub const MORE: Role = Role::Dim;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: usize, cells: usize, expected: &str) {
        let row: Row = vec![(Role::Text, "ab가나".into()), (Role::Code, "다cd".into())];
        let text: String = cut(&row, from, cells).into_iter().map(|(_, text)| text).collect();
        assert_eq!(text, expected);
        assert!(width(&text) <= cells);
    }

    #[test]
    fn a_cut_row_has_blanks_for_half_characters() {
        check(0, 10, "ab가나다cd");
        check(0, 4, "ab가");
        check(0, 5, "ab가 ");
        check(3, 4, " 나 ");
        check(4, 4, "나다");
        check(8, 9, "cd");
        check(20, 9, "");
        check(0, 0, "");
    }

    #[test]
    fn blanks_at_the_end_are_nothing_to_push_for() {
        let row: Row = vec![(Role::Code, "abc   ".into()), (Role::Code, "  ".into())];
        assert!(!reaches(&row, 3) && reaches(&row, 2) && !reaches(&Row::new(), 0));
    }
}
