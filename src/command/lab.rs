//! `jotasu lab …`: the lab engine without the screen.

mod act;
mod look;
mod session;

use anyhow::{anyhow, bail};
use serde_json::json;

use crate::lab::{self, Level};
use crate::progress::Change;

use super::cli::{Lab as Command, Output};
use super::outcome::Outcome;
use super::print;
use super::world::World;

/// Runs a `lab` command.
pub fn run(world: &World, command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::List { output } => list(world, output),
        Command::Start { lab, yes } => act::start(world, &world.lab(&lab.id)?, yes),
        Command::Check { lab, output, wait } => look::check(world, &world.lab(&lab.id)?, output, wait),
        Command::Watch { lab, output } => look::watch(world, &world.lab(&lab.id)?, output),
        Command::Hint { lab, check, level } => hint(world, &lab.id, &check, level),
        Command::Answer { lab, check, value } => act::answer(world, &world.lab(&lab.id)?, &check, &value),
        Command::Solve { lab, to, yes } => act::solve(world, &world.lab(&lab.id)?, &to, yes),
        Command::Reset { lab, yes } => act::reset(world, &world.lab(&lab.id)?, yes),
        Command::Stop { lab, yes } => act::stop(world, &world.lab(&lab.id)?, yes),
    }
}

fn list(world: &World, output: Output) -> anyhow::Result<Outcome> {
    let (_, progress) = world.progress()?;
    let mut rows = Vec::new();
    let mut outcome = Outcome::Done;
    for id in lab::ids(&world.labs) {
        let (lab, problems) = lab::load(&world.labs, &id);
        let Some(lab) = lab else {
            world.show(&problems, &world.labs);
            outcome = Outcome::Wrong;
            continue;
        };
        let passed = lab.checks.iter().filter(|c| progress.has_passed(&id, &c.name)).count();
        match output {
            Output::Json => rows.push(json!({"id": id, "title": lab.title, "minutes": lab.minutes, "checks": lab.checks.len(), "passed": passed})),
            Output::Text => print::line(&format!("{id}  {}  {}분  확인 {passed}/{}", lab.title, lab.minutes, lab.checks.len()))?,
        }
    }
    if output == Output::Json {
        print::line(&serde_json::to_string_pretty(&rows)?)?;
    }
    Ok(outcome)
}

fn hint(world: &World, id: &str, name: &str, level: Option<u32>) -> anyhow::Result<Outcome> {
    let lab = world.lab(id)?;
    let Some(check) = lab.checks.iter().find(|c| c.name == name) else {
        let names: Vec<_> = lab.checks.iter().map(|c| c.name.as_str()).collect();
        bail!("{name}: 그런 확인이 없어요. 있는 확인: {}", names.join(", "));
    };
    let (store, progress) = world.progress()?;
    let last = check.hints.iter().map(|h| h.level).max().ok_or_else(|| anyhow!("이 확인에는 힌트가 없어요."))?;
    let level = level.unwrap_or_else(|| (progress.hint(&lab.id, name) + 1).min(last));
    let hints: Vec<_> = check.hints.iter().filter(|h| h.level == level && h.when.is_none()).collect();
    if hints.is_empty() {
        bail!("{level}단계 힌트가 없어요. 1~{last}단계가 있어요.");
    }
    print::line(&format!("{} · 힌트 {level}/{last}", check.title))?;
    for hint in hints {
        print::line(&hint.text)?;
    }
    store.save(&[Change::Hinted { lab: lab.id.clone(), check: name.into(), level, at: session::now() }])?;
    Ok(Outcome::Done)
}

/// The learner's level: as chosen on the screen, else as the settings say, else the first.
fn level(world: &World) -> anyhow::Result<Level> {
    Ok(world.progress()?.1.level.or(world.settings.level).unwrap_or_default())
}
