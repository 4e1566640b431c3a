//! Whether single objects satisfy an expectation, and what is found where they do not: the partial object first, then
//! conditions, readiness, and the expressions.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::place;
use super::truth::{Judge, No, finding};
use crate::lab::around::Around;
use crate::lab::cause::diagnose;
use crate::lab::expr::{EvalError, Scope};
use crate::lab::model::{Related, ResourceExpectation, Rule};
use crate::lab::object;
use crate::lab::observe::Seen;
use crate::lab::pattern;
use crate::lab::ready::{self, Readiness};
use crate::lab::select::{Selection, of_json, selects};
use crate::lab::verdict::{Actual, Expected, Finding, Reason};

/// Whether one object satisfies.
#[derive(Clone, Debug)]
pub(super) enum Each {
    Yes,
    No(Box<No>),
    /// There is nothing behind it that could satisfy or not: a workload scaled to zero that nobody asked for.
    Vacuous(Box<No>),
    Unknown(Reason),
}

impl Each {
    pub(super) fn vacuous(&self) -> Option<No> {
        match self {
            Self::Vacuous(why) => Some((**why).clone()),
            _ => None,
        }
    }
}

/// Each object of a selection.
pub(super) fn each(judge: &Judge<'_, '_>, leaf: &ResourceExpectation, objects: &[&Seen]) -> Vec<Each> {
    let mut each: Vec<Each> = objects.iter().map(|seen| state(judge, leaf, &seen.object)).collect();
    if leaf.cel.is_empty() {
        return each;
    }
    let open: Vec<usize> =
        (0..).zip(&each).filter(|(_, each)| matches!(each, Each::Yes)).map(|(n, _): (usize, _)| n).collect();
    let all: Arc<Vec<Arc<Value>>> = Arc::new(objects.iter().map(|seen| seen.object.clone()).collect());
    let mut scopes = Vec::new();
    for &n in &open {
        let Some(seen) = objects.get(n) else { continue };
        match related(judge, leaf, seen) {
            Ok(related) => scopes.push(Scope {
                object: Some(seen.object.clone()),
                objects: all.clone(),
                related: Arc::new(related),
                params: judge.params.clone(),
                now: judge.now,
            }),
            Err(reason) => {
                scopes.push(Scope::default());
                if let Some(slot) = each.get_mut(n) {
                    *slot = Each::Unknown(reason);
                }
            }
        }
    }
    for rule in &leaf.cel {
        for (result, (&n, scope)) in rule.expr.eval_each(&scopes).into_iter().zip(open.iter().zip(&scopes)) {
            let (Some(slot), Some(seen)) = (each.get_mut(n), objects.get(n)) else { continue };
            if !matches!(slot, Each::Yes) {
                continue;
            }
            match result {
                Ok(true) => {}
                Ok(false) => *slot = untrue(judge, rule, scope, seen),
                Err(EvalError::Overrun) => *slot = Each::Unknown(Reason::Expression(rule.expr.source().to_owned())),
                Err(EvalError::Failed(why)) => {
                    *slot = Each::Unknown(Reason::Expression(format!("{}: {why}", rule.expr.source())));
                }
            }
        }
    }
    each
}

fn untrue(judge: &Judge<'_, '_>, rule: &Rule, scope: &Scope, seen: &Seen) -> Each {
    let observed = rule.expr.explain(scope);
    let expected = Expected::Cel(rule.expr.source().to_owned());
    let about = |(path, _): &(String, Value)| path.contains("status") || path.starts_with("related.");
    let about_status = observed.iter().any(about);
    let observed: Vec<(String, Value)> =
        observed.into_iter().map(|(path, value)| (place::named(scope, &path), value)).collect();
    let path = match observed.as_slice() {
        [(path, _)] => path.strip_prefix("object.").map(str::to_owned),
        _ => None,
    };
    let mut found = finding(object::reference(&seen.object), expected, Actual::Observed(observed));
    found.path = path;
    found.message = rule.message.clone();
    with_cause(judge, &seen.object, found, false, about_status)
}

