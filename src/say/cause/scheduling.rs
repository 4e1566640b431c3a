//! The scheduler's words: which predicate refused how many nodes.

use crate::text::josa;

/// What the scheduler says of a predicate → what it means. The texts are kube-scheduler's own (1.33–1.36).
const PREDICATES: [(&str, &str); 18] = [
    ("untolerated taint", "견디지 못하는 taint가 있는 노드"),
    ("didn't match Pod's node affinity/selector", "nodeSelector·nodeAffinity가 맞지 않는 노드"),
    ("Insufficient cpu", "CPU 요청을 감당하지 못하는 노드"),
    ("Insufficient memory", "메모리 요청을 감당하지 못하는 노드"),
    ("didn't match pod anti-affinity rules", "Pod anti-affinity에 걸린 노드"),
    ("didn't match pod affinity rules", "Pod affinity가 맞지 않는 노드"),
    ("didn't match pod topology spread constraints", "topology spread에 걸린 노드"),
    ("were unschedulable", "스케줄링을 막아 둔(cordon) 노드"),
    ("Too many pods", "Pod 수가 꽉 찬 노드"),
    ("didn't satisfy existing pods anti-affinity rules", "먼저 있던 Pod의 anti-affinity에 걸린 노드"),
    ("didn't have free ports", "hostPort가 이미 쓰이는 노드"),
    ("Insufficient ephemeral-storage", "임시 저장 공간이 모자란 노드"),
    ("volume node affinity conflict", "PersistentVolume에 닿을 수 없는 노드"),
    ("didn't match PersistentVolume's node affinity", "PersistentVolume에 닿을 수 없는 노드"),
    ("didn't find available persistent volumes to bind", "바인딩할 PersistentVolume이 없는 노드"),
    ("pod has unbound immediate PersistentVolumeClaims", "PVC가 아직 묶이지 않아 고를 수 없는 노드"),
    ("did not have enough free storage", "저장 공간이 모자란 노드"),
    ("Insufficient ", "요청한 자원이 모자란 노드"),
];

/// Why no node takes a Pod, by predicate.
pub(super) fn unschedulable(pod: &str, message: &str) -> String {
    let (counted, refusals) = message.split_once(':').unwrap_or((message, ""));
    // What follows "preemption:" repeats the same nodes from another side.
    let refusals = refusals.split("preemption:").next().unwrap_or_default();
    if let Some(claim) = claim(refusals) {
        return format!("PersistentVolumeClaim {} 없어서 기다려요. (Pod {pod})", josa(claim, "이/가"));
    }
    let said: Vec<String> = parts(refusals).iter().filter_map(|part| refusal(part)).collect();
    let nodes = counted.split_whitespace().next().filter(|n| n.contains('/')).unwrap_or("0");
    match said.is_empty() {
        true => format!("들어갈 노드가 없어요: {message} (Pod {pod})"),
        false => format!("들어갈 노드가 없어요({nodes}): {} (Pod {pod})", said.join(", ")),
    }
}

/// `persistentvolumeclaim "data" not found`
fn claim(refusals: &str) -> Option<&str> {
    let (name, rest) = refusals.split_once("persistentvolumeclaim \"")?.1.split_once('"')?;
    rest.trim_start().starts_with("not found").then_some(name)
}

/// What is refused, one predicate each: commas within braces part nothing.
fn parts(refusals: &str) -> Vec<String> {
    let (mut parts, mut depth) = (vec![String::new()], 0_usize);
    for c in refusals.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

fn refusal(part: &str) -> Option<String> {
    let part = part.trim().trim_end_matches('.');
    let count = part.split_whitespace().next().filter(|word| word.chars().all(|c| c.is_ascii_digit()))?;
    let (_, meaning) = PREDICATES.iter().find(|(words, _)| part.contains(words))?;
    let taint =
        part.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map(|(t, _)| t.trim().trim_end_matches(':'));
    Some(match taint {
        Some(taint) => format!("{meaning} {count}개 ({taint})"),
        None => format!("{meaning} {count}개"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, expected: &str) {
        assert_eq!(unschedulable("web-1", message), expected);
    }

    #[test]
    fn the_schedulers_words_are_counted_by_predicate() {
        check(
            "0/3 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}, 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
            "들어갈 노드가 없어요(0/3): 견디지 못하는 taint가 있는 노드 1개 (dedicated: gpu), nodeSelector·nodeAffinity가 맞지 않는 노드 2개 (Pod web-1)",
        );
        check(
            "0/1 nodes are available: 1 Insufficient cpu.",
            "들어갈 노드가 없어요(0/1): CPU 요청을 감당하지 못하는 노드 1개 (Pod web-1)",
        );
        check("no nodes", "들어갈 노드가 없어요: no nodes (Pod web-1)");
        check(
            "0/3 nodes are available: persistentvolumeclaim \"data\" not found. not found",
            "PersistentVolumeClaim data가 없어서 기다려요. (Pod web-1)",
        );
        check(
            "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found",
            "들어갈 노드가 없어요: 0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found (Pod web-1)",
        );
        check(
            "0/3 nodes are available: 1 node(s) had untolerated taint {a: b, c}, 2 Insufficient nvidia.com/gpu.",
            "들어갈 노드가 없어요(0/3): 견디지 못하는 taint가 있는 노드 1개 (a: b, c), 요청한 자원이 모자란 노드 2개 (Pod web-1)",
        );
    }
}
