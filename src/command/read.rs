//! `jotasu read`: a lesson on standard output.

use crate::course;
use crate::lesson::{self, Options};
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

/// Prints a lesson by its id or path.
pub fn run(world: &World, name: &str, width: Option<usize>, form: Form) -> anyhow::Result<Outcome> {
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
    let mut document = lesson::parse(&text);
    if let Some(section) = &node.section {
        document = lesson::section(&document, section.first_line, section.last_line);
    }
    let width = width.unwrap_or_else(|| {
        use std::io::IsTerminal;
        let terminal = std::io::stdout().is_terminal().then(crossterm::terminal::size).and_then(Result::ok);
        terminal.map_or(WIDTH, |(columns, _)| usize::from(columns))
    });
    match form {
        Form::Plain => print::line(lesson::plain(&document, width).trim_end())?,
        Form::Html => {
            lesson::warm();
            let folder = node.path.as_deref().map_or("", course::parent);
            let image = |link: &str| world.content.read_bytes(&course::resolve(folder, link)?).ok();
            print::line(lesson::html(&document, &node.title, &image).trim_end())?;
        }
        Form::Rows => {
            lesson::warm();
            let page = lesson::layout(&document, &Options { width, ascii: world.ascii() });
            print::rows(&page.rows, world.look())?;
        }
    }
    Ok(match node.problems.iter().any(|problem| problem.severity == Severity::Error) {
        true => Outcome::Wrong,
        false => Outcome::Done,
    })
}
