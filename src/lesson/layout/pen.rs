//! Where rows are drawn: margins, the marks and indents of open levels, and the blank rows between.

use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

use super::super::model::Target;
use super::super::page::{Folding, ImageRoom, LinkSpan, Options, Page, TaskMark};
use crate::text::{Role, Row, width};

/// Cells of running text at most.
const MEASURE: usize = 84;
/// No level leaves less than this to its text.
const LEAST: usize = 4;

/// A piece of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frag {
    pub role: Role,
    pub text: String,
    pub link: Option<Arc<str>>,
}

impl Frag {
    pub fn new(role: Role, text: impl Into<String>) -> Self {
        Self { role, text: text.into(), link: None }
    }
}

/// An indent, with a mark on its first row and another on the rest.
pub struct Level {
    first: Option<(Role, String)>,
    rest: (Role, String),
    width: usize,
    task: Option<Target>,
    /// Where its mark leads.
    link: Option<String>,
}

impl Level {
    /// A mark on the first row, spaces below it.
    pub fn marked(role: Role, mark: &str) -> Self {
        let width = width(mark);
        Self {
            first: Some((role, mark.to_owned())),
            rest: (Role::Text, " ".repeat(width)),
            width,
            task: None,
            link: None,
        }
    }

    /// Nothing on the first row, spaces below it; the first row leaves that many cells unused at its end.
    pub fn hanging(cells: usize) -> Self {
        let first = Some((Role::Text, String::new()));
        Self { first, rest: (Role::Text, " ".repeat(cells)), width: cells, task: None, link: None }
    }

    /// The same mark on every row.
    pub fn barred(role: Role, bar: &str) -> Self {
        Self { first: None, rest: (role, bar.to_owned()), width: width(bar), task: None, link: None }
    }

    /// With the task its mark stands for.
    pub fn with_task(mut self, target: Target) -> Self {
        self.task = Some(target);
        self
    }

    /// With where its mark leads.
    pub fn with_link(mut self, target: &str) -> Self {
        self.link = Some(target.to_owned());
        self
    }
}

/// Draws rows.
pub struct Pen {
    page: Page,
    pub ascii: bool,
    pub printed: bool,
    /// Long lines of code keep to one row.
    pub pan: bool,
    pub folding: Folding,
    /// The room for images.
    pub images: Arc<[ImageRoom]>,
    /// Lists around the place at hand.
    pub depth: usize,
    /// Bytes of code that may still be highlighted.
    pub budget: usize,
    pane: usize,
    margin: usize,
    left: usize,
    measure: usize,
    levels: Vec<Level>,
    indent: usize,
    gap: usize,
    gap_levels: usize,
    /// The source line of the row above; none at the top.
    last_line: Option<usize>,
}

impl Pen {
    pub fn new(options: &Options) -> Self {
        let pane = options.width.max(1);
        let margin = match pane {
            0..16 => 0,
            16..24 => 1,
            _ => 2,
        };
        let measure = (pane - 2 * margin).min(MEASURE);
        Self {
            page: Page::default(),
            ascii: options.ascii,
            printed: options.printed,
            pan: options.pan,
            folding: options.folding.clone(),
            images: options.images.clone(),
            depth: 0,
            budget: if options.uncolored { 0 } else { 256 * 1024 },
            pane,
            margin,
            left: (pane - measure) / 2,
            measure,
            levels: Vec::new(),
            indent: 0,
            gap: 0,
            gap_levels: 0,
            last_line: None,
        }
    }

    /// What has been drawn; what is drawn next begins at row 0 again, below it.
    pub fn take(&mut self) -> Page {
        std::mem::take(&mut self.page)
    }

    /// Goes on with a page that was taken; gives what was drawn instead.
    pub fn swap(&mut self, page: Page) -> Page {
        std::mem::replace(&mut self.page, page)
    }

    /// No blank rows are due.
    pub fn forget(&mut self) {
        self.gap = 0;
    }

