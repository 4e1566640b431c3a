//! Fields a check claims to verify: what its patterns match and what its expressions read, each violated in its ways.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::edit::{self, Edit, Place, Step};
use super::{Mutant, Operator};
use crate::lab::expr::{self, Read, Root};
use crate::lab::object::{self, push_key};
use crate::lab::pattern::{self, Claim};
use crate::lab::quantity;

/// A string that nobody means.
const STRANGE: &str = "jotasu mutant!";

/// What a pattern claims of one object that satisfies it.
pub(super) fn of_pattern(pattern: &Value, object: &Value, containers: &[&Value]) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for claim in pattern::claims(pattern, object, containers) {
        let places: Vec<Place> = claim.at.iter().map(|path| edit::parse(path)).collect();
        let site = Site { path: claim.name.clone(), at: vec![(object, places)] };
        let wants_nothing = claim.pattern.is_null() || claim.pattern.get("$exists") == Some(&Value::Bool(false));
        if wants_nothing {
            mutants.push(site.set(Operator::Insert, STRANGE.into()));
            continue;
        }
        // A port without a protocol is a TCP port.
        if !(claim.name.ends_with(".protocol") && claim.pattern == "TCP") {
            mutants.push(site.gone());
        }
        mutants.extend(site.emptied());
        mutants.extend(violated(&site, &claim));
    }
    mutants
}

/// A scalar that the pattern does not allow; each of several ways is a mutant of its own.
fn violated(site: &Site<'_>, claim: &Claim<'_>) -> Vec<Mutant> {
    let Some(ways) = violations(claim.pattern) else { return Vec::new() };
    ways.into_iter().map(|value| site.set(Operator::Violate, value)).collect()
}

/// Values that a part of a pattern forbids; `None` for what is no leaf.
fn violations(pattern: &Value) -> Option<Vec<Value>> {
    Some(match pattern {
        Value::Null | Value::Array(_) => return None,
        Value::Bool(wanted) => vec![Value::Bool(!wanted)],
        Value::Number(wanted) => vec![other_number(wanted), STRANGE.into()],
        Value::String(wanted) => vec![format!("{wanted}x").into(), "".into()],
        Value::Object(wanted) => {
            let operators: Vec<(&String, &Value)> = wanted.iter().filter(|(name, _)| name.starts_with('$')).collect();
            if operators.is_empty() {
                return None;
            }
            operators.into_iter().flat_map(|(name, operand)| against(name, operand)).collect()
        }
    })
}

/// Values that an operator forbids. What `$exists` wants there is violated where it is gone.
fn against(operator: &str, operand: &Value) -> Vec<Value> {
    // One that takes everything verifies nothing, and then the first of these survives.
    let misfit = |strange: [&str; 2]| {
        let pattern = serde_json::json!({ operator: operand });
        let fits = |text: &&str| pattern::mismatch(&pattern, &Value::from(*text), &[]).is_none();
        let found = strange.into_iter().find(|text| !fits(text)).unwrap_or(strange[0]);
        vec![Value::from(found)]
    };
    match operator {
        "$gte" => vec![Value::from(-1)],
        "$lte" => vec![Value::from(1_000_000_000_000_000_i64)],
        "$in" => vec![STRANGE.into()],
        "$quantity" if operand.is_object() => violations(operand).unwrap_or_default(),
        "$quantity" => {
            let other = if quantity::of(operand) == quantity::parse("12345") { "54321" } else { "12345" };
            vec![other.into()]
        }
        "$equals" => match operand {
            Value::Array(items) => {
                let more = items.iter().cloned().chain([Value::from(STRANGE)]).collect();
                vec![Value::Array(more)]
            }
            Value::Object(_) | Value::Null => vec![STRANGE.into()],
            scalar => violations(scalar).unwrap_or_default(),
        },
        "$regex" | "$contains" => misfit(["", STRANGE]),
        "$version" => misfit(["0.0.0", "999999.0.0"]),
        _ => Vec::new(),
    }
}

fn other_number(number: &serde_json::Number) -> Value {
    match number.as_i64() {
        Some(whole) => Value::from(whole.wrapping_add(1)),
        None => Value::from(number.as_f64().unwrap_or(0.0) + 1.5),
    }
}

/// What an expression sees, to be changed.
pub(super) struct Seen {
    pub(super) objects: Vec<Arc<Value>>,
    pub(super) related: BTreeMap<String, Vec<Arc<Value>>>,
}

/// What an expression reads, everywhere at once: `exists` is satisfied by one of many as well as by another.
pub(super) fn of_expression(expr: &expr::Expr, seen: &Seen) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for Read { root, steps, presence } in expr.reads() {
        let (objects, steps, mut path): (_, &[expr::Step], _) = match &root {
            Root::Object => (&seen.objects, steps.as_slice(), String::new()),
            Root::Objects => (&seen.objects, within(&steps), "objects[]".to_owned()),
            Root::Related(alias) => match seen.related.get(alias) {
                Some(objects) => (objects, within(&steps), format!("related.{alias}[]")),
                None => continue,
            },
        };
        if !matches!(root, Root::Object) {
            mutants.extend(list_of_objects(path.trim_end_matches("[]"), objects));
        }
        for (index, step) in steps.iter().enumerate() {
            match step {
                expr::Step::Member(name) => push_key(&mut path, name),
                expr::Step::Each => path.push_str("[]"),
            }
            let way = steps.get(..=index).unwrap_or_default();
            let at: Vec<(&Value, Vec<Place>)> = objects.iter().map(|object| (&**object, places(object, way))).collect();
            if at.iter().all(|(_, places)| places.is_empty()) {
                break;
            }
            let site = Site { path: path.clone(), at };
            mutants.push(site.gone());
            mutants.extend(site.emptied());
            if index + 1 == steps.len() && !presence {
                mutants.extend(site.otherwise());
            }
        }
    }
    // The way to one place is a part of the way to another.
    let mut once: Vec<Mutant> = Vec::new();
    for mutant in mutants {
        if !once.iter().any(|known| known.path == mutant.path && known.operator == mutant.operator) {
            once.push(mutant);
        }
    }
    once
}

