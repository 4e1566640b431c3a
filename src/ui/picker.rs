//! The list that is typed into, within its frame; and what was found, marked in the lesson.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint::Brush;
use crate::app::App;
use crate::app::picker::{ABOVE, Line, Picker, Purpose};
use crate::app::popup::typed;
use crate::search::{Scope, excerpt};
use crate::text::{Role, Row, row_width, truncate, width};

pub fn draw(app: &App, picker: &Picker, buffer: &mut Buffer, inner: Rect, brush: Brush) {
    let cells = usize::from(inner.width);
    let count = Row::from([(Role::Dim, picker.count.clone())]);
    let field = typed(app, &picker.field, cells.saturating_sub(row_width(&count) + 2));
    brush.put(buffer, inner.x, inner.y, &field, inner.width);
    put_right(buffer, inner, inner.y, &count, brush);
    below_field(picker, buffer, inner, brush);
    let list = Rect { y: inner.y + ABOVE, height: inner.height.saturating_sub(ABOVE), ..inner };
    if picker.lines.is_empty() {
        let rows = crate::text::wrap(&[(Role::Dim, picker.said.clone())], cells.saturating_sub(2).max(4));
        for (y, row) in (list.y..list.bottom()).zip(&rows) {
            brush.put(buffer, list.x + 2, y, row, list.width.saturating_sub(2));
        }
    }
    let shown = picker.lines.iter().enumerate().skip(picker.top);
    for (y, (index, line)) in (list.y..list.bottom()).zip(shown) {
        let selected = index == picker.selected && line.goal.is_some();
        put(line, selected, buffer, Rect { y, height: 1, ..list }, brush);
    }
    let (up, down) = if brush.ascii() { ("^", "v") } else { ("↑", "↓") };
    if picker.top > 0 {
        brush.glyph(buffer, inner.right() - 1, inner.y + ABOVE - 1, Role::Dim, up);
    }
    if picker.top + usize::from(list.height) < picker.lines.len() {
        brush.glyph(buffer, inner.right() - 1, inner.bottom(), Role::Dim, down);
    }
}

/// The two rows below the field: where it looks, or a rule.
fn below_field(picker: &Picker, buffer: &mut Buffer, inner: Rect, brush: Brush) {
    let y = inner.y + 1;
    if let Purpose::Find(scope) = picker.purpose
        && picker.has_scopes()
    {
        let role = |here| if here { Role::Accent } else { Role::Dim };
        let alone = scope != Scope::Course;
        let row = vec![
            (Role::Text, "  ".to_owned()),
            (role(!alone), "과정 전체".into()),
            (Role::Text, "   ".into()),
            (role(alone), "이 학습".into()),
            (Role::Key, "   Tab".into()),
        ];
        brush.put(buffer, inner.x, y, &row, inner.width);
        return;
    }
    let rule = if brush.ascii() { "-" } else { "─" };
    for x in inner.left()..inner.right() {
        brush.glyph(buffer, x, y, Role::Faint, rule);
    }
}

fn put(line: &Line, selected: bool, buffer: &mut Buffer, area: Rect, brush: Brush) {
    let cursor = match (selected, brush.ascii()) {
        (true, false) => "▶ ",
        (true, true) => "> ",
        (false, _) => "  ",
    };
    let mut row = vec![(Role::Accent, cursor.to_owned()), (Role::Text, " ".repeat(line.indent))];
    let room = usize::from(area.width).saturating_sub(2 + line.indent);
    // What stands at the right gives way before what was found does.
    let most = (room / 3).max(room.saturating_sub(width(&line.text) + 2)).min(room);
    let right = truncate(&line.right, most.min(width(&line.right)));
    let gap = if right.is_empty() { 0 } else { width(&right) + 2 };
    row.extend(excerpt(&line.text, &line.marks, room.saturating_sub(gap), line.role));
    brush.put(buffer, area.x, area.y, &row, area.width);
    put_right(buffer, area, area.y, &vec![(Role::Dim, right)], brush);
    if selected {
        brush.select(buffer, area);
    }
}

fn put_right(buffer: &mut Buffer, area: Rect, y: u16, row: &Row, brush: Brush) {
    let cells = u16::try_from(row_width(row)).unwrap_or(u16::MAX).min(area.width);
    brush.put(buffer, area.right() - cells, y, row, cells);
}

/// Marks what was found on the rows of the lesson that are in sight.
pub fn marks(app: &App, buffer: &mut Buffer, body: Rect, brush: Brush) {
    let Some(found) = &app.found else { return };
    let (top, height) = (app.reader.top, usize::from(body.height));
    for (index, spans) in found.list.iter().enumerate() {
        for span in spans.iter().filter(|span| (top..top + height).contains(&span.row)) {
            let cell = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
            let pushed = app.reader.page.wide.iter().find(|wide| wide.rows.contains(&span.row));
            let shift =
                pushed.map_or(0, |wide| app.reader.shift(wide).min(wide.width.saturating_sub(usize::from(body.width))));
            let (from, to) = (span.columns.start.saturating_sub(shift), span.columns.end.saturating_sub(shift));
            let x = body.x.saturating_add(cell(from));
            let y = body.y.saturating_add(cell(span.row - top));
            let wide = cell(to - from).min(body.right().saturating_sub(x));
            brush.found(buffer, Rect { x, y, width: wide, height: 1 }, index == found.at);
        }
    }
}
