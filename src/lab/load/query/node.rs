//! `node` and `kind`: which node, what is looked at in it, which cluster of ours.

use crate::lab::model::{NodeQuestion, NodeRead, NodeRef, Unit, is_our_cluster};
use crate::yaml::Node;

use super::super::report::{Fields, Report, text};

const READS: [&str; 6] = ["manifest", "unit", "log", "cni", "certificate", "containers"];
const UNITS: [(&str, Unit); 2] = [("kubelet", Unit::Kubelet), ("containerd", Unit::Containerd)];

/// A node, and one thing to look at.
pub(super) fn question(fields: &mut Fields) -> Option<NodeQuestion> {
    let report = fields.report;
    let node = fields.need("node").and_then(|node| {
        let name = text(node, report)?;
        let found = NodeRef::parse(&name);
        if found.is_none() {
            report.error_help(
                node,
                format!("모르는 노드예요: {name}"),
                "control-plane, worker, worker:1처럼 적으세요.",
            );
        }
        found
    });
    let given = READS.into_iter().filter(|name| fields.key(name).is_some()).count();
    let manifests = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"].map(|name| (name, name));
    let manifest = fields.choice("manifest", &manifests).map(|name| NodeRead::Manifest(format!("{name}.yaml")));
    let unit = fields.choice("unit", &UNITS).map(NodeRead::Service);
    let log = fields.choice("log", &UNITS).map(NodeRead::Log);
    let flags = [
        ("cni", NodeRead::CniFiles),
        ("certificate", NodeRead::KubeletCertificate),
        ("containers", NodeRead::Containers),
    ];
    let mut flag = |name: &'static str, read| match (fields.flag(name)?, fields.key(name)) {
        (false, Some(key)) => {
            report.error(key, format!("true만 쓸 수 있어요: {name}"));
            None
        }
        _ => Some(read),
    };
    let flags: Vec<NodeRead> = flags.into_iter().filter_map(|(name, read)| flag(name, read)).collect();
    if given != 1 {
        report.error(&*fields, format!("하나만 적으세요: {}", READS.join(", ")));
        return None;
    }
    Some(NodeQuestion { node: node?, read: manifest.or(unit).or(log).or_else(|| flags.into_iter().next())? })
}

/// A kind cluster of ours, by its name.
pub(super) fn ours(node: &Node, report: &Report) -> Option<String> {
    let mut fields = Fields::open(node, report)?;
    let name_node = fields.need("name");
    let name = name_node.and_then(|node| text(node, report));
    fields.close();
    let (name, name_node) = (name?, name_node?);
    if !is_our_cluster(&name) {
        report.error_help(
            name_node,
            format!("우리 것이 아닌 클러스터 이름이에요: {name}"),
            "jotasu-로 시작하게 지으세요.",
        );
    }
    Some(name)
}
