//! What was seen of the cluster in this run: folds what watches say into an `Observation`. No I/O.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::look::Elsewhere;
use super::watch::Update;
use crate::lab::{self, KindState, Millis, Objects, Observation, Query, Reason, Reply, Seen, WatchKey};

/// How many objects that are gone are remembered by watch: a Pod that crashes all day must not fill the memory.
const GONE: usize = 512;

/// The observation of one run, and what is needed to keep it.
pub struct Ledger {
    observation: Observation,
    /// When the run began.
    start: Millis,
    /// True when the run began in an earlier session: what is seen first may be the learner's.
    resumed: bool,
    /// What was known of kinds that cannot be asked at the moment.
    kept: BTreeMap<WatchKey, Objects>,
}

impl Ledger {
    /// Nothing seen yet.
    pub fn new(keys: &BTreeSet<WatchKey>, start: Millis, resumed: bool) -> Self {
        let kinds = keys.iter().map(|key| (key.clone(), KindState::Pending)).collect();
        let observation = Observation { kinds, ..Observation::default() };
        Self { observation, start, resumed, kept: BTreeMap::new() }
    }

    /// What `decide` looks at.
    pub fn observation(&self) -> &Observation {
        &self.observation
    }

    /// Takes in what there is of kinds beside what is watched; true when it is another than before.
    pub fn elsewhere(&mut self, Elsewhere { asked, objects }: Elsewhere) -> bool {
        let of_asked = |object: &Arc<Value>| {
            asked.iter().any(|key| {
                object["kind"] == *key.kind
                    && key.namespace.as_ref().is_none_or(|namespace| object["metadata"]["namespace"] == **namespace)
            })
        };
        let mut known = self.observation.elsewhere.clone();
        known.retain(|object| !of_asked(object));
        known.extend(objects);
        let news = self.observation.elsewhere != known;
        self.observation.elsewhere = known;
        news
    }

    /// The prober's word; true when it is another than before.
    pub fn reach(&mut self, word: Result<(), Reason>) -> bool {
        let news = self.observation.reachable != word;
        self.observation.reachable = word;
        news
    }

    /// True when every watch and every query has answered.
    pub fn synced(&self) -> bool {
        self.observation.kinds.values().all(|state| !matches!(state, KindState::Pending))
            && self.observation.replies.values().all(|reply| *reply != Reply::Pending)
    }

    /// A query is going to be asked.
    pub fn asks(&mut self, query: Query) {
        self.observation.replies.entry(query).or_default();
    }

    /// What came back; true when it is another reply than before.
    pub fn replied(&mut self, query: Query, reply: Reply) -> bool {
        let before = self.observation.replies.insert(query, reply.clone());
        before != Some(reply)
    }

    /// Folds one update in; true when it changed the observation.
    pub fn apply(&mut self, key: &WatchKey, update: Update, now: Millis) -> bool {
        let first_sight = if self.resumed { Sight::Resumed(self.start) } else { Sight::Fresh };
        let Some(state) = self.observation.kinds.get_mut(key) else { return false };
        match update {
            Update::Alive | Update::Broken(_) => false,
            Update::NotServed => {
                let before = std::mem::replace(state, KindState::NotServed);
                let news = !matches!(before, KindState::NotServed);
                if let KindState::Synced(objects) = before {
                    self.kept.insert(key.clone(), objects);
                }
                news
            }
            Update::Failed(reason) => {
                if matches!(state, KindState::Failed(known) if *known == reason) {
                    return false;
                }
                if let KindState::Synced(objects) = std::mem::replace(state, KindState::Failed(reason)) {
                    self.kept.insert(key.clone(), objects);
                }
                true
            }
            Update::Listed(list) => {
                let first = matches!(state, KindState::Pending);
                let mut objects = match std::mem::replace(state, KindState::Pending) {
                    KindState::Synced(objects) => objects,
                    _ => self.kept.remove(key).unwrap_or_default(),
                };
                let sight = if first { first_sight } else { Sight::Later };
                relist(&mut objects, list, sight, now);
                *state = KindState::Synced(objects);
                true
            }
            Update::Set(object) => match state {
                KindState::Synced(objects) => set(objects, object, Sight::Later, now),
                _ => false,
            },
            Update::Gone(object) => match state {
                KindState::Synced(objects) => gone(objects, &place(&object), Some(object), now),
                _ => false,
            },
        }
    }
}

