//! One watch of one kind in one namespace: list, then watch, for as long as somebody listens.
//! Says what it saw; decides nothing, and ends only when it is dropped.

use std::time::Duration;

use futures::AsyncBufReadExt;
use futures::StreamExt;
use serde_json::Value;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, timeout};

use super::api::ApiError;
use super::remote::{Place, Remote, items, typed};
use crate::lab::{Reason, WatchKey};

/// How long the server keeps a quiet watch open: one re-watch per kind and namespace in this time.
const OPEN_FOR: Duration = Duration::from_secs(300);
/// How long a kind that is not served is left alone.
const NOT_SERVED_AGAIN: Duration = Duration::from_secs(3);
/// Failures in a row after which what was seen is not believed any more.
const PATIENCE: u32 = 3;
/// Objects per page of a list.
const PAGE: u32 = 500;

/// What a watch has to say.
#[derive(Clone, Debug, PartialEq)]
pub enum Update {
    /// All objects as of now.
    Listed(Vec<Value>),
    /// One object is new or has changed.
    Set(Value),
    /// One object is gone; as last seen by the server.
    Gone(Value),
    /// The watch is open: what follows is in step.
    Alive,
    /// The kind is not served.
    NotServed,
    /// It cannot be asked for this kind.
    Failed(Reason),
    /// The way to the cluster broke; it is tried again.
    Broken(Reason),
}

/// 100 ms, doubled to 2 s.
#[derive(Debug, Default)]
pub struct Backoff(u32);

impl Backoff {
    /// The next pause.
    pub fn pause(&mut self) -> Duration {
        let pause = Duration::from_millis(100 << self.0.min(5)).min(Duration::from_secs(2));
        self.0 = self.0.saturating_add(1);
        pause
    }

    /// It worked.
    pub fn reset(&mut self) {
        self.0 = 0;
    }
}

/// How one round of a watch ended.
enum End {
    /// The version is too old: list again.
    Expired,
    /// The server closed it.
    Closed,
    /// Asked to begin again.
    Again,
    /// The kind is not served.
    NotServed,
}

/// One watch's own state.
pub struct Watch {
    /// What is watched.
    pub key: WatchKey,
    /// The newest identity.
    pub remote: watch::Receiver<Remote>,
    /// Changes when every watch must begin again from where it is (the way to the cluster is back).
    pub epoch: watch::Receiver<u64>,
    /// Where it reports.
    pub out: mpsc::UnboundedSender<(WatchKey, Update)>,
}

impl Watch {
    /// Runs until dropped, or nobody listens.
    pub async fn run(mut self) {
        let mut backoff = Backoff::default();
        let mut version = None;
        let mut failures = 0;
        while !self.out.is_closed() {
            self.epoch.mark_unchanged();
            let since = Instant::now();
            let pause = match self.round(&mut version).await {
                Ok(End::Expired) if since.elapsed() > Duration::from_millis(100) => Duration::ZERO,
                Ok(End::Again) => {
                    backoff.reset();
                    Duration::ZERO
                }
                Ok(End::Closed) if since.elapsed() > Duration::from_secs(5) => {
                    backoff.reset();
                    failures = 0;
                    Duration::ZERO
                }
                Ok(End::Expired | End::Closed) => backoff.pause(),
                Ok(End::NotServed) => {
                    self.say(Update::NotServed);
                    failures = 0;
                    NOT_SERVED_AGAIN
                }
                Err(error) => {
                    // A stream that ran well and broke is a first failure, however many came before it.
                    failures = if since.elapsed() > Duration::from_secs(5) { 1 } else { failures + 1 };
                    self.failed(&error, failures, &mut version);
                    backoff.pause()
                }
            };
            tokio::select! {
                () = sleep(pause) => {}
                changed = self.epoch.changed(), if !pause.is_zero() => {
                    if changed.is_err() {
                        return;
                    }
                    backoff.reset();
                }
            }
        }
    }

    fn say(&self, update: Update) {
        // Nobody listens when the session has ended: the loop sees it.
        let _ = self.out.send((self.key.clone(), update));
    }

    fn failed(&self, error: &ApiError, failures: u32, version: &mut Option<String>) {
        if error.missing() {
            // The kind was served and is not any more: looked up again at once.
            self.remote.borrow().forget(&self.key.api_version);
            *version = None;
        } else if error.code == 410 {
            *version = None;
        } else if matches!(error.reason, Reason::Forbidden(_)) || failures >= PATIENCE {
            *version = None;
            self.say(Update::Failed(error.reason.clone()));
        } else {
            self.say(Update::Broken(error.reason.clone()));
        }
    }

    /// Lists if there is no version to go on from, then watches until the stream ends.
    async fn round(&mut self, version: &mut Option<String>) -> Result<End, ApiError> {
        let remote = self.remote.borrow_and_update().clone();
        let Some(place) = remote.place(&self.key.api_version, &self.key.kind).await? else {
            return Ok(End::NotServed);
        };
        let from = match version.take() {
            Some(from) => from,
            None => self.list(&remote, &place).await?,
        };
        let stream = remote.api.stream(&self.watch_path(&place, &from)).await;
        *version = Some(from);
        let mut lines = Box::pin(stream?.lines());
        self.say(Update::Alive);
        loop {
            let line = tokio::select! {
                line = timeout(OPEN_FOR + Duration::from_secs(30), lines.next()) => line,
                _ = self.epoch.changed() => return Ok(End::Again),
            };
            let line = match line {
                Ok(Some(Ok(line))) => line,
                Ok(Some(Err(error))) => {
                    let reason = super::classify::of_chain(&error);
                    return Err(ApiError { reason, code: 0, message: error.to_string() });
                }
                Ok(None) => return Ok(End::Closed),
                Err(_) => return Err(ApiError::hang()),
            };
            if let Some(end) = event(&self.key, &line, version, &self.out)? {
                return Ok(end);
            }
        }
    }

