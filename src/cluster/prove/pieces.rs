//! The pieces a proof consists of; each leaves the control plane as it found it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;

use super::Step;
use super::bench::{Bench, Ground};
use super::judge::{self, Failure, Wanted};
use crate::cluster::owns::{self, Pace};
use crate::cluster::trouble::Trouble;
use crate::lab::{Action, Decision, Lab, Variant, VariantKind};

/// What one run of the lab proves.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Setup, symptom, solution, reset, stop.
    Solution,
    /// Empty namespaces pass nothing.
    Empty,
    /// A wrong or right way.
    Variant(Box<Variant>),
}

/// Tells a step.
type Tell<'a> = &'a mut dyn FnMut(Step);

/// All pieces of a lab, the longest first.
pub fn of(lab: &Lab) -> VecDeque<Piece> {
    let mut variants: Vec<Variant> = lab.variants.clone();
    variants.sort_by_key(|variant| std::cmp::Reverse(variant.after));
    let variants = variants.into_iter().map(|variant| Piece::Variant(Box::new(variant)));
    [Piece::Solution].into_iter().chain(variants).chain([Piece::Empty]).collect()
}

/// Runs one piece; what does not hold is told.
pub async fn run(piece: &Piece, ground: &Ground, lab: &Arc<Lab>, tell: Tell<'_>) {
    match piece {
        Piece::Solution => solution(ground, lab, tell).await,
        Piece::Empty => {
            let since = Instant::now();
            let failures = unless_broken(empty(ground, lab).await);
            tell(Step {
                name: "빈 네임스페이스는 아무것도 통과시키지 않음".into(), took: since.elapsed(), failures
            });
        }
        Piece::Variant(variant) => {
            let since = Instant::now();
            let failures = unless_broken(self::variant(ground, lab, variant).await);
            let kind = if variant.kind == VariantKind::Wrong { "wrong" } else { "right" };
            let name = format!("{kind}/{}: {}", variant.name, variant.because);
            tell(Step { name, took: since.elapsed(), failures });
        }
    }
}

/// Failures, or that the work itself failed.
fn unless_broken(failures: Result<Vec<Failure>, Trouble>) -> Vec<Failure> {
    failures.unwrap_or_else(|trouble| vec![Failure::Work(trouble.to_string())])
}

async fn solution(ground: &Ground, lab: &Arc<Lab>, tell: Tell<'_>) {
    let mut since = Instant::now();
    let mut say = |name: String, failures: Vec<Failure>| {
        tell(Step { name, took: since.elapsed(), failures });
        since = Instant::now();
    };
    let mut bench = match Bench::begin(ground.site(lab, Pace::Usual)).await {
        Ok(bench) => bench,
        Err(trouble) => return say("준비".into(), vec![Failure::Work(trouble.to_string())]),
    };
    let first = bench.settle().await;
    let symptom = if bench.symptom() { vec![] } else { vec![Failure::NoSymptom] };
    let failures = [symptom, judge::start(lab, &first.verdicts), judge::invariants(lab, &first.invariants)].concat();
    say("준비한 뒤: 아직 아무것도 통과하지 않음".into(), failures);

    let mut before = first.clone();
    for step in &lab.solution {
        let work = bench.perform(&step.actions).await;
        let after = match &work {
            Ok(()) => {
                bench.hurry(&step.turns).await;
                bench.settle().await
            }
            Err(_) => before.clone(),
        };
        let failures = match work {
            Ok(()) => {
                let step = judge::step(lab, step, &before.verdicts, &after.verdicts);
                [step, judge::invariants(lab, &after.invariants)].concat()
            }
            Err(trouble) => vec![Failure::Work(trouble.to_string())],
        };
        say(format!("풀이 {}", step.name), failures);
        before = after;
    }
    say("풀이가 모든 확인을 통과시킴".into(), judge::whole(lab, &bench.passed_once()));

    let bench = match bench.reset().await {
        Ok(mut bench) => {
            let again = bench.settle().await;
            say("reset: 처음과 같음".into(), judge::again(lab, &first.verdicts, &again.verdicts));
            bench
        }
        Err(trouble) => return say("reset: 처음과 같음".into(), vec![Failure::Work(trouble.to_string())]),
    };
    say("stop: 아무것도 남지 않음".into(), unless_broken(stop(ground, bench).await));
}

/// Ends a run and looks everywhere for what is left of it.
async fn stop(ground: &Ground, bench: Bench) -> Result<Vec<Failure>, Trouble> {
    let owned = bench.site.lab.owns.clone();
    let saved = bench.end().await?;
    let left = owns::leftovers(ground.admin(), &owned, &saved.nodes).await;
    let left = left.map_err(Trouble::doing("남은 것을 찾아보지 못했어요"))?;
    Ok(if left.is_empty() { vec![] } else { vec![Failure::Left(left)] })
}

/// The steps before a variant, quickly: the solution's own run proves them.
async fn prepared(ground: &Ground, lab: &Arc<Lab>, after: usize) -> Result<Bench, (Trouble, Option<Bench>)> {
    let mut bench = Bench::begin(ground.site(lab, Pace::Hurried)).await.map_err(|trouble| (trouble, None))?;
    bench.hurry(&[]).await;
    for step in lab.solution.iter().take(after) {
        if let Err(trouble) = bench.perform(&step.actions).await {
            return Err((trouble, Some(bench)));
        }
        bench.hurry(&step.turns).await;
    }
    Ok(bench)
}

async fn variant(ground: &Ground, lab: &Arc<Lab>, variant: &Variant) -> Result<Vec<Failure>, Trouble> {
    let mut bench = match prepared(ground, lab, variant.after).await {
        Ok(bench) => bench,
        Err((trouble, None)) => return Err(trouble),
        Err((trouble, Some(bench))) => {
            bench.end().await?;
            return Err(trouble);
        }
    };
    let work = bench.perform(&variant.actions).await;
    let decision = match variant.kind {
        VariantKind::Wrong => bench.settle().await,
        VariantKind::Right => bench.hurry(&variant.checks).await,
    };
    bench.end().await?;
    work?;
    Ok(judged(lab, variant, &decision))
}

fn judged(lab: &Lab, variant: &Variant, decision: &Decision) -> Vec<Failure> {
    match variant.kind {
        VariantKind::Wrong => judge::named(lab, &variant.checks, Wanted::NotPassed, &decision.verdicts),
        VariantKind::Right => {
            let named = judge::named(lab, &variant.checks, Wanted::Passed, &decision.verdicts);
            [named, judge::invariants(lab, &decision.invariants)].concat()
        }
    }
}

async fn empty(ground: &Ground, lab: &Arc<Lab>) -> Result<Vec<Failure>, Trouble> {
    let namespace = |name: &String| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    let namespaces = lab.owns.namespaces.iter().map(namespace).collect();
    let bare = Arc::new(Lab { setup: vec![Action::Apply(namespaces)], ..Lab::clone(lab) });
    let mut bench = Bench::begin(ground.site(&bare, Pace::Hurried)).await?;
    let decision = bench.settle().await;
    bench.end().await?;
    Ok(judge::empty(lab, &decision.verdicts))
}
