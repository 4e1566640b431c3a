//! Code blocks: a dim label above, the raised background over the whole measure, long lines wrapped with a mark.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::super::console::typed;
use super::super::highlight;
use super::super::model::Code;
use super::super::page::CodeSpan;
use super::pen::{Frag, Pen};
use crate::text::{Role, Row, row_width, width, wrap};

pub fn draw(pen: &mut Pen, code: &Code) {
    let label = label(code);
    if !label.is_empty() {
        for row in wrap(&[(Role::Dim, label)], pen.width()) {
            let frags = row.into_iter().map(|(role, text)| Frag::new(role, text)).collect();
            pen.row(code.first_line.saturating_sub(1).max(1), frags);
        }
    }
    let rows = highlight::rows(code, &mut pen.budget);
    let bleed = pen.bleed();
    let widths: Vec<usize> = rows.iter().map(row_width).collect();
    let longest = widths.iter().copied().max().unwrap_or(0);
    let cells = longest.clamp(pen.width(), pen.wide().max(pen.width()));
    let first = pen.settle();
    for (index, (row, width)) in rows.into_iter().zip(widths).enumerate() {
        if width <= cells {
            let left = Frag::new(Role::Code, " ".repeat(bleed));
            let right = Frag::new(Role::Code, " ".repeat(cells - width));
            let text = row.into_iter().map(|(role, text)| Frag::new(role, text));
            pen.row_from(code.first_line + index, std::iter::once(left).chain(text).chain([right]).collect(), bleed);
        } else {
            wrapped(pen, code.first_line + index, &row, cells, bleed);
        }
    }
    let page = pen.page();
    let rows = first..page.rows.len();
    let (language, attributes) = (code.language.clone(), code.attributes.clone());
    page.code.push(CodeSpan { rows, language, attributes, text: typed(code) });
}

/// A line that is wider than the block, in as many rows as it needs.
fn wrapped(pen: &mut Pen, line: usize, row: &Row, cells: usize, bleed: usize) {
    for (part, range) in ranges(row, cells).into_iter().enumerate() {
        let mut frags = vec![Frag::new(Role::Code, " ".repeat(bleed))];
        if part > 0 {
            frags.push(Frag::new(Role::CodeComment, pen.glyph("↪ ", "\\ ")));
        }
        frags.extend(cut(row, &range));
        let used: usize = frags.iter().map(|frag| width(&frag.text)).sum();
        frags.push(Frag::new(Role::Code, " ".repeat((bleed + cells).saturating_sub(used))));
        pen.row_from(line, frags, bleed);
    }
}

/// The language and what its author said of it, in a few words.
fn label(code: &Code) -> String {
    let mut words = Vec::new();
    if !code.language.is_empty() {
        words.push(if code.language == "output" { "출력".to_owned() } else { code.language.clone() });
    }
    for (name, value) in &code.attributes {
        match (name.as_str(), value.as_str()) {
            ("wrong", "") => words.push("일부러 틀린 예".to_owned()),
            ("wrong", why) => words.push(format!("일부러 틀린 예: {why}")),
            ("on", "host") => {}
            ("on", place) => words.push(place.replacen(':', " ", 1)),
            ("output", _) => words.push("출력".to_owned()),
            ("title" | "file", value) => words.push(value.to_owned()),
            _ => {}
        }
    }
    words.join(" · ")
}

/// Byte ranges of a line's rows; nothing of it is lost. Rows after the first have two cells less.
fn ranges(row: &Row, cells: usize) -> Vec<Range<usize>> {
    let text: String = row.iter().map(|(_, text)| text.as_str()).collect();
    let mut out = Vec::new();
    let (mut start, mut used, mut room) = (0, 0, cells);
    let mut space = None;
    for (at, cluster) in text.grapheme_indices(true) {
        let size = width(cluster);
        if used + size > room && at > start {
            let (end, carried) = match space {
                Some((end, before)) if before * 2 > room => (end, used - before),
                _ => (at, 0),
            };
            out.push(start..end);
            (start, used, room, space) = (end, carried, cells.saturating_sub(2).max(2), None);
        }
        used += size;
        if cluster == " " {
            space = Some((at + 1, used));
        }
    }
    out.push(start..text.len());
    out
}

fn cut(row: &Row, range: &Range<usize>) -> Vec<Frag> {
    let mut out = Vec::new();
    let mut start = 0;
    for (role, text) in row {
        let from = range.start.saturating_sub(start);
        let to = range.end.saturating_sub(start).min(text.len());
        if let Some(part) = text.get(from..to).filter(|part| !part.is_empty()) {
            out.push(Frag::new(*role, part));
        }
        start += text.len();
    }
    out
}
