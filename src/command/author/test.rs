//! `jotasu author test`: labs that prove themselves.

use crate::cluster;
use crate::lab;

use super::super::outcome::{CannotAsk, Outcome};
use super::super::print;
use super::super::world::World;

/// Proves labs; those that `proofs` knows are believed, unless all are to be proven `anew`.
pub fn run(
    world: &World,
    lab: Option<String>,
    jobs: usize,
    proofs: Option<&cluster::Proofs>,
    anew: bool,
) -> anyhow::Result<Outcome> {
    let ids = lab.map_or_else(|| lab::ids(&world.labs), |id| vec![id]);
    let mut outcome = Outcome::Done;
    for id in ids {
        let lab = world.lab(&id)?;
        world.trust(&lab)?;
        print::line(&format!("{id} {}", lab.title))?;
        if let Some(took) = proofs.filter(|_| !anew).and_then(|proofs| proofs.known(&lab)) {
            print::line(&format!("  증명되어 있음 (지난번에 {:.1}초)", took.as_secs_f64()))?;
            continue;
        }
        let proof = cluster::prove(&lab, jobs, &mut |step| {
            let _ = print::line(&format!("  {step}"));
            for failure in &step.failures {
                let _ = print::line(&format!("      {failure}"));
            }
        });
        let proof = proof.map_err(|error| CannotAsk(error.to_string()))?;
        if let Some(proofs) = proofs {
            proofs.keep(&lab, &proof)?;
        }
        if proof.holds() {
            print::line(&format!("  증명됨 ({:.1}초)", proof.took.as_secs_f64()))?;
        } else {
            outcome = Outcome::NotYet;
        }
    }
    Ok(outcome)
}
