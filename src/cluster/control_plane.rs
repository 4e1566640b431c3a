//! A real Kubernetes control plane on loopback ports of its own, for tests and for `jotasu author test`: kube-apiserver,
//! etcd, kube-controller-manager, kube-scheduler, and KWOK for nodes on which Pods become Ready.
//!
//! Owns the processes and their folder: both are gone when it is dropped and when its owner is killed. Never touches a
//! cluster that it did not start, nor a file outside its folder.

mod api;
mod arguments;
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

/// How quick nodes and controllers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As on a learner's cluster.
    Usual,
    /// Pods come and go five times as fast.
    Brisk,
    /// As brisk, and namespaces are emptied and finalized by who deletes them: for proofs, which make the same namespace
    /// again and again. (The namespace controller begins 5 s after a deletion, and would empty a namespace that has been
    /// made anew by then.)
    Hurried,
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
        Self::start_at(assets, Pace::Usual)
    }

    /// Starts one at a pace.
    ///
    /// # Errors
    /// As `start`.
    pub fn start_at(assets: &Assets, pace: Pace) -> Result<Self, StartError> {
        // Ports are looked for and then used: somebody else may be quicker, so there is a second try.
        match Self::try_start(assets, pace) {
            Err(StartError::Ended { .. }) => Self::try_start(assets, pace),
            other => other,
        }
    }

    /// From now on namespaces are left to who deletes them; what is in the cluster stays.
    ///
    /// # Errors
    /// When the controllers cannot be started again.
    pub fn hurry(&mut self) -> io::Result<()> {
        let arguments = arguments::controller_manager(self.folder.path(), Pace::Hurried);
        self.program("kube-controller-manager")?.arguments = arguments;
        self.restart("kube-controller-manager")
    }

    fn try_start(assets: &Assets, pace: Pace) -> Result<Self, StartError> {
        let folder = Folder::new()?;
        let at = folder.path().to_owned();
        let identity = identity::make(&at)?;
        let [clients, peers, secure] = ports()?;
        let server = format!("https://127.0.0.1:{secure}");
        write(&at, "kubeconfig", &identity.kubeconfig(&server, &at, &identity.admin))?;
        write(&at, "kubeconfig-stranger", &identity.kubeconfig(&server, &at, &identity.stranger))?;
        write(&at, "audit-policy.yaml", arguments::AUDIT_POLICY)?;
        write(&at, "stages.yaml", &stages::config(pace))?;

        let mut plane =
            Self { programs: Vec::new(), identity, server, cluster_uid: String::new(), tier: assets.tier(), folder };
        plane.launch(assets, "etcd", arguments::etcd(&at, clients, peers))?;
        plane.launch(assets, "kube-apiserver", arguments::apiserver(&at, clients, secure))?;
        plane.settle(|plane| plane.wait_for_api())?;
        if plane.tier == Tier::Workloads {
            plane.launch(assets, "kube-controller-manager", arguments::controller_manager(&at, pace))?;
            plane.launch(assets, "kube-scheduler", arguments::scheduler(&at))?;
            plane.launch(assets, "kwok", arguments::kwok(&at))?;
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
        let client = runtime.block_on(api::connect(&self.kubeconfig())).map_err(StartError::Client)?;
        let start = Instant::now();
        loop {
            match runtime.block_on(api::ready(&client)) {
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
        let client = runtime.block_on(api::connect(&self.kubeconfig())).map_err(StartError::Client)?;
        runtime.block_on(api::create_nodes(&client)).map_err(StartError::Client)?;
        let start = Instant::now();
        loop {
            match runtime.block_on(api::usable(&client)) {
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
