//! Rows of a width: lines break between Korean words (어절), inside one only when it does not fit on a row by itself.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::ambiguous::{Ambiguous, ambiguous};
use super::cell::{clean_width, clusters_in};
use super::clean::clean;
use super::plain::plain_word;
use super::role::{Role, Row};

/// What may not begin a row.
const CLOSING: &str = ".,;:!?)]}>%…‥·。、，．：；！？）］｝」』》〉】〕’”»›々ー～";
/// What may not end a row.
const OPENING: &str = "([{<（［｛「『《〈【〔‘“«‹";
/// After these a long word (a path, an image name) breaks best.
const SEAMS: &str = "/-_.,:;=&?@+|";
/// A word of these stays with the word before or after it, though a space stands between.
const ENDS: &str = ".,;:!?)]}…‥。、，．！？）］｝」』》〉】〕’”";
const STARTS: &str = "([{（［｛「『《〈【〔‘“";
/// A particle behind a name has at most this many syllables: `kubectl에서부터는`.
const PARTICLE: usize = 5;

/// Wraps pieces of text, each with its role, to rows of at most that many cells; a newline is a break.
pub fn wrap(pieces: &[(Role, String)], width: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut line: Vec<(Role, String)> = Vec::new();
    for (role, text) in pieces {
        for (index, part) in text.split('\n').enumerate() {
            if index > 0 {
                wrap_line(&std::mem::take(&mut line), width, &mut rows);
            }
            line.push((*role, fit(&clean(part), width)));
        }
    }
    wrap_line(&line, width, &mut rows);
    rows
}

/// One cell cannot hold a wide character; it is marked rather than lost.
fn fit(text: &str, width: usize) -> String {
    if width >= 2 {
        return text.to_owned();
    }
    let wide = ambiguous();
    let mark = if wide.signs { "~" } else { "…" };
    clusters_in(text, wide).map(|(cluster, cells)| if cells > width { mark } else { cluster }).collect()
}

fn wrap_line(pieces: &[(Role, String)], width: usize, rows: &mut Vec<Row>) {
    let whole: String = pieces.iter().map(|(_, text)| text.as_str()).collect();
    // Rows come in order, so no piece is looked at again for a row behind it.
    let (mut piece, mut start) = (0, 0);
    for range in ranges(&whole, width) {
        let mut row = Row::new();
        while let Some((role, text)) = pieces.get(piece) {
            let end = start + text.len();
            let from = range.start.max(start);
            let part = text.get(from.min(end) - start..range.end.min(end).max(from.min(end)) - start).unwrap_or("");
            match row.last_mut() {
                _ if part.is_empty() => {}
                Some((last, kept)) if last == role => kept.push_str(part),
                _ => row.push((*role, part.to_owned())),
            }
            if end >= range.end {
                break;
            }
            (piece, start) = (piece + 1, end);
        }
        rows.push(row);
    }
}

/// The byte ranges of clean, newline-free text that make its rows; spaces at the breaks belong to no row.
/// Always at least one range.
pub fn ranges(text: &str, width: usize) -> Vec<Range<usize>> {
    ranges_in(text, width, ambiguous())
}

