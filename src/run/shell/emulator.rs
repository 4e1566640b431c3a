//! What the shell's program writes, as a screen; and what a terminal answers when it is asked.

use std::num::NonZeroU16;

use vt100::{Callbacks, Cell, MouseProtocolEncoding, MouseProtocolMode, Parser, Screen};

use crate::app::shell::{Color, Ink, Modes, Run, View, Wanted};
use crate::text::width;

/// Rows that are kept above the screen: at 120 columns some 8 MB.
const HISTORY: usize = 2000;
/// Bytes of answers that wait at most: who asks and does not read is not answered for ever.
const ANSWERS: usize = 4096;

/// A terminal without a face.
pub struct Emulator {
    parser: Parser<Answers>,
}

/// Answers that are to be typed.
#[derive(Default)]
struct Answers(Vec<u8>);

impl Callbacks for Answers {
    fn unhandled_csi(&mut self, screen: &mut Screen, i1: Option<u8>, _: Option<u8>, params: &[&[u16]], c: char) {
        let first = params.first().and_then(|param| param.first()).copied().unwrap_or(0);
        let answer = match (i1, c, first) {
            (None, 'c', 0) => "\x1b[?62;22c".to_owned(),
            (Some(b'>'), 'c', 0) => "\x1b[>1;10;0c".to_owned(),
            (None, 'n', 5) => "\x1b[0n".to_owned(),
            (None, 'n', 6) => {
                let (row, column) = screen.cursor_position();
                format!("\x1b[{};{}R", row + 1, column + 1)
            }
            _ => return,
        };
        if self.0.len() < ANSWERS {
            self.0.extend_from_slice(answer.as_bytes());
        }
    }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap_or(NonZeroU16::MIN)
}

impl Emulator {
    /// An empty screen.
    pub fn new(columns: u16, rows: u16) -> Self {
        Self { parser: Parser::new_with_callbacks(cells(rows), cells(columns), HISTORY, Answers::default()) }
    }

    /// Takes in what was written; gives what the terminal answers.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.parser.process(bytes);
        std::mem::take(&mut self.parser.callbacks_mut().0)
    }

    /// The screen has another size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.parser.set_size(cells(rows), cells(columns));
    }

    /// Looks so many rows further back, as far as there are any.
    pub fn scroll(&mut self, by: isize) {
        let screen = self.parser.screen_mut();
        let back = screen.scrollback().saturating_add_signed(by);
        screen.set_scrollback(back.min(screen.scrollback_len()));
    }

    /// The screen as it is now.
    pub fn view(&self) -> View {
        let screen = self.parser.screen();
        let (rows, columns) = screen.size();
        let (row, column) = screen.cursor_position();
        let shown = !screen.hide_cursor() && screen.scrollback() == 0;
        View {
            lines: (0..rows.get()).map(|row| line(screen, row, columns.get())).collect(),
            cursor: shown.then_some((column.min(columns.get() - 1), row)),
            back: screen.scrollback(),
            modes: modes(screen),
        }
    }
}

fn modes(screen: &Screen) -> Modes {
    Modes {
        application_cursor: screen.application_cursor(),
        bracketed_paste: screen.bracketed_paste(),
        alternate: screen.alternate_screen(),
        mouse: match screen.mouse_protocol_mode() {
            MouseProtocolMode::None => Wanted::Nothing,
            MouseProtocolMode::Press => Wanted::Presses,
            MouseProtocolMode::PressRelease => Wanted::Releases,
            MouseProtocolMode::ButtonMotion | MouseProtocolMode::AnyMotion => Wanted::Drags,
        },
        decimal_mouse: screen.mouse_protocol_encoding() == MouseProtocolEncoding::Sgr,
    }
}

