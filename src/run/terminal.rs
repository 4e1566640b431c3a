//! The terminal's modes: entered once, left whatever happens. Nothing else in the library enters or leaves it.

use std::io::{self, Write as _};
use std::process::Command;
use std::sync::Once;

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, SetTitle, disable_raw_mode, enable_raw_mode};
use crossterm::{cursor, execute};
use ratatui::Terminal;

use super::backend::Terse;

/// The screen of a real terminal.
pub type Screen = Terminal<Terse>;

/// Takes the terminal over; a panic gives it back before it is told.
pub fn enter() -> io::Result<Screen> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
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
    let _gone = execute!(io::stdout(), DisableBracketedPaste, DisableMouseCapture, LeaveAlternateScreen, cursor::Show);
    let _gone = disable_raw_mode();
}

/// Puts text on the terminal's clipboard (OSC 52).
pub fn copy(text: &str) -> io::Result<()> {
    execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))
}

/// Gives the terminal back to the shell until it says `fg`.
pub fn suspend() -> io::Result<()> {
    leave();
    io::stdout().flush()?;
    let stopped = Command::new("kill").args(["-TSTP", &std::process::id().to_string()]).status();
    modes()?;
    stopped.map(|_| ())
}
