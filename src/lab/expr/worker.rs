//! One evaluating thread per deciding thread. A job that does not end is left behind with its thread, and the next job
//! gets a new one; it never waits for anything itself.

use std::cell::RefCell;
use std::sync::mpsc::{Receiver, Sender, channel};

type Job = Box<dyn FnOnce() + Send>;

/// CEL recurses over its tree; the caps keep it far below this.
const STACK: usize = 16 << 20;

thread_local! {
    // Ends with the thread that decides: its sender is dropped, and the worker's loop ends.
    static WORKER: RefCell<Option<Sender<Job>>> = const { RefCell::new(None) };
}

/// Runs a job on the worker; its answers come through the channel, which closes if the job panics.
pub(super) fn run<T: Send + 'static>(job: impl FnOnce(&Sender<T>) + Send + 'static) -> Receiver<T> {
    let (answer, answers) = channel();
    let mut job: Job = Box::new(move || job(&answer));
    WORKER.with_borrow_mut(|worker| {
        // A worker whose job panicked is gone: once more with a new one. If no thread can be had, the channel closes.
        for _ in 0..2 {
            if worker.is_none() {
                *worker = start();
            }
            let Some(jobs) = worker else { return };
            match jobs.send(job) {
                Ok(()) => return,
                Err(back) => {
                    job = back.0;
                    *worker = None;
                }
            }
        }
    });
    answers
}

/// Forgets the worker; it ends when its job does.
pub(super) fn abandon() {
    WORKER.set(None);
}

fn start() -> Option<Sender<Job>> {
    let (jobs, queue) = channel::<Job>();
    std::thread::Builder::new()
        .name("expressions".into())
        .stack_size(STACK)
        .spawn(move || {
            for job in queue {
                job();
            }
        })
        .ok()?;
    Some(jobs)
}
