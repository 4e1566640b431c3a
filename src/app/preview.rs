//! Writing with the page beside: the course is read again at each save, the place is kept, and what is wrong with the
//! page is said in the footer.

use super::{App, Effect};
use crate::course::{Curriculum, Node};
use crate::files::Stamps;
use crate::lesson::Folding;
use crate::problem::{Problem, Severity};
use crate::quiz;
use crate::text::{Role, Row, truncate};

/// The course as it stands after a change.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The course.
    pub curriculum: Curriculum,
    /// How its files stood before it was read.
    pub stamps: Stamps,
}

/// What is kept while its author writes.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The node that is shown, or waited for while it is gone.
    shown: Option<Name>,
    /// Its text when it could last be read, and the line at the top of the screen then.
    text: String,
    line: usize,
    /// What the lints say of the course.
    found: Vec<Problem>,
    /// How its files stood before it was read, until the watch begins.
    stamps: Stamps,
}

/// A node by what outlives a new reading of the course.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    id: String,
    path: Option<String>,
    slug: Option<String>,
}

impl Name {
    fn of(node: &Node) -> Self {
        let slug = node.section.as_ref().map(|section| section.slug.clone());
        Self { id: node.id.clone(), path: node.path.clone(), slug }
    }

    /// The node itself; else, of a renamed part or a new id, its page.
    fn find(&self, curriculum: &Curriculum) -> Option<usize> {
        let place = |test: &dyn Fn(&Node) -> bool| curriculum.nodes.iter().position(test);
        let same = |node: &Node| Self::of(node) == *self;
        let alike = |node: &Node| {
            let other = Self::of(node);
            (other.path == self.path) && (other.slug == self.slug || other.id == self.id)
        };
        place(&same)
            .or_else(|| place(&alike))
            .or_else(|| place(&|node| self.path.is_some() && node.section.is_none() && node.path == self.path))
            .or_else(|| place(&|node| self.path.is_none() && node.id == self.id))
    }
}

impl App {
    /// Shows a course that is being written, at a node of it; `stamps` tell how its files stood before it was read.
    pub fn preview(&mut self, node: Option<usize>, stamps: Stamps) {
        let shown = node.and_then(|node| self.curriculum.nodes.get(node)).map(Name::of);
        self.preview = Some(Preview { shown, line: 1, stamps, ..Preview::default() });
    }

    /// What to do first in a preview: the page, the watch, the lints.
    pub(super) fn start_preview(&mut self) -> Option<usize> {
        let preview = self.preview.as_mut()?;
        let node = preview.shown.as_ref().and_then(|name| name.find(&self.curriculum));
        let stamps = std::mem::take(&mut preview.stamps);
        self.effects.extend([Effect::Watch(stamps), Effect::Lint]);
        node
    }

    /// Takes a course that was read again.
    pub(super) fn changed(&mut self, changed: Changed) {
        let Changed { curriculum, stamps } = changed;
        self.record_place();
        let name = |index: usize| self.curriculum.nodes.get(index).map(Name::of);
        let selected = name(self.tree.selected);
        let unfolded: Vec<Name> = self.tree.unfolded.iter().filter_map(|index| name(*index)).collect();
        let follows = self.reader.node == Some(self.tree.selected);
        if let Some(preview) = &mut self.preview
            && !self.reader.broken()
        {
            preview.line = self.reader.line();
        }
        let folds: Vec<(Name, Folding)> = std::mem::take(&mut self.folds)
            .into_iter()
            .filter_map(|(index, folds)| Some((name(index)?, folds)))
            .collect();
        self.curriculum = curriculum;
        self.folds =
            folds.into_iter().filter_map(|(name, folds)| Some((name.find(&self.curriculum)?, folds))).collect();
        self.tree.unfolded = unfolded.iter().filter_map(|name| name.find(&self.curriculum)).collect();
        // Its places are numbers of the old course's nodes.
        (self.history, self.aim) = Default::default();
        self.index = Default::default();
        self.forget_quizzes();
        self.make_index();
        let shown = self.preview.as_ref().and_then(|preview| preview.shown.clone());
        let found = shown.as_ref().and_then(|name| name.find(&self.curriculum));
        let selected = selected.and_then(|name| name.find(&self.curriculum));
        self.tree.selected = selected.or(found).or(self.curriculum.roots.first().copied()).unwrap_or(0);
        match found {
            Some(node) => {
                if follows {
                    self.tree.reveal(&self.curriculum, node);
                }
                // What is on the screen stays until the new text is there.
                self.reader.node = Some(node);
                self.opening = Some(node);
                self.effects.push(Effect::Open(node));
            }
            None => self.gone(shown.as_ref()),
        }
        self.follow_tree();
        self.effects.extend([Effect::Watch(stamps), Effect::Lint]);
    }

