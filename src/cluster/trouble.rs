//! What may go wrong while a lab is set up, changed or removed, each with the sentence a learner reads.

use std::io;

use super::api::ApiError;
use super::container::ContainerTrouble;
use crate::lab::Reason;
use crate::text::josa;

/// Why work on the cluster failed.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// A request failed.
    #[error("{what}: {}", sentence(.error))]
    Api {
        /// What was being done, in Korean.
        what: String,
        /// The answer.
        #[source]
        error: ApiError,
    },
    /// An owned thing is there already and is not ours.
    #[error(
        "{0} 이미 있고, 이 실습이 만든 것이 아니에요. 다른 사람의 것을 지우지 않으려고 시작하지 않았어요. 필요 없으면 직접 지운 뒤 다시 시작하세요."
    )]
    Foreign(String),
    /// The cluster behind the address is another one than at the start.
    #[error(
        "클러스터가 바뀌었어요(kube-system의 uid가 달라요). 안전을 위해 멈췄어요. 다시 시작하면 새 클러스터에서 처음부터 해요."
    )]
    Changed,
    /// Another program works on the lab.
    #[error("다른 jotasu가 이 실습을 준비하거나 정리하고 있어요. 끝난 뒤에 다시 하세요.")]
    Busy,
    /// The cluster has not what the lab requires.
    #[error("이 클러스터에서는 이 실습을 할 수 없어요. {0} 아무것도 만들지 않았어요.")]
    Lacking(String),
    /// A lab that breaks nodes on a cluster that is not its own.
    #[error(
        "이 실습은 노드를 고장 내기 때문에 이 실습만의 kind 클러스터에서만 해요. --context와 --kubeconfig 없이 시작하세요: jotasu lab play {0}. 아무것도 바꾸지 않았어요."
    )]
    NotDedicated(String),
    /// An action would touch what the lab does not own.
    #[error("{} 이 실습의 것(owns)이 아니라서 건드리지 않았어요.", josa(.0, "은/는"))]
    Outside(String),
    /// An action would use a power that the lab does not declare.
    #[error("이 실습이 밝히지 않은 권한({0})을 쓰는 동작이라서 하지 않았어요.")]
    Undeclared(String),
    /// A kind is not served.
    #[error("이 클러스터에는 {kind}({api_version}) 종류가 설치되어 있지 않아요.")]
    NotServed {
        /// The group and version.
        api_version: String,
        /// The kind.
        kind: String,
    },
    /// Nothing is selected.
    #[error("{0} 찾을 수 없어요.")]
    Missing(String),
    /// A wait ran out.
    #[error("{what}: {seconds}초 안에 끝나지 않았어요. {why}")]
    Late {
        /// What was waited for, in Korean.
        what: String,
        /// The limit.
        seconds: u64,
        /// What was seen last.
        why: String,
    },
    /// The action cannot be done here.
    #[error("{0}")]
    Impossible(String),
    /// A node's container cannot be asked.
    #[error(transparent)]
    Node(#[from] ContainerTrouble),
    /// The state file cannot be written or read.
    #[error("상태 파일을 쓸 수 없어요: {0}")]
    State(#[from] io::Error),
    /// The learner asked to stop.
    #[error("취소했어요.")]
    Cancelled,
}

impl Trouble {
    /// For `map_err`: what was being done when a request failed.
    pub fn doing(what: impl Into<String>) -> impl FnOnce(ApiError) -> Self {
        let what = what.into();
        move |error| Self::Api { what, error }
    }

    /// What failed, where it was a request; anything else in its own words.
    pub fn into_api(self) -> ApiError {
        match self {
            Self::Api { error, .. } => error,
            other => ApiError::of(Reason::Other, other.to_string()),
        }
    }

    /// The reason when it is the cluster that could not be asked.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Api { error, .. } => Some(&error.reason),
            _ => None,
        }
    }
}

/// A failed request in words for a learner; the server's own words where it had any.
fn sentence(error: &ApiError) -> String {
    match &error.reason {
        Reason::Refused => "API 서버에 연결할 수 없어요(연결 거부).".into(),
        Reason::HandshakeEof => "API 서버가 내려가 있어요(TLS 연결이 끊겨요).".into(),
        Reason::Hang => "API 서버가 제때 답하지 않아요.".into(),
        Reason::WrongAuthority => "서버 인증서를 믿을 수 없어요.".into(),
        Reason::ServerCertificateExpired => "서버 인증서의 유효 기간이 아니에요.".into(),
        Reason::Unauthorized => "인증 정보가 받아들여지지 않아요(401).".into(),
        Reason::Forbidden(who) => format!("권한이 없어요: {who}"),
        Reason::NotReady(_) => "API 서버가 준비되지 않았어요.".into(),
        _ => error.message.clone(),
    }
}
