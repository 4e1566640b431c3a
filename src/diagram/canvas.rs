//! A sheet of cells to draw on: lines that join where they meet, texts that keep their cells, arrowheads.

use crate::text::{Role, Row, clean, clusters};

/// How a line is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stroke {
    /// `─ │`
    #[default]
    Thin,
    /// `┄ ┆`
    Dotted,
    /// `━ ┃`
    Thick,
    /// `═ ║`
    Double,
}

/// How a frame looks: what its corners are, or which of its sides are doubled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Corners {
    /// `╭ ╮ ╰ ╯`
    #[default]
    Round,
    /// `┌ ┐ └ ┘`
    Square,
    /// `╱ ╲ ╲ ╱`
    Slanted,
    /// Double at the top and the bottom: `╒ ═ ╕ ╘ ╛`
    Store,
    /// Double at both sides: `╓ ║ ╖ ╙ ╜`
    Sides,
}

/// Where an arrowhead points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    /// `▲`
    Up,
    /// `▼`
    Down,
    /// `◀`
    Left,
    /// `▶`
    Right,
}

const UP: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const RIGHT: u8 = 8;
const VERTICAL: u8 = UP | DOWN;
const HORIZONTAL: u8 = LEFT | RIGHT;

#[derive(Clone, Debug, Default)]
enum Cell {
    #[default]
    Empty,
    /// Which of its four sides a line leaves through, and how it is drawn each way.
    Line { sides: u8, across: Stroke, upright: Stroke, corners: Corners, role: Role },
    /// A cluster, by its place among the canvas's letters.
    Text { start: u32, size: u32, role: Role },
    /// The second cell of a wide cluster.
    Rest,
}

/// The sheet. What is drawn outside it is left out.
#[derive(Clone, Debug)]
pub struct Canvas {
    columns: usize,
    rows: usize,
    ascii: bool,
    cells: Vec<Cell>,
    /// All that was written, one behind the other.
    letters: String,
}

impl Canvas {
    /// An empty sheet.
    pub fn new(columns: usize, rows: usize, ascii: bool) -> Self {
        Self { columns, rows, ascii, cells: vec![Cell::Empty; columns.saturating_mul(rows)], letters: String::new() }
    }

    fn at(&mut self, x: usize, y: usize) -> Option<&mut Cell> {
        if x >= self.columns || y >= self.rows {
            return None;
        }
        self.cells.get_mut(y * self.columns + x)
    }

    /// Nothing is drawn at this cell.
    pub fn is_empty(&self, x: usize, y: usize) -> bool {
        x < self.columns && matches!(self.cells.get(y * self.columns + x), Some(Cell::Empty))
    }

    /// A text on one row, over whatever is there; a wide cluster that would be cut is left out.
    pub fn text(&mut self, x: usize, y: usize, text: &str, role: Role) {
        let mut x = x;
        for (cluster, cells) in clusters(&clean(text)) {
            if cells == 0 || x + cells > self.columns {
                continue;
            }
            self.clear(x, y);
            self.clear(x + cells - 1, y);
            let (start, size) = (small(self.letters.len()), small(cluster.len()));
            if let Some(cell) = self.at(x, y) {
                *cell = Cell::Text { start, size, role };
                self.letters.push_str(cluster);
            }
            for rest in 1..cells {
                if let Some(cell) = self.at(x + rest, y) {
                    *cell = Cell::Rest;
                }
            }
            x += cells;
        }
    }

    /// Empties a cell, and with it the whole of a wide cluster it belongs to.
    fn clear(&mut self, x: usize, y: usize) {
        let mut from = x;
        while from > 0 && matches!(self.at(from, y), Some(Cell::Rest)) {
            from -= 1;
        }
        if let Some(cell) = self.at(from, y) {
            *cell = Cell::Empty;
        }
        let mut rest = from + 1;
        while let Some(cell) = self.at(rest, y).filter(|cell| matches!(cell, Cell::Rest)) {
            *cell = Cell::Empty;
            rest += 1;
        }
    }

    /// A horizontal line from cell to cell, both included; it joins the lines it meets. Texts are not drawn over.
    pub fn horizontal(&mut self, from: usize, to: usize, y: usize, stroke: Stroke, role: Role) {
        let (from, to) = (from.min(to), from.max(to));
        for x in from..=to.min(self.columns.saturating_sub(1)) {
            let sides = if x > from { LEFT } else { 0 } | if x < to { RIGHT } else { 0 };
            self.join(x, y, if from == to { LEFT | RIGHT } else { sides }, stroke, Corners::Round, role);
        }
    }

