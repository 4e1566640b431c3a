//! Which watches a lab needs: what its checks select, what they name as related, and what tells why a workload is not
//! ready.

use std::collections::BTreeSet;

use super::model::{Check, Expectation, Lab, ResourceExpectation, Source, Target};
use super::observe::WatchKey;

impl Lab {
    /// All watches its checks, invariants and symptom need.
    pub fn watches(&self) -> BTreeSet<WatchKey> {
        let mut keys = BTreeSet::new();
        for check in self.checks.iter().chain(&self.invariants) {
            keys.extend(check.watches());
        }
        if let Some(symptom) = &self.symptom {
            symptom.leaves().into_iter().for_each(|leaf| add(&mut keys, leaf));
        }
        keys
    }
}

impl Check {
    /// The watches this check depends on.
    pub fn watches(&self) -> BTreeSet<WatchKey> {
        let mut keys = BTreeSet::new();
        self.leaves().into_iter().for_each(|leaf| add(&mut keys, leaf));
        keys
    }

    /// All single expectations of this check.
    pub fn leaves(&self) -> Vec<&ResourceExpectation> {
        match &self.source {
            Source::Observed(expectation) => expectation.leaves(),
            Source::Answer(_) | Source::Manual => Vec::new(),
        }
    }
}

impl Expectation {
    /// All single expectations of this tree, in the author's order.
    pub fn leaves(&self) -> Vec<&ResourceExpectation> {
        match self {
            Self::Of(leaf) => vec![leaf],
            Self::AllOf(parts) | Self::AnyOf(parts) => parts.iter().flat_map(Self::leaves).collect(),
            Self::Not(inner) => inner.leaves(),
        }
    }
}

/// Kinds whose objects tell why one of another kind is as it is.
fn telling(kind: &str) -> &'static [(&'static str, &'static str)] {
    match kind {
        "Deployment" => &[("apps/v1", "ReplicaSet"), ("v1", "Pod")],
        "ReplicaSet" | "StatefulSet" | "DaemonSet" | "ReplicationController" | "Job" => &[("v1", "Pod")],
        "CronJob" => &[("batch/v1", "Job"), ("v1", "Pod")],
        "Pod" => &[("apps/v1", "ReplicaSet")],
        "Service" => &[("v1", "Pod"), ("discovery.k8s.io/v1", "EndpointSlice")],
        _ => &[],
    }
}

fn add(keys: &mut BTreeSet<WatchKey>, leaf: &ResourceExpectation) {
    let targets = std::iter::once(&leaf.target).chain(leaf.related.values().map(|related| &related.target));
    for target in targets {
        keys.insert(key(target));
        for (api_version, kind) in telling(&target.kind) {
            keys.insert(WatchKey {
                api_version: (*api_version).to_owned(),
                kind: (*kind).to_owned(),
                namespace: target.namespace.clone(),
            });
        }
    }
}

fn key(target: &Target) -> WatchKey {
    WatchKey { api_version: target.api_version.clone(), kind: target.kind.clone(), namespace: target.namespace.clone() }
}

#[cfg(test)]
mod tests {
    use crate::lab::testing::{check as build, lab};
    use serde_json::{Value, json};

    #[track_caller]
    fn check(checks: Value, expected: &[&str]) {
        let lab = lab(checks.as_array().unwrap().iter().map(|check| build(check.clone())).collect());
        let keys: Vec<String> =
            lab.watches().into_iter().map(|k| format!("{}/{}", k.kind, k.namespace.unwrap_or_default())).collect();
        assert_eq!(keys, expected);
    }

    #[test]
    fn one_watch_per_kind_and_namespace_and_what_tells_why() {
        check(
            json!([
                {"kind": "Deployment", "namespace": "shop", "name": "web"},
                {"kind": "Deployment", "namespace": "shop", "name": "db"},
                {"not": {"anyOf": [{"kind": "Node"}, {"kind": "Service", "namespace": "x"}]}}
            ]),
            &["Deployment/shop", "ReplicaSet/shop", "EndpointSlice/x", "Node/", "Pod/shop", "Pod/x", "Service/x"],
        );
        check(json!([{"answer": "42"}]), &[]);
        check(
            json!([{"kind": "ConfigMap", "namespace": "a", "related": {"pods": {"kind": "Pod", "namespace": "b"}}}]),
            &["ReplicaSet/b", "ConfigMap/a", "Pod/b"],
        );
    }
}
