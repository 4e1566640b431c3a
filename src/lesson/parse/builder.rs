//! The page as it grows: open containers, running text, and the table or code block being read.
//! Containers are capped in depth, so whatever walks the page later may recurse.

mod code;
mod table;
mod text;

use self::code::CodeDraft;
use super::super::model::{
    Alert, Block, Details, Document, Footnote, Heading, Item, Kind, List, Mark, Quote, Span, Target, spoken,
};
use super::super::title::{minutes, slug};
use super::inline::Inline;
use super::mark;
use super::source::Source;
use super::table::Draft;
use crate::text::clean;

/// Deeper containers are flattened into the one above.
const DEPTH: usize = 32;

/// A container being read.
pub enum Frame {
    Root,
    Quote(Option<Alert>),
    List(Option<u64>, Vec<Item>),
    Item(Option<bool>, Target),
    /// Whether it is open, and its summary.
    Details(bool, Vec<Span>),
    Footnote(String),
}

struct Open {
    frame: Frame,
    line: usize,
    blocks: Vec<Block>,
    /// The HTML element that opened it.
    html: Option<String>,
}

/// Builds a [`Document`] from events.
pub struct Builder<'a> {
    /// Byte offset of the event at hand.
    pub offset: usize,
    source: &'a Source<'a>,
    stack: Vec<Open>,
    /// Whether each open Markdown container got a frame.
    pushed: Vec<bool>,
    inline: Inline,
    heading: Option<(u8, usize)>,
    table: Option<Draft>,
    code: Option<CodeDraft>,
    image: Option<(String, String)>,
    html: Option<(usize, String)>,
    hidden: Option<String>,
    marks: Vec<Mark>,
    notes: Vec<String>,
    /// HTML elements open around the place at hand that center what they hold.
    centers: Vec<String>,
    /// An exponent is being read.
    pub raised: bool,
}

impl<'a> Builder<'a> {
    pub fn new(source: &'a Source<'a>) -> Self {
        let root = Open { frame: Frame::Root, line: 1, blocks: Vec::new(), html: None };
        Self {
            offset: 0,
            source,
            stack: vec![root],
            pushed: Vec::new(),
            inline: Inline::default(),
            heading: None,
            table: None,
            code: None,
            image: None,
            html: None,
            hidden: None,
            marks: Vec::new(),
            notes: Vec::new(),
            centers: Vec::new(),
            raised: false,
        }
    }

    pub fn finish(mut self) -> Document {
        self.close_code();
        self.end_heading();
        self.close_html_table();
        self.close_table();
        self.flush();
        while self.stack.len() > 1 {
            self.pop();
        }
        let blocks = self.stack.pop().map(|open| open.blocks).unwrap_or_default();
        Document { blocks, marks: self.marks, mended: self.inline.mended, notes: self.notes }
    }

    /// Between two blocks of the page, with nothing open that what follows could depend on.
    pub fn at_rest(&self) -> bool {
        self.stack.len() == 1
            && self.pushed.is_empty()
            && self.inline.at_rest()
            && self.heading.is_none()
            && self.table.is_none()
            && self.code.is_none()
            && self.image.is_none()
            && self.html.is_none()
            && self.hidden.is_none()
            && self.centers.is_empty()
            && !self.raised
    }

    fn line(&self) -> usize {
        self.source.line(self.offset)
    }

    fn push_block(&mut self, line: usize, kind: Kind) {
        if let Some(open) = self.stack.last_mut() {
            // In the middle of a list or a quote text would lose its mark.
            let free = matches!(open.frame, Frame::Root | Frame::Details(..));
            open.blocks.push(Block { line, kind, centered: free && !self.centers.is_empty() });
        }
    }

    // ---- blocks

    pub fn block(&mut self, kind: Kind) {
        self.flush();
        let line = self.line();
        self.push_block(line, kind);
    }

    pub fn rule(&mut self) {
        if self.table.is_none() {
            self.block(Kind::Rule);
        }
    }

    /// Running text so far becomes a paragraph; within a table or heading it stays where it is.
    pub fn flush(&mut self) {
        if self.table.is_some() || self.heading.is_some() || self.inline.is_blank() {
            return;
        }
        let spans = self.inline.take();
        let line = spans.first().map_or(1, |span| span.line);
        self.push_block(line, Kind::Paragraph(spans));
    }

    pub fn end_paragraph(&mut self) {
        // What an element hides without an end is hidden no further than its block.
        self.hidden = None;
        match self.table {
            Some(_) => self.break_block(),
            None => self.flush(),
        }
    }

    /// An HTML element that begins or ends a block: in a cell a break, elsewhere a new paragraph.
    pub fn break_block(&mut self) {
        if self.table.is_none() {
            self.flush();
        } else if !self.inline.is_blank() {
            self.hard_break();
        }
    }

    pub fn heading(&mut self, level: u8) {
        self.close_html_table();
        self.flush();
        if self.table.is_none() && self.heading.is_none() {
            self.heading = Some((level, self.line()));
        }
    }

    pub fn end_heading(&mut self) {
        let Some((level, line)) = self.heading.take() else { return };
        let mut spans = self.inline.take();
        let whole = spoken(&spans);
        let (title, minutes) = minutes(&whole);
        if minutes.is_some() {
            shorten(&mut spans, title.len());
        }
        let slug = slug(&whole);
        let title = title.to_owned();
        self.push_block(line, Kind::Heading(Heading { level, line, title, spans, minutes, slug }));
    }

