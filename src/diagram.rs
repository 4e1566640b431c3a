//! Mermaid, drawn in cells: a diagram's text becomes a picture of rows at a width, or says why it cannot.
//! Pure; knows no lesson and no screen.
//!
//! ```text
//! parse     text → Diagram                 what its author declared, by source line
//! draw      Diagram × Options → Picture    rows of (Role, text); wider than asked only when nothing else fits
//! spoken    Diagram → sentences            for screen readers
//! ```

mod canvas;
mod flow;
mod gantt;
#[cfg(test)]
mod kinds;
mod mindmap;
mod pie;
mod rows;
mod sequence;
mod source;
mod state;
mod timeline;

use crate::text::{Role, Row, row_width, truncate, wrap};
use source::Line;

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
pub struct Diagram {
    /// From the front matter.
    title: Option<String>,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Flow(flow::Flow),
    Sequence(sequence::Sequence),
    Timeline(timeline::Timeline),
    Pie(pie::Pie),
    Gantt(gantt::Gantt),
    State(state::State),
    Mindmap(mindmap::Mindmap),
}

/// Reads a diagram, without the fence around it. Never panics; work and memory are capped (2,000 nodes, 100 KB).
pub fn parse(source: &str) -> Result<Diagram, Refusal> {
    let source = source::read(source)?;
    let lines = source.lines.as_slice();
    let first = lines.first();
    let line = first.map_or(1, |line| line.number);
    let kind = match first.map_or("", Line::keyword) {
        "graph" | "flowchart" | "flowchart-elk" => Kind::Flow(flow::Flow::parse(lines)?),
        "sequenceDiagram" => Kind::Sequence(sequence::Sequence::parse(lines)?),
        "timeline" => Kind::Timeline(timeline::Timeline::parse(lines)?),
        "pie" => Kind::Pie(pie::Pie::parse(lines)?),
        "gantt" => Kind::Gantt(gantt::Gantt::parse(lines)?),
        "stateDiagram" | "stateDiagram-v2" => Kind::State(state::State::parse(lines)?),
        "mindmap" => Kind::Mindmap(mindmap::Mindmap::parse(lines)?),
        "" => return Err(Refusal { line, reason: "그림에 내용이 없어요".into() }),
        other => {
            let reason = format!("'{}' 그림은 그릴 줄 몰라요", truncate(other, 24));
            return Err(Refusal { line, reason });
        }
    };
    Ok(Diagram { title: source.title, kind })
}

impl Diagram {
    /// Draws it: first as asked, then with smaller gaps, wrapped labels and the direction turned; at last wider than asked.
    pub fn draw(&self, options: &Options) -> Result<Picture, Refusal> {
        let mut picture = match &self.kind {
            Kind::Flow(kind) => kind.draw(options),
            Kind::Sequence(kind) => kind.draw(options),
            Kind::Timeline(kind) => kind.draw(options),
            Kind::Pie(kind) => kind.draw(options),
            Kind::Gantt(kind) => kind.draw(options),
            Kind::State(kind) => kind.draw(options),
            Kind::Mindmap(kind) => kind.draw(options),
        }?;
        if let Some(title) = &self.title {
            let mut rows = wrap(&[(Role::Strong, title.clone())], options.width.max(1));
            rows.push(Row::new());
            picture.width = rows.iter().map(row_width).fold(picture.width, usize::max);
            rows.append(&mut picture.rows);
            picture.rows = rows;
        }
        Ok(picture)
    }

    /// The diagram in sentences, one a line: its parts and what leads where.
    pub fn spoken(&self) -> Vec<String> {
        let mut sentences = match &self.kind {
            Kind::Flow(kind) => kind.spoken(),
            Kind::Sequence(kind) => kind.spoken(),
            Kind::Timeline(kind) => kind.spoken(),
            Kind::Pie(kind) => kind.spoken(),
            Kind::Gantt(kind) => kind.spoken(),
            Kind::State(kind) => kind.spoken(),
            Kind::Mindmap(kind) => kind.spoken(),
        };
        if let Some(title) = &self.title {
            sentences.insert(0, format!("그림 제목: {title}"));
        }
        sentences
    }

    /// What a web page will show otherwise than meant: line within the diagram's text, and a sentence for its author.
    pub fn lints(&self) -> Vec<(usize, String)> {
        match &self.kind {
            Kind::Flow(kind) => kind.lints(),
            _ => Vec::new(),
        }
    }
}
