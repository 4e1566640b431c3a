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
impl Lab {
    pub fn watches(&self) -> BTreeSet<WatchKey> {
        BTreeSet::new()
    }
}
pub fn decide_all(_lab: &Lab, _observation: &Observation, _memory: &mut Memory, _now: Millis) -> Decision {
    Decision { verdicts: vec![], invariants: vec![], turned: vec![], deadline: None }
}
