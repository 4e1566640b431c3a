//! Typed verdicts, causes and reasons as Korean sentences. The only place that makes them; decides nothing.

mod cause;
mod change;
mod field;
mod mark;
pub mod measures;
mod near;
pub mod quiz;
mod reason;
mod repair;
mod report;
mod review;
mod script;
mod undo;
mod value;
mod verdict;
mod why;

pub use cause::{brief, cause};
pub use change::change;
pub use mark::{manual, role, spans, symbol};
pub use near::near;
pub use reason::reason;
pub use report::report;
pub use review::{Review, commands, debrief, review};
pub use script::script;
pub use undo::{loss, moment};
pub use value::short;
pub use verdict::{Said, verdict};
pub use why::{Section, next_commands, why};
