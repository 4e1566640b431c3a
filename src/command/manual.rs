//! `jotasu completions` and `jotasu man`: what shells and man(1) know of the commands, made from their grammar.

use std::path::Path;

use anyhow::Context;
use clap_complete::Shell;
use clap_mangen::Man;

use super::outcome::Outcome;
use super::print;
use super::usage::grammar;
use crate::files;

/// Prints the script with which a shell completes the commands.
pub fn completions(shell: Shell) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut grammar(), "jotasu", &mut script);
    print::raw(&String::from_utf8(script)?)?;
    Ok(Outcome::Done)
}

/// Prints the manual's first page, or writes one a command into a folder.
pub fn pages(dir: Option<&Path>) -> anyhow::Result<Outcome> {
    let Some(dir) = dir else {
        let mut page = Vec::new();
        Man::new(grammar()).render(&mut page)?;
        print::raw(&String::from_utf8(page)?)?;
        return Ok(Outcome::Done);
    };
    let shown = dir.display();
    let written = files::create_dir_all(dir).and_then(|()| clap_mangen::generate_to(grammar(), dir));
    written.with_context(|| format!("{shown}에 쓸 수 없어요"))?;
    print::line(&format!("{shown}에 두었어요. 볼 때: man -l {shown}/jotasu.1"))?;
    Ok(Outcome::Done)
}
