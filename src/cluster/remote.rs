//! Objects of a cluster by kind and name, over one identity: which path a kind has is looked up and remembered.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::Method;
use serde_json::{Value, json};

use super::api::{Api, ApiError, Body, escape};

/// Who we are in `managedFields` of setups and solutions.
pub const MANAGER: &str = "jotasu";

/// A kind as the API server serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// The kind.
    pub kind: String,
    /// The plural in paths.
    pub plural: String,
    /// False for cluster-scoped kinds.
    pub namespaced: bool,
    /// What may be asked (`list`, `watch`, `delete` …).
    pub verbs: Vec<String>,
}

/// A place in the API: the path of a collection or of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// `group/version`, or `v1`.
    pub api_version: String,
    /// The kind as served.
    pub served: Served,
}

impl Place {
    /// The collection's path; the namespace is left out for cluster-scoped kinds.
    pub fn collection(&self, namespace: Option<&str>) -> String {
        let root = root(&self.api_version);
        match namespace.filter(|_| self.served.namespaced) {
            Some(namespace) => format!("{root}/namespaces/{}/{}", escape(namespace), self.served.plural),
            None => format!("{root}/{}", self.served.plural),
        }
    }

    /// One object's path.
    pub fn object(&self, namespace: Option<&str>, name: &str) -> String {
        format!("{}/{}", self.collection(namespace), escape(name))
    }
}

/// `/api/v1` or `/apis/group/version`.
fn root(api_version: &str) -> String {
    if api_version.contains('/') { format!("/apis/{api_version}") } else { format!("/api/{api_version}") }
}

type Cache = Arc<Mutex<BTreeMap<String, Vec<Served>>>>;

/// The objects of a cluster, as one identity sees them.
#[derive(Clone)]
pub struct Remote {
    /// The way of asking.
    pub api: Api,
    cache: Cache,
}

impl Remote {
    /// Nothing is known of the kinds yet.
    pub fn new(api: Api) -> Self {
        Self { api, cache: Cache::default() }
    }

    /// The same cluster as another identity; what is known of the kinds is shared.
    #[must_use]
    pub fn with(&self, api: Api) -> Self {
        Self { api, cache: self.cache.clone() }
    }

    /// Where a kind is served; `None` when it is not. A kind that is not known is asked for each time.
    pub async fn place(&self, api_version: &str, kind: &str) -> Result<Option<Place>, ApiError> {
        let known = |kinds: &Vec<Served>| kinds.iter().find(|served| served.kind == kind).cloned();
        let place = |served| Place { api_version: api_version.to_owned(), served };
        {
            let cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(served) = cache.get(api_version).and_then(known) {
                return Ok(Some(place(served)));
            }
        }
        let kinds = self.kinds(api_version).await?;
        Ok(known(&kinds).map(place))
    }

