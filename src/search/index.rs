//! Everything of a course that can be found, page by page.

use std::collections::HashMap;
use std::ops::Range;

use super::collect::{self, Place, Text};
use super::hay::Hay;
use crate::course::Curriculum;
use crate::lesson;
use crate::text::clean;

/// The pages of a course, made comparable.
#[derive(Debug, Default)]
pub struct Index {
    pub(super) pages: Vec<Page>,
    /// Nodes by what they are called at a prompt: their ids, and those of their labs.
    pub(super) ids: HashMap<String, usize>,
}

/// A page: its titles first, then its headings, then its text, so that what is found first weighs most.
#[derive(Debug)]
pub(super) struct Page {
    pub hay: Hay,
    lines: Vec<Line>,
    /// The nodes that are this page or a part of it, the page itself first.
    parts: Vec<Part>,
}

/// A line of the folded text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    start: u32,
    /// In the source, from 1.
    pub number: u32,
    pub place: Place,
}

#[derive(Debug)]
struct Part {
    node: usize,
    lines: Range<usize>,
}

impl Index {
    /// Reads every page that nodes of the curriculum have; one that cannot be read is found by its titles alone.
    pub fn build(curriculum: &Curriculum, mut read: impl FnMut(&str) -> Option<String>) -> Self {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut pages: Vec<(&str, Vec<usize>)> = Vec::new();
        for (_, index) in curriculum.walk() {
            let Some(path) = curriculum.nodes.get(index).and_then(|node| node.path.as_deref()) else { continue };
            let at = *places.entry(path).or_insert(pages.len());
            match pages.get_mut(at) {
                Some((_, nodes)) => nodes.push(index),
                None => pages.push((path, vec![index])),
            }
        }
        let made = pages.into_iter().map(|(path, nodes)| {
            // In chunks: the document of a long page is several times its text.
            let chunks = |text: String| lesson::chunks(&text).flat_map(|chunk| collect::texts(&chunk)).collect();
            let texts = read(path).map(chunks).unwrap_or_default();
            Page::new(curriculum, nodes, texts)
        });
        let pages = made.collect();
        let nodes = || curriculum.walk().filter_map(|(_, at)| curriculum.nodes.get(at).map(|node| (at, node)));
        let labs = nodes().filter_map(|(at, node)| Some((node.lab.clone()?, at)));
        let ids = labs.chain(nodes().map(|(at, node)| (node.id.clone(), at))).collect();
        Self { pages, ids }
    }

    /// Bytes of the text it holds, all copies counted.
    pub fn bytes(&self) -> usize {
        self.pages.iter().map(|page| page.hay.bytes() + size_of_val(page.lines.as_slice())).sum()
    }

    /// Whether a piece of text stands anywhere in the page of a node; case and width aside.
    pub fn holds(&self, node: usize, text: &str) -> bool {
        let folded: String = text.chars().map(super::hay::fold).collect();
        let finder = memchr::memmem::Finder::new(folded.as_bytes());
        let own = |page: &&Page| page.parts.iter().any(|part| part.node == node);
        self.pages.iter().filter(own).any(|page| finder.find(page.hay.folded().as_bytes()).is_some())
    }
}

impl Page {
    fn new(curriculum: &Curriculum, mut nodes: Vec<usize>, mut texts: Vec<Text>) -> Self {
        let section = |node: &usize| curriculum.nodes.get(*node).and_then(|node| node.section.as_ref());
        nodes.sort_by_key(|node| section(node).is_some());
        let mut titles: Vec<Text> = Vec::new();
        let mut parts = Vec::new();
        for node in nodes {
            let lines = section(&node).map_or(0..usize::MAX, |s| s.first_line..s.last_line.saturating_add(1));
            let title =
                curriculum.nodes.get(node).map(|node| clean(&node.title).replace('\n', " ")).unwrap_or_default();
            titles.push(Text { line: lines.start.max(1), place: Place::Title(node), text: title });
            parts.push(Part { node, lines });
        }
        // A node's title is most often its heading, and need not be found twice.
        let said =
            |text: &Text| matches!(text.place, Place::Heading(_)) && titles.iter().any(|title| title.text == text.text);
        texts.retain(|text| !said(text));
        texts.sort_by_key(|text| !matches!(text.place, Place::Heading(_)));
        let mut whole = String::new();
        let mut starts = Vec::new();
        for text in titles.iter().chain(&texts) {
            starts.push((whole.len(), text.line, text.place));
            whole.push_str(&text.text);
            whole.push('\n');
        }
        whole.shrink_to_fit();
        let hay = Hay::new(whole);
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let line = |(start, number, place)| Line { start: small(hay.place(start)), number: small(number), place };
        Self { lines: starts.into_iter().map(line).collect(), hay, parts }
    }

