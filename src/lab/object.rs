//! Reading Kubernetes objects as JSON: members by path, names, owners, conditions. It knows no kind.

use serde_json::Value;

use super::verdict::ObjectRef;

/// The member under these keys.
pub(super) fn at<'a>(value: &'a Value, keys: &[&str]) -> Option<&'a Value> {
    keys.iter().try_fold(value, |value, key| value.get(key))
}

/// The string under these keys, or empty.
pub(super) fn text<'a>(value: &'a Value, keys: &[&str]) -> &'a str {
    at(value, keys).and_then(Value::as_str).unwrap_or("")
}

/// The integer under these keys.
pub(super) fn int(value: &Value, keys: &[&str]) -> Option<i64> {
    at(value, keys).and_then(Value::as_i64)
}

/// The list under these keys, or nothing.
pub(super) fn list<'a>(value: &'a Value, keys: &[&str]) -> &'a [Value] {
    at(value, keys).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// `metadata.name`.
pub(super) fn name(object: &Value) -> &str {
    text(object, &["metadata", "name"])
}

/// `metadata.namespace`, or empty.
pub(super) fn namespace(object: &Value) -> &str {
    text(object, &["metadata", "namespace"])
}

/// `metadata.uid`, or empty.
pub(super) fn uid(object: &Value) -> &str {
    text(object, &["metadata", "uid"])
}

/// The kind.
pub(super) fn kind(object: &Value) -> &str {
    text(object, &["kind"])
}

/// Whether it is being deleted.
pub(super) fn is_deleting(object: &Value) -> bool {
    at(object, &["metadata", "deletionTimestamp"]).is_some_and(|at| !at.is_null())
}

/// Uids of all owners.
pub(super) fn owners(object: &Value) -> impl Iterator<Item = &str> {
    list(object, &["metadata", "ownerReferences"])
        .iter()
        .map(|owner| text(owner, &["uid"]))
        .filter(|uid| !uid.is_empty())
}

/// The owner that controls it.
pub(super) fn controller(object: &Value) -> Option<&Value> {
    list(object, &["metadata", "ownerReferences"])
        .iter()
        .find(|owner| owner.get("controller").and_then(Value::as_bool).unwrap_or(false))
}

/// The condition of this type in `status.conditions`.
pub(super) fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    list(object, &["status", "conditions"]).iter().find(|condition| text(condition, &["type"]) == kind)
}

/// Whether the condition of this type is `True`.
pub(super) fn holds(object: &Value, kind: &str) -> bool {
    condition(object, kind).is_some_and(|condition| text(condition, &["status"]) == "True")
}

/// Its coordinates.
pub(super) fn reference(object: &Value) -> ObjectRef {
    let namespace = namespace(object);
    ObjectRef {
        kind: kind(object).to_owned(),
        namespace: (!namespace.is_empty()).then(|| namespace.to_owned()),
        name: name(object).to_owned(),
    }
}

/// `spec.paused` → spec.paused; `metadata.labels['a.b/c']` and `containers[0]` are understood too.
pub(super) fn walk<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let mut value = value;
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix("['") {
            let (key, after) = inner.split_once("']")?;
            value = value.get(key)?;
            rest = after;
        } else if let Some(inner) = rest.strip_prefix('[') {
            let (index, after) = inner.split_once(']')?;
            value = value.get(index.parse::<usize>().ok()?)?;
            rest = after;
        } else {
            let plain = rest.strip_prefix('.').unwrap_or(rest);
            let end = plain.find(['.', '[']).unwrap_or(plain.len());
            let (key, after) = plain.split_at_checked(end)?;
            value = value.get(key)?;
            rest = after;
        }
    }
    Some(value)
}

/// Appends `.key`, or `['key']` where the key is not a plain name.
pub(super) fn push_key(path: &mut String, key: &str) {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-' || c == '$');
    if !plain {
        path.push_str("['");
        path.push_str(key);
        path.push_str("']");
    } else {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(path: &str, expected: Option<Value>) {
        let object = json!({"spec": {"c": [{"n": 1}], "m": {"a.b/c": "x", "d-e": "y"}}});
        assert_eq!(walk(&object, path).cloned(), expected, "{path}");
    }

    #[test]
    fn a_path_leads_to_its_member() {
        check("spec.c[0].n", Some(json!(1)));
        check("spec.m['a.b/c']", Some(json!("x")));
        check("spec.m.d-e", Some(json!("y")));
        check("spec.c[1]", None);
        check("spec.x.y", None);
        check("spec.c[", None);
    }

    #[test]
    fn a_path_is_written_so_that_it_can_be_walked() {
        let mut path = String::new();
        for key in ["spec", "m", "a.b/c"] {
            push_key(&mut path, key);
        }
        assert_eq!(path, "spec.m['a.b/c']");
    }
}
