//! What a lab owns in a cluster: looked up before it starts, removed when it stops, looked for afterwards.

use std::collections::BTreeMap;
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::api::{ApiError, Body};
use super::identity::{LAB, MANAGED};
use super::nodes;
use super::remote::{Place, Remote, found};
use super::state::NodeRecord;
use super::trouble::Trouble;
use crate::lab::{Lab, OwnedObject, Owns, Reason};
use crate::text;

/// How long a removal may take: Pods get their 30 s, and namespaces empty themselves after them.
const REMOVAL: Duration = Duration::from_secs(150);
/// How long a server may fail to take a removal in time.
const PATIENCE: Duration = Duration::from_secs(30);
/// Before it is asked again.
const AGAIN: Duration = Duration::from_secs(1);
/// Namespaces that no lab ever owns.
const PROTECTED: [&str; 6] =
    ["default", "kube-system", "kube-public", "kube-node-lease", "local-path-storage", "jotasu-system"];

/// How a removal is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As a learner's cluster does it.
    Usual,
    /// Without grace, on a control plane of our own; the identities stay for the next run.
    Hurried,
}

/// Refuses what is there already and not ours; `running` says that our own run made what carries no label.
pub async fn claim(admin: &Remote, lab: &Lab, running: bool) -> Result<(), Trouble> {
    let failed = |error| Trouble::Api { what: "이미 있는 것을 확인하지 못했어요".into(), error };
    for name in &lab.owns.namespaces {
        if PROTECTED.contains(&name.as_str()) {
            return Err(Trouble::Impossible(format!(
                "네임스페이스 {} 실습이 가질 수 없어요.",
                text::josa(name, "은/는")
            )));
        }
        let there = admin.get("v1", "Namespace", None, name).await.map_err(failed)?;
        if there.is_some_and(|namespace| !running && !ours(&namespace, &lab.id)) {
            return Err(Trouble::Foreign(text::josa(&format!("네임스페이스 {name}"), "이/가")));
        }
    }
    for owned in &lab.owns.objects {
        for object in select(admin, owned).await.map_err(failed)? {
            if !running && !ours(&object, &lab.id) {
                let name = object["metadata"]["name"].as_str().unwrap_or_default();
                return Err(Trouble::Foreign(text::josa(&format!("{} {name}", owned.kind), "이/가")));
            }
        }
    }
    Ok(())
}

/// Removes exactly what is owned, and waits until it is gone; a proof is in a hurry.
pub async fn remove(
    admin: &Remote,
    owns: &Owns,
    record: &BTreeMap<String, NodeRecord>,
    pace: Pace,
) -> Result<(), Trouble> {
    let failed = |error| Trouble::Api { what: "실습이 가진 것을 지우지 못했어요".into(), error };
    // A server that is slow to answer is asked again: what is deleted already stays so.
    let since = Instant::now();
    loop {
        match delete(admin, owns, record, pace).await {
            Err(error) if error.reason == Reason::Hang && since.elapsed() < PATIENCE => sleep(AGAIN).await,
            done => break done.map_err(failed)?,
        }
    }
    let since = Instant::now();
    let mut pause = Duration::from_millis(50);
    loop {
        let left = match left(admin, owns, pace).await {
            // What was there is there still, for all that is known.
            Err(error) if error.reason == Reason::Hang => vec!["클러스터가 답하지 않아 모르는 것".into()],
            left => left.map_err(failed)?,
        };
        if left.is_empty() {
            return Ok(());
        }
        if since.elapsed() > REMOVAL {
            let what = format!("{} 삭제", left.join(", "));
            return Err(Trouble::Late {
                what,
                seconds: REMOVAL.as_secs(),
                why: "finalizer가 남아 있을 수 있어요.".into(),
            });
        }
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(400));
    }
}

/// Asks for the end of everything that is owned.
async fn delete(
    admin: &Remote,
    owns: &Owns,
    record: &BTreeMap<String, NodeRecord>,
    pace: Pace,
) -> Result<(), ApiError> {
    for name in owns.namespaces.iter().filter(|name| !PROTECTED.contains(&name.as_str())) {
        let path = format!("/api/v1/namespaces/{name}");
        let there = found(admin.api.get(&path).await)?.is_some();
        admin.delete(&path).await?;
        if there && pace == Pace::Usual {
            // The namespace controller begins only after five seconds: Pods can use them to end. It does all of it later
            // where this fails.
            let _ = emptied(admin, name, &json!({"propagationPolicy": "Background"})).await;
        }
    }
    for owned in &owns.objects {
        for object in select(admin, owned).await? {
            if let Some(place) = admin.place(&owned.api_version, &owned.kind).await? {
                let name = object["metadata"]["name"].as_str().unwrap_or_default();
                let namespace = object["metadata"]["namespace"].as_str();
                admin.delete(&place.object(namespace, name)).await?;
            }
        }
    }
    nodes::restore(admin, owns, record).await
}

