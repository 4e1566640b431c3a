//! The live lab engine: guard, identities, watches, session, actions, proofs.
//! The only place that names kube and kind; it sends `lab::Event` and knows no screen.

mod access;
mod actions;
mod api;
mod classify;
mod clock;
mod exec;
mod guard;
mod identity;
mod kind;
mod ledger;
mod nodes;
mod observer;
mod owns;
mod probe;
mod remote;
mod rollback;
mod selection;
mod state;
mod trouble;
mod wait;
mod watch;
