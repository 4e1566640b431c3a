//! A page as plain text, read from top to bottom: for pipes and screen readers. What the screen shows by place or
//! weight is said in words: levels of headings and lists, headers of tables, ends of code.

use super::model::{Block, Code, Document, Item, Kind, List, Span, Table, Target, spoken};
use crate::text::{Role, clean, wrap};

/// The page as text wrapped at that many cells; code is left as it is.
pub fn plain(document: &Document, width: usize) -> String {
    let mut out = Out { text: String::new(), width: width.max(8), depth: 0 };
    out.blocks(&document.blocks);
    out.text
}

struct Out {
    text: String,
    width: usize,
    /// Lists around the place at hand.
    depth: usize,
}

impl Out {
    fn line(&mut self, text: &str) {
        for row in wrap(&[(Role::Text, text.to_owned())], self.width) {
            self.text.extend(row.into_iter().map(|(_, text)| text));
            self.text.push('\n');
        }
    }

    fn verbatim(&mut self, text: &str) {
        self.text.push_str(&clean(text));
        self.text.push('\n');
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for (index, block) in blocks.iter().enumerate() {
            if index > 0 && (self.depth == 0 || !matches!(block.kind, Kind::List(_))) {
                self.text.push('\n');
            }
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            Kind::Heading(heading) => {
                let minutes = heading.minutes.map(|minutes| format!(" ({minutes}분)")).unwrap_or_default();
                self.line(&format!("제목 {}: {}{minutes}", heading.level, heading.title));
            }
            Kind::Paragraph(spans) => self.line(&said(spans)),
            Kind::List(list) => self.list(list),
            Kind::Code(code) => self.code(code),
            Kind::Quote(quote) => {
                let name = quote.alert.map_or("인용", |alert| alert.name());
                self.line(&format!("[{name}]"));
                self.blocks(&quote.blocks);
                self.line(&format!("[{name} 끝]"));
            }
            Kind::Table(table) => self.table(table),
            Kind::Details(details) => {
                self.line(&format!("[펼침: {}]", said(&details.summary)));
                self.blocks(&details.blocks);
                self.line("[펼침 끝]");
            }
            Kind::Footnote(note) => {
                self.line(&format!("각주 {}:", note.label));
                self.blocks(&note.blocks);
            }
            Kind::Rule => self.line("----"),
        }
    }

    fn list(&mut self, list: &List) {
        self.depth += 1;
        for (index, item) in list.items.iter().enumerate() {
            let level = if self.depth > 1 { format!("({}단계) ", self.depth) } else { String::new() };
            let mark = match list.start {
                Some(first) => format!("{}. ", first.saturating_add(index as u64)),
                None => "- ".to_owned(),
            };
            let (first, rest) = match item.blocks.split_first() {
                Some((Block { kind: Kind::Paragraph(spans), .. }, rest)) => (said(spans), rest),
                _ => (String::new(), item.blocks.as_slice()),
            };
            self.line(&format!("{mark}{level}{}{first}", task(item)));
            self.blocks(rest);
        }
        self.depth -= 1;
    }

    fn code(&mut self, code: &Code) {
        let diagram = code.drawing.as_ref().and_then(|drawing| drawing.parsed(&code.text).as_ref().ok());
        let sentences = diagram.map(|diagram| diagram.spoken()).unwrap_or_default();
        if !sentences.is_empty() {
            self.line("[그림]");
            for sentence in sentences {
                self.line(&sentence);
            }
            return self.line("[그림 끝]");
        }
        let language = if code.language.is_empty() { String::new() } else { format!(": {}", code.language) };
        self.line(&format!("[코드{language}]"));
        for line in code.text.split('\n') {
            self.verbatim(line);
        }
        self.line("[코드 끝]");
    }

    fn table(&mut self, table: &Table) {
        self.line(&format!("[표: {}열 {}행]", table.align.len(), table.rows.len()));
        for row in &table.rows {
            let mut words = Vec::new();
            for (column, cell) in row.cells.iter().enumerate() {
                let header = table.head.get(column).map(|cell| spoken(cell)).filter(|text| !text.is_empty());
                let value = said(cell).replace('\n', " ");
                if !value.is_empty() {
                    words.push(header.map_or(value.clone(), |header| format!("{header}: {value}")));
                }
            }
            self.line(&words.join(", "));
        }
        self.line("[표 끝]");
    }
}

fn task(item: &Item) -> String {
    let Some(ticked) = item.task else { return String::new() };
    let mark = if ticked { "[x] " } else { "[ ] " };
    match &item.target {
        Target::Check(id) => format!("{mark}(확인 {id}) "),
        Target::Manual => format!("{mark}(직접 확인) "),
        Target::Unbound => mark.to_owned(),
    }
}

/// Running text with where its links lead.
fn said(spans: &[Span]) -> String {
    let mut out = String::new();
    for (index, span) in spans.iter().enumerate() {
        out.push_str(&span.text);
        let Some(link) = span.link.as_ref() else { continue };
        let goes_on = spans.get(index + 1).is_some_and(|next| next.link.as_ref() == Some(link));
        // An image has said its path already.
        let said = out.ends_with(&format!("({link})"));
        if !goes_on && !said && !link.is_empty() && !link.starts_with("#fn-") && **link != *span.text {
            out.push_str(&format!(" ({link})"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[track_caller]
    fn check(markdown: &str, expected: &str) {
        assert_eq!(plain(&parse(markdown), 60), expected);
    }

    #[test]
    fn what_is_shown_by_place_is_said_in_words() {
        check("## 배포 (20분)\n글 **굵게**\n", "제목 2: 배포 (20분)\n\n글 굵게\n");
        check("- 가\n  - 나\n1. 다\n", "- 가\n- (2단계) 나\n\n1. 다\n");
        check("- [ ] 돈다 <!-- check: web -->\n", "- [ ] (확인 web) 돈다\n");
        check("|Pod|상태|\n|-|-|\n|web|Running|\n", "[표: 2열 1행]\nPod: web, 상태: Running\n[표 끝]\n");
        check("> [!TIP]\n> 빠르다\n", "[팁]\n빠르다\n[팁 끝]\n");
        check("```bash\nls\n```\n", "[코드: bash]\nls\n[코드 끝]\n");
        check("![배포](images/a.png)와 글\n", "그림: 배포 (images/a.png)와 글\n");
        check("[문서](https://k8s.io)와 <https://a.b>\n", "문서 (https://k8s.io)와 https://a.b\n");
    }
}
