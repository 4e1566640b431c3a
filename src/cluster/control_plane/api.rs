//! The few requests of a start: is it ready, here are its nodes, is it usable.

use std::path::Path;

/// A client from a kubeconfig.
pub async fn connect(kubeconfig: &Path) -> Result<kube::Client, String> {
    let failed = |error: &dyn std::fmt::Display| error.to_string();
    let config = kube::config::Kubeconfig::read_from(kubeconfig).map_err(|error| failed(&error))?;
    let options = kube::config::KubeConfigOptions::default();
    let config = kube::Config::from_custom_kubeconfig(config, &options).await.map_err(|error| failed(&error))?;
    kube::Client::try_from(config).map_err(|error| failed(&error))
}

/// The uid of `kube-system` once the API server is ready, else why it is not.
pub async fn ready(client: &kube::Client) -> Result<String, String> {
    get_text(client, "/readyz").await?;
    let system = get_json(client, "/api/v1/namespaces/kube-system").await?;
    let uid = system.pointer("/metadata/uid").and_then(serde_json::Value::as_str);
    uid.map(ToOwned::to_owned).ok_or_else(|| "kube-system has no uid".into())
}

/// Whether it can be worked with: nodes Ready and untainted, and the controllers at work: a ServiceAccount is there for Pods.
pub async fn usable(client: &kube::Client) -> Result<(), String> {
    let list = get_json(client, "/api/v1/nodes").await?;
    let items = list.get("items").and_then(serde_json::Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for node in items {
        let conditions = node.pointer("/status/conditions").and_then(serde_json::Value::as_array);
        let ready =
            conditions.is_some_and(|all| all.iter().any(|one| one["type"] == "Ready" && one["status"] == "True"));
        let taints = node.pointer("/spec/taints").and_then(serde_json::Value::as_array);
        let tainted = taints.is_some_and(|all| all.iter().any(|one| one["key"] == "node.kubernetes.io/not-ready"));
        if !ready || tainted {
            return Err(format!("node {} is not Ready", node["metadata"]["name"]));
        }
    }
    get_json(client, "/api/v1/namespaces/default/serviceaccounts/default").await.map(|_| ())
}

/// Registers the nodes, as their kubelets would.
pub async fn create_nodes(client: &kube::Client) -> Result<(), String> {
    for node in super::nodes::nodes() {
        let request = http::Request::post("/api/v1/nodes").header("content-type", "application/json");
        let request = request.body(node.to_string().into_bytes());
        let request = request.map_err(|error| error.to_string())?;
        let created = client.request::<serde_json::Value>(request).await;
        created.map_err(|error| format!("cannot create a node: {error}"))?;
    }
    Ok(())
}

async fn get_text(client: &kube::Client, path: &str) -> Result<String, String> {
    let request = http::Request::get(path).body(Vec::new()).map_err(|error| error.to_string())?;
    client.request_text(request).await.map_err(|error| error.to_string())
}

async fn get_json(client: &kube::Client, path: &str) -> Result<serde_json::Value, String> {
    let text = get_text(client, path).await?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}
