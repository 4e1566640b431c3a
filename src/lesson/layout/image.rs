//! Images that stand alone: blank rows above their words, for who can draw them there.

use super::super::model::Span;
use super::super::page::ImageSpan;
use super::pen::Pen;

/// Keeps room for a paragraph's image, when that is all it holds and there is room for it.
pub fn draw(pen: &mut Pen, line: usize, spans: &[Span], centered: bool) {
    let Some(path) = alone(spans) else { return };
    let room = pen.images.iter().find(|room| room.path == path);
    let (columns, rows) = room.map_or((0, 0), |room| fitted(room.columns, room.rows, pen.width()));
    let left = if centered { pen.width().saturating_sub(columns) / 2 } else { 0 };
    let column = pen.column() + left;
    let first = pen.settle();
    for _ in 0..rows {
        pen.row(line, Vec::new());
    }
    pen.page().images.push(ImageSpan { rows: first..first + rows, column, columns, path: path.to_owned() });
}

/// Endings of files that can be drawn.
const KINDS: [&str; 5] = ["png", "jpg", "jpeg", "gif", "webp"];

/// The path of the image that a paragraph is.
fn alone(spans: &[Span]) -> Option<&str> {
    let first = spans.first()?;
    let path = first.link.as_deref()?;
    let whole = first.text.starts_with("그림: ") && spans.iter().all(|span| span.link.as_deref() == Some(path));
    let drawn = |kind: &str| KINDS.iter().any(|known| kind.eq_ignore_ascii_case(known));
    (whole && path.rsplit_once('.').is_some_and(|(_, kind)| drawn(kind))).then_some(path)
}

/// Columns and rows, made smaller when they are wider than the room.
fn fitted(columns: usize, rows: usize, width: usize) -> (usize, usize) {
    if columns <= width {
        return (columns, rows);
    }
    (width, ((rows * width + columns / 2) / columns).max(1))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::super::page::{ImageRoom, Options, Page};
    use super::super::super::{layout, parse};

    const PATH: &str = "img/pod.png";

    fn page(markdown: &str, room: Option<(usize, usize)>, width: usize) -> Page {
        let images: Arc<[ImageRoom]> =
            room.into_iter().map(|(columns, rows)| ImageRoom { path: PATH.into(), columns, rows }).collect();
        layout(&parse(markdown), &Options { images, ..Options::new(width) })
    }

    /// Columns and rows of the images, and where they begin.
    #[track_caller]
    fn check(markdown: &str, width: usize, expected: &[(usize, usize, usize, usize)]) {
        let page = page(markdown, Some((40, 10)), width);
        let found: Vec<_> = page.images.iter().map(|i| (i.columns, i.rows.len(), i.column, i.rows.start)).collect();
        assert_eq!(found, expected, "{markdown}");
        for image in &page.images {
            let text = |row: usize| page.rows.text(row);
            assert!(image.rows.clone().skip(1).all(|row| text(row).trim().is_empty()), "{markdown}");
            assert!(text(image.rows.end).contains("그림: "), "{markdown}: {}", text(image.rows.end));
            assert!(image.column + image.columns <= width);
        }
        assert_eq!(page.rows.len(), page.lines.len());
    }

    #[test]
    fn an_image_that_stands_alone_gets_its_rows_above_its_words() {
        check("![파드](img/pod.png)\n", 60, &[(40, 10, 2, 0)]);
        check("글\n\n![파드](img/pod.png)\n\n글\n", 60, &[(40, 10, 2, 2)]);
        check("![](img/pod.png)\n", 24, &[(20, 5, 2, 0)]);
        check("- ![파드](img/pod.png)\n", 60, &[(40, 10, 4, 0)]);
        check("<div align=\"center\">\n\n![파드](img/pod.png)\n\n</div>\n", 60, &[(40, 10, 10, 0)]);
        check("![파드](other.png)\n", 60, &[(0, 0, 2, 0)]);
        for text in ["글 ![파드](img/pod.png)\n", "![파드](img/pod.svg)\n", "[파드](img/pod.png)\n", "글\n"] {
            check(text, 60, &[]);
        }
    }

    #[test]
    fn without_room_nothing_changes() {
        for text in ["글\n\n![파드](img/pod.png)\n\n글\n", "- ![파드](img/pod.png)\n- 글\n"] {
            let rows = page(text, None, 60).rows;
            assert!(rows.texts().filter(|row| row.is_empty()).count() <= 2);
            assert_eq!(page(text, Some((40, 10)), 60).rows.len(), rows.len() + 10);
        }
    }
}
