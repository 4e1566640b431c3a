//! What a manifest could do beyond its namespace; it must be declared in `requires.power`.

use crate::yaml::{Node, Value};

use super::context::Context;
use super::report::Report;

/// Reports powers that are used and not declared.
pub(super) fn check(node: &Node, kind: &str, report: &Report, cx: &Context) {
    let whole = match kind {
        "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration" => Some("webhooks"),
        "APIService" => Some("APIServices"),
        "ClusterRoleBinding" => Some("ClusterRoleBindings"),
        "CustomResourceDefinition" => return,
        _ => None,
    };
    if let Some(power) = whole {
        declared(power, node, report, cx);
    }
    walk(node, report, cx);
}

fn walk(node: &Node, report: &Report, cx: &Context) {
    for (key, value) in node.map().unwrap_or_default() {
        let on = matches!(value.value, Value::Bool(true));
        match key.name.as_str() {
            "privileged" | "hostPID" | "hostIPC" | "hostNetwork" if on => declared(&key.name, value, report, cx),
            "hostPath" if value.map().is_some() => declared("hostPath", value, report, cx),
            _ => {}
        }
        walk(value, report, cx);
    }
    node.list().unwrap_or_default().iter().for_each(|item| walk(item, report, cx));
}

fn declared(power: &str, node: &Node, report: &Report, cx: &Context) {
    if !cx.power.iter().any(|declared| declared.eq_ignore_ascii_case(power)) {
        let help = format!("꼭 필요하면 spec.requires.power에 {power}라고 적으세요.");
        report.error_help(node, format!("밝히지 않은 권한을 써요: {power}"), help);
    }
}
