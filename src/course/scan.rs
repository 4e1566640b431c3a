//! One cheap pass over the lines of a page: its header, its headings outside code and comments, and the node marks
//! behind them. It knows just enough Markdown for that.

/// What the pass found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// The YAML between the first `---` and the next, from the second line on.
    pub header: Option<String>,
    /// The first line is `---` and nothing closes it.
    pub unclosed: bool,
    /// In order.
    pub headings: Vec<Heading>,
    /// Lines of node marks that follow no heading.
    pub stray: Vec<usize>,
    /// The line of a fence that nothing closes.
    pub unclosed_fence: Option<usize>,
    /// How many lines the page has.
    pub lines: usize,
    /// Nothing but a header and blank lines.
    pub empty: bool,
}

/// A heading as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// From 1.
    pub line: usize,
    /// Markup and all, without the number signs.
    pub text: String,
    /// The inside of a `<!-- node: … -->` on the same line or the next that is not blank, and its line.
    pub mark: Option<(usize, String)>,
}

/// What a line is inside of.
enum Inside {
    Nothing,
    Fence {
        sign: char,
        count: usize,
        quoted: bool,
        indent: usize,
    },
    /// Until a line holds this.
    Html(&'static str),
    /// Until a blank line.
    Block,
}

/// Reads the lines of a page.
pub fn scan(text: &str) -> Scan {
    let mut scan = Scan { empty: true, ..Scan::default() };
    let body = header(text, &mut scan);
    let mut inside = Inside::Nothing;
    // The text of the line before, when it could be the text of an underlined heading.
    let mut paragraph: Option<&str> = None;
    let mut fresh = true;
    let mut open = false;
    let mut fenced = 0;
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        scan.lines = number;
        if number <= body {
            continue;
        }
        let trimmed = line.trim();
        scan.empty &= trimmed.is_empty();
        let before = paragraph.take();
        match &inside {
            Inside::Fence { sign, count, quoted, indent } => {
                let content = line.trim_start_matches([' ', '\t', '>']);
                let left = *quoted && !line.trim_start().starts_with('>')
                    || !trimmed.is_empty() && line.len() - line.trim_start().len() < *indent;
                let closed = content.chars().take_while(|c| c == sign).count() >= *count
                    && content.trim_start_matches(*sign).trim().is_empty();
                if !left {
                    if closed {
                        inside = Inside::Nothing;
                    }
                    continue;
                }
                inside = Inside::Nothing;
            }
            Inside::Html(end) => {
                if holds(trimmed, end) {
                    inside = Inside::Nothing;
                }
                continue;
            }
            Inside::Block if !trimmed.is_empty() => continue,
            Inside::Block | Inside::Nothing => inside = Inside::Nothing,
        }
        if trimmed.is_empty() {
            fresh = true;
            continue;
        }
        let was_fresh = std::mem::replace(&mut fresh, false);
        if let Some(mark) = node_mark(trimmed) {
            match scan.headings.last_mut().filter(|heading| open && heading.mark.is_none()) {
                Some(heading) => heading.mark = Some((number, mark.to_owned())),
                None => scan.stray.push(number),
            }
            continue;
        }
        open = false;
        if let Some(found) = fence(line) {
            inside = found;
            fenced = number;
        } else if let Some(found) = html(trimmed) {
            inside = found;
            fresh = true;
        } else if let Some((level, text)) = number_signs(line) {
            scan.headings.push(made(level, number, text));
            (open, fresh) = (true, true);
        } else if let Some((level, text)) = underline(line).zip(before) {
            scan.headings.push(made(level, number - 1, text));
            (open, fresh) = (true, true);
        } else if was_fresh && is_paragraph(line) {
            paragraph = Some(trimmed);
        }
    }
    if matches!(inside, Inside::Fence { .. }) {
        scan.unclosed_fence = Some(fenced);
    }
    scan
}

