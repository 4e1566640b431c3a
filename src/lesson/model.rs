//! A lesson as blocks: what its author wrote, before any width or color. All text in it is clean.

use std::sync::{Arc, OnceLock};

use super::drawing::Drawing;
use crate::text::{Role, Row};

/// A parsed page.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
    /// Its comments with a meaning (`<!-- name: value -->`), shown or not, in order.
    pub marks: Vec<Mark>,
    /// Source lines where Korean stands at emphasis that CommonMark does not see: it is shown as meant here, a web page
    /// shows the asterisks. In order; a line may come twice.
    pub mended: Vec<usize>,
    /// Labels of footnotes as they are first named, in order.
    pub(super) notes: Vec<String>,
}

/// A block and where it begins.
#[derive(Clone, Debug)]
pub struct Block {
    /// Source line, from 1.
    pub line: usize,
    /// What it is.
    pub kind: Kind,
    /// Its text stands in the middle, as in `<div align="center">`.
    pub centered: bool,
}

/// Everything a page can hold.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A heading.
    Heading(Heading),
    /// Running text.
    Paragraph(Vec<Span>),
    /// A list, of tasks too.
    List(List),
    /// A code block.
    Code(Code),
    /// A quote or an alert.
    Quote(Quote),
    /// A table.
    Table(Table),
    /// What can be unfolded.
    Details(Details),
    /// The text of a footnote.
    Footnote(Footnote),
    /// A horizontal rule.
    Rule,
}

/// A stretch of running text with one role. A newline in it is a hard break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Clean text.
    pub text: String,
    /// Its role within plain text; headings and labels lend theirs over it.
    pub role: Role,
    /// Where it leads, as written.
    pub link: Option<Arc<str>>,
    /// Source line, from 1.
    pub line: usize,
}

/// A heading.
#[derive(Clone, Debug)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Source line, from 1.
    pub line: usize,
    /// Its text without the planned minutes.
    pub title: String,
    /// The same as spans.
    pub spans: Vec<Span>,
    /// Planned minutes, from `(50분)` or `⏰ 90분`.
    pub minutes: Option<u32>,
    /// Its name in links, unique in the page.
    pub slug: String,
}

/// A list.
#[derive(Clone, Debug)]
pub struct List {
    /// First number, when it is numbered.
    pub start: Option<u64>,
    /// Its items.
    pub items: Vec<Item>,
}

/// An item of a list.
#[derive(Clone, Debug)]
pub struct Item {
    /// Source line, from 1.
    pub line: usize,
    /// A task, and whether the author ticked it.
    pub task: Option<bool>,
    /// What decides the task.
    pub target: Target,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// What decides a task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// A check, `id` or `lab/id`.
    Check(String),
    /// The learner.
    Manual,
    /// Nothing.
    #[default]
    Unbound,
}

/// A code block.
#[derive(Clone, Debug)]
pub struct Code {
    /// Source line of its first line of code, from 1.
    pub first_line: usize,
    /// Language as written, empty when none.
    pub language: String,
    /// What follows the language: `wrong="…"`, `on=…`, `run=…`; a bare word has an empty value.
    pub attributes: Vec<(String, String)>,
    /// The code as written, without its last newline.
    pub text: String,
    /// Its lines with roles, once somebody asked while the syntaxes were there.
    pub(super) colored: OnceLock<Vec<Row>>,
    /// Its picture, when it is a diagram.
    pub(super) drawing: Option<Drawing>,
}

impl Code {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Kinds of GitHub alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alert {
    /// 참고.
    Note,
    /// 팁.
    Tip,
    /// 중요.
    Important,
    /// 주의.
    Warning,
    /// 경고.
    Caution,
}

impl Alert {
    /// Its title.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "참고",
            Self::Tip => "팁",
            Self::Important => "중요",
            Self::Warning => "주의",
            Self::Caution => "경고",
        }
    }
}

/// A quote.
#[derive(Clone, Debug)]
pub struct Quote {
    /// Set for an alert.
    pub alert: Option<Alert>,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Alignment per column: -1 left, 0 center, 1 right, none when the author said nothing.
    pub align: Vec<Option<i8>>,
    /// Header cells; may be empty.
    pub head: Vec<Vec<Span>>,
    /// Body.
    pub rows: Vec<TableRow>,
}

