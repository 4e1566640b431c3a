//! A course's files as one hash, by which a learner trusts its commands.

use sha2::{Digest, Sha256};

use crate::files::Tree;

/// The hash of every file of a course, in hexadecimal; what cannot be read counts as empty.
pub fn fingerprint(content: &Tree) -> String {
    let mut hash = Sha256::new();
    for path in content.list() {
        let bytes = content.read_bytes(&path).unwrap_or_default();
        // Lengths keep the end of one file from being the beginning of the next.
        for part in [path.as_bytes(), &bytes] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_of_every_file_counts() {
        let folder = tempfile::tempdir().unwrap();
        let now = || fingerprint(&Tree::Folder(folder.path().to_owned()));
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("a.md", "하나");
        let first = now();
        assert_eq!((first.len(), now()), (64, first.clone()));
        write("a.md", "하나!");
        let second = now();
        write("b.sh", "");
        let third = now();
        write("a.md", "하나");
        assert!(first != second && second != third && now() != first && now() != third);
    }
}
