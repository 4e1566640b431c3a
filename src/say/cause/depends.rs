//! What waits for something else: claims, Services, Ingresses, autoscalers, budgets, finalizers.

use crate::lab::{Backend, Claim, Scaling};
use crate::text::{josa, truncate};

/// Cells that foreign words may take in a sentence.
const SAID: usize = 120;

type Said = (String, Option<String>);

pub(super) fn claim(claim: &str, why: &Claim, ns: &str) -> Said {
    let describe = Some(format!("kubectl{ns} describe pvc {claim}"));
    let classes = Some("kubectl get storageclass".to_owned());
    match why {
        Claim::NoDefaultClass => (format!("PVC {claim}에 StorageClass가 없고, 기본 StorageClass도 없어요."), classes),
        Claim::NoSuchClass(class) => {
            (format!("PVC {} 가리키는 StorageClass {} 없어요.", josa(claim, "이/가"), josa(class, "이/가")), classes)
        }
        Claim::NoVolume => (
            format!(
                "PVC {claim}에 맞는 PersistentVolume이 없어요. 크기, accessModes, storageClassName을 견주어 보세요."
            ),
            Some("kubectl get persistentvolumes".into()),
        ),
        Claim::WaitsForPod(class) => (
            format!(
                "PVC {} 이것을 쓰는 Pod를 기다려요. StorageClass {}의 WaitForFirstConsumer 때문이에요.",
                josa(claim, "은/는"),
                class
            ),
            describe,
        ),
        Claim::Provisioner { provisioner, said } if said.is_empty() => {
            (format!("PVC {}: provisioner {} 볼륨을 만들기를 기다려요.", claim, josa(provisioner, "이/가")), describe)
        }
        Claim::Provisioner { provisioner, said } => (
            format!("provisioner {} 볼륨을 만들지 못해요: {}", josa(provisioner, "이/가"), truncate(said, SAID)),
            describe,
        ),
    }
}

pub(super) fn no_pods(selector: &str, nearest: Option<&(String, String, String)>, ns: &str) -> Said {
    let near = nearest.map(|(pod, has, wanted)| match has.strip_suffix('=') {
        Some(key) => format!(" Pod {pod}에는 라벨 {} 없어요({wanted}).", josa(key, "이/가")),
        None => format!(" Pod {pod}의 라벨은 {}.", josa(has, "이에요/예요")),
    });
    (
        format!("selector와 라벨이 맞는 Pod가 없어요: {selector}.{}", near.unwrap_or_default()),
        Some(format!("kubectl{ns} get pods --show-labels")),
    )
}

pub(super) fn wrong_port(port: &str, pod: &str, ports: &[String], ns: &str) -> Said {
    let there = match ports.is_empty() {
        true => "이름 있는 포트가 없어요".to_owned(),
        false => format!("containerPort는 {}", josa(&ports.join(", "), "이에요/예요")),
    };
    (
        format!("Service의 targetPort가 {port}인데, Pod {pod}의 {there}."),
        Some(format!("kubectl{ns} get pod {pod} -o jsonpath='{{.spec.containers[*].ports}}'")),
    )
}

pub(super) fn backend(backend: &Backend, ns: &str) -> Said {
    let classes = Some("kubectl get ingressclass".to_owned());
    match backend {
        Backend::Service(name) => (
            format!("Ingress가 가리키는 Service {} 없어요.", josa(name, "이/가")),
            Some(format!("kubectl{ns} get services")),
        ),
        Backend::Port { service, port, ports } => (
            format!(
                "Ingress가 Service {service}의 포트 {} 가리키는데, 그 Service의 포트는 {}.",
                josa(port, "을/를"),
                josa(&ports.join(", "), "이에요/예요")
            ),
            Some(format!("kubectl{ns} get service {service}")),
        ),
        Backend::Class(name) => (format!("IngressClass {} 없어요.", josa(name, "이/가")), classes),
        Backend::NoClass => ("Ingress에 ingressClassName이 없고, 기본 IngressClass도 없어요.".to_owned(), classes),
    }
}

