//! A drawn diagram as SVG: every cluster stands at its cell, whatever font the reader's device has.

use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation;

use super::escape;
use crate::diagram::Picture;
use crate::text::{Role, width};

/// Units of a cell.
const CELL: usize = 8;
/// Units of a row; a box-drawing glyph of that size reaches the rows above and below.
const ROW: usize = 18;

/// The picture, and its text for who cannot see it.
pub fn svg(picture: &Picture, spoken: &str) -> String {
    let (columns, rows) = (picture.width * CELL, picture.rows.len() * ROW);
    let mut out = format!(
        "<svg viewBox=\"0 0 {columns} {rows}\" width=\"{columns}\" role=\"img\" aria-label=\"{}\">",
        escape(spoken)
    );
    for (y, row) in picture.rows.iter().enumerate() {
        let mut x = 0;
        for (role, text) in row {
            for (run, cells) in runs(text) {
                if !run.trim().is_empty() {
                    let _infallible = write!(
                        out,
                        "<text class=\"{}{}\" x=\"{}\" y=\"{}\" textLength=\"{}\">{}</text>",
                        class(*role),
                        // Hangul fills its two cells.
                        if cells > run.chars().count() { " w" } else { "" },
                        x * CELL,
                        y * ROW + ROW * 3 / 4,
                        cells * CELL,
                        escape(run)
                    );
                }
                x += cells;
            }
        }
    }
    out.push_str("</svg>");
    out
}

/// Stretches of clusters of one width, so that stretching one to its cells leaves each of its clusters at its own;
/// spaces stand alone.
fn runs(text: &str) -> Vec<(&str, usize)> {
    let mut out: Vec<(usize, usize, usize)> = Vec::new();
    let mut last = None;
    for (at, cluster) in text.grapheme_indices(true) {
        let kind = (width(cluster), cluster == " ");
        match out.last_mut().filter(|_| last == Some(kind)) {
            Some((_, end, cells)) => {
                *end = at + cluster.len();
                *cells += kind.0;
            }
            None => out.push((at, at + cluster.len(), kind.0)),
        }
        last = Some(kind);
    }
    out.into_iter().filter_map(|(from, to, cells)| Some((text.get(from..to)?, cells))).collect()
}

fn class(role: Role) -> &'static str {
    match role {
        Role::Faint => "f",
        Role::Accent => "a",
        Role::Dim | Role::DimStrong => "d",
        Role::Strong | Role::Head => "t b",
        _ => "t",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cluster_stands_at_its_cell() {
        assert_eq!(runs("서버 a1"), [("서버", 4), (" ", 1), ("a1", 2)]);
        let picture =
            Picture { rows: vec![vec![(Role::Faint, "│ ".into()), (Role::Text, "<서버>".into())]], width: 8 };
        let svg = svg(&picture, "서버");
        assert!(svg.contains("<text class=\"f\" x=\"0\" y=\"13\" textLength=\"8\">│</text>"), "{svg}");
        assert!(svg.contains("<text class=\"t w\" x=\"24\" y=\"13\" textLength=\"32\">서버</text>"), "{svg}");
        assert!(svg.contains("&lt;"));
    }
}
