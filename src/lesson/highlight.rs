//! Light highlighting: syntax scopes mapped to the few roles of code. The syntaxes are loaded only by [`load`] and [`warm`].

mod promql;
mod template;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::console::{Said, lines};
use super::model::Code;
use crate::text::{Role, Row, clean};

/// Longer blocks and lines are shown plain: nobody reads them for their colors.
const BLOCK: usize = 24 * 1024;
const LINE: usize = 1000;

static SYNTAXES: OnceLock<SyntaxSet> = OnceLock::new();

/// Loads the syntaxes: two milliseconds. The first line in a language takes up to thirty more.
pub fn load() {
    SYNTAXES.get_or_init(two_face::syntax::extra_newlines);
}

/// Loads the syntaxes and readies the commonest two. Takes tens of milliseconds: call it away from the first frame,
/// then lay out again.
pub fn warm() {
    load();
    let Some(set) = SYNTAXES.get() else { return };
    for (language, sample) in
        [("bash", "kubectl get pods -n \"$NS\" | grep web # 1\n"), ("yaml", "a: [1, 'b'] # c\n- d: true\n")]
    {
        if let Some(syntax) = find(set, language) {
            Lines::new(set, syntax).row(sample.trim_end());
        }
    }
}

/// The syntaxes are loaded.
pub fn warmed() -> bool {
    SYNTAXES.get().is_some()
}

/// A line of code in pieces.
pub type Line<'a> = Vec<(Role, Cow<'a, str>)>;

/// A block's lines, highlighted when that can be done at once and within the budget of bytes.
pub fn rows<'a>(code: &'a Code, budget: &mut usize) -> Vec<Line<'a>> {
    let known = code.colored.get();
    let affordable = || code.text.len() <= BLOCK.min(*budget) && code.text.lines().all(|line| line.len() <= LINE);
    let colored = match SYNTAXES.get() {
        Some(set) if known.is_none() && affordable() => {
            *budget -= code.text.len();
            Some(code.colored.get_or_init(|| highlight(set, code)))
        }
        _ => known,
    };
    let lent = |row: &'a Row| row.iter().map(|(role, text)| (*role, Cow::Borrowed(text.as_str()))).collect();
    colored.map_or_else(|| plain(code), |rows| rows.iter().map(lent).collect())
}

fn plain(code: &Code) -> Vec<Line<'_>> {
    let whole = |line| vec![(Role::Code, clean(line))];
    match lines(code) {
        Some(said) => code.text.split('\n').zip(said).map(|(line, said)| prompted(line, said, whole)).collect(),
        None => code.text.split('\n').map(whole).collect(),
    }
}

fn highlight(set: &SyntaxSet, code: &Code) -> Vec<Row> {
    let said = lines(code);
    let language = if said.is_some() { "bash" } else { code.language.as_str() };
    let language = language.to_ascii_lowercase();
    if said.is_none() && language == "promql" {
        return code.text.split('\n').map(|line| joined(&promql::pieces(&clean(line)))).collect();
    }
    let Some(syntax) = find(set, &language) else {
        let rows = plain(code).into_iter().map(owned);
        return if TEMPLATES.contains(&language.as_str()) { rows.map(templated).collect() } else { rows.collect() };
    };
    let mut state = Lines::new(set, syntax);
    let Some(said) = said else {
        let mut rules = matches!(syntax.name.as_str(), "YAML").then(promql::Rules::default);
        let row = |line: &str| {
            let row = state.row(line);
            let line = clean(line);
            let expression = rules.as_mut().and_then(|rules| rules.expression(&line));
            templated(match expression.and_then(|at| Some((at, line.get(at..)?))) {
                Some((at, text)) => over(row, &(at..line.len()), &promql::pieces(text)),
                None => row,
            })
        };
        return code.text.split('\n').map(row).collect();
    };
    let row = |(line, said): (&str, Said)| {
        if let Said::Prompt(_) = said {
            state = Lines::new(set, syntax);
        }
        let command = |line: &str| state.row(line).into_iter().map(|(role, text)| (role, Cow::Owned(text))).collect();
        owned(prompted(line, said, command))
    };
    code.text.split('\n').zip(said).map(row).collect()
}

