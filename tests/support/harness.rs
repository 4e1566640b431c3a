//! One harness for every test that needs a Kubernetes: what is missing is said once, with numbers, and fails in CI.
//!
//! A trial says what it needs ([`Needs`]) and gets a [`Space`]: a client, a namespace of its own, a runtime of its own.
//! The control plane and the kind cluster are started by the first trial that needs them and shared by the process.

use std::collections::BTreeSet;
use std::future::Future;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use jotasu::cluster::control_plane::{Assets, ControlPlane, Tier};
use libtest_mimic::{Arguments, Conclusion, Failed, Trial};

use super::space::Space;

/// What a trial comes back with.
pub type Outcome = Result<(), Failed>;

/// What a trial cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// An API server.
    Api,
    /// A control plane on which workloads become Ready.
    Workloads,
    /// The same, and Helm's own program.
    Helm,
    /// Real nodes and containers: the cluster that all such trials share, one at a time.
    Kind,
    /// Real nodes to break: a second cluster, beside the first.
    Nodes,
}

impl Needs {
    /// Where a trial waits for its turn.
    fn lane(self) -> usize {
        match self {
            Self::Kind => 1,
            Self::Nodes => 2,
            _ => PLANES,
        }
    }
}

/// The lane of what has a control plane.
const PLANES: usize = 0;

/// The turns of trials: what shares a cluster goes one by one, what does not goes side by side. Control planes take turns
/// too, as two cores give three clusters at once enough to do; once the others are empty, two may run.
struct Lanes {
    lanes: Mutex<[Lane; 3]>,
    ended: Condvar,
}

/// One lane.
#[derive(Default)]
struct Lane {
    /// Trials that have not ended.
    left: usize,
    /// Those that run.
    running: usize,
    /// The places of those that wait.
    waiting: BTreeSet<usize>,
}

impl Lanes {
    fn of(planned: &[Planned]) -> Self {
        let mut lanes: [Lane; 3] = Default::default();
        for one in planned {
            lanes[one.needs.lane()].left += 1;
        }
        Self { lanes: Mutex::new(lanes), ended: Condvar::new() }
    }

    /// Waits until it is the turn of the trial at a place, in the order of their places.
    fn turn(&self, lane: usize, place: usize) -> Turn<'_> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes[lane].waiting.insert(place);
        loop {
            let spare = lane == PLANES && lanes.iter().filter(|lane| lane.left == 0).count() == 2;
            let first = lanes[lane].waiting.first() == Some(&place);
            if first && lanes[lane].running < 1 + usize::from(spare) {
                lanes[lane].waiting.remove(&place);
                lanes[lane].running += 1;
                return Turn { lanes: self, lane };
            }
            lanes = self.ended.wait(lanes).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A trial's turn, until it is dropped.
struct Turn<'a> {
    lanes: &'a Lanes,
    lane: usize,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut lanes = self.lanes.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes[self.lane].running -= 1;
        lanes[self.lane].left -= 1;
        self.lanes.ended.notify_all();
    }
}

/// A test that has not been judged runnable yet.
pub struct Planned {
    name: String,
    needs: Needs,
    body: Box<dyn FnOnce() -> Outcome + Send>,
}

/// A trial in a namespace of its own, on the shared control plane or (with [`Needs::Kind`]) the kind cluster.
pub fn trial<F, R>(name: &str, needs: Needs, body: F) -> Planned
where
    F: FnOnce(Space) -> R + Send + 'static,
    R: Future<Output = Outcome>,
{
    let body = move || {
        let kubeconfig = if needs == Needs::Kind { kind().kubeconfig.clone() } else { shared().kubeconfig() };
        runtime().block_on(async {
            let space = Space::open(&kubeconfig, needs > Needs::Api).await?;
            let outcome = body(space.clone()).await;
            space.close().await;
            outcome
        })
    };
    Planned { name: name.into(), needs, body: Box::new(body) }
}

/// A trial that starts its own control plane, or does something else altogether.
pub fn alone(name: &str, needs: Needs, body: impl FnOnce() -> Outcome + Send + 'static) -> Planned {
    Planned { name: name.into(), needs, body: Box::new(body) }
}

/// Runs trials as libtest would, after saying what cannot be run and why.
pub fn run(planned: Vec<Planned>) -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Trials wait in their lanes, not for a thread.
    arguments.test_threads = arguments.test_threads.or(Some(planned.len().max(1)));
    let must = std::env::var("CI").is_ok_and(|value| value == "true");
    let mut skipped: Vec<(String, usize)> = Vec::new();
    let mut trials = Vec::new();
    // With a filter some trials are never begun, and no lane is ever empty: one turn each then.
    let lanes = Arc::new(Lanes::of(&planned));
    for (place, Planned { name, needs, body }) in planned.into_iter().enumerate() {
        let kind = if needs >= Needs::Kind { "kind" } else { "control plane" };
        let lacking = lacking(needs);
        if let Some(reason) = lacking.clone().filter(|_| !must) {
            match skipped.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, count)) => *count += 1,
                None => skipped.push((reason, 1)),
            }
        }
        let ignored = lacking.is_some() && !must;
        let (timed, lanes) = (name.clone(), lanes.clone());
        let work = move || match lacking {
            Some(reason) => Err(Failed::from(format!("a cluster is missing: {reason}"))),
            None => {
                let _turn = lanes.turn(needs.lane(), place);
                time(&timed, body)
            }
        };
        trials.push(Trial::test(name, work).with_kind(kind).with_ignored_flag(ignored));
    }
    let conclusion: Conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list {
        for (reason, count) in skipped {
            println!("skipped {count} cluster tests: {reason}");
        }
    }
    conclusion.exit_code()
}

