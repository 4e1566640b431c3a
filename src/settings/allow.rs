//! A cluster that a learner has allowed.

/// A cluster that may be worked on although it is not ours.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Allow {
    /// The API server's URL.
    pub server: String,
    /// SHA-256 of its certificate authority (DER), hexadecimal.
    pub ca_sha256: String,
    /// The uid of the namespace `kube-system`.
    pub cluster_uid: String,
}

impl Allow {
    /// The entry as it stands in `config.toml`.
    pub fn entry(&self) -> String {
        format!(
            "[[allow]]\nserver = {}\nca-sha256 = {}\ncluster-uid = {}\n",
            quoted(&self.server),
            quoted(&self.ca_sha256),
            quoted(&self.cluster_uid)
        )
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
