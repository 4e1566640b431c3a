//! What a lab requires of a cluster, looked up before anything is made: its version, Ready nodes, served APIs.
//! What belongs to the learner's machine (kind, memory, disk) is the doctor's.

use serde_json::Value;

use super::remote::Remote;
use super::trouble::Trouble;
use crate::lab::{Requires, satisfies};
use crate::text::josa;

/// Refuses a cluster on which the lab cannot be done, and says all that it lacks.
pub async fn check(admin: &Remote, requires: &Requires) -> Result<(), Trouble> {
    let failed = |error| Trouble::Api { what: "클러스터를 살펴보지 못했어요".into(), error };
    let mut lacking = Vec::new();
    if let Some(wanted) = &requires.kubernetes {
        let found = admin.api.get("/version").await.map_err(failed)?;
        let found = found["gitVersion"].as_str().unwrap_or_default();
        if !satisfies(wanted, found) {
            lacking.push(format!("Kubernetes {wanted} 버전이 필요한데 {found} 버전이에요."));
        }
    }
    if requires.nodes > 0 {
        let nodes = admin.list("v1", "Node", None).await.map_err(failed)?;
        let ready = nodes.iter().filter(|node| is_ready(node)).count();
        if ready < usize::try_from(requires.nodes).unwrap_or(usize::MAX) {
            lacking.push(format!("Ready인 노드가 {}개 필요한데 {ready}개예요.", requires.nodes));
        }
    }
    for api in &requires.apis {
        if admin.kinds(api).await.map_err(failed)?.is_empty() {
            lacking.push(format!("API {} 설치되어 있어야 해요.", josa(api, "이/가")));
        }
    }
    if lacking.is_empty() { Ok(()) } else { Err(Trouble::Lacking(lacking.join(" "))) }
}

fn is_ready(node: &Value) -> bool {
    let conditions = node["status"]["conditions"].as_array();
    conditions.into_iter().flatten().any(|one| one["type"] == "Ready" && one["status"] == "True")
}
