//! A real Kubernetes control plane on loopback ports of its own, for tests and for `jotasu author test`: kube-apiserver,
//! etcd, kube-controller-manager, kube-scheduler, and KWOK for nodes on which Pods become Ready.
//!
//! Owns the processes and their folder: both are gone when it is dropped and when its owner is killed. Never touches a
//! cluster that it did not start, nor a file outside its folder.

mod assets;
mod identity;
mod nodes;
mod process;
mod stages;

use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::files;

pub use assets::{Assets, Missing, PROGRAMS, Tier};
use identity::Identity;
pub use nodes::NAMES as NODES;
use process::{Folder, Process};

/// The name of the context in the kubeconfig.
pub const CONTEXT: &str = "jotasu-control-plane";

/// How long a start may take before it is given up.
const PATIENCE: Duration = Duration::from_secs(90);

/// Why a control plane did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A file, folder or process could not be made.
    #[error("cannot set up the control plane: {0}")]
    Setup(#[from] io::Error),
    /// A program ended by itself.
    #[error("{program} ended: {log}")]
    Ended {
        /// Its name.
        program: &'static str,
        /// The end of its log.
        log: String,
    },
    /// The API server did not answer, or the nodes did not become Ready.
    #[error("the control plane is not ready after {} s: {last}", PATIENCE.as_secs())]
    Late {
        /// What was seen last.
        last: String,
    },
    /// The kubeconfig of our own making does not work.
    #[error("cannot connect: {0}")]
    Client(String),
}

/// A running control plane; dropping it kills it and removes its folder.
#[derive(Debug)]
pub struct ControlPlane {
    // Fields are dropped in this order: the programs first, what they write to last.
    programs: Vec<Program>,
    identity: Identity,
    server: String,
    cluster_uid: String,
    tier: Tier,
    folder: Folder,
}

#[derive(Debug)]
struct Program {
    name: &'static str,
    path: PathBuf,
    arguments: Vec<String>,
    log: PathBuf,
    process: Process,
}

impl Program {
    fn start(assets: &Assets, folder: &Path, name: &'static str, arguments: Vec<String>) -> Result<Self, StartError> {
        let path = assets.program(name).ok_or_else(|| io::Error::other(format!("no {name}")))?.to_owned();
        let log = folder.join(format!("{name}.log"));
        let process = Process::start(&path, &arguments, &log)?;
        Ok(Self { name, path, arguments, log, process })
    }
}

impl ControlPlane {
    /// Starts one and waits until it can be used: the API answers, the nodes are Ready and Pods can be made.
    /// Blocks for 4 to 6 s; may be called from any thread, also within an async runtime.
    ///
    /// # Errors
    /// Which step failed, with the end of the program's log.
    pub fn start(assets: &Assets) -> Result<Self, StartError> {
        // Ports are looked for and then used: somebody else may be quicker, so there is a second try.
        match Self::try_start(assets) {
            Err(StartError::Ended { .. }) => Self::try_start(assets),
            other => other,
        }
    }

    fn try_start(assets: &Assets) -> Result<Self, StartError> {
        let folder = Folder::new()?;
        let at = folder.path().to_owned();
        let identity = identity::make(&at)?;
        let [clients, peers, secure] = ports()?;
        let server = format!("https://127.0.0.1:{secure}");
        write(&at, "kubeconfig", &identity.kubeconfig(&server, &at, &identity.admin))?;
        write(&at, "kubeconfig-stranger", &identity.kubeconfig(&server, &at, &identity.stranger))?;
        write(&at, "audit-policy.yaml", AUDIT_POLICY)?;
        write(&at, "stages.yaml", &stages::config())?;

        let mut plane =
            Self { programs: Vec::new(), identity, server, cluster_uid: String::new(), tier: assets.tier(), folder };
        plane.launch(assets, "etcd", etcd(&at, clients, peers))?;
        plane.launch(assets, "kube-apiserver", apiserver(&at, clients, secure))?;
        plane.settle(|plane| plane.wait_for_api())?;
        if plane.tier == Tier::Workloads {
            plane.launch(assets, "kube-controller-manager", controller_manager(&at))?;
            plane.launch(assets, "kube-scheduler", scheduler(&at))?;
            plane.launch(assets, "kwok", kwok(&at))?;
            plane.settle(|plane| plane.wait_for_nodes())?;
        }
        Ok(plane)
    }

    fn launch(&mut self, assets: &Assets, name: &'static str, arguments: Vec<String>) -> Result<(), StartError> {
        self.programs.push(Program::start(assets, self.folder.path(), name, arguments)?);
        Ok(())
    }

    /// Runs something that talks to the API on a thread and runtime of its own.
    fn settle(&mut self, work: impl FnOnce(&mut Self) -> Result<(), StartError> + Send) -> Result<(), StartError> {
        std::thread::scope(|scope| scope.spawn(|| work(self)).join())
            .unwrap_or_else(|_| Err(StartError::Client("the waiting thread broke".into())))
    }

