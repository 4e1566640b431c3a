//! The parts of a page that are nodes of their own: marked by the author, or known by their headings.

use super::file_name::{self, Place};
use super::header::{self, Header};
use super::heading::Said;
use super::model::Kind;
use super::scan::Heading;
use crate::problem::Problem;

/// A heading and what it says.
pub struct Head {
    /// As written.
    pub source: Heading,
    /// As read.
    pub said: Said,
    /// Its anchor, unique in the page.
    pub slug: String,
}

/// A part of a page.
pub struct Part {
    /// What its mark says.
    pub header: Header,
    /// What it is, and its number.
    pub place: Place,
    /// Which heading it begins with.
    pub head: usize,
    /// Its last line.
    pub last_line: usize,
    /// The part it is in.
    pub within: Option<usize>,
    /// Whether the author marked it.
    pub marked: bool,
    /// What is wrong with its mark.
    pub problems: Vec<Problem>,
    level: u8,
}

/// What is known of the page the parts are in.
pub struct Around<'a> {
    /// Its path.
    pub file: &'a str,
    /// Its lines.
    pub lines: usize,
    /// Whether headings alone make parts: a lesson's own headings do not.
    pub by_heading: bool,
    /// The smallest frame the page is or is in: a day holds no days.
    pub frame: Option<Kind>,
    /// The heading that is the page's title.
    pub title: Option<usize>,
}

/// Finds the parts, in the order of their headings.
pub fn parts(heads: &[Head], around: &Around<'_>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (index, head) in heads.iter().enumerate() {
        let level = head.source.level;
        let found = if around.title == Some(index) { None } else { part(index, head, around) };
        let rank = found.as_ref().map(|part| rank(part.place.kind));
        let before = head.source.line - 1;
        // A frame at the same level stays open for lessons, and for what stands between them.
        while let Some(last) = open.last().and_then(|last| Some((*last, parts.get(*last)?))) {
            let (at, part) = last;
            let holds = part.level == level
                && match rank {
                    Some(rank) => self::rank(part.place.kind) < rank,
                    None => parts.iter().any(|inner| inner.within == Some(at) && inner.level == level),
                };
            if part.level < level || holds {
                break;
            }
            open.pop();
            close(&mut parts, at, before);
        }
        if let Some(mut part) = found {
            part.within = open.last().copied();
            open.push(parts.len());
            parts.push(part);
        }
    }
    for at in open {
        close(&mut parts, at, around.lines);
    }
    parts
}

fn close(parts: &mut [Part], at: usize, line: usize) {
    if let Some(part) = parts.get_mut(at) {
        part.last_line = line;
    }
}

/// Weeks hold days, days hold lessons, lessons at the same level hold nothing.
fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Week => 0,
        Kind::Day => 1,
        _ => 2,
    }
}

fn part(index: usize, head: &Head, around: &Around<'_>) -> Option<Part> {
    let named = file_name::of_heading(&head.said.title);
    let (header, problems) = match &head.source.mark {
        Some((line, mark)) => header::of_mark(around.file, *line, mark),
        None => (Header::default(), Vec::new()),
    };
    let marked = head.source.mark.is_some();
    let fits = |place: &Place| around.by_heading && around.frame.is_none_or(|frame| place.kind > frame);
    let place = match named {
        Some(place) if marked || fits(&place) => Place { kind: header.kind.unwrap_or(place.kind), ..place },
        _ if marked => Place { kind: header.kind.unwrap_or(Kind::Page), number: None, alone: true },
        _ => return None,
    };
    let level = head.source.level;
    Some(Part { header, place, head: index, last_line: 0, within: None, marked, problems, level })
}
