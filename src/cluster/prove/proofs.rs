//! Which labs are proven already: one small file per lab, worth nothing once the lab, the engine or the programs of the
//! control plane are others.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use super::Proof;
use crate::cluster::control_plane::{Assets, PROGRAMS};
use crate::files;
use crate::lab::Lab;

/// Changes with every source that a proof runs through, and with the versions of what it is built from.
const ENGINE: &str = env!("JOTASU_ENGINE");

/// A folder of proofs that were made.
#[derive(Clone, Debug)]
pub struct Proofs(PathBuf);

impl Proofs {
    /// Kept in a folder of the caller's.
    pub fn at(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Where CI keeps them, when this is CI (`CI=true`).
    pub fn of_ci() -> Option<Self> {
        let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let cache = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")))?;
        std::env::var("CI").is_ok_and(|value| value == "true").then(|| Self(cache.join("jotasu-ci/proofs")))
    }

    /// How long the proof took that still holds for this lab, this engine and these programs.
    pub fn known(&self, lab: &Lab) -> Option<Duration> {
        let text = files::read_to_string(&self.0.join(&lab.id)).ok()?;
        let (known, took) = text.trim().split_once(' ')?;
        let took = took.parse().ok().map(Duration::from_millis)?;
        (known == key(lab, &Assets::find().ok()?)?).then_some(took)
    }

    /// Keeps a proof that holds; one that does not is forgotten.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn keep(&self, lab: &Lab, proof: &Proof) -> io::Result<()> {
        let key = Assets::find().ok().and_then(|assets| key(lab, &assets));
        let file = self.0.join(&lab.id);
        match key.filter(|_| proof.holds()) {
            Some(key) => {
                files::create_dir_all(&self.0)?;
                files::write_atomic(&file, format!("{key} {}\n", proof.took.as_millis()).as_bytes())
            }
            None if files::exists(&file) => files::remove(&file),
            None => Ok(()),
        }
    }
}

/// What a proof depends on; `None` for a lab that does not come from files.
fn key(lab: &Lab, assets: &Assets) -> Option<String> {
    if lab.hash.is_empty() {
        return None;
    }
    let mut sum = Sha256::new();
    for part in [ENGINE, &lab.id, &lab.hash] {
        sum.update(part);
        sum.update([0]);
    }
    for name in PROGRAMS {
        let about = assets.program(name)?.metadata().ok()?;
        let made = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        sum.update(format!("{name} {} {}\n", about.len(), made.as_nanos()));
    }
    Some(sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::wait::alone;

    fn lab(hash: &str) -> Lab {
        Lab { hash: hash.into(), ..alone(crate::lab::Expectation::AllOf(vec![]), Default::default()) }
    }

    #[test]
    fn a_key_is_of_the_lab_and_of_the_programs() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        PROGRAMS.into_iter().for_each(|name| write(name, "1"));
        let assets = Assets::find_in(&[folder.path().into()]).unwrap();
        let first = key(&lab("a"), &assets);
        assert!(first.is_some());
        assert_eq!(key(&lab("a"), &assets), first);
        assert_ne!(key(&lab("b"), &assets), first);
        assert_eq!(key(&lab(""), &assets), None);
        write("kwok", "another");
        assert_ne!(key(&lab("a"), &assets), first);
    }
}
