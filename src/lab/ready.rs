//! Whether an object has become what its spec asks for: kstatus, with corrections where it is too kind for learners.
//!
//! - Deployment, StatefulSet, DaemonSet: every Pod is of the newest spec, none is old, all are available; a rollout that
//!   is paused half way is not ready. What a StatefulSet's `partition` leaves old is meant to be old.
//! - Job: Complete, not merely running. A Pod: the Ready condition, or Succeeded. A Service: a ready endpoint, unless it
//!   has no selector or is an ExternalName.
//! - Custom resources: `Ready`, or `Available`. Kinds that report nothing have no contract, see [`has_contract`].
//! - A workload scaled to zero is [`Readiness::Zero`]: nothing stands for it, so it satisfies only who asks for zero.

use serde_json::Value;

use super::around::Around;
use super::object::{self, at, condition, holds, int, text};
use super::verdict::{Actual, Cause, Expected, Reason};

/// Whether an object is ready.
#[derive(Clone, Debug, PartialEq)]
pub enum Readiness {
    /// As its spec asks.
    Ready,
    /// As its spec asks, which is for nothing.
    Zero,
    /// Not, or not yet.
    NotReady(Box<Unready>),
    /// What decides it cannot be asked.
    Unknown(Reason),
}

/// Why an object is not ready.
#[derive(Clone, Debug, PartialEq)]
pub struct Unready {
    /// The field that tells.
    pub path: Option<String>,
    /// What had to be.
    pub expected: Expected,
    /// What is.
    pub actual: Actual,
    /// Why, as far as the object itself tells.
    pub cause: Option<Cause>,
    /// It does not come right by itself.
    pub stuck: bool,
}

/// Whether `ready` means something for a kind; the loader refuses it otherwise ("use match or cel").
pub fn has_contract(api_version: &str, kind: &str) -> bool {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let builtin = matches!(group, "" | "apps" | "batch" | "autoscaling" | "policy" | "extensions")
        || group.ends_with(".k8s.io") && !matches!(group, "gateway.networking.k8s.io" | "metrics.k8s.io");
    !builtin
        || matches!(
            kind,
            "Deployment"
                | "StatefulSet"
                | "DaemonSet"
                | "ReplicaSet"
                | "ReplicationController"
                | "Pod"
                | "Job"
                | "Service"
                | "PersistentVolumeClaim"
                | "PersistentVolume"
                | "Namespace"
                | "Node"
                | "PodDisruptionBudget"
                | "HorizontalPodAutoscaler"
                | "CustomResourceDefinition"
                | "APIService"
        )
}

/// Whether an object is ready, given what stands around it.
pub fn ready(object: &Value, around: &Around<'_>) -> Readiness {
    match unready(object, around) {
        Err(reason) => Readiness::Unknown(reason),
        Ok(Some(unready)) => Readiness::NotReady(Box::new(unready)),
        Ok(None) if wants_none(object) => Readiness::Zero,
        Ok(None) => Readiness::Ready,
    }
}

/// Whether a workload's spec asks for no Pods at all.
pub(super) fn wants_none(object: &Value) -> bool {
    match object::kind(object) {
        "Deployment" | "StatefulSet" | "ReplicaSet" | "ReplicationController" => {
            int(object, &["spec", "replicas"]) == Some(0)
        }
        "DaemonSet" => int(object, &["status", "desiredNumberScheduled"]) == Some(0) && observed(object),
        _ => false,
    }
}

fn observed(object: &Value) -> bool {
    int(object, &["status", "observedGeneration"]).unwrap_or(0) >= int(object, &["metadata", "generation"]).unwrap_or(0)
}

fn because(actual: &str) -> Unready {
    Unready {
        path: None,
        expected: Expected::Ready(None),
        actual: Actual::NotReady(actual.to_owned()),
        cause: None,
        stuck: false,
    }
}

fn caused(actual: &str, cause: Cause, stuck: bool) -> Unready {
    Unready { cause: Some(cause), stuck, ..because(actual) }
}

fn counted(path: &str, ready: i64, wanted: i64) -> Unready {
    Unready {
        path: Some(format!("status.{path}")),
        expected: Expected::Ready(Some(wanted)),
        actual: Actual::Ready { ready, wanted },
        ..because("")
    }
}

