//! How the screen may look on this terminal: chosen at the start, mended when the terminal answers, read by `ui` alone.

use crate::text::Ambiguous;

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
}

impl Default for Wish {
    fn default() -> Self {
        Self { theme: None, contrast: false, own: false, color: true, ascii: false, ambiguous: None }
    }
}

/// What the terminal has said of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Its background.
    pub theme: Option<Theme>,
    /// The cells it gives to ambiguous characters.
    pub ambiguous: Option<Ambiguous>,
    /// It shows images.
    pub images: bool,
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
    /// Images are shown, not only their words.
    pub images: bool,
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
        Self { theme, depth, contrast: wish.contrast, ascii: wish.ascii || wide, wide, images: false }
    }

    /// The same look on a terminal that has answered.
    #[must_use]
    pub fn on(self, answers: &Answers) -> Self {
        let wide = answers.ambiguous.map_or(self.wide, Ambiguous::any);
        Self {
            theme: answers.theme.unwrap_or(self.theme),
            ascii: self.ascii || wide,
            wide,
            images: self.images || answers.images,
            ..self
        }
    }

    /// Signs of the course are spelled in ASCII too.
    pub fn spelled(self) -> bool {
        self.ascii && !self.wide
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
        let heard =
            Look::default().on(&Answers { ambiguous: Some(Ambiguous::WIDE), theme: Some(Theme::Light), images: false });
        assert_eq!((heard.ascii, heard.wide, heard.theme), (true, true, Theme::Light));
        let narrow = Look { ascii: true, ..Look::default() }.on(&Answers::default());
        assert!(narrow.ascii && !narrow.wide && narrow.spelled());
    }
}