    /// The line an offset is in, by its number.
    pub fn line_at(&self, offset: usize) -> usize {
        self.lines.partition_point(|line| line.start as usize <= offset).saturating_sub(1)
    }

    /// A line by its number.
    pub fn line(&self, at: usize) -> Option<Line> {
        self.lines.get(at).copied()
    }

    /// Where a line is in the folded text, without its newline.
    pub fn range(&self, at: usize) -> Range<usize> {
        let start = self.lines.get(at).map_or(0, |line| line.start as usize);
        let end = self.lines.get(at + 1).map_or(self.hay.folded().len(), |line| line.start as usize);
        start..end.saturating_sub(1).max(start)
    }

    /// The smallest node that a line is in.
    pub fn node(&self, line: Line) -> usize {
        if let Place::Title(node) = line.place {
            return node;
        }
        let number = line.number as usize;
        let inner = self.parts.iter().filter(|part| part.lines.contains(&number)).min_by_key(|part| part.lines.len());
        inner.or(self.parts.first()).map_or(0, |part| part.node)
    }

    /// Whether the page is a node's, wholly or in part.
    pub fn is_of(&self, node: usize) -> bool {
        self.parts.iter().any(|part| part.node == node)
    }

    /// Whether a line is part of a node.
    pub fn within(&self, node: usize, line: Line) -> bool {
        let part = self.parts.iter().find(|part| part.node == node);
        part.is_some_and(|part| part.lines.contains(&(line.number as usize)))
    }

    /// The titles of its nodes.
    pub fn titles(&self) -> impl Iterator<Item = (usize, &str)> {
        let titles = (0..).zip(&self.lines).take_while(|(_, line)| matches!(line.place, Place::Title(_)));
        titles.filter_map(|(at, line)| match line.place {
            Place::Title(node) => Some((node, self.hay.original(self.range(at)))),
            _ => None,
        })
    }

    /// Its headings that are no node's title.
    pub fn headings(&self) -> impl Iterator<Item = (usize, Line, &str)> {
        let all = self.lines.iter().enumerate().filter(|(_, line)| matches!(line.place, Place::Heading(_)));
        all.map(|(at, line)| (at, *line, self.hay.original(self.range(at))))
    }

    /// The heading a line stands below, if it is not the node's title.
    pub fn heading(&self, line: Line) -> Option<&str> {
        let above = self.headings().take_while(|(_, heading, _)| heading.number <= line.number).last();
        // The page's own heading says what its title says.
        above.filter(|(_, heading, _)| heading.place != Place::Heading(1)).map(|(.., text)| text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Tree;

    /// Everything that is read on our own pages is found: no word of the source is missing.
    #[test]
    fn no_word_of_the_course_is_missing() {
        let content = crate::files::content();
        let (curriculum, _) = Curriculum::load(&content);
        let index = Index::build(&curriculum, |path| content.read(path).ok());
        let mut checked = 0;
        for (node, entry) in curriculum.nodes.iter().enumerate() {
            let Some(text) = entry.path.as_ref().and_then(|path| content.read(path).ok()) else { continue };
            // Comments are not read, nor is what stands before the page.
            let parts = text.split("<!--").map(|part| part.rsplit("-->").next().unwrap());
            for line in
                parts.flat_map(str::lines).filter(|line| line.chars().all(|c| c.is_alphanumeric() || " .,".contains(c)))
            {
                for word in line.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)) {
                    assert!(index.holds(node, word), "{}: {word}", entry.id);
                    checked += 1;
                }
            }
        }
        assert!(checked > 100, "{checked}");
        assert!(!matches!(content, Tree::Folder(_)));
    }
}