/// Everything but the expressions.
fn state(judge: &Judge<'_, '_>, leaf: &ResourceExpectation, object: &Value) -> Each {
    let subject = || object::reference(object);
    if let Some(pattern) = &leaf.pattern {
        // The Pods behind a Service give its named ports their numbers.
        let around = (object::kind(object) == "Service").then(|| judge.view.around(object));
        let containers = around.as_ref().map(|around| around.containers()).unwrap_or_default();
        if let Some(found) = pattern::mismatch(pattern, object, &containers) {
            let about_status = about_others(object, &found.path);
            let expected = if found.expected.is_null() { Expected::NoField } else { Expected::Field(found.expected) };
            let mut told = finding(subject(), expected, Actual::Value(found.actual));
            told.path = Some(object::by_name(object, &found.path));
            return with_cause(judge, object, told, false, about_status);
        }
    }
    if !leaf.ready && leaf.conditions.is_empty() {
        return Each::Yes;
    }
    for kind in &leaf.conditions {
        if let Some(unready) = ready::needs(object, kind) {
            let mut told = finding(subject(), unready.expected, unready.actual);
            told.path = unready.path;
            return with_cause(judge, object, told, unready.stuck, true);
        }
    }
    // Only a Service's readiness lies outside of it.
    let around = if object::kind(object) == "Service" { judge.view.around(object) } else { Around::default() };
    let readiness = if leaf.ready { ready::ready(object, &around) } else { Readiness::Ready };
    let zero = readiness == Readiness::Zero || ready::wants_none(object);
    match readiness {
        Readiness::Unknown(reason) => Each::Unknown(reason),
        Readiness::NotReady(unready) => {
            let mut told = finding(subject(), unready.expected, unready.actual);
            told.path = unready.path;
            told.cause = unready.cause;
            with_cause(judge, object, told, unready.stuck, true)
        }
        Readiness::Ready | Readiness::Zero if zero && !asks_for_none(leaf) => {
            let found = finding(subject(), Expected::Ready(Some(1)), Actual::Ready { ready: 0, wanted: 0 });
            Each::Vacuous(Box::new(No {
                finding: Finding { path: Some("spec.replicas".into()), ..found },
                stuck: false,
                empty: false,
            }))
        }
        Readiness::Ready | Readiness::Zero => Each::Yes,
    }
}

/// Whether what stands around the object can be the reason for what is found at a path.
fn about_others(object: &Value, path: &str) -> bool {
    let ingress = object::kind(object) == "Ingress" && (path.contains("backend") || path.contains("ingressClassName"));
    path.starts_with("status") || ingress
}

/// Whether the author wants zero replicas.
fn asks_for_none(leaf: &ResourceExpectation) -> bool {
    let asked = leaf.pattern.as_ref().and_then(|pattern| object::at(pattern, &["spec", "replicas"]));
    asked.is_some_and(|asked| !asked.is_null() && pattern::mismatch(asked, &Value::from(0), &[]).is_none())
}

/// Adds what the Pods tell; their word is nearer to the learner's mistake than the controller's, except where the
/// controller names a decision (paused, not yet seen, being deleted).
fn with_cause(judge: &Judge<'_, '_>, object: &Value, mut told: Finding, stuck: bool, ask_pods: bool) -> Each {
    use crate::lab::verdict::Cause::{Finalizers, JobFailed, Paused, Refused, Remaining, Stale, Terminating};
    let mut stuck = stuck;
    let decided = match &told.cause {
        Some(Paused | Refused { .. } | Stale | Terminating | Finalizers(_) | Remaining(_)) => true,
        // Its Pods are taken away with it: what the last one shows is the deadline's doing.
        Some(JobFailed { reason, .. }) => reason == "DeadlineExceeded",
        _ => false,
    };
    if let Some(diagnosis) = (ask_pods && !decided).then(|| diagnose(judge.view, object, judge.restarts)).flatten() {
        if diagnosis.stuck || told.cause.is_none() {
            told.cause = Some(diagnosis.cause);
        }
        stuck |= diagnosis.stuck;
    }
    Each::No(Box::new(No { finding: told, stuck, empty: false }))
}

/// What the aliases name for one object.
pub(super) fn related(
    judge: &Judge<'_, '_>,
    leaf: &ResourceExpectation,
    seen: &Seen,
) -> Result<BTreeMap<String, Vec<Arc<Value>>>, Reason> {
    leaf.related.iter().map(|(alias, related)| Ok((alias.clone(), belonging(judge, related, &seen.object)?))).collect()
}

fn belonging(judge: &Judge<'_, '_>, related: &Related, object: &Value) -> Result<Vec<Arc<Value>>, Reason> {
    let mut objects = match judge.view.select(&related.target) {
        Selection::Unknown(reason) => return Err(reason),
        Selection::NotServed => Vec::new(),
        Selection::Objects(objects) => objects,
    };
    if related.owned_by_object {
        let owned = judge.view.descendants(object::uid(object));
        let uids: std::collections::HashSet<&str> = owned.iter().map(|seen| object::uid(&seen.object)).collect();
        objects.retain(|seen| uids.contains(object::uid(&seen.object)));
    }
    if related.selected_by_object {
        let selector = of_json(object::at(object, &["spec", "selector"]));
        let namespace = object::namespace(object);
        objects.retain(|seen| {
            object::namespace(&seen.object) == namespace
                && selector.as_ref().is_some_and(|selector| selects(selector, &seen.object))
        });
    }
    Ok(objects.into_iter().map(|seen| seen.object.clone()).collect())
}
