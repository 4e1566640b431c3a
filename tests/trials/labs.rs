//! Every lab of the course proves itself: on control planes, and step by step with real nodes and containers.

use jotasu::cluster::{self, Proof, Proofs};
use jotasu::files;
use jotasu::lab::{self, Lab};
use libtest_mimic::Failed;
use serde_json::json;

use crate::engine::allowed_at;
use crate::harness::{Needs, Outcome, Planned, alone, kind, runtime, trial};
use crate::learner::on_kind;
use crate::space::Space;

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    let labs = lab::ids(&files::labs());
    let simulated = labs.iter().filter(|id| lab::load(&files::labs(), id).0.is_some_and(|lab| !lab.needs_nodes()));
    let proven = simulated.cloned().map(|id| {
        alone(&format!("labs::{id}_proves_itself"), Needs::Workloads, move || {
            let lab = load(&id)?;
            believed(&lab, Proofs::of_ci(), || Ok(cluster::prove(&lab, 2, &mut |_| {})?))
        })
    });
    let rehearsed = labs.iter().cloned().map(|id| {
        alone(&format!("labs::{id}_is_done_on_kind"), Needs::Kind, move || {
            let lab = load(&id)?;
            // All that there is to prove of a lab that asks nodes and containers is proven here.
            believed(&lab, Proofs::of_ci().filter(|_| lab.needs_nodes()), || {
                guarded(&id)?;
                let access = runtime().block_on(allowed_at(&kind().kubeconfig))?;
                Ok(cluster::rehearse(&access, &lab, &mut |_| {})?)
            })
        })
    });
    let image = trial("labs::a_wrong_image_is_not_pulled_on_kind", Needs::Kind, wrong_image);
    proven.chain(rehearsed).chain([image]).collect()
}

/// Proves a lab, unless the proof that is kept of it still holds.
fn believed(lab: &Lab, proofs: Option<Proofs>, prove: impl FnOnce() -> Result<Proof, Failed>) -> Outcome {
    if let Some(took) = proofs.as_ref().and_then(|proofs| proofs.known(lab)) {
        println!("{} is as it was when it was proven in {:.1} s", lab.id, took.as_secs_f64());
        return Ok(());
    }
    let proof = prove()?;
    if let Some(proofs) = proofs {
        proofs.keep(lab, &proof)?;
    }
    holds(&proof)
}

/// Started, looked at and stopped as a learner does, with the credentials that `kind` gives.
fn guarded(id: &str) -> Outcome {
    let home = tempfile::tempdir()?;
    let says = |arguments: &[&str], code| on_kind(home.path(), arguments, code);
    let looked = says(&["lab", "start", id, "--yes"], 0).and_then(|()| says(&["lab", "check", id], 1));
    // Others use the cluster after it.
    looked.and(says(&["lab", "stop", id, "--yes"], 0))
}

fn load(id: &str) -> Result<Lab, Failed> {
    let (lab, problems) = lab::load(&files::labs(), id);
    lab.ok_or_else(|| format!("{problems:#?}").into())
}

/// Fails with the whole report.
pub fn holds(proof: &Proof) -> Outcome {
    if proof.holds() {
        return Ok(());
    }
    let mut report = String::new();
    for step in &proof.steps {
        report += &format!("\n{step}");
        report.extend(step.failures.iter().map(|failure| format!("\n    {failure}")));
    }
    Err(report.into())
}

/// What the simulated nodes say of such an image is what real ones say.
async fn wrong_image(space: Space) -> Outcome {
    space.apply(space.pod("p", "nginx:1.29-nope")).await?;
    let failed = |status: &serde_json::Value| {
        let reason = &status["containerStatuses"][0]["state"]["waiting"]["reason"];
        *reason == json!("ErrImagePull") || *reason == json!("ImagePullBackOff")
    };
    space.until("v1", "Pod", "p", failed).await?;
    Ok(())
}
