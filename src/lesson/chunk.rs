//! A long page, chunk by chunk: each is read without the others, and together they are the page read as a whole.

use super::model::Document;
use super::parse::{Known, Slugs, body, piece};

/// Bytes of a chunk, as long as its blocks allow.
const CHUNK: usize = 32 * 1024;

/// The chunks of a page, in order.
pub struct Chunks<'a> {
    rest: &'a str,
    /// Lines above what is left.
    lines: usize,
    known: Known,
    slugs: Slugs,
}

/// Reads a page chunk by chunk. Lines are counted from the top of the file, headings have the names they have in the whole.
pub fn chunks(markdown: &str) -> Chunks<'_> {
    let (rest, lines) = body(markdown);
    let known = if rest.len() > CHUNK { Known::of(rest) } else { Known::default() };
    Chunks { rest, lines, known, slugs: Slugs::default() }
}

impl Iterator for Chunks<'_> {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        if self.rest.is_empty() {
            return None;
        }
        let mut size = CHUNK;
        let (mut document, bytes) = loop {
            let window = lines(self.rest, size);
            let last = window.len() == self.rest.len();
            let (document, bytes) =
                piece(window, self.lines, if last { usize::MAX } else { size / 8 * 7 }, &self.known);
            if last || bytes < window.len() {
                break (document, bytes);
            }
            // A block longer than that.
            size *= 4;
        };
        self.slugs.number(&mut document);
        let (chunk, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.lines += chunk.matches('\n').count();
        self.rest = rest;
        Some(document)
    }
}

/// The first lines of a text, at least that many bytes of them.
fn lines(text: &str, bytes: usize) -> &str {
    let end = text.as_bytes().get(bytes..).and_then(|rest| rest.iter().position(|byte| *byte == b'\n'));
    end.and_then(|end| text.get(..bytes + end + 1)).unwrap_or(text)
}
