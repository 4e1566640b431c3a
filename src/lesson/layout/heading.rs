//! Headings: by weight, not by marks; planned minutes dim.

use super::super::model::{Heading, Span};
use super::super::page::Anchor;
use super::flow::{flow, lend};
use super::pen::{Frag, Pen};
use crate::text::{Role, width};

pub fn draw(pen: &mut Pen, heading: &Heading, centered: bool) {
    let role = match heading.level {
        1 => Role::Head,
        2 => Role::Strong,
        3 => Role::DimStrong,
        _ => Role::Dim,
    };
    let mut spans = lend(&heading.spans, role);
    let minutes = heading.minutes.map(|minutes| format!("{minutes}분"));
    let aside = minutes.as_ref().filter(|text| heading.level == 1 && pen.width() >= width(text) + 12);
    let reserved = aside.map_or(0, |text| width(text) + 2);
    if let (Some(text), None) = (&minutes, aside) {
        spans.push(Span { text: format!("  {text}"), role: Role::Dim, link: None, line: heading.line });
    }
    let row = pen.settle();
    pen.page().anchors.push(Anchor {
        slug: heading.slug.clone(),
        title: heading.title.clone(),
        level: heading.level,
        row,
        folded: false,
        line: heading.line,
    });
    let full = pen.width();
    let mut rows = flow(&spans, full - reserved);
    if let (Some(text), Some(first)) = (aside, rows.first_mut()) {
        let used: usize = first.frags.iter().map(|frag| width(&frag.text)).sum();
        first.frags.push(Frag::blank(Role::Text, full.saturating_sub(used + width(text))));
        first.frags.push(Frag::new(Role::Dim, text));
    }
    if rows.is_empty() {
        pen.row(heading.line, Vec::new());
    }
    for row in rows {
        pen.aligned(row.line, row.frags, centered && aside.is_none());
    }
}
