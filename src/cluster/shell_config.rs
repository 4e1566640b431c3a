//! The way to a running lab's cluster, as a file for the learner's shell: there while the lab runs, and only then.

use std::path::{Path, PathBuf};

use rustix::process::{Pid, test_kill_process};

use super::site::Site;
use crate::files;

/// What the file is called, but for the number of the program that writes it.
const NAME: &str = "shell-kubeconfig-";

/// Where this program puts the file, below the state folder.
pub fn shell_config(state: &Path) -> PathBuf {
    state.join(format!("{NAME}{}", std::process::id()))
}

/// The file, removed when this is dropped.
pub struct ShellConfig(PathBuf);

impl ShellConfig {
    /// Writes the file for a lab, readable by the learner alone. A lab that owns one namespace begins in it.
    pub fn write(state: &Path, site: &Site) -> Self {
        sweep(state);
        let path = shell_config(state);
        let namespace = match site.lab.owns.namespaces.as_slice() {
            [one] => Some(one.as_str()),
            _ => None,
        };
        let text = site.admitted.shell_kubeconfig(namespace);
        if let Err(error) = files::create_dir_all(state).and_then(|()| files::write_atomic(&path, text.as_bytes())) {
            tracing::warn!(%error, "the shell goes without the lab's kubeconfig");
        }
        Self(path)
    }
}

impl Drop for ShellConfig {
    fn drop(&mut self) {
        if let Err(error) = files::remove(&self.0) {
            tracing::warn!(%error, "the shell's kubeconfig stays");
        }
    }
}

/// Removes what programs left that were killed.
fn sweep(state: &Path) {
    for name in files::names(state) {
        let number = name.strip_prefix(NAME).and_then(|number| number.parse().ok());
        let Some(pid) = number.and_then(Pid::from_raw) else { continue };
        if test_kill_process(pid) == Err(rustix::io::Errno::SRCH)
            && let Err(error) = files::remove(&state.join(name))
        {
            tracing::warn!(%error, "an old kubeconfig stays");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_dead_programs_left_is_swept() {
        let state = tempfile::tempdir().unwrap();
        let mut gone = std::process::Command::new("true").spawn().unwrap();
        gone.wait().unwrap();
        let dead = format!("{NAME}{}", gone.id());
        let own = format!("{NAME}{}", std::process::id());
        for name in [dead.as_str(), &own, "other"] {
            std::fs::write(state.path().join(name), "").unwrap();
        }
        sweep(state.path());
        let mut left = files::names(state.path());
        left.sort();
        assert_eq!(left, ["other", own.as_str()]);
        drop(ShellConfig(shell_config(state.path())));
        assert_eq!(files::names(state.path()), ["other"]);
    }
}
