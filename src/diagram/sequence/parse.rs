//! Lines → [`Sequence`].

use std::collections::BTreeMap;

use super::super::rows::{after_keyword, label, readable, refuse};
use super::super::{Line, Refusal};
use super::message;
use super::statement::{keyword, statements, without_color};
use super::{Block, Group, Message, Participant, Sequence, Side, Step};

/// More than this is no picture for a person.
const PARTICIPANTS: usize = 100;
const STEPS: usize = 2_000;
const DEPTH: usize = 16;

/// Reads the lines, the header first.
pub fn parse(lines: &[Line<'_>]) -> Result<Sequence, Refusal> {
    readable(lines)?;
    let mut parser = Parser::default();
    for (index, line) in lines.iter().enumerate() {
        let text = if index == 0 { after_keyword(line.text, "sequenceDiagram").unwrap_or("") } else { line.text };
        for statement in statements(text.trim_start_matches([':', ';'])) {
            parser.statement(line, statement)?;
        }
    }
    parser.finish(lines)
}

#[derive(Default)]
struct Parser {
    found: Sequence,
    ids: BTreeMap<String, usize>,
    /// Blocks that are open, with the lines they began at.
    open: Vec<(usize, usize)>,
    group: Option<(usize, usize)>,
    /// The next number, and the step to the one after it.
    numbers: Option<(u64, u64)>,
    /// Named by `create`, not yet met by a message.
    created: Option<usize>,
    /// Named by `destroy`, not yet met by a message.
    destroyed: Option<usize>,
    /// Within `accDescr { … }`.
    described: bool,
}

impl Parser {
    fn statement(&mut self, line: &Line<'_>, text: &str) -> Result<(), Refusal> {
        if self.described {
            self.described = !text.contains('}');
            return Ok(());
        }
        if self.found.steps.len() >= STEPS {
            return refuse(line, format!("메시지가 {STEPS}개보다 많아 그림으로 읽을 수 없어요"));
        }
        let Some(word) = keyword(text) else { return self.message(line, text) };
        let rest = text.get(word.len()..).unwrap_or("").trim();
        match word {
            "participant" | "actor" => self.declare(line, rest, word == "actor").map(|_| ()),
            "create" => {
                let actor = after_keyword(rest, "actor");
                let named = actor.or_else(|| after_keyword(rest, "participant")).unwrap_or(rest);
                self.created = Some(self.declare(line, named, actor.is_some())?);
                Ok(())
            }
            "destroy" => {
                self.destroyed = Some(self.named(line, rest)?);
                Ok(())
            }
            "activate" | "deactivate" => {
                let who = self.named(line, rest)?;
                self.touch(who);
                self.found.steps.push(if word == "activate" { Step::Activate(who) } else { Step::Deactivate(who) });
                Ok(())
            }
            "box" => {
                if self.group.is_some() {
                    return refuse(line, "box 안에는 box를 둘 수 없어요");
                }
                self.group = Some((self.found.boxes.len(), line.number));
                self.found.boxes.push(Group { title: label(without_color(rest)) });
                Ok(())
            }
            "loop" | "opt" | "alt" | "par" | "par_over" | "critical" | "break" | "rect" => {
                self.begin(line, if word == "par_over" { "par" } else { word }, rest)
            }
            "else" | "and" | "option" => self.part(line, word, rest),
            "end" => self.end(line),
            "note" => self.note(line, rest),
            "title" => {
                self.found.title = Some(label(rest.trim_start_matches(':')));
                Ok(())
            }
            "autonumber" => {
                self.autonumber(rest);
                Ok(())
            }
            "accdescr" => {
                self.described = rest.starts_with('{') && !rest.contains('}');
                Ok(())
            }
            // Menus of links and descriptions that a page does not show.
            _ => Ok(()),
        }
    }

    fn autonumber(&mut self, rest: &str) {
        let mut words = rest.split_whitespace();
        let first = words.next();
        let start = first.and_then(|word| word.parse().ok()).unwrap_or(1);
        let step = words.next().and_then(|word| word.parse().ok()).unwrap_or(1);
        self.numbers = (first != Some("off")).then_some((start, step));
    }

    /// A participant by its id; made when it is met for the first time.
    fn named(&mut self, line: &Line<'_>, id: &str) -> Result<usize, Refusal> {
        let id = id.trim();
        if let Some(known) = self.ids.get(id) {
            return Ok(*known);
        }
        if id.is_empty() {
            return refuse(line, "참가자의 이름이 없어요");
        }
        let index = self.found.participants.len();
        if index >= PARTICIPANTS {
            return refuse(line, format!("참가자가 {PARTICIPANTS}명보다 많아요"));
        }
        self.ids.insert(id.to_owned(), index);
        let group = self.group.map(|(group, _)| group);
        self.found.participants.push(Participant {
            id: id.to_owned(),
            label: label(id),
            actor: false,
            created: false,
            group,
        });
        Ok(index)
    }

    /// `A as 이름`, also with a type: `A@{ "type": "database" } as 이름`.
    fn declare(&mut self, line: &Line<'_>, text: &str, actor: bool) -> Result<usize, Refusal> {
        let (bare, typed) = match text.split_once("@{") {
            Some((id, rest)) => (id, rest.split_once('}').map_or("", |(_, rest)| rest)),
            None => (text, ""),
        };
        let alias = |text: &str| after_keyword(text, "as").map(ToOwned::to_owned);
        let (id, name) = match bare.split_once(" as ") {
            Some((id, name)) => (id, Some(name.to_owned())),
            None => (bare, alias(typed)),
        };
        let index = self.named(line, id)?;
        let group = self.group.map(|(group, _)| group);
        if let Some(participant) = self.found.participants.get_mut(index) {
            if let Some(name) = name.map(|name| label(&name)).filter(|name| !name.is_empty()) {
                participant.label = name;
            }
            participant.group = group.or(participant.group);
            participant.actor |= actor;
        }
        Ok(index)
    }

    fn message(&mut self, line: &Line<'_>, text: &str) -> Result<(), Refusal> {
        let Some(written) = message::read(text, &|name| self.ids.contains_key(name)) else {
            return refuse(line, "메시지도 아니고 아는 낱말로 시작하지도 않아요");
        };
        if written.from.is_empty() {
            return refuse(line, "화살표 앞에 보내는 쪽이 없어요");
        }
        if written.to.is_empty() {
            return refuse(line, "화살표 뒤에 받는 쪽이 없어요");
        }
        let (from, to) = (self.named(line, written.from)?, self.named(line, written.to)?);
        self.touch(from);
        self.touch(to);
        let number = self.numbers.map(|(number, step)| {
            self.numbers = Some((number.saturating_add(step), step));
            number.to_string()
        });
        let creates = self.created.take_if(|created| *created == to && from != to).is_some();
        if creates && let Some(participant) = self.found.participants.get_mut(to) {
            participant.created = true;
        }
        self.found.steps.push(Step::Message(Message {
            from,
            to,
            dashed: written.dashed,
            head: written.head,
            both: written.both,
            creates,
            number,
            text: written.text,
        }));
        if written.activates {
            self.found.steps.push(Step::Activate(to));
        }
        if written.deactivates {
            self.found.steps.push(Step::Deactivate(from));
        }
        if let Some(gone) = self.destroyed.take_if(|gone| *gone == from || *gone == to) {
            self.found.steps.push(Step::Destroy(gone));
        }
        Ok(())
    }

    fn note(&mut self, line: &Line<'_>, rest: &str) -> Result<(), Refusal> {
        let sides = [
            ("left of", Side::Left),
            ("right of", Side::Right),
            ("over", Side::Over),
            ("left", Side::Left),
            ("right", Side::Right),
        ];
        let Some((side, rest)) = sides.iter().find_map(|(word, side)| Some((*side, after_keyword(rest, word)?))) else {
            return refuse(line, "Note 뒤에는 left of, right of, over 가운데 하나가 와야 해요");
        };
        let Some((who, text)) = rest.split_once(':') else {
            return refuse(line, "Note의 글 앞에 쌍점(:)이 없어요");
        };
        let (mut first, mut last) = (usize::MAX, 0);
        for id in who.split(',') {
            let index = self.named(line, id)?;
            self.touch(index);
            (first, last) = (first.min(index), last.max(index));
        }
        if side != Side::Over {
            last = first;
        }
        self.found.steps.push(Step::Note { side, first, last, text: label(text) });
        Ok(())
    }

    fn begin(&mut self, line: &Line<'_>, keyword: &'static str, rest: &str) -> Result<(), Refusal> {
        if self.open.len() >= DEPTH {
            return refuse(line, format!("블록이 {DEPTH}겹보다 깊어요"));
        }
        let title = if keyword == "rect" { without_color(rest) } else { rest };
        let block = self.found.blocks.len();
        self.found.blocks.push(Block { keyword, title: label(title), first: usize::MAX, last: 0 });
        self.open.push((block, line.number));
        self.found.steps.push(Step::Begin(block));
        Ok(())
    }

    fn part(&mut self, line: &Line<'_>, keyword: &'static str, rest: &str) -> Result<(), Refusal> {
        let of = match keyword {
            "else" => "alt",
            "and" => "par",
            _ => "critical",
        };
        let open = self.open.last().and_then(|(block, _)| Some((*block, self.found.blocks.get(*block)?.keyword)));
        let Some((block, _)) = open.filter(|(_, keyword)| *keyword == of) else {
            return refuse(line, format!("{keyword} 앞에 열린 {of} 블록이 없어요"));
        };
        self.found.steps.push(Step::Part { block, keyword, title: label(rest) });
        Ok(())
    }

    fn end(&mut self, line: &Line<'_>) -> Result<(), Refusal> {
        if let Some((block, _)) = self.open.pop() {
            self.found.steps.push(Step::End(block));
            return Ok(());
        }
        match self.group.take() {
            Some(_) => Ok(()),
            None => refuse(line, "이 end가 닫을 블록이 없어요"),
        }
    }

    /// The blocks that are open concern this participant.
    fn touch(&mut self, who: usize) {
        for (block, _) in &self.open {
            if let Some(block) = self.found.blocks.get_mut(*block) {
                (block.first, block.last) = (block.first.min(who), block.last.max(who));
            }
        }
    }

    fn finish(mut self, lines: &[Line<'_>]) -> Result<Sequence, Refusal> {
        let unclosed = self.open.last().map(|(_, line)| *line).or(self.group.map(|(_, line)| line));
        if let Some(line) = unclosed {
            return Err(Refusal { line, reason: "이 블록을 닫는 end가 없어요".into() });
        }
        if self.found.participants.is_empty() {
            let line = lines.first().map_or(1, |line| line.number);
            return Err(Refusal { line, reason: "그림에 참가자가 없어요".into() });
        }
        // What no message ended stands to the end; a block that concerns nobody goes over all.
        let all = self.found.participants.len() - 1;
        for block in self.found.blocks.iter_mut().filter(|block| block.first > block.last) {
            (block.first, block.last) = (0, all);
        }
        self.enclose();
        Ok(self.found)
    }

    /// A block is at least as wide as the blocks within it.
    fn enclose(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        for step in &self.found.steps {
            match step {
                Step::Begin(block) => open.push(*block),
                Step::End(_) => {
                    let Some(inner) = open.pop().and_then(|inner| self.found.blocks.get(inner)) else { continue };
                    let (first, last) = (inner.first, inner.last);
                    if let Some(outer) = open.last().and_then(|outer| self.found.blocks.get_mut(*outer)) {
                        (outer.first, outer.last) = (outer.first.min(first), outer.last.max(last));
                    }
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::source;

    fn read(source: &str) -> Result<Sequence, Refusal> {
        parse(&source::read(source).unwrap().lines)
    }

    #[test]
    fn participants_stand_in_the_order_they_appear_in() {
        let found = read("sequenceDiagram\nparticipant B as 노드<br/>둘\nA->>B: x\nNote over C,B: y\nactor D").unwrap();
        let shown: Vec<&str> = found.participants.iter().map(|p| p.label.as_str()).collect();
        assert_eq!(shown, ["노드\n둘", "A", "C", "D"]);
    }

    #[test]
    fn blocks_know_whom_they_concern() {
        let found =
            read("sequenceDiagram\nparticipant A\nparticipant B\nparticipant C\npar 하나\nB->>C: x\nand 둘\nloop 셋\nA->>A: y\nend\nend")
                .unwrap();
        let shown: Vec<(usize, usize)> = found.blocks.iter().map(|block| (block.first, block.last)).collect();
        assert_eq!(shown, [(0, 2), (0, 0)]);
    }

    #[test]
    fn numbers_begin_and_step_as_told() {
        let found =
            read("sequenceDiagram\nA->>B: a\nautonumber 10 5\nA->>B: b\nA->>B: c\nautonumber off\nA->>B: d").unwrap();
        let numbers: Vec<Option<&str>> = found
            .steps
            .iter()
            .filter_map(|step| if let Step::Message(message) = step { Some(message.number.as_deref()) } else { None })
            .collect();
        assert_eq!(numbers, [None, Some("10"), Some("15"), None]);
    }

    #[test]
    fn what_cannot_be_read_is_refused_at_its_line() {
        #[track_caller]
        fn check(body: &str, line: usize, reason: &str) {
            let refusal = read(&format!("sequenceDiagram\n{body}")).unwrap_err();
            assert_eq!((refusal.line, refusal.reason.as_str()), (line, reason));
        }
        check("A->>B: x\n%% 설명\nend", 4, "이 end가 닫을 블록이 없어요");
        check("A->>B: x\nloop 가\nA->>B: x", 3, "이 블록을 닫는 end가 없어요");
        check("box 가\nparticipant A", 2, "이 블록을 닫는 end가 없어요");
        check("->>B: x", 2, "화살표 앞에 보내는 쪽이 없어요");
        check("A->>: x", 2, "화살표 뒤에 받는 쪽이 없어요");
        check("아무 말", 2, "메시지도 아니고 아는 낱말로 시작하지도 않아요");
        check("alt a\nA->>B: x\nand b\nend", 4, "and 앞에 열린 par 블록이 없어요");
        check("Note A: x", 2, "Note 뒤에는 left of, right of, over 가운데 하나가 와야 해요");
        check("Note over A x", 2, "Note의 글 앞에 쌍점(:)이 없어요");
        check("", 1, "그림에 참가자가 없어요");
        check(&"A->>B: x\n".repeat(2_001), 2_002, "메시지가 2000개보다 많아 그림으로 읽을 수 없어요");
    }
}
