//! A file or link within a node, out and in exactly: bytes, mode, owner. What is written there is whole or not at all.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::cluster::container::{Container, ContainerTrouble};
use crate::text::josa;

const LIMIT: Duration = Duration::from_secs(30);

/// `link TARGET`, or `file MODE UID:GID BASE64`.
const TAKE: &str = r#"
if [ -L "$1" ]; then printf 'link %s' "$(readlink -- "$1" | base64 -w0)"
else [ -f "$1" ]; printf 'file %s %s' "$(stat -c '%a %u:%g' -- "$1")" "$(base64 -w0 -- "$1")"; fi
"#;

/// The file is written beside its place, held against its sum and renamed. The kubelet reads no manifest whose name
/// begins with a dot; containerd takes no notice of a file that is renamed into its folder, but of one that goes.
const PUT: &str = r#"
d=${1%/*}; n=$d/.jotasu-new; m=$d/.jotasu-now; trap 'rm -f -- "$n" "$m"' EXIT
base64 -d > "$n"
[ "$(sha256sum < "$n")" = "$4  -" ]
chown "$3" "$n"; chmod "$2" "$n"; sync "$n"; mv -fT -- "$n" "$1"
echo > "$m"; rm -f -- "$m"
"#;

const LINK: &str = r#"n=${1%/*}/.jotasu-new; ln -sfnT -- "$2" "$n"; mv -fT -- "$n" "$1""#;

const REMOVE: &str = r#"rm -f -- "$1""#;

/// A file or link of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeFile {
    /// Where it is.
    pub path: String,
    /// What is there.
    pub content: Content,
}

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// A link to another path.
    Link(String),
    /// A file.
    File {
        /// Its mode, octal.
        mode: String,
        /// `uid:gid`.
        owner: String,
        /// Its bytes, in base64.
        bytes: String,
    },
}

impl NodeFile {
    /// Copies it out of a node.
    ///
    /// # Errors
    /// When it is not there, or the node cannot be asked.
    pub async fn take(container: &Container, path: &str) -> Result<Self, ContainerTrouble> {
        let said = container.text(TAKE, &[path], LIMIT).await?;
        taken(path, &said).ok_or_else(|| ContainerTrouble::Failed {
            program: container.runtime.clone(),
            said: format!("{}의 {} 읽지 못했어요.", container.name, josa(path, "을/를")),
        })
    }

    /// Puts it into a node, whatever is there.
    ///
    /// # Errors
    /// When the node cannot be asked, or has not taken it whole; then what was there is there still.
    pub async fn put(&self, container: &Container) -> Result<(), ContainerTrouble> {
        match &self.content {
            Content::Link(target) => container.shell(LINK, &[&self.path, target], &[], LIMIT).await?,
            Content::File { mode, owner, bytes } => {
                let sum = Sha256::digest(STANDARD.decode(bytes).unwrap_or_default());
                let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
                container.shell(PUT, &[&self.path, mode, owner, &sum], bytes.as_bytes(), LIMIT).await?
            }
        };
        Ok(())
    }

    /// Its text; empty for a link.
    pub fn read(&self) -> String {
        let Content::File { bytes, .. } = &self.content else { return String::new() };
        String::from_utf8_lossy(&STANDARD.decode(bytes).unwrap_or_default()).into_owned()
    }

    /// The same file with another text.
    #[must_use]
    pub fn with(&self, text: &str) -> Self {
        let mut changed = self.clone();
        if let Content::File { bytes, .. } = &mut changed.content {
            *bytes = STANDARD.encode(text);
        }
        changed
    }

    /// A file that only its owner, root, may read.
    #[cfg(test)]
    pub fn text(path: &str, text: &str) -> Self {
        let content = Content::File { mode: "600".into(), owner: "0:0".into(), bytes: STANDARD.encode(text) };
        Self { path: path.into(), content }
    }
}

/// Removes a file of a node.
///
/// # Errors
/// When the node cannot be asked.
pub async fn remove(container: &Container, path: &str) -> Result<(), ContainerTrouble> {
    container.shell(REMOVE, &[path], &[], LIMIT).await.map(|_| ())
}

/// What [`TAKE`] said.
fn taken(path: &str, said: &str) -> Option<NodeFile> {
    let words: Vec<&str> = said.split(' ').collect();
    let content = match words.as_slice() {
        ["link", target] => {
            let target = String::from_utf8(STANDARD.decode(target).ok()?).ok()?;
            Content::Link(target.trim_end_matches('\n').to_owned())
        }
        ["file", mode, owner, bytes] => {
            STANDARD.decode(bytes).ok()?;
            Content::File { mode: (*mode).to_owned(), owner: (*owner).to_owned(), bytes: (*bytes).to_owned() }
        }
        _ => return None,
    };
    Some(NodeFile { path: path.to_owned(), content })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use super::*;
    use crate::lab::NodeRole;

    /// A "runtime" that runs the script on this machine: the words before the program are dropped.
    fn here(folder: &Path) -> Container {
        let runtime = folder.join("runtime");
        fs::write(&runtime, "#!/bin/sh\nshift 3\nexec \"$@\"\n").unwrap();
        fs::set_permissions(&runtime, fs::Permissions::from_mode(0o755)).unwrap();
        Container {
            runtime: runtime.to_str().unwrap().into(),
            id: "id".into(),
            name: "node".into(),
            role: Some(NodeRole::Worker),
            running: true,
            image: String::new(),
            ports: Vec::new(),
        }
    }

    #[tokio::test]
    async fn a_file_goes_out_and_in_exactly() {
        let folder = tempfile::tempdir().unwrap();
        let node = here(folder.path());
        let path = folder.path().join("it's a \"file\".yaml");
        let bytes: Vec<u8> = (0..=255_u8).chain([0, 10, 10]).collect();
        fs::write(&path, &bytes).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let path = path.to_str().unwrap();
        let original = NodeFile::take(&node, path).await.unwrap();
        original.with("다른 것\n").put(&node).await.unwrap();
        assert_eq!(fs::read_to_string(path).unwrap(), "다른 것\n");
        assert_eq!(original.with("다른 것\n").read(), "다른 것\n");
        remove(&node, path).await.unwrap();
        assert!(NodeFile::take(&node, path).await.is_err());
        for _ in 0..2 {
            original.put(&node).await.unwrap();
            assert_eq!(fs::read(path).unwrap(), bytes);
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o7777, 0o640);
            assert_eq!(NodeFile::take(&node, path).await.unwrap(), original);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left");
        let json = serde_json::to_string(&original).unwrap();
        assert_eq!(serde_json::from_str::<NodeFile>(&json).unwrap(), original);
    }

    #[tokio::test]
    async fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let node = here(folder.path());
        let path = folder.path().join("current.pem");
        std::os::unix::fs::symlink("of 2026.pem", &path).unwrap();
        let path = path.to_str().unwrap();
        let link = NodeFile::take(&node, path).await.unwrap();
        assert_eq!(link.content, Content::Link("of 2026.pem".into()));
        fs::remove_file(path).unwrap();
        fs::write(path, "no link").unwrap();
        link.put(&node).await.unwrap();
        link.put(&node).await.unwrap();
        assert_eq!(fs::read_link(path).unwrap().to_str(), Some("of 2026.pem"));
    }

    #[tokio::test]
    async fn half_a_file_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let node = here(folder.path());
        let path = folder.path().join("a.yaml");
        fs::write(&path, "old").unwrap();
        let path = path.to_str().unwrap();
        let sum: String = Sha256::digest(b"a whole file").iter().map(|byte| format!("{byte:02x}")).collect();
        let half = STANDARD.encode("a whole");
        assert!(node.shell(PUT, &[path, "600", "0:0", &sum], half.as_bytes(), LIMIT).await.is_err());
        assert_eq!(fs::read_to_string(path).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
