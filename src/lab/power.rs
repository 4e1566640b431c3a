//! Powers over the machine or the whole cluster that a lab's objects would use. A lab declares them or does not load.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::model::{Action, Lab, PatchKind};

/// Powers that an action uses and the lab's `requires.power` does not name, in order:
/// `privileged`, `hostPath`, `hostPID`, `hostIPC`, `hostNetwork`, or a kind such as `ClusterRoleBinding`.
pub fn undeclared(lab: &Lab, action: &Action) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    match action {
        // What a chart makes is known when helm has been asked: see [`of_objects`].
        Action::Apply(objects) => objects.iter().for_each(|object| powers(object, &mut used)),
        Action::Patch { target, kind, body } => {
            of_kind(&target.kind, &mut used);
            match (kind, body) {
                (PatchKind::Json, Value::Array(operations)) => {
                    used.extend(operations.iter().flat_map(of_operation));
                }
                _ => fields(body, &mut used),
            }
        }
        _ => {}
    }
    beyond(lab, used)
}

/// The same of objects that something else than an action of the lab's would make.
pub fn of_objects(lab: &Lab, objects: &[Value]) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    objects.iter().for_each(|object| powers(object, &mut used));
    beyond(lab, used)
}

fn beyond(lab: &Lab, used: BTreeSet<String>) -> BTreeSet<String> {
    used.into_iter().filter(|power| !lab.requires.power.contains(power)).collect()
}

/// Fields that give power, by their names.
const FIELDS: [&str; 5] = ["hostIPC", "hostNetwork", "hostPID", "hostPath", "privileged"];
/// Kinds that reach over the whole cluster.
pub const KINDS: [&str; 6] = [
    "APIService",
    "ClusterRoleBinding",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
];
/// Every power, as `requires.power` names it.
pub const WORDS: [&str; FIELDS.len() + KINDS.len()] = {
    let mut words = [""; FIELDS.len() + KINDS.len()];
    let mut at = 0;
    while at < words.len() {
        words[at] = if at < FIELDS.len() { FIELDS[at] } else { KINDS[at - FIELDS.len()] };
        at += 1;
    }
    words
};

/// Whether a field gives power: one that is `on`, or of those that say what by a `map` of their own, one that has it.
pub fn gives(name: &str, on: bool, map: bool) -> bool {
    FIELDS.contains(&name) && if name == "hostPath" { map } else { on }
}

fn powers(object: &Value, used: &mut BTreeSet<String>) {
    of_kind(object.get("kind").and_then(Value::as_str).unwrap_or_default(), used);
    fields(object, used);
}

fn of_kind(kind: &str, used: &mut BTreeSet<String>) {
    used.extend(KINDS.contains(&kind).then(|| kind.to_owned()));
}

/// The powers of one operation of a JSON patch: those of a merge that puts its value where its path leads. What it
/// copies or moves is not known here, so that from or to such a field it may not at all.
pub fn of_operation(operation: &Value) -> BTreeSet<String> {
    let text = |name: &str| operation.get(name).and_then(Value::as_str).unwrap_or_default();
    // No name of such a field holds what a pointer escapes (`~`, `/`), so the segments are compared as they stand.
    let mut used = BTreeSet::new();
    match text("op") {
        "remove" | "test" => {}
        "copy" | "move" => {
            let segments = text("path").split('/').chain(text("from").split('/'));
            used.extend(segments.filter(|segment| FIELDS.contains(segment)).map(str::to_owned));
        }
        // What is no operation is judged as if it were one.
        _ => {
            let mut segments = text("path").rsplit('/');
            let last = segments.next().unwrap_or_default();
            // What stands below it makes it a volume; the others are values and hold nothing.
            used.extend(segments.any(|segment| segment == "hostPath").then(|| "hostPath".to_owned()));
            fields(&json!({ last: operation.get("value") }), &mut used);
        }
    }
    used
}

/// Looks at every field, wherever a Pod template may be nested.
fn fields(value: &Value, used: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                if gives(name, value == &Value::Bool(true), value.is_object()) {
                    used.insert(name.clone());
                }
                fields(value, used);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| fields(item, used)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(object: Value, expected: &[&str]) {
        let mut used = BTreeSet::new();
        powers(&object, &mut used);
        assert_eq!(used.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn powers_are_found_however_deep_they_stand() {
        check(
            json!({"kind": "Pod", "spec": {"hostPID": true, "containers": [{"securityContext": {"privileged": true}}]}}),
            &["hostPID", "privileged"],
        );
        check(
            json!({"kind": "CronJob", "spec": {"jobTemplate": {"spec": {"template": {"spec": {"volumes": [{"hostPath": {"path": "/"}}]}}}}}}),
            &["hostPath"],
        );
        check(json!({"kind": "ClusterRoleBinding"}), &["ClusterRoleBinding"]);
        check(json!({"kind": "Pod", "spec": {"hostNetwork": false}}), &[]);
        check(json!({"kind": "ConfigMap", "data": {"hostPID": "true"}}), &[]);
    }

    #[test]
    fn an_operation_of_a_patch_is_judged_as_the_merge_that_it_is() {
        let check = |operation: Value, expected: &[&str]| {
            let used = of_operation(&operation);
            assert_eq!(used.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{operation}");
        };
        check(json!({"op": "add", "path": "/spec/template/spec/hostNetwork", "value": true}), &["hostNetwork"]);
        check(json!({"op": "replace", "path": "/spec/hostNetwork", "value": false}), &[]);
        check(json!({"op": "add", "path": "/spec/volumes/-", "value": {"hostPath": {"path": "/"}}}), &["hostPath"]);
        check(json!({"op": "replace", "path": "/spec/volumes/0/hostPath/path", "value": "/"}), &["hostPath"]);
        check(json!({"op": "copy", "from": "/spec/shareProcessNamespace", "path": "/spec/hostPID"}), &["hostPID"]);
        check(json!({"op": "move", "from": "/spec/volumes/0/hostPath", "path": "/spec/x"}), &["hostPath"]);
        check(json!({"op": "remove", "path": "/spec/hostPID"}), &[]);
        check(json!({"op": "add", "path": "/metadata/annotations/x~1hostPID", "value": true}), &[]);
        check(json!({"op": "Add", "path": "/spec/hostPID", "value": true}), &["hostPID"]);
        check(json!("hostPID"), &[]);
        let long = "/a".repeat(100_000);
        check(json!({"op": "add", "path": format!("{long}/hostPID"), "value": true}), &["hostPID"]);
    }
}
