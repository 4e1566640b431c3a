//! A verdict as place, expected, actual, why and next.

use crate::lab::{Actual, Check, Expected, Explain, Finding, Lab, ObjectRef, Reason, Verdict};
use crate::text::josa;

use super::field::{field, observed};
use super::value::{pattern, short};
use super::{cause, change, near, reason};

/// What the learner reads of one check. Every part is one short line without a final newline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Where: the object and, if there is one, the field.
    pub place: String,
    /// What had to be.
    pub expected: String,
    /// It had to be absent: `expected` alone says no more than that.
    pub absent: bool,
    /// What is.
    pub actual: String,
    /// Why it is so.
    pub why: Option<String>,
    /// What looks as if it was meant.
    pub near: Option<String>,
    /// The next command to look at.
    pub next: Option<String>,
}

impl Said {
    /// The label and the words for what had to be: "있어야 준비된 Pod 3개", "없어야 Pod shop/web-pod".
    pub fn wanted(&self) -> (&'static str, &str) {
        match self.absent {
            true => ("없어야", &self.place),
            false => ("있어야", &self.expected),
        }
    }
}

/// Says a verdict, as far as it is explained (the lab's own word for it, or more once a hint was taken); `None` where
/// the mark says it all.
pub fn verdict(lab: &Lab, check: &Check, verdict: &Verdict, explain: Explain) -> Option<Said> {
    let said = match verdict {
        Verdict::Passed | Verdict::Waiting => return None,
        Verdict::Progressing(None) => {
            Said { actual: "맞아요. 그대로 있는지 조금 더 봐요.".into(), ..Said::default() }
        }
        Verdict::Blocked(by) => {
            let title = lab.checks.iter().find(|c| &c.name == by).map_or(by.as_str(), |c| c.title.as_str());
            Said { actual: format!("먼저 할 것: {title}"), ..Said::default() }
        }
        // An expression tells what is looked at.
        Verdict::Unknown(Reason::Expression(_)) if explain != Explain::Full => {
            let sentence = Some("이 확인의 식을 계산하지 못해요.".to_owned());
            return Some(Said { actual: "확인할 수 없음".into(), why: sentence, ..Said::default() });
        }
        Verdict::Unknown(why) => {
            let (sentence, next) = reason(why);
            // In a challenge even the way to the cause is a part of the answer.
            let next = next.filter(|_| explain == Explain::Full);
            return Some(Said { actual: "확인할 수 없음".into(), why: Some(sentence), next, ..Said::default() });
        }
        Verdict::Progressing(Some(found)) | Verdict::Failed(found) if explain == Explain::Symptom => effect(found),
        Verdict::Progressing(Some(found)) | Verdict::Failed(found) => finding(check, found),
    };
    (explain != Explain::None).then_some(said)
}

/// What a user of the system sees of it: how many, ready, there or gone. Which field is wrong, and why, is what a
/// challenge is about.
fn effect(found: &Finding) -> Said {
    fn seen(expected: &Expected) -> bool {
        match expected {
            Expected::Count { .. } | Expected::Absent | Expected::Ready(_) | Expected::Answer => true,
            Expected::AnyOf(options) => options.iter().all(seen),
            _ => false,
        }
    }
    if !seen(&found.expected) {
        return Said::default();
    }
    Said {
        place: place(&found.subject, None),
        expected: expected(&found.expected, &found.subject, None),
        absent: absent(&found.expected),
        actual: match &found.actual {
            Actual::NotReady(_) => "준비되지 않음".into(),
            other => actual(other, &found.subject),
        },
        why: None,
        near: None,
        next: None,
    }
}

fn finding(check: &Check, found: &Finding) -> Said {
    let cause_said = found.cause.as_ref().map(|c| cause(c, found.subject.namespace.as_deref()));
    let (because, look) = match cause_said {
        Some((sentence, next)) => (Some(sentence), next),
        None => (None, None),
    };
    let (near, look_near) = found.near.as_ref().map(near::near).unzip();
    let expected = expected(&found.expected, &found.subject, found.message.as_deref());
    // One reason is enough: what the cluster says goes before what the author foresaw. Nothing is said twice.
    let foreseen = found.message.clone().filter(|message| *message != expected);
    let why = because.or(foreseen).or_else(|| found.change.as_ref().map(change));
    Said {
        place: place(&found.subject, found.path.as_deref()),
        expected,
        absent: absent(&found.expected),
        actual: actual(&found.actual, &found.subject),
        why,
        near,
        next: look_near.or(look).or_else(|| check.next.clone()).or_else(|| look_at(&found.subject)),
    }
}

