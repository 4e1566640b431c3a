//! Folding, wrapping and pushing aside what a lesson shows.

use std::ops::Range;

use super::reader::Reader;
use crate::lesson::{Folding, WideSpan};

/// Cells that one key press pushes.
const STEP: usize = 8;

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
        let meets = |wide: &&WideSpan, rows: &Range<usize>| wide.rows.start < rows.end && rows.start < wide.rows.end;
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

    /// Pushes a wide block aside until cells of one of its rows are in sight; `cells` are the pane's.
    pub fn push_to(&mut self, row: usize, columns: &Range<usize>, cells: usize) {
        let Some(wide) = self.page.wide.iter().find(|wide| wide.rows.contains(&row)) else { return };
        let most = wide.width.saturating_sub(cells);
        let now = self.shift(wide).min(most);
        // The marks that there is more lie over the outermost cells.
        let sight = now + usize::from(now > 0)..now + cells - usize::from(now < most && cells > 0);
        if !(sight.start <= columns.start && columns.end <= sight.end) {
            let shift = columns.start.saturating_sub(cells / 3).min(most);
            self.view.shifts.extend(self.page.lines.get(wide.rows.start).map(|line| (*line, shift)));
        }
    }

    /// Something in sight is wider than the pane.
    pub fn can_push(&self) -> bool {
        let sight = self.top..self.top + self.height;
        self.page.wide.iter().any(|wide| wide.rows.start < sight.end && sight.start < wide.rows.end)
    }
}
