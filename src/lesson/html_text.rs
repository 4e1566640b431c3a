//! What a browser would show of HTML, for tests: tags and comments removed, entities as characters.

pub fn text(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        out.push_str(before);
        let end =
            [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")].into_iter().find(|(start, _)| tag.starts_with(start));
        rest = match end {
            Some((_, end)) => tag.split_once(end).map_or("", |(_, after)| after),
            None => tag_end(tag),
        };
    }
    out.push_str(rest);
    for (entity, c) in
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", "\u{a0}"), ("&rarr;", "→"), ("&amp;", "&")]
    {
        out = out.replace(entity, c);
    }
    out
}

/// What follows a tag, its quoted values among it.
fn tag_end(tag: &str) -> &str {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => return tag.get(at + 1..).unwrap_or(""),
            _ => {}
        }
    }
    tag.split_once('>').map_or("", |(_, after)| after)
}
