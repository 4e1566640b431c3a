//! The bytes of a terminal while its answers are awaited: answers apart from keys, so that no key typed meanwhile is
//! lost and no answer is taken for keys.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::answer::{Answer, background, end, kitty};
use super::claim::program;

/// What the bytes come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Something a person did.
    Event(Event),
    /// Something the terminal said.
    Answer(Answer),
}

/// Longer strings than this are no answer.
const LONGEST: usize = 4096;

/// Takes bytes as they come.
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: Vec<u8>,
}

/// What stands at the front: a number of bytes that mean something or nothing.
enum Front {
    /// More must come.
    Part,
    /// So many bytes mean this.
    Whole(usize, Option<Item>),
}

impl Decoder {
    /// Takes bytes in and gives what is whole.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Item> {
        self.bytes.extend_from_slice(bytes);
        let mut items = Vec::new();
        while let Front::Whole(length, item) = front(&self.bytes) {
            self.bytes.drain(..length.clamp(1, self.bytes.len()));
            items.extend(item);
        }
        items
    }

    /// Something has begun that is not whole.
    pub fn pending(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// Nothing has come for a while: an escape that stands alone is the key, other beginnings are nothing.
    pub fn quiet(&mut self) -> Option<Item> {
        let rest = std::mem::take(&mut self.bytes);
        (rest == [0x1b]).then(|| key(KeyCode::Esc, KeyModifiers::NONE))
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Item {
    Item::Event(Event::Key(KeyEvent::new(code, modifiers)))
}

fn front(bytes: &[u8]) -> Front {
    match bytes {
        [] | [0x1b] => Front::Part,
        [0x1b, b'[', rest @ ..] => csi(rest),
        [0x1b, kind @ (b']' | b'P' | b'_' | b'^' | b'X'), rest @ ..] => string(rest, *kind),
        [0x1b, b'O'] => Front::Part,
        [0x1b, b'O', last, ..] => Front::Whole(3, letter(*last).map(|code| key(code, KeyModifiers::NONE))),
        [0x1b, 0x1b, ..] => Front::Whole(1, Some(key(KeyCode::Esc, KeyModifiers::NONE))),
        [0x1b, rest @ ..] => match front(rest) {
            Front::Whole(length, Some(Item::Event(Event::Key(event)))) => {
                Front::Whole(length + 1, Some(key(event.code, event.modifiers | KeyModifiers::ALT)))
            }
            Front::Whole(length, item) => Front::Whole(length + 1, item),
            Front::Part => Front::Part,
        },
        [first, ..] => plain(*first, bytes),
    }
}

fn plain(first: u8, bytes: &[u8]) -> Front {
    let control = |c: u8| Some(key(KeyCode::Char(char::from(c)), KeyModifiers::CONTROL));
    let one = |code| Front::Whole(1, Some(key(code, KeyModifiers::NONE)));
    match first {
        b'\r' => one(KeyCode::Enter),
        b'\t' => one(KeyCode::Tab),
        0x7f => one(KeyCode::Backspace),
        0 => Front::Whole(1, control(b' ')),
        1..=26 => Front::Whole(1, control(first - 1 + b'a')),
        27..=31 => Front::Whole(1, control(first - 28 + b'4')),
        _ => {
            let length = match first {
                0..=0x7f => 1,
                0xc2..=0xdf => 2,
                0xe0..=0xef => 3,
                0xf0..=0xf4 => 4,
                _ => return Front::Whole(1, None),
            };
            let Some(whole) = bytes.get(..length) else { return Front::Part };
            match std::str::from_utf8(whole).ok().and_then(|text| text.chars().next()) {
                Some(c) => {
                    let shift = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
                    Front::Whole(length, Some(key(KeyCode::Char(c), shift)))
                }
                None => Front::Whole(1, None),
            }
        }
    }
}

/// `ESC [`, parameters, a final byte.
fn csi(rest: &[u8]) -> Front {
    // The Linux console's function keys.
    if let [b'[', more @ ..] = rest {
        return match more.first() {
            None => Front::Part,
            Some(last @ b'A'..=b'E') => Front::Whole(4, Some(key(KeyCode::F(last - b'A' + 1), KeyModifiers::NONE))),
            Some(_) => Front::Whole(4, None),
        };
    }
    let Some(end) = rest.iter().position(|byte| !(0x20..=0x3f).contains(byte)) else {
        return if rest.len() > LONGEST { Front::Whole(rest.len() + 2, None) } else { Front::Part };
    };
    let length = end + 3;
    let (Some(parameters), Some(last)) = (rest.get(..end), rest.get(end)) else { return Front::Part };
    if !(0x40..=0x7e).contains(last) {
        // A broken sequence; what broke it begins anew.
        return Front::Whole(end + 2, None);
    }
    let parameters = std::str::from_utf8(parameters).unwrap_or("");
    if parameters == "200" && *last == b'~' {
        return paste(rest.get(end + 1..).unwrap_or(&[]), length);
    }
    Front::Whole(length, meaning(parameters, *last))
}

fn paste(rest: &[u8], before: usize) -> Front {
    const END: &[u8] = b"\x1b[201~";
    match rest.windows(END.len()).position(|window| window == END) {
        Some(at) => {
            let text = String::from_utf8_lossy(rest.get(..at).unwrap_or(&[])).into_owned();
            Front::Whole(before + at + END.len(), Some(Item::Event(Event::Paste(text))))
        }
        None => Front::Part,
    }
}

fn meaning(parameters: &str, last: u8) -> Option<Item> {
    if last == b'c' {
        return parameters.starts_with('?').then(|| Item::Answer(end(parameters)));
    }
    if last == b'S'
        && let Some(count) = parameters.strip_prefix("?1;0;")
    {
        return count.parse().ok().map(|count| Item::Answer(Answer::Registers(count)));
    }
    if let Some(mouse) = parameters.strip_prefix('<') {
        return self::mouse(mouse, last).map(|mouse| Item::Event(Event::Mouse(mouse)));
    }
    // What is no number is no key either.
    let number = |text: &str| if text.is_empty() { Some(None) } else { text.parse::<u16>().ok().map(Some) };
    let numbers = parameters.trim_start_matches('[').split(';').map(number).collect::<Option<Vec<_>>>()?;
    let at = |place: usize| numbers.get(place).copied().flatten();
    let (first, second) = (at(0), at(1));
    if let (b'R', Some(_), Some(column)) = (last, first, second) {
        return Some(Item::Answer(Answer::Column(column)));
    }
    match (last, numbers.as_slice()) {
        (b't', [Some(4), Some(height), Some(width)]) => return Some(Item::Answer(Answer::Screen(*width, *height))),
        (b't', [Some(6), Some(down), Some(across)]) => return Some(Item::Answer(Answer::Cell(*across, *down))),
        _ => {}
    }
    let mask = second.map_or(0, |mask| mask.saturating_sub(1));
    let mut modifiers = KeyModifiers::NONE;
    for (bit, modifier) in [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL)] {
        if mask & bit != 0 {
            modifiers |= modifier;
        }
    }
    match last {
        b'Z' => Some(key(KeyCode::BackTab, KeyModifiers::SHIFT)),
        b'~' => Some(key(numbered(first?)?, modifiers)),
        _ => letter(last).map(|code| key(code, modifiers)),
    }
}

fn letter(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'H' => KeyCode::Home,
        b'F' => KeyCode::End,
        b'P'..=b'S' => KeyCode::F(last - b'P' + 1),
        _ => return None,
    })
}

