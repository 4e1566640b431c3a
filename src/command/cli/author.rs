//! The grammar of `jotasu author`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::{Form, number};

/// The form of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Findings {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For code scanning (SARIF 2.1.0).
    Sarif,
}

/// A kind of file of a lab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LabFile {
    /// `lab.yaml`.
    #[default]
    Lab,
    /// `solution/NN-NAME.yaml`.
    Solution,
    /// `wrong/NAME.yaml`.
    Wrong,
    /// `right/NAME.yaml`.
    Right,
}

/// `jotasu author …`
#[derive(Debug, Subcommand)]
pub enum Author {
    /// 과정과 실습의 문제점을 한꺼번에
    #[command(
        after_help = "예:\n  jotasu author check\n  jotasu author check my-course/content --labs my-course/labs\n  jotasu author check my-course/content --format sarif > jotasu.sarif\n\n끝날 때의 코드: 0 문제점 없음, 2 문제점 있음"
    )]
    Check {
        /// 과정 폴더 (없으면 --content 또는 프로그램에 든 과정)
        #[arg(value_name = "DIR")]
        dir: Option<PathBuf>,
        /// 출력의 꼴: text (그대로 두면), json, sarif
        #[arg(short, long, visible_alias = "format", value_enum, default_value_t, value_name = "FORMAT")]
        output: Findings,
        /// 살펴볼 것만 있어도 코드 2로 끝내기
        #[arg(long)]
        deny_warnings: bool,
    },
    /// 쓰는 대로 화면에 (저장하면 그 자리를 다시 보여요)
    #[command(
        after_help = "예:\n  jotasu author preview my-course/content/week_01/session_01.md\n  jotasu author preview w1-s1 --content my-course/content\n\n과정 폴더는 --content이고, 없으면 지금 폴더예요. 여기서 본 것은 진도에 남지 않아요."
    )]
    Preview {
        /// 페이지의 경로나 id, 또는 과정 폴더
        #[arg(value_name = "PAGE")]
        page: Option<String>,
    },
    /// 실습이 스스로 증명하는지: 빨강 → 풀이마다 초록 → 틀린 풀이는 빨강 → 남는 것 없음
    #[command(
        after_help = "예:\n  jotasu author test w3-d2-lab1\n  jotasu author test w3-d2-lab1 --labs my-course/labs --jobs 2\n  jotasu author test --all --junit junit.xml\n\n--cache를 주면 (CI=true이면 늘) 그대로인 실습은 다시 증명하지 않아요. 실습, 엔진, 시험용 클러스터 가운데 하나라도 바뀌면 다시 증명해요.\nkube-apiserver와 etcd 등이 있는 폴더를 JOTASU_TESTBED_ASSETS로 알려 주세요 (tests/cluster/README.md)."
    )]
    Test {
        /// 실습의 id (없으면 모든 실습)
        #[arg(value_name = "LAB")]
        lab: Option<String>,
        /// 고장을 고를 seed 하나만 (없으면 나올 수 있는 고장마다, 많으면 8가지까지)
        #[arg(long, value_name = "N", value_parser = number::<1, 9999>)]
        seed: Option<usize>,
        /// 지난번에 증명한 것도 다시
        #[arg(long)]
        all: bool,
        /// 함께 띄울 컨트롤 플레인의 수 (1에서 16까지; 하나에 메모리 600 MB쯤)
        #[arg(long, default_value_t = 4, value_name = "N", value_parser = number::<1, 16>)]
        jobs: usize,
        /// 증명한 것을 적어 둘 폴더
        #[arg(long, value_name = "DIR")]
        cache: Option<PathBuf>,
        /// 결과를 JUnit XML로도 쓸 파일 (CI를 위해)
        #[arg(long, value_name = "FILE")]
        junit: Option<PathBuf>,
    },
    /// 확인의 source를 어떻게 쓰는지: 무엇을 보고, 안과 옆에 무엇을 적고, 무엇이 돌아오는지
    #[command(
        after_help = "예:\n  jotasu author explain\n  jotasu author explain http\n  jotasu author explain checks -o json | jq -r '.within[].name'"
    )]
    Explain {
        /// source의 이름 (없으면 모두 한 줄씩)
        #[arg(value_name = "SOURCE")]
        source: Option<String>,
        /// Its form.
        #[command(flatten)]
        form: Form,
    },
    /// 편집기가 채우고 살필 수 있는 JSON Schema를 표준 출력으로
    #[command(
        after_help = "예:\n  jotasu author schema > lab.schema.json\n  jotasu author schema solution > solution.schema.json\n\nlab.yaml의 첫 줄에 적으면 yaml-language-server가 알아들어요:\n  # yaml-language-server: $schema=../lab.schema.json"
    )]
    Schema {
        /// 무엇의: lab (그대로 두면), solution, wrong, right
        #[arg(value_enum, default_value_t, value_name = "FILE")]
        file: LabFile,
    },
}
