//! The steps of long work, told as they begin and end.

use super::clock::Clock;
use super::trouble::Trouble;
use crate::lab::Work;

/// What has been done so far, and who is told.
pub struct Steps<'a> {
    works: Vec<Work>,
    clock: Clock,
    tell: &'a mut (dyn FnMut(&[Work]) + Send),
}

impl<'a> Steps<'a> {
    /// Nothing done yet, by the system's own time.
    pub fn of_now(tell: &'a mut (dyn FnMut(&[Work]) + Send)) -> Self {
        Self::new(Clock::default(), tell)
    }

    /// Nothing done yet.
    pub(super) fn new(clock: Clock, tell: &'a mut (dyn FnMut(&[Work]) + Send)) -> Self {
        Self { works: Vec::new(), clock, tell }
    }

    /// Does one step; its end is told whichever way it ends.
    pub async fn step<T>(
        &mut self,
        what: impl Into<String>,
        work: impl Future<Output = Result<T, Trouble>>,
    ) -> Result<T, Trouble> {
        self.works.push(Work { what: what.into(), since: self.clock.now(), end: None });
        (self.tell)(&self.works);
        let answer = work.await;
        if let Some(work) = self.works.last_mut() {
            work.end = Some(answer.as_ref().map(|_| ()).map_err(Trouble::to_string));
        }
        (self.tell)(&self.works);
        answer
    }
}
