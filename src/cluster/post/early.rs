//! A lab whose first work is to make its cluster, before there is one: what the learner's machine can be asked is
//! decided, everything else waits.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use tokio::time::timeout;

use crate::cluster::ask;
use crate::cluster::ledger::Ledger;
use crate::lab::{Changed, Event, Lab, Memory, Millis, Query, Reason, Reply, Round, Verdict};

/// Between two looks.
pub(super) const AGAIN: Duration = Duration::from_secs(2);
/// The longest that a program of the machine is waited for.
const LIMIT: Duration = Duration::from_secs(5);

/// How such a lab stands. Of use until its cluster is there: the run that begins then has a memory of its own.
pub(super) struct Early {
    lab: Arc<Lab>,
    queries: Vec<Query>,
    ledger: Ledger,
    round: Round,
    memory: Memory,
}

impl Early {
    /// Nothing asked yet; `None` for a lab whose cluster is not the learner's to make.
    pub(super) fn of(lab: &Arc<Lab>, now: Millis) -> Option<Self> {
        lab.cluster.by_learner.then(|| Self {
            lab: lab.clone(),
            queries: lab.queries().into_keys().filter(|query| query.is_outside()).cloned().collect(),
            ledger: Ledger::new(&BTreeSet::new(), now, false),
            round: Round::new(lab),
            memory: Memory::new(&lab.id, "", now),
        })
    }

    /// Asks the machine; the whole vector, although the cluster cannot be asked for this reason.
    pub(super) async fn look(&mut self, lost: Reason, now: impl Fn() -> Millis) -> Event {
        let ask = |query: Query| async move {
            let reply = timeout(LIMIT, ask::outside(&query)).await.unwrap_or(Some(Reply::Failed(Reason::Hang)));
            (query, reply.unwrap_or_default())
        };
        for (query, reply) in join_all(self.queries.iter().cloned().map(ask)).await {
            self.ledger.replied(query, reply);
        }
        self.ledger.reach(Err(lost));
        let observation = self.ledger.observation();
        let decision = self.round.decide(&self.lab, observation, &mut self.memory, now(), &Changed::All);
        let waits = |verdict| if matches!(verdict, Verdict::Unknown(_)) { Verdict::Waiting } else { verdict };
        let passed = self.memory.passed_once();
        Event::Verdicts {
            lab: self.lab.id.clone(),
            verdicts: decision.verdicts.into_iter().map(waits).collect(),
            invariants: Vec::new(),
            hints: decision.hints,
            passed_once: passed.into_iter().collect(),
            turned: decision.turned,
            since: Vec::new(),
        }
    }
}
