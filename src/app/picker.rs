//! A list that is typed into: what it is for, what is typed, its lines, the one that is chosen. It knows no course.

use std::ops::Range;

use super::field::Field;
use crate::keymap::Command;
use crate::search::Scope;
use crate::text::Role;

/// What is picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A place in the course.
    Find(Scope),
    /// Something to do.
    Palette,
    /// A heading of the open lesson.
    Outline,
}

impl Purpose {
    /// What its frame says.
    pub fn title(self) -> &'static str {
        match self {
            Self::Find(_) => "검색",
            Self::Palette => "할 일",
            Self::Outline => "차례",
        }
    }
}

/// What choosing a line does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Opens a lesson where it was left.
    Lesson(usize),
    /// Opens a lesson at a source line, with what was found marked.
    Place(usize, usize),
    /// Goes to a source line of the open lesson.
    Heading(usize),
    /// Obeys a command.
    Do(Command),
    /// Opens a lesson and asks to start its lab.
    Lab(usize),
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Cells from the left.
    pub indent: usize,
    /// How it is meant.
    pub role: Role,
    /// What it says.
    pub text: String,
    /// Where that matches, in bytes.
    pub marks: Vec<Range<usize>>,
    /// What stands at its right end.
    pub right: String,
    /// What choosing it does; none for what only heads others.
    pub goal: Option<Goal>,
}

impl Line {
    /// A line that can be chosen.
    pub fn new(text: impl Into<String>, goal: Goal) -> Self {
        Self {
            indent: 0,
            role: Role::Text,
            text: text.into(),
            marks: Vec::new(),
            right: String::new(),
            goal: Some(goal),
        }
    }

    /// A line that heads others.
    pub fn head(text: impl Into<String>) -> Self {
        Self { indent: 0, role: Role::Dim, text: text.into(), marks: Vec::new(), right: String::new(), goal: None }
    }
}

/// The state of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Picker {
    /// What it is for.
    pub purpose: Purpose,
    /// What is typed so far.
    pub field: Field,
    /// Its lines.
    pub lines: Vec<Line>,
    /// The chosen line, by its place.
    pub selected: usize,
    /// First line on screen.
    pub top: usize,
    /// What is said instead of lines.
    pub said: String,
    /// How much there is, beside the field.
    pub count: String,
    /// A lesson is open that can be searched alone.
    pub lesson: bool,
}

impl Picker {
    /// An empty list.
    pub fn new(purpose: Purpose, lesson: bool) -> Self {
        Self {
            purpose,
            field: Field::default(),
            lines: Vec::new(),
            selected: 0,
            top: 0,
            said: String::new(),
            count: String::new(),
            lesson,
        }
    }

    /// There is more than one place to look in.
    pub fn has_scopes(&self) -> bool {
        self.lesson && matches!(self.purpose, Purpose::Find(_))
    }

    /// Takes new lines; the first that can be chosen is.
    pub fn show(&mut self, lines: Vec<Line>) {
        self.lines = lines;
        self.top = 0;
        self.selected = self.lines.iter().position(|line| line.goal.is_some()).unwrap_or(0);
    }

    /// Chooses a line further down or up, as far as there are any that can be chosen.
    pub fn step(&mut self, by: isize) {
        let able: Vec<usize> =
            self.lines.iter().enumerate().filter(|(_, line)| line.goal.is_some()).map(|(i, _)| i).collect();
        let at = able.iter().position(|i| *i == self.selected).unwrap_or(0);
        let to = at.saturating_add_signed(by).min(able.len().saturating_sub(1));
        self.selected = able.get(to).copied().unwrap_or(0);
    }

    /// Scrolls so that the chosen line is in sight, with the head it stands under.
    pub fn follow(&mut self, height: usize) {
        let head = self.lines.iter().take(self.selected).rposition(|line| line.goal.is_none());
        let first = head.filter(|head| head + 1 == self.selected).unwrap_or(self.selected);
        self.top = self.top.min(first).max((self.selected + 1).saturating_sub(height));
        self.top = self.top.min(self.lines.len().saturating_sub(height));
    }

    /// What choosing does now.
    pub fn goal(&self) -> Option<Goal> {
        self.lines.get(self.selected).and_then(|line| line.goal)
    }
}

/// Rows above the list within the frame: the field, where it looks, a blank one.
pub const ABOVE: u16 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_chosen_is() {
        let mut picker = Picker::new(Purpose::Palette, false);
        let line = |i| Line::new("글", Goal::Lesson(i));
        picker.show(vec![Line::head("가"), line(1), line(2), Line::head("나"), line(3)]);
        let mut after = |by| {
            picker.step(by);
            picker.follow(2);
            (picker.selected, picker.top)
        };
        assert_eq!(after(0), (1, 0));
        assert_eq!(after(1), (2, 1));
        assert_eq!(after(1), (4, 3));
        assert_eq!(after(9), (4, 3));
        assert_eq!(after(-9), (1, 0));
        picker.show(vec![Line::head("가")]);
        picker.step(1);
        assert_eq!(picker.goal(), None);
    }
}
