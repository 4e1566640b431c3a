//! What was found, marked in a laid-out lesson.

use std::ops::Range;

use crate::lesson::Page;
use crate::search::{Hay, Query};
use crate::text::width;

/// Cells of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Row of the page.
    pub row: usize,
    /// Cells of the row.
    pub columns: Range<usize>,
}

/// What was found in the open lesson.
#[derive(Clone, Debug)]
pub struct Marks {
    /// The lesson.
    pub node: usize,
    /// In order; a match that goes on in the next row has two spans.
    pub list: Vec<Vec<Span>>,
    /// The one that one is at.
    pub at: usize,
    query: Query,
    /// The source line to begin at, until the page has been laid out.
    line: Option<usize>,
    /// The rows and the width it was made for.
    made_for: Option<(usize, usize)>,
}

impl Marks {
    /// Looks for a query in a lesson, beginning at a source line.
    pub fn new(node: usize, query: Query, line: usize) -> Self {
        Self { node, list: Vec::new(), at: 0, query, line: Some(line), made_for: None }
    }

    /// Which of how many, for the footer.
    pub fn count(&self) -> String {
        format!("찾은 곳 {}/{}   ", self.at + 1, self.list.len())
    }

    /// Finds its places in the page, if that was laid out anew; whether it did so for the first time. `holds` says
    /// whether a piece of text stands in the lesson as one.
    pub fn fit(&mut self, page: &Page, width: usize, holds: &dyn Fn(&str) -> bool) -> bool {
        let now = (page.rows.len(), width);
        if self.made_for == Some(now) {
            return false;
        }
        self.list = places(page, &self.query, holds);
        self.made_for = Some(now);
        self.at = self.at.min(self.list.len().saturating_sub(1));
        let Some(line) = self.line.take() else { return false };
        let row = page.row_of_line(line);
        self.at = self.list.iter().position(|spans| spans.first().is_some_and(|span| span.row >= row)).unwrap_or(0);
        true
    }

    /// The next or the one before, round and round.
    pub fn step(&mut self, forward: bool) {
        let count = self.list.len().max(1);
        self.at = if forward { self.at + 1 } else { self.at + count - 1 } % count;
    }

    /// Where the one begins that one is at.
    pub fn here(&self) -> Option<&Span> {
        self.list.get(self.at)?.first()
    }
}

/// Where a query is in a page.
fn places(page: &Page, query: &Query, holds: &dyn Fn(&str) -> bool) -> Vec<Vec<Span>> {
    let mut text = String::new();
    let mut starts = Vec::new();
    for row in page.rows.texts() {
        starts.push(text.len());
        text.push_str(row);
        text.push('\n');
    }
    let hay = Hay::new(text);
    let row_at = |offset: usize| starts.partition_point(|start| *start <= offset).saturating_sub(1);
    let cells = |from: usize, to: usize| width(hay.text().get(from..to).unwrap_or_default());
    let mut all: Vec<Vec<Span>> = Vec::new();
    for range in query.ranges(&hay) {
        let row = row_at(range.start);
        let from = cells(starts.get(row).copied().unwrap_or(0), range.start);
        all.push(vec![Span { row, columns: from..from + cells(range.start, range.end) }]);
    }
    for (row, (above, below)) in page.rows.texts().zip(page.rows.texts().skip(1)).enumerate() {
        all.extend(across(row, above, below, query, holds));
    }
    all.sort_by_key(|spans| spans.first().map(|span| (span.row, span.columns.start)));
    all
}

