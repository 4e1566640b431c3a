//! Statements of a flowchart.

use std::collections::{BTreeMap, BTreeSet};

use super::label::rows;
use super::model::{Chart, Direction, End, Group, Link, Node};
use super::scan::{Arrow, Scan};
use crate::diagram::Line;
use crate::diagram::Refusal;
use crate::diagram::canvas::Corners;
use crate::text::{clean, josa, truncate};

/// More of them are no picture for a person.
const NODES: usize = 2_000;
const LINKS: usize = 4_000;
const GROUPS: usize = 300;
const DEPTH: usize = 12;

struct Named {
    label: Option<Vec<String>>,
    corners: Corners,
    strong: bool,
    group: Option<usize>,
    line: usize,
}

struct RawLink {
    from: usize,
    to: usize,
    link: Link,
}

/// A subgraph that has begun.
struct Open {
    group: usize,
    line: usize,
    mentioned: Vec<usize>,
}

#[derive(Default)]
struct Reader {
    direction: Option<Direction>,
    names: BTreeMap<String, usize>,
    nodes: Vec<Named>,
    links: Vec<RawLink>,
    link_names: BTreeSet<String>,
    groups: Vec<Group>,
    group_names: BTreeMap<String, usize>,
    open: Vec<Open>,
    lints: Vec<(usize, String)>,
}

fn refuse<T>(line: usize, reason: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal { line, reason: reason.into() })
}

