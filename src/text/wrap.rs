//! Rows of a width: lines break between Korean words (어절), inside one only when it does not fit on a row by itself.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::cell::width as cells;
use super::clean::clean;
use super::role::{Role, Row};

/// What may not begin a row.
const CLOSING: &str = ".,;:!?)]}>%…·。、」』》〉’”";
/// What may not end a row.
const OPENING: &str = "([{<「『《〈‘“";
/// After these a long word (a path, an image name) breaks best.
const SEAMS: &str = "/-_.,:;=&?@+|";

/// Wraps pieces of text, each with its role, to rows of at most that many cells; a newline is a break.
pub fn wrap(pieces: &[(Role, String)], width: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut line: Vec<(Role, String)> = Vec::new();
    for (role, text) in pieces {
        for (index, part) in text.split('\n').enumerate() {
            if index > 0 {
                rows.append(&mut wrap_line(&std::mem::take(&mut line), width));
            }
            line.push((*role, fit(&clean(part), width)));
        }
    }
    rows.append(&mut wrap_line(&line, width));
    rows
}

/// One cell cannot hold a wide character; it is marked rather than lost.
fn fit(text: &str, width: usize) -> String {
    if width >= 2 {
        return text.to_owned();
    }
    text.graphemes(true).map(|g| if g.width() > width { "…" } else { g }).collect()
}

fn wrap_line(pieces: &[(Role, String)], width: usize) -> Vec<Row> {
    let whole: String = pieces.iter().map(|(_, text)| text.as_str()).collect();
    ranges(&whole, width).into_iter().map(|range| cut(pieces, &range)).collect()
}

fn cut(pieces: &[(Role, String)], range: &Range<usize>) -> Row {
    let mut row = Row::new();
    let mut start = 0;
    for (role, text) in pieces {
        let end = start + text.len();
        let part = text.get(range.start.max(start) - start..range.end.min(end).saturating_sub(start)).unwrap_or("");
        match row.last_mut() {
            _ if part.is_empty() || range.start >= end => {}
            Some((last, kept)) if last == role => kept.push_str(part),
            _ => row.push((*role, part.to_owned())),
        }
        start = end;
    }
    row
}

/// The byte ranges of clean, newline-free text that make its rows; spaces at the breaks belong to no row.
/// Always at least one range.
pub fn ranges(text: &str, width: usize) -> Vec<Range<usize>> {
    let width = width.max(1);
    let mut rows = Vec::new();
    let mut row: Option<Range<usize>> = None;
    let mut used = 0;
    for word in words(text) {
        let gap_start = row.as_ref().map_or(0, |row| row.end);
        let gap = cells(text.get(gap_start..word.start).unwrap_or(""));
        let size = cells(text.get(word.clone()).unwrap_or(""));
        if (row.is_some() || rows.is_empty()) && used + gap + size <= width {
            row = Some(row.map_or(0, |row| row.start)..word.end);
            used += gap + size;
            continue;
        }
        rows.extend(row.take());
        let (last, last_cells) = split(text, word, width, &mut rows);
        row = Some(last);
        used = last_cells;
    }
    rows.extend(row);
    if rows.is_empty() {
        rows.push(0..0);
    }
    rows
}

fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.split(breakable).filter(|word| !word.is_empty()).map(|word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        start..start + word.len()
    })
}

fn breakable(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}' | '\u{2007}')
}

/// Breaks a word that fits on no row; all but its last part go to `rows`.
fn split(text: &str, word: Range<usize>, width: usize, rows: &mut Vec<Range<usize>>) -> (Range<usize>, usize) {
    let clusters = clusters(text, &word, width);
    let mut first = 0;
    let mut used = 0;
    let mut index = 0;
    while let Some((_, size)) = clusters.get(index) {
        if used + size <= width || index == first {
            used += size;
            index += 1;
            continue;
        }
        let end = best_cut(text, &clusters, first, index, width);
        let at = |i: usize| clusters.get(i).map_or(word.end, |(start, _)| *start);
        rows.push(at(first)..at(end));
        used = clusters.get(end..index).unwrap_or(&[]).iter().map(|(_, size)| size).sum();
        first = end;
    }
    let start = clusters.get(first).map_or(word.start, |(start, _)| *start);
    (start..word.end, used)
}

