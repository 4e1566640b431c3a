//! What the learner has done, kept by ids in one JSON file. It never holds verdicts, and never forgets what a newer
//! program wrote beside what it knows.

mod answered;
mod change;
mod completion;
mod model;
mod note;
mod own;
mod store;

pub use change::Change;
pub use completion::Completion;
pub use model::{LabRecord, LessonRecord, Progress, Reply, SCHEMA, Trial};
pub use note::Note;
pub use store::{CopyError, Notice, SaveError, Store, copy};
