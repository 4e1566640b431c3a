//! What the screen and the commands ask of the engine: the way opposite to events.

use std::sync::Arc;

use super::model::Lab;
use super::undo::Plan;

/// To the engine.
#[derive(Clone, Debug)]
pub enum Order {
    /// Look at a lab: go on with it if it runs on this cluster, else say that it is off.
    Attach(Arc<Lab>),
    /// Set a lab up and run it; one that runs goes on.
    Start(Arc<Lab>),
    /// Remove what it owns and set it up again.
    Reset,
    /// Remove what it owns; also cancels work that is going on.
    Stop,
    /// An answer to a check.
    Answer {
        /// The check.
        check: String,
        /// The value.
        value: String,
    },
    /// The learner's word on a check.
    Mark {
        /// The check.
        check: String,
        /// Done or not.
        done: bool,
    },
    /// Look closer at a check: what happened to its objects, what their containers said.
    Why {
        /// The check.
        check: String,
    },
    /// Perform the first so many steps of the reference solution.
    Solve {
        /// How many.
        steps: usize,
    },
    /// Pull the trigger of a check: do it, wait for what must hold then, undo it.
    Trigger(String),
    /// Time the run that goes on, from now.
    Time,
    /// Say what undoing to the last green moment would do.
    PlanUndo,
    /// Do it, if it is still what was shown.
    Undo(Plan),
    /// End; the lab stays as it is.
    Close,
}
