//! CEL as authors write it: compiled at load, with problems at their line and column. Nothing is evaluated here.

use regex::Regex;

use crate::lab::expr::Expr;
use crate::lab::model::Rule;
use crate::yaml::{Node, Value, nearest};

use super::context::Context;
use super::report::{Fields, Report, text};

/// `cel:` as a list of expressions or `{expr, message}`, or only one of them.
pub(super) fn rules(node: &Node, report: &Report, cx: &Context, related: &[&str]) -> Vec<Rule> {
    match &node.value {
        Value::List(items) => {
            if items.is_empty() {
                report.error(node, "목록이 비어 있어요: cel");
            }
            items.iter().filter_map(|item| rule(item, report, cx, related)).collect()
        }
        _ => rule(node, report, cx, related).into_iter().collect(),
    }
}

fn rule(node: &Node, report: &Report, cx: &Context, related: &[&str]) -> Option<Rule> {
    if node.text().is_some() {
        return Some(Rule { expr: expr(node, report, cx, related)?, message: None });
    }
    let mut fields = Fields::open(node, report)?;
    let compiled = fields.need("expr").and_then(|node| expr(node, report, cx, related));
    let message = fields.text("message");
    fields.close();
    Some(Rule { expr: compiled?, message })
}

/// One expression; `related` are the aliases it may name.
pub(super) fn expr(node: &Node, report: &Report, cx: &Context, related: &[&str]) -> Option<Expr> {
    let source = text(node, report)?;
    let params: Vec<&str> = cx.params.keys().map(String::as_str).collect();
    members(&source, "related", related, node, report);
    members(&source, "params", &params, node, report);
    match Expr::compile(&source) {
        Ok(expr) => Some(expr),
        Err(error) => {
            let place = node.at(error.column.saturating_sub(1));
            report.error(&place, error.message);
            None
        }
    }
}

/// Warns of `root.name` where the lab has no such name. A search of the text: it may be fooled by a quoted one.
fn members(source: &str, root: &str, known: &[&str], node: &Node, report: &Report) {
    let Ok(pattern) = Regex::new(&format!(r"(?:^|[^.\w]){root}\.(\w+)")) else { return };
    for found in pattern.captures_iter(source).filter_map(|captures| captures.get(1)) {
        if known.contains(&found.as_str()) {
            continue;
        }
        let offset = source.get(..found.start()).map_or(0, |before| before.chars().count());
        let help = match nearest(found.as_str(), known.iter().copied()) {
            Some(near) => format!("혹시 {root}.{near}?"),
            None => format!("{root}에 먼저 적으세요."),
        };
        report.warn_help(&node.at(offset), format!("{root}에 없는 이름이에요: {}", found.as_str()), help);
    }
}
