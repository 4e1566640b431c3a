//! Findings as SARIF 2.1.0, as code scanning reads it: relative addresses, columns in units of UTF-16.

use std::fmt::Write as _;
use std::path::{Component, Path};

use serde_json::{Map, Value, json};

use crate::course::RULES;
use crate::files::Tree;
use crate::problem::{Problem, Severity};

use super::super::snippet;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One run over several trees.
pub fn report(found: &[(&Tree, &[Problem])]) -> Value {
    let rules: Vec<Value> =
        RULES.iter().map(|(id, about)| json!({"id": id, "name": id, "shortDescription": {"text": about}})).collect();
    let results: Vec<Value> =
        found.iter().flat_map(|(tree, problems)| problems.iter().map(|problem| result(tree, problem))).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "jotasu", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "utf16CodeUnits",
            "results": results,
        }],
    })
}

fn result(tree: &Tree, problem: &Problem) -> Value {
    let level = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let text = match &problem.help {
        Some(help) => format!("{} {help}", problem.message),
        None => problem.message.clone(),
    };
    let mut place = Map::new();
    place.insert("artifactLocation".into(), json!({"uri": uri(tree, &problem.file)}));
    // Code scanning wants a line; a finding about a whole file is shown at its first.
    let source = (problem.line > 0).then(|| tree.read(&problem.file).ok()).flatten();
    let region = source.and_then(|text| region(&text, problem.line, problem.column));
    place.insert("region".into(), region.unwrap_or_else(|| json!({"startLine": problem.line.max(1)})));
    let mut result = Map::new();
    if let Some(index) = RULES.iter().position(|(id, _)| *id == problem.rule) {
        result.insert("ruleId".into(), problem.rule.into());
        result.insert("ruleIndex".into(), index.into());
    }
    result.insert("level".into(), level.into());
    result.insert("message".into(), json!({"text": text}));
    result.insert("locations".into(), json!([{"physicalLocation": place}]));
    Value::Object(result)
}

/// From the column to the end of the word it points at, or the whole line.
fn region(text: &str, line: usize, column: usize) -> Option<Value> {
    let span = snippet::span(text, line, column)?;
    let start = text.get(..span.start)?.rfind('\n').map_or(0, |at| at + 1);
    let units = |to: usize| text.get(start..to).map(|before| 1 + before.encode_utf16().count());
    Some(json!({"startLine": line, "startColumn": units(span.start)?, "endColumn": units(span.end)?}))
}

/// The address of a file: relative to the folder the program runs in where it is below that.
pub fn uri(tree: &Tree, file: &str) -> String {
    let Tree::Folder(folder) = tree else { return encoded(Path::new(file), "") };
    let full = folder.join(file);
    let here = std::env::current_dir().ok();
    let below = here.as_deref().and_then(|here| full.strip_prefix(here).ok()).unwrap_or(&full);
    encoded(below, if below.is_absolute() { "file://" } else { "" })
}

fn encoded(path: &Path, before: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => parts.push(percent(&name.to_string_lossy())),
            Component::ParentDir => parts.push("..".into()),
            Component::RootDir => parts.push(String::new()),
            Component::CurDir | Component::Prefix(_) => {}
        }
    }
    format!("{before}{}", parts.join("/"))
}

/// What RFC 3986 reserves nothing for stays; all else becomes the percent signs of its bytes.
fn percent(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(byte.into());
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, line: usize, column: usize, expected: (u64, u64)) {
        let region = region(text, line, column).unwrap();
        assert_eq!(
            (region["startColumn"].as_u64(), region["endColumn"].as_u64()),
            (Some(expected.0), Some(expected.1))
        );
    }

    #[test]
    fn columns_are_counted_in_utf_16_units() {
        check("가나 bad\n", 1, 4, (4, 7));
        check("x\n🚢🚢 bad\n", 2, 4, (6, 9));
        check("x\n  가나\n", 2, 0, (3, 5));
        check("abc", 1, 9, (4, 4));
    }

    #[test]
    fn addresses_are_relative_and_escaped() {
        let tree = Tree::Folder("./course/content".into());
        assert_eq!(uri(&tree, "1주/a b%.md"), "course/content/1%EC%A3%BC/a%20b%25.md");
        let here = Tree::Folder(std::env::current_dir().unwrap().join("c"));
        assert_eq!(uri(&here, "a:b.md"), "c/a%3Ab.md");
        assert_eq!(uri(&Tree::Folder("/c d".into()), "a.md"), "file:///c%20d/a.md");
        assert_eq!(uri(&Tree::Folder("../c".into()), "a.md"), "../c/a.md");
    }
}
