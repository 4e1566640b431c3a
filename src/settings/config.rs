//! `config.toml`: read key by key, so that one mistake hides no other and what is right counts.

use std::io;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::allow::Allow;
use super::home::Home;
use crate::files;
use crate::lab::Level;
use crate::problem::Problem;

/// The file's name below [`Home::config`].
pub const FILE: &str = "config.toml";

/// Which colors the screen is drawn for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the terminal says.
    #[default]
    Auto,
    /// For a dark background.
    Dark,
    /// For a light background.
    Light,
    /// Dark or light as the terminal says, with more contrast.
    HighContrast,
    /// For a dark background, with more contrast.
    HighContrastDark,
    /// For a light background, with more contrast.
    HighContrastLight,
    /// The terminal's own sixteen colors.
    Terminal,
}

/// How many cells characters of ambiguous width take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ambiguous {
    /// As the terminal says.
    #[default]
    Auto,
    /// One.
    Narrow,
    /// Two.
    Wide,
}

/// Whether colors are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// On a terminal that has them, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Yes.
    Always,
    /// No.
    Never,
}

/// Whether images of lessons are shown, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Images {
    /// As the terminal can.
    #[default]
    Auto,
    /// By kitty's graphics protocol.
    Kitty,
    /// As iTerm2's inline images.
    Iterm,
    /// As sixels.
    Sixel,
    /// Not at all.
    Never,
}

/// What the learner has set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Clusters other than ours that may be worked on.
    pub allow: Vec<Allow>,
    /// `theme`.
    pub theme: Theme,
    /// `color`.
    pub color: Color,
    /// `ascii`: no signs beyond ASCII.
    pub ascii: bool,
    /// `ambiguous`.
    pub ambiguous: Ambiguous,
    /// `images`; read by every build, so that one file serves them all, and heeded by those that can show images.
    pub images: Images,
    /// `level`, until the learner chooses another in the program.
    pub level: Option<Level>,
}

const THEMES: &[(&str, Theme)] = &[
    ("auto", Theme::Auto),
    ("dark", Theme::Dark),
    ("light", Theme::Light),
    ("high-contrast", Theme::HighContrast),
    ("high-contrast-dark", Theme::HighContrastDark),
    ("high-contrast-light", Theme::HighContrastLight),
    ("terminal", Theme::Terminal),
];
const WIDTHS: &[(&str, Ambiguous)] =
    &[("auto", Ambiguous::Auto), ("narrow", Ambiguous::Narrow), ("wide", Ambiguous::Wide)];
const IMAGES: &[(&str, Images)] = &[
    ("auto", Images::Auto),
    ("kitty", Images::Kitty),
    ("iterm", Images::Iterm),
    ("sixel", Images::Sixel),
    ("never", Images::Never),
];
const COLORS: &[(&str, Color)] = &[("auto", Color::Auto), ("always", Color::Always), ("never", Color::Never)];
const KEYS: [&str; 7] = ["allow", "theme", "color", "ascii", "ambiguous", "images", "level"];

impl Settings {
    /// Reads `config.toml`; a missing file is the defaults.
    pub fn load(home: &Home) -> (Self, Vec<Problem>) {
        match files::read_to_string(&home.config.join(FILE)) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (Self::default(), Vec::new()),
            Err(error) => (Self::default(), vec![Problem::error(FILE, 0, 0, error.to_string())]),
        }
    }

    /// Reads the text of the file.
    pub fn parse(text: &str) -> (Self, Vec<Problem>) {
        let mut reader = Reader { text, problems: Vec::new() };
        let mut settings = Self::default();
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let help = format!("TOML: {}", error.message());
            reader.wrong(error.span().unwrap_or(0..0), "TOML 문법에 맞지 않아요.", Some(help));
        }
        // One broken line is one problem, whatever it does to the keys in it.
        reader.problems.dedup_by_key(|problem| problem.line);
        let mut broken = std::mem::take(&mut reader.problems);
        for (key, value) in table.get_ref() {
            reader.set(&mut settings, key, value);
        }
        reader.problems.retain(|problem| broken.iter().all(|b| b.line != problem.line));
        reader.problems.append(&mut broken);
        reader.problems.sort();
        (settings, reader.problems)
    }
}

