//! What the rows of the checks' pane depend on, and its scrolling after the cursor.

use super::{App, Panes, checklist, tree};

impl App {
    /// What the rows of the checks' pane depend on.
    pub fn view(&self, pane: ratatui::layout::Rect) -> checklist::View {
        let (width, height) = (usize::from(pane.width), usize::from(Panes::body(pane).height));
        let playing = self.shell.playing();
        checklist::View { level: self.level, width, height, ascii: self.look.ascii, playing, now: self.now }
    }

    /// Keeps the selected item of the checks in sight.
    pub(super) fn follow_checks(&mut self, pane: ratatui::layout::Rect) {
        let height = usize::from(Panes::body(pane).height);
        let lines = checklist::lines(&self.checks, self.view(pane));
        let selected = self.checks.selected;
        let from = lines.iter().position(|l| selected.is_some() && l.item == selected);
        let to = lines.iter().rposition(|l| selected.is_some() && l.item == selected);
        self.checks.top = match (from, to) {
            (Some(from), Some(to)) => tree::keep(self.checks.top, from, to + 1, lines.len(), height),
            _ => self.checks.top.min(lines.len().saturating_sub(height)),
        };
    }
}
