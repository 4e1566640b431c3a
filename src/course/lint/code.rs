//! Code blocks: their attributes, tabs that YAML does not allow, diagrams that cannot be drawn.

use super::{Text, slip};
use crate::diagram;
use crate::lesson::Code;
use crate::problem::Problem;

/// The attributes there are.
const KNOWN: [&str; 6] = ["wrong", "on", "run", "output", "check", "file"];

pub(super) fn lint(pages: &[Text], problems: &mut Vec<Problem>) {
    // Where not even this is drawn, it is nothing that an author can mend.
    let draws = diagram::parse("graph LR\na --> b\n").is_ok();
    for page in pages {
        for code in page.document.code() {
            attributes(page, code, problems);
            match code.language.to_lowercase().as_str() {
                "yaml" | "yml" => tabs(page, code, problems),
                "mermaid" if draws => drawing(page, code, problems),
                _ => {}
            }
        }
    }
}

fn attributes(page: &Text, code: &Code, problems: &mut Vec<Problem>) {
    let line = code.first_line.saturating_sub(1);
    let source = page.lines.line(&page.text, line);
    for (name, value) in &code.attributes {
        // The language comes first, and may be called as an attribute is.
        let column = source.rfind(name.as_str()).and_then(|at| source.get(..at)).map_or(0, |b| b.chars().count() + 1);
        let warn = |message: String, help: String| Problem::warning(&page.path, line, column, message).with_help(help);
        match name.as_str() {
            "on" if !place(value) => problems.push(warn(
                format!("on에 쓸 수 없는 값이에요: {value}"),
                "host, node:이름, pod:이름 가운데 하나를 쓰세요.".to_owned(),
            )),
            "run" if !value.starts_with("no") => {
                problems.push(warn(
                    format!("run에 쓸 수 없는 값이에요: {value}"),
                    "`run=no:\"까닭\"`으로 쓰세요.".to_owned(),
                ));
            }
            name if !KNOWN.contains(&name) => {
                // Other tools have attributes of their own; only what is nearly one of ours is worth a word.
                let near = slip(name, KNOWN.into_iter().filter(|known| known.len() > 3));
                problems.extend(
                    near.map(|near| warn(format!("모르는 코드 속성이에요: {name}"), format!("혹시 `{near}`인가요?"))),
                );
            }
            _ => {}
        }
    }
}

fn place(value: &str) -> bool {
    let named = |kind: &str| value.strip_prefix(kind).is_some_and(|name| !name.is_empty());
    value == "host" || named("node:") || named("pod:")
}

/// The first tab that stands where YAML wants spaces.
fn tabs(page: &Text, code: &Code, problems: &mut Vec<Problem>) {
    let tab = |line: &str| {
        line.find(|c: char| c != ' ').filter(|at| line.get(*at..).is_some_and(|rest| rest.starts_with('\t')))
    };
    let found = code.text.lines().enumerate().find_map(|(index, line)| Some((index, tab(line)?)));
    if let Some((index, _)) = found {
        let line = code.first_line + index;
        let column = page.lines.line(&page.text, line).find('\t').map_or(0, |at| at + 1);
        let problem = Problem::warning(&page.path, line, column, "YAML의 들여쓰기에는 탭을 쓸 수 없어요.");
        problems.push(problem.with_help("공백 두 칸으로 바꾸세요."));
    }
}

fn drawing(page: &Text, code: &Code, problems: &mut Vec<Problem>) {
    let warn = |line: usize, message: String| Problem {
        rule: "diagram",
        ..Problem::warning(&page.path, code.first_line + line.saturating_sub(1), 0, message)
    };
    match diagram::parse(&code.text) {
        Ok(diagram) => problems.extend(diagram.lints().into_iter().map(|(line, message)| warn(line, message))),
        Err(refusal) => {
            let problem = warn(refusal.line, format!("{}.", refusal.reason.trim_end_matches('.')));
            problems.push(problem.with_help("터미널에서는 그림 대신 코드로 보여요."));
        }
    }
}
