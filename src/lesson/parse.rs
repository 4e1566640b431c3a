//! Markdown → blocks: the events of pulldown-cmark, one construct at a time, with their source lines.
//! Never fails: what is not understood is shown as text.

mod builder;
mod fence;
mod html;
mod inline;
mod mark;
mod mend;
mod source;
mod table;
mod tags;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd};

use self::builder::{Builder, Frame};
use self::inline::Style;
use self::source::Source;
use super::model::{Alert, Document, Kind};

/// Reads a page. Front matter is skipped; lines are counted from the top of the file.
pub fn parse(markdown: &str) -> Document {
    let source = Source::new(markdown);
    let mut builder = Builder::new(&source);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    for (event, range) in Parser::new_ext(source.body(), options).into_offset_iter() {
        builder.offset = range.start;
        match event {
            Event::Start(tag) => start(&mut builder, tag),
            Event::End(tag) => end(&mut builder, tag),
            Event::Text(text) => {
                let escaped = source.before(range.start) == Some('\\');
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
    builder.finish()
}

fn start(builder: &mut Builder, tag: Tag) {
    match tag {
        Tag::Paragraph => builder.flush(),
        Tag::Heading { level, .. } => builder.heading(level as u8),
        Tag::BlockQuote(kind) => builder.open(Frame::Quote(kind.map(alert))),
        Tag::CodeBlock(kind) => {
            let (info, fenced) = match kind {
                CodeBlockKind::Fenced(info) => (info, true),
                CodeBlockKind::Indented => (CowStr::Borrowed(""), false),
            };
            builder.open_code(&info, fenced);
        }
        Tag::HtmlBlock => builder.flush(),
        Tag::List(first) => builder.open(Frame::List(first, Vec::new())),
        Tag::Item => builder.open_item(false),
        Tag::FootnoteDefinition(label) => builder.open(Frame::Footnote(label.to_string())),
        Tag::Table(align) => builder.open_table(table::alignment(&align), false),
        Tag::TableHead => builder.open_row(true),
        Tag::TableRow => builder.open_row(false),
        Tag::TableCell => builder.open_cell(),
        Tag::Emphasis => builder.style(Style::Emphasis, true),
        Tag::Strong => builder.style(Style::Strong, true),
        Tag::Strikethrough => builder.style(Style::Strike, true),
        Tag::Link { dest_url, .. } => builder.open_link(&dest_url),
        Tag::Image { dest_url, .. } => builder.open_image(&dest_url),
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
