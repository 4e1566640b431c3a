//! The head of `lab.yaml`: metadata, requirements, cluster, params, what is owned. The checks are elsewhere.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::lab::model::{ADDONS, ClusterSpec, Explain, FaultKind, OwnedObject, Owns, Requires};
use crate::lab::power;
use crate::lab::quantity;
use crate::yaml::Node;

use super::context::Context;
use super::kinds::{self, Scope};
use super::report::{Fields, Report, text};
use super::target;

/// What reset and stop would remove with a namespace must not be the cluster's own.
const NEVER_OWNED: &[&str] = &["default", "kube-system", "kube-public", "kube-node-lease", "jotasu-system"];

/// `apiVersion`, `kind`, `metadata`; the `spec` node is what is left to read.
pub(super) fn envelope<'n>(node: &'n Node, report: &Report, id: &str) -> Option<&'n Node> {
    let mut fields = Fields::open(node, report)?;
    for (name, expected) in [("apiVersion", "jotasu.dev/v1alpha1"), ("kind", "Lab")] {
        if let Some(node) = fields.need(name)
            && text(node, report).is_some_and(|given| given != expected)
        {
            report.error(node, format!("{name}: {expected}이어야 해요."));
        }
    }
    if let Some(mut metadata) = fields.need("metadata").and_then(|node| Fields::open(node, report)) {
        if let Some(node) = metadata.need("name")
            && text(node, report).is_some_and(|given| given != id)
        {
            report.error_help(node, "이름이 폴더 이름과 달라요.", format!("name: {id}"));
        }
        metadata.close();
    }
    let spec = fields.need("spec");
    fields.close();
    spec
}

/// How much is explained.
pub(super) fn explain(fields: &mut Fields) -> Explain {
    let choices = [("full", Explain::Full), ("symptom", Explain::Symptom), ("none", Explain::None)];
    fields.choice("explain", &choices).unwrap_or_default()
}

/// `requires`.
pub(super) fn requires(node: &Node, report: &Report) -> Requires {
    let Some(mut fields) = Fields::open(node, report) else { return Requires::default() };
    let requires = Requires {
        kubernetes: version(&mut fields, "kubernetes"),
        nodes: fields.number("nodes").unwrap_or(0),
        kind: version(&mut fields, "kind"),
        apis: fields.texts("apis"),
        addons: fields.words("addons", &ADDONS.map(|(name, _)| name)),
        memory: amount(&mut fields, "memory"),
        cpu: amount(&mut fields, "cpu"),
        disk: amount(&mut fields, "disk"),
        arch: fields.texts("arch"),
        power: fields.words("power", &power::WORDS),
        faults: fields.words("faults", &FaultKind::ALL.map(|(word, _)| word)),
    };
    fields.close();
    requires
}

/// `>=1.33`, `<1.37`, several with commas.
fn version(fields: &mut Fields, name: &'static str) -> Option<String> {
    let node = fields.get(name)?;
    let given = text(node, fields.report)?;
    let one = |part: &str| {
        let number = part.trim().trim_start_matches(['>', '<', '=']).trim();
        !number.is_empty() && number.split('.').all(|n| n.parse::<u32>().is_ok())
    };
    if !given.split(',').all(one) {
        fields.report.error_help(node, format!("{name}: 버전 조건이 아니에요."), "\">=1.33\"처럼 적으세요.");
        return None;
    }
    Some(given)
}

/// A quantity, a bare number included.
fn amount(fields: &mut Fields, name: &'static str) -> Option<String> {
    let node = fields.get(name)?;
    let given = match node.json() {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text,
        _ => String::new(),
    };
    if quantity::parse(&given).is_none() {
        fields.report.error_help(node, format!("{name}: 수량이 아니에요."), "2, 500m, 4Gi처럼 적으세요.");
        return None;
    }
    Some(given)
}

