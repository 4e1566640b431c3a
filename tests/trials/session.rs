//! The whole path in a real terminal: open, walk to the lab, start it, work on the cluster from another process, watch
//! the marks, break something, leave, come back.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use jotasu::cluster::control_plane::ControlPlane;
use jotasu::files;
use jotasu::lab::{self, Action, Check, NodeChange, SolutionStep};
use libtest_mimic::Failed;
use serde_json::{Value, json};

use crate::harness::{Needs, Outcome, Planned, alone, assets, own};
use crate::terminal::Terminal;

/// The lab of the session.
const LAB: &str = "w3-d2-lab1";

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    vec![alone("session::a_learner_does_a_lab_and_comes_back_to_it", Needs::Workloads, learner)]
}

/// A learner's home and cluster, and the two programs they use.
struct Desk {
    plane: ControlPlane,
    home: tempfile::TempDir,
}

impl Desk {
    fn new() -> Result<Self, Failed> {
        let desk = Self { plane: own(), home: tempfile::tempdir()? };
        desk.jotasu(&["cluster", "allow", "--yes"])?;
        Ok(desk)
    }

    fn kubeconfig(&self) -> String {
        self.plane.kubeconfig().display().to_string()
    }

    fn place(&self) -> [String; 4] {
        ["--home".into(), self.home.path().display().to_string(), "--kubeconfig".into(), self.kubeconfig()]
    }

    /// Runs the program without its screen and gives what it printed.
    fn jotasu(&self, arguments: &[&str]) -> Result<String, Failed> {
        output(Command::new(program()).args(self.place()).args(arguments), None)
    }

    /// Runs kubectl as the learner would in another terminal.
    fn kubectl(&self, arguments: &[&str], input: Option<&Value>) -> Result<String, Failed> {
        let kubectl = assets()?.kubectl().ok_or("no kubectl")?;
        output(Command::new(kubectl).env("KUBECONFIG", self.kubeconfig()).args(arguments), input)
    }

    /// Opens the screen.
    fn open(&self) -> Terminal {
        let place = self.place();
        Terminal::open(program(), &place.each_ref().map(String::as_str), &[], 120, 36)
    }

