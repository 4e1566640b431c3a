//! The time of a timed run: counted by a clock of the machine that nobody sets, also while the program is closed. While
//! the machine is off it stands.

use std::collections::BTreeMap;

use super::observe::Millis;

/// A moment of the machine's own: milliseconds since it was switched on, and which time that was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// Another one each time the machine is switched on.
    pub boot: String,
    /// Since then, sleep counted in.
    pub at: Millis,
}

/// A timed run.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Timed {
    /// Minutes there are.
    pub minutes: u32,
    /// When the run began, by the clock on the wall: its name in the progress.
    pub start: Millis,
    /// Milliseconds spent at the moment below.
    pub spent: Millis,
    boot: String,
    at: Millis,
    /// Check → milliseconds spent when it passed first in this run.
    #[serde(default)]
    pub passed: BTreeMap<String, Millis>,
}

impl Timed {
    /// A run that begins.
    pub fn new(minutes: u32, start: Millis, tick: &Tick) -> Self {
        Self { minutes, start, spent: 0, boot: tick.boot.clone(), at: tick.at, passed: BTreeMap::new() }
    }

    /// Milliseconds spent at a moment.
    pub fn spent_at(&self, tick: &Tick) -> Millis {
        let since = if tick.boot == self.boot { (tick.at - self.at).max(0) } else { 0 };
        self.spent + since
    }

    /// Writes down how much is spent at a moment.
    pub fn advance(&mut self, tick: &Tick) {
        self.spent = self.spent_at(tick);
        self.boot.clone_from(&tick.boot);
        self.at = tick.at;
    }

    /// Milliseconds there are.
    pub fn limit(&self) -> Millis {
        Millis::from(self.minutes) * 60_000
    }

    /// Nothing is left of the time written down.
    pub fn is_over(&self) -> bool {
        self.spent >= self.limit()
    }

    /// Milliseconds until another whole minute is spent.
    pub fn next_minute(&self, tick: &Tick) -> Millis {
        60_000 - self.spent_at(tick) % 60_000
    }

    /// Takes in what another program knows of the same run: both count by the same clock.
    pub fn merge(&mut self, theirs: &Self) {
        if theirs.start != self.start {
            return;
        }
        if theirs.spent > self.spent {
            (self.spent, self.at) = (theirs.spent, theirs.at);
            self.boot.clone_from(&theirs.boot);
        }
        for (check, at) in &theirs.passed {
            self.passed.entry(check.clone()).and_modify(|ours| *ours = (*ours).min(*at)).or_insert(*at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tick(boot: &str, at: Millis) -> Tick {
        Tick { boot: boot.into(), at }
    }

    #[test]
    fn time_is_counted_by_the_machine_and_stands_while_it_is_off() {
        let mut timed = Timed::new(2, 1_800_000_000_000, &tick("one", 5_000));
        assert_eq!((timed.spent_at(&tick("one", 65_000)), timed.next_minute(&tick("one", 65_000))), (60_000, 60_000));
        timed.advance(&tick("one", 35_000));
        assert_eq!((timed.spent, timed.is_over(), timed.next_minute(&tick("one", 35_000))), (30_000, false, 30_000));
        // Switched off and on again: what the machine counts begins anew.
        assert_eq!(timed.spent_at(&tick("two", 900_000)), 30_000);
        timed.advance(&tick("two", 900_000));
        timed.advance(&tick("two", 1_000_000));
        assert_eq!((timed.spent, timed.is_over()), (130_000, true));
        assert_eq!(timed.spent_at(&tick("two", 0)), 130_000, "never backwards");
    }

    #[test]
    fn two_programs_agree() {
        let begun = Timed::new(2, 7, &tick("b", 0));
        let (mut one, mut other) = (begun.clone(), begun);
        one.advance(&tick("b", 10_000));
        one.passed.insert("a".into(), 10_000);
        other.advance(&tick("b", 12_000));
        other.passed.extend([("a".into(), 9_000), ("b".into(), 12_000)]);
        let mut merged = one.clone();
        merged.merge(&other);
        other.merge(&one);
        assert_eq!(merged, other);
        assert_eq!((merged.spent, merged.passed.len(), merged.passed["a"]), (12_000, 2, 9_000));
        let mut kept = one.clone();
        kept.merge(&Timed { start: 8, ..merged });
        assert_eq!(kept, one, "another run");
    }
}
