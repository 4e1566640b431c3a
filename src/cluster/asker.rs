//! One query of one session: asked at intervals, and at once when something around it has changed. Says what came back;
//! decides nothing, and ends only when it is dropped.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep_until, timeout};

use super::ask::{Means, answer};
use crate::lab::{Query, Reason, Reply};

/// The longest that a reply is waited for.
const LIMIT: Duration = Duration::from_secs(5);
/// Between two questions that changes ask for.
const REST: Duration = Duration::from_secs(1);
/// Changes that come within this time after the first are one.
const SETTLE: Duration = Duration::from_millis(100);

/// One query's own state.
pub struct Asker {
    /// What is asked.
    pub query: Query,
    /// How often.
    pub every: Duration,
    /// With whose eyes.
    pub means: Means,
    /// Something around it has changed.
    pub nudge: Arc<Notify>,
    /// Where it reports.
    pub out: mpsc::UnboundedSender<Heard>,
}

/// What came back, and when it was asked.
#[derive(Clone, Debug)]
pub struct Heard {
    /// What was asked.
    pub query: Query,
    /// When.
    pub asked: Instant,
    /// What came back.
    pub reply: Reply,
}

impl Asker {
    /// Runs until dropped, or nobody listens.
    pub async fn run(self) {
        let mut failed_before = true;
        loop {
            let since = Instant::now();
            let reply = timeout(LIMIT, answer(&self.query, &self.means)).await.unwrap_or(Reply::Failed(Reason::Hang));
            // What failed once may be a server that is busy; what was known stays known till it is asked again.
            let failed = matches!(reply, Reply::Failed(_));
            let doubtful = failed && !failed_before;
            let pending = reply == Reply::Pending;
            failed_before = failed;
            if !doubtful && self.out.send(Heard { query: self.query.clone(), asked: since, reply }).is_err() {
                return;
            }
            let soon = doubtful || pending;
            let next = if soon { since + REST } else { since + self.every };
            tokio::select! {
                () = sleep_until(next) => {}
                () = self.nudged(since) => {}
            }
        }
    }

    async fn nudged(&self, since: Instant) {
        self.nudge.notified().await;
        sleep_until((since + REST).max(Instant::now() + SETTLE)).await;
    }
}
