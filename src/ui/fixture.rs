//! A small course and lab to draw, and screens as glyph text. Only for tests.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use crate::app::{App, Effect, Look, Message, Opened};
use crate::course::Curriculum;
use crate::files::Tree;
use crate::keymap::Key;
use crate::lab::{
    Actual, Answer, Cause, Change, ChangeKind, Check, Connection, Event, Expectation, Expected, Finding, Hint, Lab,
    Level, LogOf, Millis, ObjectRef, Owns, Phase, Source, Standing, Tail, Told, Turn, Verdict, Why,
};
use crate::progress::Progress;
use crate::quiz::Quiz;
use crate::search::Index;

pub const LESSON: &str = "\
# Day 2 실습 1: 워크로드 배포와 관리 (90분)

## Step 1: Pod에서 Deployment까지 (30분)

먼저 Deployment를 만들어요.

- [ ] Deployment web이 준비됨 <!-- check: web-ready -->

## Step 2: 스케줄링 실습 (30분)

Pod가 어느 노드에서 도는지는 스케줄러가 정해요. 이번에는 우리가 조건을 걸어서 SSD가 있는 노드에만 뜨게 해 볼게요. 먼저 노드에 라벨을 붙여요.

```bash
kubectl label node jotasu-worker disk=ssd
kubectl get nodes -L disk
```

그러면 스케줄러가 라벨과 맞는 노드만 후보로 남겨요. 맞는 노드가 없으면 Pod는 Pending에 머물러요.

- [ ] worker 노드에 disk=ssd 라벨 <!-- check: node-label -->
- [ ] web Pod가 모두 그 노드에서 실행 <!-- check: web-placed -->

## Step 3: 업데이트와 되돌리기 (30분)

```bash
kubectl -n shop rollout undo deploy web
```

- [ ] 이전 버전으로 되돌림 <!-- check: undone -->
";

fn check(name: &str, title: &str, step: u32) -> Check {
    Check {
        name: name.into(),
        title: title.into(),
        step,
        level: None,
        weight: 1,
        needs: Vec::new(),
        mode: Default::default(),
        within: Duration::ZERO,
        hold_for: Duration::ZERO,
        every: None,
        fail_fast: true,
        initially_passed: false,
        source: Source::Observed(Expectation::AllOf(Vec::new())),
        hints: vec![
            Hint {
                level: 1, when: None, text: "Pod가 왜 배치되지 않았는지 이벤트가 말해 줘요.".into()
            },
            Hint {
                level: 2, when: None, text: "nodeSelector의 값과 노드 라벨의 값을 견주어 보세요.".into()
            },
        ],
        next: Some("kubectl -n shop describe pod -l app=web".into()),
        debrief: None,
        line: 1,
    }
}

/// The quiz of every lesson that has one: questions of each type.
pub fn quiz() -> Arc<Quiz> {
    let text = include_str!("../../content/week_03/day_02/session_01.quiz.yaml");
    let predict =
        "- {id: live, type: predict, ask: Pod 3개가 모두 준비될까요?, check: w3-d2-lab1/web-ready, why: 지켜봐요.}";
    let (quiz, problems) = crate::quiz::load("q", &format!("{text}{predict}\n"));
    assert_eq!(problems, []);
    Arc::new(quiz)
}

pub fn lab() -> Arc<Lab> {
    let manual =
        Check { source: Source::Manual, hints: Vec::new(), ..check("seen", "짝에게 배치 결과를 설명함", 2) };
    let answer =
        Answer {
            ask: "Pod는 어느 노드에 떴나요?".into(), choices: Vec::new(), accept: vec!["jotasu-worker".into()]
        };
    let asked = Check { source: Source::Answer(answer), ..check("which-node", "Pod가 뜬 노드의 이름", 3) };
    let advanced = Check { level: Some(Level::Advanced), ..check("spread", "노드마다 고르게 퍼짐", 4) };
    Arc::new(Lab {
        id: "w3-d2-lab1".into(),
        title: "워크로드 배포와 관리".into(),
        minutes: 90,
        explain: Default::default(),
        requires: Default::default(),
        cluster: Default::default(),
        params: BTreeMap::new(),
        owns: Owns { namespaces: vec!["shop".into()], node_labels: vec!["disk".into()], ..Default::default() },
        setup: Vec::new(),
        seeded: None,
        sown: None,
        symptom: None,
        checks: vec![
            check("web-ready", "웹 Deployment의 Pod 3개가 준비됨", 1),
            check("web-service", "Service web이 Pod를 찾음", 1),
            check("node-label", "disk=ssd 라벨", 2),
            check("web-placed", "web이 SSD 노드에 배치됨", 2),
            check("tolerated", "toleration으로 배치", 2),
            manual,
            check("undone", "이전 버전으로 되돌림", 3),
            asked,
            advanced,
        ],
        invariants: Vec::new(),
        solution: Vec::new(),
        variants: Vec::new(),
        mutations: Vec::new(),
        images: Vec::new(),
        hash: "3f9a51c07be2d846".repeat(4),
    })
}

