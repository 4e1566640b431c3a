//! `jotasu doctor`: what is there and what is missing, each with its remedy.

mod machine;
mod offline;

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use crate::cluster::FaultEntry;
use crate::text::{self, Role, Row};

use super::cli::Output;
use super::columns::aligned;
use super::outcome::Outcome;
use super::print::{self, Json};
use super::waiting::block_on;
use super::world::World;

/// The longest that one tool may take to answer.
const LIMIT: Duration = Duration::from_secs(5);

/// What makes a cluster for the labs.
const MAKE: &str = "jotasu cluster up";

/// The first kind whose clusters can be made as labs want them, and the Kubernetes of the course: minor versions.
const KIND: u32 = 24;
const KUBERNETES: u32 = 36;

/// What the finding about the cluster is called.
const CLUSTER: &str = "클러스터";

/// One thing that was looked at.
struct Finding {
    name: String,
    /// What was found, or what is wrong.
    found: Result<String, String>,
    /// What to do when it is not there.
    remedy: String,
    /// Labs need it; reading needs nothing.
    needed: bool,
}

/// Looks at the tools that labs need, or at what one needs without a network, and prints what is there. Reading the course
/// needs none of them.
pub fn run(world: &World, offline: Option<&str>, output: Output) -> anyhow::Result<Outcome> {
    let findings = match offline {
        Some(lab) => offline::look(&*world.lab(lab)?)?,
        None => look(world),
    };
    let ready = findings.iter().all(|f| !f.needed || f.found.is_ok());
    if output == Output::Json {
        print::json(
            &json!({"schema": 1, "ready": ready, "findings": findings.iter().map(entry).collect::<Vec<_>>()}),
            Json::Pretty,
        )?;
    } else {
        let rows = findings.iter().flat_map(|finding| lines(finding, world.ascii()));
        print::rows(&aligned(rows.collect()), world.look())?;
        print::line("")?;
        print::line(match ready {
            true if offline.is_some() => "네트워크 없이 할 수 있어요.",
            false if offline.is_some() => "아직 네트워크가 있어야 해요.",
            true => "실습할 준비가 됐어요.",
            false => "과정을 읽는 데에는 아무것도 더 필요 없어요. 실습하려면 아직 아닌 것을 먼저 해결하세요.",
        })?;
    }
    Ok(if ready { Outcome::Done } else { Outcome::NotYet })
}

/// Says which tools are missing without which no cluster of ours can be made; true when there are none.
///
/// # Errors
/// The writer's.
pub fn complete(world: &World) -> anyhow::Result<bool> {
    let missing: Vec<Finding> = look(world)
        .into_iter()
        .filter(|finding| finding.needed && finding.found.is_err() && finding.name != CLUSTER)
        .collect();
    let rows = missing.iter().flat_map(|finding| lines(finding, world.ascii()));
    print::rows(&aligned(rows.collect()), world.look())?;
    Ok(missing.is_empty())
}

fn entry(finding: &Finding) -> Value {
    let missing = finding.found.as_ref().err();
    json!({
        "name": finding.name,
        "ok": finding.found.is_ok(),
        "needed": finding.needed,
        "found": finding.found.as_ref().ok(),
        "missing": missing,
        "remedy": missing.map(|_| &finding.remedy),
    })
}

fn lines(finding: &Finding, ascii: bool) -> Vec<Row> {
    let (mark, role) = match (&finding.found, finding.needed) {
        (Ok(_), _) => (if ascii { "[x]" } else { "✓" }, Role::Good),
        (Err(_), true) => (if ascii { "[!]" } else { "✗" }, Role::Bad),
        (Err(_), false) => (if ascii { "[ ]" } else { "○" }, Role::Dim),
    };
    let head = |text: &str| vec![(role, format!("{mark} {}", finding.name)), (Role::Text, text.to_owned())];
    let further = |text: &str, role| vec![(Role::Text, String::new()), (role, text.to_owned())];
    match &finding.found {
        Ok(found) => vec![head(found)],
        Err(why) => {
            let mut said = why.lines();
            let mut rows = vec![head(said.next().unwrap_or_default())];
            rows.extend(said.filter(|line| !line.trim().is_empty()).map(|line| further(line, Role::Text)));
            rows.push(further(&finding.remedy, Role::Key));
            rows
        }
    }
}