fn ranges_in(text: &str, width: usize, wide: Ambiguous) -> Vec<Range<usize>> {
    let width = width.max(1);
    let mut rows: Vec<Range<usize>> = Vec::new();
    // Most lines of a course fit.
    if text.len() <= 4 * width && clean_width(text, wide) <= width {
        let end = text.trim_end_matches(breakable).len();
        rows.push(0..end);
        return rows;
    }
    // The row at hand and its cells, and where its last word begins, with the cells before it.
    let mut row: Option<Range<usize>> = None;
    let mut used = 0;
    let mut last = (0, 0);
    let mut words = words(text, wide).peekable();
    while let Some((word, size)) = words.next() {
        let (gap_start, first) = row.as_ref().map_or((0, rows.is_empty()), |row| (row.end, true));
        let gap = clean_width(text.get(gap_start..word.start).unwrap_or(""), wide);
        if first && used + gap + size <= width {
            // A bracket that opens what no longer fits goes with it.
            let mut follower =
                || words.peek().map_or(0, |(next, _)| clean_width(text.get(word.end..next.end).unwrap_or(""), wide));
            let opens = only(text, &word, STARTS) && row.is_some() && used + gap + size + follower() > width;
            if !opens {
                last = (word.start, used + gap);
                row = Some(row.map_or(0, |row| row.start)..word.end);
                used += gap + size;
                continue;
            }
        }
        if let Some(mut full) = row.take() {
            // A stop that stands alone takes the word before it along.
            let (at, before) = last;
            let moved = used - before;
            if only(text, &word, ENDS) && at > full.start && moved + gap + size <= width {
                full.end = full.start + text.get(full.start..at).unwrap_or("").trim_end_matches(breakable).len();
                rows.push(full);
                row = Some(at..word.end);
                used = moved + gap + size;
                last = (at, 0);
                continue;
            }
            rows.push(full);
        }
        if size <= width {
            (row, used, last) = (Some(word.clone()), size, (word.start, 0));
            continue;
        }
        let (rest, rest_cells) = split(text, word, width, wide, &mut rows);
        last = (rest.start, 0);
        row = Some(rest);
        used = rest_cells;
    }
    rows.extend(row);
    if rows.is_empty() {
        rows.push(0..0);
    }
    rows
}

fn only(text: &str, word: &Range<usize>, set: &str) -> bool {
    // Longer runs are no punctuation of a sentence.
    word.len() <= 12
        && !text.as_bytes().get(word.start).is_some_and(|b| b.is_ascii_alphanumeric() || (0xea..=0xed).contains(b))
        && text.get(word.clone()).is_some_and(|word| word.chars().all(|c| set.contains(c)))
}

/// The words of a text, each with its cells.
fn words(text: &str, wide: Ambiguous) -> impl Iterator<Item = (Range<usize>, usize)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        at += rest.find(|c| !breakable(c))?;
        let (start, mut cells, mut counted) = (at, 0, true);
        loop {
            let (size, more) = plain_word(text.get(at..)?);
            (at, cells) = (at + size, cells + more);
            match text.get(at..)?.chars().next().filter(|c| !breakable(*c)) {
                Some(other) => (at, counted) = (at + other.len_utf8(), false),
                None => break,
            }
        }
        let word = start..at;
        let cells = if counted { cells } else { clean_width(text.get(word.clone())?, wide) };
        Some((word, cells))
    })
}

fn breakable(c: char) -> bool {
    match c {
        ' ' => true,
        '!'..='~' | '가'..='힣' => false,
        c => c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}' | '\u{2007}'),
    }
}

/// A cluster of a word that fits on no row.
#[derive(Clone, Copy)]
struct Piece {
    start: usize,
    cells: usize,
    first: char,
}

/// Breaks a word that fits on no row; all but its last part go to `rows`.
fn split(
    text: &str,
    word: Range<usize>,
    width: usize,
    wide: Ambiguous,
    rows: &mut Vec<Range<usize>>,
) -> (Range<usize>, usize) {
    let pieces = pieces(text, &word, width, wide);
    let tail = particle(&pieces);
    let at = |i: usize| pieces.get(i).map_or(word.end, |piece| piece.start);
    let mut first = 0;
    let mut used = 0;
    let mut index = 0;
    while let Some(piece) = pieces.get(index) {
        if used + piece.cells <= width || index == first {
            used += piece.cells;
            index += 1;
            continue;
        }
        let end = best_cut(&pieces, first, index, width, tail);
        rows.push(at(first)..at(end));
        used = pieces.get(end..index).unwrap_or(&[]).iter().map(|piece| piece.cells).sum();
        first = end;
    }
    (at(first)..word.end, used)
}

