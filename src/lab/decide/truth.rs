//! The values judging works with: what holds, what does not and why.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::lab::memory::Restarts;
use crate::lab::model::Target;
use crate::lab::observe::Millis;
use crate::lab::select::View;
use crate::lab::verdict::{Actual, Expected, Finding, ObjectRef, Reason};

/// What is true of a check now, before time and history have their say.
pub(super) enum Now {
    True,
    False(Box<No>),
    /// Nothing was given yet.
    Nothing,
}

/// Whether something holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Truth {
    True,
    False(Box<No>),
    Unknown(Reason),
}

/// Why something does not hold.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct No {
    pub(super) finding: Finding,
    /// It does not come right by itself.
    pub(super) stuck: bool,
    /// Nothing is selected.
    pub(super) empty: bool,
}

/// What judging needs besides the expectation.
pub(super) struct Judge<'j, 'a> {
    pub(super) view: &'j View<'a>,
    pub(super) params: Arc<Value>,
    pub(super) now: Millis,
    /// Restarts by Pod uid, with the counts from which counting begins.
    pub(super) restarts: &'j BTreeMap<String, Restarts>,
    /// Whether something of a target existed in this run.
    pub(super) existed: &'j dyn Fn(&Target) -> bool,
}

/// A finding without particulars.
pub(super) fn finding(subject: ObjectRef, expected: Expected, actual: Actual) -> Finding {
    Finding { subject, path: None, expected, actual, cause: None, message: None, change: None, near: None }
}

/// What does not hold, of something that is there and may still come right.
pub(super) fn no(finding: Finding) -> Truth {
    Truth::False(Box::new(No { finding, stuck: false, empty: false }))
}
