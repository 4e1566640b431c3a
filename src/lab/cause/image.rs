//! Why an image cannot be pulled.

use crate::lab::verdict::PullFailure;

/// Container runtimes pass on what registries say, in their own words.
pub(super) fn pull_failure(reason: &str, message: &str) -> PullFailure {
    let says = |words: &[&str]| words.iter().any(|word| message.to_ascii_lowercase().contains(word));
    if reason == "InvalidImageName" || says(&["invalidimagename", "invalid reference format", "couldn't parse image"]) {
        return PullFailure::InvalidName;
    }
    let offline = [
        "no such host",
        "i/o timeout",
        "connection refused",
        "network is unreachable",
        "no route to host",
        "tls handshake timeout",
        "server misbehaving",
        "deadline exceeded",
        "connection reset",
        "temporary failure",
    ];
    if says(&offline) {
        return PullFailure::Offline;
    }
    // Docker Hub answers "denied" for repositories that do not exist, and says so in the same breath.
    if reason == "ErrImageNeverPull"
        || says(&["repository does not exist", "not found", "notfound", "manifest unknown", "name unknown"])
    {
        return PullFailure::NotFound;
    }
    if says(&[
        "unauthorized",
        "denied",
        "forbidden",
        "authentication required",
        "authorization failed",
        "no basic auth",
        "401",
        "403",
    ]) {
        return PullFailure::Unauthorized;
    }
    PullFailure::Other
}
