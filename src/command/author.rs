//! `jotasu author`: for those who write courses.

mod check;
mod preview;
mod sarif;
mod test;

use super::cli::Author;
use super::outcome::Outcome;
use super::world::World;
use crate::cluster;

/// Runs an `author` command.
pub fn run(world: World, command: Author) -> anyhow::Result<Outcome> {
    match command {
        Author::Check { dir, output, deny_warnings } => check::run(&world, dir, output, deny_warnings),
        Author::Preview { page } => preview::run(world, page),
        Author::Test { lab, seed, all, jobs, cache, junit } => {
            let proofs = cache.map(cluster::Proofs::at).or_else(cluster::Proofs::of_ci);
            test::run(&world, lab, seed, jobs, proofs.as_ref(), all, junit.as_deref())
        }
    }
}
