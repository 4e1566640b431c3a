//! Ports and namespaces of queries.

use crate::yaml::{Node, Value, nearest};

use super::super::context::Context;
use super::super::report::{Fields, Report, text};

/// A port by number or by name.
pub(super) fn port(fields: &mut Fields) -> Option<String> {
    let node = fields.need("port")?;
    match node.value {
        Value::Int(port @ 1..=65535) => Some(port.to_string()),
        Value::Int(port) => {
            fields.report.error(node, format!("포트가 아니에요: {port}"));
            None
        }
        _ => text(node, fields.report),
    }
}

/// Reports a namespace that the prober may not enter: it works in what the lab owns.
pub(super) fn probed(namespace: Option<&str>, at: &Node, report: &Report, cx: &Context) {
    let owned = &cx.owns.namespaces;
    match namespace {
        None => report.error(at, "필드가 빠졌어요: namespace"),
        Some(namespace) if owned.iter().any(|one| one == namespace) => {}
        Some(namespace) => {
            let help = match nearest(namespace, owned.iter().map(String::as_str)) {
                Some(near) => format!("혹시 {near}?"),
                None => "spec.owns.namespaces에 더하세요.".to_owned(),
            };
            report.error_help(at, format!("lab이 갖지 않은 namespace에는 물을 수 없어요: {namespace}"), help);
        }
    }
}
