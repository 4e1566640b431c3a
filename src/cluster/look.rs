//! Looking closer: events, logs, and what there is beside what is watched. Asked once, on an order or after a change;
//! never while nothing happens.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::api::{ApiError, READ_LIMIT, escape};
use super::remote::{Remote, items};
use crate::lab::{self, Asks, LogOf, Millis, Tail, WatchKey, Why};

/// Between two looks at what there is elsewhere.
const PAUSE: Duration = Duration::from_secs(5);
/// Kinds that are looked at in one go.
const KINDS: usize = 12;
/// Objects of one kind that are looked at.
const OBJECTS: usize = 500;
/// Bytes of a log.
const LOG: usize = 16 * 1024;

/// When to look elsewhere: after a change, and not more often than every five seconds.
#[derive(Debug)]
pub struct Pace {
    stale: bool,
    looked: Option<Instant>,
}

impl Pace {
    /// Nothing has been looked at.
    pub fn new() -> Self {
        Self { stale: true, looked: None }
    }

    /// Something has changed.
    pub fn changed(&mut self) {
        self.stale = true;
    }

    /// When to look next, if there is reason to.
    pub fn next(&self) -> Option<Instant> {
        self.stale.then(|| self.looked.map_or_else(Instant::now, |looked| looked + PAUSE))
    }

    /// A look is being taken.
    pub fn look(&mut self) {
        *self = Self { stale: false, looked: Some(Instant::now()) };
    }
}

/// What there is of some kinds.
#[derive(Debug)]
pub struct Elsewhere {
    /// The kinds.
    pub asked: Vec<WatchKey>,
    /// Their objects, as far as they could be asked.
    pub objects: Vec<Arc<Value>>,
}

/// What a look has shown.
pub struct Looked {
    /// What there is elsewhere, where that was asked.
    pub elsewhere: Option<Elsewhere>,
    /// The answer for one check, where one was asked about.
    pub why: Option<Why>,
}

/// Asks what there is of these kinds; what cannot be asked is left out.
pub async fn elsewhere(remote: &Remote, keys: Vec<WatchKey>) -> Elsewhere {
    let mut found = Vec::new();
    for key in keys.iter().take(KINDS) {
        let Ok(Some(place)) = remote.place(&key.api_version, &key.kind).await else { continue };
        let path = format!("{}?limit={OBJECTS}", place.collection(key.namespace.as_deref()));
        match remote.api.metadata(&path).await {
            Ok(answer) => found.extend(items(&answer, &key.api_version, &key.kind).into_iter().map(Arc::new)),
            Err(error) => tracing::debug!(%error, kind = key.kind, "what is elsewhere is not known"),
        }
    }
    Elsewhere { asked: keys, objects: found }
}

/// Asks everything about one check.
pub async fn why(remote: &Remote, check: String, asks: Asks) -> Looked {
    let mut why = Why { check, objects: asks.about.iter().map(|(of, _)| of.clone()).collect(), ..Why::default() };
    let mut events = Vec::new();
    for (of, uid) in &asks.about {
        let namespace = of.namespace.as_ref().map(|n| format!("/namespaces/{}", escape(n))).unwrap_or_default();
        let about = match uid {
            Some(uid) => format!("involvedObject.uid={uid}"),
            None => format!("involvedObject.kind={},involvedObject.name={}", of.kind, of.name),
        };
        let path = format!("/api/v1{namespace}/events?limit=50&fieldSelector={}", escape(&about));
        match remote.api.get(&path).await {
            Ok(answer) => events.extend(items(&answer, "v1", "Event")),
            Err(error) => why.unasked = why.unasked.or(Some(error.message)),
        }
    }
    why.events = lab::told(&events, time);
    if let Some(of) = asks.log {
        match log(remote, of).await {
            Ok(tail) => why.log = Some(tail),
            Err(error) => why.unasked = why.unasked.or(Some(error.message)),
        }
    }
    let elsewhere = match asks.elsewhere.is_empty() {
        true => None,
        false => Some(elsewhere(remote, asks.elsewhere).await),
    };
    Looked { elsewhere, why: Some(why) }
}

/// The end of a container's log; of the run that is, where none before it is kept.
async fn log(remote: &Remote, of: LogOf) -> Result<Tail, ApiError> {
    let path = |previous: bool| {
        format!(
            "/api/v1/namespaces/{}/pods/{}/log?container={}&tailLines=20&limitBytes={LOG}&previous={previous}",
            escape(&of.namespace),
            escape(&of.pod),
            escape(&of.container),
        )
    };
    let kept = match remote.api.text(&path(of.previous), READ_LIMIT).await {
        Err(error) if of.previous && matches!(error.code, 400 | 404) => None,
        Ok(text) if of.previous && lab::is_no_log(&text) => None,
        answer => Some(answer?),
    };
    let (text, previous) = match kept {
        Some(text) => (text, of.previous),
        None => (remote.api.text(&path(false), READ_LIMIT).await?, false),
    };
    Ok(Tail { lines: lab::tail(&text), of: LogOf { previous, ..of } })
}

fn time(text: &str) -> Option<Millis> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_looked_at_unless_something_has_changed() {
        let mut pace = Pace::new();
        assert!(pace.next().is_some_and(|at| at <= Instant::now()));
        pace.look();
        assert_eq!(pace.next(), None);
        pace.changed();
        assert!(pace.next().is_some_and(|at| at > Instant::now() + Duration::from_secs(4)));
    }

    #[test]
    fn times_of_events_are_read_with_and_without_fractions() {
        assert_eq!(time("1970-01-01T00:00:01Z"), Some(1_000));
        assert_eq!(time("1970-01-01T00:00:01.500000Z"), Some(1_500));
        assert_eq!(time(""), None);
    }
}
