//! Near misses from whole labs and observations.

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::lab::testing::{World, check as build, lab, merge};
use crate::lab::{Memory, decide_all};

fn object(kind: &str, namespace: &str, name: &str, extra: Value) -> Value {
    let version = match kind {
        "Deployment" | "StatefulSet" | "ReplicaSet" => "apps/v1",
        _ => "v1",
    };
    let mut object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": namespace, "uid": format!("{namespace}-{name}-{kind}")}});
    merge(&mut object, &extra);
    object
}

/// What is said of a check whose object was there and is gone, while these are watched, and these are elsewhere.
fn found(wanted: &Value, watched: &[Value], elsewhere: &[Value]) -> Option<NearMiss> {
    let mut lab =
        lab(vec![build(wanted.clone()), build(json!({"kind": "Deployment", "namespace": "shop", "name": "webs"}))]);
    lab.setup = vec![Action::Apply(vec![object("Deployment", "shop", "wob", json!({}))])];
    let mut world = World::of(&lab);
    let mut memory = Memory::new("lab", "uid", world.now);
    let text = |key: &str| wanted.get(key).and_then(Value::as_str).unwrap_or("gone");
    let gone = object(text("kind"), "shop", text("name"), json!({"metadata": {"labels": wanted.get("labels")}}));
    world.put(gone.clone());
    decide_all(&lab, &world.observation, &mut memory, world.now);
    world.delete(&gone);
    for object in watched {
        world.later(1).put(object.clone());
    }
    world.observation.elsewhere = elsewhere.iter().cloned().map(Arc::new).collect();
    let decision = decide_all(&lab, &world.observation, &mut memory, world.now);
    decision.verdicts[0].finding().and_then(|finding| finding.near.clone())
}

#[track_caller]
fn check(wanted: Value, watched: &[Value], elsewhere: &[Value], expected: Option<(&str, &str)>) {
    let near = found(&wanted, watched, elsewhere);
    let said = near.as_ref().map(|near| {
        let of = near.found();
        let name = serde_json::to_value(near).unwrap()["kind"].as_str().unwrap().to_owned();
        (name, format!("{} {}/{}", of.kind, of.namespace.as_deref().unwrap_or(""), of.name))
    });
    assert_eq!(said.as_ref().map(|(name, of)| (name.as_str(), of.as_str())), expected, "{near:?}");
}

fn web() -> Value {
    json!({"kind": "Deployment", "namespace": "shop", "name": "web", "ready": true})
}

#[test]
fn the_same_in_another_namespace_is_told_before_anything_else() {
    let elsewhere = object("Deployment", "default", "web", json!({}));
    check(web(), &[], &[], None);
    check(web(), &[], std::slice::from_ref(&elsewhere), Some(("namespace", "Deployment default/web")));
    let slip = object("Deployment", "shop", "wbe", json!({}));
    check(web(), &[slip], &[elsewhere], Some(("namespace", "Deployment default/web")));
    check(web(), &[], &[object("Deployment", "kube-system", "web", json!({}))], None);
    check(web(), &[], &[object("Deployment", "jotasu-system", "web", json!({}))], None);
}

#[test]
fn another_kind_of_the_same_name_is_told() {
    check(web(), &[], &[object("StatefulSet", "shop", "web", json!({}))], Some(("kind", "StatefulSet shop/web")));
    check(web(), &[object("Pod", "shop", "web", json!({}))], &[], Some(("kind", "Pod shop/web")));
    check(web(), &[object("Pod", "default", "web", json!({}))], &[], None);
    let owned = json!({"metadata": {"ownerReferences": [{"uid": "x", "kind": "ReplicaSet", "controller": true}]}});
    check(web(), &[object("Pod", "shop", "web", owned)], &[], None);
    check(
        json!({"kind": "ConfigMap", "namespace": "shop", "name": "web"}),
        &[],
        &[object("Secret", "shop", "web", json!({}))],
        None,
    );
}

