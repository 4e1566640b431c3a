//! What a sequence is drawn with: marks, and lifelines that pass behind them.

use super::super::canvas::{Canvas, Corners, Stroke, Toward};
use crate::text::Role;

/// What is drawn once all rows are known.
pub enum Mark {
    Across { from: usize, to: usize, y: usize, dashed: bool, role: Role },
    Down { x: usize, from: usize, to: usize, dashed: bool },
    Frame { x: usize, y: usize, columns: usize, rows: usize, corners: Corners },
    Text { x: usize, y: usize, text: String, role: Role },
    Arrow { x: usize, y: usize, toward: Toward },
}

/// Where a participant is, and when it is active.
#[derive(Default)]
pub struct Lifeline {
    /// The row of its head that it leaves from.
    pub from: usize,
    /// The row after its last one, when it ends before the picture does.
    pub to: Option<usize>,
    /// Rows at which it becomes active, with the rows at which it no longer is.
    pub active: Vec<(usize, Option<usize>)>,
    /// Rows that something covers.
    pub covered: Vec<(usize, usize)>,
}

impl Lifeline {
    /// Draws it on the column, down to the picture's end at most.
    pub fn draw(&self, canvas: &mut Canvas, x: usize, end: usize, ascii: bool) {
        let to = self.to.unwrap_or(end).min(end);
        let mut strokes: Vec<Option<Stroke>> = vec![Some(Stroke::Thin); to.saturating_sub(self.from)];
        let mut set = |from: usize, to: usize, stroke: Option<Stroke>| {
            let (from, to) = (from.saturating_sub(self.from), to.saturating_sub(self.from).min(strokes.len()));
            strokes.get_mut(from..to).unwrap_or_default().fill(stroke);
        };
        for (from, to) in &self.active {
            set((*from).max(self.from + 1), to.map_or(end, |to| to + 1), Some(Stroke::Thick));
        }
        for (from, to) in &self.covered {
            set(*from, *to, None);
        }
        // Its first cell is the frame of its head, which it leaves downwards.
        if let Some(first) = strokes.first_mut() {
            *first = None;
        }
        let mut row = self.from;
        for run in strokes.chunk_by(|a, b| a == b) {
            let last = row + run.len() - 1;
            match run.first() {
                // There is no thick line in ASCII.
                Some(Some(Stroke::Thick)) if ascii => (row..=last).for_each(|y| canvas.text(x, y, "#", Role::Dim)),
                Some(Some(stroke)) => {
                    let role = if *stroke == Stroke::Thick { Role::Dim } else { Role::Faint };
                    canvas.vertical(x, row, last, *stroke, role);
                    // It goes on behind what covers it: messages join its last row from the side.
                    let inner = row.max(self.from + 1)..(last + 1).min(to.saturating_sub(1));
                    inner.for_each(|y| canvas.vertical(x, y, y, *stroke, role));
                }
                _ => {}
            }
            row = last + 1;
        }
        if to > self.from + 1 {
            canvas.vertical(x, self.from, self.from + 1, Stroke::Thin, Role::Faint);
        }
    }
}

impl Mark {
    /// Draws it.
    pub fn draw(self, canvas: &mut Canvas, ascii: bool, lifelines: &[usize]) {
        let stroke = |dashed: bool| if dashed { Stroke::Dotted } else { Stroke::Thin };
        match self {
            // There is no dotted line in ASCII.
            Mark::Across { from, to, y, dashed: true, role } if ascii => {
                for x in from.min(to)..=from.max(to) {
                    if canvas.is_empty(x, y) || !lifelines.contains(&x) {
                        canvas.text(x, y, ".", role);
                    }
                }
            }
            Mark::Across { from, to, y, dashed, role } => canvas.horizontal(from, to, y, stroke(dashed), role),
            Mark::Down { x, from, to, dashed } => canvas.vertical(x, from, to, stroke(dashed), Role::Faint),
            Mark::Frame { x, y, columns, rows, corners } => canvas.frame(x, y, columns, rows, corners, Role::Faint),
            Mark::Text { x, y, text, role } => canvas.text(x, y, &text, role),
            Mark::Arrow { x, y, toward } => canvas.arrow(x, y, toward, Role::Accent),
        }
    }
}
