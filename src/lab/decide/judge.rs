//! Whether an expectation holds of what is observed right now: Kleene logic over selections. It knows no history but
//! what `absent` needs, and no time but CEL's `now`.
//!
//! `not` is pushed down to the single expectations, so that an empty selection passes nowhere: neither asked for nor
//! asked against.

use super::one::{self, Each};
use super::truth::{Judge, No, Truth, finding, no};
use crate::lab::cause::{holding, leaving};
use crate::lab::model::{Expectation, Quantifier, ResourceExpectation};
use crate::lab::object;
use crate::lab::observe::Seen;
use crate::lab::select::Selection;
use crate::lab::verdict::{Actual, Cause, Expected, ObjectRef, Reason};

impl Judge<'_, '_> {
    /// Whether the expectation holds.
    pub(super) fn holds(&self, expectation: &Expectation) -> Truth {
        self.tree(expectation, true)
    }

    fn tree(&self, expectation: &Expectation, positive: bool) -> Truth {
        match (expectation, positive) {
            (Expectation::Of(_), _) if self.view.observation().reachable.is_err() => self.unreachable(),
            (Expectation::Of(leaf), true) => self.leaf(leaf),
            (Expectation::Of(leaf), false) => self.against(leaf),
            (Expectation::Asked(asked), positive) => self.asked(asked, positive),
            (Expectation::Not(inner), _) => self.tree(inner, !positive),
            (Expectation::AllOf(parts), true) | (Expectation::AnyOf(parts), false) => {
                all(parts.iter().map(|part| self.tree(part, positive)))
            }
            (Expectation::AnyOf(parts), true) | (Expectation::AllOf(parts), false) => {
                any(parts.iter().map(|part| self.tree(part, positive)))
            }
        }
    }

    /// What was seen of a cluster that cannot be asked is old.
    pub(super) fn unreachable(&self) -> Truth {
        match &self.view.observation().reachable {
            Ok(()) => Truth::True,
            Err(reason) => Truth::Unknown(reason.clone()),
        }
    }

    fn leaf(&self, leaf: &ResourceExpectation) -> Truth {
        if leaf.absent {
            return self.absent(leaf);
        }
        match self.view.select(&leaf.target) {
            Selection::Unknown(reason) => Truth::Unknown(reason),
            Selection::NotServed => self.missing(leaf, true),
            Selection::Objects(objects) if objects.is_empty() => self.missing(leaf, false),
            Selection::Objects(objects) => self.quantified(leaf, &objects, &one::each(self, leaf, &objects)),
        }
    }

    /// `not` over a single expectation.
    fn against(&self, leaf: &ResourceExpectation) -> Truth {
        let objects = match (leaf.absent, self.view.select(&leaf.target)) {
            (_, Selection::Unknown(reason)) => return Truth::Unknown(reason),
            (_, Selection::NotServed) => return self.missing(leaf, true),
            (_, Selection::Objects(objects)) if objects.is_empty() => return self.missing(leaf, false),
            (true, Selection::Objects(_)) => return Truth::True,
            (false, Selection::Objects(objects)) => objects,
        };
        let each = one::each(self, leaf, &objects);
        if let Some(nothing) = each.iter().find_map(Each::vacuous) {
            return Truth::False(Box::new(nothing));
        }
        match self.quantified(leaf, &objects, &each) {
            Truth::False(_) => Truth::True,
            Truth::True => no(finding(first(&objects), Expected::Not, Actual::Present)),
            unknown @ Truth::Unknown(_) => unknown,
        }
    }

    fn quantified(&self, leaf: &ResourceExpectation, objects: &[&Seen], each: &[Each]) -> Truth {
        let total = objects.len() as u64;
        let outside = |n: u64| n < leaf.count.min || leaf.count.max.is_some_and(|max| n > max);
        let counted = |n: u64| {
            let expected = Expected::Count { min: leaf.count.min, max: leaf.count.max };
            no(finding(leaf.target.described(), expected, Actual::Count(n)))
        };
        if leaf.quantifier == Quantifier::Any {
            return any_of(leaf, each, counted);
        }
        if outside(total) {
            return counted(total);
        }
        let mut unknown = None;
        for (seen, each) in objects.iter().zip(each) {
            let against = leaf.quantifier == Quantifier::None;
            match each {
                Each::Unknown(reason) => unknown = unknown.or(Some(reason)),
                Each::Vacuous(why) => return Truth::False(Box::new((**why).clone())),
                Each::No(why) if !against => return Truth::False(Box::new((**why).clone())),
                Each::Yes if against => {
                    return no(finding(object::reference(&seen.object), Expected::Not, Actual::Present));
                }
                Each::Yes | Each::No(_) => {}
            }
        }
        unknown.map_or(Truth::True, |reason| Truth::Unknown(reason.clone()))
    }