pub(super) fn scaling(scaling: &Scaling, ns: &str) -> Said {
    let describe = Some(format!("kubectl{ns} describe hpa"));
    match scaling {
        Scaling::NoMetricsServer => (
            "metrics-server가 없어서 HPA가 사용량을 알지 못해요.".to_owned(),
            Some("kubectl get apiservices v1beta1.metrics.k8s.io".into()),
        ),
        Scaling::NoRequest { resource, container } => (
            format!("{container} 컨테이너에 resources.requests.{resource} 값이 없어서 HPA가 사용률을 계산하지 못해요."),
            describe,
        ),
        Scaling::NoTarget(target) => (format!("HPA가 늘리고 줄일 {} 없어요.", josa(target, "이/가")), describe),
        Scaling::NotYet => ("HPA가 아직 Pod의 사용량을 받지 못했어요. 1~2분 걸릴 수 있어요.".to_owned(), describe),
        Scaling::Other(said) => (format!("HPA가 개수를 정하지 못해요: {}", truncate(said, SAID)), describe),
    }
}

pub(super) fn budget(budget: &str, healthy: i64, desired: i64, ns: &str) -> Said {
    (
        format!(
            "PodDisruptionBudget {} Pod를 내보내지 못하게 해요: 건강한 Pod {healthy}개, 있어야 하는 수 {desired}개.",
            josa(budget, "이/가")
        ),
        Some(format!("kubectl{ns} get pdb {budget}")),
    )
}

