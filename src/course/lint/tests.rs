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
        "q.md:6: 그런 제목이 없는 링크예요: #규\n\
         w/p.md:6: 없는 곳을 가리키는 링크예요: x.md\n\
         w/p.md:6: 그런 제목이 없는 링크예요: ../q.md#없음\n\
         w/p.md:7: 과정 밖을 가리키는 링크예요: ../../q.md\n\
         w/p.md:9: 과정 밖을 가리키는 링크예요: /etc/passwd\n\
         w/p.md:9: 없는 곳을 가리키는 링크예요: none/\n\
         w/p.md:16: 없는 곳을 가리키는 링크예요: j.png",
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
