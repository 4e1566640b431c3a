//! Stand-in until the real module lands.

use std::io::{self, Write};
use std::path::Path;

/// Writes a file whole or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(path))?;
    file.write_all(bytes)?;
    file.persist(path).map(|_| ()).map_err(|error| error.error)
}

/// Reads a file.
///
/// # Errors
/// When it cannot be read.
pub fn read_to_string(path: &Path) -> io::Result<String> {
    std::fs::read_to_string(path)
}
