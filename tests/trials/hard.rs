//! The lab engine when things go wrong: killed, swapped, flooded, and two at once. How it names failures: `failures.rs`.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jotasu::lab::expr::Expr;
use jotasu::lab::{
    Action, ChangeKind, Check, Connection, Expectation, Lab, Order, Phase, Reason, Requires, Rule, SolutionStep,
    Source, Verdict,
};
use libtest_mimic::Failed;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::engine::{Screen, allowed, done, exists, gone, lab, open, same, state, target, within};
use crate::harness::{Needs, Outcome, Planned, alone, own, runtime, shared, trial};
use crate::space::{Space, client};

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    vec![
        trial("engine::a_flood_of_changes_is_a_few_vectors_and_the_last_is_right", Needs::Workloads, flood),
        trial("engine::a_cluster_that_lacks_what_is_required_is_refused_before_anything", Needs::Workloads, lacking),
        trial("engine::an_action_outside_of_what_is_owned_is_not_done", Needs::Workloads, outside),
        trial("engine::two_programs_follow_one_lab", Needs::Workloads, two),
        trial("engine::what_turned_a_check_is_named_with_its_author", Needs::Workloads, named_changes),
        trial("engine::an_expression_that_does_not_end_holds_up_nothing_else", Needs::Workloads, endless),
        alone("engine::killed_at_any_moment_it_cleans_up_and_resumes", Needs::Workloads, killed),
        alone("engine::another_cluster_behind_the_address_ends_the_session_unwritten", Needs::Workloads, swapped),
    ]
}

/// The check `done` with a partial object.
fn matching(lab: &mut Lab, pattern: Value) {
    if let Source::Observed(Expectation::Of(expectation)) = &mut lab.checks[0].source {
        expectation.pattern = Some(pattern);
    }
}

fn valued(value: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "done"}, "data": {"v": value}})
}

pub fn never_red(screen: &Screen, since: usize) -> Outcome {
    let red = screen.history[since..].iter().flatten().find(|verdict| matches!(verdict, Verdict::Failed(_)));
    same(red, None, "red in between")
}

async fn stopped(screen: &mut Screen) -> Outcome {
    screen.until("stopped", 90, |screen| screen.phase == Some(Phase::Stopped)).await
}

async fn flood(space: Space) -> Outcome {
    const SECONDS: u64 = 30;
    let state = state()?;
    let (engine, mut screen) = open(allowed(shared()).await?, state.path().into());
    let mut lab = lab(&space.name);
    matching(&mut lab, json!({"data": {"v": "even"}}));
    let shop = within(&space, &lab);
    engine.order(Order::Start(Arc::new(lab)));
    screen.until("running", 30, |screen| screen.running() && screen.shows("waiting")).await?;
    shop.apply(valued("odd")).await?;
    screen.until("red", 5, |screen| screen.shows("failed")).await?;
    let (before, since) = (screen.history.len(), Instant::now());
    let mut sent = 0;
    while since.elapsed() < Duration::from_secs(SECONDS) {
        // A little more than two hundred a second, where the machine gives them.
        let next = Instant::now() + Duration::from_millis(40);
        let burst = (0..9).map(|n| shop.apply(valued(if n % 2 == 0 { "even" } else { "odd" })));
        sent += futures::future::join_all(burst).await.len();
        screen.drain(Duration::ZERO).await;
        sleep(next.saturating_duration_since(Instant::now())).await;
    }
    let took = since.elapsed();
    shop.apply(valued("even")).await?;
    sleep(Duration::from_millis(250)).await;
    screen.drain(Duration::ZERO).await;
    same(screen.shows("passed"), true, "right after 250 ms")?;
    let vectors = (screen.history.len() - before) as f64 / took.as_secs_f64();
    println!("{:.0} changes/s, {vectors:.1} vectors/s", sent as f64 / took.as_secs_f64());
    same(vectors <= 34.0, true, "one vector per 30 ms at most")?;
    engine.order(Order::Stop);
    stopped(&mut screen).await
}

