//! What holds for every kind of diagram but flowcharts: nothing is lost, frames are closed, rows are as wide as said.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::text::width;

const WIDTHS: [usize; 4] = [40, 80, 120, 200];

const ORDER: &str = "sequenceDiagram
    title 배포가 되는 길
    autonumber
    box Aqua 제어 영역
    participant U as 사용자
    participant A as API 서버
    end
    participant S as 스케줄러
    actor K as kubelet
    U->>+A: kubectl apply -f web.yaml
    A-->>-U: created
    loop 3초마다
        S->>A: 아직 노드가 없는 Pod가 있나요?
        alt 있으면
            S->>S: 노드를 고르고 점수를 매김
            S-)A: 바인딩
        else 없으면
            Note right of S: 아무 일도 하지 않고 기다림
        end
    end
    Note over U,K: 여기부터는 노드의 일
    A<<->>K: 살아 있나요
    rect rgb(200,200,255)
    K-xA: 소식이 끊김
    end
    create participant P as Pod
    K->>P: 만들기
    P-->K: 준비됨
    destroy P
    K--xP: SIGKILL";

const PAR: &str = "sequenceDiagram
    participant A as API 서버
    participant K as kubelet (노드)
    participant C as 컨테이너
    A->>A: 지울 때를 적음
    par 멈추기
        A-->>K: 종료 중
        K->>C: SIGTERM
        Note over K,C: 남아 있으면 SIGKILL
    and 빼기
        critical 규칙 바꾸기
            A--)C: x
        option 늦으면
            break 포기
                C-->>A: 실패<br/>다시
            end
        end
    end
    Note left of A: 끝";

const ENGLISH: &str = "sequenceDiagram
    Alice->John: Hello John, how are you?
    opt if well
    John-->>Alice: Great!
    end
    John-)Alice: See you later!; bye
    Alice->>Bob: hi; Bob->>Alice: ho";

const TIMELINE: &str = "timeline
    title 쿠버네티스의 역사
    section 시작
      2013 : Docker 공개 : Borg 논문을 준비하던 팀
      2014 : Kubernetes 발표
           : 첫 커밋
    section 성장
      2015 : v1.0";

const PIE: &str = "pie showData title 노드의 메모리
    \"워크로드\" : 386
    \"시스템이 미리 떼어 둔 몫\" : 85
    \"여유\" : 15.5";

const GANTT: &str = "gantt
    title 클러스터 올리기
    dateFormat YYYY-MM-DD
    section 준비
      백업과 되돌리기 연습 :done, a, 2026-03-02, 3d
      릴리스 노트 읽기 :active, b, after a, 2d
    section 올리기
      제어 영역 :crit, c, after b, 2d
      끝 :milestone, after c, 0d";

const STATES: &str = "stateDiagram-v2
    [*] --> Pending
    Pending: 노드를 기다림
    Pending --> Failed: 이미지를 받지 못해 포기함
    state \"도는 중\" as Running {
        [*] --> NotReady
        NotReady --> Ready: readinessProbe 성공
    }
    note right of Failed
        다시 켜지지 않아요
    end note
    Running --> [*]";

const MINDMAP: &str = "mindmap
    root((쿠버네티스))
        워크로드
            pod[Pod<br/>가장 작은 단위]
            deploy{{Deployment}}
        네트워크
            Service";

/// Each with its texts, and the arrowheads it declares.
const SOURCES: [(&str, &str, usize); 8] = [
    (
        ORDER,
        "배포가 되는 길 제어 영역 사용자 API 서버 스케줄러 kubelet apply web.yaml created loop 3초마다 아직 노드가 없는 Pod가 \
         있나요? alt 있으면 노드를 고르고 점수를 매김 바인딩 else 없으면 아무 일도 하지 않고 기다림 여기부터는 노드의 일 살아 \
         있나요 소식이 끊김 Pod 만들기 준비됨 SIGKILL 10",
        10,
    ),
    (
        PAR,
        "API 서버 kubelet (노드) 컨테이너 지울 때를 적음 par 멈추기 종료 중 SIGTERM 남아 있으면 SIGKILL and 빼기 critical 규칙 \
         바꾸기 option 늦으면 break 포기 실패 다시 끝",
        5,
    ),
    (ENGLISH, "Alice John Hello John, how are you? opt if well Great! See you later!; bye Bob hi ho", 4),
    (
        TIMELINE,
        "쿠버네티스의 역사 시작 2013 Docker 공개 Borg 논문을 준비하던 팀 2014 Kubernetes 발표 첫 커밋 성장 2015 v1.0",
        0,
    ),
    (PIE, "노드의 메모리 워크로드 386 79.3% 시스템이 미리 떼어 둔 몫 85 17.5% 여유 15.5 3.2%", 0),
    (
        GANTT,
        "클러스터 올리기 준비 백업과 되돌리기 연습 03-02 03-04 릴리스 노트 읽기 03-05 03-06 제어 영역 03-07 03-08 끝 03-09",
        0,
    ),
    (
        STATES,
        "시작 Pending 노드를 기다림 Failed 이미지를 받지 못해 포기함 도는 중 NotReady Ready readinessProbe 성공 다시 켜지지 않아요 끝",
        5,
    ),
    (MINDMAP, "쿠버네티스 워크로드 Pod 가장 작은 단위 Deployment 네트워크 Service", 0),
];

