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

fn unready(object: &Value, around: &Around<'_>) -> Result<Option<Unready>, Reason> {
    if object::is_deleting(object) {
        return Ok(Some(caused("Terminating", Cause::Terminating, false)));
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
    let message = text(failure, &["message"]).to_owned();
    Some(Unready {
        cause: Some(Cause::Refused { message }),
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
        return Some(Unready {
            path: Some("status.updatedReplicas".into()),
            ..counted("updatedReplicas", updated, wanted)
        });
    }
    if replicas > updated {
        let cause = Cause::OldPods { count: u64::try_from(replicas - updated).unwrap_or(0) };
        return Some(Unready { cause: Some(cause), ..count() });
    }
    if replicas > wanted {
        return Some(counted("replicas", replicas, wanted));
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
        return Some(Unready {
            cause: Some(cause),
            ..counted("updatedReplicas", status(object, "updatedReplicas"), wanted)
        });
    }
    if status(object, "replicas") > wanted {
        return Some(counted("replicas", status(object, "replicas"), wanted));
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
        return Some(counted("replicas", status(object, "replicas"), wanted));
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
        let message = text(failed, &["message"]).to_owned();
        return Some(caused("Failed", Cause::JobFailed { message }, true));
    }
    if at(object, &["spec", "suspend"]) == Some(&Value::Bool(true)) {
        return Some(Unready { stuck: true, ..because("Suspended") });
    }
    let wanted = int(object, &["spec", "completions"]).unwrap_or(1);
    Some(counted("succeeded", status(object, "succeeded"), wanted))
}

fn service(object: &Value, around: &Around<'_>) -> Result<Option<Unready>, Reason> {
    let selector = at(object, &["spec", "selector"]).and_then(Value::as_object).filter(|selector| !selector.is_empty());
    let Some(selector) = selector.filter(|_| text(object, &["spec", "type"]) != "ExternalName") else {
        return Ok(None);
    };
    if let Some(reason) = &around.unknown {
        return Err(reason.clone());
    }
    let endpoints = around.slices.iter().flat_map(|slice| object::list(slice, &["endpoints"]));
    // Absent means ready, says the API.
    let ready = |endpoint: &&Value| at(endpoint, &["conditions", "ready"]).and_then(Value::as_bool).unwrap_or(true);
    if endpoints.filter(ready).count() > 0 {
        return Ok(None);
    }
    let mut unready = Unready { actual: Actual::Ready { ready: 0, wanted: 1 }, ..because("") };
    if around.pods.is_empty() {
        let pairs: Vec<String> =
            selector.iter().map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or(""))).collect();
        unready.cause = Some(Cause::NoPods { selector: pairs.join(",") });
    }
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
