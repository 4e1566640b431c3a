//! The right value in another field of the object.

use serde_json::Value;

use super::slip::slip;
use crate::lab::object::{self, push_key};
use crate::lab::select::View;
use crate::lab::verdict::{Actual, Expected, Finding, NearMiss};

/// Keys that say nothing of what their value means.
const VAGUE: [&str; 6] = ["name", "value", "key", "kind", "type", "protocol"];

/// Where the value that a field should have is instead.
pub(super) fn near(view: &View<'_>, finding: &Finding) -> Option<NearMiss> {
    let (Expected::Field(value), Actual::Value(None), Some(path)) = (&finding.expected, &finding.actual, &finding.path)
    else {
        return None;
    };
    let telling = value.as_str().is_some_and(|text| text.len() > 1) || value.as_f64().is_some_and(|n| n > 1.0);
    if !telling || finding.subject.kind == "Secret" {
        return None;
    }
    let object = view.known(&finding.subject.kind).find(|object| object::reference(object) == finding.subject)?;
    let (parent, key) = split(path)?;
    let beside = object::walk(object, parent).and_then(Value::as_object).and_then(|members| {
        let near = members.iter().find(|(of, has)| *has == value && slip(of, key))?;
        let mut has = parent.to_owned();
        push_key(&mut has, near.0);
        Some(has)
    });
    let has = beside.or_else(|| {
        let mut found = None;
        let members = object.as_object()?.iter().filter(|(key, _)| key.as_str() != "status");
        members.for_each(|(of, member)| search(member, of.clone(), (key, value), path, &mut found));
        found
    })?;
    let found = finding.subject.clone();
    Some(NearMiss::Field { found, has: object::by_name(object, &has), wanted: path.clone() })
}

/// A path's parent and its last key.
fn split(path: &str) -> Option<(&str, &str)> {
    if let Some((parent, key)) = path.strip_suffix("']").and_then(|inner| inner.rsplit_once("['")) {
        return Some((parent, key));
    }
    let (parent, key) = path.rsplit_once('.')?;
    (!key.contains(']')).then_some((parent, key))
}

/// The first place but `not` where the key has the value.
fn search(at: &Value, path: String, (key, value): (&str, &Value), not: &str, found: &mut Option<String>) {
    if found.is_some() || path == "metadata.managedFields" || path == "metadata.annotations" {
        return;
    }
    match at {
        Value::Object(members) => {
            for (of, member) in members {
                let mut inner = path.clone();
                push_key(&mut inner, of);
                if of == key && member == value && inner != not && !VAGUE.contains(&key) {
                    *found = found.take().or(Some(inner));
                    return;
                }
                search(member, inner, (key, value), not, found);
            }
        }
        Value::Array(items) => (0..)
            .zip(items)
            .for_each(|(n, item): (usize, _)| search(item, format!("{path}[{n}]"), (key, value), not, found)),
        _ => {}
    }
}