/// Start and cells of each cluster; one wider than a row is taken apart.
fn clusters(text: &str, word: &Range<usize>, width: usize) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    for (offset, cluster) in text.get(word.clone()).unwrap_or("").grapheme_indices(true) {
        if cluster.width() <= width {
            out.push((word.start + offset, cluster.width()));
            continue;
        }
        for (inner, c) in cluster.char_indices() {
            let size = c.width().unwrap_or(0);
            match out.last_mut() {
                Some(_) if inner > 0 && size == 0 => {}
                _ => out.push((word.start + offset + inner, size)),
            }
        }
    }
    out
}

fn best_cut(text: &str, clusters: &[(usize, usize)], first: usize, limit: usize, width: usize) -> usize {
    let char_at = |i: usize| clusters.get(i).and_then(|(start, _)| text.get(*start..)?.chars().next());
    let starts = |i: usize, set: &str| char_at(i).is_some_and(|c| set.contains(c));
    let mut kept = 0;
    let mut seam = None;
    for i in first..limit {
        kept += clusters.get(i).map_or(0, |(_, size)| *size);
        let good = starts(i, SEAMS) || starts(i + 1, OPENING);
        if good && kept * 2 >= width && !starts(i + 1, CLOSING) {
            seam = Some(i + 1);
        }
    }
    if let Some(cut) = seam {
        return cut;
    }
    let mut cut = limit;
    while cut > first + 1 && limit - cut < 3 && (starts(cut, CLOSING) || starts(cut - 1, OPENING)) {
        cut -= 1;
    }
    if starts(cut, CLOSING) || starts(cut - 1, OPENING) { limit } else { cut }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::row_width;

    #[track_caller]
    fn check(input: &str, width: usize, expected: &[&str]) {
        let rows = wrap(&[(Role::Text, input.to_owned())], width);
        let shown: Vec<String> = rows.iter().map(|row| row.iter().map(|(_, text)| text.as_str()).collect()).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn lines_break_between_korean_words() {
        check(
            "Pod가 어느 노드에서 도는지는 스케줄러가 정해요.",
            20,
            &["Pod가 어느 노드에서", "도는지는 스케줄러가", "정해요."],
        );
        check("가나다 라마바", 12, &["가나다", "라마바"]);
        check("가나다 라마바", 13, &["가나다 라마바"]);
        check("", 10, &[""]);
        check("   ", 10, &[""]);
        check("  들여 쓴 줄", 10, &["  들여 쓴", "줄"]);
        check("첫 줄\n둘째 줄", 20, &["첫 줄", "둘째 줄"]);
    }

    #[test]
    fn a_word_that_fits_nowhere_breaks_at_its_seams() {
        check(
            "registry.k8s.io/ingress-nginx/controller:v1.12",
            20,
            &["registry.k8s.io/", "ingress-nginx/", "controller:v1.12"],
        );
        check("가나다라마바사", 6, &["가나다", "라마바", "사"]);
        check("파드 가나다라마바사", 6, &["파드", "가나다", "라마바", "사"]);
    }

    #[test]
    fn a_row_never_begins_with_a_full_stop() {
        check("가나다.", 6, &["가나", "다."]);
        check("가나다)", 6, &["가나", "다)"]);
        check("가나다(라마)바", 7, &["가나다", "(라마)", "바"]);
    }

    #[test]
    fn one_cell_marks_what_it_cannot_hold() {
        check("가a", 1, &["…", "a"]);
    }

    #[test]
    fn roles_survive_the_break() {
        let rows = wrap(&[(Role::Strong, "관측성".into()), (Role::Text, "은 중요해요".into())], 8);
        assert_eq!(
            rows,
            [
                vec![(Role::Strong, "관측성".to_owned()), (Role::Text, "은".to_owned())],
                vec![(Role::Text, "중요해요".to_owned())]
            ]
        );
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_asked(pieces in proptest::collection::vec(any::<String>(), 0..4), width in 1usize..200) {
            let pieces: Vec<_> = pieces.into_iter().map(|text| (Role::Text, text)).collect();
            for row in wrap(&pieces, width) {
                prop_assert!(row_width(&row) <= width, "{row:?}");
            }
        }

        #[test]
        fn korean_text_keeps_every_letter(text in "[가-힣a-z().,! 🚀\u{1100}\u{1161}]{0,80}", width in 2usize..60) {
            let rows = wrap(&[(Role::Text, text.clone())], width);
            let kept: String = rows.iter().flatten().flat_map(|(_, text)| text.chars()).filter(|c| !breakable(*c)).collect();
            let clean_text: String = clean(&text).chars().filter(|c| !breakable(*c)).collect();
            prop_assert_eq!(kept, clean_text);
            for row in &rows {
                prop_assert!(row_width(row) <= width);
            }
        }
    }
}