/// Matches in a word that had to be broken between two rows.
fn across(row: usize, above: &str, below: &str, query: &Query, holds: &dyn Fn(&str) -> bool) -> Vec<Vec<Span>> {
    let (above, lead) = (above.trim_end(), below.trim_start_matches([' ', '↪', '▎', '|', '\\']));
    let tail = above.rsplit(char::is_whitespace).next().unwrap_or_default();
    let head = lead.split(char::is_whitespace).next().unwrap_or_default();
    if tail.is_empty() || head.is_empty() {
        return Vec::new();
    }
    let whole = format!("{tail}{head}");
    let (left, right) = (width(above) - width(tail), width(below) - width(lead));
    let hay = Hay::new(whole.clone());
    let cells = |from: usize, to: usize| width(whole.get(from..to).unwrap_or_default());
    let broken: Vec<_> =
        query.ranges(&hay).into_iter().filter(|r| r.start < tail.len() && tail.len() < r.end).collect();
    if broken.is_empty() || !holds(&whole) {
        return Vec::new();
    }
    let spans = |range: Range<usize>| {
        let from = left + cells(0, range.start);
        vec![
            Span { row, columns: from..from + cells(range.start, tail.len()) },
            Span { row: row + 1, columns: right..right + cells(tail.len(), range.end) },
        ]
    };
    broken.into_iter().map(spans).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lesson::{self, Options};

    fn page(text: &str, width: usize) -> Page {
        lesson::layout(&lesson::parse(text), &Options::new(width))
    }

    /// What stands on the marked cells; the halves of a broken match joined by `↵`.
    fn marked(text: &str, width: usize, typed: &str) -> Vec<String> {
        let page = page(text, width);
        let whole: String = text.to_lowercase();
        let mut marks = Marks::new(0, Query::new(typed, true), 1);
        marks.fit(&page, width, &|piece| whole.contains(&piece.to_lowercase()));
        let cut = |span: &Span| {
            let row = page.rows.text(span.row);
            let mut at = 0;
            let inside = row.chars().filter(|c| {
                let here = at;
                at += crate::text::width(&c.to_string());
                span.columns.contains(&here)
            });
            inside.collect::<String>()
        };
        marks.list.iter().map(|spans| spans.iter().map(cut).collect::<Vec<_>>().join("↵")).collect()
    }

    #[test]
    fn marks_lie_on_the_cells_of_their_words() {
        let text = "# 파드와 노드\n\n파드는 **노드**에서 돌아요.\n\n| 이름 | 뜻 |\n| --- | --- |\n| 노드 | 기계 |\n\n```bash\nkubectl get node\n```\n";
        assert_eq!(marked(text, 60, "노드"), ["노드", "노드", "노드"]);
        assert_eq!(marked(text, 60, "ㄴㄷ"), ["노드", "노드", "노드"]);
        assert_eq!(marked(text, 60, "node 기계"), ["기계", "node"]);
    }

    #[test]
    fn a_word_broken_between_rows_is_marked_in_both() {
        let text = "이미지는 registry.k8s.io/ingress-nginx/controller-long-name 이에요.\n";
        assert_eq!(marked(text, 24, "k8s.io/ingress"), ["k8s.io/↵ingress"]);
        // Neighbours that only stand below each other are not one word.
        assert_eq!(marked("가나다라 마바사 아자차카 타파하\n", 14, "라마"), Vec::<String>::new());
    }

    #[test]
    fn stepping_goes_round() {
        let mut marks = Marks::new(0, Query::new("노드", true), 3);
        let page = page("노드\n\n노드\n\n노드\n", 40);
        assert!(marks.fit(&page, 40, &|_| false));
        assert_eq!((marks.count().trim(), marks.here().map(|span| span.row)), ("찾은 곳 2/3", Some(2)));
        let rows = [true, true, false, false].map(|forward| {
            marks.step(forward);
            marks.here().map(|span| span.row)
        });
        assert_eq!(rows, [4, 0, 4, 2].map(Some));
        assert!(!marks.fit(&page, 40, &|_| false), "nothing was laid out anew");
    }

    proptest! {
        #[test]
        fn marks_lie_within_their_rows(text in "[가-힣a-c \n#*`|-]{0,120}", typed in "[가-힣ㄱ-ㅎa-c]{1,3}", width in 8usize..60) {
            let page = page(&text, width);
            let mut marks = Marks::new(0, Query::new(&typed, true), 1);
            marks.fit(&page, width, &|_| true);
            for span in marks.list.iter().flatten() {
                prop_assert!(span.columns.end <= crate::text::width(page.rows.text(span.row)) && !span.columns.is_empty());
            }
        }
    }
}
