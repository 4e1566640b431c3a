//! The footer, and the strip above it where there is one pane at a time.

use ratatui::buffer::Buffer;

use super::paint::Brush;
use crate::app::{App, Focus, Panes};
use crate::text::{Role, Row, row_width, width};

pub fn draw(app: &App, buffer: &mut Buffer, panes: &Panes, brush: Brush) {
    let cells = app.size.0;
    let clock = app.clock();
    let right = u16::try_from(width(&clock)).unwrap_or(0);
    let room = cells.saturating_sub(right + 5);
    brush.put(buffer, 2, panes.footer, &app.footer(usize::from(room)), room);
    if right > 0 {
        let x = cells.saturating_sub(right + 2);
        brush.put(buffer, x, panes.footer, &vec![(Role::Dim, clock)], right);
    }
    if let Some(y) = panes.strip {
        let mut names: Row = Vec::new();
        let there = |focus| match focus {
            Focus::Checks => app.has_lab(),
            Focus::Shell => app.shell.open,
            Focus::Tree | Focus::Reader => true,
        };
        let all = [(Focus::Tree, "과정"), (Focus::Reader, "학습"), (Focus::Checks, "확인"), (Focus::Shell, "셸")];
        for (focus, name) in all.into_iter().filter(|(focus, _)| there(*focus)) {
            let here = app.focus == focus || (focus == Focus::Reader && !there(app.focus));
            names.push((if here { Role::Accent } else { Role::Dim }, name.to_owned()));
            names.push((Role::Text, "  ".into()));
        }
        brush.put(buffer, 2, y, &names, cells.saturating_sub(2));
        if app.checks.lab.is_some() {
            let tally = app.tally();
            let tall = u16::try_from(row_width(&tally)).unwrap_or(0);
            brush.put(buffer, cells.saturating_sub(tall + 2), y, &tally, tall);
        }
    }
}
