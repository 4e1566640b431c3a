//! The way to the cluster of a lab: sought again and again, and watched while no lab runs there.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

use super::Post;
use super::early::{self, Early};
use crate::cluster::access::{Access, Origin};
use crate::cluster::fault::Faults;
use crate::cluster::guard::{self, Admitted, Refusal};
use crate::cluster::probe;
use crate::cluster::site::Site;
use crate::cluster::state::{Stage, StateFile};
use crate::lab::{Connection, Event, Lab, Order};

/// Between two attempts to reach a cluster; asking kind costs a process each.
const AGAIN: Duration = Duration::from_secs(2);
const KIND_AGAIN: Duration = Duration::from_secs(10);
/// Between two questions whether a cluster on which nothing runs is there.
const IDLE: Duration = Duration::from_secs(2);

impl Post {
    /// The lab on the cluster; connects first, again and again while it cannot be reached, unless an order comes.
    pub(super) async fn reach(&mut self, lab: &Arc<Lab>) -> Option<Site> {
        self.settle(lab).await;
        self.say(Event::Connection(Connection::Connecting));
        let mut early = Early::of(lab, self.clock.now());
        loop {
            let (access, state_dir) = (self.access.of(lab), self.state_dir.clone());
            let reached = async {
                match guard::admit(&access).await {
                    Ok(admitted) => Ok((admitted, true)),
                    Err(refusal) => match broken(&access, &state_dir, lab, &refusal).await {
                        Some(admitted) => Ok((admitted, false)),
                        None => Err(refusal),
                    },
                }
            };
            match self.mailbox.unless(interrupts, reached).await {
                Ok(Ok((admitted, answers))) => {
                    // How a silent cluster is lost, those say who go on looking at it.
                    if answers {
                        self.say(Event::Connection(Connection::Ready(admitted.name.clone())));
                    }
                    self.admitted = Some(admitted.clone());
                    return Some(self.site(admitted, lab.clone()));
                }
                Ok(Err(refusal)) => {
                    self.admitted = None;
                    if let Err(order) = self.before(early.as_mut(), &refusal).await {
                        self.mailbox.put_back(order);
                        return None;
                    }
                    let pause = self.refused(&access, &refusal)?;
                    let pause = if early.is_some() { early::AGAIN } else { pause };
                    if let Err(order) = self.mailbox.unless(interrupts, sleep(pause)).await {
                        self.mailbox.put_back(order);
                        return None;
                    }
                }
                Err(order) => {
                    self.mailbox.put_back(order);
                    return None;
                }
            }
        }
    }

    /// Says how a lab stands whose cluster is still to be made.
    async fn before(&mut self, early: Option<&mut Early>, refusal: &Refusal) -> Result<(), Order> {
        if let (Some(early), Some(lost)) = (early, refusal.reason()) {
            let clock = self.clock.clone();
            let event = self.mailbox.unless(interrupts, early.look(lost, move || clock.now())).await?;
            self.say(event);
        }
        Ok(())
    }

    /// Says a refusal; gives when to try again, if that is of use.
    fn refused(&self, access: &Access, refusal: &Refusal) -> Option<Duration> {
        let Some(reason) = refusal.reason() else {
            self.say(Event::Connection(Connection::Refused(refusal.to_string())));
            return None;
        };
        let pause = if matches!(refusal, Refusal::Kind(_)) { KIND_AGAIN } else { AGAIN };
        let name = match (refusal, access.origin()) {
            (Refusal::Unreachable { name, .. }, _) => name.clone(),
            (_, Origin::Kind(name)) => format!("kind-{name}"),
            (_, Origin::File(_, context)) => context.unwrap_or_default(),
        };
        self.say(Event::Connection(Connection::Lost(name, reason)));
        // A kubeconfig that is no good is read again, too: it may be mended in another window.
        Some(pause)
    }
}

/// The cluster of a lab that does not answer because of what the lab has done to its nodes: the lab is gone on with, and
/// it can be stopped.
async fn broken(access: &Access, state_dir: &Path, lab: &Lab, refusal: &Refusal) -> Option<Admitted> {
    let Refusal::Unreachable { name, .. } = refusal else { return None };
    if Faults::of(state_dir, name.strip_prefix("kind-")?)?.open(&lab.id) == 0 {
        return None;
    }
    let saved = StateFile::new(state_dir, &lab.id).load().ok().flatten()?;
    guard::remembered(access, &saved.cluster_uid).await
}

/// What ends an attempt to reach a cluster.
fn interrupts(order: &Order) -> bool {
    !matches!(order, Order::Answer { .. } | Order::Mark { .. } | Order::Why { .. })
}

/// Says when a cluster on which nothing runs goes and comes; ends when another program has begun the lab there.
pub(super) async fn watch_idle(admitted: Admitted, events: mpsc::UnboundedSender<Event>, file: StateFile) {
    let run = || {
        let saved = file.load().ok().flatten()?;
        (saved.stage == Stage::Running && saved.cluster_uid == admitted.cluster_uid).then_some(saved.memory.start)
    };
    let before = run();
    let mut lost = None;
    loop {
        sleep(IDLE).await;
        let now = run();
        if now.is_some() && now != before {
            return;
        }
        let word = probe::ready(&admitted.admin.api).await;
        if word.clone().err() == lost {
            continue;
        }
        let name = admitted.name.clone();
        let connection = match &word {
            Ok(()) => Connection::Ready(name),
            Err(reason) => Connection::Lost(name, reason.clone()),
        };
        let _ = events.send(Event::Connection(connection));
        lost = word.err();
    }
}
