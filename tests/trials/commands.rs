//! The `lab` and `cluster` commands as a learner runs them: one process each, against a control plane.

use std::path::Path;
use std::process::Child;

use kube::api::PostParams;
use libtest_mimic::Failed;
use serde_json::{Value, json};

use crate::harness::{Needs, Outcome, Planned, alone, eventually, own, runtime, shared, trial};
use crate::learner::{ENDLESS, Learner, QUICK, end, line, signal};
use crate::space::{Space, client};
use crate::terminal::Terminal;

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    vec![
        trial("commands::a_lab_is_refused_allowed_done_and_stopped", Needs::Workloads, whole),
        trial("commands::a_watch_ends_with_a_signal_or_without_a_reader", Needs::Api, watches),
        trial("commands::nothing_is_made_or_removed_without_a_yes", Needs::Api, asked),
        trial("commands::a_namespace_of_somebody_else_is_left_alone", Needs::Api, foreign),
        trial("commands::an_interrupted_start_leaves_nothing", Needs::Workloads, interrupted),
        trial("commands::a_killed_start_is_cleaned_up_by_stop", Needs::Workloads, killed),
        trial("commands::what_only_a_person_can_tell_is_marked", Needs::Workloads, marked),
        alone("commands::the_lab_of_the_course_is_solved_step_by_step", Needs::Workloads, course),
    ]
}

/// A name for the lab's own namespace.
fn named(space: &Space) -> String {
    format!("{}-lab", space.name)
}

async fn exists(space: &Space, namespace: &str) -> Result<bool, Failed> {
    Ok(space
        .cluster_api("v1", "Namespace")
        .get_opt(namespace)
        .await?
        .is_some_and(|n| n.metadata.deletion_timestamp.is_none()))
}

/// The keys of every verdict are those of lab-format.md, and their words too.
fn report(text: &str, lab: &str) -> Vec<(String, String)> {
    let report: Value = serde_json::from_str(text).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(
        (keys(&report).as_str(), &report["schema"], &report["lab"]),
        ("schema lab verdicts invariants", &json!(1), &json!(lab))
    );
    let verdicts = report["verdicts"].as_array().unwrap();
    let invariants = report["invariants"].as_array().unwrap();
    let words = ["passed", "waiting", "progressing", "failed", "blocked", "unknown"];
    for verdict in verdicts.iter().chain(invariants) {
        assert_eq!(
            keys(verdict),
            "check title step level verdict cause expected actual where why next near change since"
        );
        assert!(words.contains(&verdict["verdict"].as_str().unwrap()), "{verdict}");
    }
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    verdicts.iter().map(|verdict| (text(&verdict["check"]), text(&verdict["verdict"]))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(check, verdict)| ((*check).to_owned(), (*verdict).to_owned())).collect()
}

