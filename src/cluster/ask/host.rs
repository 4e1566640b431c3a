//! Programs on the learner's machine, of a closed list.

use std::process::Stdio;

use serde_json::json;
use tokio::process::Command;

use crate::lab::{Reason, Reply, Tool};

/// The version of a program; nothing when it is not installed.
pub async fn ask(tool: Tool) -> Reply {
    let mut command = Command::new(tool.name());
    command.args(tool.arguments()).stdin(Stdio::null()).kill_on_drop(true);
    match command.output().await {
        Ok(output) => {
            let printed = [output.stdout, output.stderr].concat();
            let version = Tool::version(&String::from_utf8_lossy(&printed));
            Reply::said(json!({"version": version}))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Reply::Nothing,
        Err(error) => Reply::Failed(Reason::NotHere(format!("{}: {error}", tool.name()))),
    }
}
