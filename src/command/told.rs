//! The steps of long work as they go: a line each; on a terminal the one at work with its seconds, and with what its
//! program has said last.

use std::io::{self, IsTerminal as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{print, waiting};
use crate::cluster::{Hear, Steps, Trouble};
use crate::lab::Work;
use crate::text::truncate;

/// Between two looks at the clock.
const TICK: Duration = Duration::from_secs(1);

/// Does long work step by step, and tells it; `None` when somebody gave it up.
///
/// # Errors
/// When the system gives no signals or no runtime.
pub fn steps<T>(
    work: impl AsyncFnOnce(&mut Steps<'_>, Hear<'_>) -> Result<T, Trouble>,
) -> anyhow::Result<Option<Result<T, Trouble>>> {
    let told = Told::new();
    let done = waiting::until(async {
        let mut tell = |works: &[Work]| told.tell(works);
        let mut hear = |line: &str| told.hear(line);
        told.during(work(&mut Steps::of_now(&mut tell), &mut hear)).await
    })?;
    told.close();
    Ok(done)
}

/// What has been told of the steps. Shared by who does them, who hears the programs and the clock.
struct Told(Mutex<Telling>);

struct Telling {
    /// The step at work is written over again.
    live: bool,
    begun: usize,
    ended: usize,
    /// The step at work, since when, and what its program has said last.
    now: Option<(String, Instant)>,
    heard: String,
}

impl Told {
    /// Nothing told yet; the step at work is written over where standard output is a terminal that can.
    fn new() -> Self {
        let live = io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self(Mutex::new(Telling { live, begun: 0, ended: 0, now: None, heard: String::new() }))
    }

    /// Tells what is new of the steps.
    fn tell(&self, works: &[Work]) {
        self.telling().tell(works);
    }

    /// A line that the program of the step at work has said.
    fn hear(&self, line: &str) {
        let mut telling = self.telling();
        line.trim().clone_into(&mut telling.heard);
        telling.show();
    }

    /// Does work, and lets the seconds go by on the terminal meanwhile.
    async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(TICK) => self.telling().show(),
            }
        }
    }

    /// Nothing more is told of the step at work: it was given up.
    fn close(&self) {
        let mut telling = self.telling();
        if telling.now.take().is_some() && telling.live {
            let _nobody = print::line("");
        }
    }

    fn telling(&self) -> MutexGuard<'_, Telling> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Telling {
    fn tell(&mut self, works: &[Work]) {
        for work in works.iter().skip(self.begun) {
            self.begun += 1;
            if work.end.is_some() {
                continue;
            }
            self.now = Some((work.what.clone(), Instant::now()));
            self.heard.clear();
            match self.live {
                true => self.show(),
                false => self.line(&format!("  … {}", work.what)),
            }
        }
        for work in works.iter().skip(self.ended) {
            // Why one failed is said at the end.
            let Some(mark) = work.end.as_ref().map(|end| if end.is_ok() { "✓" } else { "✗" }) else { break };
            self.ended += 1;
            let spent = self.now.take().map_or(0, |(_, since)| since.elapsed().as_secs());
            let spent = if self.live && spent > 0 { format!("  {spent}초") } else { String::new() };
            self.line(&format!("  {mark} {}{spent}", work.what));
        }
    }

    /// Writes the step at work over itself.
    fn show(&self) {
        let Some((what, since)) = self.now.as_ref().filter(|_| self.live) else { return };
        let columns = crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns));
        let line = format!("  … {what}  {}초  {}", since.elapsed().as_secs(), self.heard);
        // One row: a second one would stay behind.
        let _nobody = print::over(&truncate(line.trim_end(), columns.saturating_sub(1)));
    }

    fn line(&self, text: &str) {
        if self.live {
            let _nobody = print::over("");
        }
        let _nobody = print::line(text);
    }
}
