//! What time it is for a run. Proofs set it ahead, so that `within` and `holdFor` need no waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::lab::Millis;

/// The system's clock, set ahead by as much as was asked.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    /// Milliseconds since the Unix epoch, as this run sees them.
    pub fn now(&self) -> Millis {
        let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis::try_from(real.as_millis()).unwrap_or(Millis::MAX) + self.0.load(Ordering::Relaxed)
    }

    /// Sets it ahead.
    pub fn ahead(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap_or(0), Ordering::Relaxed);
    }
}
