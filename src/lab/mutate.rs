//! Mutation tests of checks: every field that a check claims to verify is violated, in what was observed when the check
//! passed, and the check must not pass any more. Pure; `author test` brings the observations.
//!
//! What a check claims is read off its expectation: the parts of its patterns where the object satisfies them, the
//! members its expressions read, conditions, what stands for `ready`, and the namespace, name, labels and number of what
//! it selects. Of several ways (`anyOf`) the one that holds is claimed; a mutant which is another of the right ways is
//! no mutant. What an expression reads may be violated by some value and not by another (`>= 3`): one that is caught is
//! enough, and it is changed in all objects at once, since `exists` is satisfied by any.

mod edit;
mod field;
mod reply;
mod selection;
mod standing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::decide::{self, Context};
use super::memory::{CheckMemory, Memory};
use super::model::{Check, Expectation, Lab, ResourceExpectation, Source};
use super::observe::{Millis, Observation};
use super::select::View;
use super::verdict::Verdict;
use edit::Edit;

/// Of a hundred mutants so many must be caught.
const CAUGHT: usize = 98;

/// How something is violated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// A field is taken away.
    Delete,
    /// A list is emptied.
    Empty,
    /// An element is dropped.
    Drop,
    /// A scalar is another.
    Violate,
    /// A field that must be absent is there.
    Insert,
    /// Objects are in another namespace.
    Namespace,
    /// Objects have another name.
    Rename,
    /// Objects have another label.
    Relabel,
    /// Objects are gone.
    Remove,
    /// Objects are being deleted.
    Leaving,
    /// Objects that had to go are there.
    Again,
    /// Too few or too many objects.
    Count,
    /// A condition does not hold.
    Condition,
    /// The status is of an older spec.
    Stale,
    /// Another answer.
    Answer,
}

impl Operator {
    /// What was done, in Korean.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delete => "필드 지우기",
            Self::Empty => "목록 비우기",
            Self::Drop => "요소 빼기",
            Self::Violate => "값 바꾸기",
            Self::Insert => "없어야 할 필드 넣기",
            Self::Namespace => "다른 네임스페이스로 옮기기",
            Self::Rename => "다른 이름으로 바꾸기",
            Self::Relabel => "라벨 바꾸기",
            Self::Remove => "객체 지우기",
            Self::Leaving => "지워지는 중으로 두기",
            Self::Again => "다시 나타나게 하기",
            Self::Count => "개수 바꾸기",
            Self::Condition => "조건을 False로 두기",
            Self::Stale => "옛 세대의 status로 두기",
            Self::Answer => "다른 답 쓰기",
        }
    }
}

/// One violation, in one or several ways.
#[derive(Clone, Debug)]
struct Mutant {
    path: String,
    operator: Operator,
    ways: Vec<Vec<Edit>>,
}

impl Mutant {
    fn new(path: &str, operator: Operator, ways: Vec<Vec<Edit>>) -> Self {
        Self { path: path.to_owned(), operator, ways }
    }
}

/// A mutant that a check lets pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survivor {
    /// The check or invariant.
    pub check: String,
    /// What was violated.
    pub path: String,
    /// How.
    pub operator: Operator,
}

/// What came of all mutants of a lab.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mutations {
    /// How many there were, without those that are excepted.
    pub total: usize,
    /// Those that were not caught.
    pub survivors: Vec<Survivor>,
    /// Checks a machine decides that were never seen passed at rest.
    pub unseen: Vec<String>,
    /// Exceptions that nothing needs.
    pub idle: Vec<String>,
}

impl Mutations {
    /// True when enough is caught, every check was tried, and no exception is idle.
    pub fn hold(&self) -> bool {
        let caught = self.total - self.survivors.len();
        caught * 100 >= self.total * CAUGHT && self.unseen.is_empty() && self.idle.is_empty()
    }
}

/// What was so when a check passed.
#[derive(Debug)]
struct Record {
    observation: Observation,
    memory: Memory,
    now: Millis,
}

