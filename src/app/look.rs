//! How the screen may look on this terminal: chosen once at the start, read by `ui` alone.

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

/// The whole choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Light or dark.
    pub theme: Theme,
    /// Colors.
    pub depth: Depth,
    /// Marks and rules in ASCII.
    pub ascii: bool,
}

impl Look {
    /// The choice from the environment's words: `TERM`, `COLORTERM`, `NO_COLOR`, and `COLORFGBG` when `theme` is `None`.
    pub fn find(theme: Option<Theme>, color: bool, ascii: bool, env: impl Fn(&str) -> Option<String>) -> Self {
        let term = env("TERM").unwrap_or_default();
        let truecolor = env("COLORTERM").is_some_and(|c| c == "truecolor" || c == "24bit");
        let depth = match () {
            () if !color || env("NO_COLOR").is_some_and(|v| !v.is_empty()) || term == "dumb" => Depth::Mono,
            () if truecolor || term.ends_with("-direct") => Depth::True,
            () if term.contains("256color") || term.contains("kitty") || term.contains("alacritty") => Depth::Indexed,
            () => Depth::Sixteen,
        };
        let light = || {
            let background = env("COLORFGBG")?.rsplit(';').next()?.parse::<u8>().ok()?;
            Some(if background == 7 || background > 8 { Theme::Light } else { Theme::Dark })
        };
        Self { theme: theme.or_else(light).unwrap_or_default(), depth, ascii }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(env: &[(&str, &str)], expected: (Theme, Depth)) {
        let look = Look::find(None, true, false, |name| {
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
    }
}
