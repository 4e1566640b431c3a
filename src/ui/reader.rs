//! The lesson's pane: breadcrumbs, minutes, and the rows of the page that are in sight.

mod marks;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint::{self, Brush};
use crate::app::{App, Focus, Panes, checklist};
use crate::lab::Verdict;
use crate::lesson::Target;
use crate::text::{Role, Row, truncate, width};

pub fn draw(app: &App, buffer: &mut Buffer, pane: Rect, brush: Brush) {
    header(app, buffer, pane, brush);
    let body = Panes::body(pane);
    let page = &app.reader.page;
    let (top, height) = (app.reader.top, usize::from(body.height));
    for (y, row) in (body.y..body.bottom()).zip(page.rows.iter().skip(top)) {
        brush.pieces(buffer, (body.x, y), row, body.width);
    }
    marks::wide(app, buffer, body, brush);
    let first = page.tasks.partition_point(|task| task.row < top);
    for task in page.tasks.iter().skip(first).take_while(|task| task.row < top + height) {
        let own = || marks::ticked(app, task);
        let Some((role, sign, passed)) = live(app, &task.target).or_else(own) else { continue };
        let (Ok(below), Ok(column)) = (u16::try_from(task.row - top), u16::try_from(task.column)) else { continue };
        let y = body.y + below;
        if passed && let Some(row) = page.rows.get(task.row) {
            // What is done steps back.
            let dim = |role| if matches!(role, Role::Text | Role::Strong) { Role::Dim } else { role };
            brush.pieces(buffer, (body.x, y), row.map(|(role, text)| (dim(role), text)), body.width);
        }
        let sign = crate::text::pad(sign, task.width);
        brush.put(buffer, body.x + column, y, &vec![(role, sign)], body.width.saturating_sub(column));
    }
    marks::notes(app, buffer, body, brush);
    marks::thing(app, buffer, body, brush);
    super::picker::marks(app, buffer, body, brush);
    if app.reader.node.is_none() && !app.curriculum.nodes.is_empty() {
        brush.put(buffer, body.x + 2, body.y, &vec![(Role::Dim, "여는 중…".into())], body.width.saturating_sub(2));
    }
}

/// The live mark of a task: its role, its sign and whether it is passed.
fn live(app: &App, target: &Target) -> Option<(Role, &'static str, bool)> {
    let Target::Check(_) = target else { return None };
    let lab = app.checks.lab.as_ref()?;
    let index = lab.checks.iter().position(|c| crate::app::names(target, &lab.id, &c.name))?;
    let (verdict, old) = app.checks.shown(index);
    if matches!(verdict, Verdict::Waiting) {
        return None; // The page's own box says it.
    }
    let (role, sign) = checklist::mark(lab.checks.get(index)?, &verdict, app.look.ascii);
    Some((if old { Role::Dim } else { role }, sign, verdict == Verdict::Passed))
}

#[cfg(test)]
mod tests;

fn header(app: &App, buffer: &mut Buffer, pane: Rect, brush: Brush) {
    let minutes = app.minutes();
    // On wide screens the page sits in the middle, and its header with it.
    let margin = margin(app);
    let right = width(&minutes);
    let room = usize::from(pane.width).saturating_sub(right + 3 + 2 * usize::from(margin));
    let separator = if brush.ascii() { " > " } else { " › " };
    let mut crumbs = Vec::new();
    let mut at = app.reader.node;
    while let Some(node) = at.and_then(|i| app.curriculum.nodes.get(i)) {
        crumbs.insert(0, node.title.as_str());
        at = node.parent;
    }
    // The tree's header names the root already.
    if crumbs.len() > 1 && app.panes().tree.is_some() {
        crumbs.remove(0);
    }
    // A lesson that is a part of a file begins with a heading of its own name.
    crumbs.extend(app.reader.section().filter(|section| crumbs.last() != Some(section)));
    let focused = app.focus == Focus::Reader;
    let row = breadcrumbs(&crumbs, separator, room, focused);
    brush.put(buffer, pane.x + margin, pane.y, &row, pane.width.saturating_sub(margin));
    if let Ok(right) = u16::try_from(right)
        && right > 0
    {
        let x = pane.right().saturating_sub(right + margin);
        brush.put(buffer, x, pane.y, &vec![(Role::Dim, minutes)], right);
    }
}

/// The cells left of the page's first heading, at least two.
fn margin(app: &App) -> u16 {
    let page = &app.reader.page;
    let first = page.anchors.first().and_then(|a| page.rows.get(a.row)?.next());
    let spaces = first.filter(|(_, text)| text.trim().is_empty()).map_or(2, |(_, text)| width(text));
    u16::try_from(spaces).unwrap_or(2).clamp(2, 60)
}

/// As many crumbs as fit, the last one standing out: the outer ones get shorter first, then they go.
pub(super) fn breadcrumbs(crumbs: &[&str], separator: &str, room: usize, focused: bool) -> Row {
    let mut crumbs: Vec<String> = crumbs.iter().map(|c| (*c).to_owned()).collect();
    let cells = |crumbs: &[String]| {
        crumbs.iter().map(|c| width(c)).sum::<usize>() + width(separator) * crumbs.len().saturating_sub(1)
    };
    for i in 0..crumbs.len().saturating_sub(1) {
        if cells(&crumbs) <= room {
            break;
        }
        if let Some(crumb) = crumbs.get_mut(i) {
            *crumb = paint::short(crumb);
        }
    }
    while crumbs.len() > 1 && cells(&crumbs) > room {
        crumbs.remove(0);
    }
    let mut row = Row::new();
    let last = crumbs.len().saturating_sub(1);
    for (i, crumb) in crumbs.iter().enumerate() {
        if i > 0 {
            row.push((Role::Dim, separator.to_owned()));
        }
        row.push((if i == last && focused { Role::Accent } else { Role::Dim }, truncate(crumb, room)));
    }
    row
}