    /// Something was there in this run and is not there any more; what is being deleted still is.
    fn absent(&self, leaf: &ResourceExpectation) -> Truth {
        let existing = match self.view.existing(&leaf.target) {
            Selection::Unknown(reason) => return Truth::Unknown(reason),
            Selection::NotServed => Vec::new(),
            Selection::Objects(objects) => objects,
        };
        let staying = existing.iter().find(|seen| !object::is_deleting(&seen.object));
        if let Some(still) = staying.or(existing.first()) {
            let mut found = finding(object::reference(&still.object), Expected::Absent, Actual::Present);
            found.cause = match object::is_deleting(&still.object) {
                true => Some(leaving(&still.object)),
                false => holding(self.view, &still.object),
            };
            return no(found);
        }
        if (self.existed)(&leaf.target) || !self.view.gone(&leaf.target).is_empty() {
            return Truth::True;
        }
        Truth::False(Box::new(No {
            finding: finding(leaf.target.described(), Expected::Absent, Actual::Missing),
            stuck: false,
            empty: true,
        }))
    }

    fn missing(&self, leaf: &ResourceExpectation, unserved: bool) -> Truth {
        let expected = Expected::Count { min: leaf.count.min, max: leaf.count.max };
        let mut found =
            finding(leaf.target.described(), expected, if unserved { Actual::NotServed } else { Actual::Missing });
        if let Selection::Objects(existing) = self.view.existing(&leaf.target) {
            let gone = existing.iter().find(|seen| object::is_deleting(&seen.object));
            if let Some(gone) = gone {
                found.cause = Some(leaving(&gone.object));
            } else if !existing.is_empty() {
                found.cause = Some(Cause::OldPods { count: existing.len() as u64 });
            }
        }
        Truth::False(Box::new(No { finding: found, stuck: false, empty: true }))
    }
}

fn any_of(leaf: &ResourceExpectation, each: &[Each], counted: impl Fn(u64) -> Truth) -> Truth {
    let satisfied = each.iter().filter(|each| matches!(each, Each::Yes)).count() as u64;
    let open: Vec<&Reason> =
        each.iter().filter_map(|each| if let Each::Unknown(reason) = each { Some(reason) } else { None }).collect();
    let most = satisfied + open.len() as u64;
    let fits = |n: u64| n >= leaf.count.min && leaf.count.max.is_none_or(|max| n <= max);
    if most < leaf.count.min || leaf.count.max.is_some_and(|max| satisfied > max) {
        let nearest =
            each.iter().find_map(|each| if let Each::No(why) | Each::Vacuous(why) = each { Some(why) } else { None });
        return match nearest {
            Some(why) if satisfied == 0 && leaf.count.min <= 1 => Truth::False(Box::new((**why).clone())),
            _ => counted(satisfied),
        };
    }
    match open.first() {
        Some(reason) if !(fits(satisfied) && fits(most)) => Truth::Unknown((*reason).clone()),
        _ if fits(satisfied) => Truth::True,
        _ => counted(satisfied),
    }
}

fn all(parts: impl Iterator<Item = Truth>) -> Truth {
    let mut unknown = None;
    let mut first: Option<Box<No>> = None;
    for part in parts {
        match part {
            Truth::True => {}
            Truth::Unknown(reason) => unknown = unknown.or(Some(reason)),
            Truth::False(why) => match &mut first {
                // One that is stuck holds up the whole.
                Some(first) => {
                    first.stuck |= why.stuck;
                    first.empty &= why.empty;
                }
                None => first = Some(why),
            },
        }
    }
    match (first, unknown) {
        (Some(why), _) => Truth::False(why),
        (None, Some(reason)) => Truth::Unknown(reason),
        (None, None) => Truth::True,
    }
}

