//! The prober: an account that may look and ask within the lab's own namespaces, and nowhere else. Made when something
//! is first asked with it; its roles go with their namespaces, the account with the last lab.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::cluster::api::ApiError;
use crate::cluster::guard::Admitted;
use crate::cluster::identity::{self, LAB, MANAGED, NAMESPACE};
use crate::cluster::remote::Remote;
use crate::cluster::trouble::Trouble;
use crate::lab::{PROBE, Reason};

const RBAC: &str = "rbac.authorization.k8s.io/v1";
const NAME: &str = "jotasu-prober";

/// The prober of one lab.
#[derive(Clone)]
pub struct Prober {
    admitted: Admitted,
    lab: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    token: Option<(Remote, Instant)>,
    granted: BTreeSet<String>,
}

impl Prober {
    /// Nothing is made yet.
    pub fn new(admitted: Admitted, lab: &str) -> Self {
        Self { admitted, lab: lab.to_owned(), state: Arc::default() }
    }

    /// Asks as the prober within a namespace. Where its rights or its token have gone, they are renewed once.
    pub(super) async fn within<T, F>(&self, namespace: &str, ask: impl Fn(Remote) -> F) -> Result<T, ApiError>
    where
        F: Future<Output = Result<T, ApiError>>,
    {
        let remote = self.remote(namespace).await?;
        match ask(remote).await {
            Err(ApiError { reason: Reason::Unauthorized | Reason::Forbidden(_), .. }) => {
                *self.state.lock().await = State::default();
                ask(self.remote(namespace).await?).await
            }
            other => other,
        }
    }

    /// The cluster as the prober sees it, with its rights in the namespace. A namespace that is not there is a 404.
    async fn remote(&self, namespace: &str) -> Result<Remote, ApiError> {
        let mut state = self.state.lock().await;
        let due = state.token.as_ref().is_none_or(|(_, renew)| *renew <= Instant::now());
        if due || !state.granted.contains(namespace) {
            self.admitted.verify().await.map_err(Trouble::into_api)?;
        }
        if due {
            state.token = Some(identity::token(&self.admitted, "prober").await?);
        }
        if !state.granted.contains(namespace) {
            self.grant(namespace).await?;
            state.granted.insert(namespace.to_owned());
        }
        match &state.token {
            Some((remote, _)) => Ok(remote.clone()),
            None => Err(ApiError::hang()),
        }
    }

    async fn grant(&self, namespace: &str) -> Result<(), ApiError> {
        let admin = &self.admitted.admin;
        let labels = json!({MANAGED: "jotasu", LAB: self.lab, PROBE: "true"});
        let metadata = json!({"name": NAME, "namespace": namespace, "labels": labels});
        let asks = json!(["get", "create"]);
        let role = json!({"apiVersion": RBAC, "kind": "Role", "metadata": metadata, "rules": [
            {"apiGroups": [""], "resources": ["pods", "configmaps"], "verbs": ["get", "list", "create", "delete"]},
            {"apiGroups": [""], "resources": ["pods/exec", "pods/portforward"], "verbs": asks},
            {"apiGroups": [""], "resources": ["pods/log", "services/proxy"], "verbs": ["get"]},
        ]});
        let binding = json!({"apiVersion": RBAC, "kind": "RoleBinding", "metadata": metadata,
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": NAME},
            "subjects": [{"kind": "ServiceAccount", "name": "prober", "namespace": NAMESPACE}]});
        for object in [role, binding] {
            let kind = object["kind"].as_str().unwrap_or_default();
            if let Some(place) = admin.place(RBAC, kind).await? {
                admin.apply(&place, Some(namespace), &object).await?;
            }
        }
        // The authorizer learns of new roles by a watch of its own.
        tokio::time::sleep(Duration::from_millis(50)).await;
        Ok(())
    }
}
