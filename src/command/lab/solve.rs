//! `jotasu lab solve`: the reference solution, each step shown before it is done, and written down as help.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;

use crate::command::cli::Consent;
use crate::command::outcome::{CannotAsk, Outcome};
use crate::command::print;
use crate::command::world::{World, missing};
use crate::lab::{Event, Explain, Lab, Order, SolutionStep};
use crate::progress::Change;
use crate::say;
use crate::text::{Role, Row};

use super::act::admitted;
use super::attach::running;
use super::session::{Session, now};
use super::work::{Over, Talk, Work, work};
use crate::command::consent::agreed;

/// Whether steps are done or only shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Done, on the cluster.
    Done,
    /// Shown; no cluster is asked.
    Shown,
}

/// Performs the reference solution up to and with a step, or step by step to its end; or shows it.
pub fn run(world: &World, lab: &Arc<Lab>, to: Option<&str>, how: How, consent: Consent) -> anyhow::Result<Outcome> {
    let names: Vec<String> = lab.solution.iter().map(|step| step.name.clone()).collect();
    let last = match to {
        Some(to) => lab.solution.iter().position(|step| step.is_called(to)),
        None => names.len().checked_sub(1),
    };
    let Some(last) = last else {
        match to {
            Some(to) => return Err(missing(&format!("풀이 단계 {to}"), to, &names)),
            None => bail!("이 실습에는 참고 풀이가 없어요."),
        }
    };
    if lab.explain == Explain::None {
        bail!("시험에는 참고 풀이가 없어요.");
    }
    let steps = || lab.solution.iter().enumerate().take(last + 1);
    if how == How::Shown {
        print::line(NOTE)?;
        if !agreed(consent, "볼까요?")? {
            return Ok(Outcome::NotYet);
        }
        for (index, step) in steps() {
            show(world, lab, index, step)?;
        }
        return Ok(Outcome::Done);
    }
    world.trust(lab)?;
    let mut session = running(world, lab)?;
    let left = left(&mut session, lab)?;
    let open: Vec<(usize, &SolutionStep)> = steps().filter(|(place, _)| left.contains(place)).collect();
    let Some((_, end)) = open.last() else {
        print::line("그 단계까지의 확인은 모두 한 번 통과했어요. 풀이를 하지 않았어요.")?;
        let id = &lab.id;
        print::line(&format!("통과했던 때로: jotasu lab undo {id}   처음부터: jotasu lab reset {id}"))?;
        return Ok(Outcome::Done);
    };
    print::line(&format!("{}에서 참고 풀이를 {}까지 해요. {NOTE}", admitted(world, lab)?, end.name))?;
    if !agreed(consent, if to.is_some() { "볼까요?" } else { "한 단계씩 볼까요?" })? {
        return Ok(Outcome::NotYet);
    }
    if to.is_some() {
        for (index, step) in &open {
            show(world, lab, *index, step)?;
        }
        return perform(&mut session, last, consent);
    }
    for (index, step) in open {
        show(world, lab, index, step)?;
        if perform(&mut session, index, consent)? != Outcome::Done {
            return Ok(Outcome::NotYet);
        }
    }
    Ok(Outcome::Done)
}

const NOTE: &str = "본 단계는 진도에 남고, 챌린지에서는 그 단계가 통과시키는 확인의 점수가 없어져요.";

fn perform(session: &mut Session, index: usize, consent: Consent) -> anyhow::Result<Outcome> {
    if !agreed(consent, "할까요?")? {
        return Ok(Outcome::NotYet);
    }
    session.order(Order::Solve { steps: index + 1 });
    Ok(match work(session, Work::Change, Talk::Output)? {
        Over::Running | Over::Partly => Outcome::Done,
        Over::Stopped | Over::Off => Outcome::NotYet,
    })
}

/// Shows what a step does, and writes down that it was shown.
fn show(world: &World, lab: &Lab, index: usize, step: &SolutionStep) -> anyhow::Result<()> {
    let mut rows: Vec<Row> =
        vec![vec![(Role::Head, step.name.clone()), (Role::Dim, format!("  {}/{}", index + 1, lab.solution.len()))]];
    let lines = step.actions.iter().flat_map(|action| say::script(action, &lab.id));
    rows.extend(lines.map(|line| vec![(Role::Code, format!("  {line}"))]));
    print::rows(&rows, world.look())?;
    world.keep(&[Change::Shown { lab: lab.id.clone(), step: step.name.clone(), at: now() }]);
    Ok(())
}

/// The steps that are still to be done in this run.
fn left(session: &mut Session, lab: &Lab) -> anyhow::Result<Vec<usize>> {
    let left = session.until(Some(Duration::from_secs(15)), |event| match event {
        Event::Verdicts { verdicts, passed_once, .. } => {
            Ok(Some(lab.open_steps(&passed_once.into_iter().collect(), &lab.passing(&verdicts))))
        }
        _ => Ok(None),
    })?;
    left.ok_or_else(|| CannotAsk("클러스터가 제때 답하지 않아요.".into()).into())
}
