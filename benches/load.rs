//! How long a course of 2,000 pages takes to load, and one of 400, from a folder that the system has in memory.
//!
//! `cargo bench --bench load [-- RUNS]`; 11 runs unless told.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "support/pages.rs"]
mod pages;

use std::path::Path;
use std::time::Instant;

use jotasu::course::Curriculum;
use jotasu::files::Tree;

/// Bytes of a page: as long as those of a real course.
const BYTES: usize = 8 << 10;

fn main() {
    let runs: usize = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(11);
    for count in [400, 2_000] {
        let folder = tempfile::tempdir().expect("a folder");
        course(folder.path(), count);
        let tree = Tree::Folder(folder.path().to_owned());
        let mut times: Vec<f64> = (0..runs)
            .map(|_| {
                let since = Instant::now();
                let (course, _) = Curriculum::load(&tree);
                let took = since.elapsed().as_secs_f64();
                assert!(course.nodes.len() >= count, "{} nodes of {count} pages", course.nodes.len());
                took
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize] * 1e3;
        println!("{count:>5} pages of 8 KB: p50 {:6.1} ms   p90 {:6.1} ms   ({runs} runs)", at(0.5), at(0.9));
    }
}

/// Weeks of five days, days of eight sessions.
fn course(folder: &Path, count: usize) {
    for n in 0..count {
        let (week, day, session) = (n / 40 + 1, n / 8 % 5 + 1, n % 8 + 1);
        let folder = folder.join(format!("week_{week:02}/day_{day:02}"));
        std::fs::create_dir_all(&folder).expect("a folder");
        let text = format!("---\nid: w{week}d{day}s{session}\nminutes: 50\n---\n{}", pages::page(n as u64 + 1, BYTES));
        std::fs::write(folder.join(format!("session_{session:02}.md")), text).expect("a page");
    }
}
