//! `jotasu doctor`: what is there and what is missing, each with its remedy.

use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use crate::text;

use super::cli::Output;
use super::cluster::block_on;
use super::outcome::Outcome;
use super::print;
use super::world::World;

/// The longest that one tool may take to answer.
const LIMIT: Duration = Duration::from_secs(5);

/// One thing that was looked at.
struct Finding {
    name: &'static str,
    /// `None`: not there.
    found: Result<String, String>,
    /// What to do when it is not.
    remedy: &'static str,
    /// Reading needs nothing; labs need this.
    needed: bool,
}

/// Looks at the tools that labs need and prints what is there. Reading the course needs none of them.
pub fn run(world: &World, output: Output) -> anyhow::Result<Outcome> {
    let findings = look(world);
    let ready = findings.iter().all(|f| !f.needed || f.found.is_ok());
    if output == Output::Json {
        let rows: Vec<_> = findings
            .iter()
            .map(|f| {
                let (found, missing) = match &f.found {
                    Ok(found) => (Some(found), None),
                    Err(why) => (None, Some(why)),
                };
                json!({"name": f.name, "ok": f.found.is_ok(), "needed": f.needed, "found": found, "missing": missing,
                       "remedy": f.found.is_err().then_some(f.remedy)})
            })
            .collect();
        print::line(&serde_json::to_string_pretty(&json!({"schema": 1, "ready": ready, "findings": rows}))?)?;
    } else {
        for finding in &findings {
            let name = text::pad(finding.name, 14);
            match &finding.found {
                Ok(found) => print::line(&format!("✓ {name} {found}"))?,
                Err(why) => {
                    print::line(&format!("{} {name} {why}", if finding.needed { "✗" } else { "○" }))?;
                    print::line(&format!("  {} {}", " ".repeat(14), finding.remedy))?;
                }
            }
        }
        print::line("")?;
        print::line(match ready {
            true => "실습할 준비가 됐어요.",
            false => "읽고 찾고 푸는 데에는 아무것도 더 필요 없어요. 실습하려면 ✗를 먼저 해결하세요.",
        })?;
    }
    Ok(if ready { Outcome::Done } else { Outcome::NotYet })
}

fn look(world: &World) -> Vec<Finding> {
    let custom = world.global.context.is_some() || world.global.kubeconfig.is_some();
    let runtime = ["docker", "podman", "nerdctl"].into_iter().find(|tool| ask(tool, &["--version"]).is_ok());
    vec![
        Finding {
            name: "kubectl",
            found: ask("kubectl", &["version", "--client"]),
            remedy: "https://kubernetes.io/docs/tasks/tools/ 에 설치하는 방법이 있어요.",
            needed: true,
        },
        Finding {
            name: "컨테이너 런타임",
            found: runtime.map_or_else(|| Err("docker, podman, nerdctl이 없어요".into()), |tool| ask(tool, &["--version"])),
            remedy: "Debian·Ubuntu라면: sudo apt install docker.io",
            needed: !custom,
        },
        Finding {
            name: "런타임 데몬",
            found: runtime
                .map_or_else(|| Err("런타임이 없어요".into()), |tool| ask(tool, &["info", "--format", "{{.ServerVersion}}"])),
            remedy: "데몬을 켜고(sudo systemctl start docker) 내 계정이 쓸 수 있게 하세요(sudo usermod -aG docker $USER).",
            needed: !custom,
        },
        Finding {
            name: "kind",
            found: ask("kind", &["version"]),
            remedy: "https://kind.sigs.k8s.io/docs/user/quick-start/#installation 에 설치하는 방법이 있어요.",
            needed: !custom,
        },
        Finding {
            name: "클러스터",
            found: super::cluster::reachable(world),
            remedy: "kind create cluster --name jotasu",
            needed: true,
        },
    ]
}

/// The first line a tool prints, within the limit.
fn ask(tool: &str, arguments: &[&str]) -> Result<String, String> {
    let named = text::josa(tool, "이/가");
    let mut command = tokio::process::Command::new(tool);
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    let output = block_on(async move { tokio::time::timeout(LIMIT, command.output()).await })
        .map_err(|error| error.to_string())?
        .map_err(|_| format!("{named} {}초 안에 답하지 않아요", LIMIT.as_secs()))?
        .map_err(|_| format!("{named} 없어요"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let line = said.lines().next().unwrap_or_default().trim();
    match output.status.success() && !line.is_empty() {
        true => Ok(text::clean(line).into_owned()),
        false => Err(format!("{named} 답하지 않아요")),
    }
}
