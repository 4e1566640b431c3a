//! Blocks → rows at a width. One file per construct; this one decides what stands between blocks.

mod code;
mod flow;
mod heading;
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
    let mut pen = Pen::new(options);
    pen.blocks(&document.blocks, false);
    pen.finish()
}

impl Pen {
    /// Draws blocks one below the other; tight ones (of a list's item) keep a list at its text.
    pub(super) fn blocks(&mut self, blocks: &[Block], tight: bool) {
        let mut previous: Option<&Kind> = None;
        for block in blocks {
            if let Some(previous) = previous {
                self.gap(gap(previous, &block.kind, tight));
            }
            self.block(block);
            previous = Some(&block.kind);
        }
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            Kind::Heading(heading) => heading::draw(self, heading),
            Kind::Paragraph(spans) => {
                for row in flow(spans, self.width()) {
                    self.row(row.line, row.frags);
                }
            }
            Kind::List(list) => list::draw(self, list),
            Kind::Code(code) => code::draw(self, code),
            Kind::Quote(quote) => quote::draw(self, block.line, quote),
            Kind::Table(table) => table::draw(self, block.line, table),
            Kind::Details(details) => quote::details(self, block.line, details),
            Kind::Footnote(note) => {
                let mark = format!("[{}] ", note.label);
                self.level(Level::marked(Role::Dim, &mark));
                self.blocks(&note.blocks, false);
                self.leave(block.line);
            }
            Kind::Rule => {
                let rule = self.rule(self.width());
                self.row(block.line, vec![rule]);
            }
        }
    }
}

fn gap(previous: &Kind, next: &Kind, tight: bool) -> usize {
    match (previous, next) {
        (Kind::Rule | Kind::Heading(_), Kind::Heading(_)) => 1,
        (_, Kind::Heading(heading)) if heading.level <= 2 => 2,
        (Kind::Paragraph(_), Kind::List(_)) if tight => 0,
        (Kind::List(_), Kind::List(_)) if tight => 0,
        (Kind::Footnote(_), Kind::Footnote(_)) => 0,
        _ => 1,
    }
}

#[cfg(test)]
mod tests;
