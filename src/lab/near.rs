//! What a learner made that looks as if it was meant: the right thing in the wrong place, under the wrong name, of the
//! wrong kind, or with a label a slip away. It guesses only where little else can have been meant, and names neither
//! Secrets nor what is the cluster's own.

mod field;
mod slip;

use serde_json::Value;

use super::model::{Action, Check, Lab, Target};
use super::object::{self, text};
use super::observe::{Observation, WatchKey};
use super::select::{View, is_probe};
use super::verdict::{Actual, Expected, Finding, NearMiss, Verdict};
use slip::slip;

/// Kinds that are made for one another by mistake.
const SIBLINGS: [&[(&str, &str)]; 4] = [
    &[
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("apps/v1", "DaemonSet"),
        ("apps/v1", "ReplicaSet"),
        ("v1", "Pod"),
        ("batch/v1", "Job"),
        ("batch/v1", "CronJob"),
    ],
    &[("rbac.authorization.k8s.io/v1", "Role"), ("rbac.authorization.k8s.io/v1", "ClusterRole")],
    &[("rbac.authorization.k8s.io/v1", "RoleBinding"), ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding")],
    &[("policy/v1", "PodDisruptionBudget"), ("networking.k8s.io/v1", "NetworkPolicy")],
];

/// What is nearest to what a check misses, if something is near.
pub(super) fn near(view: &View<'_>, lab: &Lab, check: &Check, finding: &Finding) -> Option<NearMiss> {
    match missing(check, finding) {
        Some(target) => Search { view, lab, target }.near(),
        None => field::near(view, finding),
    }
}

/// What is nearest to what a check selects, where that is nothing: also before anybody has begun it.
pub fn near_of(lab: &Lab, check: &Check, observation: &Observation) -> Option<NearMiss> {
    let view = View::new(observation);
    let missing = check.leaves().into_iter().map(|leaf| (leaf, view.select(&leaf.target)));
    let missing = missing.filter(|(leaf, selection)| !leaf.absent && selection.objects().is_empty());
    missing.filter_map(|(leaf, _)| Search { view: &view, lab, target: &leaf.target }.near()).next()
}

/// The target that a finding misses.
fn missing<'c>(check: &'c Check, finding: &Finding) -> Option<&'c Target> {
    let few = match (&finding.expected, &finding.actual) {
        (Expected::Count { .. } | Expected::AnyOf(_), Actual::Missing) => true,
        (Expected::Count { min, .. }, Actual::Count(count)) => count < min,
        _ => false,
    };
    let leaf = check.leaves().into_iter().find(|leaf| leaf.target.described() == finding.subject);
    leaf.filter(|leaf| few && !leaf.absent).map(|leaf| &leaf.target)
}

/// What has to be asked for, beyond what is watched, before a near miss of a check can be told: nothing unless
/// something is missing.
pub fn elsewhere(check: &Check, verdict: &Verdict, observation: &Observation) -> Vec<WatchKey> {
    let targets: Vec<&Target> = match verdict {
        Verdict::Failed(finding) | Verdict::Progressing(Some(finding)) => missing(check, finding).into_iter().collect(),
        Verdict::Waiting => check.leaves().into_iter().filter(|leaf| !leaf.absent).map(|leaf| &leaf.target).collect(),
        _ => Vec::new(),
    };
    let of = |target: &Target| {
        let key = |api_version: &str, kind: &str, namespace: Option<String>| WatchKey {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace,
        };
        let siblings = siblings(&target.kind).map(|(version, kind)| key(version, kind, target.namespace.clone()));
        let everywhere = target.namespace.is_some().then(|| key(&target.api_version, &target.kind, None));
        siblings.chain(everywhere).collect::<Vec<_>>()
    };
    let mut keys: Vec<WatchKey> = targets.into_iter().filter(|target| target.kind != "Secret").flat_map(of).collect();
    keys.retain(|key| !observation.kinds.contains_key(key));
    keys.sort();
    keys.dedup();
    keys
}

fn siblings(kind: &str) -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    let family = SIBLINGS.iter().find(|family| family.iter().any(|(_, of)| *of == kind)).copied();
    family.unwrap_or_default().iter().filter(move |(_, of)| *of != kind)
}

/// What is sought.
struct Search<'s, 'v> {
    view: &'s View<'v>,
    lab: &'s Lab,
    target: &'s Target,
}

