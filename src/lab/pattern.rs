//! `match`: a partial object against an object. It says where the first difference is; it knows no cluster and no time.
//!
//! - Maps are subsets; `null` means absent; a scalar list contains each wanted scalar; `{$equals: …}` is exact.
//! - A list of maps is paired by the schema's key (`containers` by `name`, `ports` by number and protocol, …) as far as
//!   the wanted element gives that key; otherwise each wanted element needs an element of its own.
//! - Native sidecars (`initContainers` with `restartPolicy: Always`) are containers.
//! - Quantities are compared by value where the API has quantities (`limits`, `requests`, `cpu`, `storage`, …), never in
//!   metadata and data; numbers that may be text (`maxSurge`) as well.
//! - A port's name and its number are the same where a container's own ports say so: `port` of probes by the container
//!   itself, `targetPort` of a Service by the Pods it selects (handed in). Elsewhere they are different values.

mod claims;
mod keys;
mod operators;
mod pairing;

use serde_json::Value;

use super::object::push_key;
pub use claims::{Claim, claims};
pub use operators::check;

/// The first difference between a pattern and an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    /// Where, such as `spec.containers[0].image`.
    pub path: String,
    /// The part of the pattern that is not matched; null when the field has to be absent.
    pub expected: Value,
    /// What is there.
    pub actual: Option<Value>,
}

/// What a pattern is compared with.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    /// Containers whose named ports may be meant here.
    containers: &'a [&'a Value],
}

/// What kind of value a field holds, as far as comparing needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hint {
    Plain,
    Quantity,
    Port,
}

/// The first difference, if there is one. `containers`: those of the Pods a Service selects.
pub fn mismatch(pattern: &Value, object: &Value, containers: &[&Value]) -> Option<Mismatch> {
    compare(pattern, Some(object), "", Hint::Plain, Context { containers }).err().map(|found| *found)
}

type Outcome = Result<(), Box<Mismatch>>;

fn differs(path: &str, expected: &Value, actual: Option<&Value>) -> Outcome {
    Err(Box::new(Mismatch { path: path.to_owned(), expected: expected.clone(), actual: actual.cloned() }))
}

fn compare(pattern: &Value, actual: Option<&Value>, path: &str, hint: Hint, context: Context<'_>) -> Outcome {
    let actual = actual.filter(|value| !value.is_null());
    match pattern {
        Value::Null => {
            if actual.is_none() {
                Ok(())
            } else {
                differs(path, pattern, actual)
            }
        }
        Value::Object(wanted) if operators::are(wanted) => {
            if operators::hold(wanted, actual, path, hint, context) {
                Ok(())
            } else {
                differs(path, pattern, actual)
            }
        }
        Value::Object(wanted) => {
            let nothing_wanted_there = !wanted.is_empty() && wanted.values().all(wants_nothing);
            match actual {
                Some(Value::Object(_)) => {}
                None if !wanted.is_empty() && (nothing_wanted_there || wanted.len() == 1) => {}
                _ => return differs(path, pattern, actual),
            }
            for (key, wanted) in wanted {
                member(key, wanted, actual, path, context)?;
            }
            Ok(())
        }
        Value::Array(wanted) => match actual {
            None if wanted.is_empty() => Ok(()),
            Some(Value::Array(items)) => {
                let items: Vec<(String, &Value)> =
                    (0..).zip(items).map(|(n, item): (usize, _)| (format!("{path}[{n}]"), item)).collect();
                pairing::pair(wanted, &items, path, hint, context)
            }
            _ => differs(path, pattern, actual),
        },
        _ => match actual {
            Some(actual) if same(pattern, actual, hint, context) => Ok(()),
            _ => differs(path, pattern, actual),
        },
    }
}

