//! What a flowchart declares.

use crate::diagram::canvas::{Corners, Stroke};

/// Where a chart or a subgraph flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Downward.
    Down,
    /// Upward.
    Up,
    /// To the right.
    Right,
    /// To the left.
    Left,
}

impl Direction {
    /// As Mermaid spells it.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "TB" | "TD" | "v" => Some(Self::Down),
            "BT" | "^" => Some(Self::Up),
            "LR" | ">" => Some(Self::Right),
            "RL" | "<" => Some(Self::Left),
            _ => None,
        }
    }

    /// Along the rows of the screen.
    pub fn is_horizontal(self) -> bool {
        matches!(self, Self::Left | Self::Right)
    }

    /// Toward the smaller coordinates.
    pub fn is_backward(self) -> bool {
        matches!(self, Self::Left | Self::Up)
    }

    /// By a quarter, so that forward stays forward.
    pub fn turned(self) -> Self {
        match self {
            Self::Down => Self::Right,
            Self::Right => Self::Down,
            Self::Up => Self::Left,
            Self::Left => Self::Up,
        }
    }
}

/// A node. All frames are rounded but those whose shape says something; see [`corners`].
#[derive(Clone, Debug)]
pub struct Node {
    /// Rows as its author broke them; clean.
    pub label: Vec<String>,
    /// Its frame.
    pub corners: Corners,
    /// A style or a class is set on it.
    pub strong: bool,
    /// The subgraph around it.
    pub group: Option<usize>,
}

/// How a shape of Mermaid's newer syntax (`@{ shape: … }`) is framed: decisions and hexagons by slanted corners, stores
/// by a double top and bottom, subprocesses by double sides, slanted and cut shapes by square corners.
pub fn corners(shape: &str) -> Corners {
    match shape {
        "diam" | "decision" | "diamond" | "question" | "hex" | "hexagon" | "prepare" => Corners::Slanted,
        "cyl"
        | "cylinder"
        | "database"
        | "db"
        | "h-cyl"
        | "das"
        | "horizontal-cylinder"
        | "lin-cyl"
        | "disk"
        | "lined-cylinder"
        | "datastore"
        | "data-store" => Corners::Store,
        "subproc" | "subprocess" | "subroutine" | "framed-rectangle" | "fr-rect" => Corners::Sides,
        "odd" | "lean-r" | "lean-right" | "in-out" | "lean-l" | "lean-left" | "out-in" | "trap-b" | "trapezoid"
        | "trap-t" | "inv-trapezoid" | "manual" | "priority" | "doc" | "document" | "docs" | "documents" | "tri"
        | "flip-tri" | "notch-rect" | "card" | "flag" | "sl-rect" => Corners::Square,
        _ => Corners::Round,
    }
}

/// What a link has at an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// Nothing.
    None,
    /// `>`
    Arrow,
    /// `o`
    Circle,
    /// `x`
    Cross,
}

/// A node or a subgraph, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum End {
    /// A node.
    Node(usize),
    /// A subgraph.
    Group(usize),
}

/// A link.
#[derive(Clone, Debug)]
pub struct Link {
    /// Where it begins.
    pub from: End,
    /// Where it ends.
    pub to: End,
    /// None: it only orders (`~~~`).
    pub stroke: Option<Stroke>,
    /// At its beginning.
    pub tail: Head,
    /// At its end.
    pub head: Head,
    /// Rows as its author broke them; clean.
    pub label: Vec<String>,
    /// Ranks it goes at least.
    pub length: usize,
}

/// A subgraph.
#[derive(Clone, Debug)]
pub struct Group {
    /// Clean; empty when it has none.
    pub title: String,
    /// The subgraph around it.
    pub parent: Option<usize>,
    /// Its own direction.
    pub direction: Option<Direction>,
}

/// A whole chart.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Of what has no direction of its own.
    pub direction: Direction,
    /// In the order in which they are named first.
    pub nodes: Vec<Node>,
    /// In their order.
    pub links: Vec<Link>,
    /// In the order in which they begin: a parent before its children.
    pub groups: Vec<Group>,
    /// What a web page shows otherwise than meant.
    pub lints: Vec<(usize, String)>,
}

impl Chart {
    /// The subgraph right around a node or a subgraph.
    pub fn around(&self, end: End) -> Option<usize> {
        match end {
            End::Node(node) => self.nodes.get(node).and_then(|node| node.group),
            End::Group(group) => self.groups.get(group).and_then(|group| group.parent),
        }
    }
}