async fn lacking(space: Space) -> Outcome {
    let state = state()?;
    let mut lab = lab(&space.name);
    let apis = vec!["nothing.example.com/v1".into()];
    lab.requires = Requires { kubernetes: Some(">=9.1".into()), nodes: 99, apis, ..Requires::default() };
    let namespace = lab.owns.namespaces[0].clone();
    let (engine, mut screen) = open(allowed(shared()).await?, state.path().into());
    engine.order(Order::Start(Arc::new(lab)));
    screen.until("refused", 20, |screen| matches!(screen.phase, Some(Phase::Failed(_)))).await?;
    let Some(Phase::Failed(text)) = &screen.phase else { return Ok(()) };
    for part in [">=9.1", "99개", "nothing.example.com/v1", "아무것도 만들지 않았어요"] {
        same(text.contains(part), true, text)?;
    }
    same(gone(&space, &namespace).await?, true, "nothing is made")?;
    same(state.path().join("labs").exists(), false, "no state file")
}

async fn outside(space: Space) -> Outcome {
    let state = state()?;
    let mut lab = lab(&space.name);
    let stray =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "stray", "namespace": space.name}});
    space.apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "theirs"}})).await?;
    let theirs = target("v1", "ConfigMap", Some(&space.name), "theirs");
    let step = |name: &str, action: Action| SolutionStep {
        name: name.into(),
        turns: vec![],
        breaks: vec![],
        also: vec![],
        actions: vec![action],
    };
    let attempts = [Action::Apply(vec![stray]), Action::Delete(theirs.clone()), Action::Restart(theirs)];
    for (number, action) in attempts.into_iter().enumerate() {
        lab.id = format!("{}-{number}", space.name);
        lab.owns.namespaces = vec![format!("{}-shop", lab.id)];
        lab.setup.clear();
        lab.solution = vec![step("01", action)];
        let (engine, mut screen) = open(allowed(shared()).await?, state.path().into());
        engine.order(Order::Start(Arc::new(lab.clone())));
        screen.until("running", 30, Screen::running).await?;
        engine.order(Order::Solve { steps: 1 });
        screen.until("refused", 20, |screen| matches!(screen.phase, Some(Phase::Failed(_)))).await?;
        let Some(Phase::Failed(text)) = &screen.phase else { return Ok(()) };
        same(text.contains("owns"), true, text)?;
        engine.order(Order::Stop);
        stopped(&mut screen).await?;
    }
    same(space.get("v1", "ConfigMap", "stray").await.is_err(), true, "not made")?;
    let theirs = space.get("v1", "ConfigMap", "theirs").await?;
    same(theirs["spec"].is_null(), true, "untouched")
}

