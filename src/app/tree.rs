//! The curriculum as a list that folds: what is unfolded, what is selected, what is at the top.

use std::collections::BTreeSet;

use crate::course::Curriculum;
use crate::keymap::Command;

/// State of the tree's pane.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// Nodes that show their children.
    pub unfolded: BTreeSet<usize>,
    /// The node under the cursor.
    pub selected: usize,
    /// First visible row on screen.
    pub top: usize,
    /// Hidden by the learner.
    pub hidden: bool,
}

impl Tree {
    /// The visible nodes with their depth, from the first.
    pub fn rows(&self, curriculum: &Curriculum) -> Vec<(usize, usize)> {
        let mut rows = Vec::new();
        let mut stack: Vec<(usize, usize)> = curriculum.roots.iter().rev().map(|i| (0, *i)).collect();
        while let Some((depth, index)) = stack.pop() {
            rows.push((depth, index));
            if self.unfolded.contains(&index)
                && let Some(node) = curriculum.nodes.get(index)
            {
                stack.extend(node.children.iter().rev().map(|child| (depth + 1, *child)));
            }
        }
        rows
    }

    /// Selects a node and unfolds what hides it.
    pub fn reveal(&mut self, curriculum: &Curriculum, index: usize) {
        self.selected = index;
        let mut at = curriculum.nodes.get(index).and_then(|n| n.parent);
        while let Some(parent) = at {
            self.unfolded.insert(parent);
            at = curriculum.nodes.get(parent).and_then(|n| n.parent);
        }
    }

    /// Obeys a command of movement or folding; false when it is not one.
    pub fn obey(&mut self, curriculum: &Curriculum, command: Command, height: usize) -> bool {
        let rows = self.rows(curriculum);
        let at = rows.iter().position(|(_, i)| *i == self.selected).unwrap_or(0);
        let node = curriculum.nodes.get(self.selected);
        let branch = node.is_some_and(|n| !n.children.is_empty());
        let last = rows.len().saturating_sub(1);
        let to = match command {
            Command::Down => at + 1,
            Command::Up => at.saturating_sub(1),
            Command::PageDown => at + height.max(1),
            Command::PageUp => at.saturating_sub(height.max(1)),
            Command::Top => 0,
            Command::Bottom => last,
            Command::Unfold if branch && self.unfolded.insert(self.selected) => at,
            Command::Unfold if branch => at + 1,
            Command::Fold if branch && self.unfolded.remove(&self.selected) => at,
            Command::Fold => {
                let parent = node.and_then(|n| n.parent);
                rows.iter().position(|(_, i)| Some(*i) == parent).unwrap_or(at)
            }
            Command::ToggleFold => {
                if branch && !self.unfolded.remove(&self.selected) {
                    self.unfolded.insert(self.selected);
                }
                at
            }
            Command::Unfold => at,
            _ => return false,
        };
        if let Some((_, index)) = rows.get(to.min(last)) {
            self.selected = *index;
        }
        self.follow(curriculum, height);
        true
    }

    /// Scrolls no more than is needed to see the selection, and never past the end.
    pub fn follow(&mut self, curriculum: &Curriculum, height: usize) {
        let rows = self.rows(curriculum);
        let at = rows.iter().position(|(_, i)| *i == self.selected).unwrap_or(0);
        self.top = keep(self.top, at, at + 1, rows.len(), height);
    }

    /// Scrolls without moving the selection.
    pub fn scroll(&mut self, curriculum: &Curriculum, by: isize, height: usize) {
        let most = self.rows(curriculum).len().saturating_sub(height);
        self.top = self.top.saturating_add_signed(by).min(most);
    }
}

/// The top row, moved no more than is needed to see rows `from..to` of `all` in `height`.
pub fn keep(top: usize, from: usize, to: usize, all: usize, height: usize) -> usize {
    let top = top.max(to.saturating_sub(height)).min(from);
    top.min(all.saturating_sub(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(top: usize, from: usize, to: usize, expected: usize) {
        assert_eq!(keep(top, from, to, 100, 10), expected);
    }

    #[test]
    fn scrolling_follows_the_selection_and_stops_at_the_end() {
        check(0, 3, 4, 0);
        check(0, 10, 11, 1);
        check(20, 3, 4, 3);
        check(95, 99, 100, 90);
        check(0, 5, 30, 5);
    }
}
