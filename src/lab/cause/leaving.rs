//! What is being deleted, and what holds it.

use serde_json::Value;

use crate::lab::object::{self, condition, list, text};
use crate::lab::verdict::Cause;

/// Why an object that is being deleted is still there.
pub fn leaving(object: &Value) -> Cause {
    if object::kind(object) == "Namespace" {
        let told = [
            "NamespaceDeletionDiscoveryFailure",
            "NamespaceDeletionGroupVersionParsingFailure",
            "NamespaceFinalizersRemaining",
            "NamespaceContentRemaining",
            "NamespaceDeletionContentFailure",
        ];
        let holds = told.iter().filter(|kind| object::holds(object, kind)).find_map(|kind| condition(object, kind));
        if let Some(holds) = holds {
            return Cause::Remaining(text(holds, &["message"]).to_owned());
        }
    }
    // The garbage collector's own are taken off as it goes.
    let finalizers = list(object, &["metadata", "finalizers"]).iter().filter_map(Value::as_str);
    let own = finalizers.filter(|name| !matches!(*name, "foregroundDeletion" | "orphan"));
    let holding: Vec<String> = own.map(str::to_owned).collect();
    if holding.is_empty() { Cause::Terminating } else { Cause::Finalizers(holding) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(object: Value, expected: Cause) {
        assert_eq!(leaving(&object), expected);
    }

    #[test]
    fn what_is_leaving_tells_what_holds_it() {
        check(json!({"metadata": {}}), Cause::Terminating);
        check(json!({"metadata": {"finalizers": ["foregroundDeletion"]}}), Cause::Terminating);
        check(
            json!({"metadata": {"finalizers": ["example.com/hold"]}}),
            Cause::Finalizers(vec!["example.com/hold".into()]),
        );
        let message =
            "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances";
        check(
            json!({"kind": "Namespace", "metadata": {}, "status": {"conditions": [
                {"type": "NamespaceContentRemaining", "status": "True", "message": "Some resources are remaining"},
                {"type": "NamespaceFinalizersRemaining", "status": "True", "message": message}]}}),
            Cause::Remaining(message.into()),
        );
    }
}
