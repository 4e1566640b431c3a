//! The small words of a flowchart: identifiers, shapes with their labels, links.

use super::model::{Head, corners};
use crate::diagram::canvas::{Corners, Stroke};

/// The rest of a statement.
#[derive(Clone, Copy, Debug)]
pub struct Scan<'a> {
    /// What is not read yet.
    pub rest: &'a str,
}

/// A link as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrow<'a> {
    pub tail: Head,
    pub head: Head,
    pub stroke: Option<Stroke>,
    pub length: usize,
    pub label: Option<&'a str>,
}

/// What stands behind a node's identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape<'a> {
    pub corners: Corners,
    pub label: Option<&'a str>,
    /// Nothing but braces of attributes that name no shape and no label: those of a link, perhaps.
    pub bare: bool,
}

const SHAPES: &[(&str, &[&str], Corners)] = &[
    ("(((", &[")))"], Corners::Round),
    ("((", &["))"], Corners::Round),
    ("([", &["])"], Corners::Round),
    ("(-", &["-)"], Corners::Round),
    ("(", &[")"], Corners::Round),
    ("[[", &["]]"], Corners::Sides),
    ("[(", &[")]"], Corners::Store),
    ("[/", &["/]", "\\]"], Corners::Square),
    ("[\\", &["\\]", "/]"], Corners::Square),
    ("[", &["]"], Corners::Round),
    ("{{", &["}}"], Corners::Slanted),
    ("{", &["}"], Corners::Slanted),
    (">", &["]"], Corners::Square),
];

impl<'a> Scan<'a> {
    pub fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    pub fn eat(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Up to the first of these that is outside of quotes; it is taken too.
    fn until(&mut self, closers: &[&str]) -> Option<&'a str> {
        let mut quoted = false;
        for (at, c) in self.rest.char_indices() {
            quoted ^= c == '"';
            let here = self.rest.get(at..).unwrap_or("");
            if let Some(closer) = closers.iter().find(|closer| !quoted && here.starts_with(**closer)) {
                let text = self.take(at);
                self.take(closer.len());
                return Some(text);
            }
        }
        None
    }

