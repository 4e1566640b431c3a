//! From a change in the cluster to the mark on the screen, against `kubectl get -w` on the same change.
//!
//! A real API server, the program on a real pty. Both clocks start when the PATCH's answer is at the client; ours
//! stops at the last byte of the frame with the new mark, the peer's at the line that `kubectl get -w` prints.
//! `cargo bench --bench latency [-- CHANGES]`; 500 changes unless told.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "../tests/support/terminal.rs"]
mod terminal;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use jotasu::cluster::control_plane::{Assets, ControlPlane};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, Patch, PatchParams};
use terminal::Terminal;

fn main() {
    let changes = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(500);
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
    let (content, labs, kubeconfig, home) =
        (path(&course.join("content")), path(&course.join("labs")), path(&kubeconfig), path(home.path()));
    let place = ["--content", &content, "--labs", &labs, "--kubeconfig", &kubeconfig, "--home", &home];

    run(program, &[&place[..], &["cluster", "allow", "--yes"]].concat());
    let refused = Command::new(program).args([&place[..], &["lab", "start", "clock", "--yes"]].concat()).output();
    let said = String::from_utf8_lossy(&refused.expect("the program runs").stderr).into_owned();
    let hash = said.rsplit("--trust ").next().expect("the refusal names the hash").trim().to_owned();
    let place = [&place[..], &["--trust", &hash]].concat();
    run(program, &[&place[..], &["lab", "start", "clock", "--yes"]].concat());

    let mut screen = Terminal::open(program, &place, &[], 120, 36);
    screen.shows("시계");
    screen.until("the lab to be attached", |glyphs| mark(glyphs).is_some_and(|m| "○✗".contains(m)));
    let lines = kubectl(assets.kubectl().expect("kubectl"), &kubeconfig);

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = runtime.block_on(client(&kubeconfig));
    let clocks: Api<ConfigMap> = Api::namespaced(client, "clock");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for change in 0..changes {
        let (state, wanted) = if change % 2 == 0 { ("even", '✓') } else { ("odd", '✗') };
        let patch = Patch::Merge(serde_json::json!({"data": {"state": state}}));
        runtime.block_on(clocks.patch("clock", &PatchParams::default(), &patch)).expect("the patch is taken");
        let answered = Instant::now();
        let drawn = screen.until("the new mark", |glyphs| mark(glyphs) == Some(wanted));
        let printed = loop {
            let (line, at): (String, Instant) = lines.recv_timeout(Duration::from_secs(10)).expect("kubectl's line");
            if line == state {
                break at;
            }
        };
        ours.push(drawn.saturating_duration_since(answered));
        theirs.push(printed.saturating_duration_since(answered));
        // Changes at no fixed beat, so that no debounce can fall into step with them.
        std::thread::sleep(Duration::from_millis(60 + change % 7 * 5));
    }
    screen.type_keys("q");
    run(program, &[&place[..], &["lab", "stop", "clock", "--yes"]].concat());

    println!("{changes} changes             p50      p90      p99      max");
    let (ours, theirs) = (figures("mark on the screen", ours), figures("kubectl get -w", theirs));
    println!("p50, ours - kubectl:  {:+.1} ms", (ours - theirs) * 1000.0);
}

/// The mark before the check's line in the lesson.
fn mark(glyphs: &str) -> Option<char> {
    let (before, _) = glyphs.lines().find_map(|line| line.split_once(" 짝수"))?;
    before.chars().last()
}

fn run(program: &Path, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output().expect("the program runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The lines that `kubectl get -w` prints, each with the moment it came.
fn kubectl(program: &Path, kubeconfig: &str) -> mpsc::Receiver<(String, Instant)> {
    let (sender, receiver) = mpsc::channel();
    let mut child = Command::new(program)
        .args(["--kubeconfig", kubeconfig, "-n", "clock", "get", "configmap", "clock", "-w"])
        .args(["-o", "jsonpath={.data.state}{\"\\n\"}"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("kubectl starts");
    let out = child.stdout.take().expect("its output");
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if sender.send((line, Instant::now())).is_err() {
                break;
            }
        }
        let _ = child.kill();
        let _ = child.wait();
    });
    receiver.recv_timeout(Duration::from_secs(10)).expect("kubectl watches");
    receiver
}

async fn client(kubeconfig: &str) -> kube::Client {
    let file = kube::config::Kubeconfig::read_from(kubeconfig).expect("a kubeconfig");
    let config = kube::Config::from_custom_kubeconfig(file, &Default::default()).await.expect("a usable kubeconfig");
    kube::Client::try_from(config).expect("a client")
}

fn figures(name: &str, mut times: Vec<Duration>) -> f64 {
    times.sort();
    let at = |part: f64| {
        let index = ((times.len() - 1) as f64 * part).round() as usize;
        times.get(index).map_or(0.0, Duration::as_secs_f64)
    };
    let ms = |part: f64| format!("{:>6.1}ms", at(part) * 1000.0);
    println!("{name:<22} {} {} {} {}", ms(0.5), ms(0.9), ms(0.99), ms(1.0));
    at(0.5)
}
