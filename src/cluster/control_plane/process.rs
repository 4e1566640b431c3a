//! Programs that die with their owner. Each runs under a small shell that holds the read end of a pipe of ours: when
//! the last writer is gone (dropped, panicked, killed with SIGKILL) the shell kills the program. `PR_SET_PDEATHSIG` alone
//! would not do: it follows the *thread* that started the child, and a pool's threads end early.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Reads signal names, a line each, and passes them on; at the end of input kills. The program itself also gets SIGKILL
/// when this shell is killed, where `setpriv` exists (util-linux).
const WATCH: &str = r#"
log=$1; shift
if setpriv --pdeathsig KILL true 2>/dev/null; then set -- setpriv --pdeathsig KILL "$@"; fi
exec 3<&0
"$@" >>"$log" 2>&1 </dev/null 3<&- &
child=$!
{ while read -r signal; do kill -s "$signal" "$child"; echo sent; done <&3; kill -s KILL "$child"; } 2>/dev/null &
reader=$!
echo "$child"
exec >/dev/null 3<&-
wait "$child"; code=$?
kill -s KILL "$reader" 2>/dev/null
exit "$code"
"#;

/// Waits for the end of input, then removes a folder, in which programs may still be dying.
const SWEEP: &str = r#"
while read -r line; do [ "$line" = keep ] && exit 0; done
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  rm -rf -- "$1" 2>/dev/null && exit 0
  sleep 0.2
done
"#;

/// A running program that is killed when this is dropped or its owner dies.
#[derive(Debug)]
pub struct Process {
    shell: Child,
    pipe: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    pid: u32,
}

impl Process {
    /// Starts a program with its output appended to a log.
    ///
    /// # Errors
    /// When there is no shell to start it.
    pub fn start<S: AsRef<std::ffi::OsStr>>(program: &Path, arguments: &[S], log: &Path) -> io::Result<Self> {
        let mut command = shell(WATCH);
        command.arg(log).arg(program).args(arguments).stdout(Stdio::piped());
        let mut shell = command.spawn()?;
        let pipe = shell.stdin.take();
        let output = shell.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut answers = BufReader::new(output);
        let mut pid = String::new();
        answers.read_line(&mut pid)?;
        let pid = pid.trim().parse().map_err(|_| io::Error::other("the shell did not tell the program's number"))?;
        Ok(Self { shell, pipe, answers, pid })
    }

    /// The program's own process id.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Whether it has ended by itself.
    pub fn ended(&mut self) -> bool {
        !matches!(self.shell.try_wait(), Ok(None))
    }

    /// Sends it a signal by name (`STOP`, `CONT`, `TERM` …); it has been sent when this returns.
    ///
    /// # Errors
    /// When it is gone.
    pub fn signal(&mut self, name: &str) -> io::Result<()> {
        self.pipe.as_mut().ok_or(io::ErrorKind::BrokenPipe)?.write_all(format!("{name}\n").as_bytes())?;
        match self.answers.read_line(&mut String::new())? {
            0 => Err(io::ErrorKind::BrokenPipe.into()),
            _ => Ok(()),
        }
    }

    /// Kills it and waits until it is gone.
    pub fn kill(&mut self) {
        drop(self.pipe.take());
        // The shell ends as soon as SIGKILL has been delivered, also to a stopped program.
        let _ = self.shell.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A temporary folder that is removed even when its owner is killed.
#[derive(Debug)]
pub struct Folder {
    directory: tempfile::TempDir,
    shell: Child,
}

impl Folder {
    /// A new folder.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new() -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix("jotasu-").tempdir()?;
        let shell = shell(SWEEP).arg(directory.path()).stdout(Stdio::null()).spawn()?;
        Ok(Self { directory, shell })
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// A shell outside our process group, so that Ctrl-C at the terminal reaches us and not it.
fn shell(script: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script, "jotasu-watch"]).stdin(Stdio::piped()).stderr(Stdio::null()).process_group(0);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alive(pid: u32) -> bool {
        Command::new("kill").args(["-0", &pid.to_string()]).stderr(Stdio::null()).status().unwrap().success()
    }

    fn sleeper(folder: &Path) -> Process {
        Process::start(Path::new("/bin/sh"), &["-c", "echo started; exec sleep 600"], &folder.join("log")).unwrap()
    }

    #[test]
    fn a_program_dies_with_its_handle() {
        let folder = tempfile::tempdir().unwrap();
        let mut process = sleeper(folder.path());
        let pid = process.pid();
        assert!(alive(pid) && !process.ended());
        drop(process);
        assert!(!alive(pid));
    }

    #[test]
    fn a_stopped_program_dies_too() {
        let folder = tempfile::tempdir().unwrap();
        let mut process = sleeper(folder.path());
        process.signal("STOP").unwrap();
        process.signal("CONT").unwrap();
        process.signal("STOP").unwrap();
        process.kill();
        assert!(process.signal("CONT").is_err());
        assert!(!alive(process.pid()) && process.ended());
    }

    #[test]
    fn a_program_that_ends_by_itself_is_noticed_and_its_output_kept() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut process = Process::start(Path::new("/bin/echo"), &["hello"], &log).unwrap();
        process.shell.wait().unwrap();
        assert!(process.ended());
        assert_eq!(std::fs::read_to_string(log).unwrap(), "hello\n");
    }

    #[test]
    fn a_folder_is_removed_with_what_is_in_it() {
        let folder = Folder::new().unwrap();
        let path = folder.path().to_owned();
        std::fs::write(path.join("file"), "").unwrap();
        drop(folder);
        assert!(!path.exists());
    }
}
