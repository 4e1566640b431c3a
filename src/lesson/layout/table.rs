//! Tables: columns as wide as they need; too wide, cells wrap; still too wide, each row becomes a list of
//! `header: value`. Nothing is ever cut.

use std::borrow::Cow;

use super::super::model::{Span, Table};
use super::flow::{Flowed, flow, lend};
use super::pen::{Frag, Level, Pen};
use crate::text::{Role, pad, width};

/// Cells between columns.
const GAP: usize = 2;
/// A word longer than this may break within its cell.
const WORD: usize = 18;
/// A cell wrapped to more rows than this reads better in a list.
const TALL: usize = 6;

pub fn draw(pen: &mut Pen, line: usize, table: &Table) {
    let shape = Shape::of(table);
    let gaps = GAP * shape.natural.len().saturating_sub(1);
    let natural = shape.natural.iter().sum::<usize>() + gaps;
    let room = if natural <= pen.width() { pen.width() } else { pen.wide() };
    match fit(&shape, room.saturating_sub(gaps)) {
        Some(widths) if natural <= room || !too_tall(table, &widths) => grid(pen, line, table, &widths, &shape.right),
        _ => list(pen, table),
    }
}

/// What the cells need.
struct Shape {
    /// Cells without any wrapping.
    natural: Vec<usize>,
    /// Cells of the longest word.
    least: Vec<usize>,
    /// Numbers stand on the right.
    right: Vec<Option<i8>>,
}

impl Shape {
    fn of(table: &Table) -> Self {
        let columns = table.align.len();
        let mut shape = Self { natural: vec![1; columns], least: vec![1; columns], right: table.align.clone() };
        for cells in table.rows.iter().map(|row| &row.cells).chain([&table.head]) {
            for ((cell, natural), least) in cells.iter().zip(&mut shape.natural).zip(&mut shape.least) {
                let text = text(cell);
                for line in text.split('\n') {
                    *natural = width(line).max(*natural);
                }
                for word in text.split_whitespace() {
                    // No character has more cells than bytes.
                    if word.len() > *least {
                        *least = width(word).min(WORD).max(*least);
                    }
                }
            }
        }
        for (column, align) in shape.right.iter_mut().enumerate() {
            let mut values = table.rows.iter().filter_map(|row| row.cells.get(column)).map(|cell| text(cell));
            if align.is_none() && numbers(&mut values) {
                *align = Some(1);
            }
        }
        shape
    }
}

fn text(cell: &[Span]) -> Cow<'_, str> {
    match cell {
        [] => Cow::Borrowed(""),
        [span] => Cow::Borrowed(&span.text),
        _ => cell.iter().map(|span| span.text.as_str()).collect(),
    }
}

/// A header on one row.
fn label(cell: &[Span]) -> String {
    text(cell).replace('\n', " ")
}

fn numbers<'a>(values: &mut dyn Iterator<Item = Cow<'a, str>>) -> bool {
    let mut any = false;
    for value in values {
        let value = value.trim();
        if matches!(value, "" | "-" | "–") {
            continue;
        }
        let bare = value.strip_prefix(['+', '-', '~']).unwrap_or(value);
        let unit = bare.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
        if unit.len() == bare.len() || unit.trim().chars().count() > 2 || unit.contains([':', '-', '/', '.']) {
            return false;
        }
        any = true;
    }
    any
}

/// Widths that sum to at most `room`; the widest columns give way first. `None` when the longest words do not fit.
fn fit(shape: &Shape, room: usize) -> Option<Vec<usize>> {
    if shape.least.iter().sum::<usize>() > room {
        return None;
    }
    let capped = |cap: usize| {
        let pairs = shape.natural.iter().zip(&shape.least);
        pairs.map(|(natural, least)| (*natural).min(cap).max(*least)).collect::<Vec<_>>()
    };
    let (mut low, mut high) = (0, shape.natural.iter().copied().max().unwrap_or(1));
    while low < high {
        let middle = (low + high).div_ceil(2);
        if capped(middle).iter().sum::<usize>() <= room { low = middle } else { high = middle - 1 }
    }
    let mut widths = capped(low);
    let mut spare = room - widths.iter().sum::<usize>();
    for (width, natural) in widths.iter_mut().zip(&shape.natural) {
        let more = natural.saturating_sub(*width).min(spare);
        *width += more;
        spare -= more;
    }
    Some(widths)
}

