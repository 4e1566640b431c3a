//! `jotasu lab undo`: back to the last green moment, after showing what that does.

use std::sync::Arc;
use std::time::Duration;

use crate::command::cli::Consent;
use crate::command::outcome::{CannotAsk, Outcome};
use crate::command::print;
use crate::command::world::World;
use crate::lab::{Event, Lab, Order};
use crate::say;

use super::act::admitted;
use super::attach::running;
use super::work::{Over, Talk, Work, work};
use crate::command::consent::agreed;

/// How long a plan may take.
const PLAN: Duration = Duration::from_secs(30);

/// Plans, shows, asks, and undoes.
pub fn run(world: &World, lab: &Arc<Lab>, consent: Consent) -> anyhow::Result<Outcome> {
    let mut session = running(world, lab)?;
    session.order(Order::PlanUndo);
    let plan = session.until(PLAN.into(), |event| match event {
        Event::Undo { plan, .. } => Ok(Some(plan)),
        _ => Ok(None),
    })?;
    let plan = plan.ok_or_else(|| CannotAsk("클러스터가 제때 답하지 않아요.".into()))?;
    let plan = plan.map_err(CannotAsk)?;
    print::line(&say::moment(lab, &plan))?;
    if plan.is_empty() {
        print::line("실습이 가진 것은 그때와 같아요. 되돌릴 것이 없어요.")?;
        return Ok(Outcome::Done);
    }
    print::line(&format!("{}에서 다음을 해요.", admitted(world, lab)?))?;
    for line in plan.lines() {
        print::line(&format!("  {line}"))?;
    }
    for loss in plan.losses() {
        print::line(say::loss(loss))?;
    }
    if !agreed(consent, "되돌릴까요?")? {
        return Ok(Outcome::NotYet);
    }
    session.order(Order::Undo(plan));
    Ok(match work(&mut session, Work::Change, Talk::Output)? {
        Over::Running => {
            print::line("되돌렸어요.")?;
            Outcome::Done
        }
        Over::Partly => {
            print::line("되돌리지 못한 것이 있어요. 처음부터 하려면: jotasu lab reset")?;
            Outcome::NotYet
        }
        Over::Stopped | Over::Off => Outcome::NotYet,
    })
}
