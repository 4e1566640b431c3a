//! `jotasu read`: a lesson on standard output.

use anyhow::anyhow;

use crate::lesson::{self, Options};

use super::outcome::Outcome;
use super::print;
use super::world::World;

/// Cells when the terminal does not say.
const WIDTH: usize = 88;

/// Prints a lesson by its id or path.
pub fn run(world: &World, name: &str, width: Option<usize>, plain: bool) -> anyhow::Result<Outcome> {
    let curriculum = world.curriculum();
    let index = curriculum.find(name).ok_or_else(|| anyhow!("{name}: 그런 학습이 없어요. jotasu tree로 id를 보세요."))?;
    let node = curriculum.nodes.get(index).ok_or_else(|| anyhow!("{name}: 그런 학습이 없어요."))?;
    if !node.problems.is_empty() {
        world.show(&node.problems, &world.content);
    }
    let text = curriculum.text(&world.content, index)?;
    let mut document = lesson::parse(&text);
    if let Some(section) = &node.section {
        document = lesson::section(&document, section.first_line, section.last_line);
    }
    let width = width.unwrap_or_else(|| {
        use std::io::IsTerminal;
        let terminal = std::io::stdout().is_terminal().then(crossterm::terminal::size).and_then(Result::ok);
        terminal.map_or(WIDTH, |(columns, _)| usize::from(columns))
    });
    if plain {
        print::line(lesson::plain(&document, width).trim_end())?;
        return Ok(Outcome::Done);
    }
    lesson::warm();
    let page = lesson::layout(&document, &Options { width, ascii: world.ascii() });
    print::rows(&page.rows, world.look())?;
    Ok(match node.problems.is_empty() {
        true => Outcome::Done,
        false => Outcome::Wrong,
    })
}
