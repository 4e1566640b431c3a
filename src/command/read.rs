//! `jotasu read`: a lesson on standard output.

use std::io;
use std::path::Path;

use crate::app::Look;
use crate::course::{self, Section};
use crate::files::Tree;
use crate::lesson::{self, Document, Layout, Options};
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

/// What is printed.
struct Reading<'a> {
    title: &'a str,
    text: String,
    /// The part of the text, where it is not the whole.
    section: Option<&'a Section>,
    /// Where its images are: the files, and the folder its links begin in.
    files: &'a Tree,
    folder: &'a str,
}

/// Prints a lesson by its id or path, or any file of Markdown by its path.
pub fn run(world: &World, name: &str, width: Option<usize>, form: Form) -> anyhow::Result<Outcome> {
    if let Some((files, file)) = outside(world, name) {
        let text = files.read(&file)?;
        put(world, &Reading { title: &file, text, section: None, files: &files, folder: "" }, width, form)?;
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
    let section = node.section.as_ref();
    put(world, &Reading { title: &node.title, text, section, files: &world.content, folder }, width, form)?;
    Ok(match node.problems.iter().any(|problem| problem.severity == Severity::Error) {
        true => Outcome::Wrong,
        false => Outcome::Done,
    })
}

/// A file outside any course, and the folder it is in; none when a course is named or there is no such file.
fn outside(world: &World, name: &str) -> Option<(Tree, String)> {
    let path = Path::new(name);
    if world.global.content.is_some() || path.extension()? != "md" || !path.is_file() {
        return None;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some((Tree::Folder(folder.to_owned()), path.file_name()?.to_str()?.to_owned()))
}

fn put(world: &World, reading: &Reading, width: Option<usize>, form: Form) -> anyhow::Result<()> {
    let width = width.unwrap_or_else(|| {
        use std::io::IsTerminal;
        let terminal = std::io::stdout().is_terminal().then(crossterm::terminal::size).and_then(Result::ok);
        terminal.map_or(WIDTH, |(columns, _)| usize::from(columns))
    });
    let part = |document: Document| match reading.section {
        Some(section) => lesson::section(&document, section.first_line, section.last_line),
        None => document,
    };
    match form {
        Form::Rows => {
            let options = Options { width, ascii: world.ascii() };
            shown(lesson::chunks(&reading.text).map(part), &options, world.look())?;
        }
        Form::Plain => spoken(lesson::chunks(&reading.text).map(part), width)?,
        Form::Html => {
            lesson::load();
            let image = |link: &str| reading.files.read_bytes(&course::resolve(reading.folder, link)?).ok();
            let document = part(lesson::parse(&reading.text));
            print::line(lesson::html(&document, reading.title, &image).trim_end())?;
        }
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