/// `cluster`.
pub(super) fn cluster(node: &Node, report: &Report, cx: &Context) -> ClusterSpec {
    let Some(mut fields) = Fields::open(node, report) else { return ClusterSpec::default() };
    let by_learner = fields.choice("by", &[("us", false), ("learner", true)]).unwrap_or(false);
    let config = fields.get("config").and_then(|node| {
        let path = text(node, report)?;
        if !cx.files.contains(&path) {
            report.error(node, format!("lab 폴더에 없는 파일이에요: {path}"));
        }
        cx.used.borrow_mut().insert(path.clone());
        Some(path)
    });
    let dedicated = fields.flag("dedicated").unwrap_or(false);
    fields.close();
    ClusterSpec { by_learner, config, dedicated }
}

/// `params`, as JSON.
pub(super) fn params(node: &Node, report: &Report) -> BTreeMap<String, Value> {
    let Some(entries) = node.map() else {
        report.wanted(node, "맵이");
        return BTreeMap::new();
    };
    entries.iter().map(|(key, node)| (key.name.clone(), node.json())).collect()
}

/// `owns`.
pub(super) fn owns(node: &Node, report: &Report, cx: &Context) -> Owns {
    let Some(mut fields) = Fields::open(node, report) else { return Owns::default() };
    let mut owns = Owns::default();
    for node in fields.list("namespaces") {
        let Some(name) = text(node, report) else { continue };
        if NEVER_OWNED.contains(&name.as_str()) {
            let help = "정리할 때 namespace가 통째로 지워져요. 다른 namespace를 쓰세요.";
            report.error_help(node, format!("가질 수 없는 namespace예요: {name}"), help);
        } else if owns.namespaces.contains(&name) {
            report.error(node, format!("두 번 적었어요: {name}"));
        } else {
            owns.namespaces.push(name);
        }
    }
    owns.objects = fields.list("objects").iter().filter_map(|node| owned_object(node, report, cx)).collect();
    if let Some(mut nodes) = fields.get("nodes").and_then(|node| Fields::open(node, report)) {
        owns.node_labels = nodes.texts("labels");
        owns.node_taints = nodes.texts("taints");
        nodes.close();
    }
    for node in fields.list("helm") {
        let Some(release) = text(node, report) else { continue };
        match release.split_once('/').filter(|(_, name)| !name.contains('/')) {
            // With its namespace goes what Helm keeps of it.
            Some((namespace, _)) if owns.namespaces.iter().any(|owned| owned == namespace) => owns.helm.push(release),
            Some((namespace, _)) => {
                let help = "릴리스는 namespace와 함께 지워져요. owns.namespaces에 더하세요.";
                report.error_help(node, format!("가지지 않은 namespace의 릴리스예요: {namespace}"), help);
            }
            None => report.error(node, format!("namespace/이름 꼴이어야 해요: {release}")),
        }
    }
    fields.close();
    owns
}

fn owned_object(node: &Node, report: &Report, cx: &Context) -> Option<OwnedObject> {
    let mut fields = Fields::open(node, report)?;
    let kind_node = fields.need("kind");
    let kind = kind_node.and_then(|node| text(node, report));
    let api_version = fields.text("apiVersion");
    let namespace = fields.text("namespace");
    let name = fields.text("name");
    let prefix = fields.text("prefix");
    if name.is_some() == prefix.is_some() {
        report.error(node, "name과 prefix 가운데 하나가 있어야 해요.");
    }
    let key = fields.key("namespace");
    fields.close();
    let kind = kind?;
    let api_version = target::resolve(api_version, &kind, kind_node?, report)?;
    match cx.scope(&api_version, &kind) {
        Scope::Cluster if namespace.is_some() => {
            report.error(key?, format!("namespace가 없는 kind예요: {kind}"));
        }
        Scope::Namespaced if namespace.is_none() => {
            report.error(node, format!("namespace가 있어야 하는 kind예요: {kind}"));
        }
        _ => {}
    }
    if matches!(kind.as_str(), "Node" | "Namespace") && kinds::built_in(&api_version) {
        let help = "namespace는 owns.namespaces에, 노드의 라벨과 taint는 owns.nodes에 적으세요.";
        report.error_help(node, format!("objects에 적을 수 없는 kind예요: {kind}"), help);
        return None;
    }
    Some(OwnedObject { api_version, kind, namespace, name, prefix })
}