/// What is known of who could have made an object that is seen for the first time.
#[derive(Clone, Copy)]
enum Sight {
    /// The first list after setup: it was there before the learner.
    Fresh,
    /// The first list of a session that goes on with a run begun then.
    Resumed(Millis),
    /// Everything else came while we looked.
    Later,
}

/// Namespace and name.
fn place(object: &Value) -> (String, String) {
    let field = |name| object["metadata"][name].as_str().unwrap_or_default().to_owned();
    (field("namespace"), field("name"))
}

fn relist(objects: &mut Objects, list: Vec<Value>, sight: Sight, now: Millis) {
    let names: BTreeSet<_> = list.iter().map(place).collect();
    let lost: Vec<_> = objects.present.keys().filter(|name| !names.contains(*name)).cloned().collect();
    for name in lost {
        gone(objects, &name, None, now);
    }
    for object in list {
        set(objects, object, sight, now);
    }
}

fn set(objects: &mut Objects, object: Value, sight: Sight, now: Millis) -> bool {
    let name = place(&object);
    let known = objects.present.get(&name);
    if known.is_some_and(|seen| seen.object["metadata"]["resourceVersion"] == object["metadata"]["resourceVersion"]) {
        return false;
    }
    objects.gone.remove(&name);
    let same = known.filter(|seen| seen.object["metadata"]["uid"] == object["metadata"]["uid"]);
    let seen = match same {
        Some(seen) => Seen {
            first: seen.first,
            changed: now,
            initial: seen.initial,
            before: Some(seen.object.clone()),
            edited: match lab::edited(&seen.object, &object) {
                true => Some((now, seen.object.clone())),
                false => seen.edited.clone(),
            },
            object: Arc::new(object),
        },
        None => first_seen(object, sight, now),
    };
    objects.present.insert(name, seen);
    true
}

fn first_seen(object: Value, sight: Sight, now: Millis) -> Seen {
    let (first, changed, initial) = match sight {
        Sight::Fresh => (now, now, true),
        Sight::Later => (now, now, false),
        Sight::Resumed(start) => {
            let made = stamp(&object["metadata"]["creationTimestamp"]).unwrap_or(now);
            let touched = touched(&object).unwrap_or(made).clamp(start, now.max(start));
            // Times of the API are whole seconds: what was touched in the second of the start is seen as new now, and
            // what was remembered of it tells whether it is another.
            match (made <= start, touched > start) {
                (true, false) => (now, now, true),
                (true, true) => (now, touched, true),
                (false, _) => (made.clamp(start, now.max(start)), touched, false),
            }
        }
    };
    Seen { object: Arc::new(object), first, changed, initial, before: None, edited: None }
}

fn gone(objects: &mut Objects, name: &(String, String), last: Option<Value>, now: Millis) -> bool {
    let Some(seen) = objects.present.remove(name) else { return false };
    objects.gone.insert(name.clone(), (now, last.map_or(seen.object, Arc::new)));
    if objects.gone.len() > GONE {
        let oldest = objects.gone.iter().min_by_key(|(_, (when, _))| *when).map(|(name, _)| name.clone());
        oldest.and_then(|oldest| objects.gone.remove(&oldest));
    }
    true
}

/// When a manager last touched the object.
fn touched(object: &Value) -> Option<Millis> {
    let managers = object["metadata"]["managedFields"].as_array()?;
    managers.iter().filter_map(|manager| stamp(&manager["time"])).max()
}

