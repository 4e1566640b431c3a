//! What KWOK does with Nodes and Pods: the stages a Pod goes through, and the images that fail as on a real node.
//!
//! Owns the stages; what a status says at each of them is `pod.tpl` and `node.tpl`.

use serde_json::{Value, json};

use super::Pace;

const POD: &str = include_str!("pod.tpl");
const NODE: &str = include_str!("node.tpl");

/// Every stage as one configuration file for `kwok --config`; a brisk one takes a fifth of the time for what a machine
/// does, and the same time for what waits by intent (back-off, probes' own delays).
pub fn config(pace: Pace) -> String {
    let probing = if pace != Pace::Usual { 100 } else { 500 };
    let mut stages = [create(), start(), soon(), done(), delete()];
    if pace != Pace::Usual {
        for stage in &mut stages {
            let delay = &mut stage["spec"]["delay"]["durationMilliseconds"];
            *delay = json!(delay.as_u64().unwrap_or(0) / 5);
        }
    }
    let fixed = [node(), heartbeat(), later(), probed(probing)];
    let documents: Vec<String> = fixed.iter().chain(&stages).map(Value::to_string).collect();
    documents.join("\n---\n")
}

fn node() -> Value {
    let not_ready = r#".status.conditions.[]? | select(.type == "Ready") | .status"#;
    stage("node-ready", "Node", &[jq(not_ready, "NotIn", &["True"])], 0, json!({"statusTemplate": NODE}))
}

/// Leases say that a node lives; its conditions are only written again as rarely as a kubelet does.
fn heartbeat() -> Value {
    let ready = r#".status.conditions.[]? | select(.type == "Ready") | .status"#;
    stage("node-heartbeat", "Node", &[jq(ready, "In", &["True"])], 300_000, json!({"statusTemplate": NODE}))
}

fn create() -> Value {
    pod("create", &[jq(".status.startTime", "DoesNotExist", &[])], 50)
}

fn start() -> Value {
    let known = jq(".status.startTime", "Exists", &[]);
    pod("start", &[known, jq(".status.podIP", "DoesNotExist", &[])], 350)
}

/// A failed pull or an ended container goes into its back-off at once …
fn soon() -> Value {
    let restarts = r#".spec.restartPolicy as $policy
        | ([.status.containerStatuses[]? | select(.state.waiting.reason == "ErrImagePull" or (.state.terminated != null
            and ($policy == "Always" or ($policy == "OnFailure" and .state.terminated.exitCode != 0))))]
        + [.status.initContainerStatuses[]? | select(.state.waiting.reason == "ErrImagePull"
            or ($policy != "Never" and (.state.terminated.exitCode // 0) != 0))])
        | length > 0"#;
    weighted(pod("soon", &[alive(), yes(restarts)], 700), 1)
}

/// … and is tried again after a while, as a kubelet does after 10 s and more.
fn later() -> Value {
    let backs_off = r#"[.status.containerStatuses[]?, .status.initContainerStatuses[]?]
        | any(.state.waiting.reason == "ImagePullBackOff" or .state.waiting.reason == "CrashLoopBackOff")"#;
    pod("later", &[alive(), yes(backs_off)], 10_000)
}

fn probed(delay: u32) -> Value {
    let probes = r#"[.status.containerStatuses[]?, .status.initContainerStatuses[]? | select(.state.running != null and .ready != true) | .name] as $waiting
        | [.spec.containers[], .spec.initContainers[]?]
        | any((.readinessProbe != null or .startupProbe != null) and (.name as $name | $waiting | index($name) != null))"#;
    let from = r#"[.spec.containers[], .spec.initContainers[]? | (.readinessProbe.initialDelaySeconds // 0), (.startupProbe.initialDelaySeconds // 0)]
        | max | "\(. * 1000 + DELAY)ms""#;
    let mut stage = weighted(pod("probed", &[alive(), yes(probes)], delay), 1);
    stage["spec"]["delay"]["durationFrom"] = json!({"expressionFrom": from.replace("DELAY", &delay.to_string())});
    stage
}

fn done() -> Value {
    let ends = r#".status.phase == "Running" and any(.status.containerStatuses[]?; .state.running != null)
        and ((.spec.restartPolicy // "Always") != "Always")"#;
    pod("done", &[alive(), yes(ends)], 1_000)
}

fn delete() -> Value {
    let going = jq(".metadata.deletionTimestamp", "Exists", &[]);
    stage("pod-delete", "Pod", &[going], 300, json!({"delete": true}))
}

fn pod(mode: &str, when: &[Value], delay: u32) -> Value {
    let mut all = vec![jq(".metadata.deletionTimestamp", "DoesNotExist", &[])];
    all.extend_from_slice(when);
    let template = POD.replace("\"MODE\"", &format!("\"{mode}\""));
    stage(&format!("pod-{mode}"), "Pod", &all, delay, json!({"statusTemplate": template}))
}

fn stage(name: &str, kind: &str, when: &[Value], delay: u32, next: Value) -> Value {
    json!({
        "apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "Stage", "metadata": {"name": name},
        "spec": {
            "resourceRef": {"apiGroup": "v1", "kind": kind},
            "selector": {"matchExpressions": when},
            "delay": {"durationMilliseconds": delay},
            "next": next,
        },
    })
}

/// Of several stages that fit, one with a weight goes before those without.
fn weighted(mut stage: Value, weight: u32) -> Value {
    stage["spec"]["weight"] = json!(weight);
    stage
}

fn alive() -> Value {
    jq(".status.phase", "NotIn", &["Succeeded", "Failed"])
}

fn yes(expression: &str) -> Value {
    jq(expression, "In", &["true"])
}

fn jq(key: &str, operator: &str, values: &[&str]) -> Value {
    let mut requirement = json!({"key": key, "operator": operator});
    if !values.is_empty() {
        requirement["values"] = json!(values);
    }
    requirement
}
