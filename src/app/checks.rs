//! The checks of the open lesson's lab: what the engine last said, what is unfolded, what is selected.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::keymap::Command;
use crate::lab::{Change, Check, Connection, Explain, Lab, Ladder, Level, Phase, Source, Timed, Verdict, Why};
use crate::say::{self, Said};

/// Something in the list the cursor can be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// A step's heading.
    Step(u32),
    /// A check, by its place in the lab.
    Check(usize),
}

/// State of the checks' pane.
pub struct Checks {
    /// The lab of the open lesson.
    pub lab: Option<Arc<Lab>>,
    /// Why there is no lab although the lesson names one.
    pub broken: Option<String>,
    /// The lab is being read.
    pub loading: bool,
    /// The way to the cluster.
    pub connection: Connection,
    /// The learner has named the cluster: it is theirs to make.
    pub named: bool,
    /// Where the lab stands.
    pub phase: Phase,
    /// Faults of its nodes that are not undone.
    pub faults: usize,
    /// One per check; empty before the first word of the engine.
    pub verdicts: Vec<Verdict>,
    /// The last verdict of each check that was not unknown.
    pub known: Vec<Option<Verdict>>,
    /// One per invariant.
    pub invariants: Vec<Verdict>,
    /// Checks that have passed once, in this run or before.
    pub passed: BTreeSet<String>,
    /// Checks that have passed once in this run.
    pub in_run: BTreeSet<String>,
    /// The time of a timed run.
    pub timed: Option<Timed>,
    /// By check: the places of its hints that are for the situation; empty before the first word of the engine.
    pub hints: Vec<Vec<usize>>,
    /// How many hints were taken of each check, in this run or before.
    pub taken: BTreeMap<String, usize>,
    /// Checks that turned green since the last key.
    pub fresh: BTreeSet<String>,
    /// Checks that were green and are not, with what changed.
    pub turned: BTreeMap<String, Option<Change>>,
    /// Titles of the steps, from the lesson's headings.
    pub steps: BTreeMap<u32, String>,
    /// The item under the cursor; none until the learner moves.
    pub selected: Option<Item>,
    /// First visible row.
    pub top: usize,
    /// The learner's own choice of what is unfolded.
    pub unfolded: BTreeMap<u32, bool>,
    /// What a closer look at one check has shown.
    pub why: Option<Why>,
    /// How many of its commands have been copied.
    pub copied: usize,
}

impl Default for Checks {
    fn default() -> Self {
        Self {
            lab: None,
            broken: None,
            loading: false,
            connection: Connection::Off,
            named: false,
            phase: Phase::Off,
            faults: 0,
            verdicts: Vec::new(),
            known: Vec::new(),
            invariants: Vec::new(),
            passed: BTreeSet::new(),
            in_run: BTreeSet::new(),
            timed: None,
            hints: Vec::new(),
            taken: BTreeMap::new(),
            fresh: BTreeSet::new(),
            turned: BTreeMap::new(),
            steps: BTreeMap::new(),
            selected: None,
            top: 0,
            unfolded: BTreeMap::new(),
            why: None,
            copied: 0,
        }
    }
}

/// How many checks stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// ✓
    pub passed: usize,
    /// ✗
    pub failed: usize,
    /// ◐
    pub progressing: usize,
    /// ○, ⊘, ☐
    pub waiting: usize,
    /// ?
    pub unknown: usize,
}

impl Checks {
    /// What stays when another lesson is opened.
    #[must_use]
    pub fn anew(&self) -> Self {
        let connection = self.connection.clone();
        Self { connection, named: self.named, ..Self::default() }
    }

    /// Starting the lab begins with making its cluster, as far as is known.
    pub fn makes_cluster(&self) -> bool {
        let ours = self.lab.as_ref().is_some_and(|lab| !lab.cluster.by_learner);
        ours && !self.named && !matches!(self.connection, Connection::Ready(_))
    }

    /// The key that starts the lab as things are, and what it does.
    pub fn start(&self) -> (&'static str, &'static str) {
        if self.lacks_cluster() { ("p", "준비하고 시작") } else { ("s", "실습 시작") }
    }

    /// The lab has no cluster that it could be started on, and making one is not the learner's work.
    pub fn lacks_cluster(&self) -> bool {
        let ours = self.lab.as_ref().is_some_and(|lab| !lab.cluster.by_learner);
        ours && !self.named && matches!(self.connection, Connection::Lost(..))
    }