#[test]
fn a_name_that_is_a_slip_away_is_told_unless_it_is_meant_for_something_else() {
    check(web(), &[object("Deployment", "shop", "wbe", json!({}))], &[], Some(("name", "Deployment shop/wbe")));
    check(
        web(),
        &[object("Deployment", "shop", "wbe", json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}))],
        &[],
        None,
    );
    // Another check asks for `webs`, and the setup made `wob`.
    check(web(), &[object("Deployment", "shop", "webs", json!({}))], &[], None);
    check(web(), &[object("Deployment", "shop", "wob", json!({}))], &[], None);
    check(web(), &[object("Deployment", "shop", "db", json!({}))], &[], None);
    check(
        json!({"kind": "Secret", "namespace": "shop", "name": "web"}),
        &[object("Secret", "shop", "wbe", json!({}))],
        &[],
        None,
    );
}

#[test]
fn a_label_that_is_a_slip_away_is_told() {
    let wanted = || json!({"kind": "Pod", "namespace": "shop", "labels": {"app": "web", "tier": "front"}});
    let pod = |labels: Value| object("Pod", "shop", "p", json!({"metadata": {"labels": labels}}));
    let label = Some(("label", "Pod shop/p"));
    check(wanted(), &[pod(json!({"app": "wbe", "tier": "front"}))], &[], label);
    check(wanted(), &[pod(json!({"App": "web", "tier": "front"}))], &[], label);
    check(wanted(), &[pod(json!({"app": "api", "tier": "front"}))], &[], None);
    check(wanted(), &[pod(json!({"app": "wbe", "tier": "fornt"}))], &[], None);
    check(wanted(), &[pod(json!({"app": "wbe"}))], &[], None);
    let there = object("Pod", "default", "p", json!({"metadata": {"labels": {"app": "web", "tier": "front"}}}));
    check(wanted(), &[there], &[], Some(("namespace", "Pod default/p")));
}

#[test]
fn the_right_value_in_another_field_is_told() {
    #[track_caller]
    fn check(wanted: Value, object: Value, expected: Option<(&str, &str)>) {
        let wanted = json!({"kind": "Deployment", "namespace": "shop", "name": "web", "match": wanted});
        let near = found(&wanted, &[super::tests::object("Deployment", "shop", "web", object)], &[]);
        let said = near.map(|near| match near {
            NearMiss::Field { has, wanted, .. } => (has, wanted),
            other => panic!("{other:?}"),
        });
        assert_eq!(said.as_ref().map(|(has, wanted)| (has.as_str(), wanted.as_str())), expected);
    }
    let template = |labels: Value| json!({"spec": {"template": {"metadata": {"labels": labels}}}});
    let both = |labels: Value, pods: Value| json!({"metadata": {"labels": labels}, "spec": {"template": {"metadata": {"labels": pods}}}});
    check(
        template(json!({"tier": "front"})),
        both(json!({"tier": "front"}), json!({"app": "web"})),
        Some(("metadata.labels.tier", "spec.template.metadata.labels.tier")),
    );
    check(
        template(json!({"tier": "front"})),
        both(json!({}), json!({"teir": "front"})),
        Some(("spec.template.metadata.labels.teir", "spec.template.metadata.labels.tier")),
    );
    check(template(json!({"tier": "front"})), both(json!({"tier": "back"}), json!({})), None);
    let container = |resources: Value| json!({"spec": {"template": {"spec": {"containers": [{"name": "c", "resources": resources}]}}}});
    check(
        container(json!({"limits": {"memory": "64Mi"}})),
        container(json!({"limits": {"cpu": "1"}, "requests": {"memory": "64Mi"}})),
        Some((
            "spec.template.spec.containers[name=c].resources.requests.memory",
            "spec.template.spec.containers[name=c].resources.limits.memory",
        )),
    );
    check(json!({"spec": {"replicas": 3}}), json!({"spec": {"minReadySeconds": 3}}), None);
}

#[test]
fn only_what_is_missing_is_asked_for_elsewhere() {
    let lab = lab(vec![build(web())]);
    let world = World::of(&lab);
    let keys = |verdict: &Verdict| {
        let keys = elsewhere(&lab.checks[0], verdict, &world.observation).into_iter();
        keys.map(|key| format!("{}/{}", key.kind, key.namespace.unwrap_or_default())).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(keys(&Verdict::Passed), "");
    assert_eq!(keys(&Verdict::Waiting), "DaemonSet/shop Deployment/ StatefulSet/shop CronJob/shop Job/shop");
}
