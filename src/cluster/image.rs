//! Images of labs: what the machine's container runtime has of them, archives of them, and what nodes of kind have. An
//! image goes to a node as an archive, of which the node takes its own platform: `kind load` has it take all platforms of an
//! image, of which a runtime with containerd's store has kept only one (github.com/kubernetes-sigs/kind/issues/3795).

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::process::Command;

pub use super::container::{Container, ContainerTrouble};

use super::container;
use super::heard::{self, Failed, Hear};

/// How long a runtime may take to say something.
const ASKING: Duration = Duration::from_secs(20);
/// How long an image may take on its way.
const MOVING: Duration = Duration::from_secs(1800);

/// The nodes of a kind cluster, which run.
///
/// # Errors
/// When there are none, or one is stopped.
pub async fn nodes(cluster: &str) -> Result<Vec<Container>, ContainerTrouble> {
    let mut nodes = container::of_cluster(cluster).await?;
    nodes.retain(|node| node.role.is_some());
    match nodes.iter().find(|node| !node.running) {
        Some(stopped) => Err(ContainerTrouble::Stopped(stopped.name.clone())),
        None => Ok(nodes),
    }
}

/// The container runtime of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store(String);

impl Store {
    /// The first that answers.
    ///
    /// # Errors
    /// When none does: what the last one said.
    pub async fn find() -> Result<Self, ContainerTrouble> {
        let mut trouble = ContainerTrouble::NoRuntime;
        let chosen = std::env::var("KIND_EXPERIMENTAL_PROVIDER").ok();
        for program in container::programs(chosen.as_deref()) {
            match container::said(program, &["image", "ls", "-q"], &[], ASKING).await {
                Ok(_) => return Ok(Self(program.to_owned())),
                Err(ContainerTrouble::NoRuntime) => {}
                Err(other) => trouble = other,
            }
        }
        Err(trouble)
    }

    /// The bytes of an image that it has.
    pub async fn has(&self, image: &str) -> Option<u64> {
        let asked = ["image", "inspect", "--format", "{{.Size}}", image];
        let size = container::said(&self.0, &asked, &[], ASKING).await.ok()?;
        String::from_utf8_lossy(&size).trim().parse().ok()
    }

    /// The bytes that are to be fetched for an image, as far as its registry tells.
    pub async fn offered(&self, image: &str) -> Option<u64> {
        let told = container::said(&self.0, &["manifest", "inspect", "-v", image], &[], ASKING).await.ok()?;
        offered(&serde_json::from_slice(&told).ok()?, architecture())
    }

    /// Fetches an image; what has come before is not fetched again.
    ///
    /// # Errors
    /// What the runtime says.
    pub async fn fetch(&self, image: &str, hear: Hear<'_>) -> Result<(), ContainerTrouble> {
        self.run(&["pull".as_ref(), image.as_ref()], hear).await
    }

    /// Writes images into one archive.
    ///
    /// # Errors
    /// What the runtime says: it has none of them, or the disk is full.
    pub async fn save(&self, images: &[String], file: &Path, hear: Hear<'_>) -> Result<(), ContainerTrouble> {
        let several = (self.0 == "podman").then_some("-m".as_ref());
        let head = ["save".as_ref(), "-o".as_ref(), file.as_os_str()];
        let all: Vec<_> = head.into_iter().chain(several).chain(images.iter().map(|image| image.as_ref())).collect();
        self.run(&all, hear).await
    }

    /// Takes in all images of an archive.
    ///
    /// # Errors
    /// What the runtime says.
    pub async fn unpack(&self, file: &Path, hear: Hear<'_>) -> Result<(), ContainerTrouble> {
        self.run(&["load".as_ref(), "-i".as_ref(), file.as_os_str()], hear).await
    }

    async fn run(&self, arguments: &[&std::ffi::OsStr], hear: Hear<'_>) -> Result<(), ContainerTrouble> {
        let mut command = Command::new(&self.0);
        command.args(arguments).stdin(Stdio::null());
        moved(&self.0, command, hear).await
    }
}

impl Container {
    /// Which of these images the node has; names are whole (`docker.io/library/nginx:1.29`).
    ///
    /// # Errors
    /// When it cannot be asked.
    pub async fn images(&self) -> Result<Vec<String>, ContainerTrouble> {
        let all = self.text("ctr -n k8s.io images ls -q", &[], ASKING).await?;
        Ok(all.lines().map(str::to_owned).collect())
    }

