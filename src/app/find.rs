//! Searching: the list that is typed into, and going to what was found.

mod lines;
mod marks;

use std::sync::Arc;

use super::history::Aim;
use super::picker::{ABOVE, Goal, Picker, Purpose};
use super::popup::{Kind, Popup};
use super::{App, Effect, Focus, Mouse};
use crate::keymap::{self, Command, Context, Key};
use crate::search::{Index, Query, Scope};

pub use marks::{Marks, Span};

/// How far the index of the course is.
#[derive(Clone, Debug, Default)]
pub enum Indexing {
    /// Nobody has asked for it.
    #[default]
    Idle,
    /// It is being made.
    Busy,
    /// It can be asked.
    Ready(Arc<Index>),
}

/// A place in a lesson that is being opened.
#[derive(Clone, Debug)]
pub struct Sought {
    node: usize,
    line: usize,
    query: Query,
}

impl App {
    /// Asks for the index of the course, once.
    pub(super) fn make_index(&mut self) {
        if matches!(self.index, Indexing::Idle) && !self.curriculum.nodes.is_empty() {
            self.index = Indexing::Busy;
            self.effects.push(Effect::Index);
        }
    }

    pub(super) fn indexed(&mut self, index: Arc<Index>) {
        self.index = Indexing::Ready(index);
        self.refresh_picker();
    }

    /// The list that is open.
    pub fn picking(&self) -> Option<&Picker> {
        match &self.popup {
            Some(Popup { kind: Kind::Picker(picker), .. }) => Some(picker),
            _ => None,
        }
    }

    /// Opens a list.
    pub(super) fn pick_from(&mut self, command: Command) {
        let purpose = match command {
            Command::Find => Purpose::Find(Scope::Course),
            Command::Outline => Purpose::Outline,
            _ => Purpose::Palette,
        };
        self.make_index();
        self.popup = Some(Popup::new(Kind::Picker(Box::new(Picker::new(purpose, self.reader.node.is_some())))));
        self.refresh_picker();
    }

    /// Fills the open list with what fits what is typed.
    pub(super) fn refresh_picker(&mut self) {
        self.with_picker(|app, picker| {
            let query = Query::new(&picker.field.text, true);
            (picker.said, picker.count) = Default::default();
            let lines = match picker.purpose {
                Purpose::Find(scope) => app.found_lines(&query, scope, picker),
                Purpose::Palette => app.palette_lines(&query),
                Purpose::Outline => app.outline_lines(&query),
            };
            picker.show(lines);
            if picker.lines.is_empty() && picker.said.is_empty() {
                picker.said = "맞는 것이 없어요".into();
            }
            if let Some(here) = app.outline_here(picker).filter(|_| query.is_empty()) {
                picker.selected = here;
            }
        });
    }

    /// Does something with the open list, and keeps its chosen line in sight.
    fn with_picker(&mut self, change: impl FnOnce(&Self, &mut Picker)) {
        let Some(mut popup) = self.popup.take_if(|popup| matches!(popup.kind, Kind::Picker(_))) else { return };
        let height = super::panes::popup_area(self, &popup).height.saturating_sub(2 + ABOVE);
        if let Kind::Picker(picker) = &mut popup.kind {
            change(self, picker);
            picker.follow(usize::from(height));
        }
        self.popup = Some(popup);
    }

    /// A key while the list is open: it moves about, or it is typed.
    pub(super) fn type_picker(&mut self, key: Key) {
        match keymap::command(&[Context::Picker], key) {
            Some(Command::Close) => self.popup = None,
            Some(Command::Quit) => self.quit(),
            Some(Command::Confirm) => self.choose(),
            Some(Command::Down) => self.with_picker(|_, picker| picker.step(1)),
            Some(Command::Up) => self.with_picker(|_, picker| picker.step(-1)),
            Some(Command::PageDown) => self.with_picker(|_, picker| picker.step(10)),
            Some(Command::PageUp) => self.with_picker(|_, picker| picker.step(-10)),
            Some(Command::Scope) => {
                let node = self.reader.node;
                self.with_picker(|_, picker| {
                    picker.purpose = match (picker.purpose, node) {
                        (Purpose::Find(Scope::Course), Some(node)) => Purpose::Find(Scope::Node(node)),
                        (Purpose::Find(_), _) => Purpose::Find(Scope::Course),
                        (other, _) => other,
                    };
                });
                self.refresh_picker();
            }
            _ => {
                let mut changed = false;
                self.with_picker(|_, picker| {
                    let before = picker.field.text.clone();
                    picker.field.edit(key);
                    changed = picker.field.text != before;
                });
                if changed {
                    self.refresh_picker();
                }
            }
        }
    }

