//! What the kubelet says of a container's probes. Only its events say it.

use serde_json::Value;

use crate::lab::object::text;
use crate::lab::verdict::Probe;

/// A probe that failed last, what the kubelet says of it, and when (RFC 3339).
pub(super) struct Failing<'a> {
    pub(super) probe: Probe,
    pub(super) said: String,
    pub(super) at: &'a str,
}

/// The newest failure of a container's probes that `wanted` lets through.
pub(super) fn failing<'a>(
    warnings: &[&'a Value],
    container: &str,
    wanted: impl Fn(Probe) -> bool,
) -> Option<Failing<'a>> {
    warnings.iter().rev().filter(|event| text(event, &["reason"]) == "Unhealthy").find_map(|event| {
        let of = text(event, &["involvedObject", "fieldPath"]);
        let (probe, said) = read(text(event, &["message"]))?;
        let its = of.is_empty() || of.ends_with(&format!("{{{container}}}"));
        (its && wanted(probe)).then(|| Failing { probe, said, at: crate::lab::select::told(event) })
    })
}

/// `Readiness probe failed: Get "http://…": connection refused` → which, and what was said, on one line.
fn read(message: &str) -> Option<(Probe, String)> {
    let (probe, rest) = [
        ("Readiness probe ", Probe::Readiness),
        ("Liveness probe ", Probe::Liveness),
        ("Startup probe ", Probe::Startup),
    ]
    .into_iter()
    .find_map(|(words, probe)| Some((probe, message.strip_prefix(words)?)))?;
    let said = rest.split_once(": ").map_or("", |(_, said)| said);
    let line = said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    Some((probe, line.chars().take(200).collect()))
}

/// The probe a container's spec holds back its readiness with.
pub(super) fn holding(spec: Option<&Value>, started: bool) -> Option<Probe> {
    let has = |key: &str| spec.is_some_and(|spec| spec.get(key).is_some());
    match () {
        () if !started && has("startupProbe") => Some(Probe::Startup),
        () if has("readinessProbe") => Some(Probe::Readiness),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kubelets_words_are_told_apart_by_probe() {
        #[track_caller]
        fn check(message: &str, expected: Option<(Probe, &str)>) {
            assert_eq!(read(message), expected.map(|(probe, said)| (probe, said.to_owned())));
        }
        check(
            "Readiness probe failed: Get \"http://10.244.1.5:81/\": dial tcp 10.244.1.5:81: connect: connection refused",
            Some((
                Probe::Readiness,
                "Get \"http://10.244.1.5:81/\": dial tcp 10.244.1.5:81: connect: connection refused",
            )),
        );
        check(
            "Liveness probe failed: HTTP probe failed with statuscode: 404",
            Some((Probe::Liveness, "HTTP probe failed with statuscode: 404")),
        );
        check(
            "Startup probe failed: cat: can't open '/tmp/ready': No such file or directory\n",
            Some((Probe::Startup, "cat: can't open '/tmp/ready': No such file or directory")),
        );
        check("Readiness probe failed: ", Some((Probe::Readiness, "")));
        check("Back-off restarting failed container", None);
    }
}
