//! The grammar of the command line. Says what may be typed; does nothing.

mod author;
mod cluster;
mod global;
mod lab;
mod progress;
mod quiz;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use author::{Author, Findings, LabFile};
pub use cluster::{Cluster, Load};
#[cfg(feature = "images")]
pub use global::Images;
pub use global::{Ambiguous, Color, Global, Theme};
pub use lab::Lab;
pub use progress::{Progress, Sheet};
pub use quiz::{Quiz, Review};

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

/// The form of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// The form of the results of checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Results {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For CI: JUnit XML.
    Junit,
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
    /// 학습의 퀴즈: 한 문항씩 묻고, 한 줄씩 답해요 (코드 0 모두 맞음, 1 틀렸거나 남음, 3 채점할 수 없음)
    Quiz(Quiz),
    /// 오답노트: 놓쳤거나 오래된 문항을 하루 2분어치만 다시 물어요
    Review(Review),
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
        after_help = "예:\n  jotasu cluster up\n  jotasu cluster status\n  jotasu cluster down\n  jotasu cluster allow --context my-cluster"
    )]
    Cluster(Cluster),
    /// 진도
    #[command(
        subcommand,
        arg_required_else_help = true,
        after_help = "예:\n  jotasu progress show\n  jotasu progress report\n  jotasu progress export 진도.json"
    )]
    Progress(Progress),
    /// 과정을 쓰는 사람을 위한 명령
    #[command(
        subcommand,
        arg_required_else_help = true,
        after_help = "예:\n  jotasu author check\n  jotasu author test w3-d2-lab1"
    )]
    Author(Author),
    /// 셸이 Tab으로 명령을 채우게 하는 스크립트
    #[command(
        after_help = "예:\n  jotasu completions bash > ~/.local/share/bash-completion/completions/jotasu\n  jotasu completions zsh > \"${fpath[1]}/_jotasu\"\n  jotasu completions fish > ~/.config/fish/completions/jotasu.fish"
    )]
    Completions {
        /// 셸: bash, zsh, fish, elvish, powershell
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// man 페이지
    #[command(after_help = "예:\n  jotasu man | man -l -\n  jotasu man --dir ~/.local/share/man/man1")]
    Man {
        /// 명령마다 한 장씩 둘 폴더 (없으면 첫 장만 표준 출력으로)
        #[arg(long, value_name = "DIR")]
        dir: Option<std::path::PathBuf>,
    },
    /// 무엇이 있고 무엇이 없는지, 없으면 어떻게 하는지
    #[command(after_help = "예:\n  jotasu doctor\n  jotasu doctor -o json\n  jotasu doctor --offline w3-d2-lab1")]
    Doctor {
        /// 네트워크 없이 그 실습을 할 수 있는지 봐요
        #[arg(long, value_name = "LAB")]
        offline: Option<String>,
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

/// A whole number between two others.
fn number<const LEAST: usize, const MOST: usize>(text: &str) -> Result<usize, String> {
    let within = |number: &usize| (LEAST..=MOST).contains(number);
    text.parse().ok().filter(within).ok_or_else(|| format!("{LEAST}에서 {MOST}까지의 수를 쓰세요."))
}
