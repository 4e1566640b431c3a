//! Markdown → blocks: the events of pulldown-cmark, one construct at a time, with their source lines.
//! Never fails: what is not understood is shown as text.

mod builder;
mod fence;
mod html;
mod inline;
mod known;
mod mark;
mod mend;
mod slugs;
mod source;
mod table;
mod tags;

use std::borrow::Cow;

use pulldown_cmark::{BlockQuoteKind, BrokenLink, CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd};

use self::builder::{Builder, Frame};
use self::inline::Style;
use self::source::Source;
use super::model::{Alert, Document, Kind};
use crate::text::clean;

pub(super) use self::known::Known;
pub(super) use self::slugs::Slugs;
pub(super) use self::source::body;

const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_GFM);

/// Reads a page. Front matter is skipped; lines are counted from the top of the file.
pub fn parse(markdown: &str) -> Document {
    let (body, skipped) = source::body(markdown);
    let mut document = piece(body, skipped, usize::MAX, &Known::default()).0;
    Slugs::default().number(&mut document);
    document
}

/// Reads blocks from the front of `text`, which has `skipped` lines above it, up to the first place at or after byte
/// `enough` from which a page can be read on its own: where a block begins after a blank line and nothing is open. Gives
/// the bytes that were read, all of them when there is no such place. Slugs are not numbered yet.
pub(super) fn piece(text: &str, skipped: usize, enough: usize, known: &Known) -> (Document, usize) {
    let above = known.above(text);
    let whole = if above.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(format!("{above}{text}")) };
    let source = Source::new(text, skipped);
    let mut builder = Builder::new(&source);
    let resolve = |link: BrokenLink| known.link(&link.reference).map(|target| (target.into(), CowStr::Borrowed("")));
    let mut depth = 0usize;
    for (event, range) in Parser::new_with_broken_link_callback(&whole, OPTIONS, Some(resolve)).into_offset_iter() {
        let Some(offset) = range.start.checked_sub(above.len()) else { continue };
        if depth == 0
            && offset >= enough
            && let Some(cut) = source.after_blank(offset)
            && builder.at_rest()
        {
            return (builder.finish(), cut);
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        builder.offset = offset;
        match event {
            Event::Start(tag) => start(&mut builder, tag, known),
            Event::End(tag) => end(&mut builder, tag),
            Event::Text(text) => {
                let escaped = source.before(offset) == Some('\\');
                builder.text(&text, escaped);
            }
            Event::Code(text) => builder.code_text(&text),
            Event::InlineHtml(text) => tags::inline(&mut builder, &text),
            Event::Html(text) => builder.html_text(&text),
            Event::FootnoteReference(label) => builder.footnote_reference(&label),
            Event::SoftBreak => builder.soft_break(),
            Event::HardBreak => builder.hard_break(),
            Event::Rule => builder.block(Kind::Rule),
            Event::TaskListMarker(done) => builder.task(done),
            Event::InlineMath(text) | Event::DisplayMath(text) => builder.code_text(&text),
        }
    }
    (builder.finish(), text.len())
}

fn start(builder: &mut Builder, tag: Tag, known: &Known) {
    match tag {
        Tag::Paragraph => builder.flush(),
        Tag::Heading { level, .. } => builder.heading(level as u8),
        Tag::BlockQuote(kind) => builder.open(Frame::Quote(kind.map(alert))),
        Tag::CodeBlock(kind) => {
            let (info, fenced) = match kind {
                CodeBlockKind::Fenced(info) => (info, true),
                CodeBlockKind::Indented => (CowStr::Borrowed(""), false),
            };
            builder.open_code(&info, fenced, false);
        }
        Tag::HtmlBlock => builder.flush(),
        Tag::List(first) => builder.open(Frame::List(first, Vec::new())),
        Tag::Item => builder.open_item(false),
        Tag::FootnoteDefinition(label) => {
            let label = clean(&label);
            builder.note(&label);
            builder.open(Frame::Footnote(label.into_owned()));
        }
        Tag::Table(align) => builder.open_table(table::alignment(&align), false),
        Tag::TableHead => builder.open_row(true),
        Tag::TableRow => builder.open_row(false),
        Tag::TableCell => builder.open_cell(),
        Tag::Emphasis => builder.style(Style::Emphasis, true),
        Tag::Strong => builder.style(Style::Strong, true),
        Tag::Strikethrough => builder.style(Style::Strike, true),
        Tag::Link { dest_url, id, .. } => builder.open_link(known.link(&id).unwrap_or(&dest_url)),
        Tag::Image { dest_url, id, .. } => builder.open_image(known.link(&id).unwrap_or(&dest_url)),
        _ => {}
    }
}

fn end(builder: &mut Builder, tag: TagEnd) {
    match tag {
        TagEnd::Paragraph => builder.end_paragraph(),
        TagEnd::Heading(_) => builder.end_heading(),
        TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item | TagEnd::FootnoteDefinition => builder.close(),
        TagEnd::CodeBlock => builder.close_code(),
        TagEnd::HtmlBlock => tags::block(builder),
        TagEnd::Table => builder.close_table(),
        TagEnd::TableCell => builder.close_cell(),
        TagEnd::Emphasis => builder.style(Style::Emphasis, false),
        TagEnd::Strong => builder.style(Style::Strong, false),
        TagEnd::Strikethrough => builder.style(Style::Strike, false),
        TagEnd::Link => builder.close_link(),
        TagEnd::Image => builder.close_image(),
        _ => {}
    }
}

fn alert(kind: BlockQuoteKind) -> Alert {
    match kind {
        BlockQuoteKind::Note => Alert::Note,
        BlockQuoteKind::Tip => Alert::Tip,
        BlockQuoteKind::Important => Alert::Important,
        BlockQuoteKind::Warning => Alert::Warning,
        BlockQuoteKind::Caution => Alert::Caution,
    }
}

#[cfg(test)]
mod tests;
