//! Whether and when something a check selects, or what that owns, existed or changed since the start. Heartbeats are no
//! changes; what was there before and is as it was, is not the learner's doing yet.

use std::collections::BTreeMap;

use serde_json::Value;

use super::truth::{Judge, Truth};
use crate::lab::memory::{CheckMemory, Known, Restarts};
use crate::lab::model::{Asked, Expectation, Query, ResourceExpectation, Target};
use crate::lab::object::{self, list};
use crate::lab::observe::{KindState, Millis, Seen, WatchKey};
use crate::lab::select::{Selection, View, is_probe};
use crate::lab::verdict::Actual;

/// More objects than this are not remembered one by one.
const CAP: usize = 512;

/// Fields that change without anything happening.
const NOISE: [&str; 4] = ["managedFields", "resourceVersion", "lastHeartbeatTime", "lastProbeTime"];

/// Remembers what there is to remember; true when a Pod of the check has restarted since the last time.
pub(super) fn track(view: &View<'_>, leaves: &[&ResourceExpectation], memory: &mut CheckMemory, now: Millis) -> bool {
    let mut restarted = false;
    let mut complete = true;
    let counted = memory.changed;
    for leaf in leaves {
        match view.existing(&leaf.target) {
            Selection::Objects(objects) => {
                if leaf.absent && !objects.is_empty() {
                    memory.seen_targets.insert(identity(&leaf.target));
                }
                for seen in objects {
                    restarted |= selected(view, (&leaf.target.kind, seen), counted, memory, now);
                }
            }
            Selection::NotServed => {}
            Selection::Unknown(_) => complete = false,
        }
        for (at, _) in view.gone(&leaf.target) {
            if leaf.absent {
                memory.seen_targets.insert(identity(&leaf.target));
            }
            memory.changed = memory.changed.max(Some(at));
            memory.first_seen = memory.first_seen.or(Some(at));
        }
    }
    // From now on what appears is new, even where a restarted program sees it in its first list.
    memory.surveyed |= complete;
    restarted
}

/// The outcome of one query.
pub(super) struct Outcome {
    /// The query and what is wanted of it, as a digest.
    query: String,
    /// Whether it holds and what was found, as a digest.
    digest: u64,
    /// Something around it has been made or changed in this run: a first reply that comes late may be of the learner's
    /// doing.
    stirred: bool,
}

/// The outcome of each query of an expectation that has one.
pub(super) fn outcomes(judge: &Judge<'_, '_>, expectation: &Expectation) -> Vec<Outcome> {
    let of = |asked: &Asked| {
        let outcome = match judge.asked(asked, true) {
            Truth::Unknown(_) => return None,
            Truth::True => Value::Bool(true),
            Truth::False(why) if measured(&asked.query, &why.finding.actual) => {
                format!("{:?}", why.finding.path).into()
            }
            Truth::False(why) => format!("{:?} {:?}", why.finding.path, why.finding.actual).into(),
        };
        let query = serde_json::to_value(&asked.query).unwrap_or_default();
        let key = Value::Array(vec![query, asked.pattern.clone().unwrap_or_default()]);
        let stirred = asked.query.watches().iter().any(|key| stirred(judge.view, key));
        Some(Outcome { query: format!("{:016x}", digest(&key)), digest: digest(&outcome), stirred })
    };
    expectation.asked().into_iter().filter_map(of).collect()
}

/// Whether it is what Prometheus measured: that moves without anybody's doing.
fn measured(query: &Query, actual: &Actual) -> bool {
    matches!((query, actual), (Query::Promql(_), Actual::Value(Some(_)) | Actual::Observed(_)))
}

/// Whether objects of a watch have been made or changed since the start; ours do not count, nor do Namespaces, whose
/// status others write.
fn stirred(view: &View<'_>, key: &WatchKey) -> bool {
    let Some((_, KindState::Synced(objects))) = view.watch(&key.api_version, &key.kind, key.namespace.as_deref())
    else {
        return false;
    };
    let as_found = |seen: &Seen| seen.initial && seen.changed == seen.first;
    let moved = |seen: &Seen| !as_found(seen) && !is_probe(&seen.object);
    key.kind != "Namespace" && objects.present.values().any(moved)
}

/// Remembers outcomes; the first one is how things stood, another one is a change.
pub(super) fn heard(outcomes: Vec<Outcome>, memory: &mut CheckMemory, now: Millis) {
    for Outcome { query, digest, stirred } in outcomes {
        memory.first_seen = memory.first_seen.or(Some(now));
        let before = memory.replies.insert(query, digest);
        if before.is_none_or(|before| before != digest) && (before.is_some() || stirred) {
            memory.changed = Some(now);
        }
    }
}

/// A target in the memory's words.
pub(super) fn identity(target: &Target) -> String {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let described = target.described();
    let fields: Vec<String> = target.fields.iter().map(|(path, value)| format!("{path}={value}")).collect();
    format!(
        "{}/{}/{}/{}/{}",
        target.api_version,
        target.kind,
        text(&target.namespace),
        described.name,
        fields.join(",")
    )
}

/// Kinds that own nothing a check cares for.
const CHILDLESS: [&str; 6] = ["Pod", "Node", "Namespace", "ConfigMap", "Secret", "ServiceAccount"];

