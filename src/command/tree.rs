//! `jotasu tree`: the curriculum with progress.

use serde_json::{Value, json};

use crate::course::{Curriculum, Node};
use crate::progress::{Completion, Progress};
use crate::text::{Role, Row};

use super::cli::Output;
use super::columns::aligned;
use super::outcome::Outcome;
use super::print::{self, Json};
use super::world::World;

/// Prints the curriculum.
pub fn run(world: &World, output: Output) -> anyhow::Result<Outcome> {
    let curriculum = world.curriculum();
    if output == Output::Json {
        let roots: Vec<Value> = curriculum.roots.iter().filter_map(|i| json_of(&curriculum, *i)).collect();
        print::json(&roots.into(), Json::Pretty)?;
        return Ok(Outcome::Done);
    }
    let progress = world.progress();
    let rows: Vec<Row> = curriculum
        .walk()
        .filter_map(|(depth, index)| {
            Some(row(depth, index, curriculum.nodes.get(index)?, &curriculum, progress, world.ascii()))
        })
        .collect();
    print::rows(&aligned(rows), world.look())?;
    Ok(Outcome::Done)
}

fn row(depth: usize, index: usize, node: &Node, curriculum: &Curriculum, progress: &Progress, ascii: bool) -> Row {
    let Completion { done, total } = progress.completion(curriculum, index);
    let (mark, role) = match (done, total) {
        (_, 0) => (if ascii { "   " } else { " " }, Role::Dim),
        (done, total) if done >= total => (if ascii { "[x]" } else { "✓" }, Role::Good),
        (0, _) => (if ascii { "[ ]" } else { "○" }, Role::Dim),
        _ => (if ascii { "[~]" } else { "◐" }, Role::Wait),
    };
    let mut row = vec![
        (role, format!("{}{mark} {}", "  ".repeat(depth), node.title)),
        (Role::Dim, node.minutes.map(|minutes| format!("{minutes:>3}분")).unwrap_or_default()),
        (Role::Faint, node.id.clone()),
    ];
    if !node.problems.is_empty() {
        row.push((Role::Bad, format!("문제점 {}", node.problems.len())));
    }
    row
}

fn json_of(curriculum: &Curriculum, index: usize) -> Option<Value> {
    let node = curriculum.nodes.get(index)?;
    let children: Vec<Value> = node.children.iter().filter_map(|i| json_of(curriculum, *i)).collect();
    Some(json!({
        "id": node.id,
        "kind": node.kind.word(),
        "title": node.title,
        "minutes": node.minutes,
        "level": node.level.map(crate::lab::Level::name),
        "path": node.path,
        "children": children,
    }))
}
