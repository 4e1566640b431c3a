//! What is asked of a terminal, and what its answers mean.

use super::claim::{Around, Program, Said, cell, choose, share};
use crate::app::look::{Answers, Imaging, Show, Theme, Wish};
use crate::text::Ambiguous;

/// One thing a terminal has said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Its background, 8 bits a color.
    Background(u8, u8, u8),
    /// The cursor's column, from 1.
    Column(u16),
    /// It shows images by kitty's graphics protocol.
    Kitty,
    /// What it calls itself.
    Program(Program),
    /// Pixels of a cell: columns and rows.
    Cell(u16, u16),
    /// Pixels of the whole screen: columns and rows.
    Screen(u16, u16),
    /// Colors that sixels may have at a time.
    Registers(u16),
    /// What it is; every terminal says it, so nothing more comes.
    End {
        /// It shows sixels.
        sixel: bool,
    },
}

/// Where a question is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the screen that was just entered.
    Screen,
    /// At the cursor, where a command is about to print.
    Line,
}

/// Asks whether images are shown by kitty's graphics protocol, by one of a single pixel that is not kept; and what the
/// terminal calls itself. Whether it shows sixels it says at the end, as part of what it is.
const IMAGES: &str = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[>q";
/// Asks for pixels of a cell, and of the screen for who does not know of cells; and for color registers.
const PIXELS: &str = "\x1b[16t\x1b[14t\x1b[?1;1;0S";

/// What to write to find out what is not wished for outright, and, where they can be shown, how images are; `None` when
/// there is nothing to ask.
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
    if images && wish.images == Show::Auto {
        text.push_str(IMAGES);
    }
    if images && wish.images != Show::Never {
        text.push_str(PIXELS);
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
    background: Option<(u8, u8, u8)>,
    columns: Vec<u16>,
    said: Said,
    cell: Option<(u16, u16)>,
    screen: Option<(u16, u16)>,
    registers: u16,
}

impl Heard {
    /// Takes one answer in; true when it was the last.
    pub fn take(&mut self, answer: Answer) -> bool {
        match answer {
            Answer::Background(red, green, blue) => self.background = Some((red, green, blue)),
            Answer::Column(column) => self.columns.push(column),
            Answer::Kitty => self.said.kitty = true,
            Answer::Program(program) => self.said.program = Some(program),
            Answer::Cell(across, down) => self.cell = cell(across, down),
            Answer::Screen(width, height) => self.screen = Some((width, height)),
            Answer::Registers(count) => self.registers = count,
            Answer::End { sixel } => {
                self.said = Said { sixel, ended: true, ..self.said };
                return true;
            }
        }
        false
    }

    /// What they come to, as far as it was wished to follow the terminal, beside what was known before.
    pub fn answers(&self, wish: &Wish, around: &Around) -> Answers {
        let ambiguous = match self.columns.as_slice() {
            [start, line, sign] => match (line.checked_sub(*start), sign.checked_sub(*line)) {
                (Some(lines @ 1..=2), Some(signs @ 1..=2)) => Some(Ambiguous { lines: lines == 2, signs: signs == 2 }),
                _ => None,
            },
            _ => None,
        };
        Answers {
            theme: self.background.map(theme).filter(|_| wish.theme.is_none()),
            ambiguous: ambiguous.filter(|_| wish.ambiguous.is_none()),
            images: self.imaging(wish, around),
        }
    }

    fn imaging(&self, wish: &Wish, around: &Around) -> Option<Imaging> {
        let cell = self.cell.or_else(|| share(self.screen?, around.size));
        let known = cell.is_some() || around.measured.is_some();
        Some(Imaging {
            protocol: choose(wish.images, &self.said, around, known)?,
            cell,
            measured: around.measured,
            registers: self.registers,
            paper: self.background,
        })
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

/// That images are shown by kitty's graphics protocol, which an APC says; `None` for everything else.
pub fn kitty(apc: &str) -> Option<Answer> {
    (apc == "Gi=31;OK").then_some(Answer::Kitty)
}

/// What a terminal says it is (DA1): its class, then what it can do.
pub fn end(parameters: &str) -> Answer {
    Answer::End { sixel: parameters.split(';').skip(1).any(|what| what == "4") }
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
fn theme((red, green, blue): (u8, u8, u8)) -> Theme {
    let light = 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
    if light > 128_000 { Theme::Light } else { Theme::Dark }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::look::Protocol;

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
        assert_eq!(ended, answers.last() == Some(&Answer::End { sixel: false }));
        let Answers { theme, ambiguous, images: None } = heard.answers(&wish, &Around::default()) else {
            panic!("no images were asked for")
        };
        assert_eq!((theme, ambiguous), expected, "{answers:?}");
    }

    #[test]
    fn answers_say_theme_and_widths() {
        use Answer::{Background, Column};
        const END: Answer = Answer::End { sixel: false };
        let narrow = Some(Ambiguous::default());
        let free = Wish::default();
        check(free, &[Column(1), Column(2), Column(3), END], (None, narrow));
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
        check(fixed, &[Column(1), Column(3), Column(5), Background(255, 255, 255), END], (None, None));
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
        assert!(images.starts_with("\x1b_Gi=31,") && images.contains("\x1b[>q") && images.contains("\x1b[16t"));
        assert!(images.ends_with("\x1b[c"), "{images:?}");
        let said = question(&Wish { images: Show::By(Protocol::Sixel), ..fixed }, Place::Screen, true).unwrap();
        assert!(!said.contains("\x1b_G") && !said.contains("\x1b[>q") && said.contains("\x1b[16t"));
        assert_eq!(question(&Wish { images: Show::Never, ..fixed }, Place::Screen, true), None);
    }

    #[test]
    fn what_is_said_of_images_comes_together() {
        use Answer::{Background, Cell, End, Kitty, Registers, Screen};
        let around = Around { images: true, named: None, size: (120, 40), measured: Some((9, 19)) };
        let heard = |answers: &[Answer], around: &Around| {
            let mut heard = Heard::default();
            let ended = answers.iter().filter(|answer| heard.take(**answer)).count();
            assert!(ended <= 1);
            heard.answers(&Wish::default(), around).images
        };
        let imaging = Imaging {
            protocol: Protocol::Sixel,
            cell: Some((10, 20)),
            measured: Some((9, 19)),
            registers: 16,
            paper: Some((1, 2, 3)),
        };
        let all = [Background(1, 2, 3), Cell(10, 20), Screen(1300, 900), Registers(16), End { sixel: true }];
        assert_eq!(heard(&all, &around), Some(imaging));
        assert_eq!(heard(&[Screen(1205, 803), End { sixel: true }], &around).unwrap().cell, Some((10, 20)));
        let unknown = Around { measured: None, ..around };
        assert_eq!(heard(&[Cell(0, 9), End { sixel: true }], &unknown), None, "the size of a cell is not known");
        assert_eq!(heard(&[Kitty], &unknown).unwrap().protocol, Protocol::Kitty);
        assert_eq!(heard(&[Kitty, End { sixel: true }], &Around { images: false, ..around }), None);
    }

    #[test]
    fn an_ok_is_heard_and_sixels_are_part_of_what_a_terminal_is() {
        assert_eq!(kitty("Gi=31;OK"), Some(Answer::Kitty));
        for other in ["Gi=31;ENOTSUP:no", "Gi=30;OK", "", "G"] {
            assert_eq!(kitty(other), None, "{other}");
        }
        for (parameters, sixel) in
            [("?62;4;22", true), ("?65;1;9;4", true), ("?4;6", false), ("?62;14;44", false), ("?", false)]
        {
            assert_eq!(end(parameters), Answer::End { sixel }, "{parameters}");
        }
    }
}
