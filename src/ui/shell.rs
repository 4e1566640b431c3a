//! The shell's pane: its title with the way out, and its screen cell by cell.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use super::paint::Brush;
use crate::app::look::{Depth, Look};
use crate::app::shell::{self, Ink, Life, Run};
use crate::app::{App, Focus, Panes};
use crate::keymap::Key;
use crate::text::{Role, Row, ascii, row_width, width};

pub fn draw(app: &App, buffer: &mut Buffer, pane: Rect, brush: Brush) {
    header(app, buffer, pane, brush);
    let sheet = Panes::sheet(pane);
    for (y, line) in (sheet.y..sheet.bottom()).zip(&app.shell.view.lines) {
        for run in line.iter().filter(|run| run.column < sheet.width) {
            let text = fitting(run);
            let style = style(run.ink, app.look);
            brush.written(buffer, (sheet.x + run.column, y), sheet.right(), &text, style);
        }
    }
}

/// Where the cursor is, when keys go to the shell and it shows one: input methods compose there.
pub fn cursor(app: &App, pane: Rect) -> Option<(u16, u16)> {
    let (column, row) = app.shell.view.cursor.filter(|_| app.in_shell() && app.shell.runs())?;
    let sheet = Panes::sheet(pane);
    (column < sheet.width && row < sheet.height).then(|| (sheet.x + column, sheet.y + row))
}

fn header(app: &App, buffer: &mut Buffer, pane: Rect, brush: Brush) {
    let here = app.focus == Focus::Shell;
    let title = if app.shell.playing() { "실습 준비" } else { "셸" };
    let mut row: Row = vec![(if here { Role::Accent } else { Role::DimStrong }, title.into())];
    match (&app.shell.life, app.shell.view.back) {
        (Life::Ended(why), _) => row.push((Role::Wait, format!("  {why}"))),
        (_, 0) => {}
        (_, back) => row.push((Role::Wait, format!("  {back}줄 위"))),
    }
    let key = |key: Key, word: &str| [(Role::Key, key.label(brush.ascii())), (Role::Dim, format!(" {word}"))];
    let mut right: Row = Vec::new();
    if here && !app.shell.runs() {
        right.extend(key(Key::Enter, "셸 열기   "));
    }
    if here && app.shell.playing() {
        right.extend(key(Key::Ctrl('c'), "그만두기   "));
    }
    right.extend(match here {
        true => key(Key::Ctrl(']'), "학습으로"),
        false => key(Key::Char('t'), "셸로"),
    });
    let cells = u16::try_from(row_width(&right)).unwrap_or(0);
    let sheet = Panes::sheet(pane);
    brush.put(buffer, sheet.x, pane.y, &row, sheet.width.saturating_sub(cells + 2));
    brush.put(buffer, sheet.right().saturating_sub(cells), pane.y, &right, cells);
}

/// The glyphs of a run, in as many cells as the program believes: what this terminal draws at another width is spelled.
fn fitting(run: &Run) -> String {
    let cells = usize::from(run.cells);
    if width(&run.text) == cells {
        return run.text.clone();
    }
    let plain = run.text.chars().next().and_then(ascii).map(String::from);
    plain.filter(|plain| width(plain) == cells).unwrap_or_else(|| "?".repeat(cells))
}

fn style(ink: Ink, look: Look) -> Style {
    let weights = [
        (ink.bold, Modifier::BOLD),
        (ink.dim, Modifier::DIM),
        (ink.italic, Modifier::ITALIC),
        (ink.underline, Modifier::UNDERLINED),
        (ink.inverse, Modifier::REVERSED),
    ];
    let weight = weights.into_iter().filter(|(on, _)| *on).fold(Modifier::empty(), |all, (_, weight)| all | weight);
    Style::new().fg(color(ink.fore, look.depth)).bg(color(ink.back, look.depth)).add_modifier(weight)
}

/// A program's color, as far as this terminal has it.
fn color(color: shell::Color, depth: Depth) -> Color {
    match (color, depth) {
        (shell::Color::Default, _) | (_, Depth::Mono) => Color::Reset,
        (shell::Color::Indexed(index @ 16..), Depth::Sixteen) => sixteen(palette(index)),
        (shell::Color::Indexed(index), _) => Color::Indexed(index),
        (shell::Color::Rgb(red, green, blue), Depth::True) => Color::Rgb(red, green, blue),
        (shell::Color::Rgb(red, green, blue), Depth::Indexed) => {
            let step = |part: u8| (u16::from(part) * 5 + 127) / 255;
            let index = 16 + 36 * step(red) + 6 * step(green) + step(blue);
            u8::try_from(index).map_or(Color::Reset, Color::Indexed)
        }
        (shell::Color::Rgb(red, green, blue), Depth::Sixteen) => sixteen((red, green, blue)),
    }
}

/// What one of the 240 further colors is made of.
fn palette(index: u8) -> (u8, u8, u8) {
    let step = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    match index.saturating_sub(16) {
        cube @ 0..=215 => (step(cube / 36), step(cube / 6 % 6), step(cube % 6)),
        gray => {
            let part = 8 + 10 * (gray - 216);
            (part, part, part)
        }
    }
}

/// The nearest by its parts of the terminal's own sixteen.
fn sixteen((red, green, blue): (u8, u8, u8)) -> Color {
    let most = red.max(green).max(blue);
    let part = |part: u8, bit: u8| if most > 40 && part > most / 2 { bit } else { 0 };
    let bright = if most > 200 { 8 } else { 0 };
    Color::Indexed(part(red, 1) + part(green, 2) + part(blue, 4) + bright)
}

#[cfg(test)]
mod tests;
