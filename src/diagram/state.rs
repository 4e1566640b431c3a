//! State diagrams, as a list: each state with what leads out of it. (A sheet of frames would tell no more, and be wider.)

use std::collections::BTreeMap;

use super::rows::{after_keyword, bounded, flat, hang, label, picture, readable, refuse};
use super::{Line, Options, Picture, Refusal};
use crate::text::{Role, Row, josa, truncate};

/// More than this is no picture for a person.
const STATES: usize = 500;
const EDGES: usize = 2_000;
const DEPTH: usize = 12;

/// As parsed.
#[derive(Clone, Debug, Default)]
pub struct State {
    title: Option<String>,
    states: Vec<Node>,
    edges: Vec<Edge>,
    /// By state, in the order written.
    notes: Vec<(usize, String)>,
}

#[derive(Clone, Debug)]
struct Node {
    label: String,
    /// What its author says about it.
    descriptions: Vec<String>,
    kind: Kind,
    /// The composite state it is in.
    parent: Option<usize>,
    depth: usize,
    /// `--` stands before it.
    apart: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    State,
    Start,
    End,
    Choice,
    Fork,
    Join,
    History,
}

#[derive(Clone, Debug)]
struct Edge {
    from: usize,
    to: usize,
    text: String,
}

impl State {
    /// Reads the lines, the header first.
    pub fn parse(lines: &[Line<'_>]) -> Result<Self, Refusal> {
        readable(lines)?;
        let mut parser = Parser::default();
        for line in lines.iter().skip(1) {
            for text in line.text.split(';').map(str::trim).filter(|text| !text.is_empty()) {
                parser.statement(line, text)?;
            }
        }
        if let Some((_, line)) = parser.open.last() {
            return Err(Refusal { line: *line, reason: "이 상태를 닫는 }가 없어요".into() });
        }
        if let Some((_, _, line)) = parser.note {
            return Err(Refusal { line, reason: "이 note를 닫는 end note가 없어요".into() });
        }
        if parser.found.states.is_empty() {
            let line = lines.first().map_or(1, |line| line.number);
            return Err(Refusal { line, reason: "그림에 상태가 없어요".into() });
        }
        Ok(parser.found)
    }

    fn mark(&self, kind: Kind, ascii: bool) -> &'static str {
        match (kind, ascii) {
            (Kind::State, _) => "",
            (Kind::Start, false) => "●",
            (Kind::End, false) => "◉",
            (Kind::Choice, false) => "◇",
            (Kind::Fork | Kind::Join, false) => "━",
            (Kind::History, false) => "◷",
            (Kind::Start, true) => "(*)",
            (Kind::End, true) => "(@)",
            (Kind::Choice, true) => "<>",
            (Kind::Fork | Kind::Join, true) => "==",
            (Kind::History, true) => "(H)",
        }
    }

    fn name(&self, who: usize, role: Role, ascii: bool) -> Row {
        let Some(node) = self.states.get(who) else { return Row::new() };
        match self.mark(node.kind, ascii) {
            "" => vec![(role, flat(&node.label))],
            mark => vec![(Role::Dim, format!("{mark} ")), (role, flat(&node.label))],
        }
    }

    /// States in the order to show: what is in a composite state right behind it.
    fn order(&self) -> Vec<usize> {
        let mut below: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        for (index, node) in self.states.iter().enumerate() {
            below.entry(node.parent).or_default().push(index);
        }
        let mut order = Vec::with_capacity(self.states.len());
        let mut todo: Vec<usize> =
            below.get(&None).map(|roots| roots.iter().rev().copied().collect()).unwrap_or_default();
        while let Some(next) = todo.pop() {
            order.push(next);
            todo.extend(below.get(&Some(next)).into_iter().flatten().rev());
        }
        order
    }

