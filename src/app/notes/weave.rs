//! Notes below the lines they are on.

use super::{Placed, signs};
use crate::lesson::{Page, WideSpan};
use crate::text::{Role, Row, clean, width, wrap};

/// Puts the rows of notes into a page, each below its line; a note on a line that is folded away is not shown.
pub fn weave(page: &mut Page, notes: &[Placed], cells: usize, ascii: bool) {
    let [_, sign] = signs(ascii);
    for placed in notes.iter().rev().filter(|placed| !placed.note.text.is_empty()) {
        let Some(row) = page.lines.iter().rposition(|line| *line == placed.line) else { continue };
        // Blank rows count to what is above them.
        let blank = |row: &usize| page.rows.text(*row).trim().is_empty();
        let Some(row) = (0..=row).rev().find(|row| !blank(row)) else { continue };
        let text = page.rows.text(row);
        let indent = width(text) - width(text.trim_start());
        let indent = indent.min(cells / 2);
        let room = cells.saturating_sub(indent + 4).clamp(1, 84);
        let mut lead = format!("{}{sign} ", " ".repeat(indent));
        let rest = " ".repeat(indent + 2);
        let rows: Vec<Row> = wrap(&[(Role::Dim, clean(&placed.note.text).into_owned())], room)
            .into_iter()
            .map(|note| {
                let lead = std::mem::replace(&mut lead, rest.clone());
                std::iter::once((Role::Accent, lead)).chain(note).collect()
            })
            .collect();
        insert(page, row + 1, &rows, placed.line);
    }
}

fn insert(page: &mut Page, at: usize, rows: &[Row], line: usize) {
    let count = rows.len();
    let at = at.min(page.rows.len());
    page.rows.insert(at, rows);
    page.lines.splice(at..at, std::iter::repeat_n(line, count));
    let moved = |row: &mut usize| {
        if *row >= at {
            *row += count;
        }
    };
    // An end is a row behind: it moves only with what is above the notes.
    let ended = |row: &mut usize| {
        if *row > at {
            *row += count;
        }
    };
    page.anchors.iter_mut().for_each(|anchor| moved(&mut anchor.row));
    page.tasks.iter_mut().for_each(|task| moved(&mut task.row));
    page.links.iter_mut().for_each(|link| moved(&mut link.row));
    for code in &mut page.code {
        moved(&mut code.rows.start);
        ended(&mut code.rows.end);
    }
    // What is written between the rows of a wide block is not pushed aside with them.
    for wide in std::mem::take(&mut page.wide) {
        if wide.rows.start < at && at < wide.rows.end {
            let below = at + count..wide.rows.end + count;
            page.wide.push(WideSpan { rows: wide.rows.start..at, ..wide });
            page.wide.push(WideSpan { rows: below, ..wide });
        } else {
            let mut rows = wide.rows;
            moved(&mut rows.start);
            ended(&mut rows.end);
            page.wide.push(WideSpan { rows, ..wide });
        }
    }
    for image in &mut page.images {
        let rows = image.rows.len();
        moved(&mut image.rows.start);
        image.rows.end = image.rows.start + rows;
    }
    for fold in &mut page.folds {
        if fold.open && (fold.row + 1..=fold.row + fold.rows_inside).contains(&at) {
            fold.rows_inside += count;
        }
        moved(&mut fold.row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::{Options, layout, parse};
    use crate::progress::Note;

    #[test]
    fn a_note_stands_below_its_line_and_nothing_else_moves_out_of_place() {
        let text = "# 제목\n\n첫 문단이에요.\n\n```bash\nls\npwd\n```\n\n## 둘째\n\n- [ ] [링크](a.md)\n";
        let plain = layout(&parse(text), &Options::new(40));
        let mut page = plain.clone();
        let note = |line, text: &str| Placed { lesson: String::new(), made: 0, line, note: Note::written(text) };
        let long = "아주 긴 메모는 여러 줄로 이어져요. 아주 긴 메모는 여러 줄로 이어져요.";
        weave(&mut page, &[note(3, long), note(6, "이것")], 40, false);
        let row = |page: &Page, row: usize| page.rows.text(row).to_owned();
        let at = page.lines.iter().position(|line| *line == 3).unwrap();
        assert!(row(&page, at + 1).starts_with("  ✎ 아주 긴"), "{:?}", row(&page, at + 1));
        assert!(row(&page, at + 2).starts_with("    ") && page.lines[at + 2] == 3);
        assert_eq!(page.rows.len(), page.lines.len());
        assert!(page.rows.len() >= plain.rows.len() + 3);
        for (old, new) in [(&plain.anchors[1].row, &page.anchors[1].row), (&plain.links[0].row, &page.links[0].row)] {
            assert_eq!(row(&plain, *old), row(&page, *new));
        }
        assert_eq!(row(&plain, plain.tasks[0].row), row(&page, page.tasks[0].row));
        assert_eq!(row(&plain, plain.code[0].rows.end - 1), row(&page, page.code[0].rows.end - 1));
        assert!(row(&page, page.code[0].rows.start).contains("ls"));
        assert!(page.rows.texts().all(|row| width(row) <= 40));
    }

    #[test]
    fn a_note_between_long_lines_is_not_pushed_aside_with_them() {
        let text = format!("```bash\nls {0}\npwd {0}\n```\n", "-a ".repeat(30));
        let options = Options { pan: true, ..Options::new(40) };
        let mut page = layout(&parse(&text), &options);
        let whole = page.wide[0].rows.clone();
        let note = Note::written("이것");
        weave(&mut page, &[Placed { lesson: String::new(), made: 0, line: 2, note }], 40, false);
        let spans: Vec<_> = page.wide.iter().map(|wide| wide.rows.clone()).collect();
        assert_eq!(spans, [whole.start..whole.start + 1, whole.start + 2..whole.end + 1]);
        assert_eq!(page.code[0].rows, whole.start..whole.end + 1);
    }
}
