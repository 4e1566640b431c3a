//! What the course tells learners to type works: the command blocks of a lab's page that say nothing of not being run are
//! run in their order, on real nodes, while the lab runs; what the page shows of their output has the columns they print.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use jotasu::course::{Curriculum, Node};
use jotasu::lesson::Code;
use jotasu::{files, lesson};

use crate::harness::{Needs, Outcome, Planned, alone, kind, search};
use crate::learner::on_kind;

/// The kind cluster of the course, as its pages name it, and of the trials.
const NAMES: [(&str, &str); 3] = [
    ("kind-jotasu", "kind-jotasu-test"),
    ("jotasu-worker", "jotasu-test-worker"),
    ("jotasu-control-plane", "jotasu-test-control-plane"),
];

/// Every trial of this file: one for each page with such blocks.
pub fn trials() -> Vec<Planned> {
    let (curriculum, _problems) = Curriculum::load(&files::content());
    let pages = curriculum.nodes.iter().filter(|node| node.section.is_none()).filter_map(|node| {
        let Node { id, path: Some(path), lab, .. } = node else { return None };
        (!blocks(path).is_empty()).then(|| (id.clone(), path.clone(), lab.clone()))
    });
    let trial = |(id, path, lab): (String, String, Option<String>)| {
        alone(&format!("blocks::{id}_is_typed_as_it_is_shown"), Needs::Kind, move || page(&path, lab.as_deref()))
    };
    pages.map(trial).collect()
}

/// The command blocks of a page that are run, each with the output that is shown of it.
fn blocks(path: &str) -> Vec<(Code, Option<String>)> {
    let document = lesson::parse(&files::content().read(path).unwrap());
    let code: Vec<&Code> = document.code();
    let is_run = |code: &&Code| {
        matches!(code.language.as_str(), "bash" | "sh" | "console")
            && code.attribute("run").is_none()
            && code.attribute("on").is_none_or(|on| on == "host")
    };
    let shown = |at: usize| code.get(at + 1).filter(|next| next.attribute("output").is_some());
    let all = code.iter().enumerate().filter(|(_, code)| is_run(code));
    all.map(|(at, code)| ((*code).clone(), shown(at).map(|output| output.text.clone()))).collect()
}

fn page(path: &str, lab: Option<&str>) -> Outcome {
    let home = tempfile::tempdir()?;
    let search = search();
    let says = |verb: &str| match lab {
        Some(lab) => on_kind(home.path(), &["lab", verb, lab, "--yes"], 0),
        None => Ok(()),
    };
    says("start")?;
    let typed = typed(path, &search, home.path());
    // Others use the cluster after it.
    typed.and(says("stop"))
}

fn typed(path: &str, search: &str, home: &Path) -> Outcome {
    let mut failures = Vec::new();
    let blocks = blocks(path);
    for (code, shown) in &blocks {
        let place = format!("{path}:{}", code.first_line);
        let text = NAMES.iter().fold(code.text.clone(), |text, (from, to)| text.replace(from, to));
        let mut bash = Command::new("timeout");
        bash.args(["90", "bash", "-euo", "pipefail", "-c", &text]).current_dir(home);
        bash.env("PATH", search).env("HOME", home).env("KUBECONFIG", &kind().kubeconfig).env("LC_ALL", "C.UTF-8");
        let output = bash.stdin(Stdio::null()).output()?;
        if !output.status.success() {
            failures.push(format!("{place}: {}", words(&output)));
        } else if let Some(lacking) = shown.as_ref().and_then(|shown| lacking(shown, &output)) {
            failures.push(format!("{place}: its output has no row of columns as shown: {lacking}\n{}", words(&output)));
        }
    }
    println!("{path}: {} blocks", blocks.len());
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n").into()) }
}

/// The first row of columns that a page shows, if the output has none of the kind.
fn lacking<'a>(shown: &'a str, output: &Output) -> Option<&'a str> {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let columns = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let heads = |line: &&str| {
        let letters = |word: &str| word.chars().all(|c| c.is_ascii_uppercase() || "()-:/".contains(c));
        line.split_whitespace().count() > 1 && line.split_whitespace().all(letters)
    };
    shown.lines().filter(heads).find(|head| !said.lines().any(|line| columns(line) == columns(head)))
}

fn words(output: &Output) -> String {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    format!("{}\n{}", output.status, String::from_utf8_lossy(&said).trim())
}
