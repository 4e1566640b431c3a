//! What is said of a check, as values; `say` makes the sentences.

use serde_json::Value;

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

/// Why an image cannot be pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullFailure {
    /// No such image or tag.
    NotFound,
    /// The registry refuses.
    Unauthorized,
    /// The registry cannot be reached.
    Offline,
    /// The name is not an image reference.
    InvalidName,
    /// Something else; see the message.
    Other,
}

/// A cause in the cluster's own words.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// ErrImagePull, ImagePullBackOff, InvalidImageName, ErrImageNeverPull.
    ImagePull {
        /// Pod.
        pod: String,
        /// Image.
        image: String,
        /// Which failure.
        failure: PullFailure,
        /// The waiting reason.
        reason: String,
    },
    /// CrashLoopBackOff, or a container that keeps exiting.
    Crash {
        /// Pod.
        pod: String,
        /// Container.
        container: String,
        /// Exit code of the last run.
        exit_code: Option<i64>,
        /// Restarts.
        restarts: i64,
    },
    /// The last run was killed for memory.
    OutOfMemory {
        /// Pod.
        pod: String,
        /// Container.
        container: String,
        /// Its memory limit.
        limit: Option<String>,
    },
    /// No node fits; the scheduler's message.
    Unschedulable {
        /// Pod.
        pod: String,
        /// `0/3 nodes are available: …`.
        message: String,
    },
    /// CreateContainerConfigError and its kin: a ConfigMap, Secret or key that is not there.
    Config {
        /// Pod.
        pod: String,
        /// Container.
        container: String,
        /// The kubelet's message.
        message: String,
    },
    /// Running, but its readiness probe does not pass.
    Unready {
        /// Pod.
        pod: String,
        /// Container.
        container: String,
    },
    /// The ReplicaSet or controller cannot create Pods (quota, admission); its message.
    Refused {
        /// The controller's message.
        message: String,
    },
    /// The rollout passed its deadline.
    Deadline,
    /// The rollout is paused.
    Paused,
    /// Pods of an old ReplicaSet still serve.
    OldPods {
        /// How many.
        count: u64,
    },
    /// The controller has not seen the newest spec yet.
    Stale,
    /// A Service whose selector selects no Pod.
    NoPods {
        /// The selector, `k=v,k=v`.
        selector: String,
    },
    /// The Job has failed; its message.
    JobFailed {
        /// The condition's message.
        message: String,
    },
    /// The object is being deleted.
    Terminating,
    /// Policies forbid the connection, and it is made all the same: the cluster's network does not enforce them.
    NotEnforced,
    /// Nobody is let in, so a denial shows nothing.
    NobodyListens,
    /// What the one that was asked said.
    Words {
        /// Its words.
        words: String,
    },
}

impl Cause {
    /// The name in the JSON form: the variant in kebab case.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ImagePull { .. } => "image-pull",
            Self::Crash { .. } => "crash",
            Self::OutOfMemory { .. } => "out-of-memory",
            Self::Unschedulable { .. } => "unschedulable",
            Self::Config { .. } => "config",
            Self::Unready { .. } => "unready",
            Self::Refused { .. } => "refused",
            Self::Deadline => "deadline",
            Self::Paused => "paused",
            Self::OldPods { .. } => "old-pods",
            Self::Stale => "stale",
            Self::NoPods { .. } => "no-pods",
            Self::JobFailed { .. } => "job-failed",
            Self::Terminating => "terminating",
            Self::NotEnforced => "not-enforced",
            Self::NobodyListens => "nobody-listens",
            Self::Words { .. } => "words",
        }
    }
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