/// The clusters of a word; one wider than a row is taken apart.
fn pieces(text: &str, word: &Range<usize>, width: usize, wide: Ambiguous) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let mut start = word.start;
    for (cluster, cells) in clusters_in(text.get(word.clone()).unwrap_or(""), wide) {
        let first = cluster.chars().next().unwrap_or(' ');
        if cells <= width || cluster.width() < cells {
            out.push(Piece { start, cells, first });
        } else {
            for (inner, c) in cluster.char_indices() {
                let cells = c.width().unwrap_or(0);
                match out.last_mut() {
                    Some(_) if inner > 0 && cells == 0 => {}
                    _ => out.push(Piece { start: start + inner, cells, first: c }),
                }
            }
        }
        start += cluster.len();
    }
    out
}

/// Where the particle behind a name in Latin letters begins (`kubectl을`, `(Pod)는`): no row begins within it.
fn particle(pieces: &[Piece]) -> Option<usize> {
    let syllable = |piece: &Piece| matches!(piece.first, '가'..='힣');
    // A stop may follow it.
    let end = pieces.iter().rposition(|piece| !CLOSING.contains(piece.first))? + 1;
    let start = pieces.get(..end)?.iter().rposition(|piece| !syllable(piece))? + 1;
    let name = pieces.get(..start)?.iter().rev().map(|piece| piece.first).find(|c| !CLOSING.contains(*c));
    (name.is_some_and(|c| c.is_ascii_alphanumeric()) && (1..=PARTICLE).contains(&(end - start))).then_some(start)
}

