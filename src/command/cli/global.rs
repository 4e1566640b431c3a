//! The options that every command takes.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What every command takes.
#[derive(Args, Clone, Debug)]
pub struct Global {
    /// 과정 폴더 (없으면 프로그램에 든 과정)
    #[arg(long, global = true, value_name = "DIR")]
    pub content: Option<PathBuf>,
    /// 실습 폴더 (없으면 프로그램에 든 실습)
    #[arg(long, global = true, value_name = "DIR")]
    pub labs: Option<PathBuf>,
    /// 설정, 진도, 상태를 둘 폴더 (없으면 XDG 폴더)
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// kubeconfig 파일 (읽기만 해요)
    #[arg(long, global = true, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// 클러스터: kind-jotasu, kind-jotasu-… 또는 허락한 컨텍스트 (없으면 kind-jotasu)
    #[arg(long, global = true, value_name = "NAME")]
    pub context: Option<String>,
    /// 색을 언제 쓸지: auto, always, never
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    pub color: Option<Color>,
    /// 배경에 맞는 색: auto (터미널에 물어봐요), dark, light, high-contrast (더 또렷하게), terminal (터미널의 16색)
    #[arg(long, global = true, value_enum, value_name = "NAME")]
    pub theme: Option<Theme>,
    /// │ ● → 같은 기호의 너비: auto (터미널에 물어봐요), narrow (한 칸), wide (두 칸)
    #[arg(long, global = true, value_enum, value_name = "WIDTH")]
    pub ambiguous: Option<Ambiguous>,
    /// 학습의 그림: auto (터미널이 할 수 있는 대로), kitty, iterm, sixel, never (글만)
    #[cfg(feature = "images")]
    #[arg(long, global = true, value_enum, value_name = "HOW")]
    pub images: Option<Images>,
    /// 기호를 ASCII로
    #[arg(long, global = true)]
    pub ascii: bool,
    /// 개발자용 기록을 남길 파일
    #[arg(long, global = true, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// 프로그램에 들지 않은 실습을 읽어 보고 믿는다는 표시 (해시는 시작할 때 알려 줘요)
    #[arg(long, global = true, value_name = "HASH")]
    pub trust: Option<String>,
}

impl Global {
    /// How this program is called again to do something with the same course, home and cluster.
    pub fn again(&self) -> Vec<OsString> {
        let program = std::env::current_exe().unwrap_or_else(|_| "jotasu".into());
        let folders = [("--content", &self.content), ("--labs", &self.labs), ("--home", &self.home)];
        let files = [("--kubeconfig", &self.kubeconfig), ("--log", &self.log)];
        let paths = folders.into_iter().chain(files);
        let paths = paths.filter_map(|(name, path)| Some([name.into(), path.as_ref()?.into()]));
        let context = self.context.iter().map(|context| ["--context".into(), context.into()]);
        let ambiguous = self.ambiguous.and_then(|width| width.to_possible_value());
        let ambiguous = ambiguous.map(|width| ["--ambiguous".into(), width.get_name().into()]);
        let ascii = self.ascii.then(|| "--ascii".into());
        std::iter::once(program.into()).chain(paths.chain(context).chain(ambiguous).flatten()).chain(ascii).collect()
    }
}

/// When to use color.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Which colors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Theme {
    /// As the terminal's background is.
    Auto,
    /// For dark backgrounds.
    Dark,
    /// For light backgrounds.
    Light,
    /// As the terminal's background is, with more contrast.
    HighContrast,
    /// For dark backgrounds, with more contrast.
    HighContrastDark,
    /// For light backgrounds, with more contrast.
    HighContrastLight,
    /// The terminal's own sixteen colors.
    Terminal,
}

/// How many cells characters of ambiguous width take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Ambiguous {
    /// As the terminal says.
    Auto,
    /// One.
    Narrow,
    /// Two.
    Wide,
}

/// How images of lessons are shown.
#[cfg(feature = "images")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Images {
    /// As the terminal can.
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
