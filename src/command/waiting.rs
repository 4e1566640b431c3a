//! Futures of a command: run to their end, or until somebody ends it, so that it comes to an orderly end.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::low_level::emulate_default_handler;
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
    /// From here on, until this is dropped, they end the program no more by themselves.
    ///
    /// # Errors
    /// When the system gives no signals.
    pub fn catch() -> io::Result<Self> {
        let signals = signals()?;
        after()?;
        CATCHING.fetch_add(1, Ordering::SeqCst);
        Ok(Self(signals))
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

impl Drop for Ends {
    fn drop(&mut self) {
        CATCHING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// How many wait for a signal now.
static CATCHING: AtomicUsize = AtomicUsize::new(0);

fn signals() -> io::Result<[Signal; 3]> {
    let [interrupt, terminate, hangup] =
        [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()].map(signal);
    Ok([interrupt?, terminate?, hangup?])
}

/// Once caught, a signal never again ends the program by itself: while nobody waits for one, this does what it would have
/// done.
fn after() -> io::Result<()> {
    static WATCHED: AtomicBool = AtomicBool::new(false);
    if WATCHED.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    let watch = || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async {
            let Ok([mut interrupt, mut terminate, mut hangup]) = signals() else { return };
            loop {
                let number = tokio::select! {
                    _ = interrupt.recv() => SIGINT,
                    _ = terminate.recv() => SIGTERM,
                    _ = hangup.recv() => SIGHUP,
                };
                if CATCHING.load(Ordering::SeqCst) == 0 {
                    let _unknown = emulate_default_handler(number);
                }
            }
        });
    };
    std::thread::Builder::new().name("signals".into()).spawn(watch).map(drop)
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
