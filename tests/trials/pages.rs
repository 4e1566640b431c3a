//! What the course shows is true: every manifest of a page is taken by a real API server, or refused where it is said to
//! be wrong.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use jotasu::{files, lesson, yaml};
use libtest_mimic::Failed;

use crate::harness::{self, Needs, Outcome, Planned, alone, own};

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    vec![alone("pages::every_manifest_is_taken_or_refused_as_it_is_said", Needs::Workloads, manifests)]
}

/// One block of a page.
struct Block {
    place: String,
    text: String,
    wrong: bool,
}

/// The blocks that are objects of a cluster: not those that say why they are not run.
fn blocks() -> (Vec<Block>, BTreeSet<String>) {
    let course = files::content();
    let (mut blocks, mut namespaces) = (Vec::new(), BTreeSet::new());
    for page in course.list().into_iter().filter(|path| path.ends_with(".md")) {
        let document = lesson::parse(&course.read(&page).unwrap());
        for code in document.code().into_iter().filter(|code| matches!(code.language.as_str(), "yaml" | "yml")) {
            let attribute = |name: &str| code.attribute(name).is_some();
            let nodes = yaml::parse(&page, &code.text).unwrap_or_default();
            let objects: Vec<_> = nodes.iter().map(yaml::Node::json).collect();
            let wrong = attribute("wrong");
            // A part of an object is shown to be read.
            if attribute("run") || (!wrong && objects.iter().all(|object| object.get("kind").is_none())) {
                continue;
            }
            let within = objects.iter().filter_map(|object| object["metadata"]["namespace"].as_str());
            namespaces.extend(within.map(str::to_owned));
            let place = format!("{page}:{}", code.first_line);
            blocks.push(Block { place, text: code.text.clone(), wrong });
        }
    }
    (blocks, namespaces)
}

fn manifests() -> Outcome {
    let plane = own();
    let kubectl = harness::assets()?.program("kube-apiserver").ok_or("no API server")?.with_file_name("kubectl");
    let (blocks, namespaces) = blocks();
    for namespace in namespaces.iter().filter(|name| !name.starts_with("kube-") && *name != "default") {
        let (made, said) = run(&kubectl, &plane.kubeconfig(), &["create", "namespace", namespace], "")?;
        if !made {
            return Err(said.into());
        }
    }
    let mut failures = Vec::new();
    for block in &blocks {
        let arguments = ["apply", "--dry-run=server", "-f", "-"];
        let (taken, said) = run(&kubectl, &plane.kubeconfig(), &arguments, &block.text)?;
        if taken == block.wrong {
            let word = if taken { "it is taken, and said to be wrong" } else { said.trim() };
            failures.push(format!("{}: {word}", block.place));
        }
    }
    println!("{} manifests, {} wrong", blocks.len(), blocks.iter().filter(|block| block.wrong).count());
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n").into()) }
}

fn run(kubectl: &Path, kubeconfig: &Path, arguments: &[&str], input: &str) -> Result<(bool, String), Failed> {
    let mut command = Command::new(kubectl);
    command.arg("--kubeconfig").arg(kubeconfig).args(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    child.stdin.take().ok_or("no input")?.write_all(input.as_bytes())?;
    let output = child.wait_with_output()?;
    Ok((output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned()))
}
