//! The lab engine against a real API server: start, verdicts, stop; the guard.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jotasu::cluster::control_plane::ControlPlane;
use jotasu::cluster::{self, Access, Allowed, Engine};
use jotasu::lab::{
    Action, CORDONED, Change, Check, ClusterSpec, Connection, Count, Event, Expectation, Explain, Lab, LabelSelector,
    Mode, NodeChange, Order, Owns, PatchKind, Phase, Quantifier, Requires, ResourceExpectation, Source, Target,
    Verdict, Why,
};
use libtest_mimic::Failed;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::harness::{Needs, Outcome, Planned, eventually, shared, trial};
use crate::space::Space;

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    vec![
        trial("engine::a_check_follows_the_cluster_and_stop_leaves_nothing", Needs::Workloads, follows),
        trial("engine::a_cluster_nobody_allowed_is_refused_with_the_entry_to_add", Needs::Api, refused),
        trial("engine::a_namespace_of_somebody_else_is_refused_by_name", Needs::Workloads, foreign),
        trial("engine::a_failed_setup_leaves_nothing", Needs::Workloads, failed_setup),
        trial("engine::a_power_that_no_loader_has_seen_is_not_used", Needs::Workloads, undeclared),
        trial("engine::a_setup_that_is_stopped_leaves_nothing", Needs::Workloads, cancelled),
        trial("engine::reopening_resumes_and_another_cluster_discards", Needs::Workloads, resumes),
        trial("engine::reset_brings_the_start_back", Needs::Workloads, resets),
        trial("engine::node_labels_and_taints_are_put_back", Needs::Workloads, nodes_restored),
        trial("engine::a_kind_that_is_installed_later_is_seen", Needs::Workloads, installed_later),
        trial("engine::a_verdict_follows_a_patch_within_milliseconds", Needs::Workloads, latency),
        trial("engine::every_request_carries_our_name_and_watches_are_the_readers", Needs::Workloads, named),
    ]
}

/// What a screen would have seen.
pub struct Screen {
    events: mpsc::UnboundedReceiver<Event>,
    pub verdicts: Vec<Verdict>,
    /// Every vector there was.
    pub history: Vec<Vec<Verdict>>,
    pub turned: Vec<String>,
    pub change: Option<Change>,
    pub phase: Option<Phase>,
    pub connection: Option<Connection>,
    pub why: Option<Why>,
    seen: usize,
}

