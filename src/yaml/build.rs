//! Parser events into trees, within a budget. It stops only where going on would cost more than the budget.

use std::collections::{HashMap, HashSet};

use granit_parser::{Event, Parser, ScalarStyle, Span, Tag};

use crate::problem::Problem;

use super::message;
use super::node::{Key, Node, Value};
use super::scalar;

/// Values in one text, aliases not expanded.
pub(super) const MAX_NODES: usize = 100_000;
/// Values that anchors keep and aliases bring, together.
const MAX_COPIES: usize = 50_000;
const MAX_DEPTH: usize = 64;
/// After so many, more would not help the author.
const MAX_PROBLEMS: usize = 100;

/// The documents of a text as far as they can be read, and all its problems.
pub(super) fn documents(file: &str, text: &str) -> (Vec<Node>, Vec<Problem>) {
    let mut options = granit_parser::options! {
        emit_unresolved_aliases: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    options.set_emit_comments(false);
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder { file, text, ..Builder::default() };
    loop {
        match parser.next_event() {
            None => break,
            Some(Ok((event, span))) => {
                if builder.take(event, &span).is_err() {
                    break;
                }
            }
            Some(Err(error)) => {
                builder.problems.push(message::problem(file, &error));
                builder.abandon();
                if builder.problems.len() >= MAX_PROBLEMS || !parser.proceed_next_document().unwrap_or(false) {
                    break;
                }
            }
        }
    }
    (builder.documents, builder.problems)
}

#[derive(Default)]
struct Builder<'t> {
    file: &'t str,
    text: &'t str,
    documents: Vec<Node>,
    problems: Vec<Problem>,
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    copies: usize,
}

/// A collection whose end has not come.
struct Open {
    line: usize,
    column: usize,
    anchor: usize,
    /// Values within, for the budget of aliases.
    size: usize,
    items: Items,
}

enum Items {
    List(Vec<Node>),
    Map { entries: Vec<(Key, Node)>, seen: HashSet<String>, key: Option<Key> },
}

