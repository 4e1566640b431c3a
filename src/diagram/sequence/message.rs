//! One message's line: `A->>+B: text`.

use super::super::rows::label;
use super::Head;

/// As written.
#[derive(Debug, PartialEq, Eq)]
pub struct Written<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub dashed: bool,
    pub head: Head,
    pub both: bool,
    /// `+` before the receiver.
    pub activates: bool,
    /// `-` before the receiver: it is the sender that ends.
    pub deactivates: bool,
    pub text: String,
}

/// The longer ones first, so that `-->>` is not read as `-->`.
const ARROWS: &[(&str, bool, Head, bool)] = &[
    ("<<-->>", true, Head::Arrow, true),
    ("<<->>", false, Head::Arrow, true),
    ("-->>", true, Head::Arrow, false),
    ("->>", false, Head::Arrow, false),
    ("-->", true, Head::None, false),
    ("->", false, Head::None, false),
    ("--x", true, Head::Cross, false),
    ("--)", true, Head::Open, false),
    ("-x", false, Head::Cross, false),
    ("-)", false, Head::Open, false),
];

/// Reads a line when there is an arrow in it; `known` says which names are participants.
pub fn read<'a>(line: &'a str, known: &dyn Fn(&str) -> bool) -> Option<Written<'a>> {
    let (ends, text) = line.split_once(':').unwrap_or((line, ""));
    let mut found: Option<(Written<'a>, u8)> = None;
    let mut from = 0;
    // A name may hold a `-`: arrows between known names go before others, pointed ones before `-x`.
    for _ in 0..40 {
        let Some(at) = ends.get(from..).and_then(|rest| rest.find(['-', '<'])).map(|at| from + at) else { break };
        let rest = ends.get(at..).unwrap_or("");
        from = at + 1;
        let Some((written, dashed, head, both)) = ARROWS.iter().find(|(arrow, ..)| rest.starts_with(arrow)) else {
            continue;
        };
        let (left, mut right) = (ends.get(..at)?.trim(), rest.get(written.len()..)?.trim());
        let (mut activates, mut deactivates) = (false, false);
        if let Some(rest) = right.strip_prefix('+') {
            (activates, right) = (true, rest.trim_start());
        } else if let Some(rest) = right.strip_prefix('-') {
            (deactivates, right) = (true, rest.trim_start());
        }
        let pointed = written.contains('>');
        let rank = u8::from(!(known(left) && known(right))) * 2 + u8::from(!pointed);
        if found.as_ref().is_none_or(|(_, best)| rank < *best) {
            let (dashed, head, both) = (*dashed, *head, *both);
            let text = String::new();
            found = Some((Written { from: left, to: right, dashed, head, both, activates, deactivates, text }, rank));
        }
        from = at + written.len();
    }
    found.map(|(written, _)| Written { text: label(text), ..written })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, from: &str, to: &str, text: &str, expected: (bool, Head, bool)) {
        let found = read(line, &|name| ["kube-xray", "B", "web-x"].contains(&name)).unwrap();
        assert_eq!((found.from, found.to, found.text.as_str()), (from, to, text), "{line}");
        assert_eq!((found.dashed, found.head, found.both), expected, "{line}");
    }

    #[test]
    fn every_arrow_is_known() {
        check("A->>B: 안녕", "A", "B", "안녕", (false, Head::Arrow, false));
        check("A -->> B:", "A", "B", "", (true, Head::Arrow, false));
        check("A->B", "A", "B", "", (false, Head::None, false));
        check("A-->B: x", "A", "B", "x", (true, Head::None, false));
        check("A-xB: x", "A", "B", "x", (false, Head::Cross, false));
        check("A--xB: x", "A", "B", "x", (true, Head::Cross, false));
        check("A-)B: x", "A", "B", "x", (false, Head::Open, false));
        check("A--)B: x", "A", "B", "x", (true, Head::Open, false));
        check("A<<->>B: x", "A", "B", "x", (false, Head::Arrow, true));
        check("A<<-->>B: x", "A", "B", "x", (true, Head::Arrow, true));
        check("A->>+B: x: y", "A", "B", "x: y", (false, Head::Arrow, false));
        assert_eq!(read("글자뿐", &|_| false), None);
    }

    #[test]
    fn a_hyphen_in_a_name_is_no_arrow() {
        check("kube-proxy->>B: x", "kube-proxy", "B", "x", (false, Head::Arrow, false));
        check("kube-xray->>B: x", "kube-xray", "B", "x", (false, Head::Arrow, false));
        check("kube-xray-xB: x", "kube-xray", "B", "x", (false, Head::Cross, false));
        check("A->>web-x: x", "A", "web-x", "x", (false, Head::Arrow, false));
        check("로드 밸런서->>kube-proxy: x", "로드 밸런서", "kube-proxy", "x", (false, Head::Arrow, false));
    }
}
