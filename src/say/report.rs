//! Verdicts as JSON, the form that `lab check -o json` prints.

use serde_json::{Value, json};

use crate::lab::{Check, Explain, Lab, Verdict};

use super::verdict;

/// `{schema: 1, lab, verdicts: [{check, title, step, level, verdict, cause, expected, actual, where, why, next}]}`.
///
/// `verdicts` are in the lab's order; parts that a verdict does not have, or that are not explained, are null.
pub fn report(lab: &Lab, verdicts: &[Verdict], explain: impl Fn(&Check) -> Explain) -> Value {
    let rows: Vec<Value> = lab
        .checks
        .iter()
        .zip(verdicts)
        .map(|(check, value)| {
            let explain = explain(check);
            let said = verdict(lab, check, value, explain);
            let found = value.finding().filter(|_| explain == Explain::Full);
            let part =
                |pick: fn(&super::Said) -> Option<String>| said.as_ref().and_then(pick).filter(|s| !s.is_empty());
            json!({
                "check": check.name,
                "title": check.title,
                "step": check.step,
                "level": check.level.map(crate::lab::Level::name),
                "verdict": value.name(),
                "cause": found.and_then(|f| f.cause.as_ref()).map(crate::lab::Cause::name),
                "expected": part(|s| Some(s.expected.clone())),
                "actual": part(|s| Some(s.actual.clone())),
                "where": part(|s| Some(s.place.clone())),
                "why": part(|s| s.why.clone()),
                "next": part(|s| s.next.clone()),
            })
        })
        .collect();
    json!({"schema": 1, "lab": lab.id, "verdicts": rows})
}
