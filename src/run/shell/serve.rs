//! The shell's thread: what it writes goes to the emulator, what is typed goes to it, and when nobody asks for it any
//! more it is hung up on, as a terminal that is closed does.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use filedescriptor::FileDescriptor;
use portable_pty::{Child, MasterPty, PtySize};
use tokio::io::unix::AsyncFd;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;

use super::emulator::Emulator;
use crate::app::shell::{self, Ask, Said};

/// The least time between two pictures of the screen.
const PACE: Duration = Duration::from_millis(16);
/// How long a picture waits for what belongs to it: programs write in pieces.
const GATHER: Duration = Duration::from_millis(1);
/// Bytes that are read at once.
const PIECE: usize = 16 * 1024;

/// A shell and its terminal.
pub struct Serve {
    master: Box<dyn MasterPty + Send>,
    /// The same terminal, to read and write without waiting. The library's own writer would type an Enter when it is
    /// dropped, and so run what was only typed in.
    file: FileDescriptor,
    child: Box<dyn Child + Send + Sync>,
    /// It cleans up when its terminal is closed, and ends by itself.
    tidy: bool,
    emulator: Emulator,
    /// What is to be typed.
    keys: Vec<u8>,
    says: watch::Sender<Said>,
    /// The screen has changed since its last picture, and when that was first so.
    changed: Option<Instant>,
    pictured: Option<Instant>,
}

impl Serve {
    /// Serves a shell that has been begun.
    pub fn new(
        master: Box<dyn MasterPty + Send>,
        child: Box<dyn Child + Send + Sync>,
        size: PtySize,
        tidy: bool,
        says: watch::Sender<Said>,
    ) -> io::Result<Self> {
        let raw = master.as_raw_fd().ok_or(io::ErrorKind::Unsupported)?;
        let mut file = FileDescriptor::dup(&raw).map_err(io::Error::other)?;
        file.set_non_blocking(true).map_err(io::Error::other)?;
        let emulator = Emulator::new(size.cols, size.rows);
        Ok(Self { master, file, child, tidy, emulator, keys: Vec::new(), says, changed: None, pictured: None })
    }

    /// Until the shell ends or nobody asks any more.
    pub fn run(mut self, asks: UnboundedReceiver<Ask>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let end = runtime.and_then(|runtime| runtime.block_on(self.serve(asks)));
        match end {
            Ok(End::Unwanted) => {
                // Its terminal is closed first, so that whatever runs in it is told too.
                let Self { master, file, mut child, tidy, .. } = self;
                drop((file, master));
                if tidy {
                    return;
                }
                if let Err(error) = child.kill() {
                    tracing::warn!(%error, "the shell cannot be ended");
                }
                let _status = child.wait();
            }
            Ok(End::Gone(end)) => self.say(Some(end)),
            Err(error) => {
                tracing::error!(%error, "the shell's terminal failed");
                if !self.tidy {
                    let _status = self.child.kill();
                }
                self.say(Some(shell::End {
                    code: None, why: format!("셸의 터미널을 쓸 수 없어요: {error}")
                }));
            }
        }
    }

    async fn serve(&mut self, mut asks: UnboundedReceiver<Ask>) -> io::Result<End> {
        #[expect(
            deprecated,
            reason = "the other way is unsafe; this file is owned by what waits for it, as it has to be"
        )]
        let file = AsyncFd::new(self.file.try_clone().map_err(io::Error::other)?)?;
        let mut children = signal(SignalKind::child())?;
        let mut bytes = vec![0; PIECE];
        loop {
            if self.due().is_some_and(|due| due <= Instant::now()) {
                self.say(None);
            }
            let due = self.due();
            tokio::select! {
                biased;
                ask = asks.recv() => match ask {
                    Some(ask) => self.obey(ask)?,
                    None => return Ok(End::Unwanted),
                },
                ready = file.writable(), if !self.keys.is_empty() => {
                    if let Ok(written) = ready?.try_io(|file| write(file.get_ref(), &self.keys)) {
                        let count = written?;
                        self.keys.drain(..count.min(self.keys.len()));
                    }
                }
                () = sleep(due) => {}
                ready = file.readable() => match ready?.try_io(|file| read(file.get_ref(), &mut bytes)) {
                    Ok(Ok(0)) => return self.gone(),
                    Ok(count) => self.take(bytes.get(..count?).unwrap_or_default()),
                    Err(_not_yet) => {}
                },
                _ = children.recv() => {
                    if self.child.try_wait()?.is_some() {
                        // What it wrote last is still to be read, but not what others write that it left behind.
                        if let Ok(count @ 1..) = read(file.get_ref(), &mut bytes) {
                            self.take(bytes.get(..count).unwrap_or_default());
                        }
                        return self.gone();
                    }
                }
            }
        }
    }

    fn obey(&mut self, ask: Ask) -> io::Result<()> {
        match ask {
            Ask::Type(bytes) => self.keys.extend(bytes),
            Ask::Resize(columns, rows) => {
                self.emulator.resize(columns, rows);
                let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
                self.master.resize(size).map_err(io::Error::other)?;
                self.change();
            }
            Ask::Scroll(by) => {
                self.emulator.scroll(by);
                self.change();
            }
            // Another shell is another thread.
            Ask::Start(..) | Ask::Play { .. } => {}
        }
        Ok(())
    }

    fn take(&mut self, bytes: &[u8]) {
        let answers = self.emulator.take(bytes);
        // A program that asks and does not read gets no more answers.
        if self.keys.len() < PIECE {
            self.keys.extend(answers);
        }
        self.change();
    }

    fn change(&mut self) {
        self.changed.get_or_insert_with(Instant::now);
    }

    /// When the next picture is to be made.
    fn due(&self) -> Option<Instant> {
        let gathered = self.changed? + GATHER;
        Some(self.pictured.map_or(gathered, |at| gathered.max(at + PACE)))
    }

    fn say(&mut self, end: Option<shell::End>) {
        self.says.send_replace(Said { view: Arc::new(self.emulator.view()), end });
        self.pictured = Some(Instant::now());
        self.changed = None;
    }

    /// The shell has ended, or has closed its terminal.
    fn gone(&mut self) -> io::Result<End> {
        let status = match self.child.try_wait()? {
            Some(status) => status,
            None => {
                self.child.kill()?;
                self.child.wait()?
            }
        };
        let why = match status.exit_code() {
            _ if status.signal().is_some() => "셸이 신호를 받고 끝났어요".into(),
            0 => "셸이 끝났어요".into(),
            code => format!("셸이 끝났어요 (종료 코드 {code})"),
        };
        let code = status.signal().is_none().then(|| status.exit_code());
        Ok(End::Gone(shell::End { code, why }))
    }
}

/// How it ended.
enum End {
    /// Nobody wants it any more.
    Unwanted,
    /// By itself.
    Gone(shell::End),
}

async fn sleep(until: Option<Instant>) {
    match until {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}

fn read(file: &FileDescriptor, bytes: &mut [u8]) -> io::Result<usize> {
    match rustix::io::read(file, bytes) {
        // The other end is closed.
        Err(rustix::io::Errno::IO) => Ok(0),
        read => Ok(read?),
    }
}

fn write(file: &FileDescriptor, bytes: &[u8]) -> io::Result<usize> {
    Ok(rustix::io::write(file, bytes)?)
}
