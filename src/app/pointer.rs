//! The mouse: clicks land on what `Panes` says is there, the wheel scrolls what is under it.

use super::checks::Item;
use super::{App, Focus, Mouse, Panes};
use crate::keymap::Command;

impl App {
    pub(super) fn mouse(&mut self, mouse: Mouse, column: u16, row: u16) {
        if self.point_picker(mouse, column, row) {
            return;
        }
        if let Some(popup) = &mut self.popup {
            match mouse {
                Mouse::WheelDown => popup.top += 3,
                Mouse::WheelUp => popup.top = popup.top.saturating_sub(3),
                Mouse::Press => {}
            }
            self.clamp_popup();
            return;
        }
        let Some((focus, pane)) = self.panes().hit(column, row) else { return };
        let body = Panes::body(pane);
        let height = usize::from(body.height);
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
            }
            return;
        }
        self.focus = focus;
        let Some(below) = row.checked_sub(body.y).map(usize::from) else { return };
        match focus {
            Focus::Tree => {
                let rows = self.tree.rows(&self.curriculum);
                if let Some((_, node)) = rows.get(self.tree.top + below) {
                    self.tree.selected = *node;
                    self.obey(Command::Open);
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
                self.click_link(self.reader.top + below, column);
            }
        }
    }
}
