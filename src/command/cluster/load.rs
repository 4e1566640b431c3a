//! `jotasu cluster load`: the images of labs from a registry, this machine or an archive to the nodes of a kind cluster;
//! and from there into an archive.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use anyhow::bail;

use crate::cluster::image::{self, Container, ContainerTrouble, Store};
use crate::cluster::{Hear, Origin, Steps, Trouble, made};
use crate::command::cli::Load;
use crate::command::columns::aligned;
use crate::command::consent::agreed;
use crate::command::outcome::{CannotAsk, Outcome};
use crate::command::print;
use crate::command::told;
use crate::command::waiting::block_on;
use crate::command::world::World;
use crate::files;
use crate::lab::{self, Lab, SHARED_CLUSTER};
use crate::text::{Role, Row, josa};

/// Where an image of a lab is.
enum Place {
    /// With the runtime of this machine; its bytes there.
    Here(u64),
    /// With its registry; the bytes to fetch, where that is known.
    Away(Option<u64>),
}

/// Shows what there is and what is to be fetched, asks, and does it.
pub fn run(world: &World, load: &Load) -> anyhow::Result<Outcome> {
    let labs = labs(world, &load.which)?;
    let mut images: Vec<String> =
        labs.iter().flat_map(|lab| lab.images.iter().cloned()).collect::<BTreeSet<_>>().into_iter().collect();
    if images.is_empty() {
        print::line("이미지를 쓰지 않는 실습이에요.")?;
        return Ok(Outcome::Done);
    }
    // Before anything is fetched for it.
    let cluster = cluster(world, load, &labs)?;
    if load.pack.is_none() {
        let nodes = block_on(image::nodes(&cluster))?.map_err(|trouble| {
            CannotAsk(format!("{trouble}\n먼저: jotasu cluster up {}", load.which.join(" ")).trim_end().to_owned())
        })?;
        let all = images.len();
        images = block_on(lacking(&nodes, &images))?.map_err(|trouble| CannotAsk(trouble.to_string()))?;
        if images.is_empty() {
            print::line(&there(&cluster, all))?;
            return Ok(Outcome::Done);
        }
    }
    let store = block_on(Store::find())?.map_err(|trouble| CannotAsk(trouble.to_string()))?;
    if let Some(file) = load.from.clone() {
        let name = file.display().to_string();
        let done = steps(async |steps, hear| {
            steps.step(format!("{name} 풀기"), async { Ok(store.unpack(&file, hear).await?) }).await
        })?;
        if !done {
            return Ok(Outcome::NotYet);
        }
    }
    let places: Vec<Place> = block_on(async {
        let mut places = Vec::new();
        for image in &images {
            places.push(match store.has(image).await {
                Some(bytes) => Place::Here(bytes),
                None => Place::Away(store.offered(image).await),
            });
        }
        places
    })?;
    print::rows(&aligned(images.iter().zip(&places).map(|(image, place)| row(image, place)).collect()), world.look())?;
    let away: Vec<&String> = images
        .iter()
        .zip(&places)
        .filter(|(_, place)| matches!(place, Place::Away(_)))
        .map(|(image, _)| image)
        .collect();
    if !away.is_empty() {
        print::line(&total(&places))?;
        if !agreed(load.consent, "받을까요?")? {
            return Ok(Outcome::NotYet);
        }
    }
    if let Some(file) = &load.pack {
        return pack(&store, &images, &away, file, load);
    }
    let done = steps(async |steps, hear| {
        fetch(&store, &away, steps, hear).await?;
        put(&store, &images, &cluster, steps, hear).await
    })?;
    if !done {
        return Ok(Outcome::NotYet);
    }
    print::line(&there(&cluster, images.len()))?;
    Ok(Outcome::Done)
}

fn there(cluster: &str, images: usize) -> String {
    format!("kind 클러스터 {cluster}의 모든 노드에 이미지 {images}개가 있어요.")
}

