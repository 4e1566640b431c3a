//! What terminals claim about images, and what is believed: their own answers before the environment's words, which are
//! handed down to terminals that were opened within others.

use crate::app::look::{Protocol, Show};

/// Pixels of a cell that no terminal has, by side.
const LARGEST: u16 = 255;

/// What a terminal calls itself, as far as it matters for images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// iTerm2: it answers to kitty's graphics too, of which it knows a part.
    Iterm,
    /// One that takes iTerm2's images.
    Inline,
    /// Another.
    Other,
}

/// What a terminal has said of images.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said {
    /// It shows one by kitty's graphics protocol.
    pub kitty: bool,
    /// What it calls itself.
    pub program: Option<Program>,
    /// It shows sixels.
    pub sixel: bool,
    /// It has said all.
    pub ended: bool,
}

/// What is known of a terminal without asking it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// Images can be shown at all, by this program and through all that lies between.
    pub images: bool,
    /// What the environment names.
    pub named: Option<Protocol>,
    /// Columns and rows of the screen.
    pub size: (u16, u16),
    /// Pixels of a cell.
    pub measured: Option<(u16, u16)>,
}

/// How images are to be shown; not at all when `None`. `cell` says whether the pixels of a cell are known.
pub fn choose(show: Show, said: &Said, around: &Around, cell: bool) -> Option<Protocol> {
    let chosen = match (show, said.program) {
        _ if !around.images => None,
        (Show::Never, _) => None,
        (Show::By(protocol), _) => Some(protocol),
        (Show::Auto, Some(Program::Iterm)) => Some(Protocol::Iterm),
        (Show::Auto, _) if said.kitty => Some(Protocol::Kitty),
        (Show::Auto, Some(Program::Inline)) => Some(Protocol::Iterm),
        (Show::Auto, _) if said.sixel && cell => Some(Protocol::Sixel),
        // It has no name and has answered everything else: it is as old as the environment's word for it.
        (Show::Auto, None) if said.ended => around.named,
        (Show::Auto, _) => None,
    };
    // Sixels are as large as their pixels.
    chosen.filter(|protocol| cell || *protocol != Protocol::Sixel)
}

/// What a terminal calls itself (XTVERSION), which a DCS says; `None` for everything else.
pub fn program(dcs: &str) -> Option<Program> {
    let name = dcs.strip_prefix(">|")?;
    let is = |known: &str| name.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known));
    Some(match () {
        () if is("iTerm2") => Program::Iterm,
        () if ["WezTerm", "mintty", "Rio"].into_iter().any(is) => Program::Inline,
        () => Program::Other,
    })
}

/// What the environment names. kitty needs no word here: whatever speaks its protocol has said so, and who has not is
/// another terminal that was opened within one.
pub fn named(env: impl Fn(&str) -> Option<String>) -> Option<Protocol> {
    let is = |name: &str, values: &[&str]| env(name).is_some_and(|value| values.contains(&value.as_str()));
    let inline = is("TERM_PROGRAM", &["iTerm.app", "WezTerm", "mintty", "rio"])
        || is("LC_TERMINAL", &["iTerm2"])
        || env("WEZTERM_PANE").is_some_and(|value| !value.is_empty());
    inline.then_some(Protocol::Iterm)
}

/// Whether to ask for images at all: `TERM` and the like name those that would hide them, print the question, or keep it
/// to themselves.
pub fn may_show(env: impl Fn(&str) -> Option<String>) -> bool {
    let term = env("TERM").unwrap_or_default();
    let within = ["TMUX", "STY", "ZELLIJ"].iter().any(|name| env(name).is_some_and(|value| !value.is_empty()));
    let deaf = term.is_empty() || ["dumb", "linux", "tmux", "screen"].iter().any(|name| term.starts_with(name));
    !within && !deaf && env("TERM_PROGRAM").is_none_or(|program| program != "Apple_Terminal")
}

/// Pixels of a cell, when they can be those of one.
pub fn cell(across: u16, down: u16) -> Option<(u16, u16)> {
    let sound = |side: u16| (2..=LARGEST).contains(&side);
    (sound(across) && sound(down)).then_some((across, down))
}

