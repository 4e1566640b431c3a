//! Programs that take long, heard line by line; given up with all that they have begun.

use std::collections::VecDeque;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader, Lines};
use tokio::process::Command;
use tokio::time::timeout;

/// Who hears what a program says, line by line.
pub type Hear<'a> = &'a mut dyn FnMut(&str);

/// The most lines kept of why one failed.
const KEPT: usize = 12;

/// Why a program did not do its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// It is not there.
    Missing,
    /// What it said last, or how it ended.
    Said(String),
}

/// Runs a program to its end; whatever it says is heard. Dropped, it takes the programs with it that it has begun.
///
/// # Errors
/// When it is not there, fails, or takes longer than the limit.
pub async fn run(mut command: Command, limit: Duration, hear: Hear<'_>) -> Result<(), Failed> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failed::Missing,
        _ => Failed::Said(error.to_string()),
    })?;
    let mut group = Group(child.id());
    let mut said: VecDeque<String> = VecDeque::new();
    let mut told = false;
    let mut out = child.stdout.take().map(|out| BufReader::new(out).lines());
    let mut err = child.stderr.take().map(|err| BufReader::new(err).lines());
    let work = async {
        while out.is_some() || err.is_some() {
            tokio::select! {
                line = next(&mut out) => if let Some(line) = line { hear(&line) },
                line = next(&mut err) => if let Some(line) = line {
                    hear(&line);
                    // What it was comes first, and then where in its code; else what was said last counts.
                    if line.trim_start().starts_with("ERROR") {
                        said.clear();
                        told = true;
                    }
                    if said.len() == KEPT && !told {
                        said.pop_front();
                    }
                    if said.len() < KEPT {
                        said.push_back(line);
                    }
                },
            }
        }
        child.wait().await
    };
    let ended = timeout(limit, work).await;
    if ended.is_ok() {
        // Its number may be another's from here on.
        group.0 = None;
    }
    match ended {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) if said.is_empty() => Err(Failed::Said(status.to_string())),
        Ok(Ok(_)) => Err(Failed::Said(Vec::from(said).join("\n"))),
        Ok(Err(error)) => Err(Failed::Said(error.to_string())),
        Err(_) => Err(Failed::Said(format!("{}초 안에 끝나지 않았어요.", limit.as_secs()))),
    }
}

/// The next line, or none at the end, of what is not at its end; waits for ever where it is.
async fn next<R: AsyncRead + Unpin>(lines: &mut Option<Lines<BufReader<R>>>) -> Option<String> {
    let Some(open) = lines else { return std::future::pending().await };
    let line = open.next_line().await.ok().flatten();
    if line.is_none() {
        *lines = None;
    }
    line
}

/// A program and those it has begun, each of which would go on with its work.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        let leader = self.0.and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        // One that is gone already needs nothing.
        leader.map(|leader| rustix::process::kill_process_group(leader, rustix::process::Signal::KILL));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn shell(script: &str, limit: Duration) -> (Result<(), Failed>, Vec<String>) {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdin(Stdio::null());
        let mut heard = Vec::new();
        let ended = run(command, limit, &mut |line| heard.push(line.to_owned())).await;
        (ended, heard)
    }

    #[tokio::test]
    async fn both_streams_are_heard_and_why_it_failed_is_what_it_complained_of() {
        let limit = Duration::from_secs(20);
        let (ended, mut heard) = shell("echo a; echo b >&2; echo 'ERROR: c' >&2; echo d >&2; exit 3", limit).await;
        heard.sort();
        assert_eq!(heard, ["ERROR: c", "a", "b", "d"]);
        assert_eq!(ended, Err(Failed::Said("ERROR: c\nd".into())));
        let (ended, _) = shell("for n in $(seq 30); do echo $n >&2; done; echo last >&2; exit 1", limit).await;
        assert!(matches!(&ended, Err(Failed::Said(why)) if why.ends_with("30\nlast") && !why.contains("1\n2\n")));
        assert_eq!(shell("echo a; exit 0", limit).await, (Ok(()), vec!["a".to_owned()]));
        assert!(matches!(shell("exit 4", limit).await.0, Err(Failed::Said(why)) if why.contains('4')));
        let gone = run(Command::new("no-such-program"), limit, &mut |_| {}).await;
        assert_eq!(gone, Err(Failed::Missing));
    }

    #[tokio::test]
    async fn one_that_hangs_is_ended_with_what_it_has_begun() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pid");
        let script = format!("sleep 60 & echo $! > {}; wait", file.display());
        let (ended, _) = shell(&script, Duration::from_millis(400)).await;
        assert!(matches!(ended, Err(Failed::Said(_))), "{ended:?}");
        let pid = std::fs::read_to_string(file).unwrap();
        let gone = || {
            let state = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
            state.is_empty() || state.contains(") Z ")
        };
        for _ in 0..200 {
            if gone() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{pid} is still there");
    }
}
