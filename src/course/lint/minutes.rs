//! Whether the parts of a page add up to it.

use super::super::model::{Curriculum, Node};
use super::super::section::Head;
use super::{Text, line};
use crate::problem::Problem;

pub(super) fn lint(course: &Curriculum, pages: &[Text], problems: &mut Vec<Problem>) {
    for page in pages {
        for node in page.nodes.iter().filter_map(|index| course.nodes.get(*index)) {
            let (Some(minutes), Some(sum)) = (node.minutes, sum(course, page, node)) else { continue };
            if minutes != sum {
                let message = format!("{minutes}분이라고 했는데 그 안의 시간을 더하면 {sum}분이에요.");
                problems.push(Problem::warning(&page.path, line(node), 0, message));
            }
        }
    }
}

/// The minutes of the outermost timed headings in a node; `None` when no heading in it has any.
fn sum(course: &Curriculum, page: &Text, node: &Node) -> Option<u32> {
    let inside = |head: &&Head| match &node.section {
        Some(section) => head.source.line > section.first_line && head.source.line <= section.last_line,
        None => head.source.line > page.heads.first().map_or(0, |title| title.source.line),
    };
    let mut sum = None;
    let mut within: Option<u8> = None;
    for head in page.heads.iter().filter(inside) {
        if within.is_some_and(|level| head.source.level > level) {
            continue;
        }
        within = None;
        if let Some(minutes) = minutes(course, page, head) {
            sum = Some(sum.unwrap_or(0) + minutes);
            within = Some(head.source.level);
        }
    }
    sum
}

/// A heading's minutes; the author's word where it is a node.
fn minutes(course: &Curriculum, page: &Text, head: &Head) -> Option<u32> {
    let mut parts = page.nodes.iter().filter_map(|index| course.nodes.get(*index));
    let part = parts.find(|node| node.section.as_ref().is_some_and(|section| section.first_line == head.source.line));
    part.and_then(|node| node.minutes).or(head.said.minutes)
}
