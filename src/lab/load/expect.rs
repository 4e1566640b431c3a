//! What must hold of a selection, and trees of it. It decides nothing.

use std::collections::BTreeMap;

use crate::lab::model::{Count, Expectation, Quantifier, Related, ResourceExpectation, Target};
use crate::lab::ready::has_contract;
use crate::yaml::{Node, Value};

use super::cel;
use super::context::Context;
use super::kinds;
use super::pattern;
use super::query;
use super::report::{Fields, Report, number, text};
use super::target;

/// The fields that stand beside `resource`.
pub(super) const FIELDS: &[&str] = &["count", "quantifier", "absent", "ready", "conditions", "match", "cel", "related"];
/// The fields that hold a source or a combinator of expectations.
pub(super) const SOURCES: &[&str] = &[
    "resource",
    "allOf",
    "anyOf",
    "not",
    "rbac",
    "http",
    "exec",
    "logs",
    "events",
    "promql",
    "helm",
    "node",
    "kind",
    "apiserver",
    "host",
];
/// Every field that may stand beside a source.
pub(super) fn beside() -> Vec<&'static str> {
    FIELDS.iter().chain(query::BESIDE.iter().flat_map(|(_, fields)| *fields)).copied().collect()
}

/// The expectation among the fields of a check, a symptom or an element of a combinator; not `positive` within `not`.
pub(super) fn read(fields: &mut Fields, positive: bool, cx: &Context) -> Option<Expectation> {
    let given: Vec<&&str> = SOURCES.iter().filter(|name| fields.key(name).is_some()).collect();
    if let [_, second, ..] = given.as_slice()
        && let Some(key) = fields.key(second)
    {
        fields.report.error(key, format!("하나만 쓸 수 있어요: {}", SOURCES.join(", ")));
    }
    let found = SOURCES.iter().filter_map(|name| fields.get(name).map(|node| (*name, node)));
    let found: Vec<(&str, &Node)> = found.collect();
    let report = fields.report;
    match found.first().copied() {
        None => {
            if given.is_empty() {
                report.error(&*fields, format!("하나는 있어야 해요: {}", SOURCES.join(", ")));
            }
            None
        }
        Some(("resource", node)) => {
            let target = target::target(node, report, cx);
            let expectation = resource(fields, target, cx);
            expectation.map(|expectation| Expectation::Of(Box::new(expectation)))
        }
        Some((name, node)) if query::is(name) => query::read(name, node, fields, positive, cx),
        Some(("not", node)) => element(node, !positive, report, cx).map(|inner| Expectation::Not(Box::new(inner))),
        Some((name, node)) => {
            let items = super::report::list(node, report);
            if node.list().is_some_and(<[_]>::is_empty) {
                report.error(node, format!("목록이 비어 있어요: {name}"));
            }
            let inner = items.iter().filter_map(|item| element(item, positive, report, cx)).collect();
            Some(if name == "allOf" { Expectation::AllOf(inner) } else { Expectation::AnyOf(inner) })
        }
    }
}

/// A mapping that is an expectation and nothing else.
pub(super) fn element(node: &Node, positive: bool, report: &Report, cx: &Context) -> Option<Expectation> {
    let mut fields = Fields::open(node, report)?;
    let expectation = read(&mut fields, positive, cx);
    fields.close_but(&beside(), beside_which);
    expectation
}

/// Why an expectation's field has no place where nobody asked for it.
pub(super) fn beside_which(name: &str) -> Option<String> {
    let queries = query::BESIDE.iter().filter(|(_, fields)| fields.contains(&name)).map(|(source, _)| *source);
    let sources: Vec<&str> = FIELDS.contains(&name).then_some("resource").into_iter().chain(queries).collect();
    (!sources.is_empty()).then(|| format!("{} 옆에만 쓸 수 있어요: {name}", sources.join(", ")))
}

/// Whether anything it selects is a Pod or makes Pods.
pub(super) fn has_pods(expectation: &Expectation) -> bool {
    match expectation {
        Expectation::Of(of) => kinds::has_pods(&of.target.kind),
        Expectation::Asked(_) => false,
        Expectation::AllOf(items) | Expectation::AnyOf(items) => items.iter().any(has_pods),
        Expectation::Not(inner) => has_pods(inner),
    }
}

