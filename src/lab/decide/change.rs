//! What changed when a check ceased to be passed: which object was deleted, made, or edited, where, and by whom. It tells
//! what was seen; where nothing was seen it says nothing.

use serde_json::Value;

use super::activity::equal;
use crate::lab::model::ResourceExpectation;
use crate::lab::object::{self, list, push_key, text};
use crate::lab::observe::{Millis, Seen};
use crate::lab::select::{Selection, View, of_json, selects};
use crate::lab::verdict::{Actual, Change, ChangeKind, Expected, Finding};

/// Changes this near to the newest may be its reason: a Pod is deleted, then its Deployment's numbers fall.
const TOGETHER: Millis = 2_000;

/// The change that turned a check whose finding this is, and which held until after `since`.
pub(super) fn find(
    view: &View<'_>,
    leaves: &[&ResourceExpectation],
    finding: Option<&Finding>,
    since: Option<Millis>,
) -> Option<Change> {
    let mut all: Vec<(Millis, u8, Change)> = Vec::new();
    let deleted = |object: &Value| Change { object: object::reference(object), kind: ChangeKind::Deleted };
    for leaf in leaves {
        all.extend(view.gone(&leaf.target).into_iter().map(|(at, last)| (at, 4, deleted(last))));
        let Selection::Objects(objects) = view.existing(&leaf.target) else { continue };
        for seen in objects {
            all.extend(of(seen, finding));
            let owned = view.owned(object::uid(&seen.object)).iter();
            let leaving = owned.filter(|owned| object::is_deleting(&owned.object));
            all.extend(leaving.map(|owned| (owned.changed, 2, deleted(&owned.object))));
        }
        all.extend(gone_pods(view, leaf).into_iter().map(|(at, pod)| (at, 2, deleted(pod))));
    }
    all.retain(|(at, ..)| since.is_none_or(|since| *at > since));
    let newest = all.iter().map(|(at, ..)| *at).max();
    all.retain(|(at, ..)| newest.is_some_and(|newest| *at >= newest - TOGETHER));
    all.into_iter()
        .max_by_key(|(at, weight, _)| (*weight, *at))
        .map(|(_, _, change)| change)
        .or_else(|| unseen(leaves, finding))
}

/// The one object a check is about is not there any more, and nobody saw it go.
fn unseen(leaves: &[&ResourceExpectation], finding: Option<&Finding>) -> Option<Change> {
    let finding =
        finding.filter(|finding| finding.actual == Actual::Missing && finding.expected != Expected::Absent)?;
    let leaf = leaves.iter().find(|leaf| leaf.target.name.is_some() && leaf.target.described() == finding.subject)?;
    Some(Change { object: leaf.target.described(), kind: ChangeKind::Deleted })
}

/// Pods of the selected objects that are gone: the object itself shows a smaller number only.
fn gone_pods<'a>(view: &View<'a>, leaf: &ResourceExpectation) -> Vec<(Millis, &'a Value)> {
    let Selection::Objects(objects) = view.existing(&leaf.target) else { return Vec::new() };
    let Some((_, state)) = view.watch("v1", "Pod", leaf.target.namespace.as_deref()) else { return Vec::new() };
    let crate::lab::observe::KindState::Synced(pods) = state else { return Vec::new() };
    if pods.gone.is_empty() {
        return Vec::new();
    }
    let mut owners: Vec<&str> = objects.iter().map(|seen| object::uid(&seen.object)).collect();
    owners.extend(
        objects
            .iter()
            .flat_map(|seen| view.descendants(object::uid(&seen.object)))
            .map(|seen| object::uid(&seen.object)),
    );
    let services = objects.iter().filter(|seen| object::kind(&seen.object) == "Service");
    let selectors: Vec<_> =
        services.filter_map(|seen| of_json(object::at(&seen.object, &["spec", "selector"]))).collect();
    let mine = |pod: &Value| {
        object::owners(pod).any(|owner| owners.contains(&owner))
            || selectors.iter().any(|selector| selects(selector, pod))
    };
    pods.gone.values().filter(|(_, pod)| mine(pod)).map(|(at, pod)| (*at, &**pod)).collect()
}

