//! The objects an action's target means, asked for once.

use serde_json::Value;

use super::nodes;
use super::remote::{Place, Remote};
use super::trouble::Trouble;
use crate::lab::{NODE_NAME, Target};
use crate::text::josa;

/// The target's place and objects, those being deleted left out.
pub async fn select(admin: &Remote, target: &Target) -> Result<(Place, Vec<Value>), Trouble> {
    let failed =
        |error| Trouble::Api { what: format!("{} 찾지 못했어요", josa(&name(target), "을/를")), error };
    let Some(place) = admin.place(&target.api_version, &target.kind).await.map_err(failed)? else {
        return Err(Trouble::NotServed { api_version: target.api_version.clone(), kind: target.kind.clone() });
    };
    let target = &placed(admin, target).await?;
    let namespace = target.namespace.as_deref();
    let objects = match &target.name {
        Some(name) => {
            let namespace = namespace.or(place.served.namespaced.then_some("default"));
            let found = super::remote::found(admin.api.get(&place.object(namespace, name)).await).map_err(failed)?;
            found.into_iter().collect()
        }
        None => admin.list(&target.api_version, &target.kind, namespace).await.map_err(failed)?,
    };
    Ok((place, objects.into_iter().filter(|object| target.means(object)).collect()))
}

/// The target on this cluster: a node that is told as `worker:N` has another name on each.
async fn placed(admin: &Remote, target: &Target) -> Result<Target, Trouble> {
    let mut target = target.clone();
    if let Some(node) = target.fields.get_mut(NODE_NAME) {
        *node = nodes::find(admin, node).await?;
    }
    Ok(target)
}

/// An object's path.
pub fn path(place: &Place, object: &Value) -> String {
    place.object(object["metadata"]["namespace"].as_str(), object["metadata"]["name"].as_str().unwrap_or_default())
}

/// A target in words: `Deployment shop/web`.
pub fn name(target: &Target) -> String {
    let namespace = target.namespace.as_ref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
    match &target.name {
        Some(name) => format!("{} {namespace}{name}", target.kind),
        None => {
            let labels: Vec<String> = target.labels.match_labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
            format!("{} {namespace}{}", target.kind, labels.join(",")).trim_end().to_owned()
        }
    }
}