/// The first moment at which each check was passed.
#[derive(Debug, Default)]
pub struct Records(BTreeMap<String, Arc<Record>>);

impl Records {
    /// Keeps this moment for the checks that are passed in it, not by what was before, and were not until now.
    pub fn take(&mut self, lab: &Lab, observation: &Observation, memory: &Memory, now: Millis) {
        let record = Arc::new(Record { observation: observation.clone(), memory: memory.clone(), now });
        for check in checks(lab).filter(|check| !matches!(check.source, Source::Manual)) {
            if !self.0.contains_key(&check.name) && Trial::of(lab, check, &record).passes(check, &[]) {
                self.0.insert(check.name.clone(), record.clone());
            }
        }
    }
}

/// Checks and invariants.
fn checks(lab: &Lab) -> impl Iterator<Item = &Check> {
    lab.checks.iter().chain(&lab.invariants)
}

/// Tries every mutant of every check.
pub fn mutations(lab: &Lab, records: &Records) -> Mutations {
    let mut told = Mutations::default();
    let mut needed = BTreeSet::new();
    for check in checks(lab).filter(|check| !matches!(check.source, Source::Manual)) {
        let Some(record) = records.0.get(&check.name) else {
            told.unseen.push(check.name.clone());
            continue;
        };
        let trial = Trial::of(lab, check, record);
        let narrow = trial.narrow();
        for mutant in trial.mutants(&narrow) {
            let caught = mutant.ways.iter().any(|way| !trial.passes(check, way));
            // Another of the ways that the author has written down as right.
            if !caught && mutant.ways.iter().any(|way| !trial.passes(&narrow, way)) {
                continue;
            }
            let survivor = Survivor { check: check.name.clone(), path: mutant.path, operator: mutant.operator };
            let excepted = lab.mutations.iter().position(|e| e.check == survivor.check && e.path == survivor.path);
            match excepted.filter(|_| !caught) {
                Some(index) => drop(needed.insert(index)),
                None => {
                    told.total += 1;
                    told.survivors.extend((!caught).then_some(survivor));
                }
            }
        }
    }
    let idle = lab.mutations.iter().enumerate().filter(|(index, _)| !needed.contains(index));
    told.idle = idle.map(|(_, exception)| format!("{} {}", exception.check, exception.path)).collect();
    told
}

/// One check at the moment it passed.
struct Trial<'l> {
    lab: &'l Lab,
    check: &'l Check,
    record: &'l Record,
    memory: CheckMemory,
}

impl<'l> Trial<'l> {
    fn of(lab: &'l Lab, check: &'l Check, record: &'l Record) -> Self {
        let memories = &record.memory;
        let memory = memories.checks.get(&check.name).or_else(|| memories.invariants.get(&check.name));
        // What was passed once is not to help.
        let memory = CheckMemory { latched: false, ..memory.cloned().unwrap_or_default() };
        Self { lab, check, record, memory }
    }

    /// Whether a check passes after these changes.
    fn passes(&self, check: &Check, edits: &[Edit]) -> bool {
        let observation = edit::apply(&self.record.observation, edits, self.record.now);
        let mut answers = self.record.memory.answers.clone();
        for edit in edits {
            if let Edit::Answer(answer) = edit {
                answers.insert(check.name.clone(), answer.clone());
            }
        }
        let context = Context {
            passed: self.lab.checks.iter().map(|check| check.name.clone()).collect(),
            answers: &answers,
            ..Context::new(self.lab, &self.record.memory)
        };
        decide::decide(check, &observation, &context, self.memory.clone(), self.record.now).0 == Verdict::Passed
    }

    /// The check with only those of its ways that hold.
    fn narrow(&self) -> Check {
        match self.check.expectation() {
            Some(expectation) => wanting(self.check, self.holding(expectation, true)),
            None => self.check.clone(),
        }
    }

