//! The verdicts: a pure fold over what was observed. Same observation, same memory, same time: same verdict. It has no
//! clock; it says when it wants to be asked again.
//!
//! The order for one check: cannot ask → Unknown; latched → Passed; a need has not passed once → Blocked; true for
//! `holdFor` → Passed (until then Progressing); nothing it selects has existed or changed since the start → Waiting;
//! false within `within` of the last change → Progressing; else Failed. Where the format leaves room:
//!
//! - While the cluster cannot be asked, memory is left as it is: after a blip a state that is still true needs no new
//!   `holdFor`, and what was passed is still known to have been.
//! - A check that has passed once is never Waiting again.
//! - An empty selection has nothing under way, so `within` grants it no time, unless the last object was a controller's
//!   (a Pod that will be replaced) and that controller is still there.
//! - A restart of a Pod begins `holdFor` anew where readiness is asked for.
//! - Answers and marks need no cluster and no `holdFor`; they wait until they are given.

mod activity;
mod asked;
mod change;
mod enforced;
mod hints;
mod judge;
mod one;
mod place;
mod round;
mod truth;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::memory::{CheckMemory, Memory, Standing, Turn};
use super::model::{Check, Expectation, Lab, Level, Mode, ResourceExpectation, Source, Target};
use super::near;
use super::object;
use super::observe::{Millis, Observation};
use super::select::View;
use super::verdict::{Change, Reason, Verdict};
pub use change::edited;
pub use hints::hint_applies;
pub use round::{Changed, Round};
use truth::{Judge, No, Now, Truth};
pub use words::accepts;

/// What a check may know besides the observation and its own memory.
#[derive(Clone, Debug)]
pub struct Context<'c> {
    /// The lab: its checks are what `needs` names.
    pub lab: &'c Lab,
    /// The lab's parameters as one map.
    pub params: Arc<Value>,
    /// Checks that have passed once in this run.
    pub passed: BTreeSet<String>,
    /// Answers by check.
    pub answers: &'c BTreeMap<String, String>,
    /// Marked checks.
    pub marks: &'c BTreeSet<String>,
    /// Triggers that were pulled, and when.
    pub triggers: &'c BTreeMap<String, Millis>,
}

impl<'c> Context<'c> {
    /// The context a run's memory gives.
    pub fn new(lab: &'c Lab, memory: &'c Memory) -> Self {
        let Memory { answers, marks, triggers, .. } = memory;
        Self { lab, params: params(lab), passed: memory.passed_once(), answers, marks, triggers }
    }
}

/// All verdicts of a lab at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// One per check, in the lab's order.
    pub verdicts: Vec<Verdict>,
    /// One per invariant.
    pub invariants: Vec<Verdict>,
    /// Checks that were passed and now are not, with what changed; said once.
    pub turned: Vec<(String, Option<Change>)>,
    /// By check, in the lab's order: the places of its hints that are for the situation.
    pub hints: Vec<Vec<usize>>,
    /// The earliest time a verdict could change without an event.
    pub deadline: Option<Millis>,
}

/// One check. The deadline is the earliest time its verdict could change without an event.
pub fn decide(
    check: &Check,
    observation: &Observation,
    context: &Context<'_>,
    memory: CheckMemory,
    now: Millis,
) -> (Verdict, CheckMemory, Option<Millis>) {
    fold(check, &View::new(observation), context, memory, now)
}

/// The whole lab, decided once.
pub fn decide_all(lab: &Lab, observation: &Observation, memory: &mut Memory, now: Millis) -> Decision {
    Round::new(lab).decide(lab, observation, memory, now, &Changed::All)
}

fn params(lab: &Lab) -> Arc<Value> {
    Arc::new(
        lab.params.iter().map(|(key, value)| (key.clone(), value.clone())).collect::<serde_json::Map<_, _>>().into(),
    )
}

fn fold(
    check: &Check,
    view: &View<'_>,
    context: &Context<'_>,
    mut memory: CheckMemory,
    now: Millis,
) -> (Verdict, CheckMemory, Option<Millis>) {
    let held_since = memory.true_since;
    let state = match &check.source {
        Source::Manual if context.marks.contains(&check.name) => Now::True,
        Source::Manual => Now::Nothing,
        Source::Answer(answer) => words::state(answer, context.answers.get(&check.name)),
        Source::Trigger(trigger) => match context.triggers.get(&check.name) {
            None => Now::Nothing,
            Some(at) => {
                memory.changed = memory.changed.max(Some(*at));
                match observed(check, &trigger.then, view, context, &mut memory, now) {
                    Ok(now) => now,
                    Err(reason) => return (Verdict::Unknown(reason), memory, None),
                }
            }
        },
        Source::Observed(expectation) => match observed(check, expectation, view, context, &mut memory, now) {
            Ok(now) => now,
            Err(reason) => {
                let again = view.observation().reachable.is_ok().then(|| every(check, now)).flatten();
                return (Verdict::Unknown(reason), memory, again);
            }
        },
    };
    let holds = matches!(state, Now::True);
    memory.true_since = if holds { memory.true_since.or(Some(now)) } else { None };
    let blocked = check.needs.iter().find(|need| !context.passed.contains(*need));
    let (verdict, deadline) = if memory.latched {
        (Verdict::Passed, None)
    } else if let Some(need) = blocked {
        (Verdict::Blocked(need.clone()), None)
    } else {
        match state {
            Now::True => held(check, &memory, now),
            Now::Nothing => (Verdict::Waiting, None),
            Now::False(mut why) => {
                why.finding.near = near::near(view, context.lab, check, &why.finding);
                untrue(check, view, &mut memory, *why, now)
            }
        }
    };
    let deadline = [deadline, every(check, now)].into_iter().flatten().min();
    let verdict = remember(check, view, &mut memory, verdict, (now, held_since));
    (verdict, memory, deadline)
}

