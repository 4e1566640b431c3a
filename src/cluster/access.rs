//! Which cluster the learner means, and the terms under which it may be used. Asks nothing yet.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::lab::Lab;

/// Which cluster is meant.
#[derive(Clone, Debug)]
pub struct Access {
    /// A kubeconfig file; else `$KUBECONFIG`, else `~/.kube/config`.
    pub kubeconfig: Option<PathBuf>,
    /// A context; else the kind cluster of ours, or with a file its current context.
    pub context: Option<String>,
    /// What the learner has allowed.
    pub allow: Vec<Allowed>,
    /// The kind cluster of ours, `jotasu`.
    pub kind_cluster: String,
    /// How long a token may be used at most; it is renewed after half of that.
    pub token_life: Duration,
}

impl Default for Access {
    /// No file, no context, nothing allowed; tokens of an hour.
    fn default() -> Self {
        Self {
            kubeconfig: None,
            context: None,
            allow: Vec::new(),
            kind_cluster: String::new(),
            token_life: Duration::from_secs(3600),
        }
    }
}

/// One cluster the learner has allowed: an `[[allow]]` entry of the config file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The server's address, as in the kubeconfig.
    pub server: String,
    /// SHA-256, hexadecimal, over the DER form of every certificate of the cluster's authority, in the file's order.
    pub ca_sha256: String,
    /// The uid of the namespace `kube-system`.
    pub cluster_uid: String,
}

impl fmt::Display for Allowed {
    /// As it stands in the config file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { server, ca_sha256, cluster_uid } = self;
        write!(f, "[[allow]]\nserver = \"{server}\"\nca-sha256 = \"{ca_sha256}\"\ncluster-uid = \"{cluster_uid}\"\n")
    }
}

/// Where the credentials come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A kind cluster of ours, by its name: `kind get kubeconfig`, never the user's file.
    Kind(String),
    /// A kubeconfig, and the context within it; `None` is the current one.
    File(Option<PathBuf>, Option<String>),
}

impl Access {
    /// Where the credentials come from, as far as the names say; a file's current context may still name a kind cluster.
    pub fn origin(&self) -> Origin {
        match &self.context {
            Some(context) => match self.kind_name(context) {
                Some(name) => Origin::Kind(name.to_owned()),
                None => Origin::File(self.kubeconfig.clone(), Some(context.clone())),
            },
            None if self.kubeconfig.is_some() => Origin::File(self.kubeconfig.clone(), None),
            None => Origin::Kind(self.kind_cluster.clone()),
        }
    }

    /// The same for a lab: one that has a cluster for itself is done there, unless the learner names another.
    #[must_use]
    pub fn of(&self, lab: &Lab) -> Self {
        let named = self.context.is_some() || self.kubeconfig.is_some();
        let own = (lab.cluster.dedicated && !named).then(|| format!("kind-{}", lab.kind_cluster()));
        Self { context: own.or_else(|| self.context.clone()), ..self.clone() }
    }

    /// The kind cluster a context names, if it is one of ours (`kind-jotasu`, `kind-jotasu-*`).
    pub fn kind_name<'a>(&self, context: &'a str) -> Option<&'a str> {
        let name = context.strip_prefix("kind-")?;
        let rest = name.strip_prefix(&self.kind_cluster)?;
        (rest.is_empty() || rest.starts_with('-')).then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::wait::alone;
    use crate::lab::{ClusterSpec, Expectation};

    #[track_caller]
    fn check(kubeconfig: Option<&str>, context: Option<&str>, expected: Origin) {
        let access = Access {
            kubeconfig: kubeconfig.map(PathBuf::from),
            context: context.map(str::to_owned),
            kind_cluster: "jotasu".into(),
            ..Access::default()
        };
        assert_eq!(access.origin(), expected);
    }

    #[test]
    fn only_kind_clusters_of_our_name_are_ours() {
        let kind = |name: &str| Origin::Kind(name.into());
        let file = |file: Option<&str>, context: Option<&str>| {
            Origin::File(file.map(PathBuf::from), context.map(str::to_owned))
        };
        check(None, None, kind("jotasu"));
        check(None, Some("kind-jotasu"), kind("jotasu"));
        check(Some("f"), Some("kind-jotasu-test"), kind("jotasu-test"));
        check(None, Some("kind-jotasux"), file(None, Some("kind-jotasux")));
        check(None, Some("kind-other"), file(None, Some("kind-other")));
        check(None, Some("prod"), file(None, Some("prod")));
        check(Some("f"), None, file(Some("f"), None));
    }

    #[test]
    fn a_lab_that_breaks_nodes_has_its_own_cluster_unless_another_is_named() {
        let lab = |dedicated| {
            let cluster = ClusterSpec { dedicated, ..ClusterSpec::default() };
            Lab { id: "a".into(), cluster, ..alone(Expectation::AllOf(vec![]), Default::default()) }
        };
        let access = Access { kind_cluster: "jotasu".into(), ..Access::default() };
        assert_eq!(access.of(&lab(false)).origin(), Origin::Kind("jotasu".into()));
        assert_eq!(access.of(&lab(true)).origin(), Origin::Kind("jotasu-a".into()));
        let named = Access { context: Some("kind-jotasu-b".into()), ..access.clone() };
        assert_eq!(named.of(&lab(true)).origin(), Origin::Kind("jotasu-b".into()));
        let file = Access { kubeconfig: Some("f".into()), ..access };
        assert_eq!(file.of(&lab(true)).origin(), Origin::File(Some("f".into()), None));
    }

    #[test]
    fn an_entry_is_printed_as_the_file_wants_it() {
        let entry = Allowed { server: "https://a".into(), ca_sha256: "00".into(), cluster_uid: "u".into() };
        assert_eq!(entry.to_string(), "[[allow]]\nserver = \"https://a\"\nca-sha256 = \"00\"\ncluster-uid = \"u\"\n");
    }
}