    fn holding(&self, expectation: &Expectation, positive: bool) -> Expectation {
        let each = |parts: &[Expectation]| parts.iter().map(|part| self.holding(part, positive)).collect();
        let first = |parts: &[Expectation]| {
            let alone = |part: &&Expectation| {
                let part = Expectation::clone(part);
                let part = if positive { part } else { Expectation::Not(Box::new(part)) };
                self.passes(&wanting(self.check, part), &[])
            };
            let holding = parts.iter().find(alone).or_else(|| parts.first());
            holding.map(|part| self.holding(part, positive)).into_iter().collect()
        };
        match expectation {
            Expectation::Not(inner) => Expectation::Not(Box::new(self.holding(inner, !positive))),
            Expectation::AllOf(parts) if positive => Expectation::AllOf(each(parts)),
            Expectation::AnyOf(parts) if positive => Expectation::AnyOf(first(parts)),
            Expectation::AllOf(parts) => Expectation::AllOf(first(parts)),
            Expectation::AnyOf(parts) => Expectation::AnyOf(each(parts)),
            leaf @ (Expectation::Of(_) | Expectation::Asked(_)) => leaf.clone(),
        }
    }

    /// Every mutant of what the check claims.
    fn mutants(&self, narrow: &Check) -> Vec<Mutant> {
        let mut mutants = Vec::new();
        if let Some(expectation) = narrow.expectation() {
            self.claimed(expectation, true, &mut mutants);
        }
        if let Source::Answer(answer) = &narrow.source {
            let given = self.record.memory.answers.get(&self.check.name).cloned().unwrap_or_default();
            let typed = [String::new(), format!("{given}x"), format!("x{given}")];
            let wrong = answer.choices.iter().cloned().chain(typed).filter(|wrong| !answer.accept.contains(wrong));
            let mutant = |wrong| Mutant::new("answer", Operator::Answer, vec![vec![Edit::Answer(wrong)]]);
            mutants.extend(wrong.map(mutant));
        }
        mutants
    }

    fn claimed(&self, expectation: &Expectation, positive: bool, mutants: &mut Vec<Mutant>) {
        match expectation {
            Expectation::Of(leaf) => self.leaf(leaf, positive, mutants),
            Expectation::Asked(asked) => mutants.extend(reply::of(asked, &self.record.observation, positive)),
            Expectation::Not(inner) => self.claimed(inner, !positive, mutants),
            Expectation::AllOf(parts) | Expectation::AnyOf(parts) => {
                parts.iter().for_each(|part| self.claimed(part, positive, mutants));
            }
        }
    }

    fn leaf(&self, leaf: &ResourceExpectation, positive: bool, mutants: &mut Vec<Mutant>) {
        let view = View::new(&self.record.observation);
        if leaf.absent {
            let gone: Vec<Arc<Value>> = view.gone(&leaf.target).into_iter().map(|(_, last)| last.clone()).collect();
            if positive {
                mutants.extend(selection::of_absent(&leaf.target, &gone));
            }
            return;
        }
        let objects: Vec<Arc<Value>> =
            view.select(&leaf.target).objects().iter().map(|seen| seen.object.clone()).collect();
        mutants.extend(selection::of_target(leaf, &objects));
        if !positive || leaf.quantifier == super::model::Quantifier::None {
            return;
        }
        let related = decide::related(self.lab, leaf, &self.record.observation, self.record.now);
        let seen = field::Seen { objects: objects.clone(), related };
        for rule in &leaf.cel {
            mutants.extend(field::of_expression(&rule.expr, &seen));
        }
        let each: Vec<Vec<Mutant>> = objects.iter().map(|object| self.object(leaf, object, &view)).collect();
        if selection::one_counts(leaf) {
            mutants.extend(each.into_iter().flatten());
        } else {
            mutants.extend(together(each));
        }
    }

