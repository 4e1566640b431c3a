//! The objects around one object that tell whether it is ready and why not: its Pods, ReplicaSets, EndpointSlices.

use serde_json::Value;

use super::object::{self, text};
use super::observe::{KindState, Seen};
use super::select::{Selection, View, is_probe, of_json};
use super::verdict::Reason;

/// What stands around an object.
#[derive(Clone, Debug, Default)]
pub struct Around<'a> {
    /// Its Pods: owned ones (of the current ReplicaSet for a Deployment), a Service's selected ones, a Pod itself.
    pub pods: Vec<&'a Value>,
    /// A Deployment's current ReplicaSets (one, as a rule).
    pub replica_sets: Vec<&'a Value>,
    /// A Service's EndpointSlices.
    pub slices: Vec<&'a Value>,
    /// Set when what decides readiness cannot be asked (a Service's EndpointSlices).
    pub unknown: Option<Reason>,
}

impl<'a> View<'a> {
    /// What stands around an object.
    pub fn around<'s>(&'s self, object: &'s Value) -> Around<'s>
    where
        'a: 's,
    {
        let uid = object::uid(object);
        match object::kind(object) {
            "Pod" => Around { pods: vec![object], ..Around::default() },
            "Deployment" => {
                let sets: Vec<&Seen> = self
                    .owned(uid)
                    .iter()
                    .copied()
                    .filter(|seen| object::kind(&seen.object) == "ReplicaSet" && !object::is_deleting(&seen.object))
                    .filter(|seen| !self.is_old_replica_set(object::uid(&seen.object)))
                    .collect();
                let pods = sets.iter().flat_map(|set| self.pods_of(object::uid(&set.object))).collect();
                Around { pods, replica_sets: sets.into_iter().map(|set| &*set.object).collect(), ..Around::default() }
            }
            "CronJob" => {
                let jobs = self.owned(uid).iter().map(|job| object::uid(&job.object));
                Around { pods: jobs.flat_map(|job| self.pods_of(job)).collect(), ..Around::default() }
            }
            "Service" => self.around_service(object),
            _ => Around { pods: self.pods_of(uid), ..Around::default() },
        }
    }

    fn pods_of(&self, uid: &str) -> Vec<&'a Value> {
        let pods = self.owned(uid).iter().map(|seen| &*seen.object);
        pods.filter(|pod| object::kind(pod) == "Pod" && !object::is_deleting(pod) && !is_probe(pod)).collect()
    }

    fn around_service(&self, service: &Value) -> Around<'a> {
        let namespace = object::namespace(service);
        let mut around = Around::default();
        let slices = self.watch("discovery.k8s.io/v1", "EndpointSlice", Some(namespace));
        match slices.map(|(_, state)| state) {
            Some(KindState::Synced(_) | KindState::NotServed) => {}
            Some(KindState::Failed(reason)) => around.unknown = Some(reason.clone()),
            Some(KindState::Pending) | None => around.unknown = Some(Reason::Connecting),
        }
        let within = |kind: &str, api_version: &str, labels| {
            let target = super::model::Target {
                api_version: api_version.to_owned(),
                kind: kind.to_owned(),
                namespace: Some(namespace.to_owned()),
                name: None,
                labels,
                fields: std::collections::BTreeMap::new(),
            };
            match self.existing(&target) {
                Selection::Objects(objects) => objects.into_iter().map(|seen| &*seen.object).collect(),
                Selection::NotServed | Selection::Unknown(_) => Vec::new(),
            }
        };
        if let Some(selector) = of_json(object::at(service, &["spec", "selector"])) {
            around.pods = within("Pod", "v1", selector);
            around.pods.retain(|pod| !object::is_deleting(pod) && !self.is_old_pod(pod));
        }
        let own = [("kubernetes.io/service-name".to_owned(), object::name(service).to_owned())];
        let labels = super::model::LabelSelector { match_labels: own.into(), ..Default::default() };
        around.slices = within("EndpointSlice", "discovery.k8s.io/v1", labels);
        around
    }
}

impl Around<'_> {
    /// The containers of its Pods, native sidecars too: they give named ports their numbers.
    pub fn containers(&self) -> Vec<&Value> {
        let of = |pod, key| object::list(pod, &["spec", key]).iter();
        self.pods
            .iter()
            .flat_map(|pod| {
                let sidecars = of(*pod, "initContainers").filter(|c| text(c, &["restartPolicy"]) == "Always");
                of(pod, "containers").chain(sidecars)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::testing::{merge, observe};
    use serde_json::json;

    fn object(kind: &str, name: &str, owner: &str, extra: Value) -> Value {
        let api_version = if kind == "ReplicaSet" { "apps/v1" } else { "v1" };
        let mut object = json!({"apiVersion": api_version, "kind": kind, "metadata": {"namespace": "shop", "name": name, "uid": name,
            "labels": {"app": "web"}, "ownerReferences": [{"uid": owner, "kind": "ReplicaSet", "controller": true}]}});
        merge(&mut object, &extra);
        object
    }

    fn revision(number: &str) -> Value {
        json!({"metadata": {"annotations": {"deployment.kubernetes.io/revision": number}}})
    }

    #[track_caller]
    fn check(of: &Value, expected: &[&str]) {
        let leaving = json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}});
        let observation = observe(json!([
            object("ReplicaSet", "old", "web", revision("1")),
            object("ReplicaSet", "new", "web", revision("2")),
            object("Pod", "a", "new", json!({})),
            object("Pod", "leaving", "new", leaving),
            object("Pod", "replaced", "old", json!({})),
            object("Pod", "probe", "new", json!({"metadata": {"labels": {"jotasu.dev/probe": "x"}}})),
        ]));
        let view = View::new(&observation);
        let names: Vec<&str> = view.around(of).pods.iter().map(|pod| object::name(pod)).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn what_leaves_was_replaced_or_is_ours_is_no_cause() {
        let metadata = json!({"namespace": "shop", "name": "web", "uid": "web"});
        check(&json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata}), &["a"]);
        let spec = json!({"selector": {"app": "web"}});
        check(&json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}), &["a"]);
    }
}
