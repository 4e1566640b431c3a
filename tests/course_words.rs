//! The course keeps its own rules: one term for one thing, as its glossary has them; no common misspelling; and the table
//! of its README tells what is there.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use jotasu::files::{self, Tree};
use regex::Regex;

/// What is often misspelled, and how it is written: what a dictionary does not find (see `course_spelling.rs`), or where
/// there is none.
const MISSPELLED: [(&str, &str); 58] = [
    ("되요", "돼요"),
    ("안되요", "안 돼요"),
    ("됬", "됐"),
    ("할께요", "할게요"),
    ("볼께요", "볼게요"),
    ("몇일", "며칠"),
    ("왠만", "웬만"),
    ("웬지", "왠지"),
    ("어떻해", "어떡해"),
    ("갯수", "개수"),
    ("댓가", "대가"),
    ("촛점", "초점"),
    ("헛점", "허점"),
    ("역활", "역할"),
    ("금새 ", "금세 "),
    ("구지 ", "굳이 "),
    ("일일히", "일일이"),
    ("곰곰히", "곰곰이"),
    ("틈틈히", "틈틈이"),
    ("깨끗히", "깨끗이"),
    ("꼼꼼이", "꼼꼼히"),
    ("오랫만", "오랜만"),
    ("오랜동안", "오랫동안"),
    ("설레임", "설렘"),
    ("치뤄", "치러"),
    ("담궈", "담가"),
    ("잠궈", "잠가"),
    ("잠궜", "잠갔"),
    ("뒤쳐", "뒤처"),
    ("거에요", "거예요"),
    ("아니예요", "아니에요"),
    ("메세지", "메시지"),
    ("컨텐츠", "콘텐츠"),
    ("어플리케이션", "애플리케이션"),
    ("메뉴얼", "매뉴얼"),
    (" 안되는", "안 되는"),
    (" 안되면", "안 되면"),
    (" 안되고", "안 되고"),
    (" 안돼", "안 돼"),
    (" 안됩", "안 됩"),
    ("돼는", "되는"),
    ("돼고", "되고"),
    ("돼면", "되면"),
    ("돼나", "되나"),
    ("아니였", "아니었"),
    ("첫번째", "첫 번째"),
    ("두번째", "두 번째"),
    ("세번째", "세 번째"),
    ("여러개", "여러 개"),
    ("몇개", "몇 개"),
    ("몇번", "몇 번"),
    ("하는만큼", "하는 만큼"),
    ("것 같애", "것 같아"),
    (" 세째", "셋째"),
    (" 네째", "넷째"),
    (" 비로서", "비로소"),
    ("건들이", "건드리"),
    ("삼가하", "삼가"),
];

/// Every page, every quiz and every lab, with its text.
fn texts() -> Vec<(String, String)> {
    let ends = [".md", ".quiz.yaml", "/lab.yaml"];
    let of = |tree: Tree| {
        let paths = tree.list().into_iter().filter(|path| ends.iter().any(|end| path.ends_with(end)));
        paths.map(|path| (path.clone(), tree.read(&path).unwrap())).collect::<Vec<_>>()
    };
    [of(files::content()), of(files::labs())].concat()
}

/// The lines a reader reads, with their numbers: no code and no addresses.
fn prose(text: &str) -> Vec<(usize, String)> {
    let (code, address) = (Regex::new("`[^`]*`").unwrap(), Regex::new(r"\]\([^)]*\)").unwrap());
    let mut fenced = false;
    let mut lines = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            let line = address.replace_all(line, "]");
            lines.push((number + 1, code.replace_all(&line, "").into_owned()));
        }
    }
    lines
}

/// The first cells of the rows of a table below a heading.
fn banned() -> Vec<(String, String)> {
    let glossary = files::content().read("glossary.md").unwrap();
    let (_, table) = glossary.split_once("## 쓰지 않는 말").unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| ")).skip(2);
    rows.flat_map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let instead = cells.get(1).copied().unwrap_or_default().to_owned();
        let words = cells.first().copied().unwrap_or_default().split(", ").map(str::to_owned).collect::<Vec<_>>();
        words.into_iter().map(move |word| (word, instead.clone()))
    })
    .collect()
}

