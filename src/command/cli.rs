//! The grammar of the command line. Says what may be typed; does nothing.

mod author;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use author::{Author, Findings};

/// 터미널에서 배우는 Kubernetes 운영.
#[derive(Debug, Parser)]
#[command(
    name = "jotasu",
    version,
    about = "조타수: 터미널에서 배우는 Kubernetes 운영",
    after_help = "예:\n  jotasu                         지난번에 보던 자리에서 과정을 열어요\n  jotasu read w3-d2-s1           학습을 표준 출력으로 읽어요\n  jotasu lab start w3-d2-lab1    실습을 시작해요\n  jotasu lab check w3-d2-lab1    지금 상태를 확인해요\n\n끝날 때의 코드: 0 모두 통과, 1 아직, 2 잘못된 사용이나 내용, 3 확인할 수 없음",
    disable_help_subcommand = true
)]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do; the screen when absent.
    #[command(subcommand)]
    pub command: Option<Command>,
}

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

/// The form of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// How a command that takes `-o` answers.
#[derive(Args, Clone, Copy, Debug)]
pub struct Form {
    /// 출력의 꼴: text (그대로 두면) 또는 json
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Output,
}

/// A command that makes or removes things, unattended.
#[derive(Args, Clone, Copy, Debug)]
pub struct Consent {
    /// 묻지 않고 해요
    #[arg(short, long)]
    pub yes: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 과정의 차례와 진도
    #[command(after_help = "예:\n  jotasu tree\n  jotasu tree -o json | jq '.[0].title'")]
    Tree {
        /// Its form.
        #[command(flatten)]
        form: Form,
    },
    /// 학습을 표준 출력으로
    #[command(
        after_help = "예:\n  jotasu read w3-d2-s1\n  jotasu read w3-d2-s1 --plain | less\n  jotasu read w3-d2-s1 --html > w3-d2-s1.html\n  jotasu read week_03/day_02/lab_01.md --width 60"
    )]
    Read {
        /// 학습의 id나 파일 경로 (`jotasu tree`)
        #[arg(value_name = "LESSON")]
        lesson: String,
        /// 너비 (칸, 20에서 1000까지). 없으면 터미널의 너비
        #[arg(long, value_name = "N", value_parser = number::<20, 1000>)]
        width: Option<usize>,
        /// 화면 낭독기와 파이프를 위한 글
        #[arg(long)]
        plain: bool,
        /// 휴대 전화에서 볼 수 있는 HTML 한 장
        #[arg(long, conflicts_with_all = ["plain", "width"])]
        html: bool,
    },
    /// 과정에서 찾아요: 초성(ㅋㅌㅇㄴ)도, 한/영이 바뀐 글자(zjsxpdlsj)도 (코드 0 찾음, 1 없음)
    #[command(
        after_help = "예:\n  jotasu search 스케줄러\n  jotasu search ㅋㅌㅇㄴ 노드\n  jotasu search kubectl apply --limit 5 -o json | jq -r '.[].id'"
    )]
    Search {
        /// 찾을 말. 여럿이면 모두 있는 학습
        #[arg(value_name = "WORDS", required = true)]
        words: Vec<String>,
        /// 보일 곳의 수 (그대로 두면 30)
        #[arg(long, default_value_t = 30, value_name = "N", value_parser = number::<1, 10000>)]
        limit: usize,
        /// Its form.
        #[command(flatten)]
        form: Form,
    },
    /// 실습: 시작, 확인, 힌트, 끝내기
    #[command(
        subcommand,
        arg_required_else_help = true,
        after_help = "예:\n  jotasu lab list\n  jotasu lab start w3-d2-lab1\n  jotasu lab check w3-d2-lab1\n  jotasu lab stop w3-d2-lab1"
    )]
    Lab(Lab),
    /// 실습에 쓸 클러스터
    #[command(
        subcommand,
        arg_required_else_help = true,
        after_help = "예:\n  jotasu cluster allow --context my-cluster"
    )]
    Cluster(Cluster),
    /// 진도
    #[command(subcommand, arg_required_else_help = true, after_help = "예:\n  jotasu progress show")]
    Progress(Progress),
    /// 과정을 쓰는 사람을 위한 명령
    #[command(
        subcommand,
        arg_required_else_help = true,
        after_help = "예:\n  jotasu author check\n  jotasu author test w3-d2-lab1"
    )]
    Author(Author),
    /// 무엇이 있고 무엇이 없는지, 없으면 어떻게 하는지
    #[command(after_help = "예:\n  jotasu doctor\n  jotasu doctor -o json")]
    Doctor {
        /// Its form.
        #[command(flatten)]
        form: Form,
    },
}

/// A lab by its id.
#[derive(Args, Clone, Debug)]
pub struct LabId {
    /// 실습의 id (`jotasu lab list`)
    #[arg(value_name = "LAB")]
    pub id: String,
}