fn look(world: &World) -> Vec<Finding> {
    // Another cluster than kind's own needs neither kind nor what runs its nodes.
    let kind = world.global.kubeconfig.is_none()
        && world.global.context.as_deref().is_none_or(|name| name.starts_with("kind-jotasu"));
    let runtime =
        ["docker", "podman", "nerdctl"].into_iter().find_map(|tool| Some((tool, ask(tool, &["--version"]).ok()?)));
    let daemon = match &runtime {
        // podman has none, and no word for its version in common with docker.
        Some(("podman", _)) => ask("podman", &["info", "--format", "{{.Version.Version}}"]),
        Some((tool, _)) => ask(tool, &["info", "--format", "{{.ServerVersion}}"]),
        None => Err("런타임이 없어요".into()),
    };
    let tool = ask("kind", &["version"]).and_then(|said| match version(&said) {
        Some((0, minor)) if minor < KIND => Err(format!("{said}: 0.{KIND}부터 쓸 수 있어요")),
        _ => Ok(said),
    });
    let (cluster, remedy) = match super::cluster::reachable(&world.access()) {
        Ok(name) => (Ok(name), String::new()),
        // What is missing is said once, where it is told how to get it.
        Err(_) if kind && tool.is_err() => (Err("kind가 있어야 볼 수 있어요".into()), format!("만들려면: {MAKE}")),
        Err(why) if kind => (Err(why), format!("만들려면: {MAKE}")),
        Err(why) => (Err(why), "허락하려면 같은 --context나 --kubeconfig로: jotasu cluster allow".into()),
    };
    let kubectl = ask("kubectl", &["version", "--client"]);
    let skew = kubectl.as_ref().ok().and_then(|said| skew(said));
    let mut findings = vec![
        Finding {
            name: "kubectl".into(),
            found: kubectl,
            remedy: "설치하는 방법: https://kubernetes.io/docs/tasks/tools/".into(),
            needed: true,
        },
        Finding {
            name: "컨테이너 런타임".into(),
            found: runtime.map(|(_, version)| version).ok_or_else(|| "docker, podman, nerdctl이 모두 없어요".into()),
            remedy: "Debian·Ubuntu라면: sudo apt install docker.io".into(),
            needed: kind,
        },
        Finding {
            name: "런타임 데몬".into(),
            found: daemon,
            remedy:
                "데몬을 켜고(sudo systemctl start docker) 내 계정이 쓸 수 있게 하세요(sudo usermod -aG docker $USER)."
                    .into(),
            needed: kind,
        },
        Finding {
            name: "kind".into(),
            found: tool,
            remedy: "설치하는 방법: https://kind.sigs.k8s.io/docs/user/quick-start/#installation".into(),
            needed: kind,
        },
        Finding { name: CLUSTER.into(), found: cluster, remedy, needed: true },
        Finding {
            name: "helm".into(),
            found: ask("helm", &["version", "--short"]),
            remedy: "Helm을 쓰는 실습에만 필요해요: https://helm.sh/docs/intro/install/".into(),
            needed: false,
        },
    ];
    findings.extend(skew);
    if kind {
        findings.extend(machine::look());
    }
    findings.extend(faults(world));
    findings
}

/// Faults of nodes that are not undone, by cluster and lab; a challenge that goes on has some.
fn faults(world: &World) -> Vec<Finding> {
    let entries = world.faults(None);
    let entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            let remedy = "클러스터를 지우고 다시 만든 뒤 기록을 다른 곳으로 옮기세요.".into();
            return vec![Finding {
                name: "노드 고장".into(), found: Err(error.to_string()), remedy, needed: false
            }];
        }
    };
    let open = entries.iter().filter(|(_, entry)| entry.is_open());
    let one = |(cluster, entry): &(String, FaultEntry)| Finding {
        name: "노드 고장".into(),
        found: Err(format!("kind-{cluster}의 노드 {}에 실습 {}의 고장이 있어요", entry.name, entry.lab)),
        remedy: format!("그만두고 되돌리려면: jotasu lab rescue {}", entry.lab),
        needed: false,
    };
    open.map(one).collect()
}

/// A kubectl that is further from the course's Kubernetes than is supported
/// (<https://kubernetes.io/releases/version-skew-policy/#kubectl>).
fn skew(said: &str) -> Option<Finding> {
    let (1, minor) = version(said)? else { return None };
    (minor.abs_diff(KUBERNETES) > 1).then(|| Finding {
        name: "kubectl 버전".into(),
        found: Err(format!("1.{minor}: 과정의 Kubernetes 1.{KUBERNETES}과 마이너 버전이 하나 넘게 달라요")),
        remedy: "대개 되지만 보장되지 않아요. 바꾸려면: https://kubernetes.io/docs/tasks/tools/".into(),
        needed: false,
    })
}

/// The first version that a text names: major and minor.
fn version(text: &str) -> Option<(u32, u32)> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.').find_map(|word| {
        let mut parts = word.split('.');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    })
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
