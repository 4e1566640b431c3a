//! A diagram's text as lines that keep their numbers: front matter, directives and comments are left out.

use super::Refusal;

/// More text than this is no picture for a person.
const BYTES: usize = 100_000;

/// One line of the diagram's own text; never empty, but for one within a text that goes over lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Within the whole source, from 1.
    pub number: usize,
    /// As written, indented; without blanks at the end.
    pub text: &'a str,
}

impl<'a> Line<'a> {
    /// Its first word.
    pub fn keyword(&self) -> &'a str {
        self.text.trim_start().split(|c: char| c.is_whitespace() || c == ';' || c == ':').next().unwrap_or("")
    }
}

/// What of a source concerns its kind.
#[derive(Debug, PartialEq, Eq)]
pub struct Source<'a> {
    /// From the front matter.
    pub title: Option<String>,
    /// The header first.
    pub lines: Vec<Line<'a>>,
}

/// Reads a source of at most 100 KB.
pub fn read(source: &str) -> Result<Source<'_>, Refusal> {
    if source.len() > BYTES {
        return Err(Refusal { line: 1, reason: "그림이 100 KB보다 커요".into() });
    }
    let mut found = Source { title: None, lines: Vec::new() };
    let (mut matter, mut directive) = (false, false);
    for (index, text) in source.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = Line { number: index + 1, text: text.trim_end() };
        let bare = line.text.trim_start();
        if matter {
            matter = bare != "---";
            // Only the diagram's own title, not one within `config:`.
            if let Some(title) = line.text.strip_prefix("title:").map(unquoted).filter(|title| !title.is_empty()) {
                found.title = Some(title.to_owned());
            }
        } else if directive {
            directive = !bare.contains("}%%");
        } else if bare == "---" && found.lines.is_empty() {
            matter = true;
        } else if bare.starts_with("%%{") {
            directive = !bare.contains("}%%");
        } else if !bare.is_empty() && !bare.starts_with("%%") {
            found.lines.push(line);
        }
    }
    Ok(found)
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, title: Option<&str>, lines: &[(usize, &str)]) {
        let found = read(source).unwrap();
        assert_eq!(found.title.as_deref(), title);
        let kept: Vec<(usize, &str)> = found.lines.iter().map(|line| (line.number, line.text)).collect();
        assert_eq!(kept, lines);
    }

    #[test]
    fn lines_keep_their_numbers() {
        check(
            "graph TB\n\n  A --> B  \r\n%% 설명\nB --> C",
            None,
            &[(1, "graph TB"), (3, "  A --> B"), (5, "B --> C")],
        );
        check("---\ntitle: '배포'\nconfig:\n  title: x\n---\npie", Some("배포"), &[(6, "pie")]);
        check("%%{init: {\n'theme': 'base'}\n}%%\n%%{wrap}%%\nmindmap", None, &[(5, "mindmap")]);
        check("\u{feff}graph LR", None, &[(1, "graph LR")]);
        check("---\nnever closed", None, &[]);
        check("", None, &[]);
    }

    #[test]
    fn a_source_beyond_the_cap_is_refused() {
        assert!(read(&"a".repeat(BYTES)).is_ok());
        assert_eq!(read(&"a".repeat(BYTES + 1)).unwrap_err().line, 1);
    }
}