fn best_cut(pieces: &[Piece], first: usize, limit: usize, width: usize, tail: Option<usize>) -> usize {
    let starts = |i: usize, set: &str| pieces.get(i).is_some_and(|piece| set.contains(piece.first));
    let bare = |i: usize| starts(i, CLOSING) || starts(i - 1, OPENING);
    let torn = |i: usize| bare(i) || tail.is_some_and(|start| i >= start);
    let mut kept = 0;
    let mut seam = None;
    for i in first..limit {
        kept += pieces.get(i).map_or(0, |piece| piece.cells);
        let good = starts(i, SEAMS) || starts(i + 1, OPENING);
        if good && kept * 2 >= width && !torn(i + 1) {
            seam = Some(i + 1);
        }
    }
    if let Some(cut) = seam {
        return cut;
    }
    // As near as it goes; rather a particle alone than a stop.
    let near = || (first + 1..=limit).rev().take(8);
    near().find(|cut| !torn(*cut)).or_else(|| near().find(|cut| !bare(*cut))).unwrap_or(limit)
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
    fn punctuation_stays_with_its_word() {
        check("가나다라마바」", 12, &["가나다라마", "바」"]);
        check("가나다…", 7, &["가나다…"]);
        check("가나다라……", 8, &["가나다", "라……"]);
        check("“가나” 다라마”", 6, &["“가나”", "다라", "마”"]);
    }

    #[test]
    fn punctuation_that_stands_alone_stays_too() {
        check("가나 다라 。 마", 9, &["가나", "다라 。", "마"]);
        check("가나 다라 )", 9, &["가나", "다라 )"]);
        check("가나 ( 다라마 )", 9, &["가나", "(", "다라마 )"]);
        check("a .spec.b", 6, &["a", ".spec.", "b"]);
    }

    #[test]
    fn a_particle_is_not_torn_from_its_name() {
        check("kubectl을", 8, &["kubect", "l을"]);
        check("kubectl에서는.", 10, &["kubect", "l에서는."]);
        check("deployments/web을", 14, &["deployments/", "web을"]);
        check("가나다라마바", 8, &["가나다라", "마바"]);
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

    /// Anything at all, and what is hard: Hangul taken apart, marks, signs of all widths, brackets, seams, controls.
    fn any_text() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[가-힣a-z0-9 .,()「」…!?`/-]{0,120}",
            "[\u{0}-\u{20}가-힣\u{1100}-\u{11ff}\u{300}-\u{330}\u{200b}-\u{206f}\u{e0100}\u{fe0f}\u{1f1e6}-\u{1f1ff}\u{1f3fb}👩💻│●א-תก-๎अ-ो漢]{0,40}",
        ]
    }

    fn any_ambiguous() -> impl Strategy<Value = Ambiguous> {
        (any::<bool>(), any::<bool>()).prop_map(|(lines, signs)| Ambiguous { lines, signs })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_row_is_wider_than_asked(pieces in proptest::collection::vec(any_text(), 0..4), width in 1usize..=200) {
            let pieces: Vec<_> = pieces.into_iter().map(|text| (Role::Text, text)).collect();
            for row in wrap(&pieces, width) {
                prop_assert!(row_width(&row) <= width, "{row:?}");
            }
        }

        /// Four cells hold every cluster: then nothing is lost, marked or moved.
        #[test]
        fn every_letter_is_there_in_order(text in any_text(), width in 4usize..=200, wide in any_ambiguous()) {
            let text = text.replace('\n', " ");
            let text = clean(&text);
            let rows = ranges_in(&text, width, wide);
            let mut end = 0;
            for row in &rows {
                prop_assert!(row.start >= end && row.end >= row.start);
                let between = text.get(end..row.start).unwrap();
                prop_assert!(between.chars().all(breakable), "lost {between:?}");
                let shown = text.get(row.clone()).unwrap();
                let cells = clean_width(shown, wide);
                prop_assert!(cells <= width, "{shown:?}: {cells}");
                end = row.end;
            }
            prop_assert!(text.get(end..).unwrap().chars().all(breakable));
        }

        #[test]
        fn roles_and_letters_survive(texts in proptest::collection::vec("[가-힣a-z().,! 🚀\u{1100}\u{1161}]{0,30}", 0..6), width in 2usize..60) {
            let roles = [Role::Text, Role::Strong, Role::Code];
            let pieces: Vec<_> = texts.iter().zip(roles.into_iter().cycle()).map(|(t, role)| (role, t.clone())).collect();
            let letters = |text: &str, role| text.chars().filter(|c| !breakable(*c)).map(|c| (role, c)).collect::<Vec<_>>();
            let rows = wrap(&pieces, width);
            let kept: Vec<_> = rows.iter().flatten().flat_map(|(role, text)| letters(text, *role)).collect();
            let given: Vec<_> = pieces.iter().flat_map(|(role, text)| letters(&clean(text), *role)).collect();
            prop_assert_eq!(kept, given);
        }

        /// Wide enough that a word and its punctuation fit on a row.
        #[test]
        fn punctuation_is_never_torn_off(words in proptest::collection::vec("[「(“]?[가-힣]{1,8}(」|\\)|”)?[。，…!?.]{0,2}", 1..20), width in 22usize..60) {
            let rows = wrap(&[(Role::Text, words.join(" "))], width);
            for row in rows.iter().map(|row| row.iter().map(|(_, text)| text.as_str()).collect::<String>()) {
                prop_assert!(!row.starts_with(|c| "。，」』)”…!?.".contains(c)), "{row}");
                prop_assert!(!row.ends_with(|c| "「(“".contains(c)), "{row}");
            }
        }

        #[test]
        fn a_long_word_keeps_its_punctuation_too(word in "[가-힣a-z]{2,40}[。，」)…!?.]{1,2}[가-힣]{0,6}", width in 8usize..20) {
            for row in wrap(&[(Role::Text, word)], width) {
                let row: String = row.iter().map(|(_, text)| text.as_str()).collect();
                prop_assert!(!row.starts_with(|c| "。，」』)”…!?.".contains(c)), "{row}");
            }
        }
    }
}
