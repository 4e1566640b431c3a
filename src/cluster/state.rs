//! One lab's file in the state directory: which cluster, which stage, what nodes looked like before, its memory.
//! Knows no cluster.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::files;
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
            memory: Memory::default(),
        }
    }
}

/// The file of one lab.
#[derive(Clone, Debug)]
pub struct StateFile {
    path: PathBuf,
}

impl StateFile {
    /// The file of a lab within the state directory.
    pub fn new(state_dir: &Path, lab: &str) -> Self {
        Self { path: state_dir.join("labs").join(format!("{lab}.json")) }
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
        if let Some(folder) = self.path.parent() {
            files::create_dir_all(folder)?;
        }
        let bytes = serde_json::to_vec_pretty(saved).map_err(io::Error::other)?;
        files::write_atomic(&self.path, &bytes)
    }

    /// Writes it only where one is: another program may have stopped the lab, and must not find it back.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn renew(&self, saved: &Saved) -> io::Result<()> {
        if files::exists(&self.path) { self.save(saved) } else { Ok(()) }
    }

    /// Removes it.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub fn remove(&self) -> io::Result<()> {
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
        file.renew(&saved).unwrap();
        assert_eq!(file.load().unwrap(), None);
        file.save(&saved).unwrap();
        assert_eq!(file.load().unwrap(), Some(saved));
        file.remove().unwrap();
        file.remove().unwrap();
        assert_eq!(file.load().unwrap(), None);
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
