//! The grammar of the command line. Says what may be typed; does nothing.

mod author;
mod cluster;
mod global;
mod progress;
mod quiz;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use author::{Author, Findings, LabFile};
pub use cluster::Cluster;
#[cfg(feature = "images")]
pub use global::Images;
pub use global::{Ambiguous, Color, Global, Theme};
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
        /// 시간을 재요: 실습의 분만큼 주고, 끝나면 돌아봐요 (`jotasu lab review`)
        #[arg(long)]
        timed: bool,
        /// 고장을 고를 seed (1에서 9999까지; 같은 seed면 같은 고장, 없으면 아무거나)
        #[arg(long, value_name = "N", value_parser = number::<1, 9999>)]
        seed: Option<usize>,
        /// Its form.
        #[command(flatten)]
        form: Form,
        /// Without questions.
        #[command(flatten)]
        consent: Consent,
    },
    /// 지금 상태를 한 번 확인해요 (코드 0 모두 통과, 1 아직, 3 확인할 수 없음)
    #[command(
        after_help = "예:\n  jotasu lab check w3-d2-lab1\n  jotasu lab check w3-d2-lab1 -o json | jq '.verdicts[] | select(.verdict != \"passed\")'\n  jotasu lab check w3-d2-lab1 -o junit > junit.xml"
    )]
    Check {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// 출력의 꼴: text (그대로 두면), json, junit (CI가 읽는 XML)
        #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
        output: Results,
        /// 되어 가는 확인을 기다릴 시간 (초, 그대로 두면 15)
        #[arg(long, default_value_t = 15, value_name = "SECONDS", value_parser = number::<0, 3600>)]
        wait: usize,
    },
    /// 바뀔 때마다 한 줄씩 보여 줘요 (Ctrl-C로 끝)
    #[command(after_help = "예:\n  jotasu lab watch w3-d2-lab1\n  jotasu lab watch w3-d2-lab1 -o json")]
    Watch {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// Its form.
        #[command(flatten)]
        form: Form,
    },
    /// 확인 하나를 가까이에서: 왜 그런지, 무슨 일이 있었는지, 로그, 볼 명령 (코드 0 통과, 1 아직, 3 확인할 수 없음)
    #[command(
        after_help = "예:\n  jotasu lab why w3-d2-lab1 web-ready\n  jotasu lab why w3-d2-lab1 web-ready -o json | jq '.events[0].message'"
    )]
    Why {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// 확인의 이름 (`jotasu lab check`)
        #[arg(value_name = "CHECK")]
        check: String,
        /// Its form.
        #[command(flatten)]
        form: Form,
        /// 되어 가는 확인을 기다릴 시간 (초, 그대로 두면 5)
        #[arg(long, default_value_t = 5, value_name = "SECONDS", value_parser = number::<0, 3600>)]
        wait: usize,
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
        /// Without questions.
        #[command(flatten)]
        consent: Consent,
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
    /// 기계가 알 수 없는 확인을 했다고 표시해요
    #[command(
        after_help = "예:\n  jotasu lab mark w3-d2-lab1 explained\n  jotasu lab mark w3-d2-lab1 explained --clear"
    )]
    Mark {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// 확인의 이름
        #[arg(value_name = "CHECK")]
        check: String,
        /// 표시를 지워요
        #[arg(long)]
        clear: bool,
    },
    /// 참고 풀이를 한 단계씩, 무엇을 하는지 먼저 보이고 해요 (본 단계는 진도에 남아요)
    #[command(
        after_help = "예:\n  jotasu lab solve w3-d2-lab1\n  jotasu lab solve w3-d2-lab1 --to 03 --yes\n  jotasu lab solve w3-d2-lab1 --to 03 --show"
    )]
    Solve {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// 이 단계까지 한꺼번에 (번호나 이름; 없으면 한 단계씩 끝까지)
        #[arg(long, value_name = "STEP")]
        to: Option<String>,
        /// 보이기만 하고 클러스터에는 아무것도 하지 않아요
        #[arg(long)]
        show: bool,
        /// Without questions.
        #[command(flatten)]
        consent: Consent,
    },
    /// 일부러 망가뜨려 봐요 (무엇을 하고 어떻게 되돌리는지 먼저 보여 줘요)
    #[command(after_help = "예:\n  jotasu lab trigger LAB CHECK\n  jotasu lab trigger LAB CHECK --yes")]
    Trigger {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// 확인의 이름
        #[arg(value_name = "CHECK")]
        check: String,
        /// Without questions.
        #[command(flatten)]
        consent: Consent,
    },
    /// 확인이 마지막으로 통과했던 때로 되돌려요 (무엇을 되돌릴지 먼저 보여 줘요)
    #[command(after_help = "예:\n  jotasu lab undo w3-d2-lab1\n  jotasu lab undo w3-d2-lab1 --yes")]
    Undo {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// Without questions.
        #[command(flatten)]
        consent: Consent,
    },
    /// 통과한 확인에서 남길 것
    #[command(after_help = "예:\n  jotasu lab debrief w3-d2-lab1\n  jotasu lab debrief w3-d2-lab1 web-ready")]
    Debrief {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// 확인의 이름 (없으면 통과한 모두)
        #[arg(value_name = "CHECK")]
        check: Option<String>,
    },
    /// 점수와 돌아보기: 언제 통과했고, 힌트를 얼마나 봤고, 무엇이 남았는지
    #[command(after_help = "예:\n  jotasu lab review w3-d2-lab1\n  jotasu lab review w3-d2-lab1 -o json")]
    Review {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// Its form.
        #[command(flatten)]
        form: Form,
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
    /// 실습이 노드에 낸 고장을 되돌려요. API 서버가 내려가 있어도 돼요 (되돌릴 것을 먼저 보여 줘요)
    #[command(after_help = "예:\n  jotasu lab rescue\n  jotasu lab rescue --yes")]
    Rescue {
        /// 실습의 id (없으면 모든 실습의 고장)
        #[arg(value_name = "LAB")]
        lab: Option<String>,
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

/// A whole number between two others.
fn number<const LEAST: usize, const MOST: usize>(text: &str) -> Result<usize, String> {
    let within = |number: &usize| (LEAST..=MOST).contains(number);
    text.parse().ok().filter(within).ok_or_else(|| format!("{LEAST}에서 {MOST}까지의 수를 쓰세요."))
}
