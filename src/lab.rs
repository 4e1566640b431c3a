//! Labs: what is asked, what was observed, and what is to be said of it. Pure: no clock, no network, no files; the
//! engine in `cluster` brings observations and the time.

mod around;
mod cause;
mod decide;
mod event;
pub mod expr;
pub mod guide;
mod hint;
mod intent;
mod load;
mod memory;
mod model;
mod mutate;
mod near;
mod object;
mod observe;
mod order;
mod owned;
mod pattern;
pub mod power;
pub mod quantity;
mod ready;
mod replies;
mod score;
mod select;
#[cfg(test)]
mod sources;
mod sow;
#[cfg(test)]
mod testing;
mod timed;
mod undo;
mod verdict;
mod version;
mod watches;
mod why;

pub use around::Around;
pub use cause::{Diagnosis, diagnose};
pub use decide::{Changed, Context, Decision, Round, accepts, decide, decide_all, done, edited, hint_applies, holds};
pub use event::*;
pub use hint::Ladder;
pub use intent::{intent, removal};
pub use load::{ids, load};
pub use memory::{CheckMemory, Known, Memory, Restarts, SCHEMA, Standing, Turn};
pub use model::*;
pub use mutate::{Mutations, Operator, Records, Survivor, mutations};
pub use near::{elsewhere, near_of};
pub use observe::*;
pub use order::Order;
pub use pattern::{Mismatch, check as check_pattern, mismatch};
pub use quantity::of as quantity;
pub use ready::{Readiness, Unready, has_contract, ready};
pub use score::{Help, Part, Score, score, tenths};
pub use select::{PROBE, Selection, View};
pub use sow::{SEEDS, any_seed, seeds};
pub use timed::{Tick, Timed};
pub use undo::{How, Loss, Plan, Undoing, kept, undo};
pub use verdict::*;
pub use version::satisfies;
pub use why::{Asks, LogOf, Tail, Told, Why, asks, is_no_log, tail, told};
