use std::fs;
use std::path::Path;

use super::*;

fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// A lab with two checks, and a good page of it.
const LAB: &str = "apiVersion: jotasu.dev/v1alpha1
kind: Lab
metadata: {name: l1}
spec:
  title: 노
  minutes: 10
  owns: {namespaces: [shop]}
  checks:
  - {name: a, title: 가, answer: {ask: 몇 개?, accept: ['1']}}
  - {name: b, title: 나, manual: {}}
";
const PAGE: &str = "---\nid: p\nlab: l1\n---\n# 글\n\n- [ ] 가 <!-- check: a -->\n- [ ] 나 <!-- check: b -->\n";

#[track_caller]
fn check(files: &[(&str, &str)], expected: &str) {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &[("labs/.keep", ""), ("content/.keep", "")]);
    write(dir.path(), files);
    let tree = |name| Tree::Folder(dir.path().join(name));
    let problems = lint(&tree("content"), &tree("labs"));
    let shown: Vec<_> =
        problems.iter().filter(|p| !p.file.starts_with("l1/solution")).map(ToString::to_string).collect();
    assert_eq!(shown.join("\n"), expected);
}

#[track_caller]
fn page(text: &str, expected: &str) {
    check(&[("content/p.md", text)], expected);
}

#[test]
fn a_course_without_mistakes_has_no_findings() {
    check(&[], "");
    page(
        "---\nid: p\n---\n# 글 (50분)\n\n[밖](https://kubernetes.io/) [여기](#글-50분) [메일](mailto:a@b)\n\n- [ ] 해 봤다\n",
        "",
    );
}

#[test]
fn ids_from_paths_are_said() {
    page("# 글\n", "p.md:1: id가 없어 경로로 대신했어요.");
    check(
        &[("content/week_01/a.md", "---\nid: a\n---\n# 글\n\n## Session 1: 하나\n\n글\n")],
        "week_01: 폴더에 README.md가 없어요.\nweek_01/a.md:6: id가 없어 제목으로 대신했어요.",
    );
}

#[test]
fn minutes_that_do_not_add_up_are_said_with_their_sum() {
    let body = "## 하나 (20분)\n### 그 안 (15분)\n## 둘 (10분)\n";
    page(
        &format!("---\nid: p\nminutes: 50\n---\n# 글\n{body}"),
        "p.md:1: 50분이라고 했는데 그 안의 시간을 더하면 30분이에요.",
    );
    page(&format!("---\nid: p\n---\n# 글 (30분)\n{body}"), "");
    page(
        "---\nid: p\n---\n# 글\n## Session 1: 가 (50분)\n<!-- node: s minutes=40 -->\n### 하나 (30분)\n",
        "p.md:5: 40분이라고 했는데 그 안의 시간을 더하면 30분이에요.",
    );
}

#[test]
fn links_lead_to_something_within_the_course() {
    check(
        &[
            (
                "content/w/p.md",
                "---\nid: p\n---\n# 글\n\n[a](../q.md) [b](../q.md#없음) [c](x.md)\n[d](../../q.md)\n\n[e](/etc/passwd) ![f](i.png) [g](.) [h]\n\n[h]: none/\n\n```\n[a](b.md)\n```\n<img src=\"j.png\">\n",
            ),
            ("content/w/README.md", "---\nid: w\n---\n# 폴더\n"),
            ("content/w/i.png", ""),
            ("content/q.md", "---\nid: q\n---\n# 큐\n\n[a](#큐) [b](#규) [c](w) [d](w/p.md?x#글) [e](%77/p.md)\n"),
        ],
        "q.md:6:9: 그런 제목이 없는 링크예요: #규\n\
         w/p.md:6:14: 그런 제목이 없는 링크예요: ../q.md#없음\n\
         w/p.md:6:30: 없는 곳을 가리키는 링크예요: x.md\n\
         w/p.md:7:1: 과정 밖을 가리키는 링크예요: ../../q.md\n\
         w/p.md:9:1: 과정 밖을 가리키는 링크예요: /etc/passwd\n\
         w/p.md:9:37: 없는 곳을 가리키는 링크예요: none/\n\
         w/p.md:16:11: 없는 그림이에요: j.png",
    );
}