    /// A vertical line from cell to cell, both included; it joins the lines it meets. Texts are not drawn over.
    pub fn vertical(&mut self, x: usize, from: usize, to: usize, stroke: Stroke, role: Role) {
        let (from, to) = (from.min(to), from.max(to));
        for y in from..=to.min(self.rows.saturating_sub(1)) {
            let sides = if y > from { UP } else { 0 } | if y < to { DOWN } else { 0 };
            self.join(x, y, if from == to { UP | DOWN } else { sides }, stroke, Corners::Round, role);
        }
    }

    fn join(&mut self, x: usize, y: usize, more: u8, line: Stroke, look: Corners, color: Role) {
        let (beside, above) = (more & HORIZONTAL != 0, more & VERTICAL != 0);
        match self.at(x, y) {
            Some(cell @ Cell::Empty) => {
                *cell = Cell::Line { sides: more, across: line, upright: line, corners: look, role: color };
            }
            Some(Cell::Line { sides, across, upright, corners, .. }) => {
                // Each way it is drawn as what came that way first; a thin frame gives way to what joins it.
                if beside && *sides & HORIZONTAL == 0 {
                    *across = line;
                }
                if above && *sides & VERTICAL == 0 {
                    *upright = line;
                }
                *sides |= more;
                if look == Corners::Square {
                    *corners = look;
                }
            }
            _ => {}
        }
    }

    /// A frame of at least two by two cells.
    pub fn frame(&mut self, x: usize, y: usize, columns: usize, rows: usize, corners: Corners, role: Role) {
        if columns < 2 || rows < 2 {
            return;
        }
        let (right, bottom) = (x + columns - 1, y + rows - 1);
        let across = if corners == Corners::Store { Stroke::Double } else { Stroke::Thin };
        let upright = if corners == Corners::Sides { Stroke::Double } else { Stroke::Thin };
        let corner = if upright == Stroke::Double { upright } else { across };
        for (x, y, sides) in
            [(x, y, RIGHT | DOWN), (right, y, LEFT | DOWN), (x, bottom, RIGHT | UP), (right, bottom, LEFT | UP)]
        {
            self.join(x, y, sides, corner, corners, role);
        }
        for column in x + 1..right {
            self.join(column, y, HORIZONTAL, across, corners, role);
            self.join(column, bottom, HORIZONTAL, across, corners, role);
        }
        for row in y + 1..bottom {
            self.join(x, row, VERTICAL, upright, corners, role);
            self.join(right, row, VERTICAL, upright, corners, role);
        }
    }

    /// An arrowhead, over a line or nothing.
    pub fn arrow(&mut self, x: usize, y: usize, toward: Toward, role: Role) {
        let glyph = match (toward, self.ascii) {
            (Toward::Up, false) => "▲",
            (Toward::Down, false) => "▼",
            (Toward::Left, false) => "◀",
            (Toward::Right, false) => "▶",
            (Toward::Up, true) => "^",
            (Toward::Down, true) => "v",
            (Toward::Left, true) => "<",
            (Toward::Right, true) => ">",
        };
        self.text(x, y, glyph, role);
    }

    /// The rows, without the blanks at their ends and without empty rows at the bottom.
    pub fn finish(self) -> Vec<Row> {
        let rows = self.cells.chunks(self.columns.max(1));
        let mut out: Vec<Row> = rows.map(|cells| row(cells, &self.letters, self.ascii)).collect();
        while out.last().is_some_and(Vec::is_empty) {
            out.pop();
        }
        out
    }
}

fn row(cells: &[Cell], letters: &str, ascii: bool) -> Row {
    let mut row = Row::new();
    let mut blanks = 0;
    let mut put = |role: Role, text: &str, blanks: &mut usize| {
        if *blanks > 0 {
            row.push((Role::Text, " ".repeat(std::mem::take(blanks))));
        }
        match row.last_mut() {
            Some((last, piece)) if *last == role => piece.push_str(text),
            _ => row.push((role, text.to_owned())),
        }
    };
    for cell in cells {
        match cell {
            Cell::Empty => blanks += 1,
            Cell::Rest => {}
            Cell::Text { start, size, role } => {
                match letters.get(*start as usize..(*start + *size) as usize).unwrap_or(" ") {
                    " " => blanks += 1,
                    cluster => put(*role, cluster, &mut blanks),
                }
            }
            Cell::Line { sides, across, upright, corners, role } => {
                let slanted = *corners == Corners::Slanted;
                let glyph = if ascii {
                    plain(*sides, (*across, *upright), slanted)
                } else {
                    glyph(*sides, (*across, *upright), *corners)
                };
                put(*role, glyph, &mut blanks);
            }
        }
    }
    row
}

/// Pictures are far below 4 GB.
fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX / 2)
}