    /// Its picture.
    pub fn draw(&self, options: &Options) -> Result<Picture, Refusal> {
        let mut rows = Vec::new();
        super::rows::title(&mut rows, self.title.as_deref(), options.width);
        let (branch, last, pass, bar) =
            if options.ascii { ("|-", "`-", "| ", "| ") } else { ("├─", "╰─", "│ ", "│ ") };
        let mut out: BTreeMap<usize, Vec<&Edge>> = BTreeMap::new();
        for edge in &self.edges {
            out.entry(edge.from).or_default().push(edge);
        }
        for who in self.order() {
            let Some(node) = self.states.get(who) else { continue };
            let inside = self.states.iter().any(|other| other.parent == Some(who));
            let edges = out.get(&who).map_or(&[][..], Vec::as_slice);
            let notes: Vec<&String> = self.notes.iter().filter(|(of, _)| *of == who).map(|(_, text)| text).collect();
            // An end says nothing that its arrow has not said.
            if node.kind == Kind::End && edges.is_empty() && notes.is_empty() {
                continue;
            }
            let frame: Row = if node.depth > 0 { vec![(Role::Faint, bar.repeat(node.depth))] } else { Row::new() };
            if node.apart {
                let mut row = frame.clone();
                row.push((Role::Faint, if options.ascii { "- - -" } else { "┄┄┄" }.to_owned()));
                rows.push(row);
            }
            let mut text = self.name(who, Role::Strong, options.ascii);
            for description in &node.descriptions {
                text.push((Role::Dim, format!("  {description}")));
            }
            hang(&mut rows, &frame, &frame, &text, options.width);
            let stem: String = if inside { bar.to_owned() } else { String::new() };
            for text in notes {
                let lead = with(&frame, &format!("{stem}  {} ", if options.ascii { "*" } else { "▏" }));
                hang(&mut rows, &lead, &lead, &[(Role::Dim, text.clone())], options.width);
            }
            for (index, edge) in edges.iter().enumerate() {
                let end = index + 1 == edges.len() && !inside;
                let mut lead = with(&frame, if end { last } else { branch });
                lead.push((Role::Accent, if options.ascii { "> " } else { "▶ " }.to_owned()));
                let hanging = with(&frame, &format!("{}  ", if end { "  " } else { pass }));
                let mut text = self.name(edge.to, Role::Text, options.ascii);
                if !edge.text.is_empty() {
                    text.push((Role::Dim, format!(": {}", edge.text)));
                }
                hang(&mut rows, &lead, &hanging, &text, options.width);
            }
        }
        Ok(picture(rows))
    }

    /// Its sentences.
    pub fn spoken(&self) -> Vec<String> {
        let name = |who: usize| self.states.get(who).map_or(String::new(), |node| flat(&node.label));
        let mut out: Vec<String> = self.title.iter().map(|title| format!("그림 제목: {}", flat(title))).collect();
        for (index, node) in self.states.iter().enumerate() {
            let inside: Vec<String> = self
                .states
                .iter()
                .filter(|other| other.parent == Some(index))
                .map(|other| flat(&other.label))
                .collect();
            if !inside.is_empty() {
                out.push(format!("{} 안의 상태: {}.", name(index), inside.join(", ")));
            }
            for description in &node.descriptions {
                out.push(format!("{}: {}", name(index), flat(description)));
            }
        }
        for edge in &self.edges {
            let text = if edge.text.is_empty() { ".".to_owned() } else { format!(": {}", flat(&edge.text)) };
            out.push(format!("{}에서 {} 가요{text}", name(edge.from), josa(&name(edge.to), "으로/로")));
        }
        out.extend(self.notes.iter().map(|(who, text)| format!("메모 ({}): {}", name(*who), flat(text))));
        out
    }
}

fn with(frame: &Row, lead: &str) -> Row {
    let mut row = frame.clone();
    match row.last_mut() {
        Some((Role::Faint, text)) => text.push_str(lead),
        _ => row.push((Role::Faint, lead.to_owned())),
    }
    row
}

#[derive(Default)]
struct Parser {
    found: State,
    ids: BTreeMap<(Option<usize>, String), usize>,
    /// Composite states that are open, with their lines.
    open: Vec<(usize, usize)>,
    /// `--` was read.
    apart: bool,
    /// A note that is open: of whom, its text, its line.
    note: Option<(usize, String, usize)>,
}

impl Parser {
    fn statement(&mut self, line: &Line<'_>, text: &str) -> Result<(), Refusal> {
        if let Some((who, known, at)) = self.note.take() {
            if text.to_ascii_lowercase().replace(' ', "") == "endnote" {
                self.found.notes.push((who, label(&known)));
            } else {
                let mut more = known;
                more.push_str(if more.is_empty() { "" } else { "<br/>" });
                more.push_str(text);
                bounded(line, &more)?;
                self.note = Some((who, more, at));
            }
            return Ok(());
        }
        let ignored = ["direction", "classDef", "class", "style", "accTitle", "accDescr", "scale", "hide"];
        if text == "}" {
            return match self.open.pop() {
                Some(_) => Ok(()),
                None => refuse(line, "이 }가 닫을 상태가 없어요"),
            };
        }
        if text == "--" {
            self.apart = true;
            return Ok(());
        }
        if let Some((ends, label_text)) = arrow(text) {
            return self.edge(line, ends, label_text);
        }
        if let Some(rest) = after_keyword(text, "state") {
            return self.state(line, rest);
        }
        if let Some(rest) = after_keyword(text, "note") {
            return self.note(line, rest);
        }
        if let Some(rest) = after_keyword(text, "title") {
            self.found.title = Some(label(rest));
            return Ok(());
        }
        if ignored.iter().any(|word| after_keyword(text, word).is_some()) {
            return Ok(());
        }
        let (id, description) = text.split_once(':').filter(|(id, _)| !id.is_empty()).unwrap_or((text, ""));
        // `가:::색` is a class, not a description.
        let description = if description.starts_with("::") { "" } else { description };
        if id.trim().contains(char::is_whitespace) && !id.trim().starts_with('"') {
            return refuse(line, "상태도 아니고 아는 낱말로 시작하지도 않아요");
        }
        let who = self.named(line, id)?;
        if let Some(node) = self.found.states.get_mut(who).filter(|_| !description.trim().is_empty()) {
            node.descriptions.push(label(description));
        }
        Ok(())
    }

