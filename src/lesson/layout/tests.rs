use std::fmt::Write;

use proptest::prelude::*;

use super::*;
use crate::lesson::page::WideSpan;
use crate::lesson::{Folding, Target, parse, section, warm};
use crate::text::{Row, Rows, row_width};

/// With all folds open.
fn options(width: usize) -> Options {
    Options { folding: Folding::open(), ..Options::new(width) }
}

fn page(markdown: &str, width: usize) -> Page {
    layout(&parse(markdown), &options(width))
}

fn glyphs(rows: &Rows) -> String {
    rows.texts().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// Every row by itself.
fn rows(page: &Page) -> impl Iterator<Item = Row> {
    (0..page.rows.len()).map(|row| page.rows.row(row))
}

#[track_caller]
fn check(markdown: &str, width: usize, expected: &[&str]) {
    assert_eq!(glyphs(&page(markdown, width).rows).split('\n').collect::<Vec<_>>(), expected);
}

#[test]
fn headings_show_weight_and_minutes_not_marks() {
    check(
        "# 제목 (50분)\n## 둘째 (20분)\n글\n",
        34,
        &["  제목                      50분", "", "  둘째  20분", "", "  글"],
    );
}

#[test]
fn rhythm_follows_the_rules() {
    check(
        "글\n\n글\n\n## 제목\n\n글\n\n### 소제목\n",
        30,
        &["  글", "", "  글", "", "", "  제목", "", "  글", "", "  소제목"],
    );
    check("- 가\n- 나\n  - 다\n", 30, &["  • 가", "  • 나", "    ◦ 다"]);
    check("- 가\n\n  또\n- 나\n", 30, &["  • 가", "", "    또", "", "  • 나"]);
}

#[test]
fn numbers_line_up() {
    check("9. 가\n10. 나\n", 30, &["   9. 가", "  10. 나"]);
}

#[test]
fn a_table_wraps_and_then_becomes_a_list() {
    let table = "|이름|하는 일|수|\n|-|-|-|\n|Deployment|ReplicaSet을 만들고 갈아 끼운다|3|\n";
    check(
        table,
        60,
        &[
            "  이름        하는 일                          수",
            "  ───────────────────────────────────────────────",
            "  Deployment  ReplicaSet을 만들고 갈아 끼운다   3",
        ],
    );
    check(
        table,
        40,
        &[
            "  이름        하는 일               수",
            "  ────────────────────────────────────",
            "  Deployment  ReplicaSet을 만들고    3",
            "              갈아 끼운다",
        ],
    );
    check(table, 24, &["  이름: Deployment", "  하는 일:", "    ReplicaSet을", "    만들고 갈아 끼운다", "  수: 3"]);
}

#[test]
fn quotes_have_a_bar_and_a_bold_first_line() {
    let page = page("> 왜 그럴까요?\n> 노드는 바뀌어요.\n>\n> 끝.\n", 40);
    assert_eq!(glyphs(&page.rows), "  ▎ 왜 그럴까요?\n  ▎ 노드는 바뀌어요.\n  ▎\n  ▎ 끝.");
    assert_eq!(page.rows.row(0).get(2), Some(&(Role::Strong, "왜 그럴까요?".to_owned())));
}

#[test]
fn long_code_is_wrapped_with_a_mark() {
    check(
        "```\nkubectl get pods --all-namespaces -o wide\n```\n",
        30,
        &["  kubectl get pods", "  ↪ --all-namespaces -o wide"],
    );
}

#[test]
fn long_code_can_be_panned_instead() {
    let text = "글\n\n> ```bash check=web file=a.sh\n> kubectl get pods --all-namespaces -o wide\n> ls\n> ```\n";
    let page = layout(&parse(text), &Options { pan: true, ..options(30) });
    let expected = "  글\n\n  ▎ bash · 확인 web · a.sh\n  ▎ kubectl get pods --all-namespaces -o wide\n  ▎ ls";
    assert_eq!(glyphs(&page.rows), expected);
    assert_eq!(page.wide, [WideSpan { rows: 3..5, width: 45 }]);
    assert_eq!([3, 4].map(|row| row_width(&page.rows.row(row))), [45, 45]);
    assert_eq!(page.code.first().map(|code| code.rows.clone()), Some(3..5));
    assert!(layout(&parse(text), &options(30)).wide.is_empty(), "wrapped");
    assert!(layout(&parse(text), &Options { pan: true, ..options(60) }).wide.is_empty(), "fits");
}

#[test]
fn a_diagram_that_cannot_be_read_is_code_with_a_reason() {
    let page = page("글\n\n```mermaid\n\n날씨 맑음\n```\n", 60);
    let shown = glyphs(&page.rows);
    assert!(shown.contains("그림을 그리지 못했어요: ") && shown.contains("째 줄: "), "{shown}");
    assert!(shown.contains("\n  날씨 맑음"), "{shown}");
    let code = page.code.first().unwrap();
    assert_eq!((code.language.as_str(), code.text.as_str()), ("mermaid", "\n날씨 맑음"));
}

#[test]
fn text_stands_in_the_middle_where_its_author_said_so() {
    check(
        "<div align=\"center\">\n\n# 제목\n\n가운데\n\n- 목록\n\n</div>\n\n왼쪽\n",
        24,
        &["          제목", "", "         가운데", "", "  • 목록", "", "  왼쪽"],
    );
}

#[test]
fn footnotes_lead_there_and_back() {
    let page = page("가[^x] 나\n\n[^x]: 뜻\n", 40);
    assert_eq!(glyphs(&page.rows), "  가[1] 나\n\n  [1] 뜻");
    let links: Vec<_> = page.links.iter().map(|link| (link.row, link.columns.clone(), link.target.as_str())).collect();
    assert_eq!(links, [(0, 4..7, "#fn-x"), (2, 2..5, "#fnref-x")]);
    assert_eq!(
        (page.row_of_name("fn-x"), page.row_of_name("fnref-x"), page.row_of_name("없음")),
        (Some(2), Some(0), None)
    );
}

#[test]
fn tasks_links_and_code_know_their_place() {
    let page = page("1. 하나\n   - [ ] [문서](a.md) 보기 <!-- check: web -->\n\n```bash\n$ ls\na\n```\n", 40);
    let task = page.tasks.first().unwrap();
    assert_eq!((task.row, task.column, task.width), (1, 5, 1));
    assert_eq!(task.target, Target::Check("web".into()));
    let link = page.links.first().unwrap();
    assert_eq!((link.row, link.columns.clone(), link.target.as_str()), (1, 7..11, "a.md"));
    let code = page.code.first().unwrap();
    assert_eq!((code.rows.clone(), code.language.as_str(), code.text.as_str()), (4..6, "bash", "ls"));
    assert_eq!(page.lines, [1, 2, 2, 4, 5, 6]);
}

#[test]
fn a_line_is_found_again_at_any_width() {
    let text = "# 가\n\n긴 글이 여기에 있고 계속 이어진다 그리고 더 있다\n\n## 나\n\n끝\n";
    for width in [10, 40, 100] {
        let page = page(text, width);
        let row = page.row_of_line(5);
        assert_eq!(page.rows.text(row).trim(), "나");
        assert_eq!(page.row_of_line(99), page.rows.len() - 1);
    }
    assert_eq!(layout(&parse(""), &options(40)).row_of_line(3), 0);
}

#[test]
fn a_section_stands_alone() {
    let part = section(&parse("# 가\n\n글\n\n## 나\n\n끝\n\n## 다\n"), 5, 8);
    assert_eq!(glyphs(&layout(&part, &options(40)).rows), "  나\n\n  끝");
}

#[test]
fn prose_sits_in_the_middle_of_a_wide_pane() {
    check("글\n", 120, &["                  글"]);
}

#[test]
fn a_diagram_wider_than_paper_is_told() {
    let text = "```mermaid\nflowchart LR\n  a[Deployment] --> b[ReplicaSet]\n```\n";
    let printed = layout(&parse(text), &Options { printed: true, ..options(12) });
    assert!(printed.wide.is_empty() && rows(&printed).all(|row| row_width(&row) <= 12), "{:?}", printed.rows);
    let told: String = glyphs(&printed.rows).split_whitespace().collect();
    assert!(told.contains("Deployment에서ReplicaSet"), "{told}");
    assert!(!layout(&parse(text), &options(12)).wide.is_empty(), "on a screen it is panned");
    let room = layout(&parse(text), &Options { printed: true, ..options(60) });
    assert!(glyphs(&room.rows).contains('▶'), "{}", glyphs(&room.rows));
}

#[test]
fn ascii_draws_no_other_glyphs() {
    warm();
    let options = Options { ascii: true, ..options(60) };
    let text = "- a\n  - b\n    - c\n- [ ] d\n\n> e\n\n---\n\n|a|b|\n|-|-|\n|1|2|\n\n```yaml\na: 1\n```\n\n<details><summary>s</summary>x</details>\n";
    assert!(glyphs(&layout(&parse(text), &options).rows).is_ascii());
    let text = "<details><summary>s</summary>\n\n</details>\n\n```\nkubectl get pods --all-namespaces -o wide --show-labels --watch\n```\n\na[^1]\n\n[^1]: b\n";
    let closed = Options { folding: Folding::closed(), ..options };
    assert!(glyphs(&layout(&parse(text), &closed).rows).is_ascii());
}

#[test]
fn hostile_text_is_shown_never_sent() {
    let text = "# \x1b]0;t\x07\n\n\u{202e}가\u{200b} `\x1b[2J`\n\n```\n\x1b[201~rm\n```\n\n<a href=\"\x1b\">b</a>\n";
    let page = page(text, 40);
    let hidden = |c: char| c.is_control() || matches!(c, '\u{200b}' | '\u{202e}');
    assert!(!page.rows.texts().any(|text| text.contains(hidden)), "{:?}", page.rows);
    assert!(!page.links.iter().any(|link| link.target.contains(hidden)));
    assert_eq!(page.code.first().map(|code| code.text.as_str()), Some("[201~rm"));
}

const SHOWCASE: &str = include_str!("../testdata/showcase.md");

/// A row as `Role·text` pieces, so that a snapshot shows what color cannot.
fn roles(page: &Page) -> String {
    let mut out = String::new();
    for (row, line) in page.rows.iter().zip(&page.lines) {
        let pieces: Vec<String> = row
            .filter(|(role, text)| *role != Role::Text || !text.trim().is_empty())
            .map(|(role, text)| format!("{role:?}⟨{text}⟩"))
            .collect();
        writeln!(out, "{line:>4} {}", pieces.join(" ")).unwrap();
    }
    out
}

#[test]
fn the_showcase_reads_well_at_three_widths() {
    warm();
    for width in [40, 80, 120] {
        let page = page(SHOWCASE, width);
        insta::assert_snapshot!(format!("showcase_glyphs_{width}"), glyphs(&page.rows));
        insta::assert_snapshot!(format!("showcase_roles_{width}"), roles(&page));
    }
    insta::assert_snapshot!("showcase_plain", super::super::plain(&parse(SHOWCASE), 80));
}

/// For the eye: `WIDTH=80 cargo test --lib showcase_in_colors -- --ignored --nocapture`; PAGE names another file.
#[test]
#[ignore = "prints to look at"]
fn showcase_in_colors() {
    warm();
    let env = |name: &str| std::env::var(name).ok();
    let text = env("PAGE").map_or(SHOWCASE.to_owned(), |path| std::fs::read_to_string(path).unwrap());
    let width: usize = env("WIDTH").and_then(|width| width.parse().ok()).unwrap_or(80);
    let rows = page(&text, width).rows;
    let from = env("FROM").and_then(|from| from.parse().ok()).unwrap_or(0);
    let mut out = String::new();
    for row in rows.iter().skip(from).take(env("ROWS").and_then(|rows| rows.parse().ok()).unwrap_or(usize::MAX)) {
        for (role, text) in row {
            write!(out, "{}{text}\x1b[0m", ansi(role)).unwrap();
        }
        out.push('\n');
    }
    print!("{out}");
}

fn ansi(role: Role) -> String {
    let (fg, extra) = match role {
        Role::Text => ((213, 216, 218), ""),
        Role::Head => ((255, 255, 255), ";1"),
        Role::Strong => ((213, 216, 218), ";1"),
        Role::Emphasis => ((213, 216, 218), ";3"),
        Role::Strike => ((120, 127, 135), ";9"),
        Role::Dim => ((120, 127, 135), ""),
        Role::DimStrong => ((120, 127, 135), ";1"),
        Role::Faint => ((62, 67, 72), ""),
        Role::Accent => ((111, 176, 255), ""),
        Role::Good => ((134, 205, 130), ""),
        Role::Bad => ((240, 128, 128), ""),
        Role::Wait => ((232, 190, 100), ""),
        Role::Key => ((240, 205, 140), ";1"),
        Role::Link => ((213, 216, 218), ";4"),
        Role::Code => ((190, 200, 212), ";48;2;30;34;38"),
        Role::CodeKeyword => ((150, 190, 235), ";48;2;30;34;38"),
        Role::CodeString => ((170, 205, 160), ";48;2;30;34;38"),
        Role::CodeNumber => ((225, 190, 140), ";48;2;30;34;38"),
        Role::CodeComment => ((120, 127, 135), ";48;2;30;34;38"),
        Role::CodePrompt => ((134, 205, 130), ";48;2;30;34;38"),
    };
    format!("\x1b[38;2;{};{};{}{extra}m", fg.0, fg.1, fg.2)
}

/// Whatever a page tells of its rows is on them.
#[track_caller]
fn within(page: &Page) {
    let rows = page.rows.len();
    assert_eq!(rows, page.lines.len());
    let cells = |row: usize| row_width(&page.rows.row(row));
    assert!(page.anchors.iter().all(|anchor| anchor.row < rows));
    assert!(page.tasks.iter().all(|task| task.column + task.width <= cells(task.row)));
    assert!(page.links.iter().all(|link| link.columns.end <= cells(link.row)));
    assert!(page.code.iter().all(|code| code.rows.end <= rows));
    assert!(page.folds.iter().all(|fold| fold.row + usize::from(fold.open) * fold.rows_inside < rows));
    assert!(page.wide.iter().all(|wide| wide.rows.clone().all(|row| cells(row) <= wide.width)));
}

proptest! {
    #[test]
    fn no_row_is_wider_than_the_pane(
        text in "([-*>|#`~_!<\\[\\]()/&; \n가나다라 a1:.]|🚀|<details>|</details>|<td>|<table>|<li>|```yaml\n|\n\n|\\*\\*|- \\[ \\] |> \\[!NOTE\\]\n|\n\\|a\\|b\\|\n\\|-\\|-\\|\n\\|){0,60}",
        width in 1usize..200,
    ) {
        let page = page(&text, width);
        prop_assert_eq!(page.rows.len(), page.lines.len());
        for row in rows(&page) {
            prop_assert!(row_width(&row) <= width, "{:?}", row);
        }
        within(&page);
    }

    #[test]
    fn any_text_can_be_laid_out(text in any::<String>(), width in 0usize..=200) {
        let page = page(&text, width);
        for row in rows(&page) {
            prop_assert!(row_width(&row) <= width.max(1), "{:?}", row);
        }
    }

    #[test]
    fn panned_only_wide_rows_are_wider_than_the_pane(
        text in "([-*>|#`~\n가나 a1:]|```\n|\n\n|<details>|</details>|[a-z가 ]{60,90}){0,30}",
        width in 1usize..100,
    ) {
        let page = layout(&parse(&text), &Options { pan: true, ..Options::new(width) });
        within(&page);
        for (index, row) in rows(&page).enumerate() {
            let wide = page.wide.iter().find(|wide| wide.rows.contains(&index));
            let room = wide.map_or(width, |wide| wide.width.max(width));
            prop_assert!(row_width(&row) <= room, "{room} {:?}", row);
        }
    }
}
