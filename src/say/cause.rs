//! Causes in the cluster's own words, put into one sentence with the place to look.

use crate::lab::{Cause, PullFailure};

/// A cause as a sentence, and the command that shows it, for objects of `namespace`.
pub fn cause(cause: &Cause, namespace: Option<&str>) -> (String, Option<String>) {
    let ns = namespace.map(|n| format!(" -n {n}")).unwrap_or_default();
    let describe = |pod: &str| Some(format!("kubectl{ns} describe pod {pod}"));
    match cause {
        Cause::ImagePull { pod, image, failure, reason } => {
            let why = match failure {
                PullFailure::NotFound => "이미지를 찾을 수 없어요",
                PullFailure::Unauthorized => "레지스트리가 이미지를 내주지 않아요(권한)",
                PullFailure::Offline => "레지스트리에 닿지 않아 이미지를 받지 못해요",
                PullFailure::InvalidName => "이미지 이름의 꼴이 틀렸어요",
                PullFailure::Other => "이미지를 받지 못해요",
            };
            (format!("{why}: {image} ({reason}, Pod {pod})"), describe(pod))
        }
        Cause::Crash { pod, container, exit_code, restarts } => {
            let code = exit_code.map(|c| format!("종료 코드 {c}, ")).unwrap_or_default();
            (
                format!("{container} 컨테이너가 자꾸 끝나요: {code}재시작 {restarts}번 (Pod {pod})"),
                Some(format!("kubectl{ns} logs {pod} -c {container} --previous")),
            )
        }
        Cause::OutOfMemory { pod, container, limit } => {
            let limit = limit.as_ref().map(|l| format!("한도 {l}, ")).unwrap_or_default();
            (format!("{container} 컨테이너가 메모리를 넘겨 꺼졌어요: OOMKilled ({limit}Pod {pod})"), describe(pod))
        }
        Cause::Unschedulable { pod, message } => (unschedulable(pod, message), describe(pod)),
        Cause::Config { pod, container, message } => {
            (format!("{container} 컨테이너를 만들지 못해요: {message} (Pod {pod})"), describe(pod))
        }
        Cause::Unready { pod, container } => {
            (format!("{container} 컨테이너는 돌지만 readiness 프로브를 통과하지 못해요 (Pod {pod})"), describe(pod))
        }
        Cause::Refused { message } => (
            format!("컨트롤러가 Pod를 만들지 못해요: {message}"),
            Some(format!("kubectl{ns} get events --sort-by=.lastTimestamp")),
        ),
        Cause::Deadline => ("롤아웃이 제시간(progressDeadlineSeconds)에 끝나지 않았어요.".into(), None),
        Cause::Paused => ("롤아웃이 멈춰 있어요(paused). `kubectl rollout resume`으로 이어 가세요.".into(), None),
        Cause::OldPods { count } => (
            format!("이전 ReplicaSet의 Pod {count}개가 아직 남아 있어요."),
            Some(format!("kubectl{ns} get replicasets")),
        ),
        Cause::Stale => ("컨트롤러가 바뀐 spec을 아직 반영하지 않았어요.".into(), None),
        Cause::NoPods { selector } => (
            format!("selector와 라벨이 맞는 Pod가 없어요: {selector}"),
            Some(format!("kubectl{ns} get pods --show-labels")),
        ),
        Cause::JobFailed { message } => (format!("Job이 실패했어요: {message}"), None),
        Cause::Terminating => ("지워지는 중이에요.".into(), None),
        Cause::NotEnforced => (
            "NetworkPolicy는 이 연결을 막으라고 하는데 연결돼요. 이 클러스터의 네트워크(CNI)가 NetworkPolicy를 적용하지 않아요."
                .into(),
            Some("kubectl -n kube-system get pods -o wide".into()),
        ),
        Cause::NobodyListens => (
            "허락된 쪽에서도 연결되지 않아서, 막힌 것이 정책 때문인지 알 수 없어요. 서버가 답하는지부터 보세요.".into(),
            Some(format!("kubectl{ns} get endpointslices,pods -o wide")),
        ),
        Cause::Words { words } => (words.lines().next().unwrap_or_default().to_owned(), None),
    }
}

/// A cause in the cluster's own word for it, where there is one.
pub fn brief(cause: &Cause) -> Option<String> {
    Some(match cause {
        Cause::ImagePull { reason, .. } => reason.clone(),
        Cause::Crash { .. } => "CrashLoopBackOff".into(),
        Cause::OutOfMemory { .. } => "OOMKilled".into(),
        Cause::Unschedulable { .. } => "Pending".into(),
        Cause::Config { .. } => "CreateContainerConfigError".into(),
        _ => return None,
    })
}

/// What the scheduler says of a predicate → what it means. The texts are kube-scheduler's own (1.33–1.36).
const PREDICATES: [(&str, &str); 9] = [
    ("untolerated taint", "견디지 못하는 taint가 있는 노드"),
    ("didn't match Pod's node affinity/selector", "nodeSelector·nodeAffinity가 맞지 않는 노드"),
    ("Insufficient cpu", "CPU 요청을 감당하지 못하는 노드"),
    ("Insufficient memory", "메모리 요청을 감당하지 못하는 노드"),
    ("didn't match pod anti-affinity rules", "Pod anti-affinity에 걸린 노드"),
    ("didn't match pod affinity rules", "Pod affinity가 맞지 않는 노드"),
    ("didn't match pod topology spread constraints", "topology spread에 걸린 노드"),
    ("were unschedulable", "스케줄링을 막아 둔(cordon) 노드"),
    ("Too many pods", "Pod 수가 꽉 찬 노드"),
];

