//! Proves a lab on control planes of its own: red before, green step by step, red for what is wrong, green for what is
//! right another way, nothing left behind. Never uses a cluster it did not start, but for a rehearsal.

mod bench;
mod judge;
mod pieces;
mod proofs;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use super::access::Access;
use super::control_plane::{Assets, ControlPlane, Missing, Pace, StartError};
use crate::lab::{self, Lab};
pub use judge::{Failure, Wanted};
use pieces::Piece;
pub use proofs::Proofs;

/// One proven (or not) statement about the lab.
#[derive(Clone, Debug)]
pub struct Step {
    /// What was tried, in Korean.
    pub name: String,
    /// How long it took.
    pub took: Duration,
    /// What is not as it must be; empty when it holds.
    pub failures: Vec<Failure>,
    /// For a wrong way: the checks that caught it, and what they found.
    pub caught: Vec<String>,
}

/// All that was tried.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Every step, as they ended.
    pub steps: Vec<Step>,
    /// How long all of it took.
    pub took: Duration,
}

impl Proof {
    /// True when every step holds.
    pub fn holds(&self) -> bool {
        self.steps.iter().all(|step| step.failures.is_empty())
    }
}

/// Why a lab could not be tried at all.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The programs of a control plane are not on this machine.
    #[error("실습을 증명하려면 kube-apiserver와 etcd 같은 프로그램이 있어야 해요: {0}")]
    Missing(#[from] Missing),
    /// A control plane did not start.
    #[error("시험용 컨트롤 플레인을 시작하지 못했어요: {0}")]
    Start(#[from] StartError),
    /// The control plane did not let us in, or a thread broke.
    #[error("시험용 컨트롤 플레인을 쓰지 못했어요: {0}")]
    Broken(String),
}

/// Runs every proof of a lab, on up to `jobs` control planes at once; `tell` hears of each step as it ends.
///
/// # Errors
/// When no control plane can be started; what does not hold is in the proof.
pub fn prove(lab: &Lab, jobs: usize, tell: &mut dyn FnMut(&Step)) -> Result<Proof, ProveError> {
    let since = Instant::now();
    let assets = Arc::new(Assets::find()?);
    let pieces = Arc::new(Mutex::new(pieces(lab)));
    let count = jobs.clamp(1, pieces.lock().unwrap_or_else(PoisonError::into_inner).len().max(1));
    let (send, receive) = mpsc::channel();
    let mut steps = Vec::new();
    let mut broken = None;
    std::thread::scope(|scope| {
        for _ in 0..count {
            let (assets, pieces, send) = (assets.clone(), pieces.clone(), send.clone());
            scope.spawn(move || {
                if let Err(error) = work(&assets, &pieces, &send) {
                    let _ = send.send(Err(error));
                }
            });
        }
        drop(send);
        for word in receive {
            match word {
                Ok(step) => {
                    tell(&step);
                    steps.push(step);
                }
                Err(error) => {
                    // The others need not go on.
                    pieces.lock().unwrap_or_else(PoisonError::into_inner).clear();
                    broken = Some(error);
                }
            }
        }
    });
    match broken {
        Some(error) => Err(error),
        None => Ok(Proof { steps, took: since.elapsed() }),
    }
}

/// Starts a lab on a cluster of the caller's, performs its solution step by step and stops it: what real nodes and
/// containers make of it, and of the variants of labs that only real nodes can prove. Those of the others are for [`prove`].
///
/// # Errors
/// When the cluster is refused or cannot be asked; what does not hold is in the proof.
pub fn rehearse(access: &Access, lab: &Lab, tell: &mut dyn FnMut(&Step)) -> Result<Proof, ProveError> {
    let since = Instant::now();
    let broken = |error: std::io::Error| ProveError::Broken(error.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(broken)?;
    let mut steps = Vec::new();
    let mut keep = |step: Step| {
        tell(&step);
        steps.push(step);
    };
    runtime.block_on(async {
        let ground = bench::Ground::admit(access).await.map_err(ProveError::Broken)?;
        for lab in choices(lab) {
            let lab = Arc::new(lab);
            pieces::rehearse(&ground, &lab, &mut |step| keep(told(&lab, step))).await;
        }
        Ok::<(), ProveError>(())
    })?;
    Ok(Proof { steps, took: since.elapsed() })
}

/// How many choices of seeds are proven.
const CHOICES: usize = 8;

/// All pieces of a lab; where a seed chooses faults, of every choice there is, up to a number.
fn pieces(lab: &Lab) -> VecDeque<(Arc<Lab>, Piece)> {
    let mut all = VecDeque::new();
    for (nth, lab) in choices(lab).into_iter().enumerate() {
        let lab = Arc::new(lab);
        // What does not depend on the faults is proven once.
        let wanted = |piece: &Piece| nth == 0 || matches!(piece, Piece::Solution | Piece::Variant(_));
        all.extend(pieces::of(&lab).into_iter().filter(wanted).map(|piece| (lab.clone(), piece)));
    }
    all
}

/// The labs that a lab may become.
fn choices(lab: &Lab) -> Vec<Lab> {
    match &lab.seeded {
        Some(seeded) if lab.sown.is_none() => {
            lab::seeds(seeded, CHOICES).into_iter().map(|seed| lab.sow(seed)).collect()
        }
        _ => vec![lab.clone()],
    }
}

/// A step of a lab, with what its seed has chosen.
fn told(lab: &Lab, step: Step) -> Step {
    match &lab.sown {
        Some(sown) => Step { name: format!("seed {} ({}): {}", sown.seed, sown.names.join(", "), step.name), ..step },
        None => step,
    }
}

/// One worker: a control plane, and pieces on it until none is left.
fn work(
    assets: &Assets,
    pieces: &Mutex<VecDeque<(Arc<Lab>, Piece)>>,
    out: &mpsc::Sender<Result<Step, ProveError>>,
) -> Result<(), ProveError> {
    let broken = |error: std::io::Error| ProveError::Broken(error.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(broken)?;
    let mut place: Option<(Pace, bench::Ground, ControlPlane)> = None;
    loop {
        let Some((lab, piece)) = pieces.lock().unwrap_or_else(PoisonError::into_inner).pop_front() else {
            return Ok(());
        };
        let pace = piece.pace();
        let (known, ground, plane) = match &mut place {
            Some(place) => place,
            none => {
                let plane = ControlPlane::start_at(assets, pace)?;
                let ground = runtime.block_on(bench::Ground::open(&plane)).map_err(ProveError::Broken)?;
                none.insert((pace, ground, plane))
            }
        };
        // What needs the namespace controller comes first.
        if *known != pace {
            plane.hurry().map_err(broken)?;
            *known = pace;
        }
        let mut tell = |step| {
            let _ = out.send(Ok(told(&lab, step)));
        };
        runtime.block_on(pieces::run(&piece, ground, &lab, &mut tell));
    }
}

impl fmt::Display for Step {
    /// One line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.failures.is_empty() { "✓" } else { "✗" };
        write!(f, "{mark} {} ({:.1}초)", self.name, self.took.as_secs_f64())
    }
}