    /// The one of two glyphs that can be drawn.
    pub fn glyph(&self, full: &'static str, ascii: &'static str) -> &'static str {
        if self.ascii { ascii } else { full }
    }

    /// Cells for running text here.
    pub fn width(&self) -> usize {
        self.measure - self.indent
    }

    /// Cells for tables and code here, up to the pane's margin.
    pub fn wide(&self) -> usize {
        self.pane - self.margin - self.left - self.indent
    }

    /// Cells for what may reach into the left margin too: the pane but for its margins. Within a level as [`Self::wide`].
    pub fn whole(&self) -> usize {
        if self.indent == 0 { self.pane - 2 * self.margin } else { self.wide() }
    }

    /// Cells to the left of the text here.
    pub fn column(&self) -> usize {
        self.left + self.indent
    }

    /// Cells a block's background may reach to the left of its text: the margin, or the space after a level's mark.
    pub fn bleed(&self) -> usize {
        match self.levels.iter().rev().find(|level| level.width > 0) {
            Some(level) => usize::from(level.rest.1.ends_with(' ')),
            None => self.margin,
        }
    }

    pub fn rule(&self, cells: usize) -> Frag {
        Frag::new(Role::Faint, self.glyph("─", "-").repeat(cells))
    }

    /// Opens a level; where no room is left it neither indents nor marks.
    pub fn level(&mut self, mut level: Level) {
        if self.width() < level.width + LEAST {
            level = Level { first: None, rest: (Role::Text, String::new()), width: 0, task: None, link: None };
        }
        self.indent += level.width;
        self.levels.push(level);
    }

    /// Closes the innermost level; its mark is drawn even when nothing stands beside it.
    pub fn leave(&mut self, line: usize) {
        if self.levels.last().is_some_and(|level| level.first.is_some()) {
            self.row(line, Vec::new());
        }
        if let Some(level) = self.levels.pop() {
            self.indent -= level.width;
        }
    }

    /// At least that many blank rows before the next row.
    pub fn gap(&mut self, rows: usize) {
        let here = self.levels.len();
        self.gap_levels = if self.gap == 0 { here } else { self.gap_levels.min(here) };
        self.gap = self.gap.max(rows);
    }

    /// Draws the blank rows that are due and tells which row comes next.
    pub fn settle(&mut self) -> usize {
        let gap = std::mem::take(&mut self.gap);
        if let Some(line) = self.last_line {
            for _ in 0..gap {
                let bars = self.levels.iter().take(self.gap_levels).map(|level| level.rest.clone());
                let mut row: Row = std::iter::once(self.left_margin(0)).chain(bars).collect();
                while row.last().is_some_and(|(_, text)| text.trim().is_empty()) {
                    row.pop();
                }
                self.page.rows.push(row);
                self.page.lines.push(line);
            }
        }
        self.page.rows.len()
    }

    fn left_margin(&self, bleed: usize) -> (Role, String) {
        (Role::Text, " ".repeat(self.left.saturating_sub(bleed)))
    }

    /// Draws a row.
    pub fn row(&mut self, line: usize, frags: Vec<Frag>) {
        self.row_from(line, frags, 0);
    }

    /// Draws a row of text, in the middle or not.
    pub fn aligned(&mut self, line: usize, mut frags: Vec<Frag>, centered: bool) {
        if centered {
            let used: usize = frags.iter().map(|frag| width(&frag.text)).sum();
            frags.insert(0, Frag::new(Role::Text, " ".repeat(self.width().saturating_sub(used) / 2)));
        }
        self.row(line, frags);
    }

    /// Draws a row that begins that many cells to the left of the text.
    pub fn row_from(&mut self, line: usize, mut frags: Vec<Frag>, bleed: usize) {
        if self.pane == 1 {
            halve(&mut frags);
        }
        let row_index = self.settle();
        let mut row: Row = Vec::with_capacity(self.levels.len() + frags.len() + 1);
        let in_level = self.indent > 0;
        let margin = self.left.saturating_sub(if in_level { 0 } else { bleed });
        let mut column = margin;
        push(&mut row, Role::Text, " ".repeat(margin));
        for level in &mut self.levels {
            match level.first.take() {
                Some((role, mark)) => {
                    let cells = width(&mark);
                    push(&mut row, role, mark);
                    if let Some(target) = level.task.take() {
                        let mark = level.width.saturating_sub(1);
                        self.page.tasks.push(TaskMark { row: row_index, column, width: mark, target });
                    }
                    if let Some(target) = level.link.take() {
                        let columns = column..column + cells.saturating_sub(1);
                        self.page.links.push(LinkSpan { row: row_index, columns, target });
                    }
                    column += cells;
                }
                None => {
                    push(&mut row, level.rest.0, level.rest.1.clone());
                    column += level.width;
                }
            }
        }
        if in_level && bleed > 0 {
            column -= shorten(&mut row);
        }
        // Counting cells is most of the work: only links need it.
        let linked = frags.iter().any(|frag| frag.link.is_some());
        for frag in frags {
            let start = column;
            if linked {
                column += width(&frag.text);
            }
            push(&mut row, frag.role, frag.text);
            if let Some(target) = frag.link {
                self.link(row_index, start, column, &target);
            }
        }
        self.page.rows.push(row);
        self.page.lines.push(line);
        self.last_line = Some(line);
    }

    fn link(&mut self, row: usize, start: usize, end: usize, target: &str) {
        if let Some(label) = target.strip_prefix("#fn-") {
            self.page.names.push((format!("fnref-{label}"), row));
        }
        match self.page.links.last_mut() {
            Some(last) if last.row == row && last.columns.end == start && last.target == target => {
                last.columns.end = end;
            }
            _ => self.page.links.push(LinkSpan { row, columns: start..end, target: target.to_owned() }),
        }
    }

    /// What is being drawn, for what is recorded beside the rows.
    pub fn page(&mut self) -> &mut Page {
        &mut self.page
    }
}

/// A pane of one cell has no room for a character of two.
fn halve(frags: &mut [Frag]) {
    for frag in frags {
        frag.text = frag.text.graphemes(true).map(|cluster| if width(cluster) > 1 { "?" } else { cluster }).collect();
    }
}

/// Takes the space a row ends in, and tells how many cells that were.
fn shorten(row: &mut Row) -> usize {
    row.last_mut().filter(|(_, text)| text.ends_with(' ')).and_then(|(_, text)| text.pop()).map_or(0, |_| 1)
}

fn push(row: &mut Row, role: Role, text: String) {
    if text.is_empty() {
        return;
    }
    match row.last_mut() {
        Some((last, kept)) if *last == role => kept.push_str(&text),
        _ => row.push((role, text)),
    }
}
