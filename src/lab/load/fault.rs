//! Faults of nodes, as labs write them: the action that makes or undoes one.

use crate::lab::model::{Action, CniDamage, Fault, FaultKind, NodeRef, NodeRole, NodeWork};
use crate::yaml::Node;

use super::context::Context;
use super::report::{Fields, Report, number, text};

/// `node: {node, fault: {kind, …}}` or `node: {node, undo: KIND}`.
pub(super) fn action(fields: &mut Fields, cx: &Context) -> Option<Action> {
    let report = fields.report;
    let place = fields.need("node");
    let node = place.and_then(|node| node_ref(node, report));
    let (fault_node, undo_node) = (fields.get("fault"), fields.get("undo"));
    let work = match (fault_node, undo_node) {
        (Some(node), None) => fault(node, report).map(NodeWork::Fault),
        (None, Some(node)) => kind(node, report).map(NodeWork::Undo),
        _ => {
            report.error(&*fields, "fault와 undo 가운데 하나가 있어야 해요.");
            None
        }
    };
    let (place, node, work) = (place?, node?, work?);
    let kind = match &work {
        NodeWork::Fault(fault) => fault.kind(),
        NodeWork::Undo(kind) => *kind,
    };
    let at = fault_node.or(undo_node)?;
    if !cx.faults.iter().any(|declared| declared == kind.name()) {
        let message = format!("requires.faults에 적지 않은 고장이에요: {}", kind.name());
        report.error_help(at, message, format!("spec.requires.faults에 {}를 더하세요.", kind.name()));
    }
    if !cx.dedicated {
        let help =
            "spec.cluster에 dedicated: true를 적으세요. 다른 실습과 함께 쓰는 클러스터의 노드는 고장 내지 않아요.";
        report.error_help(at, "노드의 고장은 전용 클러스터에서만 낼 수 있어요.", help);
    }
    if kind.of_control_plane() && node.role != NodeRole::ControlPlane {
        let message = format!("control-plane에만 낼 수 있는 고장이에요: {}", kind.name());
        report.error_help(place, message, "node: control-plane");
    }
    Some(Action::Node { node, work })
}

/// A node by its role and index.
pub(super) fn node_ref(node: &Node, report: &Report) -> Option<NodeRef> {
    let given = text(node, report)?;
    let found = NodeRef::parse(&given);
    if found.is_none() {
        report.error_help(node, format!("노드를 알 수 없어요: {given}"), "control-plane이나 worker:0처럼 적으세요.");
    }
    found
}

fn kind(node: &Node, report: &Report) -> Option<FaultKind> {
    let given = text(node, report)?;
    let found = FaultKind::ALL.into_iter().find(|(word, _)| *word == given).map(|(_, kind)| kind);
    if found.is_none() {
        report.unknown(node, "모르는 고장이에요", &given, &FaultKind::ALL.map(|(word, _)| word));
    }
    found
}

fn fault(node: &Node, report: &Report) -> Option<Fault> {
    let mut fields = Fields::open(node, report)?;
    let kind = fields.need("kind").and_then(|node| kind(node, report))?;
    let fault = match kind {
        FaultKind::ApiserverPort => port(&mut fields).map(|port| Fault::ApiserverPort { port }),
        FaultKind::EtcdEndpoint => port(&mut fields).map(|port| Fault::EtcdEndpoint { port }),
        FaultKind::KubeletClientCertExpired => Some(Fault::KubeletClientCertExpired),
        FaultKind::CniConfig => {
            let damage = fields.choice("damage", &CniDamage::ALL);
            (damage.is_some() || fields.key("damage").is_none())
                .then(|| Fault::CniConfig { damage: damage.unwrap_or_default() })
        }
    };
    fields.close();
    fault
}

/// A port that is wrong because nothing of Kubernetes is there.
fn port(fields: &mut Fields) -> Option<u16> {
    let node = fields.need("port")?;
    let port: u16 = number(node, fields.report)?;
    if port < 1024 || Fault::TAKEN.contains(&port) {
        let message = format!("고장이 되지 않는 포트예요: {port}");
        let help = "1024보다 크고 쿠버네티스가 쓰지 않는 포트를 적으세요. 예: 6444";
        fields.report.error_help(node, message, help);
        return None;
    }
    Some(port)
}
