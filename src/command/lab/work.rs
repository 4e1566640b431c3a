//! Long work of the engine as lines, until it is over.

use crate::command::cli::Output;
use crate::command::outcome::{self, CannotAsk};
use crate::command::print;
use crate::lab::{Connection, Event, Order, Phase};
use crate::say;

use super::session::{Heard, Session};

/// Where a command talks: with JSON on standard output, its words go to the other one.
#[derive(Clone, Copy)]
pub enum Talk {
    /// To standard output.
    Output,
    /// To standard error.
    Aside,
}

impl Talk {
    /// Where it talks with such an output.
    pub fn of(output: Output) -> Self {
        if output == Output::Json { Self::Aside } else { Self::Output }
    }

    /// One line.
    ///
    /// # Errors
    /// The writer's.
    pub fn line(self, text: &str) -> anyhow::Result<()> {
        match self {
            Self::Output => print::line(text)?,
            Self::Aside => print::error(text),
        }
        Ok(())
    }

    /// Lines set in.
    ///
    /// # Errors
    /// The writer's.
    pub fn lines(self, lines: &[String]) -> anyhow::Result<()> {
        lines.iter().try_for_each(|line| self.line(&format!("  {line}")))
    }
}

/// What long work is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A setup; interrupted, it is undone.
    Setup,
    /// Something done to a lab that runs.
    Change,
    /// A removal.
    Removal,
}

/// How long work ends that has not failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// The lab runs.
    Running,
    /// The lab runs, and something could not be done; said already.
    Partly,
    /// It is stopped.
    Stopped,
    /// There was nothing to remove.
    Off,
}

/// Prints the steps of long work as they end, until it is over. An interruption undoes a setup and waits for that; a
/// second one waits for nothing.
///
/// # Errors
/// When it fails or is left.
pub fn work(session: &mut Session, work: Work, talk: Talk) -> anyhow::Result<Over> {
    let mut said: Vec<(String, bool)> = Vec::new();
    let mut interrupted = false;
    let mut partly = false;
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
            Heard::Event(Event::Undone { failed, .. }) => {
                partly = !failed.is_empty();
                return Ok(None);
            }
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
            Phase::Running(_) if work != Work::Removal && !interrupted => {
                Ok(Some(if partly { Over::Partly } else { Over::Running }))
            }
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
        Work::Change => "그만뒀어요. 그때까지 한 것은 남아 있어요.",
        Work::Removal => "그만뒀어요. 다 지우지 못했을 수 있어요. 다시: jotasu lab stop LAB",
    };
    CannotAsk(text.into()).into()
}
