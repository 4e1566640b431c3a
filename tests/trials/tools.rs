//! The learner's tools on a real API server: hints chosen by state, the solution step by step, undoing, debriefs, a timed
//! challenge from its start to its review, and that a challenge gives nothing away.

use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{Needs, Outcome, Planned, alone, eventually, own, runtime, shared, trial};
use crate::learner::{Learner, end, line, signal};
use crate::space::{Space, client};

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    vec![
        trial("tools::a_hint_is_chosen_by_state_and_paid_for", Needs::Api, hints),
        trial("tools::a_challenge_gives_nothing_away", Needs::Api, symptom),
        trial("tools::an_exam_says_verdicts_alone", Needs::Api, exam),
        trial("tools::the_solution_is_shown_and_done_step_by_step", Needs::Api, solution),
        trial("tools::a_timed_challenge_from_start_to_review", Needs::Api, timed),
        trial("tools::a_watch_is_one_line_a_change_and_codes_are_kept", Needs::Api, headless),
        trial("tools::a_trigger_is_pulled_on_a_word_and_undone", Needs::Api, trigger),
        trial("tools::a_trigger_of_a_killed_program_is_undone", Needs::Api, killed_trigger),
        alone("tools::undo_goes_back_to_the_last_green_moment", Needs::Workloads, undo),
    ]
}

fn leaky(space: &Space, explain: &str) -> (Learner, Space) {
    let namespace = format!("{}-lab", space.name);
    let learner = Learner::of(shared(), "leaky", &[("NAMESPACE", &namespace), ("EXPLAIN", explain)]);
    (learner, Space { name: namespace, ..space.clone() })
}

async fn sign(inside: &Space, open: &str) -> Outcome {
    inside
        .apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "shop", "namespace": inside.name}, "data": {"open": open}}))
        .await?;
    Ok(())
}

async fn hints(space: Space) -> Outcome {
    let (learner, inside) = leaky(&space, "full");
    let hint =
        |more: &[&str], code: i32| learner.says(&[&["lab", "hint", "leaky", "shop-open"][..], more].concat(), code);
    let before = hint(&[], 0);
    assert!(before.err.contains("지금 상태에 맞는 힌트") && before.out.contains("data.open"), "{before:?}");
    learner.says(&["lab", "start", "leaky", "--yes"], 0);
    // What was reached before is shown again; the level below is there by now, chosen by state.
    let first = hint(&["--level", "1"], 0).out;
    assert!(first.contains("no로 걸려") && !first.contains("maybe"), "{first}");
    sign(&inside, "maybe").await?;
    let first = hint(&["--level", "1"], 0).out;
    assert!(first.contains("maybe라고") && !first.contains("no로"), "{first}");
    assert!(hint(&["--level", "3"], 2).err.contains("3단계 힌트가 없어요"));
    learner.says(&["lab", "stop", "leaky", "--yes"], 0);

    let (learner, inside) = leaky(&space, "symptom");
    learner.says(&["lab", "start", "leaky", "--yes"], 0);
    learner.says(&["lab", "check", "leaky"], 1);
    sign(&inside, "maybe").await?;
    let hint =
        |more: &[&str], code: i32| learner.says(&[&["lab", "hint", "leaky", "shop-open"][..], more].concat(), code);
    let refused = hint(&[], 2);
    assert!(refused.out.contains("10%") && !refused.out.contains("maybe"), "the cost is said before: {refused:?}");
    assert!(hint(&["--level", "2", "--yes"], 2).err.contains("하나씩"));
    assert!(hint(&["--yes"], 0).out.contains("maybe라고"));
    let checked = learner.says(&["lab", "check", "leaky"], 1).out;
    assert!(checked.contains("볼 것") && checked.contains("get configmap shop"), "the rest is paid for too: {checked}");
    // A check without an author's hint tells why for a hint.
    assert!(learner.says(&["lab", "hint", "leaky", "stock-full", "--yes"], 0).out.contains("lab check leaky"));
    let record = learner.says(&["progress", "show", "-o", "json"], 0).out;
    assert!(record.contains("leaky"), "{record}");
    learner.says(&["lab", "stop", "leaky", "--yes"], 0);
    Ok(())
}

/// What a challenge must not give away.
const SECRETS: [&str; 6] = ["data.open", "get configmap", "maybe", "팻말", "볼 것", "까닭   "];

