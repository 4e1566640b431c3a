//! HTML as tags, text and comments; enough for what stands in Markdown pages, never an error.

/// A piece of HTML.
#[derive(Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// `<name attributes>`; the name in lower case.
    Open(String, &'a str),
    /// `</name>`.
    Close(String),
    /// Between `<!--` and `-->`.
    Comment(&'a str),
    /// Text as written, entities and all.
    Text(&'a str),
}

/// The tokens with their byte offsets.
pub fn tokens(html: &str) -> Vec<(usize, Token<'_>)> {
    let mut out = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let offset = html.len() - rest.len();
        let (token, after) = next(rest);
        match out.last_mut() {
            Some((start, last @ Token::Text(_))) if matches!(token, Token::Text(_)) => {
                let end = html.len() - after.len();
                *last = Token::Text(html.get(*start..end).unwrap_or(""));
            }
            _ => out.push((offset, token)),
        }
        rest = after;
    }
    out
}

fn next(rest: &str) -> (Token<'_>, &str) {
    if let Some(inner) = rest.strip_prefix("<!--") {
        let (comment, after) = inner.split_once("-->").unwrap_or((inner, ""));
        return (Token::Comment(comment), after);
    }
    match tag(rest) {
        Some(found) => found,
        None => {
            let mut chars = rest.char_indices();
            chars.next();
            let end = chars.find(|(_, c)| *c == '<').map_or(rest.len(), |(at, _)| at);
            let (text, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            (Token::Text(text), after)
        }
    }
}

fn tag(rest: &str) -> Option<(Token<'_>, &str)> {
    let inner = rest.strip_prefix('<')?;
    if inner.starts_with(['!', '?']) {
        let (_, after) = inner.split_once('>')?;
        return Some((Token::Comment(""), after));
    }
    let (inner, closing) = inner.strip_prefix('/').map_or((inner, false), |inner| (inner, true));
    let end = tag_end(inner)?;
    let (body, after) = (inner.get(..end)?, inner.get(end + 1..)?);
    let name_end = body.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(body.len());
    let (name, attributes) = body.split_at_checked(name_end)?;
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let name = name.to_ascii_lowercase();
    Some((if closing { Token::Close(name) } else { Token::Open(name, attributes) }, after))
}

/// Offset of the `>` that ends a tag, outside quotes; tags longer than 4 KiB are text.
fn tag_end(inner: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in inner.char_indices().take(4096) {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => return Some(at),
            (None, '<') => return None,
            _ => {}
        }
    }
    None
}

/// The value of an attribute.
pub fn attribute(attributes: &str, name: &str) -> Option<String> {
    let mut rest = attributes;
    while let Some((before, after)) = rest.split_once('=') {
        let key = before.trim_end().rsplit(char::is_whitespace).next().unwrap_or("");
        let after = after.trim_start();
        let (value, tail) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = after.get(1..).unwrap_or("");
                inner.split_once(quote).unwrap_or((inner, ""))
            }
            _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(entities(value.trim_end_matches('/')));
        }
        rest = tail;
    }
    None
}

/// Text with its entities as characters.
pub fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let entity = after.char_indices().take(12).find(|(_, c)| *c == ';').and_then(|(end, _)| after.get(..end));
        match entity.and_then(|name| Some((named(name)?, name.len() + 1))) {
            Some((c, length)) => {
                out.push(c);
                rest = after.get(length..).unwrap_or("");
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn named(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "middot" => '·',
        "hellip" => '…',
        "rarr" => '→',
        "larr" => '←',
        "times" => '×',
        "mdash" => '—',
        "ndash" => '–',
        "check" => '✓',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_taken_apart() {
        let found: Vec<_> =
            tokens("<div align=\"a>b\">가<br/>나</DIV><!-- x -->1 < 2").into_iter().map(|t| t.1).collect();
        assert_eq!(
            found,
            [
                Token::Open("div".into(), " align=\"a>b\""),
                Token::Text("가"),
                Token::Open("br".into(), "/"),
                Token::Text("나"),
                Token::Close("div".into()),
                Token::Comment(" x "),
                Token::Text("1 < 2"),
            ]
        );
    }

    #[test]
    fn attributes_and_entities_are_read() {
        assert_eq!(attribute(" href='a?b=c' title=x", "href").as_deref(), Some("a?b=c"));
        assert_eq!(attribute(" href='a' title=x", "title").as_deref(), Some("x"));
        assert_eq!(attribute(" disabled", "href"), None);
        assert_eq!(entities("a &lt; b &amp;&amp; c &#8594; &모름; &"), "a < b && c → &모름; &");
    }
}
