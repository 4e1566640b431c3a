//! Why an object is not as it should be, from what the cluster itself wrote: status, conditions, warnings, and the
//! objects it depends on. It does not guess from names.

mod budget;
mod claim;
mod container;
mod image;
mod ingress;
mod leaving;
mod pod;
mod probe;
mod refusal;
mod scaling;
mod service;
mod workload;

use std::collections::BTreeMap;

use serde_json::Value;

use super::memory::Restarts;
use super::object;
use super::select::View;
use super::verdict::Cause;
pub use budget::holding;
pub use leaving::leaving;
pub(super) use refusal::refused;

/// A cause, and whether it comes right by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// The cause.
    pub cause: Cause,
    /// It does not come right by itself: `failFast` ends `within`.
    pub stuck: bool,
}

impl Diagnosis {
    fn stuck(cause: Cause) -> Self {
        Self { cause, stuck: true }
    }

    fn passing(cause: Cause) -> Self {
        Self { cause, stuck: false }
    }
}

/// Why an object is not ready; `restarts` by Pod uid say from where counting begins. What is stuck is told before what
/// may still come right.
pub fn diagnose(view: &View<'_>, object: &Value, restarts: &BTreeMap<String, Restarts>) -> Option<Diagnosis> {
    if object::is_deleting(object) {
        return Some(Diagnosis::passing(leaving(object)));
    }
    match object::kind(object) {
        "PersistentVolumeClaim" => claim::of(view, object),
        "Service" => service::of(view, object, restarts),
        "Ingress" => ingress::of(view, object),
        "HorizontalPodAutoscaler" => scaling::of(object),
        "PodDisruptionBudget" => budget::of(object),
        _ => workload::of(view, object, restarts),
    }
}

/// The first that is stuck, else the first.
fn worst(all: impl IntoIterator<Item = Diagnosis>) -> Option<Diagnosis> {
    let mut first = None;
    for diagnosis in all {
        if diagnosis.stuck {
            return Some(diagnosis);
        }
        first = first.or(Some(diagnosis));
    }
    first
}
