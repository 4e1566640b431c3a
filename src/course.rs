//! The curriculum: weeks, days and lessons as a tree of nodes, from a folder of Markdown. It reads headers and headings
//! and nothing else of a page, and keeps what is broken in its place with its problems.

mod file_name;
mod fingerprint;
mod header;
mod heading;
mod ids;
mod lint;
mod load;
mod model;
mod order;
mod page;
mod scan;
mod section;
mod shelf;

pub use fingerprint::fingerprint;
pub use lint::{RULES, lint};
pub use model::{Curriculum, Kind, Node, Section, Track};
pub use shelf::{parent, resolve};
