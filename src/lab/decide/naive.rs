//! What a naive engine gets wrong: a judge of the status at this moment, beside ours, case by case.

use serde_json::{Value, json};

use super::*;
use crate::lab::KindState;
use crate::lab::object::{int, list, text};
use crate::lab::testing::{START, World, check as build, lab, merge};
use crate::lab::verdict::{Actual, Cause};

/// Judges as most scripts do: by what is listed now, by labels and numbers of the status, without history.
fn naive(check: &Check, world: &World) -> &'static str {
    let Source::Observed(expectation) = &check.source else { return "failed" };
    let holds = |leaf: &ResourceExpectation| {
        let listed: Vec<&Value> = world
            .observation
            .kinds
            .iter()
            .filter(|(key, _)| key.kind == leaf.target.kind)
            .filter_map(|(_, state)| match state {
                KindState::Synced(objects) => Some(objects),
                _ => None,
            })
            .flat_map(|objects| objects.present.values().map(|seen| &*seen.object))
            .filter(|object| leaf.target.name.as_deref().is_none_or(|name| object::name(object) == name))
            .filter(|object| {
                let labels = leaf.target.labels.match_labels.iter();
                labels.into_iter().all(|(key, value)| text(object, &["metadata", "labels", key]) == value)
            })
            .collect();
        if leaf.absent {
            return listed.is_empty();
        }
        // Containers are what `spec.containers` lists.
        let wanted = leaf.pattern.as_ref().and_then(|pattern| pattern["spec"]["containers"][0]["image"].as_str());
        let runs = |object: &Value, image: &str| {
            list(object, &["spec", "containers"]).iter().any(|container| text(container, &["image"]) == image)
        };
        // `all` of nothing is true, and a number of one is not worth asking for.
        (leaf.count.min < 2 || listed.len() as u64 >= leaf.count.min)
            && listed
                .iter()
                .all(|object| (!leaf.ready || ready(object)) && wanted.is_none_or(|image| runs(object, image)))
    };
    if expectation.leaves().into_iter().all(holds) { "passed" } else { "failed" }
}

/// Ready by the numbers.
fn ready(object: &Value) -> bool {
    match object::kind(object) {
        "Deployment" => int(object, &["status", "readyReplicas"]) >= int(object, &["spec", "replicas"]),
        "Job" => int(object, &["status", "failed"]).unwrap_or(0) == 0,
        "Pod" => {
            let statuses = list(object, &["status", "initContainerStatuses"]).iter();
            let all = statuses.chain(list(object, &["status", "containerStatuses"]));
            all.into_iter().all(|status| status["state"].get("running").is_some() && status["restartCount"] == 0)
        }
        _ => true,
    }
}

/// One check over a world that changes.
struct Case {
    lab: Lab,
    world: World,
    memory: Memory,
    verdict: Verdict,
}

impl Case {
    fn of(check: Value) -> Self {
        let lab = lab(vec![build(check)]);
        let world = World::of(&lab);
        Self { lab, world, memory: Memory::new("lab", "uid", START), verdict: Verdict::Waiting }
    }

    fn put(&mut self, object: Value) -> &mut Self {
        self.world.put(object);
        self.decide()
    }

    fn initial(&mut self, object: Value) -> &mut Self {
        self.world.initial(object);
        self.decide()
    }

    fn delete(&mut self, object: &Value) -> &mut Self {
        self.world.delete(object);
        self.decide()
    }

    fn later(&mut self, millis: Millis) -> &mut Self {
        self.world.later(millis);
        self.decide()
    }

    fn decide(&mut self) -> &mut Self {
        let mut told = decide_all(&self.lab, &self.world.observation, &mut self.memory, self.world.now);
        self.verdict = told.verdicts.remove(0);
        self
    }

    /// Ours, and that the naive one says something else.
    #[track_caller]
    fn says(&mut self, ours: &str, naively: &str) -> &mut Self {
        assert_ne!(ours, naively, "a case in which both agree shows nothing");
        assert_eq!(
            (self.verdict.name(), naive(&self.lab.checks[0], &self.world)),
            (ours, naively),
            "{:?}",
            self.verdict
        );
        self
    }

    /// Where both agree: the naive one is no straw man.
    #[track_caller]
    fn both(&mut self, verdict: &str) -> &mut Self {
        assert_eq!((self.verdict.name(), naive(&self.lab.checks[0], &self.world)), (verdict, verdict));
        self
    }
}

fn with(mut object: Value, extra: Value) -> Value {
    merge(&mut object, &extra);
    object
}

