//! Comments that are nearly marks: `<!-- chek: web-ready -->` does nothing, and nobody sees that.

use pulldown_cmark::{Event, Options, Parser};

use super::{Text, slip};
use crate::problem::Problem;

/// The marks there are, and whether a value follows the colon.
const KNOWN: [(&str, bool); 6] =
    [("check", true), ("manual", false), ("slide", true), ("note", true), ("node", true), ("predict", true)];

/// Characters of a comment that are looked at.
const LONGEST: usize = 2_000;

pub(super) fn lint(pages: &[Text], problems: &mut Vec<Problem>) {
    for page in pages.iter().filter(|page| page.text.contains("<!--")) {
        for (event, range) in Parser::new_ext(&page.text, Options::ENABLE_YAML_STYLE_METADATA_BLOCKS).into_offset_iter()
        {
            let (Event::Html(html) | Event::InlineHtml(html)) = event else { continue };
            for (at, _) in html.match_indices("<!--") {
                // A comment of several lines comes as several events.
                let inside = page.text.get(range.start + at + 4..).unwrap_or_default();
                let inside =
                    inside.char_indices().nth(LONGEST).and_then(|(end, _)| inside.get(..end)).unwrap_or(inside);
                let comment = inside.split_once("-->").map_or(inside, |(comment, _)| comment);
                if let Some((message, help)) = wrong(comment) {
                    let (line, column) = page.lines.place(&page.text, range.start + at);
                    problems.push(Problem::warning(&page.path, line, column, message).with_help(help));
                }
            }
        }
    }
}

/// What is wrong with the inside of a comment, and what was meant.
fn wrong(comment: &str) -> Option<(String, String)> {
    let (name, value) = comment.split_once(':').map_or((comment, None), |(name, value)| (name, Some(value)));
    let name = name.trim();
    if let Some((_, takes)) = KNOWN.iter().find(|(known, _)| *known == name) {
        let empty = value.is_none_or(|value| value.trim().is_empty());
        return (*takes && empty)
            .then(|| (format!("표시에 값이 없어요: {name}"), format!("`<!-- {name}: … -->`로 쓰세요.")));
    }
    if name.len() < 4 || !name.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let known = KNOWN.iter().filter(|(_, takes)| *takes == value.is_some()).map(|(known, _)| *known);
    // `todo` is two letters away from `node`, and means something else.
    let near = slip(name, known)?;
    Some((format!("모르는 표시예요: {name}"), format!("혹시 `{near}`인가요?")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(comment: &str, expected: &str) {
        let said = wrong(comment).map(|(message, help)| format!("{message} {help}")).unwrap_or_default();
        assert_eq!(said, expected, "{comment}");
    }

    #[test]
    fn a_mark_that_is_misspelled_is_said_and_other_comments_are_not() {
        check(" chek: web ", "모르는 표시예요: chek 혹시 `check`인가요?");
        check(" Check: web ", "모르는 표시예요: Check 혹시 `check`인가요?");
        check(" ndoe: a ", "모르는 표시예요: ndoe 혹시 `node`인가요?");
        check(" predcit: 몇? ", "모르는 표시예요: predcit 혹시 `predict`인가요?");
        check(" manul ", "모르는 표시예요: manul 혹시 `manual`인가요?");
        check(" check ", "표시에 값이 없어요: check `<!-- check: … -->`로 쓰세요.");
        check(" check: a ", "");
        check(" manual ", "");
        check(" todo: 고치기 ", "");
        check(" TODO ", "");
        check(" more ", "");
        check(" prettier-ignore ", "");
        check(" toc ", "");
        check(" 참고: 글 ", "");
        check("", "");
    }
}
