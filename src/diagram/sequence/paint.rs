//! A planned sequence on a sheet of cells.

use super::super::canvas::{Canvas, Corners, Toward};
use super::super::rows::{blank, hang, lines, picture, title};
use super::super::{Options, Picture, Refusal};
use super::marks::{Lifeline, Mark};
use super::plan::{Plan, runs, whole_title};
use super::{Head, Message, Sequence, Side, Step};
use crate::text::{Role, Row, width};

/// A taller picture repeats its heads at the bottom.
const TALL: usize = 32;
/// More cells than this are no picture for a person.
const CELLS: usize = 1_000_000;

/// Draws as planned.
pub fn paint(sequence: &Sequence, plan: &Plan, options: &Options) -> Result<Picture, Refusal> {
    let mut painter = Painter {
        sequence,
        plan,
        ascii: options.ascii,
        y: 0,
        line: 0,
        strokes: Vec::new(),
        lifelines: plan.lifelines.iter().map(|_| Lifeline::default()).collect(),
        open: Vec::new(),
    };
    painter.all();
    if painter.y.saturating_mul(plan.width) > CELLS {
        return Err(Refusal { line: 1, reason: "그림이 너무 커서 그릴 수 없어요".into() });
    }
    let mut rows = Vec::new();
    title(&mut rows, sequence.title.as_deref(), options.width);
    rows.append(&mut painter.finish());
    legend(&mut rows, &plan.legend, options.width);
    Ok(picture(rows))
}

fn legend(rows: &mut Vec<Row>, legend: &[(String, String)], cells: usize) {
    let lead = legend.iter().map(|(sign, _)| width(sign)).max().unwrap_or(0);
    if !legend.is_empty() {
        rows.push(Row::new());
    }
    for (sign, text) in legend {
        let first = vec![blank(lead - width(sign).min(lead)), (Role::Dim, sign.clone()), blank(2)];
        hang(rows, &first, &vec![blank(lead + 2)], &[(Role::Text, text.clone())], cells);
    }
}

struct Painter<'a> {
    sequence: &'a Sequence,
    plan: &'a Plan,
    ascii: bool,
    /// The next free row.
    y: usize,
    /// The row of the last message's line.
    line: usize,
    strokes: Vec<Mark>,
    lifelines: Vec<Lifeline>,
    /// The rows at which open blocks began.
    open: Vec<usize>,
}

