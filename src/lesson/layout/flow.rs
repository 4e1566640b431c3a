//! Running text in rows: spans wrapped by 어절, each row knowing its source line and its links.

use std::borrow::Cow;
use std::ops::Range;

use super::super::model::Span;
use super::pen::Frag;
use crate::text::{Role, ranges};

/// A row of running text.
#[derive(Clone, Debug, Default)]
pub struct Flowed<'a> {
    pub line: usize,
    pub frags: Vec<Frag<'a>>,
}

/// Wraps spans to rows; no spans, no rows.
pub fn flow(spans: &[Span], width: usize) -> Vec<Flowed<'_>> {
    let mut rows = Vec::new();
    let mut part: Vec<(&Span, &str)> = Vec::new();
    for span in spans {
        for (index, text) in span.text.split('\n').enumerate() {
            if index > 0 {
                wrap(&std::mem::take(&mut part), width, span.line, &mut rows);
            }
            part.push((span, text));
        }
    }
    if !part.is_empty() {
        wrap(&part, width, part.first().map_or(0, |(span, _)| span.line), &mut rows);
    }
    rows
}

fn wrap<'a>(part: &[(&'a Span, &'a str)], width: usize, line: usize, rows: &mut Vec<Flowed<'a>>) {
    let whole: Cow<'a, str> = match part {
        [(_, text)] => Cow::Borrowed(text),
        _ => part.iter().map(|(_, text)| *text).collect(),
    };
    let mut pieces = part.iter().copied().peekable();
    let mut start = 0;
    for range in ranges(&whole, width) {
        let mut row = Flowed { line: 0, frags: Vec::new() };
        while let Some((span, text)) = pieces.peek() {
            let end = start + text.len();
            if let Some(cut) = slice(text, start, &range) {
                if row.line == 0 {
                    row.line = span.line;
                }
                row.frags.push(Frag { role: span.role, text: Cow::Borrowed(cut), link: span.link.as_ref() });
            }
            if end > range.end {
                break;
            }
            start = end;
            pieces.next();
        }
        if row.line == 0 {
            row.line = line;
        }
        rows.push(row);
    }
}

fn slice<'a>(text: &'a str, start: usize, range: &Range<usize>) -> Option<&'a str> {
    let from = range.start.saturating_sub(start);
    let to = range.end.checked_sub(start)?.min(text.len());
    text.get(from..to).filter(|cut| !cut.is_empty())
}

/// Spans that lend a block's role to what has none of its own.
pub fn lend(spans: &[Span], role: Role) -> Vec<Span> {
    let lent = |span: &Span| {
        let kept = matches!(span.role, Role::Code | Role::Strike | Role::Key);
        Span { role: if kept { span.role } else { role }, ..span.clone() }
    };
    spans.iter().map(lent).collect()
}
