//! How much of a part of the course is done: a lab counts when it was done, every other page when it was read.

use super::model::Progress;
use crate::course::{Curriculum, Kind};

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
    /// What is done at and below a node. Frames, overviews and plans count by what is in them, where there is anything.
    pub fn completion(&self, curriculum: &Curriculum, index: usize) -> Completion {
        let mut sum = Completion::default();
        let mut stack = vec![index];
        while let Some(node) = stack.pop().and_then(|index| curriculum.nodes.get(index)) {
            stack.extend(&node.children);
            let frame = node.kind.is_frame() || matches!(node.kind, Kind::Overview | Kind::Page);
            if node.path.is_some() && (node.children.is_empty() || !frame) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::Node;
    use crate::progress::Change;

    /// A day with a session and a lab in it, and a lab within the session.
    fn course() -> Curriculum {
        let node = |kind, id: &str, lab: Option<&str>, parent, children: &[usize]| Node {
            id: id.into(),
            path: Some("a.md".into()),
            lab: lab.map(str::to_owned),
            parent,
            children: children.to_vec(),
            ..Node::new(kind, id)
        };
        let mut nodes = vec![
            node(Kind::Day, "d", None, None, &[1, 2]),
            node(Kind::Session, "s", None, Some(0), &[3]),
            node(Kind::Lab, "l", Some("lab-1"), Some(0), &[]),
            node(Kind::Lab, "m", Some("lab-2"), Some(1), &[]),
        ];
        nodes[1].aliases = vec!["old".into()];
        Curriculum { title: String::new(), nodes, roots: vec![0] }
    }

    #[track_caller]
    fn check(changes: &[Change], expected: (usize, usize), percent: usize) {
        let mut progress = Progress::default();
        changes.iter().for_each(|change| progress.apply(change));
        let sum = progress.completion(&course(), 0);
        assert_eq!(((sum.done, sum.total), sum.percent()), (expected, percent));
        assert_eq!(progress.overall(&course()), sum);
    }

    #[test]
    fn a_lesson_counts_when_read_and_a_lab_when_done() {
        let read = |id: &str| Change::Read { lesson: id.into(), at: 1 };
        check(&[], (0, 3), 0);
        check(&[read("s")], (1, 3), 33);
        check(&[read("d"), read("l")], (0, 3), 0);
        check(&[read("s"), Change::LabDone { lab: "lab-1".into(), at: 1 }], (2, 3), 66);
        assert_eq!(Progress::default().completion(&course(), 9).percent(), 0);
    }

    #[test]
    fn what_was_done_under_an_old_id_still_counts() {
        check(&[Change::Read { lesson: "old".into(), at: 1 }], (1, 3), 33);
        let (mut progress, course) = (Progress::default(), course());
        progress.apply(&Change::Place { lesson: "old".into(), line: 7, within: 0, at: 2 });
        progress.apply(&Change::Place { lesson: "s".into(), line: 9, within: 0, at: 1 });
        progress.apply(&Change::Opened { lesson: "gone".into(), at: 3 });
        assert_eq!((progress.place(&course.nodes[1]), progress.last(&course)), (Some(7), Some(1)));
    }
}
