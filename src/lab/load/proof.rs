//! The solution and the variants: what proves a lab. Whether they hold is for the author test.

use crate::lab::model::{SolutionStep, Variant, VariantKind};
use crate::yaml::Node;

use super::action;
use super::context::Context;
use super::report::{Fields, Report, list, text};

/// A file of `solution/` with the place of each check it names.
pub(super) struct Step {
    pub(super) path: String,
    pub(super) number: usize,
    pub(super) step: SolutionStep,
    pub(super) turns: Vec<(String, usize, usize)>,
    pub(super) breaks: Vec<(String, usize, usize)>,
}

/// Steps by number; the numbers must be 1, 2, 3 and so on, so that `after: 2` means the second.
pub(super) fn solution(cx: &Context, checks: &[&str]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for path in cx.files.iter().filter(|path| numbered(path)) {
        let number = path.strip_prefix("solution/").and_then(|name| name.split_once('-'));
        let number = number.and_then(|(number, _)| number.parse().ok()).unwrap_or(0);
        cx.used.borrow_mut().insert(path.clone());
        let report = cx.report(path);
        if let Some(other) = steps.iter().find(|step| step.number == number) {
            report.error(&(0, 0), format!("번호가 같은 단계가 또 있어요: {}", other.path));
            continue;
        }
        let node = cx.document(path);
        let step = node.and_then(|node| one_step(&node, path, number, &report, cx, checks));
        // A broken step keeps its number: `after` elsewhere must not seem wrong for it.
        steps.push(step.unwrap_or_else(|| empty(path, number)));
    }
    steps.sort_by_key(|step| step.number);
    for (index, step) in steps.iter().enumerate() {
        if step.number != index + 1 {
            let message = format!("단계의 번호가 이어지지 않아요: {index:02} 다음에 {:02} 단계가 있어요.", step.number);
            cx.report(&step.path).error(&(0, 0), message);
            break;
        }
    }
    steps
}

/// `solution/01-name.yaml`.
pub(super) fn numbered(path: &str) -> bool {
    path.strip_prefix("solution/").filter(|name| !name.contains('/') && name.ends_with(".yaml")).is_some_and(|name| {
        name.split_once('-').is_some_and(|(number, _)| number.len() == 2 && number.bytes().all(|b| b.is_ascii_digit()))
    })
}

fn stem(path: &str) -> String {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    name.strip_suffix(".yaml").unwrap_or(name).to_owned()
}

fn empty(path: &str, number: usize) -> Step {
    let (turns, breaks, also, actions) = Default::default();
    let step = SolutionStep { name: stem(path), turns, breaks, also, actions };
    Step { path: path.to_owned(), number, step, turns: Vec::new(), breaks: Vec::new() }
}

fn one_step(node: &Node, path: &str, number: usize, report: &Report, cx: &Context, checks: &[&str]) -> Option<Step> {
    let mut fields = Fields::open(node, report)?;
    let turns = named_checks(fields.get("turns"), report, checks);
    let breaks = named_checks(fields.get("breaks"), report, checks);
    let also = named_checks(fields.get("also"), report, checks);
    let actions = done(&mut fields, cx);
    fields.close();
    let names = |found: &[(String, usize, usize)]| found.iter().map(|(name, ..)| name.clone()).collect::<Vec<_>>();
    let all: Vec<_> = turns.iter().chain(&breaks).chain(&also).collect();
    for (index, (name, line, column)) in all.iter().enumerate() {
        if all.iter().take(index).any(|(before, ..)| before == name) {
            report.error(&(*line, *column), format!("한 단계에 두 번 적었어요: {name}"));
        }
    }
    let step =
        SolutionStep { name: stem(path), turns: names(&turns), breaks: names(&breaks), also: names(&also), actions };
    Some(Step { path: path.to_owned(), number, step, turns, breaks })
}

fn done(fields: &mut Fields, cx: &Context) -> Vec<crate::lab::model::Action> {
    let report = fields.report;
    let Some(node) = fields.need("do") else { return Vec::new() };
    if node.list().is_some_and(<[_]>::is_empty) {
        report.error(node, "목록이 비어 있어요: do");
    }
    action::actions(list(node, report), report, cx)
}

/// The checks of a list that exist, with their places; the others are problems.
pub(super) fn named_checks(node: Option<&Node>, report: &Report, checks: &[&str]) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    for item in node.map(|node| list(node, report)).unwrap_or_default() {
        let Some(name) = text(item, report) else { continue };
        if checks.contains(&name.as_str()) {
            found.push((name, item.line, item.column));
        } else {
            report.unknown(item, "없는 확인이에요", &name, checks);
        }
    }
    found
}

/// `wrong/*.yaml` and `right/*.yaml`, by name.
/// What is wrong may name an invariant too (`red`).
pub(super) fn variants(cx: &Context, checks: &[&str], red: &[&str], steps: usize) -> Vec<Variant> {
    let mut variants = Vec::new();
    for (folder, kind) in [("wrong/", VariantKind::Wrong), ("right/", VariantKind::Right)] {
        for path in cx.files {
            let named = path.strip_prefix(folder).is_some_and(|name| !name.contains('/') && name.ends_with(".yaml"));
            if !named || cx.used.borrow().contains(path) {
                continue;
            }
            cx.used.borrow_mut().insert(path.clone());
            let report = cx.report(path);
            if let Some(node) = cx.document(path) {
                variants.extend(variant(&node, path, kind, &report, cx, (checks, red), steps));
            }
        }
    }
    variants
}

fn variant(
    node: &Node,
    path: &str,
    kind: VariantKind,
    report: &Report,
    cx: &Context,
    (checks, red): (&[&str], &[&str]),
    steps: usize,
) -> Option<Variant> {
    let mut fields = Fields::open(node, report)?;
    let after_node = fields.need("after");
    let after: Option<usize> = after_node.and_then(|node| super::report::number(node, report));
    if let (Some(after), Some(node)) = (after, after_node)
        && after > steps
    {
        report.error(node, format!("그런 단계가 없어요: {after} (풀이는 {steps}단계)"));
    }
    let name = if kind == VariantKind::Wrong { "red" } else { "turns" };
    let checks_node = fields.need(name);
    let named = named_checks(checks_node, report, if kind == VariantKind::Wrong { red } else { checks });
    if let Some(node) = checks_node
        && node.list().is_some_and(<[_]>::is_empty)
    {
        report.error(node, format!("목록이 비어 있어요: {name}"));
    }
    let because = fields.need_text("because");
    let actions = done(&mut fields, cx);
    fields.close();
    let checks = named.into_iter().map(|(name, ..)| name).collect();
    Some(Variant { kind, name: stem(path), after: after?, actions, checks, because: because? })
}
