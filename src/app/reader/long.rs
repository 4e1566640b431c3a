//! Lessons too long to be laid out between two frames: what is around the place at once, the whole away from the screen.

use std::sync::{Arc, Weak};

use crate::course::Section;
use crate::lesson::{self, Document, Layout, Options, Page};

/// Bytes of a lesson that is laid out as a whole at once.
const SHORT: usize = 128 * 1024;

/// A long lesson. It is not kept as a document, which is several times its text.
#[derive(Clone, Debug)]
pub struct Long {
    text: Arc<str>,
    /// First and last source line of the part that is shown, where it is not the whole.
    lines: Option<(usize, usize)>,
}

/// The order to lay a long lesson out as a whole.
#[derive(Clone, Debug)]
pub struct Job {
    /// Where the lesson is in the curriculum.
    pub node: usize,
    pub(super) long: Long,
    pub(super) options: Options,
    /// Gone when nobody wants it any more.
    pub(super) wanted: Weak<()>,
}

/// A long lesson laid out as a whole.
#[derive(Clone, Debug)]
pub struct Laid {
    pub(super) node: usize,
    pub(super) options: Options,
    pub(super) page: Page,
}

impl Job {
    /// Does it; takes tens of milliseconds for each megabyte. None when it was given up on the way.
    pub fn run(self) -> Option<Laid> {
        lesson::warm();
        let mut layout = Layout::new(&self.options);
        let mut page = Page::default();
        for chunk in self.long.chunks() {
            if self.wanted.strong_count() == 0 {
                return None;
            }
            page.append(layout.add(&chunk));
        }
        page.rows.shrink();
        Some(Laid { node: self.node, options: self.options, page })
    }
}

/// Rows around a place.
pub struct Around {
    /// The rows.
    pub page: Page,
    /// They begin at the top of the lesson.
    pub top: bool,
    /// They end where it ends.
    pub end: bool,
}

impl Long {
    /// The lesson as such, when it is that long.
    pub fn of(text: &str, section: Option<&Section>) -> Option<Self> {
        let lines = section.map(|section| (section.first_line, section.last_line));
        (text.len() > SHORT).then(|| Self { text: text.into(), lines })
    }

    /// The whole file, whatever part of it is shown.
    pub fn text(&self) -> Arc<str> {
        self.text.clone()
    }

    fn chunks(&self) -> impl Iterator<Item = Document> {
        lesson::chunks(&self.text).filter_map(|chunk| match self.lines {
            Some((first, last)) => Some(lesson::section(&chunk, first, last)).filter(|part| !part.blocks.is_empty()),
            None => Some(chunk),
        })
    }

    /// The chunk with a source line, and those beside it.
    pub fn around(&self, line: usize, options: &Options) -> Around {
        let mut chunks = self.chunks().peekable();
        let mut before: Option<Document> = None;
        let mut top = true;
        // The chunk that begins behind the line is the one after that with the line.
        while let Some(chunk) = chunks.next_if(|chunk| chunk.blocks.first().is_none_or(|block| block.line <= line)) {
            top &= before.replace(chunk).is_none();
        }
        let mut layout = Layout::new(&Options { uncolored: true, ..options.clone() });
        let mut page = Page::default();
        for chunk in before.into_iter().chain(chunks.by_ref().take(1)) {
            page.append(layout.add(&chunk));
        }
        Around { page, top, end: chunks.peek().is_none() }
    }
}
