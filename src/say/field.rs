//! Fields in words: what has a name is called by it, never by its number in a list.

use serde_json::Value;

use super::value::short;

/// More parts than this are a list, not an explanation.
const PARTS: usize = 3;

/// A field as a person would point at it: `spec.containers[name=web].image` → 컨테이너 web: image. What is in no list
/// keeps its path.
pub(super) fn field(path: &str) -> String {
    let Place { things, rest } = place(path);
    match (things.join("의 "), rest) {
        (things, rest) if things.is_empty() => rest,
        (things, rest) if rest.is_empty() => things,
        (things, rest) => format!("{things}: {rest}"),
    }
}

/// Named things on the way, the outermost first, and the path from there.
struct Place {
    things: Vec<String>,
    rest: String,
}

fn place(path: &str) -> Place {
    let path = path.strip_prefix("object.").unwrap_or(path);
    let (mut things, mut rest) = (Vec::new(), String::new());
    let mut pieces = path.split('[');
    rest.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let Some((name, after)) = piece.split_once(']') else { continue };
        let after = after.strip_prefix('.').unwrap_or(after);
        if rest.is_empty() && things.is_empty() {
            // An object by its kind and name.
            things.push(name.to_owned());
            after.clone_into(&mut rest);
        } else if let Some((_, name)) = name.split_once('=') {
            let list = rest.rsplit('.').next().unwrap_or(&rest);
            things.push(format!("{} {name}", noun(list)));
            after.clone_into(&mut rest);
        } else {
            let dot = if after.is_empty() || piece.ends_with(after) && !piece.contains("].") { "" } else { "." };
            rest.push_str(&format!("[{name}]{dot}{after}"));
        }
    }
    Place { things, rest }
}

/// What an element of a list is called.
fn noun(list: &str) -> &str {
    match list {
        "containers" | "containerStatuses" => "컨테이너",
        "initContainers" | "initContainerStatuses" => "init 컨테이너",
        "env" => "환경 변수",
        "volumes" => "볼륨",
        "volumeMounts" => "볼륨 마운트",
        "ports" => "포트",
        "conditions" => "조건",
        "tolerations" => "toleration",
        "taints" => "taint",
        other => other,
    }
}

/// What was observed of an expression, at most three parts: a part that another one goes deeper into says nothing more,
/// nor does what the author gave; the same of several things is said once.
pub(super) fn observed(parts: &[(String, Value)]) -> String {
    let deeper = |path: &str| {
        parts.iter().any(|(other, _)| other.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '['])))
    };
    let given = |path: &str| path == "now" || path.starts_with("params.");
    let told: Vec<&(String, Value)> = parts.iter().filter(|(path, _)| !deeper(path)).collect();
    let seen = told.iter().filter(|(path, _)| !given(path)).count();
    let mut groups: Vec<(Vec<String>, String, &Value)> = Vec::new();
    for (path, value) in told.into_iter().filter(|(path, _)| seen == 0 || !given(path)) {
        let Place { mut things, rest } = place(path);
        let thing = things.pop();
        let before: String = things.iter().map(|thing| format!("{thing}의 ")).collect();
        let same = groups
            .iter_mut()
            .find(|(names, of, known)| !names.is_empty() && *of == rest && *known == value && thing.is_some());
        match (same, thing) {
            (Some((names, ..)), Some(thing)) => {
                // `컨테이너 a, 컨테이너 b` → `컨테이너 a, b`
                let noun = names.first().and_then(|first| first.rsplit_once(' ')).map(|(noun, _)| noun.to_owned());
                let name = format!("{before}{thing}");
                let name =
                    noun.and_then(|noun| name.strip_prefix(&format!("{noun} ")).map(str::to_owned)).unwrap_or(name);
                names.push(name);
            }
            (_, thing) => {
                groups.push((thing.map(|thing| format!("{before}{thing}")).into_iter().collect(), rest, value))
            }
        }
    }
    let mut said: Vec<String> =
        groups.iter().take(PARTS).map(|(names, rest, value)| part(&names.join(", "), rest, value)).collect();
    if groups.len() > PARTS {
        said.push("…".to_owned());
    }
    said.join(", ")
}

fn part(thing: &str, rest: &str, value: &Value) -> String {
    let list = rest.strip_prefix("related.").or((rest == "objects").then_some("고른 것"));
    if let (true, Some(list), Value::Array(names)) = (thing.is_empty(), list, value) {
        return match names.is_empty() {
            true => format!("{list} 0개"),
            false => format!("{list} {}개 ({})", names.len(), short(value).trim_matches(['[', ']'])),
        };
    }
    let thing = match (thing.is_empty(), rest.is_empty()) {
        (true, _) => rest.to_owned(),
        (false, true) => thing.to_owned(),
        (false, false) => format!("{thing}: {rest}"),
    };
    match value {
        Value::Null => format!("{thing} 없음"),
        value => format!("{thing} = {}", short(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_field_is_called_by_the_names_on_its_way() {
        #[track_caller]
        fn check(path: &str, expected: &str) {
            assert_eq!(field(path), expected);
        }
        check("spec.replicas", "spec.replicas");
        check("spec.template.spec.containers[name=web].image", "컨테이너 web: image");
        check("spec.containers[name=web].ports[containerPort=80].name", "컨테이너 web의 포트 80: name");
        check("spec.containers[name=web]", "컨테이너 web");
        check("[Pod web-1].status.phase", "Pod web-1: status.phase");
        check("[Pod web-1].spec.containers[name=a].image", "Pod web-1의 컨테이너 a: image");
        check("metadata.labels['a.b/c']", "metadata.labels['a.b/c']");
        check("spec.args[0]", "spec.args[0]");
        check("spec.rules[0].host", "spec.rules[0].host");
        check("status.conditions[Ready]", "status.conditions[Ready]");
    }

    #[test]
    fn what_was_observed_is_at_most_three_parts() {
        #[track_caller]
        fn check(parts: &[(&str, Value)], expected: &str) {
            let parts: Vec<(String, Value)> =
                parts.iter().map(|(path, value)| ((*path).to_owned(), value.clone())).collect();
            assert_eq!(observed(&parts), expected);
        }
        check(
            &[("object.spec.containers[name=sidecar].resources.limits", json!(null))],
            "컨테이너 sidecar: resources.limits 없음",
        );
        check(
            &[
                ("object.spec.containers[name=a].resources.limits", json!(null)),
                ("object.spec.containers[name=b].resources.limits", json!(null)),
                ("object.spec.replicas", json!(2)),
            ],
            "컨테이너 a, b: resources.limits 없음, spec.replicas = 2",
        );
        check(&[("[Pod web-1].status.phase", json!("Pending"))], "Pod web-1: status.phase = Pending");
        check(&[("related.pods", json!(["a", "b"]))], "pods 2개 (a, b)");
        check(&[("related.pods", json!([]))], "pods 0개");
        check(&[("objects", json!(["a"]))], "고른 것 1개 (a)");
        check(&[("object.spec.x", json!(1)), ("params.image", json!("i")), ("now", json!(5))], "spec.x = 1");
        check(&[("params.image", json!("i"))], "params.image = i");
        check(
            &[("a.a", json!(1)), ("a.b", json!(2)), ("a.c", json!(3)), ("a.d", json!(4))],
            "a.a = 1, a.b = 2, a.c = 3, …",
        );
    }
}