    // ---- containers

    /// A container of Markdown.
    pub fn open(&mut self, frame: Frame) {
        self.close_html_table();
        self.flush();
        let room = self.stack.len() + 2 <= DEPTH;
        if room {
            self.push(frame, None);
        }
        self.pushed.push(room);
    }

    pub fn open_item(&mut self, html: bool) {
        self.flush();
        let in_list = self.stack.last().is_some_and(|open| matches!(open.frame, Frame::List(..)));
        if in_list {
            self.push(Frame::Item(None, Target::Unbound), html.then(|| "li".to_owned()));
        }
        if !html {
            self.pushed.push(in_list);
        }
    }

    fn push(&mut self, frame: Frame, html: Option<String>) {
        let line = self.line();
        self.stack.push(Open { frame, line, blocks: Vec::new(), html });
    }

    /// The innermost Markdown container ends, and with it what HTML left open in it.
    pub fn close(&mut self) {
        self.close_html_table();
        self.flush();
        if self.pushed.pop() != Some(true) {
            return;
        }
        while self.stack.last().is_some_and(|open| open.html.is_some()) {
            self.pop();
        }
        self.pop();
    }

    pub fn open_html(&mut self, name: &str, frame: Frame) {
        if self.table.is_some() {
            return self.break_block();
        }
        self.flush();
        if self.stack.len() + 2 <= DEPTH {
            self.push(frame, Some(name.to_owned()));
        }
    }

    /// Ends the innermost HTML element of that name that Markdown has not walled off.
    pub fn close_html(&mut self, name: &str) {
        if self.table.is_some() {
            return self.break_block();
        }
        self.flush();
        let html = self.stack.iter().rev().map_while(|open| open.html.as_deref());
        let Some(depth) = html.take_while(|open| name != "li" || !matches!(*open, "ul" | "ol")).position(|o| o == name)
        else {
            return;
        };
        for _ in 0..=depth {
            self.pop();
        }
    }

    fn pop(&mut self) {
        if self.stack.len() < 2 {
            return;
        }
        let Some(Open { frame, line, mut blocks, .. }) = self.stack.pop() else { return };
        let kind = match frame {
            Frame::Root => return,
            Frame::Quote(alert) => Kind::Quote(Quote { alert, blocks }),
            Frame::List(_, items) if items.is_empty() => return,
            Frame::List(start, items) => {
                self.push_block(line, Kind::List(List { start, items }));
                let Some(open) = self.stack.last_mut() else { return };
                return open.blocks.append(&mut blocks);
            }
            Frame::Item(task, target) => {
                if let Some(Open { frame: Frame::List(_, items), .. }) = self.stack.last_mut() {
                    items.push(Item { line, task, target, blocks });
                }
                return;
            }
            Frame::Details(open, summary) => Kind::Details(Details { open, summary, blocks }),
            Frame::Footnote(label) => Kind::Footnote(Footnote { label, number: 0, blocks }),
        };
        self.push_block(line, kind);
    }

    pub fn close_summary(&mut self) {
        let spans = self.inline.take();
        match self.stack.last_mut() {
            Some(Open { frame: Frame::Details(_, summary), .. }) if summary.is_empty() => *summary = spans,
            _ => {
                let line = self.line();
                if !spans.is_empty() && self.table.is_none() {
                    self.push_block(line, Kind::Paragraph(spans));
                }
            }
        }
    }

    /// An element that may center what it holds begins.
    pub fn open_center(&mut self, name: &str, centered: bool) {
        if self.table.is_some() {
            return;
        }
        self.flush();
        // Elements of the same name within count too, so that the right one ends it.
        if (centered || self.centers.iter().any(|open| open == name)) && self.centers.len() < DEPTH {
            self.centers.push(name.to_owned());
        }
    }

    /// An element ends; what it centered has been flushed.
    pub fn close_center(&mut self, name: &str) {
        self.flush();
        if let Some(at) = self.centers.iter().rposition(|open| open == name) {
            self.centers.truncate(at);
        }
    }

    // ---- marks

    pub fn task(&mut self, done: bool) {
        if let Some((task, _)) = self.item() {
            *task = Some(done);
        }
    }

    pub fn comment(&mut self, comment: &str) {
        let Some((name, value)) = mark::parse(comment) else { return };
        let (line, value) = (self.line(), clean_lines(value));
        self.marks.push(Mark { line, name: name.to_owned(), value: value.clone() });
        let found = match name {
            "check" if !value.is_empty() => Target::Check(value),
            "manual" => Target::Manual,
            _ => return,
        };
        if let Some((task, target)) = self.item() {
            task.get_or_insert(false);
            *target = found;
        }
    }

    fn item(&mut self) -> Option<(&mut Option<bool>, &mut Target)> {
        self.stack.iter_mut().rev().find_map(|open| match &mut open.frame {
            Frame::Item(task, target) => Some((task, target)),
            _ => None,
        })
    }
}

/// Cuts spans after that many bytes.
fn shorten(spans: &mut Vec<Span>, mut bytes: usize) {
    spans.retain_mut(|span| {
        let keep = bytes.min(span.text.len());
        bytes -= keep;
        span.text = span.text.get(..keep).unwrap_or(&span.text).trim_end_matches('\n').to_owned();
        keep > 0
    });
}

fn clean_lines(text: &str) -> String {
    text.lines().map(|line| clean(line.trim())).collect::<Vec<_>>().join("\n")
}
