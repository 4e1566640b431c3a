//! `jotasu lab …`: the lab engine without the screen.

mod act;
mod attach;

mod hint;
mod look;
mod play;
mod rescue;
mod review;
mod session;
mod solve;
mod trigger;
mod undo;
mod why;
mod word;
mod work;

pub use session::now;

use std::sync::Arc;

use anyhow::bail;
use serde_json::json;

use crate::lab::{self, Check, Explain, Lab, Timed};
use crate::progress::{Change, Trial};
use crate::text::Role;

use super::cli::{Lab as Command, Output};
use super::columns::aligned;
use super::outcome::Outcome;
use super::print::{self, Json};
use super::world::World;

/// Runs a `lab` command.
pub fn run(world: &World, command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::List { form } => list(world, form.output),
        Command::Start { lab, timed, seed, form, consent } => {
            act::start(world, &sown(world.lab(&lab.id)?, seed)?, timed, consent, form.output)
        }
        Command::Play { lab, consent } => play::run(world, &world.lab(&lab.id)?, consent),
        Command::Check { lab, output, wait } => look::check(world, &world.lab(&lab.id)?, output, wait),
        Command::Watch { lab, form } => look::watch(world, &world.lab(&lab.id)?, form.output),
        Command::Why { lab, check, form, wait } => why::why(world, &world.lab(&lab.id)?, &check, form.output, wait),
        Command::Hint { lab, check, level, consent } => hint::run(world, &world.lab(&lab.id)?, &check, level, consent),
        Command::Answer { lab, check, value } => word::answer(world, &world.lab(&lab.id)?, &check, &value),
        Command::Mark { lab, check, clear } => word::mark(world, &world.lab(&lab.id)?, &check, !clear),
        Command::Solve { lab, to, show, consent } => {
            let how = if show { solve::How::Shown } else { solve::How::Done };
            solve::run(world, &world.lab(&lab.id)?, to.as_deref(), how, consent)
        }
        Command::Trigger { lab, check, consent } => trigger::run(world, &world.lab(&lab.id)?, &check, consent),
        Command::Undo { lab, consent } => undo::run(world, &world.lab(&lab.id)?, consent),
        Command::Debrief { lab, check } => review::debrief(world, world.lab(&lab.id)?.as_ref(), check.as_deref()),
        Command::Review { lab, form } => review::run(world, world.lab(&lab.id)?.as_ref(), form.output),
        Command::Reset { lab, form, consent } => act::reset(world, &world.lab(&lab.id)?, consent, form.output),
        Command::Rescue { lab, consent } => rescue::run(world, lab.as_deref(), consent),
        Command::Stop { lab, form, consent } => act::stop(world, &world.lab(&lab.id)?, consent, form.output),
    }
}

/// The lab as a seed makes it, where one is given.
pub fn sown(lab: Arc<Lab>, seed: Option<usize>) -> anyhow::Result<Arc<Lab>> {
    let Some(seed) = seed else { return Ok(lab) };
    if lab.seeded.is_none() {
        bail!("{}에는 seed로 고르는 고장이 없어요.", lab.title);
    }
    Ok(Arc::new(lab.sow(u32::try_from(seed)?)))
}

fn list(world: &World, output: Output) -> anyhow::Result<Outcome> {
    let mut found = Vec::new();
    let mut outcome = Outcome::Done;
    for id in lab::ids(&world.labs) {
        match lab::load(&world.labs, &id) {
            (Some(lab), _) => found.push(lab),
            (None, problems) => {
                world.show(&problems, &world.labs);
                outcome = Outcome::Wrong;
            }
        }
    }
    let passed = |lab: &Lab| lab.checks.iter().filter(|c| world.progress().has_passed(&lab.id, &c.name)).count();
    match output {
        Output::Json => {
            let rows = found.iter().map(|lab| {
                json!({"id": lab.id, "title": lab.title, "minutes": lab.minutes, "checks": lab.checks.len(),
                       "passed": passed(lab)})
            });
            print::json(&rows.collect(), Json::Pretty)?;
        }
        Output::Text => {
            let rows = found.iter().map(|lab| {
                vec![
                    (Role::Key, lab.id.clone()),
                    (Role::Text, lab.title.clone()),
                    (Role::Dim, format!("{}분", lab.minutes)),
                    (Role::Dim, format!("확인 {}/{}", passed(lab), lab.checks.len())),
                ]
            });
            print::rows(&aligned(rows.collect()), world.look())?;
        }
    }
    Ok(outcome)
}

/// How much is explained of a check: what the lab says, and more once a hint was taken.
fn explain(world: &World, lab: &Lab, check: &Check) -> Explain {
    lab.explain.after(world.progress().hints(&lab.id).get(&check.name).copied().unwrap_or(0))
}

/// A hint costs something here: in a challenge, and in a run that is timed.
fn pays(world: &World, lab: &Lab) -> bool {
    lab.explain != Explain::Full || world.progress().is_timed(&lab.id)
}

/// How a timed run stands, for the progress.
fn trial(lab: &Lab, timed: &Timed) -> Change {
    let trial = Trial { minutes: timed.minutes, spent: timed.spent, passed: timed.passed.clone() };
    Change::Timed { lab: lab.id.clone(), start: timed.start, trial }
}

/// How a check of a running lab stands.
///
/// # Errors
/// When the lab does not run, or the cluster cannot be asked.
pub fn verdict(world: &World, lab: &Arc<Lab>, check: &str) -> anyhow::Result<Option<lab::Verdict>> {
    let (state, _) = look::state(world, lab, &mut attach::running(world, lab)?, 5)?;
    let index = lab.checks.iter().position(|known| known.name == check);
    Ok(index.and_then(|index| state.verdicts.get(index).cloned()))
}
