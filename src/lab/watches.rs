//! Which watches a lab needs: what its checks select, what they name as related, and what tells why a workload is not
//! ready.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::model::{Asked, Check, Expectation, Lab, Query, ResourceExpectation, Source, Target, Way};
use super::observe::{Topic, WatchKey};

/// How often is asked where the author does not say, and at most.
const EVERY: Duration = Duration::from_secs(5);
const LEAST: Duration = Duration::from_secs(3);

impl Lab {
    /// All watches its checks, invariants and symptom need.
    pub fn watches(&self) -> BTreeSet<WatchKey> {
        let mut keys = BTreeSet::new();
        for check in self.checks.iter().chain(&self.invariants) {
            keys.extend(check.watches());
        }
        if let Some(symptom) = &self.symptom {
            keys.extend(symptom.watches());
        }
        keys
    }

    /// All queries that must be asked, and how often at least.
    pub fn queries(&self) -> BTreeMap<&Query, Duration> {
        let mut queries = BTreeMap::new();
        let mut add = |query, every: Duration| {
            queries.entry(query).and_modify(|known: &mut Duration| *known = every.min(*known)).or_insert(every);
        };
        for check in self.checks.iter().chain(&self.invariants) {
            let every = check.every.unwrap_or(EVERY).max(LEAST);
            check.queries().into_iter().for_each(|query| add(query, every));
        }
        if let Some(symptom) = &self.symptom {
            symptom.queries().into_iter().for_each(|query| add(query, LEAST));
        }
        queries.retain(|query, _| !query.watched());
        queries
    }
}

impl Check {
    /// The watches this check depends on.
    pub fn watches(&self) -> BTreeSet<WatchKey> {
        self.expectation().map(Expectation::watches).unwrap_or_default()
    }

    /// What news this check depends on.
    pub fn topics(&self) -> BTreeSet<Topic> {
        let watches = self.watches().into_iter().map(Topic::Watch);
        watches.chain(self.queries().into_iter().cloned().map(Topic::Query)).collect()
    }

    /// What must hold, where that is observed.
    pub fn expectation(&self) -> Option<&Expectation> {
        match &self.source {
            Source::Observed(expectation) => Some(expectation),
            Source::Trigger(trigger) => Some(&trigger.then),
            Source::Answer(_) | Source::Manual => None,
        }
    }

    /// All selections of this check.
    pub fn leaves(&self) -> Vec<&ResourceExpectation> {
        self.expectation().map(Expectation::leaves).unwrap_or_default()
    }

    /// All queries of this check.
    pub fn queries(&self) -> Vec<&Query> {
        self.expectation().map(Expectation::queries).unwrap_or_default()
    }
}

impl Expectation {
    /// All selections of this tree, in the author's order.
    pub fn leaves(&self) -> Vec<&ResourceExpectation> {
        match self {
            Self::Of(leaf) => vec![leaf],
            Self::Asked(_) => Vec::new(),
            Self::AllOf(parts) | Self::AnyOf(parts) => parts.iter().flat_map(Self::leaves).collect(),
            Self::Not(inner) => inner.leaves(),
        }
    }

    /// Everything of this tree that is asked, in the author's order.
    pub fn asked(&self) -> Vec<&Asked> {
        match self {
            Self::Of(_) => Vec::new(),
            Self::Asked(asked) => vec![asked],
            Self::AllOf(parts) | Self::AnyOf(parts) => parts.iter().flat_map(Self::asked).collect(),
            Self::Not(inner) => inner.asked(),
        }
    }

    /// All queries of this tree.
    pub fn queries(&self) -> Vec<&Query> {
        self.asked().into_iter().flat_map(|asked| std::iter::once(&asked.query).chain(&asked.paired)).collect()
    }

    fn watches(&self) -> BTreeSet<WatchKey> {
        let mut keys = BTreeSet::new();
        self.leaves().into_iter().for_each(|leaf| add(&mut keys, leaf));
        keys.extend(self.queries().into_iter().flat_map(Query::watches));
        keys
    }
}

