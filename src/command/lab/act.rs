//! Starting, solving, resetting, stopping: each says first what it will make or remove.

use std::sync::Arc;
use std::time::Duration;

use crate::cluster;
use crate::command::cli::{Consent, Output, Results};
use crate::command::outcome::{CannotAsk, Outcome};
use crate::command::print::{self, Json};
use crate::command::waiting::block_on;
use crate::command::world::World;
use crate::lab::{self, Event, Lab, Order};
use crate::progress::Change;
use crate::say;
use crate::text::josa;

use super::attach::{Standing, look, off};
use super::rescue;
use super::session::now;
use super::work::{Over, Talk, Work, work};
use crate::command::consent::agreed;

/// Starts a lab: shows what it makes, asks, and waits until it runs. One that runs goes on.
pub fn start(world: &World, lab: &Arc<Lab>, timed: bool, consent: Consent, output: Output) -> anyhow::Result<Outcome> {
    world.trust(lab)?;
    let name = admitted(world, lab).map_err(|error| match lab.cluster.by_learner {
        true => CannotAsk(format!(
            "{error}\n이 실습은 클러스터를 만드는 것부터예요. 글을 따라 만든 뒤에 다시 시작하세요. 지금까지: jotasu lab check {}",
            lab.id
        ))
        .into(),
        false => error,
    })?;
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
        Standing::Off | Standing::Early => return Err(off(lab)),
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
    if !matches!(standing, Standing::Off | Standing::Early) {
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
    let admitted = block_on(cluster::admit(&world.access().of(lab)))?;
    Ok(admitted.map_err(|refusal| CannotAsk(format!("{refusal}{}", rescue::help(world, &lab.id))))?.name)
}

/// With JSON asked for, the verdicts of a lab that runs now.
fn ended(world: &World, lab: &Arc<Lab>, output: Output, outcome: Outcome) -> anyhow::Result<Outcome> {
    if output == Output::Json {
        super::look::check(world, lab, Results::Json, 0)?;
    }
    Ok(outcome)
}
