//! Stand-in of the contract's `files`, thrown away at the merge.

use std::path::PathBuf;

/// A tree.
#[derive(Clone)]
pub enum Tree {
    /// A folder.
    Folder(PathBuf),
}
/// Why not.
#[derive(Debug)]
pub struct ReadError(String);
impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl Tree {
    /// Read.
    pub fn read(&self, path: &str) -> Result<String, ReadError> {
        let Tree::Folder(folder) = self;
        std::fs::read_to_string(folder.join(path)).map_err(|e| ReadError(e.to_string()))
    }
}