/// The first step into a list of objects is into each of them.
fn within(steps: &[expr::Step]) -> &[expr::Step] {
    steps.split_first().map_or(&[], |(_, rest)| rest)
}

/// The list itself: empty, or without one of its objects.
fn list_of_objects(path: &str, objects: &[Arc<Value>]) -> Vec<Mutant> {
    let Some((first, _)) = objects.split_first() else { return Vec::new() };
    let remove = |object: &Arc<Value>| Edit::Remove(edit::id(object));
    let all: Vec<Edit> = objects.iter().map(remove).collect();
    let empty = Mutant::new(path, Operator::Empty, vec![all.clone()]);
    vec![empty, Mutant::new(path, Operator::Drop, vec![vec![remove(first)], all])]
}

/// Where a way leads in an object.
fn places(object: &Value, way: &[expr::Step]) -> Vec<Place> {
    let mut places = vec![Place::new()];
    for step in way {
        places = places
            .into_iter()
            .flat_map(|place| -> Vec<Place> {
                let value = edit::at(object, &place);
                let to = |step: Step| place.iter().cloned().chain([step]).collect();
                match (step, value) {
                    (expr::Step::Member(name), Some(Value::Object(members))) if members.contains_key(name) => {
                        vec![to(Step::Member(name.clone()))]
                    }
                    (expr::Step::Each, Some(Value::Array(items))) => {
                        (0..items.len()).map(|n| to(Step::Element(n))).collect()
                    }
                    (expr::Step::Each, Some(Value::Object(members))) => {
                        members.keys().map(|key| to(Step::Member(key.clone()))).collect()
                    }
                    _ => Vec::new(),
                }
            })
            .collect();
    }
    places
}

/// One claim with all the places that bear it.
pub(super) struct Site<'v> {
    pub(super) path: String,
    pub(super) at: Vec<(&'v Value, Vec<Place>)>,
}

impl Site<'_> {
    /// Every object with its places changed.
    fn each(&self, change: impl Fn(&mut Value, &Place)) -> Vec<Edit> {
        self.at
            .iter()
            .filter(|(_, places)| !places.is_empty())
            .flat_map(|(object, places)| {
                let mut changed = (*object).clone();
                // From the back, so that what is taken moves nothing that is still to be taken.
                let mut places = places.clone();
                places.sort();
                places.iter().rev().for_each(|place| change(&mut changed, place));
                replaced(object, changed)
            })
            .collect()
    }

    /// The fields, or the elements, are not there.
    pub(super) fn gone(&self) -> Mutant {
        let element = self.places().any(|place| matches!(place.last(), Some(Step::Element(_))));
        let operator = if element { Operator::Drop } else { Operator::Delete };
        Mutant::new(&self.path, operator, vec![self.each(|object, place| edit::take(object, place))])
    }

    /// The lists have no elements.
    fn emptied(&self) -> Option<Mutant> {
        let list = |(object, places): &(&Value, Vec<Place>)| {
            let items = |place: &Place| edit::at(object, place).and_then(Value::as_array);
            places.iter().any(|place| items(place).is_some_and(|items| !items.is_empty()))
        };
        let edits = || self.each(|object, place| edit::put(object, place, Value::Array(Vec::new())));
        self.at.iter().any(list).then(|| Mutant::new(&self.path, Operator::Empty, vec![edits()]))
    }

    pub(super) fn set(&self, operator: Operator, value: Value) -> Mutant {
        Mutant::new(&self.path, operator, vec![self.each(|object, place| edit::put(object, place, value.clone()))])
    }

    /// Other scalars of the same kind: an expression that verifies the field forbids some of them.
    fn otherwise(&self) -> Option<Mutant> {
        let mut others: Vec<Value> = Vec::new();
        for (object, places) in &self.at {
            for value in places.iter().filter_map(|place| edit::at(object, place)) {
                match value {
                    Value::Bool(flag) => others.push(Value::Bool(!flag)),
                    Value::Number(number) => {
                        let one_less = number.as_i64().map(|whole| Value::from(whole.wrapping_sub(1)));
                        let far = [0, -1, 1_000_000_000].map(Value::from);
                        others.extend(one_less.into_iter().chain([other_number(number)]).chain(far));
                    }
                    Value::String(text) => {
                        let near = [format!("{text}x"), format!("x{text}")].map(Value::from);
                        others.extend(["", STRANGE, "0", "999999999"].map(Value::from).into_iter().chain(near));
                    }
                    _ => {}
                }
            }
        }
        others.dedup();
        let ways: Vec<Vec<Edit>> = others
            .into_iter()
            .map(|other| self.each(|object, place| edit::put(object, place, other.clone())))
            .collect();
        (!ways.is_empty()).then(|| Mutant::new(&self.path, Operator::Violate, ways))
    }

    fn places(&self) -> impl Iterator<Item = &Place> {
        self.at.iter().flat_map(|(_, places)| places)
    }
}

/// An object in place of another; one that has other coordinates now is another object.
pub(super) fn replaced(object: &Value, changed: Value) -> Vec<Edit> {
    let (before, after) = (edit::id(object), edit::id(&changed));
    if before == after {
        vec![Edit::Set(before, changed)]
    } else if object::name(&changed).is_empty() {
        vec![Edit::Remove(before)]
    } else {
        vec![Edit::Remove(before), Edit::Add(changed)]
    }
}
