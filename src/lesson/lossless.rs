//! Nothing of a page is lost on the screen, and nothing changes its place: the letters of the Markdown, read without our
//! parser, against those of the rows.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::html_text::text;
use super::{Folding, Options, layout, minutes, parse};
use crate::text::clean;

/// Letters that the screen may add in one place: labels, numbers, headers repeated in a table that became a list.
const ADDED: usize = 160;

/// A page's source as it is to be found on the screen.
#[derive(Default)]
struct Expected {
    /// Letters of running text and code with their lines, in order.
    letters: Vec<(usize, char)>,
    /// Tables: lines and letters. Cells wrap side by side, so only what is on the rows of a table counts, not its order.
    tables: Vec<(BTreeSet<usize>, String)>,
    /// Lines of diagrams.
    drawn: BTreeSet<usize>,
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    clean(text).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<Vec<_>>().into_iter()
}

fn expected(markdown: &str) -> Expected {
    let mut out = Expected::default();
    let mut fence: Option<(String, bool)> = None;
    let mut front = markdown.trim_start_matches('\u{feff}').starts_with("---\n");
    let uncommented = without_comments(markdown);
    for (index, line) in uncommented.lines().enumerate() {
        let number = index + 1;
        let bare = line.trim_start_matches(['>', ' ', '\t', '-', '*']);
        if front {
            front = index == 0 || line.trim_end() != "---";
            continue;
        }
        if let Some((mark, diagram)) = &fence {
            if bare.trim_end() == mark {
                fence = None;
            } else if *diagram {
                out.drawn.insert(number);
            } else {
                out.letters.extend(letters(line).map(|c| (number, c)));
            }
            continue;
        }
        let ticks: String = bare.chars().take_while(|c| matches!(c, '`' | '~')).collect();
        if ticks.len() >= 3
            && (ticks.starts_with("```") || ticks.starts_with("~~~"))
            && !bare.get(ticks.len()..).unwrap_or("").contains('`')
        {
            fence = Some((ticks, bare.contains("mermaid")));
            continue;
        }
        let code: bool = line.starts_with("    ")
            && uncommented
                .lines()
                .nth(index.saturating_sub(1))
                .is_some_and(|above| above.trim().is_empty() || above.starts_with("    "));
        let mut shown = if code { line.to_owned() } else { shown(line) };
        if line.starts_with('#') {
            // Planned time is shown in minutes, whatever it was written in.
            let (title, planned) = minutes(&shown);
            shown = planned.map_or(shown.clone(), |planned| format!("{title} {planned}분"));
        }
        let table = bare.starts_with('|') || ["<t", "</t"].iter().any(|tag| bare.starts_with(tag));
        if table {
            match out.tables.last_mut().filter(|(lines, _)| lines.contains(&(number - 1))) {
                Some((lines, text)) => {
                    lines.insert(number);
                    text.extend(letters(&shown));
                }
                None => out.tables.push((BTreeSet::from([number]), letters(&shown).collect())),
            }
        } else {
            out.letters.extend(letters(&shown).map(|c| (number, c)));
        }
    }
    out
}

/// Comments outside code blocks, emptied.
fn without_comments(markdown: &str) -> String {
    let mut out = String::new();
    let mut rest = markdown;
    while let Some((before, after)) = rest.split_once("<!--") {
        out.push_str(before);
        let (comment, tail) = after.split_once("-->").unwrap_or((after, ""));
        out.extend(comment.matches('\n'));
        rest = tail;
    }
    out + rest
}

