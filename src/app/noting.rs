//! Writing notes, setting bookmarks, ticking own tasks, and the list of all of them.

use super::field::Field;
use super::notes::{self, Placed, entries, list_rows};
use super::popup::{Kind, Popup};
use super::{App, tree};
use crate::keymap::{Command, Key};
use crate::progress::{Change, Note};
use crate::text::Role;

impl App {
    /// Finds the notes and ticks of the open lesson in it; the page is laid out anew when they changed.
    pub(super) fn place_notes(&mut self) {
        let Some(node) = self.reader.node.and_then(|i| self.curriculum.nodes.get(i)) else { return };
        let kept: Vec<_> = self.progress.notes(node).collect();
        let headings = if kept.is_empty() { Vec::new() } else { self.headings() };
        let source = self.reader.source.clone();
        let mut placed: Vec<Placed> = kept
            .into_iter()
            .map(|(lesson, made, note)| {
                let line = note.find(&source, &headings);
                Placed { lesson: lesson.to_owned(), made, line, note: note.clone() }
            })
            .collect();
        placed.sort_by_key(|placed| (placed.line, placed.made));
        let ticks = self.progress.ticks(node);
        let ticked = if ticks.is_empty() {
            Vec::new()
        } else {
            notes::tasks(&source).filter_map(|(line, task)| Some((line, *ticks.get(task.as_str())?))).collect()
        };
        self.reader.ticked = ticked.into_iter().collect();
        if self.reader.notes != placed {
            self.reader.notes = placed;
            self.reader.refit();
        }
    }

    pub(super) fn headings(&self) -> Vec<(String, usize)> {
        self.reader.headings()
    }

    /// The note on the current line, or a new one there.
    fn current(&self) -> Option<Placed> {
        if self.reader.broken() {
            return None;
        }
        let node = self.reader.node.and_then(|i| self.curriculum.nodes.get(i))?;
        let line = self.reader.current_line()?;
        if let Some(placed) = self.reader.notes.iter().find(|placed| placed.line == line) {
            return Some(placed.clone());
        }
        let note = Note::on(&self.reader.source, &self.headings(), line);
        // Two made in the same millisecond are still two.
        let mut made = self.now;
        while self.progress.lessons.get(&node.id).is_some_and(|record| record.notes.contains_key(&made)) {
            made += 1;
        }
        Some(Placed { lesson: node.id.clone(), made, line, note })
    }

    /// Sets or removes a bookmark.
    pub(super) fn bookmark(&mut self) {
        let Some(mut placed) = self.current() else {
            return self.say(Role::Dim, "책갈피를 꽂을 줄이 없어요");
        };
        placed.note.marked = !placed.note.marked;
        self.say(Role::Dim, if placed.note.marked { "책갈피를 꽂았어요 (l 목록)" } else { "책갈피를 뺐어요" });
        self.keep_note(placed);
    }

    /// Opens the field of the note on the current line.
    pub(super) fn note(&mut self) {
        let Some(placed) = self.current() else { return self.say(Role::Dim, "메모할 줄이 없어요") };
        let field = Field::of(&placed.note.text);
        self.popup = Some(Popup::new(Kind::Note { placed: Box::new(placed), field }));
    }

    /// Typing a note.
    pub(super) fn type_note(&mut self, key: Key) {
        let Some(Popup { kind: Kind::Note { placed, field }, .. }) = &mut self.popup else { return };
        match key {
            Key::Esc => self.popup = None,
            Key::Ctrl('c') => self.quit(),
            Key::Enter => {
                let mut placed = (**placed).clone();
                let text = field.text.trim().to_owned();
                self.popup = None;
                if text == placed.note.text {
                    return;
                }
                self.say(Role::Dim, if text.is_empty() { "메모를 지웠어요" } else { "메모했어요 (l 목록)" });
                placed.note.text = text;
                self.keep_note(placed);
            }
            key => {
                field.edit(key);
            }
        }
    }

    fn keep_note(&mut self, placed: Placed) {
        let mut note = placed.note;
        note.at = self.now.max(note.at + 1);
        // What was found elsewhere is anchored anew.
        note.put_on(&self.reader.source, &self.headings(), placed.line);
        self.record(Change::Noted { lesson: placed.lesson, made: placed.made, note });
        self.place_notes();
    }

    /// Ticks or clears an own task.
    pub(super) fn tick_own(&mut self, line: usize) {
        let Some(node) = self.reader.node.and_then(|i| self.curriculum.nodes.get(i)) else { return };
        let task = notes::tasks(&self.reader.source).find(|(at, _)| *at == line).map(|(_, task)| task);
        let Some(task) = task else { return self.say(Role::Dim, "표시할 수 없는 줄이에요") };
        let written = self
            .reader
            .source
            .lines()
            .nth(line.saturating_sub(1))
            .is_some_and(|text| notes::is_task(text) == Some(true));
        let ticked = !self.reader.ticked.get(&line).copied().unwrap_or(written);
        let before = self.progress.lessons.get(&node.id).and_then(|record| record.ticks.get(&task)).map(|(at, _)| *at);
        let at = before.map_or(self.now, |before| self.now.max(before + 1));
        self.record(Change::Ticked { lesson: node.id.clone(), task, ticked, at });
        self.place_notes();
    }

    /// Opens the list at the first entry of the open lesson, if it has one.
    pub(super) fn list_notes(&mut self) {
        let here = entries(self).iter().position(|entry| Some(entry.node) == self.reader.node);
        self.popup = Some(Popup::new(Kind::Notes { selected: here.unwrap_or(0) }));
        self.follow_note();
    }

    /// Obeys a command while the list is open; false when it is another popup's.
    pub(super) fn list_command(&mut self, command: Command) -> bool {
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
    pub(super) fn click_note(&mut self, row: usize, cells: usize) {
        let Some(Popup { kind: Kind::Notes { selected }, .. }) = &self.popup else { return };
        let selected = *selected;
        let Some((Some(entry), _)) = list_rows(self, selected, cells).into_iter().nth(row) else { return };
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
        self.go_to_note(node, note);
    }

    /// Keeps the selected entry in sight.
    fn follow_note(&mut self) {
        let Some(Popup { kind: Kind::Notes { selected }, top }) = &self.popup else { return };
        let (selected, top) = (*selected, *top);
        let Some(popup) = self.popup.clone() else { return };
        let area = super::panes::popup_area(self, &popup);
        let (cells, height) = (usize::from(area.width.saturating_sub(4)), usize::from(area.height.saturating_sub(2)));
        let all = super::popup::rows(self, &popup, cells).len();
        let at = list_rows(self, selected, cells).iter().position(|(entry, _)| *entry == Some(selected)).unwrap_or(0);
        // The lesson's name above its first entry comes along.
        let from = if at <= 1 { 0 } else { at.saturating_sub(1) };
        if let Some(open) = &mut self.popup {
            open.top = tree::keep(top, from, at + 1, all, height);
        }
    }
}