#[test]
fn needs_are_known_core_and_without_circles() {
    let node = |id: &str, more: &str| format!("---\nid: {id}\n{more}\n---\n# {id}\n");
    check(
        &[
            ("content/a.md", &node("a-1", "track: core\nneeds: [b-1, c-l, a-1-old]\naliases: [a-1-old]")),
            ("content/b.md", &node("b-1", "track: elective")),
            ("content/c.md", &node("c-1", "track: core\nneeds: [d-1]")),
            ("content/d.md", &node("d-1", "needs: [c-1]\naliases: [b-1]")),
        ],
        "a.md:1: core 노드가 elective 노드를 앞세워요: b-1\n\
         a.md:1: needs가 돌고 돌아 자신이 돼요: a-1\n\
         a.md:1: needs에 없는 노드가 있어요: c-l\n\
         c.md:1: needs가 돌고 돌아 자신이 돼요: c-1\n\
         d.md:1: needs가 돌고 돌아 자신이 돼요: d-1\n\
         d.md:1: 옛 id가 다른 것과 겹쳐요: b-1",
    );
}

#[test]
fn lines_and_checks_belong_together_both_ways() {
    check(&[("labs/l1/lab.yaml", LAB), ("content/p.md", PAGE)], "");
    check(&[("labs/l1/lab.yaml", LAB)], "l1/lab.yaml: 이 실습을 쓰는 글이 없어요.");
    check(
        &[
            ("labs/l1/lab.yaml", LAB),
            (
                "content/p.md",
                "---\nid: p\nlab: l1\n---\n# 글\n\n- [ ] 가 <!-- check: c -->\n- [ ] 나 <!-- manual -->\n- [ ] 다\n- [ ] 라 <!-- check: l2/x -->\n",
            ),
            (
                "content/q.md",
                "---\nid: q\n---\n# 글\n\n- [ ] 가 <!-- check: a -->\n- [ ] 나 <!-- check: l1/b -->\n- [ ] 다\n",
            ),
            ("content/r.md", "---\nid: r\nlab: l9\n---\n# 글\n"),
        ],
        "l1/lab.yaml: 글에 없는 확인이에요: a\n\
         p.md:7: l1 실습에 없는 확인이에요: c\n\
         p.md:9: 확인에 이어지지 않은 줄이에요.\n\
         p.md:10: 없는 실습이에요: l2\n\
         q.md:6: 어느 실습의 확인인지 알 수 없어요: a\n\
         r.md:1: 없는 실습이에요: l9",
    );
}

#[test]
fn code_names_checks_and_files_that_are_there() {
    let code = |about: &str| format!("{PAGE}\n```yaml {about}\na: 1\n```\n");
    let found = |about: &str, expected: &str| {
        let page = code(about);
        check(&[("labs/l1/lab.yaml", LAB), ("content/p.md", &page)], expected);
    };
    found("check=a file=lab.yaml", "");
    found("check=l1/b", "");
    found("check=c", "p.md:10: l1 실습에 없는 확인이에요: c");
    found("file=none.yaml", "p.md:10: 실습에 없는 파일이에요: none.yaml");
    found("file=../../p.md", "p.md:10: 실습에 없는 파일이에요: ../../p.md");
}

#[test]
fn parts_of_a_page_have_labs_of_their_own() {
    let other = LAB.replace("name: l1", "name: l2");
    check(
        &[
            ("labs/l1/lab.yaml", LAB),
            ("labs/l2/lab.yaml", &other),
            (
                "content/p.md",
                "---\nid: p\n---\n# 글\n\n- [ ] 읽었다\n\n## Lab 1: 가\n<!-- node: n1 lab=l1 -->\n\n- [ ] 가 <!-- check: a -->\n- [ ] 나 <!-- check: b -->\n\n## Lab 2: 나\n<!-- node: n2 lab=l2 -->\n\n- [ ] 가 <!-- check: a -->\n- [ ] 나 <!-- check: b -->\n",
            ),
        ],
        "",
    );
}

