//! Lists of any depth, numbered ones and tasks.

use super::super::model::{Item, Kind, List, Target};
use super::pen::{Level, Pen};
use crate::text::Role;

pub fn draw(pen: &mut Pen, list: &List) {
    let loose = list.items.iter().any(several);
    let last = list.start.map(|first| first.saturating_add(list.items.len() as u64 - 1));
    let digits = last.map_or(0, |last| last.to_string().len());
    for (index, item) in list.items.iter().enumerate() {
        if index > 0 {
            pen.gap(usize::from(loose));
        }
        pen.level(level(pen, list, item, index, digits));
        pen.depth += 1;
        pen.blocks(&item.blocks, None, true);
        pen.depth -= 1;
        pen.leave(item.line);
    }
}

/// More than one block beside inner lists.
fn several(item: &Item) -> bool {
    item.blocks.iter().filter(|block| !matches!(block.kind, Kind::List(_))).count() > 1
}

fn level(pen: &Pen, list: &List, item: &Item, index: usize, digits: usize) -> Level {
    if let Some(ticked) = item.task {
        let mark = match (&item.target, ticked) {
            (Target::Manual, false) => pen.glyph("☐ ", "[_] "),
            (_, false) => pen.glyph("☐ ", "[ ] "),
            (_, true) => pen.glyph("☑ ", "[x] "),
        };
        return Level::marked(Role::Dim, mark).with_task(item.target.clone());
    }
    match list.start {
        Some(first) => {
            let number = first.saturating_add(index as u64);
            Level::marked(Role::Dim, format!("{number:>digits$}. "))
        }
        None => {
            let bullet = match pen.depth {
                0 => pen.glyph("• ", "- "),
                1 => pen.glyph("◦ ", "* "),
                _ => pen.glyph("▪ ", "+ "),
            };
            Level::marked(Role::Dim, bullet)
        }
    }
}
