//! The live lab engine: guard, identities, watches, session, actions, proofs.
//! The only place that names kube and kind; it sends `lab::Event` and knows no screen.
#![doc = include_str!("cluster/proven.md")]

mod access;
mod actions;
mod api;
mod ask;
mod asker;
mod checkpoint;
mod classify;
mod clock;
mod container;
pub mod control_plane;
mod engine;
mod exec;
mod fault;
mod guard;
mod helm;
mod identity;
mod kind;
mod ledger;
mod look;
pub mod made;
mod mailbox;
mod node_read;
mod nodes;
mod observer;
mod owns;
mod post;
mod probe;
mod prove;
mod remote;
mod requires;
mod rescue;
mod rollback;
mod selection;
mod session;
mod shell_config;
mod site;
mod state;
mod steps;
mod symptom;
mod trouble;
mod undo;
mod wait;
mod watch;

pub use access::{Access, Allowed};
pub use engine::{Engine, engine, engine_beside_shell};
pub use fault::{Entry as FaultEntry, Faults, Moment, Stage as FaultStage, Witness};
pub use guard::{Admitted, Refusal, admit, describe};
pub use kind::KindTrouble;
pub use node_read::read as read_node;
pub use prove::{Failure, Proof, Proofs, ProveError, Step, Wanted, prove, rehearse};
pub use rescue::{rescue, well};
pub use shell_config::shell_config;
pub use steps::Steps;
pub use trouble::Trouble;