fn line(screen: &Screen, row: u16, columns: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    // Whether the last run may go on: a glyph whose width is not sure stands alone, so that it moves no other.
    let mut open = false;
    for column in 0..columns {
        let Some(cell) = screen.cell(row, column).filter(|cell| !cell.is_wide_continuation()) else { continue };
        let ink = ink(cell);
        let text = if cell.has_contents() { cell.contents() } else { " " };
        let taken = if cell.is_wide() { 2 } else { 1 };
        let sure = text.chars().all(|c| matches!(c, ' '..='~' | '가'..='힣')) && width(text) == usize::from(taken);
        let next = runs.last_mut().filter(|run| open && sure && run.ink == ink && run.column + run.cells == column);
        match next {
            Some(run) => {
                run.text.push_str(text);
                run.cells += taken;
            }
            None if text == " " && ink == (Ink { fore: ink.fore, ..Ink::default() }) => open = false,
            None => {
                runs.push(Run { column, cells: taken, text: text.to_owned(), ink });
                open = sure;
            }
        }
    }
    runs
}

fn ink(cell: &Cell) -> Ink {
    let color = |color| match color {
        vt100::Color::Default => Color::Default,
        vt100::Color::Idx(index) => Color::Indexed(index),
        vt100::Color::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
    };
    Ink {
        fore: color(cell.fgcolor()),
        back: color(cell.bgcolor()),
        bold: cell.bold(),
        dim: cell.dim(),
        italic: cell.italic(),
        underline: cell.underline(),
        inverse: cell.inverse(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &str) -> Vec<(u16, u16, String)> {
        let mut emulator = Emulator::new(20, 2);
        emulator.take(bytes.as_bytes());
        emulator.view().lines.concat().into_iter().map(|run| (run.column, run.cells, run.text)).collect()
    }

    #[test]
    fn glyphs_of_one_look_are_a_run_and_unsure_ones_stand_alone() {
        let run = |column, cells, text: &str| (column, cells, text.to_owned());
        assert_eq!(shown("파드 3 ok"), [run(0, 20, "파드 3 ok           ")]);
        let all = shown("a│b");
        assert_eq!(all.iter().map(|run| run.0).take(3).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(all[1], run(1, 1, "│"));
        assert!(shown("").is_empty());
    }

    #[test]
    fn what_is_asked_is_answered_but_not_for_ever() {
        let mut emulator = Emulator::new(20, 2);
        assert_eq!(emulator.take(b"ab\x1b[6n\x1b[c"), b"\x1b[1;3R\x1b[?62;22c");
        assert!(emulator.take(b"").is_empty());
        assert!(emulator.take(&b"\x1b[6n".repeat(100_000)).len() <= ANSWERS + 16);
    }

    #[test]
    fn who_looks_back_stays_there_until_the_end() {
        let mut emulator = Emulator::new(20, 2);
        emulator.take(b"1\r\n2\r\n3\r\n4");
        let first = |emulator: &Emulator| emulator.view().lines[0][0].text.trim_end().to_owned();
        assert_eq!((first(&emulator), emulator.view().cursor), ("3".into(), Some((1, 1))));
        emulator.scroll(1);
        assert_eq!((first(&emulator), emulator.view().cursor, emulator.view().back), ("2".into(), None, 1));
        emulator.take(b"\r\n5");
        assert_eq!(first(&emulator), "2");
        emulator.scroll(99);
        assert_eq!((first(&emulator), emulator.view().back), ("1".into(), 3));
        emulator.scroll(isize::MIN);
        assert_eq!(first(&emulator), "4");
    }

    #[test]
    fn what_a_program_asks_for_is_known() {
        let mut emulator = Emulator::new(20, 4);
        emulator.take(b"\x1b[?1h\x1b[?2004h\x1b[?1049h\x1b[?1002h\x1b[?1006h\x1b[?25l");
        let view = emulator.view();
        let all = Modes {
            application_cursor: true,
            bracketed_paste: true,
            alternate: true,
            mouse: Wanted::Drags,
            decimal_mouse: true,
        };
        assert_eq!((view.modes, view.cursor), (all, None));
    }
}
