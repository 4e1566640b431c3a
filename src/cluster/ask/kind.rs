//! Which nodes a kind cluster of ours has.

use serde_json::{Value, json};

use crate::cluster::container::{self, Container, ContainerTrouble};
use crate::lab::{NodeRole, Reason, Reply};

/// Its nodes; nothing when there is no such cluster.
pub(super) async fn ask(cluster: &str) -> Reply {
    match container::of_cluster(cluster).await {
        Ok(containers) => Reply::said(json!({"nodes": containers.iter().filter_map(node).collect::<Vec<_>>()})),
        Err(ContainerTrouble::NoCluster(_)) => Reply::Nothing,
        Err(ContainerTrouble::Silent { .. }) => Reply::Failed(Reason::Hang),
        Err(trouble) => Reply::Failed(Reason::NotHere(trouble.to_string())),
    }
}

/// A load balancer is no node.
fn node(container: &Container) -> Option<Value> {
    let role = match container.role? {
        NodeRole::ControlPlane => "control-plane",
        NodeRole::Worker => "worker",
    };
    let ports = container.ports.iter().map(|(host, inner)| json!({"host": host, "container": inner}));
    Some(json!({
        "name": container.name,
        "role": role,
        "image": container.image,
        "running": container.running,
        "ports": ports.collect::<Vec<_>>(),
    }))
}
