//! Attaching to a lab: how it stands, and the way to go on with it.

use std::sync::Arc;
use std::time::Duration;

use crate::command::outcome::CannotAsk;
use crate::command::world::World;
use crate::lab::{Connection, Event, Lab, Phase};
use crate::say;

use super::session::Session;

/// Where a lab stands when it is first looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It runs.
    Runs,
    /// It does not.
    Off,
    /// Its cluster is the learner's to make, and is not there; what needs none is decided.
    Early,
    /// A start or stop has not come to its end, or the lab cannot go on: why.
    Half(String),
}

/// Attaches to a lab that runs.
///
/// # Errors
/// When it does not run, or the cluster cannot be asked.
pub fn running(world: &World, lab: &Arc<Lab>) -> anyhow::Result<Session> {
    match look(world, lab)? {
        (session, Standing::Runs) => Ok(session),
        (_, Standing::Off | Standing::Early) => Err(off(lab)),
        (_, Standing::Half(why)) => Err(CannotAsk(why).into()),
    }
}

/// Attaches to a lab whose checks are decided: it runs, or its cluster is still to be made.
///
/// # Errors
/// As [`running`].
pub fn decided(world: &World, lab: &Arc<Lab>) -> anyhow::Result<Session> {
    match look(world, lab)? {
        (session, Standing::Runs | Standing::Early) => Ok(session),
        (_, Standing::Off) => Err(off(lab)),
        (_, Standing::Half(why)) => Err(CannotAsk(why).into()),
    }
}

/// Says that a lab does not run, and how to begin.
pub fn off(lab: &Lab) -> anyhow::Error {
    CannotAsk(format!("시작하지 않은 실습이에요. 먼저: jotasu lab start {}", lab.id)).into()
}

/// Attaches to a lab, however it stands.
///
/// # Errors
/// When the cluster cannot be asked.
pub fn look(world: &World, lab: &Arc<Lab>) -> anyhow::Result<(Session, Standing)> {
    let mut session = Session::attach(world, lab)?;
    let standing = session
        .until(Some(Duration::from_secs(15)), |event| match event {
            Event::Connection(Connection::Refused(text)) => Err(CannotAsk(text).into()),
            Event::Connection(Connection::Lost(name, reason)) => {
                let (text, next) = say::reason(&reason);
                let next = next.map(|next| format!("\n볼 것: {next}")).unwrap_or_default();
                Err(CannotAsk(format!("{name}: {text}{next}")).into())
            }
            Event::Verdicts { .. } => Ok(Some(Standing::Early)),
            Event::Phase { phase: Phase::Running(_), .. } => Ok(Some(Standing::Runs)),
            Event::Phase { phase: Phase::Off | Phase::Stopped, .. } => Ok(Some(Standing::Off)),
            Event::Phase { phase: Phase::Failed(why), .. } => Ok(Some(Standing::Half(why))),
            _ => Ok(None),
        })?
        .ok_or_else(|| CannotAsk("클러스터가 제때 답하지 않아요.".into()))?;
    Ok((session, standing))
}