/// When what happened to one object, and how much that tells.
fn of(seen: &Seen, finding: Option<&Finding>) -> Vec<(Millis, u8, Change)> {
    let reference = || object::reference(&seen.object);
    if object::is_deleting(&seen.object) {
        return vec![(seen.changed, 4, Change { object: reference(), kind: ChangeKind::Deleted })];
    }
    let Some(before) = &seen.before else {
        let created = Change { object: reference(), kind: ChangeKind::Created };
        return (!seen.initial).then_some((seen.changed, 2, created)).into_iter().collect();
    };
    // A controller's report follows an edit at once; it tells what, not who: the edit tells both.
    let edit = seen.edited.as_ref().map(|(at, before)| (*at, before)).into_iter();
    let versions = edit.chain([(seen.changed, before)]);
    let changes = versions.filter_map(|(at, before)| {
        let path = field(before, &seen.object, finding)?;
        let weight = if path.starts_with("status") { 1 } else { 3 };
        let value = |object: &Value| object::walk(object, &path).cloned();
        let named = object::by_name(&seen.object, &path);
        let kind = ChangeKind::Field {
            before: value(before),
            after: value(&seen.object),
            by: manager(&seen.object, &named),
            path: named,
        };
        Some((at, weight, Change { object: reference(), kind }))
    });
    changes.collect()
}

/// The field in question if it differs, else the first that does: spec and the like, then metadata, then status.
fn field(before: &Value, after: &Value, finding: Option<&Finding>) -> Option<String> {
    let asked = finding.and_then(|finding| finding.path.as_deref()).filter(|path| !path.starts_with("status"));
    if let Some(path) = asked
        && let Some(deepest) = differing(object::walk(before, path), object::walk(after, path), path.to_owned())
    {
        return Some(deepest);
    }
    let members: Vec<&String> =
        [before, after].into_iter().filter_map(Value::as_object).flat_map(|members| members.keys()).collect();
    let rank = |key: &str| match key {
        "metadata" => 1,
        "status" => 2,
        _ => 0,
    };
    (0..=2).find_map(|wanted| {
        members.iter().filter(|key| rank(key) == wanted).find_map(|key| {
            let mut path = String::new();
            push_key(&mut path, key);
            differing(before.get(key.as_str()), after.get(key.as_str()), path)
        })
    })
}

/// The deepest place where both still are but differ.
fn differing(before: Option<&Value>, after: Option<&Value>, path: String) -> Option<String> {
    match (before, after) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let keys = old.keys().chain(new.keys().filter(|key| !old.contains_key(*key)));
            keys.filter(|key| !bookkeeping(key)).find_map(|key| {
                let mut inner = path.clone();
                push_key(&mut inner, key);
                differing(old.get(key), new.get(key), inner)
            })
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) if old.len() == new.len() => (0..)
            .zip(old.iter().zip(new))
            .find_map(|(n, (old, new)): (usize, _)| differing(Some(old), Some(new), format!("{path}[{n}]"))),
        (Some(old), Some(new)) if equal(old, new, false) => None,
        (None, None) => None,
        _ => Some(path),
    }
}

/// Whether somebody changed more than what controllers and kubectl keep for themselves.
pub fn edited(before: &Value, after: &Value) -> bool {
    let members = [before, after].into_iter().filter_map(Value::as_object).flat_map(|members| members.keys());
    let differs = |key: &str| match key {
        "status" => false,
        "metadata" => ["labels", "annotations", "finalizers", "deletionTimestamp"].iter().any(|part| {
            let of = |object: &Value| object::at(object, &["metadata", part]).cloned();
            differing(of(before).as_ref(), of(after).as_ref(), String::new()).is_some()
        }),
        _ => differing(before.get(key), after.get(key), String::new()).is_some(),
    };
    members.map(String::as_str).collect::<std::collections::BTreeSet<_>>().into_iter().any(differs)
}

fn bookkeeping(key: &str) -> bool {
    matches!(
        key,
        "managedFields"
            | "resourceVersion"
            | "generation"
            | "observedGeneration"
            | "lastHeartbeatTime"
            | "lastProbeTime"
            | "lastUpdateTime"
            | "lastTransitionTime"
            | "kubectl.kubernetes.io/last-applied-configuration"
            | "deployment.kubernetes.io/revision"
    )
}

/// Who wrote a field last: of those that own it the newest, else the newest that wrote to that part at all (a field that
/// is gone has no owner).
fn manager(object: &Value, path: &str) -> Option<String> {
    let status = path.starts_with("status");
    let entries = list(object, &["metadata", "managedFields"]).iter();
    let mut entries: Vec<&Value> =
        entries.filter(|entry| (text(entry, &["subresource"]) == "status") == status).collect();
    // Times are RFC 3339 in UTC; so written, they compare as text. The later entry wins a tie.
    entries.sort_by_key(|entry| text(entry, &["time"]));
    let owner = entries.iter().rev().find(|entry| entry.get("fieldsV1").is_some_and(|fields| owns(fields, path)));
    let newest = owner.or(entries.last())?;
    match text(newest, &["manager"]) {
        "" => None,
        // Its controllers share one name; of them only the autoscaler writes through `scale`.
        "kube-controller-manager" if text(newest, &["subresource"]) == "scale" => {
            Some("horizontal-pod-autoscaler".to_owned())
        }
        // Scaling goes by the name that plain `kubectl` has everywhere else.
        "kubectl" if text(newest, &["subresource"]) == "scale" => Some("kubectl-scale".to_owned()),
        manager => Some(manager.to_owned()),
    }
}

