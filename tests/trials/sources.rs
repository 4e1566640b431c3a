//! Every source of checks against a real cluster: labs of fixtures prove themselves, red before and green after.

use std::path::Path;
use std::process::{Command, Stdio};

use jotasu::cluster;
use jotasu::files::Tree;
use jotasu::lab::{self, Lab, Order, Verdict};
use libtest_mimic::Failed;
use serde_json::json;

use crate::engine::{Screen, allowed, allowed_at, open, state};
use crate::harness::{Needs, Outcome, Planned, alone, kind, runtime, shared, trial};
use crate::labs::holds;
use crate::space::Space;

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    vec![
        alone("sources::what_a_control_plane_answers_proves_itself", Needs::Workloads, || {
            holds(&cluster::prove(&load("asked")?, 2, &mut |_| {})?)
        }),
        alone("sources::what_containers_answer_is_done_on_kind", Needs::Kind, || {
            holds(&cluster::rehearse(
                &runtime().block_on(allowed_at(&kind().kubeconfig))?,
                &load("asked-kind")?,
                &mut |_| {},
            )?)
        }),
        trial("sources::a_connection_that_is_dropped_is_told_from_one_that_is_refused", Needs::Kind, dropped),
        trial("sources::the_prober_may_do_nothing_outside_the_labs_namespaces", Needs::Workloads, confined),
    ]
}

fn load(id: &str) -> Result<Lab, Failed> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/labs");
    let (lab, problems) = lab::load(&Tree::Folder(folder), id);
    lab.ok_or_else(|| format!("{problems:#?}").into())
}

/// A lab of one check in a namespace of the trial's.
fn one(space: &Space, check: &str) -> Result<Lab, Failed> {
    let folder = tempfile::tempdir()?;
    let (id, namespace) = (&space.name, format!("{}-shop", space.name));
    let text = format!(
        "apiVersion: jotasu.dev/v1alpha1\nkind: Lab\nmetadata: {{name: {id}}}\nspec:\n  title: t\n  minutes: 1\n  \
         owns: {{namespaces: [{namespace}]}}\n  setup: [{{apply: {{apiVersion: v1, kind: ConfigMap, metadata: {{name: g, namespace: {namespace}}}}}}}]\n  \
         checks:\n  - {{name: a, title: a, holdFor: 0s, {check}}}\n"
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

/// No network of this cluster enforces policies: packets are dropped by hand, in the node, for one client only.
async fn dropped(space: Space) -> Outcome {
    let state = state()?;
    let check = "http: {service: db, port: 80, from: {labels: {role: back}}, paired: {labels: {role: front}}}, connect: dropped";
    let lab = std::sync::Arc::new(one(&space, check)?);
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

/// The account that asks within namespaces may do just that, and only there.
async fn confined(space: Space) -> Outcome {
    let state = state()?;
    let lab = std::sync::Arc::new(one(&space, "logs: {labels: {app: web}}, contains: x")?);
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
