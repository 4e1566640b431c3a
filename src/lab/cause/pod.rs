//! One Pod: the scheduler's word, its containers', and what the node waits for.

use serde_json::Value;

use super::{Diagnosis, container, worst};
use crate::lab::object::{self, condition, list, text};
use crate::lab::verdict::Cause;

/// Why a Pod is not ready; `None` when it is, or when it is on its way. `warnings` are those about it, the newest last.
pub(super) fn of(pod: &Value, warnings: &[&Value], restarts_before: i64) -> Option<Diagnosis> {
    let name = object::name(pod).to_owned();
    if let Some(message) = unschedulable(pod) {
        return Some(Diagnosis::stuck(Cause::Unschedulable { pod: name, message: message.to_owned() }));
    }
    let statuses =
        list(pod, &["status", "initContainerStatuses"]).iter().chain(list(pod, &["status", "containerStatuses"]));
    let told = statuses.clone().filter_map(|status| container::of(pod, status, warnings, restarts_before));
    worst(told).or_else(|| {
        let begins = |status: &Value| {
            matches!(text(status, &["state", "waiting", "reason"]), "ContainerCreating" | "PodInitializing")
        };
        statuses.clone().any(begins).then(|| node(name, warnings)).flatten()
    })
}

fn unschedulable(pod: &Value) -> Option<&str> {
    let scheduled = condition(pod, "PodScheduled")?;
    let told = text(scheduled, &["status"]) == "False" && text(scheduled, &["reason"]) == "Unschedulable";
    told.then(|| text(scheduled, &["message"]))
}

/// What the kubelet cannot do before it starts the containers.
fn node(pod: String, warnings: &[&Value]) -> Option<Diagnosis> {
    warnings.iter().rev().find_map(|event| {
        let message = text(event, &["message"]).to_owned();
        match text(event, &["reason"]) {
            "FailedMount" | "FailedAttachVolume" => {
                let what = missing(&message);
                let stuck = what.is_some();
                Some(Diagnosis { cause: Cause::Mount { pod: pod.clone(), what, message }, stuck })
            }
            "FailedCreatePodSandBox" | "NetworkNotReady" => {
                Some(Diagnosis::passing(Cause::Sandbox { pod: pod.clone(), message }))
            }
            _ => None,
        }
    })
}

/// What a message of the kubelet names as missing: `configmap "x" not found` → `ConfigMap x`.
pub(super) fn missing(message: &str) -> Option<String> {
    let kinds =
        [("configmap \"", "ConfigMap"), ("secret \"", "Secret"), ("persistentvolumeclaim \"", "PersistentVolumeClaim")];
    if let Some((_, key)) = message.split_once("references non-existent secret key: ") {
        return Some(format!("Secret {}", key.split_whitespace().next()?));
    }
    if let Some((_, key)) = message.split_once("references non-existent config key: ") {
        return Some(format!("ConfigMap {}", key.split_whitespace().next()?));
    }
    kinds.into_iter().find_map(|(words, kind)| {
        let (name, rest) = message.split_once(words)?.1.split_once('"')?;
        rest.trim_start().starts_with("not found").then(|| format!("{kind} {name}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_scheduler_and_the_kubelet_are_quoted() {
        let pod = json!({"metadata": {"name": "p"}, "status": {"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available"}]}});
        assert_eq!(
            of(&pod, &[], 0).unwrap().cause,
            Cause::Unschedulable { pod: "p".into(), message: "0/3 nodes are available".into() }
        );
    }

    #[test]
    fn a_pod_that_begins_waits_for_what_its_warnings_name() {
        #[track_caller]
        fn check(reason: &str, message: &str, expected: Option<(Option<&str>, bool)>) {
            let pod = json!({"metadata": {"name": "p"}, "status": {"containerStatuses": [{"name": "c", "ready": false, "state": {"waiting": {"reason": "ContainerCreating"}}}]}});
            let event = json!({"reason": reason, "message": message});
            let found = of(&pod, &[&event], 0).map(|found| match found.cause {
                Cause::Mount { what, .. } => (what, found.stuck),
                Cause::Sandbox { .. } => (Some("sandbox".to_owned()), found.stuck),
                other => panic!("{other:?}"),
            });
            assert_eq!(found.as_ref().map(|(what, stuck)| (what.as_deref(), *stuck)), expected, "{message}");
        }
        let mount = "FailedMount";
        check(
            mount,
            "MountVolume.SetUp failed for volume \"cfg\" : configmap \"web-config\" not found",
            Some((Some("ConfigMap web-config"), true)),
        );
        check(
            mount,
            "MountVolume.SetUp failed for volume \"s\" : secret \"tls\" not found",
            Some((Some("Secret tls"), true)),
        );
        check(
            mount,
            "MountVolume.SetUp failed for volume \"cfg\" : configmap references non-existent config key: nope",
            Some((Some("ConfigMap nope"), true)),
        );
        check(
            mount,
            "Unable to attach or mount volumes: unmounted volumes=[data]: timed out waiting for the condition",
            Some((None, false)),
        );
        check(
            "FailedCreatePodSandBox",
            "Failed to create pod sandbox: rpc error: plugin type=\"bridge\" failed",
            Some((Some("sandbox"), false)),
        );
        check("Unhealthy", "Readiness probe failed: x", None);
    }
}
