//! Reads a node of a kind cluster from within its container: a closed list of what may be looked at. Writes nothing,
//! and no key leaves the node.

mod certificate;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::container::{self, ContainerTrouble};
use crate::lab::{NodeRead, NodeRef, Reason};

/// How long one look may take.
const LIMIT: Duration = Duration::from_secs(10);
/// How many lines of a log are read.
const LINES: &str = "60";

/// Looks at a node of a kind cluster.
///
/// # Errors
/// Why it cannot be looked at; never why something is not as it should be.
pub async fn read(cluster: &str, node: &NodeRef, what: &NodeRead) -> Result<Value, Reason> {
    let (script, arguments) = command(what)?;
    let not_here = |trouble: ContainerTrouble| match trouble {
        ContainerTrouble::Silent { .. } => Reason::Hang,
        other => Reason::NotHere(other.to_string()),
    };
    let container = container::of_node(cluster, node).await.map_err(not_here)?;
    let said = container.text(script, &arguments, LIMIT).await.map_err(not_here)?;
    told(what, &said)
}

/// The script and its arguments; nothing that a lab says is part of a script.
fn command(what: &NodeRead) -> Result<(&'static str, Vec<&str>), Reason> {
    Ok(match what {
        NodeRead::Manifest(name) if manifest(name) => {
            ("f=/etc/kubernetes/manifests/$1; [ ! -f \"$f\" ] || head -c 65536 -- \"$f\"", vec![name])
        }
        NodeRead::Manifest(name) => {
            return Err(Reason::NotHere(format!("/etc/kubernetes/manifests의 파일 이름이 아니에요: {name}")));
        }
        NodeRead::CniFiles => (
            "cd /etc/cni/net.d; for f in *; do [ ! -f \"$f\" ] || echo \"$f $(head -c 65536 \"$f\" | base64 -w0)\"; done",
            vec![],
        ),
        // Only what everybody may know of the pair.
        NodeRead::KubeletCertificate => (
            "f=/var/lib/kubelet/pki/kubelet-client-current.pem; [ ! -e $f ] || sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' $f",
            vec![],
        ),
        NodeRead::Service(unit) => ("systemctl show -p ActiveState,SubState,NRestarts -- \"$1\"", vec![unit.name()]),
        NodeRead::Containers => ("crictl ps -a -o json", vec![]),
        NodeRead::Log(unit) => ("journalctl --no-pager -o cat -n \"$2\" -u \"$1\"", vec![unit.name(), LINES]),
    })
}

/// A manifest's file name: no folder, no dot in front (the kubelet does not read those).
fn manifest(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !name.is_empty() && name.len() < 100 && !name.starts_with(['.', '-']) && name.bytes().all(plain)
}

