//! The screen on a real pty: the first frame with the lesson's text, page down, resize, search, bytes written, memory.
//!
//! A clock stops when the last byte of the frame has been read from the pty. The screen at the other end answers no
//! question that the program may ask of its terminal. `cargo bench --bench screen [-- RUNS]`; 15 runs unless told.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "support/pages.rs"]
mod pages;
#[path = "support/pty.rs"]
mod pty;

use std::path::Path;
use std::time::{Duration, Instant};

use pty::Pty;

fn main() {
    let runs: usize = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(15);
    println!("{runs} runs, 120 × 36, at p50, p90, p99");
    let own = first(&[], runs, "the course in the program: first frame");
    println!("{:44} {own:>6.1} MB", "  memory with it open");
    for (name, bytes) in [("16 KB", 16 << 10), ("1 MB", 1 << 20), ("10 MB", 10 << 20)] {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("long.md"), pages::page(1, bytes)).expect("a page");
        let content = folder.path().to_str().expect("a path in UTF-8").to_owned();
        let place = ["--content", &content, "--labs", &content];
        let memory = first(&place, runs, &format!("{name}: first frame"));
        println!("{:44} {memory:>6.1} MB", "  memory when all of it is laid out");
        moving(&place, runs, name);
        early(&place, runs, name);
    }
    searching(runs);
}

fn open(place: &[&str], home: &Path) -> Pty {
    let home = home.to_str().expect("a path in UTF-8");
    Pty::open(Path::new(env!("CARGO_BIN_EXE_jotasu")), &[place, &["--home", home]].concat(), 120, 36)
}

/// The first frame with text of a lesson, again and again; gives the memory a while later.
fn first(place: &[&str], runs: usize, what: &str) -> f64 {
    let mut memory: f64 = 0.0;
    let mut times = Vec::new();
    for run in 0..=runs {
        let home = tempfile::tempdir().expect("a home");
        let mut screen = open(place, home.path());
        let took = screen.until(|glyphs| body(glyphs) > 12);
        if run > 0 {
            times.push(took);
        }
        if run == runs {
            std::thread::sleep(Duration::from_millis(1500));
            memory = screen.memory();
        }
    }
    say(what, times);
    memory
}

/// Lines with Korean text in the lesson's pane.
fn body(glyphs: &str) -> usize {
    let korean = |c: &char| ('가'..='힣').contains(c);
    glyphs.lines().filter(|line| line.chars().skip(40).filter(korean).count() > 4).count()
}

/// Page down and resize in the middle of a page, and what a frame writes.
fn moving(place: &[&str], runs: usize, name: &str) {
    let home = tempfile::tempdir().expect("a home");
    let mut screen = open(place, home.path());
    screen.until(|glyphs| body(glyphs) > 12);
    std::thread::sleep(Duration::from_millis(1500));
    screen.drain();
    // To the lesson's pane, and away from the top.
    screen.step("\t");
    for _ in 0..4 {
        screen.step(" ");
    }
    let (mut down, mut scroll, mut resize) = (Vec::new(), Vec::new(), Vec::new());
    let (mut written, mut changed, mut glyphs) = (0, 0, 0);
    for run in 0..runs {
        down.push(screen.step(" ").took);
        for _ in 0..3 {
            let frame = screen.step("j");
            scroll.push(frame.took);
            written += frame.bytes;
            changed += frame.changed;
            glyphs += frame.glyphs;
        }
        resize.push(screen.resize(if run % 2 == 0 { 100 } else { 120 }, 36));
        std::thread::sleep(Duration::from_millis(400));
        screen.drain();
    }
    say(&format!("{name}: page down, key to last byte"), down);
    say(&format!("{name}: one row, key to last byte"), scroll);
    say(&format!("{name}: resize, to last byte"), resize);
    println!("{:44} {:>6.2}", "  bytes written / bytes of changed cells", written as f64 / changed as f64);
    println!("{:44} {:>6.2}", "  bytes written / bytes of their glyphs alone", written as f64 / glyphs as f64);
}

/// Page down while the rest of the page is still being laid out: straight after the first frame.
fn early(place: &[&str], runs: usize, name: &str) {
    let mut times = Vec::new();
    for _ in 0..runs {
        let home = tempfile::tempdir().expect("a home");
        let mut screen = open(place, home.path());
        screen.until(|glyphs| body(glyphs) > 12);
        screen.drain();
        screen.step("\t");
        for _ in 0..4 {
            times.push(screen.step(" ").took);
        }
    }
    say(&format!("{name}: page down in the first moments"), times);
}

/// A query typed key by key in a course of 400 pages: from a key to the last byte of the frame with what it found.
fn searching(runs: usize) {
    const TYPED: [&str; 4] = ["노드 스케줄러", "ㅋㅌㅇㄴ", "zjsxpdlsj", "dply"];
    let folder = tempfile::tempdir().expect("a folder");
    for n in 0..400 {
        std::fs::write(folder.path().join(format!("page-{n:03}.md")), pages::page(n, 8 << 10)).expect("a page");
    }
    let content = folder.path().to_str().expect("a path in UTF-8").to_owned();
    let home = tempfile::tempdir().expect("a home");
    let mut screen = open(&["--content", &content, "--labs", &content], home.path());
    screen.until(|glyphs| body(glyphs) > 12);
    screen.drain();
    // The course is indexed when the search is first opened.
    screen.step("/");
    screen.step("노");
    let since = Instant::now();
    while !screen.glyphs().contains("학습 400개") {
        assert!(since.elapsed() < Duration::from_secs(20), "{}", screen.glyphs());
        screen.drain();
    }
    screen.step("\x1b");
    for typed in TYPED {
        let mut times = Vec::new();
        for _ in 0..runs {
            screen.step("/");
            times.extend(typed.chars().map(|key| screen.step(key.encode_utf8(&mut [0; 4])).took));
            screen.step("\x1b");
        }
        say(&format!("400 pages: search, key to last byte: {typed}"), times);
    }
}

fn say(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!("{what:44} {:>6.2} ms {:>6.2} ms {:>6.2} ms", at(0.5), at(0.9), at(0.99));
}