    /// The lab runs.
    pub fn running(&self) -> bool {
        matches!(self.phase, Phase::Running(_))
    }

    /// The lab is being set up, reset or stopped.
    pub fn working(&self) -> bool {
        matches!(self.phase, Phase::Working(_))
    }

    /// The checks of a level, in the lab's order, with their places.
    pub fn counted(&self, level: Level) -> impl Iterator<Item = (usize, &Check)> {
        let checks = self.lab.as_deref().map(|lab| lab.checks.as_slice()).unwrap_or_default();
        checks.iter().enumerate().filter(move |(_, c)| c.level.is_none_or(|l| l <= level))
    }

    /// What is said of a check of this lab, as far as the lab explains.
    pub fn said(&self, check: &Check, verdict: &Verdict) -> Option<Said> {
        say::verdict(self.lab.as_deref()?, check, verdict, self.explain(check))
    }

    /// How much is explained of a check: what the lab says, and more once a hint was taken.
    pub fn explain(&self, check: &Check) -> Explain {
        let lab = self.lab.as_ref().map(|lab| lab.explain).unwrap_or_default();
        lab.after(self.taken.get(&check.name).copied().unwrap_or(0))
    }

    /// The hints of a check that are for the situation.
    pub fn ladder(&self, index: usize) -> Option<Ladder<'_>> {
        let applying = self.hints.get(index).filter(|_| self.running()).map(Vec::as_slice);
        Some(Ladder::of(self.check(index)?, applying))
    }

    /// What changed when a check ceased to be passed, where that is explained.
    pub fn change(&self, check: &Check) -> Option<&Change> {
        self.turned.get(&check.name)?.as_ref().filter(|_| self.explain(check) == Explain::Full)
    }

    /// A check by its place.
    pub fn check(&self, index: usize) -> Option<&Check> {
        self.lab.as_ref()?.checks.get(index)
    }

    /// The verdict to show for a check, and whether it is an old one because nothing newer can be known.
    pub fn shown(&self, index: usize) -> (Verdict, bool) {
        // There are verdicts before the start of a lab whose cluster is the learner's to make.
        if !self.running() && self.verdicts.is_empty() {
            let passed = self.check(index).is_some_and(|c| self.passed.contains(&c.name));
            return (if passed { Verdict::Passed } else { Verdict::Waiting }, passed);
        }
        match self.verdicts.get(index) {
            Some(Verdict::Unknown(reason)) => match self.known.get(index).cloned().flatten() {
                Some(known) => (known, true),
                None => (Verdict::Unknown(reason.clone()), true),
            },
            Some(verdict) => (verdict.clone(), false),
            None => (Verdict::Waiting, false),
        }
    }

    /// A check waits for another one.
    pub fn blocked(&self, index: usize) -> bool {
        matches!(self.shown(index).0, Verdict::Blocked(_))
    }

    /// The first check of a level that is not passed: what is to be done now.
    pub fn current(&self, level: Level) -> Option<usize> {
        self.counted(level).map(|(i, _)| i).find(|i| self.shown(*i).0 != Verdict::Passed)
    }

    /// The step of what is to be done now.
    pub fn current_step(&self, level: Level) -> Option<u32> {
        let current = self.current(level).or_else(|| self.counted(level).last().map(|(i, _)| i))?;
        self.check(current).map(|c| c.step)
    }

    /// The check whose finding is unfolded: the selected one where it has something to say, else the first failed one of
    /// the current step.
    pub fn unfolded_check(&self, level: Level) -> Option<usize> {
        let failed = |i: &usize| matches!(self.shown(*i).0, Verdict::Failed(_));
        if let Some(Item::Check(i)) = self.selected
            && failed(&i)
        {
            return Some(i);
        }
        let step = self.current_step(level)?;
        self.counted(level).filter(|(_, c)| c.step == step).map(|(i, _)| i).find(failed)
    }

    /// The check that keys such as hint, mark and answer are about: the selected one, else what is to be done now.
    pub fn subject(&self, level: Level) -> Option<usize> {
        match self.selected {
            Some(Item::Check(i)) => Some(i),
            _ => self.unfolded_check(level).or_else(|| self.current(level)),
        }
    }

    /// The check that a key about one source is about: the subject if it is of that source, else the first open one.
    pub fn subject_of(&self, level: Level, wanted: impl Fn(&Source) -> bool) -> Option<usize> {
        let fits = |i: &usize| self.check(*i).is_some_and(|c| wanted(&c.source));
        self.subject(level).filter(fits).or_else(|| {
            let step = match self.selected {
                Some(Item::Step(step)) => Some(step),
                _ => self.current_step(level),
            };
            let open = self.counted(level).filter(|(i, c)| Some(c.step) == step && fits(i)).map(|(i, _)| i);
            let open: Vec<usize> = open.filter(|i| self.shown(*i).0 != Verdict::Passed).collect();
            open.iter().find(|i| !self.blocked(**i)).or(open.first()).copied()
        })
    }

    /// A step shows its checks.
    pub fn step_unfolded(&self, step: u32, level: Level) -> bool {
        // What has just turned green is seen before its step folds.
        let fresh = || self.counted(level).any(|(_, check)| check.step == step && self.fresh.contains(&check.name));
        self.unfolded.get(&step).copied().unwrap_or_else(|| self.current_step(level) == Some(step) || fresh())
    }

    /// The steps of a level in order.
    pub fn step_numbers(&self, level: Level) -> Vec<u32> {
        let mut steps: Vec<u32> = Vec::new();
        for (_, check) in self.counted(level) {
            if !steps.contains(&check.step) {
                steps.push(check.step);
            }
        }
        steps
    }

    /// What the cursor can be on, in order.
    pub fn items(&self, level: Level) -> Vec<Item> {
        let mut items = Vec::new();
        for step in self.step_numbers(level) {
            items.push(Item::Step(step));
            if self.step_unfolded(step, level) {
                items.extend(self.counted(level).filter(|(_, c)| c.step == step).map(|(i, _)| Item::Check(i)));
            }
        }
        items
    }

    /// A check has just turned green and has something to take along: said in place until the next key. One at a time.
    pub fn debriefs(&self, index: usize) -> bool {
        let says = |check: &&Check| {
            check.debrief.is_some() && self.fresh.contains(&check.name) && self.explain(check) != Explain::None
        };
        let first = self.lab.as_ref().and_then(|lab| lab.checks.iter().position(|check| says(&check)));
        first == Some(index) && self.shown(index).0 == Verdict::Passed
    }

    /// How many checks of a level stand how.
    pub fn counts(&self, level: Level) -> Counts {
        let mut counts = Counts::default();
        for (i, _) in self.counted(level) {
            match self.shown(i).0 {
                Verdict::Passed => counts.passed += 1,
                Verdict::Failed(_) => counts.failed += 1,
                Verdict::Progressing(_) => counts.progressing += 1,
                Verdict::Waiting | Verdict::Blocked(_) => counts.waiting += 1,
                Verdict::Unknown(_) => counts.unknown += 1,
            }
        }
        counts
    }

    /// Obeys a command of movement or folding; false when it is not one.
    pub fn obey(&mut self, level: Level, command: Command) -> bool {
        let items = self.items(level);
        let last = items.len().saturating_sub(1);
        let found = self.selected.and_then(|s| items.iter().position(|i| *i == s));
        // The first movement begins where the eye already is.
        let at = found.unwrap_or_else(|| {
            let start = self.unfolded_check(level).or_else(|| self.current(level)).map(Item::Check);
            items.iter().position(|i| Some(*i) == start).unwrap_or(0)
        });
        let step = match items.get(at) {
            Some(Item::Step(step)) => Some(*step),
            Some(Item::Check(i)) => self.check(*i).map(|c| c.step),
            None => None,
        };
        let to = match command {
            Command::Down | Command::Up if found.is_none() => at,
            Command::Down => at + 1,
            Command::Up => at.saturating_sub(1),
            Command::PageDown => at + 8,
            Command::PageUp => at.saturating_sub(8),
            Command::Top => 0,
            Command::Bottom => last,
            Command::Fold | Command::Unfold | Command::ToggleFold => {
                if let Some(step) = step {
                    let open = self.step_unfolded(step, level);
                    let open = if command == Command::ToggleFold { !open } else { command == Command::Unfold };
                    self.unfolded.insert(step, open);
                    self.selected = match items.get(at) {
                        Some(item) if open => Some(*item),
                        _ => Some(Item::Step(step)),
                    };
                }
                return true;
            }
            _ => return false,
        };
        self.selected = items.get(to.min(last)).copied();
        true
    }
}
