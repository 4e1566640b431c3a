//! One container's status: what it waits for, how it ended, why it is not ready.

use serde_json::Value;

use super::image::pull_failure;
use super::{Diagnosis, probe};
use crate::lab::object::{self, at, int, list, text};
use crate::lab::verdict::{Cause, Probe, PullFailure};

/// Why a container is not ready; `None` when it is, or when it is on its way.
pub(super) fn of(pod: &Value, status: &Value, warnings: &[&Value], restarts_before: i64) -> Option<Diagnosis> {
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
        | "RegistryUnavailable" => return Some(pull(pod, status, warnings)),
        "CreateContainerConfigError" | "CreateContainerError" | "RunContainerError" | "PreCreateHookError" => {
            return Some(Diagnosis::stuck(Cause::Config { pod: name, container, message: message.into() }));
        }
        _ => {}
    }
    let ready = status.get("ready").and_then(Value::as_bool).unwrap_or(false);
    let restarts = int(status, &["restartCount"]).unwrap_or(0);
    let ended = at(status, &["state", "terminated"]).or_else(|| at(status, &["lastState", "terminated"]));
    let looping = reason == "CrashLoopBackOff";
    let ended_now =
        at(status, &["state", "terminated"]).is_some_and(|state| int(state, &["exitCode"]).unwrap_or(0) != 0);
    let again = restarts > restarts_before && ended.is_some();
    if !(looping || !ready && (ended_now || again)) {
        return unready(pod, status, warnings);
    }
    // Once may be a start before its time; a back-off, or a Pod that is not restarted, is final.
    let stuck = looping || text(pod, &["status", "phase"]) == "Failed";
    if let Some(killed) = killed(ended, warnings, &container) {
        let probe::Failing { probe, said, .. } = killed;
        let said = (!said.is_empty()).then_some(said);
        return Some(Diagnosis { cause: Cause::Probe { pod: name, container, probe, said }, stuck });
    }
    if ended.is_some_and(|ended| text(ended, &["reason"]) == "OOMKilled") {
        let limit = limit(pod, &container);
        return Some(Diagnosis::stuck(Cause::OutOfMemory { pod: name, container, limit }));
    }
    let exit_code = ended.and_then(|ended| int(ended, &["exitCode"]));
    Some(Diagnosis { cause: Cause::Crash { pod: name, container, exit_code, restarts }, stuck })
}

/// The probe that made the kubelet end the last run: it failed while that ran, and the run did not end otherwise.
fn killed<'a>(ended: Option<&Value>, warnings: &[&'a Value], container: &str) -> Option<probe::Failing<'a>> {
    let ended = ended.filter(|ended| text(ended, &["reason"]) != "OOMKilled")?;
    let failing = probe::failing(warnings, container, |probe| probe != Probe::Readiness)?;
    let second = |time: &str| time.chars().take(19).collect::<String>();
    let during = second(failing.at) >= second(text(ended, &["startedAt"]));
    during.then_some(failing)
}

fn pull(pod: &Value, status: &Value, warnings: &[&Value]) -> Diagnosis {
    let reason = text(status, &["state", "waiting", "reason"]);
    let image = image(pod, status);
    let mut failure = pull_failure(reason, text(status, &["state", "waiting", "message"]));
    if failure == PullFailure::Other {
        // While it backs off only the event has the registry's words.
        let told = warnings.iter().rev().map(|event| text(event, &["message"]));
        let told = told.filter(|message| message.starts_with("Failed to pull image") && message.contains(&image));
        failure = told.map(|message| pull_failure(reason, message)).next().unwrap_or(failure);
    }
    // The first failure may be the network's; backing off is what stays.
    let stuck = reason != "ErrImagePull" || !matches!(failure, PullFailure::Offline | PullFailure::Other);
    Diagnosis {
        cause: Cause::ImagePull { pod: object::name(pod).to_owned(), image, failure, reason: reason.into() },
        stuck,
    }
}

