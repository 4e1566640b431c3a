//! `jotasu cluster up|status|down` on real kind clusters of their own.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use jotasu::files::Tree;
use jotasu::lab;
use libtest_mimic::Failed;
use serde_json::Value;

use crate::harness::{Needs, Outcome, Planned, alone, kind, maker};
use crate::learner::{end, signal};
use crate::terminal::Terminal;

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    vec![alone("made::a_cluster_is_made_started_again_and_removed", Needs::Kind, whole)]
}

const NAME: &str = "jotasu-made";
/// A lab whose cluster is small: two others may be there at the same time.
const LAB: &str = "apiVersion: jotasu.dev/v1alpha1
kind: Lab
metadata: {name: made}
spec:
  title: 작은 클러스터
  minutes: 1
  cluster: {dedicated: true, config: kind.yaml}
  checks: [{name: told, title: 설명함, manual: true}]
";
/// What it runs.
const IMAGE: &str = "docker.io/library/nginx:1.29";
/// Its lesson.
const PAGE: &str = "---\nid: a\nlab: made\n---\n# 노 젓기\n\n글이에요.\n";
/// How long a cluster may take on a busy machine.
const MADE: Duration = Duration::from_secs(400);
const CONFIG: &str = "kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
name: other
nodes: [{role: control-plane}, {role: worker}]
";

/// What a learner has whose machine can make clusters: the programs, and a node image.
struct Machine {
    path: String,
    image: String,
    home: tempfile::TempDir,
    /// The hash of the lab.
    trust: String,
}

impl Machine {
    fn new() -> Result<Self, Failed> {
        kind();
        let (path, image) = maker()?;
        let home = tempfile::tempdir()?;
        let lab = home.path().join("labs/made");
        std::fs::create_dir_all(&lab)?;
        std::fs::write(lab.join("lab.yaml"), LAB)?;
        std::fs::write(lab.join("kind.yaml"), CONFIG)?;
        std::fs::write(lab.join("images.txt"), IMAGE)?;
        let (found, problems) = lab::load(&Tree::Folder(home.path().join("labs")), "made");
        let trust = found.ok_or_else(|| format!("{problems:?}"))?.hash;
        Ok(Self { path, image, home, trust })
    }

    /// A command about the lab.
    fn lab(&self, arguments: &[&str]) -> Command {
        let mut program = self.program(env!("CARGO_BIN_EXE_jotasu"));
        program.arg("--home").arg(self.home.path().join("jotasu")).arg("--labs").arg(self.home.path().join("labs"));
        program.args(["--trust", &self.trust]).args(arguments);
        program
    }

    /// Brings the lab's cluster up.
    fn up(&self) -> Command {
        self.lab(&["cluster", "up", "made"])
    }

    fn program(&self, name: &str) -> Command {
        let mut program = Command::new(name);
        program.env("PATH", &self.path).env("HOME", self.home.path()).env("JOTASU_NODE_IMAGE", &self.image);
        program.env_remove("KUBECONFIG").stdin(Stdio::null());
        program
    }

    fn jotasu(&self, arguments: &[&str]) -> Command {
        let mut program = self.program(env!("CARGO_BIN_EXE_jotasu"));
        program.arg("--home").arg(self.home.path().join("jotasu")).arg("cluster").args(arguments);
        program
    }

    /// Runs a command to its end, which must be with this exit code.
    fn says(&self, arguments: &[&str], code: i32) -> Result<String, Failed> {
        said(self.jotasu(arguments), code)
    }

    fn kubeconfig(&self) -> PathBuf {
        self.home.path().join("jotasu/state/kube").join(NAME)
    }

    /// How the cluster stands, if it is there. The exit code tells of all clusters of ours, and others are being broken.
    fn stands(&self) -> Result<Option<Value>, Failed> {
        let said: Value = serde_json::from_slice(&self.jotasu(&["status", "-o", "json"]).output()?.stdout)?;
        Ok(said["clusters"].as_array().into_iter().flatten().find(|one| one["name"] == NAME).cloned())
    }

    fn containers(&self) -> Result<usize, Failed> {
        let label = format!("label=io.x-k8s.kind.cluster={NAME}");
        let output = self.program("docker").args(["ps", "-a", "-q", "--filter", &label]).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).lines().count())
    }
}

