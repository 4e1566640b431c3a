//! Colors: the only place where a purpose becomes a color. The terminal's own background is never painted.

use ratatui::style::{Color, Modifier, Style};

use crate::app::look::{Depth, Look, Theme};
use crate::text::Role;

/// The colors of one theme in one depth.
struct Palette {
    text: Color,
    head: Color,
    dim: Color,
    faint: Color,
    accent: Color,
    good: Color,
    bad: Color,
    wait: Color,
    code: Color,
    codebg: Color,
    string: Color,
    number: Color,
    sel: Color,
    key: Color,
}

const fn rgb(r: u8, g: u8, b: u8) -> Color {
    Color::Rgb(r, g, b)
}

const DARK: Palette = Palette {
    text: rgb(213, 216, 218),
    head: rgb(255, 255, 255),
    dim: rgb(120, 127, 135),
    faint: rgb(62, 67, 72),
    accent: rgb(111, 176, 255),
    good: rgb(134, 205, 130),
    bad: rgb(240, 128, 128),
    wait: rgb(232, 190, 100),
    code: rgb(190, 200, 212),
    codebg: rgb(30, 34, 38),
    string: rgb(180, 196, 176),
    number: rgb(206, 190, 172),
    sel: rgb(38, 48, 64),
    key: rgb(240, 205, 140),
};

const LIGHT: Palette = Palette {
    text: rgb(36, 41, 47),
    head: rgb(0, 0, 0),
    dim: rgb(101, 109, 118),
    faint: rgb(208, 213, 219),
    accent: rgb(9, 88, 190),
    good: rgb(20, 115, 50),
    bad: rgb(190, 30, 40),
    wait: rgb(140, 91, 0),
    code: rgb(40, 50, 65),
    codebg: rgb(243, 244, 246),
    string: rgb(52, 78, 58),
    number: rgb(96, 66, 40),
    sel: rgb(221, 233, 250),
    key: rgb(130, 80, 0),
};

const HIGH_DARK: Palette = Palette {
    text: rgb(240, 242, 244),
    head: rgb(255, 255, 255),
    dim: rgb(190, 196, 202),
    faint: rgb(130, 137, 144),
    accent: rgb(140, 200, 255),
    good: rgb(150, 230, 140),
    bad: rgb(255, 168, 168),
    wait: rgb(255, 214, 110),
    code: rgb(226, 232, 240),
    codebg: rgb(26, 30, 34),
    string: rgb(196, 226, 186),
    number: rgb(240, 210, 176),
    sel: rgb(28, 44, 76),
    key: rgb(255, 222, 140),
};

const HIGH_LIGHT: Palette = Palette {
    text: rgb(0, 0, 0),
    head: rgb(0, 0, 0),
    dim: rgb(62, 68, 76),
    faint: rgb(130, 137, 144),
    accent: rgb(0, 58, 140),
    good: rgb(0, 76, 26),
    bad: rgb(140, 0, 18),
    wait: rgb(96, 54, 0),
    code: rgb(14, 22, 36),
    codebg: rgb(238, 240, 243),
    string: rgb(18, 62, 30),
    number: rgb(92, 40, 0),
    sel: rgb(208, 226, 252),
    key: rgb(92, 50, 0),
};

const HIGH_DARK_256: Palette = Palette {
    text: Color::Indexed(255),
    head: Color::Indexed(231),
    dim: Color::Indexed(252),
    faint: Color::Indexed(245),
    accent: Color::Indexed(117),
    good: Color::Indexed(120),
    bad: Color::Indexed(217),
    wait: Color::Indexed(222),
    code: Color::Indexed(254),
    codebg: Color::Indexed(234),
    string: Color::Indexed(151),
    number: Color::Indexed(223),
    sel: Color::Indexed(235),
    key: Color::Indexed(223),
};

const HIGH_LIGHT_256: Palette = Palette {
    text: Color::Indexed(16),
    head: Color::Indexed(16),
    dim: Color::Indexed(238),
    faint: Color::Indexed(245),
    accent: Color::Indexed(18),
    good: Color::Indexed(22),
    bad: Color::Indexed(88),
    wait: Color::Indexed(52),
    code: Color::Indexed(234),
    codebg: Color::Indexed(255),
    string: Color::Indexed(236),
    number: Color::Indexed(52),
    sel: Color::Indexed(195),
    key: Color::Indexed(52),
};

const DARK_256: Palette = Palette {
    text: Color::Indexed(252),
    head: Color::Indexed(231),
    dim: Color::Indexed(245),
    faint: Color::Indexed(239),
    accent: Color::Indexed(75),
    good: Color::Indexed(114),
    bad: Color::Indexed(210),
    wait: Color::Indexed(179),
    code: Color::Indexed(251),
    codebg: Color::Indexed(235),
    string: Color::Indexed(151),
    number: Color::Indexed(187),
    sel: Color::Indexed(237),
    key: Color::Indexed(222),
};

