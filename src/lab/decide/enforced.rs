//! Whether NetworkPolicies forbid a connection: one that is made all the same shows that the cluster's network does not
//! enforce them. It errs on the side of silence: what it cannot read forbids nothing.

use serde_json::Value;

use crate::lab::model::{Client, Query, Way};
use crate::lab::object::{self, at, list, text};
use crate::lab::observe::KindState;
use crate::lab::select::{View, of_json, selects_labels};

/// Whether some policy selects every Pod of the Service that is asked, for ingress, and none lets this client in.
pub(super) fn forbidden(view: &View<'_>, query: &Query) -> bool {
    let Query::Http(request) = query else { return false };
    let Way::Probe { from, service: Some((namespace, name)), .. } = &request.way else { return false };
    let Some(service) = objects(view, "v1", "Service", namespace).find(|service| object::name(service) == name) else {
        return false;
    };
    let Some(selector) = of_json(at(service, &["spec", "selector"])) else { return false };
    let labels = |object: &Value| object["metadata"]["labels"].clone();
    let pods: Vec<&Value> = objects(view, "v1", "Pod", namespace)
        .filter(|pod| selects_labels(&selector, Some(&labels(pod))) && !object::is_deleting(pod))
        .collect();
    let policies: Vec<&Value> =
        objects(view, "networking.k8s.io/v1", "NetworkPolicy", namespace).filter(|policy| ingress(policy)).collect();
    !pods.is_empty()
        && pods.iter().all(|pod| {
            let mut over = policies.iter().filter(|policy| of_pods(policy, &labels(pod))).peekable();
            over.peek().is_some() && over.all(|policy| !lets_in(view, policy, from, namespace))
        })
}

fn objects<'v>(view: &View<'v>, api_version: &str, kind: &str, namespace: &str) -> impl Iterator<Item = &'v Value> {
    let state = view.watch(api_version, kind, Some(namespace)).map(|(_, state)| state);
    let present = match state {
        Some(KindState::Synced(objects)) => Some(objects.present.values()),
        _ => None,
    };
    let namespace = namespace.to_owned();
    present.into_iter().flatten().map(|seen| &*seen.object).filter(move |object| object::namespace(object) == namespace)
}

fn ingress(policy: &Value) -> bool {
    let types = list(policy, &["spec", "policyTypes"]);
    types.is_empty() || types.iter().any(|one| one == "Ingress")
}

fn of_pods(policy: &Value, labels: &Value) -> bool {
    selects_all_or(at(policy, &["spec", "podSelector"]), labels)
}

/// An empty selector selects everything.
fn selects_all_or(selector: Option<&Value>, labels: &Value) -> bool {
    let empty = selector.is_none_or(|selector| selector.as_object().is_none_or(serde_json::Map::is_empty));
    empty
        || selector.is_some_and(|selector| of_json(Some(selector)).is_some_and(|of| selects_labels(&of, Some(labels))))
}

/// Ports are not looked at: a rule that lets the client in anywhere counts as letting it in.
fn lets_in(view: &View<'_>, policy: &Value, from: &Client, namespace: &str) -> bool {
    list(policy, &["spec", "ingress"]).iter().any(|rule| {
        let peers = list(rule, &["from"]);
        peers.is_empty() || peers.iter().any(|peer| fits(view, peer, from, namespace))
    })
}

fn fits(view: &View<'_>, peer: &Value, from: &Client, namespace: &str) -> bool {
    if peer.get("ipBlock").is_some() {
        return true;
    }
    let own = serde_json::to_value(&from.labels).unwrap_or_default();
    let pod = peer.get("podSelector").is_none_or(|selector| selects_all_or(Some(selector), &own));
    let place = match peer.get("namespaceSelector") {
        None => from.namespace == namespace,
        Some(selector) => match view.watch("v1", "Namespace", None).map(|(_, state)| state) {
            Some(KindState::Synced(namespaces)) => namespaces
                .present
                .values()
                .find(|seen| text(&seen.object, &["metadata", "name"]) == from.namespace)
                .is_none_or(|seen| selects_all_or(Some(selector), &seen.object["metadata"]["labels"])),
            _ => true,
        },
    };
    pod && place
}
