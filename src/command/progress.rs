//! `jotasu progress`: what is done.

use serde_json::json;

use crate::progress::Completion;

use super::cli::{Output, Progress as Command};
use super::outcome::Outcome;
use super::print;
use super::world::World;

/// Prints the learner's progress.
pub fn run(world: &World, command: &Command) -> anyhow::Result<Outcome> {
    let Command::Show { output } = command;
    let (_, progress) = world.progress()?;
    let curriculum = world.curriculum();
    if *output == Output::Json {
        print::line(&serde_json::to_string_pretty(&json!({"schema": 1, "progress": progress}))?)?;
        return Ok(Outcome::Done);
    }
    for root in &curriculum.roots {
        let Some(node) = curriculum.nodes.get(*root) else { continue };
        let Completion { done, total } = progress.completion(&curriculum, *root);
        print::line(&format!("{}: {done} / {total}", node.title))?;
    }
    for id in crate::lab::ids(&world.labs) {
        let (Some(lab), _) = crate::lab::load(&world.labs, &id) else { continue };
        let passed = lab.checks.iter().filter(|c| progress.has_passed(&id, &c.name)).count();
        if passed > 0 {
            print::line(&format!("  실습 {} ({id}): 확인 {passed} / {}", lab.title, lab.checks.len()))?;
        }
    }
    if let Some(node) = progress.last(&curriculum).and_then(|index| curriculum.nodes.get(index)) {
        print::line(&format!("보던 곳: {} ({})", node.title, node.id))?;
    }
    Ok(Outcome::Done)
}