    /// Does one step of the reference solution with kubectl; what only a person at the screen can do is left out.
    fn solve(&self, step: &SolutionStep) -> Outcome {
        for action in &step.actions {
            match action {
                Action::Apply(objects) => {
                    self.kubectl(
                        &["apply", "-f", "-"],
                        Some(&json!({"apiVersion": "v1", "kind": "List", "items": objects})),
                    )?;
                }
                Action::Delete(target) => {
                    let namespace = target.namespace.as_deref().unwrap_or("default");
                    let name = target.name.as_deref().ok_or("a name")?;
                    self.kubectl(&["-n", namespace, "delete", &target.kind, name], None)?;
                }
                Action::Label(NodeChange { node, set, .. }) => {
                    for (key, value) in set {
                        self.kubectl(&["label", "node", &named(node), &format!("{key}={value}"), "--overwrite"], None)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn learner() -> Outcome {
    let desk = Desk::new()?;
    let (lab, problems) = lab::load(&files::labs(), LAB);
    let lab = lab.ok_or_else(|| format!("{problems:?}"))?;

    // Open: an empty home shows the first lesson; the lab is found by its id.
    let mut screen = desk.open();
    screen.shows("학습 목표");
    screen.type_keys("/w3-d2-l1");
    screen.until("the lab to be found", |glyphs| glyphs.lines().any(|l| l.contains("실습 1") && l.contains("Day 2")));
    screen.type_keys("\r");
    screen
        .until("the lab and the cluster to be there", |glyphs| glyphs.contains("s 실습 시작") && glyphs.contains("● "));

    // Start: it says what it will make and where, and asks.
    screen.type_keys("s");
    screen.shows("Namespace shop");
    screen.type_keys("y");
    screen.until("the lab to run, with nothing red", |glyphs| {
        glyphs.contains("1단계") && glyphs.contains('○') && !glyphs.contains('✗') && glyphs.contains("● ")
    });

    // Work: each step of the solution by kubectl in another process; the marks come without a key.
    let mut done = BTreeMap::new();
    for step in lab.solution.iter().take(6) {
        desk.solve(step)?;
        for check in lab.checks.iter().filter(|check| step.turns.contains(&check.name) && is_live(check)) {
            let passed = done.entry(check.step).or_insert(0);
            *passed += 1;
            ticked(&screen, check, *passed);
        }
    }

    // Break: the mark goes back and says what changed, once.
    let web = lab.checks.iter().find(|check| check.name == "web-ready").ok_or("web-ready")?;
    desk.kubectl(&["-n", "shop", "delete", "deployment", "web"], None)?;
    screen.until("the mark to go back to red and say why", |glyphs| {
        glyphs.lines().any(|l| l.contains('✗') && l.contains(&web.title))
            && glyphs.contains("Deployment web이 지워졌어요")
    });

    // Leave, and come back to the same place with the progress kept.
    screen.type_keys(" ");
    let left = |glyphs: &str| glyphs.contains("1단계: Pod에서 Deployment까지") && !glyphs.contains("작은 쇼핑몰");
    screen.until("the lesson to scroll", left);
    screen.type_keys("q");
    if !screen.ends() {
        return Err("the program did not end well".into());
    }
    let shown: Value = serde_json::from_str(&desk.jotasu(&["progress", "show", "-o", "json"])?)?;
    let passed = shown.pointer(&format!("/progress/labs/{LAB}/passed")).and_then(Value::as_object);
    if passed.is_none_or(|passed| !passed.contains_key("web-ready")) {
        return Err(format!("the first pass of web-ready is not kept: {shown}").into());
    }
    let mut again = desk.open();
    again.until("the lesson where it was left, and the lab followed again", |glyphs| {
        left(glyphs) && glyphs.contains("● ") && glyphs.contains("실습 1")
    });
    desk.solve(lab.solution.get(4).ok_or("a fifth step")?)?;
    again.until_within(Duration::from_secs(60), "the mark to come back", |glyphs| {
        glyphs.lines().any(|l| l.contains('✓') && l.contains(&web.title))
    });
    again.type_keys("q");
    again.ends();

    // Stop leaves nothing of ours.
    desk.jotasu(&["lab", "stop", LAB, "--yes"])?;
    let left = desk.kubectl(&["get", "namespaces", "-o", "name"], None)?;
    match left.contains("/shop") || left.contains("/jotasu-system") {
        true => Err(format!("something is left: {left}").into()),
        false => Ok(()),
    }
}

/// Waits until the screen has a check's mark, or its folded step counts so many.
fn ticked(screen: &Terminal, check: &Check, passed: u32) {
    // Titles are cut to the pane; their beginning is enough to know them by.
    let start: String = check.title.chars().take(8).collect();
    screen.until_within(Duration::from_secs(60), &format!("{} to be ticked", check.name), |glyphs| {
        glyphs.lines().any(|line| line.contains('✓') && line.contains(&start))
            || counted(glyphs, check.step).is_some_and(|shown| shown >= passed)
    });
}

/// How many of a step's checks have passed, as its heading says.
fn counted(glyphs: &str, step: u32) -> Option<u32> {
    let line = glyphs.lines().find(|line| line.contains(&format!("│ {step}단계")))?;
    line.trim_end().rsplit(' ').next()?.split_once('/')?.0.parse().ok()
}

/// Whether a check follows the cluster and is asked of a beginner, so that its mark is on the screen.
fn is_live(check: &Check) -> bool {
    matches!(check.source, lab::Source::Observed(_)) && check.level.is_none_or(|level| level == lab::Level::Beginner)
}

/// `worker:N` as the Nth worker's name.
fn named(node: &str) -> String {
    match node {
        "worker:0" => "jotasu-worker".into(),
        "worker:1" => "jotasu-worker2".into(),
        other => other.into(),
    }
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_jotasu"))
}

fn output(command: &mut Command, input: Option<&Value>) -> Result<String, Failed> {
    let name = PathBuf::from(command.get_program());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
        stdin.write_all(input.to_string().as_bytes())?;
    }
    let output = child.wait_with_output()?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!("{}: {}", name.display(), String::from_utf8_lossy(&output.stderr)).into()),
    }
}
