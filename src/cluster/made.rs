//! Kind clusters of ours: made, started again after the machine, looked at, removed. What is half made goes again.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::process::Command;
use tokio::time::{Instant, sleep};

use super::access::Access;
use super::container::{self, Container, ContainerTrouble};
use super::guard;
use super::heard::{self, Hear};
use super::kind::{self, KindTrouble};
use super::nodes;
use super::probe;
use super::steps::Steps;
use super::trouble::Trouble;
use crate::files::{self, Lock};
use crate::lab::{NodeRole, is_our_cluster};
use crate::text::josa;

/// How long kind may take: the first time it pulls an image of a gigabyte.
const MAKING: Duration = Duration::from_secs(900);
/// How long the nodes of a cluster may take to be Ready once kind is done.
const READY: Duration = Duration::from_secs(300);
/// How long kind may take to delete one.
const REMOVING: Duration = Duration::from_secs(120);
const AGAIN: Duration = Duration::from_millis(500);

/// What is to be made.
#[derive(Clone, Debug)]
pub struct Plan {
    /// `jotasu` or `jotasu-…`.
    pub name: String,
    /// kind's configuration, as JSON.
    pub config: Value,
    /// The node image, where not kind's own.
    pub image: Option<String>,
}

/// How a cluster of ours stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Its nodes.
    pub nodes: Vec<Container>,
    /// It answers and its nodes are Ready; else why not.
    pub ready: Result<(), String>,
}

/// Three nodes, as most labs want them.
pub fn usual() -> Value {
    json!({
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "nodes": [{"role": "control-plane"}, {"role": "worker"}, {"role": "worker"}],
    })
}

/// Where the kubeconfig of a cluster of ours is: not in the learner's own file.
pub fn kubeconfig(state: &Path, name: &str) -> PathBuf {
    state.join("kube").join(name)
}

/// Brings a cluster up: makes it, or starts its nodes again, and waits until it is ready. What kind says is heard line by
/// line.
///
/// # Errors
/// When a program is missing or fails, or the cluster is not ready in time; nothing half made is left.
pub async fn up(plan: &Plan, state: &Path, steps: &mut Steps<'_>, hear: Hear<'_>) -> Result<PathBuf, Trouble> {
    ours(&plan.name)?;
    let file = kubeconfig(state, &plan.name);
    match container::of_cluster(&plan.name).await {
        Ok(nodes) => {
            for node in nodes.iter().filter(|node| !node.running) {
                steps.step(format!("멈춘 노드 {} 켜기", node.name), async { Ok(node.start().await?) }).await?;
            }
        }
        Err(ContainerTrouble::NoCluster(_)) => {
            let made = steps.step(format!("kind 클러스터 {} 만들기", plan.name), create(plan, &file, hear)).await;
            // What somebody else is making is not ours to remove.
            if made.as_ref().is_err_and(|trouble| !trouble.to_string().contains("already exist")) {
                let _ = steps.step("만들다 만 것 지우기", remove(&plan.name)).await;
            }
            made?;
        }
        Err(other) => return Err(other.into()),
    }
    steps.step("API 서버와 노드가 준비되기를 기다리기", ready(&plan.name)).await?;
    let text = kind::kubeconfig(&plan.name).await.map_err(told)?;
    if let Some(folder) = file.parent() {
        files::create_dir_all(folder)?;
    }
    files::write_atomic(&file, text.as_bytes())?;
    Ok(file)
}