fn shown(picture: &Picture) -> Vec<String> {
    picture.rows.iter().map(|row| row.iter().map(|(_, text)| text.as_str()).collect()).collect()
}

fn count(rows: &[String], glyphs: &str) -> usize {
    rows.iter().flat_map(|row| row.chars()).filter(|c| glyphs.contains(*c)).count()
}

/// Accent is for arrowheads alone.
fn heads(picture: &Picture) -> usize {
    let accents = picture.rows.iter().flatten().filter(|(role, _)| *role == Role::Accent);
    accents.flat_map(|(_, text)| text.chars()).filter(|c| !c.is_whitespace()).count()
}

#[track_caller]
fn sound(source: &str, picture: &Picture) {
    let rows = shown(picture);
    assert_eq!(rows.iter().map(|row| width(row)).max().unwrap_or(0), picture.width, "{source}");
    // A tree has corners of its own.
    let frames = source.starts_with("sequenceDiagram");
    for (left, right) in [("╭", "╰"), ("╮", "╯"), ("┌", "└"), ("┐", "┘")].into_iter().filter(|_| frames)
    {
        assert_eq!(count(&rows, left), count(&rows, right), "{left}{right}\n{}", rows.join("\n"));
    }
}

#[test]
fn every_text_is_in_the_picture_and_every_arrow_has_its_heads() {
    for (source, texts, arrows) in SOURCES {
        let diagram = parse(source).unwrap();
        for (cells, ascii) in WIDTHS.iter().flat_map(|cells| [(*cells, false), (*cells, true)]) {
            let picture = diagram.draw(&Options { width: cells, ascii }).unwrap();
            sound(source, &picture);
            let whole = shown(&picture).join("\n");
            for word in texts.split_whitespace() {
                assert!(whole.contains(word), "{word} at {cells}:\n{whole}");
            }
            assert_eq!(heads(&picture), arrows, "{whole}");
            assert!(picture.width <= cells, "{} at {cells}:\n{whole}", picture.width);
            if ascii {
                let own = whole
                    .chars()
                    .filter(|c| !c.is_ascii() && !source.contains(*c) && !"시작끝남하는중할일요".contains(*c));
                assert_eq!(own.collect::<String>(), "", "{whole}");
            }
        }
    }
}

/// The sequence diagrams of the Markdown files below a folder.
fn sequences(folder: &Path, found: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            sequences(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let fences = text.split("```mermaid\n").skip(1).filter_map(|rest| rest.split("\n```").next());
            found.extend(fences.filter(|source| source.starts_with("sequenceDiagram")).map(ToOwned::to_owned));
        }
    }
}

#[test]
fn the_courses_own_sequences_lose_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    sequences(&root.join("content"), &mut found);
    assert!(!found.is_empty(), "the content has a sequence diagram");
    if let Some(seeds) = crate::files::seeds() {
        sequences(&seeds, &mut found);
    }
    for source in &found {
        let diagram = parse(source).unwrap();
        let messages = source.lines().filter(|line| line.contains("->>")).count();
        for cells in WIDTHS {
            let picture = diagram.draw(&Options { width: cells, ascii: false }).unwrap();
            sound(source, &picture);
            assert_eq!(heads(&picture), messages);
            let whole = shown(&picture).join("\n");
            let texts = source.lines().filter_map(|line| {
                line.split_once(':').map(|(_, text)| text).or(line.split_once(" as ").map(|(_, text)| text))
            });
            let words: Vec<String> = texts.map(|text| text.replace("<br/>", " ")).collect();
            for word in words.iter().flat_map(|text| text.split_whitespace()).filter(|word| width(word) <= 14) {
                assert!(whole.contains(word), "{word} at {cells}:\n{whole}");
            }
        }
    }
}

