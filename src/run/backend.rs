//! Writes cells to the terminal in few bytes: the cursor is moved only where it is not already, which the terminal
//! library's own backend does after every wide glyph; colors and weights are said only when they change.

use std::io::{self, BufWriter, Stdout, Write};

use crossterm::cursor::{MoveTo, MoveToColumn};
use crossterm::queue;
use crossterm::style::{Attribute, Print, SetAttribute, SetBackgroundColor, SetForegroundColor};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, IntoCrossterm, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};

use crate::text::width;

/// Bytes of a frame that are sent at once; a frame of 200 × 60 cells in many colors is smaller.
const FRAME: usize = 128 * 1024;

/// Weights as the terminal is told of them.
const WEIGHTS: [(Modifier, Attribute); 6] = [
    (Modifier::BOLD, Attribute::Bold),
    (Modifier::DIM, Attribute::Dim),
    (Modifier::ITALIC, Attribute::Italic),
    (Modifier::UNDERLINED, Attribute::Underlined),
    (Modifier::CROSSED_OUT, Attribute::CrossedOut),
    (Modifier::REVERSED, Attribute::Reverse),
];

/// The terminal as a screen of cells.
pub struct Terse<W: Write = BufWriter<Stdout>>(CrosstermBackend<W>);

impl Terse {
    /// Standard output.
    pub fn stdout() -> Self {
        Self(CrosstermBackend::new(BufWriter::with_capacity(FRAME, io::stdout())))
    }
}

/// How the terminal draws at the moment.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ink {
    fore: Color,
    back: Color,
    weight: Modifier,
}

const PLAIN: Ink = Ink { fore: Color::Reset, back: Color::Reset, weight: Modifier::empty() };

impl Ink {
    fn of(cell: &Cell) -> Self {
        Self { fore: cell.fg, back: cell.bg, weight: cell.modifier }
    }

    /// Tells the terminal to draw so from now on, given how it draws.
    fn follow(self, mut now: Self, out: &mut impl Write) -> io::Result<()> {
        if !self.weight.contains(now.weight) {
            // Weights cannot be taken back one by one on every terminal.
            queue!(out, SetAttribute(Attribute::Reset))?;
            now = PLAIN;
        }
        for (weight, attribute) in WEIGHTS {
            if (self.weight - now.weight).contains(weight) {
                queue!(out, SetAttribute(attribute))?;
            }
        }
        if self.fore != now.fore {
            queue!(out, SetForegroundColor(self.fore.into_crossterm()))?;
        }
        if self.back != now.back {
            queue!(out, SetBackgroundColor(self.back.into_crossterm()))?;
        }
        Ok(())
    }
}

impl<W: Write> Backend for Terse<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let out = &mut self.0;
        let mut ink = PLAIN;
        let mut cursor: Option<Position> = None;
        for (x, y, cell) in content {
            match cursor {
                Some(at) if (at.x, at.y) == (x, y) => {}
                Some(at) if at.y == y => queue!(out, MoveToColumn(x))?,
                _ => queue!(out, MoveTo(x, y))?,
            }
            let wanted = Ink::of(cell);
            if wanted != ink {
                wanted.follow(ink, out)?;
                ink = wanted;
            }
            queue!(out, Print(cell.symbol()))?;
            let cells = u16::try_from(width(cell.symbol())).unwrap_or(1);
            cursor = Some(Position { x: x.saturating_add(cells), y });
        }
        if ink != PLAIN {
            queue!(out, SetAttribute(Attribute::Reset))?;
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.0.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.0.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.0.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.0.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.0.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.0.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        self.0.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.0.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    const AREA: Rect = Rect { x: 0, y: 0, width: 24, height: 6 };

    fn written(before: &Buffer, after: &Buffer) -> Vec<u8> {
        let mut bytes = Vec::new();
        Terse(CrosstermBackend::new(&mut bytes)).draw(before.diff(after).into_iter()).unwrap();
        bytes
    }

    /// Glyph, color and weight of every cell an emulator has.
    fn seen(parser: &vt100::Parser) -> Vec<(String, vt100::Color, vt100::Color, bool, bool, bool)> {
        let cell = |(y, x)| parser.screen().cell(y, x).unwrap();
        let places = (0..AREA.height).flat_map(|y| (0..AREA.width).map(move |x| (y, x)));
        places
            .map(cell)
            .filter(|cell| !cell.is_wide_continuation())
            .map(|c| {
                let glyph = if c.has_contents() { c.contents().to_owned() } else { " ".to_owned() };
                (glyph, c.fgcolor(), c.bgcolor(), c.bold(), c.italic(), c.inverse())
            })
            .collect()
    }

    fn parser() -> vt100::Parser {
        let cells = |count| NonZeroU16::new(count).unwrap();
        vt100::Parser::new(cells(AREA.height), cells(AREA.width), 0)
    }

    #[test]
    fn the_cursor_is_not_moved_where_it_is() {
        let before = Buffer::empty(AREA);
        let mut after = before.clone();
        after.set_string(0, 0, "파드가 3개", Style::new());
        assert_eq!(String::from_utf8(written(&before, &after)).unwrap(), "\x1b[1;1H파드가\x1b[8G3개");
        let mut again = after.clone();
        again.set_string(7, 0, "4개", Style::new().fg(Color::Red).bold());
        assert_eq!(String::from_utf8(written(&after, &again)).unwrap(), "\x1b[1;8H\x1b[1m\x1b[38;5;1m4개\x1b[0m");
    }

    prop_compose! {
        fn any_style()(fore in 0u8..4, back in 0u8..3, weight in 0u16..64) -> Style {
            let mut style = Style::new().add_modifier(Modifier::from_bits_truncate(weight & 0b0100_0101));
            if fore > 0 { style = style.fg(Color::Rgb(fore, 2, 3)); }
            if back > 0 { style = style.bg(Color::Indexed(back)); }
            style
        }
    }

    prop_compose! {
        fn any_screen()(texts in proptest::collection::vec((0u16..24, 0u16..6, "[가-힣a-z …│●]{1,12}", any_style()), 0..12)) -> Buffer {
            let mut buffer = Buffer::empty(AREA);
            for (x, y, text, style) in texts {
                buffer.set_string(x, y, text, style);
            }
            buffer
        }
    }

    proptest! {
        #[test]
        fn an_emulator_shows_the_same_as_after_the_librarys_own_bytes(first in any_screen(), second in any_screen()) {
            let (mut ours, mut librarys) = (parser(), parser());
            for (before, after) in [(&Buffer::empty(AREA), &first), (&first, &second)] {
                ours.process(&written(before, after));
                let mut bytes = Vec::new();
                CrosstermBackend::new(&mut bytes).draw(before.diff(after).into_iter()).unwrap();
                librarys.process(&bytes);
            }
            prop_assert_eq!(seen(&ours), seen(&librarys));
        }
    }
}
