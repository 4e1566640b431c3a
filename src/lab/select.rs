//! What a target selects from what was observed, and who owns whom. One [`View`] per decision shares the indexes among
//! all checks; objects are borrowed, never copied. ownerReferences decide whose an object is, never labels alone.

mod about;
mod labels;

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use super::model::Target;
use super::object::{self, text};
use super::observe::{KindState, Millis, Objects, Observation, Seen, WatchKey};
use super::verdict::Reason;
pub(super) use about::told;
pub(super) use labels::{fit as selects_labels, of_json, selects};

/// Label of our own probe Pods.
pub const PROBE: &str = "jotasu.dev/probe";

/// What a target selects.
#[derive(Clone, Debug)]
pub enum Selection<'a> {
    /// These objects, perhaps none.
    Objects(Vec<&'a Seen>),
    /// The kind is not served: an empty selection.
    NotServed,
    /// It cannot be told.
    Unknown(Reason),
}

impl<'a> Selection<'a> {
    /// The objects, none if there are none for whatever reason.
    pub fn objects(&self) -> &[&'a Seen] {
        match self {
            Self::Objects(objects) => objects,
            Self::NotServed | Self::Unknown(_) => &[],
        }
    }
}

type LabelIndex<'a> = HashMap<(&'a str, &'a str), Vec<&'a Seen>>;

/// An observation with the indexes made from it, for one decision.
pub struct View<'a> {
    observation: &'a Observation,
    owned: OnceCell<HashMap<&'a str, Vec<&'a Seen>>>,
    revisions: OnceCell<Revisions<'a>>,
    labels: RefCell<HashMap<&'a WatchKey, Rc<LabelIndex<'a>>>>,
    warnings: OnceCell<about::Warnings<'a>>,
    /// The last few selections: one check asks for the same again and again.
    recent: RefCell<VecDeque<(Target, Selection<'a>)>>,
}

const RECENT: usize = 8;

#[derive(Default)]
struct Revisions<'a> {
    /// ReplicaSet uid → (its controller's uid, its revision).
    of: HashMap<&'a str, (&'a str, i64)>,
    /// Controller uid → the newest revision among its ReplicaSets.
    newest: HashMap<&'a str, i64>,
}

impl<'a> View<'a> {
    /// A view of an observation; indexes are made when they are first asked for.
    pub fn new(observation: &'a Observation) -> Self {
        Self {
            observation,
            owned: OnceCell::new(),
            revisions: OnceCell::new(),
            labels: RefCell::default(),
            warnings: OnceCell::new(),
            recent: RefCell::default(),
        }
    }

