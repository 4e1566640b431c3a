//! `jotasu author check`: every finding about a course and its labs, for people, programs and code scanning.

use std::path::PathBuf;

use serde_json::json;

use crate::course;
use crate::files::Tree;
use crate::problem::{Problem, Severity};

use super::super::cli::Findings;
use super::super::outcome::Outcome;
use super::super::print::{self, Json};
use super::super::world::World;
use super::sarif;

/// Checks a course.
pub fn run(world: &World, dir: Option<PathBuf>, output: Findings, deny: bool) -> anyhow::Result<Outcome> {
    let content = match dir {
        Some(dir) if !dir.is_dir() => anyhow::bail!("{}: 폴더가 없어요.", dir.display()),
        Some(dir) => {
            let tree = Tree::Folder(dir.clone());
            // "No problems" of nothing would be no answer; a folder of labs is most often meant then.
            if !tree.list().iter().any(|file| file.ends_with(".md")) {
                let dir = dir.display();
                anyhow::bail!("{dir}: 학습(.md)이 하나도 없어요. 실습 폴더라면: jotasu --labs {dir} author check");
            }
            tree
        }
        None => world.content.clone(),
    };
    let problems = course::lint(&content, &world.labs);
    let (of_labs, of_content): (Vec<_>, Vec<_>) =
        problems.into_iter().partition(|p| content.read_bytes(&p.file).is_err() && world.labs.read(&p.file).is_ok());
    // Labs of the program are no business of somebody's own course, but for those that its pages name.
    let theirs = matches!((&content, &world.labs), (Tree::Folder(_), Tree::Embedded(_)));
    let of_labs = if theirs { Vec::new() } else { of_labs };
    let found = [(&content, of_content.as_slice()), (&world.labs, of_labs.as_slice())];
    let all = || of_content.iter().chain(&of_labs);
    let errors = all().filter(|p| p.severity == Severity::Error).count();
    let warnings = all().count() - errors;
    match output {
        Findings::Text => {
            world.list(&of_content, &content)?;
            world.list(&of_labs, &world.labs)?;
            print::line(&format!("문제점 {errors}, 살펴볼 것 {warnings}"))?;
        }
        Findings::Json => {
            let problems: Vec<_> =
                found.iter().flat_map(|(tree, list)| list.iter().map(|p| json_of(p, tree))).collect();
            print::json(&json!({"problems": problems, "errors": errors, "warnings": warnings}), Json::Pretty)?;
        }
        Findings::Sarif => print::json(&sarif::report(&found), Json::Pretty)?,
    }
    Ok(if errors == 0 && (warnings == 0 || !deny) { Outcome::Done } else { Outcome::Wrong })
}

fn json_of(problem: &Problem, tree: &Tree) -> serde_json::Value {
    let place = |place: usize| (place > 0).then_some(place);
    json!({
        "file": problem.file,
        "path": sarif::uri(tree, &problem.file),
        "line": place(problem.line),
        "column": place(problem.column),
        "severity": word(problem.severity),
        "rule": problem.rule,
        "message": problem.message,
        "help": problem.help,
    })
}

/// The word programs read.
pub fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
