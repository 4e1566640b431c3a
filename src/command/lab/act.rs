//! Starting, solving, resetting, stopping: each says first what it will make or remove.

use std::sync::Arc;
use std::time::Duration;

use crate::cluster;
use crate::command::cli::{Consent, Output, Results};
use crate::command::cluster::block_on;
use crate::command::outcome::{CannotAsk, Outcome};
use crate::command::print::{self, Json};
use crate::command::world::{World, missing};
use crate::lab::{self, Check, Event, Lab, Order, Phase, Reason, Source, Verdict};
use crate::progress::Change;
use crate::say;
use crate::text::josa;

use super::attach::{Standing, look, off, running};
use super::consent::agreed;
use super::rescue;
use super::session::now;
use super::work::{Over, Talk, Work, work};

/// Starts a lab: shows what it makes, asks, and waits until it runs. One that runs goes on.
pub fn start(world: &World, lab: &Arc<Lab>, timed: bool, consent: Consent, output: Output) -> anyhow::Result<Outcome> {
    world.trust(lab)?;
    let name = admitted(world, lab)?;
    let talk = Talk::of(output);
    let (mut session, standing) = look(world, lab)?;
    if standing == Standing::Runs {
        talk.line(&format!("{name}에서 이미 하고 있는 실습이에요. 처음부터 하려면: jotasu lab reset {}", lab.id))?;
        return ended(world, lab, output, Outcome::Done);
    }
    talk.line(&format!("{name}에서 {} 시작해요.", josa(&lab.title, "을/를")))?;
    talk.lines(&lab::intent(lab))?;
    if timed {
        talk.line(&format!("준비가 끝나면 시간을 재요: {}분. 힌트 하나에 그 확인 점수의 10%가 줄어요.", lab.minutes))?;
    }
    if !agreed(consent, "시작할까요?")? {
        return Ok(Outcome::NotYet);
    }
    session.order(Order::Start(lab.clone()));
    if work(&mut session, Work::Setup, talk)? != Over::Running {
        return Ok(Outcome::NotYet);
    }
    world.keep(&[Change::LabStarted { lab: lab.id.clone(), at: now() }]);
    if timed {
        session.order(Order::Time);
        let limit = Some(Duration::from_secs(15));
        let timed = session.until(limit, |event| match event {
            Event::Timed { timed, .. } => Ok(Some(timed)),
            _ => Ok(None),
        })?;
        let timed = timed.ok_or_else(|| CannotAsk("시간을 재기 시작하지 못했어요.".into()))?;
        world.keep(&[super::trial(lab, &timed)]);
    }
    talk.line(&format!("시작했어요. 바뀌는 대로 보려면: jotasu lab watch {}", lab.id))?;
    ended(world, lab, output, Outcome::Done)
}

/// Removes what the lab owns and sets it up again.
pub fn reset(world: &World, lab: &Arc<Lab>, consent: Consent, output: Output) -> anyhow::Result<Outcome> {
    world.trust(lab)?;
    let talk = Talk::of(output);
    if rescue::first(world, &lab.id, consent)? != Outcome::Done {
        return Ok(Outcome::NotYet);
    }
    let name = admitted(world, lab)?;
    let (mut session, standing) = look(world, lab)?;
    let order = match standing {
        Standing::Runs => Order::Reset,
        Standing::Off => return Err(off(lab)),
        // A setup begins with removing what an earlier one has left.
        Standing::Half(_) => Order::Start(lab.clone()),
    };
    if !removal_agreed(&name, lab, consent, talk, "되돌릴까요?")? {
        return Ok(Outcome::NotYet);
    }
    session.order(order);
    if work(&mut session, Work::Setup, talk)? != Over::Running {
        return Ok(Outcome::NotYet);
    }
    world.keep(&[Change::LabStarted { lab: lab.id.clone(), at: now() }]);
    talk.line("처음 상태로 되돌렸어요.")?;
    ended(world, lab, output, Outcome::Done)
}