/// Takes the header and gives the number of lines it uses.
fn header(text: &str, scan: &mut Scan) -> usize {
    let mut lines = text.lines();
    // A blank line after a rule is no header.
    if lines.next().is_none_or(|line| line.trim_end() != "---")
        || text.lines().nth(1).is_none_or(|l| l.trim().is_empty())
    {
        return 0;
    }
    let mut yaml = String::new();
    for (index, line) in lines.enumerate() {
        if matches!(line.trim_end(), "---" | "...") {
            scan.header = Some(yaml);
            return index + 2;
        }
        yaml.push_str(line);
        yaml.push('\n');
    }
    scan.unclosed = true;
    1
}

fn made(level: u8, line: usize, text: &str) -> Heading {
    let mut text = text.trim().to_owned();
    let mut mark = None;
    if let Some((before, comment)) = text.split_once("<!--")
        && let Some((inside, after)) = comment.split_once("-->")
    {
        mark = inside.trim().strip_prefix("node:").map(|mark| (line, mark.trim().to_owned()));
        text = format!("{}{after}", before.trim_end());
    }
    Heading { level, line, text, mark }
}

/// The inside of `<!-- node: … -->`.
fn node_mark(trimmed: &str) -> Option<&str> {
    let inside = trimmed.strip_prefix("<!--")?.strip_suffix("-->")?;
    Some(inside.trim().strip_prefix("node:")?.trim())
}

fn fence(line: &str) -> Option<Inside> {
    let mut content = line.trim_start();
    let quoted = content.starts_with('>');
    content = content.trim_start_matches(['>', ' ']);
    let mut indent = 0;
    for bullet in ["- ", "* ", "+ "] {
        if let Some(rest) = content.strip_prefix(bullet) {
            content = rest.trim_start();
            indent = if quoted { 0 } else { line.len() - content.len() };
        }
    }
    let sign = content.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let count = content.chars().take_while(|c| *c == sign).count();
    let info = content.trim_start_matches(sign);
    // A backtick after the fence makes it inline code.
    (count >= 3 && !(sign == '`' && info.contains('`'))).then_some(Inside::Fence { sign, count, quoted, indent })
}

const BLOCKS: &[&str] = &[
    "div",
    "details",
    "summary",
    "table",
    "p",
    "center",
    "section",
    "ul",
    "ol",
    "li",
    "blockquote",
    "header",
    "footer",
    "figure",
    "tr",
    "td",
    "th",
    "tbody",
    "thead",
    "nav",
    "main",
    "article",
    "aside",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
];

/// What an HTML line opens, unless the same line closes it.
fn html(trimmed: &str) -> Option<Inside> {
    let rest = trimmed.strip_prefix('<')?;
    let literal = [
        ("!--", "-->"),
        ("pre", "</pre>"),
        ("script", "</script>"),
        ("style", "</style>"),
        ("textarea", "</textarea>"),
    ];
    for (open, end) in literal {
        if starts_with_word(rest, open) {
            return Some(if holds(rest, end) { Inside::Nothing } else { Inside::Html(end) });
        }
    }
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    BLOCKS.iter().any(|tag| starts_with_word(rest, tag)).then_some(Inside::Block)
}

fn starts_with_word(text: &str, word: &str) -> bool {
    let Some((start, rest)) = text.split_at_checked(word.len()) else { return false };
    start.eq_ignore_ascii_case(word) && (word == "!--" || !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-'))
}

fn holds(text: &str, end: &str) -> bool {
    text.to_ascii_lowercase().contains(end)
}

/// The line less at most three spaces.
fn shallow(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(' ');
    (line.len() - rest.len() <= 3).then_some(rest)
}

fn number_signs(line: &str) -> Option<(u8, &str)> {
    let line = shallow(line)?;
    let rest = line.trim_start_matches('#');
    let level = u8::try_from(line.len() - rest.len()).ok().filter(|level| (1..=6).contains(level))?;
    if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
        return None;
    }
    let text = rest.trim();
    let closed = text.trim_end_matches('#');
    Some((level, if closed.is_empty() || closed.ends_with([' ', '\t']) { closed.trim_end() } else { text }))
}