async fn symptom(space: Space) -> Outcome {
    let (learner, inside) = leaky(&space, "symptom");
    let log = learner.folder.path().join("log");
    learner.says(&["lab", "start", "leaky", "--yes"], 0);
    learner.says(&["lab", "check", "leaky"], 1);
    sign(&inside, "maybe").await?;
    for form in ["text", "json", "junit"] {
        let said = learner.says(&["lab", "check", "leaky", "-o", form, "--log", log.to_str().unwrap()], 1);
        for secret in SECRETS {
            assert!(!said.out.contains(secret) && !said.err.contains(secret), "{form}, {secret}: {said:?}");
        }
    }
    let report: Value = serde_json::from_str(&learner.says(&["lab", "check", "leaky", "-o", "json"], 1).out)?;
    let shop = &report["verdicts"][0];
    assert_eq!((&shop["verdict"], &shop["title"]), (&json!("failed"), &json!("손님이 가게에 들어감")));
    for part in ["cause", "expected", "actual", "where", "why", "next"] {
        assert!(shop[part].is_null(), "{part}: {shop}");
    }
    // It is green, and red again: what changed is not said either.
    let (child, mut output) = learner.begins(&["lab", "watch", "leaky"]);
    while !line(&mut output).contains("word") {}
    sign(&inside, "yes").await?;
    assert!(line(&mut output).contains("✓ 손님이 가게에 들어감"));
    sign(&inside, "maybe").await?;
    let red = line(&mut output);
    assert!(red.contains("✗ 손님이 가게에 들어감") && SECRETS.iter().all(|secret| !red.contains(secret)), "{red}");
    signal(&child, "-INT");
    end(child)?;
    let log = std::fs::read_to_string(log)?;
    assert!(SECRETS.iter().all(|secret| !log.contains(secret)), "{log}");
    learner.says(&["lab", "stop", "leaky", "--yes"], 0);
    Ok(())
}

async fn exam(space: Space) -> Outcome {
    let (learner, inside) = leaky(&space, "none");
    learner.says(&["lab", "start", "leaky", "--yes"], 0);
    learner.says(&["lab", "check", "leaky"], 1);
    sign(&inside, "maybe").await?;
    assert!(learner.says(&["lab", "hint", "leaky", "shop-open", "--yes"], 2).err.contains("시험"));
    assert!(learner.says(&["lab", "solve", "leaky", "--show", "--yes"], 2).err.contains("시험"));
    let checked = learner.says(&["lab", "check", "leaky"], 1).out;
    assert!(!checked.contains("지금") && checked.contains("✗ 손님이"), "{checked}");
    sign(&inside, "yes").await?;
    let passed = learner.says(&["lab", "check", "leaky"], 1).out;
    assert!(passed.contains("✓ 손님이") && !passed.contains("팻말은"), "no debrief: {passed}");
    learner.says(&["lab", "debrief", "leaky"], 2);
    learner.says(&["lab", "stop", "leaky", "--yes"], 0);
    Ok(())
}

async fn solution(space: Space) -> Outcome {
    let (learner, inside) = leaky(&space, "full");
    let shown = learner.says(&["lab", "solve", "leaky", "--to", "1", "--show", "--yes"], 0).out;
    let namespace = &inside.name;
    let patch =
        format!("kubectl -n {namespace} patch configmap shop --type=merge -p '{{\"data\":{{\"open\":\"yes\"}}}}'");
    assert!(shown.contains(&patch) && !shown.contains("stock-2"), "{shown}");
    assert!(learner.says(&["lab", "solve", "leaky", "--to", "1", "--show"], 2).err.contains("--yes"), "it asks first");
    learner.says(&["lab", "start", "leaky", "--yes"], 0);
    assert!(learner.says(&["lab", "solve", "leaky", "--to", "opne", "--yes"], 2).err.contains("01-open"));
    let done = learner.says(&["lab", "solve", "leaky", "--to", "open", "--yes"], 2);
    assert!(done.err.contains("01-open"), "a name is whole: {done:?}");
    let done = learner.says(&["lab", "solve", "leaky", "--to", "01-open", "--yes"], 0).out;
    assert!(done.contains(&patch) && done.contains("✓ 01-open"), "{done}");
    // The rest, step by step; what has passed is left out.
    let rest = learner.says(&["lab", "solve", "leaky", "--yes"], 0).out;
    assert!(
        !rest.contains("01-open") && rest.contains("kubectl apply") && rest.contains("jotasu lab answer leaky word no"),
        "{rest}"
    );
    learner.says(&["lab", "check", "leaky"], 0);
    assert!(learner.says(&["lab", "solve", "leaky", "--to", "2", "--yes"], 0).out.contains("lab undo leaky"));
    // From the start again.
    learner.says(&["lab", "reset", "leaky", "--yes"], 0);
    learner.says(&["lab", "solve", "leaky", "--to", "2", "--yes"], 0);
    assert_eq!(inside.get("v1", "ConfigMap", "shop").await?["data"]["open"], "yes");
    inside.get("v1", "ConfigMap", "stock-2").await?;
    learner.says(&["lab", "stop", "leaky", "--yes"], 0);
    Ok(())
}