struct Reader<'a> {
    text: &'a str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn wrong(&mut self, span: Range<usize>, message: impl Into<String>, help: Option<String>) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = 1 + before.matches('\n').count();
        let column = 1 + before.rsplit('\n').next().map_or(0, |line| line.chars().count());
        self.problems.push(Problem { help, ..Problem::error(FILE, line, column, message) });
    }

    fn set(&mut self, settings: &mut Settings, key: &Spanned<toml::de::DeString<'_>>, value: &Spanned<DeValue<'_>>) {
        match key.get_ref().as_ref() {
            "allow" => self.allow(settings, value),
            "theme" => self.one_of("theme", value, THEMES, &mut settings.theme),
            "color" => self.one_of("color", value, COLORS, &mut settings.color),
            "ambiguous" => self.one_of("ambiguous", value, WIDTHS, &mut settings.ambiguous),
            "images" => self.one_of("images", value, IMAGES, &mut settings.images),
            "ascii" => match value.get_ref().as_bool() {
                Some(ascii) => settings.ascii = ascii,
                None => self.wrong(value.span(), "ascii에는 true나 false를 써요.", None),
            },
            "level" => {
                let levels = [Level::Beginner, Level::Intermediate, Level::Advanced];
                let mut level = Level::default();
                let before = self.problems.len();
                self.one_of("level", value, &levels.map(|level| (level.name(), level)), &mut level);
                settings.level = (self.problems.len() == before).then_some(level);
            }
            other => {
                let help = crate::yaml::nearest(other, KEYS).map_or_else(
                    || format!("쓸 수 있는 키: {}", KEYS.join(", ")),
                    |near| format!("혹시 `{near}`인가요?"),
                );
                self.wrong(key.span(), format!("모르는 키예요: {other}"), Some(help));
            }
        }
    }

    fn one_of<T: Copy>(&mut self, key: &str, value: &Spanned<DeValue<'_>>, known: &[(&str, T)], slot: &mut T) {
        let text = value.get_ref().as_str();
        match known.iter().find(|(word, _)| Some(*word) == text) {
            Some((_, found)) => *slot = *found,
            None => {
                let words: Vec<_> = known.iter().map(|(word, _)| format!("\"{word}\"")).collect();
                let help = format!("쓸 수 있는 값: {}", words.join(", "));
                self.wrong(value.span(), format!("{key}에 쓸 수 없는 값이에요."), Some(help));
            }
        }
    }

    fn allow(&mut self, settings: &mut Settings, value: &Spanned<DeValue<'_>>) {
        let Some(entries) = value.get_ref().as_array() else {
            let help = "`[[allow]]` 아래에 server, ca-sha256, cluster-uid를 쓰세요.";
            return self.wrong(value.span(), "allow는 `[[allow]]` 항목이에요.", Some(help.into()));
        };
        for entry in entries.iter() {
            let Some(table) = entry.get_ref().as_table() else {
                self.wrong(entry.span(), "allow는 `[[allow]]` 항목이에요.", None);
                continue;
            };
            let before = self.problems.len();
            let mut text = |name: &str| match table.get(name) {
                Some(value) => match value.get_ref().as_str().filter(|text| !text.trim().is_empty()) {
                    Some(text) => text.trim().to_owned(),
                    None => {
                        self.wrong(value.span(), format!("{name}에는 글을 써요."), None);
                        String::new()
                    }
                },
                None => {
                    self.wrong(entry.span(), format!("allow 항목에 {name} 값이 없어요."), None);
                    String::new()
                }
            };
            let allow =
                Allow { server: text("server"), ca_sha256: text("ca-sha256"), cluster_uid: text("cluster-uid") };
            for (key, _) in table {
                if !["server", "ca-sha256", "cluster-uid"].contains(&key.get_ref().as_ref()) {
                    self.wrong(key.span(), format!("allow 항목의 모르는 키예요: {}", key.get_ref()), None);
                }
            }
            // Half an entry would allow more than was meant.
            if self.problems.len() == before {
                settings.allow.push(allow);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn wrong(text: &str, expected: &str) -> Settings {
        let (settings, problems) = Settings::parse(text);
        let shown: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(shown.join("\n"), expected, "{text}");
        settings
    }

    #[test]
    fn a_whole_file_is_read() {
        let text = "theme = \"light\"\ncolor = \"never\"\nascii = true\nlevel = \"중급\"\n\
                    [[allow]]\nserver = \"https://a:6443\"\nca-sha256 = \"ab\"\ncluster-uid = \"u\"\n";
        let settings = wrong(text, "");
        assert_eq!((settings.theme, settings.color, settings.ascii), (Theme::Light, Color::Never, true));
        assert_eq!((settings.level, settings.allow.len()), (Some(Level::Intermediate), 1));
        assert_eq!(wrong("", ""), Settings::default());
        let settings = wrong("theme = \"high-contrast-light\"\nambiguous = \"wide\"\n", "");
        assert_eq!((settings.theme, settings.ambiguous), (Theme::HighContrastLight, Ambiguous::Wide));
        assert_eq!(wrong("theme = \"terminal\"", "").theme, Theme::Terminal);
        assert_eq!(wrong("images = \"sixel\"", "").images, Images::Sixel);
        wrong("images = true", "config.toml:1:10: images에 쓸 수 없는 값이에요.");
        wrong("ambiguous = 2", "config.toml:1:13: ambiguous에 쓸 수 없는 값이에요.");
    }

    #[test]
    fn mistakes_come_all_at_once_and_hide_nothing_that_is_right() {
        let settings = wrong(
            "them = 1\ncolor = \"빨강\"\nascii = 1\ntheme = \"dark\"\nlevel = \"최고\"\n[[allow]]\nserver = \"\"\nuid = \"x\"\n",
            "config.toml:1:1: 모르는 키예요: them\nconfig.toml:2:9: color에 쓸 수 없는 값이에요.\n\
             config.toml:3:9: ascii에는 true나 false를 써요.\nconfig.toml:5:9: level에 쓸 수 없는 값이에요.\n\
             config.toml:6:1: allow 항목에 ca-sha256 값이 없어요.\nconfig.toml:6:1: allow 항목에 cluster-uid 값이 없어요.\n\
             config.toml:7:10: server에는 글을 써요.\nconfig.toml:8:1: allow 항목의 모르는 키예요: uid",
        );
        assert_eq!((settings.theme, settings.level, settings.allow.len()), (Theme::Dark, None, 0));
    }

    #[test]
    fn what_is_not_toml_is_said_with_its_line() {
        let settings = wrong(
            "ascii = true\ntheme = \n[x\n",
            "config.toml:2:9: TOML 문법에 맞지 않아요.\nconfig.toml:3:3: TOML 문법에 맞지 않아요.",
        );
        assert!(settings.ascii);
    }
}
