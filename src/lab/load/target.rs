//! What to select: kind, namespace, name, labels, fields. Nothing is expected of it here.

use std::collections::BTreeMap;

use crate::lab::model::{LabelExpression, LabelSelector, Target};
use crate::yaml::{Node, nearest};

use super::context::Context;
use super::kinds::{self, Scope};
use super::report::{Fields, Place, Report, pairs};

/// A mapping that is a target and nothing else.
pub(super) fn target(node: &Node, report: &Report, cx: &Context) -> Option<Target> {
    let mut fields = Fields::open(node, report)?;
    let target = read(&mut fields, cx);
    fields.close();
    target
}

/// The target among the fields of a mapping that may have others.
pub(super) fn read(fields: &mut Fields, cx: &Context) -> Option<Target> {
    let report = fields.report;
    let kind_node = fields.need("kind");
    let kind = kind_node.and_then(|node| super::report::text(node, report));
    let api_version = fields.text("apiVersion");
    let namespace_node = fields.get("namespace");
    let namespace = namespace_node.and_then(|node| super::report::text(node, report));
    let name = fields.text("name");
    let labels = selector(fields);
    let field_pairs = fields.get("fields").map(|node| pairs(node, report)).unwrap_or_default();
    let (kind, kind_node) = (kind?, kind_node?);
    let api_version = resolve(api_version, &kind, kind_node, report)?;
    if let Some(node) = namespace_node
        && cx.scope(&api_version, &kind) == Scope::Cluster
    {
        report.error(node, format!("namespace가 없는 kind예요: {kind}"));
    }
    if let (Some(node), Some(namespace)) = (namespace_node, &namespace) {
        let owned = cx.owns.namespaces.iter().map(String::as_str);
        if !cx.owns.namespaces.contains(namespace)
            && let Some(near) = nearest(namespace, owned)
        {
            report.warn_help(node, format!("lab이 갖지 않은 namespace예요: {namespace}"), format!("혹시 {near}?"));
        }
    }
    let namespace = namespace.or_else(|| cx.default_namespace(&api_version, &kind));
    Some(Target { api_version, kind, namespace, name, labels, fields: field_pairs })
}

/// The Pods among the fields of a mapping that may have others: a name, or labels.
pub(super) fn pods(fields: &mut Fields, cx: &Context) -> Target {
    let namespace = fields.text("namespace").or_else(|| cx.namespace().map(str::to_owned));
    let name = fields.text("name");
    let labels = selector(fields);
    let fields = BTreeMap::new();
    Target { api_version: "v1".into(), kind: "Pod".into(), namespace, name, labels, fields }
}

/// The `apiVersion` of a kind; of Kubernetes' own kinds it may be left out, and a wrong one is a problem.
pub(super) fn resolve(api_version: Option<String>, kind: &str, at: &dyn Place, report: &Report) -> Option<String> {
    match (api_version, kinds::named(kind)) {
        (None, Some(known)) => Some(known.api_version.to_owned()),
        (None, None) => {
            match nearest(kind, kinds::names()) {
                Some(near) => report.error_help(at, format!("모르는 kind예요: {kind}"), format!("혹시 {near}?")),
                None => report.error_help(
                    at,
                    "필드가 빠졌어요: apiVersion",
                    "쿠버네티스에 처음부터 있는 kind만 생략할 수 있어요.",
                ),
            }
            None
        }
        (Some(given), known) => {
            if kinds::built_in(&given) && kinds::find(&given, kind).is_none() {
                let message = format!("{given}에 없는 kind예요: {kind}");
                match (known, nearest(kind, kinds::names())) {
                    (Some(known), _) => report.error_help(at, message, format!("apiVersion: {}", known.api_version)),
                    (None, Some(near)) => report.error_help(at, message, format!("혹시 {near}?")),
                    (None, None) => report.error(at, message),
                }
                return None;
            }
            Some(given)
        }
    }
}

fn selector(fields: &mut Fields) -> LabelSelector {
    let report = fields.report;
    let labels = fields.get("labels");
    let selector = fields.get("selector");
    if let (Some(_), Some(key)) = (labels, fields.key("selector")) {
        report.error(key, "labels와 selector는 하나만 쓰세요.");
    }
    let Some(node) = labels.or(selector) else { return LabelSelector::default() };
    if node.get("matchLabels").is_none() && node.get("matchExpressions").is_none() {
        return LabelSelector { match_labels: pairs(node, report), match_expressions: Vec::new() };
    }
    let Some(mut inner) = Fields::open(node, report) else { return LabelSelector::default() };
    let match_labels: BTreeMap<_, _> = inner.get("matchLabels").map(|node| pairs(node, report)).unwrap_or_default();
    let match_expressions = inner.list("matchExpressions").iter().filter_map(|item| expression(item, report)).collect();
    inner.close();
    LabelSelector { match_labels, match_expressions }
}

fn expression(node: &Node, report: &Report) -> Option<LabelExpression> {
    let mut fields = Fields::open(node, report)?;
    let key = fields.need_text("key");
    fields.need("operator");
    let operators = ["In", "NotIn", "Exists", "DoesNotExist"].map(|word| (word, word));
    let operator = fields.choice("operator", &operators);
    let values = fields.texts("values");
    fields.close();
    let with_values = matches!(operator?, "In" | "NotIn");
    if with_values == values.is_empty() {
        let message = if with_values {
            "In과 NotIn에는 values가 있어야 해요."
        } else {
            "Exists와 DoesNotExist에는 values가 없어야 해요."
        };
        report.error(node, message);
        return None;
    }
    Some(LabelExpression { key: key?, operator: operator?.to_owned(), values })
}
