//! What a lab will make and remove, said before it does.

use super::model::{Action, Lab, NodeWork, Target};

/// What starting a lab makes, one line each: shown before it is asked for.
pub fn intent(lab: &Lab) -> Vec<String> {
    let mut lines: Vec<String> = lab.owns.namespaces.iter().map(|n| format!("만듦    Namespace {n}")).collect();
    for action in &lab.setup {
        lines.extend(beyond(action));
        if let Action::Apply(objects) = action {
            for object in objects {
                let text = |path: &str| object.pointer(path).and_then(|v| v.as_str()).unwrap_or("?");
                let namespace = object.pointer("/metadata/namespace").and_then(|v| v.as_str());
                let place = namespace.map(|n| format!("{n}/")).unwrap_or_default();
                lines.push(format!("만듦    {} {place}{}", text("/kind"), text("/metadata/name")));
            }
        }
    }
    lines.extend(lab.seeded.iter().map(|seeded| {
        let seed = lab.sown.as_ref().map(|sown| format!(" (seed {})", sown.seed)).unwrap_or_default();
        format!("고장    준비된 {}가지 가운데 {}가지를 골라 내요{seed}", seeded.from.len(), seeded.choose)
    }));
    lines.push("만듦    Namespace jotasu-system (읽기만 하는 ServiceAccount)".into());
    lines.extend(lab.owns.node_labels.iter().map(|k| format!("적어 둠 노드 라벨 {k} (끝나면 되돌림)")));
    lines.extend(lab.owns.node_taints.iter().map(|k| format!("적어 둠 노드 taint {k} (끝나면 되돌림)")));
    lines
}

/// What a step of the setup does besides making objects; what `owns` tells is told there.
fn beyond(action: &Action) -> Option<String> {
    let what = |target: &Target| {
        let place = target.namespace.as_ref().map(|n| format!("{n}/")).unwrap_or_default();
        format!("{} {place}{}", target.kind, target.name.as_deref().unwrap_or("*"))
    };
    Some(match action {
        Action::Patch { target, .. } | Action::Scale { target, .. } | Action::Rollback { target, .. } => {
            format!("바꿈    {}", what(target))
        }
        Action::Restart(target) => format!("바꿈    {} (다시 시작)", what(target)),
        Action::Node { node, work: NodeWork::Fault(_) } => {
            format!("고장    노드 {node} (원래 파일을 적어 두었다가 끝나면 되돌림)")
        }
        Action::Delete(target) => format!("지움    {}", what(target)),
        Action::Helm(call) => format!("실행    helm {}", call.argv.join(" ")),
        Action::Exec { target, argv, .. } => format!("실행    {}에서 {}", what(target), argv.join(" ")),
        _ => return None,
    })
}

/// What resetting or stopping a lab removes, one line each.
pub fn removal(lab: &Lab) -> Vec<String> {
    let mut lines: Vec<String> =
        lab.owns.namespaces.iter().map(|n| format!("지움    Namespace {n} (그 안의 모든 것)")).collect();
    for object in &lab.owns.objects {
        let name = match (&object.name, &object.prefix) {
            (Some(name), _) => name.clone(),
            (None, Some(prefix)) => format!("{prefix}*"),
            (None, None) => "*".into(),
        };
        lines.push(format!("지움    {} {name}", object.kind));
    }
    lines.extend(lab.owns.helm.iter().map(|r| format!("지움    Helm 릴리스 {r}")));
    lines.extend(lab.owns.node_labels.iter().map(|k| format!("되돌림 노드 라벨 {k}")));
    lines.extend(lab.owns.node_taints.iter().map(|k| format!("되돌림 노드 taint {k}")));
    lines
}
