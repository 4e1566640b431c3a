//! One lab's file in the state directory: which cluster, which stage, what nodes looked like before, its memory.
//! Knows no cluster.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::files::{self, Lock};
use crate::lab::Memory;

/// The schema written; another one is set aside.
const SCHEMA: u32 = 1;

/// How far a run has come: what a crash in between must find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Being set up: what is there may be half made.
    Preparing,
    /// Set up; the learner works.
    Running,
    /// Being removed.
    Removing,
}

/// A node's owned labels and taints before setup.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NodeRecord {
    /// Label key → value; what is not here was not set.
    pub labels: BTreeMap<String, String>,
    /// Taints, whole.
    pub taints: Vec<Value>,
    /// It was cordoned, where that is owned.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cordoned: bool,
}

/// What is kept of one lab.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// The schema.
    pub schema: u32,
    /// The lab.
    pub lab: String,
    /// The cluster it runs on.
    pub cluster_uid: String,
    /// Its address, for the reader of the file.
    pub server: String,
    /// How far it has come.
    pub stage: Stage,
    /// Nodes as they were before setup.
    pub nodes: BTreeMap<String, NodeRecord>,
    /// The seed of its faults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u32>,
    /// The memory of its checks.
    pub memory: Memory,
}

impl Saved {
    /// A run that begins.
    pub fn new(lab: &str, cluster_uid: &str, server: &str, nodes: BTreeMap<String, NodeRecord>) -> Self {
        Self {
            schema: SCHEMA,
            lab: lab.into(),
            cluster_uid: cluster_uid.into(),
            server: server.into(),
            stage: Stage::Preparing,
            nodes,
            seed: None,
            memory: Memory::default(),
        }
    }
}

/// What a session finds in its file when it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Its own run.
    Same,
    /// Nothing: another program has stopped the lab.
    Gone,
    /// Another program is at work on the lab.
    Leaving,
    /// A run that another program has begun.
    Other,
}

/// The file of one lab.
#[derive(Clone, Debug)]
pub struct StateFile {
    path: PathBuf,
    locks: PathBuf,
    lab: String,
}

impl StateFile {
    /// The file of a lab within the state directory.
    pub fn new(state_dir: &Path, lab: &str) -> Self {
        let path = state_dir.join("labs").join(format!("{lab}.json"));
        Self { path, locks: state_dir.join("locks"), lab: lab.into() }
    }

    /// The right to work on the lab; `None` while another program does. It ends with the program, however that ends: a
    /// run that is half made and that nobody works on was left by a crash.
    ///
    /// # Errors
    /// When the lock file cannot be made.
    pub fn work(&self) -> io::Result<Option<Lock>> {
        files::create_dir_all(&self.locks)?;
        files::try_lock(&self.locks.join(format!("{}.work", self.lab)))
    }

    /// Held for the moment of reading and writing.
    fn lock(&self) -> io::Result<Lock> {
        files::create_dir_all(&self.locks)?;
        files::lock(&self.locks.join(format!("{}.file", self.lab)))
    }

    /// What was kept; a file that cannot be understood is set aside, never overwritten.
    ///
    /// # Errors
    /// When the file is there and cannot be read or moved.
    pub fn load(&self) -> io::Result<Option<Saved>> {
        let text = match files::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        match serde_json::from_str::<Saved>(&text) {
            Ok(saved) if saved.schema == SCHEMA => Ok(Some(saved)),
            _ => {
                files::set_aside(&self.path)?;
                Ok(None)
            }
        }
    }

    /// Writes it, and waits until the disk has it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, saved: &Saved) -> io::Result<()> {
        let _lock = self.lock()?;
        self.write(saved)
    }

    fn write(&self, saved: &Saved) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            files::create_dir_all(folder)?;
            files::sweep(&self.path)?;
        }
        let bytes = serde_json::to_vec_pretty(saved).map_err(io::Error::other)?;
        files::write_atomic(&self.path, &bytes)
    }

    /// Takes in what other programs have written since `base`, and writes what is new here; a run that has ended, or
    /// that another program works on, is left alone.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn renew(&self, saved: &mut Saved, base: &Memory) -> io::Result<Kept> {
        let _lock = self.lock()?;
        let Some(there) = self.load()? else { return Ok(Kept::Gone) };
        if there.stage != Stage::Running {
            return Ok(Kept::Leaving);
        }
        if there.memory.start != saved.memory.start || there.cluster_uid != saved.cluster_uid {
            return Ok(Kept::Other);
        }
        let news = saved.memory != *base;
        saved.memory.merge(base, &there.memory);
        if news {
            self.write(saved)?;
        }
        Ok(Kept::Same)
    }

    /// Removes it.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub fn remove(&self) -> io::Result<()> {
        let _lock = self.lock()?;
        match files::remove(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_found_again_until_it_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let file = StateFile::new(folder.path(), "lab");
        assert_eq!(file.load().unwrap(), None);
        let saved = Saved::new("lab", "u", "https://a", BTreeMap::new());
        assert_eq!(file.renew(&mut saved.clone(), &Memory::default()).unwrap(), Kept::Gone);
        assert_eq!(file.load().unwrap(), None);
        file.save(&saved).unwrap();
        assert_eq!(file.load().unwrap(), Some(saved));
        file.remove().unwrap();
        file.remove().unwrap();
        assert_eq!(file.load().unwrap(), None);
    }

    #[test]
    fn two_programs_keep_one_run_and_let_go_of_one_that_ended() {
        let folder = tempfile::tempdir().unwrap();
        let file = StateFile::new(folder.path(), "lab");
        let mut ours = Saved::new("lab", "u", "https://a", BTreeMap::new());
        ours.stage = Stage::Running;
        let (base, mut theirs) = (ours.memory.clone(), ours.clone());
        file.save(&ours).unwrap();
        ours.memory.answers.insert("a".into(), "1".into());
        theirs.memory.answers.insert("b".into(), "2".into());
        assert_eq!(file.renew(&mut ours, &base).unwrap(), Kept::Same);
        assert_eq!(file.renew(&mut theirs, &base).unwrap(), Kept::Same);
        let base = ours.memory.clone();
        assert_eq!(file.renew(&mut ours, &base).unwrap(), Kept::Same);
        assert_eq!(ours.memory, theirs.memory);
        let mut next = theirs.clone();
        next.memory.start = 9;
        file.save(&next).unwrap();
        assert_eq!(file.renew(&mut ours, &base).unwrap(), Kept::Other);
        next.stage = Stage::Removing;
        file.save(&next).unwrap();
        assert_eq!(file.renew(&mut ours, &base).unwrap(), Kept::Leaving);
        assert_eq!(file.load().unwrap(), Some(next));
    }

    #[test]
    fn one_program_at_a_time_works_on_a_lab() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (StateFile::new(folder.path(), "lab"), StateFile::new(folder.path(), "lab"));
        let work = one.work().unwrap();
        assert!(work.is_some() && other.work().unwrap().is_none());
        drop(work);
        assert!(other.work().unwrap().is_some());
    }

    #[test]
    fn a_damaged_file_is_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        let file = StateFile::new(folder.path(), "lab");
        files::create_dir_all(file.path.parent().unwrap()).unwrap();
        files::write_atomic(&file.path, b"{").unwrap();
        assert_eq!(file.load().unwrap(), None);
        assert!(!files::exists(&file.path));
    }
}