async fn timed(space: Space) -> Outcome {
    let (learner, inside) = leaky(&space, "symptom");
    let started = learner.says(&["lab", "start", "leaky", "--timed", "--yes"], 0).out;
    assert!(started.contains("5분") && started.contains("10%"), "the cost is said before: {started}");
    assert!(learner.says(&["lab", "check", "leaky"], 1).out.contains("남은 시간 5분 / 5분"));
    learner.says(&["lab", "hint", "leaky", "shop-open", "--yes"], 0);
    sign(&inside, "yes").await?;
    let checked = learner.says(&["lab", "check", "leaky"], 1).out;
    assert!(checked.contains("팻말은 값 하나예요."), "the debrief is said once: {checked}");
    assert!(!learner.says(&["lab", "check", "leaky"], 1).out.contains("팻말은 값 하나예요."));
    learner.says(&["lab", "answer", "leaky", "word", "no"], 0);
    let score = |percent: i64, passed: [bool; 3]| {
        let review: Value =
            serde_json::from_str(&learner.says(&["lab", "review", "leaky", "-o", "json"], 0).out).unwrap();
        assert_eq!(review["score"]["percent"], percent, "{review}");
        let rows: Vec<bool> =
            review["checks"].as_array().unwrap().iter().map(|row| row["passed"].as_bool().unwrap()).collect();
        assert_eq!(rows, passed, "{review}");
        review
    };
    // Weight 3 with one hint, weight 1 not passed; the answer is counted apart.
    let review = score(67, [true, false, true]);
    assert_eq!((&review["time"]["minutes"], &review["answers"]["passed"]), (&json!(5), &json!(1)));

    // The clock on the wall is set ahead and back: what is spent is counted by the machine's own.
    let state = learner.folder.path().join("home/state/labs/leaky.json");
    let saved: Value = serde_json::from_str(&std::fs::read_to_string(&state)?)?;
    let spent = saved["memory"]["timed"]["spent"].as_i64().ok_or("what is spent is kept")?;
    assert!((0..120_000).contains(&spent), "{spent}");
    // As if the run had begun six minutes earlier by the machine's clock: what passes now is too late.
    let mut late = saved.clone();
    late["memory"]["timed"]["at"] = json!(saved["memory"]["timed"]["at"].as_i64().unwrap() - 360_000);
    std::fs::write(&state, late.to_string())?;
    inside
        .apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "stock-2", "namespace": inside.name, "labels": {"app": "stock"}}}))
        .await?;
    assert!(learner.says(&["lab", "check", "leaky"], 0).out.contains("시간이 다 됐어요"));
    let review = score(67, [true, true, true]);
    assert_eq!(review["checks"][1]["late"], true);
    learner.says(&["lab", "stop", "leaky", "--yes"], 0);
    // Looking back needs no cluster and no running lab.
    let text = learner.says(&["lab", "review", "leaky"], 0).out;
    for part in ["67%", "힌트 1개 −10%", "시간이 지난 뒤", "답 1/1", "남길 명령"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let debrief = learner.says(&["lab", "debrief", "leaky"], 0).out;
    assert!(debrief.contains("\n  kubectl get configmap shop -o yaml\n"), "{debrief}");
    Ok(())
}

