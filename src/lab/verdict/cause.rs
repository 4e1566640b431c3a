//! Causes as the cluster names them.

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

/// One of a container's probes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Decides whether it is asked.
    Readiness,
    /// Decides whether it is restarted.
    Liveness,
    /// Holds back the other two.
    Startup,
}

/// Who refuses an object, and over what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A ResourceQuota is used up.
    Quota {
        /// Its name.
        quota: String,
        /// `pods=1`: what was asked for.
        requested: String,
        /// What is in use.
        used: String,
        /// What there is.
        limited: String,
    },
    /// A ResourceQuota asks for values that the Pod does not give.
    QuotaNeeds {
        /// Its name.
        quota: String,
        /// Such as `limits.cpu`.
        fields: String,
    },
    /// A LimitRange: one sentence per bound.
    LimitRange(Limits),
    /// Pod Security: the level and the fields it minds.
    PodSecurity {
        /// `restricted`.
        level: String,
        /// `runAsNonRoot`, `seccompProfile`, …
        fields: Vec<String>,
    },
    /// A ValidatingAdmissionPolicy.
    Policy {
        /// Its name.
        policy: String,
        /// What it says.
        said: String,
    },
    /// An admission webhook.
    Webhook {
        /// Its name.
        webhook: String,
        /// What it says; empty when it does not answer.
        said: String,
    },
    /// The ServiceAccount is not there.
    NoServiceAccount(String),
    /// The PriorityClass is not there.
    NoPriorityClass(String),
    /// Something else; see the message.
    Other,
}

/// One bound of a LimitRange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// `cpu`.
    pub resource: String,
    /// It must not be more (or else not less).
    pub most: bool,
    /// The bound.
    pub bound: String,
    /// What was given; empty when nothing was.
    pub given: String,
}

/// Why a PersistentVolumeClaim is not bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It names no StorageClass, and none is the default.
    NoDefaultClass,
    /// Its StorageClass is not there.
    NoSuchClass(String),
    /// It asks for a volume that is there already (no class), and none fits.
    NoVolume,
    /// Its StorageClass waits for a Pod that uses it.
    WaitsForPod(String),
    /// Its provisioner does not make it.
    Provisioner {
        /// Who.
        provisioner: String,
        /// What it says, where it says something.
        said: String,
    },
}

/// What an Ingress points to and does not find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Backend {
    /// The Service.
    Service(String),
    /// The port of the Service, and those it has.
    Port {
        /// The Service.
        service: String,
        /// As the Ingress names it.
        port: String,
        /// The Service's ports.
        ports: Vec<String>,
    },
    /// The IngressClass.
    Class(String),
    /// It names no IngressClass, and none is the default.
    NoClass,
}