/// What is still there; a proof lends the namespaces a hand.
async fn left(admin: &Remote, owns: &Owns, pace: Pace) -> Result<Vec<String>, ApiError> {
    if pace == Pace::Hurried {
        hurry(admin, owns).await?;
    }
    present(admin, owns).await
}

/// Empties owned namespaces that are being deleted and finalizes those that are empty, as their controller would after
/// five seconds: for proofs, which do it many times on control planes of their own that have no such controller.
async fn hurry(admin: &Remote, owns: &Owns) -> Result<(), ApiError> {
    let now = json!({"gracePeriodSeconds": 0, "propagationPolicy": "Background"});
    for namespace in &owns.namespaces {
        let path = format!("/api/v1/namespaces/{namespace}");
        let Some(mut object) = found(admin.api.get(&path).await)? else { continue };
        if object["metadata"]["deletionTimestamp"].is_null() || !emptied(admin, namespace, &now).await? {
            continue;
        }
        object["spec"]["finalizers"] = json!([]);
        let finalize = format!("{path}/finalize");
        admin.api.write(Method::PUT, &finalize, Body::Json, &object).await.map(|_| ()).or_else(missing)?;
    }
    Ok(())
}

/// Deletes everything within a namespace; false when something stays until its finalizers are gone.
async fn emptied(admin: &Remote, namespace: &str, how: &Value) -> Result<bool, ApiError> {
    let mut collections = Vec::new();
    for version in admin.group_versions().await? {
        for served in admin.known_kinds(&version).await? {
            if served.namespaced && served.verbs.iter().any(|verb| verb == "deletecollection") {
                collections.push(Place { api_version: version.clone(), served }.collection(Some(namespace)));
            }
        }
    }
    let deleted = collections.iter().map(|collection| async {
        match admin.api.delete(collection, how).await {
            Ok(answer) => Ok(answer["items"].as_array().is_none_or(|items| items.iter().all(unheld))),
            Err(error) => missing(error).map(|()| true),
        }
    });
    let deleted = futures::future::join_all(deleted).await;
    deleted.into_iter().try_fold(true, |all, one| Ok(all && one?))
}

/// True when nothing keeps an object from going.
fn unheld(object: &Value) -> bool {
    object["metadata"]["finalizers"].as_array().is_none_or(Vec::is_empty)
}

/// What is not there needs no deletion.
fn missing(error: ApiError) -> Result<(), ApiError> {
    if error.missing() || error.code == 405 { Ok(()) } else { Err(error) }
}

/// What of the owned things is there.
pub async fn present(admin: &Remote, owns: &Owns) -> Result<Vec<String>, ApiError> {
    let mut left = Vec::new();
    for name in &owns.namespaces {
        if admin.get("v1", "Namespace", None, name).await?.is_some() {
            left.push(format!("Namespace {name}"));
        }
    }
    for owned in &owns.objects {
        for object in select(admin, owned).await? {
            left.push(format!("{} {}", owned.kind, object["metadata"]["name"].as_str().unwrap_or_default()));
        }
    }
    Ok(left)
}

/// Everything in the cluster that is ours or the lab's: every kind is asked for our labels, owned things by name,
/// nodes against the record. Empty after a stop.
pub async fn leftovers(
    admin: &Remote,
    owns: &Owns,
    record: &BTreeMap<String, NodeRecord>,
) -> Result<Vec<String>, ApiError> {
    let mut left = present(admin, owns).await?;
    for version in admin.group_versions().await? {
        for served in admin.kinds(&version).await? {
            if !served.verbs.iter().any(|verb| verb == "list") {
                continue;
            }
            for label in [format!("{MANAGED}=jotasu"), LAB.to_owned()] {
                for object in admin.select(&version, &served.kind, None, &label).await? {
                    let name = object["metadata"]["name"].as_str().unwrap_or_default();
                    let namespace = object["metadata"]["namespace"].as_str().map(|namespace| format!("{namespace}/"));
                    left.push(format!("{} {}{name}", served.kind, namespace.unwrap_or_default()));
                }
            }
        }
    }
    for node in nodes::differing(admin, owns, record).await? {
        left.push(format!("Node {node}의 라벨이나 taint"));
    }
    left.sort();
    left.dedup();
    Ok(left)
}

/// True when a thing carries the label of this lab.
fn ours(object: &Value, lab: &str) -> bool {
    object["metadata"]["labels"].get(LAB).and_then(Value::as_str) == Some(lab)
}

/// The objects an entry owns.
pub async fn select(admin: &Remote, owned: &OwnedObject) -> Result<Vec<Value>, ApiError> {
    let objects = match &owned.name {
        Some(name) => {
            admin.get(&owned.api_version, &owned.kind, owned.namespace.as_deref(), name).await?.into_iter().collect()
        }
        None => admin.list(&owned.api_version, &owned.kind, owned.namespace.as_deref()).await?,
    };
    Ok(objects
        .into_iter()
        .filter(|object| owned.names(object["metadata"]["name"].as_str().unwrap_or_default()))
        .collect())
}
