//! A query on the index: what is found, by lesson, the best first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::panic::resume_unwind;

use super::collect::Place;
use super::fuzzy::Fuzzy;
use super::index::{Index, Line, Page};
use super::word::{Match, Query, Word, apart};

/// Where to look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// In the whole course.
    #[default]
    Course,
    /// In one node.
    Node(usize),
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// By node, the best first.
    pub groups: Vec<Group>,
    /// How many nodes there are, those left out included.
    pub nodes: usize,
}

/// What was found in one node.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// In the curriculum.
    pub node: usize,
    /// Where its title matches, in bytes.
    pub title: Vec<Range<usize>>,
    /// Lines, the best first.
    pub hits: Vec<Hit>,
    /// Lines left out; of very many, at least so many.
    pub more: usize,
}

/// A line that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// In the source, from 1.
    pub line: usize,
    /// The heading it is below.
    pub heading: Option<String>,
    /// It is a heading itself.
    pub is_heading: bool,
    /// It is code.
    pub code: bool,
    /// The whole line, clean.
    pub text: String,
    /// Where it matches, in bytes.
    pub ranges: Vec<Range<usize>>,
}

/// Fewer pages are not worth a thread: they take less than a millisecond.
const PAGES_OF_A_THREAD: usize = 64;
/// Places of a word that are looked at in one page.
const PLACES: usize = 32;
/// What was called by its id was meant.
const CALLED: u32 = 1_000_000;
/// A line that holds one word more beats any line that holds fewer.
const ONE_MORE: u32 = 10_000;
/// What fits by letters alone comes after everything else.
const FUZZY: u32 = 1;

/// A line by its number in its page, and what it weighs.
struct Scored {
    line: usize,
    score: u32,
}

/// The lines of one node in one page.
struct Candidate<'a> {
    page: &'a Page,
    node: usize,
    lines: Vec<Scored>,
    score: u32,
}

impl Index {
    /// Looks for a query; at most so many nodes, and so many lines of each.
    pub fn search(&self, query: &Query, scope: Scope, nodes: usize, lines: usize) -> Found {
        if query.is_empty() {
            return Found::default();
        }
        let mut all = self.all(query, scope);
        if scope == Scope::Course {
            self.by_id(query, &mut all);
            self.by_letters(query, &mut all);
        }
        // The sort is stable: what weighs the same stays in the course's order.
        all.sort_by_key(|candidate| Reverse(candidate.score));
        let count = all.len();
        let groups = all.into_iter().take(nodes).map(|candidate| group(candidate, query, lines)).collect();
        Found { groups, nodes: count }
    }

    /// Every node that holds the query, in the course's order. A large course is looked through by several threads.
    fn all(&self, query: &Query, scope: Scope) -> Vec<Candidate<'_>> {
        let within = |page: &&Page| match scope {
            Scope::Course => true,
            Scope::Node(node) => page.is_of(node),
        };
        let pages: Vec<&Page> = self.pages.iter().filter(within).collect();
        let most = pages.len() / PAGES_OF_A_THREAD;
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(most);
        if threads < 2 {
            return of_pages(&pages, query, scope);
        }
        std::thread::scope(|spawner| {
            let parts = pages.chunks(pages.len().div_ceil(threads));
            let running: Vec<_> = parts.map(|pages| spawner.spawn(|| of_pages(pages, query, scope))).collect();
            let found = running.into_iter().map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic)));
            found.flatten().collect()
        })
    }

    /// The node that is called so, before all others.
    fn by_id<'a>(&'a self, query: &Query, all: &mut Vec<Candidate<'a>>) {
        let Some(&node) = self.ids.get(&query.text().to_lowercase()) else { return };
        match all.iter_mut().find(|candidate| candidate.node == node) {
            Some(candidate) => candidate.score += CALLED,
            None => {
                let page = self.pages.iter().find(|page| page.is_of(node));
                all.extend(page.map(|page| Candidate { page, node, lines: Vec::new(), score: CALLED }));
            }
        }
    }

    /// Titles that have the letters in order, where nothing else was found of their node; headings too, where nothing
    /// at all was found.
    fn by_letters<'a>(&'a self, query: &Query, all: &mut Vec<Candidate<'a>>) {
        let mut fuzzy = Fuzzy::new(query.text());
        let known: HashSet<usize> = all.iter().map(|candidate| candidate.node).collect();
        let headings = all.is_empty();
        for page in &self.pages {
            for (node, title) in page.titles().filter(|(node, _)| !known.contains(node)) {
                if let Some((score, _)) = fuzzy.fits(title) {
                    all.push(Candidate { page, node, lines: Vec::new(), score: FUZZY + score });
                }
            }
            for (at, line, heading) in page.headings().filter(|_| headings) {
                let Some((score, _)) = fuzzy.fits(heading) else { continue };
                let (node, scored) = (page.node(line), Scored { line: at, score });
                match all.last_mut().filter(|last| last.node == node) {
                    Some(last) => last.lines.push(scored),
                    None => all.push(Candidate { page, node, lines: vec![scored], score: FUZZY + score / 2 }),
                }
            }
        }
    }
}

