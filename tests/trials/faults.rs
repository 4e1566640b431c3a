//! Faults of nodes on real nodes: each is made, seen, repaired as learners do in two ways, and undone to the byte; and
//! whatever is killed in between can be rescued.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jotasu::cluster::{self, FaultStage, Faults, Moment};
use jotasu::files::Tree;
use jotasu::lab::{self, CniDamage, Fault, NodeRead, NodeRef, Unit};
use libtest_mimic::Failed;
use serde_json::Value;

use crate::broken::{self, CLUSTER, MASTER, WORKER, broken, of_file, on};
use crate::harness::{Needs, Outcome, Planned, alone, runtime};

/// The first argument of a process that breaks a node and is killed at a moment of it.
pub const KILLED: &str = "--broken-node-and-killed";

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    vec![
        alone("faults::a_wrong_port_of_the_api_server_is_seen_repaired_and_undone", Needs::Nodes, port),
        alone("faults::a_wrong_address_of_etcd_is_seen_repaired_and_undone", Needs::Nodes, etcd),
        alone("faults::an_expired_certificate_of_a_kubelet_is_seen_repaired_and_undone", Needs::Nodes, certificate),
        alone("faults::a_damaged_pod_network_is_seen_repaired_and_undone", Needs::Nodes, network),
        alone("faults::a_lab_without_an_api_server_proves_itself", Needs::Nodes, proven),
        alone("faults::whatever_is_killed_while_a_node_is_broken_is_rescued", Needs::Nodes, killed),
        alone("faults::a_lab_whose_program_is_killed_is_rescued", Needs::Nodes, program),
        alone("faults::a_seed_breaks_the_same_every_time_and_each_choice_is_proven", Needs::Workloads, seeded),
    ]
}

const APISERVER: &str = "/etc/kubernetes/manifests/kube-apiserver.yaml";
const CURRENT: &str = "/var/lib/kubelet/pki/kubelet-client-current.pem";
const KUBEADM: &str = "kubeadm init phase control-plane apiserver --config /kind/kubeadm.conf";

