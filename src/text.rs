//! Stand-in of the contract's `text`, thrown away at the merge.

pub mod hangul;
mod role;

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

pub use role::{Role, Row};

/// Cells.
pub fn width(s: &str) -> usize {
    s.graphemes(true).map(|g| g.width().min(2)).sum()
}
/// As is.
pub fn clean(s: &str) -> Cow<'_, str> {
    Cow::Owned(s.chars().map(|c| if c.is_control() && c != '\n' { '·' } else { c }).collect())
}
/// Cut with ….
pub fn truncate(s: &str, cells: usize) -> String {
    if width(s) <= cells {
        return s.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for g in s.graphemes(true) {
        if used + g.width() + 1 > cells {
            break;
        }
        used += g.width();
        out.push_str(g);
    }
    if cells > 0 {
        out.push('…');
    }
    out
}
/// Exactly cells.
pub fn pad(s: &str, cells: usize) -> String {
    let mut out = truncate(s, cells);
    while width(&out) < cells {
        out.push(' ');
    }
    out
}
/// Cells of a row.
pub fn row_width(row: &Row) -> usize {
    row.iter().map(|(_, t)| width(t)).sum()
}
/// By words.
pub fn wrap(pieces: &[(Role, String)], cells: usize) -> Vec<Row> {
    let mut rows: Vec<Row> = vec![Vec::new()];
    let mut used = 0;
    for (role, text) in pieces {
        for word in text.split_inclusive(' ') {
            let w = width(word.trim_end());
            if used > 0 && used + w > cells {
                rows.push(Vec::new());
                used = 0;
            }
            used += width(word);
            if let Some(row) = rows.last_mut() {
                row.push((*role, word.to_owned()));
            }
        }
    }
    rows
}
/// Always the first.
pub fn josa(word: &str, pair: &str) -> String {
    format!("{word}{}", pair.split('/').next().unwrap_or(""))
}
