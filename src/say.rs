//! Stand-in of the contract's `say`, thrown away at the merge.

use crate::lab::{Change, Check, Reason, Verdict};
use crate::text::Role;

/// Said.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Place.
    pub place: String,
    /// Expected.
    pub expected: String,
    /// Actual.
    pub actual: String,
    /// Why.
    pub why: Option<String>,
    /// Next.
    pub next: Option<String>,
}
/// A verdict.
pub fn verdict(check: &Check, verdict: &Verdict) -> Option<Said> {
    let f = verdict.finding()?;
    Some(Said {
        place: f.subject.name.clone(),
        expected: "jotasu-worker".into(),
        actual: "Pending, 맞는 노드 0/3".into(),
        why: f.message.clone(),
        next: check.next.clone(),
    })
}
/// A reason.
pub fn reason(_: &Reason) -> (String, Option<String>) {
    ("클러스터에 연결할 수 없어요".into(), Some("kind create cluster --name jotasu".into()))
}
/// A change.
pub fn change(change: &Change) -> String {
    format!("{} {}가 지워졌어요", change.object.kind, change.object.name)
}
/// Symbol.
pub fn symbol(verdict: &Verdict, ascii: bool) -> &'static str {
    match (verdict, ascii) {
        (Verdict::Passed, false) => "✓",
        (Verdict::Waiting, false) => "○",
        (Verdict::Progressing(_), false) => "◐",
        (Verdict::Failed(_), false) => "✗",
        (Verdict::Blocked(_), false) => "⊘",
        (Verdict::Unknown(_), false) => "?",
        (Verdict::Passed, true) => "[x]",
        (Verdict::Waiting, true) => "[ ]",
        (Verdict::Progressing(_), true) => "[~]",
        (Verdict::Failed(_), true) => "[!]",
        (Verdict::Blocked(_), true) => "[-]",
        (Verdict::Unknown(_), true) => "[?]",
    }
}
/// Role.
pub fn role(verdict: &Verdict) -> Role {
    match verdict {
        Verdict::Passed => Role::Good,
        Verdict::Failed(_) => Role::Bad,
        Verdict::Progressing(_) => Role::Wait,
        _ => Role::Dim,
    }
}
