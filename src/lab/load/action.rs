//! Actions of setup, solutions and variants. Whatever touches something outside `owns`, or uses a power that is not
//! declared, is a problem here; what performs them asks both again of each object, right before its request.

use std::time::Duration;

use serde_json::Value;

use crate::lab::model::{Action, NodeChange, PatchKind, Target, Until};
use crate::lab::ready::has_contract;
use crate::yaml::Node;

use super::cel;
use super::context::Context;
use super::fault;
use super::helm;
use super::kinds;
use super::manifest;
use super::power;
use super::report::{Fields, Report, text};
use super::target;

const NAMES: &[&str] = &[
    "apply", "patch", "delete", "scale", "restart", "rollback", "label", "taint", "exec", "helm", "node", "answer",
    "wait",
];
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// A list of actions, each on its own.
pub(super) fn actions(nodes: &[Node], report: &Report, cx: &Context) -> Vec<Action> {
    nodes.iter().filter_map(|node| action(node, report, cx)).collect()
}

fn action(node: &Node, report: &Report, cx: &Context) -> Option<Action> {
    let Some(entries) = node.map() else {
        report.wanted(node, "맵이");
        return None;
    };
    let [(key, value)] = entries else {
        report.error_help(node, "동작 하나에는 키가 하나여야 해요.", "동작마다 `- `로 새 항목을 시작하세요.");
        return None;
    };
    match key.name.as_str() {
        "apply" => {
            let objects = manifest::objects(value, report, cx);
            (!objects.is_empty()).then_some(Action::Apply(objects))
        }
        name if !NAMES.contains(&name) => {
            report.unknown(key, "모르는 동작이에요", name, NAMES);
            None
        }
        name => {
            let mut fields = Fields::open(value, report)?;
            let action = one(name, &mut fields, cx);
            fields.close();
            action
        }
    }
}

fn one(name: &str, fields: &mut Fields, cx: &Context) -> Option<Action> {
    let report = fields.report;
    match name {
        "patch" => {
            let target = owned_one(fields, cx);
            if let (Some(target), Some(node)) = (&target, fields.get("target")) {
                power::of_kind(node, &target.kind, report, cx);
            }
            fields.need("type");
            let kinds = [("merge", PatchKind::Merge), ("strategic", PatchKind::Strategic), ("json", PatchKind::Json)];
            let kind = fields.choice("type", &kinds);
            let body = fields.need("body").and_then(|node| body(node, kind, report, cx));
            Some(Action::Patch { target: target?, kind: kind?, body: body? })
        }
        "delete" => owned(fields, cx).map(Action::Delete),
        "scale" => {
            let target = fit(owned_one(fields, cx), fields, "scale", &["Deployment", "StatefulSet", "ReplicaSet"]);
            fields.need("replicas");
            let replicas = fields.number("replicas");
            Some(Action::Scale { target: target?, replicas: replicas? })
        }
        "restart" => {
            let target = fit(owned_one(fields, cx), fields, "restart", &["Deployment", "StatefulSet", "DaemonSet"]);
            target.map(Action::Restart)
        }
        "rollback" => {
            let target = fit(owned_one(fields, cx), fields, "rollback", &["Deployment"]);
            let to_revision = fields.number("toRevision").unwrap_or(0);
            Some(Action::Rollback { target: target?, to_revision })
        }
        "label" => node_change(fields, &cx.owns.node_labels, "labels").map(Action::Label),
        "taint" => {
            let effects = fields.get("set").and_then(Node::map).unwrap_or_default();
            for (_, value) in effects {
                let effect = value.text().and_then(|text| text.rsplit_once(':')).map(|(_, effect)| effect);
                if value.text().is_some() && !matches!(effect, Some("NoSchedule" | "PreferNoSchedule" | "NoExecute")) {
                    report.error_help(value, "taint의 효과가 없어요.", "값:NoSchedule 또는 :NoExecute처럼 적으세요.");
                }
            }
            node_change(fields, &cx.owns.node_taints, "taints").map(Action::Taint)
        }
        "exec" => {
            let target = fit(owned(fields, cx), fields, "exec", &["Pod"]);
            let container = fields.text("container");
            let argv = fields.need("argv").map(|node| super::report::texts(node, report)).unwrap_or_default();
            if argv.is_empty()
                && let Some(key) = fields.key("argv")
            {
                report.error(key, "실행할 것이 없어요: argv");
            }
            Some(Action::Exec { target: target?, container, argv }).filter(|_| fields.key("argv").is_some())
        }
        "helm" => helm::action(fields, cx),
        "node" => fault::action(fields, cx),
        "answer" => answer(fields, cx),
        "wait" => wait(fields, cx),
        _ => None,
    }
}

/// A target that the lab may change.
fn owned(fields: &mut Fields, cx: &Context) -> Option<Target> {
    let report = fields.report;
    let node = fields.need("target")?;
    let target = target::target(node, report, cx)?;
    if !cx.owns_target(&target) {
        let name = target.name.as_deref().unwrap_or("*");
        let place = target.namespace.as_ref().map_or_else(|| name.to_owned(), |ns| format!("{ns}/{name}"));
        manifest::not_owned(node, report, &target.kind, &place);
        return None;
    }
    Some(target)
}

