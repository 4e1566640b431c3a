//! Starting, solving, resetting, stopping: each says first what it will make or remove.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{anyhow, bail};

use crate::cluster::{self, Order};
use crate::command::cluster::block_on;
use crate::command::outcome::{CannotAsk, Outcome};
use crate::command::print;
use crate::command::world::World;
use crate::lab::{self, Connection, Event, Lab, Phase, Source, Verdict};
use crate::progress::Change;
use crate::text::josa;

use super::session::{Session, now};

/// Starts a lab: shows what it makes, asks, and waits until it runs.
pub fn start(world: &World, lab: &Arc<Lab>, yes: bool) -> anyhow::Result<Outcome> {
    world.trust(lab)?;
    print::line(&format!("{}에서 {} 시작해요.", admitted(world)?, josa(&lab.title, "을/를")))?;
    show(&lab::intent(lab))?;
    if !agreed(yes, "시작할까요?")? {
        return Ok(Outcome::NotYet);
    }
    work(Session::open(world, Order::Start(lab.clone())), Running::Yes)?;
    world.progress()?.0.save(&[Change::LabStarted { lab: lab.id.clone(), at: now() }])?;
    print::line(&format!("시작했어요. 바뀌는 대로 보려면: jotasu lab watch {}", lab.id))?;
    Ok(Outcome::Done)
}

/// Performs the reference solution up to and with a step, named whole or by its number.
pub fn solve(world: &World, lab: &Arc<Lab>, to: &str, yes: bool) -> anyhow::Result<Outcome> {
    world.trust(lab)?;
    let number = |name: &str| name.split('-').next().map(|n| n.trim_start_matches('0').to_owned());
    let step = lab.solution.iter().position(|s| s.name == to || number(&s.name).as_deref() == Some(to.trim_start_matches('0')));
    let Some((index, step)) = step.and_then(|i| Some((i, lab.solution.get(i)?))) else {
        let names: Vec<&str> = lab.solution.iter().map(|s| s.name.as_str()).collect();
        bail!("{to}: 그런 풀이 단계가 없어요. 있는 단계: {}", names.join(", "));
    };
    print::line(&format!("{}에서 참고 풀이를 {}까지 해요.", admitted(world)?, step.name))?;
    if !agreed(yes, "할까요?")? {
        return Ok(Outcome::NotYet);
    }
    let session = attached(world, lab)?;
    session.order(Order::Solve { steps: index + 1 });
    work(session, Running::Yes)?;
    Ok(Outcome::Done)
}

/// Removes what the lab owns and sets it up again.
pub fn reset(world: &World, lab: &Arc<Lab>, yes: bool) -> anyhow::Result<Outcome> {
    if !removal_agreed(world, lab, yes, "되돌릴까요?")? {
        return Ok(Outcome::NotYet);
    }
    let session = attached(world, lab)?;
    session.order(Order::Reset);
    work(session, Running::Yes)?;
    print::line("처음 상태로 되돌렸어요.")?;
    Ok(Outcome::Done)
}

/// Removes what the lab owns and ends it.
pub fn stop(world: &World, lab: &Arc<Lab>, yes: bool) -> anyhow::Result<Outcome> {
    if !removal_agreed(world, lab, yes, "지울까요?")? {
        return Ok(Outcome::NotYet);
    }
    let session = attached(world, lab)?;
    session.order(Order::Stop);
    work(session, Running::No)?;
    world.progress()?.0.save(&[Change::LabStopped { lab: lab.id.clone(), at: now() }])?;
    print::line("끝냈어요. 만든 것을 모두 지웠어요.")?;
    Ok(Outcome::Done)
}

