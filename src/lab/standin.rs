//! Stand-in until labdecide is merged.
#![allow(missing_docs)]
use super::*;
use std::collections::{BTreeMap, BTreeSet};
#[derive(serde::Serialize, serde::Deserialize, Default, Clone, Debug, PartialEq)]
pub struct Memory {
    pub schema: u32,
    pub lab: String,
    pub cluster_uid: String,
    pub start: Millis,
    pub checks: BTreeMap<String, CheckMemory>,
    pub answers: BTreeMap<String, String>,
    pub marks: BTreeSet<String>,
}
#[derive(serde::Serialize, serde::Deserialize, Default, Clone, Debug, PartialEq)]
pub struct CheckMemory {
    pub passed_once: bool,
}
pub struct Decision {
    pub verdicts: Vec<Verdict>,
    pub invariants: Vec<Verdict>,
    pub turned: Vec<(String, Option<Change>)>,
    pub deadline: Option<Millis>,
}
fn key(t: &Target) -> WatchKey {
    WatchKey { api_version: t.api_version.clone(), kind: t.kind.clone(), namespace: t.namespace.clone() }
}
impl Lab {
    pub fn watches(&self) -> BTreeSet<WatchKey> {
        self.checks
            .iter()
            .filter_map(|c| match &c.source {
                Source::Resource(Expectation::Of(e)) => Some(key(&e.target)),
                _ => None,
            })
            .collect()
    }
}
pub fn decide_all(lab: &Lab, observation: &Observation, memory: &mut Memory, _now: Millis) -> Decision {
    let mut turned = vec![];
    let verdicts = lab
        .checks
        .iter()
        .map(|c| {
            let Source::Resource(Expectation::Of(e)) = &c.source else { return Verdict::Waiting };
            if let Err(r) = &observation.reachable {
                return Verdict::Unknown(r.clone());
            }
            match &observation.kinds[&key(&e.target)] {
                KindState::Pending => Verdict::Unknown(Reason::Connecting),
                KindState::Failed(r) => Verdict::Unknown(r.clone()),
                KindState::NotServed => Verdict::Waiting,
                KindState::Synced(o) => {
                    let name =
                        (e.target.namespace.clone().unwrap_or_default(), e.target.name.clone().unwrap_or_default());
                    let m = memory.checks.entry(c.name.clone()).or_default();
                    if o.present.contains_key(&name) {
                        m.passed_once = true;
                        Verdict::Passed
                    } else if m.passed_once {
                        turned.push((c.name.clone(), None));
                        Verdict::Failed(Box::new(Finding {
                            subject: ObjectRef::default(),
                            path: None,
                            expected: Expected::Absent,
                            actual: Actual::Missing,
                            cause: None,
                            message: None,
                            change: None,
                        }))
                    } else {
                        Verdict::Waiting
                    }
                }
            }
        })
        .collect();
    Decision { verdicts, invariants: vec![], turned, deadline: None }
}
