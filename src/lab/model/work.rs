//! What is done to a cluster as data: actions, wrong and right variants.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::{Lab, NodeRef, NodeWork, Source, Target};
use crate::lab::expr::Expr;

/// What setup, solutions and variants may do. No shell.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Server-side apply.
    Apply(Vec<Value>),
    /// Patch one object.
    Patch {
        /// Which.
        target: Target,
        /// `merge`, `strategic` or `json`.
        kind: PatchKind,
        /// The patch.
        body: Value,
    },
    /// Delete what the target selects, waiting until it is gone.
    Delete(Target),
    /// Set the scale.
    Scale {
        /// Which.
        target: Target,
        /// Replicas.
        replicas: u32,
    },
    /// As `kubectl rollout restart`.
    Restart(Target),
    /// As `kubectl rollout undo`.
    Rollback {
        /// Which Deployment.
        target: Target,
        /// The revision; 0 is the one before.
        to_revision: u64,
    },
    /// Label nodes: set and remove.
    Label(NodeChange),
    /// Taint nodes: set (`value:Effect`, or `:Effect`) and remove.
    Taint(NodeChange),
    /// Run argv in a container.
    Exec {
        /// Which Pod.
        target: Target,
        /// Which container; the first when absent.
        container: Option<String>,
        /// Program and arguments.
        argv: Vec<String>,
    },
    /// Call helm.
    Helm(HelmCall),
    /// Give a node a fault, or undo it.
    Node {
        /// Which node.
        node: NodeRef,
        /// What is done.
        work: NodeWork,
    },
    /// Answer a check.
    Answer {
        /// The check.
        check: String,
        /// The value.
        value: String,
    },
    /// Wait until something holds.
    Wait {
        /// Which.
        target: Target,
        /// Ready, a condition, or CEL.
        until: Until,
        /// Then it is an error.
        timeout: Duration,
    },
}

impl Action {
    /// Whether doing it twice comes to the same as doing it once.
    pub fn may_be_repeated(&self) -> bool {
        match self {
            Self::Apply(_) | Self::Delete(_) | Self::Scale { .. } | Self::Label(_) | Self::Taint(_) => true,
            Self::Patch { kind, .. } => *kind != PatchKind::Json,
            Self::Restart(_) | Self::Rollback { .. } | Self::Exec { .. } | Self::Helm(_) => false,
            Self::Node { .. } | Self::Answer { .. } | Self::Wait { .. } => false,
        }
    }
}

/// One call of helm on a release of the lab's.
#[derive(Clone, PartialEq)]
pub struct HelmCall {
    /// Where the release lives.
    pub namespace: String,
    /// The release.
    pub release: String,
    /// The chart that is installed: a folder of the lab's, or an address (`oci://…`); `None` where none is.
    pub chart: Option<String>,
    /// Everything after `helm`.
    pub argv: Vec<String>,
    /// The lab's files it reads, by their paths in the lab's folder.
    pub files: Vec<(String, Vec<u8>)>,
}

impl std::fmt::Debug for HelmCall {
    /// Files by name.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let files: Vec<&String> = self.files.iter().map(|(path, _)| path).collect();
        f.debug_struct("HelmCall").field("argv", &self.argv).field("files", &files).finish_non_exhaustive()
    }
}

/// A change of node labels or taints.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeChange {
    /// A node's name, or `worker:N` (the Nth worker by name, from 0).
    pub node: String,
    /// Key → value.
    pub set: BTreeMap<String, String>,
    /// Keys.
    pub remove: Vec<String>,
}

/// The field of a Pod that an action may give as `worker:N`, as those on nodes do.
pub const NODE_NAME: &str = "spec.nodeName";

/// The taint that Kubernetes gives a cordoned node: who sets it as a taint cordons.
pub const CORDONED: &str = "node.kubernetes.io/unschedulable";

impl NodeChange {
    /// Whether it cordons or uncordons, and does nothing else.
    pub fn is_cordon(&self) -> bool {
        let mut keys = self.set.keys().chain(&self.remove);
        keys.next().is_some_and(|key| key == CORDONED) && keys.next().is_none()
    }
}

/// The patch types of the Kubernetes API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PatchKind {
    /// JSON merge patch (RFC 7386).
    Merge,
    /// Strategic merge patch.
    Strategic,
    /// JSON patch (RFC 6902).
    Json,
}

/// What a wait waits for.
#[derive(Clone, Debug, PartialEq)]
pub enum Until {
    /// `ready`, as for checks.
    Ready,
    /// A condition is True.
    Condition(String),
    /// A CEL expression over `object` is true.
    Cel(Expr),
}

/// Whether a variant must pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariantKind {
    /// A known wrong or half-right way.
    Wrong,
    /// Another right way.
    Right,
}

/// A wrong or right way other than the solution.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Wrong or right.
    pub kind: VariantKind,
    /// File name without `.yaml`.
    pub name: String,
    /// Done after this many solution steps.
    pub after: usize,
    /// What is done.
    pub actions: Vec<Action>,
    /// Wrong: checks that must not pass. Right: checks that must pass.
    pub checks: Vec<String>,
    /// Why it is wrong, or right.
    pub because: String,
}

impl Lab {
    /// Everything that the lab's files may do to a cluster.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        let choices = self.seeded.iter().flat_map(|seeded| &seeded.from).flat_map(|fault| &fault.choices);
        let triggers = self.checks.iter().chain(&self.invariants).filter_map(|check| match &check.source {
            Source::Trigger(trigger) => Some(trigger.actions.iter().chain(&trigger.undo)),
            _ => None,
        });
        let solution = self.solution.iter().flat_map(|step| &step.actions);
        let variants = self.variants.iter().flat_map(|variant| &variant.actions);
        let before = self.setup.iter().chain(choices.flat_map(|choice| &choice.actions)).chain(triggers.flatten());
        before.chain(solution).chain(variants)
    }

    /// True when only real nodes and containers can prove it: it breaks nodes, or asks what runs on them.
    pub fn needs_nodes(&self) -> bool {
        self.breaks_nodes() || self.queries().keys().any(|query| query.needs_nodes())
    }

    /// True when it gives nodes faults.
    pub fn breaks_nodes(&self) -> bool {
        self.actions().any(|action| matches!(action, Action::Node { .. }))
    }
}