#[test]
fn a_course_of_another_tool_is_told_once_that_it_has_no_ids() {
    let dir = tempfile::tempdir().unwrap();
    let foreign = "---\nlayout: post\ntags: [a]\n---\n# 글\n\n```js {1,3} title=\"x\"\na\n```\n<!-- TODO: x -->\n";
    for path in ["a/1.md", "a/2.md", "b/3.md", "c.md"] {
        write(dir.path(), &[(path, foreign)]);
    }
    let problems = lint(&Tree::Folder(dir.path().to_path_buf()), &Tree::Folder(dir.path().join("none")));
    let shown: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["c.md: id를 적은 글이 하나도 없어 노드 6개의 id를 모두 경로로 대신했어요."]);
}

#[test]
fn one_mistake_is_one_finding() {
    page("---\nid: a\nid: b\n---\n# 글\n", "p.md:3:1: 같은 키가 또 있어요: id");
    page("---\nid: a b\n---\n# 글\n", "p.md:2:5: 쓸 수 없는 id예요: a b");
    page("---\nid: a\n# 글\n", "p.md:1:1: 머리말이 닫히지 않았어요.");
    check(
        &[("content/a.md", "---\nid: a\n---\n# 글\n"), ("content/b.md", "---\nid: a\n---\n# 글\n")],
        "b.md:1: 같은 id가 또 있어요: a",
    );
}

#[test]
fn links_that_are_nearly_right_say_what_was_meant() {
    let dir = tempfile::tempdir().unwrap();
    let page = "---\nid: p\n---\n# 글\n\n[a](Readme.md) [b](sesion_1.md) [c](#그을) ![d](B.PNG) [e](#둘) [f](전혀-다른.md)\n\n## 둘\n\n## 둘\n";
    write(dir.path(), &[("w/p.md", page), ("w/README.md", "---\nid: w\n---\n# w\n"), ("w/b.png", "")]);
    write(dir.path(), &[("w/session_1.md", "---\nid: s\n---\n# s\n")]);
    let problems = lint(&Tree::Folder(dir.path().to_path_buf()), &Tree::Folder(dir.path().join("none")));
    let shown: Vec<_> = problems.iter().map(|p| format!("{p} {}", p.help.as_deref().unwrap_or_default())).collect();
    assert_eq!(
        shown,
        [
            "w/p.md:6:1: 없는 곳을 가리키는 링크예요: Readme.md 혹시 `w/README.md`인가요? 과정 폴더에서 본 경로예요.",
            "w/p.md:6:16: 없는 곳을 가리키는 링크예요: sesion_1.md 혹시 `w/session_1.md`인가요? 과정 폴더에서 본 경로예요.",
            "w/p.md:6:33: 그런 제목이 없는 링크예요: #그을 혹시 `#글`인가요?",
            "w/p.md:6:42: 없는 그림이에요: B.PNG 혹시 `w/b.png`인가요? 과정 폴더에서 본 경로예요.",
            "w/p.md:6:54: 같은 제목이 2개라서 첫째로 가는 링크예요: #둘 둘째는 `#둘-1`이에요.",
            "w/p.md:6:62: 없는 곳을 가리키는 링크예요: 전혀-다른.md ",
        ]
    );
}

#[test]
fn names_of_macos_are_the_names_of_links() {
    let apart = "w\u{1112}\u{1161}\u{11ab}.md";
    check(
        &[
            (&format!("content/{apart}"), "---\nid: a\n---\n# 글\n\n[b](b.md)\n"),
            ("content/b.md", "---\nid: b\n---\n# 글\n\n[a](w한.md#글)\n"),
        ],
        "",
    );
}

#[test]
fn files_that_another_system_takes_for_one_are_said() {
    check(
        &[
            ("content/README.md", "---\nid: a\n---\n# 글\n"),
            ("content/readme.md", "---\nid: b\n---\n# 글\n"),
            ("content/W/x.md", "---\nid: c\n---\n# 글\n"),
            ("content/w/y.md", "---\nid: d\n---\n# 글\n"),
        ],
        "W: 폴더에 README.md가 없어요.\nreadme.md: macOS와 Windows에서는 README.md와 한 파일이 되어 하나를 잃어요.\n\
         w: macOS와 Windows에서는 W와 한 파일이 되어 하나를 잃어요.\nw: 폴더에 README.md가 없어요.",
    );
}

