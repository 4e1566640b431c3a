//! What stands beside the objects in question: the warnings about one, and all of a kind.

use std::collections::HashMap;

use serde_json::Value;

use super::View;
use crate::lab::object::text;
use crate::lab::observe::{KindState, Seen, WatchKey};

/// Warnings by the uid of what they are about, the oldest first.
pub(super) type Warnings<'a> = HashMap<&'a str, Vec<&'a Value>>;

impl<'a> View<'a> {
    /// The warnings about an object, the oldest first; none where events are not watched.
    pub fn warnings(&self, uid: &str) -> &[&'a Value] {
        let index = self.warnings.get_or_init(|| {
            let mut index = Warnings::new();
            let events = self.synced().filter(|(key, _)| key.is_events());
            for seen in events.flat_map(|(_, objects)| objects.present.values()) {
                let event: &'a Value = &seen.object;
                let about = text(event, &["involvedObject", "uid"]);
                if !about.is_empty() && text(event, &["type"]) != "Normal" {
                    index.entry(about).or_default().push(event);
                }
            }
            index.values_mut().for_each(|events| events.sort_by_key(|event| told(event)));
            index
        });
        index.get(uid).map_or(&[], Vec::as_slice)
    }

    /// Everything of a kind that is known to be there, watched or not.
    pub fn known(&self, kind: &str) -> impl Iterator<Item = &'a Value> {
        let watched = self.synced().filter(move |(key, _)| key.kind == kind);
        let watched = watched.flat_map(|(_, objects)| objects.present.values().map(|seen| &*seen.object));
        let elsewhere = self.observation.elsewhere.iter().map(|object| &**object);
        watched.chain(elsewhere.filter(move |object| text(object, &["kind"]) == kind))
    }

    /// All objects of a kind that are there; `None` where that is not known.
    pub fn all(&self, api_version: &str, kind: &str, namespace: Option<&str>) -> Option<Vec<&'a Value>> {
        let (_, KindState::Synced(objects)) = self.watch(api_version, kind, namespace)? else { return None };
        let inside = |seen: &&Seen| namespace.is_none_or(|n| text(&seen.object, &["metadata", "namespace"]) == n);
        Some(objects.present.values().filter(inside).map(|seen| &*seen.object).collect())
    }
}

/// When an event was told last: RFC 3339 in UTC, which compares as text up to the second.
pub(in crate::lab) fn told(event: &Value) -> &str {
    let times =
        [&["series", "lastObservedTime"][..], &["lastTimestamp"], &["eventTime"], &["metadata", "creationTimestamp"]];
    times.iter().map(|path| text(event, path)).find(|time| !time.is_empty()).unwrap_or_default()
}

impl WatchKey {
    /// The watch of a namespace's events.
    pub fn events(namespace: Option<&str>) -> Self {
        Self { api_version: "v1".into(), kind: "Event".into(), namespace: namespace.map(str::to_owned) }
    }

    /// Whether it is such a one.
    pub fn is_events(&self) -> bool {
        self.kind == "Event" && self.api_version == "v1"
    }
}