/// What is missing on this machine for a trial, if anything.
fn lacking(needs: Needs) -> Option<String> {
    match needs {
        Needs::Kind | Needs::Nodes if !wants_kind() => Some("kind tests run in CI or with JOTASU_TESTS=kind".into()),
        Needs::Kind | Needs::Nodes => {
            Command::new("bash").arg(testbed()).arg("possible").stderr(Stdio::piped()).output().map_or_else(
                |error| Some(format!("no bash: {error}")),
                |output| (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).trim().to_owned()),
            )
        }
        Needs::Api | Needs::Workloads | Needs::Helm => match assets() {
            Err(missing) => Some(missing.clone()),
            Ok(assets) if needs >= Needs::Workloads && assets.tier() < Tier::Workloads => {
                Some(format!("{} not found beside kube-apiserver", assets.missing().join(", ")))
            }
            Ok(_) if needs == Needs::Helm && helm().is_none() => Some("helm not found beside kube-apiserver".into()),
            Ok(_) => None,
        },
    }
}

fn wants_kind() -> bool {
    let asked = std::env::var("JOTASU_TESTS").unwrap_or_default().split(',').any(|word| word.trim() == "kind");
    asked || std::env::var("CI").is_ok_and(|value| value == "true")
}

/// The programs of this machine.
pub fn assets() -> Result<&'static Assets, String> {
    static FOUND: OnceLock<Result<Assets, String>> = OnceLock::new();
    FOUND.get_or_init(|| Assets::find().map_err(|error| error.to_string())).as_ref().map_err(Clone::clone)
}

/// Helm, where it was built beside the other programs.
pub fn helm() -> Option<PathBuf> {
    let server = assets().ok()?.program("kube-apiserver")?;
    Some(server.with_file_name("helm")).filter(|helm| helm.is_file())
}

/// A control plane of the caller's own, to break.
pub fn own() -> ControlPlane {
    ControlPlane::start(assets().unwrap()).unwrap()
}

/// The control plane of this process; it dies with the process, whatever way that ends.
pub fn shared() -> &'static ControlPlane {
    static SHARED: OnceLock<Result<ControlPlane, String>> = OnceLock::new();
    let start = || ControlPlane::start(assets()?).map_err(|error| error.to_string());
    SHARED.get_or_init(start).as_ref().unwrap()
}

/// The kind cluster.
pub struct Kind {
    /// Its kubeconfig.
    pub kubeconfig: PathBuf,
}

/// Brings the kind cluster up, once.
pub fn kind() -> &'static Kind {
    static SHARED: OnceLock<Kind> = OnceLock::new();
    SHARED.get_or_init(|| {
        let status = Command::new("bash").arg(testbed()).arg("up").stdin(Stdio::null()).status().unwrap();
        assert!(status.success(), "testbed up: {status}");
        let output = Command::new("bash").arg(testbed()).arg("kubeconfig").output().unwrap();
        Kind { kubeconfig: String::from_utf8(output.stdout).unwrap().trim().into() }
    })
}

/// The `PATH` of a learner who has the programs of the kind cluster.
pub fn search() -> String {
    let bin = kind().kubeconfig.with_file_name("bin");
    format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default())
}

/// Puts an image that labs use into the kind cluster's nodes, once.
pub fn load(image: &str) -> Outcome {
    kind();
    let status = Command::new("bash").arg(testbed()).args(["load", image]).stdin(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(format!("testbed load {image}: {status}").into()) }
}

/// The `PATH` with which clusters can be made on this machine, and the node image to make them of.
pub fn maker() -> Result<(String, String), Failed> {
    let script = format!("eval \"$(bash '{}' env)\"; echo \"$PATH\"; echo \"$JOTASU_NODE_IMAGE\"", testbed().display());
    let said = Command::new("bash").args(["-euc", &script]).stdin(Stdio::null()).output()?;
    let said = String::from_utf8(said.stdout)?;
    let (path, image) = said.trim().split_once('\n').ok_or("the testbed tells no node image")?;
    Ok((path.to_owned(), image.to_owned()))
}

/// The script that makes clusters of this project's own.
pub fn testbed() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cluster/testbed")
}

/// A runtime as the engine has one.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Asks again until something is so; for a minute, so that a busy machine does not fail a test.
pub async fn eventually<T, F, R>(what: &str, mut ask: F) -> Result<T, Failed>
where
    F: FnMut() -> R,
    R: Future<Output = Result<T, String>>,
{
    let start = Instant::now();
    loop {
        match ask().await {
            Ok(value) => return Ok(value),
            Err(last) if start.elapsed() > Duration::from_secs(60) => {
                return Err(format!("{what}: not so after a minute; last seen: {last}").into());
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Runs a trial and leaves how long it took for CI's list of the slowest.
fn time(name: &str, body: Box<dyn FnOnce() -> Outcome + Send>) -> Outcome {
    let start = Instant::now();
    let outcome = body();
    if let Some(path) = std::env::var_os("JOTASU_TEST_TIMES") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        let _ = file.and_then(|mut file| writeln!(file, "{:.3} {name}", start.elapsed().as_secs_f64()));
    }
    outcome
}
