//! Progress as a report, and from one machine to another.

use serde_json::Value;

use crate::person::Person;

/// A machine on which something was done: `data/progress.json` of its home.
fn machine(person: &Person, home: &str, progress: &str) {
    person.write(&format!("{home}/data/progress.json"), progress);
}

fn shown(person: &Person, home: &str) -> Value {
    let json = person.says(&["--home", home, "progress", "show", "-o", "json"], 0).out;
    serde_json::from_str::<Value>(&json).unwrap()["progress"].clone()
}

#[test]
fn two_laptops_end_at_the_same_progress_and_nothing_is_lost() {
    let person = Person::new();
    machine(
        &person,
        "desk",
        r#"{"schema": 1, "level": "중급", "lessons": {"w3-d2-s1": {"opened": 1, "read": 9}},
            "labs": {"w3-d2-lab1": {"started": 2, "passed": {"web-ready": 7}}}, "later": [1]}"#,
    );
    machine(
        &person,
        "sofa",
        r#"{"schema": 1, "lessons": {"w3-d2-s1": {"opened": 3, "answers": {"q1": {"5": {"right": true}}}}},
            "labs": {"w3-d2-lab1": {"started": 4, "passed": {"web-ready": 5, "ns-shop": 6}}}}"#,
    );
    let said = person.says(&["--home", "desk", "progress", "export", "desk.json"], 0);
    assert!(said.out.contains("jotasu progress import desk.json"), "{said:?}");
    // What is there is not written over without a word.
    let refused = person.says(&["--home", "sofa", "progress", "export", "desk.json"], 2);
    assert!(refused.err.contains("--yes"), "{refused:?}");

    let said = person.says(&["--home", "sofa", "progress", "import", "desk.json"], 0);
    assert_eq!(said.out, "더했어요: 읽은 학습 1개\n");
    let back = person.says(&["--home", "sofa", "progress", "export", "-"], 0).out;
    person.write("sofa.json", &back);
    let said = person.says(&["--home", "desk", "progress", "import", "sofa.json"], 0);
    assert_eq!(said.out, "더했어요: 통과한 확인 1개, 퀴즈의 답 1개\n");
    let said = person.says(&["--home", "desk", "progress", "import", "sofa.json"], 0);
    assert_eq!(said.out, "새로운 것이 없어요. 이 컴퓨터에 이미 다 있어요.\n");

    let (desk, sofa) = (shown(&person, "desk"), shown(&person, "sofa"));
    assert_eq!(desk, sofa);
    assert_eq!(desk["labs"]["w3-d2-lab1"]["passed"], serde_json::json!({"web-ready": 5, "ns-shop": 6}));
    assert_eq!((&desk["level"], &desk["later"]), (&"중급".into(), &serde_json::json!([1])));
}

#[test]
fn what_is_no_progress_is_not_taken_in() {
    let person = Person::new();
    machine(&person, "h", r#"{"schema": 1, "lessons": {"w3-d2-s1": {"opened": 1}}}"#);
    let before = shown(&person, "h");
    for (text, words) in [
        ("{\"schema\": 1, ", "jotasu의 진도가 아니거나"),
        ("[]", "jotasu의 진도가 아니거나"),
        ("{\"schema\": 99}", "더 새 jotasu"),
    ] {
        person.write("other.json", text);
        let said = person.says(&["--home", "h", "progress", "import", "other.json"], 2);
        assert!(said.err.contains("other.json: ") && said.err.contains(words), "{said:?}");
    }
    assert!(person.says(&["--home", "h", "progress", "import", "none.json"], 2).err.contains("none.json: "));
    assert_eq!(shown(&person, "h"), before);
}

#[test]
fn a_report_is_text_markdown_a_table_or_a_page() {
    let person = Person::new();
    machine(
        &person,
        "h",
        r#"{"schema": 1, "lessons": {"w3-d2-s1": {"opened": 1, "read": 9,
            "notes": {"3": {"at": 3, "line": 2, "text": "다시 <볼> 것", "marked": true}}}},
            "labs": {"w3-d2-lab1": {"started": 2, "passed": {"web-ready": 7}}}}"#,
    );
    let report = |form: &str| person.says(&["--home", "h", "progress", "report", "-o", form], 0).out;
    for text in [report("text"), report("md")] {
        for words in ["진도 보고서", "기술 이해도", "Day 2 워크로드", "다시 <볼> 것"] {
            assert!(text.contains(words), "{words}\n{text}");
        }
    }
    let csv = report("csv");
    assert_eq!(csv.lines().next(), Some("id,title,measure,done,total,percent,target"));
    assert!(csv.lines().any(|line| line.starts_with("w3-d2,Day 2 워크로드,실습 완성률,1,")), "{csv}");
    assert!(csv.lines().all(|line| line.split(',').count() == 7), "{csv}");
    let html = report("html");
    assert!(html.contains("data:image/svg+xml;base64,") && html.contains("다시 &lt;볼&gt; 것"), "{html}");
    assert!(!html.contains("<script") && !html.contains("http:"), "{html}");
}
