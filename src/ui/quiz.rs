//! The open quiz in the lesson's pane.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint::Brush;
use super::reader::breadcrumbs;
use crate::app::quiz::{Of, Sitting, Target, left};
use crate::app::{App, Focus, Panes};
use crate::text::{Role, width};

pub fn draw(app: &App, sitting: &Sitting, buffer: &mut Buffer, pane: Rect, brush: Brush) {
    let margin = u16::try_from(left(usize::from(pane.width))).unwrap_or(2);
    header(app, sitting, buffer, pane, margin, brush);
    let body = Panes::body(pane);
    let lines = app.quiz_lines(usize::from(body.width));
    let height = usize::from(body.height);
    let top = sitting.top.min(lines.len().saturating_sub(height));
    let room = body.width.saturating_sub(margin);
    let here = |target| sitting.is_chosen() && target == Some(Target::Choice(sitting.cursor));
    let mut pointed = false;
    for (y, line) in (body.y..body.bottom()).zip(lines.iter().skip(top)) {
        brush.put(buffer, body.x + margin, y, &line.row, room);
        if here(line.target) && app.focus == Focus::Reader {
            if !std::mem::replace(&mut pointed, true) {
                brush.glyph(buffer, body.x + margin, y, Role::Accent, if brush.ascii() { ">" } else { "▶" });
            }
            brush.select(buffer, Rect { y, height: 1, ..body });
        }
    }
    let (up, down) = if brush.ascii() { ("^", "v") } else { ("↑", "↓") };
    let edge = body.right().saturating_sub(2);
    if top > 0 {
        brush.glyph(buffer, edge, body.y, Role::Dim, up);
    }
    if top + height < lines.len() {
        brush.glyph(buffer, edge, body.bottom().saturating_sub(1), Role::Dim, down);
    }
}

/// Where in the course the question is from, and where in the run it is.
fn header(app: &App, sitting: &Sitting, buffer: &mut Buffer, pane: Rect, margin: u16, brush: Brush) {
    let place = app.quiz_place().unwrap_or_default();
    let cells = u16::try_from(width(&place)).unwrap_or(0);
    let room = usize::from(pane.width.saturating_sub(2 * margin + cells + 3));
    let node = app.reader.node.and_then(|index| app.curriculum.nodes.get(index)).map(|node| node.title.as_str());
    let crumbs: Vec<&str> = match (sitting.of, sitting.run.item()) {
        (Of::Lesson(_), _) => node.into_iter().chain(["퀴즈"]).collect(),
        (Of::Recall, Some(item)) => vec!["오답노트", &item.title],
        (Of::Recall, None) => vec!["오답노트"],
    };
    let separator = if brush.ascii() { " > " } else { " › " };
    let row = breadcrumbs(&crumbs, separator, room, app.focus == Focus::Reader);
    brush.put(buffer, pane.x + margin, pane.y, &row, pane.width.saturating_sub(margin));
    let x = pane.right().saturating_sub(cells + margin);
    brush.put(buffer, x, pane.y, &vec![(Role::Dim, place)], cells);
}

#[cfg(test)]
mod tests;