async fn whole(space: Space) -> Outcome {
    let namespace = named(&space);
    let stranger = Learner::new(shared());
    let kubeconfig = std::fs::read(&stranger.kubeconfig)?;
    let refused = stranger.says(&["lab", "check", "w3-d2-lab1"], 3);
    assert!(refused.err.contains("[[allow]]") && refused.err.contains("cluster-uid = "), "{refused:?}");
    stranger.says(&["cluster", "allow"], 2);
    stranger.says(&["lab", "check", "w3-d2-lab1"], 3);

    let learner = Learner::small(shared(), &namespace, QUICK);
    assert!(learner.says(&["cluster", "allow", "--yes"], 0).out.contains("이미"));
    assert!(learner.says(&["lab", "check", "small"], 3).err.contains("jotasu lab start small"));
    assert!(learner.says(&["lab", "reset", "small", "--yes"], 3).err.contains("시작하지 않은"));
    assert!(learner.says(&["lab", "stop", "small", "--yes"], 0).out.contains("아무것도 지우지 않았어요"));
    assert!(learner.says(&["lab", "start", "small"], 2).err.contains("--yes"));
    assert!(!exists(&space, &namespace).await?);

    let started = learner.says(&["lab", "start", "small", "--yes"], 0);
    assert!(
        started.out.contains(&format!("Namespace {namespace}")) && started.out.contains("시작했어요"),
        "{started:?}"
    );
    assert!(learner.says(&["lab", "start", "small", "--yes"], 0).out.contains("이미 하고 있는"));
    let again = learner.says(&["lab", "start", "small", "--yes", "-o", "json"], 0);
    assert_eq!(report(&again.out, "small"), pairs(&[("done", "waiting"), ("word", "blocked")]));

    let checked = learner.says(&["lab", "check", "small", "-o", "json"], 1);
    assert_eq!(report(&checked.out, "small"), pairs(&[("done", "waiting"), ("word", "blocked")]));
    assert!(learner.says(&["lab", "hint", "small", "done"], 0).out.contains("첫 힌트"));
    assert!(learner.says(&["lab", "hint", "small", "done"], 0).out.contains("둘째 힌트"));
    assert!(learner.says(&["lab", "hint", "small", "done"], 0).out.contains("둘째 힌트"));
    assert!(learner.says(&["lab", "hint", "small", "dnoe"], 2).err.contains("혹시 done인가요?"));

    assert!(learner.says(&["lab", "answer", "small", "word", "정답"], 1).out.contains("먼저 통과할"));
    let done = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "done", "namespace": namespace}, "data": {"word": "no"}});
    let inside = Space { name: namespace.clone(), ..space.clone() };
    inside.apply(done.clone()).await?;
    let failed = learner.says(&["lab", "check", "small", "-o", "json"], 1);
    assert_eq!(report(&failed.out, "small")[0].1, "failed");
    let first = serde_json::from_str::<Value>(&failed.out)?["verdicts"][0].clone();
    for part in ["expected", "actual", "where", "next"] {
        assert!(first[part].is_string(), "{part}: {first}");
    }
    let text = learner.says(&["lab", "check", "small"], 1).out;
    assert!(text.contains("✗ ConfigMap done이 있음") && text.contains("지금"), "{text}");
    let mut right = done;
    right["data"]["word"] = json!("yes");
    inside.apply(right).await?;
    learner.says(&["lab", "check", "small"], 0);
    assert!(learner.says(&["lab", "answer", "small", "word", "오답"], 1).out.contains("아직 아니에요"));
    assert!(learner.says(&["lab", "answer", "small", "word", "정답"], 0).out.contains("맞았어요"));
    assert!(learner.says(&["lab", "answer", "small", "word", "오답"], 1).out.contains("아직 아니에요"));
    learner.says(&["lab", "check", "small"], 1);

    learner.says(&["lab", "reset", "small", "--yes"], 0);
    assert!(inside.get("v1", "ConfigMap", "done").await.is_err());
    learner.says(&["lab", "solve", "small", "--to", "7", "--yes"], 2);
    learner.says(&["lab", "solve", "small", "--to", "1", "--yes"], 0);
    learner.says(&["lab", "check", "small"], 0);
    assert!(learner.says(&["progress", "show"], 0).out.contains("2/2"));
    let stopped = learner.says(&["lab", "stop", "small", "--yes", "-o", "json"], 0);
    assert_eq!(report(&stopped.out, "small"), []);
    gone(&space, &namespace).await?;
    assert_eq!((std::fs::read(&learner.kubeconfig)?, learner.state().exists()), (kubeconfig, false));
    Ok(())
}

async fn watches(space: Space) -> Outcome {
    let namespace = named(&space);
    let learner = Learner::small(shared(), &namespace, QUICK);
    learner.says(&["lab", "start", "small", "--yes"], 0);
    for name in ["-INT", "-TERM"] {
        let (child, mut output) = learner.begins(&["lab", "watch", "small", "-o", "json"]);
        report(&line(&mut output), "small");
        signal(&child, name);
        assert_eq!(end(child)?, (Some(1), String::new()), "{name}");
    }
    let (child, mut output) = learner.begins(&["lab", "watch", "small", "-o", "json"]);
    line(&mut output);
    drop(output);
    assert_eq!(end(child)?, (Some(1), String::new()), "nobody reads");

    let (child, mut output) = learner.begins(&["lab", "watch", "small", "-o", "json"]);
    let inside = Space { name: namespace, ..space };
    inside.apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "done", "namespace": inside.name}, "data": {"word": "yes"}})).await?;
    while report(&line(&mut output), "small")[0].1 != "passed" {}
    learner.says(&["lab", "stop", "small", "--yes"], 0);
    signal(&child, "-INT");
    end(child)?;
    assert!(!learner.state().exists(), "a watch does not bring a stopped lab back");
    Ok(())
}

async fn asked(space: Space) -> Outcome {
    let namespace = named(&space);
    let learner = Learner::small(shared(), &namespace, QUICK);
    let answered = |verb: &str, question: &str, keys: &str| {
        let (home, labs) = (learner.folder.path().join("home"), learner.folder.path().join("labs"));
        let [home, labs, kubeconfig] =
            [&home, &labs, &learner.kubeconfig].map(|path| path.to_str().unwrap().to_owned());
        let options = ["--home", &home, "--kubeconfig", &kubeconfig, "--labs", &labs, "--trust", &learner.trust];
        let arguments: Vec<&str> = options.into_iter().chain(["lab", verb, "small"]).collect();
        let program = Path::new(env!("CARGO_BIN_EXE_jotasu"));
        let mut terminal = Terminal::open(program, &arguments, &[], 100, 30);
        terminal.shows(&namespace);
        terminal.shows(question);
        terminal.type_keys(keys);
        terminal.ends()
    };
    assert!(!answered("start", "시작할까요? [y/N]", "n\r"));
    assert!(!answered("start", "시작할까요? [y/N]", "\x03"));
    assert!(!exists(&space, &namespace).await?);
    assert!(answered("start", "시작할까요? [y/N]", "ㅛ\r"));
    assert!(!answered("stop", "지울까요? [y/N]", "\r"));
    assert!(exists(&space, &namespace).await?);
    assert!(answered("stop", "지울까요? [y/N]", "y\r"));
    gone(&space, &namespace).await
}

