//! That the clusters of the tests are what the other tests take them for.

use std::io::BufRead;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jotasu::cluster::control_plane::NODES;
use libtest_mimic::Failed;
use serde_json::{Value, json};

use crate::harness::{Needs, Outcome, Planned, alone, assets, eventually, own, runtime, shared, trial};
use crate::space::{Space, client};

/// The argument that makes this program an owner of a control plane, to be killed.
pub const OWN: &str = "--own-a-control-plane";

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    let mut trials = vec![
        trial("three_nodes_are_ready_as_in_a_kind_cluster", Needs::Workloads, nodes),
        trial("a_deployment_of_three_becomes_ready_on_the_workers", Needs::Workloads, deployment),
        trial("a_service_gets_the_endpoints_of_ready_pods_only", Needs::Workloads, endpoints),
        trial("a_job_completes_and_a_failing_one_fails", Needs::Workloads, jobs),
        trial("a_native_sidecar_keeps_running_beside_an_init_container_that_ended", Needs::Workloads, sidecar),
        trial("a_readiness_probe_delays_ready", Needs::Workloads, probe),
        trial("a_probe_of_a_port_that_nginx_does_not_have_never_succeeds", Needs::Workloads, wrong_probe),
        trial("a_memory_limit_of_less_than_a_byte_never_starts", Needs::Workloads, tiny_memory),
        trial("a_deleted_pod_goes_away", Needs::Workloads, deletion),
        trial("an_unsatisfiable_node_selector_is_said_by_the_scheduler", Needs::Workloads, unschedulable),
        trial("requests_are_in_the_audit_log", Needs::Api, audit),
        trial("kubectl_works_with_the_kubeconfig", Needs::Workloads, kubectl),
        alone("everything_is_killed_when_the_owner_is_killed", Needs::Api, killed),
        alone("a_frozen_and_a_killed_api_server_come_back_with_their_state", Needs::Api, comes_back),
        trial("kind_has_three_nodes_and_runs_nginx_on_the_workers", Needs::Kind, on_kind),
    ];
    for failure in FAILURES {
        let name = format!("image_{}_ends_in_{}", failure.image.replace([':', '/', '.', '-'], "_"), failure.reason);
        trials.push(trial(&name, Needs::Workloads, move |space| fails(space, failure)));
    }
    trials
}

struct Failure {
    image: &'static str,
    reason: &'static str,
    message: &'static str,
    phase: &'static str,
    last_exit: Option<i64>,
}

#[rustfmt::skip]
const FAILURES: &[Failure] = &[
    Failure { image: "nginx:nope", reason: "ErrImagePull", message: "docker.io/library/nginx:nope: not found", phase: "Pending", last_exit: None },
    Failure { image: "nginx:nope", reason: "ImagePullBackOff", message: "Back-off pulling image \"nginx:nope\"", phase: "Pending", last_exit: None },
    Failure { image: "nginx:0.0.0", reason: "ImagePullBackOff", message: "docker.io/library/nginx:0.0.0: not found", phase: "Pending", last_exit: None },
    Failure { image: "team/does-not-exist:1", reason: "ImagePullBackOff", message: "pull access denied", phase: "Pending", last_exit: None },
    Failure { image: "app:crash", reason: "CrashLoopBackOff", message: "restarting failed container=app pod=p_", phase: "Running", last_exit: Some(1) },
    Failure { image: "app:oom", reason: "CrashLoopBackOff", message: "back-off 10s restarting", phase: "Running", last_exit: Some(137) },
    Failure { image: "app:config-error", reason: "CreateContainerConfigError", message: "configmap", phase: "Pending", last_exit: None },
    Failure { image: "busybox:1.37", reason: "CrashLoopBackOff", message: "back-off", phase: "Running", last_exit: Some(0) },
];

