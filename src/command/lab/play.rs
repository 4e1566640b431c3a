//! `jotasu lab play`: from nothing to a running lab.

use std::sync::Arc;

use crate::cluster::made;
use crate::command::cli::{Consent, Output};
use crate::command::cluster::{life, load, reachable};
use crate::command::consent::agreed;
use crate::command::doctor;
use crate::command::outcome::{CannotAsk, Outcome};
use crate::command::print;
use crate::command::world::World;
use crate::files;
use crate::lab::Lab;
use crate::text::josa;

use super::act;

/// Looks at the tools, brings the lab's cluster up, and starts the lab. A cluster that was named outright is its owner's
/// to bring.
pub fn run(world: &World, lab: &Arc<Lab>, consent: Consent) -> anyhow::Result<Outcome> {
    world.trust(lab)?;
    let named = world.global.context.is_some() || world.global.kubeconfig.is_some();
    // There the cluster is the learner's first work.
    if !lab.cluster.by_learner {
        match reachable(&world.access().of(lab)) {
            Ok(found) => print::line(&format!("클러스터: {found}"))?,
            Err(why) if named => return Err(CannotAsk(why).into()),
            Err(_) => {
                if !doctor::complete(world)? {
                    return Err(CannotAsk("위의 것을 먼저 해결하세요. 모두 보려면: jotasu doctor".into()).into());
                }
                let name = lab.kind_cluster();
                let cluster = josa(&format!("kind 클러스터 {name}"), "이/가");
                if !agreed(consent, &format!("{cluster} 없거나 멈춰 있어요. 만들거나 켤까요?"))?
                    || life::bring(world, Some(lab), &name, None)?.is_none()
                {
                    return Ok(Outcome::NotYet);
                }
            }
        }
    }
    if !named && !lab.cluster.by_learner && !load::offer(lab)? {
        return Ok(Outcome::NotYet);
    }
    let outcome = act::start(world, lab, false, consent, Output::Text)?;
    let kubeconfig = made::kubeconfig(&world.home.state, &lab.kind_cluster());
    if outcome == Outcome::Done && !named && files::exists(&kubeconfig) {
        print::line(&format!("다른 터미널의 kubectl로 보려면: export KUBECONFIG={}", kubeconfig.display()))?;
    }
    Ok(outcome)
}
