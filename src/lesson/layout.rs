//! Blocks → rows at a width. One file per construct; this one decides what stands between blocks.

mod code;
mod diagram;
mod flow;
mod fold;
mod heading;
mod image;
mod list;
mod pen;
mod quote;
mod table;

use self::flow::flow;
use self::pen::{Level, Pen};
use super::model::{Block, Document, Kind};
use super::page::{Options, Page};
use crate::text::Role;

/// Lays a page out. Code is highlighted when the syntaxes are there (see [`warm`](super::warm)); before that at once,
/// without.
pub fn layout(document: &Document, options: &Options) -> Page {
    Layout::new(options).add(document)
}

/// Lays a page out chunk by chunk.
pub struct Layout {
    pen: Pen,
    above: Option<Above>,
}

impl Layout {
    /// The top of a page.
    pub fn new(options: &Options) -> Self {
        Self { pen: Pen::new(options), above: None }
    }

    /// The rows of what comes next, from row 0; blank rows that part it from what is above come first.
    pub fn add(&mut self, document: &Document) -> Page {
        self.above = self.pen.blocks(&document.blocks, self.above, false);
        self.pen.take()
    }
}

/// What stands above a block, as far as the gap between them depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Above {
    Rule,
    Heading,
    Paragraph,
    List,
    Footnote,
    Other,
}

impl From<&Kind> for Above {
    fn from(kind: &Kind) -> Self {
        match kind {
            Kind::Rule => Self::Rule,
            Kind::Heading(_) => Self::Heading,
            Kind::Paragraph(_) => Self::Paragraph,
            Kind::List(_) => Self::List,
            Kind::Footnote(_) => Self::Footnote,
            _ => Self::Other,
        }
    }
}

impl Pen {
    /// Draws blocks one below the other, below what is above; tight ones (of a list's item) keep a list at its text.
    /// Gives what is above whatever follows.
    pub(super) fn blocks(&mut self, blocks: &[Block], mut above: Option<Above>, tight: bool) -> Option<Above> {
        for block in blocks {
            if let Some(above) = above {
                self.gap(gap(above, &block.kind, tight));
            }
            self.block(block);
            above = Some(Above::from(&block.kind));
        }
        above
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            Kind::Heading(heading) => heading::draw(self, heading, block.centered),
            Kind::Paragraph(spans) => {
                image::draw(self, block.line, spans, block.centered);
                for row in flow(spans, self.width()) {
                    self.aligned(row.line, row.frags, block.centered);
                }
            }
            Kind::List(list) => list::draw(self, list),
            Kind::Code(code) => code::draw(self, code),
            Kind::Quote(quote) => quote::draw(self, block.line, quote),
            Kind::Table(table) => table::draw(self, block.line, table),
            Kind::Details(details) => fold::draw(self, block.line, details),
            Kind::Footnote(note) => {
                let mark = format!("[{}] ", note.number);
                let row = self.settle();
                self.page().names.push((format!("fn-{}", note.label), row));
                self.level(Level::marked(Role::Dim, mark).with_link(&format!("#fnref-{}", note.label)));
                self.blocks(&note.blocks, None, false);
                self.leave(block.line);
            }
            Kind::Rule => {
                let rule = self.rule(self.width());
                self.row(block.line, vec![rule]);
            }
        }
    }
}

fn gap(above: Above, next: &Kind, tight: bool) -> usize {
    match (above, next) {
        (Above::Rule | Above::Heading, Kind::Heading(_)) => 1,
        (_, Kind::Heading(heading)) if heading.level <= 2 => 2,
        (Above::Paragraph | Above::List, Kind::List(_)) if tight => 0,
        (Above::Footnote, Kind::Footnote(_)) => 0,
        _ => 1,
    }
}

#[cfg(test)]
mod tests;