async fn marked(_: Space) -> Outcome {
    let learner = Learner::of(shared(), "asked", &[]);
    assert!(learner.says(&["lab", "mark", "asked", "explained"], 3).err.contains("jotasu lab start asked"));
    learner.says(&["lab", "start", "asked", "--yes"], 0);
    let stands = |verdict: &str| {
        let said = learner.says(&["lab", "check", "asked", "-o", "json"], 1);
        let all = report(&said.out, "asked");
        assert!(all.contains(&("explained".to_owned(), verdict.to_owned())), "{all:?}");
    };
    stands("waiting");
    assert!(learner.says(&["lab", "mark", "asked", "explained"], 0).out.contains("표시했어요"));
    stands("passed");
    assert!(learner.says(&["lab", "mark", "asked", "explained", "--clear"], 0).out.contains("지웠어요"));
    stands("waiting");
    assert!(learner.says(&["lab", "mark", "asked", "api-ready"], 2).err.contains("직접 표시하는 확인"));
    learner.says(&["lab", "stop", "asked", "--yes"], 0);
    Ok(())
}

async fn foreign(space: Space) -> Outcome {
    let namespace = named(&space);
    let theirs =
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": {"of": "others"}}});
    let api = space.cluster_api("v1", "Namespace");
    api.create(&PostParams::default(), &serde_json::from_value(theirs)?).await?;
    let before = api.get(&namespace).await?;
    let learner = Learner::small(shared(), &namespace, QUICK);
    let refused = learner.says(&["lab", "start", "small", "--yes"], 3);
    assert!(refused.err.contains(&namespace), "{refused:?}");
    assert!(!learner.state().exists());
    learner.says(&["lab", "stop", "small", "--yes"], 0);
    assert_eq!(api.get(&namespace).await?.metadata.resource_version, before.metadata.resource_version);
    api.delete(&namespace, &Default::default()).await?;
    Ok(())
}

/// Begins a start that does not end by itself, and gives it when its namespace is there.
async fn endless(space: &Space, learner: &Learner, namespace: &str) -> Result<Child, Failed> {
    let (child, mut output) = learner.begins(&["lab", "start", "small", "--yes"]);
    while !line(&mut output).contains("적용") {}
    assert!(exists(space, namespace).await?);
    // Nobody reads on; that must end nothing.
    drop(output);
    Ok(child)
}

async fn gone(space: &Space, namespace: &str) -> Outcome {
    eventually("the namespace to go", || async {
        match exists(space, namespace).await {
            Ok(false) => Ok(()),
            Ok(true) => Err("it is there".to_owned()),
            Err(error) => Err(format!("{error:?}")),
        }
    })
    .await
}

async fn interrupted(space: Space) -> Outcome {
    let namespace = named(&space);
    let learner = Learner::small(shared(), &namespace, ENDLESS);
    let child = endless(&space, &learner, &namespace).await?;
    signal(&child, "-INT");
    let (code, said) = end(child)?;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("만든 것을 모두 지웠어요"), "{said}");
    gone(&space, &namespace).await?;
    assert!(!learner.state().exists());
    learner.says(&["lab", "check", "small"], 3);
    Ok(())
}

async fn killed(space: Space) -> Outcome {
    let namespace = named(&space);
    let learner = Learner::small(shared(), &namespace, ENDLESS);
    let mut child = endless(&space, &learner, &namespace).await?;
    child.kill()?;
    child.wait()?;
    assert!(exists(&space, &namespace).await?);
    assert!(learner.says(&["lab", "check", "small"], 3).err.contains("jotasu"));
    let stopped = learner.says(&["lab", "stop", "small", "--yes"], 0);
    assert!(stopped.out.contains("모두 지웠어요"), "{stopped:?}");
    gone(&space, &namespace).await?;
    assert!(!learner.state().exists());
    Ok(())
}

fn course() -> Outcome {
    let plane = own();
    let learner = Learner::new(&plane);
    learner.says(&["cluster", "allow", "--yes"], 0);
    learner.says(&["lab", "start", "w3-d2-l1", "--yes"], 0);
    learner.says(&["lab", "solve", "w3-d2-lab1", "--to", "16", "--yes"], 0);
    let checked = learner.says(&["lab", "check", "w3-d2-lab1", "-o", "json"], 0);
    let open: Vec<_> =
        report(&checked.out, "w3-d2-lab1").into_iter().filter(|(_, verdict)| verdict != "passed").collect();
    assert_eq!(open, pairs(&[("explain-safety", "waiting")]), "only what a person must tell is open");
    learner.says(&["lab", "stop", "w3-d2-lab1", "--yes"], 0);
    runtime().block_on(async {
        let client = client(Path::new(&plane.kubeconfig())).await?;
        let space = Space { client, name: "shop".into(), kubeconfig: plane.kubeconfig() };
        gone(&space, "shop").await?;
        gone(&space, "jotasu-system").await
    })
}