const LIGHT_256: Palette = Palette {
    text: Color::Indexed(235),
    head: Color::Indexed(16),
    dim: Color::Indexed(242),
    faint: Color::Indexed(252),
    accent: Color::Indexed(25),
    good: Color::Indexed(22),
    bad: Color::Indexed(124),
    wait: Color::Indexed(94),
    code: Color::Indexed(237),
    codebg: Color::Indexed(255),
    string: Color::Indexed(22),
    number: Color::Indexed(94),
    sel: Color::Indexed(195),
    key: Color::Indexed(94),
};

const DARK_16: Palette = Palette {
    text: Color::Reset,
    head: Color::Reset,
    dim: Color::DarkGray,
    faint: Color::DarkGray,
    accent: Color::LightBlue,
    good: Color::LightGreen,
    bad: Color::LightRed,
    wait: Color::LightYellow,
    code: Color::Reset,
    codebg: Color::Reset,
    string: Color::Reset,
    number: Color::Reset,
    sel: Color::Reset,
    key: Color::LightYellow,
};

const LIGHT_16: Palette = Palette {
    accent: Color::Blue,
    good: Color::Green,
    bad: Color::Red,
    wait: Color::Magenta,
    key: Color::Reset,
    ..DARK_16
};

const HIGH_DARK_16: Palette = Palette { dim: Color::Reset, faint: Color::Reset, ..DARK_16 };

const HIGH_LIGHT_16: Palette = Palette { dim: Color::Reset, faint: Color::Reset, ..LIGHT_16 };

fn palette(look: Look) -> Option<&'static Palette> {
    match (look.depth, look.theme, look.contrast) {
        (Depth::True, Theme::Dark, false) => Some(&DARK),
        (Depth::True, Theme::Dark, true) => Some(&HIGH_DARK),
        (Depth::True, Theme::Light, false) => Some(&LIGHT),
        (Depth::True, Theme::Light, true) => Some(&HIGH_LIGHT),
        (Depth::Indexed, Theme::Dark, false) => Some(&DARK_256),
        (Depth::Indexed, Theme::Dark, true) => Some(&HIGH_DARK_256),
        (Depth::Indexed, Theme::Light, false) => Some(&LIGHT_256),
        (Depth::Indexed, Theme::Light, true) => Some(&HIGH_LIGHT_256),
        (Depth::Sixteen, Theme::Dark, false) => Some(&DARK_16),
        (Depth::Sixteen, Theme::Light, false) => Some(&LIGHT_16),
        // Of sixteen colors nobody knows the contrast, but the text's own has it.
        (Depth::Sixteen, Theme::Dark, true) => Some(&HIGH_DARK_16),
        (Depth::Sixteen, Theme::Light, true) => Some(&HIGH_LIGHT_16),
        (Depth::Mono, ..) => None,
    }
}

/// The style of a role on this terminal.
pub fn style(role: Role, look: Look) -> Style {
    let weight = match role {
        Role::Head | Role::Strong | Role::DimStrong | Role::Key => Modifier::BOLD,
        Role::Emphasis | Role::CodeComment => Modifier::ITALIC,
        Role::Strike => Modifier::CROSSED_OUT,
        Role::Link => Modifier::UNDERLINED,
        _ => Modifier::empty(),
    };
    let Some(p) = palette(look) else {
        let dim = matches!(role, Role::Dim | Role::Faint | Role::DimStrong | Role::CodeComment);
        return Style::new().add_modifier(if dim { weight | Modifier::DIM } else { weight });
    };
    let (front, back) = match role {
        Role::Text | Role::Emphasis | Role::Link => (p.text, None),
        Role::Head | Role::Strong => (p.head, None),
        Role::Dim | Role::DimStrong | Role::Strike => (p.dim, None),
        Role::Faint => (p.faint, None),
        Role::Accent => (p.accent, None),
        Role::Good => (p.good, None),
        Role::Bad => (p.bad, None),
        Role::Wait => (p.wait, None),
        Role::Key => (p.key, None),
        Role::Code => (p.code, Some(p.codebg)),
        Role::CodeKeyword => (p.head, Some(p.codebg)),
        Role::CodeString => (p.string, Some(p.codebg)),
        Role::CodeNumber => (p.number, Some(p.codebg)),
        Role::CodeComment | Role::CodePrompt => (p.dim, Some(p.codebg)),
    };
    let style = Style::new().fg(front).add_modifier(weight);
    match back.filter(|b| *b != Color::Reset) {
        Some(back) => style.bg(back),
        None => style,
    }
}

