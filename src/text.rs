//! To be written.

mod role;

pub use role::{Role, Row};
