//! What stands for `ready` and for conditions in an object, kind by kind, each violated; written down here a second time,
//! so that the judge of readiness is not asked what to verify of itself.

use serde_json::{Value, json};

use super::edit::{self, Edit, Step};
use super::field::{Site, replaced};
use super::{Mutant, Operator};
use crate::lab::object::{self, at, int, list, text};

/// Status counters that must reach what is wanted.
fn counters(kind: &str) -> &'static [&'static str] {
    match kind {
        "Deployment" => &["readyReplicas", "availableReplicas", "updatedReplicas"],
        "ReplicaSet" | "ReplicationController" => &["readyReplicas", "availableReplicas"],
        "StatefulSet" => &["readyReplicas"],
        "DaemonSet" => &["numberReady", "numberAvailable", "updatedNumberScheduled"],
        "PodDisruptionBudget" => &["currentHealthy"],
        _ => &[],
    }
}

/// The condition that says so.
fn told_by(object: &Value) -> Option<&'static str> {
    match object::kind(object) {
        "Pod" if text(object, &["status", "phase"]) == "Succeeded" => None,
        "Pod" | "Node" => Some("Ready"),
        "Job" => Some("Complete"),
        "CustomResourceDefinition" => Some("Established"),
        "APIService" => Some("Available"),
        "HorizontalPodAutoscaler" => Some("ScalingActive"),
        "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "ReplicationController" | "Service" => None,
        "PersistentVolumeClaim" | "PersistentVolume" | "Namespace" | "PodDisruptionBudget" => None,
        _ if object::condition(object, "Ready").is_some() => Some("Ready"),
        _ => Some("Available"),
    }
}

/// A ready object that is not ready any more.
pub(super) fn of_ready(object: &Value, slices: &[&Value]) -> Vec<Mutant> {
    let mut mutants = vec![set(object, "metadata.deletionTimestamp", Operator::Leaving, json!("2026-01-01T00:00:00Z"))];
    if let Some(seen) = int(object, &["status", "observedGeneration"]) {
        mutants.push(set(object, "metadata.generation", Operator::Stale, json!(seen + 1)));
    }
    let kind = object::kind(object);
    for counter in counters(kind) {
        if int(object, &["status", counter]).is_some_and(|count| count > 0) {
            let path = format!("status.{counter}");
            mutants.push(set(object, &path, Operator::Violate, json!(0)));
            mutants.push(gone(object, &path));
        }
    }
    if let ("Deployment" | "ReplicaSet" | "StatefulSet", Some(replicas)) = (kind, int(object, &["status", "replicas"]))
    {
        mutants.push(set(object, "status.replicas", Operator::Violate, json!(replicas + 1)));
    }
    if matches!(kind, "PersistentVolumeClaim" | "PersistentVolume" | "Namespace") {
        mutants.push(set(object, "status.phase", Operator::Violate, json!("Pending")));
        mutants.push(gone(object, "status.phase"));
    }
    if kind == "Pod" && text(object, &["status", "phase"]) == "Succeeded" {
        mutants.push(set(object, "status.phase", Operator::Violate, json!("Failed")));
    }
    mutants.extend(told_by(object).into_iter().flat_map(|kind| of_condition(object, kind)));
    if kind == "Service" && at(object, &["spec", "selector"]).is_some() && !slices.is_empty() {
        mutants.push(Mutant::new("endpoints", Operator::Empty, vec![without(slices)]));
        mutants.push(Mutant::new("endpoints[].conditions.ready", Operator::Condition, vec![unready(slices)]));
    }
    mutants
}

/// A condition that does not hold, or is not there.
pub(super) fn of_condition(object: &Value, kind: &str) -> Vec<Mutant> {
    let conditions = list(object, &["status", "conditions"]);
    let Some(index) = conditions.iter().position(|condition| text(condition, &["type"]) == kind) else {
        return Vec::new();
    };
    let path = format!("status.conditions[{index}]");
    let named = |mut mutant: Mutant| {
        mutant.path = format!("status.conditions[{kind}]");
        mutant
    };
    let state = format!("{path}.status");
    vec![
        named(set(object, &state, Operator::Condition, json!("False"))),
        named(set(object, &state, Operator::Condition, json!("Unknown"))),
        named(gone(object, &path)),
    ]
}

fn without(slices: &[&Value]) -> Vec<Edit> {
    slices.iter().map(|slice| Edit::Remove(edit::id(slice))).collect()
}

fn unready(slices: &[&Value]) -> Vec<Edit> {
    let one = |slice: &&Value| {
        let mut changed = (*slice).clone();
        for n in 0..list(slice, &["endpoints"]).len() {
            let member = |name: &str| Step::Member(name.to_owned());
            let place = [member("endpoints"), Step::Element(n), member("conditions"), member("ready")];
            edit::put(&mut changed, &place, json!(false));
        }
        replaced(slice, changed)
    };
    slices.iter().flat_map(one).collect()
}

fn site<'v>(object: &'v Value, path: &str) -> Site<'v> {
    Site { path: path.to_owned(), at: vec![(object, vec![edit::parse(path)])] }
}

fn set(object: &Value, path: &str, operator: Operator, value: Value) -> Mutant {
    site(object, path).set(operator, value)
}

fn gone(object: &Value, path: &str) -> Mutant {
    site(object, path).gone()
}
