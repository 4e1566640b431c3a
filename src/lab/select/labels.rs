//! Label selectors with the meaning Kubernetes gives them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::lab::model::{LabelExpression, LabelSelector};
use crate::lab::object;

/// Whether the selector selects the object; an empty one selects everything.
pub(in crate::lab) fn selects(selector: &LabelSelector, object: &Value) -> bool {
    fit(selector, object::at(object, &["metadata", "labels"]))
}

/// Whether the selector selects an object with these labels.
pub(in crate::lab) fn fit(selector: &LabelSelector, labels: Option<&Value>) -> bool {
    let label = |key: &str| labels.and_then(|labels| labels.get(key)).and_then(Value::as_str);
    selector.match_labels.iter().all(|(key, value)| label(key) == Some(value))
        && selector.match_expressions.iter().all(|expression| {
            let value = label(&expression.key);
            let listed = value.is_some_and(|value| expression.values.iter().any(|wanted| wanted == value));
            match expression.operator.as_str() {
                "In" => listed,
                // As the API server: a missing label is not in any list.
                "NotIn" => !listed,
                "Exists" => value.is_some(),
                "DoesNotExist" => value.is_none(),
                _ => false,
            }
        })
}

/// A selector as objects carry it: `matchLabels` and `matchExpressions`, or the plain map of a Service. `None` when
/// there is none, or it is empty.
pub(in crate::lab) fn of_json(selector: Option<&Value>) -> Option<LabelSelector> {
    let selector = selector?.as_object()?;
    let pairs = |value: Option<&Value>| -> BTreeMap<String, String> {
        let members = value.and_then(Value::as_object).into_iter().flatten();
        members.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
    };
    if !selector.contains_key("matchLabels") && !selector.contains_key("matchExpressions") {
        let match_labels = pairs(Some(&Value::Object(selector.clone())));
        return (!match_labels.is_empty()).then(|| LabelSelector { match_labels, ..LabelSelector::default() });
    }
    let expressions = selector.get("matchExpressions").and_then(Value::as_array).into_iter().flatten();
    Some(LabelSelector {
        match_labels: pairs(selector.get("matchLabels")),
        match_expressions: expressions
            .map(|expression| LabelExpression {
                key: object::text(expression, &["key"]).to_owned(),
                operator: object::text(expression, &["operator"]).to_owned(),
                values: object::list(expression, &["values"])
                    .iter()
                    .filter_map(|v| Some(v.as_str()?.to_owned()))
                    .collect(),
            })
            .collect(),
    })
}
