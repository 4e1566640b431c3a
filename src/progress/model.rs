//! The file's content. Every record keeps the fields it does not know.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::note::Note;
use crate::course::{Curriculum, Node};
use crate::lab::{Level, Millis};

/// The schema this program writes.
pub const SCHEMA: u64 = 1;

/// Everything one learner has done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Version of the format.
    pub schema: u64,
    /// The learner's level, once chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// By the node's id at the time.
    #[serde(default)]
    pub lessons: BTreeMap<String, LessonRecord>,
    /// By the lab's id.
    #[serde(default)]
    pub labs: BTreeMap<String, LabRecord>,
    #[serde(flatten)]
    pub(super) rest: BTreeMap<String, Value>,
}

/// What was done in one lesson.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LessonRecord {
    /// First opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened: Option<Millis>,
    /// Last opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Millis>,
    /// First read to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<Millis>,
    /// When the place was noted, and the source line (from 1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<(Millis, usize)>,
    /// When the place was noted, and how far into the rows of its line it is, in millionths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<(Millis, u32)>,
    /// When it was made → note or bookmark.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub notes: BTreeMap<Millis, Note>,
    /// Text of an own task → when it was last ticked or cleared, and which.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ticks: BTreeMap<String, (Millis, bool)>,
    /// Question of its quiz → when it was answered → the answer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, BTreeMap<Millis, Reply>>,
    #[serde(flatten)]
    pub(super) rest: BTreeMap<String, Value>,
}

/// One answer to a question of a quiz.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// It was right.
    #[serde(default)]
    pub right: bool,
    /// What was typed, or the texts of the chosen choices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<String>,
    #[serde(flatten)]
    pub(super) rest: BTreeMap<String, Value>,
}

impl Reply {
    /// An answer that was given.
    pub fn new(right: bool, given: Vec<String>) -> Self {
        Self { right, given, ..Self::default() }
    }
}

/// What was done in one lab.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LabRecord {
    /// Last started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Millis>,
    /// Last stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Millis>,
    /// First done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Millis>,
    /// Check → first pass.
    #[serde(default)]
    pub passed: BTreeMap<String, Millis>,
    /// Check → hint level → first taken.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hints: BTreeMap<String, BTreeMap<u32, Millis>>,
    /// Step of the reference solution → first shown.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub shown: BTreeMap<String, Millis>,
    /// When a timed run began → how far it has come.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub timed: BTreeMap<Millis, Trial>,
    #[serde(flatten)]
    pub(super) rest: BTreeMap<String, Value>,
}

/// One timed run of a lab.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Minutes there were.
    #[serde(default)]
    pub minutes: u32,
    /// Milliseconds of them that are known to be spent.
    #[serde(default)]
    pub spent: Millis,
    /// Check → milliseconds spent when it passed first.
    #[serde(default)]
    pub passed: BTreeMap<String, Millis>,
}

impl Default for Progress {
    fn default() -> Self {
        Self { schema: SCHEMA, level: None, lessons: BTreeMap::new(), labs: BTreeMap::new(), rest: BTreeMap::new() }
    }
}

impl Progress {
    /// The records of a node, under its id of today and its old ones.
    pub(super) fn records<'a>(&'a self, node: &'a Node) -> impl Iterator<Item = &'a LessonRecord> {
        std::iter::once(&node.id).chain(&node.aliases).filter_map(|id| self.lessons.get(id))
    }

    /// Whether a lesson has been read to its end.
    pub fn is_read(&self, node: &Node) -> bool {
        self.records(node).any(|record| record.read.is_some())
    }

    /// Whether a lesson has ever been opened.
    pub fn is_opened(&self, node: &Node) -> bool {
        self.records(node).any(|record| record.opened.is_some())
    }

    /// The source line where the learner left a lesson.
    pub fn place(&self, node: &Node) -> Option<usize> {
        self.place_within(node).map(|(line, _)| line)
    }

    /// The source line where the learner left a lesson, and how far into its rows, in millionths.
    pub fn place_within(&self, node: &Node) -> Option<(usize, u32)> {
        let record = self.records(node).filter(|record| record.place.is_some()).max_by_key(|record| record.place)?;
        let (at, line) = record.place?;
        let within = record.within.filter(|(noted, _)| *noted == at).map_or(0, |(_, within)| within);
        Some((line, within))
    }

    /// The node that was open last, for resuming.
    pub fn last(&self, curriculum: &Curriculum) -> Option<usize> {
        let mut seen: Vec<_> = self.lessons.iter().filter_map(|(id, record)| Some((record.seen()?, id))).collect();
        seen.sort();
        seen.iter().rev().find_map(|(_, id)| curriculum.find(id))
    }

    /// Whether a check has passed once, in any run.
    pub fn has_passed(&self, lab: &str, check: &str) -> bool {
        self.labs.get(lab).is_some_and(|record| record.passed.contains_key(check))
    }

    /// How many checks of a lab have passed once.
    pub fn passed(&self, lab: &str) -> usize {
        self.labs.get(lab).map_or(0, |record| record.passed.len())
    }

    /// Whether a lab has been done.
    pub fn is_done(&self, lab: &str) -> bool {
        self.labs.get(lab).is_some_and(|record| record.done.is_some())
    }

    /// Whether a lab was started and not stopped since.
    pub fn is_started(&self, lab: &str) -> bool {
        self.labs.get(lab).is_some_and(|record| record.started > record.stopped)
    }

    /// The highest hint level taken for a check; 0 for none.
    pub fn hint(&self, lab: &str, check: &str) -> u32 {
        let hints = self.labs.get(lab).and_then(|record| record.hints.get(check));
        hints.and_then(|levels| levels.keys().next_back()).copied().unwrap_or(0)
    }

    /// Whether a lab runs that is timed.
    pub fn is_timed(&self, lab: &str) -> bool {
        let record = self.labs.get(lab);
        let began = record.and_then(|record| record.timed.keys().next_back().copied());
        began.is_some() && began > record.and_then(|record| record.stopped)
    }

    /// How many hints were taken of a lab's checks.
    pub fn hints(&self, lab: &str) -> BTreeMap<String, usize> {
        let hints = self.labs.get(lab).into_iter().flat_map(|record| &record.hints);
        hints.map(|(check, levels)| (check.clone(), levels.len())).collect()
    }
}

impl LessonRecord {
    pub(super) fn seen(&self) -> Option<Millis> {
        self.last.max(self.place.map(|(at, _)| at))
    }
}
