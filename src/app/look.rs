//! How the screen may look on this terminal: chosen at the start, mended when the terminal answers, read by `ui` alone.

use super::{App, Effect};
use crate::text::{self, Ambiguous};

/// Light or dark text for the terminal's own background.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// For dark backgrounds.
    #[default]
    Dark,
    /// For light backgrounds.
    Light,
}

/// How many colors the terminal can show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// 24 bits.
    #[default]
    True,
    /// The 256 of xterm.
    Indexed,
    /// The terminal's own sixteen.
    Sixteen,
    /// None: weight and shape alone.
    Mono,
}

/// A way in which a terminal is told of images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// kitty's graphics: images lie over the cells, and are moved and taken away by name.
    Kitty,
    /// iTerm2's inline images: files that take the place of cells.
    Iterm,
    /// Sixels: pixels that take the place of cells.
    Sixel,
}

impl Protocol {
    /// Its images are gone where text is written, and only there.
    pub fn in_cells(self) -> bool {
        self != Self::Kitty
    }
}

/// Whether images are shown, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// As the terminal can.
    #[default]
    Auto,
    /// Not at all: their words alone.
    Never,
    /// In this way, whatever the terminal says.
    By(Protocol),
}

/// How images are drawn on this terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imaging {
    /// How the terminal is told of them.
    pub protocol: Protocol,
    /// Pixels of a cell as the terminal said: columns and rows, neither 0.
    pub cell: Option<(u16, u16)>,
    /// The same as the system knew it at that time.
    pub measured: Option<(u16, u16)>,
    /// Colors that sixels may have at a time; 0 when the terminal did not say.
    pub registers: u16,
    /// The background.
    pub paper: Option<(u8, u8, u8)>,
}

impl Imaging {
    /// Pixels of a cell, given what the system knows now: the terminal's own word, unless letters have become larger or
    /// smaller since.
    pub fn cell(&self, measured: Option<(u16, u16)>) -> Option<(u16, u16)> {
        if measured == self.measured { self.cell.or(measured) } else { measured.or(self.cell) }
    }
}

/// What the learner asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Light or dark; as the terminal says when `None`.
    pub theme: Option<Theme>,
    /// More contrast.
    pub contrast: bool,
    /// The terminal's own sixteen colors.
    pub own: bool,
    /// Colors at all.
    pub color: bool,
    /// Marks and rules in ASCII.
    pub ascii: bool,
    /// How many cells ambiguous characters take; as the terminal says when `None`.
    pub ambiguous: Option<Ambiguous>,
    /// Whether images are shown, and how.
    pub images: Show,
}

impl Default for Wish {
    fn default() -> Self {
        let images = Show::default();
        Self { theme: None, contrast: false, own: false, color: true, ascii: false, ambiguous: None, images }
    }
}

/// What the terminal has said of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Its background.
    pub theme: Option<Theme>,
    /// The cells it gives to ambiguous characters.
    pub ambiguous: Option<Ambiguous>,
    /// It shows images, and how.
    pub images: Option<Imaging>,
}

/// The whole choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Light or dark.
    pub theme: Theme,
    /// Colors.
    pub depth: Depth,
    /// More contrast.
    pub contrast: bool,
    /// Marks and rules in ASCII.
    pub ascii: bool,
    /// Ambiguous characters take two cells: then our own marks and rules are those of ASCII, whose width is sure, and
    /// those of the course are counted.
    pub wide: bool,
    /// How images are shown; only their words are when `None`.
    pub images: Option<Imaging>,
}

impl Look {
    /// The choice from a wish and the environment's words: `TERM`, `COLORTERM`, `NO_COLOR`, and `COLORFGBG` when no
    /// theme is wished for.
    pub fn find(wish: &Wish, env: impl Fn(&str) -> Option<String>) -> Self {
        let term = env("TERM").unwrap_or_default();
        let truecolor = env("COLORTERM").is_some_and(|c| c == "truecolor" || c == "24bit");
        let depth = match () {
            () if !wish.color || env("NO_COLOR").is_some_and(|v| !v.is_empty()) || term == "dumb" => Depth::Mono,
            () if wish.own => Depth::Sixteen,
            () if truecolor || term.ends_with("-direct") => Depth::True,
            () if term.contains("256color") || term.contains("kitty") || term.contains("alacritty") => Depth::Indexed,
            () => Depth::Sixteen,
        };
        let light = || {
            let background = env("COLORFGBG")?.rsplit(';').next()?.parse::<u8>().ok()?;
            Some(if background == 7 || background > 8 { Theme::Light } else { Theme::Dark })
        };
        let wide = wish.ambiguous.is_some_and(Ambiguous::any);
        let theme = wish.theme.or_else(light).unwrap_or_default();
        Self { theme, depth, contrast: wish.contrast, ascii: wish.ascii || wide, wide, images: None }
    }

