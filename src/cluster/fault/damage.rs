//! What a fault changes on a node: the originals to keep, and what is to be there instead. Changes nothing.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::time::sleep;

use super::node_file::{Content, NodeFile};
use crate::cluster::container::{Container, ContainerTrouble};
use crate::cluster::trouble::Trouble;
use crate::lab::{CniDamage, Fault, NodeRole};
use crate::text::josa;

const APISERVER: &str = "/etc/kubernetes/manifests/kube-apiserver.yaml";
const CURRENT: &str = "/var/lib/kubelet/pki/kubelet-client-current.pem";
const LIMIT: Duration = Duration::from_secs(60);
/// What is asked of kubeadm: it gives no life that is over already, so a short one is waited for.
const SHORT: Duration = Duration::from_secs(1);
/// Configurations in the order in which the runtime reads them.
const CNI: &str = "cd /etc/cni/net.d; ls -1 | grep -E '\\.(conf|conflist|json)$' || :";

/// What is to be done on a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// This is to be there.
    Write(NodeFile),
    /// Nothing is to be there.
    Remove(String),
}

/// The originals that a fault touches, and its changes.
///
/// # Errors
/// When a node cannot be asked, or is not one that the fault can be made on.
pub async fn plan(
    fault: &Fault,
    node: &Container,
    cluster: &[Container],
) -> Result<(Vec<NodeFile>, Vec<Change>), Trouble> {
    match fault {
        Fault::ApiserverPort { port } => manifest(node, |text| with_port(text, *port)).await,
        Fault::EtcdEndpoint { port } => manifest(node, |text| with_etcd(text, *port)).await,
        Fault::KubeletClientCertExpired => certificate(node, cluster).await,
        Fault::CniConfig { damage } => cni(node, *damage).await,
    }
}

type Plan = (Vec<NodeFile>, Vec<Change>);

async fn manifest(node: &Container, change: impl Fn(&str) -> Option<String>) -> Result<Plan, Trouble> {
    let original = NodeFile::take(node, APISERVER).await?;
    let changed = change(&original.read()).ok_or_else(|| unlike(node, APISERVER))?;
    Ok((vec![original.clone()], vec![Change::Write(original.with(&changed))]))
}

/// The API server's manifest with another port in `--secure-port`.
fn with_port(text: &str, port: u16) -> Option<String> {
    with_argument(text, "--secure-port=", |_| Some(port.to_string()))
}

/// The API server's manifest with another port in every address of `--etcd-servers`.
fn with_etcd(text: &str, port: u16) -> Option<String> {
    with_argument(text, "--etcd-servers=", |addresses| {
        let moved = addresses.split(',').map(|address| {
            let (host, old) = address.rsplit_once(':')?;
            old.parse::<u16>().is_ok().then(|| format!("{host}:{port}"))
        });
        moved.collect::<Option<Vec<_>>>().map(|moved| moved.join(","))
    })
}

/// A manifest with another value of one argument, which must be there once and be another then.
fn with_argument(text: &str, argument: &str, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut found = 0;
    let lines = text.split_inclusive('\n').map(|line| {
        let Some((before, rest)) = line.split_once(argument).filter(|(before, _)| before.trim() == "-") else {
            return Some(line.to_owned());
        };
        found += 1;
        let old = rest.trim_end();
        let new = value(old).filter(|new| new != old)?;
        Some(format!("{before}{argument}{new}{}", rest.strip_prefix(old)?))
    });
    let changed = lines.collect::<Option<String>>()?;
    (found == 1).then_some(changed)
}

async fn certificate(node: &Container, cluster: &[Container]) -> Result<Plan, Trouble> {
    let link = NodeFile::take(node, CURRENT).await?;
    let path = match &link.content {
        Content::Link(target) if target.starts_with('/') => target.clone(),
        Content::Link(target) => format!("/var/lib/kubelet/pki/{target}"),
        Content::File { .. } => CURRENT.to_owned(),
    };
    if !path.starts_with("/var/lib/kubelet/pki/") || path.contains("..") {
        return Err(unlike(node, CURRENT));
    }
    let original = NodeFile::take(node, &path).await?;
    let authority = cluster.iter().find(|one| one.role == Some(NodeRole::ControlPlane) && one.running);
    let authority = authority.ok_or_else(|| ContainerTrouble::Stopped("control-plane".into()))?;
    // Signed where the authority's key is: it does not leave its node.
    // Told which version it is of, kubeadm does not ask the internet.
    let script = "c=/kind/kubeadm.conf; [ ! -f $c ] || set -- \"$@\" --config $c; \
                  kubeadm kubeconfig user --org system:nodes --client-name \"$@\" 2>/dev/null";
    let short = format!("{}s", SHORT.as_secs());
    let who = format!("system:node:{}", node.name);
    let said = authority.text(script, &[&who, "--validity-period", &short], LIMIT).await?;
    let pair = pair(&said).ok_or_else(|| unlike(authority, "/etc/kubernetes/pki/ca.key"))?;
    sleep(SHORT * 2).await;
    let changes = vec![Change::Write(original.with(&pair))];
    // The link last: what it points to is there then.
    Ok(if path == CURRENT { (vec![original], changes) } else { (vec![original, link], changes) })
}

