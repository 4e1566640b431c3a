//! The grammar of `jotasu lab`.

use clap::Subcommand;

use super::{Consent, Form, LabId, Results, number};

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
    /// 아무것도 없는 데서 실습까지: 도구를 보고, 클러스터를 만들거나 켜고, 실습을 시작해요
    #[command(after_help = "예:\n  jotasu lab play w3-d2-lab1\n  jotasu lab play w3-d2-lab1 --yes")]
    Play {
        /// Which.
        #[command(flatten)]
        lab: LabId,
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
