//! Whether a `match` can be meant: operators, their operands, their regexes. It compares nothing.

use regex::RegexBuilder;

use crate::lab::quantity;
use crate::yaml::{Node, Value};

use super::report::Report;

const OPERATORS: &[&str] =
    &["$equals", "$gte", "$lte", "$in", "$regex", "$contains", "$version", "$exists", "$quantity"];

/// The pattern as JSON, with its problems reported.
pub(super) fn pattern(node: &Node, report: &Report) -> Option<serde_json::Value> {
    let entries = node.map();
    if entries.is_none_or(<[_]>::is_empty) {
        if entries.is_some() {
            report.error(node, "match가 비어 있어요.");
        } else {
            report.wanted(node, "맵이");
        }
        return None;
    }
    walk(node, report);
    Some(node.json())
}

/// Reports what is wrong within a pattern.
pub(super) fn walk(node: &Node, report: &Report) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| walk(item, report)),
        Value::Map(entries) => {
            let operators = entries.iter().filter(|(key, _)| key.name.starts_with('$')).count();
            if operators > 0 && entries.len() > 1 {
                let extra = entries.iter().map(|(key, _)| key).find(|key| key.name.starts_with('$'));
                if let Some(key) = extra {
                    let help = "`{$gte: 1}`처럼 연산자 하나만 있는 맵으로 쓰세요.";
                    report.error_help(key, format!("연산자는 다른 키와 함께 쓸 수 없어요: {}", key.name), help);
                }
            }
            for (key, value) in entries {
                match key.name.strip_prefix('$') {
                    None => walk(value, report),
                    Some(_) if OPERATORS.contains(&key.name.as_str()) => operand(&key.name, value, report),
                    Some(_) => report.unknown(key, "모르는 연산자예요", &key.name, OPERATORS),
                }
            }
        }
        _ => {}
    }
}

fn operand(operator: &str, node: &Node, report: &Report) {
    match operator {
        "$quantity" if node.map().is_some() => walk(node, report),
        "$gte" | "$lte" | "$quantity" if quantity::of(&node.json()).is_none() => {
            let help = "3, 0.5, 500m, 128Mi처럼 적으세요.";
            report.error_help(node, format!("{operator}에는 수나 수량이 와야 해요."), help);
        }
        "$in" => match node.list() {
            None | Some([]) => report.error(node, "$in에는 빈 것이 아닌 목록이 와야 해요."),
            Some(items) => items.iter().for_each(|item| walk(item, report)),
        },
        "$regex" => match node.text() {
            None => report.wanted(node, "글이"),
            Some(text) => {
                if let Err(error) = RegexBuilder::new(text).size_limit(1 << 20).build() {
                    report.error(node, format!("정규식을 읽을 수 없어요: {}", last_line(&error.to_string())));
                }
            }
        },
        "$contains" | "$version" if node.text().is_none() => report.wanted(node, "글이"),
        "$exists" if !matches!(node.value, Value::Bool(_)) => report.wanted(node, "true나 false가"),
        _ => {}
    }
}

fn last_line(text: &str) -> &str {
    text.lines().last().unwrap_or_default().trim().trim_start_matches("error: ")
}