/// Languages that are nothing but templates.
const TEMPLATES: [&str; 4] = ["gotemplate", "go-template", "gotmpl", "go-text-template"];

/// A row with the template actions in it told apart.
fn templated(row: Row) -> Row {
    if !row.iter().any(|(_, text)| text.contains("{{")) {
        return row;
    }
    let line: String = row.iter().map(|(_, text)| text.as_str()).collect();
    template::actions(&line).iter().fold(row, |row, (range, pieces)| over(row, range, pieces))
}

/// A row with the bytes in that range in the roles of those pieces.
fn over(row: Row, range: &Range<usize>, pieces: &[(Role, &str)]) -> Row {
    let mut out = Row::new();
    let (mut start, mut put) = (0, false);
    for (role, text) in row {
        let end = start + text.len();
        let before = text.get(..range.start.saturating_sub(start).min(text.len())).unwrap_or("");
        let after = text.get(range.end.saturating_sub(start).min(text.len())..).unwrap_or("");
        push(&mut out, role, before);
        if end > range.start && !std::mem::replace(&mut put, true) {
            pieces.iter().for_each(|(role, text)| push(&mut out, *role, text));
        }
        push(&mut out, role, after);
        start = end;
    }
    out
}

fn joined(pieces: &[(Role, &str)]) -> Row {
    let mut row = Row::new();
    pieces.iter().for_each(|(role, text)| push(&mut row, *role, text));
    row
}

/// A line of a block with prompts: the prompt apart, and what is typed behind it as `command` makes it.
fn prompted<'a>(line: &'a str, said: Said, command: impl FnOnce(&'a str) -> Line<'a>) -> Line<'a> {
    let (Said::Prompt(length) | Said::More(length)) = said else { return vec![(Role::Code, clean(line))] };
    let (prompt, rest) = line.split_at_checked(length).unwrap_or(("", line));
    let mut row = command(rest);
    if !prompt.is_empty() {
        row.insert(0, (Role::CodePrompt, Cow::Borrowed(prompt)));
    }
    row
}

fn owned(line: Line<'_>) -> Row {
    line.into_iter().map(|(role, text)| (role, text.into_owned())).collect()
}

fn find<'a>(set: &'a SyntaxSet, language: &str) -> Option<&'a SyntaxReference> {
    let name = match language {
        "" | "text" | "txt" | "plain" | "output" | "mermaid" => return None,
        "shell" | "zsh" | "sh" => "bash",
        "yml" | "helm" | "tpl" | "prometheus" | "kubernetes" | "k8s" => "yaml",
        "golang" => "go",
        "dockerfile" | "containerfile" => "Dockerfile",
        "jsonc" | "json5" => "json",
        other => other,
    };
    set.find_syntax_by_token(name)
}

/// Highlights line by line.
struct Lines<'a> {
    set: &'a SyntaxSet,
    state: ParseState,
    stack: ScopeStack,
}

impl<'a> Lines<'a> {
    fn new(set: &'a SyntaxSet, syntax: &SyntaxReference) -> Self {
        Self { set, state: ParseState::new(syntax), stack: ScopeStack::new() }
    }

    fn row(&mut self, line: &str) -> Row {
        let line = format!("{}\n", clean(line));
        let Ok(ops) = self.state.parse_line(&line, self.set) else {
            return vec![(Role::Code, line.trim_end_matches('\n').to_owned())];
        };
        let mut row = Row::new();
        let mut from = 0;
        let end = line.len() - 1;
        for (at, op) in ops {
            push(&mut row, role(&self.stack), line.get(from..at.min(end)).unwrap_or(""));
            from = at.min(end);
            // A scope that cannot be popped leaves the colors as they are.
            let _ = self.stack.apply(&op);
        }
        push(&mut row, role(&self.stack), line.get(from..end).unwrap_or(""));
        row
    }
}

fn push(row: &mut Row, role: Role, text: &str) {
    if text.is_empty() {
        return;
    }
    match row.last_mut() {
        Some((last, kept)) if *last == role || text.trim().is_empty() => kept.push_str(text),
        _ => row.push((role, text.to_owned())),
    }
}