fn web(extra: Value) -> Value {
    with(
        json!({"kind": "Deployment", "namespace": "shop", "name": "web", "ready": true, "check": {"name": "c"}}),
        extra,
    )
}

fn deployment(extra: Value) -> Value {
    let object = json!({"apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop", "uid": "d", "generation": 1}, "spec": {"replicas": 3},
        "status": {"observedGeneration": 1, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3, "availableReplicas": 3}});
    with(object, extra)
}

fn pods(extra: Value) -> Value {
    with(json!({"kind": "Pod", "namespace": "shop", "labels": {"app": "web"}, "check": {"name": "c"}}), extra)
}

fn owned(kind: &str, uid: &str) -> Value {
    json!({"metadata": {"ownerReferences": [{"kind": kind, "uid": uid, "controller": true}]}})
}

fn pod(name: &str, extra: Value) -> Value {
    let object = json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": "shop", "uid": name, "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "web", "image": "nginx"}]},
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [{"name": "web", "ready": true, "restartCount": 0, "state": {"running": {}}}]}});
    with(object, extra)
}

fn leaving() -> Value {
    json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}})
}

#[test]
fn the_naive_engine_is_right_about_the_plain_cases() {
    Case::of(web(json!({}))).put(deployment(json!({}))).both("passed");
    Case::of(web(json!({}))).put(deployment(json!({"status": {"readyReplicas": 1}}))).both("failed");
    Case::of(pods(json!({"ready": true}))).put(pod("a", json!({}))).both("passed");
}

#[test]
fn what_is_true_for_a_moment_has_not_held() {
    let mut case = Case::of(web(json!({"check": {"holdFor": 3000, "within": 60_000}})));
    case.put(deployment(json!({}))).says("progressing", "passed");
    case.later(2_999).says("progressing", "passed");
    case.put(deployment(json!({"status": {"readyReplicas": 2, "availableReplicas": 2}}))).says("progressing", "failed");
    case.later(1).put(deployment(json!({}))).says("progressing", "passed");
    case.later(3_000).both("passed");
}

#[test]
fn what_has_just_been_changed_is_on_its_way() {
    let mut case = Case::of(web(json!({"check": {"within": 60_000}})));
    case.put(deployment(json!({"status": {"readyReplicas": 0, "availableReplicas": 0}}))).says("progressing", "failed");
    case.later(60_000).both("failed");
}

#[test]
fn what_nobody_has_begun_is_not_red() {
    let mut case = Case::of(web(json!({})));
    case.decide().says("waiting", "passed");
    let mut case = Case::of(web(json!({})));
    case.initial(deployment(json!({"status": {"readyReplicas": 0}}))).says("waiting", "failed");
}

#[test]
fn what_was_latched_stays_passed() {
    let mut case = Case::of(web(json!({"check": {"latch": true}})));
    case.put(deployment(json!({}))).both("passed");
    case.later(1)
        .put(deployment(json!({"status": {"readyReplicas": 0, "availableReplicas": 0}})))
        .says("passed", "failed");
}

#[test]
fn pods_that_are_being_deleted_do_not_count() {
    let mut case = Case::of(pods(json!({"ready": true})));
    case.put(pod("a", leaving())).says("failed", "passed");
    let mut case = Case::of(pods(json!({"ready": true, "count": {"min": 2}})));
    case.put(pod("a", json!({}))).put(pod("b", json!({}))).both("passed");
    case.put(pod("b", leaving())).says("failed", "passed");
}

#[test]
fn pods_of_old_replica_sets_do_not_count() {
    let set = |name: &str, revision: &str| {
        let object = json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": name, "namespace": "shop",
            "uid": name, "annotations": {"deployment.kubernetes.io/revision": revision}}});
        with(object, owned("Deployment", "d"))
    };
    // The new Pods cannot start, the old ones serve on: by labels and numbers all is well.
    let mut case = Case::of(pods(json!({"ready": true})));
    case.put(set("old", "1")).put(set("new", "2")).put(pod("a", owned("ReplicaSet", "old"))).says("failed", "passed");
    let mut case = Case::of(web(json!({})));
    let stuck = json!({"status": {"replicas": 4, "updatedReplicas": 1}});
    case.put(deployment(stuck)).says("failed", "passed");
    assert_eq!(case.verdict.finding().unwrap().actual, Actual::Updated { updated: 1, wanted: 3 });
}

