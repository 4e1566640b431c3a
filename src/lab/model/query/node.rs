//! What may be looked at within a node of a kind cluster: a closed list.

use crate::lab::model::NodeRef;

/// A look into a node of a kind cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct NodeQuestion {
    /// Which.
    pub node: NodeRef,
    /// What is read.
    pub read: NodeRead,
}

/// A service of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// The kubelet.
    Kubelet,
    /// containerd.
    Containerd,
}

impl Unit {
    /// Its name to systemd.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kubelet => "kubelet",
            Self::Containerd => "containerd",
        }
    }
}

/// What may be looked at within a node, and what is told of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NodeRead {
    /// A file of `/etc/kubernetes/manifests`, by its name: `{text, object}`, where `object` is null for broken YAML.
    Manifest(String),
    /// What is in `/etc/cni/net.d`: `{files: [{name, valid}]}`, where `valid` says whether it is JSON.
    CniFiles,
    /// The certificate by which the kubelet says who it is: `{notBefore, notAfter, expired}`.
    KubeletCertificate,
    /// A service: `{active, sub, restarts}` (`active`, `running`, 0; a crash loop is `activating`, `auto-restart`).
    Service(Unit),
    /// Containers, those that have ended too: `{containers: [{name, state, attempt, pod, namespace}]}`.
    Containers,
    /// The end of a service's log: `{lines: [text]}`.
    Log(Unit),
}

impl NodeRead {
    /// The command that shows the same, within the node.
    pub fn command(&self) -> String {
        match self {
            Self::Manifest(name) => format!("cat /etc/kubernetes/manifests/{name}"),
            Self::CniFiles => "ls /etc/cni/net.d".into(),
            Self::KubeletCertificate => {
                "openssl x509 -noout -dates -in /var/lib/kubelet/pki/kubelet-client-current.pem".into()
            }
            Self::Service(unit) => format!("systemctl status {}", unit.name()),
            Self::Containers => "crictl ps -a".into(),
            Self::Log(unit) => format!("journalctl -u {}", unit.name()),
        }
    }
}
