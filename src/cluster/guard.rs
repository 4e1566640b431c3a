//! Decides whether a cluster may be used, before anything is written to it. A refusal, never a prompt.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kube::config::{AuthInfo, Cluster, KubeConfigOptions, Kubeconfig, KubeconfigError};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::access::{Access, Allowed, Origin};
use super::api::{Api, ApiError};
use super::kind::{self, KindTrouble};
use super::remote::Remote;
use super::trouble::Trouble;
use crate::lab::Reason;
use crate::text::josa;

/// A cluster that may be used, with administrator's credentials. They stay in memory, but for
/// a file of the learner's shell while a lab runs.
#[derive(Clone)]
pub struct Admitted {
    /// Its objects, as administrator.
    pub admin: Remote,
    /// The name the learner knows it by.
    pub name: String,
    /// The server's address.
    pub server: String,
    /// The uid of `kube-system`.
    pub cluster_uid: String,
    /// How long a token may be used at most.
    pub token_life: Duration,
    /// The name of the kind cluster, when it is one of ours.
    pub kind: Option<String>,
    config: kube::Config,
}

/// Why a cluster may not be used, or cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The guard does not know it.
    #[error(
        "모르는 클러스터예요: 컨텍스트 {context} ({}).\n실습은 클러스터를 바꾸기 때문에, 허락한 클러스터에서만 해요. 연습용 클러스터가 맞다면 아래를 설정 파일(config.toml)에 넣거나 \
         `jotasu cluster allow --context {context}`를 실행하세요.\n\n{entry}",
        entry.server
    )]
    Unknown {
        /// The context.
        context: String,
        /// What to add to the config file.
        entry: Box<Allowed>,
    },
    /// The kubeconfig asks for something the guard never does.
    #[error("컨텍스트 {context}의 kubeconfig에 {what} 설정이 있어요. jotasu는 이런 설정으로는 접속하지 않아요. {help}")]
    Forbidden {
        /// The context.
        context: String,
        /// The setting.
        what: &'static str,
        /// What to do instead.
        help: &'static str,
    },
    /// The named context is not there.
    #[error("kubeconfig에 컨텍스트 {} 없어요. `kubectl config get-contexts`로 이름을 확인하세요.", josa(.0, "이/가"))]
    NoContext(String),
    /// The kubeconfig cannot be used.
    #[error("kubeconfig를 쓸 수 없어요: {0}")]
    BadKubeconfig(String),
    /// kind gave no credentials.
    #[error("{0}")]
    Kind(#[from] KindTrouble),
    /// The cluster does not answer.
    #[error("클러스터 {name}에 물어볼 수 없어요.")]
    Unreachable {
        /// The name the learner knows it by.
        name: String,
        /// Why.
        reason: Reason,
    },
}

impl Refusal {
    /// The reason when it is not the guard's decision but the way to the cluster, and may be another in a while.
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Self::Unreachable { reason, .. } => Some(reason.clone()),
            Self::Kind(trouble) => Some(Reason::NotHere(trouble.to_string())),
            Self::NoContext(name) => Some(Reason::NoContext(name.clone())),
            Self::BadKubeconfig(why) => Some(Reason::BadKubeconfig(why.clone())),
            Self::Unknown { .. } | Self::Forbidden { .. } => None,
        }
    }
}

impl Admitted {
    /// Asked before each batch of writes: is it still the same cluster?
    pub async fn verify(&self) -> Result<(), Trouble> {
        let uid = cluster_uid(&self.admin.api).await.map_err(Trouble::doing("클러스터를 다시 확인하지 못했어요"))?;
        if uid == self.cluster_uid { Ok(()) } else { Err(Trouble::Changed) }
    }

    /// The administrator's credentials as a kubeconfig, for a program that works for us.
    pub fn kubeconfig(&self) -> String {
        self.described("c", "c", None)
    }

    /// The same for the learner's shell, beside files of the learner's own: by the name that is known, and in a
    /// namespace.
    pub fn shell_kubeconfig(&self, namespace: Option<&str>) -> String {
        self.described(&self.name, "jotasu-lab", namespace)
    }

    fn described(&self, context: &str, entry: &str, namespace: Option<&str>) -> String {
        let pem = |der: &Vec<u8>| {
            format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(der))
        };
        let authority: String = self.config.root_cert.iter().flatten().map(pem).collect();
        let mut cluster = json!({
            "server": self.server,
            "certificate-authority-data": STANDARD.encode(authority),
        });
        if let Some(name) = &self.config.tls_server_name {
            cluster["tls-server-name"] = json!(name);
        }
        let mut place = json!({"cluster": entry, "user": entry});
        if let Some(namespace) = namespace {
            place["namespace"] = json!(namespace);
        }
        // JSON is YAML.
        json!({
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": context,
            "contexts": [{"name": context, "context": place}],
            "clusters": [{"name": entry, "cluster": cluster}],
            "users": [{"name": entry, "user": self.config.auth_info}],
        })
        .to_string()
    }

    /// The same cluster with a bearer token instead of the administrator's credentials.
    pub fn with_token(&self, token: &str) -> Result<Remote, ApiError> {
        let mut config = self.config.clone();
        config.auth_info =
            serde_json::from_value::<AuthInfo>(serde_json::json!({ "token": token })).map_err(|error| ApiError {
                reason: Reason::Other(error.to_string()),
                code: 0,
                message: error.to_string(),
            })?;
        Ok(self.admin.with(Api::new(config)?))
    }
}

