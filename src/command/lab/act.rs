//! Starting, solving, resetting, stopping: each says first what it will make or remove.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;

use crate::cluster;
use crate::command::cli::{Consent, Output};
use crate::command::cluster::block_on;
use crate::command::outcome::{self, CannotAsk, Outcome};
use crate::command::print::{self, Json};
use crate::command::world::{World, missing};
use crate::lab::{self, Check, Connection, Event, Lab, Order, Phase, Reason, Source, Verdict};
use crate::progress::Change;
use crate::say;
use crate::text::josa;

use super::attach::{Standing, look, off, running};
use super::session::{Heard, Session, now};

/// Starts a lab: shows what it makes, asks, and waits until it runs. One that runs goes on.
pub fn start(world: &World, lab: &Arc<Lab>, consent: Consent, output: Output) -> anyhow::Result<Outcome> {
    world.trust(lab)?;
    let name = admitted(world)?;
    let talk = Talk::of(output);
    let (session, standing) = look(world, lab)?;
    if standing == Standing::Runs {
        talk.line(&format!("{name}에서 이미 하고 있는 실습이에요. 처음부터 하려면: jotasu lab reset {}", lab.id))?;
        return ended(world, lab, output, Outcome::Done);
    }
    talk.line(&format!("{name}에서 {} 시작해요.", josa(&lab.title, "을/를")))?;
    talk.lines(&lab::intent(lab))?;
    if !agreed(consent, "시작할까요?")? {
        return Ok(Outcome::NotYet);
    }
    session.order(Order::Start(lab.clone()));
    if work(session, Work::Setup, talk)? != Over::Running {
        return Ok(Outcome::NotYet);
    }
    world.keep(&[Change::LabStarted { lab: lab.id.clone(), at: now() }]);
    talk.line(&format!("시작했어요. 바뀌는 대로 보려면: jotasu lab watch {}", lab.id))?;
    ended(world, lab, output, Outcome::Done)
}

/// Performs the reference solution up to and with a step, named whole or by its number.
pub fn solve(world: &World, lab: &Arc<Lab>, to: &str, consent: Consent) -> anyhow::Result<Outcome> {
    world.trust(lab)?;
    let number = |name: &str| name.split('-').next().map(|n| n.trim_start_matches('0').to_owned());
    let step = lab
        .solution
        .iter()
        .position(|s| s.name == to || number(&s.name).as_deref() == Some(to.trim_start_matches('0')));
    let Some((index, step)) = step.and_then(|i| Some((i, lab.solution.get(i)?))) else {
        let names: Vec<String> = lab.solution.iter().map(|s| s.name.clone()).collect();
        return Err(missing(&format!("풀이 단계 {to}"), to, &names));
    };
    let session = running(world, lab)?;
    print::line(&format!("{}에서 참고 풀이를 {}까지 해요.", admitted(world)?, step.name))?;
    if !agreed(consent, "할까요?")? {
        return Ok(Outcome::NotYet);
    }
    session.order(Order::Solve { steps: index + 1 });
    Ok(match work(session, Work::Solution, Talk::Output)? {
        Over::Running => Outcome::Done,
        Over::Stopped | Over::Off => Outcome::NotYet,
    })
}

/// Removes what the lab owns and sets it up again.
pub fn reset(world: &World, lab: &Arc<Lab>, consent: Consent, output: Output) -> anyhow::Result<Outcome> {
    world.trust(lab)?;
    let talk = Talk::of(output);
    let name = admitted(world)?;
    let (session, standing) = look(world, lab)?;
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
    if work(session, Work::Setup, talk)? != Over::Running {
        return Ok(Outcome::NotYet);
    }
    world.keep(&[Change::LabStarted { lab: lab.id.clone(), at: now() }]);
    talk.line("처음 상태로 되돌렸어요.")?;
    ended(world, lab, output, Outcome::Done)
}

