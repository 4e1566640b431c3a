//! What looks as if it was meant, as one sentence and the command that shows it.

use crate::lab::{NearMiss, ObjectRef};
use crate::text::josa;

use super::field::field;

/// A near miss as a sentence, and the command that shows what is there.
pub fn near(near: &NearMiss) -> (String, String) {
    let found = near.found();
    let at = found.namespace.as_ref().map(|n| format!(" -n {n}")).unwrap_or_default();
    let kind = found.kind.to_lowercase();
    let get = format!("kubectl{at} get {kind} {}", found.name);
    match near {
        NearMiss::Namespace { wanted, .. } => (
            format!(
                "Namespace {}에 같은 이름의 {} 있어요. {wanted}에 있어야 해요.",
                found.namespace.as_deref().unwrap_or("?"),
                josa(&found.kind, "이/가"),
            ),
            get,
        ),
        NearMiss::Name { wanted, .. } => (
            format!("이름이 비슷한 {} 있어요. {} 해요.", josa(&object(found), "이/가"), must(&found.name, wanted)),
            get,
        ),
        NearMiss::Label { has, wanted, .. } => {
            let object = object(found);
            (
                format!("{object}의 라벨이 {}. {} 아닐까요?", josa(has, "이에요/예요"), josa(wanted, "이/가")),
                format!("{get} --show-labels"),
            )
        }
        NearMiss::Kind { wanted, .. } => (
            format!("같은 이름의 {} 있어요. {} 만들어야 해요.", josa(&found.kind, "이/가"), josa(wanted, "으로/로")),
            get,
        ),
        NearMiss::Field { has, wanted, .. } => {
            (format!("그 값이 {}에 있어요. {}에 있어야 해요.", field(has), field(wanted)), format!("{get} -o yaml"))
        }
    }
}

fn object(of: &ObjectRef) -> String {
    format!("{} {}", of.kind, of.name)
}

/// What it is called, and what it had to be called; where only case differs that is said.
fn must(has: &str, wanted: &str) -> String {
    let case = if has.eq_ignore_ascii_case(wanted) { "대소문자까지" } else { "이름이" };
    format!("{case} {}", josa(wanted, "이어야/여야"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_is_one_sentence_with_its_command() {
        #[track_caller]
        fn check(miss: NearMiss, sentence: &str, next: &str) {
            assert_eq!(near(&miss), (sentence.to_owned(), next.to_owned()));
        }
        let found = |kind: &str, namespace: &str, name: &str| ObjectRef {
            kind: kind.into(),
            namespace: Some(namespace.into()),
            name: name.into(),
        };
        check(
            NearMiss::Namespace { found: found("Deployment", "default", "web"), wanted: "shop".into() },
            "Namespace default에 같은 이름의 Deployment가 있어요. shop에 있어야 해요.",
            "kubectl -n default get deployment web",
        );
        check(
            NearMiss::Name { found: found("Service", "shop", "wbe"), wanted: "web".into() },
            "이름이 비슷한 Service wbe가 있어요. 이름이 web이어야 해요.",
            "kubectl -n shop get service wbe",
        );
        check(
            NearMiss::Label { found: found("Pod", "shop", "web-1"), has: "app=wbe".into(), wanted: "app=web".into() },
            "Pod web-1의 라벨이 app=wbe예요. app=web이 아닐까요?",
            "kubectl -n shop get pod web-1 --show-labels",
        );
        check(
            NearMiss::Kind { found: found("Pod", "shop", "web"), wanted: "Deployment".into() },
            "같은 이름의 Pod가 있어요. Deployment로 만들어야 해요.",
            "kubectl -n shop get pod web",
        );
        check(
            NearMiss::Field {
                found: found("Deployment", "shop", "web"),
                has: "metadata.labels.tier".into(),
                wanted: "spec.template.metadata.labels.tier".into(),
            },
            "그 값이 metadata.labels.tier에 있어요. spec.template.metadata.labels.tier에 있어야 해요.",
            "kubectl -n shop get deployment web -o yaml",
        );
    }
}