/// A lab that breaks a node, how that shows, and two ways in which learners repair it.
struct Case {
    /// Its id among the fixtures.
    lab: &'static str,
    /// What `lab check` ends with while it is broken: 3 where the fault keeps us from asking.
    code: i32,
    files: Vec<(&'static str, String)>,
    symptom: fn() -> Result<(), String>,
    repairs: [fn() -> Outcome; 2],
}

fn shown(error: Failed) -> String {
    error.message().unwrap_or_default().to_owned()
}

/// A learner starts the lab, sees what is broken, repairs it by hand, and it is passed; once more the other way; then the
/// lab is stopped and the node is as it was, to the byte. Every command is a program of its own: what a lab has broken
/// keeps none of them from going on with it.
fn case(case: &Case) -> Outcome {
    broken();
    let home = tempfile::tempdir()?;
    let home = home.path();
    let faults = Faults::of(&home.join("state"), CLUSTER).ok_or("a cluster of its own")?;
    let originals: Vec<String> = case.files.iter().map(|(node, path)| of_file(node, path)).collect::<Result<_, _>>()?;
    for repair in case.repairs {
        jotasu(case.lab, home, &["lab", "start", case.lab, "--yes"], 0)?;
        assert_eq!(stages(&faults)?, [FaultStage::Injected]);
        seen("the symptom", SYMPTOM, case.symptom)?;
        // Nothing has been done yet: what is broken waits, and what the fault keeps from being asked is unknown.
        let (code, said) = check(case.lab, home)?;
        assert_eq!(code, Some(case.code), "{said}");
        repair()?;
        seen("the lab to be passed", REPAIR, || {
            let (code, said) = check(case.lab, home).map_err(shown)?;
            so(code == Some(0), said)
        })?;
        assert_eq!(stages(&faults)?, [FaultStage::Injected], "a repair by hand is not the journal's business");
        runtime().block_on(cluster::well(CLUSTER, &[WORKER.to_owned()], &mut |_| {}))?;
        jotasu(case.lab, home, &["lab", "stop", case.lab, "--yes"], 0)?;
        let now: Vec<String> = case.files.iter().map(|(node, path)| of_file(node, path)).collect::<Result<_, _>>()?;
        assert_eq!(now, originals);
        assert_eq!(stages(&faults)?, []);
    }
    Ok(())
}

/// How a lab stands: the code of `lab check`, and what it says.
fn check(lab: &str, home: &Path) -> Result<(Option<i32>, String), Failed> {
    let output = command(lab, home, &["lab", "check", lab])?.output()?;
    let said = [output.stdout, output.stderr].concat();
    Ok((output.status.code(), String::from_utf8_lossy(&said).into_owned()))
}

/// A node counts as lost after 50 seconds.
const SYMPTOM: Duration = Duration::from_secs(120);
/// A kubelet waits up to five minutes before it starts again what ended again and again.
const REPAIR: Duration = Duration::from_secs(330);

/// Asks again until it is so.
fn seen(what: &str, limit: Duration, mut ask: impl FnMut() -> Result<(), String>) -> Outcome {
    let start = Instant::now();
    loop {
        match ask() {
            Ok(()) => return Ok(()),
            Err(last) if start.elapsed() > limit => {
                return Err(format!("{what}: not seen; last: {last}").into());
            }
            Err(_) => std::thread::sleep(Duration::from_millis(300)),
        }
    }
}

fn stages(faults: &Faults) -> Result<Vec<FaultStage>, Failed> {
    Ok(faults.entries(None)?.iter().filter(|entry| entry.is_open()).map(|entry| entry.stage).collect())
}

/// What kubectl says on failing.
fn kubectl(arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new("kubectl");
    command.env("PATH", &broken().path).arg("--kubeconfig").arg(&broken().kubeconfig).arg("--request-timeout=5s");
    let output = command.args(arguments).stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}

fn read(node: &str, what: &NodeRead) -> Result<Value, String> {
    let node = NodeRef::parse(node).unwrap();
    runtime().block_on(cluster::read_node(CLUSTER, &node, what)).map_err(|reason| format!("{reason:?}"))
}

/// Fails with what was seen unless it is what is looked for.
fn so(holds: bool, seen: impl ToString) -> Result<(), String> {
    if holds { Ok(()) } else { Err(seen.to_string()) }
}

fn port() -> Outcome {
    case(&Case {
        lab: "apiserver-port",
        code: 3,
        files: vec![(MASTER, APISERVER.to_owned())],
        symptom: || {
            let seen = kubectl(&["get", "nodes"]).err().unwrap_or_else(|| "it answers".into());
            so(seen.contains("EOF") || seen.contains("reset by peer"), &seen)?;
            let manifest = read("control-plane", &NodeRead::Manifest("kube-apiserver.yaml".into()))?;
            so(manifest["object"].to_string().contains("--secure-port=6444"), &manifest)
        },
        repairs: [
            || on(MASTER, &format!("sed -i s/--secure-port=6444/--secure-port=6443/ {APISERVER}")).map(|_| ()),
            || on(MASTER, KUBEADM).map(|_| ()),
        ],
    })
}

fn etcd() -> Outcome {
    case(&Case {
        lab: "etcd-endpoint",
        code: 3,
        files: vec![(MASTER, APISERVER.to_owned())],
        symptom: || {
            so(kubectl(&["get", "nodes"]).is_err(), "it answers")?;
            let log = on(MASTER, "cat /var/log/pods/kube-system_kube-apiserver*/*/*.log").map_err(shown)?;
            so(log.contains("127.0.0.1:2389") && log.contains("connection refused"), "no word of it in the log")?;
            let containers = read("control-plane", &NodeRead::Containers)?;
            let of = |name: &str, state: &str| {
                let all = containers["containers"].as_array();
                all.into_iter().flatten().any(|one| one["name"] == name && one["state"] == state)
            };
            so(of("etcd", "running") && of("kube-apiserver", "exited"), &containers)
        },
        repairs: [
            || on(MASTER, &format!("sed -i s/:2389/:2379/ {APISERVER}")).map(|_| ()),
            || on(MASTER, KUBEADM).map(|_| ()),
        ],
    })
}

fn certificate() -> Outcome {
    broken();
    let real = on(WORKER, &format!("readlink -f {CURRENT}"))?.trim().to_owned();
    case(&Case {
        lab: "kubelet-cert",
        code: 1,
        files: vec![(WORKER, real), (WORKER, CURRENT.to_owned())],
        symptom: || {
            let life = read("worker:0", &NodeRead::KubeletCertificate)?;
            so(life["expired"] == true, &life)?;
            let log = read("worker:0", &NodeRead::Log(Unit::Kubelet))?;
            so(log.to_string().contains("expired"), &log)?;
            let service = read("worker:0", &NodeRead::Service(Unit::Kubelet))?;
            so(service["active"] != "active" || service["sub"] != "running", &service)?;
            let ready = "-o=jsonpath={.status.conditions[?(@.type==\"Ready\")].status}";
            let ready = kubectl(&["get", "node", WORKER, ready])?;
            so(ready == "Unknown", &ready)
        },
        repairs: [with_kubeadm, with_a_token],
    })
}

/// A new pair, signed where the authority's key is.
fn with_kubeadm() -> Outcome {
    let made = on(
        MASTER,
        &format!(
            "kubeadm kubeconfig user --config /kind/kubeadm.conf --client-name system:node:{WORKER} --org system:nodes 2>/dev/null \
             | awk '/client-(certificate|key)-data/ {{print $2}}' | while read -r x; do echo \"$x\" | base64 -d; done | base64 -w0"
        ),
    )?;
    on(WORKER, &format!("echo {made} | base64 -d > $(readlink -f {CURRENT}); systemctl restart kubelet"))?;
    Ok(())
}

/// As a new node would: the kubelet asks for its certificate with a token.
fn with_a_token() -> Outcome {
    let token = on(MASTER, "kubeadm token create 2>/dev/null")?;
    let config = on(WORKER, "cat /etc/kubernetes/kubelet.conf")?;
    let server = config.lines().find(|line| line.contains("server:")).ok_or("a server")?.trim().to_owned();
    on(
        WORKER,
        &format!(
            "cat > /etc/kubernetes/bootstrap-kubelet.conf <<END\napiVersion: v1\nkind: Config\ncurrent-context: c\n\
             clusters: [{{name: k, cluster: {{certificate-authority: /etc/kubernetes/pki/ca.crt, {server}}}}}]\n\
             contexts: [{{name: c, context: {{cluster: k, user: u}}}}]\nusers: [{{name: u, user: {{token: {}}}}}]\nEND\n\
             mv /etc/kubernetes/kubelet.conf /root/; systemctl restart kubelet",
            token.trim()
        ),
    )?;
    Ok(())
}

fn network() -> Outcome {
    broken();
    let file = on(WORKER, "ls /etc/cni/net.d/*.conflist")?.trim().to_owned();
    case(&Case {
        lab: "broken-node",
        code: 1,
        files: vec![(WORKER, file)],
        symptom: || {
            let files = read("worker:0", &NodeRead::CniFiles)?;
            so(files["files"][0]["valid"] == false, &files)?;
            let said = "-o=jsonpath={.status.conditions[?(@.type==\"Ready\")]}";
            let said = kubectl(&["get", "node", WORKER, said])?;
            so(said.contains("NetworkPluginNotReady") && said.contains("\"False\""), &said)
        },
        repairs: [
            // From another node, with the addresses of this one.
            || {
                let good = on(MASTER, "base64 -w0 /etc/cni/net.d/*.conflist")?;
                let cidr = "-o=jsonpath={.spec.podCIDR}";
                let [theirs, ours] = [MASTER, WORKER].map(|node| kubectl(&["get", "node", node, cidr]));
                let (theirs, ours) = (theirs?, ours?);
                on(
                    WORKER,
                    &format!("echo {good} | base64 -d | sed s#{theirs}#{ours}# > $(ls /etc/cni/net.d/*.conflist)"),
                )?;
                Ok(())
            },
            // Who wrote it first writes it again.
            || {
                let of_node = format!("spec.nodeName={WORKER}");
                let network =
                    ["-n", "kube-system", "delete", "pod", "-l", "app=pod-network", "--field-selector", &of_node];
                kubectl(&network)?;
                Ok(())
            },
        ],
    })
}

/// A process that breaks the worker, or undoes that, and is killed at a moment of it.
pub fn killed_at() {
    let words: Vec<String> = std::env::args().collect();
    let [state, work, moment] = [2, 3, 4].map(|at| words.get(at).unwrap().as_str());
    let faults = Faults::of(Path::new(state), CLUSTER).unwrap();
    let mut witness = |now: Moment| {
        if format!("{now:?}") == moment {
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL).unwrap();
        }
    };
    let node = NodeRef::parse("worker:0").unwrap();
    let fault = Fault::CniConfig { damage: CniDamage::Missing };
    runtime()
        .block_on(async {
            match work {
                "inject" => faults.inject("broken-node", node, &fault, 0, &mut witness).await,
                _ => faults.undo(node, fault.kind(), &mut witness).await,
            }
        })
        .unwrap();
}