/// A week of three days, loaded as any other course.
pub fn course() -> Curriculum {
    let folder = tempfile::tempdir().unwrap();
    let page = |path: &str, header: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, format!("---\n{header}\n---\n\n# 제목\n")).unwrap();
    };
    page("week_03/README.md", "id: w3\ntitle: Week 3 쿠버네티스 운영");
    page("week_03/day_01/README.md", "id: d1\ntitle: Day 1 아키텍처");
    page("week_03/day_01/session_01.md", "id: d1s1\ntitle: 세션 1 컨트롤 플레인\nminutes: 50");
    page("week_03/day_02/README.md", "id: d2\ntitle: Day 2 워크로드");
    page("week_03/day_02/session_01.md", "id: d2s1\ntitle: 세션 1 워크로드 객체\nminutes: 50");
    page("week_03/day_02/session_02.md", "id: d2s2\ntitle: 세션 2 고급 스케줄링과 배치 정책\nminutes: 50");
    page("week_03/day_02/lab_1.md", "id: d2l1\ntitle: 실습 1 배포와 관리\nminutes: 90\nlab: w3-d2-lab1");
    page("week_03/day_03/README.md", "id: d3\ntitle: Day 3 네트워킹");
    page("week_03/day_03/session_01.md", "id: d3s1\ntitle: 세션 1 CNI\nminutes: 50");
    let (course, problems) = Curriculum::load(&Tree::Folder(folder.path().to_owned()));
    assert_eq!(problems, []);
    course
}

/// The program at a size after its first lesson is open.
pub fn app(size: (u16, u16), look: Look) -> App {
    app_of(course(), size, look)
}

pub fn app_of(course: Curriculum, size: (u16, u16), look: Look) -> App {
    let mut app = App::new(course, Progress::default(), look, Level::Beginner);
    app.update(Message::Clock(1_800_000_000_000));
    app.update(Message::Resize(size.0, size.1));
    let effects = app.start();
    perform(&mut app, effects);
    app
}

/// Reads lessons and saves as the loop would, at once; gives the other effects.
pub fn perform(app: &mut App, effects: Vec<Effect>) -> Vec<Effect> {
    let mut left = Vec::new();
    for effect in effects {
        let message = match effect {
            Effect::Open(node) => Message::Opened(Box::new(Opened { node, text: Ok(LESSON.into()) })),
            Effect::LoadLab(node, _) => Message::LabLoaded(node, Some(lab()), Vec::new()),
            Effect::Save(_) => Message::Saved(Ok(())),
            Effect::Quizzes(nodes) => Message::Quizzes(nodes.into_iter().map(|node| (node, quiz())).collect()),
            Effect::Index => Message::Indexed(Arc::new(Index::build(&app.curriculum, |_| Some(LESSON.into())))),
            other => {
                left.push(other);
                continue;
            }
        };
        let more = app.update(message);
        left.extend(perform(app, more));
    }
    left
}

/// Presses keys written as `jj<enter>`; gives the effects that are not reads and saves.
pub fn press(app: &mut App, keys: &str) -> Vec<Effect> {
    let mut left = Vec::new();
    let mut rest = keys;
    while let Some(c) = rest.chars().next() {
        let named = rest.strip_prefix('<').and_then(|r| r.split_once('>'));
        let key = match named {
            Some((name, after)) => {
                rest = after;
                match name {
                    "enter" => Key::Enter,
                    "esc" => Key::Esc,
                    "tab" => Key::Tab,
                    "backtab" => Key::BackTab,
                    "up" => Key::Up,
                    "down" => Key::Down,
                    "left" => Key::Left,
                    "right" => Key::Right,
                    "pgdn" => Key::PageDown,
                    "backspace" => Key::Backspace,
                    other => panic!("{other}"),
                }
            }
            None => {
                rest = rest.strip_prefix(c).unwrap();
                Key::Char(c)
            }
        };
        let effects = app.update(Message::Key(key));
        left.extend(perform(app, effects));
    }
    left
}

