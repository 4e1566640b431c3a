//! A running lab: watches in, verdicts out. Sleeps until something happens or a deadline comes; no tick.

use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::guard::Admitted;
use super::identity::{self, Reader};
use super::observer::{News, Observer};
use super::remote::Remote;
use super::site::Site;
use super::state::Saved;
use super::trouble::Trouble;
use super::wait::after;
use crate::lab::{self, Change, Connection, Event, Memory, Verdict};

/// Changes that come within this time after a decision are decided together.
const DEBOUNCE: Duration = Duration::from_millis(30);
/// How long the memory may differ from its file.
const SAVE_AFTER: Duration = Duration::from_millis(250);
/// Between two attempts to get a token.
const RENEW_AGAIN: Duration = Duration::from_secs(5);

/// What the screen was told last.
#[derive(Clone, PartialEq)]
struct Told {
    verdicts: Vec<Verdict>,
    invariants: Vec<Verdict>,
    passed_once: Vec<String>,
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
    /// When the last decision was made, and when the next one is due.
    decided: Instant,
    due: Option<Instant>,
    save_at: Option<Instant>,
    written: Memory,
    renew_at: Instant,
    renewed_at: Instant,
    renewing: JoinSet<Result<Reader, Trouble>>,
    checking: JoinSet<Result<(), Trouble>>,
    writing: JoinSet<std::io::Result<()>>,
}

impl Session {
    /// Opens the watches of a lab that is set up.
    pub fn open(site: Site, saved: Saved, reader: Reader, resumed: bool, events: mpsc::UnboundedSender<Event>) -> Self {
        let (identity, identities) = watch::channel(reader.remote);
        let start = saved.memory.start;
        let observer = Observer::open(&identities, site.lab.watches(), start, resumed, site.clock.clone());
        let written = saved.memory.clone();
        let now = Instant::now();
        Self {
            site,
            saved,
            observer,
            identity,
            events,
            told: None,
            decided: now,
            due: Some(now),
            save_at: None,
            written,
            renew_at: reader.renew,
            renewed_at: now,
            renewing: JoinSet::new(),
            checking: JoinSet::new(),
            writing: JoinSet::new(),
        }
    }

    /// Runs until the cluster behind the address is another one. Safe to be dropped and called again: an order that
    /// comes in between is performed by the caller, who calls again.
    pub async fn run(&mut self) -> Trouble {
        loop {
            let due = self.due;
            let save_at = self.save_at;
            tokio::select! {
                biased;
                () = until(due) => self.decide(),
                news = self.observer.news() => self.hear(news),
                () = until(save_at), if self.writing.is_empty() => self.write(),
                Some(written) = self.writing.join_next() => self.wrote(written),
                () = sleep_until(self.renew_at), if self.renewing.is_empty() => self.renew(),
                Some(reader) = self.renewing.join_next() => self.renewed(reader),
                Some(checked) = self.checking.join_next() => {
                    if let Ok(Err(Trouble::Changed)) = checked {
                        return Trouble::Changed;
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
        self.decide();
        self.write_now();
    }

    /// Says everything again, for a screen that has just come.
    pub fn tell_all(&mut self) {
        let since = self.saved.memory.start;
        let phase = lab::Phase::Running(since);
        let _ = self.events.send(Event::Phase { lab: self.site.lab.id.clone(), phase });
        self.told = None;
        self.decide();
    }

    /// Writes what is not written yet, for the end of a session.
    pub fn write_now(&mut self) {
        if self.saved.memory != self.written {
            self.written = self.saved.memory.clone();
            if let Err(error) = self.site.file.renew(&self.saved) {
                tracing::warn!(%error, "the memory of the lab is not written");
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
        if news.changed {
            let next = self.decided + DEBOUNCE;
            if next <= Instant::now() {
                self.decide();
            } else {
                self.due = Some(self.due.map_or(next, |due| due.min(next)));
            }
        }
    }

    fn decide(&mut self) {
        let now = self.site.clock.now();
        let decision = lab::decide_all(&self.site.lab, self.observer.observation(), &mut self.saved.memory, now);
        self.decided = Instant::now();
        self.due = decision.deadline.map(|deadline| after(deadline.saturating_sub(now).max(1)));
        self.tell(decision.verdicts, decision.invariants, decision.turned);
        if self.save_at.is_none() && self.saved.memory != self.written {
            self.save_at = Some(self.decided + SAVE_AFTER);
        }
    }

    /// Sends the whole vector, when it is another one.
    fn tell(&mut self, verdicts: Vec<Verdict>, invariants: Vec<Verdict>, turned: Vec<(String, Option<Change>)>) {
        let passed_once = passed_once(&self.site.lab, &self.saved.memory);
        let told = Told { verdicts, invariants, passed_once };
        if self.told.as_ref() == Some(&told) && turned.is_empty() {
            return;
        }
        let Told { verdicts, invariants, passed_once } = told.clone();
        let lab = self.site.lab.id.clone();
        let _ = self.events.send(Event::Verdicts { lab, verdicts, invariants, passed_once, turned });
        self.told = Some(told);
    }

    fn write(&mut self) {
        self.save_at = None;
        self.written = self.saved.memory.clone();
        let (file, saved) = (self.site.file.clone(), self.saved.clone());
        self.writing.spawn_blocking(move || file.renew(&saved));
    }

    fn wrote(&mut self, written: Result<std::io::Result<()>, tokio::task::JoinError>) {
        if let Ok(Err(error)) = written {
            tracing::warn!(%error, "the memory of the lab is not written");
        }
        if self.saved.memory != self.written {
            self.save_at = Some(Instant::now() + SAVE_AFTER);
        }
    }

    fn renew(&mut self) {
        self.renewed_at = Instant::now();
        self.renew_at = self.renewed_at + RENEW_AGAIN;
        let admitted = self.site.admitted.clone();
        self.renewing.spawn(async move { identity::reader(&admitted).await });
    }

    fn renewed(&mut self, reader: Result<Result<Reader, Trouble>, tokio::task::JoinError>) {
        match reader {
            Ok(Ok(reader)) => {
                self.renew_at = reader.renew;
                self.identity.send_replace(reader.remote);
                self.observer.again();
            }
            Ok(Err(error)) => tracing::warn!(%error, "no token for the reader"),
            Err(error) => tracing::warn!(%error, "the renewal broke"),
        }
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
