//! Running text as it comes in: spans with the role and link in force.

use std::sync::Arc;

use super::super::model::Span;
use super::mend::{Piece, mend};
use crate::text::{Role, clean};

/// What a stretch of running text can be set in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Emphasis,
    Strong,
    Strike,
    Code,
    Key,
}

const STYLES: usize = 5;

/// Running text not yet made a block.
#[derive(Default)]
pub struct Inline {
    pieces: Vec<Piece>,
    /// How often each style is open, by Markdown and by HTML; HTML's end with the block.
    markdown: [usize; STYLES],
    html: [usize; STYLES],
    links: Vec<Arc<str>>,
    html_links: Vec<Arc<str>>,
    /// Lines where emphasis was mended.
    pub mended: Vec<usize>,
}

impl Inline {
    /// Opens or closes a style.
    pub fn style(&mut self, style: Style, on: bool, html: bool) {
        let counts = if html { &mut self.html } else { &mut self.markdown };
        if let Some(count) = counts.get_mut(style as usize) {
            *count = if on { *count + 1 } else { count.saturating_sub(1) };
        }
    }

    /// Opens a link.
    pub fn open_link(&mut self, target: &str, html: bool) {
        let links = if html { &mut self.html_links } else { &mut self.links };
        links.push(target.into());
    }

    /// Closes a link.
    pub fn close_link(&mut self, html: bool) {
        let links = if html { &mut self.html_links } else { &mut self.links };
        links.pop();
    }

    /// Adds text as it was written.
    pub fn text(&mut self, text: &str, line: usize, escaped: bool) {
        self.push(self.role(), &clean(text), line, escaped);
    }

    /// Adds text of a given role.
    pub fn text_as(&mut self, role: Role, text: &str, line: usize) {
        self.push(role, &clean(text), line, true);
    }

    /// Adds a link of one word.
    pub fn linked(&mut self, text: &str, target: &str, line: usize) {
        self.open_link(target, true);
        self.push(Role::Link, &clean(text), line, true);
        self.close_link(true);
    }

    /// Adds a space where the source line ended.
    pub fn soft_break(&mut self, line: usize) {
        self.push(self.role(), " ", line, false);
    }

    /// Adds a break that stays.
    pub fn hard_break(&mut self, line: usize) {
        self.push(Role::Text, "\n", line, true);
    }

    /// Nothing at all: no text, no style, no link.
    pub fn at_rest(&self) -> bool {
        let styles = self.markdown.iter().chain(&self.html).all(|open| *open == 0);
        self.pieces.is_empty() && styles && self.links.is_empty() && self.html_links.is_empty()
    }

    /// Nothing but spaces so far.
    pub fn is_blank(&self) -> bool {
        self.pieces.iter().all(|piece| blank(&piece.span))
    }

    /// The spans so far, mended; what HTML left open is closed.
    pub fn take(&mut self) -> Vec<Span> {
        self.html = [0; STYLES];
        self.html_links.clear();
        let mut spans = mend(std::mem::take(&mut self.pieces), &mut self.mended);
        spans.truncate(spans.iter().rposition(|span| !blank(span)).map_or(0, |last| last + 1));
        spans.drain(..spans.iter().position(|span| !blank(span)).unwrap_or(0));
        if let Some(first) = spans.first_mut() {
            first.text.drain(..first.text.len() - first.text.trim_start().len());
        }
        if let Some(last) = spans.last_mut() {
            last.text.truncate(last.text.trim_end().len());
        }
        spans
    }

    fn on(&self, style: Style) -> bool {
        [&self.markdown, &self.html].iter().any(|counts| counts.get(style as usize).is_some_and(|count| *count > 0))
    }

    fn link(&self) -> Option<Arc<str>> {
        self.html_links.last().or(self.links.last()).cloned()
    }

    fn role(&self) -> Role {
        match () {
            () if self.on(Style::Code) => Role::Code,
            () if self.on(Style::Key) => Role::Key,
            () if self.link().is_some() => Role::Link,
            () if self.on(Style::Strike) => Role::Strike,
            () if self.on(Style::Strong) => Role::Strong,
            () if self.on(Style::Emphasis) => Role::Emphasis,
            () => Role::Text,
        }
    }

    fn push(&mut self, role: Role, text: &str, line: usize, escaped: bool) {
        if text.is_empty() {
            return;
        }
        let link = self.link();
        match self.pieces.last_mut() {
            Some(Piece { span, escaped: was })
                if span.role == role && span.link == link && span.line == line && *was == escaped =>
            {
                span.text.push_str(text);
            }
            _ => self.pieces.push(Piece { span: Span { text: text.to_owned(), role, link, line }, escaped }),
        }
    }
}

fn blank(span: &Span) -> bool {
    span.text.chars().all(char::is_whitespace)
}
