//! A tree into any type by serde, with every error at its place. No type of ours is known here.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, EnumAccess, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};

use crate::problem::Problem;

use super::near::nearest;
use super::node::{Key, Node, Value};

impl Node {
    /// The value as a `T`: unknown fields are located at their key, wrong types at their value, missing fields at
    /// the mapping.
    ///
    /// # Errors
    /// The first thing that does not fit, as a problem of `file`.
    pub fn decode<T: DeserializeOwned>(&self, file: &str) -> Result<T, Problem> {
        T::deserialize(Reader(self)).map_err(|error| {
            let (line, column) = error.place.unwrap_or((self.line, self.column));
            let problem = Problem::error(file, line, column, error.message);
            match error.help {
                Some(help) => problem.with_help(help),
                None => problem,
            }
        })
    }
}

/// What does not fit, and where as soon as that is known.
#[derive(Debug)]
struct Error {
    message: String,
    help: Option<String>,
    place: Option<(usize, usize)>,
}

impl Error {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, place: None }
    }

    fn at(mut self, line: usize, column: usize) -> Self {
        self.place.get_or_insert((line, column));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("{} 와야 하는데 {}.", wanted(&expected.to_string()), found(&unexpected)))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("{} 와야 하는데 값이 범위를 벗어나요.", wanted(&expected.to_string())))
    }

    fn invalid_length(length: usize, _: &dyn Expected) -> Self {
        Self::new(format!("항목이 {length}개여서 맞지 않아요."))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let help = match nearest(variant, expected.iter().copied()) {
            Some(word) => format!("혹시 {word}?"),
            None => format!("쓸 수 있는 값: {}", expected.join(", ")),
        };
        Self { help: Some(help), ..Self::new(format!("쓸 수 없는 값이에요: {variant}")) }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let help = match nearest(field, expected.iter().copied()) {
            Some(word) => format!("혹시 {word}?"),
            None => format!("쓸 수 있는 필드: {}", expected.join(", ")),
        };
        Self { help: Some(help), ..Self::new(format!("모르는 필드예요: {field}")) }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("필드가 빠졌어요: {field}"))
    }
}

fn wanted(expected: &str) -> String {
    match expected {
        "a string" | "a borrowed string" | "a character" | "string" => "글이".into(),
        "a boolean" => "true나 false가".into(),
        "a sequence" => "목록이".into(),
        "f32" | "f64" => "숫자가".into(),
        "unit" => "빈 값이".into(),
        _ if expected.starts_with("a map") || expected.starts_with("struct ") => "맵이".into(),
        _ if matches!(expected.chars().next(), Some('i' | 'u'))
            && expected.chars().skip(1).all(|c| c.is_ascii_digit()) =>
        {
            "정수가".into()
        }
        other => format!("{other} 꼴이"),
    }
}

fn found(unexpected: &Unexpected<'_>) -> &'static str {
    match unexpected {
        Unexpected::Bool(_) => "참/거짓 값이에요",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "정수예요",
        Unexpected::Float(_) => "실수예요",
        Unexpected::Str(_) | Unexpected::Char(_) | Unexpected::Bytes(_) => "글이에요",
        Unexpected::Unit | Unexpected::Option => "비어 있어요",
        Unexpected::Seq => "목록이에요",
        Unexpected::Map => "맵이에요",
        _ => "다른 것이에요",
    }
}

/// Keeps the trait, and with it the error type, off the public tree.
struct Reader<'n>(&'n Node);

impl<'de> de::Deserializer<'de> for Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.0.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(b) => visitor.visit_bool(*b),
            Value::Int(i) => visitor.visit_i64(*i),
            Value::Float(f) => visitor.visit_f64(*f),
            Value::Text(text) => visitor.visit_str(text),
            Value::List(items) => visitor.visit_seq(Items(items.iter())),
            Value::Map(entries) => visitor.visit_map(Entries { rest: entries.iter(), value: None }),
        }
        .map_err(|error| error.at(self.0.line, self.0.column))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    /// By field name only: a list that happens to have as many items is a mistake, not a struct.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.0.map().is_some() {
            return self.deserialize_any(visitor);
        }
        let message = format!("맵이 와야 하는데 {}.", self.0.value.is_what());
        Err(Error::new(message).at(self.0.line, self.0.column))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let (name, value) = match &self.0.value {
            Value::Text(text) => (text, None),
            Value::Map(entries) => match entries.as_slice() {
                [(key, value)] => (&key.name, Some(value)),
                _ => return Err(Error::new("키가 하나인 맵이 와야 해요.").at(self.0.line, self.0.column)),
            },
            other => {
                return Err(Error::new(format!("글이 와야 하는데 {}.", other.is_what())).at(self.0.line, self.0.column));
            }
        };
        visitor.visit_enum(Variant { name, value }).map_err(|error| error.at(self.0.line, self.0.column))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map identifier
    }
}

