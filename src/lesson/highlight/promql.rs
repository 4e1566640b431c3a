//! PromQL: functions, aggregations, label matchers, durations; alone, and in the rules of Prometheus.

use super::template::string;
use crate::text::Role;

const WORDS: [&str; 12] =
    ["by", "without", "on", "ignoring", "group_left", "group_right", "offset", "bool", "and", "or", "unless", "atan2"];

/// The pieces of a line of PromQL; together they are the line.
pub fn pieces(line: &str) -> Vec<(Role, &str)> {
    let mut out = Vec::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '#' => rest.len(),
            '"' | '`' | '\'' => string(rest, c),
            c if word(c) => rest.find(|c| !word(c) && c != '.').unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let next = after.trim_start();
        let called = ["(", "by ", "by(", "without ", "without("].iter().any(|word| next.starts_with(word));
        let role = match c {
            '#' => Role::CodeComment,
            '"' | '`' | '\'' => Role::CodeString,
            c if c.is_ascii_digit() => Role::CodeNumber,
            c if word(c) && (called || WORDS.contains(&piece)) => Role::CodeKeyword,
            _ => Role::Code,
        };
        out.push((role, piece));
        rest = after;
    }
    out
}

fn word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | ':')
}

/// Finds the expressions in the YAML of rules, line by line.
#[derive(Default)]
pub struct Rules {
    /// The cells before the key of an expression that goes on below it.
    block: Option<usize>,
}

impl Rules {
    /// Where on this line an expression begins; it goes to the line's end.
    pub fn expression(&mut self, line: &str) -> Option<usize> {
        let indent = line.len() - line.trim_start_matches([' ', '-']).len();
        if let Some(key) = self.block {
            if indent > key && !line.trim().is_empty() {
                return Some(line.len() - line.trim_start().len());
            }
            if !line.trim().is_empty() {
                self.block = None;
            }
        }
        let value = line.get(indent..)?.strip_prefix("expr:")?;
        let text = value.trim_start();
        match text.chars().next()? {
            '|' | '>' => {
                self.block = Some(indent);
                None
            }
            '"' | '\'' => None,
            _ => Some(line.len() - text.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[(Role, &str)]) {
        let pieces = pieces(line);
        assert_eq!(pieces.iter().map(|(_, text)| *text).collect::<String>(), line);
        let found: Vec<_> = pieces.into_iter().filter(|(role, _)| *role != Role::Code).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn expressions_are_told_apart() {
        check(
            "sum by (pod) (rate(http_total{code=~\"5..\"}[5m])) > 0.5 # 많다",
            &[
                (Role::CodeKeyword, "sum"),
                (Role::CodeKeyword, "by"),
                (Role::CodeKeyword, "rate"),
                (Role::CodeString, "\"5..\""),
                (Role::CodeNumber, "5m"),
                (Role::CodeNumber, "0.5"),
                (Role::CodeComment, "# 많다"),
            ],
        );
        check(
            "up{job='a\\'b'} offset 1h",
            &[(Role::CodeString, "'a\\'b'"), (Role::CodeKeyword, "offset"), (Role::CodeNumber, "1h")],
        );
        check("job:errors:rate5m == bool 1", &[(Role::CodeKeyword, "bool"), (Role::CodeNumber, "1")]);
    }

    #[test]
    fn rules_say_where_expressions_are() {
        let mut rules = Rules::default();
        let text = "- alert: A\n  expr: up == 0\n  for: 1m\n- record: b\n  expr: |\n    sum(\n      up\n    )\n\n  labels:\n    c: d\n- expr: 'up'";
        let found: Vec<_> = text.lines().map(|line| rules.expression(line)).collect();
        assert_eq!(found, [None, Some(8), None, None, None, Some(4), Some(6), Some(4), None, None, None, None]);
    }
}
