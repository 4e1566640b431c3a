//! A canary Pod: that one starts on a node, with an address of its own, says more than any file that the node is well.
//! What it is made of; who makes it and takes it away is elsewhere.

use serde_json::{Value, json};

use crate::cluster::identity::MANAGED;
use crate::lab::PROBE;

/// An image that every node has: the one that holds a Pod's network.
const PAUSE: &str = "registry.k8s.io/pause:3.10";

/// A Pod on one node, whatever its taints; it needs no scheduler and pulls no image.
pub fn pod(name: &str, namespace: &str, node: &Value) -> Value {
    let container = json!({
        "name": "canary", "image": image(node), "imagePullPolicy": "IfNotPresent",
        "resources": {"requests": {"cpu": "1m", "memory": "1Mi"}, "limits": {"memory": "32Mi"}},
        "securityContext": {"allowPrivilegeEscalation": false, "runAsNonRoot": true, "runAsUser": 65535,
                            "capabilities": {"drop": ["ALL"]}},
    });
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": {PROBE: "canary", MANAGED: "jotasu"}},
        "spec": {
            "serviceAccountName": "canary", "nodeName": node["metadata"]["name"], "restartPolicy": "Never", "terminationGracePeriodSeconds": 0,
            "automountServiceAccountToken": false, "enableServiceLinks": false,
            "tolerations": [{"operator": "Exists"}], "containers": [container],
        },
    })
}

/// The account it starts with: one of its own, since a namespace's default comes from a controller that may not be back.
pub fn account(namespace: &str) -> Value {
    let metadata = json!({"name": "canary", "namespace": namespace, "labels": {PROBE: "canary", MANAGED: "jotasu"}});
    json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
}

/// The pause image as a node has it.
fn image(node: &Value) -> String {
    let images = node["status"]["images"].as_array().into_iter().flatten();
    let mut names = images.flat_map(|image| image["names"].as_array().into_iter().flatten()).filter_map(Value::as_str);
    names.find(|name| name.contains("/pause:")).unwrap_or(PAUSE).to_owned()
}

/// True when it runs and has an address.
pub fn sings(pod: &Value) -> bool {
    pod["status"]["phase"] == "Running" && pod["status"]["podIP"].as_str().is_some_and(|address| !address.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canary_is_ours_and_bound_to_its_node() {
        let images =
            json!([{"names": ["docker.io/a:1"]}, {"names": ["k8s.gcr.io/pause@sha256:0", "k8s.gcr.io/pause:3.9"]}]);
        let node = json!({"metadata": {"name": "n"}, "status": {"images": images}});
        let pod = pod("canary-1", "shop", &node);
        assert_eq!(pod["spec"]["nodeName"], "n");
        assert_eq!(pod["metadata"]["labels"][PROBE], "canary");
        assert_eq!(pod["spec"]["containers"][0]["image"], "k8s.gcr.io/pause:3.9");
        assert_eq!(image(&json!({})), PAUSE);
    }

    #[test]
    fn one_without_an_address_does_not_count() {
        assert!(sings(&json!({"status": {"phase": "Running", "podIP": "10.0.0.1"}})));
        assert!(!sings(&json!({"status": {"phase": "Running"}})));
        assert!(!sings(&json!({"status": {"phase": "Pending", "podIP": "10.0.0.1"}})));
    }
}