impl Screen {
    /// Waits for an event after which something holds.
    pub async fn until(&mut self, what: &str, limit: u64, holds: impl Fn(&Self) -> bool) -> Outcome {
        let end = Instant::now() + Duration::from_secs(limit);
        while !holds(self) {
            let left = end.saturating_duration_since(Instant::now());
            match timeout(left, self.events.recv()).await {
                Ok(Some(event)) => self.take(event),
                Ok(None) => return Err(format!("{what}: the engine ended").into()),
                Err(_) => {
                    let now = format!("{:?} {:?} {:?}", self.connection, self.phase, self.verdicts);
                    return Err(format!("{what}: not within {limit} s: {now}").into());
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, event: Event) {
        self.seen += 1;
        match event {
            Event::Connection(connection) => self.connection = Some(connection),
            Event::Phase { phase, .. } => self.phase = Some(phase),
            Event::Faults { .. } => {}
            Event::Why { why, .. } => self.why = Some(*why),
            Event::Verdicts { verdicts, turned, .. } => {
                self.history.push(verdicts.clone());
                self.verdicts = verdicts;
                for (name, change) in turned {
                    self.turned.push(name);
                    self.change = change;
                }
            }
            Event::Timed { .. } | Event::Undo { .. } | Event::Undone { .. } => {}
        }
    }

    /// Takes in what comes for so long; with none at all, what is there.
    pub async fn drain(&mut self, while_: Duration) {
        let end = Instant::now() + while_;
        while let Ok(Some(event)) = timeout(end.saturating_duration_since(Instant::now()), self.events.recv()).await {
            self.take(event);
        }
    }

    pub fn running(&self) -> bool {
        matches!(self.phase, Some(Phase::Running(_)))
    }

    pub fn shows(&self, expected: &str) -> bool {
        self.verdicts.iter().map(Verdict::name).collect::<Vec<_>>().join(" ") == expected
    }
}

pub fn open(access: Access, state: PathBuf) -> (Engine, Screen) {
    let (send, events) = mpsc::unbounded_channel();
    let engine = cluster::engine(access, state, send);
    let screen = Screen {
        events,
        verdicts: vec![],
        history: vec![],
        turned: vec![],
        change: None,
        phase: None,
        connection: None,
        why: None,
        seen: 0,
    };
    (engine, screen)
}

/// Access to a control plane that its learner has allowed.
pub async fn allowed(plane: &ControlPlane) -> Result<Access, Failed> {
    allowed_at(&plane.kubeconfig()).await
}

/// Access to any cluster of a test's that its learner has allowed.
pub async fn allowed_at(kubeconfig: &std::path::Path) -> Result<Access, Failed> {
    // No name of a kind cluster begins so: what the file says is taken, and `kind` need not be on the path here.
    let mut access = Access { kubeconfig: Some(kubeconfig.to_owned()), kind_cluster: "/".into(), ..Access::default() };
    let entry = cluster::describe(&access).await?;
    access.allow.push(entry);
    Ok(access)
}

pub fn target(api_version: &str, kind: &str, namespace: Option<&str>, name: &str) -> Target {
    Target {
        api_version: api_version.into(),
        kind: kind.into(),
        namespace: namespace.map(str::to_owned),
        name: Some(name.into()),
        labels: LabelSelector::default(),
        fields: Default::default(),
    }
}

pub fn exists(name: &str, target: Target) -> Check {
    let expectation = ResourceExpectation {
        target,
        quantifier: Quantifier::All,
        count: Count { min: 1, max: None },
        absent: false,
        ready: false,
        conditions: vec![],
        pattern: None,
        cel: vec![],
        related: Default::default(),
    };
    Check {
        name: name.into(),
        title: name.into(),
        step: 1,
        level: None,
        weight: 1,
        needs: vec![],
        mode: Mode::Live,
        within: Duration::ZERO,
        hold_for: Duration::ZERO,
        every: None,
        fail_fast: true,
        initially_passed: false,
        source: Source::Observed(Expectation::Of(Box::new(expectation))),
        hints: vec![],
        next: None,
        debrief: None,
        line: 1,
    }
}

/// A lab of one namespace and one check: a ConfigMap `done`.
pub fn lab(id: &str) -> Lab {
    let namespace = format!("{id}-shop");
    Lab {
        id: id.into(),
        title: "시험".into(),
        minutes: 1,
        explain: Explain::Full,
        requires: Requires::default(),
        cluster: ClusterSpec::default(),
        params: Default::default(),
        owns: Owns { namespaces: vec![namespace.clone()], ..Owns::default() },
        setup: vec![Action::Apply(vec![json!({"apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": "given", "namespace": namespace}})])],
        seeded: None,
        sown: None,
        symptom: None,
        checks: vec![exists("done", target("v1", "ConfigMap", Some(&namespace), "done"))],
        invariants: vec![],
        solution: vec![],
        variants: vec![],
        mutations: vec![],
        images: vec![],
        hash: String::new(),
    }
}

pub fn state() -> Result<tempfile::TempDir, Failed> {
    Ok(tempfile::tempdir()?)
}

/// The lab's namespace, as a space to work in.
pub fn within(space: &Space, lab: &Lab) -> Space {
    Space { name: lab.owns.namespaces[0].clone(), ..space.clone() }
}

pub fn done() -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "done"}})
}

pub async fn gone(space: &Space, namespace: &str) -> Result<bool, Failed> {
    Ok(space.cluster_api("v1", "Namespace").get_opt(namespace).await?.is_none())
}

pub fn same<T: PartialEq + std::fmt::Debug>(found: T, expected: T, what: &str) -> Outcome {
    if found == expected { Ok(()) } else { Err(Failed::from(format!("{what}: {found:?}, expected {expected:?}"))) }
}