    /// The mouse while the list is open; false when there is none.
    pub(super) fn point_picker(&mut self, mouse: Mouse, column: u16, row: u16) -> bool {
        let Some(popup) = self.popup.as_ref().filter(|popup| matches!(popup.kind, Kind::Picker(_))) else {
            return false;
        };
        let area = super::panes::popup_area(self, popup);
        match mouse {
            Mouse::WheelDown => self.with_picker(|_, picker| picker.step(3)),
            Mouse::WheelUp => self.with_picker(|_, picker| picker.step(-3)),
            Mouse::Press if !area.contains((column, row).into()) => self.popup = None,
            Mouse::Release | Mouse::Drag => {}
            Mouse::Press => {
                let Some(below) = row.checked_sub(area.y + 1 + ABOVE).filter(|_| row + 1 < area.bottom()) else {
                    return true;
                };
                let mut hit = false;
                self.with_picker(|_, picker| {
                    let at = picker.top + usize::from(below);
                    hit = picker.lines.get(at).is_some_and(|line| line.goal.is_some());
                    if hit {
                        picker.selected = at;
                    }
                });
                if hit {
                    self.choose();
                }
            }
        }
        true
    }

    /// Does what the chosen line says.
    fn choose(&mut self) {
        let Some(picker) = self.picking() else { return };
        let Some(goal) = picker.goal() else { return };
        let query = Query::new(&picker.field.text, true);
        self.popup = None;
        match goal {
            Goal::Lesson(node) => {
                self.sought = None;
                self.show_lesson(node);
            }
            Goal::Place(node, line) => self.seek(node, line, query),
            Goal::Heading(line) => {
                if let Some(node) = self.reader.node {
                    self.jump(node, line);
                }
            }
            Goal::Do(command) => self.obey(command),
            Goal::Lab(node) => {
                self.show_lesson(node);
                self.start_here(node);
            }
        }
    }

    fn show_lesson(&mut self, node: usize) {
        self.travel(node, Aim::Resume);
        self.focus = Focus::Reader;
    }

    /// Goes to a line of a lesson and marks there what was found.
    fn seek(&mut self, node: usize, line: usize, query: Query) {
        self.sought = Some(Sought { node, line, query });
        self.jump(node, line);
        if self.reader.node == Some(node) {
            self.arrive();
        }
    }

    fn arrive(&mut self) {
        let Some(sought) = self.sought.take() else { return };
        // n goes to every place: none may be folded away.
        if let Indexing::Ready(index) = &self.index {
            let found = index.search(&sought.query, Scope::Node(sought.node), 1, usize::MAX);
            for hit in found.groups.iter().flat_map(|group| &group.hits) {
                self.reader.uncover(hit.line);
            }
        }
        self.found = Some(Marks::new(sought.node, sought.query, sought.line));
    }

    /// Marks what is sought in the page as it is laid out now.
    pub(super) fn mark_found(&mut self, width: usize) {
        if self.sought.as_ref().is_some_and(|sought| self.reader.node == Some(sought.node)) {
            self.arrive();
        }
        let Some(mut marks) = self.found.take().filter(|marks| self.reader.node == Some(marks.node)) else { return };
        let index = if let Indexing::Ready(index) = &self.index { Some(index.clone()) } else { None };
        let node = marks.node;
        let holds = |text: &str| index.as_ref().is_some_and(|index| index.holds(node, text));
        let first = marks.fit(&self.reader.page, width, &holds);
        if marks.list.is_empty() {
            return; // Its title alone was found.
        }
        if let Some(span) = marks.here().filter(|_| first) {
            self.reader.go(span.row.saturating_sub(3));
            self.reader.push_to(span.row, &span.columns, width);
            self.scrolled();
        }
        self.found = Some(marks);
    }

    /// Goes through what is marked, or ends that.
    pub(super) fn go_found(&mut self, command: Command) {
        let Some(marks) = &mut self.found else { return };
        match command {
            Command::EndFound => {
                self.found = None;
                // The pointer at what was found goes with it.
                self.reader.let_line_go();
            }
            _ => {
                marks.step(command == Command::NextFound);
                let Some(span) = marks.here() else { return };
                let cells = self.reader.width();
                self.reader.show(span.row);
                self.reader.push_to(span.row, &span.columns, cells);
                self.reader.select_row(span.row);
                self.focus = Focus::Reader;
                self.scrolled();
                self.note_read();
            }
        }
    }
}

#[cfg(test)]
mod tests;
