//! A program on a pty whose every byte is timed and counted; the emulator runs after the clock has stopped.
#![allow(clippy::expect_used, reason = "a measure that cannot go on says where")]

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// A frame is over when nothing has come for so long.
const QUIET: Duration = Duration::from_millis(25);
const PATIENCE: Duration = Duration::from_secs(20);

/// A program in a terminal of its own; killed on drop.
pub struct Pty {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    bytes: Receiver<(Instant, Vec<u8>)>,
    parser: vt100::Parser,
    began: Instant,
}

/// What a key led to.
pub struct Frame {
    /// From the key to the last byte.
    pub took: Duration,
    /// Bytes written.
    pub bytes: usize,
    /// Bytes of the glyphs of the cells that changed.
    pub glyphs: usize,
    /// Bytes of the cells that changed: their glyphs, and where one is drawn otherwise than the changed cell before it,
    /// what says so in one sequence.
    pub changed: usize,
}

/// How a cell is drawn.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Ink {
    fore: vt100::Color,
    back: vt100::Color,
    weights: [bool; 5],
}

impl Ink {
    fn of(cell: &vt100::Cell) -> Self {
        let weights = [cell.bold(), cell.dim(), cell.italic(), cell.underline(), cell.inverse()];
        Self { fore: cell.fgcolor(), back: cell.bgcolor(), weights }
    }

    /// It shows on blanks beyond their background.
    fn lines(self) -> bool {
        let [.., underline, inverse] = self.weights;
        underline || inverse
    }

    /// Bytes of the one sequence after which the terminal draws so, given how it draws.
    fn bytes_after(self, mut now: Self) -> usize {
        if self == now {
            return 0;
        }
        let mut codes = 0;
        if now.weights.iter().zip(self.weights).any(|(was, is)| *was && !is) {
            codes += "0;".len();
            now = Self::default();
        }
        codes += now.weights.iter().zip(self.weights).filter(|(was, is)| **was != *is).count() * "1;".len();
        for (was, is) in [(now.fore, self.fore), (now.back, self.back)] {
            if was != is {
                codes += match is {
                    vt100::Color::Default => "39;".len(),
                    vt100::Color::Idx(n) => format!("38;5;{n};").len(),
                    vt100::Color::Rgb(r, g, b) => format!("38;2;{r};{g};{b};").len(),
                };
            }
        }
        // The last separator is the final letter.
        codes + "\x1b[".len()
    }
}

impl Pty {
    pub fn open(program: &Path, arguments: &[&str], columns: u16, rows: u16) -> Self {
        let pair = native_pty_system().openpty(size(columns, rows)).expect("a pty");
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        for name in ["NO_COLOR", "TMUX", "COLORFGBG"] {
            command.env_remove(name);
        }
        let mut reader = pair.master.try_clone_reader().expect("the pty can be read");
        let writer = pair.master.take_writer().expect("the pty can be written");
        let (sender, bytes) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 64 * 1024];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                let part = buffer.get(..read).unwrap_or_default().to_vec();
                if sender.send((Instant::now(), part)).is_err() {
                    return;
                }
            }
        });
        let began = Instant::now();
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let cells = |count| NonZeroU16::new(count).expect("a terminal has cells");
        Self {
            child,
            master: pair.master,
            writer,
            bytes,
            parser: vt100::Parser::new(cells(rows), cells(columns), 0),
            began,
        }
    }

    /// From the start until the screen satisfies `holds`.
    pub fn until(&mut self, holds: impl Fn(&str) -> bool) -> Duration {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let (at, part) = self.bytes.recv_timeout(left).expect("the frame comes");
            self.parser.process(&part);
            if holds(&self.parser.screen().contents()) {
                return at - self.began;
            }
        }
    }

    /// What the screen shows.
    pub fn glyphs(&self) -> String {
        self.parser.screen().contents()
    }

    /// Takes in what comes until it is quiet; when its last byte came, and how many there were.
    fn settle(&mut self) -> (Option<Instant>, usize) {
        let (mut last, mut count) = (None, 0);
        loop {
            match self.bytes.recv_timeout(if last.is_none() { PATIENCE } else { QUIET }) {
                Ok((at, part)) => {
                    last = Some(at);
                    count += part.len();
                    self.parser.process(&part);
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return (last, count),
            }
        }
    }

    /// Takes in what has come by itself.
    pub fn drain(&mut self) {
        while let Ok((_, part)) = self.bytes.recv_timeout(QUIET) {
            self.parser.process(&part);
        }
    }

    /// A key and its frame.
    pub fn step(&mut self, key: &str) -> Frame {
        let before = self.cells();
        let since = Instant::now();
        self.writer.write_all(key.as_bytes()).and_then(|()| self.writer.flush()).expect("the key is read");
        let (last, bytes) = self.settle();
        let after = self.cells();
        let (mut glyphs, mut changed, mut ink) = (0, 0, Ink::default());
        for (_, new) in before.iter().zip(&after).filter(|(old, new)| old != new) {
            glyphs += new.0.len();
            let wanted = match new.0.as_str() {
                "" => ink,
                " " if !new.1.lines() && !ink.lines() => Ink { back: new.1.back, ..ink },
                _ => new.1,
            };
            changed += new.0.len() + wanted.bytes_after(ink);
            ink = wanted;
        }
        Frame { took: last.expect("a frame") - since, bytes, glyphs, changed }
    }

    /// Another size, until the last byte of what follows at once.
    pub fn resize(&mut self, columns: u16, rows: u16) -> Duration {
        let cells = |count| NonZeroU16::new(count).expect("a terminal has cells");
        self.parser.screen_mut().set_size(cells(rows), cells(columns));
        let since = Instant::now();
        self.master.resize(size(columns, rows)).expect("the pty resizes");
        self.settle().0.expect("a frame") - since
    }

    /// Resident memory of the program, in MB.
    pub fn memory(&self) -> f64 {
        let id = self.child.process_id().expect("it lives");
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        line.split_whitespace().next().and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
    }

    /// Every cell's glyph with its colors and weights; the second half of a wide glyph is no cell of its own.
    fn cells(&self) -> Vec<(String, Ink)> {
        let screen = self.parser.screen();
        let (rows, columns) = screen.size();
        let (rows, columns) = (rows.get(), columns.get());
        let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
        let seen = |cell: &vt100::Cell| {
            if cell.is_wide_continuation() {
                return (String::new(), Ink::default());
            }
            let ink = Ink::of(cell);
            if !cell.has_contents() || cell.contents() == " " {
                // Of a blank only the background and lines show.
                let shown = if ink.lines() { ink } else { Ink { back: ink.back, ..Ink::default() } };
                return (" ".to_owned(), shown);
            }
            (cell.contents().to_owned(), ink)
        };
        places.filter_map(|(row, column)| screen.cell(row, column)).map(seen).collect()
    }
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