    fn edge(&mut self, line: &Line<'_>, (from, to): (&str, &str), text: &str) -> Result<(), Refusal> {
        if from.is_empty() || to.is_empty() {
            return refuse(line, "화살표의 한쪽에 상태가 없어요");
        }
        if self.found.edges.len() >= EDGES {
            return refuse(line, format!("화살표가 {EDGES}개보다 많아요"));
        }
        let from = if from == "[*]" { self.special(line, Kind::Start)? } else { self.named(line, from)? };
        let to = if to == "[*]" { self.special(line, Kind::End)? } else { self.named(line, to)? };
        self.found.edges.push(Edge { from, to, text: label(text) });
        Ok(())
    }

    fn state(&mut self, line: &Line<'_>, rest: &str) -> Result<(), Refusal> {
        let (rest, opens) = match rest.strip_suffix('{') {
            Some(rest) => (rest.trim(), true),
            None => (rest, false),
        };
        let (rest, kind) = match rest.split_once("<<").or_else(|| rest.split_once("[[")) {
            Some((rest, kind)) if kind.starts_with("choice") => (rest, Kind::Choice),
            Some((rest, kind)) if kind.starts_with("fork") => (rest, Kind::Fork),
            Some((rest, kind)) if kind.starts_with("join") => (rest, Kind::Join),
            Some((rest, kind)) if kind.starts_with("history") => (rest, Kind::History),
            _ => (rest, Kind::State),
        };
        let quoted = rest.strip_prefix('"').and_then(|rest| rest.rsplit_once('"'));
        let (name, id) = match quoted {
            Some((name, rest)) => (Some(name), after_keyword(rest, "as").unwrap_or(name)),
            None => (rest.split_once(':').map(|(_, name)| name), rest.split_once(':').map_or(rest, |(id, _)| id)),
        };
        let who = self.named(line, id)?;
        if let Some(node) = self.found.states.get_mut(who) {
            if let Some(name) = name {
                node.label = label(name);
            }
            if kind != Kind::State {
                node.kind = kind;
            }
        }
        if opens {
            if self.open.len() >= DEPTH {
                return refuse(line, format!("상태가 {DEPTH}겹보다 깊어요"));
            }
            self.open.push((who, line.number));
        }
        Ok(())
    }

    fn note(&mut self, line: &Line<'_>, rest: &str) -> Result<(), Refusal> {
        let side = ["left of", "right of", "over"].iter().find_map(|side| after_keyword(rest, side));
        let Some(rest) = side else {
            // A note that belongs to no state: `note "글" as N`.
            return match rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
                Some((text, _)) => self.named(line, text).map(|_| ()),
                None => refuse(line, "note 뒤에는 left of나 right of가 와야 해요"),
            };
        };
        let (id, text) = rest.split_once(':').map_or((rest, None), |(id, text)| (id, Some(text)));
        let who = self.named(line, id)?;
        match text {
            Some(text) => self.found.notes.push((who, label(text))),
            None => self.note = Some((who, String::new(), line.number)),
        }
        Ok(())
    }

    fn special(&mut self, line: &Line<'_>, kind: Kind) -> Result<usize, Refusal> {
        let (id, label) = if kind == Kind::Start { ("[*] 시작", "시작") } else { ("[*] 끝", "끝") };
        let who = self.find(line, id, true)?;
        if let Some(node) = self.found.states.get_mut(who) {
            node.kind = kind;
            label.clone_into(&mut node.label);
        }
        Ok(who)
    }

    fn named(&mut self, line: &Line<'_>, id: &str) -> Result<usize, Refusal> {
        let id = id.split_once(":::").map_or(id, |(id, _)| id).trim();
        if id.is_empty() || id == "[*]" {
            return refuse(line, "상태의 이름이 없어요");
        }
        if id.contains(['{', '}']) {
            return refuse(line, format!("'{}'은 상태의 이름일 수 없어요", truncate(id, 24)));
        }
        self.find(line, id, false)
    }

    /// Names are known in the whole diagram; a start and an end belong to their composite state.
    fn find(&mut self, line: &Line<'_>, id: &str, own: bool) -> Result<usize, Refusal> {
        let parent = self.open.last().map(|(who, _)| *who);
        let key = (parent.filter(|_| own), id.to_owned());
        if let Some(known) = self.ids.get(&key) {
            return Ok(*known);
        }
        let index = self.found.states.len();
        if index >= STATES {
            return refuse(line, format!("상태가 {STATES}개보다 많아요"));
        }
        self.ids.insert(key, index);
        let apart = std::mem::take(&mut self.apart);
        let node = Node {
            label: label(id),
            descriptions: Vec::new(),
            kind: Kind::State,
            parent,
            depth: self.open.len(),
            apart,
        };
        self.found.states.push(node);
        Ok(index)
    }
}

