//! Runs a program in a container of a Pod, over a WebSocket, and waits for its end.

use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::api::AttachParams;
use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use super::api::ApiError;
use super::remote::Remote;
use super::trouble::Trouble;
use crate::text::josa;

/// How long a program may run.
const LIMIT: Duration = Duration::from_secs(60);
/// How much of its error output is kept.
const KEPT: u64 = 4096;

/// Runs argv; anything but exit 0 is an error with what the program said.
pub async fn run(admin: &Remote, pod: &Value, container: Option<&str>, argv: &[String]) -> Result<(), Trouble> {
    let name = pod["metadata"]["name"].as_str().unwrap_or_default();
    let namespace = pod["metadata"]["namespace"].as_str().unwrap_or("default");
    let what = format!("Pod {namespace}/{name}에서 {} 실행", argv.join(" "));
    let first = pod["spec"]["containers"][0]["name"].as_str().unwrap_or_default();
    let pods: kube::Api<Pod> = kube::Api::namespaced(admin.api.client(), namespace);
    let parameters =
        AttachParams::default().stdin(false).stdout(true).stderr(true).container(container.unwrap_or(first));
    let work = async {
        let failed = |error: kube::Error| Trouble::Api {
            what: format!("{} 못 했어요", josa(&what, "을/를")),
            error: ApiError::from(error),
        };
        let mut process = pods.exec(name, argv.iter().map(String::as_str), &parameters).await.map_err(failed)?;
        let status = process.take_status();
        let (out, err) = (process.stdout(), process.stderr());
        let mut said = Vec::new();
        let drain = async {
            if let Some(mut out) = out {
                let mut sink = tokio::io::sink();
                let _ = tokio::io::copy(&mut out, &mut sink).await;
            }
        };
        let keep = async {
            if let Some(err) = err {
                let _ = err.take(KEPT).read_to_end(&mut said).await;
            }
        };
        tokio::join!(drain, keep);
        let status = match status {
            Some(status) => status.await,
            None => None,
        };
        match status {
            Some(status) if status.status.as_deref() == Some("Failure") => {
                let said = String::from_utf8_lossy(&said);
                Err(Trouble::Impossible(format!("{what}: {} {}", status.message.unwrap_or_default(), said.trim())))
            }
            Some(_) => Ok(()),
            None => Err(Trouble::Impossible(format!("{what}: 연결이 끊겨 결과를 알 수 없어요."))),
        }
    };
    match timeout(LIMIT, work).await {
        Ok(answer) => answer,
        Err(_) => Err(Trouble::Late { what: what.clone(), seconds: LIMIT.as_secs(), why: String::new() }),
    }
}
