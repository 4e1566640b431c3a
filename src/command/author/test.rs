//! `jotasu author test`: labs that prove themselves.

use std::path::Path;

use anyhow::Context as _;

use crate::cluster;
use crate::files;
use crate::lab;

use super::super::junit::{self, Case, End, Suite};
use super::super::outcome::{CannotAsk, Outcome};
use super::super::print;
use super::super::world::World;

/// Proves labs; those that `proofs` knows are believed, unless all are to be proven `anew`.
pub fn run(
    world: &World,
    lab: Option<String>,
    seed: Option<usize>,
    jobs: usize,
    proofs: Option<&cluster::Proofs>,
    anew: bool,
    junit: Option<&Path>,
) -> anyhow::Result<Outcome> {
    let ids = lab.map_or_else(|| lab::ids(&world.labs), |id| vec![id]);
    let mut outcome = Outcome::Done;
    let mut suites = Vec::new();
    for id in ids {
        let lab = crate::command::lab::sown(world.lab(&id)?, seed)?;
        world.trust(&lab)?;
        print::line(&format!("{id} {}", lab.title))?;
        if let Some(took) = proofs.filter(|_| !anew && seed.is_none()).and_then(|proofs| proofs.known(&lab)) {
            print::line(&format!("  증명되어 있음 (지난번에 {:.1}초)", took.as_secs_f64()))?;
            let end = End::Skipped("지난번에 증명했고 그대로예요".into());
            let case = Case { name: "증명되어 있음".into(), took: Some(took), end, said: vec![] };
            suites.push(Suite { name: id, cases: vec![case] });
            continue;
        }
        let mut tell = |step: &cluster::Step| {
            let _ = print::line(&format!("  {step}"));
            for caught in &step.caught {
                let _ = print::line(&format!("      잡은 확인 {caught}"));
            }
            for failure in &step.failures {
                let _ = print::line(&format!("      {failure}"));
            }
        };
        let proof = match lab.needs_nodes() {
            // Simulated ones run no containers: the kind cluster is meant that `--context` names, else the lab's.
            true => cluster::rehearse(&world.access().of(&lab), &lab, &mut tell),
            false => cluster::prove(&lab, jobs, &mut tell),
        };
        let proof = match proof {
            Ok(proof) => proof,
            Err(error) => {
                let case =
                    Case { name: "증명".into(), took: None, end: End::Unknown(error.to_string()), said: vec![] };
                suites.push(Suite { name: id, cases: vec![case] });
                write(junit, &suites)?;
                return Err(CannotAsk(error.to_string()).into());
            }
        };
        suites.push(Suite { name: id, cases: proof.steps.iter().map(case).collect() });
        if let Some(proofs) = proofs.filter(|_| seed.is_none()) {
            proofs.keep(&lab, &proof)?;
        }
        if proof.holds() {
            print::line(&format!("  증명됨 ({:.1}초)", proof.took.as_secs_f64()))?;
        } else {
            outcome = Outcome::NotYet;
        }
    }
    write(junit, &suites)?;
    Ok(outcome)
}

/// One proven statement, or one that does not hold.
fn case(step: &cluster::Step) -> Case {
    let failures: Vec<String> = step.failures.iter().map(ToString::to_string).collect();
    let end = match failures.first() {
        None => End::Passed,
        Some(first) => End::Failed("proof".into(), first.clone(), failures.join("\n")),
    };
    let said = step.caught.iter().map(|caught| format!("잡은 확인 {caught}")).collect();
    Case { name: step.name.clone(), took: Some(step.took), end, said }
}

/// The report, where one was asked for.
fn write(junit: Option<&Path>, suites: &[Suite]) -> anyhow::Result<()> {
    let Some(path) = junit else { return Ok(()) };
    files::write_atomic(path, junit::xml(suites).as_bytes())
        .with_context(|| format!("{}에 쓰지 못했어요", path.display()))
}