/// Certificate and key of a kubeconfig, one after the other.
fn pair(kubeconfig: &str) -> Option<String> {
    let value = |key: &str| {
        let line = kubeconfig.lines().find_map(|line| line.trim().strip_prefix(key)?.strip_prefix(':'))?;
        String::from_utf8(STANDARD.decode(line.trim()).ok()?).ok()
    };
    Some(format!("{}{}", value("client-certificate-data")?, value("client-key-data")?))
}

async fn cni(node: &Container, damage: CniDamage) -> Result<Plan, Trouble> {
    let names = node.text(CNI, &[], LIMIT).await?;
    let (mut originals, mut changes) = (Vec::new(), Vec::new());
    for name in names.lines() {
        let original = NodeFile::take(node, &format!("/etc/cni/net.d/{name}")).await?;
        changes.push(match damage {
            CniDamage::Missing => Change::Remove(original.path.clone()),
            CniDamage::Truncated => Change::Write(original.with(&truncated(&original.read()))),
            CniDamage::Plugin => {
                let text = misnamed(&original.read()).ok_or_else(|| unlike(node, &original.path))?;
                Change::Write(original.with(&text))
            }
        });
        originals.push(original);
    }
    if originals.is_empty() { Err(unlike(node, "/etc/cni/net.d")) } else { Ok((originals, changes)) }
}

/// The first half of a text: a JSON object is none without its end.
fn truncated(text: &str) -> String {
    text.chars().take(text.chars().count() / 2).collect()
}

/// A CNI configuration whose first plugin has a name that no program has.
fn misnamed(text: &str) -> Option<String> {
    let mut config: Value = serde_json::from_str(text).ok()?;
    let plugin = match config.get_mut("plugins") {
        Some(plugins) => plugins.get_mut(0)?,
        None => &mut config,
    };
    let name = format!("{}-cni", plugin.get("type")?.as_str()?);
    plugin["type"] = name.into();
    serde_json::to_string_pretty(&config).ok()
}

/// A node that is not as kind makes them.
fn unlike(node: &Container, path: &str) -> Trouble {
    Trouble::Impossible(format!(
        "노드 {}의 {} kind가 만든 것과 달라서 고장을 내지 않았어요. 아무것도 바꾸지 않았어요.",
        node.name,
        josa(path, "이/가")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "spec:\n  containers:\n  - command:\n    - kube-apiserver\n    - --etcd-servers=https://127.0.0.1:2379\n    - --secure-port=6443\n    # --secure-port=1\n    name: kube-apiserver\n";

    #[test]
    fn one_argument_of_a_manifest_is_another_and_nothing_else() {
        let changed = with_port(MANIFEST, 6444).unwrap();
        assert_eq!(changed, MANIFEST.replace("=6443", "=6444"));
        let changed = with_etcd(MANIFEST, 2389).unwrap();
        assert_eq!(changed, MANIFEST.replace(":2379", ":2389"));
        let several = MANIFEST.replace("https://127.0.0.1:2379", "https://[::1]:2379,https://b:2379");
        assert_eq!(with_etcd(&several, 9999).unwrap(), several.replace(":2379", ":9999"));
    }

    #[test]
    fn a_manifest_that_cannot_be_broken_so_is_left_alone() {
        assert_eq!(with_port(MANIFEST, 6443), None);
        assert_eq!(with_port("kind: Pod\n", 6444), None);
        assert_eq!(with_port(&format!("{MANIFEST}    - --secure-port=6443\n"), 6444), None);
        assert_eq!(with_etcd(&MANIFEST.replace(":2379", ""), 2389), None);
    }

    const CONFLIST: &str =
        r#"{"cniVersion": "1.0.0", "name": "n", "plugins": [{"type": "ptp", "mtu": 1500}, {"type": "portmap"}]}"#;

    #[test]
    fn a_damaged_cni_configuration_is_no_json_or_names_no_plugin() {
        let half = truncated(CONFLIST);
        assert!(serde_json::from_str::<Value>(&half).is_err() && CONFLIST.starts_with(&half));
        let named: Value = serde_json::from_str(&misnamed(CONFLIST).unwrap()).unwrap();
        assert_eq!(named["plugins"][0], serde_json::json!({"type": "ptp-cni", "mtu": 1500}));
        assert_eq!(named["plugins"][1]["type"], "portmap");
        assert!(misnamed(r#"{"type": "bridge"}"#).unwrap().contains("bridge-cni"));
        assert_eq!(misnamed("{"), None);
    }

    #[test]
    fn a_pair_is_taken_from_a_kubeconfig() {
        let kubeconfig =
            "users:\n- name: a\n  user:\n    client-certificate-data: Y2VydAo=\n    client-key-data: a2V5Cg==\n";
        assert_eq!(pair(kubeconfig).as_deref(), Some("cert\nkey\n"));
        assert_eq!(pair("users: []"), None);
    }
}
