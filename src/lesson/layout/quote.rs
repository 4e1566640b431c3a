//! Quotes and alerts.

use super::super::model::{Alert, Block, Kind, Quote, Span};
use super::flow::{flow, lend};
use super::pen::{Level, Pen};
use crate::text::{Role, width};

/// A first line longer than this is running text, not a title.
const TITLE: usize = 60;

pub fn draw(pen: &mut Pen, line: usize, quote: &Quote) {
    let role = match quote.alert {
        Some(Alert::Warning) => Role::Wait,
        Some(Alert::Caution) => Role::Bad,
        _ => Role::Accent,
    };
    pen.level(Level::barred(role, pen.glyph("▎ ", "| ")));
    if let Some(alert) = quote.alert {
        let title = Span { text: alert.name().to_owned(), role: Role::Strong, link: None, line };
        for row in flow(&[title], pen.width()) {
            pen.row(line, row.frags);
        }
        pen.blocks(&quote.blocks, None, false);
    } else {
        match titled(&quote.blocks) {
            Some((first, rest)) => {
                for row in flow(&first, pen.width()) {
                    pen.row(row.line, row.frags);
                }
                pen.blocks(&rest, None, false);
            }
            None => {
                pen.blocks(&quote.blocks, None, false);
            }
        }
    }
    pen.leave(line);
}

/// The first line of a quote when it is a sentence of its own and more follows: bold, on its own rows.
fn titled(blocks: &[Block]) -> Option<(Vec<Span>, Vec<Block>)> {
    let (first, others) = blocks.split_first()?;
    let Kind::Paragraph(spans) = &first.kind else { return None };
    let line = spans.first()?.line;
    let (title, rest): (Vec<Span>, Vec<Span>) = spans.iter().cloned().partition(|span| span.line == line);
    let text: String = title.iter().map(|span| span.text.as_str()).collect();
    let sentence = text.trim_end().ends_with(['.', '?', '!', ':']);
    if !sentence || width(&text.replace('\n', " ")) > TITLE || rest.is_empty() {
        return None;
    }
    let mut blocks = Vec::new();
    blocks.push(Block { line: rest.first()?.line, kind: Kind::Paragraph(trimmed(rest)), centered: first.centered });
    blocks.extend(others.iter().cloned());
    Some((trimmed(lend(&title, Role::Strong)), blocks))
}

fn trimmed(mut spans: Vec<Span>) -> Vec<Span> {
    if let Some(first) = spans.first_mut() {
        first.text = first.text.trim_start().to_owned();
    }
    if let Some(last) = spans.last_mut() {
        last.text = last.text.trim_end().to_owned();
    }
    spans
}
