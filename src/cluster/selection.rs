//! The objects an action's target means, asked for once.

use serde_json::Value;

use super::remote::{Place, Remote};
use super::trouble::Trouble;
use crate::lab::{LabelExpression, LabelSelector, Target};

/// The target's place and objects, those being deleted left out.
pub async fn select(admin: &Remote, target: &Target) -> Result<(Place, Vec<Value>), Trouble> {
    let failed = |error| Trouble::Api { what: format!("{}을(를) 찾지 못했어요", name(target)), error };
    let Some(place) = admin.place(&target.api_version, &target.kind).await.map_err(failed)? else {
        return Err(Trouble::NotServed { api_version: target.api_version.clone(), kind: target.kind.clone() });
    };
    let namespace = target.namespace.as_deref();
    let objects = match &target.name {
        Some(name) => {
            let namespace = namespace.or(place.served.namespaced.then_some("default"));
            let found = super::remote::found(admin.api.get(&place.object(namespace, name)).await).map_err(failed)?;
            found.into_iter().collect()
        }
        None => admin.list(&target.api_version, &target.kind, namespace).await.map_err(failed)?,
    };
    Ok((place, objects.into_iter().filter(|object| selects(target, object)).collect()))
}

/// An object's path.
pub fn path(place: &Place, object: &Value) -> String {
    place.object(object["metadata"]["namespace"].as_str(), object["metadata"]["name"].as_str().unwrap_or_default())
}

/// A target in words: `Deployment shop/web`.
pub fn name(target: &Target) -> String {
    let namespace = target.namespace.as_ref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
    match &target.name {
        Some(name) => format!("{} {namespace}{name}", target.kind),
        None => {
            let labels: Vec<String> = target.labels.match_labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
            format!("{} {namespace}{}", target.kind, labels.join(",")).trim_end().to_owned()
        }
    }
}

/// True when labels and fields of an object are as the target asks, and it is not being deleted.
fn selects(target: &Target, object: &Value) -> bool {
    let fields = target.fields.iter().all(|(path, wanted)| {
        let value = path.split('.').fold(object, |value, key| &value[key]);
        value.as_str().map_or_else(|| value.to_string(), str::to_owned) == *wanted
    });
    object["metadata"]["deletionTimestamp"].is_null() && fields && labels(&target.labels, &object["metadata"]["labels"])
}

fn labels(selector: &LabelSelector, labels: &Value) -> bool {
    let value = |key: &str| labels.get(key).and_then(Value::as_str);
    let expression = |expression: &LabelExpression| {
        let value = value(&expression.key);
        let listed = value.is_some_and(|value| expression.values.iter().any(|known| known == value));
        match expression.operator.as_str() {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => value.is_some(),
            "DoesNotExist" => value.is_none(),
            _ => false,
        }
    };
    selector.match_labels.iter().all(|(key, wanted)| value(key) == Some(wanted))
        && selector.match_expressions.iter().all(expression)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(labels: &[(&str, &str)], fields: &[(&str, &str)], expressions: &[(&str, &str, &str)], expected: bool) {
        let pairs = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let match_expressions = expressions
            .iter()
            .map(|(key, operator, value)| LabelExpression {
                key: (*key).into(),
                operator: (*operator).into(),
                values: vec![(*value).into()],
            })
            .collect();
        let target = Target {
            api_version: "v1".into(),
            kind: "Pod".into(),
            namespace: None,
            name: None,
            labels: LabelSelector { match_labels: pairs(labels), match_expressions },
            fields: pairs(fields),
        };
        let object = json!({"metadata": {"labels": {"app": "web"}}, "spec": {"nodeName": "n", "replicas": 3}});
        assert_eq!(selects(&target, &object), expected);
    }

    #[test]
    fn labels_and_fields_select() {
        check(&[], &[], &[], true);
        check(&[("app", "web")], &[("spec.nodeName", "n"), ("spec.replicas", "3")], &[], true);
        check(&[("app", "db")], &[], &[], false);
        check(&[], &[("spec.nodeName", "m")], &[], false);
        check(
            &[],
            &[],
            &[("app", "In", "web"), ("x", "DoesNotExist", ""), ("x", "NotIn", "y"), ("app", "Exists", "")],
            true,
        );
        check(&[], &[], &[("app", "NotIn", "web")], false);
    }
}
