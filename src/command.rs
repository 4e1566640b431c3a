//! The command line: parses, prints, and gives the exit code. The only module that prints.

mod author;
mod cli;
mod cluster;
mod doctor;
mod lab;
mod outcome;
mod print;
mod progress;
mod read;
mod snippet;
mod tree;
mod world;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};
use outcome::Outcome;
use world::World;

/// Runs the program with the process's own arguments and gives its exit code:
/// 0 all passed, 1 not yet, 2 usage or content, 3 cannot be checked.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way too, and they are no mistakes.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match run(cli) {
        Ok(outcome) => outcome.code(),
        Err(error) => outcome::failed(&error),
    }
}

fn run(cli: Cli) -> anyhow::Result<Outcome> {
    let world = World::open(&cli.global)?;
    match cli.command {
        None => world.screen(),
        Some(Command::Tree { output }) => tree::run(&world, output),
        Some(Command::Read { lesson, width, plain }) => read::run(&world, &lesson, width, plain),
        Some(Command::Lab(command)) => lab::run(&world, command),
        Some(Command::Cluster(command)) => cluster::run(&world, &command),
        Some(Command::Progress(command)) => progress::run(&world, &command),
        Some(Command::Author(command)) => author::run(&world, command),
        Some(Command::Doctor { output }) => doctor::run(&world, output),
    }
}