/// The same by name: what is done to one object must not be done to whatever labels select.
fn owned_one(fields: &mut Fields, cx: &Context) -> Option<Target> {
    let target = owned(fields, cx)?;
    if target.name.is_none() {
        let node = fields.get("target")?;
        fields.report.error(node, "필드가 빠졌어요: name");
        return None;
    }
    Some(target)
}

/// A target of one of these kinds; of other groups' kinds nothing is known.
fn fit(target: Option<Target>, fields: &mut Fields, action: &str, allowed: &[&str]) -> Option<Target> {
    let target = target?;
    if kinds::built_in(&target.api_version) && !allowed.contains(&target.kind.as_str()) {
        let node = fields.get("target")?;
        let help = format!("쓸 수 있는 것: {}", allowed.join(", "));
        fields.report.error_help(node, format!("{action}할 수 없는 kind예요: {}", target.kind), help);
        return None;
    }
    Some(target)
}

fn body(node: &Node, kind: Option<PatchKind>, report: &Report, cx: &Context) -> Option<Value> {
    match kind? {
        PatchKind::Json if node.list().is_none() => {
            report.wanted(node, "목록이");
            None
        }
        PatchKind::Merge | PatchKind::Strategic if node.map().is_none() => {
            report.wanted(node, "맵이");
            None
        }
        PatchKind::Json => {
            power::operations(node, report, cx);
            Some(node.json())
        }
        PatchKind::Merge | PatchKind::Strategic => {
            power::fields(node, report, cx);
            Some(node.json())
        }
    }
}

fn node_change(fields: &mut Fields, owned: &[String], what: &str) -> Option<NodeChange> {
    let report = fields.report;
    let node = fields.need_text("node");
    let set_node = fields.get("set");
    let set = set_node.map(|node| super::report::pairs(node, report)).unwrap_or_default();
    let remove_node = fields.get("remove");
    let remove = remove_node.map(|node| super::report::texts(node, report)).unwrap_or_default();
    if set_node.is_none() && remove_node.is_none() {
        report.error(&*fields, "set이나 remove가 있어야 해요.");
    }
    let help = format!("spec.owns.nodes.{what}에 더하세요.");
    for (key, _) in set_node.and_then(Node::map).unwrap_or_default() {
        if !owned.contains(&key.name) {
            report.error_help(key, format!("owns 밖을 건드려요: {what} {}", key.name), help.clone());
        }
    }
    for item in remove_node.and_then(Node::list).unwrap_or_default() {
        if let Some(key) = item.text().filter(|key| !owned.iter().any(|owned| owned == key)) {
            report.error_help(item, format!("owns 밖을 건드려요: {what} {key}"), help.clone());
        }
    }
    Some(NodeChange { node: node?, set, remove })
}

fn answer(fields: &mut Fields, cx: &Context) -> Option<Action> {
    let report = fields.report;
    let check_node = fields.need("check");
    let check = check_node.and_then(|node| text(node, report));
    let value_node = fields.need("value");
    let value = value_node.and_then(|node| text(node, report));
    let (check, check_node, value, value_node) = (check?, check_node?, value?, value_node?);
    let answers = cx.answers.borrow();
    match answers.get(&check) {
        None => {
            let known: Vec<&str> = answers.keys().map(String::as_str).collect();
            report.unknown(check_node, "답하는 확인이 아니에요", &check, &known);
        }
        Some(answer) if !answer.choices.is_empty() && !answer.choices.contains(&value) => {
            let known: Vec<&str> = answer.choices.iter().map(String::as_str).collect();
            report.unknown(value_node, "choices에 없는 답이에요", &value, &known);
        }
        Some(_) => {}
    }
    Some(Action::Answer { check, value })
}

fn wait(fields: &mut Fields, cx: &Context) -> Option<Action> {
    let report = fields.report;
    let target = fields.need("target").and_then(|node| target::target(node, report, cx));
    let ready = fields.flag("ready").unwrap_or(false);
    let condition = fields.text("condition");
    let cel = fields.get("cel").and_then(|node| cel::expr(node, report, cx, &[]));
    let timeout = fields.duration("timeout").unwrap_or(DEFAULT_TIMEOUT);
    let given = ["ready", "condition", "cel"].iter().filter(|name| fields.key(name).is_some()).count();
    if given != 1 {
        report.error(&*fields, "ready, condition, cel 가운데 하나가 있어야 해요.");
        return None;
    }
    let target = target?;
    if ready
        && let Some(key) = fields.key("ready")
        && !has_contract(&target.api_version, &target.kind)
    {
        let message = format!("ready를 알 수 없는 kind예요: {}", target.kind);
        report.error_help(key, message, "cel을 쓰세요.");
    }
    let until = match (condition, cel) {
        (Some(condition), _) => Until::Condition(condition),
        (None, Some(expr)) => Until::Cel(expr),
        (None, None) => Until::Ready,
    };
    Some(Action::Wait { target, until, timeout })
}
