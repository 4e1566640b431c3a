//! What the API's schemas say of fields, as far as comparing needs it: list keys, quantities, ports, containers.

use serde_json::Value;

use super::Hint;
use crate::lab::object::{push_key, text};

/// Lists of maps and the fields that identify an element.
const LIST_KEYS: [(&str, &[&str]); 16] = [
    ("containers", &["name"]),
    ("initContainers", &["name"]),
    ("ephemeralContainers", &["name"]),
    ("env", &["name"]),
    ("volumes", &["name"]),
    ("volumeMounts", &["mountPath"]),
    ("volumeDevices", &["devicePath"]),
    ("imagePullSecrets", &["name"]),
    ("secrets", &["name"]),
    ("hostAliases", &["ip"]),
    ("topologySpreadConstraints", &["topologyKey", "whenUnsatisfiable"]),
    ("conditions", &["type"]),
    ("ownerReferences", &["uid"]),
    ("containerStatuses", &["name"]),
    ("initContainerStatuses", &["name"]),
    ("parentRefs", &["name"]),
];

/// The fields by which elements of this list are paired, as far as the wanted element gives them.
pub(super) fn key_fields(path: &str, wanted: &Value) -> Vec<&'static str> {
    let list = path.rsplit('.').next().unwrap_or(path);
    let fields: &[&'static str] = if list == "ports" {
        let number = ["containerPort", "port"].into_iter().find(|field| wanted.get(field).is_some());
        match number {
            Some("containerPort") => &["containerPort", "protocol"],
            Some(_) => &["port", "protocol"],
            None => &["name"],
        }
    } else {
        LIST_KEYS.iter().find(|(name, _)| *name == list).map_or(&[], |(_, fields)| fields)
    };
    // Operators in the key's place are compared, not looked up.
    let given = |field: &&'static str| wanted.get(field).is_some_and(|value| !value.is_object() && !value.is_null());
    let fields: Vec<_> = fields.iter().copied().filter(given).collect();
    if list == "ports" && fields == ["protocol"] { Vec::new() } else { fields }
}

/// Whether an element has these key fields; the protocol of a port is TCP unless it says otherwise.
pub(super) fn has_key(wanted: &Value, actual: &Value, fields: &[&str]) -> bool {
    fields.iter().all(|field| match (wanted.get(field), actual.get(field)) {
        (Some(wanted), None) if *field == "protocol" => wanted == "TCP",
        (wanted, actual) => wanted == actual,
    })
}

/// What kind of value the field at this path holds.
pub(super) fn hint(path: &str, key: &str) -> Hint {
    if ["metadata", "data.", "stringData", "binaryData"].iter().any(|free| path.starts_with(free))
        || ["metadata.", "matchLabels", "nodeSelector", "annotations"].iter().any(|free| path.contains(free))
    {
        return Hint::Plain;
    }
    if matches!(key, "port" | "targetPort" | "maxSurge" | "maxUnavailable" | "minAvailable") {
        return Hint::Port;
    }
    let own = matches!(
        key,
        "cpu" | "memory" | "storage" | "ephemeral-storage" | "sizeLimit" | "divisor" | "averageValue" | "minValue"
    );
    if own || key.starts_with("hugepages-") || below_amounts(path, key) { Hint::Quantity } else { Hint::Plain }
}

/// Whether the field is directly below one that holds amounts by resource name.
fn below_amounts(path: &str, key: &str) -> bool {
    let parent = path.strip_suffix(&format!("['{key}']")).or_else(|| path.strip_suffix(&format!(".{key}")));
    let name = parent.and_then(|parent| parent.rsplit('.').next()).unwrap_or("");
    let name = name.split('[').next().unwrap_or(name);
    matches!(
        name,
        "limits"
            | "requests"
            | "capacity"
            | "allocatable"
            | "hard"
            | "used"
            | "default"
            | "defaultRequest"
            | "max"
            | "min"
            | "maxLimitRequestRatio"
            | "overhead"
            | "podFixed"
            | "allocatedResources"
    )
}

/// The containers of a Pod's spec with their paths, native sidecars last.
pub(super) fn containers<'a>(spec: &'a Value, path: &str) -> Vec<(String, &'a Value)> {
    let listed = |key: &'static str| {
        let mut list = path.to_owned();
        push_key(&mut list, key);
        let items = spec.get(key).and_then(Value::as_array).into_iter().flatten();
        (0..).zip(items).map(move |(n, item): (usize, _)| (format!("{list}[{n}]"), item))
    };
    let sidecars = listed("initContainers").filter(|(_, container)| text(container, &["restartPolicy"]) == "Always");
    listed("containers").chain(sidecars).collect()
}

/// The number of a port given by number or name.
pub(super) fn port(value: &Value, containers: &[&Value]) -> Option<i64> {
    let name = match value {
        Value::String(name) => name,
        _ => return value.as_i64(),
    };
    if let Ok(number) = name.parse() {
        return Some(number);
    }
    containers
        .iter()
        .flat_map(|container| container.get("ports").and_then(Value::as_array).into_iter().flatten())
        .find(|port| text(port, &["name"]) == name)
        .and_then(|port| port.get("containerPort")?.as_i64())
}
