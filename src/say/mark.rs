//! The mark of a verdict: a shape first, a color second.

use crate::lab::Verdict;
use crate::text::Role;

/// The mark of a verdict: one cell, or three with `ascii`.
pub fn symbol(verdict: &Verdict, ascii: bool) -> &'static str {
    let (mark, plain) = match verdict {
        Verdict::Passed => ("✓", "[x]"),
        Verdict::Waiting => ("○", "[ ]"),
        Verdict::Progressing(_) => ("◐", "[~]"),
        Verdict::Failed(_) => ("✗", "[!]"),
        Verdict::Blocked(_) => ("⊘", "[-]"),
        Verdict::Unknown(_) => ("?", "[?]"),
    };
    if ascii { plain } else { mark }
}

/// The mark of a check that only a person can tick, until it is.
pub fn manual(ascii: bool) -> &'static str {
    if ascii { "[_]" } else { "☐" }
}

/// The role that a verdict's mark is drawn in.
pub fn role(verdict: &Verdict) -> Role {
    match verdict {
        Verdict::Passed => Role::Good,
        Verdict::Progressing(_) => Role::Wait,
        Verdict::Failed(_) => Role::Bad,
        Verdict::Waiting | Verdict::Blocked(_) | Verdict::Unknown(_) => Role::Dim,
    }
}

/// A sentence with its `code` set apart.
pub fn spans(sentence: &str, role: Role) -> Vec<(Role, String)> {
    if sentence.matches('`').count() % 2 == 1 {
        return vec![(role, sentence.to_owned())];
    }
    let pieces = sentence.split('`').enumerate();
    let pieces = pieces.map(|(i, piece)| (if i % 2 == 1 { Role::Code } else { role }, piece.to_owned()));
    pieces.filter(|(_, piece)| !piece.is_empty()).collect()
}
