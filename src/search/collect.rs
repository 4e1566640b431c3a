//! The text of a lesson by source line, as it is read: without markup, with its code.

use crate::lesson::{Block, Document, Kind, Span};
use crate::text::clean;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The title of a node, by its place in the curriculum.
    Title(usize),
    /// A heading of a level.
    Heading(u8),
    /// Running text.
    Text,
    /// Code.
    Code,
}

/// A line of a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// In the source, from 1.
    pub line: usize,
    /// What it is.
    pub place: Place,
    /// Clean, on one line.
    pub text: String,
}

/// All lines, in the order of the page.
pub fn texts(document: &Document) -> Vec<Text> {
    let mut out = Vec::new();
    blocks(&document.blocks, &mut out);
    out
}

fn blocks(blocks: &[Block], out: &mut Vec<Text>) {
    for block in blocks {
        self::block(block, out);
    }
}

fn block(block: &Block, out: &mut Vec<Text>) {
    match &block.kind {
        Kind::Heading(heading) => put(out, heading.line, Place::Heading(heading.level), &heading.title),
        Kind::Paragraph(spans) => self::spans(spans, out),
        Kind::List(list) => list.items.iter().for_each(|item| blocks(&item.blocks, out)),
        Kind::Code(code) => {
            for (line, text) in (code.first_line..).zip(code.text.lines()) {
                put(out, line, Place::Code, clean(text).trim());
            }
        }
        Kind::Quote(quote) => blocks(&quote.blocks, out),
        Kind::Table(table) => {
            put(out, block.line, Place::Text, &cells(&table.head));
            for row in &table.rows {
                put(out, row.line, Place::Text, &cells(&row.cells));
            }
        }
        Kind::Details(details) => {
            spans(&details.summary, out);
            blocks(&details.blocks, out);
        }
        Kind::Footnote(note) => blocks(&note.blocks, out),
        Kind::Rule => {}
    }
}

fn put(out: &mut Vec<Text>, line: usize, place: Place, text: &str) {
    let text = text.replace('\n', " ");
    if !text.trim().is_empty() {
        out.push(Text { line, place, text: text.trim().to_owned() });
    }
}

/// Running text, parted where its source lines are.
fn spans(spans: &[Span], out: &mut Vec<Text>) {
    for line in spans.chunk_by(|a, b| a.line == b.line) {
        let text: String = line.iter().map(|span| span.text.as_str()).collect();
        put(out, line.first().map_or(1, |span| span.line), Place::Text, &text);
    }
}

fn cells(cells: &[Vec<Span>]) -> String {
    let said = |spans: &Vec<Span>| spans.iter().map(|span| span.text.as_str()).collect::<String>().trim().to_owned();
    let all: Vec<String> = cells.iter().map(said).filter(|cell| !cell.is_empty()).collect();
    all.join(" · ")
}
