use std::collections::BTreeSet;
use std::fs;

use proptest::prelude::*;

use super::*;

fn course(files: &[(&str, &str)]) -> (Curriculum, Vec<Problem>) {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Curriculum::load(&Tree::Folder(dir.path().to_path_buf()))
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &str) {
    let (course, _) = course(files);
    let line = |(depth, index): (usize, usize)| {
        let node = &course.nodes[index];
        format!("{}{} {}", "-".repeat(depth), node.kind.word(), node.id)
    };
    assert_eq!(course.walk().map(line).collect::<Vec<_>>().join("\n"), expected);
}

#[test]
fn siblings_stand_in_the_order_of_a_day_unless_the_author_says() {
    check(
        &[
            ("a/lab_1.md", "# l"),
            ("a/session_10.md", "# s"),
            ("a/session_2.md", "# s"),
            ("a/zebra.md", "# z"),
            ("a/overview.md", "# o"),
            ("a/apple.md", "# a"),
            ("a/challenge_1.md", "---\norder: 1\n---\n# c"),
        ],
        "page a\n-overview a/overview\n-challenge a/challenge_1\n-session a/session_2\n-session a/session_10\n-lab a/lab_1\n-page a/apple\n-page a/zebra",
    );
}

#[test]
fn a_page_at_the_top_comes_first_unless_its_author_calls_it_a_page() {
    check(&[("README.md", "# 과정"), ("week_1/a.md", "# a")], "overview README\nweek week_1\n-page week_1/a");
    check(
        &[("README.md", "---\nkind: page\n---\n# 안내"), ("week_1/a.md", "# a")],
        "week week_1\n-page week_1/a\npage README",
    );
}

#[test]
fn several_lessons_of_the_first_level_are_parts() {
    check(
        &[("plan.md", "# Session 1: 가\n\n# Session 2: 나\n\n# Lab 1: 다\n")],
        "page plan\n-session plan.md#session-1-가\n-session plan.md#session-2-나\n-lab plan.md#lab-1-다",
    );
    check(&[("x.md", "# Session 1: 가\n\n## Lab 1: 나\n")], "session x");
}

#[test]
fn lessons_beside_their_day_are_in_it() {
    let text = "# 계획\n## Day 1\n## Session 1: 가\n## 쉬는 시간\n## Lab 1: 나\n## Day 2\n### Session 1: 다\n## 부록\n### Lab 9: 라\n";
    check(
        &[("plan.md", text)],
        "page plan\n-day plan.md#day-1\n--session plan.md#session-1-가\n--lab plan.md#lab-1-나\n-day plan.md#day-2\n--session plan.md#session-1-다\n-lab plan.md#lab-9-라",
    );
    let (course, _) = course(&[("plan.md", text)]);
    let lines: Vec<_> =
        course.nodes.iter().filter_map(|n| n.section.as_ref()).map(|s| (s.first_line, s.last_line)).collect();
    assert_eq!(lines, [(2, 5), (3, 3), (5, 5), (6, 7), (7, 7), (9, 9)]);
}

#[test]
fn an_overview_announces_pages_and_does_not_double_them() {
    let page = "# w\n## Day 1\n### Session 1: 가\n### Session 2: 나\n## Day 2\n## [Day 3](day_x/)\n## [Day 4](gone.md)\n## Day 5를 위해\n";
    check(
        &[
            ("week_1/README.md", page),
            ("week_1/day_01/session_1.md", "# s"),
            ("week_1/day_02/a.md", "# a"),
            ("week_1/day_x/README.md", "# x"),
        ],
        "week week_1\n-day week_1/day_01\n--session week_1/day_01/session_1\n-day week_1/README.md#day-1\n--session week_1/README.md#session-2-나\n-day week_1/day_02\n--page week_1/day_02/a\n-day week_1/README.md#day-4\n-page week_1/day_x",
    );
}

#[test]
fn marks_make_nodes_of_any_heading_in_any_page() {
    check(
        &[(
            "session_1.md",
            "# s\n<!-- node: s1 -->\n## Lab 1: 가\n## 해 보기\n<!-- node: try kind=lab -->\n## 글\n<!-- node: -->\n",
        )],
        "session s1\n-lab try\n-page session_1.md#글",
    );
}

#[test]
fn ids_are_unique_whatever_the_author_does() {
    check(
        &[
            ("day_01.md", "# 파일"),
            ("day_01/a.md", "---\nid: x\n---\n# a"),
            ("day_01/b.md", "---\nid: x\n---\n# b"),
            ("c.md", "---\nid: day_01\n---\n# c"),
        ],
        "day day_01/\n-page x\n-page day_01/b\nday day_01.md\npage day_01",
    );
}

#[test]
fn odd_spellings_are_read() {
    check(
        &[("Week_1/readme.MD", "# w"), ("Week_1/Day_2/Session_1.MD", "# s")],
        "week Week_1\n-day Week_1/Day_2\n--session Week_1/Day_2/Session_1",
    );
    check(&[("week_1/day_1/images/a.png", ""), ("scripts/a.sh", "")], "");
}

fn markdown() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "#{1,4} (Week|Day|Session|Lab|Challenge) [1-3](: 가)?",
        Just("# 제목".to_owned()),
        Just("<!-- node: a kind=lab -->".to_owned()),
        Just("<!-- node: b -->".to_owned()),
        Just("```".to_owned()),
        Just("---".to_owned()),
        Just("id: a".to_owned()),
        Just(String::new()),
        Just("글".to_owned()),
    ];
    prop::collection::vec(line, 0..20).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_pages_make_a_sound_tree(one in markdown(), two in markdown(), three in markdown()) {
        let (course, _) = course(&[("week_1/README.md", &one), ("week_1/day_1/session_1.md", &two), ("plan.md", &three)]);
        let walked: BTreeSet<_> = course.walk().map(|(_, index)| index).collect();
        prop_assert_eq!(walked.len(), course.nodes.len());
        let ids: BTreeSet<_> = course.nodes.iter().map(|node| &node.id).collect();
        prop_assert_eq!(ids.len(), course.nodes.len());
        for (index, node) in course.nodes.iter().enumerate() {
            prop_assert_eq!(course.find(&node.id), Some(index));
            for child in &node.children {
                prop_assert_eq!(course.nodes[*child].parent, Some(index));
            }
            if let Some(section) = &node.section {
                prop_assert!(section.first_line >= 1 && section.first_line <= section.last_line);
                if let Some(outer) = node.parent.and_then(|parent| course.nodes[parent].section.as_ref()) {
                    prop_assert!(outer.first_line < section.first_line && section.last_line <= outer.last_line);
                }
            }
        }
    }
}
