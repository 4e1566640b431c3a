//! A PersistentVolumeClaim that is not bound.

use serde_json::Value;

use super::Diagnosis;
use crate::lab::object::{self, at, text};
use crate::lab::select::View;
use crate::lab::verdict::{Cause, Claim};

const DEFAULT: &str = "storageclass.kubernetes.io/is-default-class";

pub(super) fn of(view: &View<'_>, claim: &Value) -> Option<Diagnosis> {
    if text(claim, &["status", "phase"]) == "Bound" {
        return None;
    }
    let classes = view.all("storage.k8s.io/v1", "StorageClass", None)?;
    let (why, stuck) = why(view, claim, &classes);
    Some(Diagnosis { cause: Cause::Claim { claim: object::name(claim).to_owned(), why }, stuck })
}

fn why(view: &View<'_>, claim: &Value, classes: &[&Value]) -> (Claim, bool) {
    let asked = at(claim, &["spec", "storageClassName"]).and_then(Value::as_str);
    let default = || classes.iter().find(|class| text(class, &["metadata", "annotations", DEFAULT]) == "true");
    let class = match asked {
        Some("") => return (Claim::NoVolume, false),
        None => match default() {
            Some(class) => class,
            None => return (Claim::NoDefaultClass, true),
        },
        Some(name) => match classes.iter().find(|class| object::name(class) == name) {
            Some(class) => class,
            None => return (Claim::NoSuchClass(name.to_owned()), true),
        },
    };
    let waits = text(class, &["volumeBindingMode"]) == "WaitForFirstConsumer";
    let chosen = at(claim, &["metadata", "annotations", "volume.kubernetes.io/selected-node"]).is_some();
    if waits && !chosen {
        return (Claim::WaitsForPod(object::name(class).to_owned()), false);
    }
    let provisioner = text(class, &["provisioner"]).to_owned();
    if provisioner == "kubernetes.io/no-provisioner" {
        return (Claim::NoVolume, false);
    }
    let warnings = view.warnings(object::uid(claim)).iter().rev();
    let said = warnings.map(|event| (text(event, &["reason"]), text(event, &["message"])));
    let said = said.filter(|(reason, _)| *reason == "ProvisioningFailed").map(|(_, message)| message).next();
    (Claim::Provisioner { provisioner, said: said.unwrap_or_default().to_owned() }, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::testing::{World, merge};
    use crate::lab::{KindState, Objects, WatchKey};
    use serde_json::json;

    fn class(name: &str, extra: Value) -> Value {
        let mut class = json!({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name, "uid": name}, "provisioner": "rancher.io/local-path", "volumeBindingMode": "Immediate"});
        merge(&mut class, &extra);
        class
    }

    #[track_caller]
    fn check(spec: Value, classes: &[Value], expected: Claim) {
        let claim = json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data", "namespace": "shop", "uid": "c"}, "spec": spec, "status": {"phase": "Pending"}});
        let mut world = World::new();
        let key = WatchKey { api_version: "storage.k8s.io/v1".into(), kind: "StorageClass".into(), namespace: None };
        world.observation.kinds.insert(key, KindState::Synced(Objects::default()));
        for object in classes {
            world.put(object.clone());
        }
        world.put(json!({"apiVersion": "v1", "kind": "Event", "metadata": {"name": "e", "namespace": "shop"}, "type": "Warning", "reason": "ProvisioningFailed",
            "message": "no space", "involvedObject": {"uid": "c"}}));
        let found = of(&View::new(&world.observation), &claim).unwrap();
        assert_eq!(found.cause, Cause::Claim { claim: "data".into(), why: expected });
    }

    #[test]
    fn a_claim_waits_for_what_its_class_says() {
        let standard = || class("standard", json!({"metadata": {"annotations": {DEFAULT: "true"}}}));
        let provisioner =
            || Claim::Provisioner { provisioner: "rancher.io/local-path".into(), said: "no space".into() };
        check(json!({}), &[], Claim::NoDefaultClass);
        check(json!({}), &[class("slow", json!({}))], Claim::NoDefaultClass);
        check(json!({}), &[standard()], provisioner());
        check(json!({"storageClassName": "fast"}), &[standard()], Claim::NoSuchClass("fast".into()));
        check(json!({"storageClassName": ""}), &[standard()], Claim::NoVolume);
        let late = class("late", json!({"volumeBindingMode": "WaitForFirstConsumer"}));
        check(json!({"storageClassName": "late"}), &[late], Claim::WaitsForPod("late".into()));
        let none = class("manual", json!({"provisioner": "kubernetes.io/no-provisioner"}));
        check(json!({"storageClassName": "manual"}), &[none], Claim::NoVolume);
    }
}
