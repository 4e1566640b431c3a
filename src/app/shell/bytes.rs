//! What a terminal sends for keys, pasted text and the mouse, as xterm does.

use super::view::{Modes, Wanted};
use crate::app::Mouse;
use crate::keymap::{Chord, Key};

/// The bytes of a key.
pub fn typed(chord: Chord, application_cursor: bool) -> Vec<u8> {
    let held = 1 + u8::from(chord.shift) + 2 * u8::from(chord.alt) + 4 * u8::from(chord.control);
    // An escape before what is a single byte or character is Alt.
    let short = |bytes: &[u8]| [if chord.alt { &b"\x1b"[..] } else { b"" }, bytes].concat();
    let letter = |last: char| match held {
        1 if application_cursor => format!("\x1bO{last}").into_bytes(),
        1 => format!("\x1b[{last}").into_bytes(),
        held => format!("\x1b[1;{held}{last}").into_bytes(),
    };
    let number = |number: u8| match held {
        1 => format!("\x1b[{number}~").into_bytes(),
        held => format!("\x1b[{number};{held}~").into_bytes(),
    };
    match chord.key {
        Key::Char(c) => short(c.encode_utf8(&mut [0; 4]).as_bytes()),
        Key::Ctrl(c) => short(control(c).encode_utf8(&mut [0; 4]).as_bytes()),
        Key::Enter => short(b"\r"),
        Key::Esc => short(b"\x1b"),
        Key::Tab => short(b"\t"),
        Key::BackTab => b"\x1b[Z".to_vec(),
        Key::Backspace if chord.control => short(b"\x08"),
        Key::Backspace => short(b"\x7f"),
        Key::Up => letter('A'),
        Key::Down => letter('B'),
        Key::Right => letter('C'),
        Key::Left => letter('D'),
        Key::WordRight => b"\x1b[1;5C".to_vec(),
        Key::WordLeft => b"\x1b[1;5D".to_vec(),
        Key::Home => letter('H'),
        Key::End => letter('F'),
        Key::Insert => number(2),
        Key::Delete => number(3),
        Key::PageUp => number(5),
        Key::PageDown => number(6),
        Key::ScrollUp => b"\x1b[5;2~".to_vec(),
        Key::ScrollDown => b"\x1b[6;2~".to_vec(),
        Key::F(n @ 1..=4) => {
            let last = char::from(b'O' + n);
            if held == 1 { format!("\x1bO{last}").into_bytes() } else { format!("\x1b[1;{held}{last}").into_bytes() }
        }
        Key::F(n) => match [15, 17, 18, 19, 20, 21, 23, 24].get(usize::from(n.saturating_sub(5))) {
            Some(code) => number(*code),
            None => Vec::new(),
        },
    }
}

/// The character that Control makes of another.
fn control(c: char) -> char {
    match c.to_ascii_lowercase() {
        c @ 'a'..='z' => char::from(u8::try_from(c).unwrap_or(b'@') & 0x1f),
        ' ' | '@' | '2' => '\0',
        '[' | '3' => '\x1b',
        '\\' => '\x1c',
        ']' => '\x1d',
        '^' => '\x1e',
        '_' | '/' => '\x1f',
        '?' | '8' => '\x7f',
        c => c,
    }
}

/// Text without controls but tab and newline: an escape in it would end a paste.
pub fn harmless(text: &str) -> String {
    text.replace("\r\n", "\n").chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect()
}

/// The bytes of pasted text.
pub fn paste(text: &str, bracketed: bool) -> Vec<u8> {
    let text = harmless(text).replace('\n', "\r");
    match bracketed {
        true => format!("\x1b[200~{text}\x1b[201~").into_bytes(),
        false => text.into_bytes(),
    }
}

/// What comes of the mouse on the shell's screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pointed {
    /// The program hears of it.
    Type(Vec<u8>),
    /// Look further back by so many steps; less than 0 is forward.
    Scroll(isize),
    /// Nothing.
    Nothing,
}

