//! What a session looks at beyond its watches: one check from close by, and what there is elsewhere.

use std::collections::BTreeSet;

use tokio::time::Instant;

use super::Session;
use crate::cluster::look::{self, Looked};
use crate::lab::{self, Changed, Event, Memory, Verdict};

impl Session {
    /// Looks closer at a check; the answer comes as an event.
    pub fn look(&mut self, name: &str) {
        let Some((index, check)) = self.site.lab.checks.iter().enumerate().find(|(_, c)| c.name == name) else {
            return;
        };
        let verdict = self.told.as_ref().and_then(|told| told.verdicts.get(index)).unwrap_or(&Verdict::Waiting);
        let asks = lab::asks(check, verdict, self.observer.observation());
        let (remote, name) = (self.identity.borrow().clone(), name.to_owned());
        self.looking.spawn(async move { look::why(&remote, name, asks).await });
    }

    /// What a closer look has shown.
    pub(super) fn looked(&mut self, looked: Looked) {
        if looked.elsewhere.is_some_and(|seen| self.observer.elsewhere(seen)) {
            self.changed = Changed::All;
            self.due = Some(Instant::now());
        }
        let Some(mut why) = looked.why else { return };
        let Some(check) = self.site.lab.checks.iter().find(|check| check.name == why.check) else { return };
        why.near = lab::near_of(&self.site.lab, check, self.observer.observation());
        let turns = self.saved.memory.checks.get(&why.check).map(|memory| memory.turns.as_slice()).unwrap_or_default();
        why.turns = turns.iter().rev().cloned().collect();
        let _ = self.events.send(Event::Why { lab: self.site.lab.id.clone(), why: Box::new(why) });
    }

    /// Looks at what there is elsewhere, where something is missing and something has changed since the last look.
    pub(super) fn look_elsewhere(&mut self, verdicts: &[Verdict]) {
        let failed = |verdict: &Verdict| matches!(verdict, Verdict::Failed(_));
        let pairs = self.site.lab.checks.iter().zip(verdicts).filter(|(_, verdict)| failed(verdict));
        let observation = self.observer.observation();
        let keys: BTreeSet<_> =
            pairs.flat_map(|(check, verdict)| lab::elsewhere(check, verdict, observation)).collect();
        let Some(at) = self.pace.next().filter(|_| !keys.is_empty() && observation.reachable.is_ok()) else { return };
        if at > Instant::now() {
            self.due = Some(self.due.map_or(at, |due| due.min(at)));
            return;
        }
        self.pace.look();
        let remote = self.identity.borrow().clone();
        let keys: Vec<_> = keys.into_iter().collect();
        self.looking.spawn(async move { Looked { elsewhere: Some(look::elsewhere(&remote, keys).await), why: None } });
    }
}

/// By check, since when it stands as it does.
pub(super) fn since(lab: &lab::Lab, memory: &Memory) -> Vec<Option<lab::Millis>> {
    let turned = |check: &lab::Check| Some(memory.checks.get(&check.name)?.turns.last()?.at);
    lab.checks.iter().map(turned).collect()
}
