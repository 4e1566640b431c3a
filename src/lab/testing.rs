//! For tests of this module: checks and observations from snippets of JSON.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::*;

/// The moment tests begin at.
pub(super) const START: Millis = 1_000_000;

/// Adds the members of one JSON value to another, deeply.
pub(super) fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}

/// `{kind, apiVersion?, namespace?, name?, labels?, expressions?, fields?}`.
pub(super) fn target(value: Value) -> Target {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let pairs = |key: &str| -> BTreeMap<String, String> {
        value
            .get(key)
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(k, v)| (k.clone(), v.as_str().unwrap().to_owned()))
            .collect()
    };
    let kind = text("kind").unwrap_or_else(|| "Pod".into());
    let group = match kind.as_str() {
        "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" => "apps/v1",
        "Job" | "CronJob" => "batch/v1",
        "EndpointSlice" => "discovery.k8s.io/v1",
        _ => "v1",
    };
    let expressions = object::list(&value, &["expressions"]).iter().map(|e| LabelExpression {
        key: object::text(e, &["key"]).to_owned(),
        operator: object::text(e, &["operator"]).to_owned(),
        values: object::list(e, &["values"]).iter().map(|v| v.as_str().unwrap().to_owned()).collect(),
    });
    Target {
        api_version: text("apiVersion").unwrap_or_else(|| group.into()),
        kind,
        namespace: text("namespace"),
        name: text("name"),
        labels: LabelSelector { match_labels: pairs("labels"), match_expressions: expressions.collect() },
        fields: pairs("fields"),
    }
}

/// One expectation: the members of a target and `match`, `cel`, `ready`, `conditions`, `absent`, `quantifier`, `count`,
/// `related`; or `allOf`, `anyOf`, `not`.
pub(super) fn expectation(value: &Value) -> Expectation {
    let many = |list: &Value| list.as_array().unwrap().iter().map(expectation).collect();
    if let Some(list) = value.get("allOf") {
        return Expectation::AllOf(many(list));
    }
    if let Some(list) = value.get("anyOf") {
        return Expectation::AnyOf(many(list));
    }
    if let Some(inner) = value.get("not") {
        return Expectation::Not(Box::new(expectation(inner)));
    }
    let flag = |key: &str| value.get(key).and_then(Value::as_bool).unwrap_or(false);
    let rules = object::list(value, &["cel"])
        .iter()
        .map(|rule| Rule { expr: expr::Expr::compile(rule.as_str().unwrap()).unwrap(), message: None });
    let related = value.get("related").and_then(Value::as_object).into_iter().flatten().map(|(alias, of)| {
        let flag = |key: &str| of.get(key).is_some();
        (
            alias.clone(),
            Related {
                target: target(of.clone()),
                owned_by_object: flag("ownedBy"),
                selected_by_object: flag("selectedBy"),
            },
        )
    });
    Expectation::Of(Box::new(ResourceExpectation {
        target: target(value.clone()),
        quantifier: value.get("quantifier").map(|q| serde_json::from_value(q.clone()).unwrap()).unwrap_or_default(),
        count: Count {
            min: object::at(value, &["count", "min"]).and_then(Value::as_u64).unwrap_or(1),
            max: object::at(value, &["count", "max"]).and_then(Value::as_u64),
        },
        absent: flag("absent"),
        ready: flag("ready"),
        conditions: object::list(value, &["conditions"]).iter().map(|c| c.as_str().unwrap().to_owned()).collect(),
        pattern: value.get("match").cloned(),
        cel: rules.collect(),
        related: related.collect(),
    }))
}

/// A check from an expectation and `check: {name?, needs?, within?, holdFor?, failFast?, latch?, level?}`; nothing holds for
/// any time unless it says so.
pub(super) fn check(value: Value) -> Check {
    let of = value.get("check").cloned().unwrap_or(json!({}));
    let millis = |key: &str| Duration::from_millis(of.get(key).and_then(Value::as_u64).unwrap_or(0));
    Check {
        name: object::text(&of, &["name"]).to_owned(),
        title: "확인".into(),
        step: 1,
        level: of.get("level").map(|level| serde_json::from_value(level.clone()).unwrap()),
        weight: 1,
        needs: object::list(&of, &["needs"]).iter().map(|n| n.as_str().unwrap().to_owned()).collect(),
        mode: if of.get("latch").is_some() { Mode::Latch } else { Mode::Live },
        within: millis("within"),
        hold_for: millis("holdFor"),
        every: of.get("every").is_some().then(|| millis("every")),
        fail_fast: of.get("failFast").is_some(),
        initially_passed: false,
        source: match value.get("answer") {
            Some(Value::String(answer)) => {
                Source::Answer(Answer { ask: String::new(), choices: Vec::new(), accept: vec![answer.clone()] })
            }
            Some(_) => Source::Manual,
            None => Source::Observed(expectation(&value)),
        },
        hints: Vec::new(),
        next: None,
        debrief: None,
        line: 1,
    }
}