async fn two(space: Space) -> Outcome {
    let state = state()?;
    let access = allowed(shared()).await?;
    let mut lab = lab(&space.name);
    lab.checks.push(Check { source: Source::Manual, ..exists("word", target("v1", "Pod", None, "x")) });
    let lab = Arc::new(lab);
    let shop = within(&space, &lab);
    let file = state.path().join(format!("labs/{}.json", lab.id));
    let whole = || -> Outcome {
        let text = std::fs::read_to_string(&file)?;
        serde_json::from_str::<Value>(&text)?;
        Ok(())
    };
    let (one, mut first) = open(access.clone(), state.path().into());
    let (other, mut second) = open(access, state.path().into());
    other.order(Order::Attach(lab.clone()));
    second.until("off", 20, |screen| screen.phase == Some(Phase::Off)).await?;
    one.order(Order::Start(lab.clone()));
    other.order(Order::Start(lab.clone()));
    // One of them sets it up; the other is told so, and joins.
    second.until("joined", 40, Screen::running).await?;
    first.until("running", 40, Screen::running).await?;
    shop.apply(done()).await?;
    first.until("green", 5, |screen| screen.shows("passed waiting")).await?;
    second.until("green", 5, |screen| screen.shows("passed waiting")).await?;
    whole()?;
    one.order(Order::Mark { check: "word".into(), done: true });
    first.until("marked", 5, |screen| screen.shows("passed passed")).await?;
    second.until("marked there", 10, |screen| screen.shows("passed passed")).await?;
    other.order(Order::Mark { check: "word".into(), done: false });
    first.until("taken back", 10, |screen| screen.shows("passed waiting")).await?;
    whole()?;
    let before = first.phase.clone();
    one.order(Order::Reset);
    first.until("reset", 60, |screen| screen.running() && screen.phase != before).await?;
    let begun = first.phase.clone();
    second.until("the new run", 20, |screen| screen.phase == begun).await?;
    second.until("as at the start", 5, |screen| screen.shows("waiting waiting")).await?;
    whole()?;
    other.order(Order::Stop);
    let ended = |screen: &Screen| matches!(screen.phase, Some(Phase::Stopped | Phase::Off));
    first.until("over", 60, ended).await?;
    stopped(&mut second).await?;
    sleep(Duration::from_secs(3)).await;
    same(file.exists(), false, "nobody wrote the file back")?;
    same(gone(&space, &shop.name).await?, true, "the namespace is gone")
}

async fn named_changes(space: Space) -> Outcome {
    let state = state()?;
    let mut lab = lab(&space.name);
    let namespace = lab.owns.namespaces[0].clone();
    lab.checks = vec![exists("web", target("apps/v1", "Deployment", Some(&namespace), "web"))];
    let containers = json!([{"name": "app", "image": "nginx:1"}]);
    matching(&mut lab, json!({"spec": {"replicas": 2, "template": {"spec": {"containers": containers}}}}));
    if let Source::Observed(Expectation::Of(expectation)) = &mut lab.checks[0].source {
        expectation.ready = true;
    }
    let shop = within(&space, &lab);
    let (engine, mut screen) = open(allowed(shared()).await?, state.path().into());
    engine.order(Order::Start(Arc::new(lab)));
    screen.until("running", 30, Screen::running).await?;
    let field = |path: &str, before: Value, after: Value| ChangeKind::Field {
        path: path.into(),
        before: Some(before),
        after: Some(after),
        by: Some("jotasu-test".into()),
    };
    let image = "spec.template.spec.containers[name=app].image";
    let changes = [
        (Some(("nginx:1", 3)), field("spec.replicas", json!(2), json!(3))),
        (Some(("nginx:2", 2)), field(image, json!("nginx:1"), json!("nginx:2"))),
        (None, ChangeKind::Deleted),
    ];
    for (change, expected) in changes {
        shop.apply(shop.deployment("web", "nginx:1", 2)).await?;
        screen.until("green", 60, |screen| screen.shows("passed")).await?;
        // What the controllers still write of this is not the learner's next change.
        sleep(Duration::from_secs(3)).await;
        screen.drain(Duration::ZERO).await;
        screen.until("green still", 5, |screen| screen.shows("passed")).await?;
        screen.change = None;
        match change {
            Some((image, replicas)) => drop(shop.apply(shop.deployment("web", image, replicas)).await?),
            None => shop.delete("apps/v1", "Deployment", "web").await?,
        }
        screen.until("turned", 20, |screen| screen.change.is_some()).await?;
        let told = screen.change.clone().ok_or("no change")?;
        same(told.kind, expected, "what changed")?;
        same((told.object.kind.as_str(), told.object.name.as_str()), ("Deployment", "web"), "of what")?;
    }
    engine.order(Order::Stop);
    stopped(&mut screen).await
}

