//! What is drawn over the page: what is selected, the learner's own marks, and what is pushed aside.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Brush, margin};
use crate::app::things::What;
use crate::app::{App, Focus, notes, pan};
use crate::lesson::{Target, TaskMark};
use crate::text::Role;

/// The rows of a page that are in sight.
fn sight(app: &App, body: Rect) -> std::ops::Range<usize> {
    app.reader.top..app.reader.top + usize::from(body.height)
}

/// Where a row of the page is on screen.
fn screen(app: &App, body: Rect, row: usize) -> Option<u16> {
    let below = row.checked_sub(app.reader.top).filter(|below| *below < usize::from(body.height))?;
    u16::try_from(below).ok().map(|below| body.y + below)
}

/// The column of marks, left of the text.
fn column(app: &App, body: Rect) -> u16 {
    body.x + margin(app).saturating_sub(2)
}

/// The rows that are wider than the pane: the part that is in sight, with marks where there is more.
pub fn wide(app: &App, buffer: &mut Buffer, body: Rect, brush: Brush) {
    let (left, right) = if brush.ascii() { ("<", ">") } else { ("‹", "›") };
    let cells = usize::from(body.width);
    let sight = sight(app, body);
    for wide in app.reader.page.wide.iter().filter(|w| w.rows.start < sight.end && sight.start < w.rows.end) {
        let shift = app.reader.shift(wide).min(wide.width.saturating_sub(cells));
        for row in wide.rows.start.max(sight.start)..wide.rows.end.min(sight.end) {
            let Some(y) = screen(app, body, row) else { continue };
            let text = &app.reader.page.rows.row(row);
            if shift > 0 {
                let blank = " ".repeat(cells);
                brush.put(buffer, body.x, y, &vec![(Role::Text, blank)], body.width);
                brush.put(buffer, body.x, y, &pan::cut(text, shift, cells), body.width);
            }
            if shift > 0 && !pan::cut(text, 0, shift).iter().all(|(_, text)| text.trim().is_empty()) {
                brush.glyph(buffer, body.x, y, pan::MORE, left);
            }
            if pan::reaches(text, shift + cells) {
                brush.glyph(buffer, body.right().saturating_sub(1), y, pan::MORE, right);
            }
        }
    }
}

/// The mark of an own task that was ticked or cleared.
pub fn ticked(app: &App, task: &TaskMark) -> Option<(Role, &'static str, bool)> {
    if matches!(task.target, Target::Check(_)) {
        return None;
    }
    let line = app.reader.page.lines.get(task.row)?;
    let ticked = *app.reader.ticked.get(line)?;
    let sign = match (ticked, app.look.ascii, &task.target) {
        (true, false, _) => "☑",
        (true, true, _) => "[x]",
        (false, false, _) => "☐",
        (false, true, Target::Manual) => "[_]",
        (false, true, _) => "[ ]",
    };
    Some((Role::Dim, sign, ticked))
}

/// Signs of notes and bookmarks in the margin.
pub fn notes(app: &App, buffer: &mut Buffer, body: Rect, brush: Brush) {
    let [flag, pen] = notes::signs(brush.ascii());
    for placed in &app.reader.notes {
        let lines = &app.reader.page.lines;
        let row = app.reader.page.row_of_line(placed.line);
        if lines.get(row) != Some(&placed.line) {
            continue; // Folded away.
        }
        if let Some(y) = screen(app, body, row) {
            brush.glyph(buffer, column(app, body), y, Role::Accent, if placed.note.marked { flag } else { pen });
        }
    }
}

/// The selected thing: a link lies on the selection's background, anything else has a pointer in the margin.
pub fn thing(app: &App, buffer: &mut Buffer, body: Rect, brush: Brush) {
    let Some(thing) = app.reader.thing.as_ref().filter(|_| app.focus == Focus::Reader) else { return };
    if let What::Link(first) = thing.what {
        for link in (first..first + thing.rows.len()).filter_map(|i| app.reader.page.links.get(i)) {
            let (Some(y), Ok(from)) = (screen(app, body, link.row), u16::try_from(link.columns.start)) else {
                continue;
            };
            let width = u16::try_from(link.columns.len()).unwrap_or(u16::MAX);
            let area = Rect { x: body.x.saturating_add(from), y, width, height: 1 }.intersection(body);
            brush.select(buffer, area);
        }
        return;
    }
    let row = thing.rows.start.max(app.reader.top);
    if let Some(y) = screen(app, body, row) {
        let pointer = if brush.ascii() { ">" } else { "▶" };
        brush.glyph(buffer, column(app, body), y, Role::Accent, pointer);
    }
}