/// What is true of a check's expectation now, remembering what there is to remember. While the cluster cannot be asked
/// nothing is remembered: what was seen of it is old.
fn observed(
    check: &Check,
    expectation: &Expectation,
    view: &View<'_>,
    context: &Context<'_>,
    memory: &mut CheckMemory,
    now: Millis,
) -> Result<Now, Reason> {
    if view.observation().reachable.is_ok() {
        let leaves = expectation.leaves();
        let restarted = activity::track(view, &leaves, memory, now);
        if restarted && leaves.iter().any(|leaf| leaf.ready || !leaf.conditions.is_empty()) {
            memory.true_since = None;
        }
    }
    let (truth, outcomes) = judge(check, expectation, view, context, memory, now);
    activity::heard(outcomes, memory, now);
    match truth {
        Truth::Unknown(reason) => Err(reason),
        Truth::True => Ok(Now::True),
        Truth::False(why) => Ok(Now::False(why)),
    }
}

/// Whether it holds, and the outcome of each query.
fn judge(
    check: &Check,
    expectation: &Expectation,
    view: &View<'_>,
    context: &Context<'_>,
    memory: &CheckMemory,
    now: Millis,
) -> (Truth, Vec<activity::Outcome>) {
    let existed = |target: &Target| {
        (!memory.seen_targets.is_empty() && memory.seen_targets.contains(&activity::identity(target)))
            || implied(check, context, target)
    };
    let judge = Judge { view, params: context.params.clone(), now, restarts: &memory.restarts, existed: &existed };
    (judge.holds(expectation), activity::outcomes(&judge, expectation))
}

/// A need that selects the same target has passed: so it was there.
fn implied(check: &Check, context: &Context<'_>, target: &Target) -> bool {
    let needed = context
        .lab
        .checks
        .iter()
        .filter(|other| check.needs.contains(&other.name) && context.passed.contains(&other.name));
    needed.flat_map(Check::leaves).any(|leaf| !leaf.absent && leaf.target == *target)
}

fn every(check: &Check, now: Millis) -> Option<Millis> {
    check.every.map(|every| now + millis(every))
}

fn millis(duration: std::time::Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX / 4)
}

fn held(check: &Check, memory: &CheckMemory, now: Millis) -> (Verdict, Option<Millis>) {
    let hold = if check.expectation().is_some() { millis(check.hold_for) } else { 0 };
    let until = memory.true_since.unwrap_or(now) + hold;
    if now >= until { (Verdict::Passed, None) } else { (Verdict::Progressing(None), Some(until)) }
}

fn untrue(check: &Check, view: &View<'_>, memory: &mut CheckMemory, why: No, now: Millis) -> (Verdict, Option<Millis>) {
    if check.expectation().is_none() {
        return (Verdict::Failed(Box::new(why.finding)), None);
    }
    // What it depends on beyond what it selects may have changed (`related`).
    let stood = matches!(memory.last, Some(Standing::Passed)) || memory.passed_once.is_some();
    let Some(changed) = memory.changed.or(stood.then_some(now)) else { return (Verdict::Waiting, None) };
    memory.changed = Some(changed);
    let until = changed + millis(check.within);
    let finding = Box::new(why.finding);
    let given_up = why.stuck && check.fail_fast;
    if now < until && !given_up && (!why.empty || replaced(check, view)) {
        (Verdict::Progressing(Some(finding)), Some(until))
    } else {
        (Verdict::Failed(finding), None)
    }
}

/// Whether what is gone was a controller's, which is still there and makes another.
fn replaced(check: &Check, view: &View<'_>) -> bool {
    check.leaves().iter().any(|leaf| {
        let gone = view.gone(&leaf.target).into_iter().map(|(_, last)| &**last);
        let existing = view.existing(&leaf.target);
        let leaving = existing.objects().iter().map(|seen| &*seen.object);
        gone.chain(leaving)
            .filter_map(object::controller)
            .any(|owner| view.exists(object::text(owner, &["kind"]), object::text(owner, &["uid"])))
    })
}

