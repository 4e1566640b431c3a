//! Texts of diagrams, and diagrams that are written as rows rather than drawn on a sheet.

use super::{Line, Picture, Refusal};
use crate::text::{Role, Row, row_width, width, wrap};

/// A refusal at a line.
pub fn refuse<T>(line: &Line<'_>, reason: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal { line: line.number, reason: reason.into() })
}

/// A longer line is no label for a person, and costs much to wrap.
const LINE: usize = 4_000;

/// Refuses a diagram with a line that is too long.
pub fn readable(lines: &[Line<'_>]) -> Result<(), Refusal> {
    lines.iter().try_for_each(|line| bounded(line, line.text))
}

/// Refuses a text that is too long.
pub fn bounded(line: &Line<'_>, text: &str) -> Result<(), Refusal> {
    if text.len() > LINE { refuse(line, "글이 너무 길어 그림에 담을 수 없어요") } else { Ok(()) }
}

/// A label as a page shows it: `<br/>` is a newline, entities are their characters, quotes around the whole are gone.
pub fn label(raw: &str) -> String {
    let raw = raw.trim();
    let raw = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(raw);
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['<', '&', '#']) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        if let Some((found, after)) = line_break(after).or_else(|| entity(after)) {
            out.push(found);
            rest = after;
        } else {
            let mut chars = after.chars();
            out.extend(chars.next());
            rest = chars.as_str();
        }
    }
    out.push_str(rest);
    let rows: Vec<&str> = out.lines().map(str::trim).collect();
    rows.join("\n").trim().to_owned()
}

fn line_break(text: &str) -> Option<(char, &str)> {
    let name = text.get(1..3)?;
    let rest = text.get(3..)?.trim_start().trim_start_matches('/');
    let rest = rest.strip_prefix('>')?;
    name.eq_ignore_ascii_case("br").then_some(('\n', rest))
}

/// `&lt;`, and as Mermaid spells them `#lt;` and `#35;`.
fn entity(text: &str) -> Option<(char, &str)> {
    let body = text.get(1..)?;
    // No entity is longer: the search does not go on.
    let end = body.bytes().take(8).position(|b| b == b';')?;
    let (name, rest) = (body.get(..end)?, body.get(end + 1..)?);
    let number = name.strip_prefix('#').unwrap_or(name);
    let found = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => char::from_u32(number.parse().ok()?)?,
    };
    Some((found, rest))
}

/// The label on one line, for sentences.
pub fn flat(label: &str) -> String {
    label.replace('\n', " ")
}

/// Rows of text of at most so many cells; always at least one.
pub fn lines(text: &str, cells: usize) -> Vec<String> {
    let rows = wrap(&[(Role::Text, text.to_owned())], cells.max(2));
    rows.into_iter().map(|row| row.into_iter().map(|(_, text)| text).collect()).collect()
}

/// Cells of the widest of a label's own lines.
pub fn widest(label: &str) -> usize {
    label.split('\n').map(width).max().unwrap_or(0)
}

/// Adds text behind a lead that stands once, with the rows after the first hanging under it. The text keeps at least
/// eight cells, also where that is wider than asked.
pub fn hang(rows: &mut Vec<Row>, lead: &Row, hanging: &Row, text: &[(Role, String)], cells: usize) {
    let room = cells.saturating_sub(row_width(lead).max(row_width(hanging))).max(8);
    for (index, mut wrapped) in wrap(text, room).into_iter().enumerate() {
        let mut row = if index == 0 { lead.clone() } else { hanging.clone() };
        row.append(&mut wrapped);
        rows.push(row);
    }
}

/// A title over the rows to come, and a blank row.
pub fn title(rows: &mut Vec<Row>, title: Option<&str>, cells: usize) {
    if let Some(title) = title.filter(|title| !title.is_empty()) {
        rows.extend(wrap(&[(Role::Strong, title.to_owned())], cells.max(8)));
        rows.push(Row::new());
    }
}

/// The picture of these rows, without blanks at their ends.
pub fn picture(mut rows: Vec<Row>) -> Picture {
    for row in &mut rows {
        while let Some((_, text)) = row.last_mut() {
            text.truncate(text.trim_end_matches(' ').len());
            if !text.is_empty() {
                break;
            }
            row.pop();
        }
    }
    while rows.last().is_some_and(Vec::is_empty) {
        rows.pop();
    }
    let width = rows.iter().map(row_width).max().unwrap_or(0);
    Picture { rows, width }
}

/// A cell of blanks, or many.
pub fn blank(cells: usize) -> (Role, String) {
    (Role::Text, " ".repeat(cells))
}

/// The rest of a line behind its first word when that word is one of these, in any case.
pub fn after_keyword<'a>(text: &'a str, keyword: &str) -> Option<&'a str> {
    let text = text.trim_start();
    let head = text.get(..keyword.len()).filter(|head| head.eq_ignore_ascii_case(keyword))?;
    let rest = text.get(head.len()..)?;
    (rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || c == ':')).then(|| rest.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_as_a_page_shows_them() {
        #[track_caller]
        fn check(raw: &str, expected: &str) {
            assert_eq!(label(raw), expected);
        }
        check(" \"API 서버\" ", "API 서버");
        check("위<br/>아래<BR >끝<br />.", "위\n아래\n끝\n.");
        check("a < b && c #35; #lt;x#gt; &quot;", "a < b && c # <x> \"");
        check("#한글; 가", "#한글; 가");
        check("x<b", "x<b");
        check("", "");
    }

    #[test]
    fn a_text_beyond_the_cap_is_refused() {
        let line = "가".repeat(LINE / 3 + 1);
        assert_eq!(readable(&[Line { number: 7, text: &line }]).unwrap_err().line, 7);
        assert!(readable(&[Line { number: 7, text: "가" }]).is_ok());
    }

    #[test]
    fn text_hangs_under_its_lead() {
        let mut rows = Vec::new();
        hang(
            &mut rows,
            &vec![(Role::Dim, "├ ".into())],
            &vec![(Role::Dim, "│ ".into())],
            &[(Role::Text, "가나 다라 마바".into())],
            11,
        );
        let shown: Vec<String> = rows.iter().map(|row| row.iter().map(|(_, text)| text.as_str()).collect()).collect();
        assert_eq!(shown, ["├ 가나 다라", "│ 마바"]);
    }

    #[test]
    fn a_keyword_is_a_whole_word() {
        assert_eq!(after_keyword("  Title  가나", "title"), Some("가나"));
        assert_eq!(after_keyword("titles 가나", "title"), None);
        assert_eq!(after_keyword("title", "title"), Some(""));
        assert_eq!(after_keyword("제목", "title"), None);
    }
}
