//! How a command ends, and with which exit code.

use std::io;
use std::process::ExitCode;

use super::print;

/// How a command that ran ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything asked for holds.
    Done,
    /// It ran, and something is not passed yet.
    NotYet,
    /// The content is wrong; said already.
    Wrong,
    /// It cannot be checked; said already.
    CannotAsk,
}

impl Outcome {
    /// The process's exit code.
    pub fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::NotYet => 1,
            Self::Wrong => 2,
            Self::CannotAsk => 3,
        })
    }
}

/// The error of what cannot be checked: exit code 3.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CannotAsk(pub String);

/// Says why a command failed and gives its exit code. A reader that closed the pipe is no failure.
pub fn failed(error: &anyhow::Error) -> ExitCode {
    if is_unread(error) {
        return ExitCode::SUCCESS;
    }
    print::error(&format!("jotasu: {error:#}"));
    match error.chain().any(|e| e.is::<CannotAsk>()) {
        true => Outcome::CannotAsk.code(),
        false => Outcome::Wrong.code(),
    }
}

/// Lets it pass that nobody reads the output any more.
///
/// # Errors
/// Any other.
pub fn unread(error: anyhow::Error) -> anyhow::Result<()> {
    if is_unread(&error) { Ok(()) } else { Err(error) }
}

fn is_unread(error: &anyhow::Error) -> bool {
    let closed = |error: &io::Error| error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error());
    let broken = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    // The second is what a closed terminal says; a disk says it too, and then it has a path around it.
    error.chain().any(|e| e.downcast_ref::<io::Error>().is_some_and(broken))
        || error.downcast_ref::<io::Error>().is_some_and(closed)
}
