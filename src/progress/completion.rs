//! How much of a part of the course is done: a lab counts when it was done, every other page when it was read.

use super::model::Progress;
use crate::course::Curriculum;

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// Done.
    pub done: usize,
    /// There are.
    pub total: usize,
}

impl Completion {
    /// Whole percent, rounded down; 0 of nothing.
    pub fn percent(self) -> usize {
        (self.done * 100).checked_div(self.total).unwrap_or(0)
    }

    /// Whether there is something and all of it is done.
    pub fn is_whole(self) -> bool {
        self.total > 0 && self.done == self.total
    }
}

impl Progress {
    /// What is done at and below a node. A page with parts of its own counts by its parts.
    pub fn completion(&self, curriculum: &Curriculum, index: usize) -> Completion {
        let mut sum = Completion::default();
        let mut stack = vec![index];
        while let Some(node) = stack.pop().and_then(|index| curriculum.nodes.get(index)) {
            if !node.children.is_empty() {
                stack.extend(&node.children);
            } else if node.path.is_some() {
                let done = match &node.lab {
                    Some(lab) => self.is_done(lab),
                    None => self.is_read(node),
                };
                sum.total += 1;
                sum.done += usize::from(done);
            }
        }
        sum
    }

    /// What is done of the whole course.
    pub fn overall(&self, curriculum: &Curriculum) -> Completion {
        curriculum.roots.iter().map(|root| self.completion(curriculum, *root)).fold(
            Completion::default(),
            |sum, part| Completion { done: sum.done + part.done, total: sum.total + part.total },
        )
    }
}
