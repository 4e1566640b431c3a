//! Replies to queries: the parts that are claimed of them, and that there is a reply at all.

use std::collections::BTreeMap;

use serde_json::json;

use super::edit::{self, Edit};
use super::{Mutant, Operator, field};
use crate::lab::model::{Asked, Query};
use crate::lab::observe::{KindState, Observation, Reply};
use crate::lab::select::View;

/// What is claimed of a reply.
pub(super) fn of(asked: &Asked, observation: &Observation, positive: bool) -> Vec<Mutant> {
    let query = &asked.query;
    let answered = |query: &Query, reply: Reply| Edit::Reply(Box::new(query.clone()), reply);
    let mut mutants = match query.watched() {
        true if !positive => return Vec::new(),
        true => vec![untold(query, observation)],
        false => vec![Mutant::new("", Operator::Remove, vec![vec![answered(query, Reply::Nothing)]])],
    };
    // A denial counts only beside somebody who is let in.
    mutants.extend(asked.paired.as_ref().map(|pair| {
        let refused = answered(pair, Reply::said(json!({"connect": "refused"})));
        Mutant::new("paired.connect", Operator::Violate, vec![vec![refused]])
    }));
    let (Reply::Said(value), true) = (View::new(observation).reply(query), positive) else { return mutants };
    let seen = field::Seen { objects: vec![value.clone()], related: BTreeMap::new() };
    let of_pattern = asked.pattern.iter().flat_map(|pattern| field::of_pattern(pattern, &value, &[]));
    let of_rules = asked.cel.iter().flat_map(|rule| field::of_expression(&rule.expr, &seen));
    let replied = |edit: Edit| match edit {
        Edit::Set(_, value) => Some(answered(query, Reply::said(value))),
        _ => None,
    };
    for mut mutant in of_pattern.chain(of_rules) {
        mutant.ways = mutant.ways.into_iter().map(|way| way.into_iter().filter_map(replied).collect()).collect();
        mutants.push(mutant);
    }
    mutants
}

/// A reply that is made of what watches tell: without that there is nothing of it.
fn untold(query: &Query, observation: &Observation) -> Mutant {
    let objects = query.watches().into_iter().filter_map(|key| observation.kinds.get(&key));
    let present = objects.filter_map(|state| match state {
        KindState::Synced(objects) => Some(objects.present.values()),
        _ => None,
    });
    let edits = present.flatten().map(|seen| Edit::Remove(edit::id(&seen.object))).collect();
    Mutant::new("", Operator::Remove, vec![edits])
}
