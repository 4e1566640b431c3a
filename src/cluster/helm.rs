//! Drives the `helm` command for a lab's action: in a folder of its own, on the admitted cluster and no other, after what
//! the chart would make has been held against what the lab owns and declares.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

use super::guard::Admitted;
use super::trouble::Trouble;
use crate::files::{self, Scratch};
use crate::lab::HelmCall;
use crate::yaml;

/// The longest that helm may take; its own `--timeout` ends it before that with better words.
const LIMIT: Duration = Duration::from_secs(600);
/// What of the learner's own settings would lead it elsewhere.
const THEIRS: [&str; 13] = [
    "KUBECONFIG",
    "HELM_DRIVER",
    "HELM_NAMESPACE",
    "HELM_KUBECONTEXT",
    "HELM_KUBETOKEN",
    "HELM_KUBEAPISERVER",
    "HELM_KUBEASUSER",
    "HELM_KUBEASGROUPS",
    "HELM_KUBECAFILE",
    "HELM_KUBEINSECURE_SKIP_TLS_VERIFY",
    "HELM_KUBETLS_SERVER_NAME",
    "HELM_POST_RENDERER",
    "HELM_PLUGINS",
];

/// One call, ready to be made.
pub struct Helm<'a> {
    call: &'a HelmCall,
    folder: Scratch,
}

impl<'a> Helm<'a> {
    /// Lays out the lab's files and the credentials, for as long as this lives.
    ///
    /// # Errors
    /// When the disk takes no file.
    pub fn new(call: &'a HelmCall, admitted: &Admitted) -> Result<Self, Trouble> {
        let folder = files::scratch()?;
        for (path, bytes) in &call.files {
            let path = folder.path().join("lab").join(path);
            if let Some(above) = path.parent() {
                files::create_dir_all(above)?;
            }
            files::write_atomic(&path, bytes)?;
        }
        files::create_dir_all(&folder.path().join("lab"))?;
        files::write_atomic(&folder.path().join("kubeconfig"), admitted.kubeconfig().as_bytes())?;
        Ok(Self { call, folder })
    }

    /// What installing or upgrading would make: the manifest, the hooks, and the CRDs that the chart brings.
    ///
    /// # Errors
    /// As [`Helm::run`].
    pub async fn makes(&self) -> Result<Vec<Value>, Trouble> {
        let Some(chart) = &self.call.chart else { return Ok(Vec::new()) };
        let mut argv: Vec<&str> = self.call.argv.iter().map(String::as_str).collect();
        argv.extend(["--dry-run=server", "--output", "json"]);
        let said = self.helm(&argv).await?;
        let release: Value = said
            .find('{')
            .and_then(|at| said.get(at..))
            .and_then(|json| serde_json::from_str(json).ok())
            .ok_or_else(|| impossible(&argv, "무엇을 만들지 알 수 없어요."))?;
        let mut texts = vec![release["manifest"].as_str().unwrap_or_default().to_owned()];
        let hooks = release["hooks"].as_array().into_iter().flatten();
        texts.extend(hooks.filter_map(|hook| hook["manifest"].as_str()).map(str::to_owned));
        if !self.call.argv.iter().any(|word| word == "--skip-crds") {
            let mut show = vec!["show", "crds", chart];
            let version = self.call.argv.iter().position(|word| word == "--version");
            let version = version.and_then(|at| self.call.argv.get(at + 1));
            show.extend(version.iter().flat_map(|version| ["--version", version]));
            texts.push(self.helm(&show).await?);
        }
        let mut objects = Vec::new();
        for text in texts {
            let nodes =
                yaml::parse(chart, &text).map_err(|_| impossible(&argv, "차트가 만든 YAML을 읽을 수 없어요."))?;
            objects.extend(nodes.iter().filter(|node| !node.is_null()).map(yaml::Node::json));
        }
        Ok(objects)
    }

    /// Does it.
    ///
    /// # Errors
    /// When helm is not installed, takes too long, or fails: in its own words.
    pub async fn run(&self) -> Result<(), Trouble> {
        let argv: Vec<&str> = self.call.argv.iter().map(String::as_str).collect();
        self.helm(&argv).await.map(drop)
    }

    async fn helm(&self, argv: &[&str]) -> Result<String, Trouble> {
        let root = self.folder.path();
        let mut command = Command::new("helm");
        command.args(argv).current_dir(root.join("lab")).stdin(Stdio::null()).kill_on_drop(true);
        THEIRS.iter().for_each(|name| {
            command.env_remove(name);
        });
        // No plugin and no repository of the learner's takes part.
        for (name, folder) in [("CACHE", "cache"), ("CONFIG", "config"), ("DATA", "data")] {
            command.env(format!("HELM_{name}_HOME"), root.join(folder));
        }
        command.env("KUBECONFIG", root.join("kubeconfig"));
        let output = match timeout(LIMIT, command.output()).await {
            Ok(Ok(output)) => output,
            Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                let text = "helm이 설치되어 있지 않아요. `jotasu doctor`가 설치하는 법을 알려 줘요.";
                return Err(Trouble::Impossible(text.into()));
            }
            Ok(Err(error)) => return Err(impossible(argv, &error.to_string())),
            Err(_) => return Err(impossible(argv, &format!("{}초 안에 끝나지 않았어요.", LIMIT.as_secs()))),
        };
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(impossible(argv, String::from_utf8_lossy(&output.stderr).trim()))
    }
}

fn impossible(argv: &[&str], why: &str) -> Trouble {
    let verb = argv.iter().take(2).copied().collect::<Vec<_>>().join(" ");
    Trouble::Impossible(format!("helm {verb}: {why}"))
}
