//! Every source of checks against a real cluster: labs of fixtures prove themselves, red before and green after.

use std::path::Path;
use std::process::{Command, Stdio};

use jotasu::cluster::{self, Access};
use jotasu::files::Tree;
use jotasu::lab::{self, Actual, Cause, Connection, Lab, Order, Reason, Verdict};
use libtest_mimic::Failed;
use serde_json::{Value, json};

use crate::engine::{Screen, allowed, allowed_at, open, state};
use crate::harness::{self, Needs, Outcome, Planned, alone, kind, runtime, shared, trial};
use crate::labs::holds;
use crate::space::Space;

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    vec![
        alone("sources::what_a_control_plane_answers_proves_itself", Needs::Workloads, || {
            holds(&cluster::prove(&load("asked")?, 2, &mut |_| {})?)
        }),
        alone("sources::what_containers_answer_is_done_on_kind", Needs::Kind, || {
            harness::load(PROMETHEUS)?;
            holds(&cluster::rehearse(
                &runtime().block_on(allowed_at(&kind().kubeconfig))?,
                &load("asked-kind")?,
                &mut |_| {},
            )?)
        }),
        trial("sources::a_connection_that_is_dropped_is_told_from_one_that_is_refused", Needs::Kind, dropped),
        trial("sources::what_is_wrong_with_a_query_is_told", Needs::Kind, queried),
        trial("sources::a_release_is_followed_as_helm_changes_it", Needs::Helm, released),
        alone("sources::a_lab_that_calls_helm_proves_itself", Needs::Helm, packaged),
        trial("sources::a_lab_whose_cluster_is_to_be_made_goes_on_when_it_is_there", Needs::Workloads, made),
        trial("sources::the_prober_may_do_nothing_outside_the_labs_namespaces", Needs::Workloads, confined),
    ]
}

/// As the testbed builds it.
const PROMETHEUS: &str = "prom/prometheus:v3.16.0";

fn load(id: &str) -> Result<Lab, Failed> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/labs");
    let (lab, problems) = lab::load(&Tree::Folder(folder), id);
    lab.ok_or_else(|| format!("{problems:#?}").into())
}

/// A lab of these checks in a namespace of the trial's.
fn asks(space: &Space, checks: &[&str]) -> Result<Lab, Failed> {
    let folder = tempfile::tempdir()?;
    let (id, namespace) = (&space.name, format!("{}-shop", space.name));
    let checks: String = (0..)
        .zip(checks)
        .map(|(n, check): (u32, _)| format!("  - {{name: a{n}, title: a, holdFor: 0s, {check}}}\n"))
        .collect();
    let text = format!(
        "apiVersion: jotasu.dev/v1alpha1\nkind: Lab\nmetadata: {{name: {id}}}\nspec:\n  title: t\n  minutes: 1\n  \
         owns: {{namespaces: [{namespace}]}}\n  setup: [{{apply: {{apiVersion: v1, kind: ConfigMap, metadata: {{name: g, namespace: {namespace}}}}}}}]\n  \
         checks:\n{checks}"
    );
    std::fs::create_dir_all(folder.path().join(id))?;
    std::fs::write(folder.path().join(id).join("lab.yaml"), text)?;
    let (lab, problems) = lab::load(&Tree::Folder(folder.path().to_owned()), id);
    lab.ok_or_else(|| format!("{problems:#?}").into())
}

/// The cause that is told, by its name.
fn cause(verdict: &Verdict) -> &'static str {
    verdict.finding().and_then(|found| found.cause.as_ref()).map_or("", |cause| cause.name())
}

/// By the program: `helm` is looked for on the path.
fn packaged() -> Outcome {
    let helm = harness::helm().ok_or("no helm")?;
    let folder = helm.parent().ok_or("no folder")?.display().to_string();
    let path = format!("{folder}:{}", std::env::var("PATH")?);
    let labs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/labs");
    let (home, trust) = (tempfile::tempdir()?, load("packaged")?.hash);
    let proves = |path: &str| -> Result<(Option<i32>, String), Failed> {
        let mut program = Command::new(env!("CARGO_BIN_EXE_jotasu"));
        program.env("PATH", path).arg("--home").arg(home.path()).arg("--labs").arg(&labs).args(["--trust", &trust]);
        let output = program.args(["author", "test", "packaged", "--all"]).stdin(Stdio::null()).output()?;
        let said = [output.stdout, output.stderr].concat();
        Ok((output.status.code(), String::from_utf8_lossy(&said).into_owned()))
    };
    let (code, said) = proves(&path)?;
    if code != Some(0) {
        return Err(said.into());
    }
    let without = std::env::var("PATH")?;
    let without: Vec<&str> = without.split(':').filter(|folder| !Path::new(folder).join("helm").exists()).collect();
    let (code, said) = proves(&without.join(":"))?;
    if code == Some(0) || !said.contains("helm이 설치되어 있지 않아요") {
        return Err(format!("without helm: {code:?} {said}").into());
    }
    Ok(())
}

