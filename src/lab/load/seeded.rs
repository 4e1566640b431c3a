//! `seeded`: faults of which a seed chooses some. Each is read once for every place it may be at, as if its author had
//! written the place into its actions.

use crate::lab::model::{Choice, Seeded, SeededFault};
use crate::yaml::{Key, Node, Value};

use super::action;
use super::context::Context;
use super::report::{Fields, Report, list, text};

/// Actions whose place is a node, and those whose place is a target.
const ON_NODES: &[&str] = &["node", "label", "taint"];
const ON_TARGETS: &[&str] = &["patch", "delete", "scale", "restart", "rollback", "exec", "wait"];

/// `{choose, from: [{name, breaks, nodes|targets, do}]}`.
pub(super) fn seeded(node: &Node, report: &Report, cx: &Context, checks: &[&str]) -> Option<Seeded> {
    let mut fields = Fields::open(node, report)?;
    let choose_node = fields.need("choose");
    let choose: Option<usize> = choose_node.and_then(|node| super::report::number(node, report));
    let from_node = fields.need("from");
    let from = from_node.map(|node| list(node, report)).unwrap_or_default();
    let faults: Vec<SeededFault> = from.iter().filter_map(|node| fault(node, report, cx, checks)).collect();
    fields.close();
    for (at, fault) in faults.iter().enumerate() {
        if faults.iter().take(at).any(|before| before.name == fault.name) {
            report.error(from_node?, format!("같은 이름의 고장이 또 있어요: {}", fault.name));
        }
    }
    let choose = choose?;
    if choose == 0 || choose > from.len() {
        let message = format!("{}개 가운데 고를 수 없는 수예요: {choose}", from.len());
        report.error(choose_node?, message);
    }
    Some(Seeded { choose, from: faults })
}

fn fault(node: &Node, report: &Report, cx: &Context, checks: &[&str]) -> Option<SeededFault> {
    let mut fields = Fields::open(node, report)?;
    let name = fields.need_text("name");
    let breaks = super::proof::named_checks(fields.need("breaks"), report, checks);
    let nodes = fields.get("nodes").map(|node| list(node, report));
    let targets = fields.get("targets").map(|node| list(node, report));
    let actions = fields.need("do").map(|node| list(node, report)).unwrap_or_default();
    if let (Some(_), Some(key)) = (nodes, fields.key("targets")) {
        report.error(key, "nodes와 targets는 하나만 쓰세요.");
    }
    if let (true, Some(key)) = (actions.is_empty(), fields.key("do")) {
        report.error(key, "목록이 비어 있어요: do");
    }
    fields.close();
    let choices = match (nodes, targets) {
        (Some(nodes), _) => places(nodes, report, |place| choice(actions, ON_NODES, "node", Some(place), report, cx)),
        (None, Some(targets)) => {
            places(targets, report, |place| choice(actions, ON_TARGETS, "target", Some(place), report, cx))
        }
        (None, None) => vec![choice(actions, &[], "", None, report, cx)],
    };
    let breaks = breaks.into_iter().map(|(name, ..)| name).collect();
    Some(SeededFault { name: name?, breaks, choices })
}

fn places(nodes: &[Node], report: &Report, choice: impl Fn(&Node) -> Choice) -> Vec<Choice> {
    if let [only] = nodes {
        report.warn_help(only, "고를 곳이 하나뿐이에요.", "do에 바로 적으세요.");
    }
    nodes.iter().map(choice).collect()
}

fn choice(actions: &[Node], names: &[&str], key: &str, place: Option<&Node>, report: &Report, cx: &Context) -> Choice {
    let placed: Vec<Node> = actions.iter().map(|action| with_place(action, names, key, place)).collect();
    let told = |place: &Node| match &place.value {
        Value::Map(_) => place.get("name").and_then(Node::text).map(str::to_owned),
        _ => text(place, report),
    };
    Choice { place: place.and_then(told), actions: action::actions(&placed, report, cx) }
}

/// An action with its place, where its author has left it out.
fn with_place(action: &Node, names: &[&str], key: &str, place: Option<&Node>) -> Node {
    let mut action = action.clone();
    let (Some(place), Value::Map(entries)) = (place, &mut action.value) else { return action };
    for (name, value) in entries.iter_mut().filter(|(name, _)| names.contains(&name.name.as_str())) {
        if let Value::Map(fields) = &mut value.value
            && !fields.iter().any(|(field, _)| field.name == key)
        {
            fields.push((Key { name: key.to_owned(), line: name.line, column: name.column }, place.clone()));
        }
    }
    action
}