/// Removes what the lab owns and ends it, also what a broken start has left. One that does not run is no mistake.
pub fn stop(world: &World, lab: &Arc<Lab>, consent: Consent, output: Output) -> anyhow::Result<Outcome> {
    let talk = Talk::of(output);
    let name = admitted(world)?;
    let (session, standing) = look(world, lab)?;
    let mut over = Over::Off;
    if standing != Standing::Off {
        if !removal_agreed(&name, lab, consent, talk, "지울까요?")? {
            return Ok(Outcome::NotYet);
        }
        session.order(Order::Stop);
        over = work(session, Work::Removal, talk)?;
    }
    if over == Over::Stopped {
        world.keep(&[Change::LabStopped { lab: lab.id.clone(), at: now() }]);
        talk.line("끝냈어요. 만든 것을 모두 지웠어요.")?;
    } else {
        talk.line(&format!("{name}에서 하고 있지 않은 실습이에요. 아무것도 지우지 않았어요."))?;
    }
    if output == Output::Json {
        print::json(&say::report(lab, &[]), Json::Pretty)?;
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
    let mut heard = false;
    let decided = session.until(Some(Duration::from_secs(15)), |event| {
        heard |= matches!(event, Event::Phase { phase: Phase::Running(_), .. });
        let Event::Verdicts { verdicts, .. } = event else { return Ok(None) };
        let decided = verdicts.get(index).filter(|v| heard && !matches!(v, Verdict::Unknown(Reason::Connecting)));
        // What it needs may only look missing until the first answer of every watch is there.
        let settled = !verdicts.iter().any(|v| matches!(v, Verdict::Unknown(Reason::Connecting)));
        Ok(decided.filter(|v| settled || !matches!(v, Verdict::Blocked(_))).cloned())
    })?;
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

fn admitted(world: &World) -> anyhow::Result<String> {
    let admitted = block_on(cluster::admit(&world.access()))?;
    Ok(admitted.map_err(|refusal| CannotAsk(refusal.to_string()))?.name)
}

fn agreed(consent: Consent, question: &str) -> anyhow::Result<bool> {
    if consent.yes {
        return Ok(true);
    }
    if !print::interactive() {
        bail!("물어볼 터미널이 없어요. 그대로 하려면 --yes를 붙이세요.");
    }
    Ok(print::confirm(question)?)
}

/// Where a command talks: with JSON on standard output, its words go to the other one.
#[derive(Clone, Copy)]
enum Talk {
    Output,
    Aside,
}

impl Talk {
    fn of(output: Output) -> Self {
        if output == Output::Json { Self::Aside } else { Self::Output }
    }

    fn line(self, text: &str) -> anyhow::Result<()> {
        match self {
            Self::Output => print::line(text)?,
            Self::Aside => print::error(text),
        }
        Ok(())
    }

    fn lines(self, lines: &[String]) -> anyhow::Result<()> {
        lines.iter().try_for_each(|line| self.line(&format!("  {line}")))
    }
}

/// With JSON asked for, the verdicts of a lab that runs now.
fn ended(world: &World, lab: &Arc<Lab>, output: Output, outcome: Outcome) -> anyhow::Result<Outcome> {
    if output == Output::Json {
        super::look::check(world, lab, output, 0)?;
    }
    Ok(outcome)
}

/// What long work is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    Setup,
    Solution,
    Removal,
}

/// How long work ends that has not failed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Over {
    Running,
    Stopped,
    /// There was nothing to remove.
    Off,
}

/// Prints the steps of long work as they end, until it is over. An interruption undoes a setup and waits for that; a
/// second one waits for nothing.
fn work(mut session: Session, work: Work, talk: Talk) -> anyhow::Result<Over> {
    let mut said: Vec<(String, bool)> = Vec::new();
    let mut interrupted = false;
    session.catch()?;
    let over = session.hear(None, |heard, engine| {
        let phase = match heard {
            Heard::Interrupted if work == Work::Setup && !interrupted => {
                interrupted = true;
                print::error("그만두고 만든 것을 지워요. 한 번 더 누르면 기다리지 않고 끝내요.");
                engine.order(Order::Stop);
                return Ok(None);
            }
            Heard::Interrupted => return Err(left(work)),
            // The work goes on: its end matters more than its report.
            Heard::Unread => return Ok(None),
            Heard::Event(Event::Connection(Connection::Refused(text))) => return Err(CannotAsk(text).into()),
            Heard::Event(Event::Connection(Connection::Lost(name, reason))) => {
                print::error(&format!("{name}: {}", say::reason(&reason).0));
                return Ok(None);
            }
            Heard::Event(Event::Phase { phase, .. }) => phase,
            Heard::Event(_) => return Ok(None),
        };
        match phase {
            Phase::Working(steps) => {
                for (at, step) in steps.iter().enumerate() {
                    let Some(end) = &step.end else { continue };
                    // A list that begins anew (the undoing of a setup) is said too.
                    if said.get(at).is_some_and(|(what, _)| *what == step.what) {
                        continue;
                    }
                    said.truncate(at);
                    said.push((step.what.clone(), end.is_ok()));
                    let line = match end {
                        Ok(()) => format!("  ✓ {}", step.what),
                        Err(why) => format!("  ✗ {}: {why}", step.what),
                    };
                    // With its reader gone the work still comes to its end.
                    talk.line(&line).or_else(outcome::unread)?;
                }
                Ok(None)
            }
            // After an interruption only the end of the undoing counts.
            Phase::Running(_) if work != Work::Removal && !interrupted => Ok(Some(Over::Running)),
            Phase::Stopped if work == Work::Removal || interrupted => Ok(Some(Over::Stopped)),
            Phase::Off if work == Work::Removal || interrupted => Ok(Some(Over::Off)),
            Phase::Failed(why) => Err(CannotAsk(why).into()),
            Phase::Running(_) | Phase::Stopped | Phase::Off => Ok(None),
        }
    })?;
    let over = over.ok_or_else(|| CannotAsk("엔진이 먼저 끝났어요. --log FILE로 기록을 남겨 보세요.".into()))?;
    if interrupted {
        print::error("그만뒀어요. 만든 것을 모두 지웠어요.");
    }
    Ok(over)
}

/// What is left of work that was interrupted and not undone.
fn left(work: Work) -> anyhow::Error {
    let text = match work {
        Work::Setup => "그만뒀어요. 만들던 것이 남았을 수 있어요. 정리하려면: jotasu lab stop LAB",
        Work::Solution => "그만뒀어요. 그때까지 한 것은 남아 있어요.",
        Work::Removal => "그만뒀어요. 다 지우지 못했을 수 있어요. 다시: jotasu lab stop LAB",
    };
    CannotAsk(text.into()).into()
}