fn place(subject: &ObjectRef, path: Option<&str>) -> String {
    let object = match &subject.namespace {
        Some(namespace) => format!("{} {namespace}/{}", subject.kind, subject.name),
        None => format!("{} {}", subject.kind, subject.name),
    };
    let object = object.trim().to_owned();
    match path {
        Some(path) if path.contains('=') => format!("{object} · {}", field(path)),
        Some(path) if !path.is_empty() => format!("{object} {path}"),
        _ => object,
    }
}

fn absent(expected: &Expected) -> bool {
    match expected {
        Expected::Absent | Expected::NoField => true,
        Expected::Field(value) => pattern(value) == "없음",
        _ => false,
    }
}

fn expected(expected: &Expected, subject: &ObjectRef, message: Option<&str>) -> String {
    match expected {
        // One named thing is named rather than counted.
        Expected::Count { min: 1, max: None } if named(subject) => place(subject, None),
        Expected::Count { min, max: None } => format!("{min}개 이상"),
        Expected::Count { min, max: Some(max) } if min == max => format!("{min}개"),
        Expected::Count { min: 0, max: Some(max) } => format!("{max}개 이하"),
        Expected::Count { min, max: Some(max) } => format!("{min}~{max}개"),
        Expected::Absent => "없음".into(),
        Expected::Ready(_) if subject.kind == "Job" => "완료(Complete)".into(),
        Expected::Ready(Some(replicas)) => format!("준비된 Pod {replicas}개"),
        Expected::Ready(None) => "준비됨".into(),
        Expected::Condition(name) => format!("{name}=True"),
        Expected::Field(value) => pattern(value),
        Expected::NoField => "없음".into(),
        Expected::Cel(expr) => message.map_or_else(|| expr.clone(), str::to_owned),
        Expected::Not => message.map_or_else(|| "지금과 다른 상태".into(), str::to_owned),
        Expected::AnyOf(options) => {
            let mut said: Vec<String> = Vec::new();
            for option in options {
                let words = self::expected(option, subject, message);
                if !said.contains(&words) {
                    said.push(words);
                }
            }
            said.join(" 또는 ")
        }
        Expected::Answer => "맞는 답".into(),
    }
}

fn actual(actual: &Actual, subject: &ObjectRef) -> String {
    match actual {
        Actual::Missing => "없음".into(),
        Actual::NotServed => format!("클러스터에 {} 설치되지 않음", josa(&subject.kind, "이/가")),
        Actual::Count(count) => format!("{count}개"),
        Actual::Present => "아직 있음".into(),
        Actual::Ready { ready, wanted } => format!("준비된 Pod {ready} / {wanted}"),
        Actual::Updated { updated, wanted } => format!("새 template의 Pod {updated} / {wanted}"),
        Actual::NotReady(words) => words.clone(),
        Actual::Value(None) => "값이 없음".into(),
        Actual::Value(Some(value)) => short(value),
        Actual::Observed(parts) if parts.is_empty() => "그렇지 않음".into(),
        Actual::Observed(parts) => observed(parts),
        Actual::Answer(None) => "아직 답하지 않음".into(),
        Actual::Answer(Some(answer)) => format!("\"{answer}\""),
        Actual::Unmarked => "아직 표시하지 않음".into(),
    }
}

/// A selector's description is no name that kubectl takes.
fn named(subject: &ObjectRef) -> bool {
    !subject.name.is_empty() && !subject.name.contains(['=', ',', ' ', '*'])
}

