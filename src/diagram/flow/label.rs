//! Labels as Mermaid writes them: quotes, markdown strings, entities, breaks.

use crate::text::clean;

/// The rows of a label: without its quotes, marks and tags.
pub fn rows(raw: &str) -> Vec<String> {
    let raw = raw.trim();
    let raw = raw.strip_prefix('"').map_or(raw, |rest| rest.strip_suffix('"').unwrap_or(rest));
    let markdown = raw.trim().strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
    let text = match markdown {
        Some(text) => text.replace("**", "").replace("__", "").replace('*', ""),
        None => raw.replace("\\n", "\n"),
    };
    let text = entities(&tags(&text));
    let mut rows: Vec<String> = text.lines().map(|row| clean(row.trim()).into_owned()).collect();
    while rows.last().is_some_and(String::is_empty) {
        rows.pop();
    }
    let blank = rows.iter().take_while(|row| row.is_empty()).count();
    rows.drain(..blank);
    if rows.len() > 40 {
        // Nobody reads a label of so many rows.
        let rest = rows.split_off(39).join(" ");
        rows.push(rest);
    }
    rows
}

/// `<br>` becomes a break; other tags go; what only looks like one (`a < b`) stays.
fn tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let begins = after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        match after.split_once('>').filter(|_| begins) {
            Some((tag, after)) => {
                let name = tag.trim_matches(|c: char| c == '/' || c.is_whitespace());
                if name.get(..2).is_some_and(|name| name.eq_ignore_ascii_case("br")) {
                    out.push('\n');
                }
                rest = after;
            }
            None => {
                out.push('<');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// `&amp;` and, as Mermaid spells them, `#amp;` and `#35;`.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '#']) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        match after.split_once(';').and_then(|(name, after)| Some((entity(name)?, after))) {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => {
                let mut chars = after.chars();
                out.extend(chars.next());
                rest = chars.as_str();
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    let name = name.strip_prefix('&').map_or_else(|| name.strip_prefix('#'), Some)?;
    let number = name.strip_prefix('#').unwrap_or(name);
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => number.parse().ok(),
    };
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        "rarr" => Some('→'),
        "larr" => Some('←'),
        "hearts" => Some('♥'),
        _ => char::from_u32(code?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_as_a_page_shows_them() {
        #[track_caller]
        fn check(raw: &str, expected: &[&str]) {
            assert_eq!(rows(raw), expected);
        }
        check("API 서버", &["API 서버"]);
        check("\"Deployment<br/>어떤 버전을\"", &["Deployment", "어떤 버전을"]);
        check("a<BR >b<br>c\\nd", &["a", "b", "c", "d"]);
        check("\"`**굵은** 글\n둘째 줄`\"", &["굵은 글", "둘째 줄"]);
        check("<b>굵게</b> a &lt; b &amp; #quot;c#quot; #35;", &["굵게 a < b & \"c\" #"]);
        check("3 < 5 & 7 # 8", &["3 < 5 & 7 # 8"]);
        check("\" \"", &[]);
        check("&#x1F680; &nope; &", &["🚀 &nope; &"]);
    }
}
