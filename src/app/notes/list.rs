//! The list of all notes and bookmarks, in the course's order.

use super::super::popup::{Kind, Popup};
use super::super::{App, tree};
use super::signs;
use crate::keymap::Command;
use crate::progress::Note;
use crate::text::{Role, Row, truncate, width};

/// An entry of the list.
struct Entry<'a> {
    node: usize,
    note: &'a Note,
}

/// All notes and bookmarks.
fn entries(app: &App) -> Vec<Entry<'_>> {
    let mut all = Vec::new();
    for (_, node) in app.curriculum.walk() {
        let Some(lesson) = app.curriculum.nodes.get(node) else { continue };
        let mut notes: Vec<&Note> = app.progress.notes(lesson).map(|(_, _, note)| note).collect();
        notes.sort_by_key(|note| (note.line, note.at));
        all.extend(notes.into_iter().map(|note| Entry { node, note }));
    }
    all
}

/// The rows of the list with the entry each belongs to.
pub fn rows(app: &App, selected: usize, cells: usize) -> Vec<(Option<usize>, Row)> {
    let entries = entries(app);
    if entries.is_empty() {
        let how = "아직 없어요. 학습에서 * 를 누르면 책갈피를 꽂고, i 를 누르면 메모를 써요.";
        return crate::text::wrap(&[(Role::Dim, how.into())], cells).into_iter().map(|row| (None, row)).collect();
    }
    let [flag, pen] = signs(app.look.ascii);
    let mut rows: Vec<(Option<usize>, Row)> = Vec::new();
    let mut lesson = None;
    for (i, entry) in entries.iter().enumerate() {
        if lesson.replace(entry.node) != Some(entry.node) {
            if !rows.is_empty() {
                rows.push((None, Row::new()));
            }
            let title = app.curriculum.nodes.get(entry.node).map_or("", |node| node.title.as_str());
            rows.push((None, vec![(Role::DimStrong, truncate(title, cells))]));
        }
        let cursor = match (i == selected, app.look.ascii) {
            (true, false) => "▶ ",
            (true, true) => "> ",
            (false, _) => "  ",
        };
        let sign = format!(
            "{}{} ",
            if entry.note.marked { flag } else { " " },
            if entry.note.text.is_empty() { " " } else { pen }
        );
        let room = cells.saturating_sub(width(cursor) + width(&sign));
        let quote = spoken(&entry.note.quote);
        let mut row = vec![(Role::Accent, cursor.to_owned()), (Role::Accent, sign)];
        if entry.note.text.is_empty() {
            row.push((Role::Text, truncate(&quote, room)));
        } else {
            let text = truncate(&entry.note.text, room);
            let left = room.saturating_sub(width(&text) + 2);
            row.push((Role::Text, text));
            if left >= 8 {
                row.push((Role::Dim, format!("  {}", truncate(&quote, left))));
            }
        }
        rows.push((Some(i), row));
    }
    rows
}

/// A line of Markdown without its marks, as far as one line tells them.
fn spoken(line: &str) -> String {
    let line = line.split("<!--").next().unwrap_or(line);
    let line = line.trim_start_matches(['#', '>', '-', '*', '+', '|', ' ']);
    let line = line.strip_prefix("[ ]").or_else(|| line.strip_prefix("[x]")).unwrap_or(line);
    line.replace(['`', '*'], "").trim().to_owned()
}

impl App {
    /// Opens the list at the first entry of the open lesson, if it has one.
    pub(in crate::app) fn list_notes(&mut self) {
        let here = entries(self).iter().position(|entry| Some(entry.node) == self.reader.node);
        self.popup = Some(Popup::new(Kind::Notes { selected: here.unwrap_or(0) }));
        self.follow_note();
    }

    /// Obeys a command while the list is open; false when it is another popup's.
    pub(in crate::app) fn list_command(&mut self, command: Command) -> bool {
        let Some(Popup { kind: Kind::Notes { selected }, .. }) = &self.popup else { return false };
        let (selected, count) = (*selected, entries(self).len());
        let last = count.saturating_sub(1);
        let to = match command {
            Command::Down => (selected + 1).min(last),
            Command::Up => selected.saturating_sub(1),
            Command::PageDown => (selected + 10).min(last),
            Command::PageUp => selected.saturating_sub(10),
            Command::Top => 0,
            Command::Bottom => last,
            Command::Open => {
                self.open_note(selected);
                return true;
            }
            _ => return false,
        };
        if let Some(Popup { kind: Kind::Notes { selected }, .. }) = &mut self.popup {
            *selected = to;
        }
        self.follow_note();
        true
    }

    /// A click on a row of the list: selects it, and goes there when it was selected.
    pub(in crate::app) fn click_note(&mut self, row: usize, cells: usize) {
        let Some(Popup { kind: Kind::Notes { selected }, .. }) = &self.popup else { return };
        let selected = *selected;
        let Some((Some(entry), _)) = rows(self, selected, cells).into_iter().nth(row) else { return };
        if entry == selected {
            return self.open_note(entry);
        }
        if let Some(Popup { kind: Kind::Notes { selected }, .. }) = &mut self.popup {
            *selected = entry;
        }
    }

    /// Goes to the line of an entry.
    fn open_note(&mut self, entry: usize) {
        let found = entries(self).into_iter().nth(entry).map(|entry| (entry.node, entry.note.clone()));
        let Some((node, note)) = found else { return };
        self.popup = None;
        self.travel(node, super::super::history::Aim::Note(Box::new(note)));
    }

    /// Keeps the selected entry in sight.
    fn follow_note(&mut self) {
        let Some(Popup { kind: Kind::Notes { selected }, top }) = &self.popup else { return };
        let (selected, top) = (*selected, *top);
        let Some(popup) = self.popup.clone() else { return };
        let area = super::super::panes::popup_area(self, &popup);
        let (cells, height) = (usize::from(area.width.saturating_sub(4)), usize::from(area.height.saturating_sub(2)));
        let all = super::super::popup::rows(self, &popup, cells).len();
        let at = rows(self, selected, cells).iter().position(|(entry, _)| *entry == Some(selected)).unwrap_or(0);
        // The lesson's name above its first entry comes along.
        let from = if at <= 1 { 0 } else { at.saturating_sub(1) };
        if let Some(open) = &mut self.popup {
            open.top = tree::keep(top, from, at + 1, all, height);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        assert_eq!(spoken(line), expected);
    }

    #[test]
    fn a_line_is_listed_without_its_marks() {
        check("## **둘째** 제목", "둘째 제목");
        check("> - [ ] `kubectl` 쓰기 <!-- check: a -->", "kubectl 쓰기");
        check("보통 문장이에요.", "보통 문장이에요.");
    }
}
