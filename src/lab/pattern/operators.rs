//! `$gte $lte $in $regex $contains $version $exists $quantity $equals`: what they mean, and what the loader may refuse.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;

use regex::{Regex, RegexBuilder};
use serde_json::{Map, Value};

use super::{Context, Hint, compare, same};
use crate::lab::quantity;
use crate::lab::version::satisfies;

const NAMES: [&str; 9] = ["$gte", "$lte", "$in", "$regex", "$contains", "$version", "$exists", "$quantity", "$equals"];

thread_local! {
    // Compiling takes far longer than matching; patterns of labs are few.
    static COMPILED: RefCell<HashMap<String, Option<Regex>>> = RefCell::default();
}

/// Whether a map is operators and not fields.
pub(super) fn are(wanted: &Map<String, Value>) -> bool {
    !wanted.is_empty() && wanted.keys().all(|key| key.starts_with('$'))
}

/// Whether all operators hold.
pub(super) fn hold(
    wanted: &Map<String, Value>,
    actual: Option<&Value>,
    path: &str,
    hint: Hint,
    context: Context<'_>,
) -> bool {
    wanted.iter().all(|(operator, operand)| one(operator, operand, actual, path, hint, context))
}

fn one(operator: &str, operand: &Value, actual: Option<&Value>, path: &str, hint: Hint, context: Context<'_>) -> bool {
    if operator == "$exists" {
        return operand.as_bool() == Some(actual.is_some());
    }
    if operator == "$equals" {
        let nothing = operand.as_array().is_some_and(Vec::is_empty) || operand.is_null();
        return actual.map_or(nothing, |actual| exact(operand, actual, hint, context));
    }
    let Some(actual) = actual else { return false };
    match operator {
        "$gte" => order(actual, operand).is_some_and(Ordering::is_ge),
        "$lte" => order(actual, operand).is_some_and(Ordering::is_le),
        "$in" => operand.as_array().is_some_and(|choices| {
            choices.iter().any(|choice| compare(choice, Some(actual), path, hint, context).is_ok())
        }),
        "$regex" => match (operand.as_str(), actual) {
            (Some(pattern), Value::String(text)) => found(pattern, text),
            (Some(pattern), Value::Number(_) | Value::Bool(_)) => found(pattern, &actual.to_string()),
            _ => false,
        },
        "$contains" => match (operand.as_str(), actual.as_str()) {
            (Some(part), Some(text)) => text.contains(part),
            _ => false,
        },
        "$version" => match (operand.as_str(), actual.as_str()) {
            (Some(range), Some(version)) => satisfies(range, version),
            _ => false,
        },
        "$quantity" => match operand {
            Value::Object(inner) => hold(inner, Some(actual), path, Hint::Quantity, context),
            _ => same(operand, actual, Hint::Quantity, context),
        },
        _ => false,
    }
}

/// Numbers by value; strings that are quantities by value; other strings not at all.
fn order(actual: &Value, wanted: &Value) -> Option<Ordering> {
    match (quantity::of(actual), quantity::of(wanted)) {
        (Some(actual), Some(wanted)) => Some(actual.cmp(&wanted)),
        _ => actual.as_f64()?.partial_cmp(&wanted.as_f64()?),
    }
}

fn exact(wanted: &Value, actual: &Value, hint: Hint, context: Context<'_>) -> bool {
    match (wanted, actual) {
        (Value::Array(wanted), Value::Array(actual)) => {
            wanted.len() == actual.len() && wanted.iter().zip(actual).all(|(w, a)| exact(w, a, hint, context))
        }
        (Value::Object(wanted), Value::Object(actual)) => {
            wanted.len() == actual.len()
                && wanted.iter().all(|(key, w)| {
                    let hint = if hint == Hint::Quantity { hint } else { super::keys::hint(key, key) };
                    actual.get(key).is_some_and(|a| exact(w, a, hint, context))
                })
        }
        _ => same(wanted, actual, hint, context),
    }
}

/// Unanchored, as CEL's `matches` is.
fn found(pattern: &str, text: &str) -> bool {
    COMPILED.with_borrow_mut(|compiled| {
        if compiled.len() > 1000 {
            compiled.clear();
        }
        let regex = compiled.entry(pattern.to_owned()).or_insert_with(|| regex(pattern).ok());
        regex.as_ref().is_some_and(|regex| regex.is_match(text))
    })
}

fn regex(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(1 << 20).build()
}

/// What is wrong with a pattern, in Korean, for the loader: unknown operators, operands of the wrong kind.
pub fn check(pattern: &Value) -> Result<(), String> {
    match pattern {
        Value::Object(wanted) => {
            let operators = wanted.keys().filter(|key| key.starts_with('$')).count();
            if operators > 0 && operators < wanted.len() {
                return Err("연산자($…)와 필드를 한 자리에 섞을 수 없어요.".into());
            }
            wanted.iter().try_for_each(|(key, value)| if operators > 0 { operator(key, value) } else { check(value) })
        }
        Value::Array(items) => items.iter().try_for_each(check),
        _ => Ok(()),
    }
}

fn operator(name: &str, operand: &Value) -> Result<(), String> {
    let fits = match name {
        "$gte" | "$lte" => quantity::of(operand).is_some(),
        "$in" => operand.is_array(),
        "$exists" => operand.is_boolean(),
        "$contains" | "$version" => operand.is_string(),
        "$equals" => true,
        "$quantity" => match operand {
            Value::Object(inner) => return inner.iter().try_for_each(|(name, operand)| operator(name, operand)),
            _ => quantity::of(operand).is_some(),
        },
        "$regex" => match operand.as_str() {
            Some(pattern) => {
                return regex(pattern).map(|_| ()).map_err(|error| format!("정규식이 잘못됐어요: {error}"));
            }
            None => false,
        },
        _ => return Err(format!("모르는 연산자예요: {name} ({})", NAMES.join(", "))),
    };
    if fits { Ok(()) } else { Err(format!("{name}에 줄 수 없는 값이에요: {operand}")) }
}

#[cfg(test)]
mod tests {
    use super::check as pattern_check;
    use serde_json::{Value, json};

    #[track_caller]
    fn check(pattern: Value, expected: bool) {
        assert_eq!(pattern_check(&pattern).is_ok(), expected, "{pattern}");
    }

    #[test]
    fn wrong_patterns_are_told() {
        check(json!({"spec": {"replicas": {"$gte": 2}}}), true);
        check(json!({"spec": {"replicas": {"$gt": 2}}}), false);
        check(json!({"spec": {"replicas": {"$gte": 2, "x": 1}}}), false);
        check(json!({"image": {"$regex": "("}}), false);
        check(json!({"image": {"$in": "a"}}), false);
        check(json!({"cpu": {"$quantity": {"$lte": "1x"}}}), false);
        check(json!([{"a": {"$exists": 1}}]), false);
    }
}
