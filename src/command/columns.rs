//! Rows in columns, measured in cells: Hangul takes two.

use crate::text::{Role, Row, pad, width};

/// Pads every cell but a row's last to its column's width, with two cells between columns.
pub fn aligned(rows: Vec<Row>) -> Vec<Row> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let wide = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|(_, text)| width(text)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(wide).collect();
    let line = |row: Row| {
        let last = row.len().saturating_sub(1);
        let cells = row.into_iter().zip(&widths).enumerate();
        cells
            .flat_map(|(at, ((role, text), width))| match at == last {
                true => vec![(role, text)],
                false => vec![(role, pad(&text, *width)), (Role::Text, "  ".to_owned())],
            })
            .collect()
    };
    rows.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rows: &[&[&str]], expected: &[&str]) {
        let rows = rows.iter().map(|row| row.iter().map(|text| (Role::Text, (*text).to_owned())).collect()).collect();
        let lines: Vec<String> =
            aligned(rows).iter().map(|row| row.iter().map(|(_, t)| t.as_str()).collect()).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn columns_begin_at_the_same_cell() {
        check(&[], &[]);
        check(&[&["가나", "1"], &["abc", "2"], &["a"]], &["가나  1", "abc   2", "a"]);
        check(&[&["", "x", "y"], &["가", "", "z"]], &["    x  y", "가     z"]);
    }
}
