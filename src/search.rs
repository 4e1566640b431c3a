//! Finding in a course: an index of everything that can be read, and queries on it as they are typed. Pure.
//!
//! ```text
//! jamo      syllables and their parts; the two-set keyboard read both ways
//! hay       text made comparable: case, width, initials; ranges lead back to the original
//! word      one typed word: everything it may mean, and where a text holds it
//! fuzzy     letters in order, with gaps: for titles alone
//! index     the pages of a course as lines
//! excerpt   a line cut around what was found in it
//! find      a query on the index: groups by lesson, ranked
//! ```

mod collect;
mod excerpt;
mod find;
mod fuzzy;
mod hay;
mod index;
mod jamo;
mod word;

pub use excerpt::excerpt;
pub use find::{Found, Group, Hit, Scope};
pub use fuzzy::Fuzzy;
pub use hay::Hay;
pub use index::Index;
pub use word::{Match, Query, Word, pick};
