//! Whether a kind cluster is well again, by its effects: the API server is ready, every node renews its lease and is
//! Ready, a Pod starts on the nodes that were hurt. Asked from within a node of the control plane, so that the way from
//! this machine to the API does not matter.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::canary;
use crate::cluster::container::{self, Container, ContainerTrouble};
use crate::cluster::identity::{MANAGED, NAMESPACE};
use crate::cluster::nodes::is_ready;
use crate::cluster::steps::Steps;
use crate::cluster::trouble::Trouble;
use crate::lab::NodeRole;

/// How long each of them may take to come right.
const LIMIT: Duration = Duration::from_secs(150);
/// The longest that a kubelet waits before it starts again what ended again and again, and a little more.
const BACKOFF: Duration = Duration::from_secs(330);
/// Whose leases say that they work.
const CONTROLLERS: [&str; 2] = ["kube-controller-manager", "kube-scheduler"];
/// How long one question may take.
const ASK: Duration = Duration::from_secs(20);
const AGAIN: Duration = Duration::from_secs(1);
/// The API server that is about to be replaced may still say that it is ready.
const STABLE: u32 = 3;

const READYZ: &str = "kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=5s get --raw=/readyz";
const NOW: &str = "date -u +%Y-%m-%dT%H:%M:%SZ";
const GET: &str = "kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=10s get -o json \"$@\"";
const APPLY: &str = "kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=10s apply -f - >/dev/null";
const DELETE: &str = "kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=10s delete --ignore-not-found --wait=false \"$@\"";

/// Waits until the cluster is well; `hurt` are the nodes that had a fault.
pub async fn wait(cluster: &str, hurt: &[String], steps: &mut Steps<'_>) -> Result<(), Trouble> {
    let inside = control_plane(cluster).await?;
    let since = inside.text(NOW, &[], ASK).await?;
    steps.step("API 서버가 준비되기를 기다림", until("API 서버의 준비", ready(&inside))).await?;
    let nodes = until("노드의 준비", nodes(&inside, since.trim()));
    let nodes = steps.step("노드가 모두 Ready이고 소식을 보내기를 기다림", nodes).await?;
    let mut hurt: Vec<&String> = hurt.iter().collect();
    hurt.sort();
    hurt.dedup();
    for name in hurt {
        let Some(node) = nodes.iter().find(|node| node["metadata"]["name"] == name.as_str()) else { continue };
        steps.step(format!("노드 {name}에서 Pod가 시작되는지 확인"), sing(&inside, node)).await?;
    }
    Ok(())
}

/// Waits until the controllers and the scheduler work: while there was no API server they ended again and again, and
/// without them nothing that is deleted ever goes.
pub async fn controllers(cluster: &str, steps: &mut Steps<'_>) -> Result<(), Trouble> {
    let inside = control_plane(cluster).await?;
    let since = inside.text(NOW, &[], ASK).await?;
    let back = async || {
        let leases = list(&inside, &["leases", "-n", "kube-system"]).await?;
        let idle: Vec<&str> = CONTROLLERS.into_iter().filter(|name| !is_fresh(name, &leases, since.trim())).collect();
        if idle.is_empty() { Ok(()) } else { Err(format!("아직 일하지 않아요: {}", idle.join(", "))) }
    };
    steps.step("컨트롤러가 다시 일하기를 기다림", until_within(BACKOFF, "컨트롤러의 준비", back)).await
}

async fn control_plane(cluster: &str) -> Result<Container, Trouble> {
    let nodes = container::of_cluster(cluster).await?;
    let mut found = nodes.into_iter().filter(|one| one.role == Some(NodeRole::ControlPlane));
    let found = found.find(|one| one.running);
    found.ok_or_else(|| ContainerTrouble::Stopped(format!("{cluster}-control-plane")).into())
}

/// Asks again until there is an answer; an error says what was seen last.
async fn until<T>(what: &str, ask: impl AsyncFn() -> Result<T, String>) -> Result<T, Trouble> {
    until_within(LIMIT, what, ask).await
}

async fn until_within<T>(limit: Duration, what: &str, ask: impl AsyncFn() -> Result<T, String>) -> Result<T, Trouble> {
    let since = Instant::now();
    loop {
        match ask().await {
            Ok(answer) => return Ok(answer),
            Err(_) if since.elapsed() < limit => sleep(AGAIN).await,
            Err(why) => {
                let help = "직접 바꾼 것이 더 있을 수 있어요. 안 되면 클러스터를 지우고 다시 만드세요.";
                let why = format!("{why}. {help}");
                return Err(Trouble::Late { what: what.to_owned(), seconds: limit.as_secs(), why });
            }
        }
    }
}

