//! The order in which watches tell of different objects, and whether they tell it twice, never changes what is said in
//! the end: random histories, through the ledger and the rounds that a session uses.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::files::Tree;
use crate::lab::{self, Changed, Lab, Memory, Round, Topic, Verdict};

const START: Millis = 1_000_000;

const LAB: &str = "\
apiVersion: jotasu.dev/v1alpha1
kind: Lab
metadata: {name: lab}
spec:
  title: 실습
  minutes: 5
  owns: {namespaces: [shop]}
  checks:
  - {name: web, title: 가, within: 500ms, holdFor: 300ms, resource: {kind: Deployment, name: web}, ready: true}
  - {name: three, title: 나, needs: [map], holdFor: 0s, resource: {kind: Deployment, name: web}, match: {spec: {replicas: 3}}}
  - {name: pods, title: 다, within: 700ms, failFast: true, resource: {kind: Pod, labels: {app: web}}, ready: true}
  - {name: two, title: 라, resource: {kind: Pod}, quantifier: any, count: {min: 2}, ready: true}
  - {name: map, title: 마, holdFor: 0s, resource: {kind: ConfigMap, name: m}, match: {data: {v: '1'}}}
  - {name: gone, title: 바, needs: [map], resource: {kind: ConfigMap, name: n}, absent: true}
  - {name: service, title: 사, within: 200ms, resource: {kind: Service, name: web}, ready: true}
  - name: owned
    title: 아
    resource: {kind: Deployment, name: web}
    related: {pods: {resource: {kind: Pod}, ownedBy: object}}
    cel: [{expr: 'related.pods.size() >= 1 && related.pods.all(p, p.status.phase == \"Running\")'}]
  - name: either
    title: 자
    anyOf:
    - {resource: {kind: ConfigMap, name: m}, match: {data: {v: '2'}}}
    - not: {resource: {kind: ConfigMap, name: n}, match: {data: {v: '2'}}}
";

fn lab() -> Lab {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join("lab").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("lab.yaml", LAB);
    let turns = "turns: [web, three, pods, two, map, gone, service, owned, either]";
    write("solution/01-a.yaml", &format!("{turns}\ndo: [{{restart: {{target: {{kind: Deployment, name: web}}}}}}]\n"));
    let (lab, problems) = lab::load(&Tree::Folder(folder.path().to_owned()), "lab");
    lab.unwrap_or_else(|| panic!("{problems:#?}"))
}

/// The objects that have a history, each with the watch that tells of it.
const OBJECTS: [(&str, &str, &str); 9] = [
    ("apps/v1", "Deployment", "web"),
    ("apps/v1", "ReplicaSet", "r1"),
    ("apps/v1", "ReplicaSet", "r2"),
    ("v1", "Pod", "p1"),
    ("v1", "Pod", "p2"),
    ("v1", "ConfigMap", "m"),
    ("v1", "ConfigMap", "n"),
    ("v1", "Service", "web"),
    ("discovery.k8s.io/v1", "EndpointSlice", "web-1"),
];

