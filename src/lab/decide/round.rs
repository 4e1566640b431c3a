//! Decides a lab again and again, each time only what an event, a deadline or a need can have changed. The verdicts are
//! those a decision over everything would give.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Context, Decision, fold, hints, params};
use crate::lab::memory::{CheckMemory, Memory, Standing};
use crate::lab::model::{Check, Lab};
use crate::lab::observe::{Millis, Observation, Topic};
use crate::lab::select::View;
use crate::lab::verdict::{Change, Verdict};

/// What is another than at the last decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Anything may be.
    All,
    /// What these are about; the time may be another in any case.
    Only(BTreeSet<Topic>),
}

impl Default for Changed {
    /// The time alone.
    fn default() -> Self {
        Self::Only(BTreeSet::new())
    }
}

impl Changed {
    /// Both together.
    pub fn join(&mut self, other: Self) {
        match (&mut *self, other) {
            (Self::Only(keys), Self::Only(more)) => keys.extend(more),
            _ => *self = Self::All,
        }
    }

    /// Whether nothing but events came: they explain, as a rule, and decide nothing.
    pub fn only_events(&self) -> bool {
        let event = |topic: &Topic| matches!(topic, Topic::Watch(key) if key.is_events());
        matches!(self, Self::Only(topics) if !topics.is_empty() && topics.iter().all(event))
    }

    fn touches(&self, topics: &BTreeSet<Topic>) -> bool {
        match self {
            Self::All => true,
            Self::Only(changed) => changed.iter().any(|topic| topics.contains(topic)),
        }
    }
}

/// What was said last of one check.
#[derive(Debug)]
struct Said {
    topics: BTreeSet<Topic>,
    verdict: Option<Verdict>,
    hints: Vec<usize>,
    deadline: Option<Millis>,
}

impl Said {
    fn nothing(check: &Check) -> Self {
        Self { topics: check.topics(), verdict: None, hints: Vec::new(), deadline: None }
    }

    /// Answers and marks come without an event, and cost nothing to decide.
    fn due(&self, changed: &Changed, now: Millis) -> bool {
        self.verdict.is_none()
            || self.topics.is_empty()
            || self.deadline.is_some_and(|deadline| deadline <= now)
            || changed.touches(&self.topics)
    }
}

/// The decisions of one session of one lab.
#[derive(Debug)]
pub struct Round {
    order: Vec<usize>,
    checks: Vec<Said>,
    invariants: Vec<Said>,
}

impl Round {
    /// Nothing decided yet: the first decision is over everything.
    pub fn new(lab: &Lab) -> Self {
        Self {
            order: order(lab),
            checks: lab.checks.iter().map(Said::nothing).collect(),
            invariants: lab.invariants.iter().map(Said::nothing).collect(),
        }
    }

    /// All verdicts of now: checks in the order their needs ask for, so that one call is enough.
    pub fn decide(
        &mut self,
        lab: &Lab,
        observation: &Observation,
        memory: &mut Memory,
        now: Millis,
        changed: &Changed,
    ) -> Decision {
        let view = View::new(observation);
        let mut checks = std::mem::take(&mut memory.checks);
        let mut invariants = std::mem::take(&mut memory.invariants);
        let mut turned = Vec::new();
        let passed = checks.iter().filter(|(_, memory)| memory.passed_once.is_some()).map(|(name, _)| name.clone());
        let passed = passed.collect();
        let Memory { answers, marks, triggers, .. } = &*memory;
        let mut context = Context { lab, params: params(lab), passed, answers, marks, triggers };
        let mut opened: BTreeSet<&str> = BTreeSet::new();
        for &index in &self.order {
            let (Some(check), Some(said)) = (lab.checks.get(index), self.checks.get_mut(index)) else { continue };
            if !said.due(changed, now) && !check.needs.iter().any(|need| opened.contains(need.as_str())) {
                continue;
            }
            turned.extend(step(check, said, &view, &context, &mut checks, now));
            let once = checks.get(&check.name).is_some_and(|memory| memory.passed_once.is_some());
            if once && context.passed.insert(check.name.clone()) {
                opened.insert(&check.name);
            }
        }
        for (invariant, said) in lab.invariants.iter().zip(&mut self.invariants) {
            if said.due(changed, now) {
                turned.extend(step(invariant, said, &view, &context, &mut invariants, now));
            }
        }
        memory.checks = checks;
        memory.invariants = invariants;
        let verdicts = |all: &[Said]| all.iter().map(|said| said.verdict.clone().unwrap_or(Verdict::Waiting)).collect();
        Decision {
            verdicts: verdicts(&self.checks),
            invariants: verdicts(&self.invariants),
            turned,
            hints: self.checks.iter().map(|said| said.hints.clone()).collect(),
            deadline: self.checks.iter().chain(&self.invariants).filter_map(|said| said.deadline).min(),
        }
    }
}

