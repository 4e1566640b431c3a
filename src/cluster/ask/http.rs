//! HTTP to a Service through the API server, and straight to a Pod through a forwarded port.

use futures::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::{Body, Bytes};
use hyper_util::rt::TokioIo;
use k8s_openapi::api::core::v1::Pod;
use serde_json::{Value, json};

use super::{Answer, Means, containers};
use crate::cluster::api::{ApiError, escape};
use crate::lab::{Reason, Request, Target};

/// As much of a body as is kept.
const KEPT: usize = 256 << 10;

/// Through the API server. What it says itself (no endpoints, no such Service) is no answer of the server behind it.
pub(super) async fn proxied(request: &Request, namespace: &str, service: &str, means: &Means) -> Answer {
    let place = format!("{service}:{}", request.port);
    let path = format!("/api/v1/namespaces/{}/services/{}/proxy{}", escape(namespace), escape(&place), request.path);
    let ask = |remote: crate::cluster::remote::Remote| {
        let path = path.clone();
        async move { remote.api.raw(&path, &headers(request)).await }
    };
    let (status, headers, body) = means.prober.within(namespace, ask).await?;
    let own = serde_json::from_str::<Value>(&body).ok();
    match own.filter(|own| own["kind"] == "Status" && own["apiVersion"] == "v1") {
        Some(_) if status == 404 => Ok(None),
        Some(own) => Ok(Some(json!({"connect": "refused", "error": own["message"]}))),
        None => Ok(Some(answered(status, &headers, &body))),
    }
}

/// To the first running Pod's port, as `kubectl port-forward` would.
pub(super) async fn forwarded(request: &Request, pods: &Target, means: &Means) -> Answer {
    let Some(pod) = containers::running(pods, means).await?.into_iter().next() else { return Ok(None) };
    let Some(port) = port(&pod, &request.port) else {
        return Ok(Some(json!({"connect": "refused", "error": format!("no container port {}", request.port)})));
    };
    let name = pod["metadata"]["name"].as_str().unwrap_or_default();
    let namespace = pod["metadata"]["namespace"].as_str().unwrap_or_default();
    let ask = |remote: crate::cluster::remote::Remote| async move {
        let pods: kube::Api<Pod> = kube::Api::namespaced(remote.api.client(), namespace);
        Ok(pods.portforward(name, &[port]).await?)
    };
    let mut forwarder = means.prober.within(namespace, ask).await?;
    let Some(stream) = forwarder.take_stream(port) else { return Ok(None) };
    let host = format!("localhost:{port}");
    match speak(stream, request, &host).await {
        Ok(value) => Ok(Some(value)),
        Err(error) => {
            let error = match forwarder.take_error(port).and_then(FutureExt::now_or_never).flatten() {
                Some(said) => said,
                None => error.to_string(),
            };
            Ok(Some(json!({"connect": "refused", "error": error})))
        }
    }
}

/// One request over a stream.
async fn speak(
    stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    request: &Request,
    host: &str,
) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let mut asked = http::Request::builder().uri(&request.path).body(Empty::<Bytes>::new())?;
    *asked.headers_mut() = headers(request);
    if !asked.headers().contains_key("host") {
        asked.headers_mut().insert("host", HeaderValue::from_str(host)?);
    }
    let exchange = async {
        let answer = sender.send_request(asked).await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = text(answer.into_body()).await;
        Ok(answered(status, &headers, &body))
    };
    tokio::pin!(connection);
    tokio::select! {
        answer = exchange => answer,
        ended = &mut connection => Err(match ended {
            Err(error) => error.into(),
            Ok(()) => "connection closed".into(),
        }),
    }
}

/// A body as text, cut where it is too long to be kept.
async fn text(body: impl Body<Data = Bytes, Error = hyper::Error> + Unpin) -> String {
    let mut body = Limited::new(body, KEPT);
    let mut bytes = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        bytes.extend_from_slice(frame.data_ref().map_or(&[], |data| data));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The reply to a request that was answered.
pub(super) fn answered(status: u16, headers: &HeaderMap, body: &str) -> Value {
    let headers: serde_json::Map<String, Value> = headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned().into()))
        .collect();
    json!({"connect": "allowed", "status": status, "headers": headers, "body": body})
}

fn headers(request: &Request) -> HeaderMap {
    let pair = |(name, value): (&String, &String)| Some((name.parse::<HeaderName>().ok()?, value.parse().ok()?));
    request.headers.iter().filter_map(pair).collect()
}

/// A port by number, or by a container's name for it.
fn port(pod: &Value, port: &str) -> Option<u16> {
    if let Ok(number) = port.parse() {
        return Some(number);
    }
    let containers = pod["spec"]["containers"].as_array().into_iter().flatten();
    let mut ports = containers.flat_map(|container| container["ports"].as_array().into_iter().flatten());
    let named = ports.find(|one| one["name"] == port)?;
    u16::try_from(named["containerPort"].as_u64()?).ok()
}

impl From<ApiError> for Reason {
    fn from(error: ApiError) -> Self {
        error.reason
    }
}
