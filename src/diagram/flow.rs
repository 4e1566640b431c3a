//! Flowcharts: nodes, links between them and subgraphs around them.

use super::{Line, Options, Picture, Refusal};

/// As parsed.
#[derive(Clone, Debug)]
pub struct Flow {}

impl Flow {
    /// Reads the lines, the header first.
    pub fn parse(lines: &[Line<'_>]) -> Result<Self, Refusal> {
        Err(Refusal {
            line: lines.first().map_or(1, |line| line.number),
            reason: "아직 그릴 수 없는 그림이에요".into(),
        })
    }

    /// Its picture.
    pub fn draw(&self, options: &Options) -> Result<Picture, Refusal> {
        let _options = options;
        Ok(Picture::default())
    }

    /// Its sentences.
    pub fn spoken(&self) -> Vec<String> {
        Vec::new()
    }

    /// What a web page shows otherwise than meant.
    pub fn lints(&self) -> Vec<(usize, String)> {
        Vec::new()
    }
}
