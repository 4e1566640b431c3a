//! Pieces of the checks' pane as rows: findings, titles, a row with something at its right edge.

use crate::lab::Millis;
use crate::say::{Said, spans};
use crate::text::{Role, Row, row_width, truncate, width, wrap};

/// A finding in two aligned columns, `cells` wide.
pub fn finding(said: &Said, cells: usize) -> Vec<Row> {
    const LABEL: usize = 8;
    let mut rows = Vec::new();
    let mut pair = |label: &str, role: Role, value: &str| {
        let mut label = label.to_owned();
        for row in wrap(&spans(value, role), cells.saturating_sub(LABEL).max(4)) {
            let mut whole = vec![(Role::Dim, crate::text::pad(&label, LABEL))];
            whole.extend(row);
            rows.push(whole);
            label.clear();
        }
    };
    let (label, wanted) = said.wanted();
    if !wanted.is_empty() {
        pair(label, Role::Text, wanted);
    }
    if !said.actual.is_empty() {
        pair("지금", Role::Bad, &said.actual);
    }
    for why in said.near.iter().chain(&said.why) {
        rows.extend(wrap(&spans(why, Role::Text), cells.max(4)));
    }
    if let Some(next) = &said.next {
        if width(next) + LABEL <= cells {
            rows.push(vec![(Role::Dim, crate::text::pad("볼 것", LABEL)), (Role::Code, next.clone())]);
        } else {
            rows.push(vec![(Role::Dim, "볼 것".into())]);
            rows.extend(wrap(&[(Role::Code, next.clone())], cells.max(4)));
        }
    }
    rows
}

/// Elapsed time, always as wide: ` 9초`, `1:05`.
pub fn elapsed(span: Millis) -> String {
    let seconds = (span / 1000).max(0);
    if seconds < 60 { format!("{seconds:>2}초") } else { format!("{}:{:02}", seconds / 60, seconds % 60) }
}

/// A row with something at its right edge, one cell of margin kept.
pub fn spread(mut left: Row, right: (Role, String), cells: usize) -> Row {
    let used = row_width(&left) + width(&right.1);
    left.push((Role::Text, " ".repeat(cells.saturating_sub(used + 1))));
    left.push(right);
    left
}

/// A title on at most so many rows, the last one cut where it does not fit.
pub(super) fn title_rows(text: &str, role: Role, cells: usize, most: usize) -> Vec<Row> {
    if most == 1 || width(text) <= cells {
        return vec![vec![(role, truncate(text, cells))]];
    }
    let mut rows = wrap(&[(role, text.to_owned())], cells);
    if rows.len() > most {
        let rest: String = rows.drain(most - 1..).flatten().map(|(_, piece)| piece + " ").collect();
        rows.push(vec![(role, truncate(&format!("{} …", rest.trim_end()), cells))]);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, most: usize, expected: &[&str]) {
        let rows: Vec<String> = title_rows(text, Role::Text, 16, most)
            .iter()
            .map(|r| r.iter().map(|(_, t)| t.as_str()).collect())
            .collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn a_title_takes_at_most_so_many_rows() {
        check("web이 준비됨", 2, &["web이 준비됨"]);
        check("Deployment web의 Pod", 1, &["Deployment web…"]);
        check("Deployment web의 Pod", 2, &["Deployment web의", "Pod"]);
        check("Deployment web의 Pod 3개가 모두 준비됨", 2, &["Deployment web의", "Pod 3개가 모두 …"]);
    }
}
