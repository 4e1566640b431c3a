//! Diagrams as pictures: nothing of the source is lost, lines are closed, arrowheads are as many as declared.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::print_stderr
)]

use std::path::{Path, PathBuf};

use jotasu::diagram::{Options, Picture, parse};
use jotasu::text::{Role, row_width};
use proptest::prelude::*;

/// Name, source, arrowheads.
const CHARTS: &[(&str, &str, usize)] = &[
    (
        "every shape",
        "flowchart TB\n\
         a[사각형] --> b(둥근 모서리) --> c([스타디움])\n\
         d[[하위 작업]] --> e[(저장소)] --> f((원))\n\
         g(((두 겹 원))) --> h>깃발] --> i{맞나요?}\n\
         j{{육각형}} --> k[/기울임/] --> l[\\반대로\\]\n\
         m[/사다리\\] --> n[\\뒤집힌 사다리/] --> o@{ shape: cyl, label: \"새 문법\" }",
        10,
    ),
    (
        "every link",
        "graph LR\nA---B\nB-->C\nC<-->D\nD-.-E\nE-.->F\nF===G\nG==>H\nH--oI\nI--xJ\nJ x--x K\nK o--o L\nL~~~M\nM---->N",
        12,
    ),
    (
        "labels",
        "graph TD\nA[\"따옴표 (괄호)<br/>둘째 줄\"] -- 두 낱말 --> B\nA -->|\"막대 사이\"| C[\"`**굵은** 글`\"]\n\
         B -. 점선 위에 .-> D[a #quot;b#quot; &amp; c]\nC == 굵은 선 위에 ==> D\n%% 설명은 그리지 않아요\nD --> D",
        5,
    ),
    (
        "control plane",
        "flowchart TB\nU([운영자]) -- kubectl --> API\nsubgraph CL [클러스터]\nsubgraph CP [컨트롤 플레인]\nAPI[API 서버]\n\
         ETCD[(etcd)]\nSCH[스케줄러]\nCM[컨트롤러 매니저]\nAPI <--> ETCD\nSCH --> API\nCM --> API\nend\n\
         subgraph W1 [워커 노드 하나]\nK1[kubelet] --> R1[[containerd]]\nR1 --> P1((Pod))\nend\n\
         subgraph W2 [워커 노드 둘]\nK2[kubelet] --> R2[[containerd]]\nR2 --> P2((Pod))\nend\nend\n\
         API -- \"Pod 명세\" --> K1\nAPI -.-> K2\nP1 <-->|트래픽| P2\nstyle API fill:#eef",
        13,
    ),
    (
        "delivery",
        "graph LR\nDev[개발자] -->|push| Git[Git 저장소]\nGit --> Build{빌드 성공?}\nBuild -->|예| Test[테스트]\n\
         Build -->|아니요| Dev\nTest --> Img[(이미지 저장소)]\nImg ==> Deploy[배포]\nDeploy -.-> Mon[모니터링]\nMon -. 경보 .-> Dev",
        8,
    ),
    (
        "three tiers",
        "graph LR\nUser[사용자] --> LB[로드 밸런서]\nsubgraph Web[\"웹 계층\"]\nW1[web-1]\nW2[web-2]\nend\n\
         subgraph App[\"앱 계층\"]\nA1[app-1]\nA2[app-2]\nend\nsubgraph DB[\"데이터 계층\"]\nP[(Primary)] -->|복제| R[(Replica)]\nend\n\
         LB --> W1 & W2\nW1 & W2 --> A1 & A2\nA1 & A2 --> P\nA2 -.->|읽기| R",
        11,
    ),
    (
        "many tiers",
        "graph TB\nsubgraph 플랫폼\nsubgraph 앱\nFE[화면] --> BE[백엔드] --> DB[(데이터베이스)]\nend\nsubgraph 관측\nPR[Prometheus]\n\
         GR[Grafana] --> PR\nAL[Alertmanager] --> PR\nend\nsubgraph 로그\nFB[Fluent Bit] --> OS[OpenSearch]\nDA[대시보드] --> OS\nend\n\
         subgraph 배포\nAR[Argo CD]\nTK[Tekton] --> AR\nend\nend\nIN[들어오는 요청] --> FE\nPR --> FE & BE & DB\nAR --> FE & BE",
        13,
    ),
    (
        "subgraphs at both ends",
        "graph TB\nsubgraph one [첫째]\nA --> B\nend\nsubgraph two [둘째]\ndirection LR\nC --> D\nend\none ==>|묶음에서 묶음으로| two\n\
         X --> one\ntwo --> Y\none --> B\ntwo --> two",
        7,
    ),
    ("upward", "graph BT\nPod1 & Pod2 & Pod3 -->|보고| Kubelet\nKubelet --> API[API 서버]", 4),
    ("to the left", "graph RL\nA[끝] --> B[가운데]\nB -->|앞으로| C[처음]", 2),
    ("a circle", "graph TB\n관찰 --> 비교 --> 조치 --> 관찰", 3),
    ("loose", "graph TB\na[하나]\nb[둘]\nc[셋]\nd[넷]\ne[다섯]\nf[여섯]\ng[일곱]\nh[여덟]", 0),
    (
        "long words",
        "graph LR\nA[registry.example.com/platform/payments/api:2026.11.21-rc.1] --> B[이 노드의 이름표는 한 줄에 담기에는 제법 길어요]\n\
         B -->|이 선의 이름표도 길어서 나누어야 해요| C[끝]",
        2,
    ),
];

