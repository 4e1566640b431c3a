//! A namespace of a test's own, and the few verbs that tests need in it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use kube::api::{Api, ApiResource, DeleteParams, DynamicObject, GroupVersionKind, Patch, PatchParams, PostParams};
use kube::{Client, Config};
use libtest_mimic::Failed;
use serde_json::{Value, json};

use super::harness::eventually;

/// A client and a namespace; cheap to clone.
#[derive(Clone)]
pub struct Space {
    /// A client with an administrator's rights.
    pub client: Client,
    /// The namespace, empty at the start.
    pub name: String,
    /// The kubeconfig the client was made from.
    pub kubeconfig: PathBuf,
}

impl Space {
    /// A new namespace, in which Pods can be made if that is asked for (and controllers are there to prepare it).
    pub async fn open(kubeconfig: &Path, pods: bool) -> Result<Self, Failed> {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("t{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let space = Self { client: client(kubeconfig).await?, name, kubeconfig: kubeconfig.to_owned() };
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": space.name}});
        space
            .cluster_api("v1", "Namespace")
            .create(&PostParams::default(), &serde_json::from_value(namespace)?)
            .await?;
        if pods {
            eventually("the ServiceAccount for Pods", || space.get("v1", "ServiceAccount", "default")).await?;
        }
        Ok(space)
    }

    /// Begins to delete the namespace; nobody waits for it.
    pub async fn close(&self) {
        let _ = self.cluster_api("v1", "Namespace").delete(&self.name, &DeleteParams::default()).await;
    }

    /// Applies an object of this namespace.
    pub async fn apply(&self, object: Value) -> Result<Value, Failed> {
        let text = |field: &str| object[field].as_str().unwrap_or_default().to_owned();
        let name = object["metadata"]["name"].as_str().ok_or("an object without a name")?.to_owned();
        let parameters = PatchParams::apply("jotasu-test").force();
        let api = self.api(&text("apiVersion"), &text("kind"));
        Ok(serde_json::to_value(api.patch(&name, &parameters, &Patch::Apply(&object)).await?)?)
    }

    /// An object of this namespace.
    pub async fn get(&self, version: &str, kind: &str, name: &str) -> Result<Value, String> {
        let found = self.api(version, kind).get(name).await.map_err(|error| error.to_string())?;
        serde_json::to_value(found).map_err(|error| error.to_string())
    }

    /// All objects of a kind in this namespace.
    pub async fn list(&self, version: &str, kind: &str) -> Result<Vec<Value>, String> {
        let list = self.api(version, kind).list(&Default::default()).await.map_err(|error| error.to_string())?;
        list.items.into_iter().map(|item| serde_json::to_value(item).map_err(|error| error.to_string())).collect()
    }

    /// Deletes an object of this namespace.
    pub async fn delete(&self, version: &str, kind: &str, name: &str) -> Result<(), Failed> {
        self.api(version, kind).delete(name, &DeleteParams::default()).await?;
        Ok(())
    }

    /// Waits until something holds of an object's `status`, and gives the object.
    pub async fn until(
        &self,
        version: &str,
        kind: &str,
        name: &str,
        holds: impl Fn(&Value) -> bool,
    ) -> Result<Value, Failed> {
        eventually(&format!("{kind} {name}"), || async {
            let object = self.get(version, kind, name).await?;
            if holds(&object["status"]) { Ok(object) } else { Err(object["status"].to_string()) }
        })
        .await
    }

    /// A Pod of one container.
    pub fn pod(&self, name: &str, image: &str) -> Value {
        json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": self.name},
            "spec": {"containers": [{"name": "app", "image": image}]},
        })
    }

    /// A Deployment of one container.
    pub fn deployment(&self, name: &str, image: &str, replicas: u32) -> Value {
        let labels = json!({"app": name});
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": self.name},
            "spec": {
                "replicas": replicas, "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": image}]}},
            },
        })
    }

    fn api(&self, version: &str, kind: &str) -> Api<DynamicObject> {
        Api::namespaced_with(self.client.clone(), &self.name, &resource(version, kind))
    }

    /// Objects without a namespace.
    pub fn cluster_api(&self, version: &str, kind: &str) -> Api<DynamicObject> {
        Api::all_with(self.client.clone(), &resource(version, kind))
    }
}

/// A client from a kubeconfig.
pub async fn client(kubeconfig: &Path) -> Result<Client, Failed> {
    let config = kube::config::Kubeconfig::read_from(kubeconfig)?;
    let config = Config::from_custom_kubeconfig(config, &Default::default()).await?;
    Ok(Client::try_from(config)?)
}

fn resource(version: &str, kind: &str) -> ApiResource {
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind))
}