fn unschedulable(pod: &str, message: &str) -> String {
    let (counted, refusals) = message.split_once(':').unwrap_or((message, ""));
    // What follows "preemption:" repeats the same nodes from another side.
    let refusals = refusals.split("preemption:").next().unwrap_or_default();
    let said: Vec<String> = refusals.split(", ").filter_map(refusal).collect();
    let nodes = counted.split_whitespace().next().filter(|n| n.contains('/')).unwrap_or("0");
    match said.is_empty() {
        true => format!("들어갈 노드가 없어요: {message} (Pod {pod})"),
        false => format!("들어갈 노드가 없어요({nodes}): {} (Pod {pod})", said.join(", ")),
    }
}

fn refusal(part: &str) -> Option<String> {
    let part = part.trim().trim_end_matches('.');
    let count = part.split_whitespace().next()?;
    let (_, meaning) = PREDICATES.iter().find(|(words, _)| part.contains(words))?;
    let taint =
        part.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map(|(t, _)| t.trim().trim_end_matches(':'));
    Some(match taint {
        Some(taint) => format!("{meaning} {count}개 ({taint})"),
        None => format!("{meaning} {count}개"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, expected: &str) {
        assert_eq!(unschedulable("web-1", message), expected);
    }

    #[test]
    fn the_schedulers_words_are_counted_by_predicate() {
        check(
            "0/3 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}, 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
            "들어갈 노드가 없어요(0/3): 견디지 못하는 taint가 있는 노드 1개 (dedicated: gpu), nodeSelector·nodeAffinity가 맞지 않는 노드 2개 (Pod web-1)",
        );
        check(
            "0/1 nodes are available: 1 Insufficient cpu.",
            "들어갈 노드가 없어요(0/1): CPU 요청을 감당하지 못하는 노드 1개 (Pod web-1)",
        );
        check("no nodes", "들어갈 노드가 없어요: no nodes (Pod web-1)");
    }

    #[test]
    fn every_cause_is_one_sentence_that_begins_with_what_matters() {
        #[track_caller]
        fn check(value: Cause, sentence: &str, next: Option<&str>) {
            assert_eq!(cause(&value, Some("shop")), (sentence.to_owned(), next.map(str::to_owned)));
        }
        let pod = || "web-1".to_owned();
        let c = || "app".to_owned();
        let pull =
            |failure| Cause::ImagePull { pod: pod(), image: "nginx:x".into(), failure, reason: "ErrImagePull".into() };
        let describe = Some("kubectl -n shop describe pod web-1");
        for (failure, sentence) in [
            (PullFailure::NotFound, "이미지를 찾을 수 없어요: nginx:x (ErrImagePull, Pod web-1)"),
            (PullFailure::Unauthorized, "레지스트리가 이미지를 내주지 않아요(권한): nginx:x (ErrImagePull, Pod web-1)"),
            (PullFailure::Offline, "레지스트리에 닿지 않아 이미지를 받지 못해요: nginx:x (ErrImagePull, Pod web-1)"),
            (PullFailure::InvalidName, "이미지 이름의 꼴이 틀렸어요: nginx:x (ErrImagePull, Pod web-1)"),
            (PullFailure::Other, "이미지를 받지 못해요: nginx:x (ErrImagePull, Pod web-1)"),
        ] {
            check(pull(failure), sentence, describe);
        }
        check(
            Cause::Crash { pod: pod(), container: c(), exit_code: Some(1), restarts: 3 },
            "app 컨테이너가 자꾸 끝나요: 종료 코드 1, 재시작 3번 (Pod web-1)",
            Some("kubectl -n shop logs web-1 -c app --previous"),
        );
        check(
            Cause::OutOfMemory { pod: pod(), container: c(), limit: Some("64Mi".into()) },
            "app 컨테이너가 메모리를 넘겨 꺼졌어요: OOMKilled (한도 64Mi, Pod web-1)",
            describe,
        );
        check(
            Cause::Config { pod: pod(), container: c(), message: "configmap \"x\" not found".into() },
            "app 컨테이너를 만들지 못해요: configmap \"x\" not found (Pod web-1)",
            describe,
        );
        check(
            Cause::Unready { pod: pod(), container: c() },
            "app 컨테이너는 돌지만 readiness 프로브를 통과하지 못해요 (Pod web-1)",
            describe,
        );
        check(
            Cause::Refused { message: "exceeded quota".into() },
            "컨트롤러가 Pod를 만들지 못해요: exceeded quota",
            Some("kubectl -n shop get events --sort-by=.lastTimestamp"),
        );
        check(Cause::Deadline, "롤아웃이 제시간(progressDeadlineSeconds)에 끝나지 않았어요.", None);
        check(Cause::Paused, "롤아웃이 멈춰 있어요(paused). `kubectl rollout resume`으로 이어 가세요.", None);
        check(
            Cause::OldPods { count: 2 },
            "이전 ReplicaSet의 Pod 2개가 아직 남아 있어요.",
            Some("kubectl -n shop get replicasets"),
        );
        check(Cause::Stale, "컨트롤러가 바뀐 spec을 아직 반영하지 않았어요.", None);
        check(
            Cause::NoPods { selector: "app=web".into() },
            "selector와 라벨이 맞는 Pod가 없어요: app=web",
            Some("kubectl -n shop get pods --show-labels"),
        );
        check(Cause::JobFailed { message: "backoff".into() }, "Job이 실패했어요: backoff", None);
        check(Cause::Terminating, "지워지는 중이에요.", None);
    }
}
