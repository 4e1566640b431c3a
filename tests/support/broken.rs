//! A kind cluster of the trials of faults' own: one node of the control plane and one worker, to be broken.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use libtest_mimic::Failed;

use crate::harness::{maker, testbed};

/// Its name.
pub const CLUSTER: &str = "jotasu-faults";
/// Its control plane's node.
pub const MASTER: &str = "jotasu-faults-control-plane";
/// Its worker.
pub const WORKER: &str = "jotasu-faults-worker";

const CONFIG: &str = "\
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes: [{role: control-plane}, {role: worker}]
kubeadmConfigPatches:
- |
  kind: KubeletConfiguration
  failCgroupV1: false
";

/// What the cluster is used with.
pub struct Broken {
    /// `PATH` with `kind`.
    pub path: String,
    /// Its kubeconfig.
    pub kubeconfig: PathBuf,
    _folder: tempfile::TempDir,
}

static SHARED: OnceLock<Broken> = OnceLock::new();

/// Makes the cluster, once.
pub fn broken() -> &'static Broken {
    SHARED.get_or_init(|| {
        let status = Command::new("bash").arg(testbed()).arg("build").stdin(Stdio::null()).status().unwrap();
        assert!(status.success(), "testbed build: {status}");
        let (path, image) = maker().unwrap();
        let (path, image) = (path.as_str(), image.as_str());
        let folder = tempfile::tempdir().unwrap();
        let kubeconfig = folder.path().join("kubeconfig");
        std::fs::write(folder.path().join("kind.yaml"), CONFIG).unwrap();
        kind(path, &["delete", "cluster", "--name", CLUSTER]);
        let config = folder.path().join("kind.yaml");
        let [config, file] = [&config, &kubeconfig].map(|path| path.to_str().unwrap());
        let made = kind(
            path,
            &[
                "create",
                "cluster",
                "--name",
                CLUSTER,
                "--image",
                image,
                "--kubeconfig",
                file,
                "--config",
                config,
                "--wait",
                "120s",
            ],
        );
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let ready = ["wait", "--for=condition=Ready", "node", "--all", "--timeout=120s"];
        let mut kubectl = Command::new("kubectl");
        let waited = kubectl.env("PATH", path).args(["--kubeconfig", file]).args(ready).output().unwrap();
        assert!(waited.status.success(), "{}", String::from_utf8_lossy(&waited.stderr));
        Broken { path: path.to_owned(), kubeconfig, _folder: folder }
    })
}

/// Deletes it, if it was made.
pub fn delete() {
    if let Some(broken) = SHARED.get() {
        kind(&broken.path, &["delete", "cluster", "--name", CLUSTER]);
    }
}

fn kind(path: &str, arguments: &[&str]) -> Output {
    Command::new("kind").args(arguments).env("PATH", path).stdin(Stdio::null()).output().unwrap()
}

/// Runs a script on a node, as a learner would; its output when it ends well.
pub fn on(node: &str, script: &str) -> Result<String, Failed> {
    let output = Command::new("docker").args(["exec", node, "bash", "-euo", "pipefail", "-c", script]).output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{node}: {script}: {}", String::from_utf8_lossy(&output.stderr)).into())
}

/// Everything that tells one file from another: kind, mode, owner, bytes, or where a link leads.
pub fn of_file(node: &str, path: &str) -> Result<String, Failed> {
    on(node, &format!("stat -c '%F %a %u:%g' {path}; readlink {path} || sha256sum < {path}"))
}
