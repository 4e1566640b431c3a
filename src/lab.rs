//! To be written.

mod event;
pub mod expr;
mod model;
mod observe;
mod standin;
mod verdict;

pub use event::*;
pub use model::*;
pub use observe::*;
pub use standin::*;
pub use verdict::*;
