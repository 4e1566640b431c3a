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
//! - A restart of a Pod begins `holdFor` anew.
//! - Answers and marks need no cluster and no `holdFor`; they wait until they are given.

mod activity;
mod change;
mod judge;
mod one;
mod truth;
mod words;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::Value;

use super::expr::Scope;
use super::memory::{CheckMemory, Memory, Standing};
use super::model::{Check, Expectation, Hint, Lab, Level, Mode, Source, Target};
use super::object;
use super::observe::{Millis, Observation};
use super::select::View;
use super::verdict::{Change, Reason, Verdict};
use truth::{Judge, No, Now, Truth};

/// How often a check whose expression reads the time is asked.
const EVERY: Millis = 5_000;

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
}

impl<'c> Context<'c> {
    /// The context a run's memory gives.
    pub fn new(lab: &'c Lab, memory: &'c Memory) -> Self {
        Self { lab, params: params(lab), passed: memory.passed_once(), answers: &memory.answers, marks: &memory.marks }
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

/// The whole lab: checks in the order their needs ask for, so that one call is enough.
pub fn decide_all(lab: &Lab, observation: &Observation, memory: &mut Memory, now: Millis) -> Decision {
    let view = View::new(observation);
    let mut checks = std::mem::take(&mut memory.checks);
    let mut invariants = std::mem::take(&mut memory.invariants);
    let mut decision = Decision::default();
    let mut verdicts: Vec<Option<Verdict>> = vec![None; lab.checks.len()];
    {
        let passed = checks.iter().filter(|(_, memory)| memory.passed_once.is_some()).map(|(name, _)| name.clone());
        let passed = passed.collect();
        let mut context = Context { lab, params: params(lab), passed, answers: &memory.answers, marks: &memory.marks };
        for index in order(lab) {
            let Some(check) = lab.checks.get(index) else { continue };
            let verdict = step(check, &view, &context, &mut checks, now, &mut decision);
            if checks.get(&check.name).is_some_and(|memory| memory.passed_once.is_some()) {
                context.passed.insert(check.name.clone());
            }
            if let Some(slot) = verdicts.get_mut(index) {
                *slot = Some(verdict);
            }
        }
        for invariant in &lab.invariants {
            let verdict = step(invariant, &view, &context, &mut invariants, now, &mut decision);
            decision.invariants.push(verdict);
        }
    }
    decision.verdicts = verdicts.into_iter().map(|verdict| verdict.unwrap_or(Verdict::Waiting)).collect();
    memory.checks = checks;
    memory.invariants = invariants;
    decision
}

fn step(
    check: &Check,
    view: &View<'_>,
    context: &Context<'_>,
    memories: &mut BTreeMap<String, CheckMemory>,
    now: Millis,
    decision: &mut Decision,
) -> Verdict {
    let memory = memories.remove(&check.name).unwrap_or_default();
    let was_passed = memory.last == Some(Standing::Passed);
    let (verdict, memory, deadline) = fold(check, view, context, memory, now);
    decision.deadline = [decision.deadline, deadline].into_iter().flatten().min();
    if was_passed && memory.last != Some(Standing::Passed) {
        decision.turned.push((check.name.clone(), memory.change.clone()));
    }
    memories.insert(check.name.clone(), memory);
    verdict
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
    let leaves = check.leaves();
    let state = match &check.source {
        Source::Manual if context.marks.contains(&check.name) => Now::True,
        Source::Manual => Now::Nothing,
        Source::Answer(answer) => words::state(answer, context.answers.get(&check.name)),
        Source::Resource(expectation) => {
            if let Err(reason) = &view.observation().reachable {
                return (Verdict::Unknown(reason.clone()), memory, None);
            }
            if activity::track(view, &leaves, &mut memory, now) {
                memory.true_since = None;
            }
            match judge(check, expectation, view, context, &memory, now) {
                Truth::Unknown(reason) => return (Verdict::Unknown(reason), memory, every(check, now)),
                Truth::True => Now::True,
                Truth::False(why) => Now::False(why),
            }
        }
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
            Now::False(why) => untrue(check, view, &mut memory, *why, now),
        }
    };
    let deadline = [deadline, every(check, now)].into_iter().flatten().min();
    let verdict = remember(check, view, &mut memory, verdict, now);
    (verdict, memory, deadline)
}

fn judge(
    check: &Check,
    expectation: &Expectation,
    view: &View<'_>,
    context: &Context<'_>,
    memory: &CheckMemory,
    now: Millis,
) -> Truth {
    let existed = |target: &Target| {
        (!memory.seen_targets.is_empty() && memory.seen_targets.contains(&activity::identity(target)))
            || implied(check, context, target)
    };
    let restarts = memory.restarts.iter().map(|(uid, restarts)| (uid.clone(), restarts.base)).collect();
    let judge = Judge { view, params: context.params.clone(), now, restarts: &restarts, existed: &existed };
    judge.holds(expectation)
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
    let timed = check.leaves().iter().any(|leaf| leaf.cel.iter().any(|rule| rule.expr.uses_now()));
    timed.then_some(now + EVERY)
}

fn millis(duration: std::time::Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX / 4)
}

fn held(check: &Check, memory: &CheckMemory, now: Millis) -> (Verdict, Option<Millis>) {
    let hold = if matches!(check.source, Source::Resource(_)) { millis(check.hold_for) } else { 0 };
    let until = memory.true_since.unwrap_or(now) + hold;
    if now >= until { (Verdict::Passed, None) } else { (Verdict::Progressing(None), Some(until)) }
}

fn untrue(check: &Check, view: &View<'_>, memory: &mut CheckMemory, why: No, now: Millis) -> (Verdict, Option<Millis>) {
    if !matches!(check.source, Source::Resource(_)) {
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
fn remember(check: &Check, view: &View<'_>, memory: &mut CheckMemory, verdict: Verdict, now: Millis) -> Verdict {
    let mut verdict = verdict;
    if verdict == Verdict::Passed {
        memory.passed_once = memory.passed_once.or(Some(now));
        memory.latched |= check.mode == Mode::Latch;
        memory.change = None;
    } else if memory.last == Some(Standing::Passed) {
        memory.change = change::find(view, &check.leaves(), verdict.finding());
    }
    if let Verdict::Failed(finding) | Verdict::Progressing(Some(finding)) = &mut verdict {
        finding.change = memory.change.clone();
    }
    memory.last = Standing::of(&verdict).or(memory.last);
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
    observation.reachable.clone()?;
    let view = View::new(observation);
    let restarts = BTreeMap::new();
    let judge = Judge { view: &view, params: params(lab), now, restarts: &restarts, existed: &|_| false };
    match judge.holds(expectation) {
        Truth::True => Ok(true),
        Truth::False(_) => Ok(false),
        Truth::Unknown(reason) => Err(reason),
    }
}

/// Whether a hint is for this situation: without `when` it always is; else the expression holds over what the check
/// selects (`object` is the first of it).
pub fn hint_applies(lab: &Lab, check: &Check, hint: &Hint, observation: &Observation, now: Millis) -> bool {
    let Some(when) = &hint.when else { return true };
    let view = View::new(observation);
    let objects: Vec<Arc<Value>> = check
        .leaves()
        .first()
        .map(|leaf| view.select(&leaf.target).objects().iter().map(|seen| seen.object.clone()).collect())
        .unwrap_or_default();
    let scope = Scope {
        object: objects.first().cloned(),
        objects: Arc::new(objects),
        params: params(lab),
        now,
        ..Scope::default()
    };
    when.eval(&scope).unwrap_or(false)
}

#[cfg(test)]
mod tests;
