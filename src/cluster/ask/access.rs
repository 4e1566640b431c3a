//! May somebody do something? A SubjectAccessReview, with the groups a ServiceAccount has by itself.

use http::Method;
use serde_json::json;

use super::Answer;
use crate::cluster::api::Body;
use crate::cluster::remote::Remote;
use crate::lab::{AccessReview, Who};

/// Whether it is allowed; nothing when the ServiceAccount is not there.
pub(super) async fn ask(review: &AccessReview, reader: &Remote) -> Answer {
    let (user, mut groups) = match &review.who {
        Who::User(name) => (name.clone(), Vec::new()),
        Who::ServiceAccount { namespace, name } => {
            if reader.get("v1", "ServiceAccount", Some(namespace), name).await?.is_none() {
                return Ok(None);
            }
            let groups = vec!["system:serviceaccounts".to_owned(), format!("system:serviceaccounts:{namespace}")];
            (format!("system:serviceaccount:{namespace}:{name}"), groups)
        }
    };
    groups.push("system:authenticated".into());
    groups.extend(review.groups.iter().cloned());
    let body = json!({
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {
            "user": user,
            "groups": groups,
            "resourceAttributes": {
                "verb": review.verb,
                "group": review.group,
                "resource": review.resource,
                "subresource": review.subresource.as_deref().unwrap_or_default(),
                "name": review.name.as_deref().unwrap_or_default(),
                "namespace": review.namespace.as_deref().unwrap_or_default(),
            },
        },
    });
    let path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    let answer = reader.api.write(Method::POST, path, Body::Json, &body).await?;
    let allowed = answer["status"]["allowed"].as_bool().unwrap_or(false);
    let reason = answer["status"]["reason"].as_str().unwrap_or_default();
    Ok(Some(json!({"answer": if allowed { "allowed" } else { "denied" }, "reason": reason})))
}