    /// The same look on a terminal that has answered.
    #[must_use]
    pub fn on(self, answers: &Answers) -> Self {
        let wide = answers.ambiguous.map_or(self.wide, Ambiguous::any);
        Self {
            theme: answers.theme.unwrap_or(self.theme),
            ascii: self.ascii || wide,
            wide,
            images: self.images.or(answers.images),
            ..self
        }
    }

    /// Signs of the course are spelled in ASCII too.
    pub fn spelled(self) -> bool {
        self.ascii && !self.wide
    }
}

impl App {
    /// The terminal is not what was supposed: colors, and where widths differ every layout, are made anew.
    pub(super) fn answered(&mut self, answers: &Answers) {
        self.look = self.look.on(answers);
        if let Some(wide) = answers.ambiguous.filter(|wide| *wide != text::ambiguous()) {
            text::set_ambiguous(wide);
            self.reader.relayout();
            // What was drawn too wide lies where nobody knows.
            self.effects.push(Effect::Redraw);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(env: &[(&str, &str)], expected: (Theme, Depth)) {
        let look = Look::find(&Wish::default(), |name| {
            env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        });
        assert_eq!((look.theme, look.depth), expected);
    }

    #[test]
    fn the_look_follows_the_environment() {
        check(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")], (Theme::Dark, Depth::True));
        check(&[("TERM", "tmux-256color")], (Theme::Dark, Depth::Indexed));
        check(&[("TERM", "linux")], (Theme::Dark, Depth::Sixteen));
        check(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")], (Theme::Dark, Depth::Mono));
        check(&[("TERM", "linux"), ("COLORFGBG", "0;15")], (Theme::Light, Depth::Sixteen));
        check(&[("TERM", "linux"), ("COLORFGBG", "15;default;0")], (Theme::Dark, Depth::Sixteen));
        check(&[("TERM", "dumb"), ("COLORTERM", "truecolor")], (Theme::Dark, Depth::Mono));
    }

    #[test]
    fn a_wish_goes_before_the_environment_and_colors_of_its_own_before_many() {
        let env = |name: &str| (name == "COLORTERM").then(|| "truecolor".to_owned());
        let find = |wish: Wish| Look::find(&wish, env);
        let look = find(Wish { theme: Some(Theme::Light), contrast: true, ..Wish::default() });
        assert_eq!((look.theme, look.contrast, look.depth), (Theme::Light, true, Depth::True));
        assert_eq!(find(Wish { own: true, ..Wish::default() }).depth, Depth::Sixteen);
        assert_eq!(find(Wish { own: true, color: false, ..Wish::default() }).depth, Depth::Mono);
    }

    #[test]
    fn where_signs_are_wide_ours_are_those_of_ascii() {
        let wish = Wish { ambiguous: Some(Ambiguous::WIDE), ..Wish::default() };
        let told = Look::find(&wish, |_| None);
        assert_eq!((told.ascii, told.wide, told.spelled()), (true, true, false));
        let answers = Answers { ambiguous: Some(Ambiguous::WIDE), theme: Some(Theme::Light), images: None };
        let heard = Look::default().on(&answers);
        assert_eq!((heard.ascii, heard.wide, heard.theme), (true, true, Theme::Light));
        let narrow = Look { ascii: true, ..Look::default() }.on(&Answers::default());
        assert!(narrow.ascii && !narrow.wide && narrow.spelled());
    }

    #[test]
    fn a_cells_pixels_are_the_terminals_word_until_letters_change() {
        let imaging = |cell, measured| Imaging { protocol: Protocol::Sixel, cell, measured, registers: 0, paper: None };
        let (said, known, other) = (Some((10, 20)), Some((9, 19)), Some((12, 25)));
        assert_eq!(imaging(said, known).cell(known), said);
        assert_eq!(imaging(said, None).cell(None), said);
        assert_eq!(imaging(None, known).cell(known), known);
        assert_eq!(imaging(said, known).cell(other), other, "another size of letters");
        assert_eq!(imaging(said, known).cell(None), said);
        assert_eq!(imaging(None, None).cell(None), None);
    }

    #[test]
    fn what_is_shown_already_stays_so() {
        let imaging = |protocol| Some(Imaging { protocol, cell: None, measured: None, registers: 0, paper: None });
        let on = |look: Look, images| look.on(&Answers { images, ..Answers::default() });
        let kitty = on(Look::default(), imaging(Protocol::Kitty));
        assert_eq!(kitty.images, imaging(Protocol::Kitty));
        assert_eq!(on(kitty, imaging(Protocol::Iterm)), kitty, "a word that comes late changes nothing");
    }
}
