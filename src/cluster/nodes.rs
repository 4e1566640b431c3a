//! Labels and taints of nodes: changed as an action asks, recorded before a lab, put back after it. The taint of a
//! cordoned node is Kubernetes' own doing: `spec.unschedulable` is written instead.

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Map, Value, json};

use super::api::{ApiError, Body};
use super::remote::Remote;
use super::state::NodeRecord;
use super::trouble::Trouble;
use crate::lab::{CORDONED, NodeChange, Owns};

/// How often a change is tried again when somebody else changed the node in between.
const TRIES: u32 = 10;

/// Every node's owned labels and taints.
pub async fn record(admin: &Remote, owns: &Owns) -> Result<BTreeMap<String, NodeRecord>, ApiError> {
    if owns.node_labels.is_empty() && owns.node_taints.is_empty() {
        return Ok(BTreeMap::new());
    }
    let nodes = admin.list("v1", "Node", None).await?;
    Ok(nodes.iter().map(|node| (name(node), recorded(node, owns))).collect())
}

/// Puts owned labels and taints back; a node that is not in the record had none.
pub async fn restore(admin: &Remote, owns: &Owns, record: &BTreeMap<String, NodeRecord>) -> Result<(), ApiError> {
    if owns.node_labels.is_empty() && owns.node_taints.is_empty() {
        return Ok(());
    }
    let none = NodeRecord::default();
    for node in admin.list("v1", "Node", None).await? {
        let before = record.get(&name(&node)).unwrap_or(&none);
        if recorded(&node, owns) == *before {
            continue;
        }
        change(admin, &name(&node), |node| {
            let labels = owns.node_labels.iter().map(|key| (key.clone(), before.labels.get(key).cloned().into()));
            let kept = taints(node).into_iter().filter(|taint| !owned_taint(taint, owns));
            let mut body = json!({"metadata": {"labels": labels.collect::<Map<String, Value>>()},
                   "spec": {"taints": kept.chain(before.taints.iter().cloned()).collect::<Vec<_>>()}});
            if owns_cordon(owns) {
                body["spec"]["unschedulable"] = unschedulable(before.cordoned);
            }
            body
        })
        .await?;
    }
    Ok(())
}

/// Nodes whose owned labels or taints are not as recorded.
pub async fn differing(
    admin: &Remote,
    owns: &Owns,
    record: &BTreeMap<String, NodeRecord>,
) -> Result<Vec<String>, ApiError> {
    let none = NodeRecord::default();
    let nodes = admin.list("v1", "Node", None).await?;
    let differs = |node: &&Value| recorded(node, owns) != *record.get(&name(node)).unwrap_or(&none);
    Ok(nodes.iter().filter(differs).map(name).collect())
}

/// Sets and removes labels.
pub async fn label(admin: &Remote, wanted: &NodeChange) -> Result<(), Trouble> {
    let node = find(admin, &wanted.node).await?;
    let mut labels: Map<String, Value> = wanted.set.iter().map(|(k, v)| (k.clone(), v.clone().into())).collect();
    labels.extend(wanted.remove.iter().map(|key| (key.clone(), Value::Null)));
    let path = format!("/api/v1/nodes/{node}");
    let body = json!({"metadata": {"labels": labels}});
    let what = format!("노드 {node}의 라벨을 바꾸지 못했어요");
    admin.api.write(Method::PATCH, &path, Body::Merge, &body).await.map_err(Trouble::doing(what))?;
    Ok(())
}

/// Sets and removes taints; a set one replaces those of its key and effect.
pub async fn taint(admin: &Remote, wanted: &NodeChange) -> Result<(), Trouble> {
    let node = find(admin, &wanted.node).await?;
    let cordon = match (wanted.set.contains_key(CORDONED), wanted.remove.iter().any(|key| key == CORDONED)) {
        (false, false) => None,
        (set, _) => Some(set),
    };
    let set = wanted.set.iter().filter(|(key, _)| *key != CORDONED);
    let set: Vec<Value> = set.map(|(key, value)| as_taint(key, value)).collect();
    let replaced = |taint: &Value| {
        wanted.remove.iter().any(|key| taint["key"] == key.as_str())
            || set.iter().any(|new| new["key"] == taint["key"] && new["effect"] == taint["effect"])
    };
    change(admin, &node, |node| {
        let kept = taints(node).into_iter().filter(|taint| !replaced(taint));
        let mut body = json!({"spec": {"taints": kept.chain(set.iter().cloned()).collect::<Vec<_>>()}});
        if let Some(cordon) = cordon {
            body["spec"]["unschedulable"] = unschedulable(cordon);
        }
        body
    })
    .await
    .map_err(Trouble::doing(format!("노드 {node}의 taint를 바꾸지 못했어요")))
}

/// Changes one node from what it is, again when it has changed in between.
async fn change(admin: &Remote, node: &str, patch: impl Fn(&Value) -> Value) -> Result<(), ApiError> {
    let path = format!("/api/v1/nodes/{node}");
    let mut tries = 0;
    loop {
        let current = admin.api.get(&path).await?;
        let mut body = patch(&current);
        body["metadata"]["resourceVersion"] = current["metadata"]["resourceVersion"].clone();
        match admin.api.write(Method::PATCH, &path, Body::Merge, &body).await {
            Err(error) if error.code == 409 && tries < TRIES => tries += 1,
            answer => return answer.map(|_| ()),
        }
    }
}

