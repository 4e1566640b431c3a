//! A running lab: watches in, verdicts out. Sleeps until something happens or a deadline comes; no tick.

mod green;
mod looking;
mod time;

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until, timeout};

use super::api::ApiError;
use super::ask::Means;
use super::checkpoint::Checkpoint;
use super::guard::Admitted;
use super::identity::{self, Reader};
use super::look::{Looked, Pace};
use super::observer::{News, Observer};
use super::remote::Remote;
use super::site::Site;
use super::state::{Kept, Saved};
use super::trouble::Trouble;
use super::wait::after;
use crate::lab::{self, Changed, Connection, Decision, Event, Memory, Round, Verdict};

/// Changes that come within this time after a decision are decided together.
const DEBOUNCE: Duration = Duration::from_millis(30);
/// How long the memory may differ from its file.
const SAVE_AFTER: Duration = Duration::from_millis(250);
/// How long the checks that a solution step turns may take to pass.
const PASSES_WITHIN: Duration = Duration::from_secs(120);
/// Between two attempts to get a token.
const RENEW_AGAIN: Duration = Duration::from_secs(5);

/// What the screen was told last.
#[derive(Clone, PartialEq)]
struct Told {
    verdicts: Vec<Verdict>,
    invariants: Vec<Verdict>,
    hints: Vec<Vec<usize>>,
    passed_once: Vec<String>,
}

/// Why a session ended by itself.
#[derive(Debug)]
pub enum Ended {
    /// The cluster behind the address is another one.
    Changed,
    /// Another program has stopped the lab, works on it, or has begun it anew.
    Taken(Kept),
}

/// A running lab.
pub struct Session {
    /// Where.
    pub site: Site,
    /// What is kept of it.
    pub saved: Saved,
    observer: Observer,
    identity: watch::Sender<Remote>,
    events: mpsc::UnboundedSender<Event>,
    told: Option<Told>,
    told_faults: Option<usize>,
    round: Round,
    /// What has changed since the last decision.
    changed: Changed,
    /// When the last decision was made, and when the next one is due.
    decided: Instant,
    due: Option<Instant>,
    save_at: Option<Instant>,
    /// The memory as the file and we had it last.
    written: Memory,
    renew_at: Instant,
    renewed_at: Instant,
    renewing: JoinSet<Result<Reader, Trouble>>,
    checking: JoinSet<Result<(), Trouble>>,
    writing: JoinSet<std::io::Result<(Memory, Saved, Kept)>>,
    /// Checks that were passed when that was last known.
    green: BTreeSet<String>,
    /// When the moment is to be kept, and its keeping.
    keep_at: Option<Instant>,
    keeping: JoinSet<Result<Checkpoint, ApiError>>,
    /// When another minute of a timed run is spent.
    minute: Option<Instant>,
    looking: JoinSet<Looked>,
    pace: Pace,
}

impl Session {
    /// Opens the watches of a lab that is set up.
    pub fn open(site: Site, saved: Saved, reader: Reader, resumed: bool, events: mpsc::UnboundedSender<Event>) -> Self {
        let (identity, identities) = watch::channel(reader.remote);
        let start = saved.memory.start;
        site.clock.at_least(saved.memory.latest());
        let means = Means { reader: identities, prober: site.prober(), kind: site.kind() };
        let observer = Observer::open(&means.reader, site.lab.watches(), start, resumed, site.clock.clone());
        let observer = observer.asking(&site.lab, &means);
        let written = saved.memory.clone();
        let green = site.checkpoint.load(start).map(|kept| kept.passed.into_iter().collect()).unwrap_or_default();
        let now = Instant::now();
        Self {
            round: Round::new(&site.lab),
            changed: Changed::All,
            site,
            saved,
            observer,
            identity,
            events,
            told: None,
            told_faults: None,
            decided: now,
            due: Some(now),
            save_at: None,
            written,
            renew_at: reader.renew,
            renewed_at: now,
            renewing: JoinSet::new(),
            checking: JoinSet::new(),
            writing: JoinSet::new(),
            green,
            keep_at: None,
            keeping: JoinSet::new(),
            minute: Some(now),
            looking: JoinSet::new(),
            pace: Pace::new(),
        }
    }

    /// Runs until the cluster behind the address is another one, or another program has ended the run. Safe to be dropped and called again: an order that
    /// comes in between is performed by the caller, who calls again.
    pub async fn run(&mut self) -> Ended {
        loop {
            if let Err(ended) = self.run_until(|_| false).await {
                return ended;
            }
        }
    }

