//! What was seen of a cluster, as plain data: the engine fills it, `decide` reads it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::model::Query;
use super::verdict::Reason;

/// Milliseconds since the Unix epoch.
pub type Millis = i64;

/// One watch: a kind in a namespace (or in all, or cluster-scoped).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct WatchKey {
    /// `group/version`, or `v1`.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// `None`: cluster-scoped, or all namespaces.
    pub namespace: Option<String>,
}

/// An object as last seen. `managedFields` are kept: they say who changed what.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The object as JSON.
    pub object: Arc<Value>,
    /// When this run first saw it.
    pub first: Millis,
    /// When it last changed (equal to the session's first sight for what was there before).
    pub changed: Millis,
    /// True when it was there before the learner could have made it (the first list of this run, after setup).
    pub initial: bool,
    /// The version before the last change.
    pub before: Option<Arc<Value>>,
    /// When somebody changed more than its status last, and the version before that: reports follow at once.
    pub edited: Option<(Millis, Arc<Value>)>,
}

/// The objects of one watch by (namespace, name); namespace is empty for cluster-scoped kinds.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    /// What exists.
    pub present: BTreeMap<(String, String), Seen>,
    /// What was seen in this run and is gone: when, and as last seen.
    pub gone: BTreeMap<(String, String), (Millis, Arc<Value>)>,
}

/// The state of one watch.
#[derive(Clone, Debug)]
pub enum KindState {
    /// The first list has not come yet.
    Pending,
    /// In step with the cluster.
    Synced(Objects),
    /// The kind is not served: an empty selection, decided again when it appears.
    NotServed,
    /// It cannot be asked.
    Failed(Reason),
}

/// Everything `decide` may look at.
#[derive(Clone, Debug)]
pub struct Observation {
    /// By watch.
    pub kinds: BTreeMap<WatchKey, KindState>,
    /// By query. What is read from watches is among them only where a mutation would have it told otherwise.
    pub replies: BTreeMap<Query, Reply>,
    /// Whether the API server can be asked at all (the prober's word).
    pub reachable: Result<(), Reason>,
    /// What there is beside what is watched, as last asked: apiVersion, kind and metadata. Only near misses look here.
    pub elsewhere: Vec<Arc<Value>>,
}

impl Default for Observation {
    /// Nothing is watched.
    fn default() -> Self {
        Self { kinds: BTreeMap::new(), replies: BTreeMap::new(), reachable: Ok(()), elsewhere: Vec::new() }
    }
}

/// What came back for a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Reply {
    /// Nothing has come back yet.
    #[default]
    Pending,
    /// This.
    Said(Arc<Value>),
    /// There is nothing that could be asked: no such Pod, Service, program or cluster.
    Nothing,
    /// It could not be asked.
    Failed(Reason),
}

impl Reply {
    /// A reply of this value.
    pub fn said(value: Value) -> Self {
        Self::Said(Arc::new(value))
    }
}

/// What news is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// Objects of a watch.
    Watch(WatchKey),
    /// The reply to a query.
    Query(Query),
}
