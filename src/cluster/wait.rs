//! Waits until an expectation holds, with the same watches and the same `decide` as a check.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::clock::Clock;
use super::observer::Observer;
use super::remote::Remote;
use super::trouble::Trouble;
use crate::lab::{
    self, Actual, Check, ClusterSpec, Expectation, Explain, Finding, Lab, Memory, Mode, Owns, Requires, Source, Verdict,
};

/// Waits until an expectation holds; `what` names it in Korean.
pub async fn until(
    remote: &Remote,
    expectation: Expectation,
    params: &BTreeMap<String, Value>,
    what: &str,
    limit: Duration,
) -> Result<(), Trouble> {
    // The sender is kept: watches end when it is dropped.
    let (_identity, identities) = watch::channel(remote.clone());
    let lab = alone(expectation, params.clone());
    let clock = Clock::default();
    let mut memory = Memory { start: clock.now(), ..Memory::default() };
    let mut observer = Observer::open(&identities, lab.watches(), memory.start, false, clock.clone());
    let end = Instant::now() + limit;
    loop {
        let decision = lab::decide_all(&lab, observer.observation(), &mut memory, clock.now());
        let verdict = decision.verdicts.first();
        if matches!(verdict, Some(Verdict::Passed)) {
            return Ok(());
        }
        let wake = decision.deadline.map_or(end, |deadline| end.min(after(deadline - clock.now())));
        tokio::select! {
            _ = observer.news() => {}
            () = sleep_until(wake) => {}
        }
        if Instant::now() >= end {
            let why = verdict.map(brief).unwrap_or_default();
            return Err(Trouble::Late { what: what.to_owned(), seconds: limit.as_secs(), why });
        }
    }
}

/// The instant so many milliseconds from now.
pub fn after(milliseconds: i64) -> Instant {
    Instant::now() + Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0))
}

/// A lab that consists of one expectation, decided at once.
pub fn alone(expectation: Expectation, params: BTreeMap<String, Value>) -> Lab {
    let check = Check {
        name: "wait".into(),
        title: String::new(),
        step: 0,
        level: None,
        weight: 1,
        needs: Vec::new(),
        mode: Mode::Live,
        within: Duration::ZERO,
        hold_for: Duration::ZERO,
        // An expression may read the time.
        every: Some(Duration::from_secs(5)),
        fail_fast: false,
        initially_passed: false,
        source: Source::Observed(expectation),
        hints: Vec::new(),
        next: None,
        debrief: None,
        line: 0,
    };
    Lab {
        id: "wait".into(),
        title: String::new(),
        minutes: 0,
        explain: Explain::Full,
        requires: Requires::default(),
        cluster: ClusterSpec::default(),
        params,
        owns: Owns::default(),
        setup: Vec::new(),
        seeded: None,
        sown: None,
        symptom: None,
        checks: vec![check],
        invariants: Vec::new(),
        solution: Vec::new(),
        variants: Vec::new(),
        mutations: Vec::new(),
        images: Vec::new(),
        hash: String::new(),
    }
}

/// A verdict in a few words, for what failed to come.
pub fn brief(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Failed(finding) => of_finding(finding),
        Verdict::Progressing(Some(finding)) => of_finding(finding),
        Verdict::Unknown(reason) => format!("물어볼 수 없어요: {reason:?}"),
        other => other.name().to_owned(),
    }
}

fn of_finding(finding: &Finding) -> String {
    let subject = &finding.subject;
    let namespace = subject.namespace.as_ref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
    let actual = match &finding.actual {
        Actual::Missing => "없어요".to_owned(),
        Actual::NotServed => "설치되어 있지 않아요".to_owned(),
        Actual::Count(count) => format!("{count}개예요"),
        Actual::Present => "아직 있어요".to_owned(),
        Actual::Ready { ready, wanted } => format!("준비된 것이 {wanted}개 중 {ready}개예요"),
        Actual::Updated { updated, wanted } => format!("새 template의 Pod가 {wanted}개 중 {updated}개예요"),
        Actual::NotReady(why) => format!("준비되지 않았어요({why})"),
        Actual::Value(value) => {
            let path = finding.path.as_deref().unwrap_or_default();
            format!("{path} = {}", value.as_ref().map_or("없음".to_owned(), Value::to_string))
        }
        Actual::Observed(parts) => {
            parts.iter().map(|(path, value)| format!("{path} = {value}")).collect::<Vec<_>>().join(", ")
        }
        Actual::Answer(None) => "답이 없어요".to_owned(),
        Actual::Answer(Some(answer)) => format!("답이 {answer}"),
        Actual::Unmarked => "표시하지 않았어요".to_owned(),
    };
    let cause = finding.cause.as_ref().map(|cause| format!(" ({})", cause.name())).unwrap_or_default();
    match subject.kind.as_str() {
        "" => format!("{actual}{cause}"),
        kind => format!("{kind} {namespace}{}: {actual}{cause}", subject.name),
    }
}