async fn headless(space: Space) -> Outcome {
    let (learner, inside) = leaky(&space, "full");
    let check = |form: &str, code: i32| learner.says(&["lab", "check", "leaky", "-o", form, "--wait", "5"], code);
    check("json", 3);
    learner.says(&["lab", "check", "laeky"], 2);
    learner.says(&["lab", "check", "leaky", "-o", "xml"], 2);
    learner.says(&["lab", "start", "leaky", "--yes"], 0);
    check("json", 1);
    let (child, mut output) = learner.begins(&["lab", "watch", "leaky"]);
    let first: Vec<String> = (0..3).map(|_| line(&mut output)).collect();
    assert!(first[0].contains("○ 손님이") && first[1].contains("물건이") && first[2].contains("까닭을"), "{first:?}");
    sign(&inside, "maybe").await?;
    let red = line(&mut output);
    let clock = red.split_whitespace().next().unwrap();
    assert!(clock.len() == 8 && clock.matches(':').count() == 2, "{red}");
    assert!(red.contains("✗ 손님이 가게에 들어감") && red.contains("있어야 yes · 지금 maybe"), "{red}");
    let junit = check("junit", 1).out;
    let document = roxmltree::Document::parse(&junit)?;
    let cases: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testcase")).collect();
    let names: Vec<_> = cases.iter().filter_map(|case| case.attribute("name")).collect();
    assert_eq!(names, ["shop-open 손님이 가게에 들어감", "stock-full 물건이 두 가지 넘게 있음", "word 까닭을 말함"]);
    let failure = cases[0].first_element_child().ok_or("a failure")?;
    assert_eq!((failure.tag_name().name(), failure.attribute("type")), ("failure", Some("failed")));
    learner.says(&["lab", "solve", "leaky", "--yes"], 0);
    while !line(&mut output).contains("✓ 까닭을 말함") {}
    signal(&child, "-TERM");
    assert_eq!(end(child)?.0, Some(0), "all passed");
    assert_eq!(check("junit", 0).out.matches("<failure").count(), 0);
    learner.says(&["lab", "stop", "leaky", "--yes"], 0);
    Ok(())
}

fn undo() -> Outcome {
    let plane = own();
    let learner = Learner::of(&plane, "shop", &[("NAMESPACE", "shop")]);
    runtime().block_on(async {
        let client = client(Path::new(&plane.kubeconfig())).await?;
        let inside = Space { client: client.clone(), name: "shop".into(), kubeconfig: plane.kubeconfig() };
        let outside = Space { name: "default".into(), ..inside.clone() };
        let bystander = |space: &Space| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "bystander", "namespace": space.name}, "data": {"a": "1"}});
        outside.apply(bystander(&outside)).await?;
        learner.says(&["lab", "start", "shop", "--yes"], 0);
        assert!(learner.says(&["lab", "undo", "shop", "--yes"], 3).err.contains("돌아갈 곳이 없어요"));
        learner.says(&["lab", "solve", "shop", "--to", "1", "--yes"], 0);
        let nothing = learner.says(&["lab", "undo", "shop", "--yes"], 0).out;
        assert!(nothing.contains("되돌릴 것이 없어요"), "{nothing}");
        let before = outside.get("v1", "ConfigMap", "bystander").await?;
        let rules = inside.cluster_api("scheduling.k8s.io/v1", "PriorityClass");

        // Everything that a learner may break.
        inside.delete("apps/v1", "Deployment", "web").await?;
        inside.delete("v1", "Secret", "key").await?;
        inside.apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "config", "namespace": "shop", "labels": {"new": "x"}}, "data": {"greeting": "bye", "more": "x"}})).await?;
        inside.apply(bystander(&inside)).await?;
        inside.apply(inside.deployment("other", "nginx:1.29", 1)).await?;
        let class = json!({"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "shop-high"}, "value": 5});
        rules.create(&Default::default(), &serde_json::from_value(class)?).await?;
        let nodes = inside.cluster_api("v1", "Node");
        let node = nodes.list(&Default::default()).await?.items[0].metadata.name.clone().unwrap();
        let label = kube::api::Patch::Merge(json!({"metadata": {"labels": {"disk": "ssd", "mine": "1"}}}));
        nodes.patch(&node, &Default::default(), &label).await?;
        learner.says(&["lab", "check", "shop"], 1);

        let asked = learner.says(&["lab", "undo", "shop"], 2);
        for part in [
            "만듦    Deployment shop/web",
            "만듦    Secret shop/key",
            "되돌림 ConfigMap shop/config (",
            "지움    ConfigMap shop/bystander",
            "지움    Deployment shop/other",
            "지움    PriorityClass shop-high",
            &format!("되돌림 노드 {node}의"),
            "로그",
        ] {
            assert!(asked.out.contains(part), "{part}: {asked:?}");
        }
        assert!(!asked.out.contains("a-secret") && inside.get("apps/v1", "Deployment", "web").await.is_err());
        let undone = learner.says(&["lab", "undo", "shop", "--yes"], 0).out;
        assert!(undone.contains("되돌렸어요"), "{undone}");

        eventually("the check to be green again", || async {
            let code = learner.command(&["lab", "check", "shop", "-o", "json", "--wait", "0"]).output().unwrap();
            let report: Value = serde_json::from_slice(&code.stdout).map_err(|error| error.to_string())?;
            if report["verdicts"][0]["verdict"] == "passed" { Ok(()) } else { Err(report.to_string()) }
        })
        .await?;
        let config = inside.get("v1", "ConfigMap", "config").await?;
        assert_eq!(config["data"], json!({"greeting": "hello"}));
        assert!(config["metadata"]["labels"].is_null(), "{config}");
        let secret = inside.get("v1", "Secret", "key").await?;
        assert_eq!(secret["data"]["password"], "YS1zZWNyZXQtb2YtdGhlLXNob3A=");
        assert!(rules.get_opt("shop-high").await?.is_none_or(|class| class.metadata.deletion_timestamp.is_some()));
        let labels = nodes.get(&node).await?.metadata.labels.unwrap_or_default();
        assert_eq!((labels.get("disk"), labels.get("mine").map(String::as_str)), (None, Some("1")), "only what is owned");
        eventually("what was added to go", || async {
            match inside.get("apps/v1", "Deployment", "other").await {
                Err(_) => Ok(()),
                Ok(_) => Err("it is there".to_owned()),
            }
        })
        .await?;
        let after = outside.get("v1", "ConfigMap", "bystander").await?;
        assert_eq!(before["metadata"]["resourceVersion"], after["metadata"]["resourceVersion"], "outside nothing is written");
        learner.says(&["lab", "stop", "shop", "--yes"], 0);
        assert!(!learner.folder.path().join("home/state/checkpoints/shop.json").exists(), "Secrets do not stay behind");
        Ok(())
    })
}

