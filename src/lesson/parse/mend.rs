//! Mends Korean emphasis that CommonMark's flanking rule leaves as asterisks: `**관측성(Observability)**은`.

use super::super::model::Span;
use crate::text::Role;

/// A span, and whether its text was escaped in the source and so means itself.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The span.
    pub span: Span,
    /// Not to be read as a delimiter.
    pub escaped: bool,
}

const DELIMITERS: [(&str, Role); 6] = [
    ("***", Role::Strong),
    ("**", Role::Strong),
    ("~~", Role::Strike),
    ("*", Role::Emphasis),
    ("__", Role::Strong),
    ("_", Role::Emphasis),
];

/// The spans with leftover pairs of delimiters turned into roles, where Korean stands at one of them.
/// The lines where that was done go to `mended`.
pub fn mend(mut pieces: Vec<Piece>, mended: &mut Vec<usize>) -> Vec<Span> {
    let open = || pieces.iter().filter(|piece| open_text(piece)).flat_map(|piece| piece.span.text.bytes());
    // Most texts hold none of them.
    if open().any(|byte| matches!(byte, b'*' | b'~' | b'_')) {
        for (delimiter, role) in DELIMITERS {
            if pieces.iter().any(|piece| open_text(piece) && piece.span.text.contains(delimiter)) {
                pieces = pass(pieces, delimiter, role, mended);
            }
        }
    }
    let mut out: Vec<Span> = Vec::with_capacity(pieces.len());
    for Piece { span, .. } in pieces {
        match out.last_mut() {
            Some(last) if last.role == span.role && last.link == span.link && last.line == span.line => {
                last.text.push_str(&span.text);
            }
            _ => out.push(span),
        }
    }
    out
}

fn open_text(piece: &Piece) -> bool {
    !piece.escaped && matches!(piece.span.role, Role::Text | Role::Strong)
}

fn pass(pieces: Vec<Piece>, delimiter: &str, role: Role, mended: &mut Vec<usize>) -> Vec<Piece> {
    let mut all = Vec::with_capacity(2 * pieces.len());
    pieces.into_iter().for_each(|piece| part(piece, delimiter, &mut all));
    let pieces = all;
    // Underscores stand in names too: `__init__`, `my_var`.
    let under = delimiter.starts_with('_');
    let is_mark = |piece: &Piece| open_text(piece) && piece.span.text == delimiter;
    let mut paired = Vec::new();
    let mut opener = None;
    for (index, piece) in pieces.iter().enumerate() {
        if !is_mark(piece) {
            continue;
        }
        let before = index.checked_sub(1).and_then(|i| pieces.get(i)?.span.text.chars().next_back());
        let after = pieces.get(index + 1).and_then(|piece| piece.span.text.chars().next());
        let around = Around { before, after };
        if [before, after].contains(&delimiter.chars().next()) {
            continue;
        }
        match opener {
            Some((first, opened))
                if around.closes()
                    && (around.korean_after() || korean_before(opened))
                    && (!under || korean_within(&pieces, first, index)) =>
            {
                paired.push((first, index));
                opener = None;
            }
            _ if around.opens() && !(under && before.is_some_and(char::is_alphanumeric)) => {
                opener = Some((index, around))
            }
            _ => {}
        }
    }
    mended.extend(paired.iter().filter_map(|(first, _)| Some(pieces.get(*first)?.span.line)));
    apply(pieces, &paired, role)
}

/// The characters at a delimiter.
#[derive(Clone, Copy)]
struct Around {
    before: Option<char>,
    after: Option<char>,
}

impl Around {
    fn opens(self) -> bool {
        self.after.is_some_and(|c| !c.is_whitespace())
    }

    fn closes(self) -> bool {
        self.before.is_some_and(|c| !c.is_whitespace())
    }

    fn korean_after(self) -> bool {
        self.after.is_some_and(korean)
    }
}

fn korean_within(pieces: &[Piece], first: usize, last: usize) -> bool {
    pieces.get(first..last).unwrap_or(&[]).iter().any(|piece| piece.span.text.contains(korean))
}

fn korean_before(around: Around) -> bool {
    around.before.is_some_and(korean)
}