/// A lab with these checks.
pub(super) fn lab(checks: Vec<Check>) -> Lab {
    Lab {
        id: "lab".into(),
        title: "실습".into(),
        minutes: 10,
        explain: Explain::Full,
        requires: Requires::default(),
        cluster: ClusterSpec::default(),
        params: BTreeMap::new(),
        owns: Owns::default(),
        setup: Vec::new(),
        seeded: None,
        sown: None,
        symptom: None,
        checks,
        invariants: Vec::new(),
        solution: Vec::new(),
        variants: Vec::new(),
        mutations: Vec::new(),
        images: Vec::new(),
        hash: String::new(),
    }
}

/// The watch an object of this shape belongs to.
pub(super) fn key_of(object: &Value) -> WatchKey {
    let namespace = object::namespace(object);
    WatchKey {
        api_version: object::text(object, &["apiVersion"]).to_owned(),
        kind: object::kind(object).to_owned(),
        namespace: (!namespace.is_empty()).then(|| namespace.to_owned()),
    }
}

/// What a cluster shows, changed step by step as the engine would.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) observation: Observation,
    pub(super) now: Millis,
}

impl World {
    pub(super) fn new() -> Self {
        Self { observation: Observation::default(), now: START }
    }

    /// All watches of a lab are in step.
    pub(super) fn of(lab: &Lab) -> Self {
        let mut world = Self::new();
        for key in lab.watches() {
            world.observation.kinds.insert(key, KindState::Synced(Objects::default()));
        }
        world
    }

    pub(super) fn later(&mut self, millis: Millis) -> &mut Self {
        self.now += millis;
        self
    }

    fn stores(&mut self, object: &Value) -> Vec<&mut Objects> {
        let key = key_of(object);
        let all = WatchKey { namespace: None, ..key.clone() };
        if !self.observation.kinds.contains_key(&key) && !self.observation.kinds.contains_key(&all) {
            self.observation.kinds.insert(key.clone(), KindState::Synced(Objects::default()));
            if key.namespace.is_some() {
                self.observation.kinds.insert(all.clone(), KindState::Synced(Objects::default()));
            }
        }
        self.observation
            .kinds
            .iter_mut()
            .filter(|(of, _)| **of == key || **of == all)
            .filter_map(|(_, state)| match state {
                KindState::Synced(objects) => Some(objects),
                _ => None,
            })
            .collect()
    }

    /// The object is there, or has changed.
    pub(super) fn put(&mut self, object: Value) -> &mut Self {
        self.set(object, false)
    }

    /// The object has been there since before.
    pub(super) fn initial(&mut self, object: Value) -> &mut Self {
        self.set(object, true)
    }

    fn set(&mut self, object: Value, initial: bool) -> &mut Self {
        let now = self.now;
        let at = (object::namespace(&object).to_owned(), object::name(&object).to_owned());
        let object = Arc::new(object);
        for objects in self.stores(&object.clone()) {
            match objects.present.get_mut(&at) {
                Some(seen) if *seen.object == *object => {}
                Some(seen) => {
                    if edited(&seen.object, &object) {
                        seen.edited = Some((now, seen.object.clone()));
                    }
                    seen.before = Some(std::mem::replace(&mut seen.object, object.clone()));
                    seen.changed = now;
                }
                None => {
                    let seen =
                        Seen { object: object.clone(), first: now, changed: now, initial, before: None, edited: None };
                    objects.present.insert(at.clone(), seen);
                }
            }
        }
        self
    }

    /// The object is gone.
    pub(super) fn delete(&mut self, object: &Value) -> &mut Self {
        let now = self.now;
        let at = (object::namespace(object).to_owned(), object::name(object).to_owned());
        for objects in self.stores(object) {
            if let Some(seen) = objects.present.remove(&at) {
                objects.gone.insert(at.clone(), (now, seen.object));
            }
        }
        self
    }
}

/// An observation of these objects, all new.
pub(super) fn observe(objects: Value) -> Observation {
    let mut world = World::new();
    for object in objects.as_array().unwrap() {
        world.put(object.clone());
    }
    world.observation
}

/// What survives of the only check of a lab, which passes over these: `path operator`, and how many mutants there were.
pub(super) fn survivors(lab: &Lab, world: &World, mut memory: Memory) -> (usize, Vec<String>) {
    decide_all(lab, &world.observation, &mut memory, world.now);
    let mut records = Records::default();
    records.take(lab, &world.observation, &memory, world.now);
    let told = mutations(lab, &records);
    assert_eq!(told.unseen, Vec::<String>::new(), "it passes");
    (told.total, told.survivors.iter().map(|one| format!("{} {:?}", one.path, one.operator)).collect())
}
