//! What is said of a check, as values; `say` makes the sentences.

mod cause;
mod near;

use serde_json::Value;

pub use cause::{Backend, Cause, Claim, Limits, Probe, PullFailure, Refusal, Scaling};
pub use near::NearMiss;

/// The state of one check.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It holds.
    Passed,
    /// Nothing it selects has existed or changed since the start: not the learner's mistake yet.
    Waiting,
    /// On its way: held for less than `holdFor`, or false within `within` of the last change.
    Progressing(Option<Box<Finding>>),
    /// It does not hold.
    Failed(Box<Finding>),
    /// A check it needs (by name) has not passed in this run.
    Blocked(String),
    /// It cannot be asked; never a failure.
    Unknown(Reason),
}

impl Verdict {
    /// The name in the JSON form.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Waiting => "waiting",
            Self::Progressing(_) => "progressing",
            Self::Failed(_) => "failed",
            Self::Blocked(_) => "blocked",
            Self::Unknown(_) => "unknown",
        }
    }

    /// What was found, where there is something to say.
    pub fn finding(&self) -> Option<&Finding> {
        match self {
            Self::Failed(f) => Some(f),
            Self::Progressing(f) => f.as_deref(),
            _ => None,
        }
    }
}

/// An object by its coordinates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct ObjectRef {
    /// The kind, as in the API.
    pub kind: String,
    /// Namespace, if it has one.
    pub namespace: Option<String>,
    /// Name, or a description of the selector when nothing was selected.
    pub name: String,
}

/// Why a check does not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The object in question.
    pub subject: ObjectRef,
    /// The field, as a path such as `spec.replicas`.
    pub path: Option<String>,
    /// What had to be.
    pub expected: Expected,
    /// What is.
    pub actual: Actual,
    /// Why it is so, in the cluster's own words.
    pub cause: Option<Cause>,
    /// The author's words for it.
    pub message: Option<String>,
    /// Since when it differs: who changed what, for a check that was green.
    pub change: Option<Change>,
    /// What looks as if it was meant.
    pub near: Option<NearMiss>,
}

/// What had to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// So many objects.
    Count {
        /// At least.
        min: u64,
        /// At most.
        max: Option<u64>,
    },
    /// Gone.
    Absent,
    /// Ready: so many replicas, where the kind has them.
    Ready(Option<i64>),
    /// A condition is True.
    Condition(String),
    /// A field's value or pattern.
    Field(Value),
    /// A field must be absent.
    NoField,
    /// A CEL expression holds.
    Cel(String),
    /// None of the objects satisfies (quantifier none), or `not`.
    Not,
    /// One of several.
    AnyOf(Vec<Expected>),
    /// The right answer.
    Answer,
}

/// What is.
#[derive(Clone, Debug, PartialEq)]
pub enum Actual {
    /// Nothing is selected.
    Missing,
    /// The kind is not installed in the cluster.
    NotServed,
    /// So many objects.
    Count(u64),
    /// It is still there.
    Present,
    /// So many of so many are ready.
    Ready {
        /// Ready.
        ready: i64,
        /// Wanted.
        wanted: i64,
    },
    /// So many of so many Pods are made from the newest template; old ones may still be ready.
    Updated {
        /// Of the newest template.
        updated: i64,
        /// Wanted.
        wanted: i64,
    },
    /// Not ready, for a reason without numbers.
    NotReady(String),
    /// The field's value; `None` when absent.
    Value(Option<Value>),
    /// Observed values of the parts of an expression.
    Observed(Vec<(String, Value)>),
    /// Not answered, or answered so.
    Answer(Option<String>),
    /// Selected by nothing that changed it: the manual mark is not set.
    Unmarked,
}

/// What changed an object, from its managedFields or its disappearance.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Change {
    /// Which object.
    pub object: ObjectRef,
    /// What happened.
    pub kind: ChangeKind,
}

/// How an object changed.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum ChangeKind {
    /// It was deleted.
    Deleted,
    /// A field went from one value to another, by a manager (such as `kubectl-edit`).
    Field {
        /// The path.
        path: String,
        /// Before.
        before: Option<Value>,
        /// After.
        after: Option<Value>,
        /// `managedFields` manager.
        by: Option<String>,
    },
    /// It was created.
    Created,
}

/// Why something cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The first answer has not come yet.
    Connecting,
    /// Connection refused.
    Refused,
    /// The TLS handshake ended early: kind's port while the API server is down.
    HandshakeEof,
    /// No answer within the limit.
    Hang,
    /// The server's certificate is not signed by the authority we know.
    WrongAuthority,
    /// The server's certificate has expired or is not valid yet.
    ServerCertificateExpired,
    /// 401: our credentials are not accepted.
    Unauthorized,
    /// 403: who may not do what.
    Forbidden(String),
    /// The named context is not in the kubeconfig.
    NoContext(String),
    /// The kubeconfig cannot be used.
    BadKubeconfig(String),
    /// The API server answers, but is not ready (etcd).
    NotReady(String),
    /// The guard does not know this cluster (see the refusal's text).
    NotOurs(String),
    /// A CEL expression took too long or failed to run.
    Expression(String),
    /// The check cannot be asked here.
    NotHere(String),
    /// Anything else, in the developer's words.
    Other(String),
}

impl Reason {
    /// No API server answers, or one that is not well.
    pub fn is_silence(&self) -> bool {
        matches!(self, Self::Refused | Self::HandshakeEof | Self::Hang | Self::NotReady(_))
    }
}
