//! Labs from outside the program that the learner has read and trusts, by the hash of their files: a file of one hash a
//! line, only ever added to. Changed files have another hash and are asked about again.

use std::collections::BTreeSet;
use std::io;

use super::home::Home;
use crate::files;

/// The file's name, in the state folder.
const FILE: &str = "trusted";

/// The hashes that are trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trusted(BTreeSet<String>);

impl Trusted {
    /// What was accepted before; a file that cannot be read trusts nothing.
    pub fn load(home: &Home) -> Self {
        let text = files::read_to_string(&home.state.join(FILE)).unwrap_or_default();
        Self(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
    }

    /// A hash is trusted.
    pub fn contains(&self, hash: &str) -> bool {
        self.0.contains(hash)
    }

    /// Trusts a hash from now on, here; `append` keeps it.
    pub fn add(&mut self, hash: &str) {
        self.0.insert(hash.to_owned());
    }

    /// Writes down that a hash is trusted.
    ///
    /// # Errors
    /// When the state folder cannot be written.
    pub fn append(home: &Home, hash: &str) -> io::Result<()> {
        files::create_dir_all(&home.state)?;
        files::append_sync(&home.state.join(FILE), format!("{hash}\n").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_trusted_is_remembered_by_its_whole_hash() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::below(folder.path());
        assert_eq!(Trusted::load(&home), Trusted::default());
        Trusted::append(&home, "ab12").unwrap();
        Trusted::append(&home, "cd34").unwrap();
        let trusted = Trusted::load(&home);
        assert!(trusted.contains("ab12") && trusted.contains("cd34"));
        assert!(!trusted.contains("ab1") && !trusted.contains(""));
    }
}
