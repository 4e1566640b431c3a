//! What an author should know before learners do: the course against itself and against its labs, both ways. It reads
//! every page whole, so it is for authors and CI, never for opening a course.

mod code;
mod labs;
mod letters;
mod links;
mod marks;
mod minutes;
mod names;
mod needs;
mod quizzes;

use std::collections::BTreeMap;

use super::model::{Curriculum, Node};
use super::page;
use super::section::Head;
use crate::files::Tree;
use crate::lesson::{self, Document};
use crate::problem::{Problem, Severity};

/// A page as the lints see it.
struct Text {
    path: String,
    text: String,
    lines: Lines,
    heads: Vec<Head>,
    document: Document,
    /// The nodes of the page: itself and its parts, in the order of their lines.
    nodes: Vec<usize>,
}

/// The rules by which findings are sorted, with what each is about, in Korean.
pub const RULES: &[(&str, &str)] = &[
    ("file", "파일과 이름"),
    ("page", "머리말과 노드 표시"),
    ("id", "노드의 id"),
    ("needs", "먼저 할 것"),
    ("minutes", "시간"),
    ("link", "링크와 그림 파일"),
    ("mark", "주석으로 쓴 표시"),
    ("code", "코드 블록"),
    ("diagram", "그림(Mermaid)"),
    ("text", "글자와 줄"),
    ("lab", "실습과 확인"),
    ("quiz", "퀴즈"),
];

/// Every finding about a course and its labs, sorted by place.
pub fn lint(content: &Tree, labs: &Tree) -> Vec<Problem> {
    let listing = content.listing();
    let (course, mut problems) = Curriculum::load_listed(content, &listing);
    let pages = pages(content, &course);
    ruled("page", &mut problems, |_| {});
    ruled("file", &mut problems, |found| names::lint(&listing.files, found));
    ruled("id", &mut problems, |found| ids(&course, found));
    ruled("needs", &mut problems, |found| needs::lint(&course, found));
    ruled("minutes", &mut problems, |found| minutes::lint(&course, &pages, found));
    ruled("link", &mut problems, |found| links::lint(&pages, &listing.files, found));
    ruled("mark", &mut problems, |found| marks::lint(&pages, found));
    ruled("code", &mut problems, |found| code::lint(&pages, found));
    ruled("text", &mut problems, |found| letters::lint(content, &pages, found));
    let mut known = labs::Known::new();
    ruled("lab", &mut problems, |found| known = labs::lint(&course, &pages, labs, found));
    ruled("quiz", &mut problems, |found| quizzes::lint(&course, content, &listing.files, &known, found));
    problems.sort();
    problems.dedup();
    problems
}

/// Marks what a lint finds with its rule.
fn ruled(rule: &'static str, problems: &mut Vec<Problem>, lint: impl FnOnce(&mut Vec<Problem>)) {
    lint(problems);
    problems.iter_mut().filter(|problem| problem.rule.is_empty()).for_each(|problem| problem.rule = rule);
}

/// The pages that can be read; the others have said why at loading.
fn pages(content: &Tree, course: &Curriculum) -> Vec<Text> {
    let mut of_page: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, node) in course.nodes.iter().enumerate() {
        of_page.extend(
            node.path.as_deref().map(|path| (path, Vec::new())).filter(|(path, _)| !of_page.contains_key(path)),
        );
        if let Some(nodes) = node.path.as_deref().and_then(|path| of_page.get_mut(path)) {
            nodes.push(index);
        }
    }
    let paths: Vec<&str> = of_page.keys().copied().collect();
    let read = content.read_all(&paths, |path, text| {
        let text = text.ok()?;
        Some((page::read(path, &text).heads(), lesson::parse(&text), text))
    });
    let pages = of_page.into_iter().zip(read).filter_map(|((path, mut nodes), read)| {
        let (heads, document, text) = read?;
        // The page itself comes first: its line is the first, whatever its parts' are.
        nodes.sort_by_key(|index| course.nodes.get(*index).map(|node| (node.section.is_some(), line(node))));
        Some(Text { path: path.to_owned(), lines: Lines::new(&text), text, heads, document, nodes })
    });
    pages.collect()
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    /// Line and column of a byte, from 1, the column in characters.
    fn place(&self, text: &str, at: usize) -> (usize, usize) {
        let line = self.0.partition_point(|start| *start <= at).max(1);
        let start = self.0.get(line - 1).copied().unwrap_or(0);
        (line, 1 + text.get(start..at).map_or(0, |before| before.chars().count()))
    }

    /// A line, from 1, without its end.
    fn line<'a>(&self, text: &'a str, line: usize) -> &'a str {
        let start = line.checked_sub(1).and_then(|index| self.0.get(index)).copied();
        start.and_then(|start| text.get(start..)?.lines().next()).unwrap_or_default()
    }
}

/// The known word that one slip of a finger makes of another: a letter more, less, swapped or beside it.
fn slip<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given: Vec<char> = given.to_lowercase().chars().collect();
    known.into_iter().find(|known| {
        let known: Vec<char> = known.chars().collect();
        let (short, long) = if given.len() < known.len() { (&given, &known) } else { (&known, &given) };
        let head = short.iter().zip(long).take_while(|(a, b)| a == b).count();
        let tail = short.iter().rev().zip(long.iter().rev()).take_while(|(a, b)| a == b).count();
        match long.len() - short.len() {
            0 => {
                let wrong = |at: usize| given.get(at) == known.get(at + 1) && given.get(at + 1) == known.get(at);
                head + tail + 1 >= short.len() || (head + tail + 2 == short.len() && wrong(head))
            }
            1 => head + tail >= short.len(),
            _ => false,
        }
    })
}

/// Where a node begins; 0 for a folder without a page.
fn line(node: &Node) -> usize {
    node.section.as_ref().map_or(usize::from(node.path.is_some()), |section| section.first_line)
}

fn file(node: &Node) -> &str {
    node.path.as_deref().unwrap_or(&node.id)
}

/// Progress is keyed by ids: one made from a path is lost when the file moves. A course without a single id is somebody
/// else's, and is told so once.
fn ids(course: &Curriculum, problems: &mut Vec<Problem>) {
    let derived: Vec<&Node> = course.nodes.iter().filter(|node| node.derived && !unsaid(node)).collect();
    if course.nodes.iter().all(|node| node.derived)
        && let [first, _, _, ..] = derived.as_slice()
    {
        let message = format!("id를 적은 글이 하나도 없어 노드 {}개의 id를 모두 경로로 대신했어요.", derived.len());
        let help = "파일을 옮기면 진도를 잃어요. 머리말에 `id: …`를 적으면 지켜져요.";
        problems.push(Problem::warning(file(first), 0, 0, message).with_help(help));
        return;
    }
    for node in derived {
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

/// Whether an id may have been meant and was lost to a mistake that has been said already.
fn unsaid(node: &Node) -> bool {
    node.unsure || node.problems.iter().any(|problem| problem.severity == Severity::Error)
}

#[cfg(test)]
mod tests;
