//! What can be added to progress. Changes commute (firsts by the least time, lasts by the greatest), so programs that
//! save in any order end at the same file; the chosen level alone is the last word.

use std::collections::BTreeMap;

use super::model::{LabRecord, LessonRecord, Progress, Reply, Trial};
use super::note::Note;
use crate::lab::{Level, Millis};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A lesson was opened.
    Opened {
        /// The node's id.
        lesson: String,
        /// When.
        at: Millis,
    },
    /// The learner is at this source line.
    Place {
        /// The node's id.
        lesson: String,
        /// From 1.
        line: usize,
        /// How far into its rows, in millionths.
        within: u32,
        /// When.
        at: Millis,
    },
    /// A note or bookmark was made, changed or deleted.
    Noted {
        /// The node's id.
        lesson: String,
        /// When it was made.
        made: Millis,
        /// As it is now.
        note: Note,
    },
    /// An own task was ticked or cleared.
    Ticked {
        /// The node's id.
        lesson: String,
        /// Its text.
        task: String,
        /// Ticked or cleared.
        ticked: bool,
        /// When.
        at: Millis,
    },
    /// A question of a lesson's quiz was answered.
    Answered {
        /// The node's id.
        lesson: String,
        /// The question's id.
        question: String,
        /// When.
        at: Millis,
        /// What was answered, and whether that is right.
        reply: Reply,
    },
    /// A lesson was read to its end.
    Read {
        /// The node's id.
        lesson: String,
        /// When.
        at: Millis,
    },
    /// A lab was started.
    LabStarted {
        /// The lab's id.
        lab: String,
        /// When.
        at: Millis,
    },
    /// A lab was stopped.
    LabStopped {
        /// The lab's id.
        lab: String,
        /// When.
        at: Millis,
    },
    /// A check passed.
    Passed {
        /// The lab's id.
        lab: String,
        /// The check's name.
        check: String,
        /// When.
        at: Millis,
    },
    /// All checks of the learner's level held at once.
    LabDone {
        /// The lab's id.
        lab: String,
        /// When.
        at: Millis,
    },
    /// A hint was taken.
    Hinted {
        /// The lab's id.
        lab: String,
        /// The check's name.
        check: String,
        /// Which one, from 1.
        level: u32,
        /// When.
        at: Millis,
    },
    /// A step of the reference solution was shown.
    Shown {
        /// The lab's id.
        lab: String,
        /// The step's name.
        step: String,
        /// When.
        at: Millis,
    },
    /// A timed run has come so far.
    Timed {
        /// The lab's id.
        lab: String,
        /// When the run began.
        start: Millis,
        /// How it stands.
        trial: Trial,
    },
    /// The learner chose a level.
    Level(Level),
}

impl Trial {
    /// Takes in what another copy knows of the same run.
    fn merge(&mut self, other: &Self) {
        self.minutes = self.minutes.max(other.minutes);
        self.spent = self.spent.max(other.spent);
        other.passed.iter().for_each(|(check, at)| earliest(&mut self.passed, check.clone(), *at));
    }
}

fn first(slot: &mut Option<Millis>, at: Millis) {
    *slot = Some(slot.map_or(at, |old| old.min(at)));
}

fn last<T: Ord>(slot: &mut Option<T>, new: T) {
    if slot.as_ref().is_none_or(|old| *old < new) {
        *slot = Some(new);
    }
}

fn earliest<K: Ord>(map: &mut BTreeMap<K, Millis>, key: K, at: Millis) {
    map.entry(key).and_modify(|old| *old = at.min(*old)).or_insert(at);
}

fn noted(notes: &mut BTreeMap<Millis, Note>, made: Millis, new: &Note) {
    let old = notes.remove(&made);
    notes.insert(made, old.map_or_else(|| new.clone(), |old| old.newer(new.clone())));
}

fn ticked_last(ticks: &mut BTreeMap<String, (Millis, bool)>, task: &str, new: (Millis, bool)) {
    let kept = ticks.entry(task.to_owned()).or_insert(new);
    *kept = (*kept).max(new);
}

/// Of two answers at the same moment the same one is kept wherever they meet; unknown fields of both.
fn answered(answers: &mut BTreeMap<Millis, Reply>, at: Millis, new: &Reply) {
    let Some(old) = answers.get_mut(&at) else {
        answers.insert(at, new.clone());
        return;
    };
    let greater = (new.right, &new.given) > (old.right, &old.given);
    let (mut kept, other) = if greater { (new.clone(), &*old) } else { (old.clone(), new) };
    keep(&mut kept.rest, &other.rest);
    *old = kept;
}