impl Painter<'_> {
    fn all(&mut self) {
        self.top();
        let body = self.y;
        self.line = body;
        for (step, (text, cells)) in self.sequence.steps.iter().zip(&self.plan.texts) {
            self.step(step, text, *cells);
        }
        self.y += 1;
        if self.y - body > TALL {
            self.bottom();
        }
    }

    fn x(&self, who: usize) -> usize {
        self.plan.lifelines.get(who).copied().unwrap_or(0)
    }

    fn text(&mut self, x: usize, y: usize, text: &str, role: Role) {
        self.strokes.push(Mark::Text { x, y, text: text.to_owned(), role });
    }

    fn top(&mut self) {
        let runs = runs(self.sequence);
        let height = self.height();
        let start = self.y;
        let mut title_rows = 0;
        let mut titles = Vec::new();
        for (group, first, last) in &runs {
            let half = |who: usize| self.plan.heads.get(who).map_or(0, |(_, frame)| frame / 2);
            let left = self.x(*first).saturating_sub(half(*first) + 2);
            let frame = self.plan.heads.get(*last).map_or(0, |(_, frame)| *frame);
            let right = self.x(*last) + frame.saturating_sub(1 + frame / 2) + 2;
            let title = self.sequence.boxes.get(*group).map_or("", |group| group.title.as_str());
            let rows = if title.is_empty() { Vec::new() } else { lines(title, (right - left).saturating_sub(5)) };
            title_rows = title_rows.max(rows.len());
            titles.push((left, right, rows));
        }
        let above = if runs.is_empty() { 0 } else { title_rows.max(1) };
        for (left, right, rows) in titles {
            self.strokes.push(Mark::Frame {
                x: left,
                y: start,
                columns: right - left + 1,
                rows: above + height + 1,
                corners: Corners::Round,
            });
            for (index, row) in rows.iter().enumerate() {
                self.text(left + 2, start + index, &format!(" {row} "), Role::Dim);
            }
        }
        self.y = start + above;
        for (who, participant) in self.sequence.participants.iter().enumerate() {
            if !participant.created {
                self.head(who, self.y, height);
            }
        }
        self.y += height + usize::from(!runs.is_empty());
    }

    /// Rows of the tallest head that stands at the top.
    fn height(&self) -> usize {
        let heads = self.plan.heads.iter().zip(&self.sequence.participants);
        heads.filter(|(_, participant)| !participant.created).map(|((rows, _), _)| rows.len()).max().unwrap_or(1) + 2
    }

    fn bottom(&mut self) {
        let height = self.height();
        let at = self.y;
        for who in 0..self.sequence.participants.len() {
            if self.lifelines.get(who).is_some_and(|lifeline| lifeline.to.is_none()) {
                self.head(who, at, height);
            }
        }
        self.y += height;
    }

    /// A head whose lifeline leaves its frame below, or comes to it from above.
    fn head(&mut self, who: usize, y: usize, height: usize) {
        let Some((rows, frame)) = self.plan.heads.get(who) else { return };
        let x = self.x(who);
        let left = x.saturating_sub(frame / 2);
        self.strokes.push(Mark::Frame { x: left, y, columns: *frame, rows: height, corners: Corners::Round });
        let above = (height - 2).saturating_sub(rows.len()) / 2;
        for (index, row) in rows.iter().enumerate() {
            self.text(left + (frame - width(row).min(*frame)) / 2, y + 1 + above + index, row, Role::Strong);
        }
        if let Some(lifeline) = self.lifelines.get_mut(who) {
            if lifeline.from == 0 {
                lifeline.from = y + height - 1;
            } else {
                lifeline.to = Some(y + 1);
            }
        }
    }

    fn step(&mut self, step: &Step, text: &str, cells: usize) {
        match step {
            Step::Message(message) if message.from == message.to => self.itself(message, text, cells),
            Step::Message(message) => self.message(message, text),
            Step::Note { side, first, last, .. } => self.note(*side, *first, *last, text, cells),
            Step::Activate(who) => {
                let row = self.line;
                if let Some(lifeline) = self.lifelines.get_mut(*who) {
                    lifeline.active.push((row, None));
                }
            }
            Step::Deactivate(who) => {
                let row = self.line;
                let last =
                    self.lifelines.get_mut(*who).and_then(|it| it.active.iter_mut().rfind(|(_, to)| to.is_none()));
                if let Some((_, to)) = last {
                    *to = Some(row);
                }
            }
            Step::Destroy(who) => {
                let (x, y) = (self.x(*who), self.y);
                self.text(x, y, if self.ascii { "X" } else { "✕" }, Role::Dim);
                if let Some(lifeline) = self.lifelines.get_mut(*who) {
                    lifeline.to = Some(y);
                }
                self.y += 1;
            }
            Step::Begin(block) => {
                let Some(found) = self.sequence.blocks.get(*block) else { return };
                self.open.push(self.y);
                self.block_title(*block, found.keyword, &found.title);
            }
            Step::Part { block, keyword, title } => {
                let (from, to) = self.block_edges(*block);
                // Where dots cannot join the frame they stand within it.
                let inset = usize::from(self.ascii);
                let (from, to) = (from + inset, to - inset.min(to));
                self.strokes.push(Mark::Across { from, to, y: self.y, dashed: true, role: Role::Faint });
                self.block_title(*block, keyword, title);
            }
            Step::End(block) => {
                let Some(top) = self.open.pop() else { return };
                let (from, to) = self.block_edges(*block);
                let rows = self.y - top + 1;
                self.strokes.push(Mark::Frame {
                    x: from,
                    y: top,
                    columns: to - from + 1,
                    rows,
                    corners: Corners::Round,
                });
                self.cover(from, to, self.y, self.y + 1);
                self.y += 1;
            }
        }
    }

    fn block_edges(&self, block: usize) -> (usize, usize) {
        let Some(found) = self.sequence.blocks.get(block) else { return (0, 1) };
        let (left, right) = self.plan.margins.get(block).copied().unwrap_or((2, 2));
        (self.x(found.first).saturating_sub(left), self.x(found.last) + right)
    }

    /// On the frame's row, and below it as far as it has more rows.
    fn block_title(&mut self, block: usize, keyword: &str, title: &str) {
        let (from, to) = self.block_edges(block);
        self.cover(from, to, self.y, self.y + 1);
        let whole = whole_title(keyword, title);
        if whole.is_empty() {
            self.y += 1;
            return;
        }
        for row in lines(&whole, (to - from).saturating_sub(5)) {
            self.text(from + 2, self.y, &format!(" {row} "), Role::Dim);
            self.y += 1;
        }
    }

    /// Lifelines pass behind what stands between these columns and rows.
    fn cover(&mut self, left: usize, right: usize, from: usize, to: usize) {
        for (lifeline, x) in self.lifelines.iter_mut().zip(&self.plan.lifelines) {
            if (left..=right).contains(x) {
                lifeline.covered.push((from, to));
            }
        }
    }

    fn note(&mut self, side: Side, first: usize, last: usize, text: &str, cells: usize) {
        let frame = cells + 4;
        let x = self.x(first);
        let (left, columns) = match side {
            Side::Left => (x.saturating_sub(frame + 1), frame),
            Side::Right => (x + 2, frame),
            Side::Over if first < last => (x.saturating_sub(2), self.x(last) + 5 - x),
            Side::Over => (x.saturating_sub(frame / 2), frame),
        };
        let rows = lines(text, columns - 4);
        self.strokes.push(Mark::Frame { x: left, y: self.y, columns, rows: rows.len() + 2, corners: Corners::Square });
        for (index, row) in rows.iter().enumerate() {
            let indent = 2 + (columns - 4).saturating_sub(width(row)) / 2;
            self.text(left + indent, self.y + 1 + index, row, Role::Text);
        }
        self.cover(left, left + columns - 1, self.y, self.y + rows.len() + 2);
        self.y += rows.len() + 2;
    }

    fn message(&mut self, message: &Message, text: &str) {
        let (from, lifeline) = (self.x(message.from), self.x(message.to));
        let right = lifeline > from;
        let frame = self.plan.heads.get(message.to).map_or((1, 0), |(rows, frame)| (rows.len() + 2, *frame));
        // A head stands where the line ends.
        let to = match (message.creates, right) {
            (false, _) => lifeline,
            (true, true) => lifeline.saturating_sub(frame.1 / 2),
            (true, false) => lifeline + frame.1.saturating_sub(1 + frame.1 / 2),
        };
        let (low, high) = (from.min(to), from.max(to));
        let room = (high - low).saturating_sub(3);
        let rows = if text.is_empty() { Vec::new() } else { lines(text, room) };
        let above = if message.creates { (frame.0 / 2).saturating_sub(rows.len()) } else { 0 };
        for (index, row) in rows.iter().enumerate() {
            let x = low + 1 + (high - low - 1).saturating_sub(width(row)) / 2;
            let wide = x > low + 1;
            let shown = if wide { format!(" {row} ") } else { format!("{row} ") };
            self.text(x - usize::from(wide), self.y + above + index, &shown, Role::Text);
        }
        let y = self.y + above + rows.len();
        let inner = if right { to.saturating_sub(1) } else { to + 1 };
        let start = if right { from + 1 } else { from.saturating_sub(1) };
        let end = if message.head == Head::None { to } else { inner };
        self.strokes.push(Mark::Across { from, to: end, y, dashed: message.dashed, role: Role::Faint });
        self.tip(message.head, inner, y, right);
        if message.both {
            self.tip(Head::Arrow, start, y, !right);
        }
        self.line = y;
        self.y = y + 1;
        if message.creates {
            self.head(message.to, y.saturating_sub(frame.0 / 2), frame.0);
            self.y = y + frame.0 - frame.0 / 2;
        }
    }

    fn tip(&mut self, head: Head, x: usize, y: usize, right: bool) {
        let glyph = match (head, right, self.ascii) {
            (Head::None, ..) => return,
            (Head::Arrow, ..) => {
                self.strokes.push(Mark::Arrow { x, y, toward: if right { Toward::Right } else { Toward::Left } });
                return;
            }
            (Head::Cross, _, true) => "x",
            (Head::Cross, _, false) => "✕",
            (Head::Open, true, true) => ")",
            (Head::Open, true, false) => "▷",
            (Head::Open, false, true) => "(",
            (Head::Open, false, false) => "◁",
        };
        self.text(x, y, glyph, Role::Accent);
    }

    /// Out to the right, and back; the text stands beside it.
    fn itself(&mut self, message: &Message, text: &str, cells: usize) {
        let x = self.x(message.from);
        let rows = if text.is_empty() { Vec::new() } else { lines(text, cells) };
        let (top, bottom) = (self.y, self.y + rows.len().max(2) - 1);
        let dashed = message.dashed;
        self.strokes.push(Mark::Across { from: x, to: x + 3, y: top, dashed, role: Role::Faint });
        self.strokes.push(Mark::Across { from: x + 1, to: x + 3, y: bottom, dashed, role: Role::Faint });
        self.strokes.push(Mark::Down { x: x + 3, from: top, to: bottom, dashed });
        if !self.ascii {
            self.text(x + 3, top, "╮", Role::Faint);
            self.text(x + 3, bottom, "╯", Role::Faint);
        }
        if message.head == Head::None {
            self.strokes.push(Mark::Across { from: x, to: x + 1, y: bottom, dashed, role: Role::Faint });
        }
        self.tip(message.head, x + 1, bottom, false);
        if message.both {
            self.tip(Head::Arrow, x + 1, top, false);
        }
        for (index, row) in rows.iter().enumerate() {
            self.text(x + 5, top + index, row, Role::Text);
        }
        self.line = bottom;
        self.y = bottom + 1;
    }

    fn finish(self) -> Vec<Row> {
        let mut canvas = Canvas::new(self.plan.width, self.y, self.ascii);
        for (lifeline, x) in self.lifelines.iter().zip(&self.plan.lifelines) {
            lifeline.draw(&mut canvas, *x, self.y, self.ascii);
        }
        let (texts, strokes): (Vec<Mark>, Vec<Mark>) =
            self.strokes.into_iter().partition(|mark| matches!(mark, Mark::Text { .. } | Mark::Arrow { .. }));
        for mark in strokes.into_iter().chain(texts) {
            mark.draw(&mut canvas, self.ascii, &self.plan.lifelines);
        }
        canvas.finish()
    }
}
