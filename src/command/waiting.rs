//! Futures of a command: run to their end, or until somebody ends it, so that it comes to an orderly end.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Runs one future on a runtime of its own.
///
/// # Errors
/// When the runtime cannot be made.
pub fn block_on<T>(future: impl Future<Output = T>) -> anyhow::Result<T> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(future))
}

/// The signals by which a command is ended: from the keyboard, from another program, and from a terminal that is closed.
pub struct Ends([Signal; 3]);

impl Ends {
    /// From here on they end the program no more by themselves.
    ///
    /// # Errors
    /// When the system gives no signals.
    pub fn catch() -> io::Result<Self> {
        let [interrupt, terminate, hangup] =
            [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()].map(signal);
        Ok(Self([interrupt?, terminate?, hangup?]))
    }

    /// Waits for one of them.
    pub async fn any(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}

/// Does work until it ends, or somebody wants it to (`None`).
///
/// # Errors
/// When the system gives no signals or no runtime.
pub fn until<T>(work: impl Future<Output = T>) -> anyhow::Result<Option<T>> {
    block_on(async {
        let mut ends = Ends::catch()?;
        Ok(tokio::select! {
            done = work => Some(done),
            () = ends.any() => None,
        })
    })?
}