#[test]
fn other_kinds_are_named() {
    let refusal = parse("classDiagram\nA <|-- B").unwrap_err();
    assert!(refusal.reason.contains("classDiagram"), "{}", refusal.reason);
}

#[test]
fn pictures_look_as_they_did() {
    let draw = |source: &str, width: usize, ascii: bool| {
        shown(&parse(source).unwrap().draw(&Options { width, ascii }).unwrap()).join("\n")
    };
    insta::assert_snapshot!("sequence_120", draw(ORDER, 120, false));
    insta::assert_snapshot!("sequence_40", draw(PAR, 40, false));
    insta::assert_snapshot!("sequence_80_ascii", draw(PAR, 80, true));
    insta::assert_snapshot!("gantt_80", draw(GANTT, 80, false));
    insta::assert_snapshot!("state_40", draw(STATES, 40, false));
    insta::assert_snapshot!("timeline_40", draw(TIMELINE, 40, false));
    insta::assert_snapshot!("pie_80", draw(PIE, 80, false));
    insta::assert_snapshot!("mindmap_40_ascii", draw(MINDMAP, 40, true));
}

const HEADERS: [&str; 6] = ["sequenceDiagram", "timeline", "pie", "gantt", "stateDiagram-v2", "mindmap"];

/// Pieces of every grammar, mixed.
const PIECES: [&str; 44] = [
    "A",
    "B",
    "쿠버",
    "->>",
    "-->>",
    "-x",
    "--)",
    "<<->>",
    "-->",
    ":",
    ": 글이 조금 길어요",
    "+",
    "-",
    "Note over ",
    "Note left of ",
    ",",
    "loop ",
    "alt ",
    "else",
    "par ",
    "and ",
    "end",
    "box red ",
    "create participant ",
    "destroy ",
    "activate ",
    "autonumber",
    ";",
    "section ",
    "title ",
    "2026-03-01",
    ", 3d",
    "after ",
    "\"가\" : 3",
    "state ",
    " {",
    "}",
    "[*]",
    "<<choice>>",
    "((",
    "))",
    "  ",
    "\n",
    "\n",
];

fn survives(source: &str) {
    if let Ok(diagram) = parse(source) {
        diagram.spoken();
        for (cells, ascii) in [(1, false), (24, true), (80, false)] {
            if let Ok(picture) = diagram.draw(&Options { width: cells, ascii }) {
                assert!(picture.rows.iter().all(|row| row_width(row) <= picture.width));
            }
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(kind in 0..HEADERS.len(), body in any::<Vec<u8>>()) {
        survives(&format!("{}\n{}", HEADERS[kind], String::from_utf8_lossy(&body)));
    }

    #[test]
    fn no_mix_of_the_grammars_panics(kind in 0..HEADERS.len(), pieces in proptest::collection::vec(0..PIECES.len(), 0..60)) {
        let body: String = pieces.iter().map(|piece| PIECES[*piece]).collect();
        survives(&format!("{}\n{body}", HEADERS[kind]));
    }

    /// Sequences that are sound by their making: every word is in the picture.
    #[test]
    fn no_word_of_a_sequence_is_lost(
        messages in proptest::collection::vec((0usize..6, 0usize..6, 0usize..5, "[가-힣]{1,4}( [가-힣]{1,5}){0,5}"), 1..14),
        cells in 1usize..160,
    ) {
        let arrows = ["->>", "-->>", "-)", "--x", "->>+"];
        let mut source = String::from("sequenceDiagram\n");
        for (from, to, arrow, text) in &messages {
            source += &format!("P{from}{}P{to}: {text}\nNote right of P{to}: {text}\n", arrows[*arrow]);
        }
        let picture = parse(&source).unwrap().draw(&Options { width: cells, ascii: false }).unwrap();
        prop_assert_eq!(heads(&picture), messages.len());
        let whole = shown(&picture).join("\n");
        // Where it is narrower than a word, the word goes on in the next line.
        let letters: String = whole.chars().filter(|c| ('가'..='힣').contains(c)).collect();
        for word in messages.iter().flat_map(|(.., text)| text.split(' ')) {
            prop_assert!(whole.contains(word) || letters.contains(word), "{} at {}\n{}", word, cells, whole);
        }
    }
}
