//! Programs run in containers, and what containers have written.

use futures::StreamExt;
use k8s_openapi::api::core::v1::Pod;
use kube::api::AttachParams;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::{Answer, Means};
use crate::cluster::api::{ApiError, escape};
use crate::cluster::remote::Remote;
use crate::cluster::selection;
use crate::cluster::trouble::Trouble;
use crate::lab::{self, Logs, Reason, Run, Target};

/// As much of an output as is kept.
const KEPT: u64 = 64 << 10;
/// Pods whose logs may be read: of more than these it is said that they are too many.
const PODS: usize = 50;
/// Logs that are read at once.
const AT_ONCE: usize = 10;

/// The Pods of a target that run, by name; ours are none.
pub(super) async fn running(pods: &Target, means: &Means) -> Result<Vec<Value>, ApiError> {
    let mut found = select(pods, means).await?;
    found.retain(|pod| pod["status"]["phase"] == "Running");
    Ok(found)
}

async fn select(pods: &Target, means: &Means) -> Result<Vec<Value>, ApiError> {
    let (_, mut found) = selection::select(&means.reader(), pods).await.map_err(Trouble::into_api)?;
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
    if pods.len() > PODS {
        let why = format!("로그를 읽을 Pod가 {}개예요. {PODS}개까지만 읽어요.", pods.len());
        return Err(ApiError::of(Reason::NotHere, why));
    }
    let each: Vec<_> = pods.iter().map(|pod| log(pod, logs, means)).collect();
    let read = futures::stream::iter(each).buffered(AT_ONCE).collect().await;
    together(read, logs.previous)
}

/// The newest lines of one Pod.
async fn log(pod: &Value, logs: &Logs, means: &Means) -> Result<String, ApiError> {
    let path = &format!(
        "/api/v1/namespaces/{}/pods/{}/log?container={}&tailLines={}&previous={}",
        escape(namespace(pod)),
        escape(name(pod)),
        escape(container(pod, logs.container.as_deref())),
        logs.tail,
        logs.previous,
    );
    let ask = |remote: Remote| async move { remote.api.text(path, crate::cluster::api::READ_LIMIT).await };
    means.prober.within(namespace(pod), ask).await
}

/// What all of them have written. One whose container has not started may yet write what must not be there: then there
/// is nothing to be said of all. One that was never restarted has no earlier run, and nothing of it is missing.
fn together(read: Vec<Result<String, ApiError>>, previous: bool) -> Answer {
    let mut texts = Vec::new();
    for one in read {
        match one {
            Ok(text) if !lab::is_no_log(&text) => texts.push(text),
            Ok(_) if previous => {}
            Ok(_) => return Ok(None),
            Err(error) if error.code == 400 && previous => {}
            Err(error) if error.code == 400 || error.missing() => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    Ok((!texts.is_empty()).then(|| json!({ "text": texts.concat() })))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(code: u16) -> Result<String, ApiError> {
        Err(ApiError { reason: Reason::Other("x".into()), code, message: "x".into() })
    }

    fn lines(text: &str) -> Result<String, ApiError> {
        Ok(text.to_owned())
    }

    #[test]
    fn nothing_is_said_of_logs_before_every_container_has_one() {
        assert_eq!(together(vec![lines("a\n"), lines("b\n")], false), Ok(Some(json!({"text": "a\nb\n"}))));
        assert_eq!(together(vec![lines("")], false), Ok(Some(json!({"text": ""}))), "it runs, and has written nothing");
        assert_eq!(together(vec![failed(400)], false), Ok(None), "it has not started");
        assert_eq!(together(vec![lines("a\n"), failed(400)], false), Ok(None), "one of two has not");
        assert_eq!(together(vec![lines("a\n"), failed(404)], false), Ok(None), "one is gone");
        let thrown = || lines("unable to retrieve container logs for containerd://504c");
        assert_eq!(together(vec![lines("a\n"), thrown()], false), Ok(None), "one was thrown away");
        assert_eq!(together(vec![lines("a\n"), thrown()], true), Ok(Some(json!({"text": "a\n"}))));
        assert_eq!(together(vec![lines("a\n"), failed(500)], false).map_err(|error| error.code), Err(500));
    }

    #[test]
    fn of_earlier_runs_those_that_were_are_told() {
        assert_eq!(together(vec![failed(400), lines("a\n")], true), Ok(Some(json!({"text": "a\n"}))));
        assert_eq!(together(vec![failed(400)], true), Ok(None));
    }
}