/// What lies under the selected row.
pub fn selection(look: Look) -> Style {
    match palette(look) {
        Some(p) if p.sel != Color::Reset => Style::new().bg(p.sel),
        // Reversed colors of marks would be patches of their own.
        _ => Style::new().fg(Color::Reset).bg(Color::Reset).add_modifier(Modifier::REVERSED),
    }
}

/// What was found by a search, and the place among it where one is.
pub fn found(look: Look, here: bool) -> Style {
    match palette(look) {
        Some(p) if p.sel != Color::Reset && here => Style::new().fg(p.sel).bg(p.key).add_modifier(Modifier::BOLD),
        Some(p) if p.sel != Color::Reset => Style::new().fg(p.key).bg(p.sel),
        _ => {
            let weight = if here { Modifier::REVERSED } else { Modifier::UNDERLINED };
            Style::new().add_modifier(weight | Modifier::BOLD).remove_modifier(Modifier::DIM)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(color: Color) -> f64 {
        let (r, g, b) = match color {
            Color::Rgb(r, g, b) => (r, g, b),
            Color::Indexed(n) if n >= 232 => (8 + (n - 232) * 10, 8 + (n - 232) * 10, 8 + (n - 232) * 10),
            Color::Indexed(n) if n >= 16 => {
                let level = |v: u8| if v == 0 { 0 } else { 55 + 40 * v };
                let n = n - 16;
                (level(n / 36), level(n / 6 % 6), level(n % 6))
            }
            other => panic!("{other:?} has no fixed value"),
        };
        let part = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
    }

    #[track_caller]
    fn check(name: &str, front: Color, back: Color, least: f64) {
        let (one, two) = (luminance(front), luminance(back));
        let contrast = (one.max(two) + 0.05) / (one.min(two) + 0.05);
        assert!(contrast >= least, "{name}: {contrast:.2} : 1");
    }

    #[test]
    fn text_verdicts_and_keys_can_be_read_in_both_themes() {
        let black = [rgb(0, 0, 0), rgb(29, 31, 33)];
        let white = [rgb(255, 255, 255), rgb(253, 253, 252)];
        let themes = [
            ("dark", &DARK, black),
            ("dark 256", &DARK_256, black),
            ("light", &LIGHT, white),
            ("light 256", &LIGHT_256, white),
        ];
        for (theme, p, backs) in themes {
            let fronts = [
                ("text", p.text),
                ("head", p.head),
                ("accent", p.accent),
                ("good", p.good),
                ("bad", p.bad),
                ("wait", p.wait),
                ("key", p.key),
            ];
            for back in backs.into_iter().chain([p.sel]) {
                for (name, front) in fronts {
                    check(&format!("{theme} {name}"), front, back, 4.5);
                }
                check(&format!("{theme} dim"), p.dim, back, 3.0);
            }
            for (name, front) in [("code", p.code), ("string", p.string), ("number", p.number), ("keyword", p.head)] {
                check(&format!("{theme} {name}"), front, p.codebg, 4.5);
            }
        }
    }

    #[test]
    fn high_contrast_is_seven_to_one() {
        let black = [rgb(0, 0, 0), rgb(29, 31, 33)];
        let white = [rgb(255, 255, 255), rgb(253, 253, 252)];
        let themes = [
            ("dark", &HIGH_DARK, black),
            ("dark 256", &HIGH_DARK_256, black),
            ("light", &HIGH_LIGHT, white),
            ("light 256", &HIGH_LIGHT_256, white),
        ];
        for (theme, p, backs) in themes {
            let fronts = [
                ("text", p.text),
                ("head", p.head),
                ("dim", p.dim),
                ("accent", p.accent),
                ("good", p.good),
                ("bad", p.bad),
                ("wait", p.wait),
                ("key", p.key),
            ];
            for back in backs.into_iter().chain([p.sel]) {
                for (name, front) in fronts {
                    check(&format!("{theme} {name}"), front, back, 7.0);
                }
            }
            let code =
                [("code", p.code), ("string", p.string), ("number", p.number), ("keyword", p.head), ("dim", p.dim)];
            for (name, front) in code {
                check(&format!("{theme} {name}"), front, p.codebg, 7.0);
            }
            for back in backs {
                check(&format!("{theme} faint"), p.faint, back, 3.0);
            }
        }
    }

    #[test]
    fn the_background_is_the_terminals_own() {
        for depth in [Depth::True, Depth::Indexed, Depth::Sixteen, Depth::Mono] {
            for role in [Role::Text, Role::Head, Role::Dim, Role::Accent, Role::Good, Role::Key, Role::Link] {
                assert_eq!(style(role, Look { depth, ..Look::default() }).bg, None);
            }
        }
    }
}