/// Pods of the newest template are missing: old ones may be ready, so their number would mislead.
fn behind(updated: i64, wanted: i64) -> Unready {
    Unready { actual: Actual::Updated { updated, wanted }, ..counted("updatedReplicas", updated, wanted) }
}

fn too_many(replicas: i64, wanted: i64) -> Unready {
    let there = u64::try_from(replicas).unwrap_or(0);
    Unready { actual: Actual::Count(there), ..counted("replicas", replicas, wanted) }
}

fn unready(object: &Value, around: &Around<'_>) -> Result<Option<Unready>, Reason> {
    if object::is_deleting(object) {
        return Ok(Some(caused("Terminating", super::cause::leaving(object), false)));
    }
    let kind = object::kind(object);
    // Controllers of workloads always report what they have seen; nothing reported means nothing seen.
    let reports = matches!(kind, "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
        || int(object, &["status", "observedGeneration"]).is_some();
    if reports && !observed(object) {
        return Ok(Some(caused("observedGeneration", Cause::Stale, false)));
    }
    Ok(match kind {
        "Deployment" => deployment(object),
        "StatefulSet" => stateful_set(object),
        "DaemonSet" => daemon_set(object),
        "ReplicaSet" | "ReplicationController" => replica_set(object),
        "Pod" => pod(object),
        "Job" => job(object),
        "Service" => return service(object, around),
        "PersistentVolumeClaim" => phase(object, &["Bound"]),
        "PersistentVolume" => phase(object, &["Bound", "Available"]),
        "Namespace" => phase(object, &["Active"]),
        "Node" => needs(object, "Ready"),
        "CustomResourceDefinition" => needs(object, "Established"),
        "APIService" => needs(object, "Available"),
        "HorizontalPodAutoscaler" => needs(object, "ScalingActive"),
        "PodDisruptionBudget" => {
            let (healthy, wanted) = (status(object, "currentHealthy"), status(object, "desiredHealthy"));
            (healthy < wanted).then(|| counted("currentHealthy", healthy, wanted))
        }
        _ if !has_contract(text(object, &["apiVersion"]), kind) => None,
        _ => match condition(object, "Ready") {
            None if condition(object, "Available").is_some() => needs(object, "Available"),
            _ => needs(object, "Ready"),
        },
    })
}

fn status(object: &Value, key: &str) -> i64 {
    int(object, &["status", key]).unwrap_or(0)
}

fn wanted(object: &Value) -> i64 {
    int(object, &["spec", "replicas"]).unwrap_or(1)
}

fn refused(object: &Value) -> Option<Unready> {
    let failure = condition(object, "ReplicaFailure").filter(|condition| text(condition, &["status"]) == "True")?;
    Some(Unready {
        cause: Some(super::cause::refused(text(failure, &["message"]))),
        stuck: true,
        ..counted("readyReplicas", status(object, "readyReplicas"), wanted(object))
    })
}

fn deployment(object: &Value) -> Option<Unready> {
    let wanted = wanted(object);
    let (replicas, updated) = (status(object, "replicas"), status(object, "updatedReplicas"));
    let ready = status(object, "readyReplicas").min(status(object, "availableReplicas"));
    let count = || counted("readyReplicas", ready, wanted);
    if let Some(refused) = refused(object) {
        return Some(refused);
    }
    let progressing = condition(object, "Progressing");
    if progressing.is_some_and(|condition| text(condition, &["reason"]) == "ProgressDeadlineExceeded") {
        return Some(Unready { cause: Some(Cause::Deadline), stuck: true, ..count() });
    }
    let paused = at(object, &["spec", "paused"]) == Some(&Value::Bool(true));
    if paused && (updated < wanted || replicas > updated) {
        return Some(Unready { cause: Some(Cause::Paused), stuck: true, ..count() });
    }
    if updated < wanted {
        return Some(behind(updated, wanted));
    }
    if replicas > updated {
        let cause = Cause::OldPods { count: u64::try_from(replicas - updated).unwrap_or(0) };
        return Some(Unready { cause: Some(cause), ..count() });
    }
    if replicas > wanted {
        return Some(too_many(replicas, wanted));
    }
    (ready < wanted).then(count)
}

fn stateful_set(object: &Value) -> Option<Unready> {
    let wanted = wanted(object);
    let ready = status(object, "readyReplicas");
    let ready = int(object, &["status", "availableReplicas"]).map_or(ready, |available| available.min(ready));
    let partition = int(object, &["spec", "updateStrategy", "rollingUpdate", "partition"]).unwrap_or(0);
    let (current, update) = (text(object, &["status", "currentRevision"]), text(object, &["status", "updateRevision"]));
    let old = (wanted - partition).max(0) - status(object, "updatedReplicas");
    if !update.is_empty() && current != update && old > 0 {
        let cause = Cause::OldPods { count: u64::try_from(old).unwrap_or(0) };
        return Some(Unready { cause: Some(cause), ..behind(status(object, "updatedReplicas"), wanted) });
    }
    if status(object, "replicas") > wanted {
        return Some(too_many(status(object, "replicas"), wanted));
    }
    (ready < wanted).then(|| counted("readyReplicas", ready, wanted))
}

fn daemon_set(object: &Value) -> Option<Unready> {
    let wanted = status(object, "desiredNumberScheduled");
    let updated = status(object, "updatedNumberScheduled");
    if updated < wanted {
        let cause = Cause::OldPods { count: u64::try_from(wanted - updated).unwrap_or(0) };
        let current = status(object, "currentNumberScheduled") >= wanted;
        return Some(Unready { cause: current.then_some(cause), ..counted("updatedNumberScheduled", updated, wanted) });
    }
    let ready = status(object, "numberReady").min(status(object, "numberAvailable"));
    (ready < wanted).then(|| counted("numberReady", ready, wanted))
}

fn replica_set(object: &Value) -> Option<Unready> {
    let wanted = wanted(object);
    if let Some(refused) = refused(object) {
        return Some(refused);
    }
    if status(object, "replicas") > wanted {
        return Some(too_many(status(object, "replicas"), wanted));
    }
    let ready = status(object, "readyReplicas").min(status(object, "availableReplicas"));
    (ready < wanted).then(|| counted("readyReplicas", ready, wanted))
}

fn pod(object: &Value) -> Option<Unready> {
    match text(object, &["status", "phase"]) {
        "Succeeded" => None,
        "Failed" => {
            let reason = text(object, &["status", "reason"]);
            Some(Unready { stuck: true, ..because(if reason.is_empty() { "Failed" } else { reason }) })
        }
        _ => needs(object, "Ready"),
    }
}

fn job(object: &Value) -> Option<Unready> {
    if holds(object, "Complete") {
        return None;
    }
    if let Some(failed) = condition(object, "Failed").filter(|condition| text(condition, &["status"]) == "True") {
        let (reason, message) = (text(failed, &["reason"]).to_owned(), text(failed, &["message"]).to_owned());
        return Some(caused("Failed", Cause::JobFailed { reason, message }, true));
    }
    if at(object, &["spec", "suspend"]) == Some(&Value::Bool(true)) {
        return Some(Unready { stuck: true, ..because("Suspended") });
    }
    let wanted = int(object, &["spec", "completions"]).unwrap_or(1);
    Some(counted("succeeded", status(object, "succeeded"), wanted))
}

fn service(object: &Value, around: &Around<'_>) -> Result<Option<Unready>, Reason> {
    let selector = at(object, &["spec", "selector"]).and_then(Value::as_object).filter(|selector| !selector.is_empty());
    if selector.filter(|_| text(object, &["spec", "type"]) != "ExternalName").is_none() {
        return Ok(None);
    }
    if let Some(reason) = &around.unknown {
        return Err(reason.clone());
    }
    let takes = !object::list(object, &["spec", "ports"]).is_empty();
    // A slice without ports is what a named targetPort leaves that no container has.
    let open = around.slices.iter().filter(|slice| !takes || !object::list(slice, &["ports"]).is_empty());
    let endpoints = open.flat_map(|slice| object::list(slice, &["endpoints"]));
    // Absent means ready, says the API.
    let ready = |endpoint: &&Value| at(endpoint, &["conditions", "ready"]).and_then(Value::as_bool).unwrap_or(true);
    if endpoints.filter(ready).count() > 0 {
        return Ok(None);
    }
    let unready = Unready { actual: Actual::Ready { ready: 0, wanted: 1 }, ..because("") };
    Ok(Some(unready))
}

fn phase(object: &Value, wanted: &[&str]) -> Option<Unready> {
    let phase = text(object, &["status", "phase"]);
    (!wanted.contains(&phase)).then(|| Unready { path: Some("status.phase".into()), ..because(phase) })
}

/// A condition that must be True.
pub(super) fn needs(object: &Value, kind: &str) -> Option<Unready> {
    if holds(object, kind) {
        return None;
    }
    let told = condition(object, kind).map_or("", |condition| {
        let reason = text(condition, &["reason"]);
        if reason.is_empty() { text(condition, &["status"]) } else { reason }
    });
    Some(Unready {
        path: Some(format!("status.conditions[{kind}]")),
        expected: Expected::Condition(kind.to_owned()),
        ..because(told)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::testing::merge;
    use serde_json::json;

    #[track_caller]
    fn check(object: Value, expected: &str) {
        check_around(object, &Around::default(), expected);
    }

    #[track_caller]
    fn check_around(object: Value, around: &Around<'_>, expected: &str) {
        let told = match ready(&object, around) {
            Readiness::Ready => "ready".to_owned(),
            Readiness::Zero => "zero".to_owned(),
            Readiness::Unknown(_) => "unknown".to_owned(),
            Readiness::NotReady(unready) => match (unready.cause, unready.actual) {
                (Some(cause), _) => format!("{cause:?}").split([' ', '{']).next().unwrap_or("").to_owned(),
                (None, Actual::Ready { ready, wanted }) => format!("{ready}/{wanted}"),
                (None, Actual::Updated { updated, wanted }) => format!("{updated} of {wanted} new"),
                (None, Actual::NotReady(why)) => why,
                (None, other) => format!("{other:?}"),
            },
        };
        assert_eq!(told, expected, "{object}");
    }

    fn workload(kind: &str, extra: Value) -> Value {
        let mut object = json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"generation": 2}, "spec": {"replicas": 3},
            "status": {"observedGeneration": 2, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3, "availableReplicas": 3, "currentRevision": "a", "updateRevision": "a"}});
        merge(&mut object, &extra);
        object
    }

    #[test]
    fn a_deployment_is_ready_when_all_its_pods_are_new_and_available() {
        let check = |extra: Value, expected: &str| check(workload("Deployment", extra), expected);
        check(json!({}), "ready");
        check(json!({"metadata": {"generation": 3}}), "Stale");
        check(json!({"status": null}), "Stale");
        check(json!({"status": {"readyReplicas": 1, "availableReplicas": 1}}), "1/3");
        check(json!({"status": {"availableReplicas": 2}}), "2/3");
        check(json!({"status": {"updatedReplicas": 1}}), "1 of 3 new");
        check(json!({"status": {"replicas": 4}}), "OldPods");
        check(json!({"spec": {"paused": true}}), "ready");
        check(json!({"spec": {"paused": true}, "status": {"updatedReplicas": 0}}), "Paused");
        check(
            json!({"status": {"readyReplicas": 1, "conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}]}}),
            "Deadline",
        );
        check(
            json!({"status": {"conditions": [{"type": "ReplicaFailure", "status": "True", "message": "quota"}]}}),
            "Refused",
        );
        check(json!({"spec": {"replicas": 0}, "status": {"replicas": 0, "updatedReplicas": 0}}), "zero");
        check(json!({"metadata": {"deletionTimestamp": "x"}}), "Terminating");
    }

    #[test]
    fn stateful_and_daemon_sets_have_no_old_pods() {
        check(workload("StatefulSet", json!({})), "ready");
        check(workload("StatefulSet", json!({"status": {"updateRevision": "b", "updatedReplicas": 1}})), "OldPods");
        check(
            workload(
                "StatefulSet",
                json!({"spec": {"updateStrategy": {"rollingUpdate": {"partition": 2}}}, "status": {"updateRevision": "b", "updatedReplicas": 1}}),
            ),
            "ready",
        );
        check(workload("StatefulSet", json!({"status": {"readyReplicas": 2}})), "2/3");
        check(workload("ReplicaSet", json!({"status": {"readyReplicas": 2}})), "2/3");
        let daemon = |extra: Value| {
            let mut object = json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"generation": 1}, "status": {"observedGeneration": 1, "desiredNumberScheduled": 3,
                "currentNumberScheduled": 3, "updatedNumberScheduled": 3, "numberReady": 3, "numberAvailable": 3}});
            merge(&mut object, &extra);
            object
        };
        check(daemon(json!({})), "ready");
        check(daemon(json!({"status": {"numberReady": 2}})), "2/3");
        check(daemon(json!({"status": {"updatedNumberScheduled": 1}})), "OldPods");
        check(daemon(json!({"status": {"desiredNumberScheduled": 0}})), "zero");
    }

    #[test]
    fn pods_and_jobs() {
        let pod = |status: Value| json!({"apiVersion": "v1", "kind": "Pod", "status": status});
        check(pod(json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]})), "ready");
        check(
            pod(
                json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "False", "reason": "ContainersNotReady"}]}),
            ),
            "ContainersNotReady",
        );
        check(pod(json!({"phase": "Succeeded"})), "ready");
        check(pod(json!({"phase": "Failed", "reason": "Evicted"})), "Evicted");
        let job = |status: Value| json!({"apiVersion": "batch/v1", "kind": "Job", "spec": {"completions": 2}, "status": status});
        check(job(json!({"active": 1, "ready": 1})), "0/2");
        check(job(json!({"conditions": [{"type": "Complete", "status": "True"}]})), "ready");
        check(job(json!({"conditions": [{"type": "Failed", "status": "True", "message": "x"}]})), "JobFailed");
    }

    #[test]
    fn a_service_needs_a_ready_endpoint_unless_it_has_no_selector() {
        let service =
            |spec: Value| json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec});
        check(service(json!({})), "ready");
        check(service(json!({"type": "ExternalName", "selector": {"a": "b"}})), "ready");
        check(service(json!({"selector": {"a": "b"}})), "0/1");
        let slice = |ready: Value| json!({"endpoints": [{"addresses": ["10.0.0.1"], "conditions": {"ready": ready}}]});
        let (yes, no, unsaid, pod) = (slice(json!(true)), slice(json!(false)), slice(json!(null)), json!({}));
        let around = |slice| Around { slices: vec![slice], pods: vec![&pod], ..Around::default() };
        check_around(service(json!({"selector": {"a": "b"}})), &around(&yes), "ready");
        check_around(service(json!({"selector": {"a": "b"}})), &around(&unsaid), "ready");
        check_around(service(json!({"selector": {"a": "b"}})), &around(&no), "0/1");
        let ports = || service(json!({"selector": {"a": "b"}, "ports": [{"port": 80, "targetPort": "http"}]}));
        check_around(ports(), &around(&yes), "0/1");
        let mut named = yes.clone();
        named["ports"] = json!([{"port": 8080}]);
        check_around(ports(), &around(&named), "ready");
        let unknown = Around { unknown: Some(Reason::Connecting), ..Around::default() };
        check_around(service(json!({"selector": {"a": "b"}})), &unknown, "unknown");
    }

    #[test]
    fn phases_conditions_and_custom_resources() {
        let of = |api: &str, kind: &str, status: Value| json!({"apiVersion": api, "kind": kind, "metadata": {"generation": 1}, "status": status});
        check(of("v1", "PersistentVolumeClaim", json!({"phase": "Bound"})), "ready");
        check(of("v1", "PersistentVolumeClaim", json!({"phase": "Pending"})), "Pending");
        check(of("v1", "Namespace", json!({"phase": "Active"})), "ready");
        check(
            of(
                "v1",
                "Node",
                json!({"conditions": [{"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown"}]}),
            ),
            "NodeStatusUnknown",
        );
        check(of("policy/v1", "PodDisruptionBudget", json!({"currentHealthy": 1, "desiredHealthy": 2})), "1/2");
        check(
            of("example.com/v1", "Widget", json!({"conditions": [{"type": "Available", "status": "True"}]})),
            "ready",
        );
        check(
            of(
                "example.com/v1",
                "Widget",
                json!({"conditions": [{"type": "Ready", "status": "True"}], "observedGeneration": 0}),
            ),
            "Stale",
        );
        check(of("example.com/v1", "Widget", json!({})), "");
    }

    #[test]
    fn kinds_that_report_nothing_have_no_contract() {
        for (api, kind, expected) in [
            ("v1", "ConfigMap", false),
            ("v1", "Secret", false),
            ("batch/v1", "CronJob", false),
            ("networking.k8s.io/v1", "NetworkPolicy", false),
            ("apps/v1", "Deployment", true),
            ("v1", "Service", true),
            ("example.com/v1", "Widget", true),
            ("gateway.networking.k8s.io/v1", "Gateway", true),
        ] {
            assert_eq!(has_contract(api, kind), expected, "{kind}");
        }
    }
}
