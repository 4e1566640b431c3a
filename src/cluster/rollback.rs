//! `kubectl rollout undo` for Deployments: the Pod template of an earlier ReplicaSet.

use http::Method;
use serde_json::{Value, json};

use super::api::Body;
use super::remote::{Place, Remote};
use super::selection;
use super::trouble::Trouble;
use crate::text::josa;

const REVISION: &str = "deployment.kubernetes.io/revision";

/// Puts a Deployment back to a revision; 0 is the one before.
pub async fn undo(admin: &Remote, place: &Place, deployment: &Value, revision: u64) -> Result<(), Trouble> {
    let name = deployment["metadata"]["name"].as_str().unwrap_or_default();
    let failed =
        |error| Trouble::Api { what: format!("Deployment {} 되돌리지 못했어요", josa(name, "을/를")), error };
    if deployment["spec"]["paused"] == true {
        return Err(Trouble::Impossible(format!(
            "Deployment {} 일시 중지되어 있어 되돌릴 수 없어요.",
            josa(name, "이/가")
        )));
    }
    let namespace = deployment["metadata"]["namespace"].as_str();
    let sets = admin.list("apps/v1", "ReplicaSet", namespace).await.map_err(failed)?;
    let Some(template) = template(&sets, &deployment["metadata"]["uid"], revision) else {
        return Err(Trouble::Missing(format!("Deployment {name}의 되돌릴 revision을")));
    };
    let body = json!([{"op": "replace", "path": "/spec/template", "value": template}]);
    let path = format!("{}?fieldManager=jotasu", selection::path(place, deployment));
    admin.api.write(Method::PATCH, &path, Body::JsonPatch, &body).await.map_err(failed)?;
    Ok(())
}

/// The template of a revision (0: the last but one) among the ReplicaSets a Deployment owns.
fn template(sets: &[Value], owner: &Value, revision: u64) -> Option<Value> {
    let owned = |set: &&Value| {
        set["metadata"]["ownerReferences"]
            .as_array()
            .is_some_and(|owners| owners.iter().any(|one| one["uid"] == *owner))
    };
    let number = |set: &Value| set["metadata"]["annotations"][REVISION].as_str()?.parse::<u64>().ok();
    let mut revisions: Vec<(u64, &Value)> =
        sets.iter().filter(owned).filter_map(|set| Some((number(set)?, set))).collect();
    revisions.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    let set = match revision {
        0 => revisions.get(1),
        wanted => revisions.iter().find(|(number, _)| *number == wanted),
    };
    let mut template = set?.1["spec"]["template"].clone();
    if let Some(labels) = template["metadata"]["labels"].as_object_mut() {
        labels.remove("pod-template-hash");
    }
    Some(template)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(revision: u64, expected: Option<&str>) {
        let set = |number: &str, image: &str, owner: &str| {
            json!({"metadata": {"annotations": {REVISION: number}, "ownerReferences": [{"uid": owner}]},
                   "spec": {"template": {"metadata": {"labels": {"app": image, "pod-template-hash": "x"}}}}})
        };
        let sets = [set("2", "b", "u"), set("10", "c", "u"), set("1", "a", "u"), set("11", "d", "other")];
        let expected = expected.map(|app| json!({"metadata": {"labels": {"app": app}}}));
        assert_eq!(template(&sets, &json!("u"), revision), expected);
    }

    #[test]
    fn revisions_are_numbers_of_owned_sets() {
        check(0, Some("b"));
        check(1, Some("a"));
        check(10, Some("c"));
        check(11, None);
    }
}
