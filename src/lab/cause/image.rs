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
    ]) || statuses(message).any(|status| matches!(status, "401" | "403"))
    {
        return PullFailure::Unauthorized;
    }
    PullFailure::Other
}

/// Numbers that stand alone, as those of answers do: digests, tags and ports are parts of words.
fn statuses(message: &str) -> impl Iterator<Item = &str> {
    let apart = |c: char| c.is_whitespace() || "()[]=,;".contains(c);
    message.split(apart).map(|word| word.trim_matches(['.', ':', '"'])).filter(|word| word.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, expected: PullFailure) {
        assert_eq!(pull_failure("ErrImagePull", message), expected, "{message}");
    }

    #[test]
    fn a_status_is_a_number_that_stands_alone() {
        check("unexpected status from HEAD request to https://r.io/v2/a/manifests/1: 403", PullFailure::Unauthorized);
        check("failed to fetch oauth token: unexpected status: 401 ", PullFailure::Unauthorized);
        check("server answered (401).", PullFailure::Unauthorized);
        check("error code=403, try again", PullFailure::Unauthorized);
        for innocent in [
            "failed to extract layer sha256:9403f1c2401ab: unexpected EOF",
            "failed to pull and unpack image \"docker.io/library/app:403\": unexpected EOF",
            "failed to copy from registry.local:4010/app: unexpected EOF",
        ] {
            check(innocent, PullFailure::Other);
        }
    }
}
