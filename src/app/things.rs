//! The things of a lesson one can act on: links, folds, tasks, code and what is wider than the pane.

use std::ops::Range;

use crate::lesson::Page;
use crate::text::width;

/// What a thing is, and its place among those of its kind on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A link; its first piece where it is broken over rows.
    Link(usize),
    /// A `<details>`.
    Fold(usize),
    /// A task.
    Task(usize),
    /// A code block.
    Code(usize),
    /// A picture or table that is wider than the pane.
    Wide(usize),
    /// A line that was clicked on.
    Line,
}

/// A thing on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    /// Its rows.
    pub rows: Range<usize>,
    /// Its first cell; what is a block has none.
    pub column: Option<usize>,
    /// What it is.
    pub what: What,
    /// Its source line, by which it is found again after a new layout.
    pub line: usize,
    /// Its place among its kind on that line.
    pub nth: usize,
}

impl Thing {
    /// Its place on the page.
    pub fn order(&self) -> (usize, Option<usize>, What) {
        (self.rows.start, self.column, self.what)
    }

    /// It is of the same kind and on the same line.
    pub fn is_like(&self, other: &Self) -> bool {
        self.line == other.line && std::mem::discriminant(&self.what) == std::mem::discriminant(&other.what)
    }
}

/// A piece of a link goes on from the row above.
fn goes_on(page: &Page, at: usize) -> bool {
    let Some(piece) = page.links.get(at) else { return false };
    let Some(before) = at.checked_sub(1).and_then(|before| page.links.get(before)) else { return false };
    let ends = before.columns.end >= width(page.rows.text(before.row));
    let indent = |row: usize| page.rows.text(row).chars().take_while(|c| *c == ' ').count();
    piece.target == before.target && piece.row == before.row + 1 && ends && piece.columns.start <= indent(piece.row) + 4
}

/// Everything on a page, not in order.
pub fn all(page: &Page) -> impl Iterator<Item = Thing> {
    let line = |row: usize| page.lines.get(row).copied().unwrap_or(1);
    let thing = move |rows: Range<usize>, column, what| Thing { line: line(rows.start), rows, column, what, nth: 0 };
    let links = page.links.iter().enumerate().filter(|(i, _)| !goes_on(page, *i)).map(move |(i, link)| {
        let pieces = (i + 1..page.links.len()).take_while(|next| goes_on(page, *next)).count();
        thing(link.row..link.row + pieces + 1, Some(link.columns.start), What::Link(i))
    });
    let folds = page.folds.iter().enumerate();
    let folds = folds.map(move |(i, fold)| thing(fold.row..fold.row + 1, None, What::Fold(i)));
    let tasks = page.tasks.iter().enumerate();
    let tasks = tasks.map(move |(i, task)| thing(task.row..task.row + 1, None, What::Task(i)));
    let code = page.code.iter().enumerate();
    let code = code.map(move |(i, code)| thing(code.rows.clone(), None, What::Code(i)));
    // Code that is wider is code.
    let is_code = |rows: &Range<usize>| page.code.iter().any(|c| c.rows.start < rows.end && rows.start < c.rows.end);
    let wide = page.wide.iter().enumerate().filter(move |(_, wide)| !is_code(&wide.rows));
    let wide = wide.map(move |(i, wide)| thing(wide.rows.clone(), None, What::Wide(i)));
    links.chain(folds).chain(tasks).chain(code).chain(wide).filter(|thing| !thing.rows.is_empty())
}
