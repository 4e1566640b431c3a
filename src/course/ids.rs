//! Ids: the author's where there is one, else from the path; unique in any case, since progress is keyed by them.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization as _;

use super::model::{Curriculum, Node};
use super::shelf::is_overview;
use crate::problem::Problem;

/// Gives every node its id. An id that is taken already is a problem of the later node, which gets the one of its path.
pub fn assign(course: &mut Curriculum) {
    let order: Vec<usize> = course.walk().map(|(_, index)| index).collect();
    let mut taken: HashMap<String, usize> = HashMap::new();
    for index in &order {
        let Some(node) = course.nodes.get(*index).filter(|node| !node.derived) else { continue };
        let id = node.id.clone();
        match taken.get(&id).and_then(|first| course.nodes.get(*first)) {
            None => {
                taken.insert(id, *index);
            }
            Some(first) => {
                let help = format!("먼저 쓴 곳: {}", place(first));
                let problem = at(node, format!("같은 id가 또 있어요: {id}")).with_help(help);
                if let Some(node) = course.nodes.get_mut(*index) {
                    node.problems.push(problem);
                    node.derived = true;
                }
            }
        }
    }
    for index in &order {
        let Some(node) = course.nodes.get(*index).filter(|node| node.derived) else { continue };
        let [short, long] = derived(node).map(|id| id.nfc().collect::<String>());
        let mut id = if taken.contains_key(&short) { long } else { short };
        while taken.contains_key(&id) {
            id.push('~');
        }
        taken.insert(id.clone(), *index);
        if let Some(node) = course.nodes.get_mut(*index) {
            node.id = id;
        }
    }
    aliases(course, &order, taken);
}

/// `path#slug` for a part; the path without `.md` or `/README.md` for a page; and the longer form for when that is taken.
fn derived(node: &Node) -> [String; 2] {
    match (&node.path, &node.section) {
        (Some(path), Some(section)) => [format!("{path}#{}", section.slug), format!("{path}#{}", section.first_line)],
        (Some(path), None) => {
            let short = match path.rsplit_once('/') {
                Some((folder, _)) if is_overview(path) => folder,
                _ => path.rsplit_once('.').map_or(path.as_str(), |(short, _)| short),
            };
            [short.to_owned(), path.clone()]
        }
        // The loader has left a folder's own path here.
        (None, _) => [node.id.clone(), format!("{}/", node.id)],
    }
}

fn aliases(course: &mut Curriculum, order: &[usize], mut taken: HashMap<String, usize>) {
    for index in order {
        let Some(node) = course.nodes.get(*index) else { continue };
        let mut found = Vec::new();
        for alias in &node.aliases {
            match taken.get(alias).filter(|first| *first != index).and_then(|first| course.nodes.get(*first)) {
                Some(first) => {
                    let help = format!("이미 쓰는 곳: {}", place(first));
                    found.push(at(node, format!("옛 id가 다른 것과 겹쳐요: {alias}")).with_help(help));
                }
                None => {
                    taken.insert(alias.clone(), *index);
                }
            }
        }
        if let Some(node) = course.nodes.get_mut(*index) {
            node.problems.extend(found);
        }
    }
}

fn line(node: &Node) -> usize {
    node.section.as_ref().map_or(1, |section| section.first_line)
}

fn at(node: &Node, message: String) -> Problem {
    Problem::error(node.path.as_deref().unwrap_or(&node.title), line(node), 0, message)
}

fn place(node: &Node) -> String {
    format!("{}:{}", node.path.as_deref().unwrap_or(&node.title), line(node))
}