/// An RFC 3339 time in milliseconds.
fn stamp(value: &Value) -> Option<Millis> {
    value.as_str()?.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

#[cfg(test)]
mod order;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn key() -> WatchKey {
        WatchKey { api_version: "v1".into(), kind: "Pod".into(), namespace: Some("a".into()) }
    }

    fn pod(name: &str, version: u32, uid: &str) -> Value {
        json!({"metadata": {"namespace": "a", "name": name, "resourceVersion": version.to_string(), "uid": uid,
                "creationTimestamp": "1970-01-01T00:00:05Z"}})
    }

    fn ledger(resumed: bool) -> Ledger {
        Ledger::new(&[key()].into(), 5_500, resumed)
    }

    /// `name first changed initial` of what is present, then `-name when` of what is gone.
    fn told(ledger: &Ledger) -> String {
        let KindState::Synced(objects) = &ledger.observation.kinds[&key()] else {
            return format!("{:?}", ledger.observation.kinds[&key()]);
        };
        let present = objects.present.iter().map(|((_, name), seen)| {
            let initial = if seen.initial { " initial" } else { "" };
            format!("{name} {} {}{initial}", seen.first, seen.changed)
        });
        let gone = objects.gone.iter().map(|((_, name), (when, _))| format!("-{name} {when}"));
        present.chain(gone).collect::<Vec<_>>().join(", ")
    }

    #[track_caller]
    fn check(ledger: &mut Ledger, update: Update, now: Millis, expected: &str) {
        ledger.apply(&key(), update, now);
        assert_eq!(told(ledger), expected);
    }

    #[test]
    fn the_first_list_of_a_run_was_there_before_the_learner() {
        let mut ledger = ledger(false);
        check(&mut ledger, Update::Listed(vec![pod("x", 1, "u")]), 6_000, "x 6000 6000 initial");
        check(&mut ledger, Update::Set(pod("x", 2, "u")), 7_000, "x 6000 7000 initial");
        check(&mut ledger, Update::Set(pod("x", 2, "u")), 7_500, "x 6000 7000 initial");
        check(&mut ledger, Update::Set(pod("y", 3, "v")), 8_000, "x 6000 7000 initial, y 8000 8000");
        check(&mut ledger, Update::Gone(pod("x", 4, "u")), 9_000, "y 8000 8000, -x 9000");
        check(&mut ledger, Update::Set(pod("x", 5, "w")), 9_500, "x 9500 9500, y 8000 8000");
    }

    #[test]
    fn a_list_after_a_gap_tells_what_went_and_what_came() {
        let mut ledger = ledger(false);
        ledger.apply(&key(), Update::Listed(vec![pod("x", 1, "u"), pod("y", 1, "v")]), 6_000);
        check(
            &mut ledger,
            Update::Listed(vec![pod("y", 1, "v"), pod("z", 3, "w")]),
            7_000,
            "y 6000 6000 initial, z 7000 7000, -x 7000",
        );
    }

    #[test]
    fn only_the_newest_of_what_is_gone_is_remembered() {
        let mut ledger = ledger(false);
        ledger.apply(&key(), Update::Listed(vec![]), 6_000);
        for n in 0..2_000 {
            let pod = pod(&format!("p{n}"), n, "u");
            ledger.apply(&key(), Update::Set(pod.clone()), 7_000 + Millis::from(n));
            ledger.apply(&key(), Update::Gone(pod), 7_000 + Millis::from(n));
        }
        let KindState::Synced(objects) = &ledger.observation.kinds[&key()] else { panic!("in step") };
        assert_eq!(objects.gone.len(), GONE);
        assert!(objects.gone.values().all(|(when, _)| *when >= 7_000 + 2_000 - 512));
    }

    #[test]
    fn a_failure_forgets_nothing() {
        let mut ledger = ledger(false);
        ledger.apply(&key(), Update::Listed(vec![pod("x", 1, "u")]), 6_000);
        check(&mut ledger, Update::Failed(Reason::Hang), 7_000, "Failed(Hang)");
        check(&mut ledger, Update::Listed(vec![pod("x", 2, "u")]), 8_000, "x 6000 8000 initial");
        check(&mut ledger, Update::NotServed, 9_000, "NotServed");
    }

    #[test]
    fn a_resumed_run_knows_what_is_older_than_it() {
        let mut ledger = ledger(true);
        let mut late = pod("y", 1, "v");
        late["metadata"]["creationTimestamp"] = json!("1970-01-01T00:00:06Z");
        let list = Update::Listed(vec![pod("x", 1, "u"), late]);
        check(&mut ledger, list, 9_000, "x 9000 9000 initial, y 6000 6000");
    }
}