fn look_at(subject: &ObjectRef) -> Option<String> {
    if subject.kind.is_empty() {
        return None;
    }
    let kind = subject.kind.to_lowercase();
    let namespace = subject.namespace.as_ref().map(|n| format!(" -n {n}")).unwrap_or_default();
    Some(match named(subject) {
        true => format!("kubectl{namespace} describe {kind} {}", subject.name),
        false => format!("kubectl{namespace} get {kind}"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn subject(kind: &str) -> ObjectRef {
        ObjectRef { kind: kind.into(), namespace: Some("shop".into()), name: "web".into() }
    }

    #[test]
    fn what_had_to_be_is_said_in_few_words() {
        #[track_caller]
        fn check(value: Expected, said: &str) {
            assert_eq!(expected(&value, &subject("Deployment"), None), said);
        }
        check(Expected::Count { min: 2, max: None }, "2개 이상");
        check(Expected::Count { min: 1, max: None }, "Deployment shop/web");
        check(Expected::Count { min: 2, max: Some(2) }, "2개");
        check(Expected::Count { min: 0, max: Some(2) }, "2개 이하");
        check(Expected::Count { min: 1, max: Some(3) }, "1~3개");
        check(Expected::Absent, "없음");
        check(Expected::Ready(Some(3)), "준비된 Pod 3개");
        check(Expected::Ready(None), "준비됨");
        check(Expected::Condition("Available".into()), "Available=True");
        check(Expected::Field(json!("nginx:1.27")), "nginx:1.27");
        check(Expected::Field(json!({"$gte": 3})), "3 이상");
        check(Expected::NoField, "없음");
        check(Expected::Cel("object.spec.replicas == 3".into()), "object.spec.replicas == 3");
        check(Expected::Not, "지금과 다른 상태");
        check(
            Expected::AnyOf(vec![Expected::Ready(None), Expected::Ready(None), Expected::Field(json!("a"))]),
            "준비됨 또는 a",
        );
        check(Expected::Answer, "맞는 답");
        assert_eq!(expected(&Expected::Ready(None), &subject("Job"), None), "완료(Complete)");
        assert_eq!(
            expected(&Expected::Not, &subject("Pod"), Some("다른 노드에서 돌아야 해요.")),
            "다른 노드에서 돌아야 해요."
        );
    }

    #[test]
    fn what_is_is_said_in_few_words() {
        #[track_caller]
        fn check(value: Actual, said: &str) {
            assert_eq!(actual(&value, &subject("VolumeSnapshot")), said);
        }
        check(Actual::Missing, "없음");
        check(Actual::NotServed, "클러스터에 VolumeSnapshot이 설치되지 않음");
        check(Actual::Count(0), "0개");
        check(Actual::Present, "아직 있음");
        check(Actual::Ready { ready: 1, wanted: 3 }, "준비된 Pod 1 / 3");
        check(Actual::Updated { updated: 1, wanted: 3 }, "새 template의 Pod 1 / 3");
        check(Actual::NotReady("Pending".into()), "Pending");
        check(Actual::Value(None), "값이 없음");
        check(Actual::Value(Some(json!(["a"]))), "[a]");
        check(Actual::Observed(vec![]), "그렇지 않음");
        check(
            Actual::Observed(vec![
                ("object.data".into(), json!({"X": "1"})),
                ("object.data.WELCOME".into(), json!(null)),
            ]),
            "data.WELCOME 없음",
        );
        check(Actual::Observed(vec![("object.spec.replicas".into(), json!(2))]), "spec.replicas = 2");
        check(Actual::Observed(vec![("objects.size()".into(), json!(2))]), "objects.size() = 2");
        check(Actual::Answer(None), "아직 답하지 않음");
        check(Actual::Answer(Some("db".into())), "\"db\"");
        check(Actual::Unmarked, "아직 표시하지 않음");
    }

    #[test]
    fn what_had_to_be_absent_is_named_and_nothing_is_said_twice() {
        let found = |expected, message: Option<&str>| Finding {
            subject: subject("Pod"),
            path: None,
            expected,
            actual: Actual::Present,
            cause: None,
            message: message.map(str::to_owned),
            change: None,
            near: None,
        };
        let check = Check {
            name: "gone".into(),
            title: "지움".into(),
            step: 1,
            level: None,
            weight: 1,
            needs: Vec::new(),
            mode: Default::default(),
            within: Default::default(),
            hold_for: Default::default(),
            every: None,
            fail_fast: true,
            initially_passed: false,
            source: crate::lab::Source::Manual,
            hints: Vec::new(),
            next: None,
            debrief: None,
            line: 1,
        };
        let said = finding(&check, &found(Expected::Absent, None));
        assert_eq!(said.wanted(), ("없어야", "Pod shop/web"));
        let said = finding(&check, &found(Expected::Ready(None), None));
        assert_eq!(said.wanted(), ("있어야", "준비됨"));
        let said = finding(&check, &found(Expected::Cel("x".into()), Some("값이 있어야 해요.")));
        assert_eq!((said.expected.as_str(), said.why), ("값이 있어야 해요.", None));
    }
}