    /// The page is no longer there: that is said in its place until it is back.
    fn gone(&mut self, name: Option<&Name>) {
        let Some(path) = name.map(|name| name.path.as_ref().unwrap_or(&name.id)) else { return };
        let help = "다시 생기면 이어서 보여요.";
        let problem = Problem::error(path, 0, 0, "페이지가 없어졌어요.").with_help(help);
        let node = self.tree.selected;
        self.reader.open(node, crate::lesson::parse(""), vec![problem], 1);
        self.checks = self.checks.anew();
    }

    /// The line at which a page is opened that was read (again): the same place, wherever it is now.
    pub(super) fn place_in(&mut self, node: usize, text: Option<&str>) -> Option<usize> {
        let name = self.curriculum.nodes.get(node).map(Name::of);
        let preview = self.preview.as_mut()?;
        let same = preview.shown.is_some() && preview.shown.as_ref().map(|s| &s.path) == name.as_ref().map(|n| &n.path);
        let same = same && !preview.text.is_empty();
        preview.shown = name;
        let Some(text) = text else { return Some(preview.line) };
        let line = same.then(|| moved(&preview.text, text, preview.line));
        text.clone_into(&mut preview.text);
        preview.line = line.unwrap_or(preview.line);
        line
    }

    /// Takes what the lints say of the course.
    pub(super) fn linted(&mut self, found: Vec<Problem>) {
        if let Some(preview) = &mut self.preview {
            preview.found = found;
        }
    }

    /// What is wrong with the page that is being written, for the footer; `None` outside a preview.
    pub(super) fn findings(&self, cells: usize) -> Option<Row> {
        let preview = self.preview.as_ref()?;
        let path = preview.shown.as_ref()?.path.as_ref()?;
        let of_quiz = |problem: &Problem| quiz::page(&problem.file).as_ref() == Some(path);
        let here = |problem: &&Problem| problem.file == *path || of_quiz(problem);
        let mut of_page: Vec<&Problem> = preview.found.iter().filter(here).collect();
        of_page.sort_by_key(|problem| problem.severity);
        let first = of_page.first()?;
        let file = if of_quiz(first) { "퀴즈 " } else { "" };
        let place = match (first.line, first.column) {
            (0, _) => file.to_owned(),
            (line, 0) => format!("{file}{line}줄 "),
            (line, column) => format!("{file}{line}줄 {column}칸 "),
        };
        let more = match of_page.len() - 1 {
            0 => String::new(),
            more => format!("  (그 밖에 {more})"),
        };
        let role = if first.severity == Severity::Error { Role::Bad } else { Role::Wait };
        let help = first.help.as_ref().map(|help| format!(" {help}")).unwrap_or_default();
        let room = cells.saturating_sub(crate::text::width(&place) + crate::text::width(&more));
        let said = truncate(&format!("{}{help}", first.message), room);
        Some(vec![(Role::Dim, place), (role, said), (Role::Dim, more)])
    }
}

/// Where a line of a text is in another one: what is equal before it or behind it says so.
fn moved(before: &str, now: &str, line: usize) -> usize {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), now.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    match line {
        line if line <= head + 1 => line,
        line if line > old.len() - tail => (line + new.len()).saturating_sub(old.len()),
        line => line.min(new.len() - tail),
    }
    .clamp(1, new.len().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, now: &str, line: usize, expected: usize) {
        let lines = |text: &str| text.chars().map(|c| format!("{c}\n")).collect::<String>();
        assert_eq!(moved(&lines(before), &lines(now), line), expected);
    }

    #[test]
    fn a_line_is_found_again() {
        check("abcdef", "abcdef", 4, 4);
        check("abcdef", "abXXcdef", 4, 6);
        check("abcdef", "abXXcdef", 2, 2);
        check("abcdef", "adef", 4, 2);
        check("abcdef", "abcdefgh", 6, 6);
        check("abcdef", "abXdef", 3, 3);
        check("abcdef", "ab", 5, 2);
        check("abcdef", "", 5, 1);
        check("", "abc", 1, 1);
    }
}