/// The cluster that is meant, if it may be used.
///
/// # Errors
/// The refusal, with the entry to add where one helps.
pub async fn admit(access: &Access) -> Result<Admitted, Refusal> {
    let candidate = candidate(access).await?;
    let admitted = candidate.connect(access.token_life).await?;
    let entry = candidate.entry(&admitted.cluster_uid);
    if candidate.kind.is_some() || access.allow.contains(&entry) {
        return Ok(admitted);
    }
    Err(Refusal::Unknown { context: candidate.name, entry: Box::new(entry) })
}

/// A kind cluster of ours that does not answer, taken for the one that it was: a lab's own fault may be why. Nothing is
/// written to it before [`Admitted::verify`] has found it to be that one.
pub async fn remembered(access: &Access, cluster_uid: &str) -> Option<Admitted> {
    let candidate = candidate(access).await.ok().filter(|candidate| candidate.kind.is_some())?;
    let api = Api::new(candidate.config.clone()).ok()?;
    Some(candidate.admitted(api, cluster_uid.to_owned(), access.token_life))
}

/// The entry `jotasu cluster allow` writes; refused for what can never be allowed.
///
/// # Errors
/// Why it cannot be allowed, or the way to the cluster.
pub async fn describe(access: &Access) -> Result<Allowed, Refusal> {
    let candidate = candidate(access).await?;
    let admitted = candidate.connect(access.token_life).await?;
    Ok(candidate.entry(&admitted.cluster_uid))
}

/// A cluster before it is admitted.
struct Candidate {
    name: String,
    server: String,
    ca_sha256: String,
    /// The name of a kind cluster of ours, with kind's own credentials.
    kind: Option<String>,
    config: kube::Config,
}

impl Candidate {
    fn entry(&self, cluster_uid: &str) -> Allowed {
        let (server, ca_sha256) = (self.server.clone(), self.ca_sha256.clone());
        Allowed { server, ca_sha256, cluster_uid: cluster_uid.to_owned() }
    }

    async fn connect(&self, token_life: Duration) -> Result<Admitted, Refusal> {
        let lost = |error: ApiError| Refusal::Unreachable { name: self.name.clone(), reason: error.reason };
        let api = Api::new(self.config.clone()).map_err(lost)?;
        let cluster_uid = cluster_uid(&api).await.map_err(lost)?;
        Ok(self.admitted(api, cluster_uid, token_life))
    }

    fn admitted(&self, api: Api, cluster_uid: String, token_life: Duration) -> Admitted {
        Admitted {
            admin: Remote::new(api),
            name: self.name.clone(),
            server: self.server.clone(),
            cluster_uid,
            token_life,
            kind: self.kind.clone(),
            config: self.config.clone(),
        }
    }
}

/// The uid of `kube-system`: the cluster's identity.
async fn cluster_uid(api: &Api) -> Result<String, ApiError> {
    let namespace = api.get("/api/v1/namespaces/kube-system").await?;
    let uid = namespace["metadata"]["uid"].as_str().unwrap_or_default();
    Ok(uid.to_owned())
}

async fn candidate(access: &Access) -> Result<Candidate, Refusal> {
    match access.origin() {
        Origin::Kind(name) => of_kind(&name).await,
        Origin::File(path, context) => {
            let file = match &path {
                Some(path) => Kubeconfig::read_from(path),
                None => Kubeconfig::read(),
            }
            .map_err(bad)?;
            let context = context.or_else(|| file.current_context.clone()).unwrap_or_default();
            match access.kind_name(&context) {
                Some(name) => of_kind(name).await,
                None => of_file(file, &context, None).await,
            }
        }
    }
}

async fn of_kind(name: &str) -> Result<Candidate, Refusal> {
    let text = kind::kubeconfig(name).await?;
    let file = Kubeconfig::from_yaml(&text).map_err(bad)?;
    of_file(file, &format!("kind-{name}"), Some(name)).await
}

