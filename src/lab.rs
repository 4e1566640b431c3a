//! To be written.

mod event;
pub mod expr;
mod intent;
mod load;
mod model;
mod observe;
pub mod power;
mod verdict;

pub use event::*;
pub use intent::{intent, removal};
pub use load::{ids, load};
pub use model::*;
pub use observe::*;
pub use verdict::*;
