//! The programs whose presence may be asked for, and how each says its version. A closed list: no lab runs a program of
//! its own choice on the learner's machine.

/// A program on the learner's machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tool {
    /// kubectl, the client alone.
    Kubectl,
    /// Docker, the client.
    Docker,
    /// Podman.
    Podman,
    /// nerdctl.
    Nerdctl,
    /// kind.
    Kind,
    /// Helm.
    Helm,
    /// kustomize.
    Kustomize,
    /// istioctl.
    Istioctl,
    /// argocd.
    Argocd,
    /// etcdctl.
    Etcdctl,
    /// etcdutl.
    Etcdutl,
    /// crictl.
    Crictl,
    /// k9s.
    K9s,
    /// git.
    Git,
    /// jq.
    Jq,
    /// curl.
    Curl,
    /// OpenSSL.
    Openssl,
}

impl Tool {
    /// All of them, by name.
    pub const ALL: [(&'static str, Self); 17] = [
        ("kubectl", Self::Kubectl),
        ("docker", Self::Docker),
        ("podman", Self::Podman),
        ("nerdctl", Self::Nerdctl),
        ("kind", Self::Kind),
        ("helm", Self::Helm),
        ("kustomize", Self::Kustomize),
        ("istioctl", Self::Istioctl),
        ("argocd", Self::Argocd),
        ("etcdctl", Self::Etcdctl),
        ("etcdutl", Self::Etcdutl),
        ("crictl", Self::Crictl),
        ("k9s", Self::K9s),
        ("git", Self::Git),
        ("jq", Self::Jq),
        ("curl", Self::Curl),
        ("openssl", Self::Openssl),
    ];

    /// The name of the program.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, tool)| *tool == self).map_or("", |(name, _)| name)
    }

    /// What makes it say its version, without asking a server.
    pub fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Kubectl => &["version", "--client"],
            Self::Istioctl => &["version", "--remote=false"],
            Self::Argocd => &["version", "--client", "--short"],
            Self::Kind | Self::Etcdctl | Self::Etcdutl | Self::Kustomize | Self::Openssl => &["version"],
            Self::Helm => &["version", "--short"],
            Self::K9s => &["version", "--short"],
            _ => &["--version"],
        }
    }

    /// The version in what it printed: the first thing of the shape `1.2` or `1.2.3`.
    pub fn version(printed: &str) -> Option<String> {
        let starts = printed.match_indices(|c: char| c.is_ascii_digit()).map(|(at, _)| at);
        starts.filter_map(|at| printed.get(at..)).find_map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let version = rest.get(..end)?.trim_end_matches('.');
            version.contains('.').then(|| version.to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(printed: &str, expected: Option<&str>) {
        assert_eq!(Tool::version(printed).as_deref(), expected, "{printed}");
    }

    #[test]
    fn versions_are_found_in_what_programs_print() {
        check("Client Version: v1.36.3\nKustomize Version: v5.8.1", Some("1.36.3"));
        check("kind v0.33.0 go1.26.0 linux/amd64", Some("0.33.0"));
        check("Docker version 20.10.24+dfsg1, build 297e128", Some("20.10.24"));
        check("etcdctl version: 3.6.8\nAPI version: 3.6", Some("3.6.8"));
        check("jq-1.6", Some("1.6"));
        check("curl 7.88.1 (x86_64-pc-linux-gnu)", Some("7.88.1"));
        check("v3.19.0+gabc123", Some("3.19.0"));
        check("nothing 42 here", None);
    }

    #[test]
    fn every_tool_has_its_name() {
        for (name, tool) in Tool::ALL {
            assert_eq!(tool.name(), name);
        }
    }
}
