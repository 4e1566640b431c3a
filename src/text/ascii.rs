//! The signs that the program and its courses draw, spelled in ASCII of the same width, for fonts that have no others.

use std::borrow::Cow;

/// The ASCII sign in the place of a sign of one cell; `None` for letters and for what has no likeness.
pub fn ascii(c: char) -> Option<char> {
    Some(match c {
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => ' ',
        '─' | '━' | '┄' | '┅' | '┈' | '┉' | '╌' | '╍' | '═' | '╴' | '╶' | '╸' | '╺' | '‐'..='―' | '−' => {
            '-'
        }
        '│' | '┃' | '┆' | '┇' | '┊' | '┋' | '╎' | '╏' | '║' | '╵' | '╷' | '╹' | '╻' | '▎' | '▏' | '▌' | '▍' => {
            '|'
        }
        '┌'..='╋' | '╒'..='╰' => '+',
        '╱' => '/',
        '╲' => '\\',
        '╳' | '✗' | '✘' | '×' | '☒' => 'x',
        '█' | '▉' | '▊' | '▋' | '▓' | '▒' | '■' | '▪' | '▇' | '▆' => '#',
        '░' | '▁'..='▅' | '▐' | '□' | '▫' => '.',
        '→' | '▶' | '▸' | '›' | '»' | '⇒' | '➜' | '➔' | '↪' | '⟩' | '►' | '▷' | '▹' | '⏎' => {
            '>'
        }
        '←' | '◀' | '◂' | '‹' | '«' | '⇐' | '⟨' | '⌫' | '◁' | '↩' => '<',
        '↑' | '▲' | '△' | '▴' | '⇑' | '↟' => '^',
        '↓' | '▼' | '▽' | '▾' | '⇓' => 'v',
        '↔' | '⇔' | '↕' => '=',
        '•' | '●' | '◆' | '★' | '☆' | '※' | '⁕' | '✱' => '*',
        '·' | '․' | '∙' | '⋅' => '.',
        '○' | '◦' | '◎' | '◌' | '⊘' | '∘' | '°' => 'o',
        '◐' | '◑' | '◒' | '◓' | '≈' | '…' | '⋯' | '∼' => '~',
        '✓' | '✔' | '☑' => 'v',
        '☐' => '_',
        '‘' | '’' | '‚' | '′' => '\'',
        '“' | '”' | '„' | '″' => '"',
        '≤' => '<',
        '≥' => '>',
        '≠' => '!',
        '\u{2400}'..='\u{241f}' | '␡' | '␤' | '\u{fffd}' => '?',
        _ => return None,
    })
}

/// The text with every sign in ASCII that has such a form; its width stays the same where signs are narrow.
pub fn spelled(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.chars().any(|c| ascii(c).is_some()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| ascii(c).unwrap_or(c)).collect())
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthChar;

    use super::*;

    #[test]
    fn signs_are_spelled_and_letters_stay() {
        assert_eq!(spelled("└── Pod → 노드 · “✓” …"), "+-- Pod > 노드 . \"v\" ~");
        assert_eq!(spelled("가나다 abc 漢 é 🚀"), "가나다 abc 漢 é 🚀");
    }

    #[test]
    fn a_spelling_is_ascii_of_the_same_width() {
        for c in ('\u{80}'..='\u{ffff}').filter(|c| ascii(*c).is_some()) {
            assert_eq!((c.width(), ascii(c).is_some_and(|a| a.is_ascii())), (Some(1), true), "{c}");
        }
    }
}