    /// What is claimed of one object, expressions apart.
    fn object(&self, leaf: &ResourceExpectation, object: &Value, view: &View<'_>) -> Vec<Mutant> {
        let around = view.around(object);
        let mut mutants = Vec::new();
        if let Some(pattern) = &leaf.pattern {
            mutants.extend(field::of_pattern(pattern, object, &around.containers()));
        }
        if leaf.ready {
            mutants.extend(standing::of_ready(object, &around.slices));
        }
        mutants.extend(leaf.conditions.iter().flat_map(|kind| standing::of_condition(object, kind)));
        mutants
    }
}

/// The check with another expectation.
fn wanting(check: &Check, expectation: Expectation) -> Check {
    let mut check = check.clone();
    match &mut check.source {
        Source::Observed(wanted) => *wanted = expectation,
        Source::Trigger(trigger) => trigger.then = expectation,
        Source::Answer(_) | Source::Manual => {}
    }
    check
}

/// Where any of the objects is enough, all of them are violated at once.
fn together(each: Vec<Vec<Mutant>>) -> Vec<Mutant> {
    let mut all: Vec<Mutant> = Vec::new();
    for mutant in each.into_iter().flatten() {
        match all.iter_mut().find(|known| known.path == mutant.path && known.operator == mutant.operator) {
            Some(known) => {
                for (way, more) in known.ways.iter_mut().zip(mutant.ways) {
                    way.extend(more);
                }
            }
            None => all.push(mutant),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::testing::{self, START, World, check as build, lab};
    use serde_json::json;

    /// What survives of a check that passes over these objects: `path operator`, and how many mutants there were.
    fn survivors(wanted: Value, objects: Value) -> (usize, Vec<String>) {
        let lab = lab(vec![build(wanted)]);
        let mut world = World::of(&lab);
        for object in objects.as_array().unwrap() {
            world.put(object.clone());
        }
        let mut memory = Memory::new("lab", "u", START);
        memory.answers.insert(lab.checks[0].name.clone(), "42".into());
        testing::survivors(&lab, &world, memory)
    }

    #[track_caller]
    fn check(wanted: Value, objects: Value, at_least: usize, expected: &[&str]) {
        let (total, survivors) = survivors(wanted.clone(), objects);
        assert_eq!(survivors, expected, "{wanted}");
        assert!(total >= at_least, "{total} mutants of {wanted}");
    }

    fn web() -> Value {
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop", "uid": "d", "generation": 1},
            "spec": {"replicas": 3, "template": {"spec": {"containers": [
                {"name": "web", "image": "nginx:1.29", "env": [{"name": "A", "value": "1"}], "resources": {"limits": {"memory": "64Mi"}}},
                {"name": "side", "image": "busybox"}]}}},
            "status": {"observedGeneration": 1, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3, "availableReplicas": 3}})
    }

    fn pod(name: &str, node: &str) -> Value {
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "shop", "uid": name, "labels": {"app": "web"},
                "ownerReferences": [{"kind": "ReplicaSet", "uid": "d", "controller": true}]},
            "spec": {"nodeName": node, "containers": [{"name": "c"}]},
            "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}})
    }

    fn of_web(extra: Value) -> Value {
        let mut check = json!({"kind": "Deployment", "namespace": "shop", "name": "web", "check": {"name": "c"}});
        crate::lab::testing::merge(&mut check, &extra);
        check
    }

    #[test]
    fn what_a_good_check_claims_is_caught() {
        check(of_web(json!({"ready": true, "match": {"spec": {"replicas": 3}}})), json!([web()]), 14, &[]);
        let env = json!({"match": {"spec": {"template": {"spec": {"containers": [{"env": [{"name": "A", "value": {"$in": ["1", "2"]}}]}]}}}}});
        check(of_web(env), json!([web()]), 16, &[]);
        check(of_web(json!({"cel": ["object.spec.replicas >= 3"]})), json!([web()]), 6, &[]);
        let memory = json!({"match": {"spec": {"template": {"spec": {"containers": [{"resources": {"limits": {"memory": {"$gte": "16Mi"}}}}]}}}}});
        check(of_web(memory), json!([web()]), 14, &[]);
        check(json!({"answer": "42", "check": {"name": "c"}}), json!([]), 3, &[]);
        let pods = json!({"kind": "Pod", "namespace": "shop", "labels": {"app": "web"}, "ready": true, "count": {"min": 2, "max": 2}, "check": {"name": "c"}});
        check(pods, json!([pod("a", "n"), pod("b", "n")]), 14, &[]);
    }

    #[test]
    fn what_a_check_only_seems_to_verify_survives() {
        // `all` over no containers is true.
        let all = of_web(json!({"cel": ["object.spec.template.spec.containers.all(c, has(c.image))"]}));
        check(all, json!([web()]), 6, &["spec.template.spec.containers Empty", "spec.template.spec.containers[] Drop"]);
        // A regular expression that takes everything.
        let regex =
            of_web(json!({"match": {"spec": {"template": {"spec": {"containers": [{"image": {"$regex": ".*"}}]}}}}}));
        check(regex, json!([web()]), 6, &["spec.template.spec.containers[0].image Violate"]);
        // Read, and then excused.
        check(
            of_web(json!({"cel": ["object.spec.replicas > 0 || true"]})),
            json!([web()]),
            6,
            &["spec Delete", "spec.replicas Delete", "spec.replicas Violate"],
        );
    }

    #[test]
    fn of_several_ways_the_one_that_holds_is_claimed() {
        let ways = json!({"anyOf": [
            {"kind": "Deployment", "namespace": "shop", "name": "web", "match": {"spec": {"replicas": 9}}},
            {"kind": "Deployment", "namespace": "shop", "name": "web", "match": {"spec": {"replicas": 3}}}], "check": {"name": "c"}});
        check(ways, json!([web()]), 6, &[]);
        // Another right way is no mutant: 4 replicas are as good.
        let either = json!({"anyOf": [
            {"kind": "Deployment", "namespace": "shop", "name": "web", "match": {"spec": {"replicas": 3}}},
            {"kind": "Deployment", "namespace": "shop", "name": "web", "match": {"spec": {"replicas": 4}}}], "check": {"name": "c"}});
        check(either, json!([web()]), 5, &[]);
    }

    #[test]
    fn related_objects_are_claimed_too() {
        let wanted = of_web(json!({"related": {"pods": {"kind": "Pod", "namespace": "shop", "ownedBy": "object"}},
            "cel": ["related.pods.size() >= 2", "related.pods.all(p, p.spec.nodeName == 'n')"]}));
        check(wanted, json!([web(), pod("a", "n"), pod("b", "n")]), 9, &[]);
    }

    #[test]
    fn what_had_to_go_is_there_again() {
        let lab = lab(vec![build(
            json!({"kind": "ConfigMap", "namespace": "shop", "name": "old", "absent": true, "check": {"name": "c"}}),
        )]);
        let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "old", "namespace": "shop", "uid": "c"}});
        let (mut world, mut memory) = (World::of(&lab), Memory::new("lab", "u", START));
        world.put(map.clone());
        decide::decide_all(&lab, &world.observation, &mut memory, world.now);
        world.later(1).delete(&map);
        decide::decide_all(&lab, &world.observation, &mut memory, world.now);
        let mut records = Records::default();
        records.take(&lab, &world.observation, &memory, world.now);
        let told = mutations(&lab, &records);
        assert_eq!((told.total, told.survivors), (2, vec![]));
    }

    #[test]
    fn a_check_that_was_never_seen_passed_and_an_idle_exception_do_not_hold() {
        let mut lab = lab(vec![build(of_web(json!({})))]);
        let told = mutations(&lab, &Records::default());
        assert_eq!((told.unseen.as_slice(), told.hold()), (["c".to_owned()].as_slice(), false));
        lab.checks.clear();
        assert!(mutations(&lab, &Records::default()).hold());
        lab.mutations.push(super::super::model::Exception {
            check: "c".into(),
            path: "spec".into(),
            because: "x".into(),
        });
        assert!(!mutations(&lab, &Records::default()).hold());
    }
}