#[test]
fn restarts_before_the_lab_are_not_the_learners() {
    let restarted = |count: i64, ready: bool| {
        json!({"status": {"conditions": [{"type": "Ready", "status": if ready { "True" } else { "False" }}],
            "containerStatuses": [{"name": "web", "ready": ready, "restartCount": count, "state": {"running": {}},
                "lastState": {"terminated": {"exitCode": 1}}}]}})
    };
    // Five restarts, all of yesterday.
    let mut case = Case::of(pods(json!({"ready": true, "check": {"holdFor": 3000}})));
    case.initial(pod("a", restarted(5, true))).later(3_000).says("passed", "failed");
    // Not ready now, for reasons of its own: yesterday's crash is not the cause.
    case.later(1).put(pod("a", restarted(5, false)));
    assert!(matches!(case.verdict.finding().unwrap().cause, Some(Cause::Unready { .. })), "{:?}", case.verdict);
    // One more, of today: it is, and being ready again must hold anew.
    case.later(1).put(pod("a", restarted(6, false)));
    assert!(matches!(case.verdict.finding().unwrap().cause, Some(Cause::Crash { .. })), "{:?}", case.verdict);
    case.later(1).put(pod("a", restarted(6, true)));
    assert_eq!(case.later(2_999).verdict.name(), "progressing");
    assert_eq!(case.later(1).verdict.name(), "passed");
}

#[test]
fn init_containers_end_and_sidecars_are_containers() {
    let ended = json!({"spec": {"initContainers": [{"name": "prepare", "image": "busybox"}]},
        "status": {"initContainerStatuses": [{"name": "prepare", "ready": true, "restartCount": 0, "state": {"terminated": {"exitCode": 0}}}]}});
    let mut case = Case::of(pods(json!({"ready": true})));
    case.put(pod("a", ended)).says("passed", "failed");
    let sidecar = json!({"spec": {"initContainers": [{"name": "logs", "image": "fluent", "restartPolicy": "Always"}]}});
    let wanted = json!({"match": {"spec": {"containers": [{"image": "fluent"}]}}});
    let mut case = Case::of(pods(wanted.clone()));
    case.put(pod("a", sidecar)).says("passed", "failed");
    // One that prepares and ends is none.
    let prepares = json!({"spec": {"initContainers": [{"name": "logs", "image": "fluent"}]}});
    Case::of(pods(wanted)).put(pod("a", prepares)).both("failed");
    // While it prepares, its Pod is not ready, whatever the containers' statuses (there are none yet) say.
    let preparing = json!({"spec": {"initContainers": [{"name": "prepare", "image": "busybox"}]},
        "status": {"phase": "Pending", "conditions": [{"type": "Ready", "status": "False"}], "containerStatuses": [],
            "initContainerStatuses": [{"name": "prepare", "ready": false, "restartCount": 0, "state": {"running": {}}}]}});
    Case::of(pods(json!({"ready": true}))).put(pod("a", preparing)).says("failed", "passed");
}

#[test]
fn a_status_of_an_older_spec_says_nothing() {
    let mut case = Case::of(web(json!({})));
    case.put(deployment(json!({"metadata": {"generation": 2}}))).says("failed", "passed");
    assert_eq!(case.verdict.finding().unwrap().cause, Some(Cause::Stale));
}

#[test]
fn nothing_is_no_proof() {
    // Scaled to zero: none of none is ready.
    let none = json!({"spec": {"replicas": 0}, "status": {"replicas": 0, "updatedReplicas": 0, "readyReplicas": 0, "availableReplicas": 0}});
    Case::of(web(json!({}))).put(deployment(none)).says("failed", "passed");
    // Absent, and never there: nobody has deleted it.
    let absent =
        json!({"kind": "ConfigMap", "namespace": "shop", "name": "old", "absent": true, "check": {"name": "c"}});
    Case::of(absent.clone()).decide().says("waiting", "passed");
    let map =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "old", "namespace": "shop", "uid": "m"}});
    Case::of(absent).put(map.clone()).delete(&map).both("passed");
    // A Job that runs has not completed.
    let job = json!({"kind": "Job", "namespace": "shop", "name": "j", "ready": true, "check": {"name": "c"}});
    let running = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j", "namespace": "shop", "uid": "j"}, "status": {"active": 1}});
    Case::of(job).put(running).says("failed", "passed");
}

#[test]
fn what_cannot_be_asked_is_not_false() {
    let mut case = Case::of(web(json!({})));
    case.put(deployment(json!({}))).both("passed");
    case.world.observation.reachable = Err(Reason::Hang);
    // The list that cannot be had is the old one, or an empty one; either way it is believed.
    case.decide().says("unknown", "passed");
    case.world.observation.reachable = Ok(());
    case.world.observation.kinds.values_mut().for_each(|state| *state = KindState::Failed(Reason::Unauthorized));
    case.decide().says("unknown", "passed");
}