/// The kind cluster that is meant.
fn cluster(world: &World, load: &Load, labs: &[Arc<Lab>]) -> anyhow::Result<String> {
    let named = world.global.context.is_some() || world.global.kubeconfig.is_some();
    let name = match (&load.name, labs) {
        (Some(name), _) => name.clone(),
        (None, _) if named => match world.access().origin() {
            Origin::Kind(name) => name,
            Origin::File(..) => bail!("kind 클러스터의 노드에만 이미지를 넣어요."),
        },
        (None, [lab]) => lab.kind_cluster(),
        (None, _) => SHARED_CLUSTER.to_owned(),
    };
    made::ours(&name).map_err(|trouble| CannotAsk(trouble.to_string()))?;
    Ok(name)
}

/// What this machine has of a lab's images is put into the nodes that lack it, so that they need not fetch it. What it
/// lacks, and what fails, the nodes fetch themselves. False when somebody gave it up.
///
/// # Errors
/// When the system gives no signals.
pub fn offer(lab: &Lab) -> anyhow::Result<bool> {
    let cluster = lab.kind_cluster();
    let here: Option<(Store, Vec<String>)> = block_on(async {
        let store = Store::find().await.ok()?;
        let lacking = lacking(&image::nodes(&cluster).await.ok()?, &lab.images).await.ok()?;
        let mut here = Vec::new();
        for image in lacking {
            if store.has(&image).await.is_some() {
                here.push(image);
            }
        }
        Some((store, here))
    })?;
    let Some((store, here)) = here.filter(|(_, here)| !here.is_empty()) else { return Ok(true) };
    let put = steps(async |steps, hear| put(&store, &here, &cluster, steps, hear).await);
    put.or_else(|error| {
        print::error(&format!("{error}\n노드가 스스로 받게 두고 계속해요."));
        Ok(true)
    })
}

/// Which of these images some node lacks.
async fn lacking(nodes: &[Container], images: &[String]) -> Result<Vec<String>, ContainerTrouble> {
    let mut all = Vec::new();
    for node in nodes {
        all.push(node.images().await?);
    }
    let lacks = |image: &&String| all.iter().any(|there| !there.contains(&image::whole(image)));
    Ok(images.iter().filter(lacks).cloned().collect())
}

/// The labs that were named, else all.
fn labs(world: &World, named: &[String]) -> anyhow::Result<Vec<Arc<Lab>>> {
    let ids = match named {
        [] => lab::ids(&world.labs),
        named => named.to_vec(),
    };
    ids.iter().map(|id| world.lab(id)).collect()
}

/// All images in one file.
fn pack(store: &Store, images: &[String], away: &[&String], file: &Path, load: &Load) -> anyhow::Result<Outcome> {
    if file.is_dir() {
        bail!("{}: 폴더예요. 파일 이름을 적어 주세요.", file.display());
    }
    let name = file.display().to_string();
    if files::exists(file) && !agreed(load.consent, &format!("{} 이미 있어요. 바꿀까요?", josa(&name, "은/는")))?
    {
        return Ok(Outcome::NotYet);
    }
    // What is half written never has the name, and goes with its folder.
    let folder = files::scratch_beside(file)?;
    let part = folder.path().join("images.tar");
    let done = steps(async |steps, hear| {
        fetch(store, away, steps, hear).await?;
        let what = format!("{} 묶기", josa(&name, "으로/로"));
        let packed = steps.step(what, async { Ok(store.save(images, &part, hear).await?) }).await;
        packed.and_then(|()| Ok(files::rename(&part, file)?))
    });
    if !done? {
        return Ok(Outcome::NotYet);
    }
    let words: Vec<&str> = load.which.iter().map(String::as_str).chain(["--from", &name]).collect();
    print::line(&format!("다른 컴퓨터에서 풀려면: jotasu cluster load {}", words.join(" ")))?;
    Ok(Outcome::Done)
}

async fn fetch(store: &Store, away: &[&String], steps: &mut Steps<'_>, hear: Hear<'_>) -> Result<(), Trouble> {
    for image in away {
        steps.step(format!("{} 받기", short(image)), async { Ok(store.fetch(image, hear).await?) }).await?;
    }
    Ok(())
}