/// The machine is asked before there is a cluster; the lab is set up on the one that appears.
async fn made(space: Space) -> Outcome {
    let state = state()?;
    let there = allowed(shared()).await?;
    let file = state.path().join("kubeconfig");
    let checks = [
        "host: {tool: git}",
        "host: {tool: git}, version: '>=999'",
        "resource: {apiVersion: v1, kind: ConfigMap, name: done}",
    ];
    let mut lab = asks(&space, &checks)?;
    lab.cluster.by_learner = true;
    let lab = std::sync::Arc::new(lab);
    let (engine, mut screen) = open(Access { kubeconfig: Some(file.clone()), ..there.clone() }, state.path().into());
    engine.order(Order::Start(lab.clone()));
    let early = |screen: &Screen| {
        let lost = matches!(screen.connection, Some(Connection::Lost(..)));
        lost && screen.phase.is_none() && screen.shows("passed waiting waiting")
    };
    screen.until("decided without a cluster", 20, early).await?;
    std::fs::copy(there.kubeconfig.ok_or("no kubeconfig")?, &file)?;
    let adopted = |screen: &Screen| screen.running() && screen.shows("passed waiting waiting");
    screen.until("set up on the cluster that is there", 60, adopted).await?;
    let shop = Space { name: lab.owns.namespaces[0].clone(), ..space.clone() };
    shop.apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "done"}})).await?;
    screen.until("green", 10, |screen| screen.shows("passed waiting passed")).await?;
    engine.order(Order::Stop);
    screen.until("stopped", 60, |screen| screen.phase == Some(lab::Phase::Stopped)).await
}

/// No network of this cluster enforces policies: packets are dropped by hand, in the node, for one client only.
async fn dropped(space: Space) -> Outcome {
    let state = state()?;
    let check = "http: {service: db, port: 80, from: {labels: {role: back}}, paired: {labels: {role: front}}}, connect: dropped";
    let lab = std::sync::Arc::new(asks(&space, &[check])?);
    let shop = Space { name: lab.owns.namespaces[0].clone(), ..space.clone() };
    let (engine, mut screen) = open(allowed_at(&kind().kubeconfig).await?, state.path().into());
    engine.order(Order::Start(lab.clone()));
    screen.until("running", 60, |screen| screen.running()).await?;
    shop.apply(shop.deployment("db", "nginx:1.29", 1)).await?;
    let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "db", "namespace": shop.name},
                         "spec": {"selector": {"app": "db"}, "ports": [{"port": 80}]}});
    shop.apply(service).await?;
    screen
        .until("red: it connects", 90, |screen| screen.shows("failed") && cause(&screen.verdicts[0]).is_empty())
        .await?;
    let policy = json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "deny", "namespace": shop.name},
                        "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": [{"podSelector": {"matchLabels": {"role": "front"}}}]}]}});
    shop.apply(policy).await?;
    screen.until("told that nothing enforces it", 60, |screen| cause(&screen.verdicts[0]) == "not-enforced").await?;
    let pods = shop.list("v1", "Pod").await?;
    let address = |label: &str, value: &str| {
        let found = pods.iter().find(|pod| pod["metadata"]["labels"][label] == value);
        found
            .and_then(|pod| pod["status"]["podIP"].as_str())
            .map(str::to_owned)
            .ok_or(format!("no Pod {label}={value}"))
    };
    let (back, db) = (address("role", "back")?, address("app", "db")?);
    drops("-I", &back, &db)?;
    let green = screen.until("green: one is dropped, the other let in", 60, |screen| screen.shows("passed")).await;
    drops("-D", &back, &db)?;
    green?;
    shop.delete("apps/v1", "Deployment", "db").await?;
    let told = |screen: &Screen| screen.shows("failed") && cause(&screen.verdicts[0]) != "not-enforced";
    screen.until("red: nobody is let in", 60, told).await?;
    engine.order(Order::Stop);
    screen.until("stopped", 120, |screen| screen.phase == Some(lab::Phase::Stopped)).await
}

/// Has every node drop what goes from one address to another (`-I`), or no longer (`-D`).
fn drops(how: &str, from: &str, to: &str) -> Outcome {
    for node in ["jotasu-test-control-plane", "jotasu-test-worker", "jotasu-test-worker2"] {
        let mut docker = Command::new("docker");
        docker.args(["exec", node, "iptables", how, "FORWARD", "-s", from, "-d", to, "-j", "DROP"]);
        let output = docker.stdin(Stdio::null()).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
    }
    Ok(())
}