fn killed() -> Outcome {
    let broken = broken();
    let file = on(WORKER, "ls /etc/cni/net.d/*.conflist")?.trim().to_owned();
    let original = of_file(WORKER, &file)?;
    let home = tempfile::tempdir()?;
    let state = home.path().join("state");
    let faults = Faults::of(&state, CLUSTER).ok_or("a cluster of its own")?;
    let dies = |work: &str, moment: Moment| -> Outcome {
        let mut child = Command::new(std::env::current_exe()?);
        child.arg(KILLED).arg(&state).args([work, &format!("{moment:?}")]).env("PATH", &broken.path);
        let status = child.stdin(Stdio::null()).status()?;
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9), "{work} {moment:?}");
        Ok(())
    };
    let moments = [
        ("inject", Moment::Read, vec![]),
        ("inject", Moment::Prepared, vec![FaultStage::Preparing]),
        ("inject", Moment::Changed, vec![FaultStage::Preparing]),
        ("inject", Moment::Restarted, vec![FaultStage::Preparing]),
        ("inject", Moment::Injected, vec![FaultStage::Injected]),
        ("undo", Moment::Restored, vec![FaultStage::Injected]),
        ("undo", Moment::Undone, vec![]),
    ];
    for (work, moment, left) in moments {
        if work == "undo" {
            let node = NodeRef::parse("worker:0").ok_or("a node")?;
            let fault = Fault::CniConfig { damage: CniDamage::Missing };
            runtime().block_on(faults.inject("broken-node", node, &fault, 0, &mut |_| {}))?;
            // Asked for again, it is there already.
            runtime().block_on(faults.inject("broken-node", node, &fault, 0, &mut |_| {}))?;
            assert_eq!(stages(&faults)?, [FaultStage::Injected]);
        }
        dies(work, moment)?;
        assert_eq!(stages(&faults)?, left, "{work} {moment:?}");
        // Started again, the program restores at once what is half made, and offers the rest.
        jotasu("broken-node", home.path(), &["lab", "check", "broken-node"], 3)?;
        let offered: Vec<_> = left.into_iter().filter(|stage| *stage == FaultStage::Injected).collect();
        assert_eq!(stages(&faults)?, offered, "{work} {moment:?}");
        jotasu("broken-node", home.path(), &["lab", "rescue", "--yes"], 0)?;
        assert_eq!(of_file(WORKER, &file)?, original, "{work} {moment:?}");
        assert!(faults.entries(None)?.is_empty());
        assert!(jotasu("broken-node", home.path(), &["lab", "rescue"], 0)?.contains("되돌릴 고장이 없어요"));
    }
    Ok(())
}

