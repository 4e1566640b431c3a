//! What an author should know before learners do: the course against itself and against its labs, both ways. It reads
//! every page whole, so it is for authors and CI, never for opening a course.

mod labs;
mod links;
mod minutes;
mod needs;

use super::model::{Curriculum, Node};
use super::page;
use super::section::Head;
use crate::files::Tree;
use crate::lesson::{self, Document};
use crate::problem::Problem;

/// A page as the lints see it.
struct Text {
    path: String,
    text: String,
    heads: Vec<Head>,
    document: Document,
    /// The nodes of the page: itself and its parts, in the order of their lines.
    nodes: Vec<usize>,
}

/// Every finding about a course and its labs, sorted by place.
pub fn lint(content: &Tree, labs: &Tree) -> Vec<Problem> {
    let (course, mut problems) = Curriculum::load(content);
    let pages = pages(content, &course);
    let files = content.list();
    ids(&course, &mut problems);
    needs::lint(&course, &mut problems);
    minutes::lint(&course, &pages, &mut problems);
    links::lint(&pages, &files, &mut problems);
    labs::lint(&course, &pages, labs, &mut problems);
    problems.sort();
    problems.dedup();
    problems
}

/// The pages that can be read; the others have said why at loading.
fn pages(content: &Tree, course: &Curriculum) -> Vec<Text> {
    let mut pages: Vec<Text> = Vec::new();
    for (index, node) in course.nodes.iter().enumerate().filter(|(_, node)| node.section.is_none()) {
        let Some(path) = &node.path else { continue };
        let Ok(text) = content.read(path) else { continue };
        let mut nodes: Vec<usize> = (0..course.nodes.len())
            .filter(|part| {
                *part != index && course.nodes.get(*part).is_some_and(|node| node.path.as_ref() == Some(path))
            })
            .collect();
        nodes.sort_by_key(|part| course.nodes.get(*part).map_or(0, line));
        nodes.insert(0, index);
        let (heads, document) = (page::read(path, &text).heads(), lesson::parse(&text));
        pages.push(Text { path: path.clone(), text, heads, document, nodes });
    }
    pages
}

/// Where a node begins; 0 for a folder without a page.
fn line(node: &Node) -> usize {
    node.section.as_ref().map_or(usize::from(node.path.is_some()), |section| section.first_line)
}

fn file(node: &Node) -> &str {
    node.path.as_deref().unwrap_or(&node.id)
}

/// Progress is keyed by ids: one made from a path is lost when the file moves.
fn ids(course: &Curriculum, problems: &mut Vec<Problem>) {
    for node in course.nodes.iter().filter(|node| node.derived) {
        let (message, help) = match (&node.path, &node.section) {
            (None, _) => ("폴더에 README.md가 없어요.", "README.md를 쓰고 머리말에 `id: …`를 적으세요.".to_owned()),
            (Some(_), None) => ("id가 없어 경로로 대신했어요.", "머리말에 `id: …`를 적으세요.".to_owned()),
            (Some(_), Some(_)) => (
                "id가 없어 제목으로 대신했어요.",
                format!("제목 다음 줄에 `<!-- node: ID kind={} -->`를 적으세요.", node.kind.word()),
            ),
        };
        problems.push(Problem::warning(file(node), line(node), 0, message).with_help(help));
    }
}

#[cfg(test)]
mod tests;
