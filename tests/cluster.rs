//! Tests against a real Kubernetes: see `tests/README.md` for the tiers. New files of trials are named here.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

#[path = "trials/blocks.rs"]
mod blocks;
#[path = "support/broken.rs"]
mod broken;
#[path = "trials/commands.rs"]
mod commands;
#[path = "trials/engine.rs"]
mod engine;
#[path = "trials/failures.rs"]
mod failures;
#[path = "trials/faults.rs"]
mod faults;
#[path = "trials/hard.rs"]
mod hard;
#[path = "support/harness.rs"]
mod harness;
#[path = "trials/labs.rs"]
mod labs;
#[path = "support/learner.rs"]
mod learner;
#[path = "trials/made.rs"]
mod made;
#[path = "trials/pages.rs"]
mod pages;
#[path = "trials/prove.rs"]
mod prove;
#[path = "trials/session.rs"]
mod session;
#[path = "trials/sources.rs"]
mod sources;
#[path = "support/space.rs"]
mod space;
#[path = "trials/teach.rs"]
mod teach;
#[path = "support/terminal.rs"]
mod terminal;
#[path = "trials/testbed.rs"]
mod testbed;
#[path = "trials/tools.rs"]
mod tools;
#[path = "support/wire.rs"]
mod wire;
#[path = "trials/witness.rs"]
mod witness;

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(testbed::OWN) {
        testbed::own_and_wait();
        return ExitCode::SUCCESS;
    }
    if std::env::args().nth(1).as_deref() == Some(faults::KILLED) {
        faults::killed_at();
        return ExitCode::SUCCESS;
    }
    let mut trials = testbed::trials();
    trials.extend(commands::trials());
    trials.extend(engine::trials());
    trials.extend(failures::trials());
    trials.extend(hard::trials());
    trials.extend(made::trials());
    trials.extend(pages::trials());
    trials.extend(blocks::trials());
    trials.extend(prove::trials());
    trials.extend(labs::trials());
    trials.extend(session::trials());
    trials.extend(tools::trials());
    trials.extend(teach::trials());
    trials.extend(witness::trials());
    trials.extend(faults::trials());
    trials.extend(sources::trials());
    let code = harness::run(trials);
    faults::end();
    code
}
