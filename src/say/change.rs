//! What changed an object, as one sentence.

use crate::lab::{Change, ChangeKind};
use crate::text::josa;

use super::value::short;

/// A change as a sentence: the object, the field, from what to what, by whom.
pub fn change(change: &Change) -> String {
    let object = format!("{} {}", change.object.kind, change.object.name);
    match &change.kind {
        ChangeKind::Deleted => format!("{} 지워졌어요.", josa(&object, "이/가")),
        ChangeKind::Created => format!("{} 새로 생겼어요.", josa(&object, "이/가")),
        ChangeKind::Field { path, before, after, by } => {
            let by = by.as_ref().map(|b| format!(" ({b})")).unwrap_or_default();
            let value = |v: &Option<serde_json::Value>| v.as_ref().map_or_else(|| "없음".to_owned(), short);
            format!("{object}의 {path}: {} → {}{by}", value(before), value(after))
        }
    }
}
