//! What may come on the screen: nothing that a terminal obeys or draws at another width, whatever course, cluster and
//! learner say; and in ASCII no sign beyond it. Only tests.

use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Position;

use super::fixture::*;
use crate::app::{App, Look, Message, Opened};
use crate::keymap::Key;
use crate::lab::{Connection, Event, Phase, Reason, Verdict, Work};
use crate::text::{clean, width};

/// All that somebody might put into a title, a name or an answer of the API.
const HOSTILE: &str = "나쁨\x1b[31m\x1b]0;t\x07\u{9b}2J\r\n\t\u{202e}dab\u{2066}\u{200b}\u{200d}\u{feff}\u{ad}e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}👩🏽‍💻🇰🇷1️⃣⚠️\u{1161}\u{3164}\u{e0041}끝";

/// Screens on which everything that others wrote is hostile.
fn hostile(size: (u16, u16), look: Look) -> Vec<App> {
    let mut course = course();
    for node in &mut course.nodes {
        node.title = HOSTILE.into();
    }
    let last = course.find("d2l1").unwrap();
    let mut lab = (*lab()).clone();
    lab.title = HOSTILE.into();
    for check in &mut lab.checks {
        check.title = HOSTILE.into();
        check.next = Some(HOSTILE.into());
        check.hints.iter_mut().for_each(|hint| hint.text = HOSTILE.into());
    }
    let open = |app: &mut App| {
        let effects = app.update(Message::Key(Key::Enter));
        perform(app, effects);
        let text = format!(
            "# {HOSTILE}\n\n{HOSTILE}\n\n```bash\n{HOSTILE}\n```\n\n| {HOSTILE} | b |\n|---|---|\n| `{HOSTILE}` | [x](<{HOSTILE}>) |\n\n- [ ] {HOSTILE} <!-- check: web-ready -->\n"
        );
        app.update(Message::Opened(Box::new(Opened { node: last, text: Ok(text.replace("\r\n", " ")) })));
        app.update(Message::LabLoaded(last, Some(Arc::new(lab.clone())), Vec::new()));
    };
    let new = || {
        let mut app = app_of(course.clone(), size, look);
        app.tree.reveal(&app.curriculum, last);
        press(&mut app, "<tab>");
        app.update(Message::Key(Key::Home));
        app.tree.selected = last;
        open(&mut app);
        app
    };
    let failing = || {
        let Verdict::Failed(mut finding) = failed() else { unreachable!() };
        finding.message = Some(HOSTILE.into());
        finding.subject.name = HOSTILE.into();
        Verdict::Failed(finding)
    };
    let lab_event = |app: &mut App, event| {
        let effects = app.update(Message::Lab(event));
        perform(app, effects);
    };
    let mut screens = vec![new()];
    for keys in ["", "<tab><enter>", "h", "?", "s", "<tab>jjjjjjjjja"] {
        let mut app = new();
        running(&mut app);
        let mut verdicts = vec![failing(); 9];
        verdicts[1] = Verdict::Blocked(HOSTILE.into());
        self::verdicts(&mut app, verdicts, vec![("web-ready".into(), deleted())]);
        press(&mut app, keys);
        app.update(Message::Paste(HOSTILE.into()));
        screens.push(app);
    }
    let mut lost = new();
    lab_event(&mut lost, Event::Connection(Connection::Lost(HOSTILE.into(), Reason::Refused)));
    press(&mut lost, "s");
    screens.push(lost);
    let mut noticed = new();
    lab_event(&mut noticed, Event::Connection(Connection::Ready(HOSTILE.into())));
    noticed.update(Message::Notice(HOSTILE.into()));
    screens.push(noticed);
    for keys in ["e", "e1<enter>", "e1<enter><enter>"] {
        let mut quizzed = new();
        quizzed.focus = crate::app::Focus::Reader;
        let last = quizzed.reader.node.unwrap();
        quizzed.curriculum.nodes[last].quiz = Some("q.quiz.yaml".into());
        let mut quiz = (*quiz()).clone();
        quiz.questions.truncate(1);
        for question in &mut quiz.questions {
            question.ask = HOSTILE.into();
            question.why = HOSTILE.into();
            question.choices.iter_mut().for_each(|choice| choice.text = HOSTILE.into());
            question.choices.iter_mut().for_each(|choice| choice.why = HOSTILE.into());
        }
        quizzed.update(Message::Quizzes(vec![(last, Arc::new(quiz))]));
        press(&mut quizzed, keys);
        assert!(quizzed.quizzes.sitting.is_some());
        screens.push(quizzed);
    }
    let mut broken = course.clone();
    let first = broken.find("d1s1").unwrap();
    broken.nodes[first].problems.push(crate::problem::Problem::error(HOSTILE, 3, 8, HOSTILE).with_help(HOSTILE));
    screens.push(app_of(broken, size, look));
    screens
}

