use proptest::prelude::*;

use super::*;
use crate::lesson::model::{Block, CheckLine, Target, spoken};

/// A page as an outline: one line per block, `line kind text`, inner blocks indented.
fn outline(blocks: &[Block], depth: usize, out: &mut String) {
    for block in blocks {
        let pad = "  ".repeat(depth);
        let line = format!("{}{}", block.line, if block.centered { " ^" } else { "" });
        match &block.kind {
            Kind::Heading(heading) => {
                let minutes = heading.minutes.map(|minutes| format!(" {minutes}m")).unwrap_or_default();
                out.push_str(&format!("{pad}{line} h{} {} #{}{minutes}\n", heading.level, heading.title, heading.slug));
            }
            Kind::Paragraph(spans) => out.push_str(&format!("{pad}{line} p {}\n", spoken(spans))),
            Kind::Code(code) => out.push_str(&format!("{pad}{line} code {} {:?}\n", code.language, code.text)),
            Kind::Rule => out.push_str(&format!("{pad}{line} rule\n")),
            Kind::Quote(quote) => {
                out.push_str(&format!("{pad}{line} quote {:?}\n", quote.alert));
                outline(&quote.blocks, depth + 1, out);
            }
            Kind::Details(details) => {
                out.push_str(&format!("{pad}{line} details {}\n", spoken(&details.summary)));
                outline(&details.blocks, depth + 1, out);
            }
            Kind::Footnote(note) => {
                out.push_str(&format!("{pad}{line} footnote {}\n", note.label));
                outline(&note.blocks, depth + 1, out);
            }
            Kind::List(list) => {
                for item in &list.items {
                    out.push_str(&format!("{pad}{} item {:?} {:?}\n", item.line, list.start, item.task));
                    outline(&item.blocks, depth + 1, out);
                }
            }
            Kind::Table(table) => {
                let row = |cells: &[Vec<_>]| cells.iter().map(|cell| spoken(cell)).collect::<Vec<_>>().join("|");
                out.push_str(&format!("{pad}{line} table {}\n", row(&table.head)));
                for body in &table.rows {
                    out.push_str(&format!("{pad}  {} {}\n", body.line, row(&body.cells)));
                }
            }
        }
    }
}

#[track_caller]
fn check(markdown: &str, expected: &str) {
    let mut out = String::new();
    outline(&parse(markdown).blocks, 0, &mut out);
    let expected: String = expected.lines().map(|line| format!("{line}\n")).collect();
    assert_eq!(out, expected);
}

#[test]
fn blocks_know_their_lines() {
    check("# 제목 (50분)\n\n첫 줄\n둘째 줄\n\n---\n", "1 h1 제목 #제목-50분 50m\n3 p 첫 줄 둘째 줄\n6 rule");
    check("---\ntitle: x\n---\n\n글\n", "5 p 글");
    check("---\n제목이 아님\n", "1 rule\n2 p 제목이 아님");
    check("\u{feff}# 가\n# 가\n", "1 h1 가 #가\n2 h1 가 #가-1");
    check(
        "- 가\n  - 나\n\n1. 다\n",
        "1 item None None\n  1 p 가\n  2 item None None\n    2 p 나\n4 item Some(1) None\n  4 p 다",
    );
    check("```yaml on=host\na: 1\nb: 2\n```\n", "1 code yaml \"a: 1\\nb: 2\"");
}

#[test]
fn alerts_and_tables_are_known() {
    check("> [!WARNING]\n> 조심\n", "1 quote Some(Warning)\n  2 p 조심");
    check("|가|나|\n|-|-|\n|1|2|\n", "1 table 가|나\n  3 1|2");
}

