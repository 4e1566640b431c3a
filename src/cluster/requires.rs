//! What a lab requires of a cluster, looked up before anything is made: its version, Ready nodes, served APIs.
//! What belongs to the learner's machine (kind, memory, disk) is the doctor's.

use serde_json::Value;

use super::remote::Remote;
use super::trouble::Trouble;
use crate::lab::Requires;

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
            lacking.push(format!("API {api}이(가) 설치되어 있어야 해요."));
        }
    }
    if lacking.is_empty() { Ok(()) } else { Err(Trouble::Lacking(lacking.join(" "))) }
}

fn is_ready(node: &Value) -> bool {
    let conditions = node["status"]["conditions"].as_array();
    conditions.into_iter().flatten().any(|one| one["type"] == "Ready" && one["status"] == "True")
}

/// Whether a version is within a range such as `>=1.33, <1.40`; parts that are not written do not count. A range that
/// cannot be read holds nothing back: its author is told by lint, not the learner here.
fn satisfies(range: &str, version: &str) -> bool {
    let found = numbers(version);
    range.split(',').map(str::trim).filter(|part| !part.is_empty()).all(|part| {
        let operator: String = part.chars().take_while(|c| "<>=^~!".contains(*c)).collect();
        let wanted = numbers(part.strip_prefix(operator.as_str()).unwrap_or_default());
        let found = found.get(..wanted.len()).unwrap_or(&found);
        let order = found.cmp(&wanted);
        wanted.is_empty()
            || match operator.as_str() {
                ">=" | "^" => order.is_ge(),
                ">" => order.is_gt(),
                "<=" => order.is_le(),
                "<" => order.is_lt(),
                "" | "=" | "==" | "~" => order.is_eq(),
                _ => true,
            }
    })
}

/// `v1.36.3-rc.1+x` as 1, 36, 3.
fn numbers(version: &str) -> Vec<u64> {
    let core = version.trim().trim_start_matches('v').split(['-', '+']).next().unwrap_or_default();
    core.split('.').map_while(|part| part.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(range: &str, version: &str, expected: bool) {
        assert_eq!(satisfies(range, version), expected, "{range} {version}");
    }

    #[test]
    fn a_version_is_held_against_a_range() {
        check(">=1.33", "v1.36.3", true);
        check(">=1.33", "v1.33.0-rc.1", true);
        check(">=1.33", "v1.9.9", false);
        check(">=1.33.2", "v1.33.1+k3s1", false);
        check(">=1.30, <1.36", "v1.36.0", false);
        check(">=1.30, <1.36", "v1.35.9", true);
        check(">1.33", "v1.33.5", false);
        check("<=1.33", "v1.33.5", true);
        check("1.33", "v1.33.5", true);
        check("1.33", "v1.34.0", false);
        check("", "v1.34.0", true);
    }
}