/// What the mouse does at a cell of the shell's screen.
pub fn pointed(mouse: Mouse, (column, row): (u16, u16), modes: Modes) -> Pointed {
    let (button, least) = match mouse {
        Mouse::Press => (0, Wanted::Presses),
        Mouse::Release => (0, Wanted::Releases),
        Mouse::Drag => (32, Wanted::Drags),
        Mouse::WheelUp => (64, Wanted::Presses),
        Mouse::WheelDown => (65, Wanted::Presses),
    };
    let wanted = |wanted| match wanted {
        Wanted::Nothing => 0,
        Wanted::Presses => 1,
        Wanted::Releases => 2,
        Wanted::Drags => 3,
    };
    if wanted(modes.mouse) >= wanted(least) {
        let last = if mouse == Mouse::Release { 'm' } else { 'M' };
        if modes.decimal_mouse {
            return Pointed::Type(format!("\x1b[<{button};{};{}{last}", column + 1, row + 1).into_bytes());
        }
        let button = if mouse == Mouse::Release { 3 } else { button };
        let at = |cell: u16| u8::try_from(cell + 33).ok();
        return match (at(column), at(row)) {
            (Some(column), Some(row)) => Pointed::Type(vec![0x1b, b'[', b'M', 32 + button, column, row]),
            // Further than this form can tell.
            _ => Pointed::Nothing,
        };
    }
    // A program that does not hear of the mouse is scrolled by arrows on the other screen, which has nothing above.
    let arrows = |key| Pointed::Type(typed(Chord::of(key), modes.application_cursor).repeat(3));
    match (mouse, modes.alternate) {
        _ if modes.mouse != Wanted::Nothing => Pointed::Nothing,
        (Mouse::WheelUp, true) => arrows(Key::Up),
        (Mouse::WheelDown, true) => arrows(Key::Down),
        (Mouse::WheelUp, false) => Pointed::Scroll(1),
        (Mouse::WheelDown, false) => Pointed::Scroll(-1),
        _ => Pointed::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(chord: Chord, expected: &str) {
        assert_eq!(String::from_utf8(typed(chord, false)).unwrap(), expected, "{chord:?}");
    }

    #[test]
    fn keys_are_what_xterm_sends() {
        let plain = Chord::of;
        let alt = |key| Chord { alt: true, ..plain(key) };
        check(plain(Key::Char('가')), "가");
        check(plain(Key::Ctrl('c')), "\x03");
        check(plain(Key::Ctrl(' ')), "\0");
        check(plain(Key::Ctrl('\\')), "\x1c");
        check(plain(Key::Enter), "\r");
        check(plain(Key::Backspace), "\x7f");
        check(alt(Key::Char('.')), "\x1b.");
        check(alt(Key::Backspace), "\x1b\x7f");
        check(plain(Key::Up), "\x1b[A");
        check(Chord { control: true, ..plain(Key::Left) }, "\x1b[1;5D");
        check(Chord { shift: true, ..plain(Key::Delete) }, "\x1b[3;2~");
        check(plain(Key::F(1)), "\x1bOP");
        check(plain(Key::F(5)), "\x1b[15~");
        check(plain(Key::F(12)), "\x1b[24~");
        assert_eq!(typed(plain(Key::Up), true), b"\x1bOA");
    }

    #[test]
    fn what_is_pasted_cannot_end_the_paste() {
        let evil = "a\x1b[201~\nrm -rf x\r\n\u{9b}201~\tb\x07";
        assert_eq!(paste(evil, true), "\x1b[200~a[201~\rrm -rf x\r201~\tb\x1b[201~".as_bytes());
        assert_eq!(paste("a\nb", false), b"a\rb");
    }

    #[test]
    fn the_mouse_goes_to_who_asked_for_it() {
        let quiet = Modes::default();
        let pager = Modes { alternate: true, ..quiet };
        let vim = Modes { mouse: Wanted::Drags, decimal_mouse: true, alternate: true, ..quiet };
        let old = Modes { mouse: Wanted::Presses, ..quiet };
        assert_eq!(pointed(Mouse::WheelUp, (1, 1), quiet), Pointed::Scroll(1));
        assert_eq!(pointed(Mouse::WheelDown, (1, 1), pager), Pointed::Type(b"\x1b[B\x1b[B\x1b[B".to_vec()));
        assert_eq!(pointed(Mouse::Press, (4, 2), vim), Pointed::Type(b"\x1b[<0;5;3M".to_vec()));
        assert_eq!(pointed(Mouse::Release, (4, 2), vim), Pointed::Type(b"\x1b[<0;5;3m".to_vec()));
        assert_eq!(pointed(Mouse::Drag, (4, 2), vim), Pointed::Type(b"\x1b[<32;5;3M".to_vec()));
        assert_eq!(pointed(Mouse::Press, (4, 2), old), Pointed::Type(b"\x1b[M %#".to_vec()));
        assert_eq!(pointed(Mouse::Drag, (4, 2), old), Pointed::Nothing);
        assert_eq!(pointed(Mouse::Press, (4, 2), quiet), Pointed::Nothing);
    }
}
