//! The terms of a lab: what it requires, on which cluster it runs, what it owns.

use super::Lab;

/// `requires`, as written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Requires {
    /// A version requirement such as `>=1.33`.
    pub kubernetes: Option<String>,
    /// Nodes at least.
    pub nodes: u32,
    /// A version requirement on kind.
    pub kind: Option<String>,
    /// `group/version` that must be served.
    pub apis: Vec<String>,
    /// Names of [`ADDONS`].
    pub addons: Vec<String>,
    /// Memory of a node, a quantity.
    pub memory: Option<String>,
    /// Processors of a node, a quantity.
    pub cpu: Option<String>,
    /// Disk of a node, a quantity.
    pub disk: Option<String>,
    /// Architectures.
    pub arch: Vec<String>,
    /// Declared powers (privileged, hostPath, …).
    pub power: Vec<String>,
    /// Declared node faults.
    pub faults: Vec<String>,
}

/// Add-ons a lab may require, each with the `group/version` that it serves.
pub const ADDONS: [(&str, &str); 2] =
    [("metrics-server", "metrics.k8s.io/v1beta1"), ("gateway-api", "gateway.networking.k8s.io/v1")];

/// Who makes the cluster, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClusterSpec {
    /// True when making it is the learner's work.
    pub by_learner: bool,
    /// A kind configuration file within the lab's folder.
    pub config: Option<String>,
    /// A cluster of its own (node faults).
    pub dedicated: bool,
}

/// The kind cluster that labs share. One of a lab's own is called so too, with the lab's id after a hyphen.
pub const SHARED_CLUSTER: &str = "jotasu";

/// Whether a kind cluster of this name is ours to use, to break and to delete.
pub fn is_our_cluster(name: &str) -> bool {
    name.strip_prefix(SHARED_CLUSTER).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

impl Lab {
    /// The kind cluster it is done on, unless the learner names another: the shared one, or one for itself.
    pub fn kind_cluster(&self) -> String {
        match self.cluster.dedicated {
            true => format!("{SHARED_CLUSTER}-{}", self.id),
            false => SHARED_CLUSTER.to_owned(),
        }
    }
}

/// All that a lab's work may create or change; reset and stop remove exactly this.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Owns {
    /// Whole namespaces.
    pub namespaces: Vec<String>,
    /// Cluster-scoped objects (or objects in namespaces that are not owned) by kind and name prefix.
    pub objects: Vec<OwnedObject>,
    /// Node label keys.
    pub node_labels: Vec<String>,
    /// Node taint keys.
    pub node_taints: Vec<String>,
    /// Helm releases, `namespace/name`.
    pub helm: Vec<String>,
}

/// Objects of one kind that a lab owns.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedObject {
    /// `group/version`, or `v1`.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// Namespace of namespaced kinds.
    pub namespace: Option<String>,
    /// The exact name, or …
    pub name: Option<String>,
    /// … a prefix of the name.
    pub prefix: Option<String>,
}