    /// Takes an archive of images into the node.
    ///
    /// # Errors
    /// When the node does not take it.
    pub async fn import(&self, archive: &Path, hear: Hear<'_>) -> Result<(), ContainerTrouble> {
        let failed = |said: String| ContainerTrouble::Failed { program: self.runtime.clone(), said };
        let file = crate::files::open(archive).map_err(|error| failed(error.to_string()))?;
        let mut command = Command::new(&self.runtime);
        let platform = format!("linux/{}", architecture());
        let import = ["ctr", "-n", "k8s.io", "images", "import", "--platform", &platform, "-"];
        command.args(["exec", "-i", &self.id]).args(import).stdin(file);
        moved(&self.runtime, command, hear).await
    }
}

async fn moved(program: &str, command: Command, hear: Hear<'_>) -> Result<(), ContainerTrouble> {
    heard::run(command, MOVING, hear).await.map_err(|failed| match failed {
        Failed::Missing => ContainerTrouble::NoRuntime,
        Failed::Said(said) => ContainerTrouble::Failed { program: program.to_owned(), said },
    })
}

/// The name of an image as nodes have it: with its registry, and with a tag.
pub fn whole(image: &str) -> String {
    let (name, tail) = match image.split_once('@') {
        Some((name, digest)) => (name, format!("@{digest}")),
        None => match image.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')) {
            Some((name, tag)) => (name, format!(":{tag}")),
            None => (image, ":latest".to_owned()),
        },
    };
    // The first part is a registry when it looks like a host.
    let hosted = name.split_once('/').is_some_and(|(host, _)| host.contains(['.', ':']) || host == "localhost");
    let name = match (hosted, name.contains('/')) {
        (true, _) => name.to_owned(),
        (false, true) => format!("docker.io/{name}"),
        (false, false) => format!("docker.io/library/{name}"),
    };
    name + &tail
}

/// This machine's architecture, as images call it.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

/// The bytes of the layers for an architecture, of what `manifest inspect -v` tells: one image, or one for each platform.
fn offered(told: &Value, architecture: &str) -> Option<u64> {
    let fits = |one: &&Value| one["Descriptor"]["platform"]["architecture"] == architecture;
    let one = match told.as_array() {
        Some(all) => all.iter().find(fits)?,
        None => told,
    };
    let manifest = ["SchemaV2Manifest", "OCIManifest"].into_iter().find_map(|kind| one.get(kind))?;
    manifest["layers"].as_array()?.iter().map(|layer| layer["size"].as_u64()).sum()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_made_whole_as_containerd_does() {
        #[track_caller]
        fn check(image: &str, expected: &str) {
            assert_eq!(whole(image), expected);
        }
        check("nginx:1.29", "docker.io/library/nginx:1.29");
        check("nginx", "docker.io/library/nginx:latest");
        check("prom/prometheus:v3.16.0", "docker.io/prom/prometheus:v3.16.0");
        check("docker.io/library/nginx:1.29", "docker.io/library/nginx:1.29");
        check("registry.k8s.io/pause:3.10", "registry.k8s.io/pause:3.10");
        check("localhost:5000/a/b", "localhost:5000/a/b:latest");
        check("a@sha256:00", "docker.io/library/a@sha256:00");
    }

    #[test]
    fn what_is_fetched_is_the_layers_of_this_machines_platform() {
        let layers = |sizes: [u64; 2]| json!({"layers": sizes.map(|size| json!({"size": size}))});
        let one = |architecture: &str, kind: &str, sizes: [u64; 2]| json!({"Descriptor": {"platform": {"architecture": architecture}}, kind: layers(sizes)});
        let several = json!([one("arm64", "OCIManifest", [1, 2]), one("amd64", "SchemaV2Manifest", [30, 4])]);
        assert_eq!(offered(&several, "amd64"), Some(34));
        assert_eq!(offered(&several, "arm64"), Some(3));
        assert_eq!(offered(&several, "riscv64"), None);
        assert_eq!(offered(&one("amd64", "OCIManifest", [5, 6]), "arm64"), Some(11), "there is but one");
        assert_eq!(offered(&json!({"errors": []}), "amd64"), None);
    }
}
