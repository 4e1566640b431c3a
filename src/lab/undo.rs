//! Undoing to the last moment that was green: what must be deleted, made and put back so that owned objects are as they
//! were then. What belongs to a controller is left to it, and what cannot come back is said.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::object;
use super::observe::Millis;
use super::select::PROBE;
use super::verdict::ObjectRef;

/// How one object is put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// It was not there: deleted.
    Delete,
    /// It is another than it was: replaced.
    Replace,
    /// It cannot be replaced in place, or is on its way out: deleted and made again.
    Remake,
    /// It is gone: made.
    Make,
}

/// One object to be put back.
#[derive(Clone, Debug, PartialEq)]
pub struct Undoing {
    /// How.
    pub how: How,
    /// Which.
    pub object: ObjectRef,
    /// The first fields that differ, at most three.
    pub fields: Vec<String>,
    /// As it was; as it is where it is deleted.
    pub body: Value,
}

/// What does not come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// Pods are new ones: the logs of the old are gone.
    Logs,
    /// A volume claim is made again: what was in it is not.
    Data,
    /// A Job is made again: it runs again.
    Jobs,
}

/// All that undoing would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The moment it goes back to.
    pub at: Millis,
    /// The checks that were passed then.
    pub passed: Vec<String>,
    /// Objects, in the order they are put back.
    pub objects: Vec<Undoing>,
    /// Nodes whose owned labels or taints are put back.
    pub nodes: Vec<String>,
}

impl Plan {
    /// Everything is as it was.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.nodes.is_empty()
    }

    /// What does not come back.
    pub fn losses(&self) -> BTreeSet<Loss> {
        let made = self.objects.iter().filter(|undoing| undoing.how >= How::Remake);
        made.filter_map(|undoing| match undoing.object.kind.as_str() {
            "PersistentVolumeClaim" => Some(Loss::Data),
            "Job" => Some(Loss::Jobs),
            kind if runs(kind) => Some(Loss::Logs),
            _ => None,
        })
        .collect()
    }

    /// What would be done, one line each, and what does not come back: shown before it is asked for.
    pub fn lines(&self) -> Vec<String> {
        let object = |undoing: &Undoing| {
            let of = &undoing.object;
            let place = of.namespace.as_ref().map(|n| format!("{n}/")).unwrap_or_default();
            format!("{} {place}{}", of.kind, of.name)
        };
        let mut lines: Vec<String> = Vec::new();
        for undoing in &self.objects {
            lines.push(match undoing.how {
                How::Delete => format!("지움    {}", object(undoing)),
                How::Replace => format!("되돌림 {} ({})", object(undoing), undoing.fields.join(", ")),
                How::Remake => format!("바꿈    {} (지우고 다시 만듦)", object(undoing)),
                How::Make => format!("만듦    {}", object(undoing)),
            });
        }
        lines.extend(self.nodes.iter().map(|node| format!("되돌림 노드 {node}의 라벨과 taint")));
        lines
    }
}

