//! `jotasu read FILE` against `mdcat FILE`, both into a pipe that is thrown away: wall time and greatest memory.
//!
//! The two run in turns on the same generated file, so that what else the machine does hits both.
//! `cargo bench --bench read [-- RUNS]`; 21 runs unless told. mdcat is taken from `MDCAT` or the path.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "support/pages.rs"]
mod pages;

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SIZES: [(&str, usize); 3] = [("16 KB", 16 << 10), ("1 MB", 1 << 20), ("10 MB", 10 << 20)];

fn main() {
    let runs = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(21);
    let ours = Path::new(env!("CARGO_BIN_EXE_jotasu"));
    let peer = std::env::var_os("MDCAT").unwrap_or_else(|| OsString::from("mdcat"));
    let peer = Path::new(&peer);
    let installed = Command::new(peer).arg("--version").stdout(Stdio::null()).status().is_ok_and(|s| s.success());
    if !installed {
        println!("no mdcat to measure against (cargo install mdcat, or MDCAT=its path): ours alone");
    }
    let folder = tempfile::tempdir().expect("a folder");
    println!("{runs} runs in turns       wall p50      p90   memory");
    for (name, bytes) in SIZES {
        let file = folder.path().join(format!("{bytes}.md"));
        std::fs::write(&file, pages::page(1, bytes)).expect("the page is written");
        let file = file.to_str().expect("a path in UTF-8");
        let ours_line: &[&str] = &["read", file, "--width", "80"];
        let peer_line: &[&str] = &["--columns", "80", file];
        let (mut ours_times, mut peer_times) = (Vec::new(), Vec::new());
        for _ in 0..runs {
            ours_times.push(once(ours, ours_line));
            if installed {
                peer_times.push(once(peer, peer_line));
            }
        }
        let (time, memory) = say(&format!("{name}: jotasu read"), &mut ours_times, most(ours, ours_line));
        if installed {
            let (peer_time, peer_memory) = say(&format!("{name}: mdcat"), &mut peer_times, most(peer, peer_line));
            println!("  ours / mdcat: time {:.2}, memory {:.2}", time / peer_time, memory / peer_memory);
        }
    }
}

fn once(program: &Path, arguments: &[&str]) -> Duration {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    let since = Instant::now();
    let status = command.status().expect("the program runs");
    assert!(status.success(), "{program:?} {arguments:?}");
    since.elapsed()
}

/// The greatest memory of a run, in MB, as the kernel counted it for a shell that did nothing else.
fn most(program: &Path, arguments: &[&str]) -> f64 {
    let child = Command::new(program).args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = child.expect("the program runs");
    let (id, mut out) = (child.id(), child.stdout.take().expect("its output"));
    let mut most = 0;
    let mut bytes = vec![0; 64 * 1024];
    // The pipe holds the program back, so that its high mark can be read while it still lives.
    while std::io::Read::read(&mut out, &mut bytes).is_ok_and(|read| read > 0) {
        most = most.max(high_mark(id).unwrap_or(0));
    }
    let _ = child.wait();
    most as f64 / 1024.0
}

/// `VmHWM` of a process, in KB.
fn high_mark(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
}

fn say(what: &str, times: &mut [Duration], memory: f64) -> (f64, f64) {
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64();
    println!("{what:20} {:>8.1} ms {:>8.1} {memory:>7.1} MB", at(0.5) * 1e3, at(0.9) * 1e3);
    (at(0.5), memory)
}
