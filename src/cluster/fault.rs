//! Faults of the nodes of a kind cluster of ours: made so that a crash at any moment can be undone, and undone. The
//! original is in a journal on the disk before anything on the node changes. Needs the container runtime and no
//! Kubernetes API; says what is healthy by its effect and compares no files.

mod canary;
mod damage;
pub mod health;
mod journal;
mod node_file;

use std::io;
use std::path::Path;
use std::time::Duration;

use super::container::{self, Container, ContainerTrouble};
use super::steps::Steps;
use super::trouble::Trouble;
use crate::lab::{Fault, FaultKind, Millis, NodeRef};
use damage::Change;
use journal::JournalFile;
pub use journal::{Entry, Stage};

/// How long a restart of a service may take.
const RESTART: Duration = Duration::from_secs(60);

/// A moment of making or undoing a fault, for those who test what a crash leaves there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The originals are read; nothing is written yet.
    Read,
    /// The journal has them; the node is as it was.
    Prepared,
    /// The node is changed.
    Changed,
    /// What had to be restarted is.
    Restarted,
    /// The journal says that the fault is made.
    Injected,
    /// One file is back as it was.
    Restored,
    /// The journal says that it is undone.
    Undone,
}

/// Hears of each moment.
pub type Witness<'a> = &'a mut (dyn FnMut(Moment) + Send);

/// The faults of one kind cluster of ours.
#[derive(Clone, Debug)]
pub struct Faults {
    cluster: String,
    journal: JournalFile,
}

impl Faults {
    /// The faults of a kind cluster; `None` for one whose nodes are never broken: only those named `jotasu-…` are for
    /// one lab alone.
    pub fn of(state_dir: &Path, cluster: &str) -> Option<Self> {
        let own = cluster.strip_prefix("jotasu-").is_some_and(|rest| !rest.is_empty());
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
        let cluster = Some(cluster.to_owned()).filter(|name| own && name.bytes().all(plain))?;
        Some(Self { journal: JournalFile::new(state_dir, &cluster), cluster })
    }

    /// Those of every cluster with a journal.
    ///
    /// # Errors
    /// When the folder of the journals cannot be read.
    pub fn every(state_dir: &Path) -> io::Result<Vec<Self>> {
        Ok(JournalFile::clusters(state_dir)?.iter().filter_map(|cluster| Self::of(state_dir, cluster)).collect())
    }

    /// The name of the kind cluster.
    pub fn cluster(&self) -> &str {
        &self.cluster
    }

