//! `author test`: a good lab is proven, and each way a lab may be wrong is found.

use std::path::Path;

use jotasu::cluster;
use jotasu::files::Tree;
use jotasu::lab;
use libtest_mimic::Failed;

use crate::harness::{Needs, Outcome, Planned, alone};

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    vec![
        alone("prove::a_good_lab_is_proven", Needs::Workloads, || check(&[], &[])),
        alone("prove::what_a_lab_gets_wrong_is_found", Needs::Workloads, mistakes),
    ]
}

const LAB: &str = "\
apiVersion: jotasu.dev/v1alpha1
kind: Lab
metadata: {name: small}
spec:
  title: 작은 실습
  minutes: 5
  owns: {namespaces: [small-shop]}
  setup: [{apply: setup/*.yaml}]
  checks:
  - name: web
    title: 웹 Pod 2개가 준비됨
    within: 60s
    resource: {apiVersion: apps/v1, kind: Deployment, namespace: small-shop, name: web}
    ready: true
    match: {spec: {replicas: 2}}
  - name: settings
    title: ConfigMap이 있음
    resource: {apiVersion: v1, kind: ConfigMap, namespace: small-shop, name: settings}
    match: {data: {color: blue}}
";
const SETUP: &str = "{apiVersion: v1, kind: Namespace, metadata: {name: small-shop}}\n";
const SETTINGS: &str = "\
turns: [settings]
do:
- apply: {apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: small-shop}, data: {color: blue}}
";
const WEB: &str = "\
turns: [web]
do:
- apply:
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: small-shop}
    spec:
      replicas: 2
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: web, image: 'nginx:1.29'}]}
";
const WRONG: &str = "\
after: 1
red: [settings]
because: 색이 달라요.
do:
- patch:
    target: {apiVersion: v1, kind: ConfigMap, namespace: small-shop, name: settings}
    type: merge
    body: {data: {color: red}}
";

/// The lab with some files replaced.
fn write(folder: &Path, replaced: &[(&str, String)]) -> Outcome {
    let files = [
        ("lab.yaml", LAB),
        ("setup/namespace.yaml", SETUP),
        ("solution/01-settings.yaml", SETTINGS),
        ("solution/02-web.yaml", WEB),
        ("wrong/red.yaml", WRONG),
        ("images.txt", "nginx:1.29\n"),
    ];
    for (name, text) in files {
        let text = replaced.iter().find(|(other, _)| *other == name).map_or(text, |(_, text)| text);
        let path = folder.join("small").join(name);
        std::fs::create_dir_all(path.parent().ok_or("no folder")?)?;
        std::fs::write(path, text)?;
    }
    Ok(())
}

/// Proves the lab with some files replaced, and expects failures that say so.
fn check(replaced: &[(&str, String)], expected: &[&str]) -> Outcome {
    let folder = tempfile::tempdir()?;
    write(folder.path(), replaced)?;
    let (lab, problems) = lab::load(&Tree::Folder(folder.path().into()), "small");
    let lab = lab.ok_or_else(|| Failed::from(format!("{problems:?}")))?;
    let proof = cluster::prove(&lab, 2, &mut |step| println!("{step}"))?;
    let failures: Vec<String> =
        proof.steps.iter().flat_map(|step| &step.failures).map(std::string::ToString::to_string).collect();
    let found = failures.len() == expected.len()
        && expected.iter().all(|words| failures.iter().any(|failure| failure.contains(words)));
    if found && proof.holds() == expected.is_empty() { Ok(()) } else { Err(format!("{failures:#?}").into()) }
}

fn mistakes() -> Outcome {
    let replaced = [
        // Passes in an empty namespace, and from the start.
        ("lab.yaml", LAB.replace("name: settings}\n    match: {data: {color: blue}}", "name: kube-root-ca.crt}")),
        // A wrong way that is none.
        ("wrong/red.yaml", WRONG.replace("red: [settings]", "red: [settings]").replace("color: red", "color: blue")),
    ];
    check(&replaced, &["통과하면 안 되는데", "통과하면 안 되는데", "통과하면 안 되는데", "통과하면 안 되는데"])
}
