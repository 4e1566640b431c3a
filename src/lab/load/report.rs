//! Problems of one file, and a mapping read field by field so that all of its mistakes come at once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use crate::problem::Problem;
use crate::yaml::{Key, Node, Value, nearest};

use super::duration;

/// Where a problem is.
pub(super) trait Place {
    /// Line and column, from 1.
    fn place(&self) -> (usize, usize);
}

impl Place for Node {
    fn place(&self) -> (usize, usize) {
        (self.line, self.column)
    }
}

impl Place for Key {
    fn place(&self) -> (usize, usize) {
        (self.line, self.column)
    }
}

impl Place for (usize, usize) {
    fn place(&self) -> (usize, usize) {
        *self
    }
}

/// The problems of one file.
pub(super) struct Report<'p> {
    pub(super) file: String,
    pub(super) problems: &'p RefCell<Vec<Problem>>,
}

impl Report<'_> {
    pub(super) fn error(&self, at: &dyn Place, message: impl Into<String>) {
        let (line, column) = at.place();
        self.push(Problem::error(&self.file, line, column, message));
    }

    pub(super) fn error_help(&self, at: &dyn Place, message: impl Into<String>, help: impl Into<String>) {
        let (line, column) = at.place();
        self.push(Problem::error(&self.file, line, column, message).with_help(help));
    }

    pub(super) fn warn_help(&self, at: &dyn Place, message: impl Into<String>, help: impl Into<String>) {
        let (line, column) = at.place();
        self.push(Problem::warning(&self.file, line, column, message).with_help(help));
    }

    /// An error with the nearest known word as its help, or all of them where none is near.
    pub(super) fn unknown(&self, at: &dyn Place, message: &str, word: &str, known: &[&str]) {
        let mut once: Vec<&str> = Vec::new();
        known.iter().for_each(|word| {
            if !once.contains(word) {
                once.push(word)
            }
        });
        let help = match nearest(word, known.iter().copied()) {
            Some(near) => format!("혹시 {near}?"),
            None if known.is_empty() => return self.error(at, format!("{message}: {word}")),
            None => format!("쓸 수 있는 것: {}", once.join(", ")),
        };
        self.error_help(at, format!("{message}: {word}"), help);
    }

    pub(super) fn wanted(&self, node: &Node, what: &str) {
        let message = format!("{what} 와야 하는데 {}.", node.value.is_what());
        match node.value {
            Value::Bool(_) | Value::Int(_) | Value::Float(_) if what == "글이" => {
                self.error_help(node, message, "따옴표로 감싸세요.");
            }
            _ => self.error(node, message),
        }
    }

    pub(super) fn push(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }
}

/// The text of a node; anything else is a problem, and so is an empty text.
pub(super) fn text(node: &Node, report: &Report) -> Option<String> {
    match node.text() {
        Some(text) if text.trim().is_empty() => {
            report.error(node, "글이 비어 있어요.");
            None
        }
        Some(text) => Some(text.to_owned()),
        None => {
            report.wanted(node, "글이");
            None
        }
    }
}

/// The items of a list; anything else is a problem.
pub(super) fn list<'n>(node: &'n Node, report: &Report) -> &'n [Node] {
    node.list().unwrap_or_else(|| {
        report.wanted(node, "목록이");
        &[]
    })
}

/// A list of texts.
pub(super) fn texts(node: &Node, report: &Report) -> Vec<String> {
    list(node, report).iter().filter_map(|item| text(item, report)).collect()
}

/// A mapping of texts.
pub(super) fn pairs(node: &Node, report: &Report) -> BTreeMap<String, String> {
    let Some(entries) = node.map() else {
        report.wanted(node, "맵이");
        return BTreeMap::new();
    };
    let mut pairs = BTreeMap::new();
    for (key, value) in entries {
        match value.text() {
            Some(text) => {
                pairs.insert(key.name.clone(), text.to_owned());
            }
            None => report.wanted(value, "글이"),
        }
    }
    pairs
}

/// A mapping, read field by field; what was never asked for is unknown when it is closed.
pub(super) struct Fields<'n, 'r> {
    pub(super) report: &'r Report<'r>,
    place: (usize, usize),
    entries: &'n [(Key, Node)],
    asked: Vec<&'static str>,
}

impl Place for Fields<'_, '_> {
    fn place(&self) -> (usize, usize) {
        self.place
    }
}

