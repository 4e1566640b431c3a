use super::super::fixture::*;
use crate::app::quiz::Target;
use crate::app::{App, Effect, Focus, Look, Message, Mouse, Panes};
use crate::lab::{Connection, Event, Order, Phase, Verdict};
use crate::quiz::{Kind, Outcome};

const LARGE: (u16, u16) = (120, 36);
const NARROW: (u16, u16) = (80, 24);

#[track_caller]
fn shot(name: &str, screen: impl AsRef<str>) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, screen.as_ref()));
}

/// A session with a quiz is open.
fn session(size: (u16, u16), look: Look) -> App {
    let mut course = course();
    let node = course.find("d2s1").unwrap();
    course.nodes[node].quiz = Some("week_03/day_02/session_01.quiz.yaml".into());
    let mut app = app_of(course, size, look);
    app.jump(node, 1);
    let effects = app.update(Message::Clock(app.now));
    perform(&mut app, effects);
    assert_eq!(app.reader.node, Some(node));
    press(&mut app, "g");
    app
}

fn quiz_open(size: (u16, u16), look: Look) -> App {
    let mut app = session(size, look);
    press(&mut app, "e");
    assert!(app.quizzes.sitting.is_some());
    app
}

/// The choices of the screen that answer the question, rightly or not, as keys.
fn keys(app: &App, right: bool) -> String {
    let item = app.quizzes.sitting.as_ref().unwrap().run.item().unwrap();
    let mut places: Vec<usize> = (0..item.count()).collect();
    match item.question.kind {
        Kind::Typed if right => return "8개".into(),
        Kind::Typed => return "9".into(),
        Kind::Order if right => places.sort_by_key(|at| item.right_place(*at)),
        Kind::Order => places.sort_by_key(|at| std::cmp::Reverse(item.right_place(*at))),
        Kind::Multiple if right => places.retain(|at| item.is_right(*at)),
        Kind::Multiple => places.retain(|at| !item.is_right(*at)),
        Kind::Single | Kind::Predict => {
            places = places.into_iter().find(|at| item.is_right(*at) == right).into_iter().collect()
        }
    }
    places.into_iter().map(|at| (at + 1).to_string()).collect()
}

/// Answers the question, and stays to see what that comes to.
fn answer(app: &mut App, right: bool) -> Option<Outcome> {
    let keys = keys(app, right);
    press(app, &format!("{keys}<enter>"));
    app.quizzes.sitting.as_ref()?.run.item()?.outcome
}

fn at(app: &App) -> usize {
    app.quizzes.sitting.as_ref().unwrap().run.at
}

#[test]
fn a_lesson_ends_with_the_way_to_its_quiz() {
    let mut app = session(LARGE, Look::default());
    assert!(!screen(&app).contains("퀴즈 9문항"));
    press(&mut app, "G");
    shot("quiz-way", screen(&app));
    assert!(app.can(crate::keymap::Command::Quiz));
    // The line itself can be clicked on.
    let pane = Panes::body(app.panes().reader.unwrap());
    let row = screen(&app).lines().position(|line| line.contains("퀴즈 9문항")).unwrap();
    app.update(Message::Mouse(Mouse::Press, pane.x + 4, row as u16));
    assert!(app.quizzes.sitting.is_some());
}

#[test]
fn a_question_is_chosen_answered_and_explained() {
    let mut app = quiz_open(LARGE, Look::default());
    shot("quiz-question", screen(&app));
    assert!(press(&mut app, "<enter>").is_empty());
    assert!(screen(&app).contains("먼저 보기를 고르세요"));
    assert_eq!(answer(&mut app, false), Some(Outcome::Wrong));
    shot("quiz-wrong", screen(&app));
    press(&mut app, "<enter>");
    assert_eq!((at(&app), answer(&mut app, true)), (1, Some(Outcome::Right)));
    press(&mut app, "<enter>");
    shot("quiz-typed", screen(&app));
}

