//! What may be written where: shapes of values, and tables of fields. It reads nothing.

/// The shape of a value.
pub enum Shape {
    /// A text that is not empty.
    Text,
    /// A text of a form: its name for people, and a regular expression.
    Form(&'static str, &'static str),
    /// A list of texts.
    Texts,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number from here to there.
    Whole(i64, i64),
    /// A number with or without a unit.
    Quantity,
    /// Yes or no.
    Flag,
    /// Texts by name.
    Pairs,
    /// A value to compare with, or an operator.
    Part,
    /// A part of an object.
    Pattern,
    /// Anything by name.
    Anything,
    /// A mapping that may be any Kubernetes object.
    Object,
    /// Nothing to say: true or an empty mapping.
    Nothing,
    /// A mapping of these fields and no others.
    Fields(&'static Table),
    /// Such values by name.
    Named(&'static Shape),
    /// A list, possibly empty.
    List(&'static Shape),
    /// A list of one at least.
    Some(&'static Shape),
    /// One of several shapes.
    Either(&'static [Shape]),
    /// A source with what is expected of it.
    Expectation,
    /// A check.
    Check,
    /// An action: a mapping of exactly one of these.
    Action,
    /// An action whose place may be left out: a seed chooses it.
    Placed,
}

/// The fields of a mapping.
pub struct Table {
    /// Its name in the schema; empty where it is used once.
    pub name: &'static str,
    /// What it says.
    pub fields: &'static [Field],
    /// Groups of which exactly one is there.
    pub one_of: &'static [&'static [&'static str]],
}

/// One field.
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// The shape of its value.
    pub shape: Shape,
    /// Whether it must be there.
    pub need: bool,
    /// What it means, in Korean.
    pub says: &'static str,
}

/// A field that may be left out.
pub(super) const fn may(name: &'static str, shape: Shape, says: &'static str) -> Field {
    Field { name, shape, need: false, says }
}

/// A field that must be there.
pub(super) const fn must(name: &'static str, shape: Shape, says: &'static str) -> Field {
    Field { name, shape, need: true, says }
}

/// A table that is used once.
pub(super) const fn table(fields: &'static [Field]) -> Table {
    Table { name: "", fields, one_of: &[] }
}

/// As many as are counted in 32 bits.
pub(super) const MANY: i64 = u32::MAX as i64;
/// A time with its unit.
pub(super) const DURATION: Shape = Shape::Form("시간", "^([0-9]+(ms|s|m|h))+$");
/// A Kubernetes port.
pub(super) const PORT: Shape = Shape::Either(&[Shape::Whole(1, 65535), Shape::Text]);

impl Shape {
    /// The shape in a few Korean words.
    pub fn words(&self) -> String {
        match self {
            Self::Text => "글".into(),
            Self::Form(name, _) => (*name).into(),
            Self::Texts => "글의 목록".into(),
            Self::Choice(words) if words.len() > 5 => "정해진 말".into(),
            Self::Choice(words) => words.join(" | "),
            Self::Whole(..) => "정수".into(),
            Self::Quantity => "수량".into(),
            Self::Flag => "true | false".into(),
            Self::Pairs => "{이름: 글}".into(),
            Self::Part => "값이나 연산자".into(),
            Self::Pattern => "객체의 일부".into(),
            Self::Anything => "{이름: 값}".into(),
            Self::Object => "객체".into(),
            Self::Nothing => "true | {}".into(),
            Self::Fields(table) => match table.fields {
                [one] => format!("{{{}}}", one.name),
                [one, two] if one.name.len() + two.name.len() < 20 => format!("{{{}, {}}}", one.name, two.name),
                _ => "맵".into(),
            },
            Self::Named(_) => "{이름: 맵}".into(),
            Self::List(inner) | Self::Some(inner) => match inner {
                Self::Either(_) => "목록".into(),
                inner => format!("{}의 목록", inner.words()),
            },
            Self::Either(shapes) => {
                let mut words: Vec<String> = shapes.iter().map(Self::words).collect();
                words.dedup();
                words.join(" | ")
            }
            Self::Expectation => "확인할 것".into(),
            Self::Check => "확인".into(),
            Self::Action | Self::Placed => "동작".into(),
        }
    }

    /// The words of a choice that is too long to stand in a line.
    pub fn choices(&self) -> &'static [&'static str] {
        match self {
            Self::Choice(words) if words.len() > 5 => words,
            _ => &[],
        }
    }
}
