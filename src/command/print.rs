//! Standard output and error: rows with or without color, lines, questions.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::style::{Attribute, ContentStyle, StyledContent};
use crossterm::terminal::{Clear, ClearType};
use ratatui::backend::IntoCrossterm;
use ratatui::style::{Modifier, Style};

use serde_json::Value;

use crate::app::Look;
use crate::text::{Row, Rows, clean, spelled};
use crate::ui::theme::style;

/// Signs are spelled in ASCII.
static ASCII: AtomicBool = AtomicBool::new(false);

/// Says whether signs are spelled in ASCII, for all that is printed from now on but JSON.
pub fn spell(ascii: bool) {
    ASCII.store(ascii, Ordering::Relaxed);
}

/// The last guard before the terminal: nothing it obeys, and in ASCII no sign beyond it.
fn guarded(text: &str) -> Cow<'_, str> {
    let safe = clean(text);
    match ASCII.load(Ordering::Relaxed) {
        true => Cow::Owned(spelled(&safe).into_owned()),
        false => safe,
    }
}

/// Writes lines to standard output, with control characters shown and never sent.
///
/// # Errors
/// The writer's, a closed pipe among them.
pub fn line(text: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{}", shown(text))
}

/// Writes a line over the one that the terminal's cursor is in, and leaves the cursor there.
///
/// # Errors
/// The writer's.
pub fn over(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    write!(out, "\r{}{}", Clear(ClearType::UntilNewLine), guarded(text))?;
    out.flush()
}

/// Writes lines to standard error; there is nobody to tell when that fails.
pub fn error(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", shown(text));
}

/// Writes text that is styled by us (what it quotes is clean already) to standard output.
///
/// # Errors
/// The writer's, a closed pipe among them.
pub fn styled_line(text: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// Writes text that is styled by us to standard error.
pub fn styled_error(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// The form of JSON output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Json {
    /// Indented.
    Pretty,
    /// On one line.
    Line,
}

/// Writes JSON to standard output; what a terminal would obey stands escaped.
///
/// # Errors
/// The writer's, a closed pipe among them.
pub fn json(value: &Value, form: Json) -> io::Result<()> {
    let text = if form == Json::Line { value.to_string() } else { format!("{value:#}") };
    writeln!(io::stdout().lock(), "{}", escaped(&text))
}

/// Writes what another program reads (XML, CSV) to standard output as it is; its writer has let no control character in.
///
/// # Errors
/// The writer's, a closed pipe among them.
pub fn raw(text: &str) -> io::Result<()> {
    write!(io::stdout().lock(), "{text}")
}

fn shown(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(guarded).collect();
    lines.join("\n")
}

/// Control characters beyond those that JSON escapes anyway, and what turns the direction of text, as `\u` escapes.
fn escaped(json: &str) -> String {
    let obeyed = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    json.chars().map(|c| if obeyed(c) { format!("\\u{:04x}", u32::from(c)) } else { c.into() }).collect()
}

/// Writes rows to standard output, each piece in the style of its role, or plain without a look.
///
/// # Errors
/// The writer's, a closed pipe among them.
pub fn rows(rows: &[Row], look: Option<Look>) -> io::Result<()> {
    let mut out = Out::new(look);
    out.write(&rows.iter().cloned().collect())?;
    out.end()
}

/// Rows on their way to standard output, each piece in the style of its role, or plain without a look.
pub struct Out {
    out: io::BufWriter<io::StdoutLock<'static>>,
    look: Option<Look>,
}

impl Out {
    /// Rows that look so.
    pub fn new(look: Option<Look>) -> Self {
        Self { out: io::BufWriter::with_capacity(64 * 1024, io::stdout().lock()), look }
    }

    /// Writes some.
    ///
    /// # Errors
    /// The writer's, a closed pipe among them.
    pub fn write(&mut self, rows: &Rows) -> io::Result<()> {
        let Some(look) = self.look else {
            return rows.texts().try_for_each(|text| {
                self.out.write_all(guarded(text).trim_end().as_bytes())?;
                self.out.write_all(b"\n")
            });
        };
        for mut row in rows.iter() {
            row.try_for_each(|(role, text)| write!(self.out, "{}", styled(style(role, look), &guarded(text))))?;
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// The writer's, a closed pipe among them.
    pub fn end(mut self) -> io::Result<()> {
        self.out.flush()
    }
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
    write!(err, "{} [y/N] ", shown(question))?;
    err.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "네" | "예" | "ㅛ"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_sent() {
        assert_eq!(shown("가\x1b[31m\n\u{9b}2J나"), "가␛[31m\n‹U+009B›2J나");
        let value = serde_json::json!({"a": "\u{9b}2J\u{7f}\u{202e}가\x1b"});
        let text = escaped(&format!("{value:#}"));
        assert_eq!(text, "{\n  \"a\": \"\\u009b2J\\u007f\\u202e가\\u001b\"\n}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