fn underline(line: &str) -> Option<u8> {
    let line = shallow(line)?.trim_end();
    match line.chars().next()? {
        '=' if line.chars().all(|c| c == '=') => Some(1),
        '-' if line.len() > 1 && line.chars().all(|c| c == '-') => Some(2),
        _ => None,
    }
}

fn is_paragraph(line: &str) -> bool {
    let numbered = |text: &str| {
        let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.len() < text.len() && rest.starts_with(['.', ')'])
    };
    shallow(line).is_some_and(|text| !text.starts_with(['-', '*', '+', '>', '|', '<', '=', '[']) && !numbered(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = scan(text);
        let shown: Vec<String> = found
            .headings
            .iter()
            .map(|h| {
                let mark = h.mark.as_ref().map(|(line, mark)| format!(" @{line} {mark}")).unwrap_or_default();
                format!("{}:{} {}{mark}", h.line, h.level, h.text)
            })
            .collect();
        assert_eq!(shown.join(" / "), expected, "{text}");
    }

    #[test]
    fn headings_are_found_where_markdown_has_them() {
        check(
            "# 하나\n글\n## 둘 ##\n###셋\n#### 넷 #샵\n####### 일곱\n    # 코드\n   # 세 칸\n#\n",
            "1:1 하나 / 3:2 둘 / 5:4 넷 #샵 / 8:1 세 칸 / 9:1 ",
        );
        check("제목\n===\n\n둘째\n---\n", "1:1 제목 / 4:2 둘째");
        check("여러 줄\n문단\n---\n- 목록\n---\n| 표 |\n---\n", "");
        check("# a\r\n## b\r\n", "1:1 a / 2:2 b");
        check("> # 인용\n- # 목록\n", "");
    }

    #[test]
    fn code_and_comments_hold_no_headings() {
        check("```bash\n# a\n```\n# b\n", "4:1 b");
        check("````md\n```\n# a\n```\n# b\n````\n# c\n", "7:1 c");
        check("~~~\n# a\n```\n~~~\n# b\n", "5:1 b");
        check("- ```\n  # a\n  ```\n# b\n", "4:1 b");
        check("- ```\n  # a\n# b\n", "3:1 b");
        check("> ```\n> # a\n# b\n", "3:1 b");
        check("   ```\n   # a\n   ```\n# b", "4:1 b");
        check("``` a`b\n# c\n", "2:1 c");
        check("<!--\n# a\n-->\n# b\n<!-- x -->\n# c", "4:1 b / 6:1 c");
        check("<pre>\n# a\n\n# a\n</pre>\n# b", "6:1 b");
        check("<div>\n# a\n\n# b\n</div>\n\n# c", "4:1 b / 7:1 c");
        check("```\n# never closed\n", "");
    }

    #[test]
    fn a_header_is_not_a_heading() {
        let found = scan("---\nid: a\n---\n# b\n");
        assert_eq!((found.header.as_deref(), found.headings.len(), found.lines), (Some("id: a\n"), 1, 4));
        assert!(scan("---\nid: a\n# b\n").unclosed);
        assert!(scan("---\n\n글\n---\n").header.is_none());
        assert!(scan("---\nid: a\n---\n\n").empty);
        assert!(scan("").empty && !scan("a").empty);
    }

    #[test]
    fn marks_belong_to_the_heading_before_them() {
        check("# a\n\n<!-- node: x kind=lab -->\n", "1:1 a @3 x kind=lab");
        check("# a <!-- node: x -->\n## b <!-- c --> d\n", "1:1 a @1 x / 2:2 b d");
        assert_eq!(scan("# a\n글\n<!-- node: x -->\n").stray, [3]);
        assert_eq!(scan("<!-- node: x -->\n# a").stray, [1]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_scanned(text in "([ \t>`~#=<!\\-a가*|]|<!--|-->|```|<pre>|\n|\r\n){0,60}") {
            let found = scan(&text);
            proptest::prop_assert!(found.headings.iter().all(|h| h.line >= 1 && h.line <= found.lines));
        }
    }
}
