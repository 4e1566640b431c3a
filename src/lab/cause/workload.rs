//! Workloads: what refuses their Pods, what their Pods tell, and which Pod holds up the rest.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Diagnosis, pod, refused, worst};
use crate::lab::around::Around;
use crate::lab::memory::Restarts;
use crate::lab::object::{self, condition, int, text};
use crate::lab::select::View;
use crate::lab::verdict::Cause;

pub(super) fn of(view: &View<'_>, object: &Value, restarts: &BTreeMap<String, Restarts>) -> Option<Diagnosis> {
    let around = view.around(object);
    let refusal = refusal(view, object, &around).map(|message| Diagnosis::stuck(refused(message)));
    let told = worst(refusal.into_iter().chain(pods(view, &around, restarts)));
    // That nothing more is made says less than why the one Pod is not ready.
    told.or_else(|| first_pod(object, &around).map(|pod| Diagnosis::passing(Cause::FirstPod { pod })))
}

/// What the Pods around an object tell.
pub(super) fn pods(view: &View<'_>, around: &Around<'_>, restarts: &BTreeMap<String, Restarts>) -> Vec<Diagnosis> {
    let base = |pod: &Value| restarts.get(object::uid(pod)).map_or(0, |known| known.base);
    around.pods.iter().filter_map(|pod| pod::of(pod, view.warnings(object::uid(pod)), base(pod))).collect()
}

/// The message of whoever does not let Pods be made.
fn refusal<'v>(view: &'v View<'_>, object: &'v Value, around: &Around<'v>) -> Option<&'v str> {
    let own = std::iter::once(object).chain(around.replica_sets.iter().copied());
    let failure = own
        .filter_map(|object| condition(object, "ReplicaFailure"))
        .find(|condition| text(condition, &["status"]) == "True");
    if let Some(failure) = failure {
        return Some(text(failure, &["message"]));
    }
    // Other controllers say it in an event only, which stays when it is long put right.
    let wanted = match object::kind(object) {
        "StatefulSet" => int(object, &["spec", "replicas"]).unwrap_or(1),
        "DaemonSet" => int(object, &["status", "desiredNumberScheduled"]).unwrap_or(0),
        "Job" => int(object, &["spec", "parallelism"]).unwrap_or(1),
        _ => return None,
    };
    let missing = i64::try_from(around.pods.len()).is_ok_and(|there| there < wanted);
    let warning = view.warnings(object::uid(object)).iter().rev().find(|e| text(e, &["reason"]) == "FailedCreate");
    let message = text(warning.filter(|_| missing)?, &["message"]);
    // `create Pod web-0 in StatefulSet web failed error: pods "web-0" is forbidden: …`, `Error creating: pods …`
    Some(message.split_once("failed error: ").or(message.split_once("Error creating: ")).map_or(message, |(_, m)| m))
}

/// The Pod that a StatefulSet waits for.
fn first_pod(object: &Value, around: &Around<'_>) -> Option<String> {
    let ordered = text(object, &["spec", "podManagementPolicy"]) != "Parallel";
    let wanted = int(object, &["spec", "replicas"]).unwrap_or(1);
    if object::kind(object) != "StatefulSet" || !ordered || around.pods.is_empty() {
        return None;
    }
    let missing = i64::try_from(around.pods.len()).is_ok_and(|there| there < wanted);
    let unready = around.pods.iter().find(|pod| !object::holds(pod, "Ready"))?;
    missing.then(|| object::name(unready).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::select::View;
    use crate::lab::testing::observe;
    use crate::lab::verdict::Refusal;
    use serde_json::json;

    fn set() -> Value {
        json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db", "namespace": "shop", "uid": "s"}, "spec": {"replicas": 2}})
    }

    fn pod(name: &str) -> Value {
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "shop", "uid": name, "ownerReferences": [{"uid": "s", "kind": "StatefulSet", "controller": true}]}, "status": {"phase": "Pending"}})
    }

    fn event(reason: &str, message: &str) -> Value {
        json!({"apiVersion": "v1", "kind": "Event", "metadata": {"name": "e", "namespace": "shop"}, "type": "Warning", "reason": reason, "message": message,
            "involvedObject": {"kind": "StatefulSet", "name": "db", "uid": "s"}, "lastTimestamp": "2026-01-01T00:00:00Z"})
    }

    #[track_caller]
    fn check(objects: Value, expected: Option<&str>) -> Option<Diagnosis> {
        let observation = observe(objects);
        let found = of(&View::new(&observation), &set(), &BTreeMap::new());
        assert_eq!(found.as_ref().map(|found| found.cause.name()), expected);
        found
    }

    #[test]
    fn a_stateful_set_waits_for_its_first_pod() {
        let found = check(json!([set(), pod("db-0")]), Some("first-pod")).unwrap();
        assert_eq!(found, Diagnosis::passing(Cause::FirstPod { pod: "db-0".into() }));
        check(json!([set()]), None);
        check(json!([set(), pod("db-0"), pod("db-1")]), None);
    }

    #[test]
    fn what_only_an_event_says_is_told_while_pods_are_missing() {
        let message = "create Pod db-0 in StatefulSet db failed error: pods \"db-0\" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2";
        let found = check(json!([set(), event("FailedCreate", message)]), Some("quota")).unwrap();
        let Cause::Refused { refusal: Refusal::Quota { quota, .. }, message: told } = found.cause else { panic!() };
        assert_eq!(
            (quota.as_str(), told.starts_with("pods \"db-0\" is forbidden"), found.stuck),
            ("small", true, true)
        );
        check(json!([set(), pod("db-0"), pod("db-1"), event("FailedCreate", message)]), None);
        check(json!([set(), event("RecreatingFailedPod", "x")]), None);
    }
}
