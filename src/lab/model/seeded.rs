//! Faults of which a seed chooses some: what may be chosen, as its author wrote it.

use super::Action;

/// What a seed chooses from.
#[derive(Clone, Debug, PartialEq)]
pub struct Seeded {
    /// How many are chosen.
    pub choose: usize,
    /// The faults.
    pub from: Vec<SeededFault>,
}

/// A fault that may be chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct SeededFault {
    /// Its name, for authors.
    pub name: String,
    /// The checks that it keeps from passing.
    pub breaks: Vec<String>,
    /// How it may be made; one of these is chosen too.
    pub choices: Vec<Choice>,
}

/// A fault at one of its places.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Its node or target, for authors; `None` where there is only one.
    pub place: Option<String>,
    /// What is done after the setup.
    pub actions: Vec<Action>,
}

/// What a seed has chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Sown {
    /// The seed.
    pub seed: u32,
    /// The faults by name, with their places.
    pub names: Vec<String>,
    /// What is done after the setup.
    pub actions: Vec<Action>,
}
