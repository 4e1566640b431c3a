//! Causes in the cluster's own words, put into one sentence with the place to look.

use crate::lab::{Cause, PullFailure};
use crate::text::josa;

/// A cause as a sentence, and the command that shows it, for objects of `namespace`.
pub fn cause(cause: &Cause, namespace: Option<&str>) -> (String, Option<String>) {
    let ns = namespace.map(|n| format!(" -n {n}")).unwrap_or_default();
    let describe = |pod: &str| Some(format!("kubectl{ns} describe pod {pod}"));
    match cause {
        Cause::ImagePull { pod, image, failure, reason } => {
            let why = match failure {
                PullFailure::NotFound => format!("\"{image}\" 이미지를 찾을 수 없어요"),
                PullFailure::Unauthorized => format!("레지스트리가 \"{image}\" 이미지를 내주지 않아요 (권한)"),
                PullFailure::Offline => format!("\"{image}\" 이미지의 레지스트리에 닿지 않아요"),
                PullFailure::InvalidName => format!("\"{image}\" 이미지 이름의 꼴이 틀렸어요"),
                PullFailure::Other => format!("\"{image}\" 이미지를 받지 못해요"),
            };
            (format!("Pod {} {reason}: {why}.", josa(pod, "이/가")), describe(pod))
        }
        Cause::Crash { pod, container, exit_code, restarts } => {
            let code = exit_code.map(|c| format!("종료 코드 {c}, ")).unwrap_or_default();
            (
                format!("Pod {pod}의 {container} 컨테이너가 자꾸 끝나요 ({code}재시작 {restarts}번)."),
                Some(format!("kubectl{ns} logs {pod} -c {container} --previous")),
            )
        }
        Cause::OutOfMemory { pod, container, limit } => {
            let limit = limit.as_ref().map(|l| format!(" (limits.memory {l})")).unwrap_or_default();
            (format!("Pod {pod}의 {container} 컨테이너가 메모리를 넘겨 OOMKilled로 끝났어요{limit}."), describe(pod))
        }
        Cause::Unschedulable { pod, message } => (unschedulable(pod, message), describe(pod)),
        Cause::Config { pod, container, message } => {
            (format!("Pod {pod}의 {container} 컨테이너를 만들지 못해요: {message}"), describe(pod))
        }
        Cause::Unready { pod, container } => {
            (format!("Pod {pod}의 {container} 컨테이너가 돌지만 readiness probe를 통과하지 못해요."), describe(pod))
        }
        Cause::Refused { message } => (
            format!("컨트롤러가 Pod를 만들지 못해요: {message}"),
            Some(format!("kubectl{ns} get events --sort-by=.lastTimestamp")),
        ),
        Cause::Deadline => ("롤아웃이 progressDeadlineSeconds를 넘겼어요.".into(), None),
        Cause::Paused => ("롤아웃이 멈춰 있어요(paused). kubectl rollout resume으로 이어 가요.".into(), None),
        Cause::OldPods { count } => (
            format!("이전 ReplicaSet의 Pod {count}개가 아직 남아 있어요."),
            Some(format!("kubectl{ns} get replicasets")),
        ),
        Cause::Stale => ("컨트롤러가 바뀐 spec을 아직 보지 못했어요.".into(), None),
        Cause::NoPods { selector } => (
            format!("selector {} 고르는 Pod가 없어요.", josa(selector, "이/가")),
            Some(format!("kubectl{ns} get pods --show-labels")),
        ),
        Cause::JobFailed { message } => (format!("Job이 실패했어요: {message}"), None),
        Cause::Terminating => ("지워지는 중이에요.".into(), None),
    }
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
        true => format!("Pod {} 들어갈 노드가 없어요: {message}", josa(pod, "이/가")),
        false => format!("Pod {} 들어갈 노드가 없어요 ({nodes}): {}.", josa(pod, "이/가"), said.join(", ")),
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
            "Pod web-1이 들어갈 노드가 없어요 (0/3): 견디지 못하는 taint가 있는 노드 1개 (dedicated: gpu), nodeSelector·nodeAffinity가 맞지 않는 노드 2개.",
        );
        check(
            "0/1 nodes are available: 1 Insufficient cpu.",
            "Pod web-1이 들어갈 노드가 없어요 (0/1): CPU 요청을 감당하지 못하는 노드 1개.",
        );
        check("no nodes", "Pod web-1이 들어갈 노드가 없어요: no nodes");
    }
}