fn drill(space: &Space) -> (Learner, Space) {
    let namespace = format!("{}-lab", space.name);
    let learner = Learner::of(shared(), "drill", &[("NAMESPACE", &namespace)]);
    learner.says(&["lab", "start", "drill", "--yes"], 0);
    learner.says(&["lab", "check", "drill"], 1);
    (learner, Space { name: namespace, ..space.clone() })
}

async fn burns(inside: &Space, wanted: &'static str) -> Outcome {
    eventually("the fire", || async {
        match inside.get("v1", "ConfigMap", "fire").await?["data"]["burning"].as_str() {
            Some(now) if now == wanted => Ok(()),
            now => Err(format!("{now:?}")),
        }
    })
    .await
}

fn bell(inside: &Space) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "bell", "namespace": inside.name}, "data": {"rings": "yes"}})
}

async fn trigger(space: Space) -> Outcome {
    let (learner, inside) = drill(&space);
    assert!(learner.says(&["lab", "trigger", "drill", "ready", "--yes"], 2).err.contains("alarm"));
    assert!(learner.says(&["lab", "trigger", "drill", "alarm", "--yes"], 1).out.contains("먼저 통과할 확인"));
    learner.says(&["lab", "solve", "drill", "--to", "1", "--yes"], 0);
    let asked = learner.says(&["lab", "trigger", "drill", "alarm"], 2);
    assert!(asked.out.contains("burning\":\"yes") && asked.out.contains("burning\":\"no"), "{asked:?}");
    burns(&inside, "no").await?;

    let (child, mut output) = learner.begins(&["lab", "trigger", "drill", "alarm", "--yes"]);
    burns(&inside, "yes").await?;
    // Another program that looks on leaves it alone.
    learner.says(&["lab", "check", "drill", "--wait", "0"], 1);
    burns(&inside, "yes").await?;
    inside.apply(bell(&inside)).await?;
    let mut said = String::new();
    while !said.contains("기대한 대로 됐어요") {
        let line = line(&mut output);
        assert!(!line.is_empty(), "{said}");
        said.push_str(&line);
    }
    assert_eq!(end(child)?.0, Some(0), "{said}");
    burns(&inside, "no").await?;
    // What was seen is kept, though it is undone.
    learner.says(&["lab", "check", "drill"], 0);
    learner.says(&["lab", "stop", "drill", "--yes"], 0);
    Ok(())
}

async fn killed_trigger(space: Space) -> Outcome {
    let (learner, inside) = drill(&space);
    learner.says(&["lab", "solve", "drill", "--to", "1", "--yes"], 0);
    let (mut child, _output) = learner.begins(&["lab", "trigger", "drill", "alarm", "--yes"]);
    burns(&inside, "yes").await?;
    child.kill()?;
    child.wait()?;
    burns(&inside, "yes").await?;
    let checked = learner.says(&["lab", "check", "drill", "-o", "json"], 1).out;
    burns(&inside, "no").await?;
    let report: Value = serde_json::from_str(&checked)?;
    assert_ne!(report["verdicts"][1]["verdict"], "passed", "it was not seen: {report}");
    learner.says(&["lab", "stop", "drill", "--yes"], 0);
    Ok(())
}