async fn follows(space: Space) -> Outcome {
    let state = state()?;
    let (engine, mut screen) = open(allowed(shared()).await?, state.path().into());
    let lab = Arc::new(lab(&space.name));
    let shop = within(&space, &lab);
    engine.order(Order::Attach(lab.clone()));
    screen.until("off", 20, |screen| screen.phase == Some(Phase::Off)).await?;
    engine.order(Order::Start(lab.clone()));
    screen.until("running", 30, |screen| screen.running() && screen.shows("waiting")).await?;
    shop.apply(done()).await?;
    screen.until("green", 5, |screen| screen.shows("passed")).await?;
    shop.delete("v1", "ConfigMap", "done").await?;
    screen.until("red", 5, |screen| screen.shows("failed")).await?;
    same(screen.turned.clone(), vec!["done".to_owned()], "turned")?;
    engine.order(Order::Stop);
    screen.until("stopped", 60, |screen| screen.phase == Some(Phase::Stopped)).await?;
    same(gone(&space, &shop.name).await?, true, "the namespace is gone")?;
    same(state.path().join("labs").read_dir()?.count(), 0, "state files")?;
    let system = Space { name: "jotasu-system".into(), ..space.clone() };
    same(system.get("v1", "ConfigMap", &format!("lab-{}", lab.id)).await.is_err(), true, "the entry is gone")
}

async fn refused(_: Space) -> Outcome {
    let good = allowed(shared()).await?;
    let entry = good.allow[0].clone();
    for allow in [vec![], vec![Allowed { cluster_uid: "other".into(), ..entry.clone() }]] {
        let state = state()?;
        let (engine, mut screen) = open(Access { allow, ..good.clone() }, state.path().into());
        engine.order(Order::Attach(Arc::new(lab("refused"))));
        let refusal = |screen: &Screen| match &screen.connection {
            Some(Connection::Refused(text)) => Some(text.clone()),
            _ => None,
        };
        screen.until("refused", 20, |screen| refusal(screen).is_some()).await?;
        let text = refusal(&screen).unwrap_or_default();
        same(text.contains(&entry.to_string()), true, &text)?;
        same(text.contains("jotasu cluster allow --context jotasu-control-plane"), true, &text)?;
    }
    Ok(())
}

async fn foreign(space: Space) -> Outcome {
    let state = state()?;
    let mut lab = lab(&space.name);
    lab.owns.namespaces = vec![space.name.clone()];
    let (engine, mut screen) = open(allowed(shared()).await?, state.path().into());
    engine.order(Order::Start(Arc::new(lab)));
    screen.until("failed", 20, |screen| matches!(screen.phase, Some(Phase::Failed(_)))).await?;
    let Some(Phase::Failed(text)) = &screen.phase else { return Ok(()) };
    same(text.contains(&space.name), true, text)?;
    same(gone(&space, &space.name).await?, false, "the namespace is untouched")?;
    same(state.path().join("labs").exists(), false, "a state file")
}

