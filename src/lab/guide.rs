//! What may be written in the files of a lab: one table for people (`jotasu author explain`) and for editors (`jotasu
//! author schema`). It reads no lab; tests hold every field of it against the loader, and every field of the loader
//! against it.

mod inside;
mod lab;
mod parts;
mod schema;
mod shape;
mod sources;
#[cfg(test)]
mod tests;

pub use schema::{File, schema};
pub use shape::{Field, Shape, Table};

/// Where a [`Guide`]'s word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// In a check, and in whatever expects something.
    Observed,
    /// In a check alone: the learner's word or deed.
    Learner,
    /// In `spec`.
    Place,
}

/// A source of checks, or what else an author looks up.
pub struct Guide {
    /// Its key in YAML.
    pub name: &'static str,
    /// Where it stands.
    pub role: Role,
    /// What it observes, in one line of Korean.
    pub about: &'static str,
    /// What stands at its key.
    pub shape: Shape,
    /// The fields beside it, besides those of every check.
    pub beside: &'static [Field],
    /// What `match` and `cel` see: path and meaning.
    pub reply: &'static [(&'static str, &'static str)],
    /// What holds where nothing is said.
    pub unsaid: &'static [&'static str],
    /// A part of a `lab.yaml` that loads, where the lab owns the namespace `shop`.
    pub example: &'static str,
}

impl Guide {
    /// All of them, sources first.
    pub fn all() -> &'static [Self] {
        sources::ALL
    }

    /// The fields within it.
    pub fn within(&self) -> &'static [Field] {
        match &self.shape {
            Shape::Fields(table) => table.fields,
            Shape::List(Shape::Check) | Shape::Some(Shape::Check) => lab::OF_CHECK,
            _ => &[],
        }
    }

    /// The groups of fields of which exactly one is written.
    pub fn one_of(&self) -> &'static [&'static [&'static str]] {
        match &self.shape {
            Shape::Fields(table) => table.one_of,
            _ => &[],
        }
    }

    /// The words of all of them.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::all().iter().map(|guide| guide.name)
    }
}