    /// What was observed.
    pub fn observation(&self) -> &'a Observation {
        self.observation
    }

    /// The watch that covers a kind in a namespace: its own, else the one over all namespaces.
    pub fn watch(
        &self,
        api_version: &str,
        kind: &str,
        namespace: Option<&str>,
    ) -> Option<(&'a WatchKey, &'a KindState)> {
        let mut key = WatchKey {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: namespace.map(str::to_owned),
        };
        self.observation.kinds.get_key_value(&key).or_else(|| {
            key.namespace = None;
            self.observation.kinds.get_key_value(&key)
        })
    }

    fn of_target(&self, target: &Target) -> Option<(&'a WatchKey, &'a KindState)> {
        self.watch(&target.api_version, &target.kind, target.namespace.as_deref())
    }

    /// What a check means by a target: without those being deleted, our probes, and Pods of old ReplicaSets.
    pub fn select(&self, target: &Target) -> Selection<'a> {
        match self.existing(target) {
            Selection::Objects(mut objects) => {
                if let Some(reason) = self.cannot_tell_old_pods(target, &objects) {
                    return Selection::Unknown(reason);
                }
                objects.retain(|seen| !object::is_deleting(&seen.object) && !self.is_old_pod(&seen.object));
                Selection::Objects(objects)
            }
            other => other,
        }
    }

    /// Everything of a target that is still there, in whatever state; only our probes are left out.
    pub fn existing(&self, target: &Target) -> Selection<'a> {
        if let Some((_, known)) = self.recent.borrow().iter().find(|(of, _)| of == target) {
            return known.clone();
        }
        let selection = self.find(target);
        let mut recent = self.recent.borrow_mut();
        recent.push_front((target.clone(), selection.clone()));
        recent.truncate(RECENT);
        selection
    }

    fn find(&self, target: &Target) -> Selection<'a> {
        let Some((key, state)) = self.of_target(target) else { return Selection::Unknown(Reason::Connecting) };
        let objects = match state {
            KindState::Pending => return Selection::Unknown(Reason::Connecting),
            KindState::Failed(reason) => return Selection::Unknown(reason.clone()),
            KindState::NotServed => return Selection::NotServed,
            KindState::Synced(objects) => objects,
        };
        Selection::Objects(
            self.candidates(key, objects, target).into_iter().filter(|seen| fits(&seen.object, target)).collect(),
        )
    }

    /// What a target selected in this run and is gone.
    pub fn gone(&self, target: &Target) -> Vec<(Millis, &'a Arc<Value>)> {
        match self.of_target(target) {
            Some((_, KindState::Synced(objects))) => objects
                .gone
                .iter()
                .filter(|((namespace, name), _)| {
                    target.name.as_ref().is_none_or(|wanted| wanted == name)
                        && target.namespace.as_ref().is_none_or(|wanted| wanted == namespace)
                })
                .filter(|(_, (_, last))| fits(last, target))
                .map(|(_, (at, last))| (*at, last))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn candidates(&self, key: &'a WatchKey, objects: &'a Objects, target: &Target) -> Vec<&'a Seen> {
        if let Some(name) = &target.name {
            for namespace in [target.namespace.as_deref().unwrap_or(""), ""] {
                if let Some(seen) = objects.present.get(&(namespace.to_owned(), name.clone())) {
                    return vec![seen];
                }
            }
            if target.namespace.is_some() {
                return Vec::new();
            }
        }
        if let Some((label, value)) = target.labels.match_labels.iter().next() {
            return self.label_index(key, objects).get(&(label.as_str(), value.as_str())).cloned().unwrap_or_default();
        }
        match &target.namespace {
            Some(namespace) => objects
                .present
                .range((namespace.clone(), String::new())..)
                .take_while(|((of, _), _)| of == namespace)
                .map(|(_, seen)| seen)
                .collect(),
            None => objects.present.values().collect(),
        }
    }

    fn label_index(&self, key: &'a WatchKey, objects: &'a Objects) -> Rc<LabelIndex<'a>> {
        if let Some(index) = self.labels.borrow().get(key) {
            return index.clone();
        }
        let mut index = LabelIndex::new();
        for seen in objects.present.values() {
            let labels = object::at(&seen.object, &["metadata", "labels"]).and_then(Value::as_object);
            for (label, value) in labels.into_iter().flatten() {
                if let Some(value) = value.as_str() {
                    index.entry((label.as_str(), value)).or_default().push(seen);
                }
            }
        }
        let index = Rc::new(index);
        self.labels.borrow_mut().insert(key, index.clone());
        index
    }

    fn synced(&self) -> impl Iterator<Item = (&'a WatchKey, &'a Objects)> {
        self.observation.kinds.iter().filter_map(|(key, state)| match state {
            KindState::Synced(objects) => Some((key, objects)),
            _ => None,
        })
    }

    /// Objects whose ownerReferences name this uid, of all kinds that are watched.
    pub fn owned(&self, uid: &str) -> &[&'a Seen] {
        let index = self.owned.get_or_init(|| {
            let mut index: HashMap<&'a str, Vec<&'a Seen>> = HashMap::new();
            let mut known = HashSet::new();
            for seen in self.synced().flat_map(|(_, objects)| objects.present.values()) {
                for owner in object::owners(&seen.object) {
                    // Watches may overlap (one namespace, all namespaces).
                    if known.insert((owner, object::uid(&seen.object))) || object::uid(&seen.object).is_empty() {
                        index.entry(owner).or_default().push(seen);
                    }
                }
            }
            index
        });
        if uid.is_empty() { &[] } else { index.get(uid).map_or(&[], Vec::as_slice) }
    }

    /// Everything owned by this uid, at any distance.
    pub fn descendants(&self, uid: &str) -> Vec<&'a Seen> {
        let mut all: Vec<&'a Seen> = self.owned(uid).to_vec();
        let mut next = 0;
        // Owners can be written by hand, in a circle too.
        while let Some(seen) = all.get(next).copied() {
            for child in self.owned(object::uid(&seen.object)) {
                if !all.iter().any(|known| std::ptr::eq(*known, *child)) {
                    all.push(child);
                }
            }
            next += 1;
        }
        all
    }

    /// Whether an object with this uid is there, in any kind that is watched.
    pub fn exists(&self, kind: &str, uid: &str) -> bool {
        self.synced()
            .filter(|(key, _)| key.kind == kind)
            .any(|(_, objects)| objects.present.values().any(|seen| object::uid(&seen.object) == uid))
    }

    fn revisions(&self) -> &Revisions<'a> {
        self.revisions.get_or_init(|| {
            let mut revisions = Revisions::default();
            let sets = self.synced().filter(|(key, _)| key.kind == "ReplicaSet");
            for seen in sets.flat_map(|(_, objects)| objects.present.values()) {
                let Some(owner) = object::controller(&seen.object) else { continue };
                let owner = text(owner, &["uid"]);
                let revision = text(&seen.object, &["metadata", "annotations", "deployment.kubernetes.io/revision"]);
                let revision = revision.parse().unwrap_or(0);
                revisions.of.insert(object::uid(&seen.object), (owner, revision));
                let newest = revisions.newest.entry(owner).or_insert(revision);
                *newest = revision.max(*newest);
            }
            revisions
        })
    }

    /// Whether this ReplicaSet is one that its Deployment has replaced: a rollback gives an old one a new revision, so
    /// the newest revision among the Deployment's ReplicaSets is the current one.
    pub fn is_old_replica_set(&self, uid: &str) -> bool {
        let revisions = self.revisions();
        match revisions.of.get(uid) {
            Some((owner, revision)) => revisions.newest.get(owner).is_some_and(|newest| revision < newest),
            None => false,
        }
    }

    pub(super) fn is_old_pod(&self, object: &Value) -> bool {
        object::kind(object) == "Pod" && replica_set_of(object).is_some_and(|uid| self.is_old_replica_set(uid))
    }

    /// Pods of ReplicaSets cannot be told apart before the ReplicaSets are known. Where nobody watches ReplicaSets at
    /// all, none is old.
    fn cannot_tell_old_pods(&self, target: &Target, objects: &[&Seen]) -> Option<Reason> {
        if target.kind != "Pod" || !objects.iter().any(|seen| replica_set_of(&seen.object).is_some()) {
            return None;
        }
        match self.watch("apps/v1", "ReplicaSet", target.namespace.as_deref())?.1 {
            KindState::Pending => Some(Reason::Connecting),
            KindState::Failed(reason) => Some(reason.clone()),
            KindState::Synced(_) | KindState::NotServed => None,
        }
    }
}