/// Deletes a cluster of ours and the kubeconfig of it.
///
/// # Errors
/// When it is not ours, or kind fails.
pub async fn down(name: &str, state: &Path) -> Result<(), Trouble> {
    ours(name)?;
    remove(name).await?;
    match files::remove(&kubeconfig(state, name)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Whether a cluster of that name has nodes; one that cannot be asked about may have.
pub async fn exists(name: &str) -> bool {
    !matches!(container::of_cluster(name).await, Err(ContainerTrouble::NoCluster(_) | ContainerTrouble::NoRuntime))
}

/// The right to make or delete a cluster: of two programs that do at once, one would delete what the other makes.
///
/// # Errors
/// When another program has it, or the state folder cannot be written.
pub fn claim(name: &str, state: &Path) -> Result<Lock, Trouble> {
    let folder = state.join("locks");
    files::create_dir_all(&folder)?;
    files::try_lock(&folder.join(format!("kind-{name}")))?.ok_or_else(|| {
        Trouble::Impossible(format!("다른 jotasu가 kind 클러스터 {} 만들거나 지우고 있어요.", josa(name, "을/를")))
    })
}

/// Deletes what was left when making a cluster was given up. What the runtime was asked for before that is still made
/// after the cluster was deleted: it is looked again until none comes.
///
/// # Errors
/// As [`down`].
pub async fn abandon(name: &str, state: &Path) -> Result<(), Trouble> {
    down(name, state).await?;
    let mut quiet = 0;
    while quiet < 6 {
        sleep(Duration::from_secs(1)).await;
        if exists(name).await {
            remove(name).await?;
            quiet = 0;
        } else {
            quiet += 1;
        }
    }
    Ok(())
}

/// Every cluster of ours, and how it stands.
///
/// # Errors
/// When kind is missing or fails.
pub async fn all() -> Result<Vec<Standing>, Trouble> {
    let mut found = Vec::new();
    for name in kind::clusters().await.map_err(told)?.into_iter().filter(|name| ours(name).is_ok()) {
        let nodes = container::of_cluster(&name).await.unwrap_or_default();
        let stopped = nodes.iter().find(|node| !node.running);
        let ready = match stopped {
            Some(node) => Err(ContainerTrouble::Stopped(node.name.clone()).to_string()),
            None => looked(&name).await,
        };
        found.push(Standing { name, nodes, ready });
    }
    Ok(found)
}

/// Refuses names that are not ours: what bears another one is somebody else's.
///
/// # Errors
/// That it is not ours.
pub fn ours(name: &str) -> Result<(), Trouble> {
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') && name.len() <= 40;
    if is_our_cluster(name) && plain {
        return Ok(());
    }
    let text =
        format!("{} jotasu의 클러스터 이름이 아니에요. jotasu이거나 jotasu-로 시작해야 해요.", josa(name, "은/는"));
    Err(Trouble::Impossible(text))
}

async fn create(plan: &Plan, kubeconfig: &Path, hear: Hear<'_>) -> Result<(), Trouble> {
    let folder = files::scratch()?;
    let config = folder.path().join("kind.yaml");
    let text = fitted(&plan.config, old_cgroups().await);
    // JSON is YAML.
    files::write_atomic(&config, text.to_string().as_bytes())?;
    if let Some(above) = kubeconfig.parent() {
        files::create_dir_all(above)?;
    }
    let mut command = Command::new("kind");
    command.args(["create", "cluster", "--name", &plan.name, "--wait", "0s", "--config"]).arg(&config);
    command.arg("--kubeconfig").arg(kubeconfig);
    if let Some(image) = &plan.image {
        command.args(["--image", image]);
    }
    kind(command, MAKING, "kind create cluster", hear).await.map_err(|trouble| match few_watchers() {
        Some(hint) => Trouble::Impossible(format!("{trouble}\n{hint}")),
        None => trouble,
    })
}

/// What kind's own list of known issues names first: nodes that cannot watch their files.
fn few_watchers() -> Option<String> {
    let limit = files::read_to_string(Path::new("/proc/sys/fs/inotify/max_user_instances")).ok()?;
    let limit: u32 = limit.trim().parse().ok()?;
    (limit < 512).then(|| {
        format!(
            "inotify 인스턴스가 {limit}개뿐이라 노드가 뜨지 못했을 수 있어요. 늘리려면: sudo sysctl fs.inotify.max_user_instances=512"
        )
    })
}

async fn remove(name: &str) -> Result<(), Trouble> {
    let folder = files::scratch()?;
    let mut command = Command::new("kind");
    // A kubeconfig of nobody's: kind would take the cluster's name out of the learner's.
    command.args(["delete", "cluster", "--name", name, "--kubeconfig"]).arg(folder.path().join("kubeconfig"));
    kind(command, REMOVING, "kind delete cluster", &mut |_| {}).await
}

async fn kind(command: Command, limit: Duration, what: &str, hear: Hear<'_>) -> Result<(), Trouble> {
    heard::run(command, limit, hear).await.map_err(|error| match error {
        heard::Failed::Missing => told(KindTrouble::NotInstalled),
        heard::Failed::Said(why) => Trouble::Impossible(format!("{what}: {why}")),
    })
}

/// Judged by us: kind waits for one node only, and only warns.
async fn ready(name: &str) -> Result<(), Trouble> {
    let since = Instant::now();
    loop {
        match looked(name).await {
            Ok(()) => return Ok(()),
            Err(why) if since.elapsed() > READY => {
                let what = format!("클러스터 {name}의 준비");
                return Err(Trouble::Late { what, seconds: READY.as_secs(), why });
            }
            Err(_) => sleep(AGAIN).await,
        }
    }
}

/// Whether the API server is ready and every node of kind's is there and Ready; else why not.
async fn looked(name: &str) -> Result<(), String> {
    let access = Access { context: Some(format!("kind-{name}")), kind_cluster: name.to_owned(), ..Access::default() };
    let admitted = guard::admit(&access).await.map_err(|refusal| refusal.to_string())?;
    probe::ready(&admitted.admin.api).await.map_err(|_| "API 서버가 아직 준비되지 않았어요.".to_owned())?;
    let wanted = container::of_cluster(name).await.map_err(|trouble| trouble.to_string())?;
    let there = admitted.admin.list("v1", "Node", None).await.map_err(|error| error.message)?;
    for node in wanted.iter().filter(|node| node.role.is_some()) {
        let found = there.iter().find(|one| one["metadata"]["name"] == node.name.as_str());
        if !found.is_some_and(nodes::is_ready) {
            return Err(format!("노드 {} 아직 Ready가 아니에요.", josa(&node.name, "이/가")));
        }
    }
    Ok(())
}

/// Whether the containers' machine has cgroups of the first kind only: kubelets from 1.35 on refuse it unless told.
async fn old_cgroups() -> bool {
    container::cgroup_version().await.is_some_and(|version| version == "1")
}

/// The configuration as this machine wants it.
fn fitted(config: &Value, old_cgroups: bool) -> Value {
    let mut config = config.clone();
    if old_cgroups {
        let patch = json!("kind: KubeletConfiguration\nfailCgroupV1: false\n");
        match config["kubeadmConfigPatches"].as_array_mut() {
            Some(patches) => patches.push(patch),
            None => config["kubeadmConfigPatches"] = json!([patch]),
        }
    }
    config
}

fn told(trouble: KindTrouble) -> Trouble {
    Trouble::Impossible(trouble.to_string())
}

impl Standing {
    /// How many nodes have a role.
    pub fn count(&self, role: NodeRole) -> usize {
        self.nodes.iter().filter(|node| node.role == Some(role)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_touched() {
        for name in ["jotasu", "jotasu-w3-d1-challenge1"] {
            assert!(ours(name).is_ok(), "{name}");
        }
        for name in ["kind", "jotasux", "xjotasu", "jotasu-A", "jotasu-a b", "jotasu-$(x)", "", "jotasu/.."] {
            assert!(ours(name).is_err(), "{name}");
        }
    }

    #[test]
    fn old_cgroups_are_told_to_the_kubelet_beside_what_the_lab_says() {
        assert_eq!(fitted(&usual(), false), usual());
        let patches = |config: &Value| fitted(config, true)["kubeadmConfigPatches"].as_array().map(Vec::len);
        assert_eq!(patches(&usual()), Some(1));
        assert_eq!(patches(&json!({"kubeadmConfigPatches": ["a: b"]})), Some(2));
    }
}
