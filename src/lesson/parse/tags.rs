//! What each HTML tag does to a page: the same as its Markdown, or nothing.

use super::builder::{Builder, Frame};
use super::html::{Token, attribute, entities, tokens};
use super::inline::Style;

/// An HTML block that has come to its end.
pub fn block(builder: &mut Builder) {
    let (start, html) = builder.take_html();
    for (offset, token) in tokens(&html) {
        let blank = match &token {
            Token::Text(text) => text.len() - text.trim_start().len(),
            _ => 0,
        };
        builder.offset = start + offset + blank;
        apply(builder, token, true);
    }
    builder.end_paragraph();
}

/// HTML within running text: one tag or comment.
pub fn inline(builder: &mut Builder, html: &str) {
    for (_, token) in tokens(html) {
        apply(builder, token, false);
    }
}

fn apply(builder: &mut Builder, token: Token, block: bool) {
    match token {
        Token::Comment(comment) => builder.comment(comment),
        Token::Text(text) if builder.in_code() => builder.text(&entities(text), false),
        Token::Text(text) if block => {
            let spaced = entities(text);
            let words: Vec<&str> = spaced.split_ascii_whitespace().collect();
            let edge = |found: bool| if found && !words.is_empty() { " " } else { "" };
            let lead = edge(spaced.starts_with(|c: char| c.is_ascii_whitespace()));
            let tail = edge(spaced.ends_with(|c: char| c.is_ascii_whitespace()));
            builder.text(&format!("{lead}{}{tail}", words.join(" ")), true);
        }
        Token::Text(text) => builder.text(&entities(text), true),
        Token::Open(name, attributes) => open(builder, &name, attributes),
        Token::Close(name) => close(builder, &name),
    }
}

fn style(name: &str) -> Option<Style> {
    Some(match name {
        "b" | "strong" | "summary" => Style::Strong,
        "i" | "em" | "u" | "mark" => Style::Emphasis,
        "s" | "del" | "strike" => Style::Strike,
        "code" | "samp" | "tt" => Style::Code,
        "kbd" => Style::Key,
        _ => return None,
    })
}

fn heading(name: &str) -> Option<u8> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

fn open(builder: &mut Builder, name: &str, attributes: &str) {
    if builder.in_hidden() {
        return;
    }
    if centers(name) {
        builder.open_center(name, name == "center" || is_centered(attributes));
    }
    match name {
        "br" => builder.hard_break(),
        "hr" => builder.rule(),
        "a" => builder.open_html_link(&attribute(attributes, "href").unwrap_or_default()),
        "img" => {
            builder.open_image(&attribute(attributes, "src").unwrap_or_default());
            builder.text(&attribute(attributes, "alt").unwrap_or_default(), true);
            builder.close_image();
        }
        "input" if attributes.contains("checkbox") => builder.task(attributes.contains("checked")),
        "details" => builder.open_html(name, Frame::Details(flag(attributes, "open"), Vec::new())),
        "blockquote" => builder.open_html(name, Frame::Quote(None)),
        "ul" => builder.open_html(name, Frame::List(None, Vec::new())),
        "ol" => {
            let first = attribute(attributes, "start").and_then(|start| start.trim().parse().ok());
            builder.open_html(name, Frame::List(Some(first.unwrap_or(1)), Vec::new()));
        }
        "li" => {
            builder.close_html("li");
            builder.open_item(true);
        }
        "table" => builder.open_table(Vec::new(), true),
        "tr" => builder.open_row(false),
        "th" => builder.open_head_cell(),
        "td" => builder.open_cell(),
        "pre" => builder.open_code("", false, true),
        "sup" => builder.raised = true,
        "script" | "style" | "template" => builder.hide(name),
        _ if heading(name).is_some() => builder.heading(heading(name).unwrap_or(1)),
        _ if breaks(name) => builder.break_block(),
        _ => {
            if let Some(style) = style(name) {
                builder.html_style(style, true);
            }
        }
    }
}

fn close(builder: &mut Builder, name: &str) {
    if builder.in_hidden() {
        builder.unhide(name);
        return;
    }
    match name {
        "a" => builder.close_html_link(),
        "summary" => builder.close_summary(),
        "details" | "blockquote" | "ul" | "ol" | "li" => builder.close_html(name),
        "table" => builder.close_html_table(),
        "th" | "td" => builder.close_cell(),
        "pre" => builder.close_code(),
        "sup" => builder.raised = false,
        _ if heading(name).is_some() => builder.end_heading(),
        _ if breaks(name) => builder.break_block(),
        _ => {
            if let Some(style) = style(name) {
                builder.html_style(style, false);
            }
        }
    }
    if centers(name) {
        builder.close_center(name);
    }
}

/// Elements that authors center text with.
fn centers(name: &str) -> bool {
    matches!(name, "div" | "p" | "center" | "section" | "figure") || heading(name).is_some()
}

fn is_centered(attributes: &str) -> bool {
    let align = attribute(attributes, "align").is_some_and(|align| align.eq_ignore_ascii_case("center"));
    let style = || attribute(attributes, "style").unwrap_or_default().to_ascii_lowercase().replace(' ', "");
    align || style().contains("text-align:center")
}

/// An attribute without a value.
fn flag(attributes: &str, name: &str) -> bool {
    attributes.split_ascii_whitespace().any(|word| {
        let word = word.split('=').next().unwrap_or(word).trim_end_matches('/');
        word.eq_ignore_ascii_case(name)
    })
}

/// Elements that begin and end a block.
fn breaks(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "center"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "main"
            | "nav"
            | "aside"
            | "dl"
            | "dt"
            | "dd"
            | "figure"
            | "figcaption"
            | "address"
    )
}
