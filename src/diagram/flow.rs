//! Flowcharts: nodes, links between them and subgraphs around them.
//!
//! ```text
//! scan label parse   text → Chart
//! tree               Chart → a scope for each subgraph, with the parts of links that run in it
//! rank layers order  a scope's items in layers, in an order that crosses little
//! place columns channel route  their cells, and those of the links
//! layout sheet fit   scopes in scopes, on cells, by the steps that make it fit
//! ```

mod channel;
mod columns;
mod fit;
mod label;
mod layers;
mod layout;
mod model;
mod order;
mod parse;
mod place;
mod rank;
mod route;
mod scan;
mod sheet;
mod tree;
mod words;

use super::{Line, Options, Picture, Refusal};

/// A flowchart as parsed.
#[derive(Clone, Debug)]
pub struct Flow {
    chart: model::Chart,
}

impl Flow {
    /// Reads the lines, the header first.
    pub fn parse(lines: &[Line<'_>]) -> Result<Self, Refusal> {
        Ok(Self { chart: parse::parse(lines)? })
    }

    /// Its picture.
    pub fn draw(&self, options: &Options) -> Result<Picture, Refusal> {
        fit::draw(&self.chart, options)
    }

    /// Its sentences.
    pub fn spoken(&self) -> Vec<String> {
        words::spoken(&self.chart)
    }

    /// What a web page shows otherwise than meant.
    pub fn lints(&self) -> Vec<(usize, String)> {
        self.chart.lints.clone()
    }
}
