//! `jotasu read`: a lesson on standard output.

use std::io;
use std::path::Path;

use crate::app::Look;
use crate::course::{self, Section};
use crate::files::{ReadError, Tree};
use crate::lesson::{self, Document, Folding, Layout, Options};
use crate::problem::Severity;

use super::outcome::Outcome;
use super::print;
use super::world::{World, missing};

/// Cells when the terminal does not say.
const WIDTH: usize = 88;

/// What a lesson is printed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Laid out, as on the screen.
    Rows,
    /// For screen readers.
    Plain,
    /// One HTML file.
    Html,
}

/// A page to be printed.
struct Source<'a> {
    text: &'a str,
    title: &'a str,
    /// The folder its links start from, and the tree that is in.
    folder: &'a str,
    tree: &'a Tree,
    section: Option<&'a Section>,
}

/// Prints a lesson by its id or path, or any file of Markdown by its path.
pub fn run(world: &World, name: &str, width: Option<usize>, form: Form) -> anyhow::Result<Outcome> {
    if let Some((tree, text)) = file(world, name) {
        put(world, &Source { text: &text?, title: name, folder: "", tree: &tree, section: None }, width, form)?;
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
    let folder = node.path.as_deref().map_or("", course::parent);
    let source =
        Source { text: &text, title: &node.title, folder, tree: &world.content, section: node.section.as_ref() };
    put(world, &source, width, form)?;
    Ok(match node.problems.iter().any(|problem| problem.severity == Severity::Error) {
        true => Outcome::Wrong,
        false => Outcome::Done,
    })
}

/// The text of a file outside any course; none when a course is named or there is no such file.
fn file(world: &World, name: &str) -> Option<(Tree, Result<String, ReadError>)> {
    let path = Path::new(name);
    if world.global.content.is_some() || path.extension()? != "md" || !path.is_file() {
        return None;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let tree = Tree::Folder(folder.to_owned());
    let text = tree.read(path.file_name()?.to_str()?);
    Some((tree, text))
}

fn put(world: &World, source: &Source, width: Option<usize>, form: Form) -> anyhow::Result<()> {
    let width = width.unwrap_or_else(|| {
        use std::io::IsTerminal;
        let terminal = std::io::stdout().is_terminal().then(crossterm::terminal::size).and_then(Result::ok);
        terminal.map_or(WIDTH, |(columns, _)| usize::from(columns))
    });
    let part = |document: Document| match source.section {
        Some(section) => lesson::section(&document, section.first_line, section.last_line),
        None => document,
    };
    let chunks = lesson::chunks(source.text).map(part);
    match form {
        Form::Plain => spoken(chunks, width)?,
        Form::Html => {
            lesson::load();
            let image = |link: &str| source.tree.read_bytes(&course::resolve(source.folder, link)?).ok();
            let document = part(lesson::parse(source.text));
            print::line(lesson::html(&document, source.title, &image).trim_end())?;
        }
        Form::Rows => {
            let options =
                Options { ascii: world.ascii(), folding: Folding::open(), printed: true, ..Options::new(width) };
            shown(chunks, &options, world.look())?;
        }
    }
    Ok(())
}

/// Prints Markdown that the program made, as lessons are.
pub fn made(world: &World, text: &str) -> anyhow::Result<()> {
    let source = Source { text, title: "", folder: "", tree: &world.content, section: None };
    put(world, &source, None, Form::Rows)
}

/// Prints a page as it is on the screen, chunk by chunk.
fn shown(chunks: impl Iterator<Item = Document>, options: &Options, look: Option<Look>) -> io::Result<()> {
    let mut out = print::Out::new(look);
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