/// `jotasu lab …`
#[derive(Debug, Subcommand)]
pub enum Lab {
    /// 실습 목록
    #[command(after_help = "예:\n  jotasu lab list\n  jotasu lab list -o json")]
    List {
        /// Its form.
        #[command(flatten)]
        form: Form,
    },
    /// 실습을 시작해요 (만들 것을 먼저 보여 줘요)
    #[command(
        after_help = "예:\n  jotasu lab start w3-d2-lab1\n  jotasu lab start w3-d2-lab1 --yes --context kind-jotasu"
    )]
    Start {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// Its form.
        #[command(flatten)]
        form: Form,
        /// Without questions.
        #[command(flatten)]
        consent: Consent,
    },
    /// 지금 상태를 한 번 확인해요 (코드 0 모두 통과, 1 아직, 3 확인할 수 없음)
    #[command(
        after_help = "예:\n  jotasu lab check w3-d2-lab1\n  jotasu lab check w3-d2-lab1 -o json | jq '.verdicts[] | select(.verdict != \"passed\")'"
    )]
    Check {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// Its form.
        #[command(flatten)]
        form: Form,
        /// 되어 가는 확인을 기다릴 시간 (초, 그대로 두면 15)
        #[arg(long, default_value_t = 15, value_name = "SECONDS", value_parser = number::<0, 3600>)]
        wait: usize,
    },
    /// 바뀔 때마다 보여 줘요 (Ctrl-C로 끝)
    #[command(after_help = "예:\n  jotasu lab watch w3-d2-lab1\n  jotasu lab watch w3-d2-lab1 -o json")]
    Watch {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// Its form.
        #[command(flatten)]
        form: Form,
    },
    /// 힌트 (다시 부르면 한 단계 더)
    #[command(
        after_help = "예:\n  jotasu lab hint w3-d2-lab1 web-ready\n  jotasu lab hint w3-d2-lab1 web-ready --level 2"
    )]
    Hint {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// 확인의 이름 (`jotasu lab check`)
        #[arg(value_name = "CHECK")]
        check: String,
        /// 힌트의 단계 (없으면 아직 보지 않은 다음 단계)
        #[arg(long, value_name = "N", value_parser = number::<1, 9>)]
        level: Option<usize>,
    },
    /// 확인에 답해요
    #[command(after_help = "예:\n  jotasu lab answer w3-d2-lab1 qos-class Burstable")]
    Answer {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// 확인의 이름
        #[arg(value_name = "CHECK")]
        check: String,
        /// 답
        #[arg(value_name = "VALUE")]
        value: String,
    },
    /// 참고 풀이를 그 단계까지 해요
    #[command(after_help = "예:\n  jotasu lab solve w3-d2-lab1 --to 01\n  jotasu lab solve w3-d2-lab1 --to 03 --yes")]
    Solve {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// 풀이의 단계 (번호나 이름)
        #[arg(long, value_name = "STEP")]
        to: String,
        /// Without questions.
        #[command(flatten)]
        consent: Consent,
    },
    /// 처음 상태로 되돌려요 (지울 것을 먼저 보여 줘요)
    #[command(after_help = "예:\n  jotasu lab reset w3-d2-lab1\n  jotasu lab reset w3-d2-lab1 --yes")]
    Reset {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// Its form.
        #[command(flatten)]
        form: Form,
        /// Without questions.
        #[command(flatten)]
        consent: Consent,
    },
    /// 실습을 끝내고 만든 것을 모두 지워요 (지울 것을 먼저 보여 줘요)
    #[command(after_help = "예:\n  jotasu lab stop w3-d2-lab1\n  jotasu lab stop w3-d2-lab1 --yes")]
    Stop {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// Its form.
        #[command(flatten)]
        form: Form,
        /// Without questions.
        #[command(flatten)]
        consent: Consent,
    },
}

/// `jotasu cluster …`
#[derive(Debug, Subcommand)]
pub enum Cluster {
    /// kind가 만들지 않은 클러스터를 실습에 쓰도록 허락해요
    #[command(
        after_help = "예:\n  jotasu cluster allow --context my-cluster\n\n설정 파일에 server, ca-sha256, cluster-uid를 적어요. 셋이 모두 맞는 클러스터에서만 실습해요."
    )]
    Allow {
        /// Without questions.
        #[command(flatten)]
        consent: Consent,
    },
}

/// `jotasu progress …`
#[derive(Debug, Subcommand)]
pub enum Progress {
    /// 무엇을 마쳤는지
    #[command(after_help = "예:\n  jotasu progress show\n  jotasu progress show -o json")]
    Show {
        /// Its form.
        #[command(flatten)]
        form: Form,
    },
}

/// A whole number between two others.
fn number<const LEAST: usize, const MOST: usize>(text: &str) -> Result<usize, String> {
    let within = |number: &usize| (LEAST..=MOST).contains(number);
    text.parse().ok().filter(within).ok_or_else(|| format!("{LEAST}에서 {MOST}까지의 수를 쓰세요."))
}
