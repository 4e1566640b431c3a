//! The time of a timed run: said with each minute and each first pass. No tick: one timer to the next minute.

use tokio::time::Instant;

use super::{SAVE_AFTER, Session};
use crate::cluster::wait::after;
use crate::lab::{Event, Timed};

impl Session {
    /// Times the run from now on; one that is timed goes on so.
    pub fn time(&mut self) {
        let (minutes, start, tick) = (self.site.lab.minutes, self.site.clock.now(), self.site.clock.tick());
        self.saved.memory.timed.get_or_insert_with(|| Timed::new(minutes, start, &tick));
        self.write_now();
        self.tell_time();
    }

    /// Says how the time of a timed run stands, and when it is to be said again.
    pub(super) fn tell_time(&mut self) {
        let tick = self.site.clock.tick();
        self.minute = self.saved.memory.timed.as_mut().map(|timed| {
            timed.advance(&tick);
            after(timed.next_minute(&tick))
        });
        if let Some(timed) = self.saved.memory.timed.clone() {
            self.save_at = self.save_at.or(Some(Instant::now() + SAVE_AFTER));
            let _ = self.events.send(Event::Timed { lab: self.site.lab.id.clone(), timed });
        }
    }

    /// Writes down when checks of a timed run passed first.
    pub(super) fn clock_in(&mut self) {
        let tick = self.site.clock.tick();
        let passed = self.saved.memory.passed_once();
        let Some(timed) = &mut self.saved.memory.timed else { return };
        let spent = timed.spent_at(&tick);
        let new: Vec<String> = passed.into_iter().filter(|check| !timed.passed.contains_key(check)).collect();
        if !new.is_empty() {
            timed.passed.extend(new.into_iter().map(|check| (check, spent)));
            self.tell_time();
        }
    }
}
