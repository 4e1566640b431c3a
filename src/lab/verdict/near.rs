//! What a learner made that looks as if it was meant.

use super::ObjectRef;

/// Something that is almost what a check asks for.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum NearMiss {
    /// The same kind and name, in another namespace.
    Namespace {
        /// What is there.
        found: ObjectRef,
        /// Where it had to be.
        wanted: String,
    },
    /// The same kind in the right namespace, under a name that is a slip away.
    Name {
        /// What is there.
        found: ObjectRef,
        /// What it had to be called.
        wanted: String,
    },
    /// The right object but for one label, whose key or value is a slip away.
    Label {
        /// What is there.
        found: ObjectRef,
        /// `key=value` as it is.
        has: String,
        /// `key=value` as it had to be.
        wanted: String,
    },
    /// Another kind of the same name in the right namespace.
    Kind {
        /// What is there.
        found: ObjectRef,
        /// The kind it had to be.
        wanted: String,
    },
    /// The right value, in another field of the object.
    Field {
        /// The object.
        found: ObjectRef,
        /// Where the value is.
        has: String,
        /// Where it had to be.
        wanted: String,
    },
}

impl NearMiss {
    /// The object that was found.
    pub fn found(&self) -> &ObjectRef {
        match self {
            Self::Namespace { found, .. }
            | Self::Name { found, .. }
            | Self::Label { found, .. }
            | Self::Kind { found, .. }
            | Self::Field { found, .. } => found,
        }
    }
}
