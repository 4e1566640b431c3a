//! `jotasu progress`: what is done, as a list, a report, or a file for another machine.

mod moved;
mod report;

use serde_json::json;

use crate::lab;
use crate::text::{Role, Row};

use super::cli::{Form, Output, Progress as Command};
use super::columns::aligned;
use super::outcome::Outcome;
use super::print::{self, Json};
use super::world::World;

/// What the command says.
pub fn run(world: &World, command: &Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Show { form } => show(world, *form),
        Command::Report { output } => report::run(world, *output),
        Command::Export { file, consent } => moved::export(world, file, *consent),
        Command::Import { file } => moved::import(world, file),
    }
}

/// Prints the learner's progress.
fn show(world: &World, form: Form) -> anyhow::Result<Outcome> {
    let progress = world.progress();
    let curriculum = world.curriculum();
    let first = progress.understanding(&curriculum);
    if form.output == Output::Json {
        print::json(
            &json!({
                "schema": 1,
                "understanding": {"right_first": first.done, "answered": first.total},
                "progress": progress,
            }),
            Json::Pretty,
        )?;
        return Ok(Outcome::Done);
    }
    let mut rows: Vec<Row> = Vec::new();
    for root in &curriculum.roots {
        let Some(node) = curriculum.nodes.get(*root) else { continue };
        let sum = progress.completion(&curriculum, *root);
        let role = if sum.is_whole() { Role::Good } else { Role::Dim };
        rows.push(vec![
            (Role::Text, node.title.clone()),
            (role, format!("{}/{}", sum.done, sum.total)),
            (Role::Faint, node.id.clone()),
        ]);
    }
    for id in lab::ids(&world.labs) {
        let (Some(lab), _) = lab::load(&world.labs, &id) else { continue };
        let passed = lab.checks.iter().filter(|c| progress.has_passed(&id, &c.name)).count();
        rows.push(vec![
            (Role::Text, format!("실습의 확인: {}", lab.title)),
            (Role::Dim, format!("{passed}/{}", lab.checks.len())),
            (Role::Faint, id),
        ]);
    }
    if first.total > 0 {
        rows.push(vec![
            (Role::Text, "기술 이해도: 퀴즈에서 처음에 맞힌 문항".into()),
            (Role::Dim, format!("{}/{} ({}%)", first.done, first.total, first.percent())),
            (Role::Faint, String::new()),
        ]);
    }
    let (notes, bookmarks) = progress.note_counts();
    for (name, count) in [("메모", notes), ("책갈피", bookmarks)] {
        if count > 0 {
            rows.push(vec![(Role::Text, name.into()), (Role::Dim, format!("{count}개")), (Role::Faint, String::new())]);
        }
    }
    if let Some(node) = progress.last(&curriculum).and_then(|index| curriculum.nodes.get(index)) {
        rows.push(vec![
            (Role::Text, format!("보던 곳: {}", node.title)),
            (Role::Dim, String::new()),
            (Role::Faint, node.id.clone()),
        ]);
    }
    print::rows(&aligned(rows), world.look())?;
    Ok(Outcome::Done)
}
