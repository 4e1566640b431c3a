//! The tree of nodes, and how to find one's way in it.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use crate::files::{ReadError, Tree};
use crate::lab::Level;
use crate::problem::Problem;
use crate::quiz::{self, Quiz};

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// 주.
    Week,
    /// 일차.
    Day,
    /// The first page of a folder that is neither.
    Overview,
    /// 세션.
    Session,
    /// 실습.
    Lab,
    /// 심화 실습.
    HandsOn,
    /// 챌린지.
    Challenge,
    /// 프로젝트.
    Project,
    /// 마무리.
    WrapUp,
    /// Anything else, and folders that fit nothing.
    Page,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Week,
        Self::Day,
        Self::Overview,
        Self::Session,
        Self::Lab,
        Self::HandsOn,
        Self::Challenge,
        Self::Project,
        Self::WrapUp,
        Self::Page,
    ];

    /// The word authors write in `kind:`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Day => "day",
            Self::Overview => "overview",
            Self::Session => "session",
            Self::Lab => "lab",
            Self::HandsOn => "hands-on",
            Self::Challenge => "challenge",
            Self::Project => "project",
            Self::WrapUp => "wrap-up",
            Self::Page => "page",
        }
    }

    /// The name learners read.
    pub fn name(self) -> &'static str {
        match self {
            Self::Week => "주",
            Self::Day => "일차",
            Self::Overview => "개요",
            Self::Session => "세션",
            Self::Lab => "실습",
            Self::HandsOn => "심화 실습",
            Self::Challenge => "챌린지",
            Self::Project => "프로젝트",
            Self::WrapUp => "마무리",
            Self::Page => "문서",
        }
    }

    /// Whether it is a frame for others rather than something to do.
    pub fn is_frame(self) -> bool {
        matches!(self, Self::Week | Self::Day)
    }
}

/// Whether everyone does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Track {
    /// It fits the day.
    Core,
    /// For those who go on.
    Elective,
}

/// The part of a page that a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The line of its heading, from 1.
    pub first_line: usize,
    /// Its last line, included.
    pub last_line: usize,
    /// The heading's anchor.
    pub slug: String,
}

/// A week, a day, a lesson, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Unique in the course.
    pub id: String,
    /// Whether the id comes from the path and not from the author.
    pub derived: bool,
    /// Whether it may have said more: its header could not be read as a whole.
    pub unsure: bool,
    /// What it is.
    pub kind: Kind,
    /// Without minutes and leading pictograms.
    pub title: String,
    /// Planned minutes.
    pub minutes: Option<u32>,
    /// Whom it is for; `None` is everyone.
    pub level: Option<Level>,
    /// Core or elective, where it is said.
    pub track: Option<Track>,
    /// Its page in the tree of files; folders without a `README.md` have none.
    pub path: Option<String>,
    /// The part of the page, where it is not the whole.
    pub section: Option<Section>,
    /// The file of its quiz, in the tree of files.
    pub quiz: Option<String>,
    /// The lab whose checks its lines name.
    pub lab: Option<String>,
    /// Nodes to be done before.
    pub needs: Vec<String>,
    /// Ids it had before.
    pub aliases: Vec<String>,
    /// Certifications it prepares for.
    pub exam: Vec<String>,
    /// In order.
    pub children: Vec<usize>,
    /// What it is in.
    pub parent: Option<usize>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

impl Node {
    /// A node of which nothing but its kind and title is known.
    pub fn new(kind: Kind, title: impl Into<String>) -> Self {
        Self {
            id: String::new(),
            derived: true,
            unsure: false,
            kind,
            title: title.into(),
            minutes: None,
            level: None,
            track: None,
            path: None,
            section: None,
            quiz: None,
            lab: None,
            needs: Vec::new(),
            aliases: Vec::new(),
            exam: Vec::new(),
            children: Vec::new(),
            parent: None,
            problems: Vec::new(),
        }
    }
}

/// A whole course.
#[derive(Clone, Debug, Default)]
pub struct Curriculum {
    /// From the `README.md` at the top; empty when there is none, or when it is a page like any other.
    pub title: String,
    /// All nodes; indices are stable for the life of this value.
    pub nodes: Vec<Node>,
    /// Those at the top, in order.
    pub roots: Vec<usize>,
}

impl Curriculum {
    /// A node by its id, an old id, its path, or `path#slug`.
    pub fn find(&self, name: &str) -> Option<usize> {
        let position = |test: &dyn Fn(&Node) -> bool| self.nodes.iter().position(test);
        let typed: String = name.nfc().collect();
        // An id may end in a slash: that of a folder beside a page of its name.
        if let Some(exact) = position(&|node| node.id == typed) {
            return Some(exact);
        }
        let name = typed.strip_prefix("./").unwrap_or(&typed).trim_end_matches('/');
        position(&|node| node.id == name)
            .or_else(|| position(&|node| node.aliases.iter().any(|alias| alias == name)))
            .or_else(|| match name.split_once('#') {
                Some((page, slug)) => position(&|node| {
                    node.is_page(page) && node.section.as_ref().is_some_and(|section| section.slug == slug)
                }),
                None => position(&|node| node.section.is_none() && node.is_page(name)),
            })
    }

    /// Every node in reading order, with its depth.
    pub fn walk(&self) -> impl Iterator<Item = (usize, usize)> {
        let mut stack: Vec<_> = self.roots.iter().rev().map(|root| (0, *root)).collect();
        std::iter::from_fn(move || {
            let (depth, index) = stack.pop()?;
            let children = self.nodes.get(index).map_or(&[][..], |node| &node.children);
            stack.extend(children.iter().rev().map(|child| (depth + 1, *child)));
            Some((depth, index))
        })
    }

    /// The whole text of a node's page, sections included, so that lines are the file's. A folder without a page gives
    /// the list of what is in it.
    pub fn text(&self, tree: &Tree, index: usize) -> Result<String, ReadError> {
        let Some(node) = self.nodes.get(index) else { return Ok(String::new()) };
        if let Some(path) = &node.path {
            return tree.read(path);
        }
        let mut text = format!("# {}\n\n", node.title);
        for child in node.children.iter().filter_map(|child| self.nodes.get(*child)) {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "- {}", child.title);
        }
        Ok(text)
    }

    /// Whether everyone does a node: neither it nor what it is in is said to be elective.
    pub fn is_core(&self, index: usize) -> bool {
        let elective = |at: usize| self.nodes.get(at).is_some_and(|node| node.track == Some(Track::Elective));
        !std::iter::once(index).chain(self.above(index)).any(elective)
    }

    /// The quiz of a node and what is wrong with it, read now; `None` when it has none.
    pub fn quiz(&self, tree: &Tree, index: usize) -> Option<(Quiz, Vec<Problem>)> {
        let path = self.nodes.get(index)?.quiz.as_deref()?;
        Some(match tree.read(path) {
            Ok(text) => quiz::load(path, &text),
            Err(error) => (Quiz::default(), vec![error.problem()]),
        })
    }

    /// The nodes a node is in, the nearest first.
    pub fn above(&self, index: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.nodes.get(index).and_then(|node| node.parent), |above| {
            self.nodes.get(*above).and_then(|node| node.parent)
        })
    }
}

impl Node {
    /// Whether a name without `#` is this node's page: with or without `.md`, or its folder.
    fn is_page(&self, name: &str) -> bool {
        let Some(path) = &self.path else { return false };
        let path: String = path.nfc().collect();
        let short = path.strip_suffix(".md").unwrap_or(&path);
        path == name || short == name || short.strip_suffix("/README") == Some(name)
    }
}