/// Writes down what the verdict changes, and says what changed since the check was passed.
fn remember(
    check: &Check,
    view: &View<'_>,
    memory: &mut CheckMemory,
    verdict: Verdict,
    (now, held_since): (Millis, Option<Millis>),
) -> Verdict {
    let mut verdict = verdict;
    if verdict == Verdict::Passed {
        memory.passed_once = memory.passed_once.or(Some(now));
        memory.latched |= check.mode == Mode::Latch;
        memory.change = None;
    } else if memory.last == Some(Standing::Passed) {
        memory.change = change::find(view, &check.leaves(), verdict.finding(), held_since);
    }
    if let Verdict::Failed(finding) | Verdict::Progressing(Some(finding)) = &mut verdict {
        finding.change = memory.change.clone();
    }
    if let Some(to) = Standing::of(&verdict).filter(|to| Some(*to) != memory.last) {
        memory.turn(Turn { at: now, to, change: memory.change.clone() });
        memory.last = Some(to);
    }
    verdict
}

/// Whether a lab is done for a learner's level: every check of it passed in this one vector, and no invariant broken.
pub fn done(lab: &Lab, level: Level, verdicts: &[Verdict], invariants: &[Verdict]) -> bool {
    let counted = |check: &Check| check.level.is_none_or(|of| of <= level);
    let broken =
        |verdict: &Verdict| matches!(verdict, Verdict::Failed(_) | Verdict::Unknown(_) | Verdict::Progressing(Some(_)));
    lab.checks.iter().any(counted)
        && verdicts.len() == lab.checks.len()
        && lab
            .checks
            .iter()
            .zip(verdicts)
            .filter(|(check, _)| counted(check))
            .all(|(_, verdict)| *verdict == Verdict::Passed)
        && !invariants.iter().any(broken)
}

/// Whether an expectation holds at this moment, without history: a challenge's symptom.
pub fn holds(lab: &Lab, expectation: &Expectation, observation: &Observation, now: Millis) -> Result<bool, Reason> {
    let view = View::new(observation);
    let restarts = BTreeMap::new();
    let judge = Judge { view: &view, params: params(lab), now, restarts: &restarts, existed: &|_| false };
    match judge.holds(expectation) {
        Truth::True => Ok(true),
        Truth::False(_) => Ok(false),
        Truth::Unknown(reason) => Err(reason),
    }
}

