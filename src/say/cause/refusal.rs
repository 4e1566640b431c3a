//! Who refuses an object, and what it asks for.

use crate::lab::{Limits, Refusal};
use crate::text::{josa, truncate};

/// Cells that foreign words may take in a sentence.
const SAID: usize = 120;

/// A refusal as a sentence, and the command that shows the rule.
pub(super) fn refusal(refusal: &Refusal, message: &str, ns: &str) -> (String, Option<String>) {
    match refusal {
        Refusal::Quota { quota, requested, used, limited } => (
            format!(
                "ResourceQuota {} 다 차서 Pod를 만들지 못해요: {requested} 더 필요한데 {limited} 가운데 {used} 사용 중.",
                josa(quota, "이/가")
            ),
            Some(format!("kubectl{ns} describe resourcequota {quota}")),
        ),
        Refusal::QuotaNeeds { quota, fields } => (
            format!("ResourceQuota {quota} 때문에 컨테이너마다 {} 적어야 Pod를 만들 수 있어요.", josa(fields, "을/를")),
            Some(format!("kubectl{ns} describe resourcequota {quota}")),
        ),
        Refusal::LimitRange(limits) => (limit(limits), Some(format!("kubectl{ns} describe limitrange"))),
        Refusal::PodSecurity { level, fields } => (
            format!("Pod Security({level})가 Pod를 막아요. 고칠 것: {}", fields.join(", ")),
            Some(format!("kubectl get namespace{} --show-labels", ns.strip_prefix(" -n").unwrap_or_default())),
        ),
        Refusal::Policy { policy, said } => (
            said_by(&format!("ValidatingAdmissionPolicy {}", josa(policy, "이/가")), said),
            Some(format!("kubectl get validatingadmissionpolicy {policy} -o yaml")),
        ),
        Refusal::Webhook { webhook, said } if said.is_empty() => (
            format!("admission webhook {} 답하지 않아 Pod를 만들지 못해요.", josa(webhook, "이/가")),
            Some("kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations".into()),
        ),
        Refusal::Webhook { webhook, said } => (
            said_by(&format!("admission webhook {}", josa(webhook, "이/가")), said),
            Some("kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations".into()),
        ),
        Refusal::NoServiceAccount(name) => (
            format!("ServiceAccount {} 없어서 Pod를 만들지 못해요.", josa(name, "이/가")),
            Some(format!("kubectl{ns} get serviceaccounts")),
        ),
        Refusal::NoPriorityClass(name) => (
            format!("PriorityClass {} 없어서 Pod를 만들지 못해요.", josa(name, "이/가")),
            Some("kubectl get priorityclasses".into()),
        ),
        Refusal::Other => (
            format!("컨트롤러가 Pod를 만들지 못해요: {}", truncate(message, SAID)),
            Some(format!("kubectl{ns} get events --sort-by=.lastTimestamp")),
        ),
    }
}

fn said_by(who: &str, said: &str) -> String {
    match said.is_empty() {
        true => format!("{who} Pod를 막아요."),
        false => format!("{who} Pod를 막아요: {}", truncate(said, SAID)),
    }
}

fn limit(limits: &Limits) -> String {
    let Limits { resource, most, bound, given } = limits;
    let bound = format!("{} {bound} {}", josa(resource, "은/는"), if *most { "이하여야" } else { "이상이어야" });
    match given.is_empty() {
        true => format!("LimitRange 때문에 Pod를 만들지 못해요. {bound} 하는데 적혀 있지 않아요."),
        false => format!("LimitRange 때문에 Pod를 만들지 못해요. {bound} 하는데 {}.", josa(given, "이에요/예요")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_who_refuses_and_what_it_asks_for() {
        #[track_caller]
        fn check(value: Refusal, sentence: &str, next: &str) {
            assert_eq!(refusal(&value, "something new", " -n shop"), (sentence.to_owned(), Some(next.to_owned())));
        }
        let text = str::to_owned;
        check(
            Refusal::Quota {
                quota: text("small"),
                requested: text("pods=1"),
                used: text("pods=2"),
                limited: text("pods=2"),
            },
            "ResourceQuota small이 다 차서 Pod를 만들지 못해요: pods=1 더 필요한데 pods=2 가운데 pods=2 사용 중.",
            "kubectl -n shop describe resourcequota small",
        );
        check(
            Refusal::QuotaNeeds { quota: text("compute"), fields: text("limits.cpu") },
            "ResourceQuota compute 때문에 컨테이너마다 limits.cpu를 적어야 Pod를 만들 수 있어요.",
            "kubectl -n shop describe resourcequota compute",
        );
        let limits = |given: &str| {
            Refusal::LimitRange(Limits {
                resource: text("memory"),
                most: true,
                bound: text("128Mi"),
                given: text(given),
            })
        };
        let ranges = "kubectl -n shop describe limitrange";
        check(limits("1Gi"), "LimitRange 때문에 Pod를 만들지 못해요. memory는 128Mi 이하여야 하는데 1Gi예요.", ranges);
        check(
            limits(""),
            "LimitRange 때문에 Pod를 만들지 못해요. memory는 128Mi 이하여야 하는데 적혀 있지 않아요.",
            ranges,
        );
        check(
            Refusal::PodSecurity {
                level: text("restricted"),
                fields: vec![text("runAsNonRoot"), text("seccompProfile")],
            },
            "Pod Security(restricted)가 Pod를 막아요. 고칠 것: runAsNonRoot, seccompProfile",
            "kubectl get namespace shop --show-labels",
        );
        check(
            Refusal::Policy { policy: text("no-latest"), said: text("latest 태그는 안 돼요") },
            "ValidatingAdmissionPolicy no-latest가 Pod를 막아요: latest 태그는 안 돼요",
            "kubectl get validatingadmissionpolicy no-latest -o yaml",
        );
        let hooks = "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations";
        check(
            Refusal::Webhook { webhook: text("a.example.com"), said: text("no") },
            "admission webhook a.example.com이 Pod를 막아요: no",
            hooks,
        );
        check(
            Refusal::Webhook { webhook: text("a.example.com"), said: String::new() },
            "admission webhook a.example.com이 답하지 않아 Pod를 만들지 못해요.",
            hooks,
        );
        check(
            Refusal::NoServiceAccount(text("app")),
            "ServiceAccount app이 없어서 Pod를 만들지 못해요.",
            "kubectl -n shop get serviceaccounts",
        );
        check(
            Refusal::NoPriorityClass(text("high")),
            "PriorityClass high가 없어서 Pod를 만들지 못해요.",
            "kubectl get priorityclasses",
        );
        check(
            Refusal::Other,
            "컨트롤러가 Pod를 만들지 못해요: something new",
            "kubectl -n shop get events --sort-by=.lastTimestamp",
        );
    }
}
