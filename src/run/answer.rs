//! What is asked of a terminal, and what its answers mean.

use crate::app::look::{Answers, Theme, Wish};
use crate::text::Ambiguous;

/// One thing a terminal has said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Its background, 8 bits a color.
    Background(u8, u8, u8),
    /// The cursor's column, from 1.
    Column(u16),
    /// It shows images.
    Images,
    /// What it is; every terminal says it, so nothing more comes.
    End,
}

/// Where a question is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the screen that was just entered.
    Screen,
    /// At the cursor, where a command is about to print.
    Line,
}

/// Asks whether images are shown (kitty's graphics protocol), by one of a single pixel that is not kept.
const IMAGES: &str = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\";

/// What to write to find out what is not wished for outright, and whether images are shown; `None` when there is nothing
/// to ask.
pub fn question(wish: &Wish, place: Place, images: bool) -> Option<String> {
    // What is erased below too, because glyphs may reach beyond their cells.
    let (before, after) = match place {
        // The place that DECSC keeps is where the other screen goes on.
        Place::Screen => ("\x1b[H", "\x1b[H\x1b[2J"),
        Place::Line => ("\x1b7", "\x1b8\x1b[J"),
    };
    let mut text = String::new();
    if wish.ambiguous.is_none() {
        text.push_str(before);
        text.push_str("\x1b[6n│\x1b[6n●\x1b[6n");
        text.push_str(after);
    }
    if wish.theme.is_none() && wish.color {
        text.push_str("\x1b]11;?\x07");
    }
    if images {
        text.push_str(IMAGES);
    }
    if text.is_empty() {
        return None;
    }
    text.push_str("\x1b[c");
    Some(text)
}

/// The answers as they come in.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    theme: Option<Theme>,
    columns: Vec<u16>,
    images: bool,
}

impl Heard {
    /// Takes one answer in; true when it was the last.
    pub fn take(&mut self, answer: Answer) -> bool {
        match answer {
            Answer::Background(red, green, blue) => self.theme = Some(theme(red, green, blue)),
            Answer::Column(column) => self.columns.push(column),
            Answer::Images => self.images = true,
            Answer::End => return true,
        }
        false
    }

    /// What they come to, as far as it was wished to follow the terminal.
    pub fn answers(&self, wish: &Wish) -> Answers {
        let ambiguous = match self.columns.as_slice() {
            [start, line, sign] => match (line.checked_sub(*start), sign.checked_sub(*line)) {
                (Some(lines @ 1..=2), Some(signs @ 1..=2)) => Some(Ambiguous { lines: lines == 2, signs: signs == 2 }),
                _ => None,
            },
            _ => None,
        };
        Answers {
            theme: self.theme.filter(|_| wish.theme.is_none()),
            ambiguous: ambiguous.filter(|_| wish.ambiguous.is_none()),
            images: self.images,
        }
    }
}

/// The background that an OSC says, `11;rgb:ffff/ffff/ffff`; `None` for everything else.
pub fn background(osc: &str) -> Option<Answer> {
    let color = osc.strip_prefix("11;")?;
    let parts: Vec<&str> = match color.strip_prefix('#') {
        Some(hex) if hex.is_ascii() && hex.len() % 3 == 0 => {
            let digits = hex.len() / 3;
            (0..3).filter_map(|i| hex.get(i * digits..(i + 1) * digits)).collect()
        }
        Some(_) => return None,
        None => color.strip_prefix("rgb:").or_else(|| color.strip_prefix("rgba:"))?.split('/').take(3).collect(),
    };
    let [red, green, blue] = parts.as_slice() else { return None };
    Some(Answer::Background(byte(red)?, byte(green)?, byte(blue)?))
}

/// That images are shown, which an APC says; `None` for everything else.
pub fn images(apc: &str) -> Option<Answer> {
    (apc == "Gi=31;OK").then_some(Answer::Images)
}

/// Whether to ask for images at all: `TERM` and the like name those that would hide them, print the question, or keep it
/// to themselves.
pub fn may_show(env: impl Fn(&str) -> Option<String>) -> bool {
    let term = env("TERM").unwrap_or_default();
    let within = ["TMUX", "STY"].iter().any(|name| env(name).is_some_and(|value| !value.is_empty()));
    let deaf = term.is_empty() || ["dumb", "linux", "tmux", "screen"].iter().any(|name| term.starts_with(name));
    !within && !deaf && env("TERM_PROGRAM").is_none_or(|program| program != "Apple_Terminal")
}

/// One to four hexadecimal digits, scaled to 8 bits.
fn byte(hex: &str) -> Option<u8> {
    let most = match hex.len() {
        digits @ 1..=4 => (1u32 << (4 * digits)) - 1,
        _ => return None,
    };
    let value = u32::from_str_radix(hex, 16).ok()?;
    u8::try_from(value * 255 / most).ok()
}

