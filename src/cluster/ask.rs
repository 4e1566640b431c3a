//! Asks what watches do not tell. Every question is a read, but for the probe Pods that ask as a client in the cluster
//! would; who asks may do only that.

mod access;
mod containers;
mod host;
mod http;
mod kind;
mod node;
mod probe_pod;
mod prober;
mod prometheus;

use tokio::sync::watch;

use super::api::ApiError;
use super::probe;
use super::remote::Remote;
use crate::lab::{Query, Reason, Reply, Way};
pub(super) use host::ask as host;
pub use prober::Prober;

use serde_json::json;

/// With whose eyes is asked.
#[derive(Clone)]
pub struct Means {
    /// The reader, with its newest token.
    pub reader: watch::Receiver<Remote>,
    /// What may ask within the lab's namespaces.
    pub prober: Prober,
    /// The kind cluster whose nodes may be looked into, if it is one of ours.
    pub kind: Option<String>,
}

impl Means {
    fn reader(&self) -> Remote {
        self.reader.borrow().clone()
    }
}

/// What the learner's machine says, where it is asked and no cluster is.
pub async fn outside(query: &Query) -> Option<Reply> {
    match query {
        Query::Kind(cluster) => Some(kind::ask(cluster).await),
        Query::Host(tool) => Some(host::ask(*tool).await),
        _ => None,
    }
}

/// Asks once.
pub async fn answer(query: &Query, means: &Means) -> Reply {
    if let Some(reply) = outside(query).await {
        return reply;
    }
    let answered = match query {
        Query::Rbac(review) => access::ask(review, &means.reader()).await,
        Query::Http(request) => match &request.way {
            Way::Proxy { namespace, service } => http::proxied(request, namespace, service, means).await,
            Way::Forward(pods) => http::forwarded(request, pods, means).await,
            Way::Probe { .. } => probe_pod::ask(request, means).await,
        },
        Query::Exec(run) => containers::run(run, means).await,
        Query::Logs(logs) => containers::logs(logs, means).await,
        Query::Promql(promql) => prometheus::ask(promql, means).await,
        Query::ApiServer => Ok(Some(api_server(means).await)),
        Query::Node(question) => return node::ask(question, means).await,
        Query::Events(_) | Query::Helm(_) | Query::Kind(_) | Query::Host(_) => return Reply::Pending,
    };
    match answered {
        Ok(Some(value)) => Reply::said(value),
        Ok(None) => Reply::Nothing,
        Err(error) if error.missing() => Reply::Nothing,
        // What asks is still being made.
        Err(error) if error.reason == Reason::Connecting => Reply::Pending,
        Err(error) => Reply::Failed(error.reason),
    }
}

/// What is said of the API server itself: that it does not answer is an answer here.
async fn api_server(means: &Means) -> serde_json::Value {
    match probe::ready(&means.reader().api).await {
        Ok(()) => json!({"answer": "ready", "failing": []}),
        Err(Reason::NotReady(failing)) => {
            json!({"answer": "not ready", "failing": failing.split(", ").collect::<Vec<_>>()})
        }
        // It turned us away, so it is there.
        Err(Reason::Unauthorized | Reason::Forbidden(_)) => json!({"answer": "ready", "failing": []}),
        Err(_) => json!({"answer": "silent", "failing": []}),
    }
}

/// What a query has found, `None` where there is nothing to ask.
type Answer = Result<Option<serde_json::Value>, ApiError>;
