//! `jotasu author`: for those who write courses.

use std::path::PathBuf;

use crate::cluster;
use crate::course;
use crate::files::Tree;
use crate::lab;
use crate::problem::Severity;

use super::cli::Author;
use super::outcome::{CannotAsk, Outcome};
use super::print;
use super::world::World;

/// Runs an `author` command.
pub fn run(world: &World, command: Author) -> anyhow::Result<Outcome> {
    match command {
        Author::Check { dir } => check(world, dir),
        Author::Test { lab, all, jobs, cache } => {
            let proofs = cache.map(cluster::Proofs::at).or_else(cluster::Proofs::of_ci);
            test(world, lab, jobs, proofs.as_ref(), all)
        }
    }
}

fn check(world: &World, dir: Option<PathBuf>) -> anyhow::Result<Outcome> {
    let content = match dir {
        Some(dir) if !dir.is_dir() => anyhow::bail!("{}: 폴더가 없어요.", dir.display()),
        Some(dir) => Tree::Folder(dir),
        None => world.content.clone(),
    };
    let problems = course::lint(&content, &world.labs);
    let (of_labs, of_content): (Vec<_>, Vec<_>) =
        problems.into_iter().partition(|p| content.read(&p.file).is_err() && world.labs.read(&p.file).is_ok());
    world.list(&of_content, &content)?;
    world.list(&of_labs, &world.labs)?;
    let all = of_content.iter().chain(&of_labs);
    let errors = all.clone().filter(|p| p.severity == Severity::Error).count();
    let warnings = all.count() - errors;
    print::line(&format!("문제점 {errors}, 살펴볼 것 {warnings}"))?;
    Ok(if errors == 0 { Outcome::Done } else { Outcome::Wrong })
}

/// Proves labs; those that `proofs` knows are believed, unless all are to be proven `anew`.
fn test(
    world: &World,
    lab: Option<String>,
    jobs: usize,
    proofs: Option<&cluster::Proofs>,
    anew: bool,
) -> anyhow::Result<Outcome> {
    let ids = lab.map_or_else(|| lab::ids(&world.labs), |id| vec![id]);
    let mut outcome = Outcome::Done;
    for id in ids {
        let lab = world.lab(&id)?;
        world.trust(&lab)?;
        print::line(&format!("{id} {}", lab.title))?;
        if let Some(took) = proofs.filter(|_| !anew).and_then(|proofs| proofs.known(&lab)) {
            print::line(&format!("  증명되어 있음 (지난번에 {:.1}초)", took.as_secs_f64()))?;
            continue;
        }
        let proof = cluster::prove(&lab, jobs, &mut |step| {
            let _ = print::line(&format!("  {step}"));
            for failure in &step.failures {
                let _ = print::line(&format!("      {failure}"));
            }
        });
        let proof = proof.map_err(|error| CannotAsk(error.to_string()))?;
        if let Some(proofs) = proofs {
            proofs.keep(&lab, &proof)?;
        }
        if proof.holds() {
            print::line(&format!("  증명됨 ({:.1}초)", proof.took.as_secs_f64()))?;
        } else {
            outcome = Outcome::NotYet;
        }
    }
    Ok(outcome)
}