fn member(key: &str, wanted: &Value, parent: Option<&Value>, path: &str, context: Context<'_>) -> Outcome {
    let mut inner = path.to_owned();
    push_key(&mut inner, key);
    let actual = parent.and_then(|parent| parent.get(key));
    if let (true, Some(parent), Value::Array(wanted)) = (key == "containers", parent, wanted) {
        let containers = keys::containers(parent, path);
        if !containers.is_empty() {
            return pairing::pair(wanted, &containers, &inner, Hint::Plain, context);
        }
    }
    if key == "protocol" && actual.is_none() && wanted == "TCP" && path.contains("ports[") {
        return Ok(());
    }
    // Within a container its own ports give the names their numbers.
    let own;
    let context = match parent {
        Some(parent) if parent.get("image").is_some() && parent.get("name").is_some() => {
            own = [parent];
            Context { containers: &own }
        }
        _ => context,
    };
    compare(wanted, actual, &inner, keys::hint(&inner, key), context)
}

/// A pattern that asks for absence only.
fn wants_nothing(pattern: &Value) -> bool {
    match pattern {
        Value::Null => true,
        Value::Object(wanted) if operators::are(wanted) => wanted.get("$exists") == Some(&Value::Bool(false)),
        Value::Object(wanted) => !wanted.is_empty() && wanted.values().all(wants_nothing),
        _ => false,
    }
}

