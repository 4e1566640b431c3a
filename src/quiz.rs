//! Quizzes: questions beside a page, a run over them, and when what was answered comes back. Pure: no clock, no files; a
//! prediction only names its check.

mod load;
mod mix;
mod model;
mod recall;
mod run;

pub use load::{ENDING, load, page};
pub use model::{Choice, Kind, Named, Question, Quiz};
pub use recall::{Recall, recall, two_minutes};
pub use run::{Item, Missing, Outcome, Run, Tally};