fn selected(
    view: &View<'_>,
    (kind, seen): (&str, &Seen),
    counted: Option<Millis>,
    memory: &mut CheckMemory,
    now: Millis,
) -> bool {
    memory.first_seen = memory.first_seen.or(Some(now));
    let mut restarted = false;
    if !settled(seen, counted) {
        restarted |= itself(seen, memory);
    }
    if CHILDLESS.contains(&kind) {
        return restarted;
    }
    for owned in view.descendants(object::uid(&seen.object)) {
        if settled(owned, counted) {
            continue;
        }
        if !(owned.initial && owned.changed == owned.first) {
            memory.changed = memory.changed.max(happened(owned, memory.changed));
        }
        if object::kind(&owned.object) == "Pod" {
            restarted |= restarts(&owned.object, &mut memory.restarts);
        }
    }
    restarted
}

/// Older than a change that was counted before: it was looked at then, as times are given in the order of arrival.
fn settled(seen: &Seen, counted: Option<Millis>) -> bool {
    counted.is_some_and(|counted| seen.changed < counted)
}

fn itself(seen: &Seen, memory: &mut CheckMemory) -> bool {
    let uid = object::uid(&seen.object);
    let known = memory.known.get(uid).copied();
    let as_found = seen.initial && seen.changed == seen.first;
    let at = match known {
        // There at the start of this run: nothing happened, yet.
        None if as_found && (!memory.surveyed || memory.known.len() >= CAP) => None,
        None => Some(seen.changed),
        Some(known) if as_found && known.at == seen.first => None,
        // Known before this session too: it may have changed while nobody looked.
        Some(known) if seen.initial && memory.changed.is_none() => {
            let other = known.digest != digest(&seen.object);
            if let Some(known) = memory.known.get_mut(uid).filter(|_| !other) {
                // Not compared again in this session.
                known.at = seen.first;
            }
            other.then_some(seen.changed)
        }
        Some(_) if as_found => None,
        Some(_) => happened(seen, memory.changed),
    };
    memory.changed = memory.changed.max(at);
    if known.is_none() && memory.known.len() < CAP && !uid.is_empty() {
        let first = seen.before.as_deref().filter(|_| seen.initial).unwrap_or(&seen.object);
        memory
            .known
            .insert(uid.to_owned(), Known { digest: if seen.initial { digest(first) } else { 0 }, at: seen.first });
    }
    object::kind(&seen.object) == "Pod" && restarts(&seen.object, &mut memory.restarts)
}

/// When it last changed, if that is news and not noise.
fn happened(seen: &Seen, after: Option<Millis>) -> Option<Millis> {
    if after.is_some_and(|after| seen.changed <= after) {
        return None;
    }
    match &seen.before {
        Some(before) if equal(before, &seen.object, is_node(&seen.object)) => None,
        _ => Some(seen.changed),
    }
}

fn restarts(pod: &Value, known: &mut BTreeMap<String, Restarts>) -> bool {
    let count = ["containerStatuses", "initContainerStatuses"]
        .iter()
        .flat_map(|key| list(pod, &["status", key]))
        .filter_map(|status| object::int(status, &["restartCount"]))
        .max()
        .unwrap_or(0);
    let uid = object::uid(pod);
    match known.get_mut(uid) {
        Some(restarts) => {
            let more = count > restarts.last;
            restarts.last = count;
            more
        }
        None => {
            if known.len() < CAP {
                known.insert(uid.to_owned(), Restarts { base: count, last: count });
            }
            false
        }
    }
}

/// The kubelet writes a Node's status all the time; what learners change of Nodes is not there.
fn is_node(object: &Value) -> bool {
    object::kind(object) == "Node"
}

/// Whether two versions differ in nothing but noise.
pub(super) fn equal(before: &Value, after: &Value, without_status: bool) -> bool {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let noise = |key: &str| NOISE.contains(&key) || (without_status && key == "status");
            let differs = |key: &String, value: &Value| {
                !noise(key) && !after.get(key).is_some_and(|other| equal(value, other, false))
            };
            !before.iter().any(|(key, value)| differs(key, value))
                && !after.keys().any(|key| !noise(key) && !before.contains_key(key))
        }
        (Value::Array(before), Value::Array(after)) => {
            before.len() == after.len() && before.iter().zip(after).all(|(before, after)| equal(before, after, false))
        }
        _ => before == after,
    }
}

const PRIME: u64 = 0x0000_0100_0000_01b3;

/// A digest of an object without its noise (FNV-1a: stable over versions of this program).
fn digest(object: &Value) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    mix(object, is_node(object), &mut hash);
    hash
}

fn mix(value: &Value, without_status: bool, hash: &mut u64) {
    let mut bytes = |bytes: &[u8]| {
        for byte in bytes {
            *hash = (*hash ^ u64::from(*byte)).wrapping_mul(PRIME);
        }
    };
    match value {
        Value::Object(members) => {
            bytes(b"{");
            let mut members: Vec<_> = members.iter().filter(|(key, _)| !NOISE.contains(&key.as_str())).collect();
            members.sort_by_key(|(key, _)| *key);
            for (key, member) in members {
                if !(without_status && key == "status") {
                    for byte in key.bytes().chain([b':']) {
                        *hash = (*hash ^ u64::from(byte)).wrapping_mul(PRIME);
                    }
                    mix(member, false, hash);
                }
            }
        }
        Value::Array(items) => {
            bytes(b"[");
            items.iter().for_each(|item| mix(item, false, hash));
        }
        Value::String(text) => {
            bytes(text.as_bytes());
            bytes(b"\"");
        }
        other => {
            bytes(other.to_string().as_bytes());
            bytes(b";");
        }
    }
}