fn said(mut program: Command, code: i32) -> Result<String, Failed> {
    let output = program.output()?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.code() == Some(code) { Ok(said) } else { Err(format!("{program:?}: {said}").into()) }
}

fn whole() -> Outcome {
    let machine = Machine::new()?;
    // What an earlier run of this trial has left.
    machine.says(&["down", NAME, "--yes"], 0)?;
    let refused = machine.says(&["up", "--name", "others"], 3)?;
    assert!(refused.contains("jotasu의 클러스터 이름이 아니에요"), "{refused}");

    one_key(&machine)?;
    images(&machine)?;
    let again = said(machine.lab(&["lab", "play", "made", "--yes"]), 0)?;
    assert!(again.contains("이미 하고 있는") && !again.contains("만들기"), "{again}");
    said(machine.lab(&["lab", "stop", "made", "--yes"]), 0)?;
    let mut kubectl = machine.program("kubectl");
    let nodes =
        kubectl.arg("--kubeconfig").arg(machine.kubeconfig()).args(["get", "nodes", "--no-headers"]).output()?;
    let nodes = String::from_utf8_lossy(&nodes.stdout).into_owned();
    assert_eq!(nodes.lines().filter(|line| line.contains(" Ready ")).count(), 2, "{nodes}");
    assert!(!machine.home.path().join(".kube/config").exists(), "the learner's own kubeconfig is written");
    let stands = machine.stands()?.ok_or("it is not told")?;
    assert_eq!((&stands["ready"], stands["nodes"].as_array().map(Vec::len)), (&Value::Bool(true), Some(2)), "{stands}");

    machine.program("docker").args(["stop", &format!("{NAME}-worker")]).output()?;
    let stands = machine.stands()?.ok_or("it is not told")?;
    assert!(stands["why"].as_str().is_some_and(|why| why.contains("멈춰 있어요")), "{stands}");
    let again = said(machine.up(), 0)?;
    assert!(again.contains("준비됐어요") && again.contains("export KUBECONFIG="), "{again}");
    assert!(again.contains(&format!("멈춘 노드 {NAME}-worker 켜기")) && !again.contains("만들기"), "{again}");
    let down = machine.says(&["down", NAME, "--yes"], 0)?;
    assert!(down.contains("지웠어요"), "{down}");
    assert!(!machine.kubeconfig().exists() && machine.containers()? == 0, "something is left");

    given_up(&machine)?;
    left(&machine)
}

/// The screen on the lab's lesson.
fn screen(machine: &Machine) -> Result<Terminal, Failed> {
    let folder = |name: &str| machine.home.path().join(name).to_string_lossy().into_owned();
    let (home, labs, course) = (folder("jotasu"), folder("labs"), folder("course"));
    std::fs::create_dir_all(&course)?;
    std::fs::write(machine.home.path().join("course/a.md"), PAGE)?;
    let options = ["--home", &home, "--labs", &labs, "--content", &course, "--theme", "dark", "--ambiguous", "narrow"];
    let user = folder("");
    let environment = [
        ("PATH", &*machine.path),
        ("HOME", &user),
        ("JOTASU_NODE_IMAGE", &machine.image),
        ("SHELL", "/bin/bash"),
        ("KUBECONFIG", ""),
    ];
    let terminal = Terminal::open(Path::new(env!("CARGO_BIN_EXE_jotasu")), &options, &environment, 120, 36);
    terminal.shows("글이에요.");
    terminal.shows("p 준비하고 시작");
    Ok(terminal)
}

/// `p` in a terminal: from no cluster to a mark and to a shell that finds the lab's cluster.
fn one_key(machine: &Machine) -> Outcome {
    let mut terminal = screen(machine)?;
    terminal.type_keys("p");
    terminal.shows("먼저 kind 클러스터를 만들거나 켜요");
    terminal.type_keys("trust\r");
    terminal.shows("노드 2개");
    // What kind says meanwhile stands beside the step and its seconds.
    terminal.until_within(MADE, "kind's own words", |screen| {
        let step = screen.lines().find_map(|line| line.split_once("… kind 클러스터"));
        let said = step.and_then(|(_, rest)| rest.split_once("초  "));
        said.is_some_and(|(_, word)| word.trim_start().starts_with(['•', '✓']))
    });
    terminal.until_within(MADE, "a shell", |screen| screen.contains("셸이 열렸어요"));
    terminal.type_keys("kubectl config current-context; kubectl get nodes --no-headers | grep -c ' Ready '\r");
    terminal.until("the lab's cluster in the shell", |screen| {
        let mut lines = screen.split(['│', '\n']).map(str::trim);
        lines.any(|line| line == format!("kind-{NAME}")) && lines.any(|line| line == "2")
    });
    terminal.type_keys("\x1dm");
    terminal.shows("✓ 설명함");
    terminal.type_keys("q");
    if terminal.ends() { Ok(()) } else { Err("the program failed".into()) }
}

