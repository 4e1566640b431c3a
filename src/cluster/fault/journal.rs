//! The journal of one kind cluster's faults: what was on its nodes before, on the disk before anything changes there.
//! One that cannot be read is an error and never thrown away: it holds the only copies. Knows no container runtime.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::node_file::NodeFile;
use crate::files::{self, Lock, Tree};
use crate::lab::{Fault, FaultKind, Millis, NodeRef};

/// The schema written; another one is not understood.
const SCHEMA: u32 = 1;

/// How far a fault has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The originals are kept; the node may be as it was, changed, or something between.
    Preparing,
    /// The node has the fault.
    Injected,
    /// The originals are back; the cluster has not been seen well since.
    Undone,
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The lab it is part of.
    pub lab: String,
    /// The node as the lab names it.
    pub node: NodeRef,
    /// The node's name.
    pub name: String,
    /// The id of the node's container: one made anew under the same name is another node.
    pub container: String,
    /// The fault.
    pub fault: Fault,
    /// How far it has come.
    pub stage: Stage,
    /// When it was begun.
    pub since: Millis,
    /// What was there before.
    pub(super) originals: Vec<NodeFile>,
}

impl Entry {
    /// True while the node may have the fault.
    pub fn is_open(&self) -> bool {
        self.stage != Stage::Undone
    }

    /// The files it changes.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.originals.iter().map(|file| file.path.as_str())
    }

    pub(super) fn is(&self, container: &str, kind: FaultKind) -> bool {
        self.container == container && self.fault.kind() == kind
    }
}

#[derive(Serialize, Deserialize)]
struct Journal {
    schema: u32,
    cluster: String,
    entries: Vec<Entry>,
}

/// The file of one cluster's journal.
#[derive(Clone, Debug)]
pub struct JournalFile {
    path: PathBuf,
    locks: PathBuf,
    cluster: String,
}

impl JournalFile {
    /// The journal of a cluster within the state directory.
    pub fn new(state_dir: &Path, cluster: &str) -> Self {
        let path = state_dir.join("faults").join(format!("{cluster}.json"));
        Self { path, locks: state_dir.join("locks"), cluster: cluster.to_owned() }
    }

    /// The clusters that have one.
    pub fn clusters(state_dir: &Path) -> io::Result<Vec<String>> {
        let folder = state_dir.join("faults");
        if !files::exists(&folder) {
            return Ok(Vec::new());
        }
        let names = Tree::Folder(folder).list();
        Ok(names.iter().filter_map(|name| name.strip_suffix(".json")).map(str::to_owned).collect())
    }

    /// The right to work on the cluster's nodes; `None` while another program does. It ends with the program, however
    /// that ends: what is being prepared then was left by a crash.
    pub fn work(&self) -> io::Result<Option<Lock>> {
        files::create_dir_all(&self.locks)?;
        files::try_lock(&self.locks.join(format!("{}.faults", self.cluster)))
    }

    /// What is in it; nothing when there is none.
    pub fn load(&self) -> io::Result<Vec<Entry>> {
        let text = match files::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        match serde_json::from_str::<Journal>(&text) {
            Ok(journal) if journal.schema == SCHEMA => Ok(journal.entries),
            _ => {
                let path = self.path.display();
                let text = format!(
                    "{path}: 고장 기록을 읽을 수 없어요. 노드의 원래 파일이 들어 있으니 지우지 말고 옮겨 두세요. \
                     클러스터를 다시 만들려면: kind delete cluster --name {}",
                    self.cluster
                );
                Err(io::Error::new(io::ErrorKind::InvalidData, text))
            }
        }
    }

    /// Writes it and waits until the disk has it; an empty one is removed.
    pub fn save(&self, entries: &[Entry]) -> io::Result<()> {
        if entries.is_empty() {
            return files::remove(&self.path);
        }
        if let Some(folder) = self.path.parent() {
            files::create_dir_all(folder)?;
            files::sweep(&self.path)?;
        }
        let journal = Journal { schema: SCHEMA, cluster: self.cluster.clone(), entries: entries.to_vec() };
        files::write_atomic(&self.path, &serde_json::to_vec_pretty(&journal).map_err(io::Error::other)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(stage: Stage) -> Entry {
        Entry {
            lab: "lab".into(),
            node: NodeRef::parse("worker:0").unwrap(),
            name: "jotasu-x-worker".into(),
            container: "id".into(),
            fault: Fault::ApiserverPort { port: 6444 },
            stage,
            since: 1,
            originals: vec![NodeFile::text("/etc/a", "x")],
        }
    }

    #[test]
    fn a_journal_is_kept_until_nothing_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let journal = JournalFile::new(folder.path(), "jotasu-x");
        assert_eq!(journal.load().unwrap(), []);
        assert!(JournalFile::clusters(folder.path()).unwrap().is_empty());
        let entries = [entry(Stage::Injected), entry(Stage::Preparing)];
        journal.save(&entries).unwrap();
        assert_eq!(journal.load().unwrap(), entries);
        assert_eq!(JournalFile::clusters(folder.path()).unwrap(), ["jotasu-x"]);
        journal.save(&[]).unwrap();
        journal.save(&[]).unwrap();
        assert_eq!(journal.load().unwrap(), []);
        assert!(JournalFile::clusters(folder.path()).unwrap().is_empty());
    }

    #[test]
    fn a_damaged_journal_is_neither_believed_nor_thrown_away() {
        let folder = tempfile::tempdir().unwrap();
        let journal = JournalFile::new(folder.path(), "jotasu-x");
        files::create_dir_all(journal.path.parent().unwrap()).unwrap();
        for text in ["{", r#"{"schema": 2, "cluster": "jotasu-x", "entries": []}"#] {
            files::write_atomic(&journal.path, text.as_bytes()).unwrap();
            let error = journal.load().unwrap_err();
            assert!(error.to_string().contains("고장 기록을 읽을 수 없어요"), "{error}");
            assert_eq!(files::read_to_string(&journal.path).unwrap(), text);
        }
    }

    #[test]
    fn one_program_at_a_time_works_on_a_cluster() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (JournalFile::new(folder.path(), "jotasu-x"), JournalFile::new(folder.path(), "jotasu-x"));
        let work = one.work().unwrap();
        assert!(work.is_some() && other.work().unwrap().is_none());
        drop(work);
        assert!(other.work().unwrap().is_some());
    }
}
