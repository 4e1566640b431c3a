//! A whole curriculum from disk: the shapes of real ones, in words of our own.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use jotasu::course::Curriculum;
use jotasu::files::Tree;

fn fixture() -> Tree {
    Tree::Folder(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/curriculum"))
}

fn drawn(course: &Curriculum) -> String {
    let mut text = String::new();
    for (depth, index) in course.walk() {
        let node = &course.nodes[index];
        let minutes = node.minutes.map(|m| format!(" {m}분")).unwrap_or_default();
        let mark = if node.derived { "" } else { " *" };
        let lines = node.section.as_ref().map(|s| format!(" {}-{}", s.first_line, s.last_line)).unwrap_or_default();
        let wrong = if node.problems.is_empty() { "" } else { " !" };
        let (indent, kind) = ("  ".repeat(depth), node.kind.word());
        writeln!(text, "{indent}{kind} {}{minutes} [{}]{mark}{lines}{wrong}", node.title, node.id).unwrap();
    }
    text
}

#[test]
fn the_shapes_of_real_curricula_become_one_tree() {
    let (course, _) = Curriculum::load(&fixture());
    assert_eq!(course.title, "배 만드는 과정");
    let expected = "\
overview 배 만드는 과정 [README]
week Week 2 [week_02]
  day Day 4 [week_02/day_04]
    session Session 1: 배 관리 전략 [week_02/day_04/session_01]
week Week 3: 항해와 수리 [week_03]
  day Day 1: 돛 달기 [week_03/README.md#day-1-돛-달기] 22-32
  day 노 젓는 날 [w3-d2] *
    session 노의 종류 50분 [w3-d2-s1] *
    session 둘째 [week_03/day_02/session_2]
    session 틀린 글 [week_03/day_02/session_3] !
    session 세션 4 [week_03/day_02/session_4] !
    session 세션 5 [week_03/day_02/session_5] !
    session Session 10: 노래 40분 [w3-d2-song] * 11-13
    lab 노 깎기 90분 [week_03/day_02/lab_1]
    hands-on 심화 실습 1 [week_03/day_02/hands_on_1]
    challenge 부러진 노 [week_03/day_02/challenge_1]
    wrap-up 정리 10분 [week_03/day_02/wrap_up]
  day Week 3 Day 5: 선체 & 고급 수리 [week_03/day5]
    session Session 1: 선체 & 용골 50분 [week_03/day5/README.md#session-1-선체--용골-50분] 12-20
    session Session 2: 밧줄 50분 [week_03/day5/README.md#session-2-밧줄-50분] 21-24
    lab Lab 1: 판자 갈기 110분 [week_03/day5/README.md#lab-1-판자-갈기-110분] 27-31
    hands-on Hands-on 1: 돛대 세우기 90분 [week_03/day5/README.md#hands-on-1-돛대-세우기-90분] 32-35
  day Day 5: 수리 자동화 [week_03/day_05]
    session Session 1: 도르래의 개념 [week_03/day_05/README.md#session-1-도르래의-개념] 5-7
    session Session 2: 매듭 & 고리 [week_03/day_05/README.md#session-2-매듭--고리] 8-15
  page Week 3 배 상세 계획서 [week_03/week3_detailed_plan]
    day Day 1: 기초 & 구조 [week_03/week3_detailed_plan.md#-day-1-기초--구조] 3-31
      session Session 1: 구조 & 부품 50분 [week_03/week3_detailed_plan.md#session-1-구조--부품-50분] 5-12
      session Session 2: 부품 심화 50분 [week_03/week3_detailed_plan.md#session-2-부품-심화-50분] 13-16
      lab Lab 1: 조립 & 탐험 90분 [week_03/week3_detailed_plan.md#-lab-1-조립--탐험-90분] 17-23
      challenge Challenge 1: 새는 배 고치기 90분 [week_03/week3_detailed_plan.md#-challenge-1-새는-배-고치기-90분] 24-31
    day Day 2: 노 & 키 [week_03/week3_detailed_plan.md#-day-2-노--키] 32-38
      session Session 1: 노 50분 [week_03/week3_detailed_plan.md#session-1-노-50분] 34-37
        lab Lab 2: 노 깎기 90분 [week_03/week3_detailed_plan.md#-lab-2-노-깎기--90분] 36-37
      challenge Challenge 2: 부러진 노 90분 [week_03/week3_detailed_plan.md#-challenge-2-부러진-노-90분] 38-38
page 자료 [자료]
  page 밧줄 매듭표 [자료/매듭]
";
    let tree = drawn(&course);
    assert_eq!(tree, expected, "\n{tree}");
}

#[test]
fn what_is_broken_is_said_with_its_place_and_hides_nothing() {
    let (course, problems) = Curriculum::load(&fixture());
    let shown: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "week_03/day_02/session_3.md:1: 같은 id가 또 있어요: w3-d2-s1",
            "week_03/day_02/session_3.md:2:7: kind에 쓸 수 없는 값이에요: sesion",
            "week_03/day_02/session_4.md: 빈 페이지예요.",
            "week_03/day_02/session_5.md:1:3: 1번째 줄이 UTF-8이 아니에요. CP949(EUC-KR)로 보여요.",
        ]
    );
    let broken = course.find("week_03/day_02/session_5").unwrap();
    assert_eq!(course.nodes[broken].problems.len(), 1);
}

#[track_caller]
fn found(course: &Curriculum, name: &str, title: &str) {
    let index = course.find(name).unwrap_or_else(|| panic!("{name} is not found"));
    assert_eq!(course.nodes[index].title, title, "{name}");
}

#[test]
fn nodes_are_found_by_every_name_they_have() {
    let (course, _) = Curriculum::load(&fixture());
    found(&course, "w3-d2-s1", "노의 종류");
    found(&course, "oars", "노의 종류");
    found(&course, "week_03/day_02/session_01", "노의 종류");
    found(&course, "./week_03/day_02/session_01.md", "노의 종류");
    found(&course, "week_03/day_02", "노 젓는 날");
    found(&course, "week_03/day_02/", "노 젓는 날");
    found(&course, "week_03/day_02/README.md", "노 젓는 날");
    found(&course, "week_03/day_02/README.md#session-10-노래-50분", "Session 10: 노래");
    found(&course, "week_03/day5", "Week 3 Day 5: 선체 & 고급 수리");
    found(&course, "week_03/day_05", "Day 5: 수리 자동화");
    assert_eq!(course.find("none"), None);
    assert_eq!(course.find(""), None);
}

#[test]
fn a_folder_without_a_page_lists_what_is_in_it() {
    let (course, _) = Curriculum::load(&fixture());
    let text = course.text(&fixture(), course.find("week_02").unwrap()).unwrap();
    assert_eq!(text, "# Week 2\n\n- Day 4\n");
    let section = course.find("week_03/README.md#day-1-돛-달기").unwrap();
    assert!(course.text(&fixture(), section).unwrap().starts_with("# Week 3"));
}

/// Prints the tree of `JOTASU_TREE`, for looking at other curricula.
#[test]
#[ignore = "by hand: JOTASU_TREE=DIR"]
fn print_a_tree() {
    let tree = Tree::Folder(PathBuf::from(std::env::var("JOTASU_TREE").unwrap()));
    let (course, problems) = Curriculum::load(&tree);
    println!("{}", drawn(&course));
    problems.iter().for_each(|problem| println!("{problem}"));
}

/// Prints what the lints say about `JOTASU_TREE/content` and `JOTASU_TREE/labs`.
#[test]
#[ignore = "by hand: JOTASU_TREE=DIR"]
fn print_the_lints() {
    let root = PathBuf::from(std::env::var("JOTASU_TREE").unwrap());
    let tree = |name| Tree::Folder(root.join(name));
    let problems = jotasu::course::lint(&tree("content"), &tree("labs"));
    problems.iter().for_each(|problem| println!("{:?} {problem}", problem.severity));
}

/// Loads 2,000 pages of about 10 KB.
#[test]
#[ignore = "a measure, not a test"]
fn measure_the_load_of_2000_pages() {
    let dir = tempfile::tempdir().unwrap();
    let body = "## 제목 (10분)\n\n글이 한 줄 있어요. `코드`도 있고 **굵은 글**도 있어요.\n\n```bash\n# 주석\nkubectl get pods\n```\n\n".repeat(60);
    for week in 1..=20 {
        for day in 1..=10 {
            let folder = dir.path().join(format!("week_{week:02}/day_{day:02}"));
            std::fs::create_dir_all(&folder).unwrap();
            for session in 1..=10 {
                let head =
                    format!("---\nid: w{week}-d{day}-s{session}\nminutes: 50\n---\n# Session {session}: 글 (50분)\n\n");
                std::fs::write(folder.join(format!("session_{session:02}.md")), head + &body).unwrap();
            }
        }
    }
    let tree = Tree::Folder(dir.path().to_path_buf());
    for _ in 0..3 {
        let start = std::time::Instant::now();
        let (course, problems) = Curriculum::load(&tree);
        println!(
            "{} nodes, {} problems, {} bytes a page: {:?}",
            course.nodes.len(),
            problems.len(),
            body.len(),
            start.elapsed()
        );
    }
}

#[test]
fn the_reader_knows_the_same_anchors() {
    let (course, _) = Curriculum::load(&fixture());
    for node in &course.nodes {
        let (Some(section), Some(path)) = (&node.section, &node.path) else { continue };
        let document = jotasu::lesson::parse(&fixture().read(path).unwrap());
        let slugs: Vec<_> = document.headings().iter().map(|h| (h.line, h.slug.clone())).collect();
        assert!(slugs.contains(&(section.first_line, section.slug.clone())), "{path}: {section:?} is not in {slugs:?}");
    }
}
