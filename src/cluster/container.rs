//! The containers that are the nodes of a kind cluster, through docker, podman or nerdctl: found by kind's labels and
//! never by a name alone, asked by `exec`. Knows no Kubernetes and changes nothing by itself.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::time::timeout;

use crate::lab::{NodeRef, NodeRole};
use crate::text::josa;

/// kind's label of a node's cluster.
const CLUSTER: &str = "io.x-k8s.kind.cluster";
/// kind's label of a node's role.
const ROLE: &str = "io.x-k8s.kind.role";
/// How long a runtime may take to list containers; a daemon may be slow to wake.
const LISTING: Duration = Duration::from_secs(20);

/// A node's container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// The program that runs it: `docker`, `podman`, `nerdctl` or `finch`.
    pub runtime: String,
    /// Its whole id, which no other container ever has.
    pub id: String,
    /// Its name, which is its node's name too.
    pub name: String,
    /// What kind has made of it; `None` for its load balancer.
    pub role: Option<NodeRole>,
    /// False when it is stopped.
    pub running: bool,
    /// The image it was made of.
    pub image: String,
    /// Ports of the machine that lead into it: (the machine's, its own).
    pub ports: Vec<(u16, u16)>,
}

/// Why a node's container cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContainerTrouble {
    /// None of the programs is installed.
    #[error("컨테이너 런타임(docker, podman, nerdctl)이 없어요. `jotasu doctor`로 확인하세요.")]
    NoRuntime,
    /// No container is labelled with the cluster.
    #[error("kind 클러스터 {0}의 노드를 찾을 수 없어요.")]
    NoCluster(String),
    /// The cluster has fewer nodes of that role.
    #[error("kind 클러스터 {cluster}에 노드 {} 없어요.", josa(&.node.to_string(), "이/가"))]
    NoNode {
        /// The cluster.
        cluster: String,
        /// The node that was meant.
        node: NodeRef,
    },
    /// It is stopped.
    #[error("노드 {0}의 컨테이너가 멈춰 있어요. `docker start {0}`으로 켜세요.")]
    Stopped(String),
    /// No answer within the limit.
    #[error("{} {seconds}초 안에 답하지 않았어요.", josa(.program, "이/가"))]
    Silent {
        /// The program.
        program: String,
        /// The limit.
        seconds: u64,
    },
    /// The program failed; its own words.
    #[error("{} 하지 못했어요: {said}", josa(.program, "이/가"))]
    Failed {
        /// The program.
        program: String,
        /// What it said.
        said: String,
    },
}

/// The containers of a kind cluster, by name.
///
/// # Errors
/// When no runtime has any, or none can be asked.
pub async fn of_cluster(cluster: &str) -> Result<Vec<Container>, ContainerTrouble> {
    let chosen = std::env::var("KIND_EXPERIMENTAL_PROVIDER").ok();
    let (mut none, mut failed) = (ContainerTrouble::NoRuntime, None);
    for program in programs(chosen.as_deref()) {
        match listed(program, cluster).await {
            Ok(found) if !found.is_empty() => return Ok(found),
            Ok(_) => none = ContainerTrouble::NoCluster(cluster.to_owned()),
            Err(ContainerTrouble::NoRuntime) => {}
            // It may be there that the cluster is.
            Err(other) => failed = failed.or(Some(other)),
        }
    }
    Err(failed.unwrap_or(none))
}

/// The container of one node, which runs.
///
/// # Errors
/// As [`of_cluster`], and when there is no such node or it is stopped.
pub async fn of_node(cluster: &str, node: &NodeRef) -> Result<Container, ContainerTrouble> {
    let mut all = of_cluster(cluster).await?;
    all.retain(|one| one.role == Some(node.role));
    let found = all.into_iter().nth(node.index);
    let found = found.ok_or_else(|| ContainerTrouble::NoNode { cluster: cluster.to_owned(), node: *node })?;
    if found.running { Ok(found) } else { Err(ContainerTrouble::Stopped(found.name)) }
}

/// The runtimes to ask: what kind is told to use, else those it looks for, in its order.
pub(super) fn programs(chosen: Option<&str>) -> Vec<&str> {
    match chosen.filter(|chosen| ["docker", "podman", "nerdctl", "finch", "nerdctl.lima"].contains(chosen)) {
        Some(chosen) => vec![chosen],
        None => vec!["docker", "nerdctl", "finch", "podman"],
    }
}