/// Decides one check; what turned it, if it was passed and is not.
fn step(
    check: &Check,
    said: &mut Said,
    view: &View<'_>,
    context: &Context<'_>,
    memories: &mut BTreeMap<String, CheckMemory>,
    now: Millis,
) -> Option<(String, Option<Change>)> {
    let memory = memories.remove(&check.name).unwrap_or_default();
    let was_passed = memory.last == Some(Standing::Passed);
    let (verdict, memory, deadline) = fold(check, view, context, memory, now);
    said.verdict = Some(verdict);
    said.hints = hints::applying(check, view, &context.params, now);
    said.deadline = deadline;
    let turned = was_passed && memory.last != Some(Standing::Passed);
    let turned = turned.then(|| (check.name.clone(), memory.change.clone()));
    memories.insert(check.name.clone(), memory);
    turned
}

/// Needs before those that need them; circles are cut (they are Problems at load).
fn order(lab: &Lab) -> Vec<usize> {
    fn visit(index: usize, lab: &Lab, by_name: &HashMap<&str, usize>, seen: &mut [bool], order: &mut Vec<usize>) {
        match seen.get_mut(index) {
            Some(seen) if !*seen => *seen = true,
            _ => return,
        }
        let needs = lab.checks.get(index).map(|check| check.needs.as_slice()).unwrap_or_default();
        for need in needs.iter().filter_map(|need| by_name.get(need.as_str())) {
            visit(*need, lab, by_name, seen, order);
        }
        order.push(index);
    }
    let by_name: HashMap<&str, usize> =
        (0..).zip(&lab.checks).map(|(n, check): (usize, _)| (check.name.as_str(), n)).collect();
    let mut seen = vec![false; lab.checks.len()];
    let mut order = Vec::with_capacity(lab.checks.len());
    (0..lab.checks.len()).for_each(|index| visit(index, lab, &by_name, &mut seen, &mut order));
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::observe::WatchKey;
    use crate::lab::testing::{START, World, check as build, lab};
    use serde_json::{Value, json};

    fn object(kind: &str, value: i64) -> Value {
        json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": "x", "namespace": "shop", "uid": kind}, "data": {"v": value}})
    }

    fn wants(name: &str, kind: &str, value: i64, extra: Value) -> Value {
        let mut check = json!({"kind": kind, "namespace": "shop", "name": "x", "match": {"data": {"v": value}}, "check": {"name": name}});
        crate::lab::testing::merge(&mut check, &json!({"check": extra}));
        check
    }

    fn only(kinds: &[&str]) -> Changed {
        let key =
            |kind: &&str| WatchKey { api_version: "v1".into(), kind: (*kind).into(), namespace: Some("shop".into()) };
        Changed::Only(kinds.iter().map(key).map(Topic::Watch).collect())
    }

    fn names(decision: &Decision) -> Vec<&str> {
        decision.verdicts.iter().map(Verdict::name).collect()
    }

    #[test]
    fn an_event_decides_what_depends_on_it_and_what_needs_that() {
        let lab = lab(vec![
            build(wants("a", "ConfigMap", 1, json!({}))),
            build(wants("b", "Secret", 1, json!({}))),
            build(wants("c", "Secret", 1, json!({"needs": ["a"]}))),
        ]);
        let (mut world, mut memory, mut round) = (World::of(&lab), Memory::new("lab", "u", START), Round::new(&lab));
        let mut decide =
            |world: &World, changed: &Changed| round.decide(&lab, &world.observation, &mut memory, world.now, changed);
        assert_eq!(names(&decide(&world, &Changed::default())), ["waiting", "waiting", "blocked"]);
        world.later(1).put(object("ConfigMap", 0)).put(object("Secret", 1));
        // Told of neither: nothing is looked at. Told of the one: the other is as it was.
        assert_eq!(names(&decide(&world, &Changed::default())), ["waiting", "waiting", "blocked"]);
        assert_eq!(names(&decide(&world, &only(&["ConfigMap"]))), ["failed", "waiting", "blocked"]);
        world.later(1).put(object("ConfigMap", 1));
        assert_eq!(names(&decide(&world, &only(&["ConfigMap"]))), ["passed", "waiting", "passed"]);
        assert_eq!(names(&decide(&world, &Changed::All)), ["passed", "passed", "passed"]);
    }

    #[test]
    fn a_deadline_that_has_come_needs_no_event_and_the_others_are_kept() {
        let lab = lab(vec![
            build(wants("a", "ConfigMap", 1, json!({"holdFor": 3000}))),
            build(wants("b", "Secret", 1, json!({"holdFor": 9000}))),
        ]);
        let (mut world, mut memory, mut round) = (World::of(&lab), Memory::new("lab", "u", START), Round::new(&lab));
        world.put(object("ConfigMap", 1)).put(object("Secret", 1));
        let first = round.decide(&lab, &world.observation, &mut memory, world.now, &Changed::All);
        assert_eq!(first.deadline, Some(START + 3000));
        world.later(3000);
        let then = round.decide(&lab, &world.observation, &mut memory, world.now, &Changed::default());
        assert_eq!((names(&then), then.deadline), (vec!["passed", "progressing"], Some(START + 9000)));
    }

    #[test]
    fn an_event_among_two_hundred_checks_over_five_thousand_objects_decides_few() {
        let namespaced = |n: usize| format!("n{}", n % 20);
        let checks = (0..200).map(|n| {
            build(json!({"kind": "Pod", "namespace": namespaced(n), "labels": {"app": format!("a{n}")}, "ready": true,
                "cel": ["object.spec.x < 5001"], "check": {"name": format!("c{n}")}}))
        });
        let lab = lab(checks.collect());
        let (mut world, mut memory, mut round) = (World::of(&lab), Memory::new("lab", "u", START), Round::new(&lab));
        let pod = |n: usize, x: usize| {
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": format!("p{n}"), "namespace": namespaced(n),
                "uid": format!("u{n}"), "labels": {"app": format!("a{}", n % 200)}}, "spec": {"x": x},
                "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}})
        };
        for n in 0..5_000 {
            world.put(pod(n, n));
        }
        let since = std::time::Instant::now();
        let first = round.decide(&lab, &world.observation, &mut memory, world.now, &Changed::All);
        let all = since.elapsed();
        assert!(first.verdicts.iter().all(|verdict| *verdict == Verdict::Passed));
        let mut slowest = std::time::Duration::ZERO;
        for n in 0..100 {
            world.later(1).put(pod(n, 6_000));
            let key = WatchKey { api_version: "v1".into(), kind: "Pod".into(), namespace: Some(namespaced(n)) };
            let changed = Changed::Only([Topic::Watch(key)].into());
            let since = std::time::Instant::now();
            let decision = round.decide(&lab, &world.observation, &mut memory, world.now, &changed);
            slowest = slowest.max(since.elapsed());
            assert_eq!(decision.turned.len(), 1);
        }
        println!("all: {all:?}; by an event, the slowest of 100: {slowest:?}");
    }

    proptest::proptest! {
        #[test]
        fn deciding_what_depends_gives_what_deciding_all_gives(
            events in proptest::collection::vec((0..2_usize, 0..3_i64, 0..4000_i64), 1..30),
        ) {
            let lab = lab(vec![
                build(wants("a", "ConfigMap", 1, json!({"holdFor": 3000, "within": 2000}))),
                build(wants("b", "Secret", 1, json!({"needs": ["a"], "latch": true}))),
                build(wants("c", "Secret", 2, json!({"needs": ["b"], "within": 1000}))),
            ]);
            let (mut world, start) = (World::of(&lab), Memory::new("lab", "u", START));
            let (mut some, mut all, mut round) = (start.clone(), start, Round::new(&lab));
            for (kind, value, pause) in events {
                let kind = ["ConfigMap", "Secret"][kind];
                // A deadline that comes in between wakes the engine.
                let end = world.now + pause;
                let mut deadline = Some(world.now);
                while let Some(at) = deadline.filter(|at| *at <= end) {
                    world.now = at;
                    deadline = round.decide(&lab, &world.observation, &mut some, at, &Changed::default()).deadline;
                    super::super::decide_all(&lab, &world.observation, &mut all, at);
                }
                world.now = end;
                if value == 0 { world.delete(&object(kind, 0)); } else { world.put(object(kind, value)); }
                let by_event = round.decide(&lab, &world.observation, &mut some, world.now, &only(&[kind]));
                let by_all = super::super::decide_all(&lab, &world.observation, &mut all, world.now);
                proptest::prop_assert_eq!(by_event.verdicts, by_all.verdicts);
                proptest::prop_assert_eq!(by_event.turned, by_all.turned);
                proptest::prop_assert_eq!(by_event.hints, by_all.hints);
                proptest::prop_assert_eq!(by_event.deadline, by_all.deadline);
                proptest::prop_assert_eq!(&some, &all);
            }
        }
    }
}
