//! A real terminal for whole-program tests: the binary on a pty, its screen read by a terminal emulator.
#![allow(clippy::expect_used, reason = "a test that cannot go on says where")]
#![allow(dead_code, reason = "each program that includes this file uses a part of it")]

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long a test waits for what must come.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The emulator and when its last bytes came.
struct Screen {
    parser: vt100::Parser,
    changed: Instant,
    closed: bool,
    /// The program has asked what it runs on (DA1).
    asked: bool,
    /// All that was written.
    bytes: Vec<u8>,
    /// Frames: what is written in one go is one.
    frames: usize,
}

/// Nobody writes two frames within less.
const BETWEEN: Duration = Duration::from_millis(4);

/// A program in a terminal of its own; killed on drop.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    screen: Arc<(Mutex<Screen>, Condvar)>,
}

impl Terminal {
    /// Runs `program` with `arguments` and `environment` (on top of ours) in a terminal of that size.
    pub fn open(program: &Path, arguments: &[&str], environment: &[(&str, &str)], columns: u16, rows: u16) -> Self {
        let pair = native_pty_system()
            .openpty(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 })
            .expect("a pty");
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        let theirs = ["NO_COLOR", "TMUX", "STY", "ZELLIJ", "TERM_PROGRAM", "LC_TERMINAL", "WEZTERM_PANE", "COLORFGBG"];
        for name in theirs {
            command.env_remove(name);
        }
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("the pty can be read");
        let writer = pair.master.take_writer().expect("the pty can be written");
        let screen = Arc::new((
            Mutex::new(Screen {
                parser: vt100::Parser::new(cells(rows), cells(columns), 0),
                changed: Instant::now(),
                closed: false,
                asked: false,
                bytes: Vec::new(),
                frames: 0,
            }),
            Condvar::new(),
        ));
        let shared = screen.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 16 * 1024];
            loop {
                let read = reader.read(&mut bytes).unwrap_or(0);
                let mut screen = shared.0.lock().unwrap_or_else(PoisonError::into_inner);
                let now = Instant::now();
                screen.frames += usize::from(now.duration_since(screen.changed) >= BETWEEN);
                screen.changed = now;
                screen.closed = read == 0;
                screen.asked |= bytes.get(..read).unwrap_or_default().windows(3).any(|three| three == b"\x1b[c");
                screen.bytes.extend_from_slice(bytes.get(..read).unwrap_or_default());
                screen.parser.process(bytes.get(..read).unwrap_or_default());
                shared.1.notify_all();
                if read == 0 {
                    return;
                }
            }
        });
        Self { child, master: pair.master, writer, screen }
    }

    /// The program's number.
    pub fn id(&self) -> u32 {
        self.child.process_id().expect("the program has a number")
    }

    /// Types text as a keyboard would.
    pub fn type_keys(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).and_then(|()| self.writer.flush()).expect("the program reads its keys");
    }

    /// The glyphs on the screen, row by row.
    pub fn glyphs(&self) -> String {
        self.screen.0.lock().unwrap_or_else(PoisonError::into_inner).parser.screen().contents()
    }

    /// How many frames were written until now.
    pub fn frames(&self) -> usize {
        self.screen.0.lock().unwrap_or_else(PoisonError::into_inner).frames
    }

    /// Waits until the screen satisfies `holds` and gives the moment its bytes came.
    ///
    /// # Panics
    /// With the screen, when it does not come to that in 30 seconds.
    #[track_caller]
    pub fn until(&self, what: &str, holds: impl Fn(&str) -> bool) -> Instant {
        self.until_within(PATIENCE, what, holds)
    }

    /// As [`Terminal::until`], with another patience.
    #[track_caller]
    pub fn until_within(&self, patience: Duration, what: &str, holds: impl Fn(&str) -> bool) -> Instant {
        let end = Instant::now() + patience;
        let mut screen = self.screen.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let glyphs = screen.parser.screen().contents();
            if holds(&glyphs) {
                return screen.changed;
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !screen.closed, "waited for {what}; the screen is:\n{glyphs}");
            screen = self.screen.1.wait_timeout(screen, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until the program has asked what terminal it runs on; the answer is typed like keys.
    ///
    /// # Panics
    /// When it does not ask in 30 seconds.
    #[track_caller]
    pub fn asked(&self) {
        let end = Instant::now() + PATIENCE;
        let mut screen = self.screen.0.lock().unwrap_or_else(PoisonError::into_inner);
        while !screen.asked {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "the program asks nothing");
            screen = self.screen.1.wait_timeout(screen, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// All that the program has written.
    pub fn written(&self) -> String {
        String::from_utf8_lossy(&self.screen.0.lock().unwrap_or_else(PoisonError::into_inner).bytes).into_owned()
    }

    /// Waits until the program has written `text`, from a byte on; gives the byte behind it.
    ///
    /// # Panics
    /// When it does not write that in 30 seconds.
    #[track_caller]
    pub fn writes(&self, from: usize, text: &str) -> usize {
        let end = Instant::now() + PATIENCE;
        let mut screen = self.screen.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let rest = screen.bytes.get(from..).unwrap_or_default();
            if let Some(at) = rest.windows(text.len()).position(|window| window == text.as_bytes()) {
                return from + at + text.len();
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited for {text:?}; it wrote {:?}", String::from_utf8_lossy(rest));
            screen = self.screen.1.wait_timeout(screen, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until `text`, somewhere on the screen, is drawn in a color.
    ///
    /// # Panics
    /// When it is not in 30 seconds.
    #[track_caller]
    pub fn inks(&self, text: &str, color: vt100::Color) {
        let end = Instant::now() + PATIENCE;
        let mut screen = self.screen.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let found = ink(screen.parser.screen(), text);
            if found == Some(color) {
                return;
            }
            let left = end.saturating_duration_since(Instant::now());
            let glyphs = screen.parser.screen().contents();
            assert!(!left.is_zero() && !screen.closed, "{text} is {found:?}, not {color:?}; the screen is:\n{glyphs}");
            screen = self.screen.1.wait_timeout(screen, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until the screen shows `text`.
    #[track_caller]
    pub fn shows(&self, text: &str) -> Instant {
        self.until(&format!("{text:?} to be shown"), |screen| screen.contains(text))
    }

    /// Waits until the screen does not show `text`.
    #[track_caller]
    pub fn hides(&self, text: &str) -> Instant {
        self.until(&format!("{text:?} to go"), |screen| !screen.contains(text))
    }

    /// The terminal changes its size.
    pub fn resize(&self, columns: u16, rows: u16) {
        self.screen
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .parser
            .screen_mut()
            .set_size(cells(rows), cells(columns));
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).expect("the pty resizes");
    }

    /// Waits for the program to end by itself; whether it ended well.
    ///
    /// # Panics
    /// When it does not end in 30 seconds.
    #[track_caller]
    pub fn ends(&mut self) -> bool {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("the child can be waited for") {
                return status.success();
            }
            assert!(Instant::now() < end, "the program does not end; the screen is:\n{}", self.glyphs());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// The color of the first cell of a text.
fn ink(screen: &vt100::Screen, text: &str) -> Option<vt100::Color> {
    let (rows, columns) = screen.size();
    let (rows, columns) = (u16::from(rows), u16::from(columns));
    (0..rows).find_map(|row| {
        let mut line = String::new();
        let mut starts = Vec::new();
        for column in 0..columns {
            if let Some(cell) = screen.cell(row, column) {
                starts.push((line.len(), column));
                line.push_str(if cell.has_contents() {
                    cell.contents()
                } else if cell.is_wide_continuation() {
                    ""
                } else {
                    " "
                });
            }
        }
        let at = line.find(text)?;
        let column = starts.iter().find(|(start, _)| *start == at)?.1;
        Some(screen.cell(row, column)?.fgcolor())
    })
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("a terminal has cells")
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
