//! What is known of Kubernetes' own kinds without asking a cluster: group and scope. Whether `ready` means something is
//! said in `lab::ready`.

/// One kind of Kubernetes itself.
pub(super) struct Known {
    pub(super) api_version: &'static str,
    pub(super) kind: &'static str,
    pub(super) namespaced: bool,
}

/// Where objects of a kind live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Namespaced,
    Cluster,
    /// A custom resource whose definition is not in the lab.
    Unknown,
}

const fn ns(api_version: &'static str, kind: &'static str) -> Known {
    Known { api_version, kind, namespaced: true }
}

const fn cluster(api_version: &'static str, kind: &'static str) -> Known {
    Known { api_version, kind, namespaced: false }
}

const KINDS: &[Known] = &[
    ns("v1", "Pod"),
    ns("v1", "Service"),
    ns("v1", "PersistentVolumeClaim"),
    ns("v1", "ConfigMap"),
    ns("v1", "Secret"),
    ns("v1", "ServiceAccount"),
    ns("v1", "ResourceQuota"),
    ns("v1", "LimitRange"),
    ns("v1", "Endpoints"),
    ns("v1", "Event"),
    ns("v1", "PodTemplate"),
    ns("v1", "ReplicationController"),
    cluster("v1", "Namespace"),
    cluster("v1", "Node"),
    cluster("v1", "PersistentVolume"),
    ns("apps/v1", "Deployment"),
    ns("apps/v1", "StatefulSet"),
    ns("apps/v1", "DaemonSet"),
    ns("apps/v1", "ReplicaSet"),
    ns("apps/v1", "ControllerRevision"),
    ns("batch/v1", "Job"),
    ns("batch/v1", "CronJob"),
    ns("autoscaling/v2", "HorizontalPodAutoscaler"),
    ns("policy/v1", "PodDisruptionBudget"),
    ns("networking.k8s.io/v1", "Ingress"),
    ns("networking.k8s.io/v1", "NetworkPolicy"),
    cluster("networking.k8s.io/v1", "IngressClass"),
    cluster("networking.k8s.io/v1", "IPAddress"),
    cluster("networking.k8s.io/v1", "ServiceCIDR"),
    ns("rbac.authorization.k8s.io/v1", "Role"),
    ns("rbac.authorization.k8s.io/v1", "RoleBinding"),
    cluster("rbac.authorization.k8s.io/v1", "ClusterRole"),
    cluster("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    cluster("scheduling.k8s.io/v1", "PriorityClass"),
    cluster("storage.k8s.io/v1", "StorageClass"),
    cluster("storage.k8s.io/v1", "CSIDriver"),
    cluster("storage.k8s.io/v1", "CSINode"),
    cluster("storage.k8s.io/v1", "VolumeAttachment"),
    cluster("storage.k8s.io/v1", "VolumeAttributesClass"),
    ns("storage.k8s.io/v1", "CSIStorageCapacity"),
    cluster("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
    cluster("apiregistration.k8s.io/v1", "APIService"),
    cluster("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
    cluster("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"),
    cluster("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"),
    cluster("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"),
    cluster("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy"),
    cluster("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicyBinding"),
    ns("coordination.k8s.io/v1", "Lease"),
    ns("discovery.k8s.io/v1", "EndpointSlice"),
    ns("events.k8s.io/v1", "Event"),
    cluster("node.k8s.io/v1", "RuntimeClass"),
    cluster("certificates.k8s.io/v1", "CertificateSigningRequest"),
    cluster("flowcontrol.apiserver.k8s.io/v1", "FlowSchema"),
    cluster("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration"),
    ns("resource.k8s.io/v1", "ResourceClaim"),
    ns("resource.k8s.io/v1", "ResourceClaimTemplate"),
    cluster("resource.k8s.io/v1", "DeviceClass"),
    cluster("resource.k8s.io/v1", "ResourceSlice"),
    ns("metrics.k8s.io/v1beta1", "PodMetrics"),
    cluster("metrics.k8s.io/v1beta1", "NodeMetrics"),
];

/// The group of an `apiVersion`; empty for `v1`.
pub(super) fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// The kind in the group of an `apiVersion`, whatever the version.
pub(super) fn find(api_version: &str, kind: &str) -> Option<&'static Known> {
    KINDS.iter().find(|known| known.kind == kind && group(known.api_version) == group(api_version))
}

/// The first kind of that name in any group.
pub(super) fn named(kind: &str) -> Option<&'static Known> {
    KINDS.iter().find(|known| known.kind == kind)
}

/// True for a group of Kubernetes itself: a kind it does not have is a mistake.
pub(super) fn built_in(api_version: &str) -> bool {
    KINDS.iter().any(|known| group(known.api_version) == group(api_version))
}

/// The names of all kinds.
pub(super) fn names() -> Vec<&'static str> {
    KINDS.iter().map(|known| known.kind).collect()
}

/// Whether objects of the kind are Pods, or make them.
pub(super) fn has_pods(kind: &str) -> bool {
    matches!(kind, "Pod" | "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" | "CronJob")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(api_version: &str, kind: &str, expected: Option<bool>) {
        assert_eq!(find(api_version, kind).map(|known| known.namespaced), expected, "{api_version} {kind}");
    }

    #[test]
    fn scopes_are_known_by_group_and_kind_whatever_the_version() {
        check("apps/v1", "Deployment", Some(true));
        check("autoscaling/v1", "HorizontalPodAutoscaler", Some(true));
        check("v1", "Node", Some(false));
        check("v1", "Deployment", None);
        check("cert-manager.io/v1", "Certificate", None);
    }

    #[test]
    fn what_has_a_status_contract_is_known_here() {
        for kind in ["Deployment", "Job", "Service", "Namespace", "Node", "CustomResourceDefinition"] {
            assert!(
                named(kind).is_some_and(|known| crate::lab::ready::has_contract(known.api_version, kind)),
                "{kind}"
            );
        }
        assert!(!crate::lab::ready::has_contract("v1", "ConfigMap"));
    }
}
