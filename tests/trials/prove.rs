//! `author test`: a good lab is proven, and each way a lab may be wrong is found.

use std::path::Path;

use jotasu::cluster::{self, Failure, Proof, Proofs, Step};
use jotasu::files::Tree;
use jotasu::lab::{self, Action, Lab};
use libtest_mimic::Failed;
use serde_json::json;

use crate::harness::{Needs, Outcome, Planned, alone};

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    let mut trials = vec![alone("prove::a_good_lab_is_proven_and_known_until_it_changes", Needs::Workloads, good)];
    for mistaken in MISTAKEN {
        trials.push(alone(&format!("prove::{}_is_found", mistaken.name), Needs::Workloads, || wrong(mistaken)));
    }
    trials
}

/// A lab that is wrong in ways that only a proof finds, each in another place.
struct Mistaken {
    name: &'static str,
    /// File, words in it (none: the whole file), what stands there instead.
    edits: &'static [(&'static str, &'static str, &'static str)],
    /// True when the setup makes something that nobody owns; loading such a lab is refused.
    litters: bool,
    /// What must be said, and of which step; nothing else may be.
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
const MISTAKEN: &[Mistaken] = &[
    // Every new namespace has such a ConfigMap: passed at once, in an empty namespace, whatever the learner does.
    Mistaken {
        name: "a_check_that_passes_on_an_empty_namespace",
        edits: &[("lab.yaml", "name: settings}\n    match: {data: {color: blue}}", "name: kube-root-ca.crt}")],
        litters: false,
        said: &[("준비한 뒤", "settings: 통과하면 안 되는데"), ("풀이 01", "settings: 통과하면 안 되는데"), ("빈 네임스페이스", "settings: 통과하면 안 되는데"), ("wrong/red", "settings: 통과하면 안 되는데")],
    },
    Mistaken {
        name: "a_step_that_turns_what_it_does_not_name_and_one_that_does_not_turn_what_it_names",
        edits: &[
            ("solution/01-settings.yaml", "do:\n", "do:\n- apply: {apiVersion: v1, kind: ConfigMap, metadata: {name: more, namespace: small-shop}}\n"),
            ("solution/02-web.yaml", "replicas: 2", "replicas: 1"),
        ],
        litters: false,
        said: &[("풀이 01", "more: 이 단계에 적혀 있지 않아"), ("풀이 02", "more: 통과하면 안 되는데"), ("풀이 02", "web: 통과해야 하는데"), ("풀이가 모든", "web: 풀이의 어느 단계도"), ("mutations", "web: 가만히 있을 때")],
    },
    Mistaken {
        name: "a_step_that_undoes_an_earlier_one_and_a_way_wrong_or_right_that_is_not",
        edits: &[
            ("solution/02-web.yaml", "do:\n", "do:\n- delete: {target: {apiVersion: v1, kind: ConfigMap, namespace: small-shop, name: settings}}\n"),
            ("wrong/red.yaml", "color: red", "color: blue"),
            ("right/other.yaml", "", "after: 1\nturns: [web]\nbecause: StatefulSet도 돼요.\ndo:\n- apply: {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: web, namespace: small-shop}, spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: 'nginx:1.29'}]}}}}\n"),
        ],
        litters: false,
        said: &[("풀이 02", "settings: 그대로 통과여야 하는데"), ("wrong/red", "settings: 통과하면 안 되는데"), ("right/other", "web: 통과해야 하는데")],
    },
    // A check that says it reads the color and takes any, and one that nobody can violate.
    Mistaken {
        name: "a_check_that_verifies_less_than_it_says",
        edits: &[("lab.yaml", "    match: {data: {color: blue}}\n", "    match: {data: {color: {$regex: '.*'}}}\n    cel: [{expr: \"has(object.data) || object.data.color == 'blue'\"}]\n")],
        litters: false,
        said: &[("wrong/red", "settings: 통과하면 안 되는데"), ("mutations", "settings: data.color를 망가뜨려도(값 바꾸기) 통과해요"), ("mutations", "settings: data.color를 망가뜨려도(값 바꾸기) 통과해요")],
    },
    // It would stay when the lab is stopped, so it is not even made: neither loading nor the engine lets it.
    Mistaken {
        name: "litter",
        edits: &[],
        litters: true,
        said: &[("준비한 뒤", "PersistentVolume small-litter"), ("wrong/red", "PersistentVolume small-litter"), ("reset", "PersistentVolume small-litter")],
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
  - name: more
    title: 설정이 하나 더 있음
    resource: {apiVersion: v1, kind: ConfigMap, namespace: small-shop, name: more}
";
const SETUP: &str = "{apiVersion: v1, kind: Namespace, metadata: {name: small-shop}}\n";
const SETTINGS: &str = "\
turns: [settings]
do:
- apply: {apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: small-shop}, data: {color: blue}}
";
const WEB: &str = "\
turns: [web, more]
do:
- apply: {apiVersion: v1, kind: ConfigMap, metadata: {name: more, namespace: small-shop}}
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

fn load(folder: &Path, replaced: &[(&str, String)]) -> Result<Lab, Failed> {
    write(folder, replaced)?;
    let (lab, problems) = lab::load(&Tree::Folder(folder.into()), "small");
    lab.ok_or_else(|| format!("{problems:?}").into())
}

fn good() -> Outcome {
    let (labs, folder) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let proofs = Proofs::at(folder.path().join("proofs"));
    let lab = load(labs.path(), &[])?;
    assert_eq!(proofs.known(&lab), None);
    let proof = cluster::prove(&lab, 2, &mut |_| {})?;
    expect(&proof, &[])?;
    proofs.keep(&lab, &proof)?;
    assert!(proofs.known(&lab).is_some());
    let other = load(labs.path(), &[("wrong/red.yaml", WRONG.replace("because: 색이", "because: 빛깔이"))])?;
    assert_eq!(proofs.known(&other), None);
    let failed = Step { name: String::new(), took: proof.took, failures: vec![Failure::NoSymptom], caught: vec![] };
    proofs.keep(&lab, &Proof { steps: vec![failed], took: proof.took })?;
    assert_eq!(proofs.known(&lab), None);
    Ok(())
}

fn wrong(mistaken: &Mistaken) -> Outcome {
    let edited = mistaken.edits.iter().map(|(file, from, to)| {
        let text = FILES.iter().find(|(name, _)| name == file).map_or("", |(_, text)| text);
        let edited = if from.is_empty() { (*to).to_owned() } else { text.replace(from, to) };
        assert_ne!(edited, text);
        (*file, edited)
    });
    let folder = tempfile::tempdir()?;
    let mut lab = load(folder.path(), &edited.collect::<Vec<_>>())?;
    if mistaken.litters {
        lab.setup.push(Action::Apply(vec![json!({
            "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "small-litter"},
            "spec": {"capacity": {"storage": "1Mi"}, "accessModes": ["ReadWriteOnce"], "nfs": {"server": "localhost", "path": "/"}},
        })]));
    }
    expect(&cluster::prove(&lab, 2, &mut |_| {})?, mistaken.said)
}

/// Steps that fail so, and no others.
fn expect(proof: &Proof, expected: &[(&str, &str)]) -> Outcome {
    let of =
        |step: &Step| step.failures.iter().map(|failure| (step.name.clone(), failure.to_string())).collect::<Vec<_>>();
    let failures: Vec<(String, String)> = proof.steps.iter().flat_map(of).collect();
    let said =
        |(step, words): &(&str, &str)| failures.iter().any(|(at, text)| at.contains(step) && text.contains(words));
    if failures.len() == expected.len() && expected.iter().all(said) && proof.holds() == expected.is_empty() {
        Ok(())
    } else {
        Err(format!("{failures:#?}").into())
    }
}