/// Reads the lines, the header first.
pub fn parse(lines: &[Line<'_>]) -> Result<Chart, Refusal> {
    let mut reader = Reader::default();
    let mut described = false;
    let mut lines = lines.iter();
    let mut first = true;
    while let Some(line) = lines.next() {
        let mut whole = line.text.to_owned();
        // A quoted text may go over lines.
        while whole.matches('"').count() % 2 == 1 {
            let Some(next) = lines.next() else { return refuse(line.number, "닫는 따옴표 \"가 없어요") };
            whole.push('\n');
            whole.push_str(next.text.trim());
        }
        if described || whole.trim_start().starts_with("accDescr") && whole.contains('{') {
            described = !whole.contains('}');
            continue;
        }
        for (index, statement) in statements(&whole).into_iter().enumerate() {
            if std::mem::take(&mut first) && index == 0 {
                reader.header(statement, line.number)?;
            } else {
                reader.statement(statement, line.number)?;
            }
        }
    }
    reader.finish()
}

/// Parts between semicolons that are not within quotes, brackets or labels, nor the end of an entity.
fn statements(line: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut start, mut quoted, mut depth, mut bars) = (0, false, 0usize, 0usize);
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '[' | '(' | '{' if !quoted => depth += 1,
            ']' | ')' | '}' if !quoted => depth = depth.saturating_sub(1),
            '|' if !quoted => bars += 1,
            ';' if !quoted && depth == 0 && bars % 2 == 0 => {
                out.extend(line.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    out.extend(line.get(start..));
    out
}

impl Reader {
    fn header(&mut self, text: &str, line: usize) -> Result<(), Refusal> {
        let text = text.trim();
        let after = text.split_once(char::is_whitespace).map_or("", |(_, after)| after.trim());
        let (word, rest) = after.split_once(char::is_whitespace).unwrap_or((after, ""));
        match Direction::named(word) {
            Some(direction) => self.direction = Some(direction),
            None if after.is_empty() => {}
            None => {
                return refuse(line, format!("'{}' 방향은 없어요: TB, BT, LR, RL 가운데 하나예요", truncate(word, 20)));
            }
        }
        self.statement(rest, line)
    }

    fn statement(&mut self, text: &str, line: usize) -> Result<(), Refusal> {
        let text = text.trim();
        if text.is_empty() || text.starts_with("%%") {
            return Ok(());
        }
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        match word {
            "subgraph" => return self.begin(rest, line),
            "end" if rest.is_empty() => return self.end(line),
            "direction" => {
                if let Some(direction) = Direction::named(rest) {
                    match self.open.last().and_then(|open| self.groups.get_mut(open.group)) {
                        Some(group) => group.direction = Some(direction),
                        None => self.direction = Some(direction),
                    }
                    return Ok(());
                }
            }
            "style" => return self.style(rest, line),
            "class" => {
                let names = rest.split_once(char::is_whitespace).map_or(rest, |(names, _)| names);
                return names.split(',').try_for_each(|name| self.make_strong(name.trim(), line));
            }
            "classDef" | "linkStyle" | "click" | "accTitle:" | "accDescr:" | "accTitle" | "accDescr" => return Ok(()),
            _ => {}
        }
        self.chain(text, line)
    }

    fn begin(&mut self, text: &str, line: usize) -> Result<(), Refusal> {
        if self.groups.len() >= GROUPS {
            return refuse(line, format!("하위 그래프가 {GROUPS}개보다 많아요"));
        }
        if self.open.len() >= DEPTH {
            return refuse(line, format!("하위 그래프가 {DEPTH}겹보다 깊어요"));
        }
        let mut scan = Scan { rest: text };
        let mut id = text.trim_matches('"').to_owned();
        let mut title = text;
        if let Some(name) = scan.name() {
            scan.blanks();
            if let Ok(Some(shape)) = scan.shape() {
                id = name.to_owned();
                title = shape.label.unwrap_or(name);
            }
        }
        let group = self.groups.len();
        let parent = self.open.last().map(|open| open.group);
        self.groups.push(Group { title: rows(title).join(" "), parent, direction: None });
        self.group_names.entry(id).or_insert(group);
        self.open.push(Open { group, line, mentioned: Vec::new() });
        Ok(())
    }

    fn end(&mut self, line: usize) -> Result<(), Refusal> {
        let Some(open) = self.open.pop() else {
            return refuse(line, "닫을 하위 그래프가 없는데 end가 있어요");
        };
        for node in open.mentioned {
            if let Some(node) = self.nodes.get_mut(node) {
                node.group.get_or_insert(open.group);
            }
        }
        Ok(())
    }

    fn style(&mut self, text: &str, line: usize) -> Result<(), Refusal> {
        let names = text.split_once(char::is_whitespace).map_or(text, |(names, _)| names);
        if names.contains(',') {
            let names = truncate(names, 40);
            let particle = josa(&names, "이/가").replacen(&names, "", 1);
            let lint = format!(
                "style에는 이름을 하나만 쓸 수 있어요. 웹에서는 '{names}'{particle} 새 노드로 그려져요. class를 쓰거나 줄을 나눠요."
            );
            self.lints.push((line, lint));
        }
        names.split(',').try_for_each(|name| self.make_strong(name.trim(), line))
    }

    /// A name that nobody else uses makes no node: a page would draw an empty one.
    fn make_strong(&mut self, name: &str, line: usize) -> Result<(), Refusal> {
        if name.is_empty() {
            return Ok(());
        }
        let known = self.names.contains_key(name);
        let node = self.node(name, line)?;
        if let Some(found) = self.nodes.get_mut(node) {
            found.strong = true;
            if !known {
                found.line = 0;
            }
        }
        Ok(())
    }

    /// The number of a node by its name, new or known.
    fn node(&mut self, name: &str, line: usize) -> Result<usize, Refusal> {
        if let Some(&node) = self.names.get(name) {
            if let Some(found) = self.nodes.get_mut(node).filter(|found| found.line == 0) {
                found.line = line;
            }
            return Ok(node);
        }
        if self.nodes.len() >= NODES {
            return refuse(line, format!("노드가 {NODES}개보다 많아요"));
        }
        let node = self.nodes.len();
        self.names.insert(name.to_owned(), node);
        self.nodes.push(Named { label: None, corners: Corners::Round, strong: false, group: None, line });
        Ok(node)
    }

    /// `a & b --> c --> d`
    fn chain(&mut self, text: &str, line: usize) -> Result<(), Refusal> {
        let mut scan = Scan { rest: text };
        let Some(mut from) = self.list(&mut scan, line)? else { return Ok(()) };
        loop {
            scan.blanks();
            if scan.rest.is_empty() || scan.rest.starts_with("%%") {
                return Ok(());
            }
            let before = scan;
            let Ok(arrow) = scan.arrow() else { return refuse(line, "선의 라벨이 끝나지 않았어요") };
            let Some(arrow) = arrow else {
                return refuse(line, format!("'{}' 앞에서 선이나 줄 끝이 있어야 해요", truncate(before.rest, 24)));
            };
            let named = before.rest.split_once('@').map(|(name, _)| name);
            self.link_names.extend(named.filter(|name| !name.contains(char::is_whitespace)).map(str::to_owned));
            scan.blanks();
            let Some(to) = self.list(&mut scan, line)? else {
                return refuse(line, "선이 닿을 노드가 없어요");
            };
            self.connect(&from, &to, &arrow, line)?;
            from = to;
        }
    }

    fn connect(&mut self, from: &[usize], to: &[usize], arrow: &Arrow<'_>, line: usize) -> Result<(), Refusal> {
        let label = arrow.label.map(rows).unwrap_or_default();
        if self.links.len() + from.len() * to.len() > LINKS {
            return refuse(line, format!("선이 {LINKS}개보다 많아요"));
        }
        for &from in from {
            for &to in to {
                let link = Link {
                    from: End::Node(from),
                    to: End::Node(to),
                    stroke: arrow.stroke,
                    tail: arrow.tail,
                    head: arrow.head,
                    label: label.clone(),
                    length: arrow.length,
                };
                self.links.push(RawLink { from, to, link });
            }
        }
        Ok(())
    }

    /// `a & b[B]:::c`; None for what belongs to a link that has a name.
    fn list(&mut self, scan: &mut Scan<'_>, line: usize) -> Result<Option<Vec<usize>>, Refusal> {
        let mut nodes = Vec::new();
        loop {
            scan.blanks();
            let Some(name) = scan.name() else {
                return refuse(
                    line,
                    match scan.rest.chars().next() {
                        Some(c) => format!("'{}' 자리에 노드 이름이 있어야 해요", clean(&c.to_string())),
                        None => "노드 이름이 있어야 할 자리가 비어 있어요".to_owned(),
                    },
                );
            };
            if name == "end" {
                return refuse(line, "end는 노드 이름이 될 수 없어요");
            }
            let braces = scan.rest.starts_with("@{");
            let shape = match scan.shape() {
                Ok(shape) => shape,
                Err(bracket) => return refuse(line, format!("닫는 괄호 {bracket} 없이 줄이 끝났어요")),
            };
            if shape.as_ref().is_some_and(|shape| shape.bare) && self.link_names.contains(name) {
                return Ok(None);
            }
            let node = self.node(name, line)?;
            if let (Some(shape), Some(found)) = (shape, self.nodes.get_mut(node)) {
                if let Some(label) = shape.label {
                    if !braces && !label.trim_start().starts_with('"') && label.contains(['(', '[', '{']) {
                        let lint =
                            format!("괄호가 든 라벨은 웹에서 오류가 나요: \"{}\"처럼 따옴표로 감싸요.", label.trim());
                        self.lints.push((line, lint));
                    }
                    found.label = Some(rows(label));
                    found.corners = shape.corners;
                } else if !shape.bare {
                    found.corners = shape.corners;
                }
            }
            for open in &mut self.open {
                open.mentioned.push(node);
            }
            while scan.eat(":::") {
                scan.name();
                if let Some(found) = self.nodes.get_mut(node) {
                    found.strong = true;
                }
            }
            nodes.push(node);
            scan.blanks();
            if !scan.eat("&") {
                return Ok(Some(nodes));
            }
        }
    }

    /// Names of subgraphs become subgraphs, and only what was named as a node becomes one.
    fn finish(mut self) -> Result<Chart, Refusal> {
        if let Some(open) = self.open.last() {
            return refuse(open.line, "하위 그래프를 닫는 end가 없어요");
        }
        let mut names: Vec<(String, usize)> = std::mem::take(&mut self.names).into_iter().collect();
        names.sort_unstable_by_key(|(_, node)| *node);
        let mut ends = Vec::with_capacity(names.len());
        let mut nodes = Vec::with_capacity(names.len());
        for ((name, _), node) in names.into_iter().zip(self.nodes) {
            if let Some(&group) = self.group_names.get(&name) {
                ends.push(Some(End::Group(group)));
            } else if node.line == 0 {
                ends.push(None);
            } else {
                ends.push(Some(End::Node(nodes.len())));
                let label = node.label.unwrap_or_else(|| vec![clean(&name).into_owned()]);
                nodes.push(Node { label, corners: node.corners, strong: node.strong, group: node.group });
            }
        }
        let end = |node: usize| ends.get(node).copied().flatten();
        let links =
            self.links.into_iter().filter_map(|raw| Some(Link { from: end(raw.from)?, to: end(raw.to)?, ..raw.link }));
        Ok(Chart {
            direction: self.direction.unwrap_or(Direction::Down),
            links: links.collect(),
            nodes,
            groups: self.groups,
            lints: self.lints,
        })
    }
}