#[test]
fn an_order_and_several_choices_are_given_by_their_numbers() {
    let mut app = quiz_open(NARROW, Look::default());
    for _ in 0..5 {
        answer(&mut app, true);
        press(&mut app, "<enter>");
    }
    press(&mut app, "3<down>");
    let before = screen(&app);
    press(&mut app, " <enter>");
    assert!(screen(&app).contains("아직 차례를 정하지 않은 보기가 3개 있어요"), "{}", screen(&app));
    // Choosing again takes back.
    press(&mut app, "3");
    let place = app.quizzes.sitting.as_ref().unwrap().cursor;
    press(&mut app, if place == 2 { "4" } else { "" });
    assert_eq!(answer(&mut app, true), Some(Outcome::Right));
    shot("quiz-order", format!("{before}\n=====\n{}", screen(&app)));
}

#[test]
fn ascii_has_marks_of_its_own() {
    let mut app = quiz_open(NARROW, Look { ascii: true, ..Look::default() });
    press(&mut app, "1");
    let chosen = screen(&app);
    press(&mut app, "<enter>");
    let all = format!("{chosen}\n=====\n{}", screen(&app));
    assert!(!all.chars().any(|c| "│─┴✓✗◐○⊘☐☑▶▸▾›●⏎↓↑".contains(c)), "{all}");
    shot("quiz-ascii", all);
}

#[test]
fn what_was_missed_stands_at_the_end_and_a_new_run_begins_anew() {
    let mut app = quiz_open(LARGE, Look::default());
    for n in 0..8 {
        answer(&mut app, n != 2 && n != 5);
        press(&mut app, "<enter>");
    }
    // No cluster: the prediction does not count.
    assert_eq!(answer(&mut app, true), Some(Outcome::Unscored));
    shot("quiz-unscored", screen(&app));
    press(&mut app, "<enter>");
    shot("quiz-end", screen(&app));
    press(&mut app, "<enter>");
    assert!(app.quizzes.sitting.is_none());
    let node = app.reader.node.unwrap();
    let first = app.progress.first_tries(&app.curriculum.nodes[node]);
    assert_eq!((first.done, first.total), (6, 8));
    press(&mut app, "G");
    assert!(
        screen(&app).contains("8개 답함, 6개 처음에 맞음") && screen(&app).contains("기술 이해도  75%"),
        "{}",
        screen(&app)
    );
    press(&mut app, "e");
    assert_eq!(at(&app), 0, "what no cluster answers does not hold it up");
}

#[test]
fn leaving_keeps_what_is_answered_and_goes_on_at_the_first_open_question() {
    let mut app = quiz_open(LARGE, Look::default());
    answer(&mut app, true);
    press(&mut app, "<enter>");
    answer(&mut app, false);
    press(&mut app, "<esc>");
    assert!(app.quizzes.sitting.is_none() && app.reader.node.is_some());
    press(&mut app, "e");
    assert_eq!(at(&app), 2);
    // A letter is text where an answer is typed, and the quiz is left by opening another lesson.
    press(&mut app, "q");
    assert_eq!(app.quizzes.sitting.as_ref().unwrap().field.text, "q");
    press(&mut app, "<tab>");
    app.focus = Focus::Tree;
    press(&mut app, "<down><enter>");
    assert!(app.quizzes.sitting.is_none());
    // In another program it is the same by what was saved.
    let mut later = session(LARGE, Look::default());
    later.progress = app.progress.clone();
    press(&mut later, "e");
    assert_eq!(at(&later), 2);
}

