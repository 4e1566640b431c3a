//! Every lab of the course proves itself: on control planes, and step by step with real nodes and containers.

use std::process::{Command, Stdio};

use jotasu::cluster::{self, Proof, Proofs};
use jotasu::files;
use jotasu::lab::{self, Lab};
use libtest_mimic::Failed;
use serde_json::json;

use crate::engine::allowed_at;
use crate::harness::{Needs, Outcome, Planned, alone, kind, maker, runtime, trial};
use crate::space::Space;

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    let labs = lab::ids(&files::labs());
    let is = |id: &str, what: fn(&Lab) -> bool| lab::load(&files::labs(), id).0.is_some_and(|lab| what(&lab));
    let (breaking, labs): (Vec<&String>, Vec<&String>) =
        labs.iter().partition(|id| is(id, |lab| lab.cluster.dedicated));
    let simulated: Vec<&String> = labs.iter().copied().filter(|id| !is(id, Lab::needs_nodes)).collect();
    let broken = breaking.into_iter().cloned().map(|id| {
        alone(&format!("labs::{id}_proves_itself_on_a_cluster_of_its_own"), Needs::Nodes, move || apart(&id))
    });
    let proven = simulated.into_iter().cloned().map(|id| {
        alone(&format!("labs::{id}_proves_itself"), Needs::Workloads, move || {
            let lab = load(&id)?;
            let proofs = Proofs::of_ci();
            if let Some(took) = proofs.as_ref().and_then(|proofs| proofs.known(&lab)) {
                println!("{id} is as it was when it was proven in {:.1} s", took.as_secs_f64());
                return Ok(());
            }
            let proof = cluster::prove(&lab, 2, &mut |_| {})?;
            if let Some(proofs) = proofs {
                proofs.keep(&lab, &proof)?;
            }
            holds(&proof)
        })
    });
    let rehearsed = labs.iter().copied().cloned().map(|id| {
        alone(&format!("labs::{id}_is_done_on_kind"), Needs::Kind, move || {
            let lab = load(&id)?;
            // All that there is to prove of a lab that asks nodes and containers is proven here.
            let proofs = Proofs::of_ci().filter(|_| lab.needs_nodes());
            if let Some(took) = proofs.as_ref().and_then(|proofs| proofs.known(&lab)) {
                println!("{id} is as it was when it was proven in {:.1} s", took.as_secs_f64());
                return Ok(());
            }
            guarded(&id)?;
            let access = runtime().block_on(allowed_at(&kind().kubeconfig))?;
            let proof = cluster::rehearse(&access, &lab, &mut |_| {})?;
            if let Some(proofs) = proofs {
                proofs.keep(&lab, &proof)?;
            }
            holds(&proof)
        })
    });
    let image = trial("labs::a_wrong_image_is_not_pulled_on_kind", Needs::Kind, wrong_image);
    broken.chain(proven).chain(rehearsed).chain([image]).collect()
}

/// A lab that breaks nodes: its cluster is made as learners make it, and deleted with it.
fn apart(id: &str) -> Outcome {
    let lab = load(id)?;
    if Proofs::of_ci().and_then(|proofs| proofs.known(&lab)).is_some() {
        println!("{id} is as it was when it was proven");
        return Ok(());
    }
    let home = tempfile::tempdir()?;
    let (path, image) = maker()?;
    let says = |arguments: &[&str]| -> Outcome {
        let mut program = Command::new(env!("CARGO_BIN_EXE_jotasu"));
        program.env("PATH", &path).env("JOTASU_NODE_IMAGE", &image).env_remove("KUBECONFIG");
        program.arg("--home").arg(home.path()).args(arguments).stdin(Stdio::null());
        let output = program.output()?;
        let said = [output.stdout, output.stderr].concat();
        match output.status.success() {
            true => Ok(()),
            false => Err(format!("{arguments:?}: {}\n{}", output.status, String::from_utf8_lossy(&said)).into()),
        }
    };
    let cluster = lab.kind_cluster();
    // What an earlier run has left.
    says(&["cluster", "down", &cluster, "--yes"])?;
    let proven = says(&["cluster", "up", id]).and_then(|()| says(&["author", "test", id]));
    proven.and(says(&["cluster", "down", &cluster, "--yes"]))
}

/// Started, looked at and stopped as a learner does, with the credentials that `kind` gives.
fn guarded(id: &str) -> Outcome {
    let home = tempfile::tempdir()?;
    let folder = kind().kubeconfig.parent().ok_or("no folder")?.join("bin");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH")?);
    let says = |verb: &str, yes: bool, code: i32| -> Outcome {
        let mut program = Command::new(env!("CARGO_BIN_EXE_jotasu"));
        program.env("PATH", &path).arg("--home").arg(home.path()).args(["--context", "kind-jotasu-test"]);
        program.args(["lab", verb, id]).args(yes.then_some("--yes"));
        let output = program.stdin(Stdio::null()).output()?;
        if output.status.code() == Some(code) {
            return Ok(());
        }
        let said = [output.stdout, output.stderr].concat();
        Err(format!("lab {verb}: {}\n{}", output.status, String::from_utf8_lossy(&said)).into())
    };
    let looked = says("start", true, 0).and_then(|()| says("check", false, 1));
    // Others use the cluster after it.
    looked.and(says("stop", true, 0))
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
