//! The terminal's modes: entered once, left whatever happens. Nothing else in the library enters or leaves it.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::Command;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, SetTitle, disable_raw_mode, enable_raw_mode};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use rustix::process::getpgrp;
use rustix::termios::{QueueSelector, tcflush, tcgetpgrp};

use super::answer::{self, Place};
use super::backend::Terse;
use super::claim::{self, Around};
use super::images;
use crate::app::look::{Show, Wish};

/// The screen of a real terminal.
pub type Screen = Terminal<Terse>;

/// Takes the terminal over; a panic gives it back before it is told.
pub fn enter() -> io::Result<Screen> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // The shell may go on its own; the screen stays and says so.
            if std::thread::current().name() == Some(super::shell::THREAD) {
                return tracing::error!(%panic, "the shell's thread ended");
            }
            leave();
            before(panic);
        }));
    });
    modes()?;
    let screen = Terminal::new(Terse::stdout());
    if screen.is_err() {
        leave();
    }
    screen
}

fn modes() -> io::Result<()> {
    enable_raw_mode()?;
    let entered = execute!(
        io::stdout(),
        EnterAlternateScreen,
        SetTitle("jotasu"),
        EnableMouseCapture,
        EnableBracketedPaste,
        cursor::Hide
    );
    if entered.is_err() {
        leave();
    }
    entered
}

/// Gives the terminal back. A terminal that is gone cannot be given back, so failures are nobody's concern.
pub fn leave() {
    if OVER.swap(false, Ordering::Relaxed) {
        let _gone = write(images::CLEAR);
    }
    if WITHIN.swap(false, Ordering::Relaxed) {
        let _gone = write(ERASE);
    }
    let _gone = execute!(io::stdout(), DisableBracketedPaste, DisableMouseCapture, LeaveAlternateScreen, cursor::Show);
    if ASKED.load(Ordering::Relaxed) {
        // The shell would take what the terminal says late for a command.
        let _gone = tcflush(io::stdin(), QueueSelector::IFlush);
    }
    let _gone = disable_raw_mode();
}

/// Images may lie over the cells, and would stay.
static OVER: AtomicBool = AtomicBool::new(false);
/// Images may be among the cells, which not every terminal takes away with the screen.
static WITHIN: AtomicBool = AtomicBool::new(false);
/// Erases the screen.
const ERASE: &str = "\x1b[2J";

/// Writes what shows images.
pub fn show(text: &str) -> io::Result<()> {
    let kind = if text.contains(images::START) { &OVER } else { &WITHIN };
    kind.store(true, Ordering::Relaxed);
    write(text)
}

/// Whether an answer may still come, which nobody must take for keys.
static ASKED: AtomicBool = AtomicBool::new(false);

/// Asks the terminal, on the screen that was just entered, what is not wished for outright; whether anything was asked.
pub fn question(wish: &Wish) -> io::Result<bool> {
    let images = pictures(wish);
    let Some(question) = answer::question(wish, Place::Screen, images).filter(|_| !dumb()) else { return Ok(false) };
    write(&question)?;
    ASKED.store(true, Ordering::Relaxed);
    Ok(true)
}

/// The last answer has come.
pub fn answered() {
    ASKED.store(false, Ordering::Relaxed);
}

/// Writes to the terminal at once.
pub fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Does something while keys come as they are typed and are not shown.
pub fn raw<T>(act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    enable_raw_mode()?;
    let done = act();
    disable_raw_mode()?;
    done
}

/// There is a terminal at both ends that answers, and it is ours: who stands in the background must not touch it.
pub fn talks() -> bool {
    io::stdout().is_terminal()
        && io::stdin().is_terminal()
        && !dumb()
        && tcgetpgrp(io::stdin()).is_ok_and(|group| group == getpgrp())
}

/// Whether the terminal may show images, or somebody says it does, and this program does.
fn pictures(wish: &Wish) -> bool {
    let said = matches!(wish.images, Show::By(_));
    cfg!(feature = "images") && (said || claim::may_show(|name| std::env::var(name).ok()))
}

/// What is known of the terminal without asking it.
pub fn around(wish: &Wish) -> Around {
    Around {
        images: pictures(wish),
        named: claim::named(|name| std::env::var(name).ok()),
        size: crossterm::terminal::size().unwrap_or_default(),
        measured: measured(),
    }
}

/// Pixels of a cell, as the system knows them from the terminal.
pub fn measured() -> Option<(u16, u16)> {
    let size = crossterm::terminal::window_size().ok()?;
    claim::share((size.width, size.height), (size.columns, size.rows))
}

fn dumb() -> bool {
    std::env::var_os("TERM").is_none_or(|term| term == "dumb" || term.is_empty())
}

/// Puts text on the terminal's clipboard (OSC 52).
pub fn copy(text: &str) -> io::Result<()> {
    execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))
}

/// Listens to the mouse, or leaves it to the terminal.
pub fn mouse(on: bool) -> io::Result<()> {
    if on { execute!(io::stdout(), EnableMouseCapture) } else { execute!(io::stdout(), DisableMouseCapture) }
}

/// Gives the terminal back to the shell until it says `fg`.
pub fn suspend() -> io::Result<()> {
    leave();
    io::stdout().flush()?;
    let stopped = Command::new("kill").args(["-TSTP", &std::process::id().to_string()]).status();
    modes()?;
    stopped.map(|_| ())
}