fn too_tall(table: &Table, widths: &[usize]) -> bool {
    let tall = |(cell, width): (&Vec<Span>, &usize)| flow(cell, *width).len() > TALL;
    table.rows.iter().any(|row| row.cells.iter().zip(widths).any(tall))
}

fn grid(pen: &mut Pen, line: usize, table: &Table, widths: &[usize], align: &[Option<i8>]) {
    let total = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
    if table.head.iter().any(|cell| !cell.is_empty()) {
        let head: Vec<Vec<Span>> = table.head.iter().map(|cell| heading(cell)).collect();
        body(pen, line, flowed(&head, widths), widths, align);
        let rule = pen.rule(total);
        pen.row(line, vec![rule]);
    }
    let rows: Vec<Flow<'_>> = table.rows.iter().map(|row| flowed(&row.cells, widths)).collect();
    let tall = rows.iter().filter(|cells| cells.iter().any(|cell| cell.len() > 1)).count();
    for (index, (row, cells)) in table.rows.iter().zip(rows).enumerate() {
        if tall * 2 > table.rows.len() && index > 0 {
            pen.gap(1);
        }
        body(pen, row.line, cells, widths, align);
    }
}

/// The cells of a row, each in rows of its own.
type Flow<'a> = Vec<Vec<Flowed<'a>>>;

fn flowed<'a>(cells: &'a [Vec<Span>], widths: &[usize]) -> Flow<'a> {
    cells.iter().zip(widths).map(|(cell, width)| flow(cell, *width)).collect()
}

fn heading(cell: &[Span]) -> Vec<Span> {
    lend(cell, Role::Dim).into_iter().map(|span| Span { role: Role::Dim, ..span }).collect()
}

/// One row of the table, as many rows of cells as its tallest cell needs.
fn body(pen: &mut Pen, line: usize, cells: Flow<'_>, widths: &[usize], align: &[Option<i8>]) {
    let height = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let mut columns: Vec<_> = cells.into_iter().map(Vec::into_iter).collect();
    for _ in 0..height {
        let mut frags = Vec::new();
        for ((column, cells), align) in columns.iter_mut().zip(widths).zip(align) {
            if !frags.is_empty() {
                frags.push(Frag::blank(Role::Text, GAP));
            }
            let found = column.next().map(|row| row.frags).unwrap_or_default();
            let used: usize = found.iter().map(|frag| width(&frag.text)).sum();
            let spare = cells.saturating_sub(used);
            let left = match align {
                Some(1) => spare,
                Some(0) => spare / 2,
                _ => 0,
            };
            frags.push(Frag::blank(Role::Text, left));
            frags.extend(found);
            frags.push(Frag::blank(Role::Text, spare - left));
        }
        while frags.last().is_some_and(|frag| frag.role == Role::Text && frag.text.trim().is_empty()) {
            frags.pop();
        }
        pen.row(line, frags);
    }
}

/// Each row as `header: value`, one below the other; the values line up where the headers leave room for them. The
/// first value stands out: it is mostly the name of what the row tells of.
fn list(pen: &mut Pen, table: &Table) {
    let headers = table.head.iter().map(|cell| width(&label(cell))).max().unwrap_or(0);
    let lined_up = headers > 0 && (headers + GAP) * 3 <= pen.width();
    for (index, row) in table.rows.iter().enumerate() {
        if index > 0 {
            pen.gap(1);
        }
        for (column, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let header = table.head.get(column).filter(|cell| !cell.is_empty());
            let value = if column == 0 && header.is_some() { lend(cell, Role::Strong) } else { cell.clone() };
            let spans = match header {
                Some(header) if lined_up => {
                    pen.level(Level::marked(Role::Dim, pad(&format!("{}:", label(header)), headers + GAP)));
                    value
                }
                _ => {
                    let mut spans = header.map(|cell| heading(cell)).unwrap_or_default();
                    if !spans.is_empty() {
                        spans.push(Span { text: ": ".into(), role: Role::Dim, link: None, line: row.line });
                    }
                    spans.extend(value);
                    pen.level(Level::hanging(GAP));
                    spans
                }
            };
            for flowed in flow(&spans, pen.width()) {
                pen.row(row.line, flowed.frags);
            }
            pen.leave(row.line);
        }
    }
    if table.rows.is_empty() {
        for cell in &table.head {
            for flowed in flow(&heading(cell), pen.width()) {
                pen.row(flowed.line, flowed.frags);
            }
        }
    }
}
