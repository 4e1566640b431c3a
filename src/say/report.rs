//! Verdicts as JSON, the form that `lab check -o json` prints.

use serde_json::{Value, json};

use crate::lab::{Cause, Check, Explain, Lab, Level, Millis, NearMiss, Verdict};

use super::{change, verdict};

/// `{schema: 1, lab, verdicts: [{check, title, step, level, verdict, cause, expected, actual, where, why, next, near,
/// change, since}], invariants: [the same]}`.
///
/// `verdicts` and `invariants` are in the lab's order, and so is `since`, since when each check stands as it does; parts
/// that a verdict does not have, or that are not explained, are null.
pub fn report(
    lab: &Lab,
    verdicts: &[Verdict],
    invariants: &[Verdict],
    since: &[Option<Millis>],
    explain: impl Fn(&Check) -> Explain,
) -> Value {
    let row = |check: &Check, value: &Verdict, since: Option<Millis>| {
        let explain = explain(check);
        let said = verdict(lab, check, value, explain);
        let part = |pick: fn(&super::Said) -> Option<String>| said.as_ref().and_then(pick).filter(|s| !s.is_empty());
        let found = value.finding().filter(|_| explain == Explain::Full);
        json!({
            "check": check.name,
            "title": check.title,
            "step": check.step,
            "level": check.level.map(Level::name),
            "verdict": value.name(),
            "cause": found.and_then(|f| f.cause.as_ref()).map(Cause::name),
            "expected": part(|s| Some(s.expected.clone())),
            "actual": part(|s| Some(s.actual.clone())),
            "where": part(|s| Some(s.place.clone())),
            "why": part(|s| s.why.clone()),
            "next": part(|s| s.next.clone()),
            "near": found.and_then(|f| f.near.as_ref()).map(near),
            "change": found.and_then(|f| f.change.as_ref()).map(change),
            "since": since.and_then(|at| jiff::Timestamp::from_millisecond(at).ok()).map(|at| at.to_string()),
        })
    };
    let since = since.iter().copied().chain(std::iter::repeat(None));
    let verdicts = lab.checks.iter().zip(verdicts).zip(since).map(|((check, value), since)| row(check, value, since));
    let invariants = lab.invariants.iter().zip(invariants).map(|(check, value)| row(check, value, None));
    json!({"schema": 1, "lab": lab.id, "verdicts": verdicts.collect::<Vec<_>>(),
        "invariants": invariants.collect::<Vec<_>>()})
}

fn near(near: &NearMiss) -> Value {
    let mut value = serde_json::to_value(near).unwrap_or_default();
    value["said"] = super::near(near).0.into();
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::{Actual, Expected, Finding, ObjectRef, Source};

    /// A lab of one check, as far as a report needs one.
    fn lab(explain: Explain) -> Lab {
        let files = crate::files::labs();
        let (lab, problems) = crate::lab::load(&files, "w3-d2-lab1");
        let mut lab = lab.unwrap_or_else(|| panic!("{problems:?}"));
        lab.explain = explain;
        lab.checks.truncate(1);
        lab.checks[0] = Check { next: None, source: Source::Manual, ..lab.checks[0].clone() };
        lab
    }

    fn failed() -> Verdict {
        let object = |namespace: &str| ObjectRef {
            kind: "Deployment".into(),
            namespace: Some(namespace.into()),
            name: "web".into(),
        };
        Verdict::Failed(Box::new(Finding {
            subject: object("shop"),
            path: Some("spec.template.spec.containers[name=web].image".into()),
            expected: Expected::Field(json!("nginx:1.29")),
            actual: Actual::Value(Some(json!("nginx:1.28"))),
            cause: Some(Cause::Deadline),
            message: None,
            change: None,
            near: Some(NearMiss::Namespace { found: object("default"), wanted: "shop".into() }),
        }))
    }

    #[test]
    fn the_form_is_the_one_that_is_promised() {
        let report = report(&lab(Explain::Full), &[failed()], &[], &[Some(1_000)], |_| Explain::Full);
        assert_eq!((&report["schema"], &report["lab"]), (&json!(1), &json!("w3-d2-lab1")));
        let row = report["verdicts"][0].as_object().unwrap();
        let keys: Vec<&str> = row.keys().map(String::as_str).collect();
        assert_eq!(
            keys.join(" "),
            "check title step level verdict cause expected actual where why next near change since"
        );
        let text = |key: &str| row[key].as_str().unwrap_or_default();
        assert_eq!((text("verdict"), text("cause"), text("since")), ("failed", "deadline", "1970-01-01T00:00:01Z"));
        assert_eq!(text("where"), "Deployment shop/web · 컨테이너 web: image");
        assert_eq!((text("expected"), text("actual")), ("nginx:1.29", "nginx:1.28"));
        assert_eq!(
            row["near"],
            json!({"kind": "namespace", "found": {"kind": "Deployment", "namespace": "default", "name": "web"},
                "wanted": "shop", "said": "Namespace default에 같은 이름의 Deployment가 있어요. shop에 있어야 해요."})
        );
    }

    #[test]
    fn an_invariant_that_does_not_hold_is_in_it_as_a_check_is() {
        let mut lab = lab(Explain::Full);
        lab.invariants = vec![Check { name: "kept".into(), ..lab.checks[0].clone() }];
        let report = report(&lab, &[Verdict::Passed], &[failed()], &[None], |_| Explain::Full);
        assert_eq!(report["verdicts"][0]["verdict"], "passed");
        let row = &report["invariants"][0];
        assert_eq!(
            (&row["check"], &row["verdict"], &row["cause"]),
            (&json!("kept"), &json!("failed"), &json!("deadline"))
        );
        assert_eq!(
            row.as_object().map(|row| row.keys().collect::<Vec<_>>()),
            report["verdicts"][0].as_object().map(|row| row.keys().collect())
        );
    }

    #[test]
    fn what_a_lab_does_not_explain_is_in_no_key() {
        for explain in [Explain::Symptom, Explain::None] {
            let report = report(&lab(explain), &[failed()], &[], &[None], |_| explain);
            for key in ["cause", "why", "next", "near", "change", "since"] {
                assert_eq!(report["verdicts"][0][key], Value::Null, "{key} {explain:?}");
            }
        }
    }
}
