//! A Service that nothing stands behind: its selector, its Pods, its ports.

use std::collections::BTreeMap;

use serde_json::Value;

use super::workload::pods;
use super::{Diagnosis, worst};
use crate::lab::memory::Restarts;
use crate::lab::object::{self, at, list, text};
use crate::lab::select::View;
use crate::lab::verdict::Cause;

pub(super) fn of(view: &View<'_>, service: &Value, restarts: &BTreeMap<String, Restarts>) -> Option<Diagnosis> {
    let selector = at(service, &["spec", "selector"]).and_then(Value::as_object).filter(|s| !s.is_empty())?;
    let wanted: Vec<(&str, &str)> =
        selector.iter().map(|(key, value)| (key.as_str(), value.as_str().unwrap_or(""))).collect();
    let around = view.around(service);
    if around.pods.is_empty() {
        let pairs: Vec<String> = wanted.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let all = view.all("v1", "Pod", Some(object::namespace(service))).unwrap_or_default();
        let cause = Cause::NoPods { selector: pairs.join(","), nearest: nearest(&wanted, &all) };
        return Some(Diagnosis::passing(cause));
    }
    let told = worst(pods(view, &around, restarts));
    match told {
        Some(told) if told.stuck => Some(told),
        told => port(service, &around.pods).map(Diagnosis::passing).or(told),
    }
}

/// The Pod whose labels differ least from a selector, and the first that differs.
fn nearest(wanted: &[(&str, &str)], pods: &[&Value]) -> Option<(String, String, String)> {
    let differing = |pod: &Value| -> Vec<(String, String)> {
        let label = |key: &str| text(pod, &["metadata", "labels", key]);
        let wrong = wanted.iter().filter(|(key, value)| label(key) != *value);
        wrong.map(|(key, value)| (format!("{key}={}", label(key)), format!("{key}={value}"))).collect()
    };
    let alive = pods.iter().filter(|pod| !object::is_deleting(pod));
    let all = alive.map(|pod| (object::name(pod), differing(pod)));
    // A Pod without any of the labels is somebody else's.
    let known = all.filter(|(_, differing)| {
        differing.len() < wanted.len() || differing.iter().any(|(has, _)| !has.ends_with('='))
    });
    let (name, differing) = known.min_by_key(|(_, differing)| differing.len())?;
    let (has, wanted) = differing.into_iter().next()?;
    Some((name.to_owned(), has, wanted))
}

/// A targetPort that none of the Pods' containers has. Numbers need not be declared: they are minded only where others
/// are.
fn port(service: &Value, pods: &[&Value]) -> Option<Cause> {
    let pod = pods.first()?;
    let sidecars = list(pod, &["spec", "initContainers"]).iter().filter(|c| text(c, &["restartPolicy"]) == "Always");
    let containers = list(pod, &["spec", "containers"]).iter().chain(sidecars);
    let declared: Vec<&Value> = containers.flat_map(|container| list(container, &["ports"])).collect();
    let has = |port: &Value| {
        declared.iter().any(|declared| match port {
            Value::String(name) => text(declared, &["name"]) == name,
            number => declared.get("containerPort") == Some(number),
        })
    };
    let targets = list(service, &["spec", "ports"]).iter().map(|port| port.get("targetPort").or(port.get("port")));
    let wrong = targets.flatten().find(|port| !has(port) && (port.is_string() || !declared.is_empty()))?;
    let ports = declared.iter().map(|port| {
        let number = port.get("containerPort").map(Value::to_string).unwrap_or_default();
        match text(port, &["name"]) {
            "" => number,
            name => format!("{name}({number})"),
        }
    });
    let port = wrong.as_str().map_or_else(|| wrong.to_string(), str::to_owned);
    Some(Cause::WrongPort { port, pod: object::name(pod).to_owned(), ports: ports.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::testing::observe;
    use serde_json::json;

    fn service(port: Value) -> Value {
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop", "uid": "s"},
            "spec": {"selector": {"app": "web", "tier": "front"}, "ports": [{"port": 80, "targetPort": port}]}})
    }

    fn pod(name: &str, labels: Value, ports: Value) -> Value {
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "shop", "uid": name, "labels": labels},
            "spec": {"containers": [{"name": "c", "ports": ports}]}, "status": {"phase": "Running"}})
    }

    #[track_caller]
    fn check(port: Value, pods: &[Value], expected: Option<Cause>) {
        let objects: Vec<Value> = pods.iter().cloned().chain([service(port.clone())]).collect();
        let observation = observe(objects.into());
        let found = of(&View::new(&observation), &service(port), &BTreeMap::new());
        assert_eq!(found.map(|found| found.cause), expected);
    }

    #[test]
    fn a_selector_that_selects_nothing_is_told_with_the_label_that_differs() {
        let none = |nearest: Option<(&str, &str, &str)>| {
            let nearest = nearest.map(|(pod, has, wanted)| (pod.to_owned(), has.to_owned(), wanted.to_owned()));
            Some(Cause::NoPods { selector: "app=web,tier=front".into(), nearest })
        };
        check(json!(80), &[], none(None));
        check(json!(80), &[pod("db", json!({"x": "y"}), json!([]))], none(None));
        check(
            json!(80),
            &[pod("a", json!({"app": "api"}), json!([])), pod("b", json!({"app": "web", "tier": "back"}), json!([]))],
            none(Some(("b", "tier=back", "tier=front"))),
        );
        check(json!(80), &[pod("a", json!({"app": "web"}), json!([]))], none(Some(("a", "tier=", "tier=front"))));
    }

    #[test]
    fn a_target_port_that_no_container_has_is_told() {
        let labels = || json!({"app": "web", "tier": "front"});
        let wrong = |port: &str, ports: &[&str]| {
            Some(Cause::WrongPort {
                port: port.into(),
                pod: "a".into(),
                ports: ports.iter().map(|&port| port.to_owned()).collect(),
            })
        };
        let declared = || json!([{"name": "http", "containerPort": 8080}]);
        check(json!("http"), &[pod("a", labels(), declared())], None);
        check(json!(8080), &[pod("a", labels(), declared())], None);
        check(json!("web"), &[pod("a", labels(), declared())], wrong("web", &["http(8080)"]));
        check(json!(80), &[pod("a", labels(), declared())], wrong("80", &["http(8080)"]));
        check(json!(80), &[pod("a", labels(), json!([]))], None);
        check(json!("web"), &[pod("a", labels(), json!([]))], wrong("web", &[]));
    }
}
