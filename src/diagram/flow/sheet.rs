//! What a scope's picture is made of, before it is drawn on cells.

use super::model::Head;
use crate::diagram::canvas::{Canvas, Corners, Stroke, Toward};
use crate::text::{Role, Row, width};

/// A line along one axis, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub from: (i64, i64),
    pub to: (i64, i64),
    pub stroke: Stroke,
    /// Lines of one net may share cells.
    pub net: usize,
}

/// A frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    pub at: (i64, i64),
    pub columns: i64,
    pub rows: i64,
    pub corners: Corners,
}

/// Pieces of a picture, by column and row.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    pub columns: i64,
    pub rows: i64,
    pub frames: Vec<Frame>,
    pub texts: Vec<((i64, i64), String, Role)>,
    pub lines: Vec<Line>,
    pub heads: Vec<((i64, i64), Head, Toward)>,
    /// Where links pass the frame around it, by key: cells across the flow.
    pub ports: Vec<(usize, usize)>,
}

impl Sheet {
    /// Its columns, to be compared with those there are.
    pub fn width(&self) -> usize {
        usize::try_from(self.columns).unwrap_or(0)
    }

    /// Its rows.
    pub fn height(&self) -> usize {
        usize::try_from(self.rows).unwrap_or(0)
    }

    /// Lays another sheet on this one.
    pub fn absorb(&mut self, other: &Self, at: (i64, i64)) {
        let moved = |(x, y): (i64, i64)| (x + at.0, y + at.1);
        self.frames.extend(other.frames.iter().map(|frame| Frame { at: moved(frame.at), ..*frame }));
        self.texts.extend(other.texts.iter().map(|(at, text, role)| (moved(*at), text.clone(), *role)));
        self.lines.extend(other.lines.iter().map(|line| Line { from: moved(line.from), to: moved(line.to), ..*line }));
        self.heads.extend(other.heads.iter().map(|(at, head, toward)| (moved(*at), *head, *toward)));
    }

    /// The rows.
    pub fn paint(&self, ascii: bool) -> Vec<Row> {
        let cell = |at: i64| usize::try_from(at).unwrap_or(0);
        let mut canvas = Canvas::new(cell(self.columns), cell(self.rows), ascii);
        for frame in &self.frames {
            let (x, y) = (cell(frame.at.0), cell(frame.at.1));
            canvas.frame(x, y, cell(frame.columns), cell(frame.rows), frame.corners, Role::Faint);
        }
        for line in &self.lines {
            let (from, to) = (line.from, line.to);
            if from.0 == to.0 {
                canvas.vertical(cell(from.0), cell(from.1), cell(to.1), line.stroke, Role::Faint);
            } else {
                canvas.horizontal(cell(from.0), cell(to.0), cell(from.1), line.stroke, Role::Faint);
            }
        }
        for ((x, y), text, role) in &self.texts {
            canvas.text(cell(*x), cell(*y), text, *role);
        }
        for ((x, y), head, toward) in &self.heads {
            let (x, y) = (cell(*x), cell(*y));
            match (head, ascii) {
                (Head::None, _) => {}
                (Head::Arrow, _) => canvas.arrow(x, y, *toward, Role::Accent),
                (Head::Circle, false) => canvas.text(x, y, "○", Role::Accent),
                (Head::Circle, true) => canvas.text(x, y, "o", Role::Accent),
                (Head::Cross, false) => canvas.text(x, y, "×", Role::Accent),
                (Head::Cross, true) => canvas.text(x, y, "x", Role::Accent),
            }
        }
        canvas.finish()
    }

    /// Takes care that no text or line is outside.
    pub fn grow(&mut self) {
        for line in &self.lines {
            self.columns = self.columns.max(line.from.0.max(line.to.0) + 1);
            self.rows = self.rows.max(line.from.1.max(line.to.1) + 1);
        }
        for ((x, y), text, _) in &self.texts {
            self.columns = self.columns.max(x + i64::try_from(width(text)).unwrap_or(0));
            self.rows = self.rows.max(y + 1);
        }
    }
}
