//! The grammar of the command line. Says what may be typed; does nothing.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// 터미널에서 배우는 Kubernetes 운영.
#[derive(Debug, Parser)]
#[command(
    name = "jotasu",
    version,
    about = "조타수: 터미널에서 배우는 Kubernetes 운영",
    long_about = "조타수: 터미널에서 배우는 Kubernetes 운영.\n명령 없이 실행하면 지난번에 보던 자리에서 과정을 열어요.",
    after_help = "예:\n  jotasu                         과정을 열어요\n  jotasu read w3-d2-s1           학습을 표준 출력으로 읽어요\n  jotasu lab start w3-d2-lab1    실습을 시작해요\n  jotasu lab check w3-d2-lab1    지금 상태를 확인해요\n\n끝날 때의 코드: 0 모두 통과, 1 아직, 2 잘못된 사용이나 내용, 3 확인할 수 없음",
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
    /// kubeconfig의 컨텍스트 (kind-jotasu로 시작하지 않으면 허락이 있어야 해요)
    #[arg(long, global = true, value_name = "NAME")]
    pub context: Option<String>,
    /// 색을 언제 쓸지
    #[arg(long, global = true, value_enum)]
    pub color: Option<Color>,
    /// 배경에 맞는 색
    #[arg(long, global = true, value_enum)]
    pub theme: Option<Theme>,
    /// 기호를 ASCII로
    #[arg(long, global = true)]
    pub ascii: bool,
    /// 개발자용 기록을 남길 파일
    #[arg(long, global = true, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// 내용을 확인하고 믿기로 한 과정·실습의 해시 (프로그램에 든 것이 아닐 때)
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

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 과정의 차례와 진도
    #[command(after_help = "예:\n  jotasu tree\n  jotasu tree -o json | jq '.[0].title'")]
    Tree {
        /// 출력의 꼴
        #[arg(short, long, value_enum, default_value_t)]
        output: Output,
    },
    /// 학습을 표준 출력으로
    #[command(
        after_help = "예:\n  jotasu read w3-d2-s1\n  jotasu read w3-d2-s1 --plain | less\n  jotasu read week_03/day_02/lab_01.md --width 60"
    )]
    Read {
        /// 학습의 id 또는 파일 경로
        lesson: String,
        /// 너비 (칸); 없으면 터미널의 너비
        #[arg(long, value_name = "N")]
        width: Option<usize>,
        /// 화면 낭독기와 파이프를 위한 글
        #[arg(long)]
        plain: bool,
    },
    /// 실습: 시작, 확인, 되돌리기
    #[command(subcommand, arg_required_else_help = true)]
    Lab(Lab),
    /// 클러스터 허락
    #[command(subcommand, arg_required_else_help = true)]
    Cluster(Cluster),
    /// 진도
    #[command(subcommand, arg_required_else_help = true)]
    Progress(Progress),
    /// 과정을 쓰는 사람을 위한 명령
    #[command(subcommand, arg_required_else_help = true)]
    Author(Author),
    /// 무엇이 있고 무엇이 없는지, 없으면 어떻게 하는지
    #[command(after_help = "예:\n  jotasu doctor\n  jotasu doctor -o json")]
    Doctor {
        /// 출력의 꼴
        #[arg(short, long, value_enum, default_value_t)]
        output: Output,
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
    #[command(after_help = "예:\n  jotasu lab list")]
    List {
        /// 출력의 꼴
        #[arg(short, long, value_enum, default_value_t)]
        output: Output,
    },
    /// 실습을 시작해요 (만들 것을 먼저 보여 줘요)
    #[command(
        after_help = "예:\n  jotasu lab start w3-d2-lab1\n  jotasu lab start w3-d2-lab1 --yes --context kind-jotasu"
    )]
    Start {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// 묻지 않고 시작해요
        #[arg(short, long)]
        yes: bool,
    },
    /// 지금 상태를 한 번 확인해요 (코드 0 모두 통과, 1 아직, 3 확인할 수 없음)
    #[command(
        after_help = "예:\n  jotasu lab check w3-d2-lab1\n  jotasu lab check w3-d2-lab1 -o json | jq '.verdicts[] | select(.verdict != \"passed\")'"
    )]
    Check {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// 출력의 꼴
        #[arg(short, long, value_enum, default_value_t)]
        output: Output,
        /// 되어 가는 확인을 기다릴 시간 (초)
        #[arg(long, default_value_t = 15, value_name = "SECONDS")]
        wait: u64,
    },
    /// 바뀔 때마다 보여 줘요 (Ctrl-C로 끝)
    #[command(after_help = "예:\n  jotasu lab watch w3-d2-lab1\n  jotasu lab watch w3-d2-lab1 -o json")]
    Watch {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// 출력의 꼴 (json은 바뀔 때마다 한 줄)
        #[arg(short, long, value_enum, default_value_t)]
        output: Output,
    },
    /// 힌트 (다시 부르면 한 단계 더)
    #[command(
        after_help = "예:\n  jotasu lab hint w3-d2-lab1 web-ready\n  jotasu lab hint w3-d2-lab1 web-ready --level 2"
    )]
    Hint {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// 확인의 이름
        check: String,
        /// 힌트의 단계 (없으면 아직 보지 않은 다음 단계)
        #[arg(long)]
        level: Option<u32>,
    },
    /// 확인에 답해요
    #[command(after_help = "예:\n  jotasu lab answer w3-d2-lab1 qos-class Burstable")]
    Answer {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// 확인의 이름
        check: String,
        /// 답
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
        /// 묻지 않고 해요
        #[arg(short, long)]
        yes: bool,
    },
    /// 처음 상태로 되돌려요 (지울 것을 먼저 보여 줘요)
    #[command(after_help = "예:\n  jotasu lab reset w3-d2-lab1")]
    Reset {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// 묻지 않고 되돌려요
        #[arg(short, long)]
        yes: bool,
    },
    /// 실습을 끝내고 만든 것을 모두 지워요 (지울 것을 먼저 보여 줘요)
    #[command(after_help = "예:\n  jotasu lab stop w3-d2-lab1")]
    Stop {
        /// Which.
        #[command(flatten)]
        lab: LabId,
        /// 묻지 않고 끝내요
        #[arg(short, long)]
        yes: bool,
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
        /// 묻지 않고 적어요
        #[arg(short, long)]
        yes: bool,
    },
}

