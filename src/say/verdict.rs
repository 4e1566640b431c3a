//! A verdict as place, expected, actual, why and next.

use crate::lab::{Actual, Check, Expected, Explain, Finding, Lab, ObjectRef, Verdict};
use crate::text::josa;

use super::value::{pattern, short};
use super::{cause, change, reason};

/// What the learner reads of one check. Every part is one short line without a final newline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Where: the object and, if there is one, the field.
    pub place: String,
    /// What had to be.
    pub expected: String,
    /// What is.
    pub actual: String,
    /// Why it is so.
    pub why: Option<String>,
    /// The next command to look at.
    pub next: Option<String>,
}

/// Says a verdict, as far as the lab explains (`explain`); `None` where the mark says it all.
pub fn verdict(lab: &Lab, check: &Check, verdict: &Verdict) -> Option<Said> {
    let mut said = match verdict {
        Verdict::Passed | Verdict::Waiting => return None,
        Verdict::Progressing(None) => {
            Said { actual: "되어 가요. 잠깐 유지되는지 보고 있어요.".into(), ..Said::default() }
        }
        Verdict::Blocked(by) => {
            let title = lab.checks.iter().find(|c| &c.name == by).map_or(by.as_str(), |c| c.title.as_str());
            Said { actual: format!("먼저 할 것: {title}"), ..Said::default() }
        }
        Verdict::Unknown(why) => {
            let (sentence, next) = reason(why);
            return Some(Said { actual: "확인할 수 없음".into(), why: Some(sentence), next, ..Said::default() });
        }
        Verdict::Progressing(Some(found)) | Verdict::Failed(found) => finding(check, found),
    };
    if lab.explain != Explain::Full {
        said.why = None;
        said.next = None;
    }
    if lab.explain == Explain::None {
        return None;
    }
    Some(said)
}

fn finding(check: &Check, found: &Finding) -> Said {
    let cause_said = found.cause.as_ref().map(|c| cause(c, found.subject.namespace.as_deref()));
    let (because, look) = match cause_said {
        Some((sentence, next)) => (Some(sentence), next),
        None => (None, None),
    };
    // One reason is enough: what the cluster says goes before what the author foresaw.
    let why = because.or_else(|| found.message.clone()).or_else(|| found.change.as_ref().map(change));
    Said {
        place: place(&found.subject, found.path.as_deref()),
        expected: expected(&found.expected, &found.subject, found.message.as_deref()),
        actual: actual(&found.actual, &found.subject),
        why,
        next: look.or_else(|| check.next.clone()).or_else(|| look_at(&found.subject)),
    }
}

fn place(subject: &ObjectRef, path: Option<&str>) -> String {
    let object = match &subject.namespace {
        Some(namespace) => format!("{} {namespace}/{}", subject.kind, subject.name),
        None => format!("{} {}", subject.kind, subject.name),
    };
    let object = object.trim().to_owned();
    match path {
        Some(path) if !path.is_empty() => format!("{object} {path}"),
        _ => object,
    }
}

fn expected(expected: &Expected, subject: &ObjectRef, message: Option<&str>) -> String {
    match expected {
        Expected::Count { min, max: None } => format!("{min}개 이상"),
        Expected::Count { min, max: Some(max) } if min == max => format!("{min}개"),
        Expected::Count { min: 0, max: Some(max) } => format!("{max}개 이하"),
        Expected::Count { min, max: Some(max) } => format!("{min}~{max}개"),
        Expected::Absent => "없어야 함".into(),
        Expected::Ready(_) if subject.kind == "Job" => "완료(Complete)".into(),
        Expected::Ready(Some(replicas)) => format!("준비된 Pod {replicas}개"),
        Expected::Ready(None) => "준비됨".into(),
        Expected::Condition(name) => format!("{name}=True"),
        Expected::Field(value) => pattern(value),
        Expected::NoField => "없음".into(),
        Expected::Cel(expr) => message.map_or_else(|| expr.clone(), str::to_owned),
        Expected::Not => message.map_or_else(|| "해당하지 않아야 함".into(), str::to_owned),
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
        Actual::NotReady(words) => words.clone(),
        Actual::Value(None) => "값이 없음".into(),
        Actual::Value(Some(value)) => short(value),
        Actual::Observed(parts) if parts.is_empty() => "그렇지 않음".into(),
        Actual::Observed(parts) => parts
            .iter()
            .take(3)
            .map(|(path, value)| format!("{path} = {}", short(value)))
            .collect::<Vec<_>>()
            .join(", "),
        Actual::Answer(None) => "아직 답하지 않음".into(),
        Actual::Answer(Some(answer)) => format!("\"{answer}\""),
        Actual::Unmarked => "아직 표시하지 않음".into(),
    }
}

fn look_at(subject: &ObjectRef) -> Option<String> {
    if subject.kind.is_empty() {
        return None;
    }
    let kind = subject.kind.to_lowercase();
    let namespace = subject.namespace.as_ref().map(|n| format!(" -n {n}")).unwrap_or_default();
    // A selector's description is no name that kubectl takes.
    let named = !subject.name.is_empty() && !subject.name.contains(['=', ',', ' ', '*']);
    Some(match named {
        true => format!("kubectl{namespace} describe {kind} {}", subject.name),
        false => format!("kubectl{namespace} get {kind}"),
    })
}