/// A line of running text without what is never shown: targets of links, labels of footnotes, marks of lists.
fn shown(line: &str) -> String {
    let mut line = line.to_owned();
    let trimmed = line.trim_start_matches(['>', ' ', '\t']).to_owned();
    let digits = trimmed.chars().take_while(char::is_ascii_digit).count();
    if digits > 0 && trimmed.get(digits..).is_some_and(|rest| rest.starts_with(". ") || rest.starts_with(") ")) {
        line = trimmed.get(digits..).unwrap_or("").to_owned();
    }
    for alert in ["[!NOTE]", "[!TIP]", "[!IMPORTANT]", "[!WARNING]", "[!CAUTION]", "[ ]", "[x]", "[X]"] {
        line = line.replace(alert, "");
    }
    let mut out = String::new();
    let mut rest = line.as_str();
    let mut code = false;
    while let Some(c) = rest.chars().next() {
        let skip = match c {
            '`' => {
                code = !code;
                None
            }
            _ if code => None,
            ']' if rest.starts_with("](") => rest.find(')').map(|end| end + 1),
            '[' if rest.starts_with("[^") => rest.find(']').map(|end| end + 1),
            '<' if rest.starts_with("<http") => None,
            '<' if rest.get(1..).is_some_and(|tag| tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')) => {
                rest.find('>').map(|end| end + 1)
            }
            _ => None,
        };
        let end = skip.unwrap_or(c.len_utf8());
        if skip.is_none() {
            out.push(c);
        }
        rest = rest.get(end..).unwrap_or("");
    }
    text(&out.replace('<', "&lt;"))
}

#[track_caller]
fn check(name: &str, markdown: &str, width: usize) {
    let expected = expected(markdown);
    let page = layout(&parse(markdown), &Options { folding: Folding::open(), ..Options::new(width) });
    let mut screen: Vec<(usize, char)> = Vec::new();
    let mut tables: HashMap<usize, String> = HashMap::new();
    let in_table = |line: &usize| expected.tables.iter().position(|(lines, _)| lines.contains(line));
    for (text, line) in page.rows.texts().zip(&page.lines) {
        match in_table(line) {
            _ if expected.drawn.contains(line) => {}
            Some(table) => tables.entry(table).or_default().extend(letters(text)),
            None => screen.extend(letters(text).map(|c| (*line, c))),
        }
    }
    let mut at = 0;
    for (line, c) in &expected.letters {
        let found = screen.iter().skip(at).take(ADDED).position(|(_, shown)| shown == c);
        let Some(found) = found else {
            let near: String = screen.iter().skip(at.saturating_sub(20)).take(60).map(|(_, c)| c).collect();
            panic!("{name}:{line} at {width}: {c:?} is lost near {near:?}");
        };
        at += found + 1;
    }
    for (index, (lines, text)) in expected.tables.iter().enumerate() {
        let mut left: Vec<char> = tables.get(&index).map(|text| text.chars().collect()).unwrap_or_default();
        for c in text.chars() {
            match left.iter().position(|shown| *shown == c) {
                Some(at) => drop(left.swap_remove(at)),
                None => panic!("{name}:{lines:?} at {width}: {c:?} is lost from the table {text:?}"),
            }
        }
    }
}

/// All Markdown below a folder.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return out };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            out.extend(pages(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            out.push(path);
        }
    }
    out.sort();
    out
}

fn check_all(folder: &Path) -> usize {
    let pages = pages(folder);
    for path in &pages {
        let text = std::fs::read_to_string(path).unwrap().replace("\r\n", "\n");
        for width in [40, 80, 120, 200] {
            check(&path.display().to_string(), &text, width);
        }
    }
    pages.len()
}

#[test]
fn our_own_pages_lose_nothing() {
    for width in [40, 80, 120, 200] {
        check("showcase", include_str!("testdata/showcase.md"), width);
    }
    let read = check_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("content"));
    assert!(read >= 5, "{read} pages");
}

#[test]
fn foreign_pages_lose_nothing() {
    let Some(seeds) = crate::files::seeds() else { return };
    let read = check_all(&seeds);
    assert!(read >= 5, "{read} pages");
}

#[test]
#[should_panic(expected = "is lost")]
fn a_lost_sentence_is_noticed() {
    // A script is not shown; to the reader of the source here it is text.
    let markdown =
        "# 가\n\n<div hidden>\n\n<script>둘째 문장이 여기 있었어요.</script>\n\n</div>\n\n셋째 문장은 여기에 있어요.\n";
    check("lost", markdown, 80);
}
