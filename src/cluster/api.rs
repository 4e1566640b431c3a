//! One way of asking an API server: JSON in and out, a limit on every call, our name on every request.
//! Knows nothing of kinds, and never retries by itself.

use std::time::Duration;

use futures::AsyncBufRead;
use http::Method;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use http_body_util::{BodyExt, Limited};
use serde_json::Value;
use tokio::time::timeout;

use super::classify;
use crate::lab::Reason;

/// The user agent of every request, so that an audit log can tell ours.
pub const AGENT: &str = concat!("jotasu/", env!("CARGO_PKG_VERSION"));
/// The limit of a read.
pub const READ_LIMIT: Duration = Duration::from_secs(4);
/// As much of a raw answer as is kept.
const KEPT: usize = 1 << 20;
/// The limit of a write: admission may take a while.
pub const WRITE_LIMIT: Duration = Duration::from_secs(5);

/// An answer that is not a success, or none.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// Why, as the screen knows it.
    pub reason: Reason,
    /// The HTTP status; 0 when there was no answer.
    pub code: u16,
    /// The server's own words, or the client's.
    pub message: String,
}

impl ApiError {
    /// No answer within the limit.
    pub fn hang() -> Self {
        Self { reason: Reason::Hang, code: 0, message: "no answer within the limit".into() }
    }

    /// What kept us from asking, in its own words.
    pub fn of(reason: fn(String) -> Reason, why: impl Into<String>) -> Self {
        let message = why.into();
        Self { reason: reason(message.clone()), code: 0, message }
    }

    /// True when the server answered that there is no such thing.
    pub fn missing(&self) -> bool {
        self.code == 404
    }
}

impl From<kube::Error> for ApiError {
    fn from(error: kube::Error) -> Self {
        let reason = classify::reason(&error);
        match error {
            kube::Error::Api(status) => Self { reason, code: status.code, message: status.message },
            other => Self { reason, code: 0, message: other.to_string() },
        }
    }
}

/// The body of a write, by its content type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// A whole object.
    Json,
    /// Server-side apply.
    Apply,
    /// RFC 7386.
    Merge,
    /// Strategic merge.
    Strategic,
    /// RFC 6902.
    JsonPatch,
}

impl Body {
    /// The content type the API server tells patches apart by.
    fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Apply => "application/apply-patch+yaml",
            Self::Merge => "application/merge-patch+json",
            Self::Strategic => "application/strategic-merge-patch+json",
            Self::JsonPatch => "application/json-patch+json",
        }
    }
}

/// One identity at one API server.
#[derive(Clone)]
pub struct Api {
    client: kube::Client,
}

impl Api {
    /// A client of our own stack settings; must be called within a runtime.
    pub fn new(mut config: kube::Config) -> Result<Self, ApiError> {
        config.headers.push((USER_AGENT, HeaderValue::from_static(AGENT)));
        config.connect_timeout = Some(Duration::from_secs(3));
        config.read_timeout = None;
        config.default_retry = false;
        Ok(Self { client: kube::Client::try_from(config)? })
    }

    /// The client itself, for what needs a connection of another kind (exec).
    pub fn client(&self) -> kube::Client {
        self.client.clone()
    }

    /// GET as JSON.
    pub async fn get(&self, path: &str) -> Result<Value, ApiError> {
        let request = request(Method::GET, path, None)?;
        limited(READ_LIMIT, self.client.request::<Value>(request)).await
    }

    /// GET of a list, of whose items only names, labels and the like are wanted.
    pub async fn metadata(&self, path: &str) -> Result<Value, ApiError> {
        const ONLY: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
        let mut request = request(Method::GET, path, None)?;
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static(ONLY));
        limited(READ_LIMIT, self.client.request::<Value>(request)).await
    }

    /// GET as text, within a limit of the caller's.
    pub async fn text(&self, path: &str, limit: Duration) -> Result<String, ApiError> {
        let request = request(Method::GET, path, None)?;
        limited(limit, self.client.request_text(request)).await
    }

    /// GET with headers of the caller's: whatever is answered is an answer, a success or not.
    pub async fn raw(&self, path: &str, headers: &HeaderMap) -> Result<(u16, HeaderMap, String), ApiError> {
        let mut request = request(Method::GET, path, None)?.map(kube::client::Body::from);
        request.headers_mut().remove(ACCEPT);
        request.headers_mut().extend(headers.clone());
        let call = async {
            let answer = self.client.send(request).await?;
            let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
            let body = Limited::new(answer.into_body(), KEPT).collect().await;
            // A body that is too long is no error of the cluster's: what was asked is answered.
            let body = body.map(|body| body.to_bytes()).unwrap_or_default();
            Ok((status, headers, String::from_utf8_lossy(&body).into_owned()))
        };
        let (status, headers, body) = limited(READ_LIMIT, call).await?;
        if matches!(status, 401 | 403) && body.contains("\"kind\":\"Status\"") {
            return Err(ApiError { reason: classify::of_status(status, &body), code: status, message: body });
        }
        Ok((status, headers, body))
    }

    /// POST, PUT or PATCH with a body.
    pub async fn write(&self, method: Method, path: &str, kind: Body, body: &Value) -> Result<Value, ApiError> {
        let request = request(method, path, Some((kind, body)))?;
        limited(WRITE_LIMIT, self.client.request::<Value>(request)).await
    }

    /// DELETE with options.
    pub async fn delete(&self, path: &str, options: &Value) -> Result<Value, ApiError> {
        self.write(Method::DELETE, path, Body::Json, options).await
    }

    /// GET as an open stream of lines; the limit is on the answer's head.
    pub async fn stream(&self, path: &str) -> Result<impl AsyncBufRead + use<>, ApiError> {
        let request = request(Method::GET, path, None)?;
        limited(READ_LIMIT, self.client.request_stream(request)).await
    }
}

/// A call within its limit.
async fn limited<T>(limit: Duration, call: impl Future<Output = Result<T, kube::Error>>) -> Result<T, ApiError> {
    match timeout(limit, call).await {
        Ok(answer) => answer.map_err(ApiError::from),
        Err(_) => Err(ApiError::hang()),
    }
}

/// A request; paths are ours, so that one that cannot be built is an error of the program.
fn request(method: Method, path: &str, body: Option<(Body, &Value)>) -> Result<http::Request<Vec<u8>>, ApiError> {
    let mut builder = http::Request::builder().method(method).uri(path).header(ACCEPT, "application/json");
    let bytes = match body {
        Some((kind, value)) => {
            builder = builder.header(CONTENT_TYPE, kind.content_type());
            serde_json::to_vec(value).unwrap_or_default()
        }
        None => Vec::new(),
    };
    builder.body(bytes).map_err(|error| ApiError {
        reason: Reason::Other(error.to_string()),
        code: 0,
        message: format!("{path}: {error}"),
    })
}

/// A value made safe for a query or a path segment.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn what_a_url_may_not_hold_is_escaped() {
        assert_eq!(escape("web-1.x"), "web-1.x");
        assert_eq!(escape("a=b,c/d"), "a%3Db%2Cc%2Fd");
        assert_eq!(escape("가"), "%EA%B0%80");
    }
}
