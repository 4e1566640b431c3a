//! How long deciding takes: 200 checks over 5,000 objects, one of which has changed.
//!
//! Measured: what the engine does after one event; the whole lab at once; and as the peer a plain scan that looks at every
//! object for every check and does nothing with it but compare kind, namespace, label and readiness.
//! `cargo bench --bench decide [-- EVENTS]`; 500 events unless told.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jotasu::files::Tree;
use jotasu::lab::{self, Changed, KindState, Lab, Memory, Objects, Observation, Round, Seen, Topic, Verdict, WatchKey};
use serde_json::{Value, json};

const CHECKS: usize = 200;
const OBJECTS: usize = 5_000;
const NAMESPACES: usize = 20;

fn main() {
    let events = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(500);
    let folder = tempfile::tempdir().expect("a folder");
    let lab = many(folder.path());
    let mut observation = observed();
    let mut memory = Memory::new(&lab.id, "uid", 0);
    let mut round = Round::new(&lab);
    round.decide(&lab, &observation, &mut memory, 10_000, &Changed::All);
    let first = round.decide(&lab, &observation, &mut memory, 20_000, &Changed::All);
    assert!(first.verdicts.iter().all(|verdict| *verdict == Verdict::Passed), "{:?}", first.verdicts.first());

    let (mut event, mut whole, mut scan) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..events {
        // Not ready any more, and ready again, so that every event turns a check.
        let (pod, ready, now) = (n / 2 % OBJECTS, n % 2 == 1, 100_000 + n as i64 * 10_000);
        let key = put(&mut observation, pod, ready, now);
        let changed = Changed::Only([Topic::Watch(key)].into());
        let since = Instant::now();
        let decision = round.decide(&lab, &observation, &mut memory, now, &changed);
        event.push(since.elapsed());
        assert!(decision.verdicts.iter().any(|verdict| *verdict != Verdict::Passed));
        if n % 10 == 0 {
            let mut again = memory.clone();
            let since = Instant::now();
            assert_eq!(lab::decide_all(&lab, &observation, &mut again, now).verdicts, decision.verdicts);
            whole.push(since.elapsed());
            let since = Instant::now();
            assert_eq!(naive(&observation), CHECKS - usize::from(!ready));
            scan.push(since.elapsed());
        }
        // What holds again has held for long enough before the next event.
        round.decide(&lab, &observation, &mut memory, now + 5_000, &Changed::Only([].into()));
    }
    println!("{CHECKS} checks over {OBJECTS} objects, {events} events; memory of the process {}", memory_now());
    let peer = say("plain scan, nothing explained (peer)", &mut scan, None);
    say("the whole lab", &mut whole, Some(peer));
    say("by one event", &mut event, Some(peer));
}

/// The memory of this process now: objects, memories, indexes and all that deciding keeps.
fn memory_now() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line =
        |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim).unwrap_or("?").to_owned();
    format!("{}, at most {}", line("VmRSS:"), line("VmHWM:"))
}

/// Prints percentiles; gives the median.
fn say(what: &str, times: &mut [Duration], peer: Option<Duration>) -> Duration {
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let ratio = peer.map(|peer| format!("   {:.2} of the scan", at(0.5).as_secs_f64() / peer.as_secs_f64()));
    println!("  {what:40} p50 {:8.3?}  p99 {:8.3?}{}", at(0.5), at(0.99), ratio.unwrap_or_default());
    at(0.5)
}

fn namespace(n: usize) -> String {
    format!("n{}", n % NAMESPACES)
}

/// A lab of many checks, as an author would write them.
fn many(folder: &std::path::Path) -> Lab {
    let mut text = String::from(
        "apiVersion: jotasu.dev/v1alpha1\nkind: Lab\nmetadata: {name: many}\nspec:\n  title: 많음\n  minutes: 5\n  owns: {namespaces: [n0]}\n  checks:\n",
    );
    for n in 0..CHECKS {
        let of = format!("apiVersion: v1, kind: Pod, namespace: {}, labels: {{app: a{n}}}", namespace(n));
        let rule = "{expr: object.spec.x >= 0, message: x}";
        writeln!(text, "  - {{name: c{n}, title: c{n}, resource: {{{of}}}, ready: true, cel: [{rule}]}}").unwrap();
    }
    std::fs::create_dir(folder.join("many")).unwrap();
    std::fs::write(folder.join("many/lab.yaml"), text).unwrap();
    let (lab, problems) = lab::load(&Tree::Folder(folder.into()), "many");
    lab.unwrap_or_else(|| panic!("{problems:#?}"))
}

fn observed() -> Observation {
    let mut observation = Observation::default();
    for n in 0..NAMESPACES {
        observation.kinds.insert(key("v1", "Pod", n), KindState::Synced(Objects::default()));
        observation.kinds.insert(key("apps/v1", "ReplicaSet", n), KindState::Synced(Objects::default()));
    }
    (0..OBJECTS).for_each(|pod| {
        put(&mut observation, pod, true, 1_000);
    });
    observation
}

fn key(version: &str, kind: &str, n: usize) -> WatchKey {
    WatchKey { api_version: version.into(), kind: kind.into(), namespace: Some(namespace(n)) }
}

/// One Pod as the API server would send it.
fn put(observation: &mut Observation, n: usize, ready: bool, now: i64) -> WatchKey {
    let (key, name) = (key("v1", "Pod", n), format!("p{n}"));
    let condition = json!({"type": "Ready", "status": if ready { "True" } else { "False" }});
    let object = Arc::new(json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace(n), "uid": format!("u{n}"), "resourceVersion": now.to_string(),
            "labels": {"app": format!("a{}", n % CHECKS)}},
        "spec": {"x": n, "containers": [{"name": "app", "image": "nginx:1.29"}]},
        "status": {"phase": "Running", "conditions": [condition],
            "containerStatuses": [{"name": "app", "ready": ready, "restartCount": 0, "state": {"running": {}}}]},
    }));
    if let Some(KindState::Synced(objects)) = observation.kinds.get_mut(&key) {
        let slot = objects.present.entry((namespace(n), name));
        let before = slot.or_insert_with(|| Seen {
            object: object.clone(),
            first: now,
            changed: now,
            initial: false,
            before: None,
            edited: None,
        });
        *before = Seen { before: Some(before.object.clone()), object, changed: now, ..before.clone() };
    }
    key
}

/// The peer: how many checks hold.
fn naive(observation: &Observation) -> usize {
    let all: Vec<&Value> = observation
        .kinds
        .values()
        .filter_map(|state| match state {
            KindState::Synced(objects) => Some(objects.present.values().map(|seen| &*seen.object)),
            _ => None,
        })
        .flatten()
        .collect();
    let ready = |object: &Value| {
        object["status"]["conditions"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one["type"] == "Ready" && one["status"] == "True"))
    };
    let holds = |n: &usize| {
        let (namespace, app) = (namespace(*n), format!("a{n}"));
        let selected = all.iter().filter(|object| {
            object["kind"] == "Pod"
                && object["metadata"]["namespace"] == namespace
                && object["metadata"]["labels"]["app"] == app
        });
        let mut count = 0;
        let good =
            selected.inspect(|_| count += 1).all(|object| ready(object) && object["spec"]["x"].as_i64() >= Some(0));
        good && count > 0
    };
    (0..CHECKS).filter(holds).count()
}
