//! Stand-in of the contract's `cluster`, thrown away at the merge.

use std::path::PathBuf;
use std::sync::Arc;

use crate::lab::{Event, Lab};

/// Access.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct Access {
    pub kubeconfig: Option<PathBuf>,
    pub context: Option<String>,
    pub kind_cluster: String,
}
/// Order.
#[allow(missing_docs)]
pub enum Order {
    Attach(Arc<Lab>),
    Start(Arc<Lab>),
    Reset,
    Stop,
    Answer { check: String, value: String },
    Mark { check: String, done: bool },
    Close,
}
/// Engine.
pub struct Engine;
impl Engine {
    /// Order.
    pub fn order(&self, _: Order) {}
}
/// Engine.
pub fn engine(_: Access, _: PathBuf, _: tokio::sync::mpsc::UnboundedSender<Event>) -> Engine {
    Engine
}
