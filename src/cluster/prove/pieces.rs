//! The pieces a proof consists of; each leaves the control plane as it found it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;

use super::Step;
use super::bench::{Bench, Ground};
use super::judge::{self, Failure, Wanted};
use crate::cluster::control_plane::Pace as Speed;
use crate::cluster::owns::{self, Pace};
use crate::cluster::trouble::Trouble;
use crate::lab::{self, Action, Decision, Lab, Mutations, Records, Variant, VariantKind};

/// What one run of the lab proves.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Solution, reset, stop, as a learner's cluster does them.
    Return,
    /// Setup, symptom, each step of the solution.
    Solution,
    /// Empty namespaces pass nothing.
    Empty,
    /// A wrong or right way.
    Variant(Box<Variant>),
}

impl Piece {
    /// What kind of control plane it needs.
    pub fn pace(&self) -> Speed {
        if matches!(self, Self::Return) { Speed::Brisk } else { Speed::Hurried }
    }
}

const RESET: &str = "reset: 처음과 같음";
const STOP: &str = "stop: 아무것도 남지 않음";
const WHOLE: &str = "풀이가 모든 확인을 통과시킴";
const EMPTY: &str = "빈 네임스페이스는 아무것도 통과시키지 않음";

/// Tells a step.
type Tell<'a> = &'a mut dyn FnMut(Step);

/// All pieces of a lab: first what needs the namespace controller, for control planes do not go back to having it; then
/// the longest.
pub fn of(lab: &Lab) -> VecDeque<Piece> {
    let mut variants: Vec<Variant> = lab.variants.clone();
    variants.sort_by_key(|variant| std::cmp::Reverse(variant.after));
    let variants = variants.into_iter().map(|variant| Piece::Variant(Box::new(variant)));
    [Piece::Return, Piece::Solution].into_iter().chain(variants).chain([Piece::Empty]).collect()
}

/// Runs one piece; what does not hold is told.
pub async fn run(piece: &Piece, ground: &Ground, lab: &Arc<Lab>, tell: Tell<'_>) {
    match piece {
        Piece::Return => back(ground, lab, tell).await,
        Piece::Solution => solution(ground, lab, tell).await,
        Piece::Empty => {
            let since = Instant::now();
            say(tell, EMPTY, since, unless_broken(empty(ground, lab, Pace::Hurried).await));
        }
        Piece::Variant(variant) => tried(ground, lab, variant, Pace::Hurried, tell).await,
    }
}

/// Failures, or that the work itself failed.
fn unless_broken(failures: Result<Vec<Failure>, Trouble>) -> Vec<Failure> {
    failures.unwrap_or_else(|trouble| vec![Failure::Work(trouble.to_string())])
}

/// Setup, symptom and the solution, step by step, proven on a control plane of its own.
async fn solution(ground: &Ground, lab: &Arc<Lab>, tell: Tell<'_>) {
    let Some((mut bench, _)) = begun(ground, lab, Pace::Hurried, tell).await else { return };
    let records = steps(&mut bench, lab, tell).await;
    mutants(lab, &records, tell);
    let since = Instant::now();
    let failures = judge::whole(lab, &bench.passed_once());
    let ended = unless_broken(bench.end().await.map(|_| vec![]));
    tell(Step { name: WHOLE.into(), took: since.elapsed(), failures: [failures, ended].concat(), caught: vec![] });
}

