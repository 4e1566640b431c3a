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

/// `spec.paused` → spec.paused; `metadata.labels['a.b/c']`, `containers[0]` and `containers[name=web]` are understood too.
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
            value = match index.split_once('=') {
                Some((key, wanted)) => {
                    value.as_array()?.iter().find(|item| id(item, key).as_deref() == Some(wanted))?
                }
                None => value.get(index.parse::<usize>().ok()?)?,
            };
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

/// The members that tell elements of lists apart, in the order they are asked for.
const IDS: [&str; 6] = ["name", "type", "key", "containerPort", "port", "mountPath"];

/// An element's member as text, if it is one that can stand in a path.
fn id(item: &Value, key: &str) -> Option<String> {
    let text = match item.get(key)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty() && !text.contains([']', '=', '[', '\''])).then_some(text)
}

/// A path with its elements by name where they have one: `containers[1].image` → `containers[name=sidecar].image`.
pub(super) fn by_name(object: &Value, path: &str) -> String {
    let mut named = String::new();
    for (n, piece) in path.split('[').enumerate() {
        if n == 0 {
            named.push_str(piece);
            continue;
        }
        let index = piece.split_once(']').and_then(|(index, rest)| Some((index.parse::<usize>().ok()?, rest)));
        let list = walk(object, &named).and_then(Value::as_array);
        let element = index.and_then(|(index, rest)| {
            let list = list?;
            let item = list.get(index)?;
            // Two of the same name need their numbers.
            let only =
                |key: &str, id_of: &str| list.iter().filter(|i| id(i, key).as_deref() == Some(id_of)).count() == 1;
            let (key, text) = IDS.into_iter().find_map(|key| Some((key, id(item, key)?)))?;
            only(key, &text).then(|| format!("[{key}={text}]{rest}"))
        });
        match element {
            Some(element) => named.push_str(&element),
            None => {
                named.push('[');
                named.push_str(piece);
            }
        }
    }
    named
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
        check("spec.c[n=1].n", Some(json!(1)));
        check("spec.c[n=2].n", None);
        let object = json!({"spec": {"containers": [{"name": "a"}, {"name": "b", "ports": [{"containerPort": 80}]}]}});
        assert_eq!(walk(&object, "spec.containers[name=b].ports[containerPort=80].containerPort"), Some(&json!(80)));
    }

    #[test]
    fn elements_of_lists_are_called_by_their_names() {
        #[track_caller]
        fn check(path: &str, expected: &str) {
            let object = json!({"metadata": {"labels": {"a[0]": "x"}}, "spec": {
                "containers": [{"name": "a"}, {"name": "b", "ports": [{"containerPort": 80}]}],
                "args": ["x"], "env": [{"name": "A"}, {"name": "A"}], "tolerations": [{"key": "gpu"}]}});
            let named = by_name(&object, path);
            assert_eq!(named, expected);
            assert_eq!(walk(&object, &named), walk(&object, path));
        }
        check("spec.containers[1].image", "spec.containers[name=b].image");
        check(
            "spec.containers[1].ports[0].containerPort",
            "spec.containers[name=b].ports[containerPort=80].containerPort",
        );
        check("spec.tolerations[0]", "spec.tolerations[key=gpu]");
        check("spec.args[0]", "spec.args[0]");
        check("spec.env[1].value", "spec.env[1].value");
        check("spec.containers[7].image", "spec.containers[7].image");
        check("metadata.labels['a[0]']", "metadata.labels['a[0]']");
        check("spec.replicas", "spec.replicas");
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
