//! The four folders of the program, by the XDG rules.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

const NAME: &str = "jotasu";

/// Where the program's files are; none of them need exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// `config.toml`.
    pub config: PathBuf,
    /// Progress.
    pub data: PathBuf,
    /// Memory of running labs.
    pub state: PathBuf,
    /// What can be made again.
    pub cache: PathBuf,
}

impl Home {
    /// The XDG folders, or four folders below an explicit one. Without a home folder at all, `.jotasu` here.
    pub fn find(explicit: Option<&Path>) -> Self {
        match (explicit, etcetera::base_strategy::Xdg::new()) {
            (Some(folder), _) => Self::below(folder),
            (None, Err(_)) => Self::below(Path::new(".jotasu")),
            (None, Ok(xdg)) => Self {
                config: xdg.config_dir().join(NAME),
                data: xdg.data_dir().join(NAME),
                state: xdg.state_dir().unwrap_or_else(|| xdg.data_dir()).join(NAME),
                cache: xdg.cache_dir().join(NAME),
            },
        }
    }

    /// All four below one folder.
    pub fn below(folder: &Path) -> Self {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
        Self {
            config: folder.join("config"),
            data: folder.join("data"),
            state: folder.join("state"),
            cache: folder.join("cache"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explicit_home_holds_all_four() {
        let home = Home::find(Some(Path::new("/tmp/h")));
        let all = [&home.config, &home.data, &home.state, &home.cache];
        assert!(all.iter().all(|folder| folder.starts_with("/tmp/h")));
        assert!(Home::find(Some(Path::new("h"))).data.is_absolute());
    }
}
