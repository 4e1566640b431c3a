//! What a lab requires of a cluster, looked up before anything is made: its version, Ready nodes and what they have,
//! served APIs, and the version of `kind` on this machine.

use serde_json::{Value, json};

use super::ask;
use super::nodes;
use super::remote::Remote;
use super::trouble::Trouble;
use crate::lab::{self, ADDONS, Reply, Requires, Tool, satisfies};
use crate::text::josa;

/// Refuses a cluster on which the lab cannot be done, and says all that it lacks. `kind`: it is one of kind's.
pub async fn check(admin: &Remote, requires: &Requires, kind: bool) -> Result<(), Trouble> {
    let failed = |error| Trouble::Api { what: "클러스터를 살펴보지 못했어요".into(), error };
    let mut lacking = Vec::new();
    if let Some(wanted) = &requires.kubernetes {
        let found = admin.api.get("/version").await.map_err(failed)?;
        let found = found["gitVersion"].as_str().unwrap_or_default();
        if !satisfies(wanted, found) {
            lacking.push(format!("Kubernetes {wanted} 버전이 필요한데 {found} 버전이에요."));
        }
    }
    let mut found = admin.list("v1", "Node", None).await.map_err(failed)?;
    found.retain(nodes::is_ready);
    lacking.extend(of_nodes(requires, &found));
    for api in &requires.apis {
        if admin.kinds(api).await.map_err(failed)?.is_empty() {
            lacking.push(format!("API {} 설치되어 있어야 해요.", josa(api, "이/가")));
        }
    }
    for addon in &requires.addons {
        let api = ADDONS.iter().find(|(name, _)| name == addon).map_or("", |(_, api)| *api);
        if admin.kinds(api).await.map_err(failed)?.is_empty() {
            lacking.push(format!("애드온 {} 설치되어 있어야 해요.", josa(addon, "이/가")));
        }
    }
    if let Some(wanted) = requires.kind.as_ref().filter(|_| kind)
        && let Reply::Said(said) = ask::host(Tool::Kind).await
        && let Some(found) = said["version"].as_str().filter(|found| !satisfies(wanted, found))
    {
        lacking.push(format!("kind {wanted} 버전이 필요한데 {found} 버전이에요."));
    }
    if lacking.is_empty() { Ok(()) } else { Err(Trouble::Lacking(lacking.join(" "))) }
}

/// What the Ready nodes lack. Nodes of kind all show the whole machine, so one of them must have what is required.
fn of_nodes(requires: &Requires, nodes: &[Value]) -> Vec<String> {
    let mut lacking = Vec::new();
    if nodes.len() < usize::try_from(requires.nodes).unwrap_or(usize::MAX) {
        lacking.push(format!("Ready인 노드가 {}개 필요한데 {}개예요.", requires.nodes, nodes.len()));
    }
    // A tenth of the memory that a machine is sold with is never a node's.
    let amounts = [
        ("메모리", "memory", &requires.memory, 10),
        ("CPU", "cpu", &requires.cpu, 0),
        ("디스크", "ephemeral-storage", &requires.disk, 0),
    ];
    for (name, resource, wanted, slack) in amounts {
        let Some(wanted) = wanted else { continue };
        let most = nodes.iter().map(|node| &node["status"]["capacity"][resource]).max_by_key(|has| lab::quantity(has));
        let has = most.and_then(lab::quantity).unwrap_or(0);
        if lab::quantity(&json!(wanted)).is_some_and(|wanted| has + has * slack / 100 < wanted) {
            let most = most.and_then(Value::as_str).unwrap_or("0");
            lacking.push(format!("{} {wanted} 필요한데 {}.", josa(name, "이/가"), josa(most, "이에요/예요")));
        }
    }
    let arch = |node: &Value| node["status"]["nodeInfo"]["architecture"].as_str().unwrap_or_default().to_owned();
    if let Some(other) = nodes.iter().map(arch).find(|arch| !requires.arch.is_empty() && !requires.arch.contains(arch))
    {
        lacking.push(format!("아키텍처가 {} 가운데 하나여야 하는데 {other} 노드가 있어요.", requires.arch.join(", ")));
    }
    lacking
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_nodes_lack_is_said_all_at_once() {
        let node = json!({"status": {"capacity": {"memory": "3900Mi", "cpu": "2", "ephemeral-storage": "10Gi"},
            "nodeInfo": {"architecture": "arm64"}}});
        let text = |text: &str| Some(text.to_owned());
        let asked = |memory: &str, cpu: &str, nodes: u32, arch: &[&str]| Requires {
            memory: text(memory),
            cpu: text(cpu),
            disk: text("5Gi"),
            nodes,
            arch: arch.iter().map(|arch| (*arch).to_owned()).collect(),
            ..Requires::default()
        };
        let nodes = [node];
        assert_eq!(of_nodes(&asked("4Gi", "2", 1, &[]), &nodes), Vec::<String>::new());
        assert_eq!(
            of_nodes(&asked("8Gi", "3", 2, &["amd64"]), &nodes),
            [
                "Ready인 노드가 2개 필요한데 1개예요.",
                "메모리가 8Gi 필요한데 3900Mi예요.",
                "CPU가 3 필요한데 2예요.",
                "아키텍처가 amd64 가운데 하나여야 하는데 arm64 노드가 있어요.",
            ]
        );
        assert_eq!(of_nodes(&asked("1Gi", "1", 0, &[]), &[]).len(), 3);
    }
}
