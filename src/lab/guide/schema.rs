//! The JSON Schema (draft 2020-12) of a lab's files, out of the tables. It may accept more than the loader, which knows
//! what belongs together; it never refuses what the loader accepts.

use serde_json::{Map, Value, json};

use super::lab::{ACTIONS, LAB, OF_CHECK, RIGHT, SOLUTION, WRONG};
use super::shape::{Field, Shape, Table};
use super::sources::ALL;
use super::{Guide, Role};

/// A kind of file of a lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// `lab.yaml`.
    Lab,
    /// `solution/NN-NAME.yaml`.
    Solution,
    /// `wrong/NAME.yaml`.
    Wrong,
    /// `right/NAME.yaml`.
    Right,
}

/// The schema of a kind of file.
pub fn schema(file: File) -> Value {
    let (table, title) = match file {
        File::Lab => (&LAB, "jotasu 실습: lab.yaml"),
        File::Solution => (&SOLUTION, "jotasu 실습의 참고 풀이: solution/NN-이름.yaml"),
        File::Wrong => (&WRONG, "jotasu 실습의 틀린 풀이: wrong/이름.yaml"),
        File::Right => (&RIGHT, "jotasu 실습의 다른 옳은 풀이: right/이름.yaml"),
    };
    let mut parts = Parts::default();
    let body = parts.mapping(table);
    let mut whole = Map::new();
    whole.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    whole.insert("title".into(), title.into());
    whole.extend(body);
    whole.insert("$defs".into(), Value::Object(parts.named));
    Value::Object(whole)
}

/// Parts that are named, as they are met.
#[derive(Default)]
struct Parts {
    named: Map<String, Value>,
}

impl Parts {
    /// A reference to a part, which is made when it is first met.
    fn refer(&mut self, name: &str, make: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.named.contains_key(name) {
            // Its own name may be met within it.
            self.named.insert(name.to_owned(), Value::Null);
            let made = make(self);
            self.named.insert(name.to_owned(), made);
        }
        json!({"$ref": format!("#/$defs/{name}")})
    }

