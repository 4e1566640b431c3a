//! One engine and what it says, for a command that waits.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::cluster::{self, Engine, Order};
use crate::command::cluster::block_on;
use crate::command::world::World;
use crate::lab::{Event, Lab, Millis};

/// An engine at work for one command; dropping it closes the engine and leaves the lab running.
pub struct Session {
    engine: Engine,
    events: UnboundedReceiver<Event>,
}

impl Session {
    /// Starts the engine and gives it its first order.
    pub fn open(world: &World, order: Order) -> Self {
        let (sender, events) = unbounded_channel();
        let engine = cluster::engine(world.access(), world.home.state.clone(), sender);
        engine.order(order);
        Self { engine, events }
    }

    /// Starts the engine on a lab that runs already.
    pub fn attach(world: &World, lab: &Arc<Lab>) -> Self {
        Self::open(world, Order::Attach(lab.clone()))
    }

    /// Gives a further order.
    pub fn order(&self, order: Order) {
        self.engine.order(order);
    }

    /// Hands events to `take` until it gives a value; `None` when the engine ends or the time is up.
    ///
    /// # Errors
    /// What `take` says, or a runtime that cannot be made.
    pub fn until<T>(
        &mut self,
        limit: Option<Duration>,
        mut take: impl FnMut(Event) -> anyhow::Result<Option<T>>,
    ) -> anyhow::Result<Option<T>> {
        let events = &mut self.events;
        block_on(async move {
            let end = limit.map(|limit| tokio::time::Instant::now() + limit);
            loop {
                let event = match end {
                    Some(end) => match tokio::time::timeout_at(end, events.recv()).await {
                        Ok(event) => event,
                        Err(_) => return Ok(None),
                    },
                    None => events.recv().await,
                };
                let Some(event) = event else { return Ok(None) };
                if let Some(value) = take(event)? {
                    return Ok(Some(value));
                }
            }
        })?
    }
}

/// Milliseconds since the Unix epoch.
pub fn now() -> Millis {
    jiff::Timestamp::now().as_millisecond()
}
