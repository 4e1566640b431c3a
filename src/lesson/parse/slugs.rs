//! What is counted over a whole page: names of headings in links, unique as web pages make them (`a`, `a-1`, `a-2`),
//! and numbers of footnotes.

use std::collections::HashMap;

use super::super::model::{Block, Document, Kind, Span, inner_mut, spans_mut};

/// The names and numbers given so far.
#[derive(Clone, Debug, Default)]
pub struct Slugs {
    headings: HashMap<String, usize>,
    notes: HashMap<String, usize>,
}

impl Slugs {
    /// Makes the names of a document's headings unique among all that were numbered before.
    pub fn number(&mut self, document: &mut Document) {
        self.blocks(&mut document.blocks);
        if document.notes.is_empty() {
            return;
        }
        for label in &document.notes {
            let next = self.notes.len() + 1;
            self.notes.entry(label.clone()).or_insert(next);
        }
        self.numbered(&mut document.blocks);
    }

    /// Footnotes and their references show their numbers.
    fn numbered(&self, blocks: &mut [Block]) {
        for block in blocks {
            if let Kind::Footnote(note) = &mut block.kind {
                note.number = self.notes.get(&note.label).copied().unwrap_or_default();
            }
            for spans in spans_mut(&mut block.kind) {
                spans.iter_mut().for_each(|span| self.reference(span));
            }
            for inner in inner_mut(&mut block.kind) {
                self.numbered(inner);
            }
        }
    }

    fn reference(&self, span: &mut Span) {
        let Some(label) = span.link.as_deref().and_then(|link| link.strip_prefix("#fn-")) else { return };
        if let Some(number) = self.notes.get(label)
            && span.text == format!("[{label}]")
        {
            span.text = format!("[{number}]");
        }
    }

    fn blocks(&mut self, blocks: &mut [Block]) {
        for block in blocks {
            if let Kind::Heading(heading) = &mut block.kind {
                let seen = self.headings.entry(heading.slug.clone()).or_insert(0);
                *seen += 1;
                if *seen > 1 {
                    heading.slug = format!("{}-{}", heading.slug, *seen - 1);
                }
            }
            for inner in inner_mut(&mut block.kind) {
                self.blocks(inner);
            }
        }
    }
}