fn numbered(number: u16) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(u8::try_from(number - 10).ok()?),
        17..=21 => KeyCode::F(u8::try_from(number - 11).ok()?),
        23 | 24 => KeyCode::F(u8::try_from(number - 12).ok()?),
        _ => return None,
    })
}

fn mouse(parameters: &str, last: u8) -> Option<MouseEvent> {
    let mut numbers = parameters.split(';').map(|number| number.parse::<u16>().ok());
    let (button, column, row) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let kind = match (button & !0b1_1100, last) {
        (0, b'M') => MouseEventKind::Down(MouseButton::Left),
        (0, b'm') => MouseEventKind::Up(MouseButton::Left),
        (64, b'M') => MouseEventKind::ScrollUp,
        (65, b'M') => MouseEventKind::ScrollDown,
        _ => return None,
    };
    let modifiers = KeyModifiers::NONE;
    Some(MouseEvent { kind, column: column.saturating_sub(1), row: row.saturating_sub(1), modifiers })
}

/// A string that ends in BEL or `ESC \`.
fn string(rest: &[u8], kind: u8) -> Front {
    let end = rest.iter().position(|byte| matches!(byte, 0x07 | 0x1b | 0x18 | 0x1a));
    match end.and_then(|end| Some((end, *rest.get(end)?))) {
        None if rest.len() > LONGEST => Front::Whole(rest.len() + 2, None),
        None => Front::Part,
        Some((end, 0x1b)) if end + 1 == rest.len() => Front::Part,
        Some((end, last)) => {
            let closed = last == 0x1b && rest.get(end + 1) == Some(&b'\\');
            let text = rest.get(..end).and_then(|text| std::str::from_utf8(text).ok());
            let meaning = match kind {
                b']' => text.and_then(background),
                b'_' => text.and_then(kitty),
                b'P' => text.and_then(program).map(Answer::Program),
                _ => None,
            };
            let length = match last {
                0x1b if closed => end + 4,
                // Something else begins before the string has ended.
                0x1b => end + 2,
                _ => end + 3,
            };
            Front::Whole(length, meaning.map(Item::Answer))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::claim::Program;
    use super::*;

    fn all(bytes: &[u8]) -> Vec<Item> {
        let mut decoder = Decoder::default();
        let mut items = decoder.push(bytes);
        items.extend(decoder.quiet());
        items
    }

    fn keys(codes: &[KeyCode]) -> Vec<Item> {
        codes.iter().map(|code| key(*code, KeyModifiers::NONE)).collect()
    }

    #[test]
    fn keys_typed_among_the_answers_are_kept() {
        use KeyCode::{Char, Down, Enter, Esc, PageDown};
        let bytes = "j\x1b[1;1R\x1b[1;2R가\x1b]11;rgb:ffff/ffff/ffff\x07\x1b[B\r\x1b[?64;1;2c\x1b[6~\x1b";
        let mut expected = keys(&[Char('j')]);
        expected.extend([Answer::Column(1), Answer::Column(2)].map(Item::Answer));
        expected.extend(keys(&[Char('가')]));
        expected.push(Item::Answer(Answer::Background(255, 255, 255)));
        expected.extend(keys(&[Down, Enter]));
        expected.push(Item::Answer(Answer::End { sixel: false }));
        expected.extend(keys(&[PageDown, Esc]));
        assert_eq!(all(bytes.as_bytes()), expected);
    }

    #[test]
    fn sequences_are_told_apart() {
        #[track_caller]
        fn check(bytes: &str, expected: Option<Item>) {
            assert_eq!(all(bytes.as_bytes()), Vec::from_iter(expected), "{bytes:?}");
        }
        check("\x1b]11;rgb:00/00/00\x1b\\", Some(Item::Answer(Answer::Background(0, 0, 0))));
        check("\x1bP1$r0m\x1b\\", None);
        check("\x1b_Gi=31;OK\x1b\\", Some(Item::Answer(Answer::Kitty)));
        check("\x1bP>|WezTerm 2024\x1b\\", Some(Item::Answer(Answer::Program(Program::Inline))));
        check("\x1b[6;20;10t", Some(Item::Answer(Answer::Cell(10, 20))));
        check("\x1b[4;800;1200t", Some(Item::Answer(Answer::Screen(1200, 800))));
        check("\x1b[6;20t", None);
        check("\x1b[6;99999;10t", None);
        check("\x1b[8;40;120t", None);
        check("\x1b[?1;0;256S", Some(Item::Answer(Answer::Registers(256))));
        check("\x1b[?1;3;0S", None);
        check("\x1b[?62;4;22c", Some(Item::Answer(Answer::End { sixel: true })));
        check("\x1b_Gi=31;ENOTSUP:q\x1b\\", None);
        check("\x1bPGi=31;OK\x1b\\", None);
        check("\x1b[?2026;2$y", None);
        check("\x1b[999999999;R", None);
        check("\x1b]11;rgb:zz/q/q\x07", None);
        check("\x1b[>41;0c", None);
        check("\x1bOA", Some(key(KeyCode::Up, KeyModifiers::NONE)));
        check("\x1b[1;5C", Some(key(KeyCode::Right, KeyModifiers::CONTROL)));
        check("\x1b[Z", Some(key(KeyCode::BackTab, KeyModifiers::SHIFT)));
        check("\x1b[[B", Some(key(KeyCode::F(2), KeyModifiers::NONE)));
        check("\x1b[24~", Some(key(KeyCode::F(12), KeyModifiers::NONE)));
        check("\x1b[21~", Some(key(KeyCode::F(10), KeyModifiers::NONE)));
        check("\x1bx", Some(key(KeyCode::Char('x'), KeyModifiers::ALT)));
        check("\x03", Some(key(KeyCode::Char('c'), KeyModifiers::CONTROL)));
        check("G", Some(key(KeyCode::Char('G'), KeyModifiers::SHIFT)));
        check("\x1b[200~q\r\x1b[31m\x1b[201~", Some(Item::Event(Event::Paste("q\r\x1b[31m".into()))));
        check("\u{9b}", Some(key(KeyCode::Char('\u{9b}'), KeyModifiers::NONE)));
        let wheel = MouseEvent { kind: MouseEventKind::ScrollDown, column: 4, row: 6, modifiers: KeyModifiers::NONE };
        check("\x1b[<65;5;7M", Some(Item::Event(Event::Mouse(wheel))));
        check("\x1b[<35;5;7M", None);
    }

    proptest! {
        #[test]
        fn anything_may_come_in_any_pieces(bytes in "([a-z가]|\u{1b}\\[[0-9;?<]{0,6}[A-Za-z~]|\u{1b}\\]11;rgb:f/f/f(\u{7}|\u{1b}\\\\)|\u{1b}|\u{0}){0,12}", cuts in proptest::collection::vec(1usize..7, 0..40)) {
            let whole = all(bytes.as_bytes());
            let mut decoder = Decoder::default();
            let mut items = Vec::new();
            let mut rest = bytes.as_bytes();
            for cut in cuts {
                let (now, later) = rest.split_at(cut.min(rest.len()));
                items.extend(decoder.push(now));
                rest = later;
            }
            items.extend(decoder.push(rest));
            items.extend(decoder.quiet());
            prop_assert_eq!(items, whole);
        }

        #[test]
        fn garbage_is_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            all(&bytes);
        }
    }
}
