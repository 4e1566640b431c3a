//! `jotasu cluster`: clusters of ours, and which others labs may use.

pub mod life;
pub mod load;

use anyhow::{anyhow, bail};

use crate::cluster::{self, Access};
use crate::settings::{Allow, Settings};

use super::cli::{Cluster, Consent};
use super::outcome::{CannotAsk, Outcome};
use super::print;
use super::waiting::block_on;
use super::world::World;

/// Runs a `cluster` command.
pub fn run(world: &World, command: &Cluster) -> anyhow::Result<Outcome> {
    match command {
        Cluster::Up { lab, name, image } => life::up(world, lab.as_deref(), name.as_deref(), image.as_deref()),
        Cluster::Load(load) => load::run(world, load),
        Cluster::Status { form } => life::status(world, form.output),
        Cluster::Down { name, consent } => life::down(world, name, *consent),
        Cluster::Allow { consent } => allow(world, *consent),
    }
}

fn allow(world: &World, consent: Consent) -> anyhow::Result<Outcome> {
    if world.global.context.is_none() && world.global.kubeconfig.is_none() {
        bail!("어느 클러스터인지 --context NAME으로 알려 주세요.");
    }
    let found =
        block_on(cluster::describe(&world.access()))?.map_err(|refusal| anyhow!(CannotAsk(refusal.to_string())))?;
    let entry = Allow { server: found.server, ca_sha256: found.ca_sha256, cluster_uid: found.cluster_uid };
    if world.settings.allow.contains(&entry) {
        print::line("이미 허락한 클러스터예요.")?;
        return Ok(Outcome::Done);
    }
    print::line(&format!("{}\n", entry.entry().trim()))?;
    if !consent.yes {
        if !print::interactive() {
            bail!("물어볼 터미널이 없어요. 위의 클러스터가 맞다면 --yes를 붙이세요.");
        }
        if !print::confirm("이 클러스터에서 실습이 네임스페이스를 만들고 지우게 할까요?")? {
            return Ok(Outcome::NotYet);
        }
    }
    Settings::allow_append(&world.home, &entry)?;
    print::line(&format!("{}에 적었어요.", world.config_file().display()))?;
    Ok(Outcome::Done)
}

/// Whether labs can use the cluster now: its name and version, or why not.
pub fn reachable(access: &Access) -> Result<String, String> {
    match block_on(cluster::admit(access)) {
        Ok(Ok(admitted)) => Ok(admitted.name),
        Ok(Err(refusal)) => {
            // What to add to which file is the business of the command that is refused.
            let text = refusal.to_string();
            Err(text.split("\n\n").next().unwrap_or_default().to_owned())
        }
        Err(error) => Err(error.to_string()),
    }
}