    fn of(&mut self, shape: &'static Shape) -> Value {
        match shape {
            Shape::Text => json!({"type": "string", "minLength": 1}),
            Shape::Form(_, pattern) => json!({"type": "string", "pattern": pattern}),
            Shape::Texts => json!({"type": "array", "items": {"type": "string", "minLength": 1}}),
            Shape::Choice(words) => json!({"enum": words}),
            Shape::Whole(least, i64::MAX) => json!({"type": "integer", "minimum": least}),
            Shape::Whole(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
            Shape::Quantity => json!({"type": ["string", "number"]}),
            Shape::Flag => json!({"type": "boolean"}),
            Shape::Pairs => json!({"type": "object", "additionalProperties": {"type": "string"}}),
            Shape::Part => json!({"type": ["object", "array", "string", "number", "boolean"]}),
            Shape::Pattern => json!({"type": "object", "minProperties": 1}),
            Shape::Anything => json!({"type": "object"}),
            Shape::Object => json!({"type": "object", "required": ["apiVersion", "kind"]}),
            Shape::Nothing => json!({"anyOf": [{"const": true}, {"type": "object", "maxProperties": 0}]}),
            Shape::Fields(table) if table.name.is_empty() => Value::Object(self.mapping(table)),
            Shape::Fields(table) => self.refer(table.name, |parts| Value::Object(parts.mapping(table))),
            Shape::Named(inner) => json!({"type": "object", "additionalProperties": self.of(inner)}),
            Shape::List(inner) => json!({"type": "array", "items": self.of(inner)}),
            Shape::Some(inner) => json!({"type": "array", "items": self.of(inner), "minItems": 1}),
            Shape::Either(shapes) => json!({"anyOf": shapes.iter().map(|shape| self.of(shape)).collect::<Vec<_>>()}),
            Shape::Expectation => self.refer("expectation", |parts| parts.expecting(&[], &[Role::Observed])),
            Shape::Check => self.refer("check", |parts| parts.expecting(OF_CHECK, &[Role::Observed, Role::Learner])),
            Shape::Action => self.refer("action", Self::action),
            Shape::Placed => self.refer("placedAction", Self::placed),
        }
    }

    /// A field's value with what it means.
    fn told(&mut self, field: &'static Field) -> Value {
        told(self.of(&field.shape), field.says)
    }

    fn mapping(&mut self, table: &'static Table) -> Map<String, Value> {
        let properties = table.fields.iter().map(|field| (field.name.to_owned(), self.told(field))).collect();
        let mut made = closed(properties, table.fields);
        let mut groups: Vec<Value> = table.one_of.iter().map(|names| exactly_one(names)).collect();
        match groups.len() {
            0 => {}
            1 => made.extend(groups.pop().and_then(|group| group.as_object().cloned()).unwrap_or_default()),
            _ => {
                made.insert("allOf".into(), groups.into());
            }
        }
        made
    }

    /// Fields, exactly one source of these roles, and what stands beside it. Flat rather than one mapping for each
    /// source: so editors complete, and say what is wrong rather than that no variant fits.
    fn expecting(&mut self, fields: &'static [Field], roles: &[Role]) -> Value {
        let sources: Vec<&'static Guide> = ALL.iter().filter(|guide| roles.contains(&guide.role)).collect();
        let mut properties: Map<String, Value> =
            fields.iter().map(|field| (field.name.to_owned(), self.told(field))).collect();
        let mut beside: Vec<(&'static Field, Vec<&str>)> = Vec::new();
        for source in &sources {
            let value = self.refer(source.name, |parts| parts.of(&source.shape));
            properties.insert(source.name.to_owned(), told(value, source.about));
            for field in source.beside {
                match beside.iter_mut().find(|(known, _)| known.name == field.name) {
                    Some((_, owners)) => owners.push(source.name),
                    None => beside.push((field, vec![source.name])),
                }
            }
        }
        let mut owners = Map::new();
        for (field, names) in beside {
            properties.insert(field.name.to_owned(), self.told(field));
            owners.insert(
                field.name.to_owned(),
                json!({"anyOf": names.iter().map(|name| required(name)).collect::<Vec<_>>()}),
            );
        }
        let mut made = closed(properties, fields);
        let names: Vec<&str> = sources.iter().map(|source| source.name).collect();
        made.extend(exactly_one(&names).as_object().cloned().unwrap_or_default());
        made.insert("dependentSchemas".into(), Value::Object(owners));
        Value::Object(made)
    }

    fn action(&mut self) -> Value {
        let properties = ACTIONS.iter().map(|field| (field.name.to_owned(), self.told(field))).collect();
        let mut made = closed(properties, &[]);
        made.insert("minProperties".into(), 1.into());
        made.insert("maxProperties".into(), 1.into());
        Value::Object(made)
    }

    /// The same where none of them needs its place.
    fn placed(&mut self) -> Value {
        let mut made = self.action();
        for action in made.get_mut("properties").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
            if let Some(needed) = action.get_mut("required").and_then(Value::as_array_mut) {
                needed.retain(|name| !name.as_str().is_some_and(|name| PLACES.contains(&name)));
            }
        }
        made
    }
}

/// The fields that say where something is done.
const PLACES: [&str; 2] = ["target", "node"];

/// A mapping of these properties and no others.
fn closed(properties: Map<String, Value>, fields: &[Field]) -> Map<String, Value> {
    let need: Vec<&str> = fields.iter().filter(|field| field.need).map(|field| field.name).collect();
    let mut made = Map::new();
    made.insert("type".into(), "object".into());
    made.insert("properties".into(), Value::Object(properties));
    made.insert("additionalProperties".into(), false.into());
    if !need.is_empty() {
        made.insert("required".into(), need.into());
    }
    made
}

fn exactly_one(names: &[&str]) -> Value {
    json!({"oneOf": names.iter().map(|name| required(name)).collect::<Vec<_>>()})
}

fn required(name: &str) -> Value {
    json!({"required": [name]})
}

fn told(mut value: Value, says: &str) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.insert("description".into(), says.into());
    }
    value
}
