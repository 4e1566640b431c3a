//! Lessons: Markdown becomes blocks that know their source line, blocks become rows at a width.
//! Pure; reads no files, knows no colors and no screen.
//!
//! ```text
//! parse    Markdown → Document            no width, no color
//! layout   Document × Options → Page      rows of (Role, text), anchors, tasks, code, links
//! plain    Document × width → text        for pipes and screen readers
//! html     Document → one HTML file       for phones and printers
//! ```

mod chunk;
mod console;
mod drawing;
mod highlight;
mod html;
#[cfg(test)]
mod html_text;
mod layout;
#[cfg(test)]
mod lossless;
mod model;
mod page;
mod parse;
mod plain;
#[cfg(test)]
mod spec;
mod title;

pub use chunk::{Chunks, chunks};
pub use highlight::{load, warm, warmed};
pub use html::html;
pub use layout::{Layout, layout};
pub use model::{
    Alert, Block, CheckLine, Code, Details, Document, Footnote, Heading, Item, Kind, List, Mark, Quote, Span, Table,
    TableRow, Target,
};
pub use page::{
    Anchor, CodeSpan, FoldSpan, Folding, ImageRoom, ImageSpan, LinkSpan, Options, Page, TaskMark, WideSpan,
};
pub use parse::parse;
pub use plain::plain;
pub use title::{Timed, is_pictogram, minutes, slug, timed};

/// The part of a page between two source lines (both included), for a node that is a section of a longer page.
pub fn section(document: &Document, from_line: usize, to_line: usize) -> Document {
    let inside = |line: usize| (from_line..=to_line).contains(&line);
    Document {
        blocks: document.blocks.iter().filter(|block| inside(block.line)).cloned().collect(),
        marks: document.marks.iter().filter(|mark| inside(mark.line)).cloned().collect(),
        mended: document.mended.iter().filter(|line| inside(**line)).copied().collect(),
        notes: document.notes.clone(),
    }
}