/// The program with the labs of the fixtures; its output when it ends with this code.
fn jotasu(lab: &str, home: &Path, arguments: &[&str], code: i32) -> Result<String, Failed> {
    let output = command(lab, home, arguments)?.output()?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.code() == Some(code) {
        Ok(said)
    } else {
        Err(format!("{arguments:?}: {}\n{said}", output.status).into())
    }
}

fn command(lab: &str, home: &Path, arguments: &[&str]) -> Result<Command, Failed> {
    let labs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/labs");
    let (lab, problems) = lab::load(&Tree::Folder(labs.clone()), lab);
    let trust = lab.ok_or_else(|| format!("{problems:#?}"))?.hash;
    let mut command = Command::new(env!("CARGO_BIN_EXE_jotasu"));
    command.env("PATH", &broken().path).arg("--home").arg(home).arg("--labs").arg(labs).args(["--trust", &trust]);
    command.args(["--context", &format!("kind-{CLUSTER}")]).args(arguments).stdin(Stdio::null());
    Ok(command)
}

/// Red while the API server is away, green after the solution, nothing left: on the cluster of the lab's own.
fn proven() -> Outcome {
    broken();
    let home = tempfile::tempdir()?;
    jotasu("apiserver-port", home.path(), &["author", "test", "apiserver-port"], 0)?;
    Ok(())
}