impl Query {
    /// The watches whose news may change the reply: it is asked again at once.
    pub fn watches(&self) -> Vec<WatchKey> {
        let key = |api_version: &str, kind: &str, namespace: Option<&str>| WatchKey {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: namespace.map(str::to_owned),
        };
        let of_pods = |target: &Target| vec![key("v1", "Pod", target.namespace.as_deref())];
        let of_service = |namespace: &str| {
            let namespace = Some(namespace);
            vec![key("v1", "Service", namespace), key("discovery.k8s.io/v1", "EndpointSlice", namespace)]
        };
        match self {
            Self::Rbac(review) => {
                const RBAC: &str = "rbac.authorization.k8s.io/v1";
                let mut keys = vec![key(RBAC, "ClusterRole", None), key(RBAC, "ClusterRoleBinding", None)];
                if let Some(namespace) = review.namespace.as_deref() {
                    keys.extend([key(RBAC, "Role", Some(namespace)), key(RBAC, "RoleBinding", Some(namespace))]);
                }
                keys
            }
            Self::Http(request) => match &request.way {
                Way::Proxy { namespace, .. } => of_service(namespace),
                Way::Forward(pods) => of_pods(pods),
                Way::Probe { service, .. } => {
                    let mut keys = vec![key("v1", "Namespace", None)];
                    if let Some((namespace, _)) = service {
                        keys.extend(of_service(namespace));
                        keys.push(key("v1", "Pod", Some(namespace)));
                        keys.push(key("networking.k8s.io/v1", "NetworkPolicy", Some(namespace)));
                    }
                    keys
                }
            },
            Self::Exec(run) => of_pods(&run.pods),
            Self::Logs(logs) => of_pods(&logs.pods),
            Self::Events(target) => {
                vec![
                    key("v1", "Event", target.namespace.as_deref()),
                    key(&target.api_version, &target.kind, target.namespace.as_deref()),
                ]
            }
            // And what tells why nobody answers behind it.
            Self::Promql(promql) => {
                let of = |(api_version, kind): &(&str, &str)| key(api_version, kind, Some(&promql.namespace));
                let service = key("v1", "Service", Some(&promql.namespace));
                std::iter::once(service).chain(telling("Service").iter().map(of)).collect()
            }
            Self::Helm(release) => vec![key("v1", "Secret", Some(&release.namespace))],
            Self::Node(_) | Self::Kind(_) | Self::ApiServer | Self::Host(_) => Vec::new(),
        }
    }
}

/// Kinds in the same namespace whose objects tell why one of another kind is as it is.
fn telling(kind: &str) -> &'static [(&'static str, &'static str)] {
    match kind {
        "Deployment" => &[("apps/v1", "ReplicaSet"), ("v1", "Pod")],
        "ReplicaSet" | "StatefulSet" | "DaemonSet" | "ReplicationController" | "Job" => &[("v1", "Pod")],
        "CronJob" => &[("batch/v1", "Job"), ("v1", "Pod")],
        "Pod" => &[("apps/v1", "ReplicaSet")],
        // Of its Pods those of old ReplicaSets do not count.
        "Service" => &[("v1", "Pod"), ("apps/v1", "ReplicaSet"), ("discovery.k8s.io/v1", "EndpointSlice")],
        "Ingress" => &[("v1", "Service")],
        _ => &[],
    }
}

/// The same, of kinds without a namespace.
fn telling_all(leaf: &ResourceExpectation) -> &'static [(&'static str, &'static str)] {
    match leaf.target.kind.as_str() {
        "Ingress" => &[("networking.k8s.io/v1", "IngressClass")],
        "PersistentVolumeClaim" => &[("storage.k8s.io/v1", "StorageClass")],
        "Pod" if leaf.absent => &[("v1", "Node")],
        _ => &[],
    }
}

/// Whether only events tell why it is as it is: what the kubelet or a controller could not do.
fn needs_warnings(leaf: &ResourceExpectation) -> bool {
    let told = matches!(
        leaf.target.kind.as_str(),
        "Deployment"
            | "ReplicaSet"
            | "StatefulSet"
            | "DaemonSet"
            | "Job"
            | "CronJob"
            | "Pod"
            | "Service"
            | "PersistentVolumeClaim"
    );
    let status = || {
        leaf.pattern.as_ref().is_some_and(|pattern| pattern.get("status").is_some())
            || leaf.cel.iter().any(|rule| rule.expr.source().contains("status"))
    };
    told && !leaf.absent && (leaf.ready || !leaf.conditions.is_empty() || status())
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
    let namespace = leaf.target.namespace.as_deref();
    let mut more = |api_version: &str, kind: &str, namespace: Option<&str>| {
        let (api_version, kind) = (api_version.to_owned(), kind.to_owned());
        keys.insert(WatchKey { api_version, kind, namespace: namespace.map(str::to_owned) });
    };
    telling_all(leaf).iter().for_each(|(api_version, kind)| more(api_version, kind, None));
    if leaf.target.kind == "Pod" && leaf.absent {
        more("policy/v1", "PodDisruptionBudget", namespace);
    }
    if needs_warnings(leaf) {
        keys.insert(WatchKey::events(namespace));
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
            &[
                "Deployment/shop",
                "ReplicaSet/shop",
                "ReplicaSet/x",
                "EndpointSlice/x",
                "Node/",
                "Pod/shop",
                "Pod/x",
                "Service/x",
            ],
        );
        check(json!([{"answer": "42"}]), &[]);
        check(json!([{"kind": "Job", "namespace": "a", "name": "j", "ready": true}]), &["Job/a", "Event/a", "Pod/a"]);
        check(
            json!([{"kind": "Pod", "namespace": "a", "name": "p", "absent": true}]),
            &["ReplicaSet/a", "PodDisruptionBudget/a", "Node/", "Pod/a"],
        );
        check(
            json!([{"kind": "ConfigMap", "namespace": "a", "related": {"pods": {"kind": "Pod", "namespace": "b"}}}]),
            &["ReplicaSet/b", "ConfigMap/a", "Pod/b"],
        );
    }
}