/// A row of a table.
#[derive(Clone, Debug, Default)]
pub struct TableRow {
    /// Source line, from 1.
    pub line: usize,
    /// Cells.
    pub cells: Vec<Vec<Span>>,
}

/// A part with a summary, `<details>`.
#[derive(Clone, Debug)]
pub struct Details {
    /// It is open when nobody says otherwise.
    pub open: bool,
    /// The line that stays when it is folded.
    pub summary: Vec<Span>,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// The text of a footnote.
#[derive(Clone, Debug)]
pub struct Footnote {
    /// Its label, by which links name it.
    pub label: String,
    /// Its number in the page, from 1.
    pub number: usize,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// A comment with a meaning: `check`, `manual`, `slide`, `note`, `node`, `predict`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Source line, from 1.
    pub line: usize,
    /// Name before the colon.
    pub name: String,
    /// Text after it.
    pub value: String,
}

/// A task of a page and what decides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckLine {
    /// Source line, from 1.
    pub line: usize,
    /// Its text.
    pub text: String,
    /// What decides it.
    pub target: Target,
}

impl Document {
    /// All headings, also those within quotes and folded parts.
    pub fn headings(&self) -> Vec<&Heading> {
        let mut out = Vec::new();
        walk(&self.blocks, &mut |block| {
            if let Kind::Heading(heading) = &block.kind {
                out.push(heading);
            }
        });
        out
    }

    /// All tasks.
    pub fn checks(&self) -> Vec<CheckLine> {
        let mut out = Vec::new();
        walk(&self.blocks, &mut |block| {
            let Kind::List(list) = &block.kind else { return };
            for item in list.items.iter().filter(|item| item.task.is_some()) {
                let text = item.blocks.first().map(Block::text).unwrap_or_default();
                out.push(CheckLine { line: item.line, text, target: item.target.clone() });
            }
        });
        out.sort_by_key(|check| check.line);
        out
    }

    /// All code blocks.
    pub fn code(&self) -> Vec<&Code> {
        let mut out = Vec::new();
        walk(&self.blocks, &mut |block| {
            if let Kind::Code(code) = &block.kind {
                out.push(code);
            }
        });
        out
    }
}

impl Block {
    /// Its running text, without what it contains.
    fn text(&self) -> String {
        match &self.kind {
            Kind::Paragraph(spans) => spoken(spans),
            Kind::Heading(heading) => heading.title.clone(),
            Kind::Code(code) => code.text.clone(),
            _ => String::new(),
        }
    }

    /// The lists of blocks within it.
    fn inner(&self) -> Vec<&[Block]> {
        match &self.kind {
            Kind::List(list) => list.items.iter().map(|item| item.blocks.as_slice()).collect(),
            Kind::Quote(Quote { blocks, .. })
            | Kind::Details(Details { blocks, .. })
            | Kind::Footnote(Footnote { blocks, .. }) => vec![blocks],
            _ => Vec::new(),
        }
    }
}

fn walk<'a>(blocks: &'a [Block], visit: &mut impl FnMut(&'a Block)) {
    for block in blocks {
        visit(block);
        for inner in block.inner() {
            walk(inner, visit);
        }
    }
}

/// The lists of blocks within a block.
pub(super) fn inner_mut(kind: &mut Kind) -> Vec<&mut Vec<Block>> {
    match kind {
        Kind::List(list) => list.items.iter_mut().map(|item| &mut item.blocks).collect(),
        Kind::Quote(Quote { blocks, .. })
        | Kind::Details(Details { blocks, .. })
        | Kind::Footnote(Footnote { blocks, .. }) => vec![blocks],
        _ => Vec::new(),
    }
}

/// The running texts of a block, without those of the blocks within it.
pub(super) fn spans_mut(kind: &mut Kind) -> Vec<&mut Vec<Span>> {
    match kind {
        Kind::Paragraph(spans) => vec![spans],
        Kind::Heading(heading) => vec![&mut heading.spans],
        Kind::Details(details) => vec![&mut details.summary],
        Kind::Table(table) => {
            let rows = table.rows.iter_mut().flat_map(|row| &mut row.cells);
            table.head.iter_mut().chain(rows).collect()
        }
        _ => Vec::new(),
    }
}

/// The text of spans on one line.
pub fn spoken(spans: &[Span]) -> String {
    let joined: String = spans.iter().map(|span| span.text.as_str()).collect();
    joined.replace('\n', " ").trim().to_owned()
}