#[test]
fn the_mouse_chooses_and_answers() {
    let mut app = quiz_open(LARGE, Look::default());
    let pane = Panes::body(app.panes().reader.unwrap());
    let line = |app: &App, target| {
        let lines = app.quiz_lines(usize::from(pane.width));
        pane.y + lines.iter().position(|line| line.target == Some(target)).unwrap() as u16
    };
    let click = |app: &mut App, y| app.update(Message::Mouse(Mouse::Press, pane.x + 12, y));
    let y = line(&app, Target::Choice(1));
    click(&mut app, y);
    assert_eq!(app.quizzes.sitting.as_ref().unwrap().run.item().unwrap().place(1), Some(0));
    let y = line(&app, Target::Enter);
    click(&mut app, y);
    assert!(app.quizzes.sitting.as_ref().unwrap().run.item().unwrap().outcome.is_some());
    let y = line(&app, Target::Enter);
    click(&mut app, y);
    assert_eq!(at(&app), 1);
}

#[test]
fn keys_of_a_hangul_keyboard_open_the_quiz_and_write_in_it() {
    let mut app = session(LARGE, Look::default());
    press(&mut app, "ㄷ");
    assert!(app.quizzes.sitting.is_some());
    for _ in 0..2 {
        answer(&mut app, true);
        press(&mut app, "<enter>");
    }
    press(&mut app, "ㅇㅕㄷㅓㄼ<enter>");
    assert!(screen(&app).contains("맞았어요"), "{}", screen(&app));
}

#[test]
fn a_prediction_is_answered_by_a_lab_that_runs() {
    let mut app = quiz_open(LARGE, Look::default());
    let mut orders = Vec::new();
    for _ in 0..8 {
        answer(&mut app, true);
        orders.extend(press(&mut app, "<enter>"));
    }
    assert!(matches!(orders.as_slice(), [Effect::Order(Order::Attach(lab))] if lab.id == "w3-d2-lab1"), "{orders:?}");
    assert!(!app.has_lab(), "the lesson's panes stay as they are");
    let lab = || "w3-d2-lab1".to_owned();
    app.update(Message::Lab(Event::Connection(Connection::Ready("kind-jotasu".into()))));
    app.update(Message::Lab(Event::Phase { lab: lab(), phase: Phase::Running(0) }));
    verdicts(&mut app, vec![Verdict::Passed; 9], Vec::new());
    assert_eq!(answer(&mut app, true), Some(Outcome::Right));
    let node = app.reader.node.unwrap();
    assert!(app.progress.answered(&app.curriculum.nodes[node]).contains("live"));
}

#[test]
fn what_was_missed_comes_back_the_next_day() {
    let mut app = quiz_open(LARGE, Look::default());
    for n in 0..8 {
        answer(&mut app, n % 2 == 1);
        press(&mut app, "<enter>");
    }
    press(&mut app, "<esc>E");
    assert!(app.quizzes.sitting.is_none() && screen(&app).contains("지금 다시 볼 문항이 없어요"));
    app.update(Message::Clock(app.now + 24 * 3_600_000));
    press(&mut app, "j");
    assert!(app.can(crate::keymap::Command::Recall));
    press(&mut app, "E");
    shot("recall", screen(&app));
    let count = app.quizzes.sitting.as_ref().unwrap().run.items.len();
    assert!((2..=4).contains(&count), "{count}");
    for _ in 0..count {
        answer(&mut app, true);
        press(&mut app, "<enter>");
    }
    shot("recall-end", screen(&app));
}

#[test]
fn no_size_and_no_key_breaks_a_quiz() {
    for size in [(40, 12), (80, 24), (200, 60)] {
        let mut app = quiz_open(size, Look::default());
        for keys in [
            "<down><down><down><down><down><down> ",
            "999",
            "<pgdn><pgdn>",
            "<enter>",
            "<up>",
            "<enter>",
            "?<esc>",
            ":<esc>",
        ] {
            press(&mut app, keys);
            app.update(Message::Resize(size.0, size.1));
            screen(&app);
        }
        app.update(Message::Paste("붙여 넣은 답\x1b[31m\n".into()));
        assert!(!screen(&app).contains('\x1b'));
        press(&mut app, "<esc>");
    }
}