    fn wait_for_api(&mut self) -> Result<(), StartError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let client = runtime.block_on(connect(&self.kubeconfig()))?;
        let start = Instant::now();
        loop {
            match runtime.block_on(ready(&client)) {
                Ok(uid) => {
                    self.cluster_uid = uid;
                    return Ok(());
                }
                Err(last) => self.pause(start, last)?,
            }
        }
    }

    fn wait_for_nodes(&mut self) -> Result<(), StartError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let client = runtime.block_on(connect(&self.kubeconfig()))?;
        runtime.block_on(create_nodes(&client))?;
        let start = Instant::now();
        loop {
            match runtime.block_on(usable(&client)) {
                Ok(()) => return Ok(()),
                Err(last) => self.pause(start, last)?,
            }
        }
    }

    fn pause(&mut self, start: Instant, last: String) -> Result<(), StartError> {
        for program in &mut self.programs {
            if program.process.ended() {
                return Err(StartError::Ended { program: program.name, log: tail(&program.log) });
            }
        }
        if start.elapsed() > PATIENCE {
            return Err(StartError::Late { last });
        }
        std::thread::sleep(Duration::from_millis(50));
        Ok(())
    }

    /// The kubeconfig of the administrator, with the certificate authority pinned.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }

    /// The kubeconfig of a user who may do nothing.
    pub fn stranger_kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig-stranger")
    }

    /// The audit log: one JSON object per line, level Metadata, written before the answer is.
    pub fn audit_log(&self) -> PathBuf {
        self.folder.path().join("audit.log")
    }

    /// The server's address.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The administrator's token.
    pub fn token(&self) -> &str {
        &self.identity.admin
    }

    /// The certificate authority, as PEM.
    pub fn ca(&self) -> &str {
        &self.identity.ca
    }

    /// The uid of `kube-system`.
    pub fn cluster_uid(&self) -> &str {
        &self.cluster_uid
    }

    /// Whether workloads run on it.
    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// Its folder, with the programs' logs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Process ids of its programs, by name.
    pub fn pids(&self) -> Vec<(&'static str, u32)> {
        self.programs.iter().map(|program| (program.name, program.process.pid())).collect()
    }

    /// Sends a signal by name to one of its programs (`STOP` freezes it, `CONT` thaws it).
    ///
    /// # Errors
    /// When it is gone or was never started.
    pub fn signal(&mut self, program: &str, signal: &str) -> io::Result<()> {
        self.program(program)?.process.signal(signal)
    }

    /// Kills one of its programs.
    ///
    /// # Errors
    /// When it was never started.
    pub fn kill(&mut self, program: &str) -> io::Result<()> {
        self.program(program)?.process.kill();
        Ok(())
    }

    /// Starts a killed program again, on the same port and with the same state; does not wait for it.
    ///
    /// # Errors
    /// When it was never started, or cannot be.
    pub fn restart(&mut self, program: &str) -> io::Result<()> {
        let program = self.program(program)?;
        program.process.kill();
        program.process = Process::start(&program.path, &program.arguments, &program.log)?;
        Ok(())
    }

    fn program(&mut self, name: &str) -> io::Result<&mut Program> {
        let found = self.programs.iter_mut().find(|program| program.name == name);
        found.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("{name} was not started")))
    }
}

const AUDIT_POLICY: &str = r#"{"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "omitStages": ["RequestReceived"], "rules": [{"level": "Metadata"}]}"#;

fn etcd(at: &Path, clients: u16, peers: u16) -> Vec<String> {
    let (clients, peers) = (format!("http://127.0.0.1:{clients}"), format!("http://127.0.0.1:{peers}"));
    vec![
        format!("--data-dir={}", at.join("etcd").display()),
        format!("--listen-client-urls={clients}"),
        format!("--advertise-client-urls={clients}"),
        format!("--listen-peer-urls={peers}"),
        format!("--initial-advertise-peer-urls={peers}"),
        format!("--initial-cluster=default={peers}"),
        "--unsafe-no-fsync".into(),
        "--log-level=warn".into(),
    ]
}

fn apiserver(at: &Path, etcd: u16, secure: u16) -> Vec<String> {
    let file = |name: &str| at.join(name).display().to_string();
    vec![
        format!("--etcd-servers=http://127.0.0.1:{etcd}"),
        format!("--secure-port={secure}"),
        "--bind-address=127.0.0.1".into(),
        format!("--cert-dir={}", file("certs")),
        format!("--tls-cert-file={}", file("apiserver.crt")),
        format!("--tls-private-key-file={}", file("apiserver.key")),
        format!("--client-ca-file={}", file("ca.crt")),
        format!("--token-auth-file={}", file("tokens.csv")),
        format!("--service-account-key-file={}", file("sa.key")),
        format!("--service-account-signing-key-file={}", file("sa.key")),
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local".into(),
        "--authorization-mode=Node,RBAC".into(),
        "--service-cluster-ip-range=10.96.0.0/16".into(),
        "--allow-privileged=true".into(),
        "--endpoint-reconciler-type=none".into(),
        "--profiling=false".into(),
        "--shutdown-send-retry-after=false".into(),
        format!("--audit-policy-file={}", file("audit-policy.yaml")),
        format!("--audit-log-path={}", file("audit.log")),
        "--audit-log-maxsize=1024".into(),
    ]
}