/// Every cell's symbol, each where it stands and with the cells it covers.
fn cells(app: &App) -> Vec<(u16, u16, String)> {
    let mut terminal = Terminal::new(TestBackend::new(app.size.0, app.size.1)).unwrap();
    terminal.draw(|frame| super::draw(app, frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let places = (0..app.size.1).flat_map(|y| (0..app.size.0).map(move |x| (x, y)));
    places.map(|(x, y)| (x, y, buffer.cell(Position { x, y }).unwrap().symbol().to_owned())).collect()
}

#[test]
fn nothing_hostile_reaches_a_cell() {
    for size in [(120, 36), (80, 24), (40, 12)] {
        for ascii in [false, true] {
            for (index, app) in hostile(size, Look { ascii, ..Look::default() }).iter().enumerate() {
                let cells = cells(app);
                let shown: String = cells.iter().map(|(_, _, symbol)| symbol.as_str()).collect();
                if size.0 >= 80 {
                    assert!(shown.contains('나'), "screen {index} shows what it is about");
                }
                for (x, y, symbol) in cells {
                    assert_eq!(clean(&symbol), symbol.as_str(), "screen {index} at {x},{y}");
                    assert!(
                        x + u16::try_from(width(&symbol)).unwrap() <= size.0,
                        "screen {index} at {x},{y}: {symbol}"
                    );
                    assert!(!ascii || symbol.chars().all(|c| crate::text::ascii(c).is_none()), "{index}: {symbol}");
                }
            }
        }
    }
}

/// The screens that are there without anything hostile.
fn ours(look: Look) -> Vec<App> {
    let mut screens = Vec::new();
    for size in [(120, 36), (80, 24)] {
        let open = || {
            let mut app = app(size, look);
            press(&mut app, "<down><right><down><down><down><enter>");
            app
        };
        screens.push(app(size, look));
        screens.push(open());
        for keys in ["", "<tab>", "<tab><tab>", "?", "h", "hh", "s", "r", "x", "<tab><enter>", "y", "L", "z", "jjjjjj"]
        {
            let mut app = open();
            running(&mut app);
            let all = vec![
                Verdict::Passed,
                failed(),
                progressing(),
                Verdict::Blocked("web-ready".into()),
                Verdict::Unknown(Reason::Hang),
                Verdict::Waiting,
                failed(),
                Verdict::Passed,
                Verdict::Waiting,
            ];
            verdicts(&mut app, all, vec![("web-ready".into(), deleted())]);
            press(&mut app, keys);
            screens.push(app);
        }
        for keys in ["", "1", "1<enter>", "?"] {
            let mut app = open();
            let node = app.reader.node.unwrap();
            app.curriculum.nodes[node].quiz = Some("q.quiz.yaml".into());
            app.update(Message::Quizzes(vec![(node, quiz())]));
            press(&mut app, "Ge");
            press(&mut app, keys);
            screens.push(app);
        }
        for event in [
            Event::Connection(Connection::Lost("kind-jotasu".into(), Reason::Refused)),
            Event::Phase {
                lab: "w3-d2-lab1".into(),
                phase: Phase::Working(vec![Work {
                    what: "Namespace shop을 만들어요".into(), since: 0, end: None
                }]),
            },
        ] {
            let mut app = open();
            app.update(Message::Lab(event));
            screens.push(app);
        }
    }
    screens
}

#[test]
fn ascii_is_ascii_but_for_korean() {
    let korean = |c: char| matches!(c, '가'..='힣' | 'ㄱ'..='ㅣ');
    for (index, app) in ours(Look { ascii: true, ..Look::default() }).iter().enumerate() {
        for (x, y, symbol) in cells(app) {
            assert!(symbol.chars().all(|c| c.is_ascii() || korean(c)), "screen {index} at {x},{y}: {symbol}");
        }
    }
}

#[test]
fn our_own_signs_have_a_sure_width_before_the_guard_spells_them() {
    use unicode_width::UnicodeWidthChar as _;
    // Where signs are wide nothing is spelled any more: marks and rules must have chosen their form themselves. Those
    // of sentences are counted like the course's.
    for (index, app) in ours(Look { ascii: true, wide: true, ..Look::default() }).iter().enumerate() {
        for (x, y, symbol) in cells(app) {
            let sure = symbol.chars().all(|c| c.width_cjk() == c.width() || "…·".contains(c));
            assert!(sure, "screen {index} at {x},{y}: {symbol}");
        }
    }
}
