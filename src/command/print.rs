//! Standard output and error: rows with or without color, lines, questions.

use std::io::{self, IsTerminal, Write};

use crossterm::style::{Attribute, ContentStyle, StyledContent};
use ratatui::backend::IntoCrossterm;
use ratatui::style::{Modifier, Style};

use crate::app::Look;
use crate::text::Row;
use crate::ui::theme::style;

/// Writes one line to standard output.
///
/// # Errors
/// The writer's, a closed pipe among them.
pub fn line(text: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// Writes one line to standard error; there is nobody to tell when that fails.
pub fn error(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Writes rows to standard output, each piece in the style of its role, or plain without a look.
///
/// # Errors
/// The writer's, a closed pipe among them.
pub fn rows(rows: &[Row], look: Option<Look>) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for row in rows {
        match look {
            Some(look) => {
                for (role, text) in row {
                    write!(out, "{}", styled(style(*role, look), text))?;
                }
                writeln!(out)?;
            }
            None => {
                let plain: String = row.iter().map(|(_, text)| text.as_str()).collect();
                writeln!(out, "{}", plain.trim_end())?;
            }
        }
    }
    out.flush()
}

fn styled(style: Style, text: &str) -> StyledContent<&str> {
    let mut content = ContentStyle::new();
    content.foreground_color = style.fg.map(IntoCrossterm::into_crossterm);
    content.background_color = style.bg.map(IntoCrossterm::into_crossterm);
    let attributes = [
        (Modifier::BOLD, Attribute::Bold),
        (Modifier::DIM, Attribute::Dim),
        (Modifier::ITALIC, Attribute::Italic),
        (Modifier::UNDERLINED, Attribute::Underlined),
        (Modifier::CROSSED_OUT, Attribute::CrossedOut),
        (Modifier::REVERSED, Attribute::Reverse),
    ];
    for (modifier, attribute) in attributes {
        if style.add_modifier.contains(modifier) {
            content.attributes.set(attribute);
        }
    }
    content.apply(text)
}

/// Whether both ends of the conversation are a terminal.
pub fn interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks a yes-or-no question on standard error; anything but y, yes, 네, 예 and the ㅛ of a Hangul keyboard is no.
///
/// # Errors
/// When the answer cannot be read.
pub fn confirm(question: &str) -> io::Result<bool> {
    let mut err = io::stderr().lock();
    write!(err, "{question} [y/N] ")?;
    err.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "네" | "예" | "ㅛ"))
}