/// Whether two scalars are the same value.
fn same(wanted: &Value, actual: &Value, hint: Hint, context: Context<'_>) -> bool {
    if wanted == actual {
        return true;
    }
    match hint {
        Hint::Quantity => {
            let wanted = super::quantity::of(wanted);
            wanted.is_some() && wanted == super::quantity::of(actual)
        }
        Hint::Port => {
            let (wanted, actual) = (keys::port(wanted, context.containers), keys::port(actual, context.containers));
            wanted.is_some() && wanted == actual
        }
        Hint::Plain => match (wanted.as_f64(), actual.as_f64()) {
            (Some(wanted), Some(actual)) => wanted == actual,
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn yaml(text: &str) -> Value {
        serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    #[track_caller]
    fn matches(pattern: &str, object: &str) {
        assert_eq!(mismatch(&yaml(pattern), &yaml(object), &[]), None, "{pattern} over {object}");
    }

    #[track_caller]
    fn differs_at(pattern: &str, object: &str, path: &str) {
        let found = mismatch(&yaml(pattern), &yaml(object), &[]);
        assert_eq!(found.map(|found| found.path).as_deref(), Some(path), "{pattern} over {object}");
    }

    #[test]
    fn maps_are_subsets() {
        matches("{spec: {replicas: 3}}", "{spec: {replicas: 3, paused: true}, kind: X}");
        differs_at("{spec: {replicas: 3}}", "{spec: {replicas: 2}}", "spec.replicas");
        differs_at("{spec: {replicas: 3}}", "{spec: {}}", "spec.replicas");
        differs_at("{spec: {a: {b: {c: 1}}}}", "{spec: {}}", "spec.a.b.c");
        differs_at("{spec: {emptyDir: {}}}", "{spec: {}}", "spec.emptyDir");
        matches("{spec: {emptyDir: {}}}", "{spec: {emptyDir: {}}}");
        differs_at("{spec: {replicas: '3'}}", "{spec: {replicas: 3}}", "spec.replicas");
        differs_at("{metadata: {labels: {a.b/c: x}}}", "{metadata: {labels: {}}}", "metadata.labels['a.b/c']");
    }

    #[test]
    fn null_means_absent() {
        matches("{spec: {paused: null}}", "{spec: {}}");
        matches("{spec: {paused: null}}", "{spec: {paused: null}}");
        matches("{spec: {a: {b: null}}}", "{spec: {}}");
        differs_at("{spec: {paused: null}}", "{spec: {paused: false}}", "spec.paused");
    }

    #[test]
    fn lists_of_maps_are_paired_by_the_schemas_key() {
        let object = "{spec: {containers: [{name: side, image: x}, {name: web, image: nginx, env: [{name: A, value: '1'}, {name: B, value: '2'}]}]}}";
        matches("{spec: {containers: [{name: web, image: nginx}]}}", object);
        matches("{spec: {containers: [{name: web, env: [{name: B, value: '2'}]}]}}", object);
        differs_at("{spec: {containers: [{name: web, image: y}]}}", object, "spec.containers[1].image");
        differs_at(
            "{spec: {containers: [{name: web, env: [{name: B, value: '1'}]}]}}",
            object,
            "spec.containers[1].env[1].value",
        );
        differs_at("{spec: {containers: [{name: db}]}}", object, "spec.containers");
        matches("{spec: {containers: [{image: nginx}]}}", object);
    }

    #[test]
    fn without_a_key_each_wanted_element_needs_its_own() {
        let object =
            "{spec: {tolerations: [{key: a, operator: Exists, effect: NoSchedule}, {key: a, operator: Exists}]}}";
        matches("{spec: {tolerations: [{key: a}, {key: a, effect: NoSchedule}]}}", object);
        differs_at("{spec: {tolerations: [{effect: NoSchedule}, {effect: NoSchedule}]}}", object, "spec.tolerations");
        differs_at("{spec: {tolerations: [{key: a}, {key: a}, {key: a}]}}", object, "spec.tolerations");
        // A greedy pairing would give the first element away.
        matches("{spec: {rules: [{a: 1}, {a: 1, b: 2}]}}", "{spec: {rules: [{a: 1, b: 2}, {a: 1}]}}");
        differs_at("{spec: {rules: [{a: 1}]}}", "{spec: {rules: [{a: 2}]}}", "spec.rules[0].a");
    }

    #[test]
    fn ports_are_paired_by_number_and_protocol() {
        let object = "{spec: {ports: [{port: 53, protocol: TCP, name: t}, {port: 53, protocol: UDP, name: u}]}}";
        matches("{spec: {ports: [{port: 53, protocol: UDP, name: u}]}}", object);
        differs_at("{spec: {ports: [{port: 53, protocol: UDP, name: t}]}}", object, "spec.ports[1].name");
        matches("{spec: {ports: [{port: 53, name: u}]}}", object);
        matches("{spec: {ports: [{port: 80, protocol: TCP}]}}", "{spec: {ports: [{port: 80}]}}");
        differs_at("{spec: {ports: [{port: 80}]}}", object, "spec.ports");
    }

    #[test]
    fn scalar_lists_contain_and_equals_is_exact() {
        matches("{command: [b]}", "{command: [a, b]}");
        differs_at("{command: [c]}", "{command: [a, b]}", "command");
        matches("{command: {$equals: [a, b]}}", "{command: [a, b]}");
        differs_at("{command: {$equals: [b, a]}}", "{command: [a, b]}", "command");
        differs_at("{command: {$equals: [a]}}", "{command: [a, b]}", "command");
        matches("{command: {$equals: []}}", "{}");
        differs_at("{labels: {$equals: {a: b}}}", "{labels: {a: b, c: d}}", "labels");
    }

    #[test]
    fn operators_compare() {
        matches("{replicas: {$gte: 3}}", "{replicas: 3}");
        matches("{replicas: {$gte: 2, $lte: 4}}", "{replicas: 3}");
        differs_at("{replicas: {$gte: 4}}", "{replicas: 3}", "replicas");
        differs_at("{replicas: {$lte: 4}}", "{}", "replicas");
        matches("{image: {$in: ['a', 'b']}}", "{image: b}");
        differs_at("{image: {$in: ['a', 'b']}}", "{image: c}", "image");
        matches("{image: {$regex: '^nginx:1\\.2[0-9]$'}}", "{image: 'nginx:1.29'}");
        differs_at("{image: {$regex: '^nginx$'}}", "{image: 'nginx:1.29'}", "image");
        matches("{image: {$exists: true}}", "{image: x}");
        matches("{image: {$exists: false}}", "{}");
        matches("{a: {image: {$exists: false}}}", "{}");
        differs_at("{image: {$exists: true}}", "{}", "image");
        matches("{limits: {cpu: {$gte: 500m}}}", "{limits: {cpu: '0.5'}}");
        matches("{x: {$quantity: 0.5}}", "{x: 500m}");
        matches("{x: {$quantity: {$lte: 1Gi}}}", "{x: 512Mi}");
        differs_at("{x: {$quantity: {$lte: 256Mi}}}", "{x: 512Mi}", "x");
    }

    #[test]
    fn quantities_compare_by_value_where_the_api_has_them() {
        matches("{resources: {limits: {cpu: 0.5}}}", "{resources: {limits: {cpu: 500m}}}");
        matches("{resources: {requests: {memory: 1Gi}}}", "{resources: {requests: {memory: 1024Mi}}}");
        matches("{resources: {limits: {example.com/gpu: 1}}}", "{resources: {limits: {example.com/gpu: '1'}}}");
        matches("{spec: {hard: {requests.cpu: 2}}}", "{spec: {hard: {requests.cpu: 2000m}}}");
        differs_at("{resources: {limits: {cpu: 0.5}}}", "{resources: {limits: {cpu: 600m}}}", "resources.limits.cpu");
        differs_at("{metadata: {labels: {cpu: '0.5'}}}", "{metadata: {labels: {cpu: 500m}}}", "metadata.labels.cpu");
        differs_at("{data: {memory: 1Gi}}", "{data: {memory: 1024Mi}}", "data.memory");
    }

    #[test]
    fn a_port_is_its_name_or_its_number() {
        let container = "{name: web, image: x, ports: [{name: http, containerPort: 8080}], readinessProbe: {httpGet: {port: http}}}";
        matches(
            "{containers: [{name: web, readinessProbe: {httpGet: {port: 8080}}}]}",
            &format!("{{containers: [{container}]}}"),
        );
        differs_at(
            "{containers: [{name: web, readinessProbe: {httpGet: {port: 80}}}]}",
            &format!("{{containers: [{container}]}}"),
            "containers[0].readinessProbe.httpGet.port",
        );
        let service = yaml("{spec: {ports: [{port: 80, targetPort: http}]}}");
        let pattern = yaml("{spec: {ports: [{port: 80, targetPort: 8080}]}}");
        let container = yaml(container);
        assert_eq!(mismatch(&pattern, &service, &[&container]), None);
        assert!(mismatch(&pattern, &service, &[]).is_some());
        assert_eq!(mismatch(&service, &yaml("{spec: {ports: [{port: 80, targetPort: 8080}]}}"), &[&container]), None);
    }

    #[test]
    fn a_number_that_may_be_text_is_compared_as_a_number() {
        matches("{spec: {maxUnavailable: 1}}", "{spec: {maxUnavailable: '1'}}");
        matches("{spec: {maxSurge: 25%}}", "{spec: {maxSurge: 25%}}");
        differs_at("{spec: {maxSurge: 25}}", "{spec: {maxSurge: 25%}}", "spec.maxSurge");
    }

    fn any_json() -> impl proptest::strategy::Strategy<Value = Value> {
        use proptest::prelude::*;
        let names = prop_oneof![
            Just("name"),
            Just("containers"),
            Just("ports"),
            Just("port"),
            Just("cpu"),
            Just("limits"),
            Just("env"),
            Just("a")
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0..4_i64).prop_map(Value::from),
            "[a-c]{0,2}".prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 32, 4, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::vec((names.clone(), inner), 0..4).prop_map(|members| members
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect::<serde_json::Map<_, _>>()
                    .into()),
            ]
        })
    }

    proptest::proptest! {
        #[test]
        fn every_object_matches_itself(object in any_json()) {
            proptest::prop_assert_eq!(mismatch(&object, &object, &[]), None);
        }

        #[test]
        fn a_difference_is_told_at_a_place_that_can_be_found(pattern in any_json(), object in any_json()) {
            if let Some(found) = mismatch(&pattern, &object, &[]) {
                let there = super::super::object::walk(&object, &found.path);
                proptest::prop_assert!(found.actual.is_none() || there.is_some(), "{}", found.path);
            }
        }
    }

    #[test]
    fn a_native_sidecar_is_a_container() {
        let pod = "{spec: {containers: [{name: web}], initContainers: [{name: init}, {name: log, restartPolicy: Always, image: x}]}}";
        matches("{spec: {containers: [{name: web}, {name: log}]}}", pod);
        differs_at("{spec: {containers: [{name: init}]}}", pod, "spec.containers");
        differs_at("{spec: {containers: [{name: log, image: y}]}}", pod, "spec.initContainers[1].image");
    }

    #[test]
    fn what_was_expected_and_found_is_told() {
        let found = mismatch(&json!({"a": {"b": 1}}), &json!({"a": {"b": 2}}), &[]).unwrap();
        assert_eq!((found.expected, found.actual), (json!(1), Some(json!(2))));
    }
}
