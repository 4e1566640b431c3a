//! Puts rows of text on the buffer, styled by role.

use std::num::NonZeroU16;

use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};

use super::theme;
use crate::app::Look;
use crate::app::images::Place;
use crate::text::{Role, Row, clean, clusters, spelled};

/// A title without what follows its number: `Week 3 쿠버네티스` is `Week 3`.
pub fn short(title: &str) -> String {
    let words: Vec<&str> = title.split_whitespace().collect();
    let number = words.iter().take(3).position(|w| w.chars().any(|c| c.is_ascii_digit()));
    match number {
        Some(at) => words.get(..=at).unwrap_or_default().join(" ").trim_end_matches([':', '.', ',']).to_owned(),
        None => title.to_owned(),
    }
}

/// The weight of cells that an image has; no text has it.
pub const COVERED: Modifier = Modifier::HIDDEN;

/// Everything needed to draw text on this terminal.
#[derive(Clone, Copy)]
pub struct Brush {
    look: Look,
}

impl Brush {
    /// A brush for a terminal.
    pub fn new(look: Look) -> Self {
        Self { look }
    }

    /// Marks and rules are in ASCII.
    pub fn ascii(self) -> bool {
        self.look.ascii
    }

    /// The style of a role.
    pub fn style(self, role: Role) -> Style {
        theme::style(role, self.look)
    }

    /// Draws a row from a cell on, at most `cells` wide.
    pub fn put(self, buffer: &mut Buffer, x: u16, y: u16, row: &Row, cells: u16) {
        self.pieces(buffer, (x, y), row.iter().map(|(role, text)| (*role, text.as_str())), cells);
    }

    /// Draws pieces of text one behind the other from a cell on, at most `cells` wide.
    pub fn pieces<'a>(
        self,
        buffer: &mut Buffer,
        (x, y): (u16, u16),
        pieces: impl Iterator<Item = (Role, &'a str)>,
        cells: u16,
    ) {
        if !buffer.area.contains(Position { x, y }) {
            return;
        }
        let end = x.saturating_add(cells).min(buffer.area.right());
        let mut at = x;
        for (role, text) in pieces {
            if at >= end {
                break;
            }
            at = self.write(buffer, (at, y), end, text, self.style(role));
        }
    }

    /// Writes text of a style of its own from a cell up to a column.
    pub fn written(self, buffer: &mut Buffer, at: (u16, u16), end: u16, text: &str, style: Style) {
        if buffer.area.contains(Position { x: at.0, y: at.1 }) {
            self.write(buffer, at, end.min(buffer.area.right()), text, style);
        }
    }

    /// Writes text up to a column and gives the one after it. The last guard: whatever was not cleaned on its way is
    /// cleaned here, so that nothing a terminal obeys or draws at another width gets into a cell.
    fn write(self, buffer: &mut Buffer, (x, y): (u16, u16), end: u16, text: &str, style: Style) -> u16 {
        let clean = clean(text);
        let mut at = x;
        for (cluster, cells) in clusters(&clean) {
            let cells = u16::try_from(cells).unwrap_or(u16::MAX);
            if cells == 0 {
                continue;
            }
            if end - at < cells {
                break;
            }
            if let Some(cell) = buffer.cell_mut(Position { x: at, y }) {
                self.fill(cell, cluster, cells);
                cell.set_style(style);
            }
            // What lies under a wide character is drawn with it.
            for covered in at + 1..at + cells {
                if let Some(cell) = buffer.cell_mut(Position { x: covered, y }) {
                    cell.reset();
                }
            }
            at += cells;
        }
        at
    }

    fn fill(self, cell: &mut Cell, cluster: &str, cells: u16) {
        let option = match NonZeroU16::new(cells) {
            // The library knows no terminal on which ambiguous characters are wide.
            Some(forced) if self.look.wide && cells > 1 => CellDiffOption::ForcedWidth(forced),
            _ => CellDiffOption::None,
        };
        match self.look.spelled() {
            true => cell.set_symbol(&spelled(cluster)),
            false => cell.set_symbol(cluster),
        };
        cell.set_diff_option(option);
    }

    /// Draws one glyph.
    pub fn glyph(self, buffer: &mut Buffer, x: u16, y: u16, role: Role, glyph: &str) {
        if let Some(cell) = buffer.cell_mut(Position { x, y }) {
            cell.set_symbol(glyph).set_diff_option(CellDiffOption::None).set_style(self.style(role));
        }
    }

    /// Lets everything drawn so far step back, for a popup in front of it.
    pub fn veil(self, buffer: &mut Buffer, area: Rect) {
        let style = self.style(Role::Faint);
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                if let Some(cell) = buffer.cell_mut(Position { x, y }) {
                    cell.modifier = Modifier::empty();
                    cell.set_style(style.bg(Color::Reset));
                }
            }
        }
    }

    /// Keeps the cells of an image blank, and marks them so that they are written again when it is no longer there, or
    /// another part of it: what is written takes the image away. Nothing of the mark shows on a blank.
    pub fn cover(self, buffer: &mut Buffer, place: &Place) {
        let Place { at: (x, y), cells: (columns, rows), image, number, first, rows: all, .. } = *place;
        for (row, part) in (y..y.saturating_add(rows)).zip(first..) {
            let whose = [image, number, u32::from(x), u32::from(columns), u32::from(all), u32::from(part)];
            let mark = whose.iter().fold(0, |mark: u32, word| mark.wrapping_mul(0x0001_003f).wrapping_add(*word));
            let [_, red, green, blue] = mark.to_be_bytes();
            for column in x..x.saturating_add(columns) {
                if let Some(cell) = buffer.cell_mut(Position { x: column, y: row }) {
                    cell.reset();
                    cell.set_fg(Color::Rgb(red, green, blue)).modifier = COVERED;
                }
            }
        }
    }

    /// Marks cells as found; the one that one is at stands out.
    pub fn found(self, buffer: &mut Buffer, area: Rect, here: bool) {
        let style = theme::found(self.look, here);
        for x in area.left()..area.right().min(buffer.area.right()) {
            if let Some(cell) = buffer.cell_mut(Position { x, y: area.y }) {
                cell.set_style(style);
            }
        }
    }

    /// Lays the selection's background under a row that is already drawn.
    pub fn select(self, buffer: &mut Buffer, area: Rect) {
        let style = theme::selection(self.look);
        for x in area.left()..area.right() {
            if let Some(cell) = buffer.cell_mut(Position { x, y: area.y }) {
                cell.set_style(style);
            }
        }
    }
}
