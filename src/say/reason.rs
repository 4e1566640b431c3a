//! Why something cannot be asked, and what to do about it.

use crate::lab::Reason;
use crate::text::josa;

/// The nodes of every kind cluster, the stopped ones too: which cluster is meant is not known here.
const NODES: &str = "docker ps -a";

/// A reason as a sentence, and the next command or step where there is one.
pub fn reason(reason: &Reason) -> (String, Option<String>) {
    let (sentence, next) = match reason {
        Reason::Connecting => ("클러스터에 묻는 중이에요.".to_owned(), None),
        Reason::Refused => ("API 서버가 연결을 받지 않아요. 클러스터가 꺼져 있나요?".into(), Some(NODES)),
        Reason::HandshakeEof => {
            ("API 서버가 연결을 받자마자 끊어요. 다시 뜨는 중이거나 설정이 잘못됐을 수 있어요.".into(), Some(NODES))
        }
        Reason::Hang => ("API 서버가 제때 답하지 않아요.".into(), Some("kubectl get --raw /readyz?verbose")),
        Reason::WrongAuthority => (
            "서버 인증서를 발급한 CA가 kubeconfig의 CA와 달라요. 클러스터를 새로 만들었나요?".into(),
            Some("jotasu doctor"),
        ),
        Reason::ServerCertificateExpired => (
            "서버 인증서의 유효 기간이 지났거나 아직 시작되지 않았어요. 컴퓨터의 시계도 보세요.".into(),
            Some("docker exec NODE kubeadm certs check-expiration"),
        ),
        Reason::Unauthorized => ("API 서버가 자격 증명을 받아 주지 않아요(401).".into(), Some("jotasu doctor")),
        Reason::Forbidden(what) => (format!("권한이 없어요(403): {what}"), Some("kubectl auth can-i --list")),
        Reason::NoContext(name) => {
            (format!("kubeconfig에 컨텍스트 {} 없어요.", josa(name, "이/가")), Some("kubectl config get-contexts"))
        }
        Reason::BadKubeconfig(what) => {
            (format!("kubeconfig를 쓸 수 없어요: {what}"), Some("kubectl config view --minify"))
        }
        Reason::NotReady(what) => {
            (format!("API 서버가 아직 준비되지 않았어요: {what}"), Some("kubectl get --raw /readyz?verbose"))
        }
        Reason::NotOurs(text) => (text.clone(), None),
        Reason::Expression(what) => (format!("이 확인의 식을 계산하지 못해요: {what}"), None),
        Reason::NotHere(what) => (what.clone(), None),
        Reason::Other(what) => (format!("클러스터에 물을 수 없어요: {what}"), Some("jotasu doctor")),
    };
    (sentence, next.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &Reason, sentence: &str, next: Option<&str>) {
        assert_eq!(reason(value), (sentence.to_owned(), next.map(str::to_owned)));
    }

    #[test]
    fn every_reason_is_a_sentence_and_the_next_step() {
        let readyz = Some("kubectl get --raw /readyz?verbose");
        check(&Reason::Connecting, "클러스터에 묻는 중이에요.", None);
        check(&Reason::Refused, "API 서버가 연결을 받지 않아요. 클러스터가 꺼져 있나요?", Some(NODES));
        check(
            &Reason::HandshakeEof,
            "API 서버가 연결을 받자마자 끊어요. 다시 뜨는 중이거나 설정이 잘못됐을 수 있어요.",
            Some(NODES),
        );
        check(&Reason::Hang, "API 서버가 제때 답하지 않아요.", readyz);
        check(
            &Reason::WrongAuthority,
            "서버 인증서를 발급한 CA가 kubeconfig의 CA와 달라요. 클러스터를 새로 만들었나요?",
            Some("jotasu doctor"),
        );
        check(
            &Reason::ServerCertificateExpired,
            "서버 인증서의 유효 기간이 지났거나 아직 시작되지 않았어요. 컴퓨터의 시계도 보세요.",
            Some("docker exec NODE kubeadm certs check-expiration"),
        );
        check(&Reason::Unauthorized, "API 서버가 자격 증명을 받아 주지 않아요(401).", Some("jotasu doctor"));
        check(
            &Reason::Forbidden("pods list".into()),
            "권한이 없어요(403): pods list",
            Some("kubectl auth can-i --list"),
        );
        check(
            &Reason::NoContext("kind-jotasu".into()),
            "kubeconfig에 컨텍스트 kind-jotasu가 없어요.",
            Some("kubectl config get-contexts"),
        );
        check(&Reason::BadKubeconfig("x".into()), "kubeconfig를 쓸 수 없어요: x", Some("kubectl config view --minify"));
        check(&Reason::NotReady("etcd".into()), "API 서버가 아직 준비되지 않았어요: etcd", readyz);
        check(&Reason::NotOurs("허락이 없어요".into()), "허락이 없어요", None);
        check(&Reason::Expression("x".into()), "이 확인의 식을 계산하지 못해요: x", None);
        check(&Reason::NotHere("노드가 하나예요".into()), "노드가 하나예요", None);
        check(&Reason::Other("x".into()), "클러스터에 물을 수 없어요: x", Some("jotasu doctor"));
    }
}
