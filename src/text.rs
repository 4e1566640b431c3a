//! Text as terminal cells: widths, cleaning, wrapping, Korean particles, and the keys behind committed Hangul.
//! Owns every rule about cells; knows nothing of lessons, screens or colors.

mod ambiguous;
mod ascii;
mod cell;
mod clean;
pub mod hangul;
mod josa;
mod plain;
mod role;
mod rows;
mod wrap;

pub use ambiguous::{Ambiguous, ambiguous, set_ambiguous};
pub use ascii::{ascii, spelled};
pub use cell::{clusters, pad, row_width, truncate, width};
pub use clean::clean;
pub use josa::josa;
pub use role::{Role, Row};
pub use rows::{Pieces, Rows};
pub use wrap::{ranges, wrap};