fn replica_set_of(pod: &Value) -> Option<&str> {
    object::controller(pod).filter(|owner| text(owner, &["kind"]) == "ReplicaSet").map(|owner| text(owner, &["uid"]))
}

/// A Pod of ours, that asks for the learner.
pub(super) fn is_probe(object: &Value) -> bool {
    object::at(object, &["metadata", "labels", PROBE]).is_some()
}

impl Target {
    /// Whether an object is one that an action on this target means: as selected, and not being deleted.
    pub fn means(&self, object: &Value) -> bool {
        fits(object, self) && !object::is_deleting(object)
    }
}

/// Name, namespace, labels and fields of a target; probes are ours and fit nothing.
fn fits(object: &Value, target: &Target) -> bool {
    let Some(metadata) = object.get("metadata") else { return false };
    let labels = metadata.get("labels");
    target.name.as_ref().is_none_or(|name| text(metadata, &["name"]) == name)
        && target.namespace.as_ref().is_none_or(|namespace| {
            let own = text(metadata, &["namespace"]);
            own.is_empty() || own == namespace
        })
        && !is_probe(object)
        && labels::fit(&target.labels, labels)
        && target.fields.iter().all(|(path, wanted)| match object::walk(object, path) {
            Some(Value::String(text)) => text == wanted,
            Some(Value::Null) | None => wanted.is_empty(),
            Some(other) => {
                let written = other.to_string();
                written == *wanted
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::testing::{observe, target};
    use serde_json::json;

    #[track_caller]
    fn check(wanted: Value, objects: Value, expected: &[&str]) {
        let observation = observe(objects);
        let view = View::new(&observation);
        let selection = view.select(&target(wanted));
        let names: Vec<&str> = selection.objects().iter().map(|seen| object::name(&seen.object)).collect();
        assert_eq!(names, expected);
    }

    fn pod(name: &str, extra: Value) -> Value {
        let mut pod =
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "shop", "uid": name}});
        crate::lab::testing::merge(&mut pod, &extra);
        pod
    }

    fn replica_set(name: &str, revision: &str) -> Value {
        json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": name, "namespace": "shop", "uid": name,
            "annotations": {"deployment.kubernetes.io/revision": revision},
            "ownerReferences": [{"kind": "Deployment", "name": "web", "uid": "web", "controller": true}]}})
    }

    fn owned_by(uid: &str) -> Value {
        json!({"metadata": {"ownerReferences": [{"kind": "ReplicaSet", "uid": uid, "controller": true}], "labels": {"app": "web"}}})
    }

    #[test]
    fn names_namespaces_labels_and_fields_select() {
        let objects = json!([
            pod("a", json!({"metadata": {"labels": {"app": "web", "tier": "x"}}, "spec": {"nodeName": "n1"}})),
            pod("b", json!({"metadata": {"labels": {"app": "db"}}})),
            pod("c", json!({"metadata": {"namespace": "other", "labels": {"app": "web"}}}))
        ]);
        check(json!({"kind": "Pod", "namespace": "shop", "name": "a"}), objects.clone(), &["a"]);
        check(json!({"kind": "Pod", "namespace": "shop"}), objects.clone(), &["a", "b"]);
        check(json!({"kind": "Pod", "namespace": "shop", "labels": {"app": "web"}}), objects.clone(), &["a"]);
        check(json!({"kind": "Pod", "labels": {"app": "web"}}), objects.clone(), &["c", "a"]);
        check(json!({"kind": "Pod", "namespace": "shop", "fields": {"spec.nodeName": "n1"}}), objects.clone(), &["a"]);
        check(json!({"kind": "Pod", "namespace": "shop", "fields": {"spec.nodeName": ""}}), objects.clone(), &["b"]);
        let expression = |operator: &str, values: Value| json!({"kind": "Pod", "namespace": "shop", "expressions": [{"key": "tier", "operator": operator, "values": values}]});
        check(expression("In", json!(["x", "y"])), objects.clone(), &["a"]);
        check(expression("NotIn", json!(["x"])), objects.clone(), &["b"]);
        check(expression("Exists", json!([])), objects.clone(), &["a"]);
        check(expression("DoesNotExist", json!([])), objects, &["b"]);
    }

    #[test]
    fn what_is_being_deleted_is_not_selected() {
        let objects =
            json!([pod("a", json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}})), pod("b", json!({}))]);
        check(json!({"kind": "Pod", "namespace": "shop"}), objects, &["b"]);
    }

    #[test]
    fn our_probes_are_not_selected() {
        let objects =
            json!([pod("probe", json!({"metadata": {"labels": {"jotasu.dev/probe": "x"}}})), pod("b", json!({}))]);
        check(json!({"kind": "Pod", "namespace": "shop"}), objects, &["b"]);
    }

    #[test]
    fn pods_of_old_replica_sets_are_not_selected_whatever_their_labels() {
        let objects = json!([
            replica_set("web-1", "1"),
            replica_set("web-2", "2"),
            pod("old", owned_by("web-1")),
            pod("new", owned_by("web-2")),
            pod("bare", json!({"metadata": {"labels": {"app": "web"}}}))
        ]);
        check(json!({"kind": "Pod", "namespace": "shop", "labels": {"app": "web"}}), objects, &["bare", "new"]);
        // A rollback: the first ReplicaSet has the newest revision.
        let objects = json!([
            replica_set("web-1", "3"),
            replica_set("web-2", "2"),
            pod("old", owned_by("web-2")),
            pod("new", owned_by("web-1"))
        ]);
        check(json!({"kind": "Pod", "namespace": "shop"}), objects, &["new"]);
    }

    #[test]
    fn pods_of_replica_sets_not_yet_known_cannot_be_told() {
        let mut observation = observe(json!([pod("a", owned_by("web-1"))]));
        let key = WatchKey { api_version: "apps/v1".into(), kind: "ReplicaSet".into(), namespace: Some("shop".into()) };
        observation.kinds.insert(key, KindState::Pending);
        let view = View::new(&observation);
        let selection = view.select(&target(json!({"kind": "Pod", "namespace": "shop"})));
        assert!(matches!(selection, Selection::Unknown(Reason::Connecting)));
    }

    #[test]
    fn owners_decide_whose_an_object_is() {
        let observation = observe(json!([
            replica_set("web-1", "1"),
            pod("a", owned_by("web-1")),
            pod("b", json!({"metadata": {"labels": {"app": "web"}}}))
        ]));
        let view = View::new(&observation);
        let names: Vec<&str> = view.descendants("web").iter().map(|seen| object::name(&seen.object)).collect();
        assert_eq!(names, ["web-1", "a"]);
    }

    #[test]
    fn an_action_means_what_is_selected_and_not_leaving() {
        let named = target(json!({"kind": "Pod", "namespace": "shop", "name": "a"}));
        let pod = json!({"metadata": {"name": "a", "namespace": "shop"}});
        let leaving =
            json!({"metadata": {"name": "a", "namespace": "shop", "deletionTimestamp": "2026-01-01T00:00:00Z"}});
        assert_eq!((named.means(&pod), named.means(&leaving)), (true, false));
    }
}
