//! A look into a node of the kind cluster that the lab runs on.

use super::Means;
use crate::cluster::node_read;
use crate::lab::{NodeQuestion, Reason, Reply};

/// What is seen there.
pub(super) async fn ask(question: &NodeQuestion, means: &Means) -> Reply {
    let Some(cluster) = &means.kind else {
        return Reply::Failed(Reason::NotHere("노드를 들여다보려면 kind 클러스터여야 해요.".into()));
    };
    match node_read::read(cluster, &question.node, &question.read).await {
        Ok(value) => Reply::said(value),
        Err(reason) => Reply::Failed(reason),
    }
}
