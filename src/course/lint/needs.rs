//! What must be done before what: known nodes, no circles, and nothing elective before what everyone does.

use std::collections::BTreeSet;

use super::super::model::{Curriculum, Track};
use super::{file, line};
use crate::problem::Problem;

pub(super) fn lint(course: &Curriculum, problems: &mut Vec<Problem>) {
    for (index, node) in course.nodes.iter().enumerate() {
        for need in &node.needs {
            let wrong = |message: String| Problem::error(file(node), line(node), 0, message);
            match course.find(need).and_then(|found| course.nodes.get(found)) {
                None => {
                    let ids = course.nodes.iter().map(|node| node.id.as_str());
                    let problem = wrong(format!("needs에 없는 노드가 있어요: {need}"));
                    problems.push(match crate::yaml::nearest(need, ids) {
                        Some(near) => problem.with_help(format!("혹시 `{near}`인가요?")),
                        None => problem,
                    });
                }
                Some(found) if node.track == Some(Track::Core) && found.track == Some(Track::Elective) => {
                    let help = "core는 core만 앞세울 수 있어요.";
                    problems.push(wrong(format!("core 노드가 elective 노드를 앞세워요: {need}")).with_help(help));
                }
                Some(_) => {}
            }
        }
        if circle(course, index) {
            problems.push(Problem::error(
                file(node),
                line(node),
                0,
                format!("needs가 돌고 돌아 자신이 돼요: {}", node.id),
            ));
        }
    }
}

/// Whether a node comes before itself.
fn circle(course: &Curriculum, start: usize) -> bool {
    let before = |index: usize| {
        let needs = course.nodes.get(index).map_or(&[][..], |node| &node.needs);
        needs.iter().filter_map(|need| course.find(need)).collect::<Vec<_>>()
    };
    let mut stack = before(start);
    let mut seen = BTreeSet::new();
    while let Some(index) = stack.pop() {
        if index == start {
            return true;
        }
        if seen.insert(index) {
            stack.extend(before(index));
        }
    }
    false
}