    /// The name of a node, a class, a link.
    pub fn name(&mut self) -> Option<&'a str> {
        let mut end = 0;
        for (at, c) in self.rest.char_indices() {
            let after = self.rest.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
            let part = match c {
                '-' => !matches!(after, Some('-' | '>' | '.') | None) && end > 0,
                '=' => after != Some('='),
                '~' => after != Some('~'),
                _ => !c.is_whitespace() && !"[](){}<>|&;:@\",".contains(c),
            };
            if !part {
                break;
            }
            end = at + c.len_utf8();
        }
        if end == 0 { None } else { Some(self.take(end)) }
    }

    /// A shape with its label, if there is one; the error is the bracket that is missing.
    pub fn shape(&mut self) -> Result<Option<Shape<'a>>, &'static str> {
        if self.rest.starts_with("@{") {
            self.take(2);
            let body = self.until(&["}"]).ok_or("}")?;
            let value = |key: &str| attribute(body, key);
            let (shape, label) = (value("shape"), value("label"));
            let bare = shape.is_none() && label.is_none();
            return Ok(Some(Shape { corners: corners(shape.unwrap_or("")), label, bare }));
        }
        for (opener, closers, corners) in SHAPES {
            // `>` is a shape only right behind a name.
            let mut here = *self;
            if here.eat(opener) {
                match here.until(closers) {
                    Some(label) => {
                        *self = here;
                        return Ok(Some(Shape { corners: *corners, label: Some(label), bare: false }));
                    }
                    // `[/path]` is no parallelogram but a label that begins with a slash.
                    None if matches!(*opener, "[/" | "[\\" | "(-") => {}
                    None => return Err(closers.first().copied().unwrap_or("]")),
                }
            }
        }
        Ok(None)
    }

    /// A link, with its label; None where there is none; the error is a label that never ends.
    pub fn arrow(&mut self) -> Result<Option<Arrow<'a>>, ()> {
        let start = *self;
        // A link may have a name: `a e1@--> b`.
        let mut named = *self;
        if named.name().is_some() && named.eat("@") && !named.rest.starts_with('{') {
            *self = named;
        }
        let tail = match self.rest.chars().next() {
            Some('<') => Head::Arrow,
            Some('x') => Head::Cross,
            Some('o') => Head::Circle,
            _ => Head::None,
        };
        if tail != Head::None {
            self.take(1);
        }
        let Some((stroke, mut length, mut head, open)) = self.shaft() else {
            *self = start;
            return Ok(None);
        };
        let mut label = None;
        if open {
            let (text, end, found) = self.labelled(stroke).ok_or(())?;
            label = Some(text);
            (length, head) = (end, found);
        }
        let mut after = *self;
        after.blanks();
        if stroke.is_some() && after.eat("|") {
            label = Some(after.until(&["|"]).ok_or(())?);
            *self = after;
        }
        Ok(Some(Arrow { tail, head, stroke, length: length.clamp(1, 12), label }))
    }

    /// Stroke, length, head, and whether a label begins here.
    fn shaft(&mut self) -> Option<(Option<Stroke>, usize, Head, bool)> {
        let run = |c: char, text: &str| text.chars().take_while(|found| *found == c).count();
        let waves = run('~', self.rest);
        if waves >= 3 {
            self.take(waves);
            return Some((None, waves - 2, Head::None, false));
        }
        for (c, stroke) in [('-', Stroke::Thin), ('=', Stroke::Thick)] {
            let count = run(c, self.rest);
            if count >= 2 {
                self.take(count);
                return Some(match self.head() {
                    Head::None if count == 2 => (Some(stroke), 1, Head::None, true),
                    Head::None => (Some(stroke), count - 2, Head::None, false),
                    head => (Some(stroke), count - 1, head, false),
                });
            }
        }
        let rest = self.rest.strip_prefix('-').unwrap_or(self.rest);
        let dots = run('.', rest);
        if dots == 0 {
            return None;
        }
        self.take(self.rest.len() - rest.len() + dots);
        if self.eat("-") {
            return Some((Some(Stroke::Dotted), dots, self.head(), false));
        }
        Some((Some(Stroke::Dotted), dots, Head::None, true))
    }

    fn head(&mut self) -> Head {
        let head = match self.rest.chars().next() {
            Some('>') => Head::Arrow,
            Some('x') => Head::Cross,
            Some('o') => Head::Circle,
            _ => return Head::None,
        };
        self.take(1);
        head
    }

    /// A label within a link: its text, and the length and head of what ends it.
    fn labelled(&mut self, stroke: Option<Stroke>) -> Option<(&'a str, usize, Head)> {
        let closers: &[&str] = match stroke {
            Some(Stroke::Dotted) => &[".-", "..-", "...-"],
            Some(Stroke::Thick) => &["=="],
            _ => &["--"],
        };
        let text = self.until(closers)?;
        if stroke == Some(Stroke::Dotted) {
            return Some((text, 1, self.head()));
        }
        let more = self.rest.chars().take_while(|c| matches!(c, '-' | '=')).count();
        self.take(more);
        let head = self.head();
        // `-- text --` alone ends nothing.
        (more > 0 || head != Head::None).then_some((text, if head == Head::None { more } else { more + 1 }, head))
    }
}