async fn fails(space: Space, failure: &'static Failure) -> Outcome {
    space.apply(space.pod("p", failure.image)).await?;
    let waiting = |status: &Value| status["containerStatuses"][0]["state"]["waiting"].clone();
    let pod = space.until("v1", "Pod", "p", |status| waiting(status)["reason"] == failure.reason).await?;
    let status = &pod["status"];
    let message = waiting(status)["message"].as_str().unwrap_or_default().to_owned();
    same(&message.contains(failure.message), &true, &message)?;
    same(&status["phase"], &json!(failure.phase), "phase")?;
    same(&condition(status, "Ready"), &json!("False"), "Ready")?;
    let last = &status["containerStatuses"][0]["lastState"]["terminated"]["exitCode"];
    same(last, &json!(failure.last_exit), "last exit code")?;
    if failure.image == "app:crash" {
        space
            .until("v1", "Pod", "p", |status| status["containerStatuses"][0]["restartCount"].as_i64() >= Some(2))
            .await?;
    }
    Ok(())
}

async fn nodes(space: Space) -> Outcome {
    let nodes = space.cluster_api("v1", "Node").list(&Default::default()).await?;
    let names: Vec<_> = nodes.iter().filter_map(|node| node.metadata.name.as_deref()).collect();
    same(&names.as_slice(), &NODES.as_slice(), "names")?;
    for node in &nodes.items {
        same(&condition(&node.data["status"], "Ready"), &json!("True"), "Ready")?;
        same(&node.data["status"]["allocatable"]["memory"], &json!("8Gi"), "memory")?;
    }
    let taints = &nodes.items[0].data["spec"]["taints"];
    same(&taints[0]["key"], &json!("node-role.kubernetes.io/control-plane"), "taint")
}

async fn deployment(space: Space) -> Outcome {
    space.apply(space.deployment("web", "nginx:1.29", 3)).await?;
    space.until("apps/v1", "Deployment", "web", |status| status["readyReplicas"] == 3).await?;
    for pod in space.list("v1", "Pod").await? {
        let node = pod["spec"]["nodeName"].as_str().unwrap_or_default();
        same(&node.starts_with("jotasu-worker"), &true, node)?;
        same(&pod["status"]["podIP"].as_str().is_some_and(|ip| ip.starts_with("10.244.")), &true, "podIP")?;
    }
    Ok(())
}

async fn endpoints(space: Space) -> Outcome {
    space.apply(space.deployment("web", "nginx:1.29", 2)).await?;
    let mut unready = space.pod("late", "app:unready");
    unready["metadata"]["labels"] = json!({"app": "web"});
    space.apply(unready).await?;
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": space.name},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
    });
    space.apply(service).await?;
    space.until("v1", "Pod", "late", |status| status["phase"] == "Running").await?;
    eventually("two ready endpoints and one that is not", || async {
        let slices = space.list("discovery.k8s.io/v1", "EndpointSlice").await?;
        let all: Vec<&Value> = slices.iter().filter_map(|slice| slice["endpoints"].as_array()).flatten().collect();
        let ready = all.iter().filter(|endpoint| endpoint["conditions"]["ready"] == true).count();
        if (ready, all.len()) == (2, 3) { Ok(()) } else { Err(format!("{all:?}")) }
    })
    .await
}

async fn jobs(space: Space) -> Outcome {
    for (name, image) in [("good", "perl:5.40"), ("bad", "perl:crash")] {
        let job = json!({
            "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name, "namespace": space.name},
            "spec": {"backoffLimit": 0, "template": {"spec": {
                "restartPolicy": "Never", "containers": [{"name": "work", "image": image, "command": ["perl", "-e", "1"]}],
            }}},
        });
        space.apply(job).await?;
    }
    space.until("batch/v1", "Job", "good", |status| condition(status, "Complete") == "True").await?;
    space.until("batch/v1", "Job", "bad", |status| condition(status, "Failed") == "True").await?;
    Ok(())
}

async fn sidecar(space: Space) -> Outcome {
    let mut pod = space.pod("p", "nginx:1.29");
    pod["spec"]["initContainers"] = json!([
        {"name": "prepare", "image": "busybox:1.37", "command": ["true"]},
        {"name": "logs", "image": "busybox:1.37", "command": ["tail", "-f", "/log"], "restartPolicy": "Always"},
    ]);
    space.apply(pod).await?;
    let pod = space.until("v1", "Pod", "p", |status| condition(status, "Ready") == "True").await?;
    let init = &pod["status"]["initContainerStatuses"];
    same(&init[0]["state"]["terminated"]["reason"], &json!("Completed"), "the first")?;
    same(&init[1]["state"]["running"].is_object(), &true, "the second")?;
    same(&init[1]["started"], &json!(true), "the second")
}

