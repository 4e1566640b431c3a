//! The identities of the engine, in `jotasu-system`: the reader that all watches use, and which labs are running.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::api::{ApiError, Body};
use super::guard::Admitted;
use super::remote::{Place, Remote, Served};
use super::trouble::Trouble;

/// Where our own things are.
pub const NAMESPACE: &str = "jotasu-system";
/// The label of everything that is ours.
pub const MANAGED: &str = "app.kubernetes.io/managed-by";
/// The label that says which lab a thing belongs to.
pub const LAB: &str = "jotasu.dev/lab";
/// The shortest life a token can be asked for.
const SHORTEST: Duration = Duration::from_secs(600);
/// How long roles take to be believed at most.
const BELIEVED: Duration = Duration::from_secs(3);
/// How long the account may be taken away by others that leave, before that is an error.
const SETTLED: Duration = Duration::from_secs(20);

/// The reader, and when its token has lived half of its life.
pub struct Reader {
    /// The cluster, as the reader sees it.
    pub remote: Remote,
    /// Renew it then.
    pub renew: Instant,
}

impl Reader {
    /// For a cluster that does not answer: nobody's token, to be renewed at once and again until it does.
    ///
    /// # Errors
    /// When no client can be made of the credentials.
    pub fn awaited(admitted: &Admitted) -> Result<Self, ApiError> {
        Ok(Self { remote: admitted.with_token("awaited")?, renew: Instant::now() })
    }
}

/// The reader identity, made if it is not there, with a fresh token that the server accepts already.
///
/// The last lab of another program may leave at this very moment and take the account along; then it is made again.
pub async fn reader(admitted: &Admitted) -> Result<Reader, Trouble> {
    admitted.verify().await?;
    let since = Instant::now();
    loop {
        match attempt(admitted).await {
            Err(error) if matches!(error.code, 401 | 403 | 404 | 409) && since.elapsed() < SETTLED => {
                sleep(Duration::from_millis(100)).await;
            }
            done => return done.map_err(Trouble::doing("읽기 전용 계정을 준비하지 못했어요")),
        }
    }
}

/// Another account of ours, made if it is not there: the cluster as it sees it, and when to ask for the next token.
pub async fn token(admitted: &Admitted, account: &str) -> Result<(Remote, Instant), ApiError> {
    ensure(admitted).await?;
    let path = format!("/api/v1/namespaces/{NAMESPACE}/serviceaccounts/{account}/token");
    let request = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
                         "spec": {"expirationSeconds": admitted.token_life.max(SHORTEST).as_secs()}});
    let since = Instant::now();
    let answer = admitted.admin.api.write(Method::POST, &path, Body::Json, &request).await?;
    let remote = admitted.with_token(answer["status"]["token"].as_str().unwrap_or_default())?;
    Ok((remote, since + half_life(&answer, admitted.token_life)))
}

