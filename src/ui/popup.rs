//! The open popup in its frame.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::paint::Brush;
use super::picker;
use crate::app::App;
use crate::app::panes::popup_area;
use crate::app::popup::{Kind, Popup, rows};
use crate::text::Role;

pub fn draw(app: &App, popup: &Popup, buffer: &mut Buffer, brush: Brush) {
    let Some(inner) = sheet(app, popup, buffer, brush) else { return };
    if let Kind::Picker(list) = &popup.kind {
        return picker::draw(app, list, buffer, inner, brush);
    }
    let area = Rect { x: inner.x - 2, y: inner.y - 1, width: inner.width + 4, height: inner.height + 2 };
    let rows = rows(app, popup, usize::from(inner.width));
    let height = usize::from(inner.height);
    let top = popup.top.min(rows.len().saturating_sub(height));
    for (y, row) in (inner.y..inner.bottom()).zip(rows.iter().skip(top)) {
        brush.put(buffer, inner.x, y, row, inner.width);
    }
    // More than fits: arrows on the frame say so.
    let (up, down) = if brush.ascii() { ("^", "v") } else { ("↑", "↓") };
    if top > 0 {
        brush.glyph(buffer, area.right() - 3, area.y, Role::Dim, up);
    }
    if top + height < rows.len() {
        brush.glyph(buffer, area.right() - 3, area.bottom() - 1, Role::Dim, down);
    }
}

/// Clears the popup's place and draws its frame; gives what is within.
fn sheet(app: &App, popup: &Popup, buffer: &mut Buffer, brush: Brush) -> Option<Rect> {
    let area = popup_area(app, popup).intersection(buffer.area);
    if area.width < 8 || area.height < 3 {
        return None;
    }
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            if let Some(cell) = buffer.cell_mut(Position { x, y }) {
                cell.reset();
            }
        }
        // A wide character cut in half by the frame's left edge would push the frame aside.
        if let Some(left) = area.left().checked_sub(1)
            && let Some(cell) = buffer.cell_mut(Position { x: left, y })
            && crate::text::width(cell.symbol()) > 1
        {
            cell.set_symbol(" ");
        }
    }
    frame(buffer, area, brush);
    brush.put(buffer, area.x + 2, area.y, &vec![(Role::Accent, format!(" {} ", popup.title()))], area.width - 4);
    Some(Rect { x: area.x + 2, y: area.y + 1, width: area.width - 4, height: area.height - 2 })
}

fn frame(buffer: &mut Buffer, area: Rect, brush: Brush) {
    let [across, down, corners @ ..] =
        if brush.ascii() { ["-", "|", "+", "+", "+", "+"] } else { ["─", "│", "╭", "╮", "╰", "╯"] };
    let (left, right, top, bottom) = (area.left(), area.right() - 1, area.top(), area.bottom() - 1);
    for x in left..=right {
        brush.glyph(buffer, x, top, Role::Dim, across);
        brush.glyph(buffer, x, bottom, Role::Dim, across);
    }
    for y in top..=bottom {
        brush.glyph(buffer, left, y, Role::Dim, down);
        brush.glyph(buffer, right, y, Role::Dim, down);
    }
    for ((x, y), corner) in [(left, top), (right, top), (left, bottom), (right, bottom)].into_iter().zip(corners) {
        brush.glyph(buffer, x, y, Role::Dim, corner);
    }
}
