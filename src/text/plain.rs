//! Printable ASCII and Hangul syllables: most of a lesson. They are counted in bytes and need no tables.

/// The front of a text that is nothing else: its bytes and its cells.
pub(super) fn plain(text: &str) -> (usize, usize) {
    front::<b' '>(text)
}

/// The same, up to the first space.
pub(super) fn plain_word(text: &str) -> (usize, usize) {
    front::<b'!'>(text)
}

fn front<const FIRST: u8>(text: &str) -> (usize, usize) {
    let (mut rest, mut cells) = (text.as_bytes(), 0);
    loop {
        rest = match rest {
            [byte, tail @ ..] if (FIRST..=b'~').contains(byte) => {
                cells += 1;
                tail
            }
            // 가 is EA B0 80, 힣 is ED 9E A3.
            [0xeb | 0xec, _, _, tail @ ..]
            | [0xea, 0xb0..=0xbf, _, tail @ ..]
            | [0xed, 0x80..=0x9d, _, tail @ ..]
            | [0xed, 0x9e, 0x80..=0xa3, tail @ ..] => {
                cells += 2;
                tail
            }
            _ => return (text.len() - rest.len(), cells),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, front: &str, cells: usize) {
        assert_eq!(plain(text), (front.len(), cells), "{text:?}");
    }

    #[test]
    fn the_front_ends_where_something_else_begins() {
        check("", "", 0);
        check("Pod는 a~", "Pod는 a~", 8);
        check("가힣뀀쿿", "가힣뀀쿿", 8);
        for other in
            ["\u{abff}", "\u{d7a4}", "\u{d7ff}", "\u{a000}", "\u{1100}", "\u{e000}", "é", "漢", "🚀", "\t", "\x7f"]
        {
            check(&format!("a{other}b"), "a", 1);
        }
        assert_eq!(plain_word("노드 a"), (6, 4));
    }

    #[test]
    fn every_syllable_is_plain_and_nothing_else_beyond_ascii_is() {
        for c in '\u{80}'..=char::MAX {
            let front = plain(&c.to_string()).0;
            assert_eq!(front > 0, ('가'..='힣').contains(&c), "{c:?}");
        }
    }
}
