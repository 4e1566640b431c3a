//! Where rows are drawn: margins, the marks and indents of open levels, and the blank rows between.

use std::borrow::Cow;
use std::sync::Arc;

use super::super::model::Target;
use super::super::page::{Folding, ImageRoom, LinkSpan, Options, Page, TaskMark};
use crate::text::{Role, clusters, width};

/// Cells of running text at most.
const MEASURE: usize = 84;
/// No level leaves less than this to its text.
const LEAST: usize = 4;

/// A piece of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frag<'a> {
    pub role: Role,
    pub text: Cow<'a, str>,
    pub link: Option<&'a Arc<str>>,
}

impl<'a> Frag<'a> {
    pub fn new(role: Role, text: impl Into<Cow<'a, str>>) -> Self {
        Self { role, text: text.into(), link: None }
    }

    /// So many cells of nothing.
    pub fn blank(role: Role, cells: usize) -> Self {
        Self::new(role, blank(cells))
    }
}

/// So many spaces.
pub fn blank(cells: usize) -> Cow<'static, str> {
    const SPACES: &str = match str::from_utf8(&[b' '; 256]) {
        Ok(spaces) => spaces,
        Err(_) => "",
    };
    SPACES.get(..cells).map_or_else(|| Cow::Owned(" ".repeat(cells)), Cow::Borrowed)
}

/// An indent, with a mark on its first row and another on the rest.
pub struct Level {
    first: Option<(Role, Cow<'static, str>)>,
    rest: (Role, Cow<'static, str>),
    width: usize,
    task: Option<Target>,
    /// Where its mark leads.
    link: Option<String>,
}

impl Level {
    /// A mark on the first row, spaces below it.
    pub fn marked(role: Role, mark: impl Into<Cow<'static, str>>) -> Self {
        let mark = mark.into();
        let width = width(&mark);
        Self { first: Some((role, mark)), ..Self::hanging(width) }
    }

    /// Nothing on the first row, spaces below it; the first row leaves that many cells unused at its end.
    pub fn hanging(cells: usize) -> Self {
        let first = Some((Role::Text, Cow::Borrowed("")));
        Self { first, rest: (Role::Text, blank(cells)), width: cells, task: None, link: None }
    }

    /// The same mark on every row.
    pub fn barred(role: Role, bar: &'static str) -> Self {
        Self { first: None, rest: (role, Cow::Borrowed(bar)), width: width(bar), task: None, link: None }
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

    pub fn rule(&self, cells: usize) -> Frag<'static> {
        Frag::new(Role::Faint, self.glyph("─", "-").repeat(cells))
    }

    /// Opens a level; where no room is left it neither indents nor marks.
    pub fn level(&mut self, mut level: Level) {
        if self.width() < level.width + LEAST {
            level = Level { first: None, ..Level::hanging(0) };
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
                let bars = self.levels.get(..self.gap_levels).unwrap_or(&self.levels);
                if let Some(last) = bars.iter().rposition(|level| !level.rest.1.trim().is_empty()) {
                    self.page.rows.write(Role::Text, &blank(self.left));
                    for Level { rest: (role, bar), .. } in bars.iter().take(last + 1) {
                        self.page.rows.write(*role, bar);
                    }
                }
                self.page.rows.end();
                self.page.lines.push(line);
            }
        }
        self.page.rows.len()
    }

    /// Draws a row.
    pub fn row(&mut self, line: usize, frags: Vec<Frag<'_>>) {
        self.row_from(line, frags, 0);
    }

    /// Draws a row of text, in the middle or not.
    pub fn aligned(&mut self, line: usize, mut frags: Vec<Frag<'_>>, centered: bool) {
        if centered {
            let used: usize = frags.iter().map(|frag| width(&frag.text)).sum();
            frags.insert(0, Frag::blank(Role::Text, self.width().saturating_sub(used) / 2));
        }
        self.row(line, frags);
    }

    /// Draws a row that begins that many cells to the left of the text.
    pub fn row_from(&mut self, line: usize, mut frags: Vec<Frag<'_>>, bleed: usize) {
        if self.pane == 1 {
            halve(&mut frags);
        }
        let row = self.settle();
        let in_level = self.indent > 0;
        let margin = self.left.saturating_sub(if in_level { 0 } else { bleed });
        let mut column = margin;
        let page = &mut self.page;
        page.rows.write(Role::Text, &blank(margin));
        for level in &mut self.levels {
            match level.first.take() {
                Some((role, mark)) => {
                    let cells = width(&mark);
                    page.rows.write(role, &mark);
                    if let Some(target) = level.task.take() {
                        let mark = level.width.saturating_sub(1);
                        page.tasks.push(TaskMark { row, column, width: mark, target });
                    }
                    if let Some(target) = level.link.take() {
                        page.links.push(LinkSpan { row, columns: column..column + cells.saturating_sub(1), target });
                    }
                    column += cells;
                }
                None => {
                    page.rows.write(level.rest.0, &level.rest.1);
                    column += level.width;
                }
            }
        }
        if in_level && bleed > 0 && page.rows.unwrite_space() {
            column -= 1;
        }
        // Counting cells is most of the work: only links need it.
        let linked = frags.iter().any(|frag| frag.link.is_some());
        for frag in frags {
            let start = column;
            if linked {
                column += width(&frag.text);
            }
            self.page.rows.write(frag.role, &frag.text);
            if let Some(target) = frag.link {
                self.link(row, start, column, target);
            }
        }
        self.page.rows.end();
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
fn halve(frags: &mut [Frag<'_>]) {
    for frag in frags {
        let halved = clusters(&frag.text).map(|(cluster, cells)| if cells > 1 { "?" } else { cluster }).collect();
        frag.text = Cow::Owned(halved);
    }
}