    /// Forgets what is known of a group version: its kind has answered 404.
    pub fn forget(&self, api_version: &str) {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).remove(api_version);
    }

    /// The kinds of a group version, asked now.
    pub async fn kinds(&self, api_version: &str) -> Result<Vec<Served>, ApiError> {
        let answer = match self.api.get(&root(api_version)).await {
            Ok(answer) => answer,
            Err(error) if error.missing() => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let kinds: Vec<Served> = list(&answer, "resources").iter().filter_map(served).collect();
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).insert(api_version.to_owned(), kinds.clone());
        Ok(kinds)
    }

    /// The kinds of a group version, as they were when last asked.
    pub async fn known_kinds(&self, api_version: &str) -> Result<Vec<Served>, ApiError> {
        let known = self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(api_version).cloned();
        match known {
            Some(kinds) => Ok(kinds),
            None => self.kinds(api_version).await,
        }
    }

    /// Every group version the server prefers or serves.
    pub async fn group_versions(&self) -> Result<Vec<String>, ApiError> {
        let groups = self.api.get("/apis").await?;
        let mut versions = vec!["v1".to_owned()];
        for group in list(&groups, "groups") {
            versions.extend(group["preferredVersion"]["groupVersion"].as_str().map(str::to_owned));
        }
        Ok(versions)
    }

    /// One object; `None` when it, or its kind, is not there.
    pub async fn get(
        &self,
        api_version: &str,
        kind: &str,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<Option<Value>, ApiError> {
        match self.place(api_version, kind).await? {
            Some(place) => found(self.api.get(&place.object(namespace, name)).await),
            None => Ok(None),
        }
    }

    /// The objects of a kind; none when the kind is not served. Items carry their apiVersion and kind.
    pub async fn list(&self, api_version: &str, kind: &str, namespace: Option<&str>) -> Result<Vec<Value>, ApiError> {
        self.select(api_version, kind, namespace, "").await
    }

    /// The objects of a kind with a label selector.
    pub async fn select(
        &self,
        api_version: &str,
        kind: &str,
        namespace: Option<&str>,
        labels: &str,
    ) -> Result<Vec<Value>, ApiError> {
        let Some(place) = self.place(api_version, kind).await? else { return Ok(Vec::new()) };
        let mut path = place.collection(namespace);
        if !labels.is_empty() {
            path.push_str(&format!("?labelSelector={}", escape(labels)));
        }
        let answer = self.api.get(&path).await?;
        Ok(items(&answer, api_version, kind))
    }

    /// Server-side apply of one object, taking over fields others own.
    pub async fn apply(&self, place: &Place, namespace: Option<&str>, object: &Value) -> Result<Value, ApiError> {
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        let path = format!("{}?fieldManager={MANAGER}&force=true", place.object(namespace, name));
        self.api.write(Method::PATCH, &path, Body::Apply, object).await
    }

    /// Deletes one object in the background; `Ok(None)` when it was not there.
    pub async fn delete(&self, path: &str) -> Result<Option<Value>, ApiError> {
        found(self.api.delete(path, &json!({"propagationPolicy": "Background"})).await)
    }
}

/// 404 as `None`.
pub fn found(answer: Result<Value, ApiError>) -> Result<Option<Value>, ApiError> {
    match answer {
        Ok(object) => Ok(Some(object)),
        Err(error) if error.missing() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The items of a list answer, with the apiVersion and kind that lists leave out.
pub fn items(answer: &Value, api_version: &str, kind: &str) -> Vec<Value> {
    list(answer, "items").iter().map(|item| typed(item.clone(), api_version, kind)).collect()
}

/// The object with apiVersion and kind at the front.
pub fn typed(item: Value, api_version: &str, kind: &str) -> Value {
    match item {
        Value::Object(fields) => {
            let mut object = serde_json::Map::new();
            object.insert("apiVersion".into(), api_version.into());
            object.insert("kind".into(), kind.into());
            object.extend(fields.into_iter().filter(|(key, _)| key != "apiVersion" && key != "kind"));
            Value::Object(object)
        }
        other => other,
    }
}

/// An array field, or nothing.
fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().map_or(&[], Vec::as_slice)
}

/// One entry of an APIResourceList; subresources have none.
fn served(resource: &Value) -> Option<Served> {
    let plural = resource["name"].as_str().filter(|name| !name.contains('/'))?;
    Some(Served {
        kind: resource["kind"].as_str()?.to_owned(),
        plural: plural.to_owned(),
        namespaced: resource["namespaced"].as_bool().unwrap_or(false),
        verbs: list(resource, "verbs").iter().filter_map(Value::as_str).map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_its_path() {
        let place = |api_version: &str, plural: &str, namespaced| Place {
            api_version: api_version.into(),
            served: Served { kind: String::new(), plural: plural.into(), namespaced, verbs: vec![] },
        };
        assert_eq!(place("v1", "pods", true).object(Some("shop"), "web"), "/api/v1/namespaces/shop/pods/web");
        assert_eq!(place("v1", "pods", true).collection(None), "/api/v1/pods");
        assert_eq!(place("v1", "nodes", false).object(Some("shop"), "n"), "/api/v1/nodes/n");
        assert_eq!(
            place("apps/v1", "deployments", true).collection(Some("a")),
            "/apis/apps/v1/namespaces/a/deployments"
        );
    }

    #[test]
    fn items_carry_their_kind() {
        let answer = json!({"items": [{"metadata": {"name": "a"}}]});
        assert_eq!(
            items(&answer, "v1", "Pod"),
            [json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}})]
        );
    }
}
