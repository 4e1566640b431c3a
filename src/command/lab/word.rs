//! What a learner says of a check: an answer, or that it is done.

use std::sync::Arc;
use std::time::Duration;

use crate::command::outcome::{CannotAsk, Outcome};
use crate::command::print;
use crate::command::world::{World, missing};
use crate::lab::{Check, Event, Lab, Order, Phase, Reason, Source, Verdict};
use crate::progress::Change;

use super::attach::running;
use super::session::now;
use super::trial;

/// Answers a check and says whether it is right.
pub fn answer(world: &World, lab: &Arc<Lab>, name: &str, value: &str) -> anyhow::Result<Outcome> {
    let (index, check) = of(lab, name, "답하는 확인", |check| asked(check).is_some())?;
    let decided = said(world, lab, index, Order::Answer { check: name.into(), value: value.into() })?;
    print::line(&match &decided {
        Verdict::Passed => "맞았어요.".to_owned(),
        Verdict::Blocked(need) => format!("답을 적어 두었어요. {}", first(lab, need)),
        _ => format!("아직 아니에요. {}", asked(check).unwrap_or_default()).trim_end().to_owned(),
    })?;
    Ok(kept(world, lab, name, &decided))
}

/// Marks a check that only a person can tell, or takes the mark away.
pub fn mark(world: &World, lab: &Arc<Lab>, name: &str, done: bool) -> anyhow::Result<Outcome> {
    let (index, _) = of(lab, name, "직접 표시하는 확인", |check| matches!(check.source, Source::Manual))?;
    let decided = said(world, lab, index, Order::Mark { check: name.into(), done })?;
    print::line(&match &decided {
        Verdict::Blocked(need) => format!("표시해 두었어요. {}", first(lab, need)),
        _ if done => "했다고 표시했어요.".to_owned(),
        _ => "표시를 지웠어요.".to_owned(),
    })?;
    Ok(if done { kept(world, lab, name, &decided) } else { Outcome::Done })
}

/// A check by its name, among those that are `meant`.
fn of<'a>(lab: &'a Lab, name: &str, what: &str, meant: impl Fn(&Check) -> bool) -> anyhow::Result<(usize, &'a Check)> {
    let named = lab.checks.iter().enumerate().find(|(_, check)| check.name == name && meant(check));
    named.ok_or_else(|| {
        let names: Vec<String> =
            lab.checks.iter().filter(|check| meant(check)).map(|check| check.name.clone()).collect();
        missing(&format!("{what} {name}"), name, &names)
    })
}

/// Gives the order, and the verdict on a check that knows of it.
fn said(world: &World, lab: &Arc<Lab>, index: usize, order: Order) -> anyhow::Result<Verdict> {
    let mut session = running(world, lab)?;
    session.order(order);
    // Everything is said again after the word was taken: what comes after that knows of it.
    session.order(Order::Attach(lab.clone()));
    let (mut heard, mut time) = (false, None);
    let decided = session.until(Some(Duration::from_secs(15)), |event| {
        heard |= matches!(event, Event::Phase { phase: Phase::Running(_), .. });
        if let Event::Timed { timed, .. } = &event {
            time = Some(trial(lab, timed));
        }
        let Event::Verdicts { verdicts, .. } = event else { return Ok(None) };
        let decided = verdicts.get(index).filter(|v| heard && !matches!(v, Verdict::Unknown(Reason::Connecting)));
        // What it needs may only look missing until the first answer of every watch is there.
        let settled = !verdicts.iter().any(|v| matches!(v, Verdict::Unknown(Reason::Connecting)));
        Ok(decided.filter(|v| settled || !matches!(v, Verdict::Blocked(_))).cloned())
    })?;
    world.keep(&time.into_iter().collect::<Vec<_>>());
    decided.ok_or_else(|| CannotAsk("클러스터가 제때 답하지 않아요.".into()).into())
}

fn kept(world: &World, lab: &Lab, name: &str, decided: &Verdict) -> Outcome {
    if *decided != Verdict::Passed {
        return Outcome::NotYet;
    }
    world.keep(&[Change::Passed { lab: lab.id.clone(), check: name.into(), at: now() }]);
    Outcome::Done
}

fn first(lab: &Lab, need: &str) -> String {
    let title = lab.checks.iter().find(|check| check.name == need).map_or(need, |check| check.title.as_str());
    format!("먼저 통과할 확인이 있어요: {title} ({need})")
}

fn asked(check: &Check) -> Option<&str> {
    match &check.source {
        Source::Answer(answer) => Some(&answer.ask),
        _ => None,
    }
}
