//! A lesson laid out: rows of cells, and what lies where on them.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::model::Target;
use crate::text::Rows;

/// How to lay out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Cells of the pane.
    pub width: usize,
    /// Only ASCII for what is drawn around the text.
    pub ascii: bool,
    /// Which `<details>` are open.
    pub folding: Folding,
    /// Long lines of code keep to one row and are told in [`Page::wide`]; else they are wrapped.
    pub pan: bool,
    /// Nothing can be panned, as on paper: a diagram wider than the pane is told in sentences.
    pub printed: bool,
    /// Code is not highlighted, even where that could be done: for a frame that cannot wait.
    pub uncolored: bool,
    /// The room for images that can be shown; of others there are the words alone.
    pub images: Arc<[ImageRoom]>,
}

/// The cells an image is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageRoom {
    /// Its path, as written.
    pub path: String,
    /// Columns.
    pub columns: usize,
    /// Rows.
    pub rows: usize,
}

impl Options {
    /// For a pane of that many cells, all else by default.
    pub fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }
}

/// Which `<details>` are open: by default those written `<details open>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folding {
    /// All open or all closed, instead of as written.
    every: Option<bool>,
    /// Source lines of those that are the other way.
    turned: BTreeSet<usize>,
}

impl Folding {
    /// All of them open.
    pub fn open() -> Self {
        Self { every: Some(true), turned: BTreeSet::new() }
    }

    /// All of them closed.
    pub fn closed() -> Self {
        Self { every: Some(false), turned: BTreeSet::new() }
    }

    /// Opens or closes the one on that source line ([`FoldSpan::line`]).
    pub fn turn(&mut self, line: usize) {
        if !self.turned.remove(&line) {
            self.turned.insert(line);
        }
    }

    /// Whether the one on that source line is open, given how it was written.
    pub fn is_open(&self, line: usize, written: bool) -> bool {
        self.every.unwrap_or(written) != self.turned.contains(&line)
    }
}

/// The laid-out lesson.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Rows from the top; none is wider than asked but those of `wide`.
    pub rows: Rows,
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
    /// `<details>`, in order; not those within a closed one.
    pub folds: Vec<FoldSpan>,
    /// Blocks wider than their room, in order: who draws shifts and cuts their rows.
    pub wide: Vec<WideSpan>,
    /// Rows that links within the page name, beside headings: `fn-1` where a footnote is, `fnref-1` where it is first named.
    pub names: Vec<(String, usize)>,
    /// Images that stand alone, in order.
    pub images: Vec<ImageSpan>,
}

/// An image that stands alone, above its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageSpan {
    /// The blank rows kept for it; none when it has no room.
    pub rows: Range<usize>,
    /// First cell.
    pub column: usize,
    /// Cells in a row.
    pub columns: usize,
    /// Its path, as written.
    pub path: String,
}

/// A `<details>` on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldSpan {
    /// Row of its summary.
    pub row: usize,
    /// Source line of its summary, by which [`Folding`] knows it.
    pub line: usize,
    /// Source line of the last row it holds.
    pub last_line: usize,
    /// Whether what it holds is shown.
    pub open: bool,
    /// Rows that it holds: below the summary when open, hidden when closed.
    pub rows_inside: usize,
}

/// A block whose rows hold more cells than the pane has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WideSpan {
    /// Its rows.
    pub rows: Range<usize>,
    /// Cells of its widest row, from the pane's left edge.
    pub width: usize,
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
    /// It is within a closed `<details>`, whose row this is.
    pub folded: bool,
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
        let Self { rows, mut lines, anchors, tasks, code, links, folds, wide, names, images } = below;
        let first = self.rows.len();
        self.rows.append(&rows);
        self.lines.append(&mut lines);
        self.anchors.extend(anchors.into_iter().map(|anchor| Anchor { row: anchor.row + first, ..anchor }));
        self.tasks.extend(tasks.into_iter().map(|task| TaskMark { row: task.row + first, ..task }));
        self.links.extend(links.into_iter().map(|link| LinkSpan { row: link.row + first, ..link }));
        let moved = |rows: Range<usize>| rows.start + first..rows.end + first;
        self.folds.extend(folds.into_iter().map(|fold| FoldSpan { row: fold.row + first, ..fold }));
        self.wide.extend(wide.into_iter().map(|wide| WideSpan { rows: moved(wide.rows), ..wide }));
        self.images.extend(images.into_iter().map(|image| ImageSpan { rows: moved(image.rows), ..image }));
        self.names.extend(names.into_iter().map(|(name, row)| (name, row + first)));
        self.code.extend(code.into_iter().map(|code| CodeSpan { rows: moved(code.rows), ..code }));
    }

    /// The first row of a source line (of a line within a closed `<details>`, that one's row), or of what follows it: a
    /// scroll position survives a resize as a source line.
    pub fn row_of_line(&self, line: usize) -> usize {
        let folded = self.folds.iter().find(|fold| !fold.open && (fold.line..=fold.last_line).contains(&line));
        if let Some(fold) = folded {
            return fold.row;
        }
        let found = self.lines.iter().position(|at| *at >= line);
        found.unwrap_or_else(|| self.rows.len().saturating_sub(1))
    }

    /// The row that a link within the page leads to: `#name` without its `#`, a heading or a footnote.
    pub fn row_of_name(&self, name: &str) -> Option<usize> {
        let heading = self.anchors.iter().find(|anchor| anchor.slug == name).map(|anchor| anchor.row);
        heading.or_else(|| self.names.iter().find(|(known, _)| known == name).map(|(_, row)| *row))
    }
}
