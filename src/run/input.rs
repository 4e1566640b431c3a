//! From what happens on the terminal to messages.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};

use crate::app::look::Answers;
use crate::app::{Message, Mouse};
use crate::keymap::{Chord, Key};

/// What comes from the terminal.
#[derive(Clone, Debug)]
pub enum Input {
    /// Somebody did something.
    Event(Event),
    /// The terminal has said how it looks and how wide it draws.
    Answers(Answers),
}

impl From<Event> for Input {
    fn from(event: Event) -> Self {
        Self::Event(event)
    }
}

impl Input {
    /// The message it stands for; none for what does not concern us.
    pub fn message(self) -> Option<Message> {
        match self {
            Self::Event(event) => message(event),
            Self::Answers(answers) => Some(Message::Answered(answers)),
        }
    }
}

/// The message an event stands for; none for what does not concern us.
pub fn message(event: Event) -> Option<Message> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => {
            let chord = chord(key)?;
            Some(if chord.is_plain() { Message::Key(chord.key) } else { Message::Chord(chord) })
        }
        Event::Paste(text) => Some(Message::Paste(text)),
        Event::Resize(columns, rows) => Some(Message::Resize(columns, rows)),
        Event::Mouse(mouse) => {
            let what = match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => Mouse::Press,
                MouseEventKind::Up(MouseButton::Left) => Mouse::Release,
                MouseEventKind::Drag(MouseButton::Left) => Mouse::Drag,
                MouseEventKind::ScrollDown => Mouse::WheelDown,
                MouseEventKind::ScrollUp => Mouse::WheelUp,
                _ => return None,
            };
            Some(Message::Mouse(what, mouse.column, mouse.row))
        }
        _ => None,
    }
}

fn chord(event: KeyEvent) -> Option<Chord> {
    let held = |modifier| event.modifiers.contains(modifier);
    let (shift, control) = (held(KeyModifiers::SHIFT), held(KeyModifiers::CONTROL));
    if event.modifiers.intersects(KeyModifiers::SUPER | KeyModifiers::META) {
        return None;
    }
    let key = match event.code {
        KeyCode::Char(c) if control => Key::Ctrl(sign(c.to_ascii_lowercase())),
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab if shift => Key::BackTab,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::PageUp if shift => Key::ScrollUp,
        KeyCode::PageDown if shift => Key::ScrollDown,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Insert => Key::Insert,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::F(n) => Key::F(n),
        _ => return None,
    };
    // Shift and Control are part of some keys already.
    let within = matches!(key, Key::Char(_) | Key::Ctrl(_) | Key::BackTab | Key::ScrollUp | Key::ScrollDown);
    Some(Chord { key, shift: shift && !within, alt: held(KeyModifiers::ALT), control: control && !within })
}

/// With Control the terminal library calls four signs by digits that send the same.
fn sign(c: char) -> char {
    match c {
        '4' => '\\',
        '5' => ']',
        '6' => '^',
        '7' => '_',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: KeyCode, modifiers: KeyModifiers, expected: Option<Key>) {
        let got = message(Event::Key(KeyEvent::new(code, modifiers)));
        let got = got.and_then(|message| match message {
            Message::Key(key) => Some(key),
            Message::Chord(chord) => chord.plain(),
            other => panic!("{other:?}"),
        });
        assert_eq!(got, expected);
    }

    #[test]
    fn keys_lose_the_terminal_but_not_their_meaning() {
        check(KeyCode::Char('ㅂ'), KeyModifiers::NONE, Some(Key::Char('ㅂ')));
        check(KeyCode::Char('G'), KeyModifiers::SHIFT, Some(Key::Char('G')));
        check(KeyCode::Char('C'), KeyModifiers::CONTROL, Some(Key::Ctrl('c')));
        check(KeyCode::Tab, KeyModifiers::SHIFT, Some(Key::BackTab));
        check(KeyCode::Char('x'), KeyModifiers::ALT, None);
        check(KeyCode::Left, KeyModifiers::CONTROL, Some(Key::WordLeft));
        check(KeyCode::Right, KeyModifiers::ALT, Some(Key::WordRight));
        check(KeyCode::Left, KeyModifiers::NONE, Some(Key::Left));
        check(KeyCode::PageUp, KeyModifiers::SHIFT, Some(Key::ScrollUp));
        check(KeyCode::Char(']'), KeyModifiers::CONTROL, Some(Key::Ctrl(']')));
        check(KeyCode::Char('5'), KeyModifiers::CONTROL, Some(Key::Ctrl(']')));
        check(KeyCode::CapsLock, KeyModifiers::NONE, None);
    }
}
