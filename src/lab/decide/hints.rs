//! Which hints of a check are for the situation of now.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::one::related;
use super::params;
use super::truth::Judge;
use crate::lab::expr::Scope;
use crate::lab::model::{Check, Hint, Lab};
use crate::lab::observe::{Millis, Observation};
use crate::lab::select::View;

/// Whether a hint is for this situation: without `when` it always is; else the expression holds over what the check
/// selects (`object` is the first of it).
pub fn hint_applies(lab: &Lab, check: &Check, hint: &Hint, observation: &Observation, now: Millis) -> bool {
    let Some(when) = &hint.when else { return true };
    when.eval(&scope(check, &View::new(observation), params(lab), now)).unwrap_or(false)
}

/// The places of the hints of a check that are for the situation.
pub(super) fn applying(check: &Check, view: &View<'_>, params: &Arc<Value>, now: Millis) -> Vec<usize> {
    let conditional = check.hints.iter().any(|hint| hint.when.is_some());
    let scope = if conditional { scope(check, view, params.clone(), now) } else { Scope::default() };
    let applies = |hint: &Hint| hint.when.as_ref().is_none_or(|when| when.eval(&scope).unwrap_or(false));
    (0..).zip(&check.hints).filter(|(_, hint)| applies(hint)).map(|(n, _): (usize, _)| n).collect()
}

fn scope(check: &Check, view: &View<'_>, params: Arc<Value>, now: Millis) -> Scope {
    let leaves = check.leaves();
    let Some(leaf) = leaves.first() else { return Scope { params, now, ..Scope::default() } };
    let seen: Vec<_> = view.select(&leaf.target).objects().to_vec();
    let restarts = BTreeMap::new();
    let judge = Judge { view, params: params.clone(), now, restarts: &restarts, existed: &|_| false };
    let related = seen.first().and_then(|first| related(&judge, leaf, first).ok()).unwrap_or_default();
    let objects: Vec<Arc<Value>> = seen.iter().map(|seen| seen.object.clone()).collect();
    Scope { object: objects.first().cloned(), objects: Arc::new(objects), related: Arc::new(related), params, now }
}
