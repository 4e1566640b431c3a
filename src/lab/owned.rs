//! What a lab's work may touch. Asked at load for what is written, and again before each request for what is done.

use super::model::{OwnedObject, Owns};

impl Owns {
    /// Whether an object is the lab's to change; without a name: all of its kind there.
    pub fn covers(&self, api_version: &str, kind: &str, namespace: Option<&str>, name: Option<&str>) -> bool {
        let whole = |namespace: &str| self.namespaces.iter().any(|owned| owned == namespace);
        if api_version == "v1" && kind == "Namespace" {
            return name.is_some_and(whole);
        }
        namespace.is_some_and(whole)
            || self.objects.iter().any(|owned| {
                group(&owned.api_version) == group(api_version)
                    && owned.kind == kind
                    && owned.namespace.as_deref() == namespace
                    && name.is_some_and(|name| owned.names(name))
            })
    }
}

impl OwnedObject {
    /// Whether this entry names an object of its kind and namespace. An entry without name and prefix names nothing.
    pub fn names(&self, name: &str) -> bool {
        match (&self.name, &self.prefix) {
            (Some(exact), _) => exact == name,
            (None, Some(prefix)) => !prefix.is_empty() && name.starts_with(prefix.as_str()),
            (None, None) => false,
        }
    }
}

fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: Option<&str>, prefix: Option<&str>) -> OwnedObject {
        OwnedObject {
            api_version: "rbac.authorization.k8s.io/v1".into(),
            kind: "ClusterRole".into(),
            namespace: None,
            name: name.map(str::to_owned),
            prefix: prefix.map(str::to_owned),
        }
    }

    #[track_caller]
    fn names(name: Option<&str>, prefix: Option<&str>, object: &str, expected: bool) {
        assert_eq!(entry(name, prefix).names(object), expected);
    }

    #[test]
    fn an_entry_owns_its_name_or_prefix_and_nothing_else() {
        names(Some("a"), None, "a", true);
        names(Some("a"), None, "ab", false);
        names(None, Some("shop-"), "shop-high", true);
        names(None, Some("shop-"), "shopping", false);
        names(None, Some(""), "x", false);
        names(None, None, "x", false);
    }

    #[track_caller]
    fn covers(api_version: &str, kind: &str, namespace: Option<&str>, name: Option<&str>, expected: bool) {
        let owns =
            Owns { namespaces: vec!["shop".into()], objects: vec![entry(None, Some("shop-"))], ..Owns::default() };
        assert_eq!(owns.covers(api_version, kind, namespace, name), expected);
    }

    #[test]
    fn whole_namespaces_and_named_objects_are_covered() {
        covers("v1", "Namespace", None, Some("shop"), true);
        covers("v1", "Namespace", None, Some("kube-system"), false);
        covers("v1", "Namespace", None, None, false);
        covers("v1", "Pod", Some("shop"), None, true);
        covers("v1", "Pod", Some("default"), Some("shop"), false);
        covers("rbac.authorization.k8s.io/v1beta1", "ClusterRole", None, Some("shop-a"), true);
        covers("other/v1", "ClusterRole", None, Some("shop-a"), false);
        covers("rbac.authorization.k8s.io/v1", "ClusterRole", None, None, false);
    }
}
