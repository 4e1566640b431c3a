//! A HorizontalPodAutoscaler that does not scale, from its conditions.

use serde_json::Value;

use super::Diagnosis;
use crate::lab::object::{condition, text};
use crate::lab::verdict::{Cause, Scaling};

pub(super) fn of(scaler: &Value) -> Option<Diagnosis> {
    let untrue = |kind: &str| condition(scaler, kind).filter(|condition| text(condition, &["status"]) == "False");
    let message = |condition| text(condition, &["message"]);
    if let Some(able) = untrue("AbleToScale").filter(|able| text(able, &["reason"]) == "FailedGetScale") {
        let kind = text(scaler, &["spec", "scaleTargetRef", "kind"]);
        let name = text(scaler, &["spec", "scaleTargetRef", "name"]);
        let gone = message(able).contains("not found");
        let why = if gone { Scaling::NoTarget(format!("{kind} {name}")) } else { Scaling::Other(message(able).into()) };
        return Some(Diagnosis::stuck(Cause::Scaling(why)));
    }
    let why = read(message(untrue("ScalingActive")?));
    let stuck = matches!(why, Scaling::NoMetricsServer | Scaling::NoRequest { .. });
    Some(Diagnosis { cause: Cause::Scaling(why), stuck })
}

/// `the HPA was unable to compute the replica count: failed to get cpu utilization: …`
fn read(message: &str) -> Scaling {
    if message.contains("the server could not find the requested resource (get pods.metrics.k8s.io)") {
        return Scaling::NoMetricsServer;
    }
    if let Some((_, rest)) = message.split_once("missing request for ") {
        let words: Vec<&str> = rest.split_whitespace().collect();
        let after = |word: &str| words.iter().position(|w| *w == word).and_then(|at| words.get(at + 1)).copied();
        let resource = words.first().copied().unwrap_or_default().to_owned();
        return Scaling::NoRequest { resource, container: after("container").unwrap_or_default().to_owned() };
    }
    let yet = ["no metrics returned", "did not receive metrics", "no recommendation", "metrics not available yet"];
    if yet.iter().any(|words| message.contains(words)) { Scaling::NotYet } else { Scaling::Other(message.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(kind: &str, reason: &str, message: &str, expected: Scaling) {
        let scaler = json!({"spec": {"scaleTargetRef": {"kind": "Deployment", "name": "web"}},
            "status": {"conditions": [{"type": kind, "status": "False", "reason": reason, "message": message}]}});
        assert_eq!(of(&scaler).unwrap().cause, Cause::Scaling(expected));
    }

    #[test]
    fn an_autoscaler_says_what_it_misses() {
        let reason = "FailedGetResourceMetric";
        check(
            "ScalingActive",
            reason,
            "the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)",
            Scaling::NoMetricsServer,
        );
        check(
            "ScalingActive",
            reason,
            "the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container app of Pod web-5c7-abcde",
            Scaling::NoRequest { resource: "cpu".into(), container: "app".into() },
        );
        check(
            "ScalingActive",
            reason,
            "the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API",
            Scaling::NotYet,
        );
        check(
            "ScalingActive",
            "InvalidSelector",
            "the selector is required",
            Scaling::Other("the selector is required".into()),
        );
        check(
            "AbleToScale",
            "FailedGetScale",
            "the HPA controller was unable to get the target's current scale: deployments.apps \"web\" not found",
            Scaling::NoTarget("Deployment web".into()),
        );
    }
}
