//! What is learned and not yet on disk. One save at a time; a failed one is kept, said and tried again.

use super::Effect;
use crate::lab::Millis;
use crate::progress::Change;

/// Changes on their way to the disk.
#[derive(Debug, Default)]
pub struct Saving {
    queue: Vec<Change>,
    on_the_way: Vec<Change>,
    /// Why the last save failed, while it has not come right.
    pub failed: Option<String>,
    retry_at: Option<Millis>,
}

/// Between two tries.
const RETRY: Millis = 5_000;

impl Saving {
    /// Adds a change; a newer place of the same lesson replaces the older one.
    pub fn add(&mut self, change: Change) {
        if let Change::Place { lesson: new, .. } = &change {
            self.queue.retain(|old| !matches!(old, Change::Place { lesson, .. } if lesson == new));
        }
        self.queue.push(change);
    }

    /// The next save, when there is something to save and nothing on the way.
    pub fn next(&mut self, now: Millis) -> Option<Effect> {
        let waits = self.retry_at.is_some_and(|at| now < at);
        if self.queue.is_empty() || !self.on_the_way.is_empty() || waits {
            return None;
        }
        self.on_the_way = std::mem::take(&mut self.queue);
        Some(Effect::Save(self.on_the_way.clone()))
    }

    /// The answer to a save.
    pub fn saved(&mut self, result: Result<(), String>, now: Millis) {
        let sent = std::mem::take(&mut self.on_the_way);
        match result {
            Ok(()) => {
                self.failed = None;
                self.retry_at = None;
            }
            Err(why) => {
                self.queue.splice(0..0, sent);
                self.failed = Some(why);
                self.retry_at = Some(now + RETRY);
            }
        }
    }

    /// When to try again.
    pub fn deadline(&self) -> Option<Millis> {
        self.retry_at.filter(|_| !self.queue.is_empty() && self.on_the_way.is_empty())
    }

    /// All that is not known to be on disk.
    pub fn unsaved(&self) -> Vec<Change> {
        self.on_the_way.iter().chain(&self.queue).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_save_is_kept_and_tried_again_in_order() {
        let mut saving = Saving::default();
        let read = |lesson: &str| Change::Read { lesson: lesson.into(), at: 0 };
        saving.add(read("a"));
        assert!(saving.next(0).is_some());
        saving.add(read("b"));
        assert!(saving.next(0).is_none(), "one at a time");
        saving.saved(Err("디스크가 가득 찼어요".into()), 0);
        assert_eq!(saving.unsaved(), [read("a"), read("b")]);
        assert!(saving.next(10).is_none());
        assert!(matches!(saving.next(RETRY), Some(Effect::Save(c)) if c == [read("a"), read("b")]));
        saving.saved(Ok(()), RETRY);
        assert!(saving.unsaved().is_empty() && saving.failed.is_none());
    }
}