/// Dark text or light: what can be read better on it.
fn theme(red: u8, green: u8, blue: u8) -> Theme {
    let light = 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
    if light > 128_000 { Theme::Light } else { Theme::Dark }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backgrounds_are_read_in_every_form() {
        #[track_caller]
        fn check(osc: &str, expected: Option<(u8, u8, u8)>) {
            assert_eq!(background(osc), expected.map(|(r, g, b)| Answer::Background(r, g, b)), "{osc}");
        }
        check("11;rgb:ffff/ffff/ffff", Some((255, 255, 255)));
        check("11;rgb:1d1d/1f1f/2121", Some((29, 31, 33)));
        check("11;rgb:f/0/8", Some((255, 0, 136)));
        check("11;rgba:ff/00/00/80", Some((255, 0, 0)));
        check("11;#fdf6e3", Some((253, 246, 227)));
        check("11;#ffff00000000", Some((255, 0, 0)));
        for garbage in ["", "11;", "11;?", "10;rgb:ff/ff/ff", "11;rgb:ff/ff", "11;rgb:/ff/ff", "11;rgb:x/y/z", "11;#가"]
        {
            check(garbage, None);
        }
    }

    #[track_caller]
    fn check(wish: Wish, answers: &[Answer], expected: (Option<Theme>, Option<Ambiguous>)) {
        let mut heard = Heard::default();
        let ended = answers.iter().fold(false, |_, answer| heard.take(*answer));
        assert_eq!(ended, answers.last() == Some(&Answer::End));
        let Answers { theme, ambiguous, images: false } = heard.answers(&wish) else {
            panic!("no images were asked for")
        };
        assert_eq!((theme, ambiguous), expected, "{answers:?}");
    }

    #[test]
    fn answers_say_theme_and_widths() {
        use Answer::{Background, Column, End};
        let narrow = Some(Ambiguous::default());
        let free = Wish::default();
        check(free, &[Column(1), Column(2), Column(3), End], (None, narrow));
        check(
            free,
            &[Column(7), Column(9), Column(11), Background(255, 255, 255)],
            (Some(Theme::Light), Some(Ambiguous::WIDE)),
        );
        check(free, &[Column(1), Column(2), Column(4)], (None, Some(Ambiguous { lines: false, signs: true })));
        check(free, &[Background(0, 43, 54)], (Some(Theme::Dark), None));
        // What cannot be is no answer.
        check(free, &[Column(1), Column(9), Column(2)], (None, None));
        check(free, &[Column(1), Column(2)], (None, None));
        let fixed = Wish { theme: Some(Theme::Dark), ambiguous: narrow, ..free };
        check(fixed, &[Column(1), Column(3), Column(5), Background(255, 255, 255), End], (None, None));
    }

    #[test]
    fn only_what_is_not_said_is_asked() {
        let free = Wish::default();
        let all = question(&free, Place::Screen, false).unwrap();
        assert!(all.contains("6n") && all.contains("]11;?") && all.ends_with("\x1b[c"));
        assert!(!question(&Wish { color: false, ..free }, Place::Line, false).unwrap().contains("]11"));
        assert!(
            !question(&Wish { ambiguous: Some(Ambiguous::WIDE), ..free }, Place::Line, false).unwrap().contains("6n")
        );
        let fixed = Wish { theme: Some(Theme::Dark), ambiguous: Some(Ambiguous::default()), ..free };
        assert_eq!(question(&fixed, Place::Screen, false), None);
        let images = question(&fixed, Place::Screen, true).unwrap();
        assert!(images.starts_with("\x1b_Gi=31,") && images.ends_with("\x1b\\\x1b[c"), "{images:?}");
    }

    #[test]
    fn images_are_asked_for_where_they_may_be_shown_and_an_ok_is_heard() {
        #[track_caller]
        fn check(env: &[(&str, &str)], expected: bool) {
            let found = |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            assert_eq!(may_show(found), expected, "{env:?}");
        }
        check(&[("TERM", "xterm-kitty")], true);
        check(&[("TERM", "xterm-256color"), ("TMUX", "")], true);
        check(&[("TERM", "xterm-256color"), ("TMUX", "/tmp/tmux-0/default,1,0")], false);
        check(&[("TERM", "xterm-256color"), ("STY", "1.pts")], false);
        check(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "Apple_Terminal")], false);
        for term in ["", "dumb", "linux", "tmux-256color", "screen"] {
            check(&[("TERM", term)], false);
        }
        assert_eq!(images("Gi=31;OK"), Some(Answer::Images));
        for other in ["Gi=31;ENOTSUP:no", "Gi=30;OK", "", "G"] {
            assert_eq!(images(other), None, "{other}");
        }
        let mut heard = Heard::default();
        assert!(!heard.take(Answer::Images) && heard.answers(&Wish::default()).images);
    }
}