    /// Follows the cluster until these checks have passed once in this run.
    ///
    /// # Errors
    /// [`Trouble::Late`] with those that have not within two minutes.
    pub async fn passed(&mut self, checks: &[String]) -> Result<Result<(), Ended>, Trouble> {
        let passed = |memory: &Memory| {
            let passed = memory.passed_once();
            checks.iter().all(|check| passed.contains(check))
        };
        let end = timeout(PASSES_WITHIN, self.run_until(passed)).await;
        end.map_err(|_| {
            let passed = self.saved.memory.passed_once();
            let open: Vec<&str> = checks.iter().filter(|check| !passed.contains(*check)).map(String::as_str).collect();
            Trouble::Late {
                what: "확인이 통과하기를 기다림".into(),
                seconds: PASSES_WITHIN.as_secs(),
                why: format!("통과하지 않은 확인: {}", open.join(", ")),
            }
        })
    }

    async fn run_until(&mut self, holds: impl Fn(&Memory) -> bool) -> Result<(), Ended> {
        loop {
            if holds(&self.saved.memory) {
                return Ok(());
            }
            let due = self.due;
            let (save_at, keep_at, minute) = (self.save_at, self.keep_at, self.minute);
            tokio::select! {
                biased;
                () = until(due) => self.decide(),
                news = self.observer.news() => self.hear(news),
                () = until(save_at), if self.writing.is_empty() => self.write(),
                () = until(keep_at), if self.keeping.is_empty() => self.keep(),
                Some(kept) = self.keeping.join_next() => self.kept(kept),
                () = until(minute) => self.tell_time(),
                Some(written) = self.writing.join_next() => {
                    if let Some(ended) = self.wrote(written) {
                        return Err(ended);
                    }
                }
                () = sleep_until(self.renew_at), if self.renewing.is_empty() => self.renew(),
                Some(reader) = self.renewing.join_next() => {
                    if let Some(ended) = self.renewed(reader) {
                        return Err(ended);
                    }
                }
                Some(Ok(looked)) = self.looking.join_next() => self.looked(looked),
                Some(checked) = self.checking.join_next() => {
                    if let Ok(Err(Trouble::Changed)) = checked {
                        return Err(Ended::Changed);
                    }
                }
            }
        }
    }

    /// Takes an answer.
    pub fn answer(&mut self, check: String, value: String) {
        self.remember(|memory| {
            memory.answers.insert(check, value);
        });
    }

    /// Takes an answer or a mark, and decides at once.
    pub fn remember(&mut self, change: impl FnOnce(&mut Memory)) {
        change(&mut self.saved.memory);
        self.changed = Changed::All;
        self.decide();
        self.write_now();
    }

    /// Says everything again, for a screen that has just come.
    pub fn tell_all(&mut self) {
        let since = self.saved.memory.start;
        let phase = lab::Phase::Running(since);
        let _ = self.events.send(Event::Phase { lab: self.site.lab.id.clone(), phase });
        self.told = None;
        self.told_faults = None;
        self.tell_faults();
        self.changed = Changed::All;
        self.decide();
        self.tell_time();
    }

    /// The file has the memory as it is.
    pub fn is_written(&self) -> bool {
        self.saved.memory == self.written
    }

    /// Writes what is not written yet, for the end of a session.
    pub fn write_now(&mut self) {
        if self.saved.memory != self.written {
            // A run that another program has ended is noticed at the next look.
            match self.site.file.renew(&mut self.saved, &self.written) {
                Ok(_) => self.written = self.saved.memory.clone(),
                Err(error) => tracing::warn!(%error, "the memory of the lab is not written"),
            }
        }
        self.save_at = None;
    }

    fn hear(&mut self, news: News) {
        if news.reach {
            let name = self.site.admitted.name.clone();
            let connection = match &self.observer.observation().reachable {
                Ok(()) => {
                    // Back after a loss: is it still the same cluster?
                    let admitted: Admitted = self.site.admitted.clone();
                    self.checking.spawn(async move { admitted.verify().await });
                    Connection::Ready(name)
                }
                Err(reason) => Connection::Lost(name, reason.clone()),
            };
            let _ = self.events.send(Event::Connection(connection));
        }
        if news.unauthorized {
            self.renew_at = self.renew_at.min(self.renewed_at + RENEW_AGAIN);
        }
        if news.word && self.save_at.is_none() {
            // Every two seconds: what have other programs done to the lab?
            self.save_at = Some(Instant::now());
        }
        if news.word {
            self.tell_faults();
        }
        if news.changed && !news.what.only_events() {
            self.pace.changed();
        }
        self.changed.join(news.what);
        if news.changed {
            let next = self.decided + DEBOUNCE;
            if next <= Instant::now() {
                self.decide();
            } else {
                self.due = Some(self.due.map_or(next, |due| due.min(next)));
            }
        }
    }