#[test]
fn nothing_of_a_chart_is_lost() {
    for (name, source, heads) in CHARTS {
        check(name, source, *heads);
    }
}

/// Whatever a person may find in the course is drawn.
#[test]
fn every_chart_of_the_course_is_drawn() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut charts = charts(&root.join("content"));
    assert!(!charts.is_empty(), "content/ has flowcharts");
    let seeds =
        std::env::var_os("JOTASU_SEEDS").map(PathBuf::from).or_else(|| Some(root.parent()?.join("shared/seeds")));
    match seeds.into_iter().chain(root.ancestors().map(|up| up.join("shared/seeds"))).find(|seeds| seeds.is_dir()) {
        Some(seeds) => charts.extend(self::charts(&seeds)),
        None => eprintln!("skipped: no seeds (JOTASU_SEEDS)"),
    }
    for (name, source) in charts {
        let heads = declared_heads(&source);
        check(&name, &source, heads);
    }
}

/// Flowcharts in fences below a folder.
fn charts(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "md") {
                let text = std::fs::read_to_string(&path).unwrap();
                let blocks = text.split("```mermaid\n").skip(1).filter_map(|rest| rest.split("```").next());
                let blocks =
                    blocks.filter(|block| block.trim_start().starts_with(['g', 'f']) && !block.starts_with("gantt"));
                found.extend(blocks.map(|block| (path.display().to_string(), block.to_owned())));
            }
        }
    }
    found.sort();
    found
}

/// Heads by the source's own arrows, outside of labels; enough for charts without `&`, `o` and `x`.
fn declared_heads(source: &str) -> usize {
    let bare = labels(source).1;
    bare.matches("->").count() + bare.matches("=>").count() + bare.matches("<-").count() + bare.matches("<=").count()
}

