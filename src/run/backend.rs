//! Writes cells to the terminal in few bytes: the cursor is moved only where it is not already, which the terminal
//! library's own backend does after every wide glyph, and short gaps are written anew rather than jumped over; colors and
//! weights are said only when they change, and of blanks only what shows.

use std::io::{self, BufWriter, Stdout, Write};

use crossterm::cursor::{MoveTo, MoveToColumn};
use crossterm::queue;
use crossterm::style::{Attribute, Colored, Print, SetAttribute};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, IntoCrossterm, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};

use crate::text::width;
use crate::ui::COVERED;

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

/// Weights that show on a blank.
const LINES: Modifier = Modifier::UNDERLINED.union(Modifier::CROSSED_OUT).union(Modifier::REVERSED);

/// Cells that are written anew at most: to jump takes five bytes.
const GAP: u16 = 4;

/// The terminal as a screen of cells.
pub struct Terse<W: Write = BufWriter<Stdout>> {
    library: CrosstermBackend<W>,
    /// What was written since all was last cleared, by row.
    written: Vec<Vec<Cell>>,
}

impl Terse {
    /// Standard output.
    pub fn stdout() -> Self {
        Self::new(BufWriter::with_capacity(FRAME, io::stdout()))
    }
}

impl<W: Write> Terse<W> {
    fn new(out: W) -> Self {
        Self { library: CrosstermBackend::new(out), written: Vec::new() }
    }

    /// What stands between two columns of a row, if it is short, plain to write and drawn as the terminal draws now.
    fn gap(&self, row: u16, from: u16, to: u16, ink: Ink) -> Option<String> {
        if to.checked_sub(from)? > GAP {
            return None;
        }
        let cells = self.written.get(usize::from(row))?.get(usize::from(from)..usize::from(to))?;
        // To write where an image is takes it away.
        let free = |cell: &Cell| !cell.modifier.contains(COVERED);
        let plain = |cell: &Cell| cell.symbol().len() == 1 && free(cell) && Ink::of(cell, ink) == ink;
        cells.iter().all(plain).then(|| cells.iter().map(Cell::symbol).collect())
    }

