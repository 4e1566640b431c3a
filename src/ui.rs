//! Draws the state. It changes nothing: the same state gives the same screen.

mod checks;
mod footer;
mod paint;
mod popup;
mod reader;
pub mod theme;
mod tree;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::{App, Panes};
use crate::text::Role;
use paint::Brush;

/// Draws the whole screen.
pub fn draw(app: &App, frame: &mut Frame) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    let brush = Brush::new(app.look);
    // A frame may come between a resize and its message: what was laid out for another size is not drawn.
    if (area.width, area.height) != app.size || Panes::too_small(app.size) {
        return small(buffer, area, brush);
    }
    let panes = app.panes();
    rules(buffer, &panes, app, brush);
    if let Some(pane) = panes.tree {
        tree::draw(app, buffer, pane, brush);
    }
    if let Some(pane) = panes.reader {
        reader::draw(app, buffer, pane, brush);
    }
    if let Some(pane) = panes.checks {
        checks::draw(app, buffer, pane, brush);
    }
    footer::draw(app, buffer, &panes, brush);
    if let Some(open) = &app.popup {
        popup::draw(app, open, buffer, brush);
    }
}

/// What is said where nothing fits.
fn small(buffer: &mut Buffer, area: Rect, brush: Brush) {
    let lines = ["화면이 작아요", "가로 40칸, 세로 12줄은 되어야 해요"];
    let y = area.y + area.height.saturating_sub(2) / 2;
    for (i, line) in (0u16..).zip(lines) {
        if y + i < area.bottom() {
            let cells = crate::text::width(line);
            let x = area.x + area.width.saturating_sub(u16::try_from(cells).unwrap_or(u16::MAX)) / 2;
            let role = if i == 0 { Role::Text } else { Role::Dim };
            brush.put(buffer, x, y + i, &vec![(role, line.to_owned())], area.right().saturating_sub(x));
        }
    }
}

/// The thin lines between the panes and above the footer, joined.
fn rules(buffer: &mut Buffer, panes: &Panes, app: &App, brush: Brush) {
    let (across, down, joint) = if app.look.ascii { ("-", "|", "+") } else { ("─", "│", "┴") };
    let width = app.size.0;
    for x in 0..width {
        let glyph = if panes.rules.contains(&x) { joint } else { across };
        brush.glyph(buffer, x, panes.rule, Role::Faint, glyph);
    }
    for x in &panes.rules {
        for y in 0..panes.rule {
            brush.glyph(buffer, *x, y, Role::Faint, down);
        }
    }
}