/// A learner starts a lab that breaks a node, and the program is killed while it does; then in the middle of the lab.
fn program() -> Outcome {
    broken();
    let file = on(WORKER, "ls /etc/cni/net.d/*.conflist")?.trim().to_owned();
    let original = of_file(WORKER, &file)?;
    let home = tempfile::tempdir()?;
    let faults = Faults::of(&home.path().join("state"), CLUSTER).ok_or("a cluster of its own")?;
    let open = || match stages(&faults) {
        Ok(stages) if !stages.is_empty() => Ok(()),
        other => Err(format!("{other:?}")),
    };
    let mut child = command("broken-node", home.path(), &["lab", "start", "broken-node", "--yes"])?
        .stdout(Stdio::null())
        .spawn()?;
    seen("the journal", SYMPTOM, open)?;
    child.kill()?;
    child.wait()?;
    jotasu("broken-node", home.path(), &["lab", "rescue", "broken-node", "--yes"], 0)?;
    assert_eq!(of_file(WORKER, &file)?, original);

    jotasu("broken-node", home.path(), &["lab", "start", "broken-node", "--yes"], 0)?;
    let doctor = jotasu("broken-node", home.path(), &["doctor"], 0)?;
    assert!(doctor.contains("jotasu lab rescue broken-node"), "{doctor}");
    seen("the check to be red", SYMPTOM, || {
        let checked =
            jotasu("broken-node", home.path(), &["lab", "check", "broken-node", "--wait", "0"], 1).map_err(shown)?;
        so(checked.contains("✗"), checked)
    })?;
    let mut child =
        command("broken-node", home.path(), &["lab", "watch", "broken-node"])?.stdout(Stdio::null()).spawn()?;
    std::thread::sleep(Duration::from_secs(1));
    child.kill()?;
    child.wait()?;
    // The lab goes on: nothing was repaired behind the learner's back.
    jotasu("broken-node", home.path(), &["lab", "check", "broken-node", "--wait", "0"], 1)?;
    assert_eq!(stages(&faults)?, [FaultStage::Injected]);
    jotasu("broken-node", home.path(), &["lab", "solve", "broken-node", "--to", "1", "--yes"], 0)?;
    jotasu("broken-node", home.path(), &["lab", "check", "broken-node"], 0)?;
    // Begun anew, then stopped with the fault in place: the node is as it was.
    jotasu("broken-node", home.path(), &["lab", "reset", "broken-node", "--yes"], 0)?;
    assert_eq!(stages(&faults)?, [FaultStage::Injected]);
    jotasu("broken-node", home.path(), &["lab", "stop", "broken-node", "--yes"], 0)?;
    assert_eq!((of_file(WORKER, &file)?, stages(&faults)?), (original, vec![]));
    Ok(())
}

fn seeded() -> Outcome {
    let labs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/labs");
    let (lab, problems) = lab::load(&Tree::Folder(labs), "seeded");
    let lab = lab.ok_or_else(|| format!("{problems:#?}"))?;
    let proof = cluster::prove(&lab, 2, &mut |_| {})?;
    let told: Vec<String> = proof.steps.iter().map(|step| format!("{step} {:?}", step.failures)).collect();
    assert!(proof.holds(), "{told:#?}");
    // Two of three faults, one of them at two places: five choices, each with its solution.
    let solved = proof.steps.iter().filter(|step| step.name.contains("풀이 01-all")).count();
    assert_eq!(solved, 5, "{told:#?}");
    Ok(())
}

/// Takes away what the trials of this file have made.
pub fn end() {
    broken::delete();
}
