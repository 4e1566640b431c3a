//! Watches and prober of one session in one place: wait for news, then look at the observation.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::ask::Means;
use super::asker::{Asker, Heard};
use super::clock::Clock;
use super::ledger::Ledger;
use super::look::Elsewhere;
use super::probe;
use super::remote::Remote;
use super::watch::{Update, Watch};
use crate::lab::{Changed, Lab, Millis, Observation, Query, Reason, Topic, WatchKey};

/// What a piece of news was about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The observation is another one.
    pub changed: bool,
    /// Where it is.
    pub what: Changed,
    /// The prober has said something, be it the same as before.
    pub word: bool,
    /// The way to the cluster was lost or is back.
    pub reach: bool,
    /// Our credentials are not accepted any more.
    pub unauthorized: bool,
}

/// One session's eyes.
pub struct Observer {
    ledger: Ledger,
    clock: Clock,
    updates: mpsc::UnboundedReceiver<(WatchKey, Update)>,
    replies: mpsc::UnboundedReceiver<Heard>,
    hear: mpsc::UnboundedSender<Heard>,
    /// Queries whose reply is of use only when it was asked after this moment.
    awaited: BTreeMap<Query, Instant>,
    /// Who is asked again when what is watched changes.
    nudges: Vec<(BTreeSet<WatchKey>, Arc<Notify>)>,
    words: mpsc::UnboundedReceiver<Result<(), Reason>>,
    nudge: Arc<Notify>,
    epoch: watch::Sender<u64>,
    /// Watches that have not answered since the way to the cluster came back; until then what is known is old.
    behind: BTreeSet<WatchKey>,
    keys: BTreeSet<WatchKey>,
    // Dropped with the observer: its tasks end with it.
    tasks: JoinSet<()>,
}

impl Observer {
    /// Opens one watch per key, and asks whether the cluster is ready.
    pub fn open(
        remote: &watch::Receiver<Remote>,
        keys: BTreeSet<WatchKey>,
        start: Millis,
        resumed: bool,
        clock: Clock,
    ) -> Self {
        let (hear, replies) = mpsc::unbounded_channel();
        let (out, updates) = mpsc::unbounded_channel();
        let (say, words) = mpsc::unbounded_channel();
        let (epoch, epochs) = watch::channel(0);
        let nudge = Arc::new(Notify::new());
        let mut tasks = JoinSet::new();
        for key in &keys {
            let watch = Watch { key: key.clone(), remote: remote.clone(), epoch: epochs.clone(), out: out.clone() };
            tasks.spawn(watch.run());
        }
        tasks.spawn(probe::run(remote.clone(), nudge.clone(), say));
        let ledger = Ledger::new(&keys, start, resumed);
        let (nudges, behind, awaited) = Default::default();
        Self { ledger, clock, updates, replies, hear, awaited, nudges, words, nudge, epoch, behind, keys, tasks }
    }

    /// Asks the queries of a lab too.
    #[must_use]
    pub fn asking(mut self, lab: &Lab, means: &Means) -> Self {
        for (query, every) in lab.queries() {
            let (nudge, query) = (Arc::new(Notify::new()), query.clone());
            self.nudges.push((query.watches().into_iter().collect(), nudge.clone()));
            self.ledger.asks(query.clone());
            self.tasks.spawn(Asker { query, every, means: means.clone(), nudge, out: self.hear.clone() }.run());
        }
        self
    }

    /// Has every query asked anew.
    pub fn ask_again(&mut self) {
        let now = Instant::now();
        self.awaited.extend(self.ledger.observation().replies.keys().map(|query| (query.clone(), now)));
        self.nudges.iter().for_each(|(_, nudge)| nudge.notify_one());
    }

    /// True when every query has been asked since then, and answered.
    pub fn heard_all(&self) -> bool {
        self.awaited.is_empty()
    }

    /// Everything seen so far.
    pub fn observation(&self) -> &Observation {
        self.ledger.observation()
    }

    /// Takes in what there is beside what is watched; true when it is another than before.
    pub fn elsewhere(&mut self, seen: Elsewhere) -> bool {
        self.ledger.elsewhere(seen)
    }

    /// True when every watch has answered and the cluster can be asked.
    pub fn synced(&self) -> bool {
        self.ledger.synced() && self.ledger.observation().reachable.is_ok()
    }

    /// Begins every watch again from where it is, with the newest identity.
    pub fn again(&self) {
        self.epoch.send_modify(|epoch| *epoch += 1);
    }

    /// Waits for news and takes in all that has come; safe to be cancelled.
    pub async fn news(&mut self) -> News {
        let mut news = News::default();
        tokio::select! {
            Some((key, update)) = self.updates.recv() => self.take(&key, update, &mut news),
            Some(word) = self.words.recv() => self.hear(word, &mut news),
            Some(heard) = self.replies.recv() => self.replied(heard, &mut news),
            else => std::future::pending().await,
        }
        while let Ok(word) = self.words.try_recv() {
            self.hear(word, &mut news);
        }
        while let Ok((key, update)) = self.updates.try_recv() {
            self.take(&key, update, &mut news);
        }
        while let Ok(heard) = self.replies.try_recv() {
            self.replied(heard, &mut news);
        }
        news
    }

    fn take(&mut self, key: &WatchKey, update: Update, news: &mut News) {
        match &update {
            Update::Broken(reason) | Update::Failed(reason) => {
                news.unauthorized |= matches!(reason, Reason::Unauthorized | Reason::Forbidden(_));
                self.nudge.notify_one();
            }
            _ => {}
        }
        if !matches!(update, Update::Broken(_)) && self.behind.remove(key) && self.behind.is_empty() {
            news.reach |= self.ledger.reach(Ok(()));
            news.changed = true;
            news.what = Changed::All;
        }
        if self.ledger.apply(key, update, self.clock.now()) {
            news.changed = true;
            news.what.join(Changed::Only([Topic::Watch(key.clone())].into()));
            self.nudges.iter().filter(|(keys, _)| keys.contains(key)).for_each(|(_, nudge)| nudge.notify_one());
        }
    }

    fn replied(&mut self, heard: Heard, news: &mut News) {
        let Heard { query, asked, reply } = heard;
        if self.awaited.get(&query).is_some_and(|since| *since <= asked) {
            self.awaited.remove(&query);
        }
        if self.ledger.replied(query.clone(), reply) {
            news.changed = true;
            news.what.join(Changed::Only([Topic::Query(query)].into()));
        }
    }

    fn hear(&mut self, word: Result<(), Reason>, news: &mut News) {
        news.word = true;
        let lost = self.ledger.observation().reachable.is_err();
        match word {
            Ok(()) if lost && self.behind.is_empty() => {
                self.behind = self.keys.clone();
                if self.behind.is_empty() {
                    news.reach |= self.ledger.reach(Ok(()));
                }
                self.again();
            }
            Ok(()) => {}
            Err(reason) => {
                news.unauthorized |= reason == Reason::Unauthorized;
                self.behind.clear();
                news.reach |= self.ledger.reach(Err(reason));
            }
        }
        if news.reach {
            self.nudges.iter().for_each(|(_, nudge)| nudge.notify_one());
            news.changed = true;
            news.what = Changed::All;
        }
    }
}
