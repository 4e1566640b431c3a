//! Go templates (`{{ … }}`) within other text, as Helm charts and alert texts have them.

use std::ops::Range;

use crate::text::Role;

const KEYWORDS: [&str; 11] =
    ["if", "else", "end", "range", "with", "define", "template", "block", "break", "continue", "include"];

/// Pieces of text and their roles, in order.
pub type Pieces<'a> = Vec<(Role, &'a str)>;

/// The actions of a line: where each is, and its pieces. An action that does not end on its line reaches to its end.
pub fn actions(line: &str) -> Vec<(Range<usize>, Pieces<'_>)> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(start) = line.get(from..).and_then(|rest| rest.find("{{")).map(|at| from + at) {
        let inner = line.get(start + 2..).unwrap_or("");
        let end = inner.find("}}").map_or(line.len(), |at| start + 2 + at + 2);
        out.push((start..end, pieces(line.get(start..end).unwrap_or(""))));
        from = end;
    }
    out
}

fn pieces(action: &str) -> Pieces<'_> {
    if action.trim_start_matches(['{', '-', ' ']).starts_with("/*") {
        return vec![(Role::CodeComment, action)];
    }
    let mut out = Vec::new();
    let mut rest = action;
    // A word in the place of a command: at the beginning, after a pipe or a bracket.
    let mut command = true;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' | '`' | '\'' => string(rest, c),
            c if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let role = match c {
            '"' | '`' | '\'' => Role::CodeString,
            c if c.is_ascii_digit() => Role::CodeNumber,
            _ if matches!(piece, "true" | "false" | "nil") => Role::CodeNumber,
            c if c.is_ascii_alphabetic() && (command || KEYWORDS.contains(&piece)) => Role::CodeKeyword,
            _ => Role::Code,
        };
        command = match c {
            ' ' | '-' | '{' => command,
            '|' | '(' | '=' => true,
            _ => KEYWORDS.contains(&piece) && piece != "include",
        };
        out.push((role, piece));
        rest = after;
    }
    out
}

fn word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '$')
}

/// Bytes of the string that `text` begins with.
pub fn string(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote != '`' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[(Role, &str)]) {
        let found: Vec<_> =
            actions(line).into_iter().flat_map(|(_, pieces)| pieces).filter(|(role, _)| *role != Role::Code).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn actions_are_found_and_their_words_told_apart() {
        check("name: {{ .Release.Name }}-web", &[]);
        check(
            "{{- if eq .Values.kind \"web\" }}",
            &[(Role::CodeKeyword, "if"), (Role::CodeKeyword, "eq"), (Role::CodeString, "\"web\"")],
        );
        check(
            "{{ include \"web.labels\" . | nindent 4 }} {{- end -}}",
            &[
                (Role::CodeKeyword, "include"),
                (Role::CodeString, "\"web.labels\""),
                (Role::CodeKeyword, "nindent"),
                (Role::CodeNumber, "4"),
                (Role::CodeKeyword, "end"),
            ],
        );
        check("{{/* 설명 */}}", &[(Role::CodeComment, "{{/* 설명 */}}")]);
        check("{{ .열린", &[]);
        check("보통 } 글 {", &[]);
    }

    #[test]
    fn places_are_those_of_the_line() {
        let found: Vec<_> = actions("가 {{ x }} 나 {{ y").into_iter().map(|(range, _)| range).collect();
        assert_eq!(found, [4..11, 16..20]);
    }
}