/// The kinds whose Pods are others when they are made again.
fn runs(kind: &str) -> bool {
    matches!(kind, "Pod" | "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "ReplicationController")
}

/// An object as it is kept: without what the API server and controllers write. `None` where it is theirs as a whole.
pub fn kept(object: &Value) -> Option<Value> {
    let kind = object::kind(object);
    let controllers = matches!(kind, "Event" | "Endpoints" | "Lease")
        || (kind == "ConfigMap" && object::name(object) == "kube-root-ca.crt")
        || (kind == "Secret" && object::text(object, &["type"]) == "kubernetes.io/service-account-token")
        || object.pointer("/metadata/labels").is_some_and(|labels| labels.get(PROBE).is_some());
    if controllers || object::owners(object).next().is_some() {
        return None;
    }
    let mut kept = object.clone();
    let fields = kept.as_object_mut()?;
    fields.remove("status");
    if let Some(metadata) = fields.get_mut("metadata").and_then(Value::as_object_mut) {
        for field in [
            "managedFields",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "selfLink",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
        ] {
            metadata.remove(field);
        }
        prune(metadata, "annotations", |key| {
            key == "deployment.kubernetes.io/revision"
                || ["pv.kubernetes.io/", "volume.kubernetes.io/", "volume.beta.kubernetes.io/"]
                    .iter()
                    .any(|prefix| key.starts_with(prefix))
        });
    }
    match kind {
        "Namespace" => drop(fields.remove("spec")),
        "Pod" => {
            // Where it runs is for the scheduler to say.
            fields.get_mut("spec").and_then(Value::as_object_mut).map(|spec| spec.remove("nodeName"));
        }
        "PersistentVolumeClaim" => {
            fields.get_mut("spec").and_then(Value::as_object_mut).map(|spec| spec.remove("volumeName"));
        }
        "Job" => job(fields),
        _ => {}
    }
    Some(kept)
}

/// What binds a Job to its own uid.
fn job(fields: &mut Map<String, Value>) {
    let own =
        |key: &str| ["controller-uid", "job-name"].contains(&key.strip_prefix("batch.kubernetes.io/").unwrap_or(key));
    if let Some(metadata) = fields.get_mut("metadata").and_then(Value::as_object_mut) {
        prune(metadata, "labels", own);
    }
    let Some(spec) = fields.get_mut("spec").and_then(Value::as_object_mut) else { return };
    if spec.get("manualSelector") != Some(&Value::Bool(true)) {
        spec.remove("selector");
    }
    let template = spec.get_mut("template").and_then(|template| template.get_mut("metadata"));
    if let Some(metadata) = template.and_then(Value::as_object_mut) {
        prune(metadata, "labels", own);
    }
}

/// Removes members of a map by their keys, and the map when nothing is left.
fn prune(parent: &mut Map<String, Value>, field: &str, gone: impl Fn(&str) -> bool) {
    let Some(map) = parent.get_mut(field).and_then(Value::as_object_mut) else { return };
    map.retain(|key, _| !gone(key));
    if map.is_empty() {
        parent.remove(field);
    }
}

/// Group, kind, namespace and name: what makes an object the same one.
type Name = (String, String, String, String);

fn identity(object: &Value) -> Name {
    let api_version = object::text(object, &["apiVersion"]);
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let [kind, namespace, name] = [object::kind(object), object::namespace(object), object::name(object)];
    (group.to_owned(), kind.to_owned(), namespace.to_owned(), name.to_owned())
}

/// What must be done so that what is there (as the API server gives it) becomes what was [`kept`].
pub fn undo(before: &[Value], now: &[Value]) -> Vec<Undoing> {
    let was: BTreeMap<Name, &Value> = before.iter().map(|object| (identity(object), object)).collect();
    let mut there: BTreeSet<Name> = BTreeSet::new();
    let mut undoings = Vec::new();
    let mut add = |how, body: &Value, fields| {
        undoings.push(Undoing { how, object: object::reference(body), fields, body: body.clone() });
    };
    for object in now {
        let Some(kept) = kept(object) else { continue };
        let name = identity(object);
        match was.get(&name) {
            // Gone soon without us, or gone with its namespace.
            None if object::is_deleting(object) => {}
            None if new_namespace(now, &was, object) => {}
            None => add(How::Delete, &kept, Vec::new()),
            Some(before) if object::is_deleting(object) => add(How::Remake, before, Vec::new()),
            Some(before) if **before == kept => {}
            Some(before) => {
                let mut fields = Vec::new();
                differing(before, &kept, "", &mut fields);
                add(How::Replace, before, fields);
            }
        }
        there.insert(name);
    }
    for (name, object) in &was {
        if !there.contains(name) {
            add(How::Make, object, Vec::new());
        }
    }
    undoings.sort_by_key(|undoing| (phase(undoing.how), rank(&undoing.body)));
    undoings
}

/// What stands in its way is deleted before anything is made.
fn phase(how: How) -> u8 {
    match how {
        How::Delete => 0,
        How::Replace | How::Remake | How::Make => 1,
    }
}

/// An object of a namespace that was not there: it goes with its namespace.
fn new_namespace(now: &[Value], was: &BTreeMap<Name, &Value>, object: &Value) -> bool {
    let namespace = object::namespace(object);
    let name = (String::new(), "Namespace".to_owned(), String::new(), namespace.to_owned());
    !namespace.is_empty() && !was.contains_key(&name) && now.iter().any(|object| identity(object) == name)
}

/// What others stand on comes first.
fn rank(object: &Value) -> u8 {
    match object::kind(object) {
        "Namespace" => 0,
        "CustomResourceDefinition" => 1,
        kind if runs(kind) || matches!(kind, "Job" | "CronJob") => 4,
        _ if object::namespace(object).is_empty() => 2,
        _ => 3,
    }
}

/// The deepest places where both differ, at most three.
fn differing(before: &Value, now: &Value, path: &str, out: &mut Vec<String>) {
    if before == now || out.len() >= 3 {
        return;
    }
    match (before, now) {
        (Value::Object(old), Value::Object(new)) => {
            let keys = old.keys().chain(new.keys().filter(|key| !old.contains_key(*key)));
            for key in keys {
                let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                let side = |map: &Map<String, Value>| map.get(key).cloned().unwrap_or(Value::Null);
                differing(&side(old), &side(new), &inner, out);
            }
        }
        _ => out.push(path.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lab::testing::merge;

    fn object(kind: &str, name: &str, extra: Value) -> Value {
        let mut object = json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": "shop"}});
        merge(&mut object, &extra);
        object
    }

    /// As the API server gives it: with what it and controllers add.
    fn served(mut object: Value) -> Value {
        merge(
            &mut object,
            &json!({"metadata": {"uid": "u", "resourceVersion": "7", "generation": 3, "managedFields": [],
                "creationTimestamp": "2026-01-01T00:00:00Z"}, "status": {"phase": "x"}}),
        );
        object
    }

    #[track_caller]
    fn check(before: &[Value], now: &[Value], expected: &[&str]) {
        let before: Vec<Value> = before.iter().filter_map(|object| kept(&served(object.clone()))).collect();
        let now: Vec<Value> = now.iter().map(|object| served(object.clone())).collect();
        let plan = Plan { objects: undo(&before, &now), ..Plan::default() };
        assert_eq!(plan.lines(), expected);
    }

    #[test]
    fn what_is_as_it_was_needs_nothing() {
        let config = || object("ConfigMap", "a", json!({"data": {"x": "1"}}));
        check(&[config()], &[config()], &[]);
        check(&[], &[], &[]);
        // What belongs to a controller is left to it, whichever way it differs.
        let owned = |name: &str| object("Pod", name, json!({"metadata": {"ownerReferences": [{"uid": "r"}]}}));
        check(&[owned("web-1")], &[owned("web-2")], &[]);
        check(&[], &[object("Event", "e", json!({})), object("ConfigMap", "kube-root-ca.crt", json!({}))], &[]);
        let job = |uid: &str| {
            let labels = json!({"controller-uid": uid, "batch.kubernetes.io/job-name": "j"});
            let spec = json!({"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}}});
            object("Job", "j", json!({"metadata": {"labels": labels}, "spec": spec}))
        };
        check(&[job("a")], &[job("b")], &[]);
    }

    #[test]
    fn what_came_goes_what_went_comes_and_what_changed_is_put_back() {
        let config = |value: &str| object("ConfigMap", "a", json!({"data": {"x": value, "y": "2"}}));
        check(
            &[config("1"), object("Deployment", "web", json!({})), object("Secret", "s", json!({}))],
            &[config("9"), object("Service", "new", json!({}))],
            &[
                "지움    Service shop/new",
                "되돌림 ConfigMap shop/a (data.x)",
                "만듦    Secret shop/s",
                "만듦    Deployment shop/web",
            ],
        );
        let leaving = object("Pod", "p", json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}));
        check(
            &[object("Pod", "p", json!({}))],
            std::slice::from_ref(&leaving),
            &["바꿈    Pod shop/p (지우고 다시 만듦)"],
        );
        check(&[], &[leaving], &[]);
    }

    #[test]
    fn a_namespace_comes_before_and_goes_with_what_is_in_it() {
        let namespace = || json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}});
        let config = || object("ConfigMap", "a", json!({}));
        check(&[config(), namespace()], &[], &["만듦    Namespace shop", "만듦    ConfigMap shop/a"]);
        check(&[], &[config(), namespace()], &["지움    Namespace shop"]);
    }

    #[test]
    fn what_does_not_come_back_is_known() {
        let gone = |kind: &str| object(kind, "x", json!({}));
        let before = ["ConfigMap", "Deployment", "PersistentVolumeClaim", "Job"].map(gone);
        let plan = |before: &[Value]| Plan { objects: undo(before, &[]), ..Plan::default() };
        assert_eq!(plan(&before).losses(), [Loss::Logs, Loss::Data, Loss::Jobs].into());
        assert_eq!(plan(&before[..1]).losses(), BTreeSet::new());
    }
}
