//! Why a workload is not ready, from its Pods' own status. It reads what the kubelet and the scheduler wrote; it does not
//! guess from names.

use std::collections::BTreeMap;

use serde_json::Value;

use super::around::Around;
use super::memory::Restarts;
use super::object::{self, at, condition, int, list, text};
use super::verdict::{Cause, PullFailure};

/// A cause, and whether it comes right by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// The cause.
    pub cause: Cause,
    /// It does not come right by itself: `failFast` ends `within`.
    pub stuck: bool,
}

/// Why an object is not ready, as its Pods and ReplicaSets tell; `restarts` by Pod uid say from where counting begins. What is stuck is told before what may still come right.
pub fn diagnose(around: &Around<'_>, restarts: &BTreeMap<String, Restarts>) -> Option<Diagnosis> {
    let refused = around.replica_sets.iter().find_map(|set| {
        let failure = condition(set, "ReplicaFailure").filter(|condition| text(condition, &["status"]) == "True")?;
        Some(Diagnosis { cause: Cause::Refused { message: text(failure, &["message"]).to_owned() }, stuck: true })
    });
    let pods =
        around.pods.iter().filter_map(|pod| of_pod(pod, restarts.get(object::uid(pod)).map_or(0, |known| known.base)));
    let mut all: Vec<Diagnosis> = refused.into_iter().chain(pods).collect();
    let first_stuck = all.iter().position(|diagnosis| diagnosis.stuck).unwrap_or(0);
    (!all.is_empty()).then(|| all.swap_remove(first_stuck))
}

/// Why a Pod is not ready; `None` when it is, or when it is on its way.
pub fn of_pod(pod: &Value, restarts_before: i64) -> Option<Diagnosis> {
    let name = object::name(pod).to_owned();
    if let Some(message) = unschedulable(pod) {
        return Some(Diagnosis { cause: Cause::Unschedulable { pod: name, message }, stuck: true });
    }
    let init = list(pod, &["status", "initContainerStatuses"]);
    let main = list(pod, &["status", "containerStatuses"]);
    let all: Vec<Diagnosis> =
        init.iter().chain(main).filter_map(|status| of_container(pod, status, restarts_before)).collect();
    let stuck = all.iter().position(|diagnosis| diagnosis.stuck).unwrap_or(0);
    all.into_iter().nth(stuck)
}

fn unschedulable(pod: &Value) -> Option<String> {
    let scheduled = condition(pod, "PodScheduled")?;
    let told = text(scheduled, &["status"]) == "False" && text(scheduled, &["reason"]) == "Unschedulable";
    told.then(|| text(scheduled, &["message"]).to_owned())
}

fn of_container(pod: &Value, status: &Value, restarts_before: i64) -> Option<Diagnosis> {
    let name = object::name(pod).to_owned();
    let container = text(status, &["name"]).to_owned();
    let reason = text(status, &["state", "waiting", "reason"]);
    let message = text(status, &["state", "waiting", "message"]);
    match reason {
        "ErrImagePull"
        | "ImagePullBackOff"
        | "InvalidImageName"
        | "ErrImageNeverPull"
        | "ImageInspectError"
        | "RegistryUnavailable" => {
            let failure = pull_failure(reason, message);
            // The first failure may be the network's; backing off is what stays.
            let stuck = reason != "ErrImagePull" || !matches!(failure, PullFailure::Offline | PullFailure::Other);
            let image = image(pod, status);
            return Some(Diagnosis {
                cause: Cause::ImagePull { pod: name, image, failure, reason: reason.into() },
                stuck,
            });
        }
        "CreateContainerConfigError" | "CreateContainerError" | "RunContainerError" | "PreCreateHookError" => {
            return Some(Diagnosis {
                cause: Cause::Config { pod: name, container, message: message.into() },
                stuck: true,
            });
        }
        _ => {}
    }
    let ready = status.get("ready").and_then(Value::as_bool).unwrap_or(false);
    let restarts = int(status, &["restartCount"]).unwrap_or(0);
    let ended = at(status, &["state", "terminated"]).or_else(|| at(status, &["lastState", "terminated"]));
    let looping = reason == "CrashLoopBackOff";
    let ended_now =
        at(status, &["state", "terminated"]).is_some_and(|state| int(state, &["exitCode"]).unwrap_or(0) != 0);
    let exits = !ready && (ended_now || (restarts > restarts_before && ended.is_some()));
    if looping || exits {
        let reason = ended.map_or("", |ended| text(ended, &["reason"]));
        if reason == "OOMKilled" {
            let limit = limit(pod, &container);
            return Some(Diagnosis { cause: Cause::OutOfMemory { pod: name, container, limit }, stuck: true });
        }
        let exit_code = ended.and_then(|ended| int(ended, &["exitCode"]));
        // Once may be a start before its time; a back-off, or a Pod that is not restarted, is final.
        let stuck = looping || text(pod, &["status", "phase"]) == "Failed";
        return Some(Diagnosis { cause: Cause::Crash { pod: name, container, exit_code, restarts }, stuck });
    }
    let running = at(status, &["state", "running"]).is_some();
    let main = list(pod, &["status", "containerStatuses"]).iter().any(|other| std::ptr::eq(other, status));
    let unready = running && !ready && (main || is_sidecar(pod, &container));
    unready.then_some(Diagnosis { cause: Cause::Unready { pod: name, container }, stuck: false })
}