    fn watch_path(&self, place: &Place, from: &str) -> String {
        let path = place.collection(self.key.namespace.as_deref());
        let seconds = OPEN_FOR.as_secs();
        format!("{path}?watch=1&resourceVersion={from}&allowWatchBookmarks=true&timeoutSeconds={seconds}")
    }

    /// All pages of the list; gives the version to watch from.
    async fn list(&self, remote: &Remote, place: &Place) -> Result<String, ApiError> {
        let path = place.collection(self.key.namespace.as_deref());
        let mut objects = Vec::new();
        let mut next = String::new();
        loop {
            let answer = remote.api.get(&format!("{path}?limit={PAGE}{next}")).await?;
            objects.extend(items(&answer, &self.key.api_version, &self.key.kind));
            match answer["metadata"]["continue"].as_str().filter(|token| !token.is_empty()) {
                Some(token) => next = format!("&continue={}", super::api::escape(token)),
                None => {
                    self.say(Update::Listed(objects));
                    return Ok(answer["metadata"]["resourceVersion"].as_str().unwrap_or("0").to_owned());
                }
            }
        }
    }
}

/// One line of the stream: what it says goes out, its version is kept; an end when it is one.
fn event(
    key: &WatchKey,
    line: &str,
    version: &mut Option<String>,
    out: &mpsc::UnboundedSender<(WatchKey, Update)>,
) -> Result<Option<End>, ApiError> {
    let Ok(Value::Object(mut event)) = serde_json::from_str::<Value>(line) else {
        // A line cut short, or by something that is no API server, is the end of the stream.
        return Ok(Some(End::Closed));
    };
    let object = event.remove("object").unwrap_or_default();
    let event = Value::Object(event);
    let kind = event["type"].as_str().unwrap_or_default();
    if kind == "ERROR" {
        let code = object["code"].as_u64().and_then(|code| u16::try_from(code).ok()).unwrap_or(0);
        let message = object["message"].as_str().unwrap_or_default().to_owned();
        if code == 410 {
            *version = None;
            return Ok(Some(End::Expired));
        }
        return Err(ApiError { reason: super::classify::of_status(code, &message), code, message });
    }
    if let Some(newer) = object["metadata"]["resourceVersion"].as_str() {
        *version = Some(newer.to_owned());
    }
    let update = match kind {
        "ADDED" | "MODIFIED" => Update::Set(typed(object, &key.api_version, &key.kind)),
        "DELETED" => Update::Gone(typed(object, &key.api_version, &key.kind)),
        _ => return Ok(None),
    };
    // Nobody listens when the session has ended: the loop sees it.
    let _ = out.send((key.clone(), update));
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &str, version: Option<&str>, said: usize) {
        let key = WatchKey { api_version: "v1".into(), kind: "Pod".into(), namespace: None };
        let (out, mut heard) = mpsc::unbounded_channel();
        let mut known = Some("1".to_owned());
        let end = match event(&key, line, &mut known, &out) {
            Ok(None) => "goes on".to_owned(),
            Ok(Some(End::Expired)) => "expired".into(),
            Ok(Some(_)) => "closed".into(),
            Err(error) => format!("{:?}", error.reason),
        };
        assert_eq!((end.as_str(), known.as_deref()), (expected, version));
        assert_eq!(std::iter::from_fn(|| heard.try_recv().ok()).count(), said);
    }

    #[test]
    fn a_version_too_old_is_listed_again_and_a_bookmark_is_kept() {
        check(r#"{"type":"ADDED","object":{"metadata":{"resourceVersion":"5"}}}"#, "goes on", Some("5"), 1);
        check(r#"{"type":"DELETED","object":{"metadata":{"resourceVersion":"6"}}}"#, "goes on", Some("6"), 1);
        check(r#"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7"}}}"#, "goes on", Some("7"), 0);
        check(r#"{"type":"ERROR","object":{"code":410,"message":"too old"}}"#, "expired", None, 0);
        check(r#"{"type":"ERROR","object":{"code":401,"message":"no"}}"#, "Unauthorized", Some("1"), 0);
        check(r#"{"type":"ADD"#, "closed", Some("1"), 0);
        check("[1]", "closed", Some("1"), 0);
        check("7", "closed", Some("1"), 0);
    }

    #[test]
    fn pauses_double_to_two_seconds() {
        let mut backoff = Backoff::default();
        let pauses: Vec<u128> = (0..7).map(|_| backoff.pause().as_millis()).collect();
        assert_eq!(pauses, [100, 200, 400, 800, 1600, 2000, 2000]);
        backoff.reset();
        assert_eq!(backoff.pause().as_millis(), 100);
    }
}
