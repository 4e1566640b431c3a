//! What changed an object, as one sentence.

use crate::lab::{Change, ChangeKind};
use crate::text::josa;

use super::field::field;
use super::value::short;

/// A change as a sentence: the object, the field, from what to what, by whom.
pub fn change(change: &Change) -> String {
    let object = format!("{} {}", change.object.kind, change.object.name);
    match &change.kind {
        ChangeKind::Deleted => format!("{} 지워졌어요.", josa(&object, "이/가")),
        ChangeKind::Created => format!("{} 새로 생겼어요.", josa(&object, "이/가")),
        ChangeKind::Field { path, before, after, by } => {
            let by = by.as_ref().map(|b| format!(" ({})", manager(b))).unwrap_or_default();
            let value = |v: &Option<serde_json::Value>| v.as_ref().map_or_else(|| "없음".to_owned(), short);
            format!("{object}의 {}: {} → {}{by}", field(path).replace(": ", " "), value(before), value(after))
        }
    }
}

/// Who a `managedFields` manager is to people.
fn manager(name: &str) -> String {
    match name {
        "kubectl" | "kubectl-client-side-apply" | "kubectl-last-applied" => "kubectl apply".to_owned(),
        "kube-controller-manager" => "컨트롤러".to_owned(),
        "kube-scheduler" => "스케줄러".to_owned(),
        "horizontal-pod-autoscaler" => "HPA".to_owned(),
        _ => match name.strip_prefix("kubectl-") {
            Some(verb) => format!("kubectl {verb}"),
            None => name.to_owned(),
        },
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
            "Deployment web의 spec.replicas: 3 → 1 (kubectl scale)",
        );
        let by = |by| field(Some(json!(1)), Some(json!(2)), Some(by));
        check(by("kubectl-edit"), "Deployment web의 spec.replicas: 1 → 2 (kubectl edit)");
        check(by("kubectl-client-side-apply"), "Deployment web의 spec.replicas: 1 → 2 (kubectl apply)");
        check(by("kube-controller-manager"), "Deployment web의 spec.replicas: 1 → 2 (컨트롤러)");
        check(by("horizontal-pod-autoscaler"), "Deployment web의 spec.replicas: 1 → 2 (HPA)");
        check(by("helm"), "Deployment web의 spec.replicas: 1 → 2 (helm)");
        let image = ChangeKind::Field {
            path: "spec.template.spec.containers[name=web].image".into(),
            before: Some(json!("nginx:1.28")),
            after: Some(json!("nginx:1.29")),
            by: Some("kubectl-set".into()),
        };
        check(image, "Deployment web의 컨테이너 web image: nginx:1.28 → nginx:1.29 (kubectl set)");
        check(field(Some(json!(3)), None, None), "Deployment web의 spec.replicas: 3 → 없음");
    }
}