/// A container that runs and is not ready, where that matters.
fn unready(pod: &Value, status: &Value, warnings: &[&Value]) -> Option<Diagnosis> {
    let (name, container) = (object::name(pod).to_owned(), text(status, &["name"]).to_owned());
    let ready = status.get("ready").and_then(Value::as_bool).unwrap_or(false);
    let main = list(pod, &["status", "containerStatuses"]).iter().any(|other| std::ptr::eq(other, status));
    if ready || at(status, &["state", "running"]).is_none() || !(main || is_sidecar(pod, &container)) {
        return None;
    }
    let started = status.get("started").and_then(Value::as_bool).unwrap_or(true);
    let cause = match probe::holding(spec_of(pod, &container), started) {
        Some(probe) => {
            let failing = probe::failing(warnings, &container, |of| of == probe).map(|failing| failing.said);
            let said = failing.filter(|said| !said.is_empty());
            Cause::Probe { pod: name, container, probe, said }
        }
        None => Cause::Unready { pod: name, container },
    };
    Some(Diagnosis::passing(cause))
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

#[cfg(test)]
mod tests {
    use super::super::pod::of as of_pod_with;
    use super::*;
    use serde_json::json;

    fn of_pod(pod: &Value, before: i64) -> Option<Diagnosis> {
        of_pod_with(pod, &[], before)
    }

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
    fn while_it_backs_off_the_event_says_why() {
        let event = json!({"reason": "Failed", "message": "Failed to pull image \"nginx:nope\": rpc error: code = Unknown desc = dial tcp: lookup registry-1.docker.io: no such host"});
        let found = of_pod_with(&waiting("ImagePullBackOff", "Back-off pulling image"), &[&event], 0).unwrap();
        assert!(matches!(found.cause, Cause::ImagePull { failure: PullFailure::Offline, .. }), "{found:?}");
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
    fn what_a_liveness_probe_ended_is_no_crash_of_its_own() {
        let mut pod = waiting("CrashLoopBackOff", "back-off 10s");
        pod["status"]["containerStatuses"][0]["lastState"] =
            json!({"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": "2026-01-01T00:00:10Z"}});
        let event = |at: &str| json!({"reason": "Unhealthy", "message": "Liveness probe failed: HTTP probe failed with statuscode: 404", "involvedObject": {"fieldPath": "spec.containers{c}"}, "lastTimestamp": at});
        let (during, before) = (event("2026-01-01T00:00:40Z"), event("2026-01-01T00:00:05Z"));
        let expected = Cause::Probe {
            pod: "web-1".into(),
            container: "c".into(),
            probe: Probe::Liveness,
            said: Some("HTTP probe failed with statuscode: 404".into()),
        };
        assert_eq!(of_pod_with(&pod, &[&during], 0), Some(Diagnosis::stuck(expected)));
        assert!(matches!(of_pod_with(&pod, &[&before], 0).unwrap().cause, Cause::Crash { .. }));
        pod["status"]["containerStatuses"][0]["lastState"]["terminated"]["reason"] = json!("OOMKilled");
        assert!(matches!(of_pod_with(&pod, &[&during], 0).unwrap().cause, Cause::OutOfMemory { .. }));
    }

    #[test]
    fn restarts_before_this_run_are_no_crash() {
        let status = json!({"name": "c", "ready": false, "restartCount": 5, "state": {"running": {}}, "lastState": {"terminated": {"exitCode": 1}}});
        let pod = json!({"metadata": {"name": "web-1", "uid": "u"}, "status": {"containerStatuses": [status]}});
        assert!(matches!(of_pod(&pod, 5), Some(Diagnosis { cause: Cause::Unready { .. }, stuck: false })));
        assert!(matches!(of_pod(&pod, 4), Some(Diagnosis { cause: Cause::Crash { .. }, .. })));
    }

    #[test]
    fn a_running_container_is_held_back_by_the_probe_it_has() {
        #[track_caller]
        fn check(spec: Value, started: bool, message: &str, expected: Option<(Probe, Option<&str>)>) {
            let status =
                json!({"name": "c", "ready": false, "started": started, "restartCount": 0, "state": {"running": {}}});
            let mut container = json!({"name": "c"});
            crate::lab::testing::merge(&mut container, &spec);
            let pod = json!({"metadata": {"name": "p"}, "spec": {"containers": [container]}, "status": {"containerStatuses": [status]}});
            let event = json!({"reason": "Unhealthy", "message": message, "involvedObject": {"fieldPath": "spec.containers{c}"}});
            match (of_pod_with(&pod, &[&event], 0).unwrap().cause, expected) {
                (Cause::Probe { probe, said, .. }, Some(expected)) => assert_eq!((probe, said.as_deref()), expected),
                (Cause::Unready { .. }, None) => {}
                (other, _) => panic!("{other:?}"),
            }
        }
        let refused = "Readiness probe failed: dial tcp 10.0.0.1:81: connect: connection refused";
        let said = Some("dial tcp 10.0.0.1:81: connect: connection refused");
        check(json!({"readinessProbe": {}}), true, refused, Some((Probe::Readiness, said)));
        check(json!({"readinessProbe": {}}), true, "Liveness probe failed: x", Some((Probe::Readiness, None)));
        check(
            json!({"readinessProbe": {}, "startupProbe": {}}),
            false,
            "Startup probe failed: x",
            Some((Probe::Startup, Some("x"))),
        );
        check(json!({}), true, refused, None);
    }

    #[test]
    fn what_the_kubelet_cannot_make_is_quoted() {
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
