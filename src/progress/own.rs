//! What the learner added by hand: notes, bookmarks, ticks; and which lessons were open last.

use std::collections::BTreeMap;

use super::model::Progress;
use super::note::Note;
use crate::course::Node;
use crate::lab::Millis;

impl Progress {
    /// Notes and bookmarks of a lesson that were not deleted: the id they are kept under, when they were made, and they
    /// themselves.
    pub fn notes<'a>(&'a self, node: &'a Node) -> impl Iterator<Item = (&'a str, Millis, &'a Note)> {
        let ids = std::iter::once(&node.id).chain(&node.aliases);
        ids.filter_map(|id| Some((id.as_str(), self.lessons.get(id)?)))
            .flat_map(|(id, record)| record.notes.iter().map(move |(made, note)| (id, *made, note)))
            .filter(|(_, _, note)| !note.is_deleted())
    }

    /// How many notes there are in all, and how many bookmarks.
    pub fn note_counts(&self) -> (usize, usize) {
        let all = || self.lessons.values().flat_map(|record| record.notes.values());
        (all().filter(|note| !note.text.is_empty()).count(), all().filter(|note| note.marked).count())
    }

    /// The own tasks of a lesson that were ticked or cleared, by their text.
    pub fn ticks<'a>(&'a self, node: &'a Node) -> BTreeMap<&'a str, bool> {
        let mut ticks: BTreeMap<&str, (Millis, bool)> = BTreeMap::new();
        for id in std::iter::once(&node.id).chain(&node.aliases) {
            for (task, tick) in self.lessons.get(id).iter().flat_map(|record| &record.ticks) {
                let kept = ticks.entry(task).or_insert(*tick);
                *kept = (*kept).max(*tick);
            }
        }
        ticks.into_iter().map(|(task, (_, ticked))| (task, ticked)).collect()
    }

    /// The ids of the lessons that were open last, the latest first.
    pub fn recent(&self, most: usize) -> Vec<&str> {
        let mut seen: Vec<_> = self.lessons.iter().filter_map(|(id, record)| Some((record.seen()?, id))).collect();
        seen.sort_by(|one, other| other.cmp(one));
        seen.into_iter().take(most).map(|(_, id)| id.as_str()).collect()
    }
}
