//! Stand-in, replaced at the merge.

use std::path::{Path, PathBuf};

/// Stand-in.
#[derive(Clone)]
pub enum Tree {
    /// Stand-in.
    Folder(PathBuf),
}

/// Stand-in.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Stand-in.
    #[error("읽을 수 없어요")]
    Io,
}

impl Tree {
    /// Stand-in.
    pub fn read(&self, path: &str) -> Result<String, ReadError> {
        let Self::Folder(folder) = self;
        std::fs::read_to_string(folder.join(path)).map_err(|_| ReadError::Io)
    }

    /// Stand-in.
    pub fn read_bytes(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let Self::Folder(folder) = self;
        std::fs::read(folder.join(path)).map_err(|_| ReadError::Io)
    }

    /// Stand-in.
    pub fn list(&self) -> Vec<String> {
        fn walk(root: &Path, at: &Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(at).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    walk(root, &path, found);
                } else if let Ok(relative) = path.strip_prefix(root) {
                    found.push(relative.to_string_lossy().into_owned());
                }
            }
        }
        let Self::Folder(folder) = self;
        let mut found = Vec::new();
        walk(folder, folder, &mut found);
        found.sort();
        found
    }

    /// Stand-in.
    pub fn sub(&self, dir: &str) -> Self {
        let Self::Folder(folder) = self;
        Self::Folder(folder.join(dir))
    }
}