/// The budget is spent; the problem has been noted.
struct Spent;

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), Spent> {
        let (line, column) = (span.start.line(), span.start.col() + 1);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.count(line, column)?;
                if self.wants_key() {
                    self.key(&text, style, line, column);
                    return Ok(());
                }
                self.tag(tag.as_deref(), span);
                let value = self.scalar(&text, style, tag.as_deref(), line, column);
                let spots = if let Value::Text(_) = value { spots(self.text, span, style, &text) } else { Vec::new() };
                self.complete(Node { value, line, column, spots }, anchor, 1)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.count(line, column)?;
                self.tag(tag.as_deref(), span);
                self.open.push(Open { line, column, anchor, size: 1, items: Items::List(Vec::new()) });
                Ok(())
            }
            Event::MappingStart(_, anchor, tag) => {
                self.count(line, column)?;
                self.tag(tag.as_deref(), span);
                let items = Items::Map { entries: Vec::new(), seen: HashSet::new(), key: None };
                self.open.push(Open { line, column, anchor, size: 1, items });
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open { line, column, anchor, size, items }) => {
                    let value = match items {
                        Items::List(items) => Value::List(items),
                        Items::Map { entries, .. } => Value::Map(entries),
                    };
                    self.complete(Node { value, line, column, spots: Vec::new() }, anchor, size)
                }
                None => Ok(()),
            },
            Event::Alias(id) => self.alias(id, line, column),
            Event::UnresolvedAlias(name) => {
                self.error(line, column, format!("앞에 없는 별칭이에요: *{name}"));
                self.complete(Node { value: Value::Null, line, column, spots: Vec::new() }, 0, 1)
            }
            Event::DocumentStart(..) => {
                self.abandon();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Forgets what belongs to the document at hand: anchors do not outlive it.
    fn abandon(&mut self) {
        self.open.clear();
        self.anchors.clear();
    }

    fn error(&mut self, line: usize, column: usize, message: impl Into<String>) {
        self.problems.push(Problem::error(self.file, line, column, message));
    }

    fn count(&mut self, line: usize, column: usize) -> Result<(), Spent> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            self.error(line, column, format!("너무 커요 (값 {MAX_NODES}개까지)."));
            return Err(Spent);
        }
        if self.problems.len() >= MAX_PROBLEMS { Err(Spent) } else { Ok(()) }
    }

    fn copy(&mut self, size: usize, line: usize, column: usize) -> Result<(), Spent> {
        self.copies += size;
        if self.copies > MAX_COPIES {
            self.error(line, column, "별칭이 너무 크게 불어나요.");
            return Err(Spent);
        }
        Ok(())
    }

    fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { items: Items::Map { key: None, .. }, .. }))
    }

    fn key(&mut self, text: &str, style: ScalarStyle, line: usize, column: usize) {
        let plain = style == ScalarStyle::Plain;
        if plain && text == "<<" {
            let help = "필요한 값을 그대로 적으세요.";
            self.problems.push(Problem::error(self.file, line, column, "병합 키(<<)는 쓸 수 없어요.").with_help(help));
        } else if plain && matches!(text, "" | "~") {
            self.error(line, column, "키가 비어 있어요.");
        }
        if let Some(Open { items: Items::Map { key, .. }, .. }) = self.open.last_mut() {
            *key = Some(Key { name: text.to_owned(), line, column });
        }
    }

    fn tag(&mut self, tag: Option<&Tag>, span: &Span) {
        if let Some(tag) = tag.filter(|tag| tag.is_custom()) {
            let mark = span.tag_start().unwrap_or(span.start);
            self.error(mark.line(), mark.col() + 1, format!("태그는 쓸 수 없어요: {}", tag.original()));
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, line: usize, column: usize) -> Value {
        let resolve = match tag.and_then(Tag::core_suffix) {
            Some("str") => false,
            Some(_) => true,
            None => style == ScalarStyle::Plain,
        };
        if !resolve {
            return Value::Text(text.to_owned());
        }
        scalar::plain(text).unwrap_or_else(|()| {
            let message = format!("도구마다 다르게 읽히는 수예요: {text}");
            let octal = text.trim_start_matches(['-', '+', '0']);
            let help = format!("8진수면 0o{octal}, 10진수면 {octal}, 글이면 '{text}'로 적으세요.");
            self.problems.push(Problem::error(self.file, line, column, message).with_help(help));
            Value::Null
        })
    }

    fn alias(&mut self, id: usize, line: usize, column: usize) -> Result<(), Spent> {
        let Some((node, size)) = self.anchors.get(&id) else {
            self.error(line, column, "별칭이 자기 자신을 담아요.");
            return self.complete(Node { value: Value::Null, line, column, spots: Vec::new() }, 0, 1);
        };
        let size = *size;
        if self.copies + size > MAX_COPIES {
            return self.copy(size, line, column);
        }
        let node = Node { line, column, ..node.clone() };
        self.copy(size, line, column)?;
        self.complete(node, 0, size)
    }

    fn complete(&mut self, node: Node, anchor: usize, size: usize) -> Result<(), Spent> {
        if anchor != 0 {
            self.copy(size, node.line, node.column)?;
            self.anchors.insert(anchor, (node.clone(), size));
        }
        let mut problem = None;
        match self.open.last_mut() {
            None => self.documents.push(node),
            Some(open) => {
                open.size += size;
                match &mut open.items {
                    Items::List(items) => items.push(node),
                    Items::Map { entries, seen, key } => match key.take() {
                        None => {
                            problem = Some((node.line, node.column, "키는 글이어야 해요.".to_owned()));
                            *key = Some(Key { name: String::new(), line: node.line, column: node.column });
                        }
                        Some(key) if seen.insert(key.name.clone()) => entries.push((key, node)),
                        Some(key) => {
                            problem = Some((key.line, key.column, format!("같은 키가 또 있어요: {}", key.name)));
                        }
                    },
                }
            }
        }
        if let Some((line, column, message)) = problem {
            self.error(line, column, message);
        }
        Ok(())
    }
}

/// Where each source line of a text begins, so that a place inside it can be named. A block scalar's span begins with
/// its first line that is not blank.
fn spots(source: &str, span: &Span, style: ScalarStyle, text: &str) -> Vec<(usize, usize, usize)> {
    let (line, column) = (span.start.line(), span.start.col() + 1);
    let quote = usize::from(matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted));
    let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
    let mut offset = if block { text.chars().take_while(|c| *c == '\n').count() } else { 0 };
    let mut spots = vec![(offset, line, column + quote)];
    let mut after_text = false;
    for (index, raw) in span.slice(source).unwrap_or_default().lines().enumerate() {
        let spaces = raw.chars().take_while(|c| *c == ' ').count();
        let (start, length) = match (block, index) {
            (_, 0) => (column + quote, raw.chars().count().saturating_sub(quote)),
            (true, _) => (column, raw.chars().count().saturating_sub(column - 1)),
            (false, _) => (spaces + 1, raw.trim().chars().count()),
        };
        if index > 0 {
            spots.push((offset, line + index, start));
        }
        let blank = raw.trim().is_empty();
        // A folded break becomes one space; of the breaks around blank lines the first is dropped.
        offset += length + usize::from(style == ScalarStyle::Literal || !(blank && after_text));
        after_text = !blank;
    }
    spots
}
