//! Mermaid, drawn in cells: a diagram's text becomes a picture of rows at a width, or says why it cannot.
//! Pure; knows no lesson and no screen.
//!
//! ```text
//! parse     text → Diagram                 what its author declared, by source line
//! draw      Diagram × Options → Picture    rows of (Role, text); wider than asked only when nothing else fits
//! spoken    Diagram → sentences            for screen readers
//! ```

#[cfg_attr(not(test), expect(dead_code, reason = "drawn on by the kinds of diagrams"))]
mod canvas;

use crate::text::Row;

/// How to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Cells there are.
    pub width: usize,
    /// Only ASCII for what is drawn around the text.
    pub ascii: bool,
}

/// A drawn diagram.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// Rows from the top; none is wider than `width`.
    pub rows: Vec<Row>,
    /// Cells of the widest row: more than asked when the diagram cannot be folded any further, and is to be panned.
    pub width: usize,
}

/// Why a diagram is shown as code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Line within the diagram's text, from 1.
    pub line: usize,
    /// One short sentence to the learner, in Korean.
    pub reason: String,
}

/// A parsed diagram.
#[derive(Clone, Debug)]
pub struct Diagram {}

/// Reads a diagram, without the fence around it. Never panics; work and memory are capped (2,000 nodes, 100 KB).
pub fn parse(source: &str) -> Result<Diagram, Refusal> {
    let _source = source;
    Err(Refusal { line: 1, reason: "아직 그릴 수 없는 그림이에요".into() })
}

impl Diagram {
    /// Draws it: first as asked, then with smaller gaps, wrapped labels and the direction turned; at last wider than asked.
    pub fn draw(&self, options: &Options) -> Result<Picture, Refusal> {
        let _options = options;
        Ok(Picture::default())
    }

    /// The diagram in sentences, one a line: its parts and what leads where.
    pub fn spoken(&self) -> Vec<String> {
        Vec::new()
    }

    /// What a web page will show otherwise than meant: line within the diagram's text, and a sentence for its author.
    pub fn lints(&self) -> Vec<(usize, String)> {
        Vec::new()
    }
}