impl<'n, 'r> Fields<'n, 'r> {
    /// `None`, with a problem, when it is no mapping.
    pub(super) fn open(node: &'n Node, report: &'r Report<'r>) -> Option<Self> {
        let Some(entries) = node.map() else {
            report.wanted(node, "맵이");
            return None;
        };
        Some(Self { report, place: node.place(), entries, asked: Vec::new() })
    }

    /// The value of a field; an empty one is a problem.
    pub(super) fn get(&mut self, name: &'static str) -> Option<&'n Node> {
        self.asked.push(name);
        let (_, node) = self.entries.iter().find(|(key, _)| key.name == name)?;
        if node.is_null() {
            self.report.error(node, format!("값이 비어 있어요: {name}"));
            return None;
        }
        Some(node)
    }

    /// The key of a field that is there, whether asked for or not.
    pub(super) fn key(&self, name: &str) -> Option<&'n Key> {
        self.entries.iter().map(|(key, _)| key).find(|key| key.name == name)
    }

    /// Reports a field that must be there and is not.
    pub(super) fn need(&mut self, name: &'static str) -> Option<&'n Node> {
        let node = self.get(name);
        if self.key(name).is_none() {
            self.report.error(&self.place, format!("필드가 빠졌어요: {name}"));
        }
        node
    }

    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.get(name).and_then(|node| text(node, self.report))
    }

    pub(super) fn need_text(&mut self, name: &'static str) -> Option<String> {
        self.need(name).and_then(|node| text(node, self.report))
    }

    pub(super) fn texts(&mut self, name: &'static str) -> Vec<String> {
        self.get(name).map(|node| texts(node, self.report)).unwrap_or_default()
    }

    /// Texts of a closed list.
    pub(super) fn words(&mut self, name: &'static str, known: &[&str]) -> Vec<String> {
        let report = self.report;
        let known_one = |item: &Node| {
            let word = text(item, report)?;
            if !known.contains(&word.as_str()) {
                report.unknown(item, &format!("{name}에 쓸 수 없는 값이에요"), &word, known);
                return None;
            }
            Some(word)
        };
        self.list(name).iter().filter_map(known_one).collect()
    }

    pub(super) fn list(&mut self, name: &'static str) -> &'n [Node] {
        self.get(name).map(|node| list(node, self.report)).unwrap_or_default()
    }

    pub(super) fn flag(&mut self, name: &'static str) -> Option<bool> {
        let node = self.get(name)?;
        if let Value::Bool(flag) = node.value {
            return Some(flag);
        }
        self.report.wanted(node, "true나 false가");
        None
    }

    pub(super) fn number<T: TryFrom<i64>>(&mut self, name: &'static str) -> Option<T> {
        self.get(name).and_then(|node| number(node, self.report))
    }

    pub(super) fn duration(&mut self, name: &'static str) -> Option<Duration> {
        let node = self.get(name)?;
        let parsed = node.text().and_then(duration::parse);
        if parsed.is_none() {
            self.report.error_help(node, format!("{name}: 시간이 아니에요."), "60s, 2m, 500ms처럼 적으세요.");
        }
        parsed
    }

    pub(super) fn choice<T: Copy>(&mut self, name: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let node = self.get(name)?;
        let text = text(node, self.report)?;
        let chosen = choices.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if chosen.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            self.report.unknown(node, &format!("{name}에 쓸 수 없는 값이에요"), &text, &words);
        }
        chosen
    }

    /// Reports the fields nobody asked for.
    pub(super) fn close(self) {
        self.close_but(&[], |_| None);
    }

    /// The same, where `elsewhere` are words that may have been meant too, and `why` says what is wrong with those that
    /// have no place here.
    pub(super) fn close_but(self, elsewhere: &[&'static str], why: impl Fn(&str) -> Option<String>) {
        let mut words = self.asked.clone();
        words.extend(elsewhere);
        for (key, _) in self.entries.iter().filter(|(key, _)| !self.asked.contains(&key.name.as_str())) {
            match why(&key.name) {
                Some(message) => self.report.error(key, message),
                None => self.report.unknown(key, "모르는 필드예요", &key.name, &words),
            }
        }
    }
}

/// A whole number within the range of `T`.
pub(super) fn number<T: TryFrom<i64>>(node: &Node, report: &Report) -> Option<T> {
    let Value::Int(int) = node.value else {
        report.wanted(node, "정수가");
        return None;
    };
    let number = T::try_from(int).ok();
    if number.is_none() {
        report.error(node, format!("범위를 벗어난 수예요: {int}"));
    }
    number
}