async fn probe(space: Space) -> Outcome {
    let mut pod = space.pod("p", "nginx:1.29");
    pod["spec"]["containers"][0]["readinessProbe"] = json!({"httpGet": {"port": 80}, "initialDelaySeconds": 1});
    space.apply(pod).await?;
    let running = space.until("v1", "Pod", "p", |status| status["phase"] == "Running").await?;
    same(&condition(&running["status"], "Ready"), &json!("False"), "Ready at first")?;
    space.until("v1", "Pod", "p", |status| condition(status, "Ready") == "True").await?;
    Ok(())
}

async fn wrong_probe(space: Space) -> Outcome {
    let mut wrong = space.pod("wrong", "nginx:1.29");
    wrong["spec"]["containers"][0]["readinessProbe"] = json!({"httpGet": {"port": 8080}});
    space.apply(wrong).await?;
    let mut named = space.pod("named", "nginx:1.29");
    named["spec"]["containers"][0]["ports"] = json!([{"name": "web", "containerPort": 80}]);
    named["spec"]["containers"][0]["readinessProbe"] = json!({"httpGet": {"port": "web"}});
    space.apply(named).await?;
    space.until("v1", "Pod", "named", |status| condition(status, "Ready") == "True").await?;
    let wrong = space.until("v1", "Pod", "wrong", |status| status["phase"] == "Running").await?;
    same(&condition(&wrong["status"], "Ready"), &json!("False"), "Ready")
}

async fn tiny_memory(space: Space) -> Outcome {
    let mut pod = space.pod("p", "nginx:1.29");
    pod["spec"]["containers"][0]["resources"] = json!({"limits": {"memory": "128m"}});
    space.apply(pod).await?;
    let state = |status: &Value| status["containerStatuses"][0].clone();
    let backs_off = |status: &Value| state(status)["state"]["waiting"]["reason"] == "CrashLoopBackOff";
    let pod = space.until("v1", "Pod", "p", backs_off).await?;
    same(&state(&pod["status"])["lastState"]["terminated"]["reason"], &json!("StartError"), "reason")
}

async fn deletion(space: Space) -> Outcome {
    space.apply(space.pod("p", "nginx:1.29")).await?;
    space.until("v1", "Pod", "p", |status| condition(status, "Ready") == "True").await?;
    space.delete("v1", "Pod", "p").await?;
    eventually("the Pod gone", || async {
        match space.get("v1", "Pod", "p").await {
            Ok(pod) => Err(pod["metadata"]["deletionTimestamp"].to_string()),
            Err(_) => Ok(()),
        }
    })
    .await
}

async fn unschedulable(space: Space) -> Outcome {
    let mut pod = space.pod("p", "nginx:1.29");
    pod["spec"]["nodeSelector"] = json!({"disk": "ssd"});
    space.apply(pod).await?;
    let pod = space.until("v1", "Pod", "p", |status| condition(status, "PodScheduled") == "False").await?;
    let conditions = pod["status"]["conditions"].to_string();
    same(&conditions.contains("Unschedulable"), &true, &conditions)
}

async fn audit(space: Space) -> Outcome {
    let plane = shared();
    space.list("v1", "Secret").await?;
    let text = std::fs::read_to_string(plane.audit_log())?;
    let wanted = format!("/api/v1/namespaces/{}/secrets", space.name);
    let event = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).find(|event| {
        event["requestURI"].as_str().is_some_and(|uri| uri.split_once('?').map_or(uri, |(path, _)| path) == wanted)
    });
    let event = event.ok_or("the LIST is not in the log")?;
    same(&event["verb"], &json!("list"), "verb")?;
    same(&event["user"]["username"], &json!("jotasu-admin"), "user")
}