/// The nodes of some pages that hold every word somewhere, in their order.
fn of_pages<'a>(pages: &[&'a Page], query: &Query, scope: Scope) -> Vec<Candidate<'a>> {
    let mut all = Vec::new();
    pages.iter().for_each(|page| candidates(page, query, scope, &mut all));
    all
}

/// The nodes of a page that hold every word somewhere.
fn candidates<'a>(page: &'a Page, query: &Query, scope: Scope, all: &mut Vec<Candidate<'a>>) {
    let most = if scope == Scope::Course { PLACES } else { usize::MAX };
    let mut all_of = Vec::new();
    for word in query.words() {
        let held = lines_of(page, word, most);
        if held.lines.is_empty() {
            return;
        }
        all_of.push(held);
    }
    let mut lines: Vec<(usize, u32)> = all_of.iter().flat_map(|held| held.lines.iter().copied()).collect();
    // A word that is everywhere was not looked for everywhere: it is where the rarest one is, all the same.
    if let Some(rare) = all_of.iter().min_by_key(|held| held.lines.len()).filter(|_| all_of.len() > 1) {
        for (word, held) in query.words().iter().zip(&all_of).filter(|(_, held)| held.cut) {
            let last = held.lines.last().map_or(0, |(line, _)| *line);
            for (line, _) in rare.lines.iter().filter(|(line, _)| *line > last) {
                let best = word.matches(&page.hay, &page.range(*line), 4).iter().map(Match::weight).max();
                lines.extend(best.map(|best| (*line, weight(page, *line, best))));
            }
        }
    }
    lines.sort_unstable();
    lines.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    let mut by_node: BTreeMap<usize, Vec<Scored>> = BTreeMap::new();
    for (at, score) in lines {
        let Some(line) = page.line(at) else { continue };
        let node = match scope {
            Scope::Node(node) if !page.within(node, line) || title_of_other(line, node) => continue,
            Scope::Node(node) => node,
            Scope::Course => page.node(line),
        };
        by_node.entry(node).or_default().push(Scored { line: at, score });
    }
    for (node, mut lines) in by_node {
        // Lines come in the page's order, and stay in it where they weigh the same.
        lines.sort_by_key(|line| Reverse(line.score));
        let best = lines.first().map_or(0, |line| line.score);
        let many = u32::try_from(lines.len().min(9)).unwrap_or(0);
        all.push(Candidate { page, node, lines, score: best + many });
    }
}

/// Where a word is in a page.
struct Held {
    /// Lines in order, and what each weighs.
    lines: Vec<(usize, u32)>,
    /// There may be more.
    cut: bool,
}

/// The lines that hold a word, of at most so many places.
fn lines_of(page: &Page, word: &Word, most: usize) -> Held {
    let mut lines: Vec<(usize, u32)> = Vec::new();
    let places = word.matches(&page.hay, &(0..page.hay.folded().len()), most);
    for found in &places {
        let known = lines.last().is_some_and(|(line, _)| found.range.start < page.range(*line).end);
        match lines.last_mut().filter(|_| known) {
            Some((_, best)) => *best = (*best).max(found.weight()),
            None => lines.push((page.line_at(found.range.start), found.weight())),
        }
    }
    let lines = lines.into_iter().map(|(line, best)| (line, weight(page, line, best))).collect();
    Held { lines, cut: places.len() >= most }
}

/// What a line weighs that holds a word so near to what was typed.
fn weight(page: &Page, line: usize, best: u32) -> u32 {
    let place = page.line(line).map_or(0, standing);
    // Where a line stands counts less for what is hardly meant.
    ONE_MORE + best + if best < 10 { place / 8 } else { place }
}

