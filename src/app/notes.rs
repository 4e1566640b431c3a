//! The learner's own marks in a lesson: where they are, how they look in it and in their list.

mod list;
mod weave;

use crate::lab::Millis;
use crate::progress::Note;

pub use list::{entries, rows as list_rows};
pub use weave::weave;

/// A note of the open lesson, where it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The id it is kept under: the lesson's, or an old one.
    pub lesson: String,
    /// When it was made.
    pub made: Millis,
    /// The source line it is on now.
    pub line: usize,
    /// The note.
    pub note: Note,
}

/// The signs of a bookmark and of a note: one cell each in every terminal.
pub fn signs(ascii: bool) -> [&'static str; 2] {
    if ascii { ["*", "+"] } else { ["⚑", "✎"] }
}

/// Whether a line is a task, and then whether its author ticked it.
pub fn is_task(line: &str) -> Option<bool> {
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
pub fn tasks(source: &str) -> impl Iterator<Item = (usize, String)> {
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
