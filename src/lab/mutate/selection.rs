//! What a target claims: where its objects are, what they are called and labelled, how many there are, that they are
//! there at all.

use std::sync::Arc;

use serde_json::{Value, json};

use super::edit::{self, Edit, Place};
use super::field::Site;
use super::{Mutant, Operator};
use crate::lab::model::{Count, Quantifier, ResourceExpectation, Target};
use crate::lab::object::push_key;

const ELSEWHERE: &str = "jotasu-mutant";

/// Objects that are selected and should not be.
pub(super) fn of_target(leaf: &ResourceExpectation, objects: &[Arc<Value>]) -> Vec<Mutant> {
    let target = &leaf.target;
    let mut mutants = vec![
        Mutant::new("", Operator::Remove, vec![objects.iter().map(|object| Edit::Remove(edit::id(object))).collect()]),
        all(objects, "metadata.deletionTimestamp", |site| site.set(Operator::Leaving, json!("2026-01-01T00:00:00Z"))),
    ];
    if target.namespace.is_some() {
        mutants.push(all(objects, "metadata.namespace", |site| site.set(Operator::Namespace, ELSEWHERE.into())));
    }
    if target.name.is_some() {
        mutants.push(all(objects, "metadata.name", |site| site.set(Operator::Rename, ELSEWHERE.into())));
    }
    for label in target.labels.match_labels.keys() {
        let mut path = "metadata.labels".to_owned();
        push_key(&mut path, label);
        mutants.push(all(objects, &path, |site| site.set(Operator::Relabel, ELSEWHERE.into())));
        mutants.push(all(objects, &path, |site| site.gone()));
    }
    for field in target.fields.keys() {
        mutants.push(all(objects, field, |site| site.set(Operator::Violate, ELSEWHERE.into())));
    }
    mutants.extend(of_count(leaf, objects));
    mutants
}

/// One too few, or one too many.
fn of_count(leaf: &ResourceExpectation, objects: &[Arc<Value>]) -> Vec<Mutant> {
    let Count { min, max } = leaf.count;
    let mut mutants = Vec::new();
    let there = objects.len() as u64;
    if min > 1 && there >= min {
        let few = usize::try_from(there - min + 1).unwrap_or(usize::MAX);
        let edits = objects.iter().take(few).map(|object| Edit::Remove(edit::id(object))).collect();
        mutants.push(Mutant::new("count.min", Operator::Count, vec![edits]));
    }
    if let (Some(max), Some(first)) = (max, objects.first()) {
        let more = (0..=max.saturating_sub(there)).map(|n| Edit::Add(twin(first, n))).collect();
        mutants.push(Mutant::new("count.max", Operator::Count, vec![more]));
    }
    mutants
}

/// One that is the same in everything but its name.
fn twin(object: &Value, number: u64) -> Value {
    let mut twin = object.clone();
    edit::put(&mut twin, &edit::parse("metadata.name"), format!("{ELSEWHERE}-{number}").into());
    edit::put(&mut twin, &edit::parse("metadata.uid"), format!("{ELSEWHERE}-{number}").into());
    twin
}

/// What had to go is there again.
pub(super) fn of_absent(target: &Target, gone: &[Arc<Value>]) -> Vec<Mutant> {
    let made = || {
        json!({"apiVersion": target.api_version, "kind": target.kind, "metadata": {
            "name": target.name.as_deref().unwrap_or(ELSEWHERE), "namespace": target.namespace.as_deref().unwrap_or(""),
            "uid": ELSEWHERE, "labels": target.labels.match_labels}})
    };
    let again = gone.first().map_or_else(made, |last| Value::clone(last));
    let mut leaving = again.clone();
    edit::put(&mut leaving, &edit::parse("metadata.deletionTimestamp"), "2026-01-01T00:00:00Z".into());
    vec![
        Mutant::new("", Operator::Again, vec![vec![Edit::Add(again)]]),
        Mutant::new("metadata.deletionTimestamp", Operator::Again, vec![vec![Edit::Add(leaving)]]),
    ]
}

/// Whether one object alone that does not satisfy must turn the check.
pub(super) fn one_counts(leaf: &ResourceExpectation) -> bool {
    leaf.quantifier == Quantifier::All
}

fn all(objects: &[Arc<Value>], path: &str, mutant: impl Fn(&Site<'_>) -> Mutant) -> Mutant {
    let place: Place = edit::parse(path);
    let at = objects.iter().map(|object| (&**object, vec![place.clone()])).collect();
    mutant(&Site { path: path.to_owned(), at })
}