fn title_of_other(line: Line, node: usize) -> bool {
    matches!(line.place, Place::Title(other) if other != node)
}

/// What a line weighs by its place.
fn standing(line: Line) -> u32 {
    match line.place {
        Place::Title(_) => 200,
        Place::Heading(_) => 100,
        Place::Text => 5,
        Place::Code => 0,
    }
}

/// What is shown of a candidate.
fn group(candidate: Candidate<'_>, query: &Query, most: usize) -> Group {
    let Candidate { page, node, lines, score } = candidate;
    let mut group = Group { node, title: Vec::new(), hits: Vec::new(), more: 0 };
    let strewn = |text: &str, fuzzy: &mut Fuzzy| fuzzy.fits(text).map(|(_, ranges)| ranges).unwrap_or_default();
    let mut by_letters = (score < ONE_MORE).then(|| Fuzzy::new(query.text()));
    if let Some(fuzzy) = &mut by_letters {
        let title = page.titles().find(|(other, _)| *other == node).map_or("", |(_, title)| title);
        group.title = strewn(title, fuzzy);
    }
    for scored in lines {
        let Some(line) = page.line(scored.line) else { continue };
        let title = matches!(line.place, Place::Title(_));
        if !title && group.hits.len() >= most {
            group.more += 1;
            continue;
        }
        let range = page.range(scored.line);
        let ranges = match &mut by_letters {
            Some(fuzzy) => strewn(page.hay.original(range.clone()), fuzzy),
            None => marks(page, query, &range),
        };
        if title {
            group.title = ranges;
            continue;
        }
        group.hits.push(Hit {
            line: line.number as usize,
            heading: page.heading(line).map(str::to_owned),
            is_heading: matches!(line.place, Place::Heading(_)),
            code: line.place == Place::Code,
            text: page.hay.original(range).to_owned(),
            ranges,
        });
    }
    group
}

