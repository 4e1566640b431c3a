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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lab::ObjectRef;

    #[track_caller]
    fn check(kind: ChangeKind, expected: &str) {
        let object = ObjectRef { kind: "Deployment".into(), namespace: Some("shop".into()), name: "web".into() };
        assert_eq!(change(&Change { object, kind }), expected);
    }

    #[test]
    fn a_change_is_said_in_one_sentence() {
        check(ChangeKind::Deleted, "Deployment web이 지워졌어요.");
        check(ChangeKind::Created, "Deployment web이 새로 생겼어요.");
        let field = |before, after, by: Option<&str>| ChangeKind::Field {
            path: "spec.replicas".into(),
            before,
            after,
            by: by.map(str::to_owned),
        };
        check(
            field(Some(json!(3)), Some(json!(1)), Some("kubectl-scale")),
            "Deployment web의 spec.replicas: 3 → 1 (kubectl-scale)",
        );
        check(field(Some(json!(3)), None, None), "Deployment web의 spec.replicas: 3 → 없음");
    }
}