/// The innermost scope with a meaning decides.
fn role(stack: &ScopeStack) -> Role {
    // A key of JSON is a string first.
    let key = |scope: &Scope| Scope::new("meta.mapping.key.json").is_ok_and(|name| name.is_prefix_of(*scope));
    if stack.as_slice().iter().any(key) {
        return Role::CodeKeyword;
    }
    stack.as_slice().iter().rev().find_map(|scope| scope_role(*scope)).unwrap_or(Role::Code)
}

fn scope_role(scope: Scope) -> Option<Role> {
    static TABLE: OnceLock<Vec<(Scope, Role)>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        [
            ("comment", Role::CodeComment),
            ("entity.name.tag", Role::CodeKeyword),
            ("meta.mapping.key.json", Role::CodeKeyword),
            ("support.type.property-name", Role::CodeKeyword),
            ("variable.function", Role::CodeKeyword),
            ("support.function", Role::CodeKeyword),
            ("entity.name.function", Role::CodeKeyword),
            ("keyword.operator", Role::Code),
            ("keyword", Role::CodeKeyword),
            ("storage", Role::CodeKeyword),
            ("constant.numeric", Role::CodeNumber),
            ("constant.language", Role::CodeNumber),
            ("string", Role::CodeString),
        ]
        .into_iter()
        .filter_map(|(name, role)| Some((Scope::new(name).ok()?, role)))
        .collect()
    });
    table.iter().find(|(prefix, _)| prefix.is_prefix_of(scope)).map(|(_, role)| *role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::parse;

    #[track_caller]
    fn check(markdown: &str, expected: &[(Role, &str)]) {
        warm();
        let document = parse(markdown);
        let code = document.code();
        let rows = rows(code.first().unwrap(), &mut 10_000);
        let found: Vec<_> = rows.iter().flatten().map(|(role, text)| (*role, text.trim())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn yaml_tells_keys_from_values() {
        check(
            "```yaml\nname: web # 이름\nreplicas: 3\n```\n",
            &[
                (Role::CodeKeyword, "name"),
                (Role::Code, ":"),
                (Role::CodeString, "web"),
                (Role::CodeComment, "# 이름"),
                (Role::CodeKeyword, "replicas"),
                (Role::Code, ":"),
                (Role::CodeNumber, "3"),
            ],
        );
    }

    #[test]
    fn json_tells_keys_from_values() {
        check(
            "```json\n{\"a\": \"b\"}\n```\n",
            &[
                (Role::Code, "{"),
                (Role::CodeKeyword, "\"a\""),
                (Role::Code, ":"),
                (Role::CodeString, "\"b\""),
                (Role::Code, "}"),
            ],
        );
    }

    #[test]
    fn templates_and_rules_are_told_apart_within_yaml() {
        check(
            "```yaml\na: \"{{ .b }}:c\"\nexpr: up == 1\n```\n",
            &[
                (Role::CodeKeyword, "a"),
                (Role::Code, ":"),
                (Role::CodeString, "\""),
                (Role::Code, "{{ .b }}"),
                (Role::CodeString, ":c\""),
                (Role::CodeKeyword, "expr"),
                (Role::Code, ": up =="),
                (Role::CodeNumber, "1"),
            ],
        );
        check(
            "```promql\nrate(a[5m])\n```\n",
            &[(Role::CodeKeyword, "rate"), (Role::Code, "(a["), (Role::CodeNumber, "5m"), (Role::Code, "])")],
        );
    }

    #[test]
    fn a_console_tells_prompts_from_output() {
        check(
            "```console\n$ kubectl get pods\nNAME  READY\n```\n",
            &[
                (Role::CodePrompt, "$"),
                (Role::CodeKeyword, "kubectl"),
                (Role::Code, "get pods"),
                (Role::Code, "NAME  READY"),
            ],
        );
    }

    #[test]
    fn what_costs_too_much_stays_plain() {
        warm();
        let document = parse("```yaml\na: 1\n```\n");
        assert_eq!(rows(document.code().first().unwrap(), &mut 2), [[(Role::Code, Cow::Borrowed("a: 1"))]]);
    }
}
