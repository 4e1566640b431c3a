//! One lab on a control plane of its own, watched until it is settled, on a clock that is set ahead.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use crate::cluster::access::Access;
use crate::cluster::ask::Means;
use crate::cluster::checkpoint::CheckpointFile;
use crate::cluster::clock::Clock;
use crate::cluster::control_plane::ControlPlane;
use crate::cluster::fault::Faults;
use crate::cluster::guard::{self, Admitted};
use crate::cluster::identity::Reader;
use crate::cluster::observer::Observer;
use crate::cluster::owns::Pace;
use crate::cluster::remote::Remote;
use crate::cluster::site::Site;
use crate::cluster::state::{Saved, StateFile};
use crate::cluster::steps::Steps;
use crate::cluster::symptom;
use crate::cluster::trouble::Trouble;
use crate::lab::{self, Action, Decision, KindState, Lab, Memory, Millis, Records, Verdict, Work};

/// How long is waited for what happens in a cluster.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Nothing must happen for this long before a lab counts as settled.
    quiet: Duration,
    /// What does not come to rest (a container that crashes again and again) is judged after this.
    restless: Duration,
    /// True when a quiet cluster does not mean that what is waited for will not come: images are pulled in silence.
    stubborn: bool,
}

/// KWOK nodes act at once.
const SIMULATED: Patience =
    Patience { quiet: Duration::from_secs(2), restless: Duration::from_secs(30), stubborn: false };
/// Real ones probe, pull and start.
const REAL: Patience = Patience { quiet: Duration::from_secs(3), restless: Duration::from_secs(90), stubborn: true };
/// How far the clock is set ahead: more than any `within` and `holdFor`.
const AHEAD: Duration = Duration::from_secs(3600);

/// A control plane that pieces take turns on.
pub struct Ground {
    admitted: Admitted,
    state: tempfile::TempDir,
    patience: Patience,
}

impl Ground {
    /// The cluster as its owner.
    pub async fn open(plane: &ControlPlane) -> Result<Self, String> {
        let mut access = Access {
            kubeconfig: Some(plane.kubeconfig()),
            // No name of a kind cluster begins so: nothing but this control plane can be meant.
            kind_cluster: "/".into(),
            ..Access::default()
        };
        let entry = guard::describe(&access).await.map_err(|refusal| refusal.to_string())?;
        access.allow.push(entry);
        Ok(Self { patience: SIMULATED, ..Self::admit(&access).await? })
    }

    /// A cluster with real nodes, under the guard's terms.
    pub async fn admit(access: &Access) -> Result<Self, String> {
        let admitted = guard::admit(access).await.map_err(|refusal| refusal.to_string())?;
        let state = tempfile::tempdir().map_err(|error| error.to_string())?;
        Ok(Self { admitted, state, patience: REAL })
    }

    /// The cluster, as administrator.
    pub fn admin(&self) -> &Remote {
        &self.admitted.admin
    }

    /// Sets a lab up.
    pub async fn begin(&self, lab: &Arc<Lab>, pace: Pace) -> Result<Bench, Trouble> {
        Bench::begin(self.site(lab, pace), self.patience).await
    }

    /// A lab as it would be on this cluster.
    fn site(&self, lab: &Arc<Lab>, pace: Pace) -> Site {
        let file = StateFile::new(&PathBuf::from(self.state.path()), &lab.id);
        let checkpoint = CheckpointFile::new(self.state.path(), &lab.id);
        let faults = self.admitted.kind.as_deref().and_then(|name| Faults::of(self.state.path(), name));
        let (admitted, lab, clock) = (self.admitted.clone(), lab.clone(), Clock::default());
        Site { admitted, lab, file, checkpoint, clock, pace, faults }
    }
}

/// A lab that runs.
pub struct Bench {
    /// Where.
    pub site: Site,
    /// What is kept of it.
    pub saved: Saved,
    observer: Observer,
    patience: Patience,
    // Watches end when it is dropped.
    _identity: watch::Sender<Remote>,
}

impl Bench {
    async fn begin(site: Site, patience: Patience) -> Result<Self, Trouble> {
        let mut silent = |_: &[Work]| {};
        let (saved, reader) = site.begin(&mut Steps::new(site.clock.clone(), &mut silent)).await?;
        Ok(Self::watch(site, saved, reader, patience).await)
    }

    /// Removes what it owns and sets it up again.
    pub async fn reset(self) -> Result<Self, Trouble> {
        let (site, saved, patience) = (self.site, self.saved, self.patience);
        let mut silent = |_: &[Work]| {};
        let (saved, reader) = site.reset(saved, &mut Steps::new(site.clock.clone(), &mut silent)).await?;
        Ok(Self::watch(site, saved, reader, patience).await)
    }

    /// Removes it; gives what its nodes were like before.
    pub async fn end(self) -> Result<Saved, Trouble> {
        let mut silent = |_: &[Work]| {};
        let saved = self.saved.clone();
        self.site.end(self.saved, &mut Steps::new(self.site.clock.clone(), &mut silent)).await?;
        Ok(saved)
    }