async fn attempt(admitted: &Admitted) -> Result<Reader, ApiError> {
    let (remote, renew) = token(admitted, "reader").await?;
    let since = Instant::now();
    loop {
        // The server's own caches take a moment to know the account and its role.
        match remote.api.get("/api/v1/namespaces?limit=1").await {
            Ok(_) => break,
            Err(error) if matches!(error.code, 401 | 403) && since.elapsed() < BELIEVED => {
                sleep(Duration::from_millis(20)).await;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Reader { remote, renew })
}

/// Half of the life a TokenRequest was granted, or of how long a token may be used: a server may grant less or more than
/// it was asked for.
fn half_life(answer: &Value, at_most: Duration) -> Duration {
    let granted = answer["spec"]["expirationSeconds"].as_u64().map(Duration::from_secs);
    granted.map_or(at_most, |granted| granted.min(at_most)) / 2
}

/// The namespace, the account and its role; as they should be, whatever was there.
async fn ensure(admitted: &Admitted) -> Result<(), ApiError> {
    let admin = &admitted.admin;
    gone_or_living(admin).await?;
    for (place, namespace, object) in objects() {
        admin.apply(&place, namespace, &object).await?;
    }
    Ok(())
}

/// Waits for a namespace of ours that is on its way out: another lab has just stopped.
async fn gone_or_living(admin: &Remote) -> Result<(), ApiError> {
    let since = Instant::now();
    while let Some(namespace) = admin.get("v1", "Namespace", None, NAMESPACE).await? {
        if namespace["metadata"]["deletionTimestamp"].is_null() || since.elapsed() > Duration::from_secs(60) {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// What is ours in the cluster.
fn objects() -> Vec<(Place, Option<&'static str>, Value)> {
    const RBAC: &str = "rbac.authorization.k8s.io/v1";
    let labels = json!({MANAGED: "jotasu"});
    vec![
        (
            place("v1", "Namespace", "namespaces", false),
            None,
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}}),
        ),
        (
            place("v1", "ServiceAccount", "serviceaccounts", true),
            Some(NAMESPACE),
            json!({"apiVersion": "v1", "kind": "ServiceAccount",
                   "metadata": {"name": "reader", "namespace": NAMESPACE, "labels": labels}}),
        ),
        (
            place("v1", "ServiceAccount", "serviceaccounts", true),
            Some(NAMESPACE),
            json!({"apiVersion": "v1", "kind": "ServiceAccount",
                   "metadata": {"name": "prober", "namespace": NAMESPACE, "labels": labels}}),
        ),
        (
            place(RBAC, "ClusterRole", "clusterroles", false),
            None,
            json!({"apiVersion": RBAC, "kind": "ClusterRole", "metadata": {"name": "jotasu-reader", "labels": labels},
            "rules": [
                {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]},
                {"nonResourceURLs": ["*"], "verbs": ["get"]},
                {"apiGroups": ["authorization.k8s.io"], "verbs": ["create"],
                 "resources": ["subjectaccessreviews", "localsubjectaccessreviews", "selfsubjectaccessreviews"]},
            ]}),
        ),
        (
            place(RBAC, "ClusterRoleBinding", "clusterrolebindings", false),
            None,
            json!({"apiVersion": RBAC, "kind": "ClusterRoleBinding",
                   "metadata": {"name": "jotasu-reader", "labels": labels},
                   "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "jotasu-reader"},
                   "subjects": [{"kind": "ServiceAccount", "name": "reader", "namespace": NAMESPACE}]}),
        ),
    ]
}

/// A kind that every cluster serves.
fn place(api_version: &str, kind: &str, plural: &str, namespaced: bool) -> Place {
    let served = Served { kind: kind.into(), plural: plural.into(), namespaced, verbs: Vec::new() };
    Place { api_version: api_version.into(), served }
}

/// Writes down in the cluster that a lab is running: the last one to stop takes the identities along.
pub async fn enter(admitted: &Admitted, lab: &str) -> Result<(), Trouble> {
    let what = "실습을 등록하지 못했어요";
    let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {
        "name": format!("lab-{lab}"), "namespace": NAMESPACE, "labels": {MANAGED: "jotasu", LAB: lab}}});
    let place = place("v1", "ConfigMap", "configmaps", true);
    admitted.admin.apply(&place, Some(NAMESPACE), &object).await.map_err(Trouble::doing(what))?;
    Ok(())
}

/// The labs that run on the cluster besides this one.
pub async fn others(admitted: &Admitted, lab: &str) -> Result<Vec<String>, Trouble> {
    let maps = admitted.admin.select("v1", "ConfigMap", Some(NAMESPACE), LAB).await;
    let maps = maps.map_err(Trouble::doing("다른 실습이 있는지 보지 못했어요"))?;
    let labs = maps.iter().filter_map(|map| map["metadata"]["labels"][LAB].as_str());
    Ok(labs.filter(|other| *other != lab).map(str::to_owned).collect())
}

/// Takes a lab off the list; true when it was the last and the identities are gone too.
pub async fn leave(admitted: &Admitted, lab: &str) -> Result<bool, Trouble> {
    let failed = |error| Trouble::Api { what: "jotasu-system을 정리하지 못했어요".into(), error };
    let admin = &admitted.admin;
    let maps = format!("/api/v1/namespaces/{NAMESPACE}/configmaps");
    admin.delete(&format!("{maps}/lab-{lab}")).await.map_err(failed)?;
    let others = admin.select("v1", "ConfigMap", Some(NAMESPACE), LAB).await.map_err(failed)?;
    if !others.is_empty() {
        return Ok(false);
    }
    for (place, namespace, object) in objects().iter().rev() {
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        admin.delete(&place.object(*namespace, name)).await.map_err(failed)?;
    }
    let since = Instant::now();
    while admin.get("v1", "Namespace", None, NAMESPACE).await.map_err(failed)?.is_some() {
        if since.elapsed() > Duration::from_secs(60) {
            return Err(Trouble::Late {
                what: "네임스페이스 jotasu-system 삭제".into(),
                seconds: 60,
                why: String::new(),
            });
        }
        sleep(Duration::from_millis(100)).await;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answer: &Value, expected: u64) {
        assert_eq!(half_life(answer, Duration::from_secs(3600)).as_secs(), expected);
    }

    #[test]
    fn a_token_is_renewed_after_half_of_what_was_granted() {
        check(&json!({"spec": {"expirationSeconds": 3600}}), 1800);
        check(&json!({"spec": {"expirationSeconds": 600}}), 300);
        check(&json!({"spec": {"expirationSeconds": 86_400}}), 1800);
        check(&json!({}), 1800);
    }
}
