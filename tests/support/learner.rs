//! A learner for trials of whole commands: a home, a kubeconfig, a small lab, and the program as a process.

use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jotasu::cluster::control_plane::ControlPlane;
use libtest_mimic::Failed;

use crate::harness::{Outcome, search};

/// What a command said, and its exit code.
#[derive(Debug)]
pub struct Said {
    /// Its exit code.
    pub code: Option<i32>,
    /// Its output.
    pub out: String,
    /// Its complaints.
    pub err: String,
}

/// A learner: a home, a kubeconfig, maybe labs of their own.
pub struct Learner {
    /// Where everything of theirs is.
    pub folder: tempfile::TempDir,
    /// A copy of the cluster's.
    pub kubeconfig: PathBuf,
    labs: bool,
    /// The hash by which the lab is trusted.
    pub trust: String,
}

impl Learner {
    /// A learner to whom nothing is allowed yet.
    pub fn new(plane: &ControlPlane) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let kubeconfig = folder.path().join("kubeconfig");
        std::fs::copy(plane.kubeconfig(), &kubeconfig).unwrap();
        Self { folder, kubeconfig, labs: false, trust: "0".into() }
    }

    /// A learner with the small lab in a namespace, whose cluster is allowed and whose lab is trusted.
    pub fn small(plane: &ControlPlane, namespace: &str, setup: &str) -> Self {
        let files = [
            ("lab.yaml".into(), LAB.replace("SETUP", setup)),
            ("setup/a.yaml".into(), SETUP.into()),
            ("solution/01-all.yaml".into(), SOLUTION.into()),
        ];
        Self::with(plane, "small", &files, &[("NAMESPACE", namespace)])
    }

    /// A learner with a lab of `tests/fixtures/labs`, whose cluster is allowed and whose lab is trusted.
    pub fn of(plane: &ControlPlane, lab: &str, put: &[(&str, &str)]) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/labs").join(lab);
        let mut files = Vec::new();
        for folder in ["", "setup", "solution"] {
            for entry in std::fs::read_dir(root.join(folder)).into_iter().flatten().map(|entry| entry.unwrap().path()) {
                if entry.is_file() {
                    let name = entry.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                    files.push((name, std::fs::read_to_string(&entry).unwrap()));
                }
            }
        }
        Self::with(plane, lab, &files, put)
    }

    fn with(plane: &ControlPlane, lab: &str, files: &[(String, String)], put: &[(&str, &str)]) -> Self {
        let mut learner = Self::new(plane);
        learner.labs = true;
        for (path, text) in files {
            let path = learner.folder.path().join("labs").join(lab).join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let text = put.iter().fold(text.clone(), |text, (name, value)| text.replace(name, value));
            std::fs::write(path, text).unwrap();
        }
        learner.says(&["cluster", "allow", "--yes"], 0);
        let refused = learner.says(&["lab", "start", lab, "--yes"], 2);
        let hash = refused.err.split("--trust ").nth(1).and_then(|rest| rest.split_whitespace().next());
        learner.trust = hash.unwrap().to_owned();
        learner
    }

    /// The program with this learner's options.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jotasu"));
        command.arg("--home").arg(self.folder.path().join("home")).arg("--kubeconfig").arg(&self.kubeconfig);
        if self.labs {
            command.arg("--labs").arg(self.folder.path().join("labs")).args(["--trust", &self.trust]);
        }
        command.args(arguments).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end, which must be with this exit code.
    #[track_caller]
    pub fn says(&self, arguments: &[&str], code: i32) -> Said {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let said = Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) };
        assert_eq!(said.code, Some(code), "{arguments:?}: {said:#?}");
        said
    }

    /// A command that goes on, with its output to be read.
    pub fn begins(&self, arguments: &[&str]) -> (Child, BufReader<std::process::ChildStdout>) {
        let mut child = self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        (child, output)
    }

    /// What the engine keeps of the small lab.
    pub fn state(&self) -> PathBuf {
        self.folder.path().join("home/state/labs/small.json")
    }
}

const LAB: &str = "apiVersion: jotasu.dev/v1alpha1
kind: Lab
metadata: {name: small}
spec:
  title: 작은 실습
  minutes: 5
  owns: {namespaces: [NAMESPACE]}
  setup: SETUP
  checks:
  - name: done
    title: ConfigMap done이 있음
    step: 1
    holdFor: 0s
    resource: {apiVersion: v1, kind: ConfigMap, namespace: NAMESPACE, name: done}
    match: {data: {word: yes}}
    hints: [{level: 1, text: 첫 힌트}, {level: 2, text: 둘째 힌트}]
  - name: word
    title: 답
    step: 2
    needs: [done]
    answer: {ask: 무엇인가요?, accept: [정답]}
";
/// A setup that is over at once.
pub const QUICK: &str = "[{apply: setup/*.yaml}]";
/// A Pod that never is ready: a setup that goes on until it is ended.
pub const ENDLESS: &str = "[{apply: setup/*.yaml}, {wait: {target: {apiVersion: v1, kind: Pod, namespace: NAMESPACE, name: never}, ready: true, timeout: 120s}}]";
const SETUP: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: start, namespace: NAMESPACE}
";
const SOLUTION: &str = "turns: [done, word]
do:
- apply: {apiVersion: v1, kind: ConfigMap, metadata: {name: done, namespace: NAMESPACE}, data: {word: yes}}
- answer: {check: word, value: 정답}
";

/// Sends a signal by its name.
pub fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Waits for the end of a child, a minute at most.
pub fn end(mut child: Child) -> Result<(Option<i32>, String), Failed> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            let mut said = String::new();
            child.stderr.take().unwrap().read_to_string(&mut said)?;
            return Ok((status.code(), said));
        }
        if start.elapsed() > Duration::from_secs(60) {
            child.kill()?;
            return Err("it does not end".into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// One line of output.
pub fn line(output: &mut impl std::io::BufRead) -> String {
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    line
}

/// Runs the program about the kind cluster that trials share; it must end with this code.
pub fn on_kind(home: &Path, arguments: &[&str], code: i32) -> Outcome {
    let mut program = Command::new(env!("CARGO_BIN_EXE_jotasu"));
    program.env("PATH", search()).arg("--home").arg(home).args(["--context", "kind-jotasu-test"]).args(arguments);
    let output = program.stdin(Stdio::null()).output()?;
    if output.status.code() == Some(code) {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("{arguments:?}: {}\n{}", output.status, String::from_utf8_lossy(&said)).into())
}