    /// Follows a lab that was set up, from when it shows what is broken: simulated nodes are as they will be at once.
    async fn watch(site: Site, saved: Saved, reader: Reader, patience: Patience) -> Self {
        let (identity, identities) = watch::channel(reader.remote);
        let keys = site.lab.watches();
        let means = Means { reader: identities, prober: site.prober(), kind: site.kind() };
        let observer = Observer::open(&means.reader, keys, saved.memory.start, false, site.clock.clone());
        let observer = observer.asking(&site.lab, &means);
        let mut bench = Self { site, saved, observer, patience, _identity: identity };
        let since = Instant::now();
        while patience.stubborn && !bench.symptom() && since.elapsed() < symptom::LIMIT {
            bench.listen(since).await;
        }
        bench
    }

    /// Performs actions; answers go to the memory.
    pub async fn perform(&mut self, actions: &[Action]) -> Result<(), Trouble> {
        for action in actions {
            let site = self.site.clone();
            let work = site.perform(action, false);
            tokio::pin!(work);
            // What happens meanwhile is folded in, as a session would.
            let answered = loop {
                tokio::select! {
                    answered = &mut work => break answered?,
                    _ = self.observer.news() => { self.decide(); }
                }
            };
            if let Some(answered) = answered {
                self.saved.memory.answers.insert(answered.check, answered.value);
            }
        }
        self.observer.ask_again();
        Ok(())
    }

    /// Waits until nothing happens any more, and decides as if all deadlines had passed.
    pub async fn settle(&mut self) -> Decision {
        let since = Instant::now();
        let mut changed = since;
        while self.moving(since, changed) {
            changed = self.listen(changed).await;
        }
        self.later()
    }

    /// Waits only until checks are passed, as if all deadlines had passed; settles when they do not.
    pub async fn hurry(&mut self, names: &[String]) -> Decision {
        let since = Instant::now();
        let mut changed = since;
        let stubborn = self.patience.stubborn && !names.is_empty();
        let hope = |bench: &Self, changed| match stubborn {
            true => since.elapsed() < bench.patience.restless,
            false => bench.moving(since, changed),
        };
        while !self.would_pass(names) && hope(self, changed) {
            changed = self.listen(changed).await;
        }
        self.later()
    }

    /// Whether checks would be passed if all deadlines had passed.
    fn would_pass(&mut self, names: &[String]) -> bool {
        if !self.observer.synced() || !self.observer.heard_all() {
            return false;
        }
        let now = self.site.clock.now();
        let mut memory = self.saved.memory.clone();
        self.decide_with(&mut memory, now);
        let decision = self.decide_with(&mut memory, now + millis(AHEAD));
        let pairs = self.site.lab.checks.iter().zip(&decision.verdicts);
        pairs.filter(|(check, _)| names.contains(&check.name)).all(|(_, verdict)| *verdict == Verdict::Passed)
    }

    /// False when there was no change for a while and everybody is done, or it will never come to rest.
    fn moving(&self, since: Instant, changed: Instant) -> bool {
        since.elapsed() < self.patience.restless && !(changed.elapsed() >= self.patience.quiet && self.at_rest())
    }

    /// Folds the next news in, and gives when something changed last.
    async fn listen(&mut self, changed: Instant) -> Instant {
        let rest = self.patience.quiet.saturating_sub(changed.elapsed()).max(Duration::from_millis(50));
        match timeout(rest, self.observer.news()).await {
            Ok(news) if news.changed => {
                self.decide();
                Instant::now()
            }
            _ => changed,
        }
    }

    /// True when the symptom is seen.
    pub fn symptom(&self) -> bool {
        let Some(symptom) = &self.site.lab.symptom else { return true };
        lab::holds(&self.site.lab, symptom, self.observer.observation(), self.site.clock.now()) == Ok(true)
    }

    /// Checks that have passed in this run, in the lab's order.
    pub fn passed_once(&self) -> Vec<String> {
        self.saved.memory.passed_once().into_iter().collect()
    }

    /// Keeps how things are for the checks that have just passed.
    pub fn record(&self, records: &mut Records) {
        records.take(&self.site.lab, self.observer.observation(), &self.saved.memory, self.site.clock.now());
    }

    /// How the lab stands.
    pub fn now(&mut self) -> Decision {
        self.later()
    }

    /// Sets the clock ahead and decides.
    fn later(&mut self) -> Decision {
        self.decide();
        self.site.clock.ahead(AHEAD);
        self.decide()
    }

    fn decide(&mut self) -> Decision {
        let mut memory = std::mem::take(&mut self.saved.memory);
        let decision = self.decide_with(&mut memory, self.site.clock.now());
        self.saved.memory = memory;
        decision
    }

    fn decide_with(&self, memory: &mut Memory, now: Millis) -> Decision {
        lab::decide_all(&self.site.lab, self.observer.observation(), memory, now)
    }

    /// True when every watch has answered and every controller has seen what it is to control.
    fn at_rest(&self) -> bool {
        let current = |object: &Value| {
            let (metadata, status) = (&object["metadata"], &object["status"]);
            let seen = status["observedGeneration"].as_i64();
            let current = seen.is_none_or(|seen| metadata["generation"].as_i64().is_none_or(|wanted| seen >= wanted));
            current && metadata["deletionTimestamp"].is_null()
        };
        // A cluster that the lab itself keeps from answering is at rest when it stays so.
        let silenced = self.site.lab.breaks_nodes() && self.observer.observation().reachable.is_err();
        (silenced || self.observer.synced())
            && self.observer.heard_all()
            && self.observer.observation().kinds.values().all(|state| match state {
                KindState::Synced(objects) => objects.present.values().all(|seen| current(&seen.object)),
                _ => true,
            })
    }
}

fn millis(duration: Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(0)
}