/// Where a line matches, in bytes of its original.
fn marks(page: &Page, query: &Query, line: &Range<usize>) -> Vec<Range<usize>> {
    let mut all: Vec<_> = query.words().iter().flat_map(|word| word.matches(&page.hay, line, usize::MAX)).collect();
    apart(&mut all);
    let start = page.hay.origin(line.start);
    all.into_iter().map(|m| page.hay.origin(m.range.start) - start..page.hay.origin(m.range.end) - start).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::{Curriculum, Kind, Node};

    const PAGES: &[(&str, &str)] = &[
        (
            "세션 1 컨테이너",
            "# 세션 1 컨테이너\n\n이미지를 실행해요.\n\n## Pod와 노드\n\n**컨테이너**가 모여\nPod가 돼요.\n",
        ),
        (
            "세션 2 Deployment",
            "# 세션 2 Deployment\n\n```bash\nkubectl get pods\n```\n\n- 컨테이너를 센다\n- [x] [링크](b.md) 스케줄러\n",
        ),
        ("실습", "| 이름 | 뜻 |\n| --- | --- |\n| Pod | 컨테이너의 묶음 |\n\n노드에 배포해요.\n"),
    ];

    fn index() -> Index {
        let mut curriculum = Curriculum::default();
        for (i, (title, _)) in PAGES.iter().enumerate() {
            let mut node = Node::new(Kind::Session, *title);
            (node.path, node.id) = (Some(i.to_string()), format!("w1-s{i}"));
            node.lab = (i == 2).then(|| "w1-lab1".into());
            curriculum.nodes.push(node);
            curriculum.roots.push(i);
        }
        Index::build(&curriculum, |path| Some(PAGES[path.parse::<usize>().unwrap()].1.to_owned()))
    }

    /// What is found, as `node title|marks: line heading>line with [marks]`.
    fn shown(typed: &str, scope: Scope) -> String {
        let marked = |text: &str, ranges: &[Range<usize>]| {
            let mut out = text.to_owned();
            for range in ranges.iter().rev() {
                out.insert(range.end, ']');
                out.insert(range.start, '[');
            }
            out
        };
        let mut out = String::new();
        for group in index().search(&Query::new(typed, true), scope, 9, 9).groups {
            out += &format!("{}\n", marked(PAGES[group.node].0, &group.title));
            for hit in &group.hits {
                out += &format!("  {} {}\n", hit.line, marked(&hit.text, &hit.ranges));
            }
        }
        out
    }

    #[track_caller]
    fn check(typed: &str, expected: &str) {
        assert_eq!(shown(typed, Scope::Course), expected, "{typed}");
    }

    #[test]
    fn titles_come_before_headings_and_text() {
        let found = "세션 1 [컨테이너]\n  7 [컨테이너]가 모여\n세션 2 Deployment\n  7 [컨테이너]를 센다\n실습\n  3 Pod · [컨테이너]의 묶음\n";
        for typed in ["컨테이너", "ㅋㅌㅇㄴ", "zjsxpdlsj", "컨ㅌㅇ너"] {
            check(typed, found);
        }
        check("노드", "세션 1 컨테이너\n  5 Pod와 [노드]\n실습\n  5 [노드]에 배포해요.\n");
        check("get", "세션 2 Deployment\n  4 kubectl [get] pods\n");
        check("링크", "세션 2 Deployment\n  8 [링크] 스케줄러\n");
        check("없는말", "");
        check("", "");
    }

    #[test]
    fn whole_words_come_before_beginnings() {
        check(
            "pod",
            "세션 1 컨테이너\n  5 [Pod]와 노드\n  8 [Pod]가 돼요.\n실습\n  3 [Pod] · 컨테이너의 묶음\n세션 2 Deployment\n  4 kubectl get [pod]s\n",
        );
    }

    #[test]
    fn several_words_are_all_in_the_page_and_best_in_one_line() {
        check("묶음 pod", "실습\n  3 [Pod] · 컨테이너의 [묶음]\n");
        check(
            "pod 컨테이너",
            "실습\n  3 [Pod] · [컨테이너]의 묶음\n세션 1 [컨테이너]\n  5 [Pod]와 노드\n  8 [Pod]가 돼요.\n  7 [컨테이너]가 모여\n세션 2 Deployment\n  7 [컨테이너]를 센다\n  4 kubectl get [pod]s\n",
        );
        check("pod 스케줄러 노드", "");
    }

    #[test]
    fn letters_in_order_find_titles_alone() {
        check("dply", "세션 2 [D]e[pl]o[y]ment\n");
        check(
            "ㅖㅐㅇ",
            "세션 1 컨테이너\n  5 [Pod]와 노드\n  8 [Pod]가 돼요.\n실습\n  3 [Pod] · 컨테이너의 묶음\n세션 2 Deployment\n  4 kubectl get [pod]s\n",
        );
        check("ㅇ데ㅣㅐㅛ", "세션 2 [Deploy]ment\n");
        check("에ㅣㅛ", "세션 2 [D]e[pl]o[y]ment\n");
    }

    #[test]
    fn a_lesson_is_found_by_its_id_and_its_labs() {
        check("w1-s1", "세션 2 Deployment\n");
        check("W1-S2", "실습\n");
        check("w1-lab1", "실습\n");
        check("w1-s9", "");
    }

    #[test]
    fn one_lesson_can_be_searched_alone() {
        assert_eq!(shown("컨테이너", Scope::Node(2)), "실습\n  3 Pod · [컨테이너]의 묶음\n");
        assert_eq!(shown("링크", Scope::Node(2)), "");
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let found = index().search(&Query::new("pod", true), Scope::Course, 1, 1);
        assert_eq!((found.nodes, found.groups.len(), found.groups[0].hits.len(), found.groups[0].more), (3, 1, 1, 1));
        let hit = &found.groups[0].hits[0];
        assert_eq!((hit.is_heading, hit.heading.as_deref()), (true, Some("Pod와 노드")));
    }

    #[test]
    fn a_part_of_a_page_is_a_lesson_of_its_own() {
        let text = "# 하루\n\n머리\n\n## 세션 1\n\n파드 하나\n\n## 세션 2\n\n파드 둘\n";
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("day_01.md"), text).unwrap();
        let tree = crate::files::Tree::Folder(folder.path().into());
        let (curriculum, _) = Curriculum::load(&tree);
        let index = Index::build(&curriculum, |path| tree.read(path).ok());
        let found = index.search(&Query::new("파드", true), Scope::Course, 9, 9);
        let lines: Vec<_> =
            found.groups.iter().map(|g| (curriculum.nodes[g.node].title.as_str(), g.hits[0].line)).collect();
        assert_eq!(lines, [("세션 1", 7), ("세션 2", 11)]);
    }
}