fn resource(fields: &mut Fields, target: Option<Target>, cx: &Context) -> Option<ResourceExpectation> {
    let report = fields.report;
    let quantifiers = [("all", Quantifier::All), ("any", Quantifier::Any), ("none", Quantifier::None)];
    let quantifier = fields.choice("quantifier", &quantifiers).unwrap_or_default();
    let count_node = fields.get("count");
    let count = count_node.and_then(|node| count(node, report));
    let absent = fields.flag("absent").unwrap_or(false);
    let ready = fields.flag("ready").unwrap_or(false);
    let conditions = fields.texts("conditions");
    let pattern = fields.get("match").and_then(|node| pattern::pattern(node, report));
    let related_node = fields.get("related");
    let aliases: Vec<&str> =
        related_node.and_then(Node::map).unwrap_or_default().iter().map(|(key, _)| key.name.as_str()).collect();
    let cel = fields.get("cel").map(|node| cel::rules(node, report, cx, &aliases)).unwrap_or_default();
    let related = related_node.map(|node| related(node, report, cx)).unwrap_or_default();
    if absent {
        for name in FIELDS.iter().filter(|name| !matches!(**name, "absent")) {
            if let Some(key) = fields.key(name) {
                report.error(key, format!("absent와 함께 쓸 수 없어요: {name}"));
            }
        }
    }
    let target = target?;
    if ready
        && let Some(key) = fields.key("ready")
        && !has_contract(&target.api_version, &target.kind)
    {
        let message = format!("ready를 알 수 없는 kind예요: {}", target.kind);
        report.error_help(key, message, "match나 cel을 쓰세요.");
    }
    Some(ResourceExpectation {
        target,
        quantifier,
        count: count.unwrap_or(Count { min: 1, max: None }),
        absent,
        ready,
        conditions,
        pattern,
        cel,
        related,
    })
}

/// `3`, or `{min, max}`.
fn count(node: &Node, report: &Report) -> Option<Count> {
    let (min, max): (u64, Option<u64>) = if let Value::Int(_) = node.value {
        let exact = number(node, report)?;
        (exact, Some(exact))
    } else if node.map().is_some() {
        let mut fields = Fields::open(node, report)?;
        let bounds = (fields.number("min"), fields.number("max"));
        if fields.key("min").is_none() && fields.key("max").is_none() {
            report.error(node, "count에는 min이나 max가 있어야 해요.");
        }
        fields.close();
        (bounds.0.unwrap_or(1), bounds.1)
    } else {
        report.error_help(node, "count는 수나 맵이어야 해요.", "3 또는 {min: 1, max: 3}처럼 적으세요.");
        return None;
    };
    if min == 0 {
        report.error_help(node, "빈 선택은 통과하지 못하니 0개를 셀 수 없어요.", "없어야 하면 absent: true를 쓰세요.");
    } else if max.is_some_and(|max| max < min) {
        report.error(node, "max가 min보다 작아요.");
    }
    Some(Count { min, max })
}

fn related(node: &Node, report: &Report, cx: &Context) -> BTreeMap<String, Related> {
    let Some(entries) = node.map() else {
        report.wanted(node, "맵이");
        return BTreeMap::new();
    };
    let mut found = BTreeMap::new();
    for (key, node) in entries {
        let word = key.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !word || key.name.starts_with(|c: char| c.is_ascii_digit()) {
            report.error(key, format!("CEL에서 쓸 수 없는 이름이에요: {}", key.name));
            continue;
        }
        if let Some(related) = one_related(node, report, cx) {
            found.insert(key.name.clone(), related);
        }
    }
    found
}

/// `{resource: {…}, ownedBy: object}`, or the resource's own fields beside `ownedBy`.
fn one_related(node: &Node, report: &Report, cx: &Context) -> Option<Related> {
    let mut fields = Fields::open(node, report)?;
    let target = match fields.key("resource") {
        Some(_) => fields.get("resource").and_then(|node| target::target(node, report, cx)),
        None => target::read(&mut fields, cx),
    };
    let mut to_object = |name: &'static str| {
        let node = fields.get(name)?;
        let word = text(node, report)?;
        if word != "object" {
            report.error(node, format!("{name}에는 object만 쓸 수 있어요."));
        }
        Some(())
    };
    let owned_by_object = to_object("ownedBy").is_some();
    let selected_by_object = to_object("selectedBy").is_some();
    if owned_by_object && selected_by_object {
        report.error(node, "ownedBy와 selectedBy는 하나만 쓰세요.");
    }
    fields.close();
    Some(Related { target: target?, owned_by_object, selected_by_object })
}
