//! Stand-in of the contract's `course`, thrown away at the merge.

use crate::files::{ReadError, Tree};
use crate::lab::Level;
use crate::problem::Problem;

/// Kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Week.
    Week,
    /// Day.
    Day,
    /// Session.
    Session,
    /// Lab.
    Lab,
}
/// Section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// First.
    pub first_line: usize,
    /// Last.
    pub last_line: usize,
}
/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// Id.
    pub id: String,
    /// Kind.
    pub kind: Kind,
    /// Title.
    pub title: String,
    /// Minutes.
    pub minutes: Option<u32>,
    /// Level.
    pub level: Option<Level>,
    /// Path.
    pub path: Option<String>,
    /// Section.
    pub section: Option<Section>,
    /// Lab.
    pub lab: Option<String>,
    /// Aliases.
    pub aliases: Vec<String>,
    /// Children.
    pub children: Vec<usize>,
    /// Parent.
    pub parent: Option<usize>,
    /// Problems.
    pub problems: Vec<Problem>,
}
/// The curriculum.
#[derive(Clone, Debug, Default)]
pub struct Curriculum {
    /// Title.
    pub title: String,
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Roots.
    pub roots: Vec<usize>,
}
impl Curriculum {
    /// Find.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.nodes.iter().position(|n| n.id == id)
    }
    /// Text.
    pub fn text(&self, tree: &Tree, index: usize) -> Result<String, ReadError> {
        tree.read(self.nodes[index].path.as_deref().unwrap_or(""))
    }
    /// Load.
    pub fn load(_tree: &Tree) -> (Curriculum, Vec<Problem>) {
        (Curriculum::default(), Vec::new())
    }
}
