//! Characters that nobody sees and that change what is shown, and lines that other tools count otherwise.

use std::collections::BTreeSet;

use super::super::scan;
use super::Text;
use crate::files::Tree;
use crate::problem::Problem;

/// Findings of one kind in one page: after these, more do not help.
const MOST: usize = 5;

pub(super) fn lint(content: &Tree, pages: &[Text], problems: &mut Vec<Problem>) {
    for page in pages {
        if content.ends_lines_oddly(&page.path) {
            let help = "편집기에서 줄바꿈을 LF로 저장하세요.";
            let message = "CR만으로 끝나는 줄이 있어요.";
            problems.push(Problem::warning(&page.path, 0, 0, message).with_help(help));
        }
        if let Some(line) = scan::scan(&page.text).unclosed_fence {
            let help = "코드가 끝나는 곳에 같은 표시(```)를 쓰세요.";
            let message = "코드 블록이 닫히지 않아 글의 끝까지 코드가 돼요.";
            problems.push(Problem::warning(&page.path, line, 0, message).with_help(help));
        }
        mended(page, problems);
        // Most pages have none, which is quickly known of bytes.
        if page.text.bytes().any(|byte| byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t') || byte == 0x7f)
            || page.text.contains(turns)
        {
            hidden(page, problems);
        }
    }
}

/// Bold text before a Korean particle: shown as meant here, with its asterisks on the web.
fn mended(page: &Text, problems: &mut Vec<Problem>) {
    let lines: BTreeSet<usize> = page.document.mended.iter().copied().collect();
    for line in lines {
        let source = page.lines.line(&page.text, line);
        let at = source.find("**").or_else(|| source.find(['*', '~'])).and_then(|at| source.get(..at));
        let column = at.map_or(0, |before| before.chars().count() + 1);
        let help = "괄호나 따옴표를 밖으로 빼세요: `**관측성**(Observability)은`";
        let message = "웹에서는 이 줄의 강조 표시가 글자로 보여요.";
        problems.push(Problem::warning(&page.path, line, column, message).with_help(help));
    }
}

/// What turns the direction of the text after it.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn hidden(page: &Text, problems: &mut Vec<Problem>) {
    let odd = |c: char| turns(c) || c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    for (at, c) in page.text.char_indices().filter(|(_, c)| odd(*c)).take(MOST) {
        let (line, column) = page.lines.place(&page.text, at);
        let what = if turns(c) { "글의 방향을 뒤집는 글자" } else { "제어 문자" };
        let message = format!("보이지 않는 {what}가 있어요: U+{:04X}", u32::from(c));
        problems.push(Problem::warning(&page.path, line, column, message).with_help("지우세요."));
    }
}
