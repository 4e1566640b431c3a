//! Causes in the cluster's own words, put into one sentence with the place to look.

mod depends;
mod refusal;
mod scheduling;

use crate::lab::{Cause, Probe, PullFailure};
use crate::text::{josa, truncate};

/// Cells that foreign words may take in a sentence.
const SAID: usize = 120;

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
                PullFailure::InvalidName => "이미지 이름의 형식이 잘못됐어요",
                PullFailure::Other => "이미지를 받지 못해요",
            };
            (format!("{why}: {image} ({reason}, Pod {pod})"), describe(pod))
        }
        Cause::Crash { pod, container, exit_code, restarts } => {
            let code = exit_code.map(|c| format!("종료 코드 {c}, ")).unwrap_or_default();
            (
                format!("{container} 컨테이너가 계속 종료돼요: {code}재시작 {restarts}번 (Pod {pod})"),
                Some(format!("kubectl{ns} logs {pod} -c {container}{}", if *restarts > 0 { " --previous" } else { "" })),
            )
        }
        Cause::OutOfMemory { pod, container, limit } => {
            let limit = limit.as_ref().map(|l| format!("한도 {l}, ")).unwrap_or_default();
            (format!("{container} 컨테이너가 메모리 한도를 넘겨 종료됐어요: OOMKilled ({limit}Pod {pod})"), describe(pod))
        }
        Cause::Unschedulable { pod, message } => (scheduling::unschedulable(pod, message), describe(pod)),
        Cause::Config { pod, container, message } => {
            (format!("{container} 컨테이너를 만들지 못해요: {message} (Pod {pod})"), describe(pod))
        }
        Cause::Mount { pod, what: Some(what), .. } => {
            (format!("볼륨이 쓰는 {} 없어서 Pod가 시작하지 못해요. (Pod {pod})", josa(what, "이/가")), describe(pod))
        }
        Cause::Mount { pod, what: None, message } => {
            (format!("볼륨을 붙이지 못해요: {} (Pod {pod})", truncate(message, SAID)), describe(pod))
        }
        Cause::Sandbox { pod, message } => {
            (format!("노드가 Pod의 네트워크를 만들지 못해요: {} (Pod {pod})", truncate(message, SAID)), describe(pod))
        }
        Cause::Probe { pod, container, probe, said } => {
            let what = match probe {
                Probe::Readiness => "컨테이너는 돌지만 readiness 프로브를 통과하지 못해요",
                Probe::Liveness => "컨테이너가 liveness 프로브를 통과하지 못해 자꾸 다시 시작해요",
                Probe::Startup => "컨테이너가 startup 프로브를 아직 통과하지 못했어요",
            };
            let said = said.as_ref().map(|said| format!(": {}", truncate(said, SAID))).unwrap_or_default();
            (format!("{container} {what}{said} (Pod {pod})"), describe(pod))
        }
        Cause::Unready { pod, container } => {
            (format!("{container} 컨테이너는 돌지만 아직 Ready가 아니에요 (Pod {pod})"), describe(pod))
        }
        Cause::Refused { refusal, message } => refusal::refusal(refusal, message, &ns),
        Cause::Claim { claim, why } => depends::claim(claim, why, &ns),
        Cause::Deadline => ("롤아웃이 제시간(progressDeadlineSeconds)에 끝나지 않았어요.".into(), None),
        Cause::Paused => ("롤아웃이 멈춰 있어요(paused). `kubectl rollout resume`으로 이어 가세요.".into(), None),
        Cause::OldPods { count } => (
            format!("이전 ReplicaSet의 Pod {count}개가 아직 남아 있어요."),
            Some(format!("kubectl{ns} get replicasets")),
        ),
        Cause::Stale => ("컨트롤러가 바뀐 spec을 아직 반영하지 않았어요.".into(), None),
        Cause::FirstPod { pod } => (
            format!("StatefulSet은 차례로 만들어요. Pod {} Ready가 되어야 다음 것을 만들어요.", josa(pod, "이/가")),
            describe(pod),
        ),
        Cause::NoPods { selector, nearest } => depends::no_pods(selector, nearest.as_ref(), &ns),
        Cause::WrongPort { port, pod, ports } => depends::wrong_port(port, pod, ports, &ns),
        Cause::Backend(backend) => depends::backend(backend, &ns),
        Cause::Scaling(scaling) => depends::scaling(scaling, &ns),
        Cause::JobFailed { reason, message } => {
            let why = match reason.as_str() {
                "BackoffLimitExceeded" => "재시도 횟수(backoffLimit)를 다 썼어요.".to_owned(),
                "DeadlineExceeded" => "정해진 시간(activeDeadlineSeconds)을 넘겼어요.".to_owned(),
                _ => truncate(message, SAID),
            };
            (format!("Job이 실패했어요: {why}"), Some(format!("kubectl{ns} describe job")))
        }
        Cause::Budget { budget, healthy, desired } => depends::budget(budget, *healthy, *desired, &ns),
        Cause::Finalizers(names) => (format!("지워지는 중인데 finalizer가 붙들고 있어요: {}", names.join(", ")), None),
        Cause::Remaining(message) => depends::remaining(message),
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

