//! Code blocks: a dim label above, the raised background over the whole measure, long lines wrapped with a mark.

use std::ops::Range;

use super::super::console::typed;
use super::super::highlight::{self, Line};
use super::super::model::Code;
use super::super::page::{CodeSpan, WideSpan};
use super::diagram;
use super::pen::{Frag, Pen};
use crate::text::{Role, clusters, width, wrap};

/// Blocks narrower than this have no cells to spare for a mark at wrapped rows.
const NARROW: usize = 6;

pub fn draw(pen: &mut Pen, code: &Code) {
    let label = label(code);
    if !label.is_empty() {
        for row in wrap(&[(Role::Dim, label)], pen.width()) {
            let frags = row.into_iter().map(|(role, text)| Frag::new(role, text)).collect();
            pen.row(code.first_line.saturating_sub(1).max(1), frags);
        }
    }
    match diagram::picture(pen, code) {
        Some(Ok(picture)) if pen.printed && picture.width > pen.whole() => return diagram::tell(pen, code),
        Some(Ok(picture)) => return diagram::draw(pen, code, &picture),
        Some(Err(refusal)) => {
            for row in wrap(&diagram::reason(code, &refusal), pen.width()) {
                let frags = row.into_iter().map(|(role, text)| Frag::new(role, text)).collect();
                pen.row(code.first_line.saturating_sub(1).max(1), frags);
            }
        }
        None => {}
    }
    let rows = highlight::rows(code, &mut pen.budget);
    let bleed = pen.bleed();
    let widths: Vec<usize> = rows.iter().map(|row| row.iter().map(|(_, text)| width(text)).sum()).collect();
    let longest = widths.iter().copied().max().unwrap_or(0);
    let room = pen.wide().max(pen.width());
    let wide = pen.pan && longest > room;
    let cells = if wide { longest } else { longest.clamp(pen.width(), room) };
    let first = pen.settle();
    for (index, (row, width)) in rows.iter().zip(widths).enumerate() {
        if width <= cells {
            let text = row.iter().map(|(role, text)| Frag::new(*role, text.as_ref()));
            let (left, right) = (Frag::blank(Role::Code, bleed), Frag::blank(Role::Code, cells - width));
            pen.row_from(code.first_line + index, std::iter::once(left).chain(text).chain([right]).collect(), bleed);
        } else {
            wrapped(pen, code.first_line + index, row, cells, bleed);
        }
    }
    let width = pen.column() + cells;
    let page = pen.page();
    let rows = first..page.rows.len();
    if wide {
        page.wide.push(WideSpan { rows: rows.clone(), width });
    }
    let (language, attributes) = (code.language.clone(), code.attributes.clone());
    page.code.push(CodeSpan { rows, language, attributes, text: typed(code) });
}

/// A line that is wider than the block, in as many rows as it needs.
fn wrapped(pen: &mut Pen, line: usize, row: &Line<'_>, cells: usize, bleed: usize) {
    let mark = if cells < NARROW { "" } else { pen.glyph("↪ ", "\\ ") };
    for (part, range) in ranges(row, cells, width(mark)).into_iter().enumerate() {
        let mut frags = vec![Frag::blank(Role::Code, bleed)];
        if part > 0 && !mark.is_empty() {
            frags.push(Frag::new(Role::CodeComment, mark));
        }
        frags.extend(cut(row, &range));
        let used: usize = frags.iter().map(|frag| width(&frag.text)).sum();
        frags.push(Frag::blank(Role::Code, (bleed + cells).saturating_sub(used)));
        pen.row_from(line, frags, bleed);
    }
}

/// The language and what its author said of it, in a few words.
fn label(code: &Code) -> String {
    let mut words = Vec::new();
    if !code.language.is_empty() {
        words.push(match code.language.as_str() {
            "output" => "출력".to_owned(),
            _ if code.drawing.is_some() => "그림".to_owned(),
            language => language.to_owned(),
        });
    }
    for (name, value) in &code.attributes {
        match (name.as_str(), value.as_str()) {
            ("wrong", "") => words.push("일부러 틀린 예".to_owned()),
            ("wrong", why) => words.push(format!("일부러 틀린 예: {why}")),
            ("on", "host") => {}
            ("on", place) => words.push(place.replacen(':', " ", 1)),
            ("output", _) => words.push("출력".to_owned()),
            ("check", id) if !id.is_empty() => words.push(format!("확인 {id}")),
            ("title" | "file", value) if !value.is_empty() => words.push(value.to_owned()),
            _ => {}
        }
    }
    words.join(" · ")
}

/// Byte ranges of a line's rows; nothing of it is lost. Rows after the first have as many cells less as their mark.
fn ranges(row: &Line<'_>, cells: usize, mark: usize) -> Vec<Range<usize>> {
    let text: String = row.iter().map(|(_, text)| text.as_ref()).collect();
    let mut out = Vec::new();
    let (mut start, mut used, mut room) = (0, 0, cells);
    let mut space = None;
    let mut next = 0;
    for (cluster, size) in clusters(&text) {
        let at = next;
        next += cluster.len();
        if used + size > room && at > start {
            let (end, carried) = match space {
                Some((end, before)) if before * 2 > room => (end, used - before),
                _ => (at, 0),
            };
            out.push(start..end);
            (start, used, room, space) = (end, carried, cells.saturating_sub(mark).max(1), None);
        }
        used += size;
        if cluster == " " {
            space = Some((at + 1, used));
        }
    }
    out.push(start..text.len());
    out
}

fn cut<'a>(row: &'a Line<'_>, range: &Range<usize>) -> Vec<Frag<'a>> {
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