/// One state of one object, from a random number; zero is gone.
fn state(object: usize, number: u8, version: usize) -> Option<Value> {
    let (api_version, kind, name) = OBJECTS[object];
    if number == 0 {
        return None;
    }
    let n = i64::from(number);
    let owner = |kind: &str, uid: &str| json!([{"kind": kind, "uid": uid, "controller": true}]);
    let mut it = json!({"apiVersion": api_version, "kind": kind, "metadata": {"namespace": "shop", "name": name,
        "uid": format!("{kind}-{name}"), "resourceVersion": version.to_string(), "generation": 1, "labels": {"app": "web"}}});
    match kind {
        "Deployment" => {
            let ready = n % 4;
            it["spec"] = json!({"replicas": 1 + n % 3, "selector": {"matchLabels": {"app": "web"}}});
            it["status"] = json!({"observedGeneration": i64::from(number != 5), "replicas": 1 + n % 3, "updatedReplicas": 1 + n % 3,
                "readyReplicas": ready, "availableReplicas": ready});
        }
        "ReplicaSet" => {
            it["metadata"]["annotations"] = json!({"deployment.kubernetes.io/revision": (n % 3).to_string()});
            it["metadata"]["ownerReferences"] = owner("Deployment", "Deployment-web");
        }
        "Pod" => {
            it["metadata"]["ownerReferences"] =
                owner("ReplicaSet", if n % 2 == 0 { "ReplicaSet-r1" } else { "ReplicaSet-r2" });
            if number == 7 {
                it["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
            }
            let ready = n % 3 != 0;
            it["status"] = json!({"phase": if ready { "Running" } else { "Pending" },
                "conditions": [{"type": "Ready", "status": if ready { "True" } else { "False" }}],
                "containerStatuses": [{"name": "c", "ready": ready, "restartCount": 0,
                    "state": if number == 3 { json!({"waiting": {"reason": "ImagePullBackOff"}}) } else { json!({"running": {}}) }}]});
        }
        "ConfigMap" => it["data"] = json!({"v": (n % 3).to_string()}),
        "Service" => it["spec"] = json!({"selector": {"app": if n % 2 == 0 { "web" } else { "wbe" }}}),
        _ => {
            it["metadata"]["labels"] = json!({"kubernetes.io/service-name": "web"});
            it["metadata"]["ownerReferences"] = owner("Service", "Service-web");
            it["endpoints"] = json!([{"conditions": {"ready": n % 2 == 0}}]);
        }
    }
    Some(it)
}

/// What the watch of an object says of its next state.
fn update(before: Option<&Value>, now: Option<&Value>) -> Option<Update> {
    match (before, now) {
        (_, Some(now)) => Some(Update::Set(now.clone())),
        (Some(before), None) => Some(Update::Gone(before.clone())),
        (None, None) => None,
    }
}

fn key_of(object: usize) -> WatchKey {
    let (api_version, kind, _) = OBJECTS[object];
    WatchKey { api_version: api_version.into(), kind: kind.into(), namespace: Some("shop".into()) }
}

/// Plays histories in an order: who speaks next, and how often it is said. Gives what is said when all has settled.
fn played(lab: &Lab, histories: &[Vec<u8>], order: &[(usize, usize)]) -> Vec<Verdict> {
    let keys = lab.watches();
    let (mut ledger, mut round, mut memory) =
        (Ledger::new(&keys, START, false), Round::new(lab), Memory::new("lab", "u", START));
    let mut now = START;
    for key in &keys {
        ledger.apply(key, Update::Listed(vec![]), now);
    }
    let mut decide = |ledger: &Ledger, now: Millis, changed: &Changed| {
        round.decide(lab, ledger.observation(), &mut memory, now, changed)
    };
    decide(&ledger, now, &Changed::All);
    let mut told = vec![0; OBJECTS.len()];
    let mut last: Vec<Option<Value>> = vec![None; OBJECTS.len()];
    for (object, times) in order {
        let Some(number) = histories[*object].get(told[*object]) else { continue };
        told[*object] += 1;
        let next = state(*object, *number, 1 + told[*object]);
        let update = update(last[*object].as_ref(), next.as_ref());
        last[*object] = next;
        for _ in 0..=*times {
            now += 10;
            let key = key_of(*object);
            let changed = update.clone().is_some_and(|update| ledger.apply(&key, update, now));
            let changed = if changed { Changed::Only([Topic::Watch(key)].into()) } else { Changed::default() };
            decide(&ledger, now, &changed);
        }
    }
    now += 60_000;
    let mut decision = decide(&ledger, now, &Changed::default());
    while let Some(at) = decision.deadline {
        now = at.max(now);
        decision = decide(&ledger, now, &Changed::default());
    }
    decision.verdicts
}

/// What is said, without who changed what last: that is of history, and meant to be.
fn plain(verdicts: Vec<Verdict>) -> Vec<Verdict> {
    verdicts
        .into_iter()
        .map(|verdict| match verdict {
            Verdict::Failed(mut finding) => {
                finding.change = None;
                Verdict::Failed(finding)
            }
            other => other,
        })
        .collect()
}

fn histories() -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::vec(prop::collection::vec(0..9_u8, 0..5), OBJECTS.len())
}

/// Every object as often as it has something to say, in some order, each time said once, twice or three times.
fn order() -> impl Strategy<Value = Vec<(usize, usize)>> {
    let all: Vec<usize> = (0..OBJECTS.len()).flat_map(|object| [object; 5]).collect();
    Just(all).prop_shuffle().prop_flat_map(|objects| {
        let times = prop::collection::vec(0..3_usize, objects.len());
        times.prop_map(move |times| objects.iter().copied().zip(times).collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn order_and_repetition_of_events_never_change_what_is_said_in_the_end(
        histories in histories(), one in order(), other in order(),
    ) {
        let lab = lab();
        let (one, other) = (plain(played(&lab, &histories, &one)), plain(played(&lab, &histories, &other)));
        for ((check, one), other) in lab.checks.iter().zip(&one).zip(&other) {
            prop_assert_eq!(one, other, "{}", check.name);
        }
    }
}
