//! Courses that are broken, hostile or huge.

use crate::person::{Person, argument};

const BROKEN: &str = "---
id: a
kind: sesion
title: 제목 \x1b]0;pwn\x07
lab: bad
---
# 제목 \x1b]0;pwn\x07 가나

글 \x1b[31m빨강 \u{9b}2J \u{202e}abc

[밖](../../../etc/passwd) [없음](nothing.md)
";
const LAB: &str = "apiVersion: jotasu.dev/v1alpha1
kind: Lab
metadata: {name: bad}
spec:
  title: 나쁜 실습
  minutes: 열
  checks:
  - name: one
    titel: 하나
    step: 1
    resource: {apiVersion: v1, kind: Pod, name: web}
  - name: two
    title: 둘
    step: 1
    level: 최고
    manual: true
";

fn hostile(text: &str) -> Option<char> {
    text.chars().find(|c| (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}'))
}

#[test]
fn hostile_text_is_shown_and_never_sent() {
    let person = Person::new();
    person.write("content/week_01/day_01/session_01.md", BROKEN);
    for arguments in [
        &["read", "a"][..],
        &["read", "a", "--plain"],
        &["read", "a", "--html"],
        &["tree"],
        &["tree", "-o", "json"],
        &["author", "check"],
    ] {
        let output = person.command().args(["--content", "content"]).args(arguments).output().unwrap();
        for bytes in [output.stdout, output.stderr] {
            let text = String::from_utf8(bytes).unwrap();
            assert_eq!(hostile(&text), None, "{arguments:?}: {text:?}");
        }
    }
}

#[test]
fn a_broken_lesson_prints_its_problems_with_their_place_and_is_2() {
    const PAGE: &str = "week_01/day_01/session_01.md";
    let person = Person::new();
    person.write(
        "content/week_01/day_01/session_01.md",
        "---\nid: a\ntitle: 가나다라, minutes: 1\nkind: 세션이에요\n---\n# 글\n",
    );
    for arguments in [&["--content", "content", "read", PAGE][..], &["--content", "content", "read", PAGE, "--plain"]] {
        let said = person.says(arguments, 2);
        assert!(said.err.contains("content/week_01/day_01/session_01.md:3:"), "{said:?}");
        assert!(said.out.contains('글') && said.err.contains('^'), "{said:?}");
    }
}

#[test]
fn a_caret_stands_under_its_word_behind_hangul() {
    let person = Person::new();
    person.write("labs/bad/lab.yaml", LAB.replace("title: 둘", "\"제목\": 둘"));
    let said = person.says(&["--labs", "labs", "lab", "list"], 2).err;
    let lines: Vec<&str> = said.lines().collect();
    let at = lines.iter().position(|line| line.contains("level: 최고")).unwrap();
    let before = lines[at].split("최고").next().unwrap();
    let caret = lines[at + 1].split('^').next().unwrap();
    assert_eq!(jotasu::text::width(before), jotasu::text::width(caret), "{said}");
    assert_eq!(lines[at + 1].matches('^').count(), 4, "two cells for each syllable: {said}");
}

#[test]
fn a_broken_lab_says_all_its_mistakes_at_once() {
    let person = Person::new();
    person.write("labs/bad/lab.yaml", LAB);
    for arguments in
        [&["lab", "list"][..], &["lab", "check", "bad"], &["lab", "start", "bad"], &["author", "test", "bad"]]
    {
        let arguments: Vec<&str> = ["--labs", "labs"].iter().chain(arguments).copied().collect();
        let said = person.says(&arguments, 2);
        for place in ["6:12", "8:5", "9:5", "15:12"] {
            assert!(said.err.contains(&format!("labs/bad/lab.yaml:{place}")), "{place}: {said:?}");
        }
    }
}

#[test]
fn author_check_finds_everything_both_ways_on_its_output() {
    let person = Person::new();
    person.write("course/content/week_01/README.md", "---\nid: w1\n---\n# 1주\n");
    person.write("course/content/week_01/day_01/README.md", "---\nid: d1\n---\n# 1일\n");
    person.write("course/content/week_01/day_01/lab_01.md", "---\nid: l\nlab: good\nneeds: [nowhere]\n---\n# 실습\n\n- [ ] 없는 확인 <!-- check: nope -->\n- [ ] 이어지지 않음\n");
    person.write("course/content/week_01/day_01/session_01.md", "---\nid: s\nlab: godo\n---\n# 세션\n\n- [ ] 하나 <!-- check: one -->\n- [ ] 둘 <!-- check: two -->\n\n[밖](../../../../etc/passwd) [없음](nothing.md)\n");
    std::os::unix::fs::symlink("/etc/passwd", person.path("course/content/out.md")).unwrap();
    let good = LAB.replace("bad", "good").replace("열", "10").replace("titel", "title").replace("최고", "고급");
    person.write(
        "course/labs/good/lab.yaml",
        good.replace("manual: true", "resource: {apiVersion: v1, kind: Pod, name: b}"),
    );
    let said = person.says(&["author", "check", "course/content", "--labs", "course/labs"], 2);
    assert_eq!(said.err, "");
    for words in [
        "없는 확인이에요: nope",
        "글에 없는 확인이에요: one",
        "이어지지 않은 줄",
        "없는 실습이에요: godo",
        "혹시 `good`인가요?",
        "과정 밖을 가리키는 링크",
        "없는 곳을 가리키는 링크",
        "nowhere",
        "out.md",
    ] {
        assert!(said.out.contains(words), "{words}\n{}", said.out);
    }
    assert_eq!(said.out.matches("없는 실습이에요: godo").count(), 1, "one mistake is one problem\n{}", said.out);
    assert!(said.out.lines().last().unwrap().starts_with("문제점 "), "{}", said.out);
    assert_eq!(person.says(&["author", "check"], 0).out, "문제점 0, 살펴볼 것 0\n");
    assert!(person.says(&["author", "check", "nowhere"], 2).err.contains("nowhere"));
    person.write("only-labs/demo/lab.yaml", "kind: Lab\n");
    assert!(person.says(&["author", "check", "only-labs"], 2).err.contains("jotasu --labs only-labs author check"));
}

#[test]
fn a_course_must_be_a_folder() {
    let person = Person::new();
    let file = person.write("file.md", "# 글\n");
    for option in ["--content", "--labs"] {
        for path in [argument(&file), "nowhere"] {
            assert!(person.says(&[option, path, "tree"], 2).err.contains("폴더"), "{option} {path}");
        }
    }
    std::fs::create_dir(person.path("empty")).unwrap();
    assert_eq!(person.says(&["--content", "empty", "tree"], 0).out, "");
    assert_eq!(person.says(&["--labs", "empty", "lab", "list"], 0).out, "");
    assert!(person.says(&["--labs", "empty", "lab", "check", "x"], 2).err.contains("하나도 없어요"));
}

#[test]
fn a_page_too_large_is_said_and_a_large_one_is_read() {
    let person = Person::new();
    person.write("content/huge.md", "가나다 라마바\n".repeat(17 * 1024 * 1024 / 20));
    person.write("content/large.md", format!("# 큰 글\n\n{}", "가나다 라마바\n\n".repeat(20_000)));
    let huge = person.says(&["--content", "content", "read", "huge.md"], 2);
    assert!(huge.err.contains("huge.md") && huge.err.contains("16 MiB"), "{huge:?}");
    assert!(person.says(&["--content", "content", "read", "large.md"], 0).out.lines().count() > 40_000);
    person.says(&["--content", "content", "tree"], 0);
}

#[test]
fn author_check_speaks_json_and_sarif_and_may_be_strict() {
    let person = Person::new();
    person.write("course/1주/가 나.md", "---\nid: a\n---\n# 글\n\n🚢 [없음](nothing.md)\n");
    person.write("course/1주/README.md", "---\nid: w\n---\n# 주\n\n[같은 곳](#업다)\n");
    let json = |arguments: &[&str], code| -> serde_json::Value {
        serde_json::from_str(&person.says(arguments, code).out).unwrap()
    };
    let found = json(&["author", "check", "course", "--format", "json"], 2);
    assert_eq!((&found["errors"], &found["warnings"]), (&1.into(), &1.into()));
    let first = &found["problems"][1];
    assert_eq!(
        (&first["file"], &first["rule"], &first["severity"]),
        (&"1주/가 나.md".into(), &"link".into(), &"error".into())
    );
    assert_eq!((&first["line"], &first["column"]), (&6.into(), &3.into()));

    let sarif = json(&["author", "check", "course", "-o", "sarif"], 2);
    assert_eq!((&sarif["version"], &sarif["runs"][0]["columnKind"]), (&"2.1.0".into(), &"utf16CodeUnits".into()));
    assert!(sarif["$schema"].as_str().unwrap().ends_with("sarif-schema-2.1.0.json"));
    let run = &sarif["runs"][0];
    let driver = &run["tool"]["driver"];
    let rules = driver["rules"].as_array().unwrap();
    assert!(driver["name"] == "jotasu" && rules.iter().all(|rule| rule["id"].is_string()));
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    for result in results {
        assert!(["error", "warning", "note", "none"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.is_ascii() && uri.starts_with("course/1%EC%A3%BC/") && !uri.contains(' '), "{uri}");
        let region = &place["region"];
        let number = |name: &str| region[name].as_u64().unwrap();
        assert!(number("startLine") >= 1 && number("startColumn") >= 1 && number("endColumn") > number("startColumn"));
    }
    // The ship is one character and two units of UTF-16.
    assert_eq!(results[1]["locations"][0]["physicalLocation"]["region"]["startColumn"], 4);

    std::fs::remove_file(person.path("course/1주/가 나.md")).unwrap();
    assert!(person.says(&["author", "check", "course"], 0).out.ends_with("문제점 0, 살펴볼 것 1\n"));
    person.says(&["author", "check", "course", "--deny-warnings"], 2);
}

#[test]
fn what_is_not_utf_8_is_named_with_the_way_to_mend_it() {
    let person = Person::new();
    person.write("course/old.md", b"# \xc7\xd1\xb1\xdb\n");
    let said = person.says(&["author", "check", "course"], 2).out;
    assert!(said.contains("old.md:1:3"), "{said}");
    assert!(said.contains("CP949") && said.contains("iconv -f CP949 -t UTF-8 old.md"), "{said}");
}
