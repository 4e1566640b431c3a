//! The last green moment: whenever more checks are passed than before, and stay so, what the lab owns is looked at and
//! kept, for undoing.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::task::JoinError;
use tokio::time::{Instant, timeout};

use super::Session;
use crate::cluster::api::ApiError;
use crate::cluster::checkpoint::Checkpoint;
use crate::lab::Verdict;

/// How long checks that have turned green are let stand before the moment is kept.
const STANDS: Duration = Duration::from_millis(300);
/// How long keeping may take at the end of a session.
const LAST: Duration = Duration::from_secs(3);

impl Session {
    /// The end of a session: what has just turned green is kept, what is not written is written.
    pub async fn close(&mut self) {
        let keep = async {
            if self.keep_at.is_some() {
                self.keep();
            }
            while let Some(kept) = self.keeping.join_next().await {
                self.kept(kept);
            }
        };
        let _ = timeout(LAST, keep).await;
        self.write_now();
    }

    /// Looks at what is owned, now that it is green.
    pub(super) fn keep(&mut self) {
        self.keep_at = None;
        let (remote, owns) = (self.identity.borrow().clone(), self.site.lab.owns.clone());
        let (start, at) = (self.saved.memory.start, self.site.clock.now());
        let passed = self.green.iter().cloned().collect();
        self.keeping.spawn(async move { Checkpoint::take(&remote, &owns, start, at, passed).await });
    }

    /// What was looked at is kept, if it has stayed green meanwhile.
    pub(super) fn kept(&self, kept: Result<Result<Checkpoint, ApiError>, JoinError>) {
        match kept {
            Ok(Ok(kept)) if kept.passed.iter().all(|check| self.green.contains(check)) => {
                if let Err(error) = self.site.checkpoint.save(&kept) {
                    tracing::warn!(%error, "the last green moment is not written");
                }
            }
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the last green moment is not known"),
            Err(error) => tracing::warn!(%error, "looking at the last green moment broke"),
        }
    }

    /// Takes in which checks are passed; when there are more than before, the moment is to be kept.
    pub(super) fn turn(&mut self, verdicts: &[Verdict]) {
        if verdicts.iter().any(|verdict| matches!(verdict, Verdict::Unknown(_))) {
            return;
        }
        let passed = self.site.lab.checks.iter().zip(verdicts).filter(|(_, verdict)| **verdict == Verdict::Passed);
        let green: BTreeSet<String> = passed.map(|(check, _)| check.name.clone()).collect();
        if green == self.green {
            return;
        }
        let more = green.difference(&self.green).next().is_some();
        self.keep_at = if more { Some(Instant::now() + STANDS) } else { None };
        self.green = green;
    }
}