impl Progress {
    /// Adds one change.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::Opened { lesson, at } => {
                let record = self.lesson(lesson);
                first(&mut record.opened, *at);
                last(&mut record.last, *at);
            }
            Change::Place { lesson, line, within, at } => {
                let record = self.lesson(lesson);
                last(&mut record.place, (*at, *line));
                last(&mut record.within, (*at, *within));
            }
            Change::Noted { lesson, made, note } => noted(&mut self.lesson(lesson).notes, *made, note),
            Change::Ticked { lesson, task, ticked, at } => {
                ticked_last(&mut self.lesson(lesson).ticks, task, (*at, *ticked));
            }
            Change::Answered { lesson, question, at, reply } => {
                answered(self.lesson(lesson).answers.entry(question.clone()).or_default(), *at, reply);
            }
            Change::Read { lesson, at } => first(&mut self.lesson(lesson).read, *at),
            Change::LabStarted { lab, at } => last(&mut self.lab(lab).started, *at),
            Change::LabStopped { lab, at } => last(&mut self.lab(lab).stopped, *at),
            Change::Passed { lab, check, at } => earliest(&mut self.lab(lab).passed, check.clone(), *at),
            Change::LabDone { lab, at } => first(&mut self.lab(lab).done, *at),
            Change::Hinted { lab, check, level, at } => {
                earliest(self.lab(lab).hints.entry(check.clone()).or_default(), *level, *at);
            }
            Change::Shown { lab, step, at } => earliest(&mut self.lab(lab).shown, step.clone(), *at),
            Change::Timed { lab, start, trial } => self.lab(lab).timed.entry(*start).or_default().merge(trial),
            Change::Level(level) => self.level = Some(*level),
        }
    }

    /// Adds everything another copy knows, so that copies end the same in whatever order they meet. Of two levels the
    /// higher is kept, of a field that this program does not know the one whose text is greater.
    pub fn merge(&mut self, other: &Self) {
        self.level = self.level.max(other.level);
        for (id, theirs) in &other.lessons {
            let ours = self.lesson(id);
            theirs.opened.iter().for_each(|at| first(&mut ours.opened, *at));
            theirs.last.iter().for_each(|at| last(&mut ours.last, *at));
            theirs.read.iter().for_each(|at| first(&mut ours.read, *at));
            theirs.place.iter().for_each(|place| last(&mut ours.place, *place));
            theirs.within.iter().for_each(|within| last(&mut ours.within, *within));
            theirs.notes.iter().for_each(|(made, note)| noted(&mut ours.notes, *made, note));
            theirs.ticks.iter().for_each(|(task, tick)| ticked_last(&mut ours.ticks, task, *tick));
            for (question, replies) in &theirs.answers {
                let answers = ours.answers.entry(question.clone()).or_default();
                replies.iter().for_each(|(at, reply)| answered(answers, *at, reply));
            }
            keep(&mut ours.rest, &theirs.rest);
        }
        for (id, theirs) in &other.labs {
            let ours = self.lab(id);
            theirs.started.iter().for_each(|at| last(&mut ours.started, *at));
            theirs.stopped.iter().for_each(|at| last(&mut ours.stopped, *at));
            theirs.done.iter().for_each(|at| first(&mut ours.done, *at));
            for (check, at) in &theirs.passed {
                earliest(&mut ours.passed, check.clone(), *at);
            }
            for (check, levels) in &theirs.hints {
                let hints = ours.hints.entry(check.clone()).or_default();
                levels.iter().for_each(|(level, at)| earliest(hints, *level, *at));
            }
            theirs.shown.iter().for_each(|(step, at)| earliest(&mut ours.shown, step.clone(), *at));
            theirs.timed.iter().for_each(|(start, trial)| ours.timed.entry(*start).or_default().merge(trial));
            keep(&mut ours.rest, &theirs.rest);
        }
        keep(&mut self.rest, &other.rest);
    }

    fn lesson(&mut self, id: &str) -> &mut LessonRecord {
        self.lessons.entry(id.to_owned()).or_default()
    }

    fn lab(&mut self, id: &str) -> &mut LabRecord {
        self.labs.entry(id.to_owned()).or_default()
    }
}

