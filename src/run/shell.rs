//! The learner's shell, or what prepares a lab in its place: a program on a terminal of its own, served by a thread of its own, so that nothing it writes can
//! hold a frame. Its screen comes to the loop as a picture that each newer one replaces, sixty times a second at most:
//! a flood takes neither memory nor frames.

mod command;
mod emulator;
mod serve;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::watch;

use crate::app::shell::{Ask, End, Said};

/// The name of its thread.
pub const THREAD: &str = "shell";

/// Where the shell's programs find clusters. Neither file need be there.
#[derive(Clone, Debug)]
pub struct Clusters {
    /// The running lab's, while one runs: before whatever the learner has.
    pub lab: PathBuf,
    /// The one that labs share, once it was made by us: behind whatever the learner has.
    pub shared: PathBuf,
}

/// The shell, once it is asked for.
#[derive(Default)]
pub struct Shell {
    /// The folder of what is kept for it, and where it finds clusters.
    files: Option<(PathBuf, Clusters)>,
    /// How this program is called again: itself, and the options that it was called with.
    again: Vec<OsString>,
    running: Option<Running>,
}

/// A shell that runs; it is hung up on when this is dropped.
struct Running {
    asks: Option<UnboundedSender<Ask>>,
    said: watch::Receiver<Said>,
    thread: Option<JoinHandle<()>>,
}

impl Shell {
    /// A shell for which a file is kept in the state folder; `again` calls this program.
    pub fn new(state: &Path, clusters: Clusters, again: Vec<OsString>) -> Self {
        Self { files: Some((state.to_owned(), clusters)), again, running: None }
    }

    /// Does what is asked; what cannot be begun is said at once.
    pub fn perform(&mut self, ask: Ask) -> Option<Said> {
        let begun = match &ask {
            Ask::Start(columns, rows) => Some((None, (*columns, *rows))),
            Ask::Play { lab, hash, columns, rows } => Some((Some((lab, hash)), (*columns, *rows))),
            _ => None,
        };
        if let Some((play, size)) = begun {
            // The one before must have let go of its terminal.
            self.running = None;
            let command = match play {
                Some((lab, hash)) => command::play(&self.again, lab, hash),
                None => self.learners(),
            };
            return match begin(command, size, play.is_some()) {
                Ok(running) => {
                    self.running = Some(running);
                    None
                }
                Err(error) => Some(ended(format!("터미널을 열 수 없어요: {error}"))),
            };
        }
        if let Some(asks) = self.running.as_ref().and_then(|running| running.asks.as_ref()) {
            // A shell that has just ended says so itself.
            let _ended = asks.send(ask);
        }
        None
    }

    /// What the shell has come to since it was last asked; waits for ever where there is none.
    pub async fn said(&mut self) -> Said {
        let Some(running) = &mut self.running else { return std::future::pending().await };
        let said = match running.said.changed().await {
            Ok(()) => running.said.borrow_and_update().clone(),
            Err(_) => ended("셸이 갑자기 끝났어요".into()),
        };
        if said.end.is_some() {
            self.running = None;
        }
        said
    }

    /// The learner's own shell.
    fn learners(&self) -> CommandBuilder {
        let (state, clusters) = self.files.as_ref().map(|(state, clusters)| (&**state, clusters)).unzip();
        let mut command = command::command(clusters, |name| std::env::var_os(name));
        command::settle(&mut command, state);
        command
    }
}

/// Begins a program on a terminal of its own; `tidy` of one that cleans up when its terminal is closed.
fn begin(command: CommandBuilder, (columns, rows): (u16, u16), tidy: bool) -> io::Result<Running> {
    let size = PtySize { rows: rows.max(1), cols: columns.max(1), pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).map_err(io::Error::other)?;
    let child = pair.slave.spawn_command(command).map_err(io::Error::other)?;
    // Held open it would hide that the program has gone.
    drop(pair.slave);
    let (asks, asked) = unbounded_channel();
    let (says, said) = watch::channel(ended(String::new()));
    let serve = serve::Serve::new(pair.master, child, size, tidy, says)?;
    let thread = std::thread::Builder::new().name(THREAD.into()).spawn(move || serve.run(asked))?;
    Ok(Running { asks: Some(asks), said, thread: Some(thread) })
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.asks.take());
        if let Some(thread) = self.thread.take() {
            // A panic of its own has been told already.
            let _told = thread.join();
        }
    }
}

fn ended(why: String) -> Said {
    Said { view: Default::default(), end: Some(End { code: None, why }) }
}