/// What holds a namespace: `Some content in the namespace has finalizers remaining: example.com/hold in 1 resource
/// instances`.
pub(super) fn remaining(message: &str) -> Said {
    let after = |words: &str| message.split_once(words).map(|(_, rest)| rest.trim());
    let sentence = match (after("finalizers remaining: "), after("resources are remaining: ")) {
        (Some(finalizers), _) => {
            let names: Vec<&str> = finalizers.split(", ").filter_map(|part| part.split(" in ").next()).collect();
            format!("Namespace에 finalizer가 걸린 객체가 남아 있어요: {}", names.join(", "))
        }
        (_, Some(resources)) => {
            let kinds: Vec<&str> = resources.split(", ").filter_map(|part| part.split(" has ").next()).collect();
            format!("Namespace에 지워지지 않은 것이 남아 있어요: {}", kinds.join(", ").trim_end_matches('.'))
        }
        _ => format!("Namespace가 지워지지 않아요: {}", truncate(message, SAID)),
    };
    (sentence, Some("kubectl get namespaces -o yaml".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(said: Said, sentence: &str, next: &str) {
        assert_eq!(said, (sentence.to_owned(), Some(next.to_owned())));
    }

    #[test]
    fn a_claim_says_what_it_waits_for() {
        let of = |why| claim("data", &why, " -n shop");
        let classes = "kubectl get storageclass";
        let describe = "kubectl -n shop describe pvc data";
        check(of(Claim::NoDefaultClass), "PVC data에 StorageClass가 없고, 기본 StorageClass도 없어요.", classes);
        check(of(Claim::NoSuchClass("fast".into())), "PVC data가 가리키는 StorageClass fast가 없어요.", classes);
        check(
            of(Claim::NoVolume),
            "PVC data에 맞는 PersistentVolume이 없어요. 크기, accessModes, storageClassName을 견주어 보세요.",
            "kubectl get persistentvolumes",
        );
        check(
            of(Claim::WaitsForPod("standard".into())),
            "PVC data는 이것을 쓰는 Pod를 기다려요. StorageClass standard의 WaitForFirstConsumer 때문이에요.",
            describe,
        );
        let provisioner = |said: &str| Claim::Provisioner { provisioner: "local-path".into(), said: said.into() };
        check(of(provisioner("")), "PVC data: provisioner local-path가 볼륨을 만들기를 기다려요.", describe);
        check(of(provisioner("no space")), "provisioner local-path가 볼륨을 만들지 못해요: no space", describe);
    }

    #[test]
    fn a_service_says_which_label_or_port_differs() {
        let pods = "kubectl -n shop get pods --show-labels";
        let near = |has: &str| ("web-1".to_owned(), has.to_owned(), "app=web".to_owned());
        check(no_pods("app=web", None, " -n shop"), "selector와 라벨이 맞는 Pod가 없어요: app=web.", pods);
        check(
            no_pods("app=web", Some(&near("app=wbe")), " -n shop"),
            "selector와 라벨이 맞는 Pod가 없어요: app=web. Pod web-1의 라벨은 app=wbe예요.",
            pods,
        );
        check(
            no_pods("app=web", Some(&near("app=")), " -n shop"),
            "selector와 라벨이 맞는 Pod가 없어요: app=web. Pod web-1에는 라벨 app이 없어요(app=web).",
            pods,
        );
        let get = "kubectl -n shop get pod web-1 -o jsonpath='{.spec.containers[*].ports}'";
        check(
            wrong_port("8080", "web-1", &["http(80)".into()], " -n shop"),
            "Service의 targetPort가 8080인데, Pod web-1의 containerPort는 http(80)예요.",
            get,
        );
        check(
            wrong_port("web", "web-1", &[], " -n shop"),
            "Service의 targetPort가 web인데, Pod web-1의 이름 있는 포트가 없어요.",
            get,
        );
    }

    #[test]
    fn an_ingress_says_what_is_not_there() {
        check(
            backend(&Backend::Service("web".into()), ""),
            "Ingress가 가리키는 Service web이 없어요.",
            "kubectl get services",
        );
        check(
            backend(&Backend::Port { service: "web".into(), port: "8080".into(), ports: vec!["80".into()] }, ""),
            "Ingress가 Service web의 포트 8080을 가리키는데, 그 Service의 포트는 80이에요.",
            "kubectl get service web",
        );
        check(backend(&Backend::Class("nginx".into()), ""), "IngressClass nginx가 없어요.", "kubectl get ingressclass");
        check(
            backend(&Backend::NoClass, ""),
            "Ingress에 ingressClassName이 없고, 기본 IngressClass도 없어요.",
            "kubectl get ingressclass",
        );
    }

    #[test]
    fn an_autoscaler_says_what_it_misses() {
        check(
            scaling(&Scaling::NoMetricsServer, ""),
            "metrics-server가 없어서 HPA가 사용량을 알지 못해요.",
            "kubectl get apiservices v1beta1.metrics.k8s.io",
        );
        check(
            scaling(&Scaling::NoRequest { resource: "cpu".into(), container: "app".into() }, ""),
            "app 컨테이너에 resources.requests.cpu 값이 없어서 HPA가 사용률을 계산하지 못해요.",
            "kubectl describe hpa",
        );
        check(
            scaling(&Scaling::NoTarget("Deployment web".into()), ""),
            "HPA가 늘리고 줄일 Deployment web이 없어요.",
            "kubectl describe hpa",
        );
        check(
            scaling(&Scaling::NotYet, ""),
            "HPA가 아직 Pod의 사용량을 받지 못했어요. 1~2분 걸릴 수 있어요.",
            "kubectl describe hpa",
        );
        check(scaling(&Scaling::Other("x".into()), ""), "HPA가 개수를 정하지 못해요: x", "kubectl describe hpa");
    }

    #[test]
    fn what_does_not_go_says_what_holds_it() {
        check(
            budget("web", 2, 2, " -n shop"),
            "PodDisruptionBudget web이 Pod를 내보내지 못하게 해요: 건강한 Pod 2개, 있어야 하는 수 2개.",
            "kubectl -n shop get pdb web",
        );
        let get = "kubectl get namespaces -o yaml";
        check(
            remaining(
                "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
            ),
            "Namespace에 finalizer가 걸린 객체가 남아 있어요: example.com/hold",
            get,
        );
        check(
            remaining("Some resources are remaining: configmaps. has 1 resource instances"),
            "Namespace에 지워지지 않은 것이 남아 있어요: configmaps",
            get,
        );
        check(remaining("Discovery failed"), "Namespace가 지워지지 않아요: Discovery failed", get);
    }
}