fn korean(c: char) -> bool {
    matches!(c, '가'..='힣' | 'ㄱ'..='ㅣ' | '\u{4e00}'..='\u{9fff}' | '\u{3040}'..='\u{30ff}')
}

/// Cuts a piece at the delimiters in it.
fn part(piece: Piece, delimiter: &str, out: &mut Vec<Piece>) {
    if !open_text(&piece) || !piece.span.text.contains(delimiter) {
        return out.push(piece);
    }
    for (index, text) in piece.span.text.split(delimiter).enumerate() {
        let mut push = |text: &str| {
            let Span { role, line, .. } = piece.span;
            let span = Span { text: text.to_owned(), role, link: piece.span.link.clone(), line };
            out.push(Piece { span, escaped: false });
        };
        if index > 0 {
            push(delimiter);
        }
        if !text.is_empty() {
            push(text);
        }
    }
}

fn apply(pieces: Vec<Piece>, paired: &[(usize, usize)], role: Role) -> Vec<Piece> {
    let mut pairs = paired.iter().peekable();
    let mut out = Vec::with_capacity(pieces.len());
    for (index, mut piece) in pieces.into_iter().enumerate() {
        while pairs.next_if(|(_, last)| *last < index).is_some() {}
        match pairs.peek() {
            Some((first, last)) if index == *first || index == *last => continue,
            Some((first, last)) if (*first..*last).contains(&index) => {
                if matches!(piece.span.role, Role::Text | Role::Emphasis) {
                    piece.span.role = role;
                }
            }
            _ => {}
        }
        out.push(piece);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use crate::lesson::model::{Kind, spoken};
    use crate::text::Role;

    #[track_caller]
    fn check(markdown: &str, text: &str, marked: &[(Role, &str)]) {
        let document = parse(markdown);
        let Some(Kind::Paragraph(spans)) = document.blocks.first().map(|block| &block.kind) else {
            panic!("no paragraph: {document:?}");
        };
        assert_eq!(spoken(spans), text);
        let found: Vec<_> = spans
            .iter()
            .filter(|span| !matches!(span.role, Role::Text))
            .map(|span| (span.role, span.text.as_str()))
            .collect();
        assert_eq!(found, marked);
    }

    #[test]
    fn korean_bold_is_mended() {
        check(
            "**관측성(Observability)**은 넓다",
            "관측성(Observability)은 넓다",
            &[(Role::Strong, "관측성(Observability)")],
        );
        check("**`kubectl`**로 본다", "kubectl로 본다", &[(Role::Code, "kubectl")]);
        check("이것은**\"중요\"**하다", "이것은\"중요\"하다", &[(Role::Strong, "\"중요\"")]);
        check("**가(나)**다 **라**마", "가(나)다 라마", &[(Role::Strong, "가(나)"), (Role::Strong, "라")]);
        check("*지표(Metrics)*와", "지표(Metrics)와", &[(Role::Emphasis, "지표(Metrics)")]);
        check("_지표(Metrics)_와", "지표(Metrics)와", &[(Role::Emphasis, "지표(Metrics)")]);
        check("__중요한 것__은", "중요한 것은", &[(Role::Strong, "중요한 것")]);
        check("***관측성(Obs)***은", "관측성(Obs)은", &[(Role::Strong, "관측성(Obs)")]);
        check("**[문서](a.md)**는", "문서는", &[(Role::Link, "문서")]);
        check("**‘따옴표’**와 **50%**를", "‘따옴표’와 50%를", &[(Role::Strong, "‘따옴표’"), (Role::Strong, "50%")]);
        check("~~옛(것)~~은", "옛(것)은", &[(Role::Strike, "옛(것)")]);
    }

    #[test]
    fn what_was_meant_as_text_stays() {
        check("\\*\\*가(나)\\*\\*은", "**가(나)**은", &[]);
        check("2 ** 3 ** 4", "2 ** 3 ** 4", &[]);
        check("`*/5 * * * *` 과 */5 * * * *", "*/5 * * * * 과 */5 * * * *", &[(Role::Code, "*/5 * * * *")]);
        check("__init__은 my_var와 snake_case_이름을", "__init__은 my_var와 snake_case_이름을", &[]);
        check("*.yaml 과 *.json", "*.yaml 과 *.json", &[]);
        check("** 띄운 것 **은", "** 띄운 것 **은", &[]);
    }
}