/// Sixty-four million rounds: within the caps, and never within its time.
async fn endless(space: Space) -> Outcome {
    let state = state()?;
    let mut lab = lab(&space.name);
    let namespace = lab.owns.namespaces[0].clone();
    let mut slow = exists("slow", target("v1", "ConfigMap", Some(&namespace), "many"));
    if let Source::Observed(Expectation::Of(expectation)) = &mut slow.source {
        let source = "object.data.all(a, object.data.all(b, object.data.all(c, size(a + b + c) > 0)))";
        let expr = Expr::compile(source).map_err(|error| error.to_string())?;
        expectation.cel = vec![Rule { expr, message: None }];
    }
    lab.checks.push(slow);
    lab.checks.push(Check { source: Source::Manual, ..exists("word", target("v1", "Pod", None, "x")) });
    let shop = within(&space, &lab);
    let (engine, mut screen) = open(allowed(shared()).await?, state.path().into());
    engine.order(Order::Start(Arc::new(lab)));
    screen.until("running", 30, |screen| screen.running() && screen.shows("waiting waiting waiting")).await?;
    let data: serde_json::Map<String, Value> = (0..400).map(|n| (format!("k{n}"), "v".into())).collect();
    shop.apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "many"}, "data": data})).await?;
    let told = |screen: &Screen| matches!(screen.verdicts.get(1), Some(Verdict::Unknown(Reason::Expression(_))));
    screen.until("told", 20, told).await?;
    engine.order(Order::Mark { check: "word".into(), done: true });
    screen.until("an order is answered", 5, |screen| screen.shows("waiting unknown passed")).await?;
    shop.apply(done()).await?;
    screen.until("the others go on", 5, |screen| screen.shows("passed unknown passed")).await?;
    shop.delete("v1", "ConfigMap", "done").await?;
    screen.until("and on", 5, |screen| screen.shows("failed unknown passed")).await?;
    engine.order(Order::Stop);
    stopped(&mut screen).await
}