/// Whether `fieldsV1` has a path; elements of lists are compared as far as they have names.
fn owns(fields: &Value, path: &str) -> bool {
    let mut at = fields;
    let mut rest = path;
    while !rest.is_empty() {
        let key = if let Some((key, after)) = rest.strip_prefix("['").and_then(|inner| inner.split_once("']")) {
            rest = after;
            format!("f:{key}")
        } else if let Some((element, after)) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            rest = after;
            // A key may have more members (`containerPort`, `protocol`) than the path tells.
            let Some((name, value)) = element.split_once('=') else { return true };
            let known = at.as_object().into_iter().flat_map(serde_json::Map::keys).find(|key| {
                let key = key.strip_prefix("k:").and_then(|key| serde_json::from_str::<Value>(key).ok());
                key.and_then(|key| Some(key.get(name)?.to_string().trim_matches('"') == value)).unwrap_or(false)
            });
            match known {
                Some(key) => key.clone(),
                None => return false,
            }
        } else {
            let plain = rest.trim_start_matches('.');
            let end = plain.find(['.', '[']).unwrap_or(plain.len());
            let Some((key, after)) = plain.split_at_checked(end) else { return false };
            rest = after;
            format!("f:{key}")
        };
        match at.get(&key) {
            Some(inner) => at = inner,
            None => return false,
        }
        // `{}` owns all that is below it.
        if at.as_object().is_some_and(serde_json::Map::is_empty) {
            return true;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_edit_is_more_than_a_report() {
        #[track_caller]
        fn check(after: Value, expected: bool) {
            let before = json!({"metadata": {"labels": {"a": "b"}, "resourceVersion": "1"}, "spec": {"replicas": 2}, "status": {"replicas": 2}});
            let mut object = before.clone();
            crate::lab::testing::merge(&mut object, &after);
            assert_eq!(edited(&before, &object), expected, "{after}");
        }
        check(json!({"status": {"replicas": 1}, "metadata": {"resourceVersion": "2"}}), false);
        check(json!({"metadata": {"annotations": {"deployment.kubernetes.io/revision": "2"}}}), true);
        check(json!({"metadata": {"labels": {"a": "c"}}}), true);
        check(json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}), true);
        check(json!({"spec": {"replicas": 1}, "status": {"replicas": 1}}), true);
        check(json!({"data": {"x": "y"}}), true);
    }

    #[test]
    fn the_one_who_owns_the_field_wrote_it() {
        #[track_caller]
        fn check(path: &str, expected: Option<&str>) {
            let entry = |manager: &str, time: &str, subresource: &str, fields: Value| json!({"manager": manager, "time": time, "subresource": subresource, "fieldsV1": fields});
            let object = json!({"metadata": {"managedFields": [
                entry("kubectl-client-side-apply", "2026-01-01T00:00:00Z", "", json!({"f:spec": {"f:replicas": {}, "f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"web\"}": {".": {}, "f:image": {}}}}}}})),
                entry("kubectl-edit", "2026-01-01T00:00:02Z", "", json!({"f:spec": {"f:replicas": {}}})),
                entry("kubectl-label", "2026-01-01T00:00:03Z", "", json!({"f:metadata": {"f:labels": {"f:a.b/c": {}}}})),
                entry("kube-controller-manager", "2026-01-01T00:00:04Z", "scale", json!({"f:spec": {"f:minReadySeconds": {}}})),
                entry("kube-controller-manager", "2026-01-01T00:00:05Z", "status", json!({"f:status": {"f:replicas": {}}})),
            ]}});
            assert_eq!(manager(&object, path).as_deref(), expected, "{path}");
        }
        check("spec.replicas", Some("kubectl-edit"));
        check("spec.template.spec.containers[name=web].image", Some("kubectl-client-side-apply"));
        check("metadata.labels['a.b/c']", Some("kubectl-label"));
        check("spec.minReadySeconds", Some("horizontal-pod-autoscaler"));
        check("status.replicas", Some("kube-controller-manager"));
        // Nobody owns what is gone: whoever wrote last took it away.
        check("spec.paused", Some("horizontal-pod-autoscaler"));
    }
}