async fn failed_setup(space: Space) -> Outcome {
    let state = state()?;
    let mut lab = lab(&space.name);
    let namespace = lab.owns.namespaces[0].clone();
    lab.setup.push(Action::Apply(vec![json!({"apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "bad", "namespace": namespace}, "spec": {}})]));
    let (engine, mut screen) = open(allowed(shared()).await?, state.path().into());
    engine.order(Order::Start(Arc::new(lab)));
    screen.until("failed", 60, |screen| matches!(screen.phase, Some(Phase::Failed(_)))).await?;
    same(gone(&space, &namespace).await?, true, "the namespace is gone")?;
    same(state.path().join("labs").read_dir()?.count(), 0, "state files")
}

/// The lab comes from no file: what performs its actions judges them again.
async fn undeclared(space: Space) -> Outcome {
    let state = state()?;
    let (engine, mut screen) = open(allowed(shared()).await?, state.path().into());
    let mut lab = lab(&space.name);
    let given = target("v1", "ConfigMap", Some(&lab.owns.namespaces[0]), "given");
    let body = json!([{"op": "add", "path": "/spec/hostNetwork", "value": true}]);
    lab.setup.push(Action::Patch { target: given, kind: PatchKind::Json, body });
    engine.order(Order::Start(Arc::new(lab)));
    screen.until("refused", 60, |screen| matches!(screen.phase, Some(Phase::Failed(_)))).await?;
    let Some(Phase::Failed(text)) = &screen.phase else { return Ok(()) };
    same(text.contains("밝히지 않은 권한(hostNetwork)"), true, text)
}

async fn cancelled(space: Space) -> Outcome {
    let state = state()?;
    let mut lab = lab(&space.name);
    let namespace = lab.owns.namespaces[0].clone();
    lab.setup.push(Action::Wait {
        target: target("v1", "ConfigMap", Some(&namespace), "never"),
        until: jotasu::lab::Until::Condition("Never".into()),
        timeout: Duration::from_secs(300),
    });
    let (engine, mut screen) = open(allowed(shared()).await?, state.path().into());
    engine.order(Order::Start(Arc::new(lab)));
    let waits = |screen: &Screen| match &screen.phase {
        Some(Phase::Working(works)) => works.last().is_some_and(|work| work.what.contains("기다림")),
        _ => false,
    };
    screen.until("waiting", 30, waits).await?;
    engine.order(Order::Stop);
    screen.until("stopped", 60, |screen| screen.phase == Some(Phase::Stopped)).await?;
    same(gone(&space, &namespace).await?, true, "the namespace is gone")?;
    same(state.path().join("labs").read_dir()?.count(), 0, "state files")
}

async fn resumes(space: Space) -> Outcome {
    let state = state()?;
    let access = allowed(shared()).await?;
    let lab = Arc::new(lab(&space.name));
    let shop = within(&space, &lab);
    let since;
    {
        let (engine, mut screen) = open(access.clone(), state.path().into());
        engine.order(Order::Start(lab.clone()));
        screen.until("running", 30, Screen::running).await?;
        shop.apply(done()).await?;
        screen.until("green", 5, |screen| screen.shows("passed")).await?;
        since = screen.phase.clone();
    }
    shop.delete("v1", "ConfigMap", "done").await?;
    {
        let (engine, mut screen) = open(access.clone(), state.path().into());
        engine.order(Order::Attach(lab.clone()));
        screen.until("red: it was green before", 20, |screen| screen.shows("failed")).await?;
        same(screen.phase.clone(), since, "the same run")?;
    }
    let file = state.path().join(format!("labs/{}.json", lab.id));
    let text = std::fs::read_to_string(&file)?;
    std::fs::write(&file, text.replace(shared().cluster_uid(), "another-uid"))?;
    let (engine, mut screen) = open(access, state.path().into());
    engine.order(Order::Attach(lab.clone()));
    screen.until("discarded", 20, |screen| matches!(screen.phase, Some(Phase::Failed(_)))).await?;
    same(file.exists(), false, "the other cluster's file")?;
    shop.cluster_api("v1", "Namespace").delete(&shop.name, &Default::default()).await?;
    Ok(())
}

async fn resets(space: Space) -> Outcome {
    let state = state()?;
    let (engine, mut screen) = open(allowed(shared()).await?, state.path().into());
    let lab = Arc::new(lab(&space.name));
    let shop = within(&space, &lab);
    engine.order(Order::Start(lab.clone()));
    screen.until("running", 30, Screen::running).await?;
    shop.apply(done()).await?;
    shop.delete("v1", "ConfigMap", "given").await?;
    screen.until("green", 5, |screen| screen.shows("passed")).await?;
    let before = screen.phase.clone();
    engine.order(Order::Reset);
    screen.until("running again", 60, |screen| screen.running() && screen.phase != before).await?;
    screen.until("as at the start", 5, |screen| screen.shows("waiting")).await?;
    same(shop.get("v1", "ConfigMap", "given").await.is_ok(), true, "the setup is there")?;
    engine.order(Order::Stop);
    screen.until("stopped", 60, |screen| screen.phase == Some(Phase::Stopped)).await
}

async fn nodes_restored(space: Space) -> Outcome {
    let state = state()?;
    let key = format!("{}-disk", space.name);
    let mut lab = lab(&space.name);
    lab.owns.node_labels = vec![key.clone()];
    lab.owns.node_taints = vec![key.clone(), CORDONED.into()];
    let change = |value: &str| NodeChange {
        node: "worker:1".into(),
        set: [(key.clone(), value.to_owned())].into(),
        remove: vec![],
    };
    lab.setup.push(Action::Label(change("ssd")));
    lab.setup.push(Action::Taint(change("gpu:PreferNoSchedule")));
    let set = [(CORDONED.to_owned(), ":NoSchedule".to_owned())].into();
    lab.setup.push(Action::Taint(NodeChange { node: "worker:1".into(), set, remove: vec![] }));
    let (engine, mut screen) = open(allowed(shared()).await?, state.path().into());
    engine.order(Order::Start(Arc::new(lab)));
    screen.until("running", 30, Screen::running).await?;
    let node = || async {
        let node = space.cluster_api("v1", "Node").get("jotasu-worker2").await?;
        let taints = node.data["spec"]["taints"].to_string();
        let cordoned = node.data["spec"]["unschedulable"] == true;
        Ok::<_, Failed>((node.metadata.labels.unwrap_or_default().get(&key).cloned(), taints.contains(&key), cordoned))
    };
    same(node().await?, (Some("ssd".into()), true, true), "while it runs")?;
    engine.order(Order::Stop);
    screen.until("stopped", 60, |screen| screen.phase == Some(Phase::Stopped)).await?;
    same(node().await?, (None, false, false), "after it")
}

async fn installed_later(space: Space) -> Outcome {
    let state = state()?;
    let mut lab = lab(&space.name);
    let group = format!("{}.example.com", space.name);
    let version = format!("{group}/v1");
    lab.checks = vec![exists("cr", target(&version, "Widget", Some(&lab.owns.namespaces[0]), "w"))];
    let (engine, mut screen) = open(allowed(shared()).await?, state.path().into());
    let shop = within(&space, &lab);
    engine.order(Order::Start(Arc::new(lab)));
    screen.until("running", 30, |screen| screen.running() && screen.shows("waiting")).await?;
    let crd = json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("widgets.{group}")},
        "spec": {"group": group, "scope": "Namespaced", "names": {"kind": "Widget", "plural": "widgets"},
            "versions": [{"name": "v1", "served": true, "storage": true,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]}});
    let definitions = space.cluster_api("apiextensions.k8s.io/v1", "CustomResourceDefinition");
    definitions.create(&Default::default(), &serde_json::from_value(crd)?).await?;
    let widget = json!({"apiVersion": version, "kind": "Widget", "metadata": {"name": "w"}});
    eventually("the kind is served", || async {
        shop.apply(widget.clone()).await.map_err(|error| error.message().unwrap_or_default().to_owned())
    })
    .await?;
    screen.until("seen", 10, |screen| screen.shows("passed")).await?;
    definitions.delete(&format!("widgets.{group}"), &Default::default()).await?;
    screen.until("gone", 20, |screen| !screen.shows("passed")).await?;
    engine.order(Order::Stop);
    screen.until("stopped", 60, |screen| screen.phase == Some(Phase::Stopped)).await
}

async fn latency(space: Space) -> Outcome {
    let state = state()?;
    let (engine, mut screen) = open(allowed(shared()).await?, state.path().into());
    let lab = Arc::new(lab(&space.name));
    let shop = within(&space, &lab);
    engine.order(Order::Start(lab));
    screen.until("running", 30, |screen| screen.running() && screen.shows("waiting")).await?;
    let mut times = Vec::new();
    for _ in 0..50 {
        shop.apply(done()).await?;
        let since = Instant::now();
        screen.until("green", 5, |screen| screen.shows("passed")).await?;
        times.push(since.elapsed());
        shop.delete("v1", "ConfigMap", "done").await?;
        screen.until("red", 5, |screen| !screen.shows("passed")).await?;
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    times.sort();
    println!("patch to verdict: p50 {:?}, p90 {:?}, max {:?}", times[25], times[45], times[49]);
    same(times[25] < Duration::from_millis(100), true, "half of them within 100 ms")?;
    engine.order(Order::Stop);
    screen.until("stopped", 60, |screen| screen.phase == Some(Phase::Stopped)).await
}

async fn named(space: Space) -> Outcome {
    let state = state()?;
    let (engine, mut screen) = open(allowed(shared()).await?, state.path().into());
    let lab = Arc::new(lab(&space.name));
    let shop = within(&space, &lab);
    engine.order(Order::Start(lab));
    screen.until("running", 30, |screen| screen.running() && screen.shows("waiting")).await?;
    let wanted = format!("/api/v1/namespaces/{}/configmaps", shop.name);
    eventually("the watch in the audit log", || async {
        let text = std::fs::read_to_string(shared().audit_log()).map_err(|error| error.to_string())?;
        let events = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let ours: Vec<Value> = events
            .filter(|event| event["requestURI"].as_str().is_some_and(|uri| uri.starts_with(&wanted)))
            .filter(|event| matches!(event["verb"].as_str(), Some("list" | "watch")))
            .collect();
        let agent = ours.iter().all(|event| event["userAgent"] == concat!("jotasu/", env!("CARGO_PKG_VERSION")));
        let reader = ours.iter().all(|event| event["user"]["username"] == "system:serviceaccount:jotasu-system:reader");
        if ours.len() >= 2 && agent && reader { Ok(()) } else { Err(format!("{ours:?}")) }
    })
    .await?;
    engine.order(Order::Stop);
    screen.until("stopped", 60, |screen| screen.phase == Some(Phase::Stopped)).await
}