/// What the lab runs came to the nodes with its cluster; from an archive it comes again, and without it the lab needs a
/// network.
fn images(machine: &Machine) -> Outcome {
    let offline = |code| said(machine.lab(&["doctor", "--offline", "made"]), code);
    assert!(offline(0)?.contains("네트워크 없이 할 수 있어요"));
    let file = machine.home.path().join("images.tar");
    let file = file.to_string_lossy();
    let packed = said(machine.lab(&["cluster", "load", "made", "--pack", &file]), 0)?;
    assert!(packed.contains("이 컴퓨터에 있어요 (") && packed.contains("cluster load made --from"), "{packed}");
    let node = format!("{NAME}-worker");
    machine.program("docker").args(["exec", &node, "ctr", "-n", "k8s.io", "images", "rm", IMAGE]).output()?;
    let lacking = offline(1)?;
    assert!(lacking.contains(&format!("{node}에 없어요")) && lacking.contains("jotasu cluster load made"), "{lacking}");
    let loaded = said(machine.lab(&["cluster", "load", "made", "--from", &file]), 0)?;
    assert!(loaded.contains(&format!("✓ nginx:1.29 넣기: {node}")), "{loaded}");
    assert_eq!(loaded.matches("넣기").count(), 2, "only the node that lacks it is begun and ended: {loaded}");
    offline(0)?;
    let refused = said(machine.lab(&["cluster", "load", "made", "--name", "others"]), 3)?;
    assert!(refused.contains("jotasu의 클러스터 이름이 아니에요"), "{refused}");
    Ok(())
}

/// Interrupted while it is made: nothing is left.
fn given_up(machine: &Machine) -> Outcome {
    let mut child = machine.up().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut output = BufReader::new(child.stdout.take().ok_or("no output")?);
    let mut line = String::new();
    while !line.contains("만들기") {
        line.clear();
        if output.read_line(&mut line)? == 0 {
            return Err("it ended before it was interrupted".into());
        }
    }
    while machine.containers()? == 0 {
        std::thread::sleep(Duration::from_millis(100));
    }
    signal(&child, "-INT");
    let (code, said) = end(child)?;
    if code != Some(1) || machine.containers()? != 0 || machine.kubeconfig().exists() {
        return Err(format!("given up: {code:?} {said}, {} containers", machine.containers()?).into());
    }
    Ok(())
}

/// The program is left, or killed, while `p` makes a cluster: nothing is left.
fn left(machine: &Machine) -> Outcome {
    for way in ["q", "-KILL"] {
        let mut terminal = screen(machine)?;
        terminal.type_keys("p");
        terminal.shows("먼저 kind 클러스터를 만들거나 켜요");
        terminal.type_keys("\r");
        until("containers", || Ok(machine.containers()? > 0))?;
        match way {
            "q" => terminal.type_keys("\x1dq"),
            signal => {
                Command::new("kill").args([signal, &terminal.id().to_string()]).status()?;
            }
        }
        terminal.ends();
        // While it is tidied up nobody may make another.
        let claim = machine.home.path().join("jotasu/state/locks").join(format!("kind-{NAME}"));
        until("end of it", || Ok(File::open(&claim)?.try_lock().is_ok()))?;
        if machine.containers()? != 0 || machine.kubeconfig().exists() {
            return Err(format!("{way}: {} containers are left", machine.containers()?).into());
        }
    }
    Ok(())
}

/// Waits for a minute and a half at most.
fn until(what: &str, holds: impl Fn() -> Result<bool, Failed>) -> Outcome {
    for _ in 0..450 {
        if holds()? {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Err(format!("no {what}").into())
}
