//! `jotasu doctor` with tools that are there, fail, or hang.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::person::Person;

#[track_caller]
fn finding(person: &Person, name: &str) -> (bool, String) {
    let report: Value = serde_json::from_str(&person.says(&["doctor", "-o", "json"], 1).out).unwrap();
    assert_eq!((&report["schema"], &report["ready"]), (&1.into(), &false.into()));
    let findings = report["findings"].as_array().unwrap();
    let finding = findings.iter().find(|f| f["name"] == name).unwrap();
    assert_eq!(finding["ok"].as_bool().unwrap(), finding["missing"].is_null(), "{finding}");
    assert_eq!(finding["ok"].as_bool().unwrap(), finding["remedy"].is_null(), "{finding}");
    let said = if finding["missing"].is_null() { &finding["found"] } else { &finding["missing"] };
    (finding["ok"].as_bool().unwrap(), said.as_str().unwrap().to_owned())
}

#[test]
fn nothing_is_there_and_each_thing_has_its_remedy() {
    let person = Person::new();
    let text = person.says(&["doctor"], 1).out;
    for words in [
        "kubectl",
        "apt install docker.io",
        "kind.sigs.k8s.io",
        "만들려면: jotasu cluster up",
        "아무것도 더 필요 없어요",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(!text.contains("jotasu doctor"), "it does not lead to itself\n{text}");
    let starts = |name: &str, what: &str| {
        let line = text.lines().find(|line| line.contains(name) && line.contains(what)).unwrap();
        jotasu::text::width(line.split(what).next().unwrap())
    };
    assert_eq!(starts("kubectl ", "kubectl이 "), starts("런타임 ", "docker, podman"), "\n{text}");
}

#[test]
fn tools_that_answer_fail_or_say_odd_things_are_told_apart() {
    let person = Person::new();
    person.tool("kubectl", "echo 'Client Version: v1.36.3'; echo more");
    person.tool("docker", "[ \"$1\" = --version ] && echo 'Docker version 28' || exit 1");
    person.tool("kind", "printf 'kind \\033[31mv0.30\\n'");
    assert_eq!(finding(&person, "kubectl"), (true, "Client Version: v1.36.3".into()));
    assert_eq!(finding(&person, "컨테이너 런타임"), (true, "Docker version 28".into()));
    assert!(!finding(&person, "런타임 데몬").0);
    assert_eq!(finding(&person, "kind"), (true, "kind ␛[31mv0.30".into()));
    assert!(!finding(&person, "클러스터").0);
    // Too old, and too far from the course.
    person.tool("kubectl", "echo 'Client Version: v1.30.1'");
    person.tool("kind", "echo 'kind v0.20.0 go1.20 linux/amd64'");
    assert!(finding(&person, "kubectl").0);
    assert!(finding(&person, "kubectl 버전").1.contains("1.30: 과정의 Kubernetes 1.36"));
    assert!(finding(&person, "kind").1.contains("0.24부터"));
    // What this machine has is told, and is no reason not to begin.
    for name in ["helm", "메모리", "디스크", "inotify", "cgroup"] {
        assert!(!finding(&person, name).1.is_empty());
    }
}

#[test]
fn a_tool_that_hangs_is_not_waited_for() {
    let person = Person::new();
    person.tool("kubectl", "exec /bin/sleep 100");
    person.tool("podman", "[ \"$1\" = --version ] && echo 'podman 5' || exec /bin/sleep 100");
    let start = Instant::now();
    assert!(finding(&person, "kubectl").1.contains("초 안에"));
    assert!(start.elapsed() < Duration::from_secs(40), "{:?}", start.elapsed());
}

#[test]
fn a_lab_that_is_to_be_played_says_which_tools_are_missing_and_makes_nothing() {
    let person = Person::new();
    let said = person.says(&["lab", "play", "w3-d2-lab1", "--yes"], 3);
    for words in ["kubectl", "컨테이너 런타임", "kind"] {
        assert!(said.out.contains(words), "{words}: {said:?}");
    }
    assert!(said.err.contains("jotasu doctor") && !said.out.contains("만들기"), "{said:?}");
}