/// `A --> B: 글`
fn arrow(text: &str) -> Option<((&str, &str), &str)> {
    let (from, rest) = text.split_once("-->")?;
    let (from, rest) = (from.trim(), rest.trim());
    // A class behind the name is no text: `A --> B:::색: 글`.
    let named = rest.split_once(":::").map(|(to, rest)| (to, rest.split_once(':').map_or("", |(_, text)| text)));
    let (to, text) = named.unwrap_or_else(|| rest.split_once(':').unwrap_or((rest, "")));
    Some(((from, to.trim()), text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::source;

    fn read(source: &str) -> Result<State, Refusal> {
        State::parse(&source::read(source).unwrap().lines)
    }

    #[track_caller]
    fn check(source: &str, width: usize, ascii: bool, expected: &[&str]) {
        let picture = read(source).unwrap().draw(&Options { width, ascii }).unwrap();
        let rows: Vec<String> =
            picture.rows.iter().map(|row| row.iter().map(|(_, text)| text.as_str()).collect()).collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn each_state_says_what_leads_out_of_it() {
        check(
            "stateDiagram-v2\n[*] --> Pending\nPending: 노드를 기다림\nPending --> Running: 컨테이너가 켜짐\nstate \"도는 중\" as Running\nRunning --> [*]\nnote right of Running\n정상이에요\nend note",
            40,
            false,
            &[
                "● 시작",
                "╰─▶ Pending",
                "Pending  노드를 기다림",
                "╰─▶ 도는 중: 컨테이너가 켜짐",
                "도는 중",
                "  ▏ 정상이에요",
                "╰─▶ ◉ 끝",
            ],
        );
    }

    #[test]
    fn composite_states_hold_theirs() {
        check(
            "stateDiagram\nstate Active {\n[*] --> On\nOn --> Off : EvNumLockPressed\n--\n[*] --> Caps\n}\nActive --> [*]\nstate c <<choice>>\nc --> Active: if n < 0",
            24,
            true,
            &[
                "Active",
                "|-> (@) 끝",
                "| (*) 시작",
                "| |-> On",
                "| `-> Caps",
                "| On",
                "| `-> Off:",
                "|     EvNumLockPressed",
                "| Off",
                "| - - -",
                "| Caps",
                "<> c",
                "`-> Active: if n < 0",
            ],
        );
    }

    #[test]
    fn what_cannot_be_read_is_refused_at_its_line() {
        #[track_caller]
        fn check(body: &str, line: usize, reason: &str) {
            let refusal = read(&format!("stateDiagram-v2\n{body}")).unwrap_err();
            assert_eq!((refusal.line, refusal.reason.as_str()), (line, reason));
        }
        check("A --> B\n}", 3, "이 }가 닫을 상태가 없어요");
        check("state A {\nB --> C", 2, "이 상태를 닫는 }가 없어요");
        check("A -->", 2, "화살표의 한쪽에 상태가 없어요");
        check("note right of A\n글", 2, "이 note를 닫는 end note가 없어요");
        check("두 낱말 상태", 2, "상태도 아니고 아는 낱말로 시작하지도 않아요");
        check("", 1, "그림에 상태가 없어요");
    }

    #[test]
    fn it_is_told_in_sentences() {
        let found = read("stateDiagram-v2\n[*] --> Pending\nPending --> 실행 중: 켜짐").unwrap();
        assert_eq!(found.spoken(), ["시작에서 Pending으로 가요.", "Pending에서 실행 중으로 가요: 켜짐"]);
    }
}
