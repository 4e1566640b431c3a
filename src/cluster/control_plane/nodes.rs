//! The nodes of a kind cluster of three, as objects for KWOK to keep alive.

use serde_json::{Value, json};

/// The names of the nodes, the control plane first, as kind names them.
pub const NAMES: [&str; 3] = ["jotasu-control-plane", "jotasu-worker", "jotasu-worker2"];

/// Every Node object, the control plane first.
pub fn nodes() -> Vec<Value> {
    NAMES.iter().enumerate().map(|(index, name)| node(index, name)).collect()
}

fn node(index: usize, name: &str) -> Value {
    let mut labels = json!({
        "beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux", "kubernetes.io/hostname": name,
    });
    let mut spec = json!({
        "podCIDR": format!("10.244.{index}.0/24"), "podCIDRs": [format!("10.244.{index}.0/24")],
        "providerID": format!("kind://docker/jotasu/{name}"),
    });
    if index == 0 {
        labels["node-role.kubernetes.io/control-plane"] = json!("");
        labels["node.kubernetes.io/exclude-from-external-load-balancers"] = json!("");
        spec["taints"] = json!([{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}]);
    }
    let room = json!({"cpu": "4", "memory": "8Gi", "pods": "110", "ephemeral-storage": "100Gi", "hugepages-2Mi": "0"});
    json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "labels": labels, "annotations": {"node.alpha.kubernetes.io/ttl": "0"}},
        "spec": spec,
        "status": {
            "capacity": room, "allocatable": room,
            "addresses": [
                {"type": "InternalIP", "address": format!("172.18.0.{}", index + 2)}, {"type": "Hostname", "address": name},
            ],
            "nodeInfo": {
                "architecture": "amd64", "operatingSystem": "linux", "osImage": "Debian GNU/Linux 12 (bookworm)",
                "kernelVersion": "6.1.0", "containerRuntimeVersion": "containerd://2.4.2", "kubeletVersion": "v1.36.3",
                "kubeProxyVersion": "", "bootID": "", "machineID": "", "systemUUID": "",
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_control_plane_is_tainted() {
        let tainted: Vec<bool> = nodes().iter().map(|node| node["spec"].get("taints").is_some()).collect();
        assert_eq!(tainted, [true, false, false]);
    }
}
