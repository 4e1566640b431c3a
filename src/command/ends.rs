//! The signals by which somebody ends a command: it comes to an orderly end then.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// From the keyboard, from another program, and from a terminal that is closed.
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