fn plain(sides: u8, (across, upright): (Stroke, Stroke), slanted: bool) -> &'static str {
    match sides {
        _ if slanted && (sides == DOWN | RIGHT || sides == UP | LEFT) => "/",
        _ if slanted && (sides == DOWN | LEFT || sides == UP | RIGHT) => "\\",
        0 => " ",
        _ if sides & HORIZONTAL == 0 => match upright {
            Stroke::Dotted => ":",
            Stroke::Thick | Stroke::Double => "#",
            Stroke::Thin => "|",
        },
        _ if sides & VERTICAL == 0 => match across {
            Stroke::Dotted => ".",
            Stroke::Thick | Stroke::Double => "=",
            Stroke::Thin => "-",
        },
        _ => "+",
    }
}

/// The glyph by what is heavy: neither way, across, upright, both; then double across, double upright.
fn glyph(sides: u8, (across, upright): (Stroke, Stroke), corners: Corners) -> &'static str {
    // Joints of dotted lines are thin: there are no dotted ones.
    let look = match (across, upright) {
        (Stroke::Double, Stroke::Double) if corners == Corners::Sides => 5,
        (Stroke::Double, _) => 4,
        (_, Stroke::Double) => 5,
        (Stroke::Thick, Stroke::Thick) => 3,
        (Stroke::Thick, _) => 1,
        (_, Stroke::Thick) => 2,
        _ => 0,
    };
    let round = look == 0 && corners == Corners::Round;
    let slanted = corners == Corners::Slanted;
    match sides {
        0 => " ",
        UP | DOWN | VERTICAL => match upright {
            Stroke::Thin => "│",
            Stroke::Dotted => "┆",
            Stroke::Thick => "┃",
            Stroke::Double => "║",
        },
        LEFT | RIGHT | HORIZONTAL => match across {
            Stroke::Thin => "─",
            Stroke::Dotted => "┄",
            Stroke::Thick => "━",
            Stroke::Double => "═",
        },
        s if slanted && (s == DOWN | RIGHT || s == UP | LEFT) => "╱",
        s if slanted && (s == DOWN | LEFT || s == UP | RIGHT) => "╲",
        s if s == DOWN | RIGHT => {
            if round {
                "╭"
            } else {
                pick(["┌", "┍", "┎", "┏", "╒", "╓"], look)
            }
        }
        s if s == DOWN | LEFT => {
            if round {
                "╮"
            } else {
                pick(["┐", "┑", "┒", "┓", "╕", "╖"], look)
            }
        }
        s if s == UP | RIGHT => {
            if round {
                "╰"
            } else {
                pick(["└", "┕", "┖", "┗", "╘", "╙"], look)
            }
        }
        s if s == UP | LEFT => {
            if round {
                "╯"
            } else {
                pick(["┘", "┙", "┚", "┛", "╛", "╜"], look)
            }
        }
        s if s == VERTICAL | RIGHT => pick(["├", "┝", "┠", "┣", "╞", "╟"], look),
        s if s == VERTICAL | LEFT => pick(["┤", "┥", "┨", "┫", "╡", "╢"], look),
        s if s == HORIZONTAL | DOWN => pick(["┬", "┯", "┰", "┳", "╤", "╥"], look),
        s if s == HORIZONTAL | UP => pick(["┴", "┷", "┸", "┻", "╧", "╨"], look),
        _ => pick(["┼", "┿", "╂", "╋", "╪", "╫"], look),
    }
}

fn pick(glyphs: [&'static str; 6], look: usize) -> &'static str {
    glyphs.get(look).copied().unwrap_or(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_join_and_hangul_keeps_its_two_cells() {
        let mut canvas = Canvas::new(12, 6, false);
        canvas.frame(0, 0, 8, 3, Corners::Round, Role::Faint);
        canvas.text(2, 1, "서버", Role::Text);
        canvas.vertical(4, 2, 4, Stroke::Thin, Role::Faint);
        canvas.arrow(4, 5, Toward::Down, Role::Accent);
        let rows: Vec<String> =
            canvas.finish().iter().map(|row| row.iter().map(|(_, text)| text.as_str()).collect()).collect();
        assert_eq!(rows, ["╭──────╮", "│ 서버 │", "╰───┬──╯", "    │", "    │", "    ▼"]);
    }

    #[test]
    fn half_of_a_wide_cluster_is_never_left() {
        let mut canvas = Canvas::new(4, 1, false);
        canvas.text(0, 0, "가나", Role::Text);
        canvas.text(1, 0, "x", Role::Text);
        assert_eq!(canvas.finish(), [vec![(Role::Text, " x나".to_owned())]]);
    }
}
