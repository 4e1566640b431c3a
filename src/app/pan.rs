//! What of a lesson is folded, whether its long lines are wrapped, and how far what is wider than the pane is pushed aside.

use std::collections::BTreeMap;

use super::reader::Reader;
use crate::lesson::{Folding, WideSpan};
use crate::text::{Role, Row, width};

use unicode_segmentation::UnicodeSegmentation as _;

/// Cells that one key press pushes.
const STEP: usize = 8;

/// How the learner wants the lesson shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Which `<details>` are open.
    pub folding: Folding,
    /// Long lines of code keep to one row.
    pub pan: bool,
    /// Source line where a wide block begins → cells pushed aside.
    shifts: BTreeMap<usize, usize>,
}

impl View {
    /// For another lesson: whether lines are wrapped is a matter of taste and stays.
    pub fn after(before: &Self) -> Self {
        Self { pan: before.pan, ..Self::default() }
    }
}

impl Reader {
    /// Opens and closes folds until a source line is on the page.
    pub fn uncover(&mut self, line: usize) {
        // Folds within folds come to light one after the other.
        while let Some(fold) = self.covering(line) {
            self.view.folding.turn(fold);
            let before = self.page.rows.len();
            self.refit();
            if self.page.rows.len() == before {
                return;
            }
        }
    }

    /// The source line of the closed fold that hides a line.
    fn covering(&self, line: usize) -> Option<usize> {
        let at = self.page.folds.iter().rposition(|fold| fold.line < line)?;
        let fold = self.page.folds.get(at).filter(|fold| !fold.open && fold.rows_inside > 0)?;
        let next = self.page.lines.iter().skip(fold.row).find(|next| **next > fold.line);
        next.is_none_or(|next| line < *next).then_some(fold.line)
    }

    /// Opens or closes the fold on a source line.
    pub fn turn_fold(&mut self, line: usize) {
        self.view.folding.turn(line);
        self.refit();
    }

    /// Opens all folds, or closes them when all are open; `None` when there are none, else whether they are open now.
    pub fn turn_folds(&mut self) -> Option<bool> {
        if self.page.folds.is_empty() {
            return None;
        }
        let open = self.page.folds.iter().any(|fold| !fold.open);
        let place = self.place();
        self.view.folding = if open { Folding::open() } else { Folding::closed() };
        self.refit();
        // What was at the top may be hidden now: then its fold is.
        if let Some(fold) = self.covering(place.0) {
            self.put(fold, 0);
        }
        Some(open)
    }

    /// Wraps long lines of code, or keeps each to its row; tells whether they keep to their row now.
    pub fn turn_wrapping(&mut self) -> bool {
        self.view.pan = !self.view.pan;
        self.refit();
        self.view.pan
    }

    /// Cells that a wide block is pushed aside.
    pub fn shift(&self, wide: &WideSpan) -> usize {
        let line = self.page.lines.get(wide.rows.start);
        line.and_then(|line| self.view.shifts.get(line)).copied().unwrap_or(0)
    }

    /// Pushes what is wider than the pane aside: the selected block, else all in sight. False when there is none.
    pub fn push(&mut self, right: bool, cells: usize) -> bool {
        let sight = self.top..self.top + self.height;
        let chosen = self.thing.as_ref().map(|thing| thing.rows.clone());
        let meets =
            |wide: &&WideSpan, rows: &std::ops::Range<usize>| wide.rows.start < rows.end && rows.start < wide.rows.end;
        let in_sight: Vec<&WideSpan> = self.page.wide.iter().filter(|wide| meets(wide, &sight)).collect();
        let selected: Vec<&WideSpan> =
            in_sight.iter().copied().filter(|wide| chosen.as_ref().is_some_and(|rows| meets(wide, rows))).collect();
        let pushed = if selected.is_empty() { in_sight } else { selected };
        let mut shifts = Vec::new();
        for wide in &pushed {
            let most = wide.width.saturating_sub(cells);
            let now = self.shift(wide);
            let next = if right { (now + STEP).min(most) } else { now.min(most).saturating_sub(STEP) };
            shifts.extend(self.page.lines.get(wide.rows.start).map(|line| (*line, next)));
        }
        let some = !pushed.is_empty();
        self.view.shifts.extend(shifts);
        some
    }

    /// Something in sight is wider than the pane.
    pub fn can_push(&self) -> bool {
        let sight = self.top..self.top + self.height;
        self.page.wide.iter().any(|wide| wide.rows.start < sight.end && sight.start < wide.rows.end)
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
