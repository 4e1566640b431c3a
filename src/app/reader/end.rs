//! A line of the program's own behind the end of a lesson.

use super::{Extent, Reader};
use crate::text::{Role, Row};

/// Cells of running text.
const MEASURE: usize = 84;

impl Reader {
    /// Puts a line behind the lesson's end, or takes it away.
    pub fn end_with(&mut self, line: Option<Row>) {
        if self.end != line {
            self.end = line;
            self.refit();
        }
    }

    /// Whether a row is that line.
    pub fn is_end_line(&self, row: usize) -> bool {
        self.end.is_some() && self.extent == Extent::Whole && !self.broken() && row + 1 == self.page.rows.len()
    }

    /// Writes the line below a page that is whole, where running text begins.
    pub(super) fn put_end(&mut self) {
        let Some(end) = self.end.as_ref().filter(|_| self.extent == Extent::Whole && self.problems.is_empty()) else {
            return;
        };
        let width = self.width();
        let left = width.saturating_sub(width.saturating_sub(4).min(MEASURE)) / 2;
        let mut row = vec![(Role::Text, " ".repeat(left))];
        row.extend(end.iter().cloned());
        let line = self.page.lines.last().copied().unwrap_or(1);
        for row in [&Row::new(), &row] {
            self.page.rows.push(row);
            self.page.lines.push(line);
        }
    }
}
