//! `jotasu lab rescue`: nodes as they were before their faults, without a Kubernetes API.

use crate::cluster::{self, FaultStage};
use crate::command::cli::Consent;
use crate::command::outcome::{CannotAsk, Outcome};
use crate::command::print;
use crate::command::waiting::block_on;
use crate::command::world::World;
use crate::lab::Work;

use crate::command::consent::agreed;

/// Shows what is put back, asks, and waits until the cluster is well.
pub fn run(world: &World, lab: Option<&str>, consent: Consent) -> anyhow::Result<Outcome> {
    let entries = world.faults(lab)?;
    if entries.is_empty() {
        print::line("되돌릴 고장이 없어요.")?;
        return Ok(Outcome::Done);
    }
    print::line("다음을 원래대로 되돌리고, 클러스터가 나을 때까지 기다려요. 하던 실습은 처음부터 다시 해야 해요.")?;
    for (cluster, entry) in &entries {
        let paths = entry.paths().collect::<Vec<_>>().join(", ");
        print::line(&match entry.stage {
            FaultStage::Undone => format!("  확인    kind-{cluster}  노드 {} ({})", entry.name, entry.lab),
            _ => format!("  되돌림  kind-{cluster}  노드 {}  {paths} ({})", entry.name, entry.lab),
        })?;
    }
    if !agreed(consent, "되돌릴까요?")? {
        return Ok(Outcome::NotYet);
    }
    let mut said = 0;
    let mut tell = |works: &[Work]| {
        for work in works.iter().skip(said) {
            let Some(end) = &work.end else { break };
            said += 1;
            // With its reader gone the work still comes to its end.
            let _ = print::line(&match end {
                Ok(()) => format!("  ✓ {}", work.what),
                Err(why) => format!("  ✗ {}: {why}", work.what),
            });
        }
    };
    let rescued = block_on(cluster::rescue(&world.home.state, lab, &mut tell))?;
    rescued.map_err(|trouble| CannotAsk(trouble.to_string()))?;
    print::line("모두 되돌렸어요.")?;
    Ok(Outcome::Done)
}

/// Before a lab is stopped or reset: its cluster may not answer until its faults are undone.
pub fn first(world: &World, lab: &str, consent: Consent) -> anyhow::Result<Outcome> {
    let open = world.faults(Some(lab))?.iter().any(|(_, entry)| entry.is_open());
    if open { run(world, Some(lab), consent) } else { Ok(Outcome::Done) }
}

/// What to do when a cluster does not answer on which a lab has a fault that is not undone.
pub fn help(world: &World, lab: &str) -> String {
    let open = world.faults(Some(lab)).unwrap_or_default().iter().any(|(_, entry)| entry.is_open());
    match open {
        true => format!("\n이 실습이 낸 고장 때문일 수 있어요. 그만두고 되돌리려면: jotasu lab rescue {lab}"),
        false => String::new(),
    }
}