fn ready(inside: &Container) -> impl AsyncFn() -> Result<(), String> {
    async || {
        for time in 0..STABLE {
            if time > 0 {
                sleep(AGAIN).await;
            }
            inside.text(READYZ, &[], ASK).await.map_err(|trouble| trouble.to_string())?;
        }
        Ok(())
    }
}

fn nodes(inside: &Container, since: &str) -> impl AsyncFn() -> Result<Vec<Value>, String> {
    async || {
        let nodes = list(inside, &["nodes"]).await?;
        let leases = list(inside, &["leases", "-n", "kube-node-lease"]).await?;
        let ill = ill(&nodes, &leases, since);
        if ill.is_empty() { Ok(nodes) } else { Err(format!("아직 아닌 노드: {}", ill.join(", "))) }
    }
}

/// The nodes that are not Ready, or have not renewed their lease since.
fn ill(nodes: &[Value], leases: &[Value], since: &str) -> Vec<String> {
    let name = |object: &Value| object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    if nodes.is_empty() {
        return vec!["모두".into()];
    }
    nodes.iter().filter(|node| !is_ready(node) || !is_fresh(&name(node), leases, since)).map(name).collect()
}

/// Whether the lease of a name was renewed since.
fn is_fresh(name: &str, leases: &[Value], since: &str) -> bool {
    let time = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let lease = leases.iter().find(|lease| lease["metadata"]["name"] == name);
    let renewed = lease.and_then(|lease| time(lease["spec"]["renewTime"].as_str()?));
    renewed.zip(time(since)).is_some_and(|(renewed, since)| renewed > since)
}

async fn list(inside: &Container, what: &[&str]) -> Result<Vec<Value>, String> {
    let said = inside.text(GET, what, ASK).await.map_err(|trouble| trouble.to_string())?;
    let list: Value = serde_json::from_str(&said).map_err(|error| error.to_string())?;
    Ok(list["items"].as_array().cloned().unwrap_or_default())
}

/// Starts a canary on a node, waits until it runs, and takes it away.
async fn sing(inside: &Container, node: &Value) -> Result<(), Trouble> {
    let name = format!("canary-{}", node["metadata"]["name"].as_str().unwrap_or_default());
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace",
                           "metadata": {"name": NAMESPACE, "labels": {MANAGED: "jotasu"}}});
    let made = [namespace, canary::account(NAMESPACE), canary::pod(&name, NAMESPACE, node)];
    let made = json!({"apiVersion": "v1", "kind": "List", "items": made}).to_string();
    let sung = until("Pod의 시작", async || {
        inside.shell(APPLY, &[], made.as_bytes(), ASK).await.map_err(|trouble| trouble.to_string())?;
        let said = inside.text(GET, &["pod", "-n", NAMESPACE, &name], ASK).await;
        let said = said.map_err(|trouble| trouble.to_string())?;
        let found: Value = serde_json::from_str(&said).map_err(|error| error.to_string())?;
        if canary::sings(&found) { Ok(()) } else { Err(format!("{name}: {}", found["status"]["phase"])) }
    })
    .await;
    // The namespace goes with the last lab: what empties one may be the last to come back.
    let made = ["-n", NAMESPACE, &format!("pod/{name}"), "serviceaccount/canary"];
    let _ = inside.text(DELETE, &made, ASK).await;
    sung
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_well_when_it_is_ready_and_renews_its_lease() {
        let node = |name: &str, ready: &str| json!({"metadata": {"name": name}, "status": {"conditions": [{"type": "Ready", "status": ready}]}});
        let lease = |name: &str, time: &str| json!({"metadata": {"name": name}, "spec": {"renewTime": time}});
        let nodes = [node("a", "True"), node("b", "True"), node("c", "Unknown"), node("d", "True")];
        let leases = [
            lease("a", "2026-11-28T10:00:05.123456Z"),
            lease("b", "2026-11-28T09:59:59.999999Z"),
            lease("c", "2026-11-28T10:00:05.123456Z"),
        ];
        assert_eq!(ill(&nodes, &leases, "2026-11-28T10:00:00Z"), ["b", "c", "d"]);
        assert_eq!(ill(&nodes[..1], &leases, "2026-11-28T10:00:00Z"), Vec::<String>::new());
        assert_eq!(ill(&nodes[..1], &leases, "?"), ["a"]);
        assert_eq!(ill(&[], &[], "2026-11-28T10:00:00Z").len(), 1);
    }
}
