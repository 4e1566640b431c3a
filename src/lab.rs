//! To be written.

mod event;
pub mod expr;
mod load;
mod model;
mod observe;
mod verdict;

pub use event::*;
pub use load::{ids, load};
pub use model::*;
pub use observe::*;
pub use verdict::*;