async fn kubectl(space: Space) -> Outcome {
    let Some(program) = assets()?.kubectl() else { return Ok(()) };
    let mut command = Command::new(program);
    command.arg("--kubeconfig").arg(&space.kubeconfig).args(["-n", &space.name, "get", "sa", "-o", "name"]);
    let output = command.output()?;
    same(&String::from_utf8_lossy(&output.stdout).trim(), &"serviceaccount/default", "kubectl")
}

/// What the program does when called with [`OWN`]: says what it has, and waits to be killed.
pub fn own_and_wait() {
    let plane = own();
    let pids: Vec<u32> = plane.pids().into_iter().map(|(_, pid)| pid).collect();
    println!("{}", json!({"pids": pids, "folder": plane.folder()}));
    std::thread::sleep(Duration::from_secs(600));
}

fn killed() -> Outcome {
    let mut owner = Command::new(std::env::current_exe()?).arg(OWN).stdout(Stdio::piped()).spawn()?;
    let mut line = String::new();
    std::io::BufReader::new(owner.stdout.take().ok_or("no output")?).read_line(&mut line)?;
    owner.kill()?;
    owner.wait()?;
    let said: Value = serde_json::from_str(&line)?;
    let folder = std::path::PathBuf::from(said["folder"].as_str().unwrap_or_default());
    let pids: Vec<u64> = said["pids"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    same(&(pids.len() >= 2), &true, &line)?;
    let start = Instant::now();
    loop {
        let left: Vec<_> = pids.iter().filter(|pid| running(**pid)).collect();
        if left.is_empty() && !folder.exists() {
            return Ok(());
        }
        if start.elapsed() > Duration::from_secs(60) {
            return Err(format!("left: {left:?}, folder {}", folder.exists()).into());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn running(pid: u64) -> bool {
    Command::new("kill")
        .args(["-0", &pid.to_string()])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn comes_back() -> Outcome {
    let mut plane = own();
    let kubeconfig = plane.kubeconfig();
    runtime().block_on(async {
        let space = Space { client: client(&kubeconfig).await?, name: "default".into(), kubeconfig };
        space
            .apply(
                json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kept", "namespace": "default"}}),
            )
            .await?;
        plane.signal("kube-apiserver", "STOP")?;
        // Every thread of it stops on its own, so the first answer may still come.
        eventually("a frozen API server does not answer", || async {
            let asked = tokio::time::timeout(Duration::from_secs(1), space.get("v1", "ConfigMap", "kept")).await;
            asked.map_or(Ok(()), |answer| Err(format!("{answer:?}")))
        })
        .await?;
        plane.signal("kube-apiserver", "CONT")?;
        eventually("thawed", || space.get("v1", "ConfigMap", "kept")).await?;
        plane.kill("kube-apiserver")?;
        same(&space.get("v1", "ConfigMap", "kept").await.is_err(), &true, "a killed API server does not answer")?;
        plane.restart("kube-apiserver")?;
        eventually("restarted", || space.get("v1", "ConfigMap", "kept")).await?;
        Ok(())
    })
}

async fn on_kind(space: Space) -> Outcome {
    let nodes = space.cluster_api("v1", "Node").list(&Default::default()).await?;
    same(&nodes.items.len(), &3, "nodes")?;
    space.apply(space.deployment("web", "nginx:1.29", 2)).await?;
    space.until("apps/v1", "Deployment", "web", |status| status["readyReplicas"] == 2).await?;
    for pod in space.list("v1", "Pod").await? {
        let node = pod["spec"]["nodeName"].as_str().unwrap_or_default();
        same(&node.starts_with("jotasu-test-worker"), &true, node)?;
    }
    Ok(())
}

fn condition(status: &Value, wanted: &str) -> Value {
    let all = status["conditions"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().find(|one| one["type"] == wanted).map_or(Value::Null, |one| one["status"].clone())
}

fn same<T: PartialEq + std::fmt::Debug>(found: &T, expected: &T, what: &str) -> Outcome {
    if found == expected { Ok(()) } else { Err(Failed::from(format!("{what}: {found:?}, expected {expected:?}"))) }
}
