//! `jotasu author`: for those who write courses.

mod check;
mod explain;
mod preview;
mod sarif;
mod test;

use super::cli::{Author, LabFile};
use super::outcome::Outcome;
use super::print::{self, Json};
use super::world::World;
use crate::cluster;
use crate::lab::guide::{File, schema};

/// Runs an `author` command.
pub fn run(world: World, command: Author) -> anyhow::Result<Outcome> {
    match command {
        Author::Check { dir, output, deny_warnings } => check::run(&world, dir, output, deny_warnings),
        Author::Explain { source, form } => explain::run(&world, source.as_deref(), form.output),
        Author::Schema { file } => {
            print::json(&schema(of(file)), Json::Pretty)?;
            Ok(Outcome::Done)
        }
        Author::Preview { page } => preview::run(world, page),
        Author::Test { lab, seed, all, jobs, cache, junit } => {
            let proofs = cache.map(cluster::Proofs::at).or_else(cluster::Proofs::of_ci);
            test::run(&world, lab, seed, jobs, proofs.as_ref(), all, junit.as_deref())
        }
    }
}

fn of(file: LabFile) -> File {
    match file {
        LabFile::Lab => File::Lab,
        LabFile::Solution => File::Solution,
        LabFile::Wrong => File::Wrong,
        LabFile::Right => File::Right,
    }
}