/// Removes what the lab owns and ends it, also what a broken start has left. One that does not run is no mistake.
pub fn stop(world: &World, lab: &Arc<Lab>, consent: Consent, output: Output) -> anyhow::Result<Outcome> {
    let talk = Talk::of(output);
    if rescue::first(world, &lab.id, consent)? != Outcome::Done {
        return Ok(Outcome::NotYet);
    }
    let name = admitted(world, lab)?;
    let (mut session, standing) = look(world, lab)?;
    let mut over = Over::Off;
    if standing != Standing::Off {
        if !removal_agreed(&name, lab, consent, talk, "지울까요?")? {
            return Ok(Outcome::NotYet);
        }
        session.order(Order::Stop);
        over = work(&mut session, Work::Removal, talk)?;
    }
    if over == Over::Stopped {
        world.keep(&[Change::LabStopped { lab: lab.id.clone(), at: now() }]);
        talk.line("끝냈어요. 만든 것을 모두 지웠어요.")?;
    } else {
        talk.line(&format!("{name}에서 하고 있지 않은 실습이에요. 아무것도 지우지 않았어요."))?;
    }
    if output == Output::Json {
        print::json(&say::report(lab, &[], &[], &[], |_| lab.explain), Json::Pretty)?;
    }
    Ok(Outcome::Done)
}

/// Answers a check and says whether it is right.
pub fn answer(world: &World, lab: &Arc<Lab>, name: &str, value: &str) -> anyhow::Result<Outcome> {
    let asks: Vec<String> = lab.checks.iter().filter(|c| asked(c).is_some()).map(|c| c.name.clone()).collect();
    let found = lab.checks.iter().position(|c| c.name == name && asked(c).is_some());
    let Some((index, check)) = found.and_then(|index| Some((index, lab.checks.get(index)?))) else {
        return Err(missing(&format!("답하는 확인 {name}"), name, &asks));
    };
    let mut session = running(world, lab)?;
    session.order(Order::Answer { check: name.into(), value: value.into() });
    // Everything is said again after the answer was taken: what comes after that knows of it.
    session.order(Order::Attach(lab.clone()));
    let (mut heard, mut time) = (false, None);
    let decided = session.until(Some(Duration::from_secs(15)), |event| {
        heard |= matches!(event, Event::Phase { phase: Phase::Running(_), .. });
        if let Event::Timed { timed, .. } = &event {
            time = Some(super::trial(lab, timed));
        }
        let Event::Verdicts { verdicts, .. } = event else { return Ok(None) };
        let decided = verdicts.get(index).filter(|v| heard && !matches!(v, Verdict::Unknown(Reason::Connecting)));
        // What it needs may only look missing until the first answer of every watch is there.
        let settled = !verdicts.iter().any(|v| matches!(v, Verdict::Unknown(Reason::Connecting)));
        Ok(decided.filter(|v| settled || !matches!(v, Verdict::Blocked(_))).cloned())
    })?;
    world.keep(&time.into_iter().collect::<Vec<_>>());
    let text = match &decided {
        Some(Verdict::Passed) => "맞았어요.".to_owned(),
        Some(Verdict::Blocked(need)) => {
            let title = lab.checks.iter().find(|c| c.name == *need).map_or(need.as_str(), |c| c.title.as_str());
            format!("답을 적어 두었어요. 먼저 통과할 확인이 있어요: {title} ({need})")
        }
        Some(_) => format!("아직 아니에요. {}", asked(check).unwrap_or_default()).trim_end().to_owned(),
        None => return Err(CannotAsk("클러스터가 제때 답하지 않아요.".into()).into()),
    };
    print::line(&text)?;
    if decided != Some(Verdict::Passed) {
        return Ok(Outcome::NotYet);
    }
    world.keep(&[Change::Passed { lab: lab.id.clone(), check: name.into(), at: now() }]);
    Ok(Outcome::Done)
}

fn asked(check: &Check) -> Option<&str> {
    match &check.source {
        Source::Answer(answer) => Some(&answer.ask),
        _ => None,
    }
}

/// Shows what is removed, and asks.
fn removal_agreed(name: &str, lab: &Lab, consent: Consent, talk: Talk, question: &str) -> anyhow::Result<bool> {
    talk.line(&format!("{name}에서 다음을 지우거나 되돌려요."))?;
    talk.lines(&lab::removal(lab))?;
    agreed(consent, question)
}

/// The name of the cluster, if it may be used.
///
/// # Errors
/// When it may not.
pub fn admitted(world: &World, lab: &Lab) -> anyhow::Result<String> {
    let admitted = block_on(cluster::admit(&world.access()))?;
    Ok(admitted.map_err(|refusal| CannotAsk(format!("{refusal}{}", rescue::help(world, &lab.id))))?.name)
}

/// With JSON asked for, the verdicts of a lab that runs now.
fn ended(world: &World, lab: &Arc<Lab>, output: Output, outcome: Outcome) -> anyhow::Result<Outcome> {
    if output == Output::Json {
        super::look::check(world, lab, Results::Json, 0)?;
    }
    Ok(outcome)
}
