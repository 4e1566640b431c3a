//! Where the programs of a Kubernetes control plane lie on this machine. Looks only; installs nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The programs of a control plane on which Pods become Ready, in the order in which they start.
pub const PROGRAMS: [&str; 5] = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"];

/// How much of Kubernetes the programs found here can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// An API server that stores objects; nothing acts on them.
    Api,
    /// Controllers, a scheduler and KWOK nodes too: workloads become Ready.
    Workloads,
}

/// The programs found, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    programs: BTreeMap<&'static str, PathBuf>,
    kubectl: Option<PathBuf>,
}

impl Assets {
    /// Looks in `$JOTASU_TESTBED_ASSETS`, `$KUBEBUILDER_ASSETS`, `~/.cache/jotasu-testbed/bin` and `PATH`: the first folder
    /// that has everything, else the first that has an API server and etcd.
    ///
    /// # Errors
    /// Which folders were looked in, when none has both.
    pub fn find() -> Result<Self, Missing> {
        Self::find_in(&folders(|name| std::env::var_os(name).map(PathBuf::from)))
    }

    /// As [`Assets::find`], in these folders only.
    ///
    /// # Errors
    /// When none of them has an API server and etcd.
    pub fn find_in(folders: &[PathBuf]) -> Result<Self, Missing> {
        let found: Vec<Self> = folders.iter().filter_map(|folder| Self::in_folder(folder)).collect();
        let whole = found.iter().find(|assets| assets.tier() == Tier::Workloads);
        whole.or(found.first()).cloned().ok_or_else(|| Missing { folders: folders.to_vec() })
    }

    fn in_folder(folder: &Path) -> Option<Self> {
        let file = |name: &str| Some(folder.join(name)).filter(|path| path.is_file());
        let programs: BTreeMap<_, _> = PROGRAMS.iter().filter_map(|name| Some((*name, file(name)?))).collect();
        let enough = programs.contains_key("etcd") && programs.contains_key("kube-apiserver");
        enough.then(|| Self { programs, kubectl: file("kubectl") })
    }

    /// What can be started with them.
    pub fn tier(&self) -> Tier {
        if self.missing().is_empty() { Tier::Workloads } else { Tier::Api }
    }

    /// The programs that are not there, by name.
    pub fn missing(&self) -> Vec<&'static str> {
        PROGRAMS.into_iter().filter(|name| !self.programs.contains_key(name)).collect()
    }

    /// The path of one of [`PROGRAMS`].
    pub fn program(&self, name: &str) -> Option<&Path> {
        self.programs.get(name).map(PathBuf::as_path)
    }

    /// `kubectl` beside them, where there is one.
    pub fn kubectl(&self) -> Option<&Path> {
        self.kubectl.as_deref()
    }
}

/// No folder has both `kube-apiserver` and `etcd`.
#[derive(Debug, thiserror::Error)]
#[error("no kube-apiserver and etcd in {}", .folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", "))]
pub struct Missing {
    /// Where it was looked for.
    pub folders: Vec<PathBuf>,
}

fn folders(variable: impl Fn(&str) -> Option<PathBuf>) -> Vec<PathBuf> {
    let cache = variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")));
    let state = variable("JOTASU_TESTBED").or_else(|| Some(cache?.join("jotasu-testbed")));
    let named =
        [variable("JOTASU_TESTBED_ASSETS"), variable("KUBEBUILDER_ASSETS"), state.map(|state| state.join("bin"))];
    let path = variable("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    named.into_iter().flatten().chain(path).filter(|folder| !folder.as_os_str().is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(variables: &[(&str, &str)], expected: &[&str]) {
        let found = folders(|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into()));
        assert_eq!(found, expected.iter().map(PathBuf::from).collect::<Vec<_>>());
    }

    #[test]
    fn named_folders_come_before_the_cache_and_the_path() {
        check(&[], &[]);
        check(&[("HOME", "/h")], &["/h/.cache/jotasu-testbed/bin"]);
        check(&[("HOME", "/h"), ("XDG_CACHE_HOME", "/c")], &["/c/jotasu-testbed/bin"]);
        check(&[("HOME", "/h"), ("JOTASU_TESTBED", "/s")], &["/s/bin"]);
        check(
            &[("KUBEBUILDER_ASSETS", "/k"), ("JOTASU_TESTBED_ASSETS", "/a"), ("PATH", "/x:/y"), ("HOME", "/h")],
            &["/a", "/k", "/h/.cache/jotasu-testbed/bin", "/x", "/y"],
        );
    }

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        folder
    }

    #[test]
    fn the_first_whole_folder_wins_over_an_earlier_part() {
        let (none, part, whole) = (folder(&["etcd"]), folder(&["etcd", "kube-apiserver"]), folder(&PROGRAMS));
        let paths = [none.path().into(), part.path().into(), whole.path().into()];
        assert_eq!(Assets::find_in(&paths).unwrap().program("etcd"), Some(whole.path().join("etcd").as_path()));
        let assets = Assets::find_in(&paths[..2]).unwrap();
        assert_eq!(assets.tier(), Tier::Api);
        assert_eq!(assets.missing(), ["kube-controller-manager", "kube-scheduler", "kwok"]);
        assert_eq!(assets.kubectl(), None);
        assert_eq!(Assets::find_in(&paths[..1]).unwrap_err().folders.len(), 1);
    }
}