#[cfg(test)]
mod tests {
    use super::*;

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
            (PullFailure::InvalidName, "이미지 이름의 형식이 잘못됐어요: nginx:x (ErrImagePull, Pod web-1)"),
            (PullFailure::Other, "이미지를 받지 못해요: nginx:x (ErrImagePull, Pod web-1)"),
        ] {
            check(pull(failure), sentence, describe);
        }
        check(
            Cause::Crash { pod: pod(), container: c(), exit_code: Some(1), restarts: 3 },
            "app 컨테이너가 계속 종료돼요: 종료 코드 1, 재시작 3번 (Pod web-1)",
            Some("kubectl -n shop logs web-1 -c app --previous"),
        );
        check(
            Cause::OutOfMemory { pod: pod(), container: c(), limit: Some("64Mi".into()) },
            "app 컨테이너가 메모리 한도를 넘겨 종료됐어요: OOMKilled (한도 64Mi, Pod web-1)",
            describe,
        );
        check(
            Cause::Config { pod: pod(), container: c(), message: "configmap \"x\" not found".into() },
            "app 컨테이너를 만들지 못해요: configmap \"x\" not found (Pod web-1)",
            describe,
        );
        check(
            Cause::Mount { pod: pod(), what: Some("ConfigMap web-config".into()), message: "x".into() },
            "볼륨이 쓰는 ConfigMap web-config가 없어서 Pod가 시작하지 못해요. (Pod web-1)",
            describe,
        );
        check(
            Cause::Mount { pod: pod(), what: None, message: "timed out".into() },
            "볼륨을 붙이지 못해요: timed out (Pod web-1)",
            describe,
        );
        check(
            Cause::Sandbox { pod: pod(), message: "no CNI".into() },
            "노드가 Pod의 네트워크를 만들지 못해요: no CNI (Pod web-1)",
            describe,
        );
        let probe = |probe, said: Option<&str>| Cause::Probe {
            pod: pod(),
            container: c(),
            probe,
            said: said.map(str::to_owned),
        };
        check(
            probe(Probe::Readiness, Some("HTTP probe failed with statuscode: 404")),
            "app 컨테이너는 돌지만 readiness 프로브를 통과하지 못해요: HTTP probe failed with statuscode: 404 (Pod web-1)",
            describe,
        );
        check(
            probe(Probe::Liveness, None),
            "app 컨테이너가 liveness 프로브를 통과하지 못해 자꾸 다시 시작해요 (Pod web-1)",
            describe,
        );
        check(
            probe(Probe::Startup, None),
            "app 컨테이너가 startup 프로브를 아직 통과하지 못했어요 (Pod web-1)",
            describe,
        );
        check(
            Cause::Unready { pod: pod(), container: c() },
            "app 컨테이너는 돌지만 아직 Ready가 아니에요 (Pod web-1)",
            describe,
        );
        check(
            Cause::FirstPod { pod: "db-0".into() },
            "StatefulSet은 차례로 만들어요. Pod db-0이 Ready가 되어야 다음 것을 만들어요.",
            Some("kubectl -n shop describe pod db-0"),
        );
        check(
            Cause::Finalizers(vec!["example.com/hold".into()]),
            "지워지는 중인데 finalizer가 붙들고 있어요: example.com/hold",
            None,
        );
        check(Cause::Deadline, "롤아웃이 제시간(progressDeadlineSeconds)에 끝나지 않았어요.", None);
        check(Cause::Paused, "롤아웃이 멈춰 있어요(paused). `kubectl rollout resume`으로 이어 가세요.", None);
        check(
            Cause::OldPods { count: 2 },
            "이전 ReplicaSet의 Pod 2개가 아직 남아 있어요.",
            Some("kubectl -n shop get replicasets"),
        );
        check(Cause::Stale, "컨트롤러가 바뀐 spec을 아직 반영하지 않았어요.", None);
        let job = |reason: &str| Cause::JobFailed { reason: reason.into(), message: "backoff".into() };
        let jobs = Some("kubectl -n shop describe job");
        check(job("BackoffLimitExceeded"), "Job이 실패했어요: 재시도 횟수(backoffLimit)를 다 썼어요.", jobs);
        check(job("DeadlineExceeded"), "Job이 실패했어요: 정해진 시간(activeDeadlineSeconds)을 넘겼어요.", jobs);
        check(job("Other"), "Job이 실패했어요: backoff", jobs);
        check(Cause::Terminating, "지워지는 중이에요.", None);
    }
}
