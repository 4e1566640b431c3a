//! The command line: parses, prints, and gives the exit code. The only module that prints.

mod author;
mod cli;
mod cluster;
mod columns;
mod consent;
mod doctor;
mod junit;
mod lab;
mod manual;
mod outcome;
mod print;
mod progress;
mod quiz;
mod read;
mod review;
mod search;
mod snippet;
mod told;
mod tree;
mod usage;
mod waiting;
mod world;

use std::process::ExitCode;

use cli::{Cli, Command};
use outcome::Outcome;
use world::World;

/// Runs the program with the process's own arguments and gives its exit code:
/// 0 all passed, 1 not yet, 2 usage or content, 3 cannot be checked.
pub fn main() -> ExitCode {
    let cli = match usage::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => {
            match usage::said(&error) {
                Some(text) => print::error(&text),
                None => drop(error.print()),
            }
            // Help and version come this way too, and they are no mistakes.
            return if error.use_stderr() { Outcome::Wrong.code() } else { Outcome::Done.code() };
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
        Some(Command::Tree { form }) => tree::run(&world, form.output),
        Some(Command::Read { lesson, width, plain, html }) => {
            let form = match (plain, html) {
                (true, _) => read::Form::Plain,
                (_, true) => read::Form::Html,
                _ => read::Form::Rows,
            };
            read::run(&world, &lesson, width, form)
        }
        Some(Command::Search { words, limit, form }) => search::run(&world, &words, limit, form.output),
        Some(Command::Quiz(asked)) => quiz::run(&world, &asked.lesson, asked.answers, asked.form.output),
        Some(Command::Review(asked)) => review::run(&world, asked.print, asked.form.output),
        Some(Command::Lab(command)) => lab::run(&world, command),
        Some(Command::Cluster(command)) => cluster::run(&world, &command),
        Some(Command::Progress(command)) => progress::run(&world, &command),
        Some(Command::Author(command)) => author::run(world, command),
        Some(Command::Completions { shell }) => manual::completions(shell),
        Some(Command::Man { dir }) => manual::pages(dir.as_deref()),
        Some(Command::Doctor { offline, form }) => doctor::run(&world, offline.as_deref(), form.output),
    }
}