/// What an expectation's aliases name of any of its objects.
pub(super) fn related(
    lab: &Lab,
    leaf: &ResourceExpectation,
    observation: &Observation,
    now: Millis,
) -> BTreeMap<String, Vec<Arc<Value>>> {
    let view = View::new(observation);
    let restarts = BTreeMap::new();
    let judge = Judge { view: &view, params: params(lab), now, restarts: &restarts, existed: &|_| false };
    let mut all: BTreeMap<String, Vec<Arc<Value>>> = BTreeMap::new();
    for seen in view.select(&leaf.target).objects() {
        for (alias, objects) in one::related(&judge, leaf, seen).unwrap_or_default() {
            let known = all.entry(alias).or_default();
            known.extend(
                objects
                    .into_iter()
                    .filter(|object| !known.iter().any(|other| Arc::ptr_eq(other, object)))
                    .collect::<Vec<_>>(),
            );
        }
    }
    all
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod naive;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::testing::{START, World, check as build, lab, merge};
    use crate::lab::verdict::{Actual, Cause, ChangeKind};
    use crate::lab::{Hint, KindState, WatchKey};
    use serde_json::json;

    fn deployment(replicas: i64, ready: i64) -> Value {
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop", "uid": "d", "generation": 1},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}},
            "status": {"observedGeneration": 1, "replicas": replicas, "updatedReplicas": replicas, "readyReplicas": ready, "availableReplicas": ready}})
    }

    fn with(mut object: Value, extra: Value) -> Value {
        merge(&mut object, &extra);
        object
    }

    fn node(labels: Value) -> Value {
        json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1", "uid": "n", "labels": labels}})
    }

    fn web(extra: Value) -> Value {
        let mut check =
            json!({"kind": "Deployment", "namespace": "shop", "name": "web", "ready": true, "check": {"name": "web"}});
        merge(&mut check, &extra);
        check
    }

    /// A lab, its world and its memory.
    struct Run {
        lab: Lab,
        world: World,
        memory: Memory,
        last: Decision,
    }

    impl Run {
        fn of(checks: &[Value]) -> Self {
            let lab = lab(checks.iter().map(|check| build(check.clone())).collect());
            let world = World::of(&lab);
            Self { lab, world, memory: Memory::new("lab", "uid", START), last: Decision::default() }
        }

        fn decide(&mut self) -> &Decision {
            self.last = decide_all(&self.lab, &self.world.observation, &mut self.memory, self.world.now);
            &self.last
        }

        #[track_caller]
        fn is(&mut self, expected: &[&str]) -> &mut Self {
            let names: Vec<&str> = self.decide().verdicts.iter().map(Verdict::name).collect();
            assert_eq!(names, expected, "{:?}", self.last.verdicts);
            self
        }

        fn later(&mut self, millis: Millis) -> &mut Self {
            self.world.later(millis);
            self
        }

        fn put(&mut self, object: Value) -> &mut Self {
            self.world.put(object);
            self
        }

        fn initial(&mut self, object: Value) -> &mut Self {
            self.world.initial(object);
            self
        }

        fn delete(&mut self, object: &Value) -> &mut Self {
            self.world.delete(object);
            self
        }

        /// The program ends and begins again: all that is there comes in a first list.
        fn reopened(&mut self) -> &mut Self {
            let text = serde_json::to_string(&self.memory).unwrap();
            self.memory = serde_json::from_str(&text).unwrap();
            let now = self.world.now;
            for state in self.world.observation.kinds.values_mut() {
                if let KindState::Synced(objects) = state {
                    objects.gone.clear();
                    for seen in objects.present.values_mut() {
                        (seen.first, seen.changed, seen.initial, seen.before) = (now, now, true, None);
                    }
                }
            }
            self
        }

        fn finding(&self, index: usize) -> &super::super::Finding {
            self.last.verdicts[index].finding().unwrap()
        }
    }

    #[test]
    fn nothing_begun_is_waiting_and_not_red() {
        Run::of(&[web(json!({}))]).is(&["waiting"]);
    }

    #[test]
    fn what_was_there_before_waits_until_it_changes() {
        let labelled = json!({"kind": "Node", "name": "n1", "match": {"metadata": {"labels": {"disk": "ssd"}}}, "check": {"name": "n"}});
        let mut run = Run::of(&[labelled]);
        run.initial(node(json!({}))).is(&["waiting"]);
        // The kubelet's heartbeat and status are nobody's doing.
        run.later(1000).put(with(node(json!({})), json!({"metadata": {"resourceVersion": "2"}, "status": {"conditions": [{"type": "Ready", "lastHeartbeatTime": "x"}]}})));
        run.is(&["waiting"]);
        run.later(1000).put(node(json!({"disk": "hdd"}))).is(&["failed"]);
        run.later(1000).put(node(json!({"disk": "ssd"}))).is(&["passed"]);
    }

    #[test]
    fn what_appears_while_the_program_is_closed_is_not_waiting() {
        let mut run = Run::of(&[web(json!({}))]);
        run.is(&["waiting"]);
        run.later(1000).put(deployment(3, 1));
        run.reopened().is(&["failed"]);
    }

    #[test]
    fn what_changed_while_the_program_was_closed_is_not_waiting() {
        let mut run = Run::of(&[web(json!({"match": {"spec": {"replicas": 3}}}))]);
        run.initial(deployment(2, 2)).is(&["waiting"]);
        run.later(1000).reopened().is(&["waiting"]);
        run.later(1000).put(deployment(4, 4)).reopened().is(&["failed"]);
    }

    #[test]
    fn true_must_hold_before_it_passes() {
        let mut run = Run::of(&[web(json!({"check": {"holdFor": 3000}}))]);
        run.put(deployment(3, 3)).is(&["progressing"]);
        assert_eq!(run.last.deadline, Some(START + 3000));
        run.later(2999).is(&["progressing"]);
        run.put(deployment(3, 2)).is(&["failed"]);
        run.later(1000).put(deployment(3, 3)).is(&["progressing"]);
        run.later(3000).is(&["passed"]);
        assert_eq!(run.last.deadline, None);
    }

    #[test]
    fn a_restart_begins_hold_for_anew() {
        let pod = |restarts: i64| {
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "shop", "uid": "p"},
            "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}], "containerStatuses": [{"name": "c", "ready": true, "restartCount": restarts, "state": {"running": {}}}]}})
        };
        let mut run = Run::of(&[
            json!({"kind": "Pod", "namespace": "shop", "name": "p", "ready": true, "check": {"name": "p", "holdFor": 3000}}),
        ]);
        run.put(pod(0)).is(&["progressing"]);
        run.later(2000).put(pod(1)).is(&["progressing"]);
        run.later(2000).is(&["progressing"]);
        run.later(1000).is(&["passed"]);
    }

    #[test]
    fn false_within_the_time_after_a_change_is_progressing() {
        let mut run = Run::of(&[web(json!({"check": {"within": 60_000}}))]);
        run.put(deployment(3, 1)).is(&["progressing"]);
        assert_eq!(run.last.deadline, Some(START + 60_000));
        run.later(59_999).is(&["progressing"]);
        run.later(1).is(&["failed"]);
        // A Pod of it is a change too.
        let set = json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "web-1", "namespace": "shop", "uid": "r", "ownerReferences": [{"uid": "d", "kind": "Deployment", "controller": true}]}});
        run.put(set).is(&["progressing"]);
    }

    fn stuck_pod() -> [Value; 2] {
        let owned = |kind: &str, uid: &str| json!([{"kind": kind, "uid": uid, "controller": true}]);
        [
            json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "web-1", "namespace": "shop", "uid": "r", "ownerReferences": owned("Deployment", "d")}}),
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-1-x", "namespace": "shop", "uid": "p", "ownerReferences": owned("ReplicaSet", "r")},
                "spec": {"containers": [{"name": "c", "image": "nginx:nope"}]},
                "status": {"containerStatuses": [{"name": "c", "ready": false, "restartCount": 0, "state": {"waiting": {"reason": "ImagePullBackOff", "message": "not found"}}}]}}),
        ]
    }

    #[test]
    fn fail_fast_ends_within_and_the_cause_is_told_either_way() {
        for (fast, verdict) in
            [(json!({"within": 60_000, "failFast": true}), "failed"), (json!({"within": 60_000}), "progressing")]
        {
            let mut run = Run::of(&[web(json!({"check": fast}))]);
            run.put(deployment(3, 1));
            stuck_pod().into_iter().for_each(|object| {
                run.put(object);
            });
            run.is(&[verdict]);
            assert!(matches!(&run.finding(0).cause, Some(Cause::ImagePull { image, .. }) if image == "nginx:nope"));
            assert_eq!(run.finding(0).actual, Actual::Ready { ready: 1, wanted: 3 });
        }
    }

    #[test]
    fn fail_fast_does_not_end_within_for_what_comes_right_by_itself() {
        let mut run = Run::of(&[web(json!({"check": {"within": 60_000, "failFast": true}}))]);
        run.put(deployment(3, 1)).is(&["progressing"]);
    }

    #[test]
    fn latched_stays_passed_and_live_does_not() {
        let mut run =
            Run::of(&[web(json!({"check": {"name": "a", "latch": true}})), web(json!({"check": {"name": "b"}}))]);
        run.put(deployment(3, 3)).is(&["passed", "passed"]);
        run.later(1).put(deployment(3, 1)).is(&["passed", "failed"]);
        run.later(1).delete(&deployment(3, 1)).is(&["passed", "failed"]);
        run.reopened().is(&["passed", "failed"]);
    }

    #[test]
    fn undoing_an_earlier_step_blocks_nothing() {
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "uid": "ns"}});
        // The one that needs comes first in the list: one call is enough all the same.
        let mut run = Run::of(&[
            web(json!({"check": {"name": "web", "needs": ["ns"]}})),
            json!({"kind": "Namespace", "name": "shop", "check": {"name": "ns"}}),
        ]);
        run.put(deployment(1, 1)).is(&["blocked", "waiting"]);
        assert_eq!(run.last.verdicts[0], Verdict::Blocked("ns".into()));
        run.put(namespace.clone()).is(&["passed", "passed"]);
        run.later(1).delete(&namespace).is(&["passed", "failed"]);
        run.reopened().is(&["passed", "failed"]);
    }

    #[test]
    fn circles_and_unknown_needs_end() {
        Run::of(&[
            web(json!({"check": {"name": "a", "needs": ["b"]}})),
            web(json!({"check": {"name": "b", "needs": ["a", "nobody"]}})),
        ])
        .is(&["blocked", "blocked"]);
    }

    #[test]
    fn absent_passes_only_if_it_was_there() {
        let absent = |needs: Value| json!({"kind": "ConfigMap", "namespace": "shop", "name": "old", "absent": true, "check": {"name": "gone", "needs": needs}});
        let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "old", "namespace": "shop", "uid": "c"}});
        let mut run = Run::of(&[absent(json!([]))]);
        run.is(&["waiting"]);
        run.later(1).put(map.clone()).is(&["failed"]);
        run.later(1).put(with(map.clone(), json!({"metadata": {"deletionTimestamp": "x"}}))).is(&["failed"]);
        assert_eq!(run.finding(0).cause, Some(Cause::Terminating));
        run.later(1).delete(&map).is(&["passed"]);
        run.reopened().is(&["passed"]);
        // Seen before the program was closed, gone when it opens again.
        let mut run = Run::of(&[absent(json!([]))]);
        run.put(map.clone()).is(&["failed"]);
        run.delete(&map).reopened().is(&["passed"]);
        // From setup and untouched: not the learner's mistake yet.
        let mut run = Run::of(&[absent(json!([]))]);
        run.initial(map.clone()).is(&["waiting"]);
        run.later(1).delete(&map).is(&["passed"]);
    }

    #[test]
    fn a_need_implies_that_something_was_there() {
        let made =
            json!({"kind": "ConfigMap", "namespace": "shop", "name": "old", "check": {"name": "made", "latch": true}});
        let gone = json!({"kind": "ConfigMap", "namespace": "shop", "name": "old", "absent": true, "check": {"name": "gone", "needs": ["made"]}});
        let mut run = Run::of(&[made, gone]);
        run.is(&["waiting", "blocked"]);
        // It has passed in this run, and this check has never looked at it.
        let made = run.memory.checks.get_mut("made").unwrap();
        (made.passed_once, made.latched) = (Some(START), true);
        run.is(&["passed", "passed"]);
    }

    #[test]
    fn what_cannot_be_asked_is_unknown_and_never_red() {
        let mut run = Run::of(&[
            web(json!({"check": {"name": "a", "holdFor": 3000}})),
            json!({"answer": "42", "check": {"name": "b"}}),
        ]);
        run.put(deployment(3, 3)).later(3000);
        run.is(&["progressing", "waiting"]);
        run.later(3000).is(&["passed", "waiting"]);
        run.world.observation.reachable = Err(Reason::Hang);
        let before = run.memory.clone();
        run.later(60_000).is(&["unknown", "waiting"]);
        assert_eq!(run.memory.checks["a"], before.checks["a"], "memory is left as it is");
        assert!(run.last.turned.is_empty());
        // After the blip no new holdFor.
        run.world.observation.reachable = Ok(());
        run.is(&["passed", "waiting"]);
        run.world.observation.reachable = Err(Reason::Hang);
        run.is(&["unknown", "waiting"]);
        run.world.observation.reachable = Ok(());
        run.put(deployment(3, 1)).is(&["failed", "waiting"]);
        assert_eq!(run.last.turned.len(), 1, "it is still known to have been passed");
    }

    #[test]
    fn a_failed_watch_is_unknown_and_a_kind_not_served_is_empty() {
        let custom =
            json!({"apiVersion": "example.com/v1", "kind": "Widget", "namespace": "shop", "check": {"name": "w"}});
        let key =
            WatchKey { api_version: "example.com/v1".into(), kind: "Widget".into(), namespace: Some("shop".into()) };
        let mut run = Run::of(&[custom]);
        run.world.observation.kinds.insert(key.clone(), KindState::Pending);
        run.is(&["unknown"]);
        assert_eq!(run.last.verdicts[0], Verdict::Unknown(Reason::Connecting));
        run.world.observation.kinds.insert(key.clone(), KindState::Failed(Reason::Forbidden("x".into())));
        run.is(&["unknown"]);
        run.world.observation.kinds.insert(key, KindState::NotServed);
        run.is(&["waiting"]);
    }

    #[test]
    fn an_expression_that_cannot_run_is_unknown() {
        let mut run = Run::of(&[web(json!({"ready": false, "cel": ["object.spec.replicas > 'x'"]}))]);
        run.put(deployment(3, 3)).is(&["unknown"]);
        assert!(matches!(&run.last.verdicts[0], Verdict::Unknown(Reason::Expression(_))));
    }

    #[test]
    fn an_expression_that_reads_the_time_is_asked_again() {
        let later = START / 1000 + 7;
        let timed = json!({"ready": false, "cel": [format!("now >= {later}")], "check": {"every": 5_000}});
        let mut run = Run::of(&[web(timed)]);
        run.put(deployment(3, 3)).is(&["failed"]);
        assert_eq!(run.last.deadline, Some(run.world.now + 5_000));
        run.later(10_000).is(&["passed"]);
    }

    #[test]
    fn a_deleted_object_turns_its_check_at_once_and_says_so() {
        let mut run = Run::of(&[web(json!({"check": {"within": 60_000}}))]);
        run.put(deployment(3, 3)).is(&["passed"]);
        run.later(5).delete(&deployment(3, 3)).is(&["failed"]);
        let change = run.last.turned[0].1.clone().unwrap();
        assert_eq!((change.object.name.as_str(), &change.kind), ("web", &ChangeKind::Deleted));
        assert_eq!(run.finding(0).actual, Actual::Missing);
        assert_eq!(run.finding(0).change.as_ref(), Some(&change));
        run.later(1).is(&["failed"]);
        assert!(run.last.turned.is_empty(), "said once");
        assert_eq!(run.finding(0).change.as_ref(), Some(&change), "and kept");
        run.reopened().is(&["failed"]);
        assert_eq!(run.finding(0).change.as_ref(), Some(&change));
        run.put(deployment(3, 3)).is(&["passed"]);
        assert_eq!(run.memory.checks["web"].change, None);
    }

    #[test]
    fn an_edit_is_told_with_its_field_and_its_author() {
        let edited = with(
            deployment(2, 3),
            json!({"metadata": {"generation": 2, "managedFields": [
            {"manager": "kubectl-client-side-apply", "time": "2026-01-01T00:00:00Z"},
            {"manager": "kubectl-edit", "time": "2026-01-01T00:00:09Z"},
            {"manager": "kube-controller-manager", "subresource": "status", "time": "2026-01-01T00:01:00Z"}]}}),
        );
        let mut run = Run::of(&[web(json!({"match": {"spec": {"replicas": 3}}}))]);
        run.put(deployment(3, 3)).is(&["passed"]);
        run.later(5).put(edited).is(&["failed"]);
        let kind = ChangeKind::Field {
            path: "spec.replicas".into(),
            before: Some(json!(3)),
            after: Some(json!(2)),
            by: Some("kubectl-edit".into()),
        };
        assert_eq!(run.last.turned[0].1.as_ref().map(|change| &change.kind), Some(&kind));
    }

    #[test]
    fn a_deleted_pod_is_told_and_not_the_number_that_fell() {
        let [set, pod] = stuck_pod();
        let mut run = Run::of(&[web(json!({"check": {"within": 0}}))]);
        run.put(set).put(pod.clone()).put(deployment(3, 3)).is(&["passed"]);
        run.later(100).delete(&pod).is(&["passed"]);
        run.later(3).put(deployment(3, 2)).is(&["failed"]);
        let change = run.last.turned[0].1.clone().unwrap();
        assert_eq!((change.object.name.as_str(), change.kind), ("web-1-x", ChangeKind::Deleted));
    }

    #[test]
    fn what_happened_before_the_check_held_is_not_the_change() {
        let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop", "uid": "s"}, "spec": {"selector": {"app": "web"}}});
        let slice = |ready: bool| json!({"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": {"name": "web-1", "namespace": "shop", "uid": "e", "labels": {"kubernetes.io/service-name": "web"}, "ownerReferences": [{"kind": "Service", "uid": "s", "controller": true}]}, "endpoints": [{"conditions": {"ready": ready}}]});
        let mut run = Run::of(&[
            json!({"kind": "Service", "namespace": "shop", "name": "web", "ready": true, "check": {"name": "s"}}),
        ]);
        run.put(service).is(&["failed"]);
        run.later(5).put(slice(true)).is(&["passed"]);
        run.later(5).put(slice(false)).is(&["failed"]);
        assert_eq!(run.last.turned, [("s".to_owned(), None)], "not: the Service was created");
    }

    #[test]
    fn a_pod_that_will_be_replaced_is_on_its_way() {
        let [set, mut pod] = stuck_pod();
        pod["status"] = json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]});
        let mut run = Run::of(&[
            json!({"kind": "Pod", "namespace": "shop", "ready": true, "check": {"name": "pods", "within": 9000}}),
        ]);
        run.put(deployment(1, 1)).put(set.clone()).put(pod.clone()).is(&["passed"]);
        run.later(5).delete(&pod).is(&["progressing"]);
        run.later(5).delete(&set).is(&["failed"]);
    }

    #[test]
    fn answers_are_compared_as_people_mean_them() {
        let mut run = Run::of(&[json!({"answer": "Kube Proxy 가나", "check": {"name": "a", "holdFor": 3000}})]);
        run.is(&["waiting"]);
        run.memory.answers.insert("a".into(), "kubeproxy".into());
        run.is(&["failed"]);
        run.memory.answers.insert("a".into(), " KUBE  proxy 가나 ".into());
        run.is(&["passed"]);
        run.memory.answers.insert("a".into(), "   ".into());
        run.is(&["waiting"]);
    }

    #[test]
    fn manual_is_the_learners_word() {
        let mut run = Run::of(&[json!({"answer": null, "check": {"name": "m"}})]);
        run.lab.checks[0].source = Source::Manual;
        run.is(&["waiting"]);
        run.memory.marks.insert("m".into());
        run.is(&["passed"]);
    }

    #[test]
    fn a_lab_is_done_in_one_vector_for_a_level() {
        let mut run = Run::of(&[
            web(json!({"check": {"name": "a"}})),
            json!({"kind": "Node", "check": {"name": "b", "level": "고급"}}),
        ]);
        run.put(deployment(1, 1)).is(&["passed", "waiting"]);
        let verdicts = run.last.verdicts.clone();
        assert!(done(&run.lab, Level::Beginner, &verdicts, &[]));
        assert!(done(&run.lab, Level::Intermediate, &verdicts, &[Verdict::Passed]));
        assert!(!done(&run.lab, Level::Advanced, &verdicts, &[]));
        let broken = Verdict::Failed(Box::new(truth::finding(
            super::super::ObjectRef::default(),
            super::super::Expected::Not,
            Actual::Present,
        )));
        assert!(!done(&run.lab, Level::Beginner, &verdicts, &[broken]));
    }

    #[test]
    fn a_hint_is_for_its_situation_and_a_symptom_is_judged_without_history() {
        let mut run = Run::of(&[web(json!({}))]);
        let hint = |when: Option<&str>| Hint {
            level: 1,
            when: when.map(|when| super::super::expr::Expr::compile(when).unwrap()),
            text: String::new(),
        };
        run.put(deployment(2, 1));
        let applies = |when| hint_applies(&run.lab, &run.lab.checks[0], &hint(when), &run.world.observation, 0);
        assert!(applies(None));
        assert!(applies(Some("object.spec.replicas == 2")));
        assert!(!applies(Some("object.spec.replicas == 3")));
        let symptom = crate::lab::testing::expectation(&web(json!({})));
        assert_eq!(holds(&run.lab, &symptom, &run.world.observation, 0), Ok(false));
        run.world.observation.reachable = Err(Reason::Refused);
        assert_eq!(holds(&run.lab, &symptom, &run.world.observation, 0), Err(Reason::Refused));
    }

    #[test]
    fn a_pods_restart_does_not_trouble_who_asks_for_something_else() {
        let [set, pod] = stuck_pod();
        let crashed = with(pod.clone(), json!({"status": {"containerStatuses": [{"name": "c", "restartCount": 1}]}}));
        let mut run =
            Run::of(&[web(json!({"ready": false, "match": {"spec": {"replicas": 2}}, "check": {"holdFor": 3000}}))]);
        run.put(deployment(2, 1)).put(set).put(pod).decide();
        run.later(3000).is(&["passed"]);
        run.later(1).put(crashed).is(&["passed"]);
    }

    #[test]
    fn invariants_are_decided_apart() {
        let mut run = Run::of(&[]);
        run.lab.invariants = vec![build(web(json!({"match": {"spec": {"replicas": 3}}})))];
        run.world = World::of(&run.lab);
        run.initial(deployment(3, 3)).decide();
        assert_eq!(run.last.invariants, [Verdict::Passed]);
        run.later(1).put(deployment(2, 2)).decide();
        assert_eq!(run.last.invariants[0].name(), "failed");
        assert!(run.memory.checks.is_empty());
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn order_and_repetition_of_events_never_change_the_final_verdict(order in proptest::collection::vec(0..5_usize, 0..24)) {
            let [set, pod] = stuck_pod();
            let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "uid": "ns"}});
            let events = [deployment(3, 3), set, pod, namespace, deployment(3, 1)];
            let checks = [
                web(json!({"check": {"name": "web", "needs": ["ns"], "within": 500, "holdFor": 300}})),
                json!({"kind": "Namespace", "name": "shop", "check": {"name": "ns", "holdFor": 300}}),
                json!({"kind": "Pod", "namespace": "shop", "ready": true, "check": {"name": "pods", "within": 500, "failFast": true}}),
                json!({"not": {"kind": "ConfigMap", "namespace": "shop"}, "check": {"name": "none"}}),
            ];
            let mut run = Run::of(&checks);
            for index in order {
                run.later(50).put(events[index].clone()).decide();
                run.decide();
            }
            for event in &events[..4] {
                run.later(1).put(event.clone());
            }
            run.later(10_000).decide();
            let mut deadline = run.last.deadline;
            while let Some(at) = deadline {
                proptest::prop_assert!(at > run.world.now, "a deadline lies ahead");
                run.world.now = at;
                deadline = run.decide().deadline;
            }
            run.later(10_000).is(&["passed", "passed", "failed", "waiting"]);
            let again = run.last.clone();
            run.decide();
            proptest::prop_assert_eq!(&again, &run.last);
        }
    }

    #[test]
    fn two_hundred_checks_over_five_thousand_objects() {
        let checks: Vec<Value> = (0..200)
            .map(|n| match n % 4 {
                0 => json!({"kind": "Pod", "namespace": "shop", "labels": {"app": format!("a{n}")}, "ready": true, "count": {"min": 3}, "check": {"name": format!("c{n}")}}),
                1 => json!({"kind": "Pod", "namespace": "shop", "labels": {"app": format!("a{n}")}, "match": {"spec": {"containers": [{"name": "c", "image": "nginx"}]}}, "check": {"name": format!("c{n}")}}),
                2 => json!({"kind": "Pod", "namespace": "shop", "labels": {"app": format!("a{n}")}, "cel": ["object.spec.containers.all(c, c.image == 'nginx')"], "check": {"name": format!("c{n}")}}),
                _ => json!({"kind": "Pod", "namespace": "shop", "name": format!("p{n}"), "check": {"name": format!("c{n}"), "needs": [format!("c{}", n - 1)]}}),
            })
            .collect();
        let mut run = Run::of(&checks);
        for n in 0..5000 {
            run.put(json!({"apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": format!("p{n}"), "namespace": "shop", "uid": format!("u{n}"), "labels": {"app": format!("a{}", n % 200), "x": "y"}},
                "spec": {"containers": [{"name": "c", "image": "nginx", "resources": {"limits": {"cpu": "1"}}}]},
                "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}], "containerStatuses": [{"name": "c", "restartCount": 0, "ready": true}]}}));
        }
        run.is(&["passed"; 200]);
        run.later(1).is(&["passed"; 200]);
    }
}