async fn listed(program: &str, cluster: &str) -> Result<Vec<Container>, ContainerTrouble> {
    let label = format!("label={CLUSTER}={cluster}");
    let ids = said(program, &["ps", "-a", "-q", "--no-trunc", "--filter", &label], &[], LISTING).await?;
    let ids = String::from_utf8_lossy(&ids).into_owned();
    let ids: Vec<&str> = ids.split_whitespace().collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let about = said(program, &[&["container", "inspect"], ids.as_slice()].concat(), &[], LISTING).await?;
    Ok(nodes(program, cluster, &serde_json::from_slice(&about).unwrap_or_default()))
}

/// What `inspect` tells of the nodes of a cluster, by name; docker, podman and nerdctl agree on these fields.
fn nodes(program: &str, cluster: &str, about: &Value) -> Vec<Container> {
    let one = |about: &Value| {
        let text = |path: &str| about.pointer(path).and_then(Value::as_str);
        let labels = about.pointer("/Config/Labels")?;
        if labels.get(CLUSTER).and_then(Value::as_str) != Some(cluster) {
            return None;
        }
        let role = match labels.get(ROLE).and_then(Value::as_str) {
            Some("control-plane") => Some(NodeRole::ControlPlane),
            Some("worker") => Some(NodeRole::Worker),
            _ => None,
        };
        Some(Container {
            runtime: program.to_owned(),
            id: text("/Id")?.to_owned(),
            name: text("/Name")?.trim_start_matches('/').to_owned(),
            role,
            running: about.pointer("/State/Running").and_then(Value::as_bool).unwrap_or(false),
            image: text("/Config/Image").unwrap_or_default().to_owned(),
            ports: ports(about.pointer("/NetworkSettings/Ports")),
        })
    };
    let mut nodes: Vec<Container> = about.as_array().into_iter().flatten().filter_map(one).collect();
    nodes.sort_by(|one, other| one.name.cmp(&other.name));
    nodes
}