    /// Notes what stands in a cell now; the second half of what is wide holds nothing that could be written.
    fn note(&mut self, (x, y): (u16, u16), cell: &Cell, cells: u16) {
        let (x, y, after) = (usize::from(x), usize::from(y), usize::from(x.saturating_add(cells)));
        if self.written.len() <= y {
            self.written.resize_with(y + 1, Vec::new);
        }
        let Some(row) = self.written.get_mut(y) else { return };
        if row.len() < after {
            row.resize(after, Cell::EMPTY);
        }
        for (at, place) in row.iter_mut().enumerate().take(after).skip(x) {
            if at == x {
                place.clone_from(cell);
            } else {
                place.set_symbol("");
            }
        }
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
    /// What a cell needs, given how the terminal draws: a blank needs its background alone.
    fn of(cell: &Cell, now: Self) -> Self {
        if cell.symbol() == " " && !(cell.modifier | now.weight).intersects(LINES) {
            return Self { back: cell.bg, ..now };
        }
        Self { fore: cell.fg, back: cell.bg, weight: cell.modifier }
    }

    /// Tells the terminal to draw so from now on, given how it draws.
    fn follow(self, mut now: Self, out: &mut impl Write) -> io::Result<()> {
        let mut codes = Vec::new();
        if !self.weight.contains(now.weight) {
            // Weights cannot be taken back one by one on every terminal.
            codes.push(Attribute::Reset.sgr());
            now = PLAIN;
        }
        let added = WEIGHTS.iter().filter(|(weight, _)| (self.weight - now.weight).contains(*weight));
        codes.extend(added.map(|(_, attribute)| attribute.sgr()));
        if self.fore != now.fore {
            codes.push(Colored::ForegroundColor(self.fore.into_crossterm()).to_string());
        }
        if self.back != now.back {
            codes.push(Colored::BackgroundColor(self.back.into_crossterm()).to_string());
        }
        write!(out, "\x1b[{}m", codes.join(";"))
    }
}

/// What tells a terminal that draws plainly to draw as a cell is.
pub fn ink(cell: &Cell) -> String {
    let mut out = Vec::new();
    let wanted = Ink { fore: cell.fg, back: cell.bg, weight: cell.modifier };
    // Writing to memory cannot fail, and what is written are numbers.
    let _ = wanted.follow(PLAIN, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

impl<W: Write> Backend for Terse<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut ink = PLAIN;
        let mut cursor: Option<Position> = None;
        for (x, y, cell) in content {
            match cursor {
                Some(at) if (at.x, at.y) == (x, y) => {}
                Some(at) if at.y == y => match self.gap(y, at.x, x, ink) {
                    Some(gap) => queue!(self.library, Print(gap))?,
                    None => queue!(self.library, MoveToColumn(x))?,
                },
                _ => queue!(self.library, MoveTo(x, y))?,
            }
            let wanted = Ink::of(cell, ink);
            if wanted != ink {
                wanted.follow(ink, &mut self.library)?;
                ink = wanted;
            }
            queue!(self.library, Print(cell.symbol()))?;
            let cells = u16::try_from(width(cell.symbol())).unwrap_or(1);
            self.note((x, y), cell, cells);
            cursor = Some(Position { x: x.saturating_add(cells), y });
        }
        if ink != PLAIN {
            queue!(self.library, SetAttribute(Attribute::Reset))?;
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.library.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.library.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.library.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.library.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.written.clear();
        self.library.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.written.clear();
        self.library.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        self.library.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.library.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.library)
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

    /// The bytes of one screen after another.
    fn written(screens: &[&Buffer]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut terse = Terse::new(&mut bytes);
        for pair in screens.windows(2) {
            terse.draw(pair[0].diff(pair[1]).into_iter()).unwrap();
        }
        bytes
    }

    /// Glyph, colors and weights of every cell an emulator has, as far as they show: on a blank only the background
    /// and lines do.
    fn seen(parser: &vt100::Parser) -> Vec<(String, [vt100::Color; 2], [bool; 4])> {
        let cell = |(y, x)| parser.screen().cell(y, x).unwrap();
        let places = (0..AREA.height).flat_map(|y| (0..AREA.width).map(move |x| (y, x)));
        places
            .map(cell)
            .filter(|cell| !cell.is_wide_continuation())
            .map(|c| {
                let glyph = if c.has_contents() { c.contents().to_owned() } else { " ".to_owned() };
                let shows = glyph != " " || c.inverse() || c.underline();
                let fore = if shows { c.fgcolor() } else { vt100::Color::Default };
                let weights = [shows && c.bold(), shows && c.italic(), c.underline(), c.inverse()];
                (glyph, [fore, c.bgcolor()], weights)
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
        assert_eq!(String::from_utf8(written(&[&before, &after])).unwrap(), "\x1b[1;1H파드가\x1b[8G3개");
        let mut again = after.clone();
        again.set_string(7, 0, "4개", Style::new().fg(Color::Red).bold());
        assert_eq!(String::from_utf8(written(&[&after, &again])).unwrap(), "\x1b[1;8H\x1b[1;38;5;1m4개\x1b[0m");
    }

    #[test]
    fn a_short_gap_is_written_anew_when_it_looks_so_already() {
        let mut screens = vec![Buffer::empty(AREA)];
        for (at, text) in [(0, "a b c 파 d"), (0, "x b y 파 z"), (0, "1 b 2 파 3")] {
            let mut next = screens.last().unwrap().clone();
            next.set_string(at, 0, text, Style::new());
            screens.push(next);
        }
        let bytes = String::from_utf8(written(&screens.iter().collect::<Vec<_>>())).unwrap();
        // What was never written is jumped over, and so is the wide glyph.
        assert_eq!(bytes, "\x1b[1;1Ha\x1b[3Gb\x1b[5Gc\x1b[7G파\x1b[10Gd\x1b[1;1Hx b y\x1b[10Gz\x1b[1;1H1 b 2\x1b[10G3");
    }

    #[test]
    fn a_short_gap_that_an_image_has_is_jumped_over() {
        let mut screens = vec![Buffer::empty(AREA)];
        for text in ["a", "b"] {
            let mut next = Buffer::empty(AREA);
            next.set_string(0, 0, text, Style::new());
            next.set_string(3, 0, text, Style::new());
            for x in 1..3 {
                next[(x, 0)].modifier = COVERED;
            }
            screens.push(next);
        }
        let bytes = String::from_utf8(written(&screens.iter().collect::<Vec<_>>())).unwrap();
        assert_eq!(bytes, "\x1b[1;1Ha  a\x1b[1;1Hb\x1b[4Gb");
    }

    prop_compose! {
        fn any_style()(fore in 0u8..4, back in 0u8..3, weight in 0u16..128) -> Style {
            let mut style = Style::new().add_modifier(Modifier::from_bits_truncate(weight & 0b0100_1101));
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
            let empty = Buffer::empty(AREA);
            for screens in [&[&empty, &first][..], &[&empty, &first, &second]] {
                let (mut ours, mut librarys) = (parser(), parser());
                ours.process(&written(screens));
                for pair in screens.windows(2) {
                    let mut bytes = Vec::new();
                    CrosstermBackend::new(&mut bytes).draw(pair[0].diff(pair[1]).into_iter()).unwrap();
                    librarys.process(&bytes);
                }
                prop_assert_eq!(seen(&ours), seen(&librarys));
            }
        }
    }
}