/// A real Prometheus, none, and something else in its place.
async fn queried(space: Space) -> Outcome {
    harness::load(PROMETHEUS)?;
    let state = state()?;
    let ask =
        |service: &str, query: &str| format!("promql: {{service: {service}, port: 9090, query: '{query}'}}, value: 1");
    let not = "not: {promql: {service: prometheus, port: 9090, query: vector(2)}, value: 1}";
    let checks = [
        ask("prometheus", "vector(1)"),
        not.into(),
        ask("prometheus", "up{"),
        ask("prometheus", "up[1m]"),
        ask("prometheus", "label_replace(vector(1), \"a\", \"\", \"b\", \"(\")"),
        ask("web", "vector(1)"),
        ask("nobody", "vector(1)"),
    ];
    let lab = std::sync::Arc::new(asks(&space, &checks.each_ref().map(String::as_str))?);
    let shop = Space { name: lab.owns.namespaces[0].clone(), ..space.clone() };
    let (engine, mut screen) = open(allowed_at(&kind().kubeconfig).await?, state.path().into());
    engine.order(Order::Start(lab.clone()));
    let all = |name: &str| [name; 7].join(" ");
    screen
        .until("waiting: there is no Prometheus", 60, |screen| screen.running() && screen.shows(&all("waiting")))
        .await?;

    let service = |name: &str, port: u16| {
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": shop.name},
        "spec": {"selector": {"app": name}, "ports": [{"port": 9090, "targetPort": port}]}})
    };
    shop.apply(service("prometheus", 9090)).await?;
    shop.apply(service("web", 80)).await?;
    shop.apply(shop.deployment("web", "nginx:1.29", 1)).await?;
    let silent = |verdict: &Verdict, words: &str| {
        let actual = verdict.finding().map(|found| &found.actual);
        matches!(actual, Some(Actual::NotReady(said)) if said.contains(words))
    };
    // Red, and neither unknown nor passed by who asks for the opposite.
    let nobody = |screen: &Screen| {
        let told =
            screen.verdicts[..5].iter().all(|verdict| silent(verdict, "no endpoints") && cause(verdict) == "no-pods");
        told && silent(&screen.verdicts[5], "404 Not Found")
            && screen.shows("failed failed failed failed failed failed waiting")
    };
    screen.until("red: nobody stands behind the Service, or somebody else", 90, nobody).await?;

    shop.apply(shop.deployment("prometheus", PROMETHEUS, 1)).await?;
    let asked = "passed passed unknown unknown unknown failed waiting";
    screen.until("asked", 90, |screen| screen.shows(asked)).await?;
    for (at, words) in [(2, "parse error"), (3, "matrix"), (4, "invalid regular expression")] {
        match &screen.verdicts[at] {
            Verdict::Unknown(Reason::Expression(said)) if said.contains(words) => {}
            other => return Err(format!("not told what is wrong: {words}: {other:?}").into()),
        }
    }
    shop.delete("apps/v1", "Deployment", "prometheus").await?;
    screen.until("red again", 60, nobody).await?;
    engine.order(Order::Stop);
    screen.until("stopped", 120, |screen| screen.phase == Some(lab::Phase::Stopped)).await
}

