//! How far the nodes of the curriculum are, as the tree shows it. It never changes anything.

use crate::course::Curriculum;
use crate::progress::Progress;

/// How far a node is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    /// Not begun.
    #[default]
    Open,
    /// Begun.
    Begun,
    /// Done.
    Done,
}

/// How far a node is, its children counted in.
pub fn mark(curriculum: &Curriculum, progress: &Progress, index: usize) -> Mark {
    let completion = progress.completion(curriculum, index);
    if completion.is_whole() {
        Mark::Done
    } else if completion.done > 0 || begun(curriculum, progress, index) {
        Mark::Begun
    } else {
        Mark::Open
    }
}

fn begun(curriculum: &Curriculum, progress: &Progress, index: usize) -> bool {
    curriculum.nodes.get(index).is_some_and(|node| {
        if node.children.is_empty() {
            progress.is_opened(node)
        } else {
            node.children.iter().any(|child| begun(curriculum, progress, *child))
        }
    })
}
