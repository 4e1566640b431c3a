//! A diagram in a code block: read once a document, drawn once a width.

use std::sync::{Arc, Mutex, OnceLock};

use crate::diagram::{Diagram, Options, Picture, Refusal, parse};

/// What is known of a block's diagram so far. Copies share it.
#[derive(Clone, Debug, Default)]
pub struct Drawing(Arc<Memory>);

type Drawn = Result<Arc<Picture>, Refusal>;

#[derive(Debug, Default)]
struct Memory {
    parsed: OnceLock<Result<Diagram, Refusal>>,
    /// The last one drawn, and for what.
    drawn: Mutex<Option<(Options, Drawn)>>,
}

impl Drawing {
    /// The diagram of that source, always the same for one drawing.
    pub fn parsed(&self, source: &str) -> &Result<Diagram, Refusal> {
        self.0.parsed.get_or_init(|| parse(source))
    }

    /// Its picture.
    pub fn picture(&self, source: &str, options: Options) -> Drawn {
        let diagram = self.parsed(source).as_ref().map_err(Clone::clone)?;
        // Nothing can panic while it is held; a poisoned one is still whole.
        let mut drawn = self.0.drawn.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, picture)) = drawn.as_ref().filter(|(at, _)| *at == options) {
            return picture.clone();
        }
        let picture = diagram.draw(&options).map(Arc::new);
        *drawn = Some((options, picture.clone()));
        picture
    }
}
