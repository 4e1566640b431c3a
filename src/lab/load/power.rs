//! Powers of manifests and patches that are not declared in `requires.power`, with their place. Which powers there are
//! is said in `lab::power`.

use crate::lab::power::{KINDS, gives, of_operation};
use crate::yaml::{Node, Value};

use super::context::Context;
use super::report::Report;

/// Reports powers of an object that are used and not declared, where they stand.
pub(super) fn check(node: &Node, kind: &str, report: &Report, cx: &Context) {
    of_kind(node.get("kind").unwrap_or(node), kind, report, cx);
    fields(node, report, cx);
}

/// The same for a kind that reaches over the whole cluster, named at `node`.
pub(super) fn of_kind(node: &Node, kind: &str, report: &Report, cx: &Context) {
    if KINDS.contains(&kind) {
        declared(kind, node, report, cx);
    }
}

/// The same for the operations of a JSON patch.
pub(super) fn operations(node: &Node, report: &Report, cx: &Context) {
    for operation in node.list().unwrap_or_default() {
        for power in of_operation(&operation.json()) {
            declared(&power, operation.get("path").unwrap_or(operation), report, cx);
        }
    }
}

/// The same for a part of an object, such as a patch that is merged.
pub(super) fn fields(node: &Node, report: &Report, cx: &Context) {
    for (key, value) in node.map().unwrap_or_default() {
        if gives(&key.name, matches!(value.value, Value::Bool(true)), value.map().is_some()) {
            declared(&key.name, value, report, cx);
        }
        fields(value, report, cx);
    }
    node.list().unwrap_or_default().iter().for_each(|item| fields(item, report, cx));
}

fn declared(power: &str, node: &Node, report: &Report, cx: &Context) {
    if !cx.power.iter().any(|declared| declared == power) {
        let help = format!("꼭 필요하면 spec.requires.power에 더하세요: {power}");
        report.error_help(node, format!("밝히지 않은 권한을 써요: {power}"), help);
    }
}
