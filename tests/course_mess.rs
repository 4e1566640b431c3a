//! Any folder is a course: whatever is in it, loading ends, loses no page, and is the same every time.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/mess.rs"]
mod mess;

use std::collections::BTreeSet;
use std::path::Path;

use jotasu::course::{self, Curriculum};
use jotasu::files::Tree;
use jotasu::problem::Severity;
use proptest::prelude::*;

fn loaded(root: &Path) -> (Curriculum, Vec<String>) {
    let (course, problems) = Curriculum::load(&Tree::Folder(root.to_path_buf()));
    (course, problems.iter().map(|problem| format!("{problem} {:?}", problem.help)).collect())
}

/// The tree in reading order, every part of it that is shown or kept.
fn shape(course: &Curriculum) -> Vec<String> {
    let line = |(depth, index): (usize, usize)| {
        let node = &course.nodes[index];
        format!("{depth} {} {:?} {} {:?} {:?}", node.id, node.kind, node.title, node.path, node.section)
    };
    course.walk().map(line).collect()
}

/// Every file that is named as a page and is a plain file or a link to one inside.
fn pages(root: &Path) -> BTreeSet<String> {
    let listing = Tree::Folder(root.to_path_buf()).listing();
    listing.files.into_iter().filter(|path| path.to_lowercase().ends_with(".md")).collect()
}

fn holds(root: &Path) -> Result<(), TestCaseError> {
    let (course, problems) = loaded(root);
    let walked: Vec<usize> = course.walk().map(|(_, index)| index).collect();
    let once: BTreeSet<usize> = walked.iter().copied().collect();
    prop_assert_eq!(walked.len(), once.len(), "a node is in one place");
    prop_assert_eq!(once.len(), course.nodes.len(), "every node is reachable");
    let reached: BTreeSet<String> =
        course.nodes.iter().filter(|node| node.section.is_none()).filter_map(|node| node.path.clone()).collect();
    prop_assert_eq!(&reached, &pages(root), "every page has its node");
    let ids: BTreeSet<&str> = course.nodes.iter().map(|node| node.id.as_str()).collect();
    prop_assert_eq!(ids.len(), course.nodes.len(), "ids are unique");
    prop_assert!(!ids.contains(""), "and not empty");
    for (index, node) in course.nodes.iter().enumerate() {
        prop_assert_eq!(course.find(&node.id), Some(index), "{} is found by its id", node.id);
        prop_assert!(node.parent.is_none_or(|parent| course.nodes[parent].children.contains(&index)));
        let text = course.text(&Tree::Folder(root.to_path_buf()), index);
        let said = node.problems.iter().any(|problem| problem.severity == Severity::Error);
        prop_assert!(text.is_ok() || said, "what cannot be read is said: {:?}", node.path);
    }
    let (again, same) = loaded(root);
    prop_assert_eq!(shape(&course), shape(&again));
    prop_assert_eq!(problems, same);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_folder_is_a_course_without_a_lost_page(files in mess::files(24)) {
        let dir = tempfile::tempdir().unwrap();
        mess::write(dir.path(), &files);
        holds(dir.path())?;
        let tree = Tree::Folder(dir.path().to_path_buf());
        let problems = course::lint(&tree, &tree);
        for problem in &problems {
            prop_assert!(!problem.rule.is_empty() && !problem.message.is_empty(), "{problem:?}");
            let Ok(text) = tree.read(&problem.file) else { continue };
            prop_assert!(problem.line <= text.lines().count().max(1) + 1, "{problem}");
        }
    }

    #[test]
    fn the_order_in_which_files_were_made_makes_no_difference(files in mess::files(16)) {
        // Two files of one path are one file: which, the first decides.
        let mut seen = BTreeSet::new();
        let files: Vec<_> = files.into_iter().filter(|file| seen.insert(file.path.clone())).collect();
        let clash = files.iter().any(|a| files.iter().any(|b| b.path.starts_with(&format!("{}/", a.path))));
        prop_assume!(!clash);
        let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        mess::write(first.path(), &files);
        mess::write(second.path(), &files.iter().rev().cloned().collect::<Vec<_>>());
        let ((a, of_a), (b, of_b)) = (loaded(first.path()), loaded(second.path()));
        prop_assert_eq!(shape(&a), shape(&b));
        prop_assert_eq!(of_a, of_b);
    }
}

#[test]
fn hundreds_of_pages_of_every_kind_are_all_there() {
    let dir = tempfile::tempdir().unwrap();
    for week in 0..12 {
        for page in 0..40 {
            let name = ["session", "lab", "handson", "한글", "a b"][page % 5];
            let path = dir.path().join(format!("week_{week}/day{}/{name}_{page}.md", page % 5));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, format!("# {page}\n\n## Lab 1: 하나 (10분)\n")).unwrap();
        }
    }
    holds(dir.path()).unwrap();
    assert_eq!(pages(dir.path()).len(), 480);
}

#[test]
fn a_page_of_ten_megabytes_and_a_line_of_five_are_pages() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("big.md"), format!("# 큰 글\n\n{}", "가나다 라마바\n".repeat(10_000_000 / 20)))
        .unwrap();
    std::fs::write(dir.path().join("line.md"), format!("# 긴 줄\n\n{}", "가나다 ".repeat(5_000_000 / 10))).unwrap();
    std::fs::write(dir.path().join("head.md"), format!("---\ntitle: {}\n---\n# 글\n", "가".repeat(100_000))).unwrap();
    holds(dir.path()).unwrap();
}

#[test]
fn a_second_readme_in_another_case_is_a_page_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    for (name, title) in [("README.md", "하나"), ("Readme.md", "둘"), ("readme.md", "셋")] {
        std::fs::write(dir.path().join(name), format!("# {title}\n")).unwrap();
    }
    let (course, _) = loaded(dir.path());
    let titles: Vec<&str> = course.walk().map(|(_, index)| course.nodes[index].title.as_str()).collect();
    assert_eq!(titles, ["하나", "둘", "셋"]);
    holds(dir.path()).unwrap();
}

#[test]
fn files_that_vanish_while_a_course_is_loaded_are_said() {
    let dir = tempfile::tempdir().unwrap();
    for index in 0..100 {
        std::fs::write(dir.path().join(format!("p{index}.md")), "# 글\n").unwrap();
    }
    let tree = Tree::Folder(dir.path().to_path_buf());
    let listing = tree.listing();
    std::fs::remove_file(dir.path().join("p7.md")).unwrap();
    let (course, problems) = Curriculum::load_listed(&tree, &listing);
    assert_eq!(course.nodes.len(), 100);
    let shown: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["p7.md: 파일이 없어요."]);
}

#[test]
fn names_of_macos_are_shown_and_ordered_as_composed_ones() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["가.md", "\u{1102}\u{1161}.md", "다.md"] {
        std::fs::write(dir.path().join(name), "글\n").unwrap();
    }
    let (course, _) = loaded(dir.path());
    let titles: Vec<&str> = course.walk().map(|(_, index)| course.nodes[index].title.as_str()).collect();
    assert_eq!(titles, ["가", "나", "다"]);
    assert_eq!(course.find("나"), course.find("나.md"));
    assert!(course.find("나").is_some());
}
