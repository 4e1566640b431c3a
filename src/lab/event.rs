//! What the engine tells the screen. Level-triggered: every event is a whole state, so a lost one heals itself.

use super::observe::Millis;
use super::timed::Timed;
use super::undo::Plan;
use super::verdict::{Change, Reason, Verdict};
use super::why::Why;

/// The state of the way to the cluster.
#[derive(Clone, Debug, PartialEq)]
pub enum Connection {
    /// Not asked for.
    Off,
    /// On the way.
    Connecting,
    /// In step; the name the learner knows it by (`kind-jotasu`).
    Ready(String),
    /// Cannot be asked at the moment; it is tried again.
    Lost(String, Reason),
    /// The guard refuses this cluster; the whole text with the entry to add.
    Refused(String),
}

/// One step of long work.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// What is being done, in Korean.
    pub what: String,
    /// When it began.
    pub since: Millis,
    /// Done, or why not.
    pub end: Option<Result<(), String>>,
}

/// Where a lab stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// Not started.
    Off,
    /// Being set up (or reset, or stopped): the steps so far.
    Working(Vec<Work>),
    /// Running since.
    Running(Millis),
    /// The work failed; nothing half made is left unless the text says so.
    Failed(String),
    /// Stopped; what it owned is gone.
    Stopped,
}

/// From the engine.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The way to the cluster.
    Connection(Connection),
    /// Where the lab stands.
    Phase {
        /// Which lab.
        lab: String,
        /// Its phase.
        phase: Phase,
    },
    /// How many faults of the lab's nodes are not undone; they can be, at any time.
    Faults {
        /// Which lab.
        lab: String,
        /// How many.
        open: usize,
    },
    /// The whole vector, one per check in the lab's order, and what turned since the last one.
    Verdicts {
        /// Which lab.
        lab: String,
        /// One per check.
        verdicts: Vec<Verdict>,
        /// One per invariant.
        invariants: Vec<Verdict>,
        /// By check: the places of its hints that are for the situation of now.
        hints: Vec<Vec<usize>>,
        /// Checks that have passed once in this run.
        passed_once: Vec<String>,
        /// Checks that were passed and are not any more, with what changed.
        turned: Vec<(String, Option<Change>)>,
        /// By check, since when it stands as it does.
        since: Vec<Option<Millis>>,
    },
    /// The answer to [`Order::Why`](super::order::Order::Why).
    Why {
        /// Which lab.
        lab: String,
        /// What there is to know.
        why: Box<Why>,
    },
    /// How a timed run stands; said with each minute and each first pass.
    Timed {
        /// Which lab.
        lab: String,
        /// Its time.
        timed: Timed,
    },
    /// What undoing would do, or why it cannot be done.
    Undo {
        /// Which lab.
        lab: String,
        /// The plan.
        plan: Result<Plan, String>,
    },
    /// Undone; what could not be.
    Undone {
        /// Which lab.
        lab: String,
        /// One line each.
        failed: Vec<String>,
    },
}
