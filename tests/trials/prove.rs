//! `author test`: a good lab is proven, and each way a lab may be wrong is found.

use std::path::Path;

use jotasu::cluster::{self, Failure, Proof, Proofs, Step};
use jotasu::files::Tree;
use jotasu::lab::{self, Lab};
use libtest_mimic::Failed;

use crate::harness::{Needs, Outcome, Planned, alone};

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    let mut trials = vec![
        alone("prove::a_good_lab_is_proven", Needs::Workloads, || check(&[], &[])),
        alone("prove::a_proof_is_believed_until_the_lab_changes", Needs::Workloads, kept),
    ];
    for mistake in MISTAKES {
        trials.push(alone(&format!("prove::{}_is_found", mistake.name), Needs::Workloads, || {
            let (file, from, to) = mistake.edit;
            let text = FILES.iter().find(|(name, _)| *name == file).map_or("", |(_, text)| text);
            let edited = if from.is_empty() { to.to_owned() } else { text.replace(from, to) };
            assert_ne!(edited, text);
            check(&[(file, edited)], mistake.said)
        }));
    }
    trials
}

/// One way for a lab to be wrong that only a proof finds.
struct Mistake {
    name: &'static str,
    /// File, words in it (none: the whole file), what stands there instead.
    edit: (&'static str, &'static str, &'static str),
    /// What must be said, in this order of steps; nothing else may be.
    said: &'static [(&'static str, &'static str)],
}

const FILES: [(&str, &str); 6] = [
    ("lab.yaml", LAB),
    ("setup/namespace.yaml", SETUP),
    ("solution/01-settings.yaml", SETTINGS),
    ("solution/02-web.yaml", WEB),
    ("wrong/red.yaml", WRONG),
    ("images.txt", "nginx:1.29\n"),
];

#[rustfmt::skip]
const MISTAKES: &[Mistake] = &[
    // Every new namespace has one: passed at once, and in an empty namespace, and whatever the learner does.
    Mistake {
        name: "a_check_that_passes_on_an_empty_namespace",
        edit: ("lab.yaml", "name: settings}\n    match: {data: {color: blue}}", "name: kube-root-ca.crt}"),
        said: &[("준비한 뒤", "settings: 통과하면 안 되는데"), ("풀이 01", "settings: 통과하면 안 되는데"), ("빈 네임스페이스", "settings: 통과하면 안 되는데"), ("wrong/red", "settings: 통과하면 안 되는데")],
    },
    Mistake {
        name: "a_step_that_turns_a_check_it_does_not_name",
        edit: ("solution/01-settings.yaml", "do:\n", "do:\n- apply: {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: small-shop}, spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: 'nginx:1.29'}]}}}}\n"),
        said: &[("풀이 01", "web: 이 단계에 적혀 있지 않아"), ("풀이 02", "web: 통과하면 안 되는데")],
    },
    Mistake {
        name: "a_step_that_does_not_turn_what_it_names",
        edit: ("solution/02-web.yaml", "replicas: 2", "replicas: 1"),
        said: &[("풀이 02", "web: 통과해야 하는데"), ("풀이가 모든", "web: 풀이의 어느 단계도")],
    },
    Mistake {
        name: "a_step_that_undoes_an_earlier_one",
        edit: ("solution/02-web.yaml", "do:\n", "do:\n- delete: {target: {apiVersion: v1, kind: ConfigMap, namespace: small-shop, name: settings}}\n"),
        said: &[("풀이 02", "settings: 그대로 통과여야 하는데")],
    },
    Mistake {
        name: "a_wrong_way_that_passes",
        edit: ("wrong/red.yaml", "color: red", "color: blue"),
        said: &[("wrong/red", "settings: 통과하면 안 되는데")],
    },
    Mistake {
        name: "a_right_way_that_fails",
        edit: ("right/other.yaml", "", "after: 1\nturns: [web]\nbecause: StatefulSet도 돼요.\ndo:\n- apply: {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: web, namespace: small-shop}, spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: 'nginx:1.29'}]}}}}\n"),
        said: &[("right/other", "web: 통과해야 하는데")],
    },
    // An object of the learner's namespace makes another outside of it; nobody owns that.
    Mistake {
        name: "something_left_behind",
        edit: ("setup/left.yaml", "", "{apiVersion: v1, kind: PersistentVolume, metadata: {name: small-left, labels: {app.kubernetes.io/managed-by: jotasu}}, spec: {capacity: {storage: 1Mi}, accessModes: [ReadWriteOnce], nfs: {server: localhost, path: /}}}\n"),
        said: &[("stop", "small-left")],
    },
];

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
    let kept = FILES.iter().map(|(name, text)| (*name, (*text).to_owned()));
    for (name, text) in kept.chain(replaced.iter().cloned()) {
        let path = folder.join("small").join(name);
        std::fs::create_dir_all(path.parent().ok_or("no folder")?)?;
        std::fs::write(path, text)?;
    }
    Ok(())
}

/// Proves the lab with some files replaced, and expects steps that fail so, and no others.
fn check(replaced: &[(&str, String)], expected: &[(&str, &str)]) -> Outcome {
    let folder = tempfile::tempdir()?;
    let proof = cluster::prove(&load(folder.path(), replaced)?, 2, &mut |_| {})?;
    let failures: Vec<(String, String)> = proof
        .steps
        .iter()
        .flat_map(|step| step.failures.iter().map(|failure| (step.name.clone(), failure.to_string())))
        .collect();
    let said =
        |(step, words): &(&str, &str)| failures.iter().any(|(at, text)| at.contains(step) && text.contains(words));
    if failures.len() == expected.len() && expected.iter().all(said) && proof.holds() == expected.is_empty() {
        Ok(())
    } else {
        Err(format!("{failures:#?}").into())
    }
}

fn load(folder: &Path, replaced: &[(&str, String)]) -> Result<Lab, Failed> {
    write(folder, replaced)?;
    let (lab, problems) = lab::load(&Tree::Folder(folder.into()), "small");
    lab.ok_or_else(|| format!("{problems:?}").into())
}

fn kept() -> Outcome {
    let (labs, folder) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let proofs = Proofs::at(folder.path().join("proofs"));
    let lab = load(labs.path(), &[])?;
    assert_eq!(proofs.known(&lab), None);
    let proof = cluster::prove(&lab, 4, &mut |_| {})?;
    proofs.keep(&lab, &proof)?;
    assert!(proofs.known(&lab).is_some());
    let other = load(labs.path(), &[("wrong/red.yaml", WRONG.replace("because: 색이", "because: 빛깔이"))])?;
    assert_eq!(proofs.known(&other), None);
    let broken = Proof {
        steps: vec![Step { name: String::new(), took: proof.took, failures: vec![Failure::NoSymptom] }],
        ..proof
    };
    proofs.keep(&lab, &broken)?;
    assert_eq!(proofs.known(&lab), None);
    Ok(())
}
