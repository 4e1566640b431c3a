//! From the files of a course to the tree of nodes. Nothing that is broken is left out.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use unicode_normalization::UnicodeNormalization as _;

use super::file_name::{self, Place};
use super::header::Header;
use super::ids;
use super::model::{Curriculum, Kind, Node, Section};
use super::order::natural;
use super::page::{self, Page};
use super::section::{self, Around, Head, Part};
use super::shelf::{Shelf, is_overview, last_name, stem};
use crate::files::{Listing, Skipped, Tree};
use crate::problem::Problem;

impl Curriculum {
    /// Loads a course. What is wrong with it comes beside it, sorted by place.
    pub fn load(tree: &Tree) -> (Self, Vec<Problem>) {
        Self::load_listed(tree, &tree.listing())
    }

    /// Loads the pages of a listing of the same tree.
    pub fn load_listed(tree: &Tree, listing: &Listing) -> (Self, Vec<Problem>) {
        let shelf = Shelf::new(&listing.files);
        let paths: Vec<&str> = shelf.all().collect();
        let read = tree.read_all(&paths, page::open);
        let pages = paths.iter().copied().zip(read).collect();
        let mut loader = Loader { pages, shelf: &shelf, course: Self::default(), keys: Vec::new() };
        loader.top();
        let mut course = loader.course;
        let mut problems: Vec<_> = listing.skipped.iter().map(skipped).collect();
        ids::assign(&mut course);
        quizzes(&mut course, &listing.files);
        problems.extend(course.nodes.iter().flat_map(|node| node.problems.iter().cloned()));
        problems.sort();
        problems.dedup();
        (course, problems)
    }
}

/// Gives each page the quiz beside it.
fn quizzes(course: &mut Curriculum, files: &[String]) {
    let quizzes: HashMap<String, &String> =
        files.iter().filter_map(|file| Some((crate::quiz::page(file)?.to_lowercase(), file))).collect();
    for node in course.nodes.iter_mut().filter(|node| node.section.is_none() && !quizzes.is_empty()) {
        let quiz = node.path.as_ref().and_then(|path| quizzes.get(&path.to_lowercase()));
        node.quiz = quiz.map(|file| (*file).clone());
    }
}

fn skipped(skipped: &Skipped) -> Problem {
    Problem { rule: "file", ..Problem::warning(&skipped.path, 0, 0, skipped.why) }
}

/// Where a node stands among its siblings.
struct Key {
    order: Option<i64>,
    number: Option<u32>,
    name: String,
    line: usize,
    /// Whether the author says what it is.
    kind_said: bool,
}

struct Loader<'a> {
    /// As read, until the tree has a place for them.
    pages: HashMap<&'a str, Page>,
    shelf: &'a Shelf,
    course: Curriculum,
    /// One for each node.
    keys: Vec<Key>,
}

/// What a folder or page is in.
#[derive(Clone, Copy, Default)]
struct Above {
    parent: Option<usize>,
    frame: Option<Kind>,
}

