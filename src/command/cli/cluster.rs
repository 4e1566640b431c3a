//! The grammar of `jotasu cluster`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Consent, Form};

/// `jotasu cluster load …`
#[derive(Args, Clone, Debug)]
pub struct Load {
    /// 어느 실습의 이미지인지. 없으면 모든 실습
    #[arg(value_name = "LAB")]
    pub which: Vec<String>,
    /// 클러스터의 이름: jotasu이거나 jotasu-로 시작하는 것
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// 클러스터에 넣지 않고 파일 하나로 묶어요
    #[arg(long, value_name = "FILE", conflicts_with = "name")]
    pub pack: Option<PathBuf>,
    /// 묶어 둔 파일을 먼저 풀어요
    #[arg(long, value_name = "FILE", conflicts_with = "pack")]
    pub from: Option<PathBuf>,
    /// Without questions.
    #[command(flatten)]
    pub consent: Consent,
}

/// `jotasu cluster …`
#[derive(Debug, Subcommand)]
pub enum Cluster {
    /// 실습할 kind 클러스터를 만들거나, 멈춘 것을 다시 켜고 준비될 때까지 기다려요
    #[command(
        after_help = "예:\n  jotasu cluster up\n  jotasu cluster up w3-d2-lab1\n\n내 kubeconfig 파일에는 쓰지 않아요. 노드 이미지는 --image나 JOTASU_NODE_IMAGE로 바꿔요."
    )]
    Up {
        /// 어느 실습의 클러스터인지. 없으면 노드 3개짜리
        #[arg(value_name = "LAB")]
        lab: Option<String>,
        /// 클러스터의 이름: jotasu이거나 jotasu-로 시작하는 것
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// 노드의 이미지
        #[arg(long, value_name = "IMAGE")]
        image: Option<String>,
    },
    /// 실습의 이미지를 미리 받아 클러스터의 노드에 넣어 둬요. 파일 하나로 묶고 풀 수도 있어요
    #[command(
        after_help = "예:\n  jotasu cluster load\n  jotasu cluster load w3-d2-lab1\n  jotasu cluster load --pack images.tar\n  jotasu cluster load --from images.tar\n\n받기 전에 크기를 보여 주고 물어요. 이미 있는 것은 다시 받지 않아요."
    )]
    Load(Load),
    /// 우리 kind 클러스터가 어떤지 (코드 0 모두 준비됨, 1 아님)
    #[command(after_help = "예:\n  jotasu cluster status\n  jotasu cluster status -o json")]
    Status {
        /// Its form.
        #[command(flatten)]
        form: Form,
    },
    /// 우리 kind 클러스터를 지워요
    #[command(after_help = "예:\n  jotasu cluster down\n  jotasu cluster down jotasu-w3-d1-challenge1 --yes")]
    Down {
        /// 클러스터의 이름
        #[arg(value_name = "NAME", default_value = "jotasu")]
        name: String,
        /// Without questions.
        #[command(flatten)]
        consent: Consent,
    },
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
