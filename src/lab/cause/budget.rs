//! PodDisruptionBudgets that let no Pod go.

use serde_json::Value;

use super::Diagnosis;
use crate::lab::object::{self, at, int};
use crate::lab::select::{View, of_json, selects};
use crate::lab::verdict::Cause;

pub(super) fn of(budget: &Value) -> Option<Diagnosis> {
    let status = |key: &str| int(budget, &["status", key]);
    let (healthy, desired) = (status("currentHealthy")?, status("desiredHealthy")?);
    let none = status("disruptionsAllowed") == Some(0) && status("expectedPods").unwrap_or(0) > 0;
    let budget = object::name(budget).to_owned();
    none.then(|| Diagnosis::passing(Cause::Budget { budget, healthy, desired }))
}

/// The budget that keeps a Pod from leaving a node that takes no Pods any more.
pub fn holding(view: &View<'_>, pod: &Value) -> Option<Cause> {
    let node = object::text(pod, &["spec", "nodeName"]);
    let nodes = view.all("v1", "Node", None)?;
    let closed = |of: &&Value| object::name(of) == node && at(of, &["spec", "unschedulable"]) == Some(&true.into());
    nodes.into_iter().find(closed)?;
    let budgets = view.all("policy/v1", "PodDisruptionBudget", Some(object::namespace(pod)))?;
    let mut its = budgets
        .into_iter()
        .filter(|budget| of_json(at(budget, &["spec", "selector"])).is_some_and(|selector| selects(&selector, pod)));
    its.find_map(of).map(|found| found.cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::testing::observe;
    use serde_json::json;

    fn budget(allowed: i64) -> Value {
        json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "web", "namespace": "shop"},
            "spec": {"selector": {"matchLabels": {"app": "web"}}},
            "status": {"currentHealthy": 2, "desiredHealthy": 2, "disruptionsAllowed": allowed, "expectedPods": 2}})
    }

    fn held(allowed: i64, label: &str, cordoned: bool) -> bool {
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "w", "namespace": "shop", "labels": {"app": label}}, "spec": {"nodeName": "n1"}});
        let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}, "spec": {"unschedulable": cordoned}});
        let observation = observe(json!([budget(allowed), node, pod]));
        holding(&View::new(&observation), &pod).is_some()
    }

    #[test]
    fn a_budget_holds_its_pods_on_a_closed_node_alone() {
        assert!(held(0, "web", true));
        assert!(!held(1, "web", true));
        assert!(!held(0, "db", true));
        assert!(!held(0, "web", false));
        let expected = Cause::Budget { budget: "web".into(), healthy: 2, desired: 2 };
        assert_eq!(of(&budget(0)), Some(Diagnosis::passing(expected)));
        assert_eq!(of(&budget(1)), None);
    }
}
