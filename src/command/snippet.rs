//! Problems with the line they stand on, for authors.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::files::Tree;
use crate::problem::{Problem, Severity};
use crate::text::clean;

/// Renders a problem with its source line and a caret, where its file can be read.
pub fn render(problem: &Problem, files: &Tree, color: bool) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR.with_name("문제점"),
        Severity::Warning => Level::WARNING.with_name("살펴볼 것"),
    };
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let source = files.read(&problem.file).ok().filter(|_| problem.line > 0);
    let place = source.as_deref().and_then(|text| shown(text, span(text, problem.line, problem.column)?));
    let path = path(problem, files);
    let title = level.primary_title(lines(&problem.message));
    let mut group = match place {
        Some((line, span)) => title.element(
            Snippet::source(line).line_start(problem.line).path(path).annotation(AnnotationKind::Primary.span(span)),
        ),
        // Where the line cannot be shown, it is named.
        None => {
            let origin = annotate_snippets::Origin::path(path);
            title.element(match (problem.line, problem.column) {
                (0, _) => origin,
                (line, 0) => origin.line(line),
                (line, column) => origin.line(line).char_column(column),
            })
        }
    };
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.with_name("도움").message(lines(help)));
    }
    renderer.render(&[group])
}

/// What quotes a file may be anything; the library passes a part of it on as it is.
fn lines(text: &str) -> String {
    text.split('\n').map(clean).collect::<Vec<_>>().join("\n")
}

/// The path as an editor opens it, where the files are a folder's.
fn path(problem: &Problem, files: &Tree) -> String {
    match files {
        Tree::Folder(folder) => clean(&folder.join(&problem.file).display().to_string()).into_owned(),
        Tree::Embedded(_) => clean(&problem.file).into_owned(),
    }
}

/// Characters of a line that are shown on either side of what is meant: a page may be one line of megabytes.
const AROUND: usize = 120;

/// The line of a span as a terminal may show it, and the span in it.
fn shown(text: &str, span: Range<usize>) -> Option<(String, Range<usize>)> {
    let start = text.get(..span.start)?.rfind('\n').map_or(0, |at| at + 1);
    let before = text.get(start..span.start)?;
    let after = text.get(span.end..)?.lines().next().unwrap_or_default();
    let from = before.char_indices().rev().nth(AROUND);
    let before = from
        .map_or_else(|| clean(before), |(at, _)| format!("…{}", clean(before.get(at..).unwrap_or_default())).into());
    let to = after.char_indices().nth(AROUND);
    let after =
        to.map_or_else(|| clean(after), |(at, _)| format!("{}…", clean(after.get(..at).unwrap_or_default())).into());
    let meant = text.get(span)?;
    let end = meant.char_indices().nth(AROUND).map_or(meant.len(), |(at, _)| at);
    let meant = clean(meant.get(..end)?);
    let place = before.len()..before.len() + meant.len();
    Some((format!("{before}{meant}{after}"), place))
}

/// The bytes that a problem points at: from its column to the end of the word, or the whole line.
pub fn span(text: &str, line: usize, column: usize) -> Option<Range<usize>> {
    let start = text.split_inclusive('\n').take(line - 1).map(str::len).sum::<usize>();
    let content = text.get(start..)?.lines().next().unwrap_or_default();
    if column == 0 {
        let indent = content.len() - content.trim_start().len();
        return Some(start + indent..start + content.len());
    }
    let from = content.char_indices().nth(column - 1).map_or(content.len(), |(at, _)| at);
    let rest = content.get(from..).unwrap_or_default();
    let length =
        rest.find([':', ',', ' ', '}', ']']).unwrap_or(rest.len()).max(rest.chars().next().map_or(0, char::len_utf8));
    Some(start + from..start + from + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_problem_is_sent_as_it_is() {
        const HOSTILE: &str = "나쁨\x1b[31m\u{9b}2J\u{202e}\x07";
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.md"), format!("{HOSTILE}: {HOSTILE}\n")).unwrap();
        let problem = Problem::error("a.md", 1, 2, HOSTILE).with_help(format!("{HOSTILE}\n{HOSTILE}"));
        let text = render(&problem, &Tree::Folder(folder.path().to_owned()), false);
        assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{text:?}");
        assert!(text.contains("␛[31m‹U+009B›2J‹U+202E›␇"), "{text}");
    }
}
