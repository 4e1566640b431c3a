//! `jotasu doctor --offline LAB`: whether a lab can be done without a network.

use super::Finding;
use crate::cluster::image;
use crate::command::waiting::block_on;
use crate::lab::Lab;

/// The nodes of its cluster, and each of its images on all of them.
pub fn look(lab: &Lab) -> anyhow::Result<Vec<Finding>> {
    let cluster = lab.kind_cluster();
    let load = format!("네트워크가 있을 때: jotasu cluster load {}", lab.id);
    block_on(async {
        let nodes = image::nodes(&cluster).await;
        let mut findings = vec![Finding {
            name: "클러스터의 노드".into(),
            found: nodes.as_ref().map(|nodes| format!("{cluster}: {}개", nodes.len())).map_err(ToString::to_string),
            remedy: format!("네트워크가 있을 때: jotasu cluster up {}", lab.id),
            needed: true,
        }];
        let mut on_nodes = Vec::new();
        for node in nodes.iter().flatten() {
            on_nodes.push((node.name.as_str(), node.images().await));
        }
        for image in &lab.images {
            let lacking = |(node, images): &(&str, Result<Vec<String>, _>)| match images {
                Ok(images) => (!images.contains(&image::whole(image))).then(|| (*node).to_owned()),
                Err(_) => Some((*node).to_owned()),
            };
            let lacking: Vec<String> = on_nodes.iter().filter_map(lacking).collect();
            let found = match lacking.as_slice() {
                _ if on_nodes.is_empty() => Err("노드가 있어야 볼 수 있어요".into()),
                [] => Ok("모든 노드에 있어요".into()),
                some => Err(format!("{}에 없어요", some.join(", "))),
            };
            findings.push(Finding { name: image.clone(), found, remedy: load.clone(), needed: true });
        }
        findings
    })
}
