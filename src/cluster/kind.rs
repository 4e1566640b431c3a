//! Drives the `kind` command: the credentials of clusters of ours. Reads no file of the user's.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

/// kind asks docker, which may be slow to wake.
const LIMIT: Duration = Duration::from_secs(20);

/// Why `kind` gave no credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KindTrouble {
    /// It is not installed.
    #[error("kind가 설치되어 있지 않아요. https://kind.sigs.k8s.io 에서 설치하거나 `jotasu doctor`로 확인하세요.")]
    NotInstalled,
    /// There is no such cluster.
    #[error("`{0}`라는 kind 클러스터가 아직 없어요. 만들려면: jotasu cluster up --name {0}")]
    NoCluster(String),
    /// Something else, in kind's own words.
    #[error("kind가 답하지 못했어요: {0}")]
    Other(String),
}

/// The names of all kind clusters of this machine.
///
/// # Errors
/// When kind is missing or fails.
pub async fn clusters() -> Result<Vec<String>, KindTrouble> {
    // What it says when there are none goes to the other stream.
    let said = said(&["get", "clusters"], "").await?;
    Ok(said.lines().map(str::to_owned).collect())
}

/// The kubeconfig of a kind cluster, as text.
pub async fn kubeconfig(name: &str) -> Result<String, KindTrouble> {
    said(&["get", "kubeconfig", "--name", name], name).await
}

async fn said(arguments: &[&str], name: &str) -> Result<String, KindTrouble> {
    let mut command = Command::new("kind");
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    let output = match timeout(LIMIT, command.output()).await {
        Ok(Ok(output)) => output,
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => return Err(KindTrouble::NotInstalled),
        Ok(Err(error)) => return Err(KindTrouble::Other(error.to_string())),
        Err(_) => return Err(KindTrouble::Other(format!("{}초 안에 답이 없었어요.", LIMIT.as_secs()))),
    };
    if output.status.success() {
        return String::from_utf8(output.stdout).map_err(|error| KindTrouble::Other(error.to_string()));
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if said.contains("could not locate any control plane nodes") || said.contains("no nodes found") {
        return Err(KindTrouble::NoCluster(name.to_owned()));
    }
    Err(KindTrouble::Other(said))
}
