//! The curriculum's pane.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint::{self, Brush};
use crate::app::record::{Mark, mark};
use crate::app::{App, Focus, Panes};
use crate::course::Kind;
use crate::text::{Role, Row, truncate, width};

pub fn draw(app: &App, buffer: &mut Buffer, pane: Rect, brush: Brush) {
    let focused = app.focus == Focus::Tree;
    brush.put(buffer, pane.x + 1, pane.y, &header(app, focused, usize::from(pane.width)), pane.width.saturating_sub(1));
    let body = Panes::body(pane);
    let rows = app.tree.rows(&app.curriculum);
    for (y, (depth, index)) in (body.y..body.bottom()).zip(rows.iter().skip(app.tree.top)) {
        let row = entry(app, *depth, *index, focused, usize::from(body.width), brush.ascii());
        brush.put(buffer, body.x, y, &row, body.width);
        if *index == app.tree.selected {
            brush.select(buffer, Rect { y, height: 1, ..body });
        }
    }
}

fn header(app: &App, focused: bool, cells: usize) -> Row {
    let title = if focused { Role::Accent } else { Role::DimStrong };
    // The root above the open lesson says where in the course one is.
    let mut at = app.reader.node;
    let mut root = String::new();
    while let Some(node) = at.and_then(|i| app.curriculum.nodes.get(i)) {
        root.clone_from(&node.title);
        at = node.parent;
    }
    vec![(title, "과정".into()), (Role::Dim, format!("  {}", truncate(&paint::short(&root), cells.saturating_sub(9))))]
}

fn entry(app: &App, depth: usize, index: usize, focused: bool, cells: usize, ascii: bool) -> Row {
    let Some(node) = app.curriculum.nodes.get(index) else { return Row::new() };
    let branch = !node.children.is_empty();
    let selected = index == app.tree.selected;
    let open = app.reader.node == Some(index);
    let how = mark(&app.curriculum, &app.progress, index);
    let cursor = match (selected, ascii) {
        (true, false) => "▶",
        (true, true) => ">",
        (false, _) => " ",
    };
    let (sign_role, sign) = if branch {
        let unfolded = app.tree.unfolded.contains(&index);
        (
            Role::Dim,
            match (unfolded, ascii) {
                (true, false) => "▾",
                (false, false) => "▸",
                (true, true) => "v",
                (false, true) => ">",
            },
        )
    } else {
        match (how, ascii) {
            (Mark::Done, false) => (Role::Good, "✓"),
            (Mark::Begun, false) => (Role::Wait, "◐"),
            (Mark::Open, false) => (Role::Dim, "○"),
            (Mark::Done, true) => (Role::Good, "[x]"),
            (Mark::Begun, true) => (Role::Wait, "[~]"),
            (Mark::Open, true) => (Role::Dim, "[ ]"),
        }
    };
    let tail = match (branch, how) {
        (true, Mark::Done) => (Role::Good, if ascii { "[x]".to_owned() } else { "✓".to_owned() }),
        (true, _) if matches!(node.kind, Kind::Week) || depth == 0 => {
            let percent = app.progress.completion(&app.curriculum, index).percent();
            (Role::Dim, if percent > 0 { format!("{percent}%") } else { String::new() })
        }
        _ => (Role::Dim, String::new()),
    };
    let title = match (open || selected && focused, branch, how) {
        (true, _, _) => Role::Strong,
        (_, false, Mark::Done) => Role::Dim,
        (_, true, _) if app.tree.unfolded.contains(&index) => Role::Strong,
        _ => Role::Text,
    };
    let depth = depth.min(4);
    let indent = (2 * depth).saturating_sub(1);
    let cursor = if depth == 0 { cursor.to_owned() } else { format!("{cursor} ") };
    let used = indent + width(&cursor) + width(sign) + 1;
    let right = if tail.1.is_empty() { 0 } else { width(&tail.1) + 1 };
    let room = cells.saturating_sub(used + right + 1);
    let name = truncate(&node.title, room);
    let gap = cells.saturating_sub(used + width(&name) + width(&tail.1) + 1);
    vec![
        (Role::Text, " ".repeat(indent)),
        (Role::Accent, cursor),
        (sign_role, sign.to_owned()),
        (Role::Text, " ".into()),
        (title, name),
        (Role::Text, " ".repeat(gap)),
        tail,
    ]
}