#[test]
fn html_is_reduced_to_what_it_says() {
    check("<div align=\"center\">\n\n**가** • 나\n\n</div>\n", "3 ^ p 가 • 나");
    check(
        "<details>\n<summary>심화: <b>더</b> 보기</summary>\n\n- 가\n\n</details>\n\n밖\n",
        "1 details 심화: 더 보기\n  4 item None None\n    4 p 가\n8 p 밖",
    );
    check(
        "<table>\n<tr><th>가</th><th>나</th></tr>\n<tr><td>1</td><td>2<br>3</td></tr>\n</table>\n",
        "1 table 가|나\n  3 1|2 3",
    );
    check("<p>한 줄<br>두 줄</p>\n<h2>제목</h2>\n", "1 p 한 줄 두 줄\n2 h2 제목 #제목");
    check("<ul><li>가<li>나</ul>\n", "1 item None None\n  1 p 가\n1 item None None\n  1 p 나");
    check("<script>\nalert(1)\n</script>\n\n글\n", "5 p 글");
    check("가 <script>숨김\n\n나\n", "1 p 가\n3 p 나");
    check("<h1 align=\"center\">가</h1>\n<p align='center'>나</p>\n다\n", "1 ^ h1 가 #가\n2 ^ p 나\n3 p 다");
    check(
        "<div align=\"center\">\n\n가\n\n<div>\n\n나\n\n</div>\n\n다\n\n</div>\n\n라\n",
        "3 ^ p 가\n7 ^ p 나\n11 ^ p 다\n15 p 라",
    );
    check("2<sup>10</sup> H<sub>2</sub>O 1<sup>st</sup>\n", "1 p 2^10 H2O 1st");
    check("<ol start=\"3\"><li>가</ol>\n", "1 item Some(3) None\n  1 p 가");
    check("<pre>\na\n  b\n</pre>\n", "1 code  \"a\\n  b\"");
    check("가 <!-- 숨김 --> 나\n", "1 p 가  나");
    check(
        "- <details><summary>가</summary>\n\n  나\n- 다\n",
        "1 item None None\n  1 details 가\n    3 p 나\n4 item None None\n  4 p 다",
    );
}

#[test]
fn tasks_are_bound_to_their_checks() {
    let document = parse(
        "- [ ] Pod가 돈다 <!-- check: web-ready -->\n- [ ] 읽었다 <!-- manual -->\n- [x] 그냥\n- [ ] **두** 줄\n  <!-- check: lab/two -->\n- 보통\n",
    );
    let line = |line, text: &str, target| CheckLine { line, text: text.into(), target };
    assert_eq!(
        document.checks(),
        [
            line(1, "Pod가 돈다", Target::Check("web-ready".into())),
            line(2, "읽었다", Target::Manual),
            line(3, "그냥", Target::Unbound),
            line(4, "두 줄", Target::Check("lab/two".into())),
        ]
    );
    assert_eq!(document.marks.len(), 3);
}

#[test]
fn nesting_bombs_are_flattened() {
    for bomb in [">".repeat(5000), "- ".repeat(5000), "1. ".repeat(5000), "<details>".repeat(5000), "*a ".repeat(5000)]
    {
        let document = parse(&format!("{bomb}끝\n"));
        assert!(!document.blocks.is_empty(), "{bomb:.20}");
    }
    let staircase: String = (0..300).map(|depth| format!("{}- 단계 {depth}\n", "  ".repeat(depth))).collect();
    let mut out = String::new();
    outline(&parse(&staircase).blocks, 0, &mut out);
    assert!(out.contains("단계 299"), "flattened, not lost");
}

#[test]
fn footnotes_are_numbered_as_they_are_named() {
    let document = parse("가[^b] 나[^a] 다[^b]\n\n[^a]: 하나\n\n[^b]: 둘\n");
    let mut out = String::new();
    outline(&document.blocks, 0, &mut out);
    assert_eq!(out, "1 p 가[1] 나[2] 다[1]\n3 footnote a\n  3 p 하나\n5 footnote b\n  5 p 둘\n");
    let numbers = document.blocks.iter().filter_map(|block| match &block.kind {
        Kind::Footnote(note) => Some(note.number),
        _ => None,
    });
    assert_eq!(numbers.collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn what_was_mended_is_told() {
    let mended = |markdown: &str| parse(markdown).mended;
    assert_eq!(mended("**굵게** 보통\n\n**관측성(Observability)**은\n**`kubectl`**로\n"), [3, 4]);
    assert_eq!(mended("- 가\n- *지표(Metrics)*와 ~~옛(것)~~은\n"), [2, 2]);
    assert_eq!(mended("|가|\n|-|\n|**나(b)**는|\n"), [3]);
    assert_eq!(mended("2 ** 3 ** 4 \\*\\*가(나)\\*\\*은\n"), [0; 0]);
}

proptest! {
    #[test]
    fn any_text_is_a_page(text in any::<String>()) {
        parse(&text);
    }

    #[test]
    fn any_markdown_is_a_page(text in "([-*>|#`~_!<\\[\\]()/&; \n가a1:]|<details>|</details>|<td>|<table>|</table>|<li>|<!--|-->|\\*\\*|```|\r\n|\t|- \\[ \\] ){0,80}") {
        parse(&text);
    }
}
