//! How a learner repairs a node that has a fault: commands to type on the node.

use crate::lab::{FaultKind, NodeRef, NodeWork};

/// The lines of work on a node.
pub fn repair(node: NodeRef, work: &NodeWork) -> Vec<String> {
    let lines: &[&str] = match work {
        NodeWork::Fault(_) => return vec![format!("# 노드 {node}에 고장을 내요.")],
        NodeWork::Undo(FaultKind::ApiserverPort) => {
            &["sed -i 's/--secure-port=.*/--secure-port=6443/' /etc/kubernetes/manifests/kube-apiserver.yaml"]
        }
        NodeWork::Undo(FaultKind::EtcdEndpoint) => &[
            "sed -i 's#--etcd-servers=.*#--etcd-servers=https://127.0.0.1:2379#' /etc/kubernetes/manifests/kube-apiserver.yaml",
        ],
        NodeWork::Undo(FaultKind::KubeletClientCertExpired) => &[
            "# control-plane에서 새 인증서를 만들어 이 노드의 /etc/kubernetes/kubelet.conf로 옮겨요.",
            "kubeadm kubeconfig user --config /kind/kubeadm.conf --org system:nodes --client-name system:node:NODE",
            "systemctl restart kubelet",
        ],
        NodeWork::Undo(FaultKind::CniConfig) => &[
            "ls /etc/cni/net.d",
            "# 네트워크 플러그인의 Pod를 지우면 새로 뜨면서 설정을 다시 써요.",
            "kubectl -n kube-system delete pod -l app=kindnet --field-selector spec.nodeName=NODE",
        ],
    };
    let place = format!("# 노드 {node}에서: docker exec -it NODE bash");
    std::iter::once(place).chain(lines.iter().map(|line| (*line).to_owned())).collect()
}
