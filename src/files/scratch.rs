//! Folders that last as long as their use.

use std::io;
use std::path::Path;

/// A folder that only its owner may enter; it goes with this, and all that is in it.
#[derive(Debug)]
pub struct Scratch(tempfile::TempDir);

impl Scratch {
    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// A new folder beside a file that is to be written, on the same file system.
///
/// # Errors
/// When it cannot be made.
pub fn scratch_beside(file: &Path) -> io::Result<Scratch> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    tempfile::Builder::new().prefix(".jotasu-").tempdir_in(folder).map(Scratch)
}

/// A new folder among the system's temporary ones.
///
/// # Errors
/// When it cannot be made.
pub fn scratch() -> io::Result<Scratch> {
    tempfile::Builder::new().prefix("jotasu-").tempdir().map(Scratch)
}
