//! Certificates, tokens and the kubeconfig of one control plane. All of it is made anew for each and dies with it.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::files;

/// What a client needs to be let in.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The certificate authority, as PEM.
    pub ca: String,
    /// The token of a cluster administrator.
    pub admin: String,
    /// The token of a user without any rights.
    pub stranger: String,
}

/// Every key and certificate, in one shell, since each call of openssl is a process.
const MAKE: &str = r#"
set -e
cd "$1"
umask 077
openssl ecparam -name prime256v1 -genkey -noout -out sa.key
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout ca.key -out ca.crt \
  -subj /CN=jotasu-test-ca -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,digitalSignature
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout apiserver.key -out apiserver.csr -subj /CN=kube-apiserver
printf '%s\n' 'subjectAltName=IP:127.0.0.1,IP:10.96.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc' \
  'basicConstraints=critical,CA:FALSE' 'keyUsage=critical,digitalSignature' 'extendedKeyUsage=serverAuth' > extensions
openssl x509 -req -in apiserver.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile extensions -out apiserver.crt
openssl rand -hex 20 > admin.token
openssl rand -hex 20 > stranger.token
printf '%s,jotasu-admin,1,"system:masters"\n%s,jotasu-stranger,2\n' "$(cat admin.token)" "$(cat stranger.token)" > tokens.csv
"#;

/// Makes `ca.crt`, `apiserver.{crt,key}`, `sa.key` and `tokens.csv` in a folder.
///
/// # Errors
/// What openssl said, or that there is none.
pub fn make(folder: &Path) -> io::Result<Identity> {
    let output = Command::new("/bin/sh").args(["-c", MAKE, "sh"]).arg(folder).stdin(Stdio::null()).output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!("openssl: {}", String::from_utf8_lossy(&output.stderr).trim())));
    }
    let read = |name: &str| files::read_to_string(&folder.join(name)).map(|text| text.trim().to_owned());
    Ok(Identity { ca: read("ca.crt")? + "\n", admin: read("admin.token")?, stranger: read("stranger.token")? })
}

impl Identity {
    /// A kubeconfig whose certificate authority lies beside it as `ca.crt`.
    pub fn kubeconfig(&self, server: &str, folder: &Path, token: &str) -> String {
        let authority = folder.join("ca.crt");
        let config = serde_json::json!({
            "apiVersion": "v1", "kind": "Config", "current-context": super::CONTEXT,
            "clusters": [{"name": super::CONTEXT, "cluster": {"server": server, "certificate-authority": authority}}],
            "users": [{"name": super::CONTEXT, "user": {"token": token}}],
            "contexts": [{"name": super::CONTEXT, "context": {"cluster": super::CONTEXT, "user": super::CONTEXT}}],
        });
        format!("{config:#}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_certificate_is_signed_by_the_authority() {
        let folder = tempfile::tempdir().unwrap();
        let identity = make(folder.path()).unwrap();
        assert!(identity.ca.starts_with("-----BEGIN CERTIFICATE-----"));
        assert_ne!(identity.admin, identity.stranger);
        let verify = ["verify", "-CAfile", "ca.crt", "-verify_ip", "127.0.0.1", "apiserver.crt"];
        let output = Command::new("openssl").args(verify).current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    #[test]
    fn the_kubeconfig_pins_the_authority() {
        let identity = Identity { ca: String::new(), admin: "t".into(), stranger: String::new() };
        let text = identity.kubeconfig("https://127.0.0.1:1", Path::new("/d"), "t");
        assert!(text.contains("\"certificate-authority\": \"/d/ca.crt\""), "{text}");
        assert!(!text.contains("insecure"));
    }
}
