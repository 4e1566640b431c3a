//! What a running lab costs while nothing happens: requests by verb and path in the audit log, and processor time.
//!
//! A control plane of its own, `w3-d2-lab1` started and solved, the engine in this process, then silence.
//! `cargo bench --bench idle [-- MINUTES]`; 10 minutes unless told.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jotasu::cluster::control_plane::{Assets, ControlPlane};
use jotasu::cluster::{self, Access};
use jotasu::lab::{self, Event, Order, Phase};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How long the cluster may settle after the solution.
const SETTLE: Duration = Duration::from_secs(60);

fn main() {
    let minutes: u64 = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(10);
    let assets = match Assets::find() {
        Ok(assets) => assets,
        Err(missing) => return println!("no Kubernetes to measure against: {missing:?}"),
    };
    let plane = ControlPlane::start(&assets).expect("a control plane");
    let state = tempfile::tempdir().expect("a state directory");
    let (lab, problems) = lab::load(&jotasu::files::labs(), "w3-d2-lab1");
    let lab = Arc::new(lab.unwrap_or_else(|| panic!("{problems:?}")));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(measure(&plane, state.path(), lab, Duration::from_secs(minutes * 60)));
}

async fn measure(plane: &ControlPlane, state: &std::path::Path, lab: Arc<lab::Lab>, window: Duration) {
    let mut access =
        Access { kubeconfig: Some(plane.kubeconfig()), kind_cluster: "jotasu".into(), ..Access::default() };
    access.allow.push(cluster::describe(&access).await.expect("the cluster answers"));
    let (send, mut events) = mpsc::unbounded_channel();
    let engine = cluster::engine(access, state.to_owned(), send);
    engine.order(Order::Start(lab.clone()));
    running(&mut events).await;
    engine.order(Order::Solve { steps: lab.solution.len() });
    running(&mut events).await;
    tokio::time::sleep(SETTLE).await;
    while events.try_recv().is_ok() {}

    let (before, cpu, since) = (requests(plane).len(), processor(), Instant::now());
    tokio::time::sleep(window).await;
    let (took, cpu) = (since.elapsed().as_secs_f64(), processor() - cpu);
    let said = std::iter::from_fn(|| events.try_recv().ok()).count();
    let requests = requests(plane);
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (verb, class) in requests.iter().skip(before) {
        *counts.entry((verb.clone(), class.clone())).or_default() += 1;
    }
    println!("{took:.0} s idle, {} watches wanted by the lab", lab.watches().len());
    println!("{:<8} {:<76} {:>5} {:>10}", "verb", "path", "count", "seconds");
    for ((verb, class), count) in &counts {
        println!("{verb:<8} {class:<76} {count:>5} {:>10.1}", took / *count as f64);
    }
    println!("events to the screen: {said}");
    println!("processor: {cpu:.2} s, {:.3} % of a core", cpu / took * 100.0);
}

/// Until the lab runs.
async fn running(events: &mut mpsc::UnboundedReceiver<Event>) {
    loop {
        let event = timeout(Duration::from_secs(120), events.recv()).await.expect("within two minutes");
        match event.expect("the engine lives") {
            Event::Phase { phase: Phase::Running(_), .. } => return,
            Event::Phase { phase: Phase::Failed(why), .. } => panic!("{why}"),
            _ => {}
        }
    }
}

/// Our requests so far, in the order they began to be answered: verb, and the path without its query. A watch that goes
/// on has a line when it opens and one when it ends: it counts once.
fn requests(plane: &ControlPlane) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(plane.audit_log()).expect("the audit log");
    let mut known = BTreeSet::new();
    text.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|event| event["userAgent"].as_str().is_some_and(|agent| agent.starts_with("jotasu/")))
        .filter(|event| known.insert(event["auditID"].as_str().unwrap_or_default().to_owned()))
        .map(|event| {
            let path = event["requestURI"].as_str().unwrap_or_default();
            let path = path.split('?').next().unwrap_or_default().to_owned();
            (event["verb"].as_str().unwrap_or_default().to_owned(), path)
        })
        .collect()
}

/// Processor seconds of this process: user and system, in ticks of 10 ms.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |n: usize| fields.get(n).and_then(|ticks| ticks.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}