impl<'v> Search<'_, 'v> {
    fn near(&self) -> Option<NearMiss> {
        self.elsewhere().or_else(|| self.other_kind()).or_else(|| self.other_name()).or_else(|| self.other_label())
    }

    /// What may be named: the learner's own.
    fn candidates(&self, kind: &str) -> impl Iterator<Item = &'v Value> {
        self.view.known(kind).filter(|object| self.may_be_meant(object))
    }

    fn here(&self, object: &Value) -> bool {
        self.target.namespace.as_deref().is_none_or(|namespace| object::namespace(object) == namespace)
    }

    fn may_be_meant(&self, object: &Value) -> bool {
        let namespace = object::namespace(object);
        let of = |target: &Target| {
            target.kind == object::kind(object)
                && target.name.as_deref() == Some(object::name(object))
                && target.namespace.as_deref().unwrap_or(namespace) == namespace
        };
        let asked = || self.lab.checks.iter().chain(&self.lab.invariants).flat_map(Check::leaves);
        let given = |given: &Value| {
            object::kind(given) == object::kind(object)
                && object::name(given) == object::name(object)
                && object::namespace(given) == namespace
        };
        let set_up = |action: &Action| matches!(action, Action::Apply(objects) if objects.iter().any(given));
        object::kind(object) != "Secret"
            && !theirs(namespace)
            && !object::is_deleting(object)
            && !is_probe(object)
            && object::controller(object).is_none()
            && !asked().any(|leaf| of(&leaf.target) || leaf.related.values().any(|related| of(&related.target)))
            && !self.lab.setup.iter().any(set_up)
    }

    /// The same in another namespace.
    fn elsewhere(&self) -> Option<NearMiss> {
        let wanted = self.target.namespace.as_ref()?;
        let mut anywhere = self.target.clone();
        anywhere.namespace = None;
        // A selector alone may mean others' objects too: a name is needed, or more than one label.
        if anywhere.name.is_none() && anywhere.labels.match_labels.len() < 2 {
            return None;
        }
        anywhere.fields.clear();
        let found = self.candidates(&self.target.kind).find(|object| !self.here(object) && anywhere.means(object))?;
        Some(NearMiss::Namespace { found: object::reference(found), wanted: wanted.clone() })
    }

    /// Another kind of the same name.
    fn other_kind(&self) -> Option<NearMiss> {
        let name = self.target.name.as_deref()?;
        let found = siblings(&self.target.kind).find_map(|(_, kind)| {
            self.candidates(kind).find(|object| object::name(object) == name && (self.here(object) || self.all(object)))
        })?;
        Some(NearMiss::Kind { found: object::reference(found), wanted: self.target.kind.clone() })
    }

    /// It is of the whole cluster where one of a namespace was asked for.
    fn all(&self, object: &Value) -> bool {
        object::namespace(object).is_empty()
    }

    /// The same kind under a name that is a slip away.
    fn other_name(&self) -> Option<NearMiss> {
        let name = self.target.name.as_deref()?;
        let found =
            self.candidates(&self.target.kind).find(|object| self.here(object) && slip(object::name(object), name))?;
        Some(NearMiss::Name { found: object::reference(found), wanted: name.to_owned() })
    }

    /// The same kind with one label that is a slip away, the others as asked for.
    fn other_label(&self) -> Option<NearMiss> {
        let wanted = &self.target.labels.match_labels;
        if wanted.is_empty() || self.target.name.is_some() {
            return None;
        }
        // Pods are a controller's, as a rule; it is the template's label that is meant.
        let pods = self.view.known(&self.target.kind).filter(|object| {
            self.here(object)
                && !theirs(object::namespace(object))
                && !object::is_deleting(object)
                && !is_probe(object)
                && object::kind(object) != "Secret"
        });
        pods.filter_map(|object| {
            let label = |key: &str| text(object, &["metadata", "labels", key]);
            let mut wrong = wanted.iter().filter(|(key, value)| label(key) != value.as_str());
            let ((key, value), None) = (wrong.next()?, wrong.next()) else { return None };
            let has = object::at(object, &["metadata", "labels"])?.as_object()?.iter().find_map(|(of, has)| {
                let has = has.as_str()?;
                let near = (of == key && slip(has, value)) || (has == value && slip(of, key));
                near.then(|| format!("{of}={has}"))
            })?;
            Some(NearMiss::Label { found: object::reference(object), has, wanted: format!("{key}={value}") })
        })
        .next()
    }
}

/// Namespaces that are the cluster's or ours.
fn theirs(namespace: &str) -> bool {
    namespace.starts_with("kube-") || matches!(namespace, "jotasu-system" | "local-path-storage")
}

#[cfg(test)]
mod tests;