/// The labels in brackets, bars and quotes, and between the parts of a link; and the source without them.
fn labels(source: &str) -> (Vec<String>, String) {
    let (mut labels, mut bare) = (Vec::new(), String::new());
    let skipped = ["style", "class", "classDef", "linkStyle", "click", "direction", "%%", "graph", "flowchart", "end"];
    for line in source.lines().map(str::trim) {
        let word = line.split_whitespace().next().unwrap_or("");
        if skipped.contains(&word) || line.starts_with("%%") {
            continue;
        }
        let mut rest = line;
        let mut plain = String::new();
        if let Some(title) = line.strip_prefix("subgraph ") {
            if !title.contains(['[', '"']) {
                labels.push(title.to_owned());
                continue;
            }
            rest = title;
        }
        let pairs =
            [("@{", "}"), ("[", "]"), ("((", "))"), ("(", ")"), ("{", "}"), ("|", "|"), ("\"", "\""), (">", "]")];
        while let Some(c) = rest.chars().next() {
            let opener = pairs.iter().find(|(open, _)| {
                let shape = *open != ">" || !plain.ends_with(['-', '=', ' ', '<', '.']) && !rest.starts_with("> ");
                rest.starts_with(open) && shape && !plain.ends_with(['-', '=', '.']) | matches!(*open, "|")
            });
            match opener {
                Some((open, close)) => {
                    let inner = &rest[open.len()..];
                    let quote = inner.find('"').filter(|at| inner.find(close).is_some_and(|end| *at < end));
                    let from = quote.map_or(0, |at| at + 1 + inner[at + 1..].find('"').unwrap_or(0));
                    let end = from + inner[from..].find(close).unwrap_or(inner.len() - from);
                    let label = &inner[..end];
                    let label = label.split_once("label:").map_or(label, |(_, label)| label);
                    labels.push(label.to_owned());
                    rest = inner.get(end + close.len()..).unwrap_or("");
                    plain.push(' ');
                }
                None => {
                    plain.push(c);
                    rest = &rest[c.len_utf8()..];
                }
            }
        }
        let words: Vec<&str> = plain.split_whitespace().collect();
        if let Some(from) = words.iter().position(|word| matches!(*word, "--" | "-." | "==")) {
            let end = words.iter().skip(from + 1).position(|word| word.starts_with(['-', '.', '='])).unwrap_or(0);
            labels.push(words[from + 1..from + 1 + end].join(" "));
        }
        bare.push_str(&plain);
        bare.push('\n');
    }
    let shown = |label: &String| {
        let mut label = label.clone();
        for (from, to) in [
            ("<br/>", " "),
            ("<br>", " "),
            ("#quot;", "''"),
            ("&amp;", "&"),
            ("\"", ""),
            ("`", ""),
            ("*", ""),
            ("''", "\""),
        ] {
            label = label.replace(from, to);
        }
        label.trim_matches(['(', ')', '[', ']', '{', '}', '/', '\\']).to_owned()
    };
    (labels.iter().map(shown).collect(), bare)
}

#[track_caller]
fn check(name: &str, source: &str, heads: usize) {
    let diagram = parse(source).unwrap_or_else(|refusal| panic!("{name}: {refusal:?}"));
    let labels = labels(source).0;
    let unlabelled = ["every link", "a circle"].contains(&name);
    assert_eq!(labels.is_empty(), unlabelled, "{name}: labels are found in the source");
    for width in [40, 80, 120, 200] {
        for ascii in [false, true] {
            let picture = diagram.draw(&Options { width, ascii }).unwrap();
            let rows = texts(&picture);
            let at = || format!("{name} at {width}, ascii {ascii}\n{}", rows.join("\n"));
            for row in &picture.rows {
                assert!(row_width(row) <= picture.width, "too wide: {}", at());
            }
            assert_eq!(picture.rows.iter().map(row_width).max().unwrap_or(0), picture.width, "{}", at());
            let lost = lost(&labels, &rows);
            assert!(lost.is_empty(), "lost {lost:?}: {}", at());
            let drawn: usize = picture
                .rows
                .iter()
                .flatten()
                .filter(|(role, _)| *role == Role::Accent)
                .map(|(_, text)| text.chars().filter(|c| "▲▼◀▶○×^v<>ox".contains(*c)).count())
                .sum();
            assert_eq!(drawn, heads, "arrowheads: {}", at());
            if !ascii {
                let open = open(&rows);
                assert!(open.is_empty(), "lines that lead nowhere at {open:?}: {}", at());
            }
        }
    }
    let spoken = diagram.spoken().join("\n");
    let lost = lost(&labels, std::slice::from_ref(&spoken));
    assert!(lost.is_empty(), "lost {lost:?} in what is spoken:\n{spoken}");
}

fn texts(picture: &Picture) -> Vec<String> {
    picture.rows.iter().map(|row| row.iter().map(|(_, text)| text.as_str()).collect()).collect()
}