    /// What the journal says of a lab, or of every one: what is not undone, and what is but was not seen healthy.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn entries(&self, lab: Option<&str>) -> io::Result<Vec<Entry>> {
        let mut entries = self.journal.load()?;
        entries.retain(|entry| lab.is_none_or(|lab| entry.lab == lab));
        Ok(entries)
    }

    /// How many faults of a lab are not undone, as far as the journal can be read.
    pub fn open(&self, lab: &str) -> usize {
        self.journal.load().unwrap_or_default().iter().filter(|entry| entry.lab == lab && entry.is_open()).count()
    }

    /// Gives a node a fault; one that it has already stays as it is.
    ///
    /// # Errors
    /// When the node cannot be asked, or the journal not be written; then nothing is changed or the journal knows of it.
    pub async fn inject(
        &self,
        lab: &str,
        node: NodeRef,
        fault: &Fault,
        now: Millis,
        witness: Witness<'_>,
    ) -> Result<(), Trouble> {
        let _work = self.journal.work()?.ok_or(Trouble::Busy)?;
        let nodes = container::of_cluster(&self.cluster).await?;
        let container = container::of_node(&self.cluster, &node).await?;
        let mut entries = self.journal.load()?;
        let same = |entry: &&Entry| entry.is_open() && entry.is(&container.id, fault.kind());
        if entries.iter().find(same).is_some_and(|entry| entry.stage == Stage::Injected) {
            return Ok(());
        }
        let (originals, changes) = damage::plan(fault, &container, &nodes).await?;
        witness(Moment::Read);
        entries.push(Entry {
            lab: lab.to_owned(),
            node,
            name: container.name.clone(),
            container: container.id.clone(),
            fault: fault.clone(),
            stage: Stage::Preparing,
            since: now,
            originals,
        });
        self.journal.save(&entries)?;
        witness(Moment::Prepared);
        for change in &changes {
            match change {
                Change::Write(file) => file.put(&container).await?,
                Change::Remove(path) => node_file::remove(&container, path).await?,
            }
        }
        witness(Moment::Changed);
        restart(&container, fault.kind()).await?;
        witness(Moment::Restarted);
        if let Some(entry) = entries.last_mut() {
            entry.stage = Stage::Injected;
        }
        self.journal.save(&entries)?;
        witness(Moment::Injected);
        Ok(())
    }

    /// Puts back what a fault changed on a node, and what later faults changed in the same files.
    ///
    /// # Errors
    /// When the node cannot be asked, or the journal not be written; it can be done again.
    pub async fn undo(&self, node: NodeRef, kind: FaultKind, witness: Witness<'_>) -> Result<(), Trouble> {
        let _work = self.journal.work()?.ok_or(Trouble::Busy)?;
        let container = container::of_node(&self.cluster, &node).await?;
        let mut entries = self.journal.load()?;
        let open = |entry: &Entry| entry.is_open() && entry.is(&container.id, kind);
        let Some(first) = entries.iter().position(open) else { return Ok(()) };
        let paths: Vec<String> =
            entries.get(first).map(|entry| entry.paths().map(str::to_owned).collect()).unwrap_or_default();
        let touched = |entry: &Entry| {
            entry.is_open()
                && entry.container == container.id
                && entry.paths().any(|path| paths.iter().any(|p| p == path))
        };
        let mut undone = Vec::new();
        for (at, entry) in entries.iter().enumerate().skip(first).rev() {
            if at == first || touched(entry) {
                restore(entry, &container, &mut *witness).await?;
                undone.push(at);
            }
        }
        for at in undone {
            if let Some(entry) = entries.get_mut(at) {
                entry.stage = Stage::Undone;
            }
        }
        self.journal.save(&entries)?;
        witness(Moment::Undone);
        Ok(())
    }

    /// Puts back what a crash has left half made, at once.
    ///
    /// # Errors
    /// When a node cannot be asked, or the journal not be written.
    pub async fn settle(&self, steps: &mut Steps<'_>, witness: Witness<'_>) -> Result<(), Trouble> {
        let half = |entry: &Entry| entry.stage == Stage::Preparing;
        if !self.journal.load()?.iter().any(half) {
            return Ok(());
        }
        // Whoever is at work on it holds the lock: that is no crash.
        let Some(_work) = self.journal.work()? else { return Ok(()) };
        self.put_back(half, steps, witness).await
    }

    /// Puts everything of a lab, or of every lab, back as it was, and waits until the cluster is well. Can be done again
    /// and again; without anything to put back it asks nobody.
    ///
    /// # Errors
    /// The step that failed; what was put back before it stays so.
    pub async fn rescue(&self, lab: Option<&str>, steps: &mut Steps<'_>, witness: Witness<'_>) -> Result<(), Trouble> {
        let meant = |entry: &Entry| lab.is_none_or(|lab| entry.lab == lab);
        if !self.journal.load()?.iter().any(meant) {
            return Ok(());
        }
        let _work = self.journal.work()?.ok_or(Trouble::Busy)?;
        self.put_back(|entry| meant(entry) && entry.is_open(), steps, witness).await?;
        let mut entries = self.journal.load()?;
        let hurt: Vec<String> = entries.iter().filter(|e| meant(e)).map(|entry| entry.name.clone()).collect();
        if !hurt.is_empty() {
            health::wait(&self.cluster, &hurt, steps).await?;
            health::controllers(&self.cluster, steps).await?;
            entries.retain(|entry| !meant(entry));
            self.journal.save(&entries)?;
        }
        Ok(())
    }

    /// Puts back what is chosen, the last first; what was on a node that is no more is forgotten.
    async fn put_back(
        &self,
        chosen: impl Fn(&Entry) -> bool,
        steps: &mut Steps<'_>,
        witness: Witness<'_>,
    ) -> Result<(), Trouble> {
        let mut entries = self.journal.load()?;
        while let Some(at) = entries.iter().rposition(&chosen) {
            let Some(entry) = entries.get(at).cloned() else { break };
            let what = format!("노드 {}: {} 되돌리기", entry.name, entry.paths().collect::<Vec<_>>().join(", "));
            let work = async {
                let nodes = match container::of_cluster(&self.cluster).await {
                    Ok(nodes) => nodes,
                    Err(ContainerTrouble::NoCluster(_)) => Vec::new(),
                    Err(trouble) => return Err(trouble.into()),
                };
                match nodes.into_iter().find(|node| node.id == entry.container) {
                    Some(node) if node.running => restore(&entry, &node, &mut *witness).await.map(|()| true),
                    Some(node) => Err(ContainerTrouble::Stopped(node.name).into()),
                    None => Ok(false),
                }
            };
            let there = steps.step(what, work).await?;
            if there {
                if let Some(entry) = entries.get_mut(at) {
                    entry.stage = Stage::Undone;
                }
            } else {
                entries.remove(at);
            }
            self.journal.save(&entries)?;
            witness(Moment::Undone);
        }
        Ok(())
    }
}

/// Puts the files of an entry back and restarts what reads them only then.
async fn restore(entry: &Entry, container: &Container, witness: Witness<'_>) -> Result<(), Trouble> {
    for file in &entry.originals {
        file.put(container).await?;
        witness(Moment::Restored);
    }
    restart(container, entry.fault.kind()).await?;
    if matches!(entry.fault.kind(), FaultKind::ApiserverPort | FaultKind::EtcdEndpoint) {
        // What has ended again and again without an API server is started again in minutes only; a kubelet that begins
        // anew has forgotten how often that was.
        container.text("systemctl restart --no-block kubelet", &[], RESTART).await?;
    }
    Ok(())
}

/// Restarts what does not notice by itself that its files are others.
async fn restart(container: &Container, kind: FaultKind) -> Result<(), Trouble> {
    if kind == FaultKind::KubeletClientCertExpired {
        // One that is in a crash loop waits for its next start, and systemd may have given up on it.
        let script = "systemctl reset-failed kubelet || :; systemctl restart --no-block kubelet";
        container.text(script, &[], RESTART).await?;
    }
    Ok(())
}
