//! Parts with a summary: folded to one row that says how much there is, or open with a faint bar beside what they hold.

use super::super::model::{Details, Span};
use super::super::page::{Anchor, FoldSpan, Page};
use super::flow::{flow, lend};
use super::pen::{Level, Pen};
use crate::text::Role;

pub fn draw(pen: &mut Pen, line: usize, details: &Details) {
    // A summary may begin below its tag; the row belongs to what is read on it.
    let line = details.summary.first().map_or(line, |span| span.line);
    let open = pen.folding.is_open(line, details.open);
    let row = pen.settle();
    let outside = (!open).then(|| inside(pen, line, details));
    let mark = if open { pen.glyph("▾ ", "v ") } else { pen.glyph("▸ ", "> ") };
    pen.level(Level::marked(Role::Dim, mark));
    for row in flow(&summary(line, details, outside.as_ref()), pen.width()) {
        pen.row(row.line, row.frags);
    }
    pen.leave(line);
    match outside {
        Some(inside) => {
            let rows_inside = inside.rows.len();
            let last_line = inside.lines.iter().copied().max().unwrap_or(line).max(line);
            pen.page().folds.push(FoldSpan { row, line, last_line, open, rows_inside });
            let hidden = inside.anchors.into_iter().map(|anchor| Anchor { row, folded: true, ..anchor });
            let names = inside.names.into_iter().map(|(name, _)| (name, row));
            let page = pen.page();
            page.anchors.extend(hidden);
            page.names.extend(names);
        }
        None => {
            let place = pen.page().folds.len();
            pen.page().folds.push(FoldSpan { row, line, last_line: line, open, rows_inside: 0 });
            let first = pen.page().rows.len();
            pen.level(Level::barred(Role::Faint, pen.glyph("│ ", "| ")));
            pen.blocks(&details.blocks, None, false);
            pen.leave(line);
            let page = pen.page();
            let below = page.lines.get(first..).unwrap_or(&[]);
            let (rows_inside, last_line) = (below.len(), below.iter().copied().max().unwrap_or(line));
            if let Some(fold) = page.folds.get_mut(place) {
                (fold.rows_inside, fold.last_line) = (rows_inside, last_line.max(line));
            }
        }
    }
}

/// What a closed one holds, laid out beside the page.
fn inside(pen: &mut Pen, line: usize, details: &Details) -> Page {
    let page = pen.take();
    pen.level(Level::barred(Role::Faint, pen.glyph("│ ", "| ")));
    pen.blocks(&details.blocks, None, false);
    pen.leave(line);
    pen.forget();
    pen.swap(page)
}

fn summary(line: usize, details: &Details, hidden: Option<&Page>) -> Vec<Span> {
    let span = |text: String, role| Span { text, role, link: None, line };
    let mut summary = lend(&details.summary, Role::Strong);
    if summary.is_empty() {
        summary.push(span("자세히".to_owned(), Role::Strong));
    }
    if let Some(page) = hidden.filter(|page| !page.rows.is_empty()) {
        summary.push(span(format!("  ({}줄)", page.rows.len()), Role::Dim));
    }
    summary
}

#[cfg(test)]
mod tests {
    use super::super::super::{Folding, Options, parse};
    use super::super::layout;
    use super::*;

    const TEXT: &str = "# 가\n\n<details>\n<summary>심화</summary>\n\n## 나\n\n글\n\n<details open><summary>속</summary>\n\n- [ ] 하기 <!-- manual -->\n\n</details>\n\n</details>\n\n끝[^1]\n\n[^1]: 각주\n";

    fn page(folding: Folding) -> Page {
        layout(&parse(TEXT), &Options { folding, ..Options::new(40) })
    }

    #[track_caller]
    fn check(page: &Page, expected: &[&str]) {
        let rows: Vec<&str> = page.rows.texts().map(str::trim_end).collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn a_closed_part_is_one_row_and_all_in_it_is_found_there() {
        let closed = page(Folding::default());
        check(&closed, &["  가", "", "  ▸ 심화  (6줄)", "", "  끝[1]", "", "  [1] 각주"]);
        let fold = FoldSpan { row: 2, line: 4, last_line: 12, open: false, rows_inside: 6 };
        assert_eq!(closed.folds, [fold]);
        assert_eq!(closed.tasks, []);
        let hidden = closed.anchors.iter().find(|anchor| anchor.title == "나").unwrap();
        assert_eq!((hidden.row, hidden.folded, hidden.line), (2, true, 6));
        for (line, row) in [(1, 0), (3, 2), (4, 2), (6, 2), (12, 2), (18, 4)] {
            assert_eq!(closed.row_of_line(line), row, "line {line}");
        }
        assert_eq!((closed.row_of_name("fn-1"), closed.row_of_name("fnref-1")), (Some(6), Some(4)));
    }

    #[test]
    fn an_open_part_has_a_bar_and_its_folds_have_their_own() {
        let mut folding = Folding::default();
        folding.turn(4);
        let open = page(folding.clone());
        let expected = [
            "  가",
            "",
            "  ▾ 심화",
            "  │ 나",
            "  │",
            "  │ 글",
            "  │",
            "  │ ▾ 속",
            "  │ │ ☐ 하기",
            "",
            "  끝[1]",
            "",
            "  [1] 각주",
        ];
        check(&open, &expected);
        let folds: Vec<_> = open.folds.iter().map(|fold| (fold.row, fold.line, fold.rows_inside)).collect();
        assert_eq!(folds, [(2, 4, 6), (7, 10, 1)]);
        assert_eq!(open.row_of_line(12), 8);
        folding.turn(10);
        check(
            &page(folding),
            &[
                "  가",
                "",
                "  ▾ 심화",
                "  │ 나",
                "  │",
                "  │ 글",
                "  │",
                "  │ ▸ 속  (1줄)",
                "",
                "  끝[1]",
                "",
                "  [1] 각주",
            ],
        );
        assert_eq!(page(Folding::closed()).rows.len(), 7);
        assert_eq!(page(Folding::open()).rows.len(), 13);
    }
}
