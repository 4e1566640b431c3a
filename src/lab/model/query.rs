//! What is asked where no watch tells: of the API server, of programs in the cluster, of its nodes, of the learner's
//! machine. A query says what and whom; its reply is JSON of a fixed shape, so that `match` and CEL read it as they read
//! objects. Who asks, and when, is the engine's.
//!
//! | query | reply |
//! | --- | --- |
//! | `rbac` | `{answer: allowed or denied, reason}` |
//! | `http` | `{connect: allowed, refused, dropped or unresolved, status, headers, body, error}`; absent what is not known |
//! | `exec` | `{exitCode, stdout, stderr}` |
//! | `logs` | `{text}`: the newest lines |
//! | `events` | `{events: [{type, reason, message, count}]}`, newest first |
//! | `promql` | `{samples: [{metric: {…}, value}]}`; `{error}` where no Prometheus answers behind the Service |
//! | `helm` | `{revision, status, chart: {name, version, appVersion}, values, error}` |
//! | `node` | by what is read: see [`NodeRead`] |
//! | `kind` | `{nodes: [{name, role, image, running, ports: [{host, container}]}]}` |
//! | `apiserver` | `{answer: ready, not ready or silent, failing: [check]}` |
//! | `host` | `{version}` |

mod describe;
mod node;
mod tool;

use std::collections::BTreeMap;

pub use node::{NodeQuestion, NodeRead, Unit};
pub use tool::Tool;

use super::{LabelSelector, Target};

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Query {
    /// May somebody do something? (SubjectAccessReview)
    Rbac(AccessReview),
    /// What does a server answer?
    Http(Request),
    /// What does a program in a container say?
    Exec(Run),
    /// What has a container written?
    Logs(Logs),
    /// What was reported about objects? Read from a watch.
    Events(Target),
    /// What does a Prometheus answer?
    Promql(Promql),
    /// In which state is a Helm release? Read from a watch.
    Helm(Release),
    /// What does a kind node look like inside?
    Node(NodeQuestion),
    /// Which nodes does a kind cluster of ours have?
    Kind(String),
    /// Is the API server ready?
    ApiServer,
    /// Is a program there, in which version?
    Host(Tool),
}

/// Who wants to do what.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct AccessReview {
    /// Who.
    pub who: Who,
    /// Groups besides those a ServiceAccount has anyway.
    pub groups: Vec<String>,
    /// The verb: `get`, `create`, `use` …
    pub verb: String,
    /// The resource's plural.
    pub resource: String,
    /// Its API group; empty for the core group.
    pub group: String,
    /// `log`, `exec`, `scale` …
    pub subresource: Option<String>,
    /// One object by name.
    pub name: Option<String>,
    /// `None`: cluster-wide.
    pub namespace: Option<String>,
}

/// Whose rights are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Who {
    /// A user by name.
    User(String),
    /// A ServiceAccount.
    ServiceAccount {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
}

/// An HTTP request, and the way it goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct Request {
    /// The way.
    pub way: Way,
    /// The port: a number, or a Service's name for it.
    pub port: String,
    /// The path with its query.
    pub path: String,
    /// Headers to send.
    pub headers: BTreeMap<String, String>,
}

/// How a request reaches its server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Way {
    /// Through the API server, to a Service.
    Proxy {
        /// The Service's namespace.
        namespace: String,
        /// The Service's name.
        service: String,
    },
    /// Straight to a Pod's port.
    Forward(Target),
    /// From a probe Pod within the cluster: what a client with these labels sees.
    Probe {
        /// Whence.
        from: Client,
        /// The host: a Service's DNS name or an address.
        host: String,
        /// The Service that is meant, where it is one of the cluster's: namespace and name.
        service: Option<(String, String)>,
        /// Speak HTTP; else only the connection counts.
        speak: bool,
    },
}

/// Where a probe Pod stands, and what it looks like to policies.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct Client {
    /// Its namespace.
    pub namespace: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
}

/// A program in a container.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct Run {
    /// The Pods; the first by name that runs is asked.
    pub pods: Target,
    /// The container; the first when absent.
    pub container: Option<String>,
    /// Program and arguments. No shell.
    pub argv: Vec<String>,
}

/// The log of a container.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct Logs {
    /// The Pods: the newest lines of each, in the order of their names.
    pub pods: Target,
    /// The container; the first when absent.
    pub container: Option<String>,
    /// Of the run before the last restart.
    pub previous: bool,
    /// Lines of each Pod.
    pub tail: u32,
}

/// An instant query to a Prometheus behind a Service.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct Promql {
    /// The Service's namespace.
    pub namespace: String,
    /// The Service's name.
    pub service: String,
    /// Its port, by number or name.
    pub port: String,
    /// PromQL.
    pub query: String,
}

/// A Helm release.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct Release {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl Request {
    /// The reply to a connection that was dropped: nothing more is known of it.
    pub fn dropped() -> serde_json::Value {
        serde_json::json!({"connect": "dropped", "error": "timed out"})
    }
}

impl Promql {
    /// The Service.
    pub fn target(&self) -> Target {
        Target {
            api_version: "v1".into(),
            kind: "Service".into(),
            namespace: Some(self.namespace.clone()),
            name: Some(self.service.clone()),
            labels: LabelSelector::default(),
            fields: BTreeMap::new(),
        }
    }
}

impl Query {
    /// Whether the API server has to be there for it.
    pub fn needs_api(&self) -> bool {
        !matches!(self, Self::Node(_) | Self::Kind(_) | Self::ApiServer | Self::Host(_))
    }

    /// Whether the learner's machine answers it, without any cluster.
    pub fn is_outside(&self) -> bool {
        matches!(self, Self::Kind(_) | Self::Host(_))
    }

    /// Whether real nodes answer it, and simulated ones do not.
    pub fn needs_nodes(&self) -> bool {
        matches!(self, Self::Http(_) | Self::Exec(_) | Self::Logs(_) | Self::Promql(_) | Self::Node(_) | Self::Kind(_))
    }

    /// Whether it is read from watches, and asks nobody.
    pub fn watched(&self) -> bool {
        matches!(self, Self::Events(_) | Self::Helm(_))
    }

    /// The namespaces in which the prober works for it.
    pub fn probes_in(&self) -> Vec<&str> {
        match self {
            Self::Http(request) => match &request.way {
                Way::Proxy { namespace, .. } => vec![namespace],
                Way::Forward(pods) => pods.namespace.as_deref().into_iter().collect(),
                Way::Probe { from, .. } => vec![&from.namespace],
            },
            Self::Exec(run) => run.pods.namespace.as_deref().into_iter().collect(),
            Self::Logs(logs) => logs.pods.namespace.as_deref().into_iter().collect(),
            Self::Promql(promql) => vec![&promql.namespace],
            _ => Vec::new(),
        }
    }
}
