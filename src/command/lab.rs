//! `jotasu lab …`: the lab engine without the screen.

mod act;
mod look;
mod session;

use anyhow::bail;
use serde_json::json;

use crate::lab::{self, Lab, Level};
use crate::progress::Change;
use crate::text::Role;

use super::cli::{Lab as Command, Output};
use super::columns::aligned;
use super::outcome::Outcome;
use super::print::{self, Json};
use super::world::{World, missing};

/// Runs a `lab` command.
pub fn run(world: &World, command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::List { form } => list(world, form.output),
        Command::Start { lab, form, consent } => act::start(world, &world.lab(&lab.id)?, consent, form.output),
        Command::Check { lab, form, wait } => look::check(world, &world.lab(&lab.id)?, form.output, wait),
        Command::Watch { lab, form } => look::watch(world, &world.lab(&lab.id)?, form.output),
        Command::Hint { lab, check, level } => hint(world, world.lab(&lab.id)?.as_ref(), &check, level),
        Command::Answer { lab, check, value } => act::answer(world, &world.lab(&lab.id)?, &check, &value),
        Command::Solve { lab, to, consent } => act::solve(world, &world.lab(&lab.id)?, &to, consent),
        Command::Reset { lab, form, consent } => act::reset(world, &world.lab(&lab.id)?, consent, form.output),
        Command::Stop { lab, form, consent } => act::stop(world, &world.lab(&lab.id)?, consent, form.output),
    }
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

fn hint(world: &World, lab: &Lab, name: &str, level: Option<usize>) -> anyhow::Result<Outcome> {
    let Some(check) = lab.checks.iter().find(|c| c.name == name) else {
        let names: Vec<String> = lab.checks.iter().map(|c| c.name.clone()).collect();
        return Err(missing(&format!("확인 {name}"), name, &names));
    };
    let Some(last) = check.hints.iter().map(|h| h.level).max() else {
        bail!("{}에는 힌트가 없어요.", check.title)
    };
    let level = match level.map(u32::try_from) {
        Some(level) => level?,
        None => (world.progress().hint(&lab.id, name) + 1).min(last),
    };
    let hints: Vec<_> = check.hints.iter().filter(|h| h.level == level && h.when.is_none()).collect();
    if hints.is_empty() {
        bail!("{level}단계 힌트가 없어요. 1에서 {last}단계까지 있어요.");
    }
    print::line(&format!("{} · 힌트 {level}/{last}", check.title))?;
    for hint in hints {
        print::line(hint.text.trim_end())?;
    }
    world.keep(&[Change::Hinted { lab: lab.id.clone(), check: name.into(), level, at: session::now() }]);
    Ok(Outcome::Done)
}

/// The learner's level: as chosen on the screen, else as the settings say, else the first.
fn level(world: &World) -> Level {
    world.progress().level.or(world.settings.level).unwrap_or_default()
}
