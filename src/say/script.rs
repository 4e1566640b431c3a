//! What an action does, as commands and YAML that a learner could type.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::lab::{Action, LabelSelector, NODE_NAME, NodeChange, PatchKind, Target, Until};

/// The lines of an action of a lab.
pub fn script(action: &Action, lab: &str) -> Vec<String> {
    match action {
        Action::Apply(objects) => {
            let texts: Vec<String> = objects.iter().map(yaml).collect();
            let mut lines = vec!["kubectl apply -f - <<'EOF'".to_owned()];
            lines.extend(texts.join("---\n").lines().map(str::to_owned));
            lines.push("EOF".into());
            lines
        }
        Action::Patch { target, kind, body } => {
            let kind = match kind {
                PatchKind::Merge => "merge",
                PatchKind::Strategic => "strategic",
                PatchKind::Json => "json",
            };
            vec![kubectl(target, &format!("patch {} --type={kind} -p {}", name(target), quoted(&body.to_string())))]
        }
        Action::Delete(target) => {
            let note = target.fields.get(NODE_NAME).and_then(|node| named(node).0);
            note.into_iter().chain([kubectl(target, &format!("delete {}", name(target)))]).collect()
        }
        Action::Scale { target, replicas } => {
            vec![kubectl(target, &format!("scale {} --replicas={replicas}", name(target)))]
        }
        Action::Restart(target) => vec![kubectl(target, &format!("rollout restart {}", name(target)))],
        Action::Rollback { target, to_revision: 0 } => {
            vec![kubectl(target, &format!("rollout undo {}", name(target)))]
        }
        Action::Rollback { target, to_revision } => {
            vec![kubectl(target, &format!("rollout undo {} --to-revision={to_revision}", name(target)))]
        }
        Action::Label(change) => node(change, "label", |key, value| format!("{key}={value}")),
        Action::Taint(change) if change.is_cordon() => cordon(change),
        Action::Taint(change) => node(change, "taint", |key, value| match value.split_once(':') {
            Some(("", effect)) => format!("{key}:{effect}"),
            Some((value, effect)) => format!("{key}={value}:{effect}"),
            None => format!("{key}:{value}"),
        }),
        Action::Exec { target, container, argv } => {
            let container = container.as_ref().map(|name| format!(" -c {name}")).unwrap_or_default();
            let words: Vec<String> = argv.iter().map(|word| quoted(word)).collect();
            vec![kubectl(target, &format!("exec {}{container} -- {}", name(target), words.join(" ")))]
        }
        Action::Helm(call) => {
            let words: Vec<String> = call.argv.iter().map(|word| quoted(word)).collect();
            vec![format!("helm {}", words.join(" "))]
        }
        Action::Node { node, work } => super::repair::repair(*node, work),
        Action::Answer { check, value } => vec![format!("jotasu lab answer {lab} {check} {}", quoted(value))],
        Action::Wait { target, until, timeout } => {
            let timeout = format!("--timeout={}s", timeout.as_secs());
            let workload = matches!(target.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet");
            match until {
                Until::Ready if workload && target.name.is_some() => {
                    vec![kubectl(target, &format!("rollout status {} {timeout}", name(target)))]
                }
                Until::Ready => {
                    let condition = if target.kind == "Job" { "Complete" } else { "Ready" };
                    vec![kubectl(target, &format!("wait {} --for=condition={condition} {timeout}", name(target)))]
                }
                Until::Condition(condition) => {
                    vec![kubectl(target, &format!("wait {} --for=condition={condition} {timeout}", name(target)))]
                }
                Until::Cel(expr) => vec![
                    format!("# 다음이 맞을 때까지 기다려요: {}", expr.source()),
                    kubectl(target, &format!("get {} -w", name(target))),
                ],
            }
        }
    }
}

fn kubectl(target: &Target, rest: &str) -> String {
    let namespace = target.namespace.as_ref().map(|name| format!(" -n {name}")).unwrap_or_default();
    format!("kubectl{namespace} {rest}")
}

/// `deployment web`, or `pods -l app=web`.
fn name(target: &Target) -> String {
    let kind = target.kind.to_lowercase();
    match &target.name {
        Some(name) => format!("{kind} {name}"),
        None => {
            let labels = labels(&target.labels);
            let value = |key: &str, value: &str| if key == NODE_NAME { named(value).1 } else { value.to_owned() };
            let fields: Vec<String> = target.fields.iter().map(|(k, v)| format!("{k}={}", value(k, v))).collect();
            let labels = if labels.is_empty() { String::new() } else { format!(" -l {}", quoted(&labels)) };
            let fields =
                if fields.is_empty() { String::new() } else { format!(" --field-selector {}", fields.join(",")) };
            let all = if labels.is_empty() && fields.is_empty() { " --all" } else { "" };
            format!("{kind}{labels}{fields}{all}")
        }
    }
}

fn labels(selector: &LabelSelector) -> String {
    let pairs = selector.match_labels.iter().map(|(key, value)| format!("{key}={value}"));
    let expressions = selector.match_expressions.iter().map(|expression| match expression.operator.as_str() {
        "In" => format!("{} in ({})", expression.key, expression.values.join(",")),
        "NotIn" => format!("{} notin ({})", expression.key, expression.values.join(",")),
        "DoesNotExist" => format!("!{}", expression.key),
        _ => expression.key.clone(),
    });
    pairs.chain(expressions).collect::<Vec<_>>().join(",")
}

fn cordon(change: &NodeChange) -> Vec<String> {
    let (note, name) = named(&change.node);
    let verb = if change.set.is_empty() { "uncordon" } else { "cordon" };
    note.into_iter().chain([format!("kubectl {verb} {name}")]).collect()
}

/// The node's name, and what it stands for where it is none of a cluster's.
fn named(node: &str) -> (Option<String>, String) {
    let worker = node.strip_prefix("worker:").and_then(|index| index.parse::<usize>().ok());
    match worker {
        Some(index) => {
            let name = format!("WORKER{}", index + 1);
            (Some(format!("# {name}: 컨트롤 플레인이 아닌 노드 가운데 이름 차례로 {}번째", index + 1)), name)
        }
        None => (None, node.to_owned()),
    }
}

fn node(change: &NodeChange, verb: &str, set: impl Fn(&String, &String) -> String) -> Vec<String> {
    let (note, name) = named(&change.node);
    let mut words: BTreeMap<&String, String> = change.set.iter().map(|(key, value)| (key, set(key, value))).collect();
    let overwrite = if words.is_empty() { "" } else { " --overwrite" };
    change.remove.iter().for_each(|key| drop(words.insert(key, format!("{key}-"))));
    let words: Vec<String> = words.into_values().collect();
    note.into_iter().chain([format!("kubectl {verb} node {name} {}{overwrite}", words.join(" "))]).collect()
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// An object as a manifest.
fn yaml(object: &Value) -> String {
    let mut text = serde_yaml::to_string(object).unwrap_or_else(|_| format!("{object:#}"));
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn target(kind: &str, name: Option<&str>) -> Target {
        Target {
            api_version: "v1".into(),
            kind: kind.into(),
            namespace: Some("shop".into()),
            name: name.map(str::to_owned),
            labels: LabelSelector::default(),
            fields: BTreeMap::new(),
        }
    }

    #[track_caller]
    fn check(action: Action, expected: &str) {
        assert_eq!(script(&action, "small").join("\n"), expected);
    }

    #[test]
    fn an_action_is_what_a_learner_could_type() {
        let web = || target("Deployment", Some("web"));
        check(Action::Delete(web()), "kubectl -n shop delete deployment web");
        check(Action::Scale { target: web(), replicas: 3 }, "kubectl -n shop scale deployment web --replicas=3");
        check(Action::Restart(web()), "kubectl -n shop rollout restart deployment web");
        check(Action::Rollback { target: web(), to_revision: 0 }, "kubectl -n shop rollout undo deployment web");
        check(
            Action::Rollback { target: web(), to_revision: 2 },
            "kubectl -n shop rollout undo deployment web --to-revision=2",
        );
        let body = json!({"data": {"a": "it's"}});
        check(
            Action::Patch { target: target("ConfigMap", Some("c")), kind: PatchKind::Merge, body },
            "kubectl -n shop patch configmap c --type=merge -p '{\"data\":{\"a\":\"it'\\''s\"}}'",
        );
        let mut pods = target("Pod", None);
        check(Action::Delete(pods.clone()), "kubectl -n shop delete pod --all");
        pods.labels.match_labels.insert("app".into(), "web".into());
        check(Action::Delete(pods.clone()), "kubectl -n shop delete pod -l app=web");
        pods.fields.insert(NODE_NAME.into(), "worker:0".into());
        check(
            Action::Delete(pods.clone()),
            "# WORKER1: 컨트롤 플레인이 아닌 노드 가운데 이름 차례로 1번째\nkubectl -n shop delete pod -l app=web --field-selector spec.nodeName=WORKER1",
        );
        let argv = vec!["sh".into(), "-c".into(), "echo 1 > /x".into()];
        check(
            Action::Exec { target: target("Pod", Some("p")), container: Some("c".into()), argv },
            "kubectl -n shop exec pod p -c c -- sh -c 'echo 1 > /x'",
        );
        let change = |node: &str, key: &str, value: &str| NodeChange {
            node: node.into(),
            set: [(key.to_owned(), value.to_owned())].into(),
            remove: if key.contains('/') { vec![] } else { vec!["old".into()] },
        };
        check(Action::Label(change("n1", "disk", "ssd")), "kubectl label node n1 disk=ssd old- --overwrite");
        check(
            Action::Taint(change("worker:0", "dedicated", "gpu:NoSchedule")),
            "# WORKER1: 컨트롤 플레인이 아닌 노드 가운데 이름 차례로 1번째\nkubectl taint node WORKER1 dedicated=gpu:NoSchedule old- --overwrite",
        );
        check(Action::Taint(change("n1", "node.kubernetes.io/unschedulable", ":NoSchedule")), "kubectl cordon n1");
        check(
            Action::Answer { check: "word".into(), value: "두 마디".into() },
            "jotasu lab answer small word '두 마디'",
        );
        let timeout = std::time::Duration::from_secs(60);
        check(
            Action::Wait { target: web(), until: Until::Ready, timeout },
            "kubectl -n shop rollout status deployment web --timeout=60s",
        );
    }

    #[test]
    fn what_is_applied_is_shown_as_manifests_that_read_back() {
        let objects = vec![
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"on": "yes", "text": "a\nb\n"}}),
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "b"}}),
        ];
        let lines = script(&Action::Apply(objects.clone()), "small");
        assert_eq!(
            (lines.first().unwrap().as_str(), lines.last().unwrap().as_str()),
            ("kubectl apply -f - <<'EOF'", "EOF")
        );
        let text = lines[1..lines.len() - 1].join("\n");
        let read: Vec<Value> = text.split("\n---\n").map(|one| serde_yaml::from_str(one).unwrap()).collect();
        assert_eq!(read, objects);
    }
}