#[test]
fn code_blocks_and_marks_say_what_nobody_would_see() {
    let head = "---\nid: p\n---\n# 글\n\n";
    page(
        &format!("{head}```yaml wrnog=\"까닭\"\na:\n\tb: 1\n```\n"),
        "p.md:6:9: 모르는 코드 속성이에요: wrnog\np.md:8:1: YAML의 들여쓰기에는 탭을 쓸 수 없어요.",
    );
    page(
        &format!("{head}```bash on=pdo:web run=yes\na\n```\n"),
        "p.md:6:9: on에 쓸 수 없는 값이에요: pdo:web\np.md:6:20: run에 쓸 수 없는 값이에요: yes",
    );
    page(&format!("{head}```bash on=pod:web run=no:\"까닭\" output\na\n```\n"), "");
    page(&format!("{head}가 <!-- chek: a -->\n"), "p.md:6:3: 모르는 표시예요: chek");
    page(&format!("{head}~~~\n코드\n"), "p.md:6: 코드 블록이 닫히지 않아 글의 끝까지 코드가 돼요.");
    page(
        &format!("{head}가\u{202e}나\n\0\n"),
        "p.md:6:2: 보이지 않는 글의 방향을 뒤집는 글자가 있어요: U+202E\np.md:7:1: 보이지 않는 제어 문자가 있어요: U+0000",
    );
    page(
        &format!("{head}첫 줄\n둘째 **관측성(Observability)**은 넓다\n"),
        "p.md:7:4: 웹에서는 이 줄의 강조 표시가 글자로 보여요.",
    );
    page(
        &format!("{head}```mermaid\ngantt chart\n```\n\n```mermaid\nwhat LR\n```\n"),
        "p.md:7: 일정표에 작업이 없어요.\np.md:11: 'what' 그림은 그릴 줄 몰라요.",
    );
    page("---\rid: p\r---\r# 글\r", "p.md: CR만으로 끝나는 줄이 있어요.");
}

const SESSION: &str = "---\nid: s\nkind: session\n---\n# 글\n";

/// A quiz of so many questions, the last of which predicts a check.
fn quiz(count: usize, check: &str) -> String {
    let typed = (1..count).map(|n| format!("- {{id: q{n}, type: typed, ask: 몇?, accept: ['1'], why: 왜}}\n"));
    let text: String = typed.collect();
    format!("questions:\n{text}- {{id: p, type: predict, ask: 될까요?, check: {check}, why: 왜}}\n")
}

#[test]
fn a_quiz_stands_beside_its_page_and_names_checks_that_exist() {
    let lab = ("labs/l1/lab.yaml", LAB);
    let of = |count, check: &str, expected: &str| {
        let files =
            [lab, ("content/p.md", PAGE), ("content/s.md", SESSION), ("content/s.quiz.yaml", &quiz(count, check))];
        super::tests::check(&files, expected);
    };
    of(6, "l1/a", "");
    of(6, "l1/c", "s.quiz.yaml:7:44: l1 실습에 없는 확인이에요: c");
    of(6, "l2/a", "s.quiz.yaml:7:44: 없는 실습이에요: l2");
    of(6, "a", "s.quiz.yaml:7:44: 어느 실습의 확인인지 알 수 없어요: a");
    of(5, "l1/a", "s.quiz.yaml: 문항이 5개예요.");
    let files = |path| [lab, ("content/p.md", PAGE), (path, "questions: []\n")];
    check(&files("content/p.quiz.yaml"), "p.quiz.yaml:1:12: 문항이 하나도 없어요.");
    check(&files("content/q.quiz.yaml"), "q.quiz.yaml: 퀴즈의 글이 없어요: q.md");
    check(&files("content/p.quiz.yml"), "p.quiz.yml: 퀴즈로 읽지 않는 이름이에요.");
    let files = [lab, ("content/p.md", PAGE), ("content/p.quiz.yaml", &quiz(2, "a"))];
    check(&files, "");
}
