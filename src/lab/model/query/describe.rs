//! A query in a learner's coordinates: which object it is about, and the command that asks the same.

use super::{AccessReview, Query, Way, Who};
use crate::lab::model::Target;
use crate::lab::verdict::ObjectRef;

impl Query {
    /// What it is about.
    pub fn subject(&self) -> ObjectRef {
        let of = |kind: &str, namespace: Option<&str>, name: &str| ObjectRef {
            kind: kind.into(),
            namespace: namespace.map(str::to_owned),
            name: name.into(),
        };
        match self {
            Self::Rbac(review) => match &review.who {
                Who::User(name) => of("User", None, name),
                Who::ServiceAccount { namespace, name } => of("ServiceAccount", Some(namespace), name),
            },
            Self::Http(request) => match &request.way {
                Way::Proxy { namespace, service } => of("Service", Some(namespace), service),
                Way::Forward(pods) => pods.described(),
                Way::Probe { service: Some((namespace, name)), .. } => of("Service", Some(namespace), name),
                Way::Probe { host, .. } => of("", None, &format!("{host}:{}", request.port)),
            },
            Self::Exec(run) => run.pods.described(),
            Self::Logs(logs) => logs.pods.described(),
            Self::Events(target) => target.described(),
            Self::Promql(promql) => of("Service", Some(&promql.namespace), &promql.service),
            Self::Helm(release) => of("Release", Some(&release.namespace), &release.name),
            Self::Node(question) => of("Node", None, &question.node.to_string()),
            Self::Kind(cluster) => of("kind", None, cluster),
            Self::ApiServer => of("", None, "kube-apiserver"),
            Self::Host(tool) => of("", None, tool.name()),
        }
    }

    /// What is asked of the subject, in few words, to stand before a field of the reply.
    pub fn topic(&self) -> Option<String> {
        match self {
            Self::Rbac(review) => Some(review.words()),
            Self::Http(request) => match &request.way {
                Way::Probe { from, speak, .. } => {
                    let path = if *speak { request.path.as_str() } else { "" };
                    Some(format!(":{}{path} ← {}", request.port, from.words()))
                }
                _ => Some(format!(":{}{}", request.port, request.path)),
            },
            Self::Exec(run) => Some(run.argv.join(" ")),
            Self::Logs(logs) if logs.previous => Some("logs --previous".into()),
            Self::Logs(_) => Some("logs".into()),
            Self::Promql(promql) => Some(promql.query.clone()),
            Self::Node(question) => Some(question.read.command()),
            Self::Events(_) | Self::Helm(_) | Self::Kind(_) | Self::ApiServer | Self::Host(_) => None,
        }
    }

    /// The command with which a learner asks the same.
    pub fn command(&self) -> Option<String> {
        let pods = |target: &Target| match (&target.name, target.labels.words()) {
            (Some(name), _) => name.clone(),
            (None, labels) if labels.is_empty() => String::new(),
            (None, labels) => format!("-l {}", quoted(&labels)),
        };
        let ns = |namespace: Option<&str>| namespace.map(|name| format!(" -n {name}")).unwrap_or_default();
        Some(match self {
            Self::Rbac(review) => review.command(),
            Self::Http(request) => match &request.way {
                Way::Proxy { namespace, service } => {
                    let path = format!(
                        "/api/v1/namespaces/{namespace}/services/{service}:{}/proxy{}",
                        request.port, request.path
                    );
                    format!("kubectl get --raw {}", quoted(&path))
                }
                Way::Forward(target) => {
                    format!("kubectl{} port-forward {} {}", ns(target.namespace.as_deref()), pods(target), request.port)
                }
                Way::Probe { from, host, speak, .. } => {
                    let (namespace, port) = (&from.namespace, &request.port);
                    let labels: Vec<String> = from.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
                    let labels =
                        if labels.is_empty() { String::new() } else { format!(" -l {}", quoted(&labels.join(","))) };
                    let asks = if *speak {
                        format!("wget -qO- -T 3 http://{host}:{port}{}", request.path)
                    } else {
                        format!("nc -w 3 {host} {port} -e echo connected")
                    };
                    format!(
                        "kubectl -n {namespace} run probe --rm -it --restart=Never --image=busybox:1.37{labels} -- {asks}"
                    )
                }
            },
            Self::Exec(run) => {
                let container = run.container.as_ref().map(|name| format!(" -c {name}")).unwrap_or_default();
                let argv: Vec<String> = run.argv.iter().map(|word| quoted(word)).collect();
                let pod = match &run.pods.name {
                    Some(name) => name.clone(),
                    None => "POD".into(),
                };
                format!("kubectl{} exec {pod}{container} -- {}", ns(run.pods.namespace.as_deref()), argv.join(" "))
            }
            Self::Logs(logs) => {
                let container = logs.container.as_ref().map(|name| format!(" -c {name}")).unwrap_or_default();
                let previous = if logs.previous { " --previous" } else { "" };
                format!("kubectl{} logs {}{container}{previous}", ns(logs.pods.namespace.as_deref()), pods(&logs.pods))
            }
            Self::Events(target) => match &target.name {
                Some(name) => format!(
                    "kubectl{} events --for={}/{name}",
                    ns(target.namespace.as_deref()),
                    target.kind.to_lowercase()
                ),
                None => format!("kubectl{} get events --sort-by=.lastTimestamp", ns(target.namespace.as_deref())),
            },
            Self::Promql(promql) => {
                format!("kubectl -n {} port-forward svc/{} {}", promql.namespace, promql.service, promql.port)
            }
            Self::Helm(release) => format!("helm -n {} status {}", release.namespace, release.name),
            Self::Kind(cluster) => format!("kind get nodes --name {cluster}"),
            // The container has the name of its node, which the lab does not know.
            Self::Node(question) => format!("docker exec NODE {}", question.read.command()),
            Self::ApiServer => "kubectl get --raw '/readyz?verbose'".into(),
            Self::Host(tool) => format!("{} {}", tool.name(), tool.arguments().join(" ")),
        })
    }
}

impl AccessReview {
    fn words(&self) -> String {
        let subresource = self.subresource.as_ref().map(|sub| format!("/{sub}")).unwrap_or_default();
        let name = self.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
        let place = self.namespace.as_ref().map(|namespace| format!(" -n {namespace}")).unwrap_or_default();
        format!("{} {}{subresource}{name}{place}", self.verb, self.plural())
    }

    fn plural(&self) -> String {
        if self.group.is_empty() { self.resource.clone() } else { format!("{}.{}", self.resource, self.group) }
    }

    fn command(&self) -> String {
        let who = match &self.who {
            Who::User(name) => name.clone(),
            Who::ServiceAccount { namespace, name } => format!("system:serviceaccount:{namespace}:{name}"),
        };
        let groups: String = self.groups.iter().map(|group| format!(" --as-group={}", quoted(group))).collect();
        let target = match (&self.name, &self.subresource) {
            (Some(name), _) => format!("{}/{name}", self.plural()),
            (None, _) => self.plural(),
        };
        let subresource = self.subresource.as_ref().map(|sub| format!(" --subresource={sub}")).unwrap_or_default();
        let place = self.namespace.as_ref().map_or_else(|| " -A".into(), |namespace| format!(" -n {namespace}"));
        format!("kubectl auth can-i {} {target}{subresource}{place} --as={who}{groups}", self.verb)
    }
}

impl super::Client {
    fn words(&self) -> String {
        let labels: Vec<String> = self.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let labels = if labels.is_empty() { String::new() } else { format!(" ({})", labels.join(",")) };
        format!("{}{labels}", self.namespace)
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