fn any(parts: impl Iterator<Item = Truth>) -> Truth {
    let mut unknown = None;
    let mut whys: Vec<No> = Vec::new();
    for part in parts {
        match part {
            Truth::True => return Truth::True,
            Truth::Unknown(reason) => unknown = unknown.or(Some(reason)),
            Truth::False(why) => whys.push(*why),
        }
    }
    if let Some(reason) = unknown {
        return Truth::Unknown(reason);
    }
    let stuck = whys.iter().all(|why| why.stuck);
    let empty = whys.iter().all(|why| why.empty);
    let expected: Vec<Expected> = whys.iter().map(|why| why.finding.expected.clone()).collect();
    // What is there tells more than what is not.
    let nearest = whys.iter().position(|why| !why.empty).unwrap_or(0);
    match whys.into_iter().nth(nearest) {
        Some(mut why) => {
            if expected.len() > 1 {
                why.finding.expected = Expected::AnyOf(expected);
            }
            Truth::False(Box::new(No { stuck, empty, ..why }))
        }
        None => Truth::False(Box::new(No {
            finding: finding(ObjectRef::default(), Expected::AnyOf(Vec::new()), Actual::Missing),
            stuck: true,
            empty: true,
        })),
    }
}

fn first(objects: &[&Seen]) -> ObjectRef {
    objects.first().map(|seen| object::reference(&seen.object)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::testing::{World, expectation, merge, observe};
    use crate::lab::verdict::Reason;
    use crate::lab::{KindState, WatchKey};
    use serde_json::{Value, json};
    use std::sync::Arc;

    fn judged(wanted: &Value, observation: &crate::lab::Observation) -> Truth {
        let view = crate::lab::View::new(observation);
        let restarts = std::collections::BTreeMap::new();
        let params = Arc::new(json!({"image": "nginx:1.29"}));
        Judge { view: &view, params, now: 0, restarts: &restarts, existed: &|_| false }.holds(&expectation(wanted))
    }

    /// Objects are given as `{kind, name, …}` in `shop`; a watch for every kind named by the check is in step.
    fn observed(wanted: &Value, objects: &Value) -> crate::lab::Observation {
        let mut lab = crate::lab::testing::lab(Vec::new());
        lab.symptom = Some(expectation(wanted));
        let mut world = World::of(&lab);
        for object in objects.as_array().unwrap() {
            world.put(object.clone());
        }
        world.observation
    }

    #[track_caller]
    fn check(wanted: Value, objects: Value, expected: &str) {
        let truth = judged(&wanted, &observed(&wanted, &objects));
        let name = match &truth {
            Truth::True => "true".to_owned(),
            Truth::False(why) if why.empty => "empty".to_owned(),
            Truth::False(why) => {
                format!("false{}", why.finding.path.as_ref().map(|path| format!(" {path}")).unwrap_or_default())
            }
            Truth::Unknown(_) => "unknown".to_owned(),
        };
        assert_eq!(name, expected, "{wanted} over {objects}: {truth:?}");
    }

    fn deployment(extra: Value) -> Value {
        let mut object = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop", "uid": "d", "generation": 1},
            "spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "web", "image": "nginx:1.29"}]}}},
            "status": {"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2, "availableReplicas": 2}});
        merge(&mut object, &extra);
        object
    }

    fn pod(name: &str, labels: Value, ready: bool) -> Value {
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "shop", "uid": name, "labels": labels},
            "spec": {"containers": [{"name": "web", "ports": [{"name": "http", "containerPort": 8080}]}]},
            "status": {"conditions": [{"type": "Ready", "status": if ready { "True" } else { "False" }}]}})
    }

    fn web(extra: Value) -> Value {
        let mut check = json!({"kind": "Deployment", "namespace": "shop", "name": "web"});
        merge(&mut check, &extra);
        check
    }

    fn pods(extra: Value) -> Value {
        let mut check = json!({"kind": "Pod", "namespace": "shop"});
        merge(&mut check, &extra);
        check
    }

    #[test]
    fn an_empty_selection_passes_nowhere() {
        check(pods(json!({})), json!([]), "empty");
        check(pods(json!({"quantifier": "none", "ready": true})), json!([]), "empty");
        check(pods(json!({"quantifier": "any"})), json!([]), "empty");
        check(pods(json!({"count": {"min": 0, "max": 0}})), json!([]), "empty");
        check(json!({"not": pods(json!({}))}), json!([]), "empty");
        check(json!({"not": {"not": pods(json!({}))}}), json!([]), "empty");
        check(json!({"not": {"allOf": [pods(json!({})), pods(json!({}))]}}), json!([]), "empty");
        check(
            json!({"not": {"anyOf": [pods(json!({"ready": true})), web(json!({}))]}}),
            json!([pod("a", json!({}), false)]),
            "empty",
        );
        check(json!({"not": pods(json!({"absent": true}))}), json!([]), "empty");
        check(pods(json!({"absent": true})), json!([]), "empty");
    }

    #[test]
    fn what_is_leaving_is_an_empty_selection() {
        let mut leaving = pod("a", json!({}), true);
        merge(&mut leaving, &json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}));
        check(pods(json!({"ready": true})), json!([leaving]), "empty");
        check(json!({"not": pods(json!({"ready": true}))}), json!([leaving]), "empty");
        let Truth::False(why) = judged(&pods(json!({})), &observe(json!([leaving]))) else { panic!() };
        assert_eq!(why.finding.cause, Some(Cause::Terminating));
    }

    #[test]
    fn zero_replicas_pass_only_who_asks_for_zero() {
        let zero = || {
            deployment(
                json!({"spec": {"replicas": 0}, "status": {"replicas": 0, "updatedReplicas": 0, "readyReplicas": 0, "availableReplicas": 0, "conditions": [{"type": "Available", "status": "True"}]}}),
            )
        };
        check(web(json!({"ready": true})), json!([zero()]), "false spec.replicas");
        check(web(json!({"conditions": ["Available"]})), json!([zero()]), "false spec.replicas");
        check(web(json!({"ready": true, "match": {"spec": {"replicas": 0}}})), json!([zero()]), "true");
        check(web(json!({"ready": true, "match": {"spec": {"replicas": {"$lte": 1}}}})), json!([zero()]), "true");
        check(web(json!({"ready": true, "quantifier": "none"})), json!([zero()]), "false spec.replicas");
        check(json!({"not": web(json!({"ready": true}))}), json!([zero()]), "false spec.replicas");
    }

    #[test]
    fn counts_bound_the_selection_or_with_any_what_satisfies() {
        let three = json!([pod("a", json!({}), true), pod("b", json!({}), true), pod("c", json!({}), false)]);
        check(pods(json!({"count": {"min": 3}})), three.clone(), "true");
        check(pods(json!({"count": {"min": 4}})), three.clone(), "false");
        check(pods(json!({"count": {"min": 1, "max": 2}})), three.clone(), "false");
        check(pods(json!({"ready": true})), three.clone(), "false status.conditions[Ready]");
        check(pods(json!({"ready": true, "quantifier": "any"})), three.clone(), "true");
        check(pods(json!({"ready": true, "quantifier": "any", "count": {"min": 2, "max": 2}})), three.clone(), "true");
        check(pods(json!({"ready": true, "quantifier": "any", "count": {"min": 3}})), three.clone(), "false");
        check(pods(json!({"ready": true, "quantifier": "any", "count": {"min": 1, "max": 1}})), three.clone(), "false");
        check(pods(json!({"ready": true, "quantifier": "none"})), three.clone(), "false");
        check(pods(json!({"match": {"spec": {"nodeName": "x"}}, "quantifier": "none"})), three.clone(), "true");
        check(json!({"not": pods(json!({"count": {"min": 4}}))}), three, "true");
    }

    #[test]
    fn kleene_logic_keeps_unknown_unless_another_operand_decides() {
        let (yes, no, open) =
            (pods(json!({})), pods(json!({"ready": true})), json!({"kind": "Secret", "namespace": "shop"}));
        let decided = |wanted: Value| {
            let mut observation = observed(&wanted, &json!([pod("a", json!({}), false)]));
            let key = WatchKey { api_version: "v1".into(), kind: "Secret".into(), namespace: Some("shop".into()) };
            observation.kinds.insert(key, KindState::Failed(Reason::Hang));
            match judged(&wanted, &observation) {
                Truth::True => "true",
                Truth::False(_) => "false",
                Truth::Unknown(_) => "unknown",
            }
        };
        assert_eq!(decided(json!({"allOf": [yes, open]})), "unknown");
        assert_eq!(decided(json!({"allOf": [no, open]})), "false");
        assert_eq!(decided(json!({"allOf": [open, no]})), "false");
        assert_eq!(decided(json!({"anyOf": [yes, open]})), "true");
        assert_eq!(decided(json!({"anyOf": [no, open]})), "unknown");
        assert_eq!(decided(json!({"not": open})), "unknown");
        assert_eq!(decided(json!({"not": {"anyOf": [open, yes]}})), "false");
        assert_eq!(decided(json!({"not": {"allOf": [open, no]}})), "true");
    }

    #[test]
    fn old_replica_sets_do_not_help_and_a_stale_status_does_not_either() {
        check(web(json!({"ready": true})), json!([deployment(json!({}))]), "true");
        check(web(json!({"ready": true})), json!([deployment(json!({"metadata": {"generation": 2}}))]), "false");
        check(
            web(json!({"ready": true})),
            json!([deployment(json!({"status": {"replicas": 3}}))]),
            "false status.readyReplicas",
        );
        let owner = |uid: &str, kind: &str| json!([{"uid": uid, "kind": kind, "controller": true}]);
        let set = |name: &str, revision: &str| json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": name, "namespace": "shop", "uid": name, "annotations": {"deployment.kubernetes.io/revision": revision}, "ownerReferences": owner("d", "Deployment")}});
        let mut old = pod("old", json!({"app": "web"}), true);
        old["metadata"]["ownerReferences"] = owner("r1", "ReplicaSet");
        check(
            pods(json!({"labels": {"app": "web"}, "ready": true})),
            json!([old, set("r1", "1"), set("r2", "2")]),
            "empty",
        );
        check(
            pods(json!({"labels": {"app": "web"}, "ready": true})),
            json!([old, set("r1", "2"), set("r2", "1")]),
            "true",
        );
    }

    #[test]
    fn expressions_are_explained_with_their_message_kept() {
        check(
            web(
                json!({"cel": ["object.spec.replicas == 2", "object.spec.template.spec.containers.all(c, c.image == params.image)"]}),
            ),
            json!([deployment(json!({}))]),
            "true",
        );
        check(
            web(json!({"cel": ["object.spec.replicas == 3"]})),
            json!([deployment(json!({}))]),
            "false spec.replicas",
        );
        check(
            pods(json!({"cel": ["size(objects) == 2"]})),
            json!([pod("a", json!({}), true), pod("b", json!({}), true)]),
            "true",
        );
        check(
            web(json!({"match": {"spec": {"replicas": 2}}, "cel": ["object.spec.nothing == 1"]})),
            json!([deployment(json!({}))]),
            "false spec.nothing",
        );
    }

    #[test]
    fn related_objects_are_owned_or_selected() {
        let wanted = |how: &str| {
            json!({"kind": "Service", "namespace": "shop", "name": "web", "cel": ["size(related.pods) == 1"],
            "related": {"pods": {"kind": "Pod", "namespace": "shop", (how): "object"}}})
        };
        let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop", "uid": "s"}, "spec": {"selector": {"app": "web"}}});
        let mut owned = pod("b", json!({}), true);
        owned["metadata"]["ownerReferences"] = json!([{"uid": "s", "kind": "Service"}]);
        let objects = json!([service, pod("a", json!({"app": "web"}), true), owned]);
        check(wanted("selectedBy"), objects.clone(), "true");
        check(wanted("ownedBy"), objects.clone(), "true");
        check(wanted("neither"), objects, "false");
    }

    #[test]
    fn a_services_named_port_is_the_number_its_pods_give_it() {
        let wanted = |port: Value| json!({"kind": "Service", "namespace": "shop", "name": "web", "match": {"spec": {"ports": [{"port": 80, "targetPort": port}]}}});
        let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop", "uid": "s"}, "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]}});
        let objects = json!([service, pod("a", json!({"app": "web"}), true)]);
        check(wanted(json!(8080)), objects.clone(), "true");
        check(wanted(json!("http")), objects.clone(), "true");
        check(wanted(json!(80)), objects, "false spec.ports[port=80].targetPort");
    }

    #[test]
    fn of_several_ways_the_one_begun_is_told() {
        let wanted = json!({"anyOf": [{"kind": "StatefulSet", "namespace": "shop", "name": "web"}, web(json!({"match": {"spec": {"replicas": 3}}}))]});
        check(wanted, json!([deployment(json!({}))]), "false spec.replicas");
    }
}
