//! Powers over the machine or the whole cluster that a lab's objects would use. A lab declares them or does not load.

use std::collections::BTreeSet;

use serde_json::Value;

use super::model::{Action, Lab};

/// Powers that the lab's actions use and `requires.power` does not name, in order:
/// `privileged`, `hostPath`, `hostPID`, `hostIPC`, `hostNetwork`, or a kind such as `ClusterRoleBinding`.
pub fn undeclared(lab: &Lab) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for action in lab.actions() {
        match action {
            Action::Apply(objects) => objects.iter().for_each(|object| powers(object, &mut used)),
            Action::Patch { body, .. } => fields(body, &mut used),
            _ => {}
        }
    }
    used.into_iter().filter(|power| !lab.requires.power.contains(power)).collect()
}

/// Kinds that reach over the whole cluster.
pub const KINDS: [&str; 6] = [
    "APIService",
    "ClusterRoleBinding",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
];

fn powers(object: &Value, used: &mut BTreeSet<String>) {
    if let Some(kind) = object.get("kind").and_then(Value::as_str).filter(|kind| KINDS.contains(kind)) {
        used.insert(kind.to_owned());
    }
    fields(object, used);
}

/// Looks at every field, wherever a Pod template may be nested.
fn fields(value: &Value, used: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                let granted = value == &Value::Bool(true);
                match name.as_str() {
                    "privileged" | "hostPID" | "hostIPC" | "hostNetwork" if granted => {
                        used.insert(name.clone());
                    }
                    "hostPath" if value.is_object() => {
                        used.insert(name.clone());
                    }
                    _ => {}
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
    use serde_json::json;

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
}