/// A node's name; `worker:N` is the Nth that is no control plane, by name, from 0.
pub async fn find(admin: &Remote, node: &str) -> Result<String, Trouble> {
    let Some(index) = node.strip_prefix("worker:").and_then(|index| index.parse::<usize>().ok()) else {
        return Ok(node.to_owned());
    };
    let nodes = admin.list("v1", "Node", None).await.map_err(Trouble::doing("노드를 보지 못했어요"))?;
    worker(&nodes, index).ok_or_else(|| Trouble::Missing(format!("{}번째 작업 노드를", index + 1)))
}

/// The Nth worker among nodes.
fn worker(nodes: &[Value], index: usize) -> Option<String> {
    let control_plane =
        |node: &&Value| node["metadata"]["labels"].get("node-role.kubernetes.io/control-plane").is_none();
    let mut workers: Vec<String> = nodes.iter().filter(control_plane).map(name).collect();
    workers.sort();
    workers.into_iter().nth(index)
}

/// `value:Effect` or `:Effect` under a key.
fn as_taint(key: &str, value: &str) -> Value {
    let (value, effect) = value.split_once(':').unwrap_or(("", value));
    if value.is_empty() {
        json!({"key": key, "effect": effect})
    } else {
        json!({"key": key, "value": value, "effect": effect})
    }
}

fn recorded(node: &Value, owns: &Owns) -> NodeRecord {
    let label =
        |key: &String| node["metadata"]["labels"].get(key)?.as_str().map(|value| (key.clone(), value.to_owned()));
    NodeRecord {
        labels: owns.node_labels.iter().filter_map(label).collect(),
        taints: taints(node).into_iter().filter(|taint| owned_taint(taint, owns)).collect(),
        cordoned: owns_cordon(owns) && node["spec"]["unschedulable"] == true,
    }
}

/// A taint that is owned and that somebody sets: the one of cordoned nodes comes and goes with its field.
fn owned_taint(taint: &Value, owns: &Owns) -> bool {
    owns.node_taints.iter().any(|key| taint["key"] == key.as_str() && key != CORDONED)
}

/// Whether the lab's work is to cordon nodes.
fn owns_cordon(owns: &Owns) -> bool {
    owns.node_taints.iter().any(|key| key == CORDONED)
}

/// The field's value in a merge patch: absent for nodes that are not cordoned, as `kubectl uncordon` leaves it.
fn unschedulable(cordoned: bool) -> Value {
    if cordoned { Value::Bool(true) } else { Value::Null }
}

fn taints(node: &Value) -> Vec<Value> {
    node["spec"]["taints"].as_array().cloned().unwrap_or_default()
}

fn name(node: &Value) -> String {
    node["metadata"]["name"].as_str().unwrap_or_default().to_owned()
}

/// Whether a node says that it is Ready.
pub fn is_ready(node: &Value) -> bool {
    let conditions = node["status"]["conditions"].as_array();
    conditions.into_iter().flatten().any(|one| one["type"] == "Ready" && one["status"] == "True")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taint_is_value_and_effect() {
        assert_eq!(as_taint("a", "gpu:NoSchedule"), json!({"key": "a", "value": "gpu", "effect": "NoSchedule"}));
        assert_eq!(as_taint("a", ":NoExecute"), json!({"key": "a", "effect": "NoExecute"}));
        assert_eq!(as_taint("a", "NoExecute"), json!({"key": "a", "effect": "NoExecute"}));
    }

    #[test]
    fn workers_are_counted_by_name_without_control_planes() {
        let node = |name: &str, labels: Value| json!({"metadata": {"name": name, "labels": labels}});
        let master = json!({"node-role.kubernetes.io/control-plane": ""});
        let nodes = [node("b", json!({})), node("m", master), node("a", json!({}))];
        assert_eq!(worker(&nodes, 0).as_deref(), Some("a"));
        assert_eq!(worker(&nodes, 1).as_deref(), Some("b"));
        assert_eq!(worker(&nodes, 2), None);
    }

    #[test]
    fn only_owned_keys_are_recorded() {
        let owns =
            Owns { node_labels: vec!["disk".into(), "x".into()], node_taints: vec!["d".into()], ..Owns::default() };
        let node = json!({"metadata": {"labels": {"disk": "ssd", "other": "1"}},
                          "spec": {"taints": [{"key": "d", "effect": "NoSchedule"}, {"key": "e", "effect": "NoSchedule"}]}});
        let record = recorded(&node, &owns);
        assert_eq!(record.labels, [("disk".to_owned(), "ssd".to_owned())].into());
        assert_eq!(record.taints, [json!({"key": "d", "effect": "NoSchedule"})]);
    }

    #[test]
    fn a_cordon_is_recorded_by_its_field() {
        let owns =
            |keys: &[&str]| Owns { node_taints: keys.iter().map(|key| (*key).to_owned()).collect(), ..Owns::default() };
        let node = json!({"metadata": {"labels": {}}, "spec": {
            "unschedulable": true, "taints": [{"key": CORDONED, "effect": "NoSchedule"}]}});
        let record = recorded(&node, &owns(&[CORDONED]));
        assert!(record.cordoned && record.taints.is_empty());
        assert_eq!(recorded(&node, &owns(&["other"])), NodeRecord::default());
    }
}
