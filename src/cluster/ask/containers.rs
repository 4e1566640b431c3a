//! Programs run in containers, and what containers have written.

use k8s_openapi::api::core::v1::Pod;
use kube::api::AttachParams;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::{Answer, Means};
use crate::cluster::api::{ApiError, escape};
use crate::cluster::remote::Remote;
use crate::cluster::selection;
use crate::lab::{Logs, Run, Target};

/// As much of an output as is kept.
const KEPT: u64 = 64 << 10;
/// Pods whose logs are read.
const PODS: usize = 10;

/// The Pods of a target that run, by name; ours are none.
pub(super) async fn running(pods: &Target, means: &Means) -> Result<Vec<Value>, ApiError> {
    let mut found = select(pods, means).await?;
    found.retain(|pod| pod["status"]["phase"] == "Running");
    Ok(found)
}

async fn select(pods: &Target, means: &Means) -> Result<Vec<Value>, ApiError> {
    let (_, mut found) = selection::select(&means.reader(), pods).await.map_err(|trouble| match trouble {
        crate::cluster::Trouble::Api { error, .. } => error,
        other => ApiError { reason: crate::lab::Reason::Other(other.to_string()), code: 0, message: other.to_string() },
    })?;
    found.sort_by(|one, other| name(one).cmp(name(other)));
    Ok(found)
}

fn name(pod: &Value) -> &str {
    pod["metadata"]["name"].as_str().unwrap_or_default()
}

fn namespace(pod: &Value) -> &str {
    pod["metadata"]["namespace"].as_str().unwrap_or_default()
}

fn container<'a>(pod: &'a Value, wanted: Option<&'a str>) -> &'a str {
    wanted.unwrap_or_else(|| pod["spec"]["containers"][0]["name"].as_str().unwrap_or_default())
}

/// Runs a program in the first running Pod.
pub(super) async fn run(run: &Run, means: &Means) -> Answer {
    let Some(pod) = running(&run.pods, means).await?.into_iter().next() else { return Ok(None) };
    let ask = |remote| output(remote, &pod, container(&pod, run.container.as_deref()), &run.argv);
    means.prober.within(namespace(&pod), ask).await.map(Some)
}

/// Exit code and output of a program in a container.
pub(super) async fn output(remote: Remote, pod: &Value, container: &str, argv: &[String]) -> Result<Value, ApiError> {
    let pods: kube::Api<Pod> = kube::Api::namespaced(remote.api.client(), namespace(pod));
    let parameters = AttachParams::default().stdin(false).stdout(true).stderr(true).container(container);
    let mut process = pods.exec(name(pod), argv.iter().map(String::as_str), &parameters).await?;
    let status = process.take_status();
    let (stdout, stderr) = tokio::join!(kept(process.stdout()), kept(process.stderr()));
    let status = match status {
        Some(status) => status.await,
        None => None,
    };
    let Some(status) = status else { return Err(ApiError::hang()) };
    let failed = status.status.as_deref() == Some("Failure");
    let code = status.details.iter().flat_map(|details| details.causes.iter().flatten());
    let code = code.filter(|cause| cause.reason.as_deref() == Some("ExitCode")).find_map(|cause| cause.message.clone());
    let code = code.and_then(|code| code.parse::<i64>().ok()).unwrap_or(i64::from(failed));
    // A program that is not there never ran: the runtime's words are all there is to read.
    let stderr = if failed && stderr.is_empty() { status.message.unwrap_or_default() } else { stderr };
    Ok(json!({"exitCode": code, "stdout": stdout, "stderr": stderr}))
}

/// What fits, the rest drained: a writer must not wait for us.
async fn kept(stream: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut stream) = stream else { return String::new() };
    let mut bytes = Vec::new();
    let read = (&mut stream).take(KEPT).read_to_end(&mut bytes).await;
    if read.is_ok() {
        let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The newest lines of each Pod.
pub(super) async fn logs(logs: &Logs, means: &Means) -> Answer {
    let pods = select(&logs.pods, means).await?;
    if pods.is_empty() {
        return Ok(None);
    }
    let mut text = String::new();
    for pod in pods.iter().take(PODS) {
        let path = format!(
            "/api/v1/namespaces/{}/pods/{}/log?container={}&tailLines={}&previous={}",
            escape(namespace(pod)),
            escape(name(pod)),
            escape(container(pod, logs.container.as_deref())),
            logs.tail,
            logs.previous,
        );
        let ask = |remote: Remote| {
            let path = path.clone();
            async move { remote.api.text(&path, crate::cluster::api::READ_LIMIT).await }
        };
        match means.prober.within(namespace(pod), ask).await {
            Ok(lines) => text.push_str(&lines),
            // A container that has not started, or was never restarted, has written nothing.
            Err(error) if error.code == 400 || error.missing() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Some(json!({ "text": text })))
}
