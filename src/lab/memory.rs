//! What a running lab remembers: the state of the fold. It survives a restart of the program; the engine writes it down.

use std::collections::{BTreeMap, BTreeSet};

use super::observe::Millis;
use super::timed::Timed;
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
    /// Triggers the learner has pulled, by check: when.
    #[serde(default)]
    pub triggers: BTreeMap<String, Millis>,
    /// Triggers whose undoing is due.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub undue: BTreeSet<String>,
    /// The time of a timed run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timed: Option<Timed>,
}

impl Memory {
    /// The memory of a run that begins.
    pub fn new(lab: &str, cluster_uid: &str, start: Millis) -> Self {
        Self { schema: SCHEMA, lab: lab.into(), cluster_uid: cluster_uid.into(), start, ..Self::default() }
    }

    /// The latest time it knows of: no clock of this run may be behind it.
    pub fn latest(&self) -> Millis {
        let of =
            |memory: &CheckMemory| [memory.changed, memory.true_since, memory.passed_once].into_iter().flatten().max();
        let latest = self.checks.values().chain(self.invariants.values()).filter_map(of).max();
        latest.unwrap_or(self.start).max(self.start)
    }

    /// Takes in what another program has learned of the same run since `base`, which both knew: what was answered and
    /// marked there, and what has passed there. What was seen stays each program's own.
    pub fn merge(&mut self, base: &Self, theirs: &Self) {
        for (check, answer) in &theirs.answers {
            if base.answers.get(check) != Some(answer) {
                self.answers.insert(check.clone(), answer.clone());
            }
        }
        for (check, at) in theirs.triggers.iter().filter(|(check, _)| !base.triggers.contains_key(*check)) {
            self.triggers.entry(check.clone()).or_insert(*at);
        }
        for gone in base.triggers.keys().filter(|check| !theirs.triggers.contains_key(*check)) {
            self.triggers.remove(gone);
        }
        self.undue.extend(theirs.undue.difference(&base.undue).cloned());
        for undone in base.undue.difference(&theirs.undue) {
            self.undue.remove(undone);
        }
        self.marks.extend(theirs.marks.difference(&base.marks).cloned());
        for taken in base.marks.difference(&theirs.marks) {
            self.marks.remove(taken);
        }
        for (name, theirs) in &theirs.checks {
            if theirs.passed_once.is_some() || theirs.latched {
                let ours = self.checks.entry(name.clone()).or_default();
                ours.passed_once = ours.passed_once.into_iter().chain(theirs.passed_once).min();
                ours.latched |= theirs.latched;
            }
        }
        match (&mut self.timed, &theirs.timed) {
            (Some(ours), Some(theirs)) => ours.merge(theirs),
            (None, theirs) => self.timed.clone_from(theirs),
            (Some(_), None) => {}
        }
    }

    /// Checks that have passed once in this run.
    pub fn passed_once(&self) -> BTreeSet<String> {
        let passed = self.checks.iter().filter(|(_, memory)| memory.passed_once.is_some());
        passed.map(|(name, _)| name.clone()).collect()
    }

    /// Checks that passed when they were last asked.
    pub fn passing(&self) -> BTreeSet<String> {
        let passing = self.checks.iter().filter(|(_, memory)| memory.last == Some(Standing::Passed));
        passing.map(|(name, _)| name.clone()).collect()
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
    /// Outcomes of what it asks, by query: a digest of the last one.
    pub replies: BTreeMap<String, u64>,
    /// The last verdict that was not Unknown.
    pub last: Option<Standing>,
    /// What changed when it ceased to be passed.
    pub change: Option<Change>,
    /// How it turned, the newest last.
    pub turns: Vec<Turn>,
}

/// More turnings than this tell nothing more.
const TURNS: usize = 16;

impl CheckMemory {
    /// Writes a turning down; the oldest go.
    pub(super) fn turn(&mut self, turn: Turn) {
        let over = (self.turns.len() + 1).saturating_sub(TURNS);
        self.turns.drain(..over);
        self.turns.push(turn);
    }
}

/// A verdict that became another one.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Turn {
    /// When.
    pub at: Millis,
    /// What it is since.
    pub to: Standing,
    /// What changed, where it was passed before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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

#[cfg(test)]
mod tests {
    use super::*;

    /// `answers/marks/passed`, each `name=value` or `name`, by spaces.
    fn memory(text: &str) -> Memory {
        let [answers, marks, passed] = text.split('/').collect::<Vec<_>>().try_into().unwrap();
        let pair = |word: &str| word.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap();
        let checks = passed
            .split_whitespace()
            .map(pair)
            .map(|(name, at)| (name, CheckMemory { passed_once: Some(at.parse().unwrap()), ..CheckMemory::default() }));
        Memory {
            answers: answers.split_whitespace().map(pair).collect(),
            marks: marks.split_whitespace().map(str::to_owned).collect(),
            checks: checks.collect(),
            ..Memory::default()
        }
    }

    #[track_caller]
    fn check(ours: &str, base: &str, theirs: &str, expected: &str) {
        let mut merged = memory(ours);
        merged.merge(&memory(base), &memory(theirs));
        assert_eq!(merged, memory(expected));
    }

    #[test]
    fn two_programs_lose_nothing_of_each_other() {
        check("//", "//", "//", "//");
        check("a=1//", "//", "b=2//", "a=1 b=2//");
        check("a=1//", "a=1//", "a=2//", "a=2//");
        check("a=3//", "a=1//", "a=1//", "a=3//");
        check("/m n/", "/m/", "//", "/n/");
        check("/n/", "//", "/m/", "/m n/");
        check("//", "/m/", "/m/", "//");
        check("//a=5", "//", "//a=3 b=4", "//a=3 b=4");
    }

    #[test]
    fn only_the_last_turnings_are_kept() {
        let mut memory = CheckMemory::default();
        for at in 0..40 {
            memory.turn(Turn { at, to: Standing::Failed, change: None });
        }
        assert_eq!((memory.turns.len(), memory.turns[0].at, memory.turns[15].at), (16, 24, 39));
    }

    #[test]
    fn the_latest_time_is_that_of_any_check() {
        let mut memory = memory("//a=5 b=9");
        assert_eq!(memory.latest(), 9);
        memory.start = 12;
        assert_eq!(memory.latest(), 12);
    }
}