/// Setup, the solution and stop, on a real cluster; of a lab that only real nodes or containers can prove, everything.
pub async fn rehearse(ground: &Ground, lab: &Arc<Lab>, tell: Tell<'_>) {
    let Some((mut bench, first)) = begun(ground, lab, Pace::Usual, tell).await else { return };
    let records = steps(&mut bench, lab, tell).await;
    if lab.needs_nodes() {
        mutants(lab, &records, tell);
        let failures = judge::whole(lab, &bench.passed_once());
        tell(Step { name: WHOLE.into(), took: Duration::ZERO, failures, caught: vec![] });
        let since = Instant::now();
        let (site, saved) = (bench.site.clone(), bench.saved.clone());
        bench = match bench.reset().await {
            Ok(bench) => bench,
            Err(trouble) => {
                say(tell, RESET, since, vec![Failure::Work(trouble.to_string())]);
                // The nodes are somebody's: what the lab has done to them is undone all the same.
                let since = Instant::now();
                return say(tell, STOP, since, unless_broken(site.clear(saved).await.map(|()| vec![])));
            }
        };
        let again = bench.settle().await;
        say(tell, RESET, since, judge::again(lab, &first.verdicts, &again.verdicts));
    }
    let since = Instant::now();
    say(tell, STOP, since, unless_broken(stop(ground, bench).await));
    if lab.needs_nodes() {
        for variant in &lab.variants {
            tried(ground, lab, variant, Pace::Usual, tell).await;
        }
        // Where nothing is broken, what mends nodes has nothing to do: all is well.
        if !lab.breaks_nodes() {
            let since = Instant::now();
            say(tell, EMPTY, since, unless_broken(empty(ground, lab, Pace::Usual).await));
        }
    }
}

fn say(tell: Tell<'_>, name: &str, since: Instant, failures: Vec<Failure>) {
    tell(Step { name: name.into(), took: since.elapsed(), failures, caught: vec![] });
}

/// Violates what each check has seen when it passed.
fn mutants(lab: &Lab, records: &Records, tell: Tell<'_>) {
    let since = Instant::now();
    let found = lab::mutations(lab, records);
    let name = mutated(&found);
    say(tell, &name, since, judge::mutations(found));
}

/// Tells what does not hold of a variant and what caught it, or that the work itself failed.
async fn tried(ground: &Ground, lab: &Arc<Lab>, variant: &Variant, pace: Pace, tell: Tell<'_>) {
    let since = Instant::now();
    let judged = self::variant(ground, lab, variant, pace).await;
    let (failures, caught) = judged.unwrap_or_else(|trouble| (vec![Failure::Work(trouble.to_string())], vec![]));
    let kind = if variant.kind == VariantKind::Wrong { "wrong" } else { "right" };
    let name = format!("{kind}/{}: {}", variant.name, variant.because);
    tell(Step { name, took: since.elapsed(), failures, caught });
}

/// A lab that is set up, and shows what it must show then.
async fn begun(ground: &Ground, lab: &Arc<Lab>, pace: Pace, tell: Tell<'_>) -> Option<(Bench, Decision)> {
    let since = Instant::now();
    let mut say = |failures| say(tell, "준비한 뒤: 아직 아무것도 통과하지 않음", since, failures);
    let mut bench = match ground.begin(lab, pace).await {
        Ok(bench) => bench,
        Err(trouble) => {
            say(vec![Failure::Work(trouble.to_string())]);
            return None;
        }
    };
    let first = bench.settle().await;
    let symptom = if bench.symptom() { vec![] } else { vec![Failure::NoSymptom] };
    say([symptom, judge::start(lab, &first.verdicts), judge::invariants(lab, &first.invariants)].concat());
    Some((bench, first))
}

/// How many mutants were caught, and what was not caught of them where so few may live.
fn mutated(found: &Mutations) -> String {
    let (total, caught) = (found.total, found.total - found.survivors.len());
    let mut name = format!("mutations: 변이 {total}개 가운데 {caught}개를 잡음");
    if found.hold() {
        let survived =
            found.survivors.iter().map(|one| format!("; 놓침: {} {} {}", one.check, one.path, one.operator.name()));
        name.extend(survived);
    }
    name
}

/// Every step of the solution, each judged once the cluster is quiet; gives when each check passed.
async fn steps(bench: &mut Bench, lab: &Lab, tell: Tell<'_>) -> Records {
    let mut records = Records::default();
    let mut before = bench.now();
    bench.record(&mut records);
    for step in &lab.solution {
        let since = Instant::now();
        let failures = match bench.perform(&step.actions).await {
            Ok(()) => {
                bench.hurry(&step.turns).await;
                let after = bench.settle().await;
                let failures = judge::step(lab, step, &before.verdicts, &after.verdicts);
                let failures = [failures, judge::invariants(lab, &after.invariants)].concat();
                before = after;
                bench.record(&mut records);
                failures
            }
            Err(trouble) => vec![Failure::Work(trouble.to_string())],
        };
        tell(Step { name: format!("풀이 {}", step.name), took: since.elapsed(), failures, caught: vec![] });
    }
    records
}