fn keep(ours: &mut BTreeMap<String, serde_json::Value>, theirs: &BTreeMap<String, serde_json::Value>) {
    for (key, value) in theirs {
        let kept = ours.entry(key.clone()).or_insert_with(|| value.clone());
        let (new, old) = (value.to_string(), kept.to_string());
        if new > old {
            kept.clone_from(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_change() -> impl Strategy<Value = Change> {
        let id = || "[ab]".prop_map(String::from);
        let at = || -5i64..5;
        prop_oneof![
            (id(), at()).prop_map(|(lesson, at)| Change::Opened { lesson, at }),
            (id(), 1..4usize, 0..3u32, at()).prop_map(|(lesson, line, within, at)| Change::Place {
                lesson,
                line,
                within,
                at
            }),
            (id(), at(), at(), "[가나]?", any::<bool>(), 1..4usize).prop_map(
                |(lesson, made, at, text, marked, line)| {
                    let note = Note { at, line, text, marked, ..Note::default() };
                    Change::Noted { lesson, made, note }
                }
            ),
            (id(), id(), any::<bool>(), at()).prop_map(|(lesson, task, ticked, at)| Change::Ticked {
                lesson,
                task,
                ticked,
                at
            }),
            (id(), id(), at(), any::<bool>(), "[가나]?").prop_map(|(lesson, question, at, right, given)| {
                Change::Answered {
                    lesson,
                    question,
                    at,
                    reply: Reply { right, given: vec![given], ..Reply::default() },
                }
            }),
            (id(), at()).prop_map(|(lesson, at)| Change::Read { lesson, at }),
            (id(), at()).prop_map(|(lab, at)| Change::LabStarted { lab, at }),
            (id(), at()).prop_map(|(lab, at)| Change::LabStopped { lab, at }),
            (id(), id(), at()).prop_map(|(lab, check, at)| Change::Passed { lab, check, at }),
            (id(), at()).prop_map(|(lab, at)| Change::LabDone { lab, at }),
            (id(), id(), 1..4u32, at()).prop_map(|(lab, check, level, at)| Change::Hinted { lab, check, level, at }),
            (id(), id(), at()).prop_map(|(lab, step, at)| Change::Shown { lab, step, at }),
            (id(), at(), 0..3i64, id(), 0..3i64).prop_map(|(lab, start, spent, check, at)| Change::Timed {
                lab,
                start,
                trial: Trial { minutes: 5, spent, passed: [(check, at)].into() },
            }),
        ]
    }

    fn of(changes: &[Change]) -> Progress {
        let mut progress = Progress::default();
        changes.iter().for_each(|change| progress.apply(change));
        progress
    }

    /// A copy as another program may have left it: a level, fields unknown here.
    fn any_copy() -> impl Strategy<Value = Progress> {
        let level = prop::option::of(prop::sample::select(vec![Level::Beginner, Level::Advanced]));
        let rest = || prop::collection::btree_map("[xy]", (0..3u8).prop_map(|n| serde_json::json!(n)), 0..2);
        (prop::collection::vec(any_change(), 0..8), level, rest(), rest()).prop_map(|(changes, level, rest, inner)| {
            let mut copy = of(&changes);
            copy.lessons.values_mut().for_each(|record| record.rest.clone_from(&inner));
            (copy.level, copy.rest) = (level, rest);
            copy
        })
    }

    fn merged(mut one: Progress, other: &Progress) -> Progress {
        one.merge(other);
        one
    }

    proptest! {
        #[test]
        fn copies_end_the_same_in_whatever_order_they_meet(one in any_copy(), two in any_copy(), three in any_copy()) {
            prop_assert_eq!(merged(one.clone(), &two), merged(two.clone(), &one));
            let left = merged(merged(one.clone(), &two), &three);
            prop_assert_eq!(&left, &merged(one.clone(), &merged(two, &three)));
            prop_assert_eq!(merged(left.clone(), &one), left);
        }

        #[test]
        fn changes_end_at_the_same_progress_in_any_order(
            (changes, shuffled) in prop::collection::vec(any_change(), 0..12)
                .prop_flat_map(|v| (Just(v.clone()), Just(v).prop_shuffle())),
            cut in 0..12usize,
        ) {
            let whole = of(&changes);
            prop_assert_eq!(&whole, &of(&shuffled));
            let (one, two) = changes.split_at(cut.min(changes.len()));
            let mut merged = of(two);
            merged.merge(&of(one));
            merged.merge(&of(one));
            prop_assert_eq!(&whole, &merged);
        }
    }
}
