//! `jotasu cluster up|status|down`: the course's own kind clusters.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::anyhow;
use serde_json::{Value, json};

use crate::cluster::Trouble;
use crate::cluster::made::{self, Plan, Standing};
use crate::command::cli::{Consent, Output};
use crate::command::columns::aligned;
use crate::command::consent::agreed;
use crate::command::outcome::{CannotAsk, Outcome};
use crate::command::print::{self, Json};
use crate::command::told;
use crate::command::world::World;
use crate::lab::{Lab, NodeRole, SHARED_CLUSTER};
use crate::text::{Role, Row, josa};
use crate::yaml;

use crate::command::waiting::block_on;

/// Brings the cluster of a lab up, or the one that most labs share, and says how to go on.
pub fn up(world: &World, lab: Option<&str>, name: Option<&str>, image: Option<&str>) -> anyhow::Result<Outcome> {
    let lab = lab.map(|id| world.lab(id)).transpose()?;
    let name = match (name, &lab) {
        (Some(name), _) => name.to_owned(),
        (None, Some(lab)) => lab.kind_cluster(),
        (None, None) => SHARED_CLUSTER.to_owned(),
    };
    let began = Instant::now();
    let Some(file) = bring(world, lab.as_deref(), &name, image)? else { return Ok(Outcome::NotYet) };
    print::line(&format!("{}초 만에 준비됐어요. kubectl로 보려면:", began.elapsed().as_secs()))?;
    print::line(&format!("  export KUBECONFIG={}", file.display()))?;
    if let Some(lab) = &lab {
        let context = if name == lab.kind_cluster() { String::new() } else { format!(" --context kind-{name}") };
        print::line(&format!("실습을 시작하려면:\n  jotasu{context} lab start {}", lab.id))?;
    }
    Ok(Outcome::Done)
}

/// Brings a cluster up, and says each step; gives its kubeconfig, or nothing where somebody gave it up.
///
/// # Errors
/// When it cannot be made; nothing half made is left then.
pub fn bring(world: &World, lab: Option<&Lab>, name: &str, image: Option<&str>) -> anyhow::Result<Option<PathBuf>> {
    if let Some(lab) = lab {
        // Its configuration may mount folders of this machine.
        world.trust(lab)?;
    }
    let config = lab.map(|lab| config(world, lab)).transpose()?.flatten();
    let image = image.map(str::to_owned).or_else(|| std::env::var("JOTASU_NODE_IMAGE").ok());
    let plan = Plan { name: name.to_owned(), config: config.unwrap_or_else(made::usual), image };
    let nodes = plan.config["nodes"].as_array().map_or(1, Vec::len);
    print::line(&format!("kind 클러스터 {}: 노드 {nodes}개", plan.name))?;
    let state = world.home.state.clone();
    made::ours(&plan.name).map_err(cannot)?;
    let _claim = made::claim(&plan.name, &state).map_err(cannot)?;
    let existed = block_on(made::exists(&plan.name))?;
    match told::steps(async |steps, hear| made::up(&plan, &state, steps, hear).await)? {
        Some(done) => Ok(Some(done.map_err(cannot)?)),
        None if existed => {
            print::error("그만뒀어요.");
            Ok(None)
        }
        None => {
            print::error("그만둬요. 만들다 만 것을 지우는 중이에요.");
            block_on(made::abandon(&plan.name, &state))?.map_err(cannot)?;
            print::error("지웠어요.");
            Ok(None)
        }
    }
}

/// The clusters of ours, and how they stand.
pub fn status(world: &World, output: Output) -> anyhow::Result<Outcome> {
    let all = block_on(made::all())?.map_err(cannot)?;
    let well = !all.is_empty() && all.iter().all(|one| one.ready.is_ok());
    if output == Output::Json {
        let entries: Vec<Value> = all.iter().map(|one| entry(world, one)).collect();
        print::json(&json!({"schema": 1, "clusters": entries}), Json::Pretty)?;
    } else if all.is_empty() {
        print::line("jotasu의 kind 클러스터가 없어요. 만들려면: jotasu cluster up")?;
    } else {
        let rows = all.iter().map(|one| row(world, one)).collect();
        print::rows(&aligned(rows), world.look())?;
    }
    Ok(if well { Outcome::Done } else { Outcome::NotYet })
}

/// Deletes a cluster of ours.
pub fn down(world: &World, name: &str, consent: Consent) -> anyhow::Result<Outcome> {
    let known = block_on(made::all())?.map_err(cannot)?;
    let Some(found) = known.iter().find(|one| one.name == name) else {
        print::line(&format!("{} 없어요. 아무것도 지우지 않았어요.", josa(&format!("kind 클러스터 {name}"), "은/는")))?;
        return Ok(Outcome::Done);
    };
    print::line(&format!("kind 클러스터 {name}의 노드 {}개와 그 안의 모든 것을 지워요.", found.nodes.len()))?;
    if !agreed(consent, "지울까요?")? {
        return Ok(Outcome::NotYet);
    }
    let state = world.home.state.clone();
    let _claim = made::claim(name, &state).map_err(cannot)?;
    block_on(made::down(name, &state))?.map_err(cannot)?;
    print::line("지웠어요.")?;
    Ok(Outcome::Done)
}

fn cannot(trouble: Trouble) -> anyhow::Error {
    CannotAsk(trouble.to_string()).into()
}

/// kind's configuration as the lab has it.
fn config(world: &World, lab: &Lab) -> anyhow::Result<Option<Value>> {
    let Some(path) = &lab.cluster.config else { return Ok(None) };
    let path = format!("{}/{path}", lab.id);
    let text = world.labs.read(&path)?;
    let nodes = yaml::parse(&path, &text).map_err(|_| anyhow!("{path}: kind의 설정을 읽을 수 없어요."))?;
    let mut config = nodes.first().map(yaml::Node::json).unwrap_or_default();
    if let Some(config) = config.as_object_mut() {
        // The name is ours to give.
        config.remove("name");
    }
    Ok(Some(config))
}

fn entry(world: &World, one: &Standing) -> Value {
    let nodes = one.nodes.iter().map(|node| json!({"name": node.name, "image": node.image, "running": node.running}));
    json!({
        "name": one.name,
        "ready": one.ready.is_ok(),
        "why": one.ready.as_ref().err(),
        "nodes": nodes.collect::<Vec<_>>(),
        "kubeconfig": made::kubeconfig(&world.home.state, &one.name),
    })
}

fn row(world: &World, one: &Standing) -> Row {
    let ascii = world.ascii();
    let (mark, role) = match &one.ready {
        Ok(()) => (if ascii { "[x]" } else { "✓" }, Role::Good),
        Err(_) => (if ascii { "[!]" } else { "✗" }, Role::Bad),
    };
    let nodes = format!("컨트롤 플레인 {}, 워커 {}", one.count(NodeRole::ControlPlane), one.count(NodeRole::Worker));
    let word = one.ready.as_ref().err().map_or("준비됨", |why| why.lines().next().unwrap_or_default()).to_owned();
    vec![(role, format!("{mark} {}", one.name)), (Role::Text, nodes), (Role::Dim, word)]
}