/// Our program as a process of its own, killed some milliseconds after a stage is written down; gives the stage then.
fn kill_at(kubeconfig: &Path, home: &Path, verb: &str, stage: &str, milliseconds: u64) -> Result<String, Failed> {
    let stage_now = || {
        let text = std::fs::read_to_string(home.join("state/labs/w3-d2-lab1.json")).unwrap_or_default();
        let saved: Value = serde_json::from_str(&text).unwrap_or_default();
        saved["stage"].as_str().unwrap_or("none").to_owned()
    };
    let mut program = Command::new(env!("CARGO_BIN_EXE_jotasu"))
        .arg("--kubeconfig")
        .arg(kubeconfig)
        .arg("--home")
        .arg(home)
        .args(["lab", verb, "w3-d2-lab1", "--yes"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let since = Instant::now();
    while stage_now() != stage && since.elapsed() < Duration::from_secs(60) && program.try_wait()?.is_none() {
        std::thread::sleep(Duration::from_millis(2));
    }
    std::thread::sleep(Duration::from_millis(milliseconds));
    program.kill()?;
    program.wait()?;
    let found = stage_now();
    println!("{verb} killed {milliseconds} ms after {stage}: {found}");
    Ok(found)
}

fn killed() -> Outcome {
    let plane = own();
    runtime().block_on(async {
        let home = tempfile::tempdir()?;
        let kubeconfig = plane.kubeconfig();
        let access = allowed(&plane).await?;
        std::fs::create_dir_all(home.path().join("config"))?;
        std::fs::write(home.path().join("config/config.toml"), access.allow[0].to_string())?;
        let state = home.path().join("state");
        let space = Space { client: client(&kubeconfig).await?, name: "default".into(), kubeconfig };
        let (lab, _) = jotasu::lab::load(&jotasu::files::labs(), "w3-d2-lab1");
        let lab = Arc::new(lab.ok_or("the lab does not load")?);
        let nodes = space.cluster_api("v1", "Node");
        let disk = |value: &'static str| {
            let patch = json!({"metadata": {"labels": {"disk": value}}});
            let nodes = nodes.clone();
            async move { nodes.patch("jotasu-worker", &Default::default(), &kube::api::Patch::Merge(patch)).await }
        };
        disk("before").await?;
        let clean = || async {
            let mut left = Vec::new();
            for namespace in ["shop", "jotasu-system"] {
                if !gone(&space, namespace).await? {
                    left.push(namespace.to_owned());
                }
            }
            let node = nodes.get("jotasu-worker").await?;
            if node.metadata.labels.unwrap_or_default().get("disk").map(String::as_str) != Some("before") {
                left.push("the label".into());
            }
            for folder in state.join("labs").read_dir().into_iter().flatten().flatten() {
                left.push(folder.path().display().to_string());
            }
            same(left, Vec::<String>::new(), "what is left")
        };
        let mut half = 0;
        // Before anything is made, while accounts and namespaces are, and while the setup waits.
        for (round, milliseconds) in [0, 40, 120, 400].into_iter().enumerate() {
            let found = kill_at(&space.kubeconfig, home.path(), "start", "preparing", milliseconds)?;
            half += usize::from(found == "preparing");
            let (engine, mut screen) = open(access.clone(), state.clone());
            if round % 2 == 0 {
                engine.order(Order::Attach(lab.clone()));
                screen.until("known", 20, |screen| screen.phase.is_some()).await?;
            } else {
                engine.order(Order::Start(lab.clone()));
                screen.until("running", 120, Screen::running).await?;
            }
            engine.order(Order::Stop);
            stopped(&mut screen).await?;
            clean().await?;
        }
        for (verb, stage, milliseconds) in
            [("stop", "removing", 30), ("reset", "removing", 30), ("reset", "preparing", 60)]
        {
            {
                let (engine, mut screen) = open(access.clone(), state.clone());
                engine.order(Order::Start(lab.clone()));
                screen.until("running", 120, Screen::running).await?;
                disk("changed").await?;
            }
            let found = kill_at(&space.kubeconfig, home.path(), verb, stage, milliseconds)?;
            half += usize::from(found == stage);
            let (engine, mut screen) = open(access.clone(), state.clone());
            engine.order(Order::Start(lab.clone()));
            screen.until("running again", 150, Screen::running).await?;
            engine.order(Order::Stop);
            stopped(&mut screen).await?;
            clean().await?;
        }
        same(half >= 4, true, "killed in the middle often enough")
    })
}

fn swapped() -> Outcome {
    let mut plane = own();
    runtime().block_on(async {
        let state = state()?;
        let kubeconfig = plane.kubeconfig();
        let access = allowed(&plane).await?;
        let (engine, mut screen) = open(access, state.path().into());
        engine.order(Order::Start(Arc::new(lab("swapped"))));
        screen.until("running", 30, |screen| screen.running() && screen.shows("waiting")).await?;
        let before = screen.history.len();

        // Same address, same authority, same token: another cluster.
        for program in ["kwok", "kube-controller-manager", "kube-scheduler", "kube-apiserver", "etcd"] {
            plane.kill(program)?;
        }
        std::fs::remove_dir_all(plane.folder().join("etcd"))?;
        plane.restart("etcd")?;
        plane.restart("kube-apiserver")?;
        engine.order(Order::Solve { steps: 0 });
        let ended = |screen: &Screen| matches!(&screen.phase, Some(Phase::Failed(text)) if text.contains("바뀌었어요"));
        screen.until("told", 40, ended).await?;
        never_red(&screen, before)?;
        // Whatever is asked of it now, this cluster is not written to: nobody allowed it.
        for order in [Order::Reset, Order::Stop, Order::Start(Arc::new(lab("swapped")))] {
            engine.order(order);
        }
        let refused = |screen: &Screen| matches!(screen.connection, Some(Connection::Refused(_)));
        screen.until("refused", 20, refused).await?;
        let space = Space { client: client(&kubeconfig).await?, name: "default".into(), kubeconfig };
        same(gone(&space, "jotasu-system").await?, true, "no accounts")?;
        same(gone(&space, "swapped-shop").await?, true, "no namespace")
    })
}
