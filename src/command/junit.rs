//! Results as JUnit XML, which every CI reads. Nothing in it is decided here.

use std::fmt::Write as _;
use std::time::Duration;

use crate::text::clean;

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// As it must.
    Passed,
    /// Not as it must: a word for how, a line, and the whole story.
    Failed(String, String, String),
    /// It could not be tried: why.
    Unknown(String),
    /// It does not count here: why.
    Skipped(String),
}

/// One case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its name within the suite.
    pub name: String,
    /// How long it took, where that was measured.
    pub took: Option<Duration>,
    /// How it ended.
    pub end: End,
    /// What else there is to say of it.
    pub said: Vec<String>,
}

/// Cases that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suite {
    /// Its name: the lab's id.
    pub name: String,
    /// In their order.
    pub cases: Vec<Case>,
}

/// The whole document.
pub fn xml(suites: &[Suite]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let all: Vec<&Case> = suites.iter().flat_map(|suite| &suite.cases).collect();
    element(&mut out, 0, "testsuites", &counts("jotasu", &all), |out| {
        for suite in suites {
            let cases: Vec<&Case> = suite.cases.iter().collect();
            element(out, 1, "testsuite", &counts(&suite.name, &cases), |out| {
                suite.cases.iter().for_each(|case| self::case(out, &suite.name, case));
            });
        }
    });
    out
}

fn counts(name: &str, cases: &[&Case]) -> Vec<(&'static str, String)> {
    let count = |is: fn(&End) -> bool| cases.iter().filter(|case| is(&case.end)).count().to_string();
    let took: Duration = cases.iter().filter_map(|case| case.took).sum();
    vec![
        ("name", name.to_owned()),
        ("tests", cases.len().to_string()),
        ("failures", count(|end| matches!(end, End::Failed(..)))),
        ("errors", count(|end| matches!(end, End::Unknown(_)))),
        ("skipped", count(|end| matches!(end, End::Skipped(_)))),
        ("time", format!("{:.3}", took.as_secs_f64())),
    ]
}

fn case(out: &mut String, suite: &str, case: &Case) {
    let mut attributes = vec![("classname", suite.to_owned()), ("name", case.name.clone())];
    attributes.extend(case.took.map(|took| ("time", format!("{:.3}", took.as_secs_f64()))));
    element(out, 2, "testcase", &attributes, |out| {
        match &case.end {
            End::Passed => {}
            End::Failed(kind, line, story) => {
                text(out, 3, "failure", &[("type", kind.clone()), ("message", line.clone())], story);
            }
            End::Unknown(why) => text(out, 3, "error", &[("message", why.clone())], ""),
            End::Skipped(why) => text(out, 3, "skipped", &[("message", why.clone())], ""),
        }
        if !case.said.is_empty() {
            text(out, 3, "system-out", &[], &case.said.join("\n"));
        }
    });
}

type Attributes<'a> = &'a [(&'static str, String)];

fn element(out: &mut String, depth: usize, name: &str, attributes: Attributes<'_>, inner: impl FnOnce(&mut String)) {
    let indent = "  ".repeat(depth);
    open(out, &indent, name, attributes);
    let before = out.len();
    out.push_str(">\n");
    let empty = out.len();
    inner(out);
    if out.len() == empty {
        out.truncate(before);
        out.push_str("/>\n");
    } else {
        let _ = writeln!(out, "{indent}</{name}>");
    }
}

fn text(out: &mut String, depth: usize, name: &str, attributes: Attributes<'_>, inner: &str) {
    open(out, &"  ".repeat(depth), name, attributes);
    let _ = if inner.is_empty() { writeln!(out, "/>") } else { writeln!(out, ">{}</{name}>", escaped(inner)) };
}

fn open(out: &mut String, indent: &str, name: &str, attributes: Attributes<'_>) {
    let _ = write!(out, "{indent}<{name}");
    for (key, value) in attributes {
        // A line end within an attribute would be read as a space.
        let _ = write!(out, " {key}=\"{}\"", escaped(value).replace('\n', "&#10;"));
    }
}

/// Text as XML takes it: marked characters escaped, control characters shown as the terminal would be shown them.
fn escaped(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| clean(line).into_owned()).collect();
    let mut out = String::with_capacity(text.len());
    for c in lines.join("\n").chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c.is_control() && c != '\n' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, end: End) -> Case {
        Case { name: name.into(), took: Some(Duration::from_millis(1500)), end, said: vec![] }
    }

    #[test]
    fn results_are_xml_with_their_counts_and_words() {
        let story = "a < b && \"c\" ]]> \u{1b}[31m\u{0}\u{ffff}\n둘째 줄";
        let cases = vec![
            one("ok", End::Passed),
            Case { said: vec!["web-ready가 잡음".into()], ..one("wrong/<x>", End::Passed) },
            one("no", End::Failed("failed".into(), "지금 \"없음\"\n둘째".into(), story.into())),
            one("why", End::Unknown("연결 거부".into())),
            one("later", End::Skipped("직접".into())),
        ];
        let text = xml(&[Suite { name: "w3-d2-lab1".into(), cases }, Suite { name: "empty".into(), cases: vec![] }]);
        let document = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let suites = document.root_element();
        let suite = suites.first_element_child().unwrap();
        for (attribute, expected) in
            [("tests", "5"), ("failures", "1"), ("errors", "1"), ("skipped", "1"), ("time", "7.500")]
        {
            assert_eq!((suites.attribute(attribute), suite.attribute(attribute)), (Some(expected), Some(expected)));
        }
        let found = |name: &str| document.descendants().find(|node| node.has_tag_name(name)).unwrap();
        assert_eq!(found("failure").attribute("message"), Some("지금 \"없음\"\n둘째"));
        assert_eq!(found("failure").text(), Some("a < b && \"c\" ]]> ␛[31m␀\u{fffd}\n둘째 줄"));
        assert_eq!(found("system-out").text(), Some("web-ready가 잡음"));
        assert_eq!(suites.children().filter(roxmltree::Node::is_element).count(), 2);
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_said_is_xml(text in proptest::prelude::any::<String>()) {
            let case = Case { said: vec![text.clone()], ..one(&text, End::Failed(text.clone(), text.clone(), text.clone())) };
            let text = xml(&[Suite { name: text, cases: vec![case] }]);
            proptest::prop_assert!(roxmltree::Document::parse(&text).is_ok(), "{text}");
        }
    }
}
