//! What a pattern claims of an object that satisfies it: each part of the pattern with the places that satisfy it.

use serde_json::Value;

use super::{Context, Hint, compare, keys, operators};
use crate::lab::object::push_key;

/// A part of a pattern, and where the object satisfies it.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim<'p> {
    /// The way to the part within the pattern.
    pub name: String,
    /// The part.
    pub pattern: &'p Value,
    /// Paths in the object; one of a list's elements that satisfy a part of the pattern may serve as well as another.
    pub at: Vec<String>,
}

/// A place in the object.
#[derive(Clone)]
struct Spot<'v> {
    path: String,
    value: Option<&'v Value>,
    /// The container it is in, whose ports have names.
    owner: Option<&'v Value>,
}

/// Every claim of a pattern that holds of an object, the outer before the inner.
pub fn claims<'p>(pattern: &'p Value, object: &Value, containers: &[&Value]) -> Vec<Claim<'p>> {
    let mut claims = Vec::new();
    let whole = Spot { path: String::new(), value: Some(object), owner: None };
    gather(pattern, "", Hint::Plain, &[whole], containers, &mut claims);
    claims
}

fn gather<'p>(
    pattern: &'p Value,
    name: &str,
    hint: Hint,
    spots: &[Spot<'_>],
    outer: &[&Value],
    claims: &mut Vec<Claim<'p>>,
) {
    if !name.is_empty() {
        let at = spots.iter().map(|spot| spot.path.clone()).collect();
        claims.push(Claim { name: name.to_owned(), pattern, at });
    }
    match pattern {
        Value::Object(wanted) if !operators::are(wanted) => {
            for (key, wanted) in wanted {
                let mut inner = name.to_owned();
                push_key(&mut inner, key);
                member(key, wanted, &inner, spots, outer, claims);
            }
        }
        Value::Array(wanted) => {
            let items: Vec<Spot<'_>> = spots.iter().flat_map(items).collect();
            elements(wanted, name, hint, &items, outer, claims);
        }
        _ => {}
    }
}

fn member<'p>(
    key: &str,
    wanted: &'p Value,
    name: &str,
    spots: &[Spot<'_>],
    outer: &[&Value],
    claims: &mut Vec<Claim<'p>>,
) {
    if let (true, Value::Array(patterns)) = (key == "containers", wanted) {
        // Native sidecars are containers too, wherever they are listed.
        let items: Vec<Spot<'_>> = spots
            .iter()
            .filter_map(|spot| Some((spot.value?, &spot.path)))
            .flat_map(|(spec, path)| keys::containers(spec, path))
            .map(|(path, value)| Spot { path, value: Some(value), owner: None })
            .collect();
        if !items.is_empty() {
            claims.push(Claim { name: name.to_owned(), pattern: wanted, at: lists(&items) });
            return elements(patterns, name, Hint::Plain, &items, outer, claims);
        }
    }
    let inner: Vec<Spot<'_>> = spots
        .iter()
        .map(|spot| {
            let mut path = spot.path.clone();
            push_key(&mut path, key);
            let container = spot.value.filter(|value| value.get("image").is_some() && value.get("name").is_some());
            Spot { path, value: spot.value.and_then(|value| value.get(key)), owner: container.or(spot.owner) }
        })
        .collect();
    let hint = inner.first().map_or(Hint::Plain, |spot| keys::hint(&spot.path, key));
    gather(wanted, name, hint, &inner, outer, claims);
}

fn elements<'p>(
    wanted: &'p [Value],
    name: &str,
    hint: Hint,
    items: &[Spot<'_>],
    outer: &[&Value],
    claims: &mut Vec<Claim<'p>>,
) {
    for (index, pattern) in wanted.iter().enumerate() {
        let satisfies = |spot: &&Spot<'_>| {
            let own: Vec<&Value> = spot.owner.into_iter().collect();
            let containers = if own.is_empty() { outer } else { &own };
            compare(pattern, spot.value, &spot.path, hint, Context { containers }).is_ok()
        };
        let found: Vec<Spot<'_>> = items.iter().filter(satisfies).cloned().collect();
        if !found.is_empty() {
            gather(pattern, &format!("{name}[{index}]"), hint, &found, outer, claims);
        }
    }
}

fn items<'v>(spot: &Spot<'v>) -> Vec<Spot<'v>> {
    let list = spot.value.and_then(Value::as_array).into_iter().flatten();
    let one = |(n, value): (usize, &'v Value)| Spot {
        path: format!("{}[{n}]", spot.path),
        value: Some(value),
        owner: spot.owner,
    };
    list.enumerate().map(one).collect()
}

/// The lists that hold these elements.
fn lists(elements: &[Spot<'_>]) -> Vec<String> {
    let list = |spot: &Spot<'_>| spot.path.rsplit_once('[').map(|(list, _)| list.to_owned());
    let mut lists: Vec<String> = elements.iter().filter_map(list).collect();
    lists.dedup();
    lists
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(pattern: Value, expected: &[&str]) {
        let object = json!({"spec": {"replicas": 2, "containers": [
            {"name": "web", "image": "nginx", "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "1"}]},
            {"name": "side", "image": "nginx", "args": ["x", "y"]}]}});
        let told: Vec<String> = claims(&pattern, &object, &[])
            .iter()
            .map(|claim| format!("{}: {}", claim.name, claim.at.join(" ")))
            .collect();
        assert_eq!(told, expected, "{pattern}");
    }

    #[test]
    fn each_part_of_a_pattern_is_claimed_where_it_is_satisfied() {
        check(json!({"spec": {"replicas": {"$gte": 1}}}), &["spec: spec", "spec.replicas: spec.replicas"]);
        check(json!({"spec": {"paused": null}}), &["spec: spec", "spec.paused: spec.paused"]);
        check(
            json!({"spec": {"containers": [{"env": [{"value": "1"}]}]}}),
            &[
                "spec: spec",
                "spec.containers: spec.containers",
                "spec.containers[0]: spec.containers[0]",
                "spec.containers[0].env: spec.containers[0].env",
                "spec.containers[0].env[0]: spec.containers[0].env[0] spec.containers[0].env[1]",
                "spec.containers[0].env[0].value: spec.containers[0].env[0].value spec.containers[0].env[1].value",
            ],
        );
        check(
            json!({"spec": {"containers": [{"image": "nginx"}]}}),
            &[
                "spec: spec",
                "spec.containers: spec.containers",
                "spec.containers[0]: spec.containers[0] spec.containers[1]",
                "spec.containers[0].image: spec.containers[0].image spec.containers[1].image",
            ],
        );
        check(
            json!({"spec": {"containers": [{"args": ["y"]}]}}),
            &[
                "spec: spec",
                "spec.containers: spec.containers",
                "spec.containers[0]: spec.containers[1]",
                "spec.containers[0].args: spec.containers[1].args",
                "spec.containers[0].args[0]: spec.containers[1].args[1]",
            ],
        );
    }
}
