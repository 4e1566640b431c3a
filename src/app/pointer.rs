//! The mouse: clicks land on what `Panes` says is there, the wheel scrolls what is under it.

use super::checks::Item;
use super::popup::Kind;
use super::things::What;
use super::{App, Focus, Panes};
use crate::keymap::Command;
use crate::text::Role;

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mouse {
    /// The left button went down.
    Press,
    /// It went up.
    Release,
    /// The mouse moved with it down.
    Drag,
    /// One step of the wheel down.
    WheelDown,
    /// One step of the wheel up.
    WheelUp,
}

impl App {
    pub(super) fn mouse(&mut self, mouse: Mouse, column: u16, row: u16) {
        if self.popup.is_none() && self.shell_mouse(mouse, column, row) || matches!(mouse, Mouse::Release | Mouse::Drag)
        {
            return;
        }
        if self.point_picker(mouse, column, row) {
            return;
        }
        if let Some(popup) = &mut self.popup {
            match mouse {
                Mouse::WheelDown => popup.top += 3,
                Mouse::WheelUp => popup.top = popup.top.saturating_sub(3),
                Mouse::Press => return self.click_popup(column, row),
                Mouse::Release | Mouse::Drag => {}
            }
            self.clamp_popup();
            return;
        }
        let Some((focus, pane)) = self.panes().hit(column, row) else { return };
        let body = Panes::body(pane);
        let height = usize::from(body.height);
        if focus == Focus::Reader && self.quizzes.sitting.is_some() {
            return self.point_quiz(mouse, usize::from(row.saturating_sub(body.y)), row >= body.y);
        }
        if mouse != Mouse::Press {
            let by = if mouse == Mouse::WheelDown { 3 } else { -3 };
            match focus {
                Focus::Tree => self.tree.scroll(&self.curriculum, by, height),
                Focus::Reader => {
                    self.reader.go(self.reader.top.saturating_add_signed(by));
                    self.scrolled();
                    self.note_read();
                }
                Focus::Checks => {
                    self.checks.selected = None;
                    self.checks.top = self.checks.top.saturating_add_signed(by);
                }
                Focus::Shell => {}
            }
            return;
        }
        self.focus = focus;
        let Some(below) = row.checked_sub(body.y).map(usize::from) else { return };
        match focus {
            Focus::Tree => {
                let rows = self.tree.rows(&self.curriculum);
                if let Some((depth, node)) = rows.get(self.tree.top + below) {
                    self.tree.selected = *node;
                    // The mark that folds is left of the title.
                    let branch = self.curriculum.nodes.get(*node).is_some_and(|n| !n.children.is_empty());
                    let on_mark = usize::from(column.saturating_sub(body.x)) < 2 * (*depth).min(4) + 3;
                    self.obey(if branch && on_mark { Command::ToggleFold } else { Command::Open });
                }
            }
            Focus::Checks => {
                let lines = super::checklist::lines(&self.checks, self.view(pane));
                let item = lines.get(self.checks.top + below).and_then(|l| l.item);
                if item.is_some() && item == self.checks.selected {
                    self.obey(Command::Why);
                } else if let Some(Item::Step(_)) = item {
                    self.checks.selected = item;
                    self.checks.obey(self.level, Command::ToggleFold);
                } else if item.is_some() {
                    self.checks.selected = item;
                }
            }
            Focus::Reader => {
                let column = usize::from(column.saturating_sub(body.x));
                self.click_lesson(self.reader.top + below, column);
            }
            Focus::Shell => {}
        }
    }

    /// The mouse over the open quiz, on a row of the pane's body unless it is above that.
    fn point_quiz(&mut self, mouse: Mouse, below: usize, inside: bool) {
        let cells = self.panes().reader.map_or(0, |pane| usize::from(Panes::body(pane).width));
        match mouse {
            Mouse::Press => {
                self.focus = Focus::Reader;
                self.status = None;
                if inside {
                    self.click_quiz(below, cells);
                }
            }
            Mouse::WheelDown => self.scroll_quiz(3),
            Mouse::WheelUp => self.scroll_quiz(-3),
            Mouse::Release | Mouse::Drag => {}
        }
    }

    /// Links, folds and boxes obey at once; code is selected first and copied by a second click; any other line is
    /// selected, for a note or a bookmark.
    fn click_lesson(&mut self, row: usize, column: usize) {
        if self.reader.broken() || row >= self.reader.page.rows.len() {
            return;
        }
        if self.reader.is_end_line(row) {
            return self.obey(Command::Quiz);
        }
        let before = self.reader.thing.take();
        self.reader.select_at(row, column);
        match self.reader.thing.as_ref().map(|thing| thing.what) {
            Some(What::Link(_) | What::Fold(_) | What::Task(_)) => self.act(),
            Some(What::Code(_)) if before == self.reader.thing => self.act(),
            Some(What::Code(i)) if self.goes_to_shell(i) => self.say(Role::Dim, "한 번 더 누르면 셸에 써요"),
            Some(What::Code(_)) => self.say(Role::Dim, "한 번 더 누르면 복사해요"),
            Some(What::Wide(_) | What::Line) => {}
            None => {
                self.reader.select_row(row);
                if before == self.reader.thing {
                    self.reader.thing = None;
                }
            }
        }
    }

    /// A click beside a popup that only shows something closes it; in a list it chooses.
    fn click_popup(&mut self, column: u16, row: u16) {
        let Some(popup) = self.popup.clone() else { return };
        let area = super::panes::popup_area(self, &popup);
        if !area.contains((column, row).into()) {
            if matches!(popup.kind, Kind::Help | Kind::Hint { .. } | Kind::Why { .. } | Kind::Notes { .. }) {
                self.popup = None;
            }
            return;
        }
        let Some(below) = row.checked_sub(area.y + 1).filter(|_| row + 1 < area.bottom()) else { return };
        self.click_note(popup.top + usize::from(below), usize::from(area.width.saturating_sub(4)));
    }
}
