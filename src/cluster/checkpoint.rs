//! The owned objects of a lab as they were when checks last turned green: listed by the reader, kept in one file that
//! only the learner can read (Secrets are in it). Bounded; what is too much is not kept at all.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use futures::future::try_join_all;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::api::ApiError;
use super::nodes;
use super::owns;
use super::remote::{Place, Remote, items};
use super::state::NodeRecord;
use crate::files;
use crate::lab::{self, Millis, Owns};

const SCHEMA: u32 = 1;
/// More than this of JSON is not kept.
const MOST: usize = 8 << 20;

/// One moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    schema: u32,
    /// When the run began: a checkpoint of another run means nothing.
    pub start: Millis,
    /// When it was taken.
    pub at: Millis,
    /// The checks that were passed.
    pub passed: Vec<String>,
    /// Owned objects, without what the API server and controllers write.
    pub objects: Vec<Value>,
    /// Owned labels and taints of nodes.
    pub nodes: BTreeMap<String, NodeRecord>,
}

impl Checkpoint {
    /// Looks at everything owned.
    pub async fn take(
        remote: &Remote,
        owns: &Owns,
        start: Millis,
        at: Millis,
        passed: Vec<String>,
    ) -> Result<Self, ApiError> {
        let objects = owned(remote, owns).await?.iter().filter_map(lab::kept).collect();
        let nodes = nodes::record(remote, owns).await?;
        Ok(Self { schema: SCHEMA, start, at, passed, objects, nodes })
    }
}

/// Every object a lab owns, as the API server gives it, namespaces themselves among them.
pub async fn owned(remote: &Remote, owns: &Owns) -> Result<Vec<Value>, ApiError> {
    let mut kinds = Vec::new();
    for version in remote.group_versions().await? {
        for served in remote.known_kinds(&version).await? {
            let wanted = ["list", "create", "delete"].iter().all(|verb| served.verbs.iter().any(|have| have == verb));
            if served.namespaced && wanted && served.kind != "Event" {
                kinds.push(Place { api_version: version.clone(), served });
            }
        }
    }
    let mut found = Vec::new();
    for name in &owns.namespaces {
        let Some(namespace) = remote.get("v1", "Namespace", None, name).await? else { continue };
        found.push(namespace);
        let lists = kinds.iter().map(|place| async move {
            match remote.api.get(&place.collection(Some(name))).await {
                Ok(answer) => Ok(items(&answer, &place.api_version, &place.served.kind)),
                // The kind went while it was asked for.
                Err(error) if error.missing() || error.code == 405 => Ok(Vec::new()),
                Err(error) => Err(error),
            }
        });
        found.extend(try_join_all(lists).await?.into_iter().flatten());
    }
    for entry in &owns.objects {
        let objects = owns::select(remote, entry).await?;
        found.extend(objects.into_iter().map(|object| super::remote::typed(object, &entry.api_version, &entry.kind)));
    }
    Ok(found)
}

/// Where the checkpoint of a lab is kept.
#[derive(Clone, Debug)]
pub struct CheckpointFile {
    path: PathBuf,
}

impl CheckpointFile {
    /// Within the state directory.
    pub fn new(state_dir: &Path, lab: &str) -> Self {
        Self { path: state_dir.join("checkpoints").join(format!("{lab}.json")) }
    }

    /// The checkpoint of a run; one of another run, or that cannot be understood, is none.
    pub fn load(&self, start: Millis) -> Option<Checkpoint> {
        let text = files::read_to_string(&self.path).ok()?;
        let kept: Checkpoint = serde_json::from_str(&text).ok()?;
        (kept.schema == SCHEMA && kept.start == start).then_some(kept)
    }

    /// Keeps it in place of the one before; one that is too large removes that one, which is no longer the last.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, checkpoint: &Checkpoint) -> io::Result<()> {
        let bytes = serde_json::to_vec(checkpoint).map_err(io::Error::other)?;
        if bytes.len() > MOST {
            return self.remove();
        }
        if let Some(folder) = self.path.parent() {
            files::create_dir_all(folder)?;
        }
        files::write_atomic(&self.path, &bytes)
    }

    /// Forgets it.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub fn remove(&self) -> io::Result<()> {
        files::remove(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_checkpoint_is_of_its_run_readable_by_its_owner_alone_and_bounded() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = CheckpointFile::new(folder.path(), "small");
        let checkpoint = Checkpoint {
            schema: SCHEMA,
            start: 7,
            at: 9,
            passed: vec!["a".into()],
            objects: vec![json!({"kind": "Secret", "data": {"p": "cw=="}})],
            nodes: BTreeMap::new(),
        };
        assert_eq!(file.load(7), None);
        file.save(&checkpoint).unwrap();
        assert_eq!((file.load(7), file.load(8)), (Some(checkpoint.clone()), None));
        let mode = std::fs::metadata(&file.path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let large = Checkpoint { objects: vec![json!("x".repeat(MOST))], ..checkpoint };
        file.save(&large).unwrap();
        assert_eq!(file.load(7), None, "what is too much is not kept, and what was before is not the last");
        file.remove().unwrap();
    }
}