/// `jotasu progress …`
#[derive(Debug, Subcommand)]
pub enum Progress {
    /// 무엇을 마쳤는지
    #[command(after_help = "예:\n  jotasu progress show\n  jotasu progress show -o json")]
    Show {
        /// 출력의 꼴
        #[arg(short, long, value_enum, default_value_t)]
        output: Output,
    },
}

/// `jotasu author …`
#[derive(Debug, Subcommand)]
pub enum Author {
    /// 과정과 실습의 문제점을 한꺼번에
    #[command(after_help = "예:\n  jotasu author check\n  jotasu author check my-course/content --labs my-course/labs")]
    Check {
        /// 과정 폴더 (없으면 --content 또는 프로그램에 든 과정)
        dir: Option<PathBuf>,
    },
    /// 실습이 스스로 증명하는지: 빨강 → 풀이마다 초록 → 틀린 풀이는 빨강 → 남는 것 없음
    #[command(
        after_help = "예:\n  jotasu author test w3-d2-lab1\n  jotasu author test w3-d2-lab1 --labs my-course/labs --jobs 2\n  jotasu author test --all\n\n--cache를 주면 (CI=true이면 늘) 그대로인 실습은 다시 증명하지 않아요. 실습, 엔진, 시험용 클러스터 가운데 하나라도 바뀌면 다시 증명해요.\nkube-apiserver와 etcd 등이 있는 폴더를 JOTASU_TESTBED_ASSETS로 알려 주세요 (tests/cluster/README.md)."
    )]
    Test {
        /// 실습의 id (없으면 모든 실습)
        #[arg(value_name = "LAB")]
        lab: Option<String>,
        /// 지난번에 증명한 것도 다시
        #[arg(long)]
        all: bool,
        /// 함께 띄울 컨트롤 플레인의 수 (하나에 메모리 600 MB쯤)
        #[arg(long, default_value_t = 4, value_name = "N")]
        jobs: usize,
        /// 증명한 것을 적어 둘 폴더
        #[arg(long, value_name = "DIR")]
        cache: Option<PathBuf>,
    },
}
