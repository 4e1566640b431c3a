//! Mindmaps, as trees.

use super::rows::{bounded, flat, hang, label, picture, readable, refuse};
use super::{Line, Options, Picture, Refusal};
use crate::text::{Role, Row};

/// More than this is no picture for a person.
const NODES: usize = 2_000;
/// Deeper branches stand under the last of these.
const DEPTH: usize = 40;

/// As parsed.
#[derive(Clone, Debug, Default)]
pub struct Mindmap {
    /// In the order written: how deep, and the label. The root first.
    nodes: Vec<(usize, String)>,
}

impl Mindmap {
    /// Reads the lines, the header first.
    pub fn parse(lines: &[Line<'_>]) -> Result<Self, Refusal> {
        readable(lines)?;
        let mut found = Self::default();
        // Indents of the branch that is open.
        let mut open: Vec<usize> = Vec::new();
        let mut rest = lines.iter().skip(1);
        while let Some(line) = rest.next() {
            let text = line.text.trim();
            if text.starts_with("::icon(") || text.starts_with(":::") {
                continue;
            }
            let mut whole = text.to_owned();
            // A text in "`…`" may go over lines.
            while whole.matches("\"`").count() > whole.matches("`\"").count() {
                let Some(next) = rest.next() else {
                    return refuse(line, "이 마디의 글이 닫히지 않았어요");
                };
                bounded(line, &whole)?;
                whole.push('\n');
                whole.push_str(next.text.trim());
            }
            let indent =
                line.text.chars().take_while(|c| c.is_whitespace()).map(|c| if c == '\t' { 4 } else { 1 }).sum();
            while open.last().is_some_and(|known| *known >= indent) {
                open.pop();
            }
            if open.is_empty() && !found.nodes.is_empty() {
                return refuse(line, "뿌리는 하나여야 해요");
            }
            if found.nodes.len() >= NODES {
                return refuse(line, format!("마디가 {NODES}개보다 많아요"));
            }
            found.nodes.push((open.len().min(DEPTH), node(&whole)));
            open.push(indent);
        }
        match found.nodes.is_empty() {
            true => Err(Refusal {
                line: lines.first().map_or(1, |line| line.number),
                reason: "그림에 마디가 없어요".into(),
            }),
            false => Ok(found),
        }
    }

    /// Its picture.
    pub fn draw(&self, options: &Options) -> Result<Picture, Refusal> {
        let (branch, last, pass) = if options.ascii { ("|- ", "`- ", "|  ") } else { ("├─ ", "╰─ ", "│  ") };
        let lasts = self.lasts();
        // For each open depth, whether more branches of it follow.
        let mut follows: Vec<bool> = Vec::new();
        let mut rows: Vec<Row> = Vec::new();
        for ((depth, text), is_last) in self.nodes.iter().zip(&lasts) {
            follows.truncate(depth.saturating_sub(1));
            let before: String = follows.iter().map(|more| if *more { pass } else { "   " }).collect();
            let role = if *depth <= 1 { Role::Strong } else { Role::Text };
            let text = [(role, text.clone())];
            if *depth == 0 {
                hang(&mut rows, &Row::new(), &Row::new(), &text, options.width);
                continue;
            }
            let lead = vec![(Role::Faint, before.clone() + if *is_last { last } else { branch })];
            let own = before + if *is_last { "   " } else { pass };
            hang(&mut rows, &lead, &vec![(Role::Faint, own)], &text, options.width);
            follows.push(!is_last);
        }
        Ok(picture(rows))
    }

    /// Whether each node is the last branch of its parent.
    fn lasts(&self) -> Vec<bool> {
        let mut seen = [false; DEPTH + 1];
        let mut lasts: Vec<bool> = Vec::with_capacity(self.nodes.len());
        for (depth, _) in self.nodes.iter().rev() {
            let slot = seen.get(*depth).copied().unwrap_or(false);
            lasts.push(!slot);
            for (index, known) in seen.iter_mut().enumerate().skip(*depth) {
                *known = index == *depth;
            }
        }
        lasts.reverse();
        lasts
    }

    /// Its sentences.
    pub fn spoken(&self) -> Vec<String> {
        let mut out = Vec::new();
        let mut trail: Vec<String> = Vec::new();
        for (index, (depth, text)) in self.nodes.iter().enumerate() {
            trail.truncate(*depth);
            trail.push(flat(text));
            let below = self.nodes.iter().skip(index + 1).take_while(|(other, _)| other > depth);
            let children: Vec<String> =
                below.filter(|(other, _)| *other == depth + 1).map(|(_, text)| flat(text)).collect();
            if !children.is_empty() {
                out.push(format!("{}의 가지: {}.", trail.join(" 아래 "), children.join(", ")));
            } else if index == 0 {
                out.push(format!("{}.", flat(text)));
            }
        }
        out
    }
}

/// A node's text: `id[글]`, `id(글)`, `id((글))`, `id))글((`, `id)글(`, `id{{글}}`, or the line itself.
fn node(text: &str) -> String {
    const SHAPES: [(&str, &str); 6] = [("((", "))"), ("))", "(("), ("{{", "}}"), ("[", "]"), ("(", ")"), (")", "(")];
    let text = text.split_once(":::").map_or(text, |(text, _)| text).trim();
    let opened =
        text.find(['(', ')', '[', '{']).and_then(|at| text.split_at_checked(at)).filter(|(id, _)| !id.contains(' '));
    let inner = opened.and_then(|(_, body)| {
        SHAPES
            .iter()
            .find_map(|(open, close)| body.strip_prefix(open)?.strip_suffix(close))
            .filter(|inner| !inner.is_empty())
    });
    let inner = inner.unwrap_or(text).trim();
    match inner.strip_prefix("\"`").and_then(|inner| inner.strip_suffix("`\"")) {
        Some(markdown) => label(&markdown.replace("**", "")),
        None => label(inner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::source;

    fn read(source: &str) -> Result<Mindmap, Refusal> {
        Mindmap::parse(&source::read(source).unwrap().lines)
    }

    #[test]
    fn every_shape_gives_its_text() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(node(text), expected);
        }
        check("root((쿠버네티스))", "쿠버네티스");
        check("id[네모 (안)]", "네모 (안)");
        check("id(둥근)", "둥근");
        check("id))펑((", "펑");
        check("id)구름(", "구름");
        check("id{{육각}}", "육각");
        check("그냥 글 (덧붙임)", "그냥 글 (덧붙임)");
        check("id[\"`**굵은** 글`\"]:::빨강", "굵은 글");
        check("위<br/>아래", "위\n아래");
    }

    #[test]
    fn indents_make_the_tree() {
        let found = read("mindmap\n  뿌리\n    가\n      나\n        다\n    라\n      ::icon(fa fa-book)\n").unwrap();
        let depths: Vec<usize> = found.nodes.iter().map(|(depth, _)| *depth).collect();
        assert_eq!(depths, [0, 1, 2, 3, 1]);
        assert_eq!(
            found.spoken(),
            ["뿌리의 가지: 가, 라.", "뿌리 아래 가의 가지: 나.", "뿌리 아래 가 아래 나의 가지: 다."]
        );
        let picture = found.draw(&Options { width: 40, ascii: false }).unwrap();
        let rows: Vec<String> =
            picture.rows.iter().map(|row| row.iter().map(|(_, text)| text.as_str()).collect()).collect();
        assert_eq!(rows, ["뿌리", "├─ 가", "│  ╰─ 나", "│     ╰─ 다", "╰─ 라"]);
    }

    #[test]
    fn a_second_root_is_refused() {
        let refusal = read("mindmap\n가\n나").unwrap_err();
        assert_eq!((refusal.line, refusal.reason.as_str()), (3, "뿌리는 하나여야 해요"));
        assert_eq!(read("mindmap").unwrap_err().line, 1);
    }
}