/// What was said, as a value.
fn told(what: &NodeRead, said: &str) -> Result<Value, Reason> {
    Ok(match what {
        NodeRead::Manifest(_) if said.is_empty() => json!({"text": null, "object": null}),
        NodeRead::Manifest(_) => {
            json!({"text": said, "object": serde_yaml::from_str::<Value>(said).unwrap_or_default()})
        }
        NodeRead::CniFiles => {
            let files = said.lines().filter_map(|line| line.split_once(' ')).map(|(name, text)| {
                let text = STANDARD.decode(text).unwrap_or_default();
                json!({"name": name, "valid": serde_json::from_slice::<Value>(&text).is_ok()})
            });
            json!({"files": files.collect::<Vec<_>>()})
        }
        NodeRead::KubeletCertificate => {
            let life = certificate::life(said);
            let (from, to) = life.ok_or_else(|| Reason::NotHere("kubelet의 클라이언트 인증서가 없어요.".into()))?;
            let now = jiff::Timestamp::now();
            json!({"notBefore": from.to_string(), "notAfter": to.to_string(), "expired": to < now})
        }
        NodeRead::Service(_) => {
            let value = |key: &str| said.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
            let restarts = value("NRestarts").and_then(|number| number.parse::<u64>().ok());
            json!({"active": value("ActiveState"), "sub": value("SubState"), "restarts": restarts})
        }
        NodeRead::Containers => {
            let all: Value = serde_json::from_str(said).map_err(|error| Reason::Other(error.to_string()))?;
            let one = |one: &Value| {
                let state = one["state"].as_str().unwrap_or_default().trim_start_matches("CONTAINER_").to_lowercase();
                json!({"name": one["metadata"]["name"], "state": state, "attempt": one["metadata"]["attempt"],
                       "pod": one["labels"]["io.kubernetes.pod.name"],
                       "namespace": one["labels"]["io.kubernetes.pod.namespace"]})
            };
            json!({"containers": all["containers"].as_array().into_iter().flatten().map(one).collect::<Vec<_>>()})
        }
        NodeRead::Log(_) => json!({"lines": said.lines().collect::<Vec<_>>()}),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::Unit;

    #[track_caller]
    fn named(name: &str, expected: bool) {
        let read = NodeRead::Manifest(name.into());
        assert_eq!(command(&read).is_ok(), expected, "{name:?}");
    }

    #[test]
    fn only_files_of_the_folder_of_manifests_may_be_read() {
        named("kube-apiserver.yaml", true);
        named("etcd.yaml", true);
        for name in ["", ".", "..", "../pki/ca.key", "/etc/shadow", "a b", "a;b", "$(id)", "a\nb", "-n", ".hidden.yaml"]
        {
            named(name, false);
        }
    }

    #[test]
    fn nothing_that_a_lab_says_is_part_of_a_script() {
        let name = "kube-apiserver.yaml";
        let read = NodeRead::Manifest(name.into());
        let (script, arguments) = command(&read).unwrap();
        assert!(!script.contains(name));
        assert_eq!(arguments, [name]);
        assert_eq!(command(&NodeRead::Service(Unit::Kubelet)).unwrap().1, ["kubelet"]);
        assert_eq!(command(&NodeRead::Log(Unit::Containerd)).unwrap().1, ["containerd", "60"]);
    }

    #[test]
    fn no_key_leaves_a_node() {
        let (script, _) = command(&NodeRead::KubeletCertificate).unwrap();
        assert!(script.contains("BEGIN CERTIFICATE") && !script.contains("cat"), "{script}");
    }

    #[track_caller]
    fn check(what: NodeRead, said: &str, expected: Value) {
        assert_eq!(told(&what, said).unwrap(), expected);
    }

    #[test]
    fn what_is_said_becomes_a_value() {
        let manifest = || NodeRead::Manifest("etcd.yaml".into());
        check(manifest(), "kind: Pod\n", json!({"text": "kind: Pod\n", "object": {"kind": "Pod"}}));
        check(manifest(), "kind: [", json!({"text": "kind: [", "object": null}));
        check(manifest(), "", json!({"text": null, "object": null}));
        let files = json!({"files": [{"name": "10-kindnet.conflist", "valid": true}, {"name": "x", "valid": false}]});
        check(NodeRead::CniFiles, "10-kindnet.conflist e30=\nx ew==\n", files);
        check(NodeRead::CniFiles, "", json!({"files": []}));
        let looping = json!({"active": "activating", "sub": "auto-restart", "restarts": 12});
        let said = "NRestarts=12\nActiveState=activating\nSubState=auto-restart\n";
        check(NodeRead::Service(Unit::Kubelet), said, looping);
        let said = r#"{"containers": [{"metadata": {"name": "etcd", "attempt": 2}, "state": "CONTAINER_RUNNING",
            "labels": {"io.kubernetes.pod.name": "etcd-x", "io.kubernetes.pod.namespace": "kube-system"}}]}"#;
        let one =
            json!({"name": "etcd", "state": "running", "attempt": 2, "pod": "etcd-x", "namespace": "kube-system"});
        check(NodeRead::Containers, said, json!({"containers": [one]}));
        check(NodeRead::Log(Unit::Kubelet), "a\nb\n", json!({"lines": ["a", "b"]}));
        assert!(told(&NodeRead::Containers, "crash").is_err());
        assert!(told(&NodeRead::KubeletCertificate, "").is_err());
    }
}