async fn of_file(file: Kubeconfig, context: &str, kind: Option<&str>) -> Result<Candidate, Refusal> {
    let found = file.contexts.iter().find(|named| named.name == context).and_then(|named| named.context.as_ref());
    let Some(found) = found else { return Err(Refusal::NoContext(context.to_owned())) };
    let cluster =
        file.clusters.iter().find(|named| named.name == found.cluster).and_then(|named| named.cluster.as_ref());
    let user = file
        .auth_infos
        .iter()
        .find(|named| Some(&named.name) == found.user.as_ref())
        .and_then(|named| named.auth_info.as_ref());
    let Some(cluster) = cluster else {
        return Err(Refusal::BadKubeconfig(format!(
            "컨텍스트 {context}의 cluster {}를 찾을 수 없어요.",
            found.cluster
        )));
    };
    if let Some((what, help)) = never(cluster, user) {
        return Err(Refusal::Forbidden { context: context.to_owned(), what, help });
    }
    let server = cluster.server.clone().unwrap_or_default();
    let kind = kind.map(str::to_owned);
    let options = KubeConfigOptions { context: Some(context.to_owned()), cluster: None, user: None };
    let mut config = kube::Config::from_custom_kubeconfig(file, &options).await.map_err(bad)?;
    // A proxy of the environment would see what only the cluster may see.
    config.proxy_url = None;
    let authority = config.root_cert.clone().unwrap_or_default();
    Ok(Candidate { name: context.to_owned(), server, ca_sha256: fingerprint(&authority), kind, config })
}

/// What a kubeconfig may never ask of us, and what to do instead.
fn never(cluster: &Cluster, user: Option<&AuthInfo>) -> Option<(&'static str, &'static str)> {
    const TOKEN: &str = "인증서나 토큰으로 접속하는 컨텍스트를 쓰세요.";
    let server = cluster.server.as_deref().unwrap_or_default();
    if cluster.insecure_skip_tls_verify == Some(true) {
        return Some(("insecure-skip-tls-verify", "certificate-authority-data로 서버를 확인하게 하세요."));
    }
    if cluster.proxy_url.is_some() {
        return Some(("proxy-url", "프록시 없이 닿는 클러스터를 쓰세요."));
    }
    if user.is_some_and(|user| user.exec.is_some()) {
        return Some(("exec 플러그인", TOKEN));
    }
    if user.is_some_and(|user| user.auth_provider.is_some()) {
        return Some(("auth-provider 플러그인", TOKEN));
    }
    if !server.starts_with("https://") {
        return Some(("https가 아닌 server 주소", "https로 접속하는 클러스터를 쓰세요."));
    }
    if cluster.certificate_authority.is_none() && cluster.certificate_authority_data.is_none() {
        return Some(("certificate-authority가 없는 cluster", "certificate-authority-data로 서버를 확인하게 하세요."));
    }
    None
}

/// SHA-256 over the DER form of every certificate, in order.
fn fingerprint(certificates: &[Vec<u8>]) -> String {
    let mut hash = Sha256::new();
    for certificate in certificates {
        hash.update(certificate);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bad(error: KubeconfigError) -> Refusal {
    match error {
        KubeconfigError::LoadContext(name) => Refusal::NoContext(name),
        other => Refusal::BadKubeconfig(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "\
apiVersion: v1
kind: Config
current-context: c
contexts: [{name: c, context: {cluster: k, user: u}}]
clusters: [{name: k, cluster: {CLUSTER}}]
users: [{name: u, user: {USER}}]
";

    #[track_caller]
    fn check(cluster: &str, user: &str, expected: Option<&str>) {
        let text = CONFIG.replace("CLUSTER", cluster).replace("USER", user);
        let file = Kubeconfig::from_yaml(&text).unwrap();
        let cluster = file.clusters[0].cluster.as_ref().unwrap();
        assert_eq!(never(cluster, file.auth_infos[0].auth_info.as_ref()).map(|(what, _)| what), expected);
    }

    #[test]
    fn what_runs_programs_or_hides_the_server_is_refused() {
        let good = "server: https://a, certificate-authority-data: eA==";
        check(good, "token: t", None);
        check("server: https://a", "token: t", Some("certificate-authority가 없는 cluster"));
        check("server: http://a, certificate-authority-data: eA==", "token: t", Some("https가 아닌 server 주소"));
        check("server: https://a, insecure-skip-tls-verify: true", "token: t", Some("insecure-skip-tls-verify"));
        check(&format!("{good}, proxy-url: http://p"), "token: t", Some("proxy-url"));
        check(good, "exec: {command: aws, apiVersion: client.authentication.k8s.io/v1}", Some("exec 플러그인"));
        check(good, "auth-provider: {name: gcp, config: {}}", Some("auth-provider 플러그인"));
    }

    #[test]
    fn the_refusal_prints_the_entry_and_the_command() {
        let entry = Allowed { server: "https://a".into(), ca_sha256: "00".into(), cluster_uid: "u".into() };
        let text = Refusal::Unknown { context: "prod".into(), entry: Box::new(entry.clone()) }.to_string();
        assert!(text.contains(&entry.to_string()) && text.contains("jotasu cluster allow --context prod"), "{text}");
    }
}
