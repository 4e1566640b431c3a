//! Standard output and error: rows with or without color, lines, questions.

use std::io::{self, IsTerminal, Write};

use crate::text::Row;

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

/// Writes rows to standard output, each piece in the style that `style` gives its role.
///
/// # Errors
/// The writer's, a closed pipe among them.
pub fn rows(rows: &[Row], style: Option<&crate::ui::Theme>) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for row in rows {
        match style {
            Some(theme) => {
                for (role, text) in row {
                    write!(out, "{}", theme.ansi(*role, text))?;
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