/// Words that are on the rows less often than in the labels. A word may be cut where it is wider than its place.
fn lost(labels: &[String], rows: &[String]) -> Vec<String> {
    let words: Vec<&str> = labels.iter().flat_map(|label| label.split_whitespace()).collect();
    let shown = |word: &str| rows.iter().map(|row| row.matches(word).count()).sum::<usize>();
    let in_pieces = |word: &str| {
        let mut rest = word;
        while !rest.is_empty() {
            let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).collect::<Vec<_>>();
            match ends.iter().rev().find(|end| shown(&rest[..**end]) > 0) {
                Some(end) if ends.len() == 1 || *end > 1 => rest = &rest[*end..],
                _ => return false,
            }
        }
        word.chars().count() > 5
    };
    let wanted = |word: &str| words.iter().map(|other| other.matches(word).count()).sum::<usize>();
    let lost = words.iter().filter(|word| shown(word) < wanted(word) && !(shown(word) == 0 && in_pieces(word)));
    lost.map(|word| (*word).to_owned()).collect()
}

const LEFT: u8 = 1;
const RIGHT: u8 = 2;
const UP: u8 = 4;
const DOWN: u8 = 8;

/// The sides a glyph's lines leave through.
fn sides(glyph: char) -> u8 {
    let groups: [(&str, u8); 11] = [
        ("─┄━═", LEFT | RIGHT),
        ("│┆┃║", UP | DOWN),
        ("╭┌┍┎┏╒╓", RIGHT | DOWN),
        ("╮┐┑┒┓╕╖", LEFT | DOWN),
        ("╰└┕┖┗╘╙", RIGHT | UP),
        ("╯┘┙┚┛╛╜", LEFT | UP),
        ("├┝┠┣╞╟", UP | DOWN | RIGHT),
        ("┤┥┨┫╡╢", UP | DOWN | LEFT),
        ("┬┯┰┳╤╥", LEFT | RIGHT | DOWN),
        ("┴┷┸┻╧╨", LEFT | RIGHT | UP),
        ("┼┿╂╋╪╫", LEFT | RIGHT | UP | DOWN),
    ];
    groups.iter().find(|(glyphs, _)| glyphs.contains(glyph)).map_or(0, |(_, sides)| *sides)
}

/// Cells whose line leads to a blank, or to a line that does not lead back: frames are closed, corners meet their sides.
fn open(rows: &[String]) -> Vec<(usize, usize)> {
    let grid: Vec<Vec<char>> = rows.iter().map(|row| cells(row)).collect();
    let at = |x: usize, y: usize| grid.get(y).and_then(|row| row.get(x)).copied().unwrap_or(' ');
    let mut open = Vec::new();
    for (y, row) in grid.iter().enumerate() {
        for (x, glyph) in row.iter().enumerate() {
            let ways = [
                (LEFT, RIGHT, x.wrapping_sub(1), y),
                (RIGHT, LEFT, x + 1, y),
                (UP, DOWN, x, y.wrapping_sub(1)),
                (DOWN, UP, x, y + 1),
            ];
            for (side, back, x_next, y_next) in ways {
                let next = at(x_next, y_next);
                // Slanted corners have no sides of their own; a title stands between blanks on its frame; a line ends at
                // a text or a head.
                let beside_title = next == ' ' && matches!(side, LEFT | RIGHT) && {
                    let beyond = at(if side == LEFT { x.wrapping_sub(2) } else { x + 2 }, y);
                    beyond != ' ' && sides(beyond) == 0
                };
                // A line that ends at a blank between two words of a text.
                let text = |x: usize| at(x, y_next) != ' ' && sides(at(x, y_next)) == 0;
                let within = next == ' ' && text(x_next.wrapping_sub(1)) && text(x_next + 1);
                let led = sides(next) == 0 && next != ' ' || sides(next) & back != 0 || beside_title || within;
                if sides(*glyph) & side != 0 && !led {
                    open.push((x, y));
                }
            }
        }
    }
    open
}

/// One character per cell; the second cell of a wide one is its own.
fn cells(row: &str) -> Vec<char> {
    row.chars()
        .flat_map(|c| std::iter::repeat_n(if c == '\0' { ' ' } else { c }, jotasu::text::width(&c.to_string())))
        .collect()
}

