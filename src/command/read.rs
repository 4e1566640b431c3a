//! `jotasu read`: a lesson on standard output.

use std::io;
use std::path::Path;

use crate::app::Look;
use crate::course::Section;
use crate::files::{ReadError, Tree};
use crate::lesson::{self, Document, Layout, Options};
use crate::problem::Severity;

use super::outcome::Outcome;
use super::print;
use super::world::{World, missing};

/// Cells when the terminal does not say.
const WIDTH: usize = 88;

/// Prints a lesson by its id or path, or any file of Markdown by its path.
pub fn run(world: &World, name: &str, width: Option<usize>, plain: bool) -> anyhow::Result<Outcome> {
    if let Some(text) = file(world, name) {
        put(world, &text?, None, width, plain)?;
        return Ok(Outcome::Done);
    }
    let curriculum = world.curriculum();
    // A lab's id serves too: it is the one that the other commands take.
    let found = curriculum.find(name).or_else(|| curriculum.nodes.iter().position(|n| n.lab.as_deref() == Some(name)));
    let found = found.and_then(|index| Some((index, curriculum.nodes.get(index)?)));
    let Some((index, node)) = found else {
        let ids: Vec<String> = curriculum.nodes.iter().map(|node| node.id.clone()).collect();
        return Err(missing(&format!("학습 {name}"), name, &ids));
    };
    if !node.problems.is_empty() {
        world.show(&node.problems, &world.content);
    }
    let text = match curriculum.text(&world.content, index) {
        // What is wrong has been shown.
        Err(_) if !node.problems.is_empty() => return Ok(Outcome::Wrong),
        text => text?,
    };
    put(world, &text, node.section.as_ref(), width, plain)?;
    Ok(match node.problems.iter().any(|problem| problem.severity == Severity::Error) {
        true => Outcome::Wrong,
        false => Outcome::Done,
    })
}

/// The text of a file outside any course; none when a course is named or there is no such file.
fn file(world: &World, name: &str) -> Option<Result<String, ReadError>> {
    let path = Path::new(name);
    if world.global.content.is_some() || path.extension()? != "md" || !path.is_file() {
        return None;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(Tree::Folder(folder.to_owned()).read(path.file_name()?.to_str()?))
}

fn put(world: &World, text: &str, section: Option<&Section>, width: Option<usize>, plain: bool) -> anyhow::Result<()> {
    let width = width.unwrap_or_else(|| {
        use std::io::IsTerminal;
        let terminal = std::io::stdout().is_terminal().then(crossterm::terminal::size).and_then(Result::ok);
        terminal.map_or(WIDTH, |(columns, _)| usize::from(columns))
    });
    let chunks = lesson::chunks(text).map(|chunk| match section {
        Some(section) => lesson::section(&chunk, section.first_line, section.last_line),
        None => chunk,
    });
    if plain {
        spoken(chunks, width)?;
    } else {
        shown(chunks, &Options { width, ascii: world.ascii() }, world.look())?;
    }
    Ok(())
}

/// Prints a page as it is on the screen, chunk by chunk.
fn shown(chunks: impl Iterator<Item = Document>, options: &Options, look: Option<Look>) -> io::Result<()> {
    let mut out = print::Rows::new(look);
    let mut layout = Layout::new(options);
    for chunk in chunks {
        if look.is_some() && !chunk.code().is_empty() {
            lesson::load();
        }
        out.write(&layout.add(&chunk).rows)?;
    }
    out.end()
}

/// Prints a page as plain text, chunk by chunk.
fn spoken(chunks: impl Iterator<Item = Document>, width: usize) -> io::Result<()> {
    let mut first = true;
    for text in chunks.map(|chunk| lesson::plain(&chunk, width)).filter(|text| !text.is_empty()) {
        if !std::mem::take(&mut first) {
            print::line("")?;
        }
        print::line(text.trim_end_matches('\n'))?;
    }
    Ok(())
}
