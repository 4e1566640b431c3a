//! Changes of objects and of what was observed. It knows no checks.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::lab::model::Query;
use crate::lab::object::{self, text};
use crate::lab::observe::{KindState, Millis, Observation, Reply, Seen};

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Member(String),
    Element(usize),
}

/// A place within an object.
pub(super) type Place = Vec<Step>;

/// Which object: the coordinates under which watches keep it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Id {
    api_version: String,
    kind: String,
    namespace: String,
    name: String,
}

/// One change of what was observed.
#[derive(Clone, Debug)]
pub(super) enum Edit {
    /// The object is another one.
    Set(Id, Value),
    /// It is gone.
    Remove(Id),
    /// One more is there.
    Add(Value),
    /// A query is answered so.
    Reply(Box<Query>, Reply),
    /// The learner has answered so.
    Answer(String),
}

/// The coordinates of an object.
pub(super) fn id(object: &Value) -> Id {
    Id {
        api_version: text(object, &["apiVersion"]).to_owned(),
        kind: object::kind(object).to_owned(),
        namespace: object::namespace(object).to_owned(),
        name: object::name(object).to_owned(),
    }
}

/// `spec.containers[0].image`, as patterns write it.
pub(super) fn parse(path: &str) -> Place {
    let mut place = Place::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix("['") {
            let Some((key, after)) = inner.split_once("']") else { break };
            place.push(Step::Member(key.to_owned()));
            rest = after;
        } else if let Some(inner) = rest.strip_prefix('[') {
            let Some((index, after)) = inner.split_once(']') else { break };
            place.push(Step::Element(index.parse().unwrap_or(usize::MAX)));
            rest = after;
        } else {
            let plain = rest.strip_prefix('.').unwrap_or(rest);
            let end = plain.find(['.', '[']).unwrap_or(plain.len());
            let Some((key, after)) = plain.split_at_checked(end) else { break };
            place.push(Step::Member(key.to_owned()));
            rest = after;
        }
    }
    place
}

/// What is there.
pub(super) fn at<'v>(value: &'v Value, place: &[Step]) -> Option<&'v Value> {
    place.iter().try_fold(value, |value, step| match step {
        Step::Member(key) => value.get(key),
        Step::Element(index) => value.get(index),
    })
}

/// Puts a value there, with the maps on the way that are missing.
pub(super) fn put(value: &mut Value, place: &[Step], new: Value) {
    match place.split_first() {
        None => *value = new,
        Some((Step::Element(index), rest)) => {
            if let Some(inner) = value.get_mut(index) {
                put(inner, rest, new);
            }
        }
        Some((Step::Member(key), rest)) => {
            if value.is_null() {
                *value = Value::Object(Map::new());
            }
            if let Value::Object(members) = value {
                put(members.entry(key.clone()).or_insert(Value::Null), rest, new);
            }
        }
    }
}

/// Takes away what is there.
pub(super) fn take(value: &mut Value, place: &[Step]) {
    let Some((last, way)) = place.split_last() else { return };
    let parent = way.iter().try_fold(value, |value, step| match step {
        Step::Member(key) => value.get_mut(key),
        Step::Element(index) => value.get_mut(index),
    });
    match (parent, last) {
        (Some(Value::Object(members)), Step::Member(key)) => drop(members.shift_remove(key)),
        (Some(Value::Array(items)), Step::Element(index)) if *index < items.len() => drop(items.remove(*index)),
        _ => {}
    }
}

/// What would have been observed had this happened.
pub(super) fn apply(observation: &Observation, edits: &[Edit], now: Millis) -> Observation {
    let mut observation = observation.clone();
    for edit in edits {
        let (id, change) = match edit {
            Edit::Set(id, object) => (id.clone(), Some(object)),
            Edit::Remove(id) => (id.clone(), None),
            Edit::Add(object) => (self::id(object), Some(object)),
            Edit::Reply(query, reply) => {
                observation.replies.insert(Query::clone(query), reply.clone());
                continue;
            }
            Edit::Answer(_) => continue,
        };
        for (key, state) in &mut observation.kinds {
            let theirs = key.api_version == id.api_version
                && key.kind == id.kind
                && key.namespace.as_ref().is_none_or(|namespace| *namespace == id.namespace);
            let KindState::Synced(objects) = state else { continue };
            if !theirs {
                continue;
            }
            let at = (id.namespace.clone(), id.name.clone());
            match (edit, change) {
                (Edit::Set(..), Some(object)) => {
                    if let Some(seen) = objects.present.get_mut(&at) {
                        seen.object = Arc::new(object.clone());
                    }
                }
                (_, Some(object)) => {
                    let object = Arc::new(object.clone());
                    let seen = Seen { object, first: now, changed: now, initial: false, before: None, edited: None };
                    objects.present.insert(at, seen);
                }
                (_, None) => {
                    if let Some(seen) = objects.present.remove(&at) {
                        objects.gone.insert(at, (now, seen.object));
                    }
                }
            }
        }
    }
    observation
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(path: &str, taken: Value, set: Value) {
        let value = json!({"a": [{"b.c/d": 1}, 2]});
        let place = parse(path);
        let (mut without, mut with) = (value.clone(), value);
        take(&mut without, &place);
        put(&mut with, &place, json!("x"));
        assert_eq!((without, with), (taken, set), "{path}");
    }

    #[test]
    fn a_place_is_emptied_or_set() {
        check("a", json!({}), json!({"a": "x"}));
        check("a[1]", json!({"a": [{"b.c/d": 1}]}), json!({"a": [{"b.c/d": 1}, "x"]}));
        check("a[0]['b.c/d']", json!({"a": [{}, 2]}), json!({"a": [{"b.c/d": "x"}, 2]}));
        let value = json!({"a": [{"b.c/d": 1}, 2]});
        check("a[7].b", value.clone(), value);
        check("e.f", json!({"a": [{"b.c/d": 1}, 2]}), json!({"a": [{"b.c/d": 1}, 2], "e": {"f": "x"}}));
    }
}