#[test]
fn what_cannot_be_read_says_where_and_why() {
    #[track_caller]
    fn check(source: &str, line: usize, reason: &str) {
        let refusal = parse(source).unwrap_err();
        assert_eq!((refusal.line, refusal.reason.as_str()), (line, reason), "{source}");
    }
    check("", 1, "그림에 내용이 없어요");
    check("erDiagram\nA ||--o{ B : has", 1, "'erDiagram' 그림은 그릴 줄 몰라요");
    check("graph XY\nA-->B", 1, "'XY' 방향은 없어요: TB, BT, LR, RL 가운데 하나예요");
    check("graph TB\nA-->", 2, "노드 이름이 있어야 할 자리가 비어 있어요");
    check("graph TB\n\nA[열림 --> B", 3, "닫는 괄호 ] 없이 줄이 끝났어요");
    check("graph TB\nA -- 라벨 B", 2, "선의 라벨이 끝나지 않았어요");
    check("graph TB\nsubgraph x\nA", 2, "하위 그래프를 닫는 end가 없어요");
    check("graph TB\nA\nend", 3, "닫을 하위 그래프가 없는데 end가 있어요");
    check("graph TB\nA B", 2, "'B' 앞에서 선이나 줄 끝이 있어야 해요");
    check("graph TB\nA[\"열림] --> B", 2, "닫는 따옴표 \"가 없어요");
    let many: String = (0..2_001).map(|n| format!("n{n}\n")).collect();
    check(&format!("graph TB\n{many}"), 2_002, "노드가 2000개보다 많아요");
}

#[test]
fn what_a_page_shows_otherwise_is_drawn_and_told() {
    let diagram = parse("graph TB\nA --> B\nstyle A,B fill:#eee").unwrap();
    let told = "style에는 이름을 하나만 쓸 수 있어요. 웹에서는 'A,B'가 새 노드로 그려져요. class를 쓰거나 줄을 나눠요.";
    assert_eq!(diagram.lints(), [(3, told.to_owned())]);
    let picture = diagram.draw(&Options { width: 40, ascii: false }).unwrap();
    let strong: Vec<&str> =
        picture.rows.iter().flatten().filter(|(role, _)| *role == Role::Strong).map(|(_, text)| text.trim()).collect();
    assert_eq!(strong, ["A", "B"]);
    for tidy in ["A --> B\nstyle A fill:#eee", "A[\"서버 (노드)\"]", "A@{ shape: rect, label: \"서버 (노드)\" }"]
    {
        assert!(parse(&format!("graph TB\n{tidy}")).unwrap().lints().is_empty(), "{tidy}");
    }
    let told = "괄호가 든 라벨은 웹에서 오류가 나요: \"서버 (노드)\"처럼 따옴표로 감싸요.";
    assert_eq!(parse("graph TB\nA[서버 (노드)]").unwrap().lints(), [(2, told.to_owned())]);
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in any::<String>(), header in prop::sample::select(vec!["", "graph TB\n", "flowchart LR;"])) {
        if let Ok(diagram) = parse(&format!("{header}{text}")) {
            let _drawn = diagram.draw(&Options { width: 40, ascii: false });
            diagram.spoken();
        }
    }

    #[test]
    fn what_looks_like_a_chart_never_panics(
        parts in prop::collection::vec(prop::sample::select(vec![
            "A", "B", "나", "[", "]", "(", ")", "{", "}", "|", "-->", "--", "---", "-.->", "==>", "~~~", "&", ";", "\n", "\n", "subgraph x",
            "\nsubgraph 묶음\n", "\nend\n", "\"", "<br/>", ":::c", "@{", "style A,B x", "\ndirection LR\n", " ", "o--o", "x--x", "<-->", "%%", "#", "&#0;",
        ]), 0..40),
        width in 0usize..100,
    ) {
        if let Ok(diagram) = parse(&format!("graph TB\n{}", parts.concat())) {
            let picture = diagram.draw(&Options { width, ascii: width % 2 == 0 }).unwrap();
            prop_assert!(picture.rows.iter().all(|row| row_width(row) <= picture.width));
            diagram.spoken();
        }
    }
}
