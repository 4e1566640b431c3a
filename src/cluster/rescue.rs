//! Undoes the faults of labs from outside: without the lab's files and without a Kubernetes API.

use std::path::Path;

use super::clock::Clock;
use super::fault::{Faults, health};
use super::state::{Stage, StateFile};
use super::steps::Steps;
use super::trouble::Trouble;
use crate::lab::Work;

/// Puts everything that faults have changed back, of one lab or of all, and waits until each cluster is well. A run of the
/// lab ends with it: what a rescue repairs, nobody has solved.
///
/// # Errors
/// The step that failed; it can be done again.
pub async fn rescue(
    state_dir: &Path,
    lab: Option<&str>,
    tell: &mut (dyn FnMut(&[Work]) + Send),
) -> Result<(), Trouble> {
    let mut steps = Steps::new(Clock::default(), tell);
    for faults in Faults::every(state_dir)? {
        for entry in faults.entries(lab)?.iter().filter(|entry| entry.is_open()) {
            let file = StateFile::new(state_dir, &entry.lab);
            if let Some(mut saved) = file.load()?.filter(|saved| saved.stage == Stage::Running) {
                saved.stage = Stage::Removing;
                file.save(&saved)?;
            }
        }
        faults.rescue(lab, &mut steps, &mut |_| {}).await?;
    }
    Ok(())
}

/// Waits until a kind cluster is well, by its effects: the API server is ready, every node renews its lease and is Ready,
/// and a Pod starts on the nodes that are named. Any repair that makes it so is right.
///
/// # Errors
/// What is not well, after a while.
pub async fn well(cluster: &str, nodes: &[String], tell: &mut (dyn FnMut(&[Work]) + Send)) -> Result<(), Trouble> {
    health::wait(cluster, nodes, &mut Steps::new(Clock::default(), tell)).await
}