/// Why a HorizontalPodAutoscaler does not scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scaling {
    /// Nothing serves resource metrics.
    NoMetricsServer,
    /// A container does not say what it requests.
    NoRequest {
        /// `cpu`.
        resource: String,
        /// The container.
        container: String,
    },
    /// What it is to scale is not there.
    NoTarget(String),
    /// Metrics of the Pods are not there yet.
    NotYet,
    /// Something else; the condition's message.
    Other(String),
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
    /// A volume's source is not there: the Pod waits for it.
    Mount {
        /// Pod.
        pod: String,
        /// `ConfigMap web-config`, where the kubelet names it.
        what: Option<String>,
        /// The kubelet's message.
        message: String,
    },
    /// The node cannot make the Pod's sandbox (its network, as a rule).
    Sandbox {
        /// Pod.
        pod: String,
        /// The kubelet's message.
        message: String,
    },
    /// A probe does not pass.
    Probe {
        /// Pod.
        pod: String,
        /// Container.
        container: String,
        /// Which.
        probe: Probe,
        /// What the kubelet says of it.
        said: Option<String>,
    },
    /// Running, and not ready.
    Unready {
        /// Pod.
        pod: String,
        /// Container.
        container: String,
    },
    /// Its controller may not create Pods.
    Refused {
        /// Who refuses.
        refusal: Refusal,
        /// The API server's message.
        message: String,
    },
    /// A claim that is not bound.
    Claim {
        /// The PersistentVolumeClaim.
        claim: String,
        /// Why.
        why: Claim,
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
    /// A StatefulSet makes no further Pod before this one is ready.
    FirstPod {
        /// The Pod; it may not be there.
        pod: String,
    },
    /// A Service whose selector selects no Pod.
    NoPods {
        /// The selector, `k=v,k=v`.
        selector: String,
        /// The Pod that is nearest: its name and the label that differs, as it is and as it had to be.
        nearest: Option<(String, String, String)>,
    },
    /// A Service's targetPort that its Pods do not have.
    WrongPort {
        /// The targetPort.
        port: String,
        /// A Pod.
        pod: String,
        /// The ports its containers name.
        ports: Vec<String>,
    },
    /// An Ingress that points to what is not there.
    Backend(Backend),
    /// A HorizontalPodAutoscaler that does not scale.
    Scaling(Scaling),
    /// The Job has failed.
    JobFailed {
        /// `BackoffLimitExceeded`, `DeadlineExceeded`, …
        reason: String,
        /// The condition's message.
        message: String,
    },
    /// A PodDisruptionBudget lets no Pod go.
    Budget {
        /// Its name.
        budget: String,
        /// Healthy Pods.
        healthy: i64,
        /// How many must be.
        desired: i64,
    },
    /// It is being deleted, and finalizers hold it.
    Finalizers(Vec<String>),
    /// A namespace that is being deleted; what holds it, in its controller's words.
    Remaining(String),
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
    /// The name in the JSON form: the variant in kebab case, and for refusals who refuses.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ImagePull { .. } => "image-pull",
            Self::Crash { .. } => "crash",
            Self::OutOfMemory { .. } => "out-of-memory",
            Self::Unschedulable { .. } => "unschedulable",
            Self::Config { .. } => "config",
            Self::Mount { .. } => "mount",
            Self::Sandbox { .. } => "sandbox",
            Self::Probe { probe: Probe::Readiness, .. } => "readiness-probe",
            Self::Probe { probe: Probe::Liveness, .. } => "liveness-probe",
            Self::Probe { probe: Probe::Startup, .. } => "startup-probe",
            Self::Unready { .. } => "unready",
            Self::Refused { refusal, .. } => match refusal {
                Refusal::Quota { .. } | Refusal::QuotaNeeds { .. } => "quota",
                Refusal::LimitRange(_) => "limit-range",
                Refusal::PodSecurity { .. } => "pod-security",
                Refusal::Policy { .. } => "admission-policy",
                Refusal::Webhook { .. } => "admission-webhook",
                Refusal::NoServiceAccount(_) | Refusal::NoPriorityClass(_) | Refusal::Other => "refused",
            },
            Self::Claim { .. } => "claim-pending",
            Self::Deadline => "deadline",
            Self::Paused => "paused",
            Self::OldPods { .. } => "old-pods",
            Self::Stale => "stale",
            Self::FirstPod { .. } => "first-pod",
            Self::NoPods { .. } => "no-pods",
            Self::WrongPort { .. } => "wrong-port",
            Self::Backend(Backend::Class(_) | Backend::NoClass) => "no-ingress-class",
            Self::Backend(_) => "no-backend",
            Self::Scaling(_) => "no-metrics",
            Self::JobFailed { .. } => "job-failed",
            Self::Budget { .. } => "disruption-budget",
            Self::Finalizers(_) => "finalizers",
            Self::Remaining(_) => "namespace-remaining",
            Self::Terminating => "terminating",
            Self::NotEnforced => "not-enforced",
            Self::NobodyListens => "nobody-listens",
            Self::Words { .. } => "words",
        }
    }
}
