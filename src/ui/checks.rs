//! The pane of the lab's checks.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint::Brush;
use crate::app::{App, Focus, Panes, checklist};
use crate::text::{Role, truncate};

pub fn draw(app: &App, buffer: &mut Buffer, pane: Rect, brush: Brush) {
    let focused = app.focus == Focus::Checks;
    let (role, words) = checklist::connection(&app.checks.connection, brush.ascii());
    let header = vec![
        (if focused { Role::Accent } else { Role::DimStrong }, "확인".to_owned()),
        (role, format!("  {}", truncate(&words, usize::from(pane.width.saturating_sub(8))))),
    ];
    brush.put(buffer, pane.x + 1, pane.y, &header, pane.width.saturating_sub(1));
    let body = Panes::body(pane);
    let lines = checklist::lines(&app.checks, app.view(pane));
    for (y, line) in (body.y..body.bottom()).zip(lines.iter().skip(app.checks.top)) {
        brush.put(buffer, body.x, y, &line.row, body.width);
        if focused && line.head && line.item.is_some() && line.item == app.checks.selected {
            let cursor = if brush.ascii() { ">" } else { "▶" };
            brush.glyph(buffer, body.x, y, Role::Accent, cursor);
            brush.select(buffer, Rect { y, height: 1, ..body });
        }
    }
}
