//! The command lines of a control plane's programs.

use std::path::Path;

use super::Pace;

/// What the audit log holds: one line per finished request, without bodies.
pub const AUDIT_POLICY: &str = r#"{"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "omitStages": ["RequestReceived"], "rules": [{"level": "Metadata"}]}"#;

/// etcd that trusts in nobody needing its data tomorrow.
pub fn etcd(at: &Path, clients: u16, peers: u16) -> Vec<String> {
    let (clients, peers) = (format!("http://127.0.0.1:{clients}"), format!("http://127.0.0.1:{peers}"));
    vec![
        format!("--data-dir={}", at.join("etcd").display()),
        format!("--listen-client-urls={clients}"),
        format!("--advertise-client-urls={clients}"),
        format!("--listen-peer-urls={peers}"),
        format!("--initial-advertise-peer-urls={peers}"),
        format!("--initial-cluster=default={peers}"),
        "--unsafe-no-fsync".into(),
        "--log-level=warn".into(),
    ]
}

/// A server for one user with a token, on loopback.
pub fn apiserver(at: &Path, etcd: u16, secure: u16) -> Vec<String> {
    let file = |name: &str| at.join(name).display().to_string();
    vec![
        format!("--etcd-servers=http://127.0.0.1:{etcd}"),
        format!("--secure-port={secure}"),
        "--bind-address=127.0.0.1".into(),
        format!("--cert-dir={}", file("certs")),
        format!("--tls-cert-file={}", file("apiserver.crt")),
        format!("--tls-private-key-file={}", file("apiserver.key")),
        format!("--client-ca-file={}", file("ca.crt")),
        format!("--token-auth-file={}", file("tokens.csv")),
        format!("--service-account-key-file={}", file("sa.key")),
        format!("--service-account-signing-key-file={}", file("sa.key")),
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local".into(),
        "--authorization-mode=Node,RBAC".into(),
        "--service-cluster-ip-range=10.96.0.0/16".into(),
        "--allow-privileged=true".into(),
        "--endpoint-reconciler-type=none".into(),
        "--profiling=false".into(),
        "--shutdown-send-retry-after=false".into(),
        format!("--audit-policy-file={}", file("audit-policy.yaml")),
        format!("--audit-log-path={}", file("audit.log")),
        "--audit-log-maxsize=1024".into(),
    ]
}

/// Controllers that act as ServiceAccounts of their own, as in a kubeadm cluster; hurried ones leave namespaces alone.
pub fn controller_manager(at: &Path, pace: Pace) -> Vec<String> {
    let file = |name: &str| at.join(name).display().to_string();
    let controllers = if pace == Pace::Hurried { "*,-namespace-controller" } else { "*" };
    vec![
        format!("--controllers={controllers}"),
        format!("--kubeconfig={}", file("kubeconfig")),
        format!("--service-account-private-key-file={}", file("sa.key")),
        format!("--root-ca-file={}", file("ca.crt")),
        "--use-service-account-credentials".into(),
        // With the default of 20 requests a second its own start takes 4 s.
        "--kube-api-qps=1000".into(),
        "--kube-api-burst=1000".into(),
        // The taint of a new node goes only at such a look; the default is 5 s.
        "--node-monitor-period=500ms".into(),
        "--leader-elect=false".into(),
        "--secure-port=0".into(),
        "--profiling=false".into(),
    ]
}

/// The scheduler, alone.
pub fn scheduler(at: &Path) -> Vec<String> {
    let kubeconfig = format!("--kubeconfig={}", at.join("kubeconfig").display());
    let fixed = ["--leader-elect=false", "--secure-port=0", "--kube-api-qps=1000", "--kube-api-burst=1000"];
    std::iter::once(kubeconfig).chain(fixed.map(Into::into)).collect()
}

/// Kubelets for every node there is.
pub fn kwok(at: &Path) -> Vec<String> {
    vec![
        format!("--kubeconfig={}", at.join("kubeconfig").display()),
        format!("--config={}", at.join("stages.yaml").display()),
        "--manage-all-nodes=true".into(),
        "--node-lease-duration-seconds=40".into(),
        "--cidr=10.244.0.0/16".into(),
    ]
}