/// Pixels of a cell of a screen, by all its pixels and its columns and rows.
pub fn share((width, height): (u16, u16), (columns, rows): (u16, u16)) -> Option<(u16, u16)> {
    cell(width.checked_div(columns)?, height.checked_div(rows)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env<'a>(words: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        move |name| words.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn images_are_asked_for_where_they_may_be_shown() {
        #[track_caller]
        fn check(words: &[(&str, &str)], expected: bool) {
            assert_eq!(may_show(env(words)), expected, "{words:?}");
        }
        check(&[("TERM", "xterm-kitty")], true);
        check(&[("TERM", "xterm-256color"), ("TMUX", "")], true);
        check(&[("TERM", "xterm-256color"), ("TMUX", "/tmp/tmux-0/default,1,0")], false);
        check(&[("TERM", "xterm-256color"), ("STY", "1.pts")], false);
        check(&[("TERM", "xterm-256color"), ("ZELLIJ", "0")], false);
        check(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "Apple_Terminal")], false);
        for term in ["", "dumb", "linux", "tmux-256color", "screen"] {
            check(&[("TERM", term)], false);
        }
    }

    #[test]
    fn the_terminals_answers_go_before_the_environment() {
        use Program::{Inline, Iterm, Other};
        #[track_caller]
        fn check(said: Said, named: Option<Protocol>, cell: bool, expected: Option<Protocol>) {
            let around = Around { images: true, named, ..Around::default() };
            assert_eq!(choose(Show::Auto, &said, &around, cell), expected, "{said:?}");
            assert_eq!(choose(Show::Auto, &said, &Around { images: false, ..around }, cell), None);
            assert_eq!(choose(Show::Never, &said, &around, cell), None);
        }
        let said = |program, kitty, sixel| Said { program, kitty, sixel, ended: true };
        let inline = Some(Protocol::Iterm);
        check(said(Some(Iterm), true, true), None, true, inline);
        check(said(Some(Inline), true, true), None, true, Some(Protocol::Kitty));
        check(said(Some(Inline), false, true), None, true, inline);
        check(said(Some(Other), true, true), inline, true, Some(Protocol::Kitty));
        check(said(Some(Other), false, true), inline, true, Some(Protocol::Sixel));
        check(said(Some(Other), false, true), inline, false, None);
        check(said(Some(Other), false, false), inline, true, None);
        check(said(None, false, false), inline, false, inline);
        check(said(None, false, true), inline, true, Some(Protocol::Sixel));
        check(said(None, false, false), None, true, None);
        check(Said::default(), inline, true, None);
    }

    #[test]
    fn a_wish_goes_before_every_answer_but_sixels_need_the_size_of_a_cell() {
        let around = Around { images: true, ..Around::default() };
        for protocol in [Protocol::Kitty, Protocol::Iterm, Protocol::Sixel] {
            let chosen = |cell| choose(Show::By(protocol), &Said::default(), &around, cell);
            assert_eq!(chosen(true), Some(protocol));
            assert_eq!(chosen(false).is_some(), protocol != Protocol::Sixel);
            assert_eq!(choose(Show::By(protocol), &Said::default(), &Around::default(), true), None);
        }
    }

    #[test]
    fn terminals_are_known_by_their_own_name() {
        assert_eq!(program(">|iTerm2 3.5.2"), Some(Program::Iterm));
        assert_eq!(program(">|WezTerm 20240203-110809-5046fc22"), Some(Program::Inline));
        assert_eq!(program(">|mintty 3.7.0"), Some(Program::Inline));
        assert_eq!(program(">|XTerm(390)"), Some(Program::Other));
        assert_eq!(program(">|가나"), Some(Program::Other));
        assert_eq!(program(">|"), Some(Program::Other));
        for other in ["", "1$r0m", "iTerm2 3.5.2", ">"] {
            assert_eq!(program(other), None, "{other}");
        }
    }

    #[test]
    fn the_environment_names_who_takes_inline_images() {
        #[track_caller]
        fn check(words: &[(&str, &str)], expected: bool) {
            assert_eq!(named(env(words)).is_some(), expected, "{words:?}");
        }
        check(&[("TERM_PROGRAM", "iTerm.app")], true);
        check(&[("LC_TERMINAL", "iTerm2")], true);
        check(&[("WEZTERM_PANE", "0")], true);
        check(&[("WEZTERM_PANE", "")], false);
        check(&[("TERM_PROGRAM", "vscode"), ("KITTY_WINDOW_ID", "1")], false);
        check(&[], false);
    }

    #[test]
    fn cells_have_pixels_that_can_be() {
        assert_eq!(cell(10, 20), Some((10, 20)));
        for (across, down) in [(0, 20), (10, 0), (1, 1), (256, 20), (10, u16::MAX)] {
            assert_eq!(cell(across, down), None, "{across}×{down}");
        }
        assert_eq!(share((1207, 805), (120, 40)), Some((10, 20)));
        assert_eq!(share((0, 0), (120, 40)), None);
        assert_eq!(share((1200, 800), (0, 40)), None);
    }
}
