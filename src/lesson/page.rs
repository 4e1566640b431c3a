//! A lesson laid out: rows of cells, and what lies where on them.

use std::ops::Range;

use super::model::Target;
use crate::text::Row;

/// How to lay out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Cells of the pane.
    pub width: usize,
    /// Only ASCII for what is drawn around the text.
    pub ascii: bool,
}

/// The laid-out lesson.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Rows from the top; none is wider than asked.
    pub rows: Vec<Row>,
    /// Source line of each row; a blank row counts to what is above it.
    pub lines: Vec<usize>,
    /// Headings, in order.
    pub anchors: Vec<Anchor>,
    /// Where task marks are drawn.
    pub tasks: Vec<TaskMark>,
    /// Code blocks, in order.
    pub code: Vec<CodeSpan>,
    /// Links, in order.
    pub links: Vec<LinkSpan>,
}

/// A heading on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Its name in links.
    pub slug: String,
    /// Its text without minutes.
    pub title: String,
    /// 1 to 6.
    pub level: u8,
    /// Row it begins on.
    pub row: usize,
    /// Source line.
    pub line: usize,
}

/// Where the mark of a task is drawn, so that a verdict can be drawn over it without a new layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskMark {
    /// Row.
    pub row: usize,
    /// First cell.
    pub column: usize,
    /// Cells: 1, or 3 in ASCII.
    pub width: usize,
    /// What decides it.
    pub target: Target,
}

/// A code block on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSpan {
    /// Rows of code, without the label.
    pub rows: Range<usize>,
    /// Language as written, empty when none.
    pub language: String,
    /// What follows the language on the fence.
    pub attributes: Vec<(String, String)>,
    /// What is copied or typed: of a block with prompts the commands alone; never controls but tab and newline.
    pub text: String,
}

/// A link on a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSpan {
    /// Row.
    pub row: usize,
    /// Cells.
    pub columns: Range<usize>,
    /// Where it leads, as written.
    pub target: String,
}

impl Page {
    /// Adds what comes below.
    pub fn append(&mut self, below: Self) {
        let Self { mut rows, mut lines, anchors, tasks, code, links } = below;
        let first = self.rows.len();
        self.rows.append(&mut rows);
        self.lines.append(&mut lines);
        self.anchors.extend(anchors.into_iter().map(|anchor| Anchor { row: anchor.row + first, ..anchor }));
        self.tasks.extend(tasks.into_iter().map(|task| TaskMark { row: task.row + first, ..task }));
        self.links.extend(links.into_iter().map(|link| LinkSpan { row: link.row + first, ..link }));
        let moved = |rows: Range<usize>| rows.start + first..rows.end + first;
        self.code.extend(code.into_iter().map(|code| CodeSpan { rows: moved(code.rows), ..code }));
    }

    /// The first row of a source line, or of what follows it: a scroll position survives a resize as a source line.
    pub fn row_of_line(&self, line: usize) -> usize {
        let found = self.lines.iter().position(|at| *at >= line);
        found.unwrap_or_else(|| self.rows.len().saturating_sub(1))
    }
}
