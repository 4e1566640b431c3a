//! One engine and what it says, for a command that waits.

use std::future::pending;
use std::io::stdout;
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::Interest;
use tokio::net::unix::pipe::Sender;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::cluster::{self, Engine};
use crate::command::waiting::Ends;
use crate::command::world::World;
use crate::lab::{Event, Lab, Millis, Order};

/// What a waiting command hears.
pub enum Heard {
    /// The engine says something.
    Event(Event),
    /// Somebody wants it to end: Ctrl-C, or a signal that means the same.
    Interrupted,
    /// Nobody reads its output any more.
    Unread,
}

/// What ends a program from outside. Once caught it does not, so it is caught only where it is also obeyed.
struct Caught {
    ends: Ends,
    output: Option<Sender>,
}

/// An engine at work for one command; dropping it closes the engine and leaves the lab running.
pub struct Session {
    engine: Engine,
    events: UnboundedReceiver<Event>,
    caught: Option<Caught>,
    // Last, so that what is registered with it goes first.
    runtime: Runtime,
}

impl Session {
    /// Starts the engine and gives it its first order.
    ///
    /// # Errors
    /// When the system gives no runtime.
    pub fn open(world: &World, order: Order) -> anyhow::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (sender, events) = unbounded_channel();
        let engine = cluster::engine(world.access(), world.home.state.clone(), sender);
        engine.order(order);
        Ok(Self { engine, events, caught: None, runtime })
    }

    /// Starts the engine on a lab that runs already.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub fn attach(world: &World, lab: &Arc<Lab>) -> anyhow::Result<Self> {
        Self::open(world, Order::Attach(lab.clone()))
    }

    /// Gives a further order.
    pub fn order(&self, order: Order) {
        self.engine.order(order);
    }

    /// From here on interruptions are heard and do not end the program by themselves.
    ///
    /// # Errors
    /// When the system gives no signals.
    pub fn catch(&mut self) -> anyhow::Result<()> {
        let _inside = self.runtime.enter();
        let ends = Ends::catch()?;
        // Only to hear of its end. A file cannot be watched, and has no reader that goes away.
        let output = stdout().as_fd().try_clone_to_owned().and_then(Sender::from_owned_fd_unchecked).ok();
        self.caught = Some(Caught { ends, output });
        Ok(())
    }

    /// Hands what is heard to `take` until it gives a value; `None` when the engine ends or the time is up.
    ///
    /// # Errors
    /// What `take` says.
    pub fn hear<T>(
        &mut self,
        limit: Option<Duration>,
        mut take: impl FnMut(Heard, &Engine) -> anyhow::Result<Option<T>>,
    ) -> anyhow::Result<Option<T>> {
        let Self { engine, events, caught, runtime } = self;
        runtime.block_on(async {
            let end = limit.map(|limit| tokio::time::Instant::now() + limit);
            loop {
                let heard = tokio::select! {
                    event = events.recv() => match event {
                        Some(event) => Heard::Event(event),
                        None => return Ok(None),
                    },
                    heard = outside(caught.as_mut()) => heard,
                    () = late(end) => return Ok(None),
                };
                if let Some(value) = take(heard, engine)? {
                    return Ok(Some(value));
                }
            }
        })
    }

    /// As [`Session::hear`], events alone.
    ///
    /// # Errors
    /// What `take` says.
    pub fn until<T>(
        &mut self,
        limit: Option<Duration>,
        mut take: impl FnMut(Event) -> anyhow::Result<Option<T>>,
    ) -> anyhow::Result<Option<T>> {
        self.hear(limit, |heard, _| match heard {
            Heard::Event(event) => take(event),
            Heard::Interrupted | Heard::Unread => Ok(None),
        })
    }
}

async fn late(end: Option<tokio::time::Instant>) {
    match end {
        Some(end) => tokio::time::sleep_until(end).await,
        None => pending().await,
    }
}

async fn outside(caught: Option<&mut Caught>) -> Heard {
    let Some(Caught { ends, output }) = caught else { return pending().await };
    tokio::select! {
        () = ends.any() => Heard::Interrupted,
        () = closed(output.as_ref()) => {
            // It is said once.
            *output = None;
            Heard::Unread
        }
    }
}

/// Until the reader of standard output goes away; for ever when that cannot be known.
async fn closed(output: Option<&Sender>) {
    let Some(output) = output else { return pending().await };
    if output.ready(Interest::ERROR).await.is_err() {
        pending::<()>().await;
    }
}

/// Milliseconds since the Unix epoch.
pub fn now() -> Millis {
    jiff::Timestamp::now().as_millisecond()
}
