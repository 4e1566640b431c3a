//! Places in what an expression sees, by name: elements of lists by theirs, objects by kind and name.

use std::sync::Arc;

use serde_json::Value;

use crate::lab::expr::Scope;
use crate::lab::object;

/// `object.spec.containers[1].image` → `object.spec.containers[name=sidecar].image`, and `related.pods[0].status.phase` →
/// `[Pod web-1].status.phase`.
pub(super) fn named(scope: &Scope, path: &str) -> String {
    if let Some(rest) = path.strip_prefix("object.") {
        let named = scope.object.as_deref().map_or_else(|| rest.to_owned(), |of| object::by_name(of, rest));
        return format!("object.{named}");
    }
    element(scope, path).unwrap_or_else(|| path.to_owned())
}

fn element(scope: &Scope, path: &str) -> Option<String> {
    let (list, rest) = path.split_once('[')?;
    let (index, rest) = rest.split_once(']')?;
    let objects: &[Arc<Value>] = match list.strip_prefix("related.") {
        Some(alias) => scope.related.get(alias)?,
        None => (list == "objects").then_some(&*scope.objects)?,
    };
    let of = objects.get(index.parse::<usize>().ok()?)?;
    let name = format!("[{} {}]", object::kind(of), object::name(of));
    Some(match rest.strip_prefix('.') {
        Some(rest) => format!("{name}.{}", object::by_name(of, rest)),
        None => name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn places_are_called_by_their_names() {
        let pod =
            Arc::new(json!({"kind": "Pod", "metadata": {"name": "web-1"}, "spec": {"containers": [{"name": "a"}]}}));
        let scope = Scope { related: Arc::new([("pods".to_owned(), vec![pod.clone()])].into()), ..Scope::of(pod) };
        #[track_caller]
        fn check(scope: &Scope, path: &str, expected: &str) {
            assert_eq!(named(scope, path), expected);
        }
        check(&scope, "object.spec.containers[0].image", "object.spec.containers[name=a].image");
        check(&scope, "related.pods[0].status.phase", "[Pod web-1].status.phase");
        check(&scope, "objects[0].spec.containers[0].image", "[Pod web-1].spec.containers[name=a].image");
        check(&scope, "related.pods[3].status.phase", "related.pods[3].status.phase");
        check(&scope, "related.pods", "related.pods");
        check(&scope, "now", "now");
    }
}
