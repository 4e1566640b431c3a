//! How files stand, so that a change is known without reading them.

use std::collections::BTreeMap;
use std::fs;
use std::time::SystemTime;

use super::Tree;

/// How the files of a tree stood at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamps(BTreeMap<String, Stamp>);

/// A file that is written, replaced or made anew gets another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    bytes: u64,
    /// Tells a file from the one that took its name within the clock's tick.
    number: u64,
}

impl Tree {
    /// How its files stand now; what is embedded never changes.
    pub fn stamps(&self) -> Stamps {
        let Self::Folder(root) = self else { return Stamps::default() };
        let stamp = |path: String| {
            let meta = fs::metadata(root.join(&path)).ok()?;
            let modified = meta.modified().ok();
            Some((path, Stamp { modified, bytes: meta.len(), number: number(&meta) }))
        };
        Stamps(self.list().into_iter().filter_map(stamp).collect())
    }
}

#[cfg(unix)]
fn number(meta: &fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    meta.ino() ^ meta.ctime_nsec().unsigned_abs().rotate_left(32)
}

#[cfg(not(unix))]
fn number(_: &fs::Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_save_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        fs::write(&path, "하나").unwrap();
        let tree = Tree::Folder(dir.path().to_path_buf());
        let mut before = tree.stamps();
        assert_eq!(tree.stamps(), before);
        let changes: [&dyn Fn(); 5] = [
            &|| fs::write(&path, "둘둘둘").unwrap(),
            &|| {
                fs::write(dir.path().join("a.md~"), "셋셋셋").unwrap();
                fs::rename(dir.path().join("a.md~"), &path).unwrap();
            },
            &|| fs::remove_file(&path).unwrap(),
            &|| fs::write(&path, "넷넷넷").unwrap(),
            &|| fs::write(dir.path().join("b.md"), "").unwrap(),
        ];
        for change in changes {
            // Within the tick of a coarse clock two saves of the same length look alike; nobody saves so fast.
            std::thread::sleep(std::time::Duration::from_millis(20));
            change();
            let now = tree.stamps();
            assert_ne!(now, before);
            before = now;
        }
    }
}
