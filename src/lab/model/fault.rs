//! Faults of nodes as data: a closed list, each with typed parameters, on a node that is named by its role and index.
//! How they are made and undone is the engine's.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What kind makes of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeRole {
    /// It runs the control plane.
    ControlPlane,
    /// It runs workloads.
    Worker,
}

/// A node by its role and its index among those of the role, by name, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NodeRef {
    /// Its role.
    pub role: NodeRole,
    /// Which of them.
    pub index: usize,
}

impl NodeRef {
    /// `control-plane`, `worker`, `worker:1`.
    pub fn parse(text: &str) -> Option<Self> {
        let (role, index) = text.split_once(':').unwrap_or((text, "0"));
        let role = match role {
            "control-plane" => NodeRole::ControlPlane,
            "worker" => NodeRole::Worker,
            _ => return None,
        };
        Some(Self { role, index: index.parse().ok()? })
    }
}

impl fmt::Display for NodeRef {
    /// As it is written in a lab.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.role {
            NodeRole::ControlPlane if self.index == 0 => f.write_str("control-plane"),
            NodeRole::ControlPlane => write!(f, "control-plane:{}", self.index),
            NodeRole::Worker => write!(f, "worker:{}", self.index),
        }
    }
}

/// A fault of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fault {
    /// The API server listens on another port than everybody asks.
    ApiserverPort {
        /// The port.
        port: u16,
    },
    /// The API server looks for etcd on a port where there is none.
    EtcdEndpoint {
        /// The port.
        port: u16,
    },
    /// The certificate by which the kubelet says who it is has expired.
    KubeletClientCertExpired,
    /// The configuration of the Pod network is damaged.
    CniConfig {
        /// How.
        damage: CniDamage,
    },
}

/// How a CNI configuration is damaged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CniDamage {
    /// Its file ends in the middle.
    #[default]
    Truncated,
    /// Its file is gone.
    Missing,
    /// It names a plugin that is not installed: the node stays Ready, new Pods do not start.
    Plugin,
}

impl CniDamage {
    /// Every damage by its word in a lab.
    pub const ALL: [(&'static str, Self); 3] =
        [("truncated", Self::Truncated), ("missing", Self::Missing), ("plugin", Self::Plugin)];
}

/// A fault without its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// See [`Fault::ApiserverPort`].
    ApiserverPort,
    /// See [`Fault::EtcdEndpoint`].
    EtcdEndpoint,
    /// See [`Fault::KubeletClientCertExpired`].
    KubeletClientCertExpired,
    /// See [`Fault::CniConfig`].
    CniConfig,
}

impl FaultKind {
    /// Every kind by its word in a lab.
    pub const ALL: [(&'static str, Self); 4] = [
        ("apiserver-port", Self::ApiserverPort),
        ("etcd-endpoint", Self::EtcdEndpoint),
        ("kubelet-client-cert-expired", Self::KubeletClientCertExpired),
        ("cni-config", Self::CniConfig),
    ];

    /// Its word in a lab.
    pub fn name(self) -> &'static str {
        match self {
            Self::ApiserverPort => "apiserver-port",
            Self::EtcdEndpoint => "etcd-endpoint",
            Self::KubeletClientCertExpired => "kubelet-client-cert-expired",
            Self::CniConfig => "cni-config",
        }
    }

    /// True when only a node of the control plane can have it.
    pub fn of_control_plane(self) -> bool {
        matches!(self, Self::ApiserverPort | Self::EtcdEndpoint)
    }
}

impl Fault {
    /// Ports of a node that components of Kubernetes listen on: a wrong one is none of these.
    pub const TAKEN: [u16; 11] = [2379, 2380, 2381, 6443, 10248, 10249, 10250, 10256, 10257, 10259, 10260];

    /// Which one it is.
    pub fn kind(&self) -> FaultKind {
        match self {
            Self::ApiserverPort { .. } => FaultKind::ApiserverPort,
            Self::EtcdEndpoint { .. } => FaultKind::EtcdEndpoint,
            Self::KubeletClientCertExpired => FaultKind::KubeletClientCertExpired,
            Self::CniConfig { .. } => FaultKind::CniConfig,
        }
    }
}

/// What is done to a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeWork {
    /// It gets a fault.
    Fault(Fault),
    /// It is as it was before the fault, and before those that came after it in the same files.
    Undo(FaultKind),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(NodeRef::parse(text).map(|node| node.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_node_is_a_role_and_an_index() {
        check("control-plane", Some("control-plane"));
        check("control-plane:1", Some("control-plane:1"));
        check("worker", Some("worker:0"));
        check("worker:12", Some("worker:12"));
        check("worker:", None);
        check("worker:-1", None);
        check("jotasu-worker", None);
    }

    #[test]
    fn every_fault_has_one_word() {
        for (word, kind) in FaultKind::ALL {
            assert_eq!(kind.name(), word);
        }
        let fault = Fault::ApiserverPort { port: 6444 };
        let json = serde_json::to_string(&fault).unwrap();
        assert_eq!(json, r#"{"kind":"apiserver-port","port":6444}"#);
        assert_eq!(serde_json::from_str::<Fault>(&json).unwrap(), fault);
        let json = serde_json::to_string(&Fault::CniConfig { damage: CniDamage::Plugin }).unwrap();
        assert_eq!(json, r#"{"kind":"cni-config","damage":"plugin"}"#);
    }
}