#[test]
fn one_thing_has_one_name() {
    let banned = banned();
    assert!(banned.len() > 50, "the glossary's table is not found: {banned:?}");
    let mut found = Vec::new();
    for (path, text) in texts().into_iter().filter(|(path, _)| path != "glossary.md") {
        for (number, line) in prose(&text) {
            // Where a common wrong word is put right, it has to be named; README.md quotes what was left out.
            if line.contains("예전에는") || line.contains("흔히") || (path == "README.md" && line.starts_with('|'))
            {
                continue;
            }
            for (word, instead) in banned.iter().filter(|(word, _)| line.contains(word.as_str())) {
                found.push(format!("{path}:{number}: {word} → {instead}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn nothing_is_misspelled_as_it_often_is() {
    let mut found = Vec::new();
    for (path, text) in texts().into_iter().filter(|(path, _)| path != "glossary.md") {
        for (number, line) in prose(&text) {
            for (wrong, right) in MISSPELLED.iter().filter(|(wrong, _)| line.contains(wrong)) {
                found.push(format!("{path}:{number}: {wrong} → {right}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A page as the table of the README tells it.
fn row(path: &str, text: &str) -> Option<String> {
    let field = |name: &str| {
        let line = text.lines().skip(1).take_while(|line| *line != "---").find_map(|line| line.strip_prefix(name))?;
        Some(line.trim().trim_matches('"').to_owned())
    };
    let (kind, title) = (field("kind:")?, field("title:")?);
    if !["session", "lab", "challenge", "hands-on", "wrap-up"].contains(&kind.as_str()) {
        return None;
    }
    let without = |text: &str, pattern: &str| Regex::new(pattern).unwrap().replace_all(text, "").into_owned();
    let body = without(text, r"(?s)\A---.*?\n---\n");
    let diagrams = body.matches("```mermaid").count();
    let checks = body.matches("<!-- check:").count();
    let link = Regex::new(r"\]\((https?://[^)\s]+)").unwrap();
    let links: std::collections::BTreeSet<&str> =
        link.captures_iter(&body).map(|found| found.get(1).unwrap().as_str()).collect();
    let read = without(&without(&body, r"(?s)<!--.*?-->"), r"(?s)```.*?```");
    let details = Regex::new(r"(?s)<details>.*?</details>").unwrap();
    let folded: String = details.find_iter(&read).map(|found| found.as_str()).collect();
    let open = details.replace_all(&read, "").into_owned();
    let count = |text: &str| {
        let text = without(&without(text, "<[^>]+>"), r"\]\([^)]*\)");
        let thousands = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().count();
        (thousands + 50) / 100
    };
    let quiz = files::content().read(&path.replace(".md", ".quiz.yaml")).unwrap_or_default();
    let questions = quiz.lines().filter(|line| line.starts_with("- id:") || line.starts_with("  - id:")).count();
    let minutes = field("minutes:").unwrap_or_default();
    let some = |number: usize| if number == 0 { "–".to_owned() } else { number.to_string() };
    let hundreds =
        |number: usize| if number == 0 { "–".to_owned() } else { format!("{}.{}", number / 10, number % 10) };
    Some(format!(
        "| [{title}]({path}) | {minutes} | {} | {} | {} | {} | {} | {} |",
        hundreds(count(&open)),
        hundreds(count(&folded)),
        some(diagrams),
        some(questions),
        some(links.len()),
        some(checks),
    ))
}

#[test]
fn the_table_of_the_course_is_true() {
    let about = files::content().read("README.md").unwrap();
    let pages = texts().into_iter().filter(|(path, _)| path.ends_with(".md"));
    let rows: Vec<String> = pages.filter_map(|(path, text)| row(&path, &text)).collect();
    assert!(!rows.is_empty());
    let missing = rows.iter().filter(|row| !about.contains(row.as_str())).count();
    assert!(missing == 0, "content/README.md lacks {missing} rows; all of them:\n{}", rows.join("\n"));
}