/// Puts images into the nodes of a cluster that lack them, and looks whether they are there.
async fn put(
    store: &Store,
    images: &[String],
    cluster: &str,
    steps: &mut Steps<'_>,
    hear: Hear<'_>,
) -> Result<(), Trouble> {
    let nodes = image::nodes(cluster).await?;
    let folder = files::scratch()?;
    for image in images {
        let whole = image::whole(image);
        let mut saved = false;
        for node in &nodes {
            if node.images().await?.contains(&whole) {
                continue;
            }
            let file = folder.path().join("image.tar");
            if !saved {
                let save = async { Ok(store.save(std::slice::from_ref(image), &file, hear).await?) };
                steps.step(format!("{} 꺼내기", short(image)), save).await?;
                saved = true;
            }
            let work = async {
                node.import(&file, hear).await?;
                match node.images().await?.contains(&whole) {
                    true => Ok(()),
                    false => Err(Trouble::Impossible(format!(
                        "노드 {}에 {} 들어가지 않았어요.",
                        node.name,
                        josa(image, "이/가")
                    ))),
                }
            };
            steps.step(format!("{} 넣기: {}", short(image), node.name), work).await?;
        }
    }
    Ok(())
}

/// An image as one calls it.
fn short(image: &str) -> &str {
    image.strip_prefix("docker.io/library/").or_else(|| image.strip_prefix("docker.io/")).unwrap_or(image)
}

/// Does long work step by step; false when somebody gave it up.
fn steps(work: impl AsyncFnOnce(&mut Steps<'_>, Hear<'_>) -> Result<(), Trouble>) -> anyhow::Result<bool> {
    match told::steps(work)? {
        Some(done) => done.map(|()| true).map_err(|trouble| CannotAsk(trouble.to_string()).into()),
        None => {
            print::error("그만뒀어요. 다시 하면 남은 것만 해요.");
            Ok(false)
        }
    }
}

fn row(image: &str, place: &Place) -> Row {
    let (role, word) = match place {
        Place::Here(bytes) => (Role::Good, format!("이 컴퓨터에 있어요 ({})", size(*bytes))),
        Place::Away(Some(bytes)) => (Role::Wait, format!("받아야 해요 ({})", size(*bytes))),
        Place::Away(None) => (Role::Wait, "받아야 해요 (크기를 알 수 없어요)".to_owned()),
    };
    vec![(Role::Text, image.to_owned()), (role, word)]
}

/// What is to be fetched in all.
fn total(places: &[Place]) -> String {
    let away: Vec<Option<u64>> =
        places.iter().filter_map(|place| if let Place::Away(bytes) = place { Some(*bytes) } else { None }).collect();
    let known: u64 = away.iter().flatten().sum();
    match (away.iter().flatten().count(), known) {
        (0, _) => format!("받을 이미지: {}개", away.len()),
        (count, known) if count == away.len() => format!("받을 이미지: {}개, {}", away.len(), size(known)),
        (_, known) => format!("받을 이미지: {}개, 적어도 {}", away.len(), size(known)),
    }
}

/// Bytes as runtimes write them: in millions.
fn size(bytes: u64) -> String {
    match bytes {
        ..100_000 => "0.1 MB 미만".into(),
        100_000..10_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        10_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_before_anything_is_fetched() {
        assert_eq!(size(121_050_259), "121 MB");
        assert_eq!(size(1_980_000), "1.9 MB");
        assert_eq!(size(1_210_000_000), "1.2 GB");
        let away = |bytes: &[Option<u64>]| total(&bytes.iter().map(|bytes| Place::Away(*bytes)).collect::<Vec<_>>());
        assert_eq!(away(&[Some(40_000_000), Some(2_000_000)]), "받을 이미지: 2개, 42 MB");
        assert_eq!(away(&[Some(40_000_000), None]), "받을 이미지: 2개, 적어도 40 MB");
        assert_eq!(away(&[None]), "받을 이미지: 1개");
        assert_eq!(total(&[Place::Here(5), Place::Away(Some(3_000_000))]), "받을 이미지: 1개, 3.0 MB");
    }
}