    /// Says how many faults are not undone; another program may have rescued the nodes.
    fn tell_faults(&mut self) {
        let open = self.site.open_faults();
        if self.told_faults != Some(open) {
            self.told_faults = Some(open);
            let _ = self.events.send(Event::Faults { lab: self.site.lab.id.clone(), open });
        }
    }

    fn decide(&mut self) {
        let now = self.site.clock.now();
        let changed = std::mem::take(&mut self.changed);
        let (lab, memory) = (&self.site.lab, &mut self.saved.memory);
        let decision = self.round.decide(lab, self.observer.observation(), memory, now, &changed);
        self.decided = Instant::now();
        self.due = decision.deadline.map(|deadline| after(deadline.saturating_sub(now).max(1)));
        self.turn(&decision.verdicts);
        self.clock_in();
        self.look_elsewhere(&decision.verdicts);
        self.tell(decision);
        if self.save_at.is_none() && self.saved.memory != self.written {
            self.save_at = Some(self.decided + SAVE_AFTER);
        }
    }

    /// Sends the whole vector, when it is another one.
    fn tell(&mut self, decision: Decision) {
        let Decision { verdicts, invariants, turned, hints, .. } = decision;
        let passed_once = passed_once(&self.site.lab, &self.saved.memory);
        let since = looking::since(&self.site.lab, &self.saved.memory);
        let told = Told { verdicts, invariants, hints, passed_once };
        if self.told.as_ref() == Some(&told) && turned.is_empty() {
            return;
        }
        let Told { verdicts, invariants, hints, passed_once } = told.clone();
        let lab = self.site.lab.id.clone();
        let _ = self.events.send(Event::Verdicts { lab, verdicts, invariants, hints, passed_once, turned, since });
        self.told = Some(told);
    }

    fn write(&mut self) {
        self.save_at = None;
        let (file, mut saved, base) = (self.site.file.clone(), self.saved.clone(), self.written.clone());
        self.writing.spawn_blocking(move || {
            let sent = saved.memory.clone();
            file.renew(&mut saved, &base).map(|kept| (sent, saved, kept))
        });
    }

    fn wrote(&mut self, written: Result<std::io::Result<(Memory, Saved, Kept)>, JoinError>) -> Option<Ended> {
        match written {
            Ok(Ok((sent, merged, Kept::Same))) => {
                if sent != merged.memory {
                    self.saved.memory.merge(&sent, &merged.memory);
                    self.changed = Changed::All;
                    self.due = Some(Instant::now());
                }
                self.written = merged.memory;
            }
            Ok(Ok((.., kept))) => return Some(Ended::Taken(kept)),
            Ok(Err(error)) => tracing::warn!(%error, "the memory of the lab is not written"),
            Err(error) => tracing::warn!(%error, "writing the memory of the lab broke"),
        }
        if self.save_at.is_none() && self.saved.memory != self.written {
            self.save_at = Some(Instant::now() + SAVE_AFTER);
        }
        None
    }

    fn renew(&mut self) {
        self.renewed_at = Instant::now();
        self.renew_at = self.renewed_at + RENEW_AGAIN;
        let admitted = self.site.admitted.clone();
        self.renewing.spawn(async move { identity::reader(&admitted).await });
    }

    fn renewed(&mut self, reader: Result<Result<Reader, Trouble>, JoinError>) -> Option<Ended> {
        match reader {
            Ok(Ok(reader)) => {
                self.renew_at = reader.renew;
                self.identity.send_replace(reader.remote);
                self.observer.again();
            }
            Ok(Err(Trouble::Changed)) => return Some(Ended::Changed),
            Ok(Err(error)) => tracing::warn!(%error, "no token for the reader"),
            Err(error) => tracing::warn!(%error, "the renewal broke"),
        }
        None
    }
}

/// Sleeps until an instant; for ever without one.
async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

/// Checks that have passed once in this run, in the lab's order.
fn passed_once(lab: &lab::Lab, memory: &Memory) -> Vec<String> {
    let passed = memory.passed_once();
    lab.checks.iter().map(|check| check.name.clone()).filter(|name| passed.contains(name)).collect()
}
