//! A flood of changes: how many frames it costs, and how late a mark comes in the midst of it.
//!
//! A real API server, the program on a real pty. One object is changed 200 times a second for 30 s; another, the beacon,
//! every 300 ms: its mark is timed from the PATCH's answer to the last byte of the frame that shows it. In the end the
//! marks must be those of the last changes.
//! `cargo bench --bench flood [-- SECONDS]`; 30 seconds unless told.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "../tests/support/terminal.rs"]
mod terminal;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jotasu::cluster::control_plane::{Assets, ControlPlane};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, Patch, PatchParams};
use terminal::Terminal;

/// Changes a second, and in one burst.
const RATE: usize = 200;
const BURST: usize = 8;

fn main() {
    let seconds = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(30);
    let assets = match Assets::find() {
        Ok(assets) => assets,
        Err(missing) => return println!("no Kubernetes to measure against: {missing:?}"),
    };
    let plane = ControlPlane::start(&assets).expect("a control plane");
    let kubeconfig = plane.kubeconfig();
    let home = tempfile::tempdir().expect("a home");
    let program = Path::new(env!("CARGO_BIN_EXE_jotasu"));
    let course = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/course");
    let path = |p: &Path| p.to_str().expect("a path in UTF-8").to_owned();
    let (content, labs, config, home) =
        (path(&course.join("content")), path(&course.join("labs")), path(&kubeconfig), path(home.path()));
    let place = ["--content", &content, "--labs", &labs, "--kubeconfig", &config, "--home", &home];
    run(program, &[&place[..], &["cluster", "allow", "--yes"]].concat());
    let refused = Command::new(program).args([&place[..], &["lab", "start", "clock", "--yes"]].concat()).output();
    let said = String::from_utf8_lossy(&refused.expect("the program runs").stderr).into_owned();
    let hash = said.rsplit("--trust ").next().expect("the refusal names the hash").trim().to_owned();
    let place = [&place[..], &["--trust", &hash]].concat();
    run(program, &[&place[..], &["lab", "start", "clock", "--yes"]].concat());
    let mut screen = Terminal::open(program, &place, &[], 120, 36);
    screen.shows("시계");
    screen.until("the lab to be attached", |glyphs| mark(glyphs, " 짝수").is_some_and(|m| "○✗".contains(m)));

    let (over, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let flood = std::thread::spawn({
        let (over, sent) = (over.clone(), sent.clone());
        move || runtime().block_on(flood(&kubeconfig, &over, &sent))
    });
    let runtime = runtime();
    let maps = runtime.block_on(maps(&plane.kubeconfig()));
    let frames = screen.frames();
    let since = Instant::now();
    let mut times = Vec::new();
    for change in 0.. {
        if since.elapsed() >= Duration::from_secs(seconds) {
            break;
        }
        let (state, wanted) = if change % 2 == 0 { ("even", '✓') } else { ("odd", '✗') };
        runtime.block_on(set(&maps, "beacon", state));
        let answered = Instant::now();
        let drawn = screen.until("the beacon", |glyphs| mark(glyphs, " 등대") == Some(wanted));
        times.push(drawn.saturating_duration_since(answered));
        std::thread::sleep(Duration::from_millis(250 + change % 7 * 15));
    }
    let took = since.elapsed().as_secs_f64();
    let (frames, sent) = (screen.frames() - frames, sent.load(Ordering::Relaxed));
    over.store(true, Ordering::Relaxed);
    flood.join().expect("the flood ends");
    runtime.block_on(set(&maps, "beacon", "even"));
    screen.until_within(Duration::from_secs(5), "the last marks", |glyphs| {
        mark(glyphs, " 짝수") == Some('✓') && mark(glyphs, " 등대") == Some('✓')
    });
    screen.type_keys("q");
    run(program, &[&place[..], &["lab", "stop", "clock", "--yes"]].concat());
    times.sort();
    let at = |part: f64| times[((times.len() - 1) as f64 * part).round() as usize].as_secs_f64() * 1000.0;
    println!("{:.0} changes/s for {took:.0} s: {:.1} frames/s", sent as f64 / took, frames as f64 / took);
    println!(
        "a mark in the midst ({}): p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms",
        times.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
    println!("the final marks are right");
}

/// Bursts at a fixed beat, `even` last.
async fn flood(kubeconfig: &Path, over: &AtomicBool, sent: &AtomicUsize) {
    let maps = maps(kubeconfig).await;
    while !over.load(Ordering::Relaxed) {
        let next = Instant::now() + Duration::from_millis((1000 * BURST / RATE) as u64);
        let burst = (0..BURST).map(|n| set(&maps, "clock", if n % 2 == 0 { "odd" } else { "even" }));
        futures::future::join_all(burst).await;
        sent.fetch_add(BURST, Ordering::Relaxed);
        tokio::time::sleep(next.saturating_duration_since(Instant::now())).await;
    }
    set(&maps, "clock", "even").await;
}

async fn set(maps: &Api<ConfigMap>, name: &str, state: &str) {
    let patch = Patch::Merge(serde_json::json!({"data": {"state": state}}));
    maps.patch(name, &PatchParams::default(), &patch).await.expect("the patch is taken");
}

async fn maps(kubeconfig: &Path) -> Api<ConfigMap> {
    let file = kube::config::Kubeconfig::read_from(kubeconfig).expect("a kubeconfig");
    let config = kube::Config::from_custom_kubeconfig(file, &Default::default()).await.expect("a usable kubeconfig");
    Api::namespaced(kube::Client::try_from(config).expect("a client"), "clock")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// The mark before a check's line in the lesson.
fn mark(glyphs: &str, title: &str) -> Option<char> {
    let (before, _) = glyphs.lines().find_map(|line| line.split_once(title))?;
    before.chars().last()
}

fn run(program: &Path, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output().expect("the program runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}