fn controller_manager(at: &Path) -> Vec<String> {
    let file = |name: &str| at.join(name).display().to_string();
    vec![
        format!("--kubeconfig={}", file("kubeconfig")),
        format!("--service-account-private-key-file={}", file("sa.key")),
        format!("--root-ca-file={}", file("ca.crt")),
        "--use-service-account-credentials".into(),
        // With the default of 20 requests a second its own start takes 4 s.
        "--kube-api-qps=1000".into(),
        "--kube-api-burst=1000".into(),
        // The taint of a new node goes only at such a look; the default is 5 s.
        "--node-monitor-period=500ms".into(),
        "--leader-elect=false".into(),
        "--secure-port=0".into(),
        "--profiling=false".into(),
    ]
}

fn scheduler(at: &Path) -> Vec<String> {
    let kubeconfig = format!("--kubeconfig={}", at.join("kubeconfig").display());
    let fixed = ["--leader-elect=false", "--secure-port=0", "--kube-api-qps=1000", "--kube-api-burst=1000"];
    std::iter::once(kubeconfig).chain(fixed.map(Into::into)).collect()
}

fn kwok(at: &Path) -> Vec<String> {
    vec![
        format!("--kubeconfig={}", at.join("kubeconfig").display()),
        format!("--config={}", at.join("stages.yaml").display()),
        "--manage-all-nodes=true".into(),
        "--node-lease-duration-seconds=40".into(),
        "--cidr=10.244.0.0/16".into(),
    ]
}

async fn connect(kubeconfig: &Path) -> Result<kube::Client, StartError> {
    let failed = |error: &dyn std::fmt::Display| StartError::Client(error.to_string());
    let config = kube::config::Kubeconfig::read_from(kubeconfig).map_err(|error| failed(&error))?;
    let options = kube::config::KubeConfigOptions::default();
    let config = kube::Config::from_custom_kubeconfig(config, &options).await.map_err(|error| failed(&error))?;
    kube::Client::try_from(config).map_err(|error| failed(&error))
}

/// The uid of `kube-system` once the API server is ready, else why it is not.
async fn ready(client: &kube::Client) -> Result<String, String> {
    get_text(client, "/readyz").await?;
    let system = get_json(client, "/api/v1/namespaces/kube-system").await?;
    let uid = system.pointer("/metadata/uid").and_then(serde_json::Value::as_str);
    uid.map(ToOwned::to_owned).ok_or_else(|| "kube-system has no uid".into())
}

/// Nodes Ready and untainted, and the controllers at work: a ServiceAccount is there for Pods.
async fn usable(client: &kube::Client) -> Result<(), String> {
    let list = get_json(client, "/api/v1/nodes").await?;
    let items = list.get("items").and_then(serde_json::Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for node in items {
        let conditions = node.pointer("/status/conditions").and_then(serde_json::Value::as_array);
        let ready =
            conditions.is_some_and(|all| all.iter().any(|one| one["type"] == "Ready" && one["status"] == "True"));
        let taints = node.pointer("/spec/taints").and_then(serde_json::Value::as_array);
        let tainted = taints.is_some_and(|all| all.iter().any(|one| one["key"] == "node.kubernetes.io/not-ready"));
        if !ready || tainted {
            return Err(format!("node {} is not Ready", node["metadata"]["name"]));
        }
    }
    get_json(client, "/api/v1/namespaces/default/serviceaccounts/default").await.map(|_| ())
}

async fn create_nodes(client: &kube::Client) -> Result<(), StartError> {
    for node in nodes::nodes() {
        let request = http::Request::post("/api/v1/nodes").header("content-type", "application/json");
        let request = request.body(node.to_string().into_bytes());
        let request = request.map_err(|error| StartError::Client(error.to_string()))?;
        let created = client.request::<serde_json::Value>(request).await;
        created.map_err(|error| StartError::Client(format!("cannot create a node: {error}")))?;
    }
    Ok(())
}

async fn get_text(client: &kube::Client, path: &str) -> Result<String, String> {
    let request = http::Request::get(path).body(Vec::new()).map_err(|error| error.to_string())?;
    client.request_text(request).await.map_err(|error| error.to_string())
}

async fn get_json(client: &kube::Client, path: &str) -> Result<serde_json::Value, String> {
    let text = get_text(client, path).await?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

fn write(at: &Path, name: &str, text: &str) -> io::Result<()> {
    files::write_atomic(&at.join(name), text.as_bytes())
}

/// Free loopback ports; they are let go together, so that they differ.
fn ports<const N: usize>() -> io::Result<[u16; N]> {
    let mut found = [0; N];
    let mut held = Vec::with_capacity(N);
    for port in &mut found {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        *port = listener.local_addr()?.port();
        held.push(listener);
    }
    Ok(found)
}

/// The last lines of a log.
fn tail(log: &Path) -> String {
    let text = files::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_differ() {
        let [a, b, c] = ports().unwrap();
        assert!(a != b && b != c && a != c);
    }
}
