//! To be written.

mod event;
pub mod expr;
mod model;
mod observe;
mod verdict;

pub use event::*;
pub use model::*;
pub use observe::*;
pub use verdict::*;
