//! Where the learner's files are, and `config.toml`. The file is the learner's own: it is read, and added to at its end
//! when asked; nothing in it is ever rewritten.

mod allow;
mod append;
mod config;
mod home;
mod trust;

pub use allow::Allow;
pub use config::{Ambiguous, Color, FILE, Images, Settings, Theme};
pub use home::Home;
pub use trust::Trusted;
