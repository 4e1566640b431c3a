//! JSON values and match patterns in few words.

use serde_json::Value;

use crate::text;

/// Cells that one value may take in a sentence.
const LIMIT: usize = 60;

/// A value as a learner would write it in YAML, cut at 60 cells.
pub fn short(value: &Value) -> String {
    let whole = match value {
        Value::Null => "없음".to_owned(),
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(short).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            format!("{{{}}}", fields.iter().map(|(k, v)| format!("{k}: {}", short(v))).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    };
    text::truncate(&whole, LIMIT)
}

/// What a match pattern asks of a value.
pub(super) fn pattern(pattern: &Value) -> String {
    let Some((operator, operand)) = operator(pattern) else { return short(pattern) };
    match operator {
        "$gte" => format!("{} 이상", short(operand)),
        "$lte" => format!("{} 이하", short(operand)),
        "$in" => match operand {
            Value::Array(items) => format!("{} 가운데 하나", items.iter().map(short).collect::<Vec<_>>().join(", ")),
            other => short(other),
        },
        "$regex" => format!("/{}/ 꼴", short(operand)),
        "$contains" => format!("\"{}\" 포함", short(operand)),
        "$exists" if operand == &Value::Bool(false) => "없음".to_owned(),
        "$exists" => "값이 있음".to_owned(),
        _ => short(operand),
    }
}

fn operator(pattern: &Value) -> Option<(&str, &Value)> {
    let fields = pattern.as_object().filter(|fields| fields.len() == 1)?;
    fields.iter().next().filter(|(name, _)| name.starts_with('$')).map(|(name, operand)| (name.as_str(), operand))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(value: Value, expected: &str) {
        assert_eq!(pattern(&value), expected);
    }

    #[test]
    fn patterns_read_as_a_person_would_say_them() {
        check(json!({"$gte": 3}), "3 이상");
        check(json!({"$in": ["a", "b"]}), "a, b 가운데 하나");
        check(json!({"$exists": true}), "값이 있음");
        check(json!({"$exists": false}), "없음");
        check(json!({"$quantity": "500m"}), "500m");
        check(json!({"app": "web", "n": 1}), "{app: web, n: 1}");
        check(json!([1, "x"]), "[1, x]");
        check(json!(null), "없음");
    }
}