fn spec_of<'a>(pod: &'a Value, container: &str) -> Option<&'a Value> {
    let named = |key| list(pod, &["spec", key]).iter().find(|spec| text(spec, &["name"]) == container);
    named("containers").or_else(|| named("initContainers"))
}

fn is_sidecar(pod: &Value, container: &str) -> bool {
    spec_of(pod, container).is_some_and(|spec| text(spec, &["restartPolicy"]) == "Always")
}

fn limit(pod: &Value, container: &str) -> Option<String> {
    match at(spec_of(pod, container)?, &["resources", "limits", "memory"])? {
        Value::String(limit) => Some(limit.clone()),
        other => Some(other.to_string()),
    }
}

/// The image as the learner wrote it.
fn image(pod: &Value, status: &Value) -> String {
    let written = spec_of(pod, text(status, &["name"])).map_or("", |spec| text(spec, &["image"]));
    if written.is_empty() { text(status, &["image"]).to_owned() } else { written.to_owned() }
}

/// Container runtimes pass on what registries say, in their own words.
fn pull_failure(reason: &str, message: &str) -> PullFailure {
    let says = |words: &[&str]| words.iter().any(|word| message.to_ascii_lowercase().contains(word));
    if reason == "InvalidImageName" || says(&["invalidimagename", "invalid reference format", "couldn't parse image"]) {
        return PullFailure::InvalidName;
    }
    let offline = [
        "no such host",
        "i/o timeout",
        "connection refused",
        "network is unreachable",
        "no route to host",
        "tls handshake timeout",
        "server misbehaving",
        "deadline exceeded",
        "connection reset",
        "temporary failure",
    ];
    if says(&offline) {
        return PullFailure::Offline;
    }
    // Docker Hub answers "denied" for repositories that do not exist, and says so in the same breath.
    if reason == "ErrImageNeverPull"
        || says(&["repository does not exist", "not found", "notfound", "manifest unknown", "name unknown"])
    {
        return PullFailure::NotFound;
    }
    if says(&[
        "unauthorized",
        "denied",
        "forbidden",
        "authentication required",
        "authorization failed",
        "no basic auth",
        "401",
        "403",
    ]) {
        return PullFailure::Unauthorized;
    }
    PullFailure::Other
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn waiting(reason: &str, message: &str) -> Value {
        json!({"metadata": {"name": "web-1", "uid": "u"}, "spec": {"containers": [{"name": "c", "image": "nginx:nope", "resources": {"limits": {"memory": "64Mi"}}}]},
            "status": {"phase": "Pending", "containerStatuses": [{"name": "c", "ready": false, "restartCount": 0, "state": {"waiting": {"reason": reason, "message": message}}}]}})
    }

    #[track_caller]
    fn pull(reason: &str, message: &str, expected: PullFailure, stuck: bool) {
        let found = of_pod(&waiting(reason, message), 0).unwrap();
        let Cause::ImagePull { failure, image, .. } = &found.cause else { panic!("{found:?}") };
        assert_eq!((*failure, image.as_str(), found.stuck), (expected, "nginx:nope", stuck), "{message}");
    }

    #[test]
    fn image_failures_are_told_apart() {
        pull("ImagePullBackOff", "Back-off pulling image \"nginx:nope\"", PullFailure::Other, true);
        pull(
            "ErrImagePull",
            "rpc error: code = NotFound desc = docker.io/library/nginx:nope: not found",
            PullFailure::NotFound,
            true,
        );
        pull(
            "ErrImagePull",
            "pull access denied, repository does not exist or may require authorization",
            PullFailure::NotFound,
            true,
        );
        pull("ErrImagePull", "failed to authorize: 401 Unauthorized", PullFailure::Unauthorized, true);
        pull("ErrImagePull", "dial tcp: lookup registry-1.docker.io: no such host", PullFailure::Offline, false);
        pull("InvalidImageName", "couldn't parse image name", PullFailure::InvalidName, true);
        pull(
            "ErrImageNeverPull",
            "Container image is not present with pull policy of Never",
            PullFailure::NotFound,
            true,
        );
    }

    #[test]
    fn crashes_carry_the_exit_code() {
        let mut pod = waiting("CrashLoopBackOff", "back-off 10s");
        pod["status"]["containerStatuses"][0]["lastState"] = json!({"terminated": {"exitCode": 3, "reason": "Error"}});
        pod["status"]["containerStatuses"][0]["restartCount"] = json!(4);
        let expected = Cause::Crash { pod: "web-1".into(), container: "c".into(), exit_code: Some(3), restarts: 4 };
        assert_eq!(of_pod(&pod, 0), Some(Diagnosis { cause: expected, stuck: true }));
    }

    #[test]
    fn killed_for_memory_tells_the_limit() {
        let mut pod = waiting("CrashLoopBackOff", "");
        pod["status"]["containerStatuses"][0]["lastState"] =
            json!({"terminated": {"exitCode": 137, "reason": "OOMKilled"}});
        let expected = Cause::OutOfMemory { pod: "web-1".into(), container: "c".into(), limit: Some("64Mi".into()) };
        assert_eq!(of_pod(&pod, 0), Some(Diagnosis { cause: expected, stuck: true }));
    }

    #[test]
    fn restarts_before_this_run_are_no_crash() {
        let status = json!({"name": "c", "ready": false, "restartCount": 5, "state": {"running": {}}, "lastState": {"terminated": {"exitCode": 1}}});
        let pod = json!({"metadata": {"name": "web-1", "uid": "u"}, "status": {"containerStatuses": [status]}});
        assert!(matches!(of_pod(&pod, 5), Some(Diagnosis { cause: Cause::Unready { .. }, stuck: false })));
        assert!(matches!(of_pod(&pod, 4), Some(Diagnosis { cause: Cause::Crash { .. }, .. })));
    }

    #[test]
    fn the_scheduler_and_the_kubelet_are_quoted() {
        let pod = json!({"metadata": {"name": "p"}, "status": {"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available"}]}});
        assert_eq!(
            of_pod(&pod, 0).unwrap().cause,
            Cause::Unschedulable { pod: "p".into(), message: "0/3 nodes are available".into() }
        );
        let found = of_pod(&waiting("CreateContainerConfigError", "configmap \"x\" not found"), 0).unwrap();
        assert_eq!(
            found.cause,
            Cause::Config { pod: "web-1".into(), container: "c".into(), message: "configmap \"x\" not found".into() }
        );
        assert_eq!(of_pod(&waiting("ContainerCreating", ""), 0), None);
    }

    #[test]
    fn init_containers_and_native_sidecars_tell_too() {
        let status = |ready: bool| json!({"name": "log", "ready": ready, "restartCount": 0, "state": {"running": {}}});
        let pod = |policy: Value, ready| json!({"metadata": {"name": "p"}, "spec": {"initContainers": [{"name": "log", "restartPolicy": policy}]}, "status": {"initContainerStatuses": [status(ready)]}});
        assert!(matches!(
            of_pod(&pod(json!("Always"), false), 0),
            Some(Diagnosis { cause: Cause::Unready { .. }, .. })
        ));
        assert_eq!(of_pod(&pod(json!(null), false), 0), None);
        assert_eq!(of_pod(&pod(json!("Always"), true), 0), None);
    }
}