/// A value of `key: value, key: "value"`.
fn attribute<'a>(body: &'a str, key: &str) -> Option<&'a str> {
    let mut rest = body;
    loop {
        let (found, after) = rest.split_once(':')?;
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => {
                let (value, next) = quoted.split_once('"')?;
                (value, next.split_once(',').map_or("", |(_, next)| next))
            }
            None => after.split_once([',', '\n']).unwrap_or((after, "")),
        };
        if found.trim().trim_start_matches(',').trim() == key {
            return Some(value.trim());
        }
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read() {
        #[track_caller]
        fn check(
            text: &str,
            heads: (Head, Head),
            stroke: Option<Stroke>,
            length: usize,
            label: Option<&str>,
            rest: &str,
        ) {
            let mut scan = Scan { rest: text };
            let arrow = scan.arrow().unwrap().unwrap();
            assert_eq!(arrow, Arrow { tail: heads.0, head: heads.1, stroke, length, label }, "{text}");
            assert_eq!(scan.rest, rest, "{text}");
        }
        let (none, arrow, circle, cross) = (Head::None, Head::Arrow, Head::Circle, Head::Cross);
        let (thin, dotted, thick) = (Some(Stroke::Thin), Some(Stroke::Dotted), Some(Stroke::Thick));
        check("--> B", (none, arrow), thin, 1, None, " B");
        check("---B", (none, none), thin, 1, None, "B");
        check("----> B", (none, arrow), thin, 3, None, " B");
        check("-.-> B", (none, arrow), dotted, 1, None, " B");
        check("-.- B", (none, none), dotted, 1, None, " B");
        check("-..-> B", (none, arrow), dotted, 2, None, " B");
        check("==> B", (none, arrow), thick, 1, None, " B");
        check("=== B", (none, none), thick, 1, None, " B");
        check("~~~ B", (none, none), None, 1, None, " B");
        check("--o B", (none, circle), thin, 1, None, " B");
        check("x--x B", (cross, cross), thin, 1, None, " B");
        check("<--> B", (arrow, arrow), thin, 1, None, " B");
        check("<-.-> B", (arrow, arrow), dotted, 1, None, " B");
        check("-- 읽고 씀 --> B", (none, arrow), thin, 1, Some(" 읽고 씀 "), " B");
        check("-- \"a -- b\" --> B", (none, arrow), thin, 1, Some(" \"a -- b\" "), " B");
        check("-- text --- B", (none, none), thin, 1, Some(" text "), " B");
        check("-. 점 .-> B", (none, arrow), dotted, 1, Some(" 점 "), " B");
        check("== 굵게 ==> B", (none, arrow), thick, 1, Some(" 굵게 "), " B");
        check("-->|예| B", (none, arrow), thin, 1, Some("예"), " B");
        check("--- |\"a|b\"| B", (none, none), thin, 1, Some("\"a|b\""), " B");
        check("e1@--> B", (none, arrow), thin, 1, None, " B");
    }

    #[test]
    fn what_is_no_link_is_left() {
        for text in ["B", "", "xy", "-", "<", "o", "~", "=", "a@{ animate: true }"] {
            let mut scan = Scan { rest: text };
            assert_eq!(scan.arrow(), Ok(None), "{text}");
            assert_eq!(scan.rest, text);
        }
        assert_eq!(Scan { rest: "-- never ends" }.arrow(), Err(()));
        assert_eq!(Scan { rest: "-->|never" }.arrow(), Err(()));
    }

    #[test]
    fn shapes_are_read() {
        #[track_caller]
        fn check(text: &str, corners: Corners, label: Option<&str>, rest: &str) {
            let mut scan = Scan { rest: text };
            let shape = scan.shape().unwrap().unwrap();
            assert_eq!((shape.corners, shape.label, scan.rest), (corners, label, rest), "{text}");
        }
        check("[상자] x", Corners::Round, Some("상자"), " x");
        check("(둥근)", Corners::Round, Some("둥근"), "");
        check("([a])", Corners::Round, Some("a"), "");
        check("((a))", Corners::Round, Some("a"), "");
        check("(((a)))", Corners::Round, Some("a"), "");
        check("[[a]]", Corners::Sides, Some("a"), "");
        check("[(DB)]", Corners::Store, Some("DB"), "");
        check("{맞나?}", Corners::Slanted, Some("맞나?"), "");
        check("{{a}}", Corners::Slanted, Some("a"), "");
        check(">a]", Corners::Square, Some("a"), "");
        check("[/a/]", Corners::Square, Some("a"), "");
        check("[\\a\\]", Corners::Square, Some("a"), "");
        check("[/a\\]", Corners::Square, Some("a"), "");
        check("[/var/log]", Corners::Round, Some("/var/log"), "");
        check("[\"a ] b\"]:::x", Corners::Round, Some("\"a ] b\""), ":::x");
        check("@{ shape: cyl, label: \"저장소\" }", Corners::Store, Some("저장소"), "");
        check("@{ shape: rect }", Corners::Round, None, "");
        assert_eq!(Scan { rest: "[never" }.shape(), Err("]"));
        assert_eq!(Scan { rest: "x" }.shape(), Ok(None));
    }

    #[test]
    fn names_end_where_links_begin() {
        #[track_caller]
        fn check(text: &str, name: Option<&str>, rest: &str) {
            let mut scan = Scan { rest: text };
            assert_eq!((scan.name(), scan.rest), (name, rest), "{text}");
        }
        check("A-->B", Some("A"), "-->B");
        check("kube-proxy --> B", Some("kube-proxy"), " --> B");
        check("A-.->B", Some("A"), "-.->B");
        check("A==>B", Some("A"), "==>B");
        check("노드1[가]", Some("노드1"), "[가]");
        check("a.b/c:::x", Some("a.b/c"), ":::x");
        check("A~~~B", Some("A"), "~~~B");
        check("--> B", None, "--> B");
        check("", None, "");
    }
}
