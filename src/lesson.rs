//! Stand-in of the contract's `lesson`, thrown away at the merge.

use std::ops::Range;

use crate::text::{Role, Row, wrap};

/// Blocks.
#[derive(Clone, Debug, Default)]
pub struct Document {
    lines: Vec<String>,
    first: usize,
}
/// Where a task points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A check.
    Check(String),
    /// A person.
    Manual,
    /// Nothing.
    Unbound,
}
/// Options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Cells.
    pub width: usize,
    /// Marks.
    pub ascii: bool,
}
/// A heading.
#[derive(Clone, Debug)]
pub struct Anchor {
    /// Slug.
    pub slug: String,
    /// Title.
    pub title: String,
    /// Level.
    pub level: u8,
    /// Row.
    pub row: usize,
    /// Line.
    pub line: usize,
}
/// A mark.
#[derive(Clone, Debug)]
pub struct TaskMark {
    /// Row.
    pub row: usize,
    /// Column.
    pub column: usize,
    /// Width.
    pub width: usize,
    /// Target.
    pub target: Target,
}
/// Code.
#[derive(Clone, Debug)]
pub struct CodeSpan {
    /// Rows.
    pub rows: Range<usize>,
    /// Language.
    pub language: String,
    /// Text.
    pub text: String,
}
/// A page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Rows.
    pub rows: Vec<Row>,
    /// Lines.
    pub lines: Vec<usize>,
    /// Anchors.
    pub anchors: Vec<Anchor>,
    /// Tasks.
    pub tasks: Vec<TaskMark>,
    /// Code.
    pub code: Vec<CodeSpan>,
}
impl Page {
    /// Row.
    pub fn row_of_line(&self, line: usize) -> usize {
        self.lines.iter().position(|l| *l >= line).unwrap_or(0)
    }
}
/// Warm.
pub fn warm() {}
/// Parse.
pub fn parse(markdown: &str) -> Document {
    Document { lines: markdown.lines().map(str::to_owned).collect(), first: 0 }
}
/// Section.
pub fn section(document: &Document, from: usize, to: usize) -> Document {
    Document { lines: document.lines.iter().skip(from - 1).take(to + 1 - from).cloned().collect(), first: from - 1 }
}
/// Layout.
pub fn layout(document: &Document, options: &Options) -> Page {
    let mut page = Page::default();
    let mut code: Option<CodeSpan> = None;
    for (i, line) in document.lines.iter().enumerate() {
        let number = document.first + i + 1;
        let start = page.rows.len();
        if let Some(language) = line.strip_prefix("```") {
            if let Some(mut span) = code.take() {
                span.rows.end = start;
                page.code.push(span);
            } else {
                code = Some(CodeSpan { rows: start + 1..start + 1, language: language.into(), text: String::new() });
                page.rows.push(vec![(Role::Dim, format!("  {language}"))]);
            }
        } else if let Some(span) = &mut code {
            span.text.push_str(line);
            span.text.push('\n');
            page.rows.push(vec![(Role::Code, crate::text::pad(&format!("  {line}"), options.width))]);
        } else if line.starts_with('#') {
            let title = line.trim_start_matches('#').trim().to_owned();
            page.anchors.push(Anchor { slug: title.clone(), title: title.clone(), level: 1, row: start, line: number });
            page.rows.push(vec![(Role::Head, format!("  {title}"))]);
        } else if let Some(task) = line.strip_prefix("- [ ] ") {
            let (text, target) = match task.split_once(" <!-- check: ") {
                Some((text, id)) => (text, Target::Check(id.trim_end_matches(" -->").into())),
                None => (task, Target::Unbound),
            };
            page.tasks.push(TaskMark { row: start, column: 2, width: 1, target });
            page.rows.push(vec![(Role::Text, format!("  ☐ {text}"))]);
        } else {
            for mut row in wrap(&[(Role::Text, line.clone())], options.width.min(84).saturating_sub(4)) {
                row.insert(0, (Role::Text, "  ".into()));
                page.rows.push(row);
            }
        }
        page.lines.resize(page.rows.len(), number);
    }
    page
}