/// Answers a check and says whether it is right.
pub fn answer(world: &World, lab: &Arc<Lab>, name: &str, value: &str) -> anyhow::Result<Outcome> {
    let index = lab
        .checks
        .iter()
        .position(|c| c.name == name && matches!(c.source, Source::Answer(_)))
        .ok_or_else(|| anyhow!("{name}: 답하는 확인이 아니에요."))?;
    let mut session = attached(world, lab)?;
    session.order(Order::Answer { check: name.into(), value: value.into() });
    let decided = session.until(Some(Duration::from_secs(10)), |event| {
        let Event::Verdicts { verdicts, .. } = event else { return Ok(None) };
        Ok(verdicts.get(index).filter(|v| matches!(v, Verdict::Passed | Verdict::Failed(_) | Verdict::Blocked(_))).cloned())
    })?;
    let right = decided == Some(Verdict::Passed);
    if right {
        let change = Change::Passed { lab: lab.id.clone(), check: name.into(), at: now() };
        world.progress()?.0.save(&[change])?;
    }
    print::line(if right { "맞았어요." } else { "아직 아니에요." })?;
    Ok(if right { Outcome::Done } else { Outcome::NotYet })
}

/// Attaches to a lab that runs.
///
/// # Errors
/// When it does not run, or the cluster cannot be asked.
pub fn attached(world: &World, lab: &Arc<Lab>) -> anyhow::Result<Session> {
    let mut session = Session::attach(world, lab);
    session
        .until(Some(Duration::from_secs(15)), |event| match event {
            Event::Connection(Connection::Refused(text)) => Err(CannotAsk(text).into()),
            Event::Connection(Connection::Lost(name, reason)) => {
                Err(CannotAsk(format!("{name}: {}", crate::say::reason(&reason).0)).into())
            }
            Event::Phase { phase: Phase::Running(_), .. } => Ok(Some(())),
            Event::Phase { phase: Phase::Off | Phase::Stopped, .. } => {
                Err(CannotAsk(format!("시작하지 않은 실습이에요. 먼저: jotasu lab start {}", lab.id)).into())
            }
            Event::Phase { phase: Phase::Failed(why), .. } => Err(CannotAsk(why).into()),
            _ => Ok(None),
        })?
        .ok_or_else(|| CannotAsk("클러스터가 제때 답하지 않아요.".into()))?;
    Ok(session)
}

fn removal_agreed(world: &World, lab: &Lab, yes: bool, question: &str) -> anyhow::Result<bool> {
    print::line(&format!("{}에서 다음을 지우거나 되돌려요.", admitted(world)?))?;
    show(&lab::removal(lab))?;
    agreed(yes, question)
}

fn show(lines: &[String]) -> anyhow::Result<()> {
    lines.iter().try_for_each(|line| print::line(&format!("  {line}")))?;
    Ok(())
}

fn admitted(world: &World) -> anyhow::Result<String> {
    let admitted = block_on(cluster::admit(&world.access()))?;
    Ok(admitted.map_err(|refusal| CannotAsk(refusal.to_string()))?.name)
}

fn agreed(yes: bool, question: &str) -> anyhow::Result<bool> {
    if yes {
        return Ok(true);
    }
    if !print::interactive() {
        bail!("물어볼 터미널이 없어요. 그대로 하려면 --yes를 붙이세요.");
    }
    Ok(print::confirm(question)?)
}

/// Whether the lab runs when the work is over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Running {
    Yes,
    No,
}

/// Prints the steps of long work as they end, until it is over.
fn work(mut session: Session, running: Running) -> anyhow::Result<()> {
    let mut said = 0;
    let mut begun = false;
    session
        .until(None, |event| {
            match event {
                Event::Connection(Connection::Refused(text)) => return Err(CannotAsk(text).into()),
                Event::Phase { phase: Phase::Working(steps), .. } => {
                    begun = true;
                    for step in steps.iter().skip(said).take_while(|s| s.end.is_some()) {
                        said += 1;
                        match &step.end {
                            Some(Err(why)) => print::line(&format!("  ✗ {}: {why}", step.what))?,
                            _ => print::line(&format!("  ✓ {}", step.what))?,
                        }
                    }
                }
                Event::Phase { phase: Phase::Running(_), .. } if running == Running::Yes && begun => return Ok(Some(())),
                Event::Phase { phase: Phase::Stopped | Phase::Off, .. } if running == Running::No => return Ok(Some(())),
                Event::Phase { phase: Phase::Failed(why), .. } => return Err(CannotAsk(why).into()),
                _ => {}
            }
            Ok(None)
        })?
        .ok_or_else(|| CannotAsk("엔진이 먼저 끝났어요. --log FILE로 기록을 남겨 보세요.".into()))?;
    Ok(())
}
