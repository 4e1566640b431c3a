//! Words are found in the course, for people and for programs.

use serde_json::Value;

use crate::person::{Person, argument};

#[test]
fn words_are_found_by_every_way_to_type_them() {
    let person = Person::new();
    let plain = person.says(&["search", "컨테이너"], 0).out;
    let first = plain.lines().next().unwrap();
    assert!(first.starts_with("w3-d1-s1:") && first.contains("Day 1 아키텍처와 설치 › 세션 1"), "{first}");
    assert!(plain.lines().nth(1).unwrap().starts_with("    ") && plain.contains("컨테이너"));
    for typed in ["ㅋㅌㅇㄴ", "zjsxpdlsj", "컨ㅌㅇ너"] {
        assert_eq!(person.says(&["search", typed], 0).out, plain, "{typed}");
    }
    assert!(person.says(&["search", "KUBECTL", "ＡＰＰＬＹ"], 0).out.contains("kubectl apply"));
    let none = person.says(&["search", "이런말은없다"], 1);
    assert!(none.out.is_empty() && none.err.contains("찾은 것이 없어요"), "{none:?}");
    assert!(person.says(&["search"], 2).err.contains("빠진 것이 있어요"));
}

#[test]
fn programs_get_json_with_ranges_in_characters() {
    let person = Person::new();
    person.write(
        "content/a.md",
        "# 첫째 장\n\n## 파드 (Pod)\n\n작은 **파드**와 노드\n\n```bash\nkubectl get pods\n```\n",
    );
    let content = person.path("content");
    let ask = |words: &str, code| {
        let out = person.says(&["--content", argument(&content), "search", "-o", "json", words], code).out;
        serde_json::from_str::<Value>(&out).unwrap()
    };
    let found = ask("파드", 0);
    assert_eq!((&found[0]["title"], &found[0]["path"]), (&"첫째 장".into(), &"a.md".into()));
    let hit = &found[0]["hits"][1];
    assert_eq!((&hit["line"], &hit["text"]), (&5.into(), &"작은 파드와 노드".into()));
    assert_eq!((&hit["heading"], &hit["ranges"]), (&"파드 (Pod)".into(), &serde_json::json!([[3, 5]])));
    assert_eq!(ask("get", 0)[0]["hits"][0]["code"], Value::Bool(true));
    assert_eq!(ask("없음", 1), serde_json::json!([]));
}

#[test]
fn places_can_be_limited_and_colored_and_left_unread() {
    let person = Person::new();
    let places = |limit: &str| {
        let out = person.says(&["search", "pod", "--limit", limit], 0).out;
        out.lines().filter(|line| !line.starts_with(' ')).count()
    };
    assert_eq!((places("1"), places("4")), (1, 4));
    assert!(!person.says(&["search", "pod"], 0).out.contains('\x1b'));
    assert!(person.says(&["search", "pod", "--color", "always"], 0).out.contains('\x1b'));
    let said = person.unread(&["search", "pod"]);
    assert!(said.code.is_some_and(|code| code < 2) && said.err.is_empty(), "{said:?}");
}

#[test]
fn hostile_text_is_found_and_never_sent() {
    let person = Person::new();
    person.write("content/a.md", "# 제목 \x1b]0;pwn\x07\n\n빨강 \x1b[31m글 \u{9b}2J \u{202e}abc\n");
    let content = person.path("content");
    for form in ["text", "json"] {
        let out = person.says(&["--content", argument(&content), "search", "빨강", "-o", form], 0).out;
        let obeyed = out.chars().find(|c| (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}'));
        assert!(obeyed.is_none() && out.contains("빨강"), "{out:?}");
    }
}
