//! The live lab engine: guard, identities, watches, session, actions, proofs.
//! The only place that names kube and kind; it sends `lab::Event` and knows no screen.

pub mod access;
mod api;
mod classify;
mod clock;
mod guard;
mod identity;
mod kind;
mod ledger;
mod observer;
mod probe;
mod remote;
mod trouble;
mod watch;
