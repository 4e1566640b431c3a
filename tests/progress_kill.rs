//! Progress that was shown as saved survives `kill -9` at any moment, and two programs at once.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jotasu::progress::{Change, Progress, Store};

const CHILD: &str = "JOTASU_TEST_PROGRESS_CHILD";
const NAME: &str = "JOTASU_TEST_PROGRESS_NAME";
const LIMIT: &str = "JOTASU_TEST_PROGRESS_LIMIT";
const KILLS: usize = 200;

/// Not a test but the program that is killed: this binary again, with where to save in its environment.
#[test]
fn child_that_saves_until_it_is_killed() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    let name = std::env::var(NAME).unwrap_or_default();
    let limit = std::env::var(LIMIT).ok().and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX);
    let (store, ..) = Store::open(Path::new(&folder));
    let mut out = std::io::stdout();
    for n in 0..limit {
        let check = format!("{name}-{n}");
        store.save(&[Change::Passed { lab: "lab".into(), check: check.clone(), at: 1 }]).unwrap();
        if out.write_all(format!("saved {check} .\n").as_bytes()).and_then(|()| out.flush()).is_err() {
            return;
        }
    }
}

fn start(folder: &Path, name: &str, limit: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["child_that_saves_until_it_is_killed", "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD, folder)
        .env(NAME, name)
        .env(LIMIT, limit.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The check named by a whole line of the child's.
fn shown(line: &str) -> Option<String> {
    line.split_once("saved ")?.1.strip_suffix(" .").map(str::to_owned)
}

#[track_caller]
fn read(folder: &Path) -> Progress {
    let text = std::fs::read_to_string(folder.join("progress.json")).unwrap();
    serde_json::from_str::<serde_json::Value>(&text).unwrap();
    let (_, progress, notice) = Store::open(folder);
    assert_eq!(notice, None);
    progress
}

#[test]
fn nothing_shown_as_saved_is_lost_by_kill_9_at_any_moment() {
    let folder = tempfile::tempdir().unwrap();
    let mut told = Vec::new();
    let mut random: u64 = 0x9e37_79b9_7f4a_7c15;
    for round in 0..KILLS {
        let mut child = start(folder.path(), &format!("r{round}"), usize::MAX);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        told.extend(lines.by_ref().map_while(Result::ok).find_map(|line| shown(&line)));
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let wait = Instant::now() + Duration::from_micros((random >> 33) % 12_000);
        while Instant::now() < wait {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        told.extend(lines.map_while(Result::ok).filter_map(|line| shown(&line)));
        let progress = read(folder.path());
        for check in &told {
            assert!(progress.has_passed("lab", check), "round {round}: {check} was shown as saved and is gone");
        }
    }
    assert!(told.len() >= KILLS);
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 2, "the file and its lock; what killed writers left was swept");
}

#[test]
fn two_programs_that_save_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut children = [start(folder.path(), "one", 100), start(folder.path(), "two", 100)];
    for child in &mut children {
        let told = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        assert_eq!(told.filter_map(|line| shown(&line)).count(), 100);
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(read(folder.path()).passed("lab"), 200);
}
