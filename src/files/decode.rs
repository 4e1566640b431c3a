//! Bytes into text. UTF-8, and UTF-16 where it says so by its byte order mark; any other encoding is named, never guessed.

use super::encoding::{Encoding, encoding};
use super::error::ReadError;

/// The text of bytes: without a byte order mark, and with every line ended by `\n` or `\r\n` (a carriage return alone
/// ends a line too, as Markdown and YAML have it, so that all readers count the same lines).
pub(super) fn text(path: &str, bytes: Vec<u8>) -> Result<String, ReadError> {
    let text = match *bytes.as_slice() {
        [0xff, 0xfe, ref rest @ ..] => utf16(path, rest, u16::from_le_bytes)?,
        [0xfe, 0xff, ref rest @ ..] => utf16(path, rest, u16::from_be_bytes)?,
        _ => String::from_utf8(bytes)
            .map_err(|error| not_utf8(path, error.as_bytes(), error.utf8_error().valid_up_to()))?,
    };
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    Ok(if alone(&text) { joined(text) } else { text })
}

/// Whether a carriage return stands without its line feed.
pub(super) fn alone(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.contains(&b'\r')
        && bytes.iter().enumerate().any(|(at, byte)| *byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
}

fn joined(text: String) -> String {
    text.split("\r\n").map(|part| part.replace('\r', "\n")).collect::<Vec<_>>().join("\r\n")
}

fn utf16(path: &str, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, ReadError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok(c) => text.push(c),
            Err(_) => return Err(broken_utf16(path, &text)),
        }
    }
    if rest.is_empty() { Ok(text) } else { Err(broken_utf16(path, &text)) }
}

fn broken_utf16(path: &str, before: &str) -> ReadError {
    let (line, column) = place(before);
    ReadError::NotText { path: path.to_owned(), line, column, encoding: Encoding::BrokenUtf16 }
}

fn not_utf8(path: &str, bytes: &[u8], valid: usize) -> ReadError {
    // What is valid up to there is text.
    let (line, column) = place(&String::from_utf8_lossy(bytes.get(..valid).unwrap_or_default()));
    ReadError::NotText { path: path.to_owned(), line, column, encoding: encoding(bytes) }
}

/// Line and column, from 1, behind a text.
fn place(before: &str) -> (usize, usize) {
    let lines = before.replace("\r\n", "\n").replace('\r', "\n");
    let last = lines.rsplit('\n').next().unwrap_or_default();
    (1 + lines.matches('\n').count(), 1 + last.trim_start_matches('\u{feff}').chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(text("a.md", bytes.to_vec()).unwrap(), expected);
    }

    #[track_caller]
    fn refused(bytes: &[u8], place: (usize, usize), expected: Encoding) {
        match text("a.md", bytes.to_vec()) {
            Err(ReadError::NotText { line, column, encoding, .. }) => {
                assert_eq!((line, column, encoding), (place.0, place.1, expected));
            }
            other => panic!("{other:?}"),
        }
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        format!("\u{feff}{text}").encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn text_is_utf_8_or_marked_utf_16() {
        check("가\n나".as_bytes(), "가\n나");
        check("\u{feff}가".as_bytes(), "가");
        check(&utf16("# 가🚢\r\n", u16::to_le_bytes), "# 가🚢\r\n");
        check(&utf16("# 가🚢\n", u16::to_be_bytes), "# 가🚢\n");
        check(b"a\0b", "a\0b");
        check(b"", "");
        check(b"\xff\xfe", "");
    }

    #[test]
    fn a_carriage_return_alone_ends_a_line() {
        check(b"a\rb\r\nc\n\r\rd\r", "a\nb\r\nc\n\n\nd\n");
        check(b"a\r\nb\r\n", "a\r\nb\r\n");
    }

    #[test]
    fn what_is_no_utf_8_is_named_with_its_place() {
        // 한글 in CP949.
        refused(b"# ok\n\n\xc7\xd1\xb1\xdb ok \xb0\xa1\n", (3, 1), Encoding::Cp949);
        refused(b"ok\rab \xc7\xd1", (2, 4), Encoding::Cp949);
        refused(b"abc \xff\xfe", (1, 5), Encoding::Unknown);
        refused(
            "가나 ".as_bytes().iter().chain(b"\xe9t\xe9").copied().collect::<Vec<_>>().as_slice(),
            (1, 4),
            Encoding::Unknown,
        );
        refused(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", (1, 1), Encoding::Binary);
        refused(
            &"ab나 ok".encode_utf16().flat_map(u16::to_le_bytes).chain([0x80, 0]).collect::<Vec<_>>(),
            (1, 5),
            Encoding::Utf16,
        );
        refused(b"\xff\xfea", (1, 1), Encoding::BrokenUtf16);
        refused(b"\xff\xfea\0\x00\xd8b\0", (1, 2), Encoding::BrokenUtf16);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_text_or_refused(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            if let Ok(text) = text("a", bytes) {
                proptest::prop_assert!(!alone(&text));
            }
        }
    }
}