impl Loader<'_> {
    fn take(&mut self, path: &str, named: Option<Place>) -> Page {
        self.pages.remove(path).unwrap_or_default().titled(path, named)
    }

    fn top(&mut self) {
        let mut roots = Vec::new();
        if let Some(path) = self.shelf.overview("") {
            let root = self.page(path, Above::default());
            self.course.title = self.overview_of_all(root);
            roots.push(root);
        }
        self.inside("", Above::default(), &mut roots);
        self.course.roots = roots;
    }

    /// Makes the page at the top the first one, and gives the course's title; one that its author calls a page is only a
    /// page.
    fn overview_of_all(&mut self, root: usize) -> String {
        let authors = self.keys.get(root).is_some_and(|key| key.kind_said);
        match self.course.nodes.get_mut(root) {
            Some(node) if node.kind == Kind::Page && !authors => {
                node.kind = Kind::Overview;
                node.title.clone()
            }
            Some(node) if node.kind != Kind::Page => node.title.clone(),
            _ => String::new(),
        }
    }

    /// The pages and folders directly in a folder, added to what is there already, in order.
    fn inside(&mut self, folder: &str, above: Above, children: &mut Vec<usize>) {
        let shelf = self.shelf;
        let parts = children.len();
        let overview = shelf.overview(folder);
        for path in shelf.pages(folder).iter().filter(|path| Some(path.as_str()) != overview) {
            children.push(self.page(path, above));
        }
        for path in shelf.folders(folder) {
            children.push(self.folder(path, above));
        }
        // Parts alone stay in the order of their page.
        if children.len() > parts {
            children.sort_by(|a, b| self.compare(*a, *b));
        }
    }

    fn compare(&self, a: usize, b: usize) -> Ordering {
        let (Some(left), Some(right)) = (self.keys.get(a), self.keys.get(b)) else { return Ordering::Equal };
        let kind = |index: usize| self.course.nodes.get(index).map(|node| rank(node.kind));
        // The overview, then what has its place from the author, then the rest.
        let group = |key: &Key, index: usize| match key.order {
            Some(order) => (1, order),
            None if kind(index) == Some(0) => (0, 0),
            None => (2, 0),
        };
        group(left, a)
            .cmp(&group(right, b))
            .then_with(|| kind(a).cmp(&kind(b)))
            .then_with(|| left.number.is_none().cmp(&right.number.is_none()))
            .then_with(|| left.number.cmp(&right.number))
            .then_with(|| natural(&left.name, &right.name))
            .then_with(|| left.line.cmp(&right.line))
    }

    fn folder(&mut self, path: &str, above: Above) -> usize {
        let named = file_name::of_file(last_name(path));
        let overview = self.shelf.overview(path);
        let page = overview.map_or_else(Page::default, |file| self.take(file, named));
        let mut kind = page.kind(named);
        if kind == Kind::Overview {
            kind = named.map_or(Kind::Page, |place| place.kind);
        }
        let mut node = Node::new(kind, page.title(last_name(path), named));
        node.path = overview.map(str::to_owned);
        let index = self.add(node, &page, named, path, above.parent);
        if let Some(node) = self.course.nodes.get_mut(index).filter(|node| node.derived && node.path.is_none()) {
            path.clone_into(&mut node.id);
        }
        let below = Above { parent: Some(index), frame: frame(kind, above.frame) };
        let mut children = match overview {
            Some(file) => self.parts(file, &page, kind, index, below.frame),
            None => Vec::new(),
        };
        self.inside(path, below, &mut children);
        self.set_children(index, children);
        index
    }

    fn page(&mut self, path: &str, above: Above) -> usize {
        let mut named = file_name::of_file(stem(path));
        // A plan of a week is in the week; it is not a week in itself.
        if named.is_some_and(|place| above.frame.is_some_and(|frame| place.kind <= frame)) {
            named = None;
        }
        let page = self.take(path, named);
        let mut kind = page.kind(named);
        if page.header.kind.is_none() && above.frame.is_some_and(|frame| kind <= frame) {
            kind = Kind::Page;
        }
        let mut node = Node::new(kind, page.title(stem(path), named));
        node.path = Some(path.to_owned());
        let index = self.add(node, &page, named, path, above.parent);
        let children = self.parts(path, &page, kind, index, frame(kind, above.frame));
        self.set_children(index, children);
        index
    }

    fn add(&mut self, mut node: Node, page: &Page, named: Option<Place>, name: &str, parent: Option<usize>) -> usize {
        node.minutes = page.minutes();
        node.problems.clone_from(&page.problems);
        node.parent = parent;
        let titled = || page.said.as_ref().and_then(|said| file_name::of_heading(&said.title));
        let number = named.or_else(titled).and_then(|place| place.number);
        self.push(
            node,
            Header { broken: page.header.broken || page.unread, ..page.header.clone() },
            Key { order: None, number, name: name.nfc().collect(), line: 0, kind_said: false },
        )
    }

    fn push(&mut self, mut node: Node, header: Header, key: Key) -> usize {
        node.derived = header.id.is_none();
        node.unsure = header.broken;
        node.id = header.id.unwrap_or_default();
        node.level = header.level;
        node.track = header.track;
        node.lab = header.lab;
        node.needs = header.needs;
        node.aliases = header.aliases;
        node.exam = header.exam;
        self.keys.push(Key { order: header.order, kind_said: header.kind.is_some(), ..key });
        self.course.nodes.push(node);
        self.course.nodes.len() - 1
    }

    fn set_children(&mut self, index: usize, children: Vec<usize>) {
        if let Some(node) = self.course.nodes.get_mut(index) {
            node.children = children;
        }
    }

    /// Makes nodes of a page's parts and gives those directly below it.
    fn parts(&mut self, file: &str, page: &Page, kind: Kind, index: usize, frame: Option<Kind>) -> Vec<usize> {
        let by_heading = matches!(kind, Kind::Week | Kind::Day | Kind::Overview | Kind::Page | Kind::Project);
        if !by_heading && page.headings.iter().skip(1).all(|heading| heading.mark.is_none()) {
            return Vec::new();
        }
        let heads = page.heads();
        let around = Around { file, lines: page.lines, by_heading, frame, title: page.said.as_ref().map(|_| 0) };
        let parts = section::parts(&heads, &around);
        let kept = self.kept(file, &heads, &parts);
        let mut nodes: BTreeMap<usize, usize> = BTreeMap::new();
        let mut children = Vec::new();
        for (at, part) in parts.into_iter().enumerate() {
            let Some(head) = heads.get(part.head).filter(|_| kept.contains(&at)) else { continue };
            let parent = part.within.and_then(|within| nodes.get(&within)).copied();
            let mut node = Node::new(part.place.kind, part.header.title.as_ref().unwrap_or(&head.said.title));
            node.minutes = part.header.minutes.or(head.said.minutes);
            node.path = Some(file.to_owned());
            let (first_line, last_line) = (head.source.line, part.last_line);
            node.section = Some(Section { first_line, last_line, slug: head.slug.clone() });
            node.problems = part.problems;
            node.parent = Some(parent.unwrap_or(index));
            let (name, number) = (file.nfc().collect(), part.place.number);
            let key = Key { order: None, number, name, line: first_line, kind_said: false };
            let made = self.push(node, part.header, key);
            nodes.insert(at, made);
            match parent.and_then(|parent| self.course.nodes.get_mut(parent)) {
                Some(parent) => parent.children.push(made),
                None => children.push(made),
            }
        }
        children
    }

    /// Which parts are nodes: not those that only announce a page of their own, and no frames without anything in them
    /// unless their heading is nothing else.
    fn kept(&self, file: &str, heads: &[Head], parts: &[Part]) -> BTreeSet<usize> {
        let mut kept: BTreeSet<usize> = BTreeSet::new();
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut announced: Vec<Vec<String>> = Vec::new();
        for part in parts {
            let link = heads.get(part.head).and_then(|head| head.said.link.as_deref());
            let mut pages: Vec<String> = link.and_then(|link| self.shelf.linked(folder, link)).into_iter().collect();
            if is_overview(file) {
                let outer = part.within.and_then(|within| parts.get(within).zip(announced.get(within)));
                match outer {
                    Some((outer, folders)) if outer.place.kind.is_frame() && !folders.is_empty() => {
                        pages.extend(folders.iter().flat_map(|folder| self.shelf.named(folder, part.place)));
                    }
                    _ => pages.extend(self.shelf.named(folder, part.place)),
                }
            }
            announced.push(pages);
        }
        // From the last to the first: parts come before what is in them.
        for (at, part) in parts.iter().enumerate().rev() {
            let holds = kept.iter().any(|inner| parts.get(*inner).is_some_and(|inner| inner.within == Some(at)));
            let own = announced.get(at).is_none_or(Vec::is_empty) && (!part.place.kind.is_frame() || part.place.alone);
            if part.marked || holds || own {
                kept.insert(at);
            }
        }
        kept
    }
}

/// The smaller of two frames.
fn frame(kind: Kind, above: Option<Kind>) -> Option<Kind> {
    if kind.is_frame() { above.max(Some(kind)) } else { above }
}

/// Siblings of different kinds stand in the order of a day.
fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Overview => 0,
        Kind::Week => 1,
        Kind::Day => 2,
        Kind::Session => 3,
        Kind::Lab => 4,
        Kind::HandsOn => 5,
        Kind::Challenge => 6,
        Kind::Project => 7,
        Kind::WrapUp => 8,
        Kind::Page => 9,
    }
}

#[cfg(test)]
mod tests;
