//! What a running lab remembers: the state of the fold. It survives a restart of the program; the engine writes it down.

use std::collections::{BTreeMap, BTreeSet};

use super::observe::Millis;
use super::verdict::{Change, Verdict};

/// Version of the form written down.
pub const SCHEMA: u32 = 1;

/// The memory of one run of a lab on one cluster.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Memory {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The lab's id.
    pub lab: String,
    /// The uid of the cluster; on another one this memory means nothing.
    pub cluster_uid: String,
    /// When the run began.
    pub start: Millis,
    /// By check.
    #[serde(default)]
    pub checks: BTreeMap<String, CheckMemory>,
    /// By invariant.
    #[serde(default)]
    pub invariants: BTreeMap<String, CheckMemory>,
    /// Answers by check.
    #[serde(default)]
    pub answers: BTreeMap<String, String>,
    /// Checks the learner has marked as done.
    #[serde(default)]
    pub marks: BTreeSet<String>,
}

impl Memory {
    /// The memory of a run that begins.
    pub fn new(lab: &str, cluster_uid: &str, start: Millis) -> Self {
        Self { schema: SCHEMA, lab: lab.into(), cluster_uid: cluster_uid.into(), start, ..Self::default() }
    }

    /// Checks that have passed once in this run.
    pub fn passed_once(&self) -> BTreeSet<String> {
        let passed = self.checks.iter().filter(|(_, memory)| memory.passed_once.is_some());
        passed.map(|(name, _)| name.clone()).collect()
    }
}

/// What is remembered of one check.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct CheckMemory {
    /// When something it selects was first seen.
    pub first_seen: Option<Millis>,
    /// The last change, since the start, of something it selects or of what that owns.
    pub changed: Option<Millis>,
    /// Since when it holds without a break.
    pub true_since: Option<Millis>,
    /// Passed for this run.
    pub latched: bool,
    /// When it passed first.
    pub passed_once: Option<Millis>,
    /// Restarts by Pod uid.
    pub restarts: BTreeMap<String, Restarts>,
    /// Objects it selects, by uid, as they were when first seen.
    pub known: BTreeMap<String, Known>,
    /// Whether `known` holds what was there at the start.
    pub surveyed: bool,
    /// Targets of `absent` of which something was seen in this run.
    pub seen_targets: BTreeSet<String>,
    /// The last verdict that was not Unknown.
    pub last: Option<Standing>,
    /// What changed when it ceased to be passed.
    pub change: Option<Change>,
}

/// An object as it was when a check first saw it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Known {
    /// A digest without heartbeats and bookkeeping.
    pub digest: u64,
    /// When the session it was seen in saw it first.
    pub at: Millis,
}

/// Restarts of one Pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Restarts {
    /// When it was first seen.
    pub base: i64,
    /// When it was last seen.
    pub last: i64,
}

/// A verdict without what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Passed.
    Passed,
    /// Waiting.
    Waiting,
    /// Progressing.
    Progressing,
    /// Failed.
    Failed,
    /// Blocked.
    Blocked,
}

impl Standing {
    /// Of a verdict; `None` for Unknown, which is no standing.
    pub fn of(verdict: &Verdict) -> Option<Self> {
        Some(match verdict {
            Verdict::Passed => Self::Passed,
            Verdict::Waiting => Self::Waiting,
            Verdict::Progressing(_) => Self::Progressing,
            Verdict::Failed(_) => Self::Failed,
            Verdict::Blocked(_) => Self::Blocked,
            Verdict::Unknown(_) => return None,
        })
    }
}