/// `{"6443/tcp": [{"HostIp": …, "HostPort": "40000"}]}`.
fn ports(about: Option<&Value>) -> Vec<(u16, u16)> {
    let pairs = about.and_then(Value::as_object).into_iter().flatten().flat_map(|(own, bound)| {
        let own = own.split('/').next().and_then(|own| own.parse::<u16>().ok());
        let hosts = bound.as_array().into_iter().flatten().filter_map(|one| one["HostPort"].as_str()?.parse().ok());
        hosts.filter_map(move |host| Some((host, own?)))
    });
    let mut pairs: Vec<(u16, u16)> = pairs.collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The version of the cgroups that the machine of the containers has, where its runtime tells.
pub async fn cgroup_version() -> Option<String> {
    let chosen = std::env::var("KIND_EXPERIMENTAL_PROVIDER").ok();
    for program in programs(chosen.as_deref()) {
        let form = if program == "podman" { "{{.Host.CgroupsVersion}}" } else { "{{.CgroupVersion}}" };
        if let Ok(told) = said(program, &["info", "--format", form], &[], LISTING).await {
            return Some(String::from_utf8_lossy(&told).trim().trim_start_matches('v').to_owned());
        }
    }
    None
}

impl Container {
    /// Starts it, when it is stopped.
    ///
    /// # Errors
    /// When the runtime does not.
    pub async fn start(&self) -> Result<(), ContainerTrouble> {
        said(&self.runtime, &["start", &self.id], &[], LISTING).await.map(drop)
    }

    /// Runs a shell script within it, with arguments and input, and gives its output.
    ///
    /// # Errors
    /// When it does not end well, or not in time.
    pub async fn shell(
        &self,
        script: &str,
        arguments: &[&str],
        input: &[u8],
        limit: Duration,
    ) -> Result<Vec<u8>, ContainerTrouble> {
        let head = ["exec", "-i", &self.id, "sh", "-euc", script, "sh"];
        said(&self.runtime, &[head.as_slice(), arguments].concat(), input, limit).await
    }

    /// The same, as text.
    ///
    /// # Errors
    /// As [`Container::shell`].
    pub async fn text(&self, script: &str, arguments: &[&str], limit: Duration) -> Result<String, ContainerTrouble> {
        let said = self.shell(script, arguments, &[], limit).await?;
        Ok(String::from_utf8_lossy(&said).into_owned())
    }
}

/// Runs a program to its end.
pub(super) async fn said(
    program: &str,
    arguments: &[&str],
    input: &[u8],
    limit: Duration,
) -> Result<Vec<u8>, ContainerTrouble> {
    let failed = |said: String| ContainerTrouble::Failed { program: program.to_owned(), said };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ContainerTrouble::NoRuntime,
        _ => failed(error.to_string()),
    })?;
    let stdin = child.stdin.take();
    let work = async {
        let give = async {
            if let Some(mut stdin) = stdin {
                // One that does not read to the end says by itself why.
                let _ = stdin.write_all(input).await;
            }
        };
        tokio::join!(give, child.wait_with_output()).1
    };
    let output = timeout(limit, work)
        .await
        .map_err(|_| ContainerTrouble::Silent { program: program.to_owned(), seconds: limit.as_secs() })?
        .map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(failed(if words.is_empty() { output.status.to_string() } else { words }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_runtime_is_the_one_kind_uses() {
        assert_eq!(programs(Some("podman")), ["podman"]);
        assert_eq!(programs(Some("nerdctl.lima")), ["nerdctl.lima"]);
        assert_eq!(programs(Some("rm -rf")), programs(None));
        assert_eq!(programs(None), ["docker", "nerdctl", "finch", "podman"]);
    }

    #[test]
    fn nodes_are_those_of_the_label_in_the_order_of_their_names() {
        let node = |name: &str, cluster: &str, role: &str, running: bool| {
            json!({"Id": format!("id-{name}"), "Name": name, "State": {"Running": running},
                   "Config": {"Labels": {"io.x-k8s.kind.cluster": cluster, "io.x-k8s.kind.role": role}}})
        };
        let about = json!([
            node("/jotasu-x-worker2", "jotasu-x", "worker", false),
            node("jotasu-x-worker", "jotasu-x", "worker", true),
            node("/jotasu-x-control-plane", "jotasu-x", "control-plane", true),
            node("/jotasu-x-external-load-balancer", "jotasu-x", "external-load-balancer", true),
            node("/jotasu-x-worker3", "jotasu-xy", "worker", true),
            {"Id": "other", "Name": "/jotasu-x-worker4", "Config": {"Labels": null}},
        ]);
        let found = nodes("podman", "jotasu-x", &about);
        let told: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.role, one.running)).collect();
        let (control_plane, worker) = (Some(NodeRole::ControlPlane), Some(NodeRole::Worker));
        assert_eq!(
            told,
            [
                ("jotasu-x-control-plane", control_plane, true),
                ("jotasu-x-external-load-balancer", None, true),
                ("jotasu-x-worker", worker, true),
                ("jotasu-x-worker2", worker, false),
            ]
        );
        let bound = json!({"6443/tcp": [{"HostIp": "127.0.0.1", "HostPort": "40001"}, {"HostIp": "::1", "HostPort": "40001"}], "80/tcp": null});
        assert_eq!(ports(Some(&bound)), [(40001, 6443)]);
        assert!(found.iter().all(|one| one.runtime == "podman" && one.id.starts_with("id-")));
    }

    #[tokio::test]
    async fn what_a_program_says_on_failing_is_kept_and_one_that_hangs_is_ended() {
        let limit = Duration::from_secs(20);
        assert_eq!(said("cat", &[], b"in", limit).await.unwrap(), b"in");
        let failed = said("sh", &["-c", "echo why >&2; exit 3"], &[], limit).await.unwrap_err();
        assert_eq!(failed, ContainerTrouble::Failed { program: "sh".into(), said: "why".into() });
        assert_eq!(said("no-such-runtime", &[], &[], limit).await.unwrap_err(), ContainerTrouble::NoRuntime);
        let silent = said("sleep", &["60"], &[], Duration::from_millis(20)).await.unwrap_err();
        assert!(matches!(silent, ContainerTrouble::Silent { .. }));
    }
}