struct Items<'n>(std::slice::Iter<'n, Node>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|node| seed.deserialize(Reader(node))).transpose()
    }
}

struct Entries<'n> {
    rest: std::slice::Iter<'n, (Key, Node)>,
    value: Option<&'n Node>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((key, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some(value);
        let name: StrDeserializer<'_, Error> = key.name.as_str().into_deserializer();
        seed.deserialize(name).map(Some).map_err(|error| error.at(key.line, key.column))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        match self.value.take() {
            Some(node) => seed.deserialize(Reader(node)).map_err(|error| error.at(node.line, node.column)),
            None => Err(Error::new("값이 없어요.")),
        }
    }
}

struct Variant<'n> {
    name: &'n str,
    value: Option<&'n Node>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Error;
    type Variant = Content<'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Content<'de>), Error> {
        let name: StrDeserializer<'_, Error> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, Content(self.value)))
    }
}

struct Content<'n>(Option<&'n Node>);

impl<'de> VariantAccess<'de> for Content<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self.0 {
            None => Ok(()),
            Some(node) => Err(Error::new("값 없이 이름만 와야 해요.").at(node.line, node.column)),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        match self.0 {
            Some(node) => seed.deserialize(Reader(node)),
            None => Err(Error::new("값이 있어야 해요.")),
        }
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.struct_variant(&[], visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Some(node) => de::Deserializer::deserialize_any(Reader(node), visitor),
            None => Err(Error::new("값이 있어야 해요.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::super::parse;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Lesson {
        title: String,
        minutes: Option<u32>,
        #[serde(default)]
        needs: Vec<String>,
        #[serde(default)]
        level: Option<Level>,
        #[serde(default)]
        extra: BTreeMap<String, Deep>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    enum Level {
        #[serde(rename = "초급")]
        Beginner,
        #[serde(rename = "중급")]
        Intermediate,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Deep {
        ratio: f64,
        on: bool,
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let documents = parse("a", text).unwrap();
        let shown = match documents[0].decode::<Lesson>("a") {
            Ok(lesson) => format!("{lesson:?}"),
            Err(problem) => match &problem.help {
                Some(help) => format!("{problem} | {help}"),
                None => problem.to_string(),
            },
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn a_type_is_filled_or_the_mistake_is_located() {
        check(
            "title: 첫걸음\nminutes: 50\nlevel: 초급\nextra: {a: {ratio: 1, on: true}}\n",
            "Lesson { title: \"첫걸음\", minutes: Some(50), needs: [], level: Some(Beginner), \
             extra: {\"a\": Deep { ratio: 1.0, on: true }} }",
        );
        check("title: a\nminuts: 5\n", "a:2:1: 모르는 필드예요: minuts | 혹시 minutes?");
        check("title: a\n말: 5\n", "a:2:1: 모르는 필드예요: 말 | 쓸 수 있는 필드: title, minutes, needs, level, extra");
        check("title: a\nminutes: 오십\n", "a:2:10: 정수가 와야 하는데 글이에요.");
        check("title: a\nminutes: -1\n", "a:2:10: 정수가 와야 하는데 값이 범위를 벗어나요.");
        check("title: a\nneeds: [x, 3]\n", "a:2:12: 글이 와야 하는데 정수예요.");
        check("title: a\nneeds: x\n", "a:2:8: 목록이 와야 하는데 글이에요.");
        check("minutes: 3\n", "a:1:1: 필드가 빠졌어요: title");
        check("title: a\nlevel: 증급\n", "a:2:8: 쓸 수 없는 값이에요: 증급 | 혹시 중급?");
        check("title: a\nextra: {b: {ratio: 1, on: 네}}\n", "a:2:27: true나 false가 와야 하는데 글이에요.");
        check("title: a\nextra:\n  b:\n    ratio: 1\n", "a:4:5: 필드가 빠졌어요: on");
        check("[a]", "a:1:1: 맵이 와야 하는데 목록이에요.");
    }
}
