//! The objects around one object that tell whether it is ready and why not: its Pods, ReplicaSets, EndpointSlices.

use serde_json::Value;

use super::object::{self, text};
use super::observe::{KindState, Seen};
use super::select::{Selection, View, of_json};
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
                    .filter(|seen| object::kind(&seen.object) == "ReplicaSet")
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
        pods.filter(|pod| object::kind(pod) == "Pod" && !object::is_deleting(pod)).collect()
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
            around.pods.retain(|pod| !object::is_deleting(pod));
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
