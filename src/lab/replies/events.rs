//! What was reported about objects: Events from their watch, newest first.

use serde_json::{Value, json};

use crate::lab::model::Target;
use crate::lab::object::{self, at, int, text};
use crate::lab::observe::{KindState, Reply};
use crate::lab::select::{Selection, View};

/// Events that are told of.
const MOST: usize = 50;

/// The Events in or about what a target selects; objects that are gone are known by their name.
pub(super) fn reply(view: &View<'_>, target: &Target) -> Reply {
    let objects = match view.existing(target) {
        Selection::Objects(objects) => objects,
        Selection::NotServed => return Reply::Nothing,
        Selection::Unknown(reason) => return Reply::Failed(reason),
    };
    let events = match view.watch("v1", "Event", target.namespace.as_deref()).map(|(_, state)| state) {
        Some(KindState::Synced(events)) => events,
        Some(KindState::Failed(reason)) => return Reply::Failed(reason.clone()),
        Some(KindState::Pending | KindState::NotServed) | None => return Reply::Pending,
    };
    let about = |event: &Value| {
        let uid = text(event, &["involvedObject", "uid"]);
        let named = target.name.as_deref() == Some(text(event, &["involvedObject", "name"]))
            && text(event, &["involvedObject", "kind"]) == target.kind;
        named || objects.iter().any(|seen| object::uid(&seen.object) == uid && !uid.is_empty())
    };
    let mut found: Vec<&Value> =
        events.present.values().map(|seen| &*seen.object).filter(|event| about(event)).collect();
    if found.is_empty() && objects.is_empty() {
        return Reply::Nothing;
    }
    found.sort_by(|one, other| time(other).cmp(time(one)));
    found.truncate(MOST);
    let events: Vec<Value> = found.into_iter().map(short).collect();
    Reply::said(json!({ "events": events }))
}

/// When it was seen last; RFC 3339 in UTC compares as text.
fn time(event: &Value) -> &str {
    let series = text(event, &["series", "lastObservedTime"]);
    [
        series,
        text(event, &["lastTimestamp"]),
        text(event, &["eventTime"]),
        text(event, &["metadata", "creationTimestamp"]),
    ]
    .into_iter()
    .find(|time| !time.is_empty())
    .unwrap_or_default()
}

fn short(event: &Value) -> Value {
    let count = int(event, &["series", "count"]).or_else(|| int(event, &["count"])).unwrap_or(1);
    json!({
        "type": at(event, &["type"]),
        "reason": at(event, &["reason"]),
        "message": at(event, &["message"]),
        "count": count,
    })
}
