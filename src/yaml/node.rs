//! The tree: values with their places. It knows nothing of how it was parsed.

use serde_json::{Map, Number};

/// A value and where it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Where each source line of a text begins: (offset within the text, line, column).
    pub(super) spots: Vec<(usize, usize, usize)>,
}

/// A value of YAML's core schema.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number, and whole ones that an `i64` does not hold.
    Float(f64),
    /// A text, quoted or not.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in the author's order; keys are unique.
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// As written (`1: x` has the key `1`).
    pub name: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Value {
    /// What it is, as the end of a Korean sentence: `목록이에요`.
    pub fn is_what(&self) -> &'static str {
        match self {
            Self::Null => "비어 있어요",
            Self::Bool(_) => "참/거짓 값이에요",
            Self::Int(_) => "정수예요",
            Self::Float(_) => "실수예요",
            Self::Text(_) => "글이에요",
            Self::List(_) => "목록이에요",
            Self::Map(_) => "맵이에요",
        }
    }
}

impl Node {
    /// The same value as JSON; what JSON cannot say (`.nan`, `.inf`) is null.
    pub fn json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(b) => serde_json::Value::Bool(*b),
            Value::Int(i) => serde_json::Value::from(*i),
            Value::Float(f) => Number::from_f64(*f).map_or(serde_json::Value::Null, serde_json::Value::Number),
            Value::Text(text) => serde_json::Value::String(text.clone()),
            Value::List(items) => serde_json::Value::Array(items.iter().map(Self::json).collect()),
            Value::Map(entries) => {
                let map: Map<_, _> = entries.iter().map(|(key, node)| (key.name.clone(), node.json())).collect();
                serde_json::Value::Object(map)
            }
        }
    }

    /// The value under a key of a mapping.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.map()?.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }

    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The items, where it is a list.
    pub fn list(&self) -> Option<&[Self]> {
        if let Value::List(items) = &self.value { Some(items) } else { None }
    }

    /// The entries, where it is a mapping.
    pub fn map(&self) -> Option<&[(Key, Self)]> {
        if let Value::Map(entries) = &self.value { Some(entries) } else { None }
    }

    /// True for nothing (`~`, `null`, an empty value).
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// Line and column of a character of the text, counted from 0; of the value itself for anything else.
    pub fn at(&self, offset: usize) -> (usize, usize) {
        match self.spots.iter().rev().find(|(start, ..)| *start <= offset) {
            Some((start, line, column)) => (*line, column + offset - start),
            None => (self.line, self.column),
        }
    }
}
