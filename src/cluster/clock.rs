//! What time it is for a run: never earlier than it was. Proofs set it ahead, so that `within` and `holdFor` need no
//! waiting.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::files;
use crate::lab::{Millis, Tick};

/// The system's clock, set ahead by as much as was asked. Where the system's is set back, this one goes on from where it
/// was, so that no `holdFor` has to wait for an hour to come again.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    ahead: Arc<AtomicI64>,
    last: Arc<AtomicI64>,
}

impl Clock {
    /// Milliseconds since the Unix epoch, as this run sees them.
    pub fn now(&self) -> Millis {
        let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.at(millis(real))
    }

    /// Sets it ahead.
    pub fn ahead(&self, by: Duration) {
        self.ahead.fetch_add(i64::try_from(by.as_millis()).unwrap_or(0), Ordering::Relaxed);
    }

    /// It is at least this late: an earlier session has seen this time.
    pub fn at_least(&self, seen: Millis) {
        self.last.fetch_max(seen, Ordering::Relaxed);
    }

    /// The machine's own time, which nobody sets. Where it is not to be had, that of this process: what goes by while the
    /// program is closed is not counted there.
    pub fn tick(&self) -> Tick {
        static BEGAN: OnceLock<Instant> = OnceLock::new();
        let read = |path: &str| files::read_to_string(Path::new(path)).ok();
        let machine = || {
            let boot = read("/proc/sys/kernel/random/boot_id")?.trim().to_owned();
            let seconds: f64 = read("/proc/uptime")?.split_whitespace().next()?.parse().ok()?;
            Some(Tick { boot, at: Duration::try_from_secs_f64(seconds).ok().map(millis)? })
        };
        machine().unwrap_or_else(|| Tick {
            boot: format!("process {}", std::process::id()),
            at: millis(BEGAN.get_or_init(Instant::now).elapsed()),
        })
    }

    /// The run's time when it is so late for the system.
    fn at(&self, real: Millis) -> Millis {
        let now = real + self.ahead.load(Ordering::Relaxed);
        let last = self.last.fetch_max(now, Ordering::Relaxed);
        if now < last {
            self.ahead.fetch_add(last - now, Ordering::Relaxed);
        }
        now.max(last)
    }
}

fn millis(duration: Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_goes_on_from_where_it_was() {
        let clock = Clock::default();
        let seen: Vec<Millis> = [100, 200, 50, 51, 60, 300].map(|real| clock.at(real)).into();
        assert_eq!(seen, [100, 200, 200, 201, 210, 450]);
        clock.at_least(1_000);
        assert_eq!([clock.at(301), clock.at(302)], [1_000, 1_001]);
        clock.ahead(Duration::from_millis(500));
        assert_eq!(clock.at(303), 1_502);
    }

    #[test]
    fn the_machines_own_time_goes_on() {
        let clock = Clock::default();
        let (first, second) = (clock.tick(), clock.tick());
        assert!(first.boot == second.boot && !first.boot.is_empty() && second.at >= first.at, "{first:?} {second:?}");
    }
}