/// What the engine says of the lab while it runs.
pub fn verdicts(app: &mut App, verdicts: Vec<Verdict>, turned: Vec<(String, Option<Change>)>) {
    let lab = lab();
    let passed: Vec<String> =
        lab.checks.iter().zip(&verdicts).filter(|(_, v)| **v == Verdict::Passed).map(|(c, _)| c.name.clone()).collect();
    let hints = lab.checks.iter().map(|check| (0..check.hints.len()).collect()).collect();
    let (lab, invariants) = (lab.id.clone(), Vec::new());
    let event = Event::Verdicts { lab, verdicts, invariants, hints, passed_once: passed, turned, since: Vec::new() };
    let effects = app.update(Message::Lab(event));
    perform(app, effects);
}

/// The lab runs since twelve minutes.
pub fn running(app: &mut App) {
    let since = app.now - 12 * 60_000;
    for event in [
        Event::Connection(Connection::Ready("kind-jotasu".into())),
        Event::Phase { lab: "w3-d2-lab1".into(), phase: Phase::Running(since) },
    ] {
        let effects = app.update(Message::Lab(event));
        perform(app, effects);
    }
}

pub fn failed() -> Verdict {
    Verdict::Failed(Box::new(Finding {
        subject: ObjectRef { kind: "Deployment".into(), namespace: Some("shop".into()), name: "web".into() },
        path: None,
        expected: Expected::Ready(Some(3)),
        actual: Actual::Ready { ready: 0, wanted: 3 },
        cause: None,
        message: Some("nodeSelector의 값이 sdd예요. ssd가 아닐까요?".into()),
        change: None,
        near: None,
    }))
}

/// The containers end again and again.
pub fn crashed() -> Verdict {
    let Verdict::Failed(mut finding) = failed() else { unreachable!() };
    finding.message = None;
    finding.cause =
        Some(Cause::Crash { pod: "web-7d8f-4lvqr".into(), container: "app".into(), exit_code: Some(1), restarts: 3 });
    Verdict::Failed(finding)
}

/// What a closer look at it shows.
pub fn why(now: Millis) -> Why {
    let pod = ObjectRef { kind: "Pod".into(), namespace: Some("shop".into()), name: "web-7d8f-4lvqr".into() };
    let told = |ago: i64, reason: &str, message: &str, count| Told {
        at: now - ago * 1000,
        object: pod.clone(),
        reason: reason.into(),
        message: message.into(),
        count,
        warning: reason == "BackOff",
    };
    let of = LogOf { namespace: "shop".into(), pod: pod.name.clone(), container: "app".into(), previous: true };
    let lines = ["2026-11-28 start", "Error: Cannot find module '/app/server.js'"].map(str::to_owned);
    Why {
        check: "web-placed".into(),
        objects: vec![pod.clone()],
        events: vec![
            told(20, "BackOff", "Back-off restarting failed container app in pod web-7d8f-4lvqr", 7),
            told(95, "Pulled", "Container image \"shop/web:1.2\" already present on machine", 3),
        ],
        log: Some(Tail { of, lines: lines.into() }),
        turns: vec![
            Turn { at: now - 100_000, to: Standing::Failed, change: deleted() },
            Turn { at: now - 400_000, to: Standing::Passed, change: None },
        ],
        near: None,
        unasked: None,
    }
}

pub fn progressing() -> Verdict {
    let Verdict::Failed(finding) = failed() else { unreachable!() };
    Verdict::Progressing(Some(finding))
}

pub fn deleted() -> Option<Change> {
    let object = ObjectRef { kind: "Deployment".into(), namespace: Some("shop".into()), name: "web".into() };
    Some(Change { object, kind: ChangeKind::Deleted })
}

/// The cells of the screen.
pub fn buffer(app: &App) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(app.size.0, app.size.1)).unwrap();
    terminal.draw(|frame| super::draw(app, frame)).unwrap();
    terminal.backend().buffer().clone()
}

/// The screen as text: one line per row, wide characters once.
pub fn screen(app: &App) -> String {
    let buffer = buffer(app);
    let mut text = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let symbol = buffer.cell(Position { x, y }).unwrap().symbol();
            line.push_str(symbol);
            x += u16::try_from(crate::text::width(symbol).max(1)).unwrap();
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
