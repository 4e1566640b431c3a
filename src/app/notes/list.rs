//! The list of all notes and bookmarks, in the course's order.

use super::super::App;
use super::signs;
use crate::progress::Note;
use crate::text::{Role, Row, truncate, width};

/// An entry of the list.
pub struct Entry<'a> {
    /// The node of the curriculum.
    pub node: usize,
    /// The note.
    pub note: &'a Note,
}

/// All notes and bookmarks.
pub fn entries(app: &App) -> Vec<Entry<'_>> {
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
