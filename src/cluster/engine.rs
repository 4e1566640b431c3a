//! The engine's thread: orders in, events out; nothing else is shared with it.

use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::mpsc;

use super::access::Access;
use super::mailbox::Mailbox;
use super::post::Post;
use crate::lab::{Event, Order};

/// How long a closing engine is waited for.
const GOODBYE: Duration = Duration::from_secs(5);

/// A running engine; dropping it closes it, the lab stays as it is.
pub struct Engine {
    orders: mpsc::UnboundedSender<Order>,
    thread: Option<JoinHandle<()>>,
    done: std::sync::mpsc::Receiver<()>,
}

impl Engine {
    /// Gives an order; one that comes after the end is lost.
    pub fn order(&self, order: Order) {
        let _ = self.orders.send(order);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.order(Order::Close);
        // The sender within the thread is dropped with it: an error is the end too.
        let ended = !matches!(self.done.recv_timeout(GOODBYE), Err(std::sync::mpsc::RecvTimeoutError::Timeout));
        if let Some(thread) = self.thread.take().filter(|_| ended) {
            let _ = thread.join();
        }
    }
}

/// Starts an engine on a thread and a runtime of its own.
pub fn engine(access: Access, state_dir: PathBuf, events: mpsc::UnboundedSender<Event>) -> Engine {
    begin(access, state_dir, events, false)
}

/// The same beside a shell, for which the way to the cluster is on the disk while a lab runs.
pub fn engine_beside_shell(access: Access, state_dir: PathBuf, events: mpsc::UnboundedSender<Event>) -> Engine {
    begin(access, state_dir, events, true)
}

fn begin(access: Access, state_dir: PathBuf, events: mpsc::UnboundedSender<Event>, shell: bool) -> Engine {
    let (orders, mailbox) = mpsc::unbounded_channel();
    let (end, done) = std::sync::mpsc::channel::<()>();
    let work = move || {
        let _end = end;
        match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => {
                runtime.block_on(Post::new(access, state_dir, events, Mailbox::new(mailbox), shell).run());
                // A write that is going on is let to its end, a name look-up is not.
                runtime.shutdown_timeout(Duration::from_secs(1));
            }
            Err(error) => tracing::error!(%error, "the engine has no runtime"),
        }
    };
    let thread = std::thread::Builder::new().name("lab engine".into()).spawn(work).ok();
    Engine { orders, thread, done }
}
