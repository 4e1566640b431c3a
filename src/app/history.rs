//! Where the learner has been: jumps within a lesson and between lessons, with a way back and forth.

use super::{App, Focus};
use crate::progress::{Change, Note};
use crate::text::Role;

/// Places kept to go back to.
const KEPT: usize = 100;

/// A place in a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The node of the curriculum.
    node: usize,
    /// The source line at the top, from 1.
    line: usize,
    /// How far into its rows, in millionths.
    within: u32,
}

/// The places before and after this one.
#[derive(Clone, Debug, Default)]
pub struct History {
    back: Vec<Place>,
    forward: Vec<Place>,
}

/// Where to in a lesson.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Aim {
    /// Where the learner left it.
    Resume,
    /// A source line, with a little of what is above it.
    Line(usize),
    /// A heading, by its name in links.
    Heading(String),
    /// The line a note is on.
    Note(Box<Note>),
    /// Exactly there: a source line and how far into its rows.
    Exactly(usize, u32),
}

impl App {
    /// Goes to a source line of a lesson, opening it when need be, and remembers the place one leaves: Backspace leads
    /// back to it. A closed fold around the line is opened.
    pub fn jump(&mut self, node: usize, line: usize) {
        self.travel(node, Aim::Line(line));
    }

    /// Goes to the line a note is on now.
    pub(super) fn go_to_note(&mut self, node: usize, note: Note) {
        self.travel(node, Aim::Note(Box::new(note)));
    }

    /// Whether there is a place to go back to.
    pub fn can_go_back(&self) -> bool {
        !self.history.back.is_empty()
    }

    /// Whether there is a place to go forward to.
    pub fn can_go_forward(&self) -> bool {
        !self.history.forward.is_empty()
    }

    /// Goes there and remembers the place one leaves.
    pub(super) fn travel(&mut self, node: usize, aim: Aim) {
        let page = self.curriculum.nodes.get(node).is_some_and(|n| n.path.is_some());
        if page && let Some(here) = self.here() {
            self.history.forward.clear();
            if self.history.back.last() != Some(&here) {
                self.history.back.push(here);
            }
            let more = self.history.back.len().saturating_sub(KEPT);
            self.history.back.drain(..more);
        }
        self.come_to(node, aim);
    }

    pub(super) fn go_back(&mut self) {
        let here = self.here();
        match self.history.back.pop() {
            Some(place) => {
                self.history.forward.extend(here);
                self.come_to(place.node, Aim::Exactly(place.line, place.within));
            }
            None => self.say(Role::Dim, "돌아갈 곳이 없어요"),
        }
    }

    pub(super) fn go_forward(&mut self) {
        let here = self.here();
        match self.history.forward.pop() {
            Some(place) => {
                self.history.back.extend(here);
                self.come_to(place.node, Aim::Exactly(place.line, place.within));
            }
            None => self.say(Role::Dim, "앞으로 갈 곳이 없어요"),
        }
    }

    /// Records the place in the open lesson.
    pub(super) fn record_place(&mut self) {
        self.place_at = None;
        let Some(node) = self.reader.node.and_then(|i| self.curriculum.nodes.get(i)) else { return };
        let (line, within) = self.reader.place();
        if self.progress.place_within(node) != Some((line, within)) {
            self.record(Change::Place { lesson: node.id.clone(), line, within, at: self.now });
        }
    }

    fn here(&self) -> Option<Place> {
        let (line, within) = self.reader.place();
        self.reader.node.map(|node| Place { node, line, within })
    }

    fn come_to(&mut self, node: usize, aim: Aim) {
        self.leave_quiz();
        self.tree.reveal(&self.curriculum, node);
        self.follow_tree();
        if self.curriculum.nodes.get(node).is_some_and(|n| n.path.is_some()) {
            self.focus = Focus::Reader;
        }
        if self.reader.node == Some(node) {
            self.opening = None; // What was asked for before is not wanted any more.
            return self.aim_at(aim);
        }
        self.open(node);
        self.aim = Some((node, aim));
    }

    /// Takes a newly opened lesson to where it was opened for.
    pub(super) fn take_aim(&mut self) {
        if let Some((node, aim)) = self.aim.take()
            && self.reader.node == Some(node)
        {
            if let Aim::Line(line) | Aim::Exactly(line, _) = aim {
                self.reader.put(line, 0);
            }
            // Rows are known once the page is laid out for the pane.
            if let Some(pane) = self.panes().reader {
                let body = super::Panes::body(pane);
                self.reader.fit(usize::from(body.width), usize::from(body.height), self.look.ascii);
            }
            self.aim_at(aim);
        }
    }

    /// What is not at the top of the screen is pointed at, and `f` goes on from there.
    fn point_at(&mut self, row: usize) {
        self.reader.thing = None;
        if self.reader.top != row {
            self.reader.select_row(row);
        }
    }

    fn aim_at(&mut self, aim: Aim) {
        match aim {
            Aim::Resume => return,
            Aim::Exactly(line, within) => {
                self.reader.reach(line);
                self.reader.put(line, within);
            }
            Aim::Note(note) => {
                let line = note.find(&self.reader.source, &self.headings());
                return self.aim_at(Aim::Line(line));
            }
            Aim::Line(line) => {
                self.reader.reach(line);
                self.reader.uncover(line);
                let row = self.reader.page.row_of_line(line);
                if self.reader.page.anchors.iter().any(|anchor| anchor.row == row) {
                    self.reader.go(row);
                    self.point_at(row);
                } else {
                    self.reader.thing = None;
                    self.reader.show(row);
                }
            }
            Aim::Heading(slug) => match self.reader.line_of_heading(&slug) {
                Some(line) => {
                    self.reader.reach(line);
                    self.reader.uncover(line);
                    let row = self.reader.page.row_of_line(line);
                    self.reader.go(row);
                    self.point_at(row);
                }
                None => return self.say(Role::Dim, format!("그런 제목이 없어요: {slug}")),
            },
        }
        self.scrolled();
        self.note_read();
    }
}
