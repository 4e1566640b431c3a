//! The learner's own marks in a lesson: notes, bookmarks, ticked tasks.

mod list;
mod weave;

use super::App;
use super::field::Field;
use super::popup::{Kind, Popup};
use crate::keymap::Key;
use crate::lab::Millis;
use crate::progress::{Change, Note};
use crate::text::Role;

pub use list::rows as list_rows;
pub use weave::weave;

/// A note of the open lesson, where it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The id it is kept under: the lesson's, or an old one.
    lesson: String,
    made: Millis,
    /// The source line it is on now.
    pub line: usize,
    /// The note.
    pub note: Note,
}

/// The signs of a bookmark and of a note: one cell each in every terminal.
pub fn signs(ascii: bool) -> [&'static str; 2] {
    if ascii { ["*", "+"] } else { ["⚑", "✎"] }
}

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
            tasks(&source).filter_map(|(line, task)| Some((line, *ticks.get(task.as_str())?))).collect()
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
        let task = tasks(&self.reader.source).find(|(at, _)| *at == line).map(|(_, task)| task);
        let Some(task) = task else { return self.say(Role::Dim, "표시할 수 없는 줄이에요") };
        let written =
            self.reader.source.lines().nth(line.saturating_sub(1)).is_some_and(|text| is_task(text) == Some(true));
        let ticked = !self.reader.ticked.get(&line).copied().unwrap_or(written);
        let before = self.progress.lessons.get(&node.id).and_then(|record| record.ticks.get(&task)).map(|(at, _)| *at);
        let at = before.map_or(self.now, |before| self.now.max(before + 1));
        self.record(Change::Ticked { lesson: node.id.clone(), task, ticked, at });
        self.place_notes();
    }
}

/// Whether a line is a task, and then whether its author ticked it.
fn is_task(line: &str) -> Option<bool> {
    let rest = line.trim_start_matches([' ', '\t', '>']);
    let numbered = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = match numbered.strip_prefix(['.', ')']).filter(|_| numbered.len() < rest.len()) {
        Some(rest) => rest,
        None => rest.strip_prefix(['-', '*', '+'])?,
    };
    let rest = rest.trim_start().strip_prefix('[')?;
    let (mark, _) = rest.split_once(']')?;
    match mark {
        " " => Some(false),
        "x" | "X" => Some(true),
        _ => None,
    }
}

/// The tasks of a page: source line and text; the second of the same text is told apart by its number.
fn tasks(source: &str) -> impl Iterator<Item = (usize, String)> {
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    source.lines().zip(1usize..).filter(|(line, _)| is_task(line).is_some()).map(move |(text, line)| {
        let text = text.split_once(']').map_or(text, |(_, text)| text);
        let text = text.split("<!--").next().unwrap_or(text).trim().to_owned();
        let nth = seen.entry(text.clone()).or_default();
        *nth += 1;
        (line, if *nth == 1 { text } else { format!("{text} #{nth}") })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Option<bool>) {
        assert_eq!(is_task(line), expected, "{line}");
    }

    #[test]
    fn a_task_is_known_by_its_box() {
        check("- [ ] 읽기", Some(false));
        check("  > 12. [x] 읽기", Some(true));
        check("* [X] 읽기", Some(true));
        check("- [a] 읽기", None);
        check("- 읽기 [ ]", None);
        check("[ ] 읽기", None);
        check("12 [ ] 읽기", None);
        check("", None);
    }

    #[test]
    fn tasks_of_the_same_text_are_told_apart() {
        let found: Vec<_> = tasks("- [ ] 읽기 <!-- manual -->\n\n- [x] 읽기\n").collect();
        assert_eq!(found, [(1, "읽기".to_owned()), (3, "읽기 #2".to_owned())]);
    }
}