/// Everything that Helm itself does to a release.
async fn released(space: Space) -> Outcome {
    let state = state()?;
    let checks = [
        "helm: {release: web}",
        "helm: {release: web}, chart: {name: web, version: {$version: '>=0.2'}, appVersion: '1.29'}",
        "helm: {release: web}, revision: {$gte: 2}, values: {replicas: 3}",
    ];
    let lab = std::sync::Arc::new(asks(&space, &checks)?);
    let shop = Space { name: lab.owns.namespaces[0].clone(), ..space.clone() };
    let home = tempfile::tempdir()?;
    let helm = |words: &[&str]| -> Result<(bool, String), Failed> {
        let program = harness::helm().ok_or("no helm")?;
        let mut command = Command::new(program);
        command.args(["--namespace", &shop.name, "--kubeconfig"]).arg(&space.kubeconfig).args(words);
        for folder in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"] {
            command.env(folder, home.path());
        }
        let output = command.current_dir(home.path()).stdin(Stdio::null()).output()?;
        let said = [output.stdout, output.stderr].concat();
        Ok((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
    };
    let does = |words: &[&str]| match helm(words)? {
        (true, said) => Ok(said),
        (false, said) => Err(Failed::from(format!("helm {}: {said}", words.join(" ")))),
    };
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/labs/packaged/web");
    let chart = chart.to_str().ok_or("a path of words")?;
    let newer = "web-0.2.0.tgz";
    does(&["package", chart, "--version", "0.2.0"])?;

    let (engine, mut screen) = open(allowed(shared()).await?, state.path().into());
    engine.order(Order::Start(lab.clone()));
    screen.until("waiting", 30, |screen| screen.running() && screen.shows("waiting waiting waiting")).await?;
    does(&["install", "web", chart, "--wait"])?;
    screen.until("deployed, and too old", 30, |screen| screen.shows("passed failed failed")).await?;
    does(&["upgrade", "web", newer, "--set", "replicas=3", "--wait"])?;
    screen.until("upgraded", 30, |screen| screen.shows("passed passed passed")).await?;

    let (done, said) =
        helm(&["upgrade", "web", newer, "--reuse-values", "--set", "tag=nope", "--wait", "--timeout", "3s"])?;
    if done {
        return Err(format!("an image that is not there was waited for: {said}").into());
    }
    let status: Value = serde_json::from_str(&does(&["status", "web", "--output", "json"])?)?;
    let words = status["info"]["description"].as_str().ok_or("Helm tells no reason")?.to_owned();
    let told = Some(Cause::Words { words });
    screen
        .until("failed, for Helm's own reason", 30, |screen| {
            let all = screen.verdicts.iter().filter_map(Verdict::finding).filter(|found| found.cause == told);
            screen.shows("failed failed failed") && all.count() == 3
        })
        .await?;
    does(&["rollback", "web", "2", "--wait"])?;
    screen.until("as before", 30, |screen| screen.shows("passed passed passed")).await?;

    let gone = |screen: &Screen, actual: &Actual| {
        screen.shows("failed failed failed")
            && screen.verdicts[..2].iter().filter_map(Verdict::finding).all(|found| found.actual == *actual)
    };
    does(&["uninstall", "web"])?;
    screen.until("uninstalled", 30, |screen| gone(screen, &Actual::Missing)).await?;
    does(&["install", "web", newer, "--set", "replicas=3"])?;
    screen.until("installed anew: the first revision", 30, |screen| screen.shows("passed passed failed")).await?;
    does(&["uninstall", "web", "--keep-history"])?;
    let kept = Actual::Value(Some("uninstalled".into()));
    screen.until("uninstalled, with its history", 30, |screen| gone(screen, &kept)).await?;
    engine.order(Order::Stop);
    screen.until("stopped", 60, |screen| screen.phase == Some(lab::Phase::Stopped)).await
}

/// The account that asks within namespaces may do just that, and only there.
async fn confined(space: Space) -> Outcome {
    let state = state()?;
    let lab = std::sync::Arc::new(asks(&space, &["logs: {labels: {app: web}}, contains: x"])?);
    let shop = Space { name: lab.owns.namespaces[0].clone(), ..space.clone() };
    let (engine, mut screen) = open(allowed(shared()).await?, state.path().into());
    engine.order(Order::Start(lab.clone()));
    screen.until("running", 30, |screen| screen.running()).await?;
    shop.apply(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "labels": {"app": "web"}},
                      "spec": {"containers": [{"name": "app", "image": "nginx:1.29"}]}}))
        .await?;
    let may = |namespace: &str, verb: &str, resource: &str, sub: &str| {
        let (space, review) = (
            space.clone(),
            json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": {
            "user": "system:serviceaccount:jotasu-system:prober", "groups": ["system:serviceaccounts", "system:authenticated"],
            "resourceAttributes": {"namespace": namespace, "verb": verb, "resource": resource, "subresource": sub}}}),
        );
        async move {
            let api = space.cluster_api("authorization.k8s.io/v1", "SubjectAccessReview");
            let made = api.create(&Default::default(), &serde_json::from_value(review)?).await?;
            Ok::<bool, Failed>(serde_json::to_value(made)?["status"]["allowed"] == true)
        }
    };
    crate::harness::eventually("the prober has its role", || async {
        match may(&shop.name, "get", "pods", "log").await {
            Ok(true) => Ok(()),
            other => Err(format!("{:?}", other.is_ok())),
        }
    })
    .await?;
    for (namespace, verb, resource, sub) in [
        (shop.name.as_str(), "get", "secrets", ""),
        (&shop.name, "update", "pods", ""),
        (&shop.name, "create", "deployments", ""),
        (&shop.name, "create", "serviceaccounts", "token"),
        (&space.name, "get", "pods", "log"),
        (&space.name, "create", "pods", ""),
        ("kube-system", "get", "pods", "exec"),
        ("jotasu-system", "create", "serviceaccounts", "token"),
    ] {
        if may(namespace, verb, resource, sub).await? {
            return Err(format!("the prober may {verb} {resource}/{sub} in {namespace}").into());
        }
    }
    engine.order(Order::Stop);
    screen.until("stopped", 60, |screen| screen.phase == Some(lab::Phase::Stopped)).await
}
