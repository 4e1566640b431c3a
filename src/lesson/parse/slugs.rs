//! Names of headings in links, unique in a page as web pages make them: `a`, `a-1`, `a-2`.

use std::collections::HashMap;

use super::super::model::{Block, Document, Kind, inner_mut};

/// The names given so far.
#[derive(Clone, Debug, Default)]
pub struct Slugs(HashMap<String, usize>);

impl Slugs {
    /// Makes the names of a document's headings unique among all that were numbered before.
    pub fn number(&mut self, document: &mut Document) {
        self.blocks(&mut document.blocks);
    }

    fn blocks(&mut self, blocks: &mut [Block]) {
        for block in blocks {
            if let Kind::Heading(heading) = &mut block.kind {
                let seen = self.0.entry(heading.slug.clone()).or_insert(0);
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