/// From the end of the solution back to the start, and to nothing.
async fn back(ground: &Ground, lab: &Arc<Lab>, tell: Tell<'_>) {
    let since = Instant::now();
    let broken = |trouble: Trouble| vec![Failure::Work(trouble.to_string())];
    let mut bench = match ground.begin(lab, Pace::Usual).await {
        Ok(bench) => bench,
        Err(trouble) => return say(tell, RESET, since, broken(trouble)),
    };
    let first = bench.settle().await;
    // A step that fails is told where the solution is proven; what it left half done is to be cleared all the same.
    let _ = advance(&mut bench, lab, lab.solution.len()).await;
    let bench = match bench.reset().await {
        Ok(mut bench) => {
            let again = bench.settle().await;
            say(tell, RESET, since, judge::again(lab, &first.verdicts, &again.verdicts));
            bench
        }
        Err(trouble) => return say(tell, RESET, since, broken(trouble)),
    };
    let since = Instant::now();
    say(tell, STOP, since, unless_broken(stop(ground, bench).await));
}

/// Ends a run and looks everywhere for what is left of it.
async fn stop(ground: &Ground, bench: Bench) -> Result<Vec<Failure>, Trouble> {
    let owned = bench.site.lab.owns.clone();
    let saved = bench.end().await?;
    let left = owns::leftovers(ground.admin(), &owned, &saved.nodes).await;
    let left = left.map_err(Trouble::doing("남은 것을 찾아보지 못했어요"))?;
    Ok(if left.is_empty() { vec![] } else { vec![Failure::Left(left)] })
}

/// The first steps of the solution, quickly: a run of its own proves them.
async fn advance(bench: &mut Bench, lab: &Lab, count: usize) -> Result<(), Trouble> {
    bench.hurry(&[]).await;
    for step in lab.solution.iter().take(count) {
        bench.perform(&step.actions).await?;
        bench.hurry(&step.turns).await;
    }
    Ok(())
}

/// What does not hold of a variant, and for a wrong one which checks caught it.
async fn variant(
    ground: &Ground,
    lab: &Arc<Lab>,
    variant: &Variant,
    pace: Pace,
) -> Result<(Vec<Failure>, Vec<String>), Trouble> {
    let mut bench = ground.begin(lab, pace).await?;
    if let Err(trouble) = advance(&mut bench, lab, variant.after).await {
        bench.end().await?;
        return Err(trouble);
    }
    let work = bench.perform(&variant.actions).await;
    let decision = match variant.kind {
        VariantKind::Wrong => bench.settle().await,
        VariantKind::Right => bench.hurry(&variant.checks).await,
    };
    bench.end().await?;
    work?;
    let caught = match variant.kind {
        VariantKind::Wrong => judge::caught(lab, &variant.checks, &decision.verdicts, &decision.invariants),
        VariantKind::Right => vec![],
    };
    Ok((judged(lab, variant, &decision), caught))
}

fn judged(lab: &Lab, variant: &Variant, decision: &Decision) -> Vec<Failure> {
    match variant.kind {
        VariantKind::Wrong => {
            let named = judge::named(lab, &variant.checks, Wanted::NotPassed, &decision.verdicts);
            [named, judge::unbroken(lab, &variant.checks, &decision.invariants)].concat()
        }
        VariantKind::Right => {
            let named = judge::named(lab, &variant.checks, Wanted::Passed, &decision.verdicts);
            [named, judge::invariants(lab, &decision.invariants)].concat()
        }
    }
}

async fn empty(ground: &Ground, lab: &Arc<Lab>, pace: Pace) -> Result<Vec<Failure>, Trouble> {
    let namespace = |name: &String| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    let namespaces = lab.owns.namespaces.iter().map(namespace).collect();
    let bare = Arc::new(Lab { setup: vec![Action::Apply(namespaces)], sown: None, symptom: None, ..Lab::clone(lab) });
    let mut bench = ground.begin(&bare, pace).await?;
    let decision = bench.settle().await;
    bench.end().await?;
    Ok(judge::empty(lab, &decision.verdicts))
}
