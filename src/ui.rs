//! Draws the state. It changes nothing: the same state gives the same screen.

mod checks;
mod footer;
mod paint;
mod picker;
mod popup;
mod quiz;
mod reader;
mod shell;
pub mod theme;
mod tree;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::panes::WIDE;
use crate::app::{App, Panes};
use crate::text::Role;
use paint::Brush;
pub use paint::COVERED;
pub use theme::style;

/// Draws the whole screen.
pub fn draw(app: &App, frame: &mut Frame) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    let brush = Brush::new(app.look);
    // A frame may come between a resize and its message: what was laid out for another size is not drawn.
    if (area.width, area.height) != app.size || Panes::too_small(app.size) {
        return small(buffer, area, brush);
    }
    let panes = app.panes();
    rules(buffer, &panes, app, brush);
    if let Some(pane) = panes.tree {
        tree::draw(app, buffer, pane, brush);
    }
    if let Some(pane) = panes.reader {
        match &app.quizzes.sitting {
            Some(sitting) => quiz::draw(app, sitting, buffer, pane, brush),
            None => reader::draw(app, buffer, pane, brush),
        }
        if app.quizzes.sitting.is_none() && app.look.images.is_some_and(|imaging| imaging.protocol.in_cells()) {
            app.image_places().iter().for_each(|place| brush.cover(buffer, place));
        }
    }
    // A popup about a check takes its place.
    let aside = app.size.0 >= WIDE && app.popup.as_ref().is_some_and(|open| open.aside());
    if let Some(pane) = panes.checks.filter(|_| !aside) {
        checks::draw(app, buffer, pane, brush);
    }
    if let Some(pane) = panes.shell {
        shell::draw(app, buffer, pane, brush);
    }
    if app.popup.is_some() && !aside {
        brush.veil(buffer, Rect { height: panes.strip.map_or(panes.rule, |strip| strip + 1), ..area });
    }
    footer::draw(app, buffer, &panes, brush);
    if let Some(open) = &app.popup {
        popup::draw(app, open, buffer, brush);
    }
    if let Some(at) = panes.shell.and_then(|pane| shell::cursor(app, pane)) {
        frame.set_cursor_position(at);
    }
}

/// What is said where nothing fits.
fn small(buffer: &mut Buffer, area: Rect, brush: Brush) {
    let lines = ["화면이 작아요", "가로 40칸, 세로 12줄은 되어야 해요"];
    let y = area.y + area.height.saturating_sub(2) / 2;
    for (i, line) in (0u16..).zip(lines) {
        if y + i < area.bottom() {
            let cells = crate::text::width(line);
            let x = area.x + area.width.saturating_sub(u16::try_from(cells).unwrap_or(u16::MAX)) / 2;
            let role = if i == 0 { Role::Text } else { Role::Dim };
            brush.put(buffer, x, y + i, &vec![(role, line.to_owned())], area.right().saturating_sub(x));
        }
    }
}

/// The thin lines between the panes and above the footer (and the strip), joined.
fn rules(buffer: &mut Buffer, panes: &Panes, app: &App, brush: Brush) {
    let (across, down, joint) = if app.look.ascii { ("-", "|", "+") } else { ("─", "│", "┴") };
    let width = app.size.0;
    for x in 0..width {
        let glyph = if panes.rules.contains(&x) { joint } else { across };
        brush.glyph(buffer, x, panes.rule, Role::Faint, glyph);
    }
    for x in &panes.rules {
        for y in 0..panes.rule {
            brush.glyph(buffer, *x, y, Role::Faint, down);
        }
    }
    if let (Some(y), Some(pane)) = (panes.across, panes.reader) {
        let (left, right) = if app.look.ascii { ("+", "+") } else { ("├", "┤") };
        for x in pane.left()..pane.right() {
            brush.glyph(buffer, x, y, Role::Faint, across);
        }
        for x in &panes.rules {
            brush.glyph(buffer, *x, y, Role::Faint, if *x < pane.left() { left } else { right });
        }
    }
}

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod playing;
#[cfg(test)]
mod safety;
#[cfg(test)]
mod tools;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::fixture::*;
    use crate::app::{App, Effect, Focus, Look, Message, Mouse, Opened};
    use crate::course::Curriculum;
    use crate::keymap::Key;
    use crate::lab::{Actual, Connection, Event, Order, Phase, Reason, Verdict, Work};
    use crate::progress::Change;
    use crate::settings::Trusted;

    const LARGE: (u16, u16) = (120, 36);
    const NARROW: (u16, u16) = (80, 24);

    /// Compares a screen with `src/ui/snapshots/NAME.snap`.
    #[track_caller]
    fn shot(name: &str, screen: impl AsRef<str>) {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("ui/snapshots");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, screen.as_ref()));
    }

    fn lab_open(size: (u16, u16), look: Look) -> App {
        let mut app = app(size, look);
        app.focus = Focus::Tree;
        press(&mut app, "<down><right><down><down><down><enter>");
        assert_eq!(app.checks.lab.as_ref().map(|l| l.id.as_str()), Some("w3-d2-lab1"));
        app
    }

    /// The lab in the middle of its second step.
    fn second_step(app: &mut App) {
        running(app);
        use Verdict::{Passed, Waiting};
        let early = vec![Passed, Passed, Waiting, Waiting, Waiting, Waiting, Waiting, Waiting, Waiting];
        verdicts(app, early, Vec::new());
        let later = vec![
            Passed,
            Passed,
            Passed,
            failed(),
            progressing(),
            Waiting,
            Verdict::Blocked("web-placed".into()),
            Waiting,
            Waiting,
        ];
        verdicts(app, later, Vec::new());
    }

    #[test]
    fn an_empty_home_opens_the_first_lesson_and_says_how_to_move() {
        shot("empty-home", screen(&app(LARGE, Look::default())));
    }

    #[test]
    fn on_a_narrow_screen_the_tree_does_not_hide_the_first_lesson() {
        assert_eq!(
            (app(NARROW, Look::default()).focus, app(LARGE, Look::default()).focus),
            (Focus::Reader, Focus::Tree)
        );
    }

    #[test]
    fn what_was_found_is_let_go_with_its_pointer() {
        let mut app = app(LARGE, Look::default());
        press(&mut app, "/Pod<enter>");
        press(&mut app, "n");
        let line = app.reader.thing.as_ref().map(|thing| thing.rows.start);
        let at = app.found.as_ref().and_then(|found| found.list.get(found.at)).and_then(|spans| spans.first());
        assert!(line.is_some());
        assert_eq!(line, at.map(|span| span.row), "the pointer is at the match");
        press(&mut app, "<esc>");
        assert!(app.reader.thing.is_none());
    }

    #[test]
    fn a_lab_opens_dim_and_says_how_to_start() {
        let mut app = lab_open(LARGE, Look::default());
        app.update(Message::Lab(Event::Connection(Connection::Ready("kind-jotasu".into()))));
        shot("lab-before-start", screen(&app));
    }

    #[test]
    fn without_a_cluster_the_checks_say_so_once() {
        let mut app = lab_open(LARGE, Look::default());
        app.update(Message::Lab(Event::Connection(Connection::Lost("kind-jotasu".into(), Reason::Refused))));
        shot("no-cluster", screen(&app));
    }

    #[test]
    fn the_second_step_unfolds_its_first_failure() {
        let mut app = lab_open(LARGE, Look::default());
        second_step(&mut app);
        shot("second-step", screen(&app));
        // The mark of a check that turned green is said once: any key ends it.
        press(&mut app, "j");
        assert!(!screen(&app).contains("통과!"));
    }

    #[test]
    fn in_eighty_columns_there_is_one_pane_and_a_strip() {
        let mut app = lab_open(NARROW, Look::default());
        second_step(&mut app);
        let lesson = screen(&app);
        press(&mut app, "<tab>");
        let checks = screen(&app);
        press(&mut app, "<tab>");
        shot("eighty-columns", format!("{lesson}\n=====\n{checks}\n=====\n{}", screen(&app)));
    }

    #[test]
    fn ascii_uses_no_other_marks() {
        let mut app = lab_open(LARGE, Look { ascii: true, ..Look::default() });
        second_step(&mut app);
        let screen = screen(&app);
        assert!(!screen.chars().any(|c| "│─┴✓✗◐○⊘☐▶▸▾›●⏎".contains(c)), "{screen}");
        shot("ascii", &screen);
    }

    #[test]
    fn a_check_that_turns_red_says_what_changed() {
        let mut app = lab_open(LARGE, Look::default());
        second_step(&mut app);
        let mut after = app.checks.verdicts.clone();
        after[0] = failed();
        verdicts(&mut app, after, vec![("web-ready".into(), deleted())]);
        shot("turned-red", screen(&app));
    }

    #[test]
    fn a_cluster_that_cannot_be_asked_dims_what_was_known() {
        let mut app = lab_open(LARGE, Look::default());
        second_step(&mut app);
        let unknown = vec![Verdict::Unknown(Reason::Hang); 9];
        app.update(Message::Lab(Event::Connection(Connection::Lost("kind-jotasu".into(), Reason::Hang))));
        verdicts(&mut app, unknown, Vec::new());
        assert_eq!(app.checks.shown(0), (Verdict::Passed, true));
        shot("unknown", screen(&app));
    }

    #[test]
    fn starting_asks_first_and_names_what_it_makes() {
        let mut app = lab_open(LARGE, Look::default());
        app.update(Message::Lab(Event::Connection(Connection::Ready("kind-jotasu".into()))));
        assert!(press(&mut app, "s").is_empty());
        shot("start", screen(&app));
        assert!(matches!(press(&mut app, "<enter>").as_slice(), [Effect::Order(Order::Start(_))]));
        let since = app.now - 14_000;
        let work = |what: &str, end| Work { what: what.into(), since, end };
        let steps = vec![work("네임스페이스 shop 만들기", Some(Ok(()))), work("Deployment db를 기다려요", None)];
        app.update(Message::Lab(Event::Phase { lab: "w3-d2-lab1".into(), phase: Phase::Working(steps) }));
        assert_eq!(app.deadline(), Some((app.now / 1000 + 1) * 1000));
        shot("working", screen(&app));
        let cause = "Deployment db가 60초 안에 준비되지 않았어요: 이미지를 찾을 수 없어요.".to_owned();
        app.update(Message::Lab(Event::Phase { lab: "w3-d2-lab1".into(), phase: Phase::Failed(cause) }));
        assert!(screen(&app).contains("이미지를"));
    }

    #[test]
    fn a_lab_from_outside_starts_after_its_own_word() {
        let mut app = lab_open(LARGE, Look::default());
        app.trusted = Some(Trusted::default());
        app.update(Message::Lab(Event::Connection(Connection::Ready("kind-jotasu".into()))));
        press(&mut app, "s");
        shot("trust", screen(&app));
        assert!(press(&mut app, "<enter>y<enter><backspace>").is_empty());
        let effects = press(&mut app, "믿음<enter>");
        assert!(matches!(effects.as_slice(), [Effect::Trust(_), Effect::Order(Order::Start(_))]), "{effects:?}");
        assert!(matches!(press(&mut app, "s<enter>").as_slice(), [Effect::Order(Order::Start(_))]), "it is asked once");
    }

    #[test]
    fn a_lab_that_became_reachable_is_still_asked_about() {
        let mut app = lab_open(LARGE, Look::default());
        app.trusted = Some(Trusted::default());
        app.update(Message::Lab(Event::Connection(Connection::Refused("허락이 없어요".into()))));
        press(&mut app, "s");
        app.update(Message::Lab(Event::Connection(Connection::Ready("kind-jotasu".into()))));
        assert!(press(&mut app, "<enter>").is_empty());
        assert!(screen(&app).contains("믿을 수 있는 실습인가요?"));
    }

    #[test]
    fn coming_back_to_a_running_lab_says_where_one_was_once() {
        let mut app = app(LARGE, Look::default());
        let lesson = app.curriculum.find("d2l1").unwrap();
        let id = app.curriculum.nodes[lesson].id.clone();
        let at = app.now - 24 * 3_600_000;
        app.progress.apply(&Change::Opened { lesson: id, at });
        app.progress.lessons.retain(|id, _| id == "d2l1");
        (app.reader, app.status) = Default::default();
        let effects = app.start();
        perform(&mut app, effects);
        running(&mut app);
        use Verdict::{Passed, Waiting};
        let now = vec![Passed, Passed, Passed, failed(), Waiting, Waiting, Waiting, Waiting, Waiting];
        verdicts(&mut app, vec![Verdict::Unknown(Reason::Connecting); 9], Vec::new());
        assert!(app.status.is_none());
        verdicts(&mut app, now.clone(), Vec::new());
        assert!(screen(&app).contains("어제: 실습 1 배포와 관리 2단계, 남은 확인 5개"), "{}", screen(&app));
        press(&mut app, "j");
        verdicts(&mut app, now, Vec::new());
        assert!(app.status.is_none());
    }

    #[test]
    fn a_start_asked_for_before_the_lab_is_read_is_remembered() {
        let mut app = app(LARGE, Look::default());
        let lesson = app.curriculum.find("d2l1").unwrap();
        app.update(Message::Key(Key::Home));
        app.tree.reveal(&app.curriculum, lesson);
        let asked = app.update(Message::Key(Key::Enter));
        assert!(matches!(asked.first(), Some(Effect::Open(_))), "{asked:?}");
        app.update(Message::Opened(Box::new(Opened { node: lesson, text: Ok(LESSON.into()) })));
        app.update(Message::Key(Key::Char('s')));
        assert!(app.popup.is_none() && screen(&app).contains("실습을 읽는 중"));
        app.update(Message::LabLoaded(lesson, Some(lab()), Vec::new()));
        app.update(Message::Lab(Event::Phase { lab: "w3-d2-lab1".into(), phase: Phase::Off }));
        assert!(screen(&app).contains("실습 시작"));
        // The engine has found it running after all: there is nothing to ask.
        app.update(Message::Lab(Event::Phase { lab: "w3-d2-lab1".into(), phase: Phase::Running(0) }));
        assert!(app.popup.is_none());
    }

    #[test]
    fn a_click_on_a_link_leads_to_the_lesson_and_back() {
        let mut app = app(LARGE, Look::default());
        let from = app.reader.node.unwrap();
        let text = "# 첫째\n\n[둘째](../day_02/session_01.md)와 [밖](https://kubernetes.io/ko/)\n";
        app.reader.open(from, crate::lesson::parse(text), Vec::new(), 1);
        app.update(Message::Resize(LARGE.0, LARGE.1));
        let pane = crate::app::Panes::body(app.panes().reader.unwrap());
        let click = |app: &mut App, link: usize| {
            let link = &app.reader.page.links[link];
            let (x, y) = (pane.x + link.columns.start as u16, pane.y + link.row as u16);
            let effects = app.update(Message::Mouse(Mouse::Press, x, y));
            perform(app, effects)
        };
        assert!(matches!(click(&mut app, 1).as_slice(), [Effect::Copy(to)] if to == "https://kubernetes.io/ko/"));
        click(&mut app, 0);
        assert_eq!(app.reader.node, app.curriculum.find("d2s1"));
        press(&mut app, "<backspace>");
        assert_eq!(app.reader.node, Some(from));
    }

    #[test]
    fn an_image_goes_for_a_popup_over_the_lesson_and_stays_beside_one_over_the_checks() {
        use crate::app::images::{File, Found};
        use crate::app::look::{Imaging, Protocol};
        let imaging = Imaging { protocol: Protocol::Iterm, cell: None, measured: None, registers: 0, paper: None };
        let mut app = lab_open(LARGE, Look { images: Some(imaging), ..Look::default() });
        second_step(&mut app);
        let node = app.reader.node.unwrap();
        app.reader.open(node, crate::lesson::parse("![그것](a.png)\n"), Vec::new(), 1);
        let asked = app.update(Message::Resize(LARGE.0, LARGE.1));
        assert!(asked.iter().any(
            |effect| matches!(effect, Effect::Images(of, paths) if (*of, &**paths) == (node, &["a.png".to_owned()]))
        ));
        let files = vec![File { path: "a.png".into(), bytes: [].into(), size: (80, 64) }];
        app.update(Message::Images(Box::new(Found { node, cell: (8, 16), files, refused: Vec::new() })));
        let place = app.image_places();
        assert_eq!(place.iter().map(|place| place.cells).collect::<Vec<_>>(), [(10, 4)]);
        press(&mut app, "?");
        assert_eq!(app.image_places(), []);
        press(&mut app, "<esc>h");
        assert!(app.popup.as_ref().is_some_and(|popup| popup.aside()));
        assert_eq!(app.image_places(), place);
        app.update(Message::Resize(NARROW.0, NARROW.1));
        assert_eq!(app.image_places(), [], "there the popup is in the middle");
        press(&mut app, "<esc>");
        assert_eq!(app.image_places().len(), 1);
    }

    #[test]
    fn a_start_without_a_cluster_says_so_in_its_question() {
        let mut app = lab_open(LARGE, Look::default());
        app.update(Message::Lab(Event::Connection(Connection::Lost("kind-jotasu".into(), Reason::Refused))));
        press(&mut app, "s");
        shot("start-without-cluster", screen(&app));
    }

    #[test]
    fn a_course_without_lessons_says_so() {
        let app = app_of(Curriculum::default(), LARGE, Look::default());
        let screen = screen(&app);
        assert!(screen.contains("이 과정에는 학습이 없어요") && !screen.contains("여는 중"), "{screen}");
    }

    #[test]
    fn finding_shows_lessons_and_lines_and_marks_them() {
        for (name, size, look) in [
            ("find", LARGE, Look::default()),
            ("find-eighty-columns", NARROW, Look::default()),
            ("find-ascii", NARROW, Look { ascii: true, ..Look::default() }),
        ] {
            let mut app = lab_open(size, look);
            press(&mut app, "/");
            let empty = screen(&app);
            press(&mut app, "ㄴㄷ");
            let found = screen(&app);
            press(&mut app, "<down><enter>n");
            shot(name, format!("{empty}\n=====\n{found}\n=====\n{}", screen(&app)));
        }
    }

    #[test]
    fn what_was_found_stands_out_on_its_cells() {
        use ratatui::layout::Position;
        for look in [Look::default(), Look { depth: crate::app::look::Depth::Mono, ..Look::default() }] {
            let mut app = lab_open(LARGE, look);
            press(&mut app, "/스케줄러<enter>");
            let found = app.found.as_ref().unwrap();
            let (here, other) = (&found.list[found.at][0], &found.list[(found.at + 1) % found.list.len()][0]);
            let buffer = buffer(&app);
            let pane = crate::app::Panes::body(app.panes().reader.unwrap());
            let cell = |span: &crate::app::find::Span| {
                let at = |n: usize| u16::try_from(n).unwrap();
                let position =
                    Position { x: pane.x + at(span.columns.start), y: pane.y + at(span.row - app.reader.top) };
                buffer.cell(position).unwrap()
            };
            assert_eq!((cell(here).symbol(), cell(other).symbol()), ("스", "스"));
            let style = |span| (cell(span).fg, cell(span).bg, cell(span).modifier);
            assert_ne!(style(here), style(other));
        }
    }

    #[test]
    fn the_outline_and_the_palette_are_lists_too() {
        let mut app = lab_open(LARGE, Look::default());
        press(&mut app, "o");
        let outline = screen(&app);
        press(&mut app, "<esc>:");
        let all = screen(&app);
        press(&mut app, "실습");
        shot("outline-and-palette", format!("{outline}\n=====\n{all}\n=====\n{}", screen(&app)));
    }

    #[test]
    fn popups_show_keys_hints_and_why() {
        let mut app = lab_open(LARGE, Look::default());
        second_step(&mut app);
        press(&mut app, "?");
        shot("help", screen(&app));
        press(&mut app, "<esc>h");
        shot("hint", screen(&app));
        press(&mut app, "h");
        assert_eq!(app.progress.hint("w3-d2-lab1", "web-placed"), 2);
        press(&mut app, "<esc><tab><enter>");
        shot("why", screen(&app));
    }

    #[test]
    fn a_closer_look_shows_what_happened_what_was_said_and_what_to_look_at() {
        for (name, size) in [("why-closer", LARGE), ("why-closer-narrow", NARROW)] {
            let mut app = lab_open(size, Look::default());
            second_step(&mut app);
            let mut all = app.checks.verdicts.clone();
            all[3] = super::fixture::crashed();
            super::fixture::verdicts(&mut app, all, Vec::new());
            let orders = press(&mut app, "<tab><enter>");
            assert!(
                matches!(orders.as_slice(), [Effect::Order(Order::Why { check })] if check == "web-placed"),
                "{orders:?}"
            );
            let why = Box::new(super::fixture::why(app.now));
            app.update(Message::Lab(Event::Why { lab: "w3-d2-lab1".into(), why }));
            let top = screen(&app);
            press(&mut app, "<pgdn><pgdn>");
            shot(name, format!("{top}\n=====\n{}", screen(&app)));
            let copied = |app: &mut App| match press(app, "y").as_slice() {
                [Effect::Copy(text)] => text.clone(),
                other => panic!("{other:?}"),
            };
            let (first, second) = (copied(&mut app), copied(&mut app));
            assert_eq!(first, "kubectl -n shop logs web-7d8f-4lvqr -c app --previous");
            assert_eq!(second, "kubectl -n shop describe pod -l app=web");
        }
    }

    #[test]
    fn an_answer_is_typed_in_hangul_and_sent() {
        let mut app = lab_open(LARGE, Look::default());
        second_step(&mut app);
        press(&mut app, "<tab>jjjjjjjjj");
        press(&mut app, "ㅁ");
        press(&mut app, "가나\u{1112}\u{1161}<backspace>다");
        shot("answer", screen(&app));
        let effects = press(&mut app, "<enter>");
        assert!(
            matches!(effects.as_slice(), [Effect::Order(Order::Answer { check, value })] if check == "which-node" && value == "가나다")
        );
        let mut after = app.checks.verdicts.clone();
        let Verdict::Failed(mut found) = failed() else { unreachable!() };
        found.actual = Actual::Answer(Some("가나다".into()));
        after[7] = Verdict::Failed(found);
        verdicts(&mut app, after, Vec::new());
        assert!(screen(&app).contains("아직 맞는 답이 아니에요: 가나다"));
        after = app.checks.verdicts.clone();
        after[7] = Verdict::Blocked("undone".into());
        verdicts(&mut app, after, Vec::new());
        assert!(press(&mut app, "a").is_empty() && app.popup.is_none());
        assert!(screen(&app).contains("먼저 할 일이 있어요: 이전 버전으로 되돌림"));
    }

    #[test]
    fn syllables_are_keys() {
        let mut app = app(LARGE, Look::default());
        let top = |app: &App| app.tree.selected;
        let start = top(&app);
        press(&mut app, "ㅓ");
        assert_ne!(top(&app), start);
        assert!(screen(&app).contains("한 박자 늦어요"));
        press(&mut app, "ㅏ");
        assert_eq!(top(&app), start);
        assert!(!screen(&app).contains("한 박자 늦어요"), "it is said once");
        assert!(matches!(press(&mut app, "ㅂ").last(), Some(Effect::Quit)));
    }

    #[test]
    fn a_broken_lesson_shows_its_problems() {
        let mut course = course();
        let problem = crate::problem::Problem::error(
            "week_03/day_02/session_01.md",
            3,
            8,
            "front matter의 minutes가 수가 아니에요",
        );
        let first = course.find("d1s1").unwrap();
        course.nodes[first].problems.push(problem.with_help("minutes: 50 처럼 써 주세요"));
        let mut app = app_of(course, LARGE, Look::default());
        shot("broken-lesson", screen(&app));
        press(&mut app, "<tab><pgdn>");
        assert!(!app.progress.is_read(&app.curriculum.nodes[first]), "problems are no lesson that was read");
    }

    #[test]
    fn the_focus_goes_round_the_panes_there_are() {
        let mut app = lab_open(LARGE, Look::default());
        assert_eq!(app.focus, Focus::Reader);
        for focus in [Focus::Checks, Focus::Tree, Focus::Reader] {
            press(&mut app, "<tab>");
            assert_eq!(app.focus, focus);
        }
        press(&mut app, "z<tab><tab>");
        assert_eq!(app.focus, Focus::Reader, "a hidden tree is passed over");
        press(&mut app, "<backtab>");
        assert_eq!(app.focus, Focus::Checks);
    }

    #[test]
    fn copying_takes_one_block_after_the_other() {
        let mut app = lab_open(LARGE, Look::default());
        let first = press(&mut app, "y");
        assert!(
            matches!(first.as_slice(), [Effect::Copy(text)] if text.starts_with("kubectl label node")),
            "{first:?}"
        );
        let second = press(&mut app, "y");
        assert!(
            matches!(second.as_slice(), [Effect::Copy(text)] if text.starts_with("kubectl -n shop rollout")),
            "{second:?}"
        );
    }

    #[test]
    fn a_save_that_fails_is_said_and_stays_in_sight_until_it_comes_right() {
        let mut app = app(LARGE, Look::default());
        press(&mut app, "j");
        app.update(Message::Key(Key::Char('L')));
        app.update(Message::Saved(Err("진도를 저장하지 못했어요. 디스크가 가득 찼어요.".into())));
        assert!(screen(&app).contains("디스크가 가득"));
        press(&mut app, "j");
        assert!(screen(&app).contains("저장 안 됨   ⏎ 열기"));
        let later = app.now + 10_000;
        let effects = app.update(Message::Clock(later));
        assert!(matches!(effects.as_slice(), [Effect::Save(_)]), "it is tried again: {effects:?}");
        app.update(Message::Saved(Ok(())));
        assert!(screen(&app).contains("다시 저장했어요"));
    }

    fn any_message() -> impl Strategy<Value = Message> {
        let key = prop_oneof![
            8 => proptest::sample::select("jkhlnNsrxmayzLqgG[]b?/o: ㅁㅓ가ㅘ소\u{1100}".chars().collect::<Vec<_>>()).prop_map(Key::Char),
            4 => proptest::sample::select(vec![
                Key::Enter, Key::Esc, Key::Tab, Key::BackTab, Key::Up, Key::Down, Key::Left, Key::Right, Key::PageUp,
                Key::PageDown, Key::Home, Key::End, Key::Backspace, Key::Delete, Key::F(1),
            ]),
        ];
        prop_oneof![
            12 => key.prop_map(Message::Key),
            3 => (0u16..200, 0u16..60).prop_map(|(w, h)| Message::Resize(w, h)),
            2 => (0usize..3, 0u16..200, 0u16..60).prop_map(|(m, x, y)| {
                Message::Mouse([Mouse::Press, Mouse::WheelDown, Mouse::WheelUp][m], x, y)
            }),
            1 => Just(Message::Paste("가\u{1b}[31m\n나".into())),
            2 => proptest::collection::vec(0usize..6, 9).prop_map(|kinds| {
                let verdict = |k: usize| match k {
                    0 => Verdict::Passed,
                    1 => Verdict::Waiting,
                    2 => failed(),
                    3 => progressing(),
                    4 => Verdict::Blocked("web-ready".into()),
                    _ => Verdict::Unknown(Reason::Hang),
                };
                Message::Lab(Event::Verdicts {
                    lab: "w3-d2-lab1".into(),
                    verdicts: kinds.into_iter().map(verdict).collect(),
                    invariants: Vec::new(),
                    hints: Vec::new(),
                    passed_once: Vec::new(),
                    turned: vec![("web-ready".into(), deleted())],
                    since: Vec::new(),
                })
            }),
            1 => Just(Message::Lab(Event::Phase { lab: "w3-d2-lab1".into(), phase: Phase::Running(0) })),
            1 => Just(Message::Lab(Event::Phase { lab: "w3-d2-lab1".into(), phase: Phase::Stopped })),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn nothing_that_happens_at_any_size_is_a_panic(messages in proptest::collection::vec(any_message(), 1..60)) {
            let mut app = app(LARGE, Look::default());
            for message in messages {
                let effects = app.update(message);
                perform(&mut app, effects);
                screen(&app);
            }
        }
    }

    #[test]
    fn a_lesson_whose_end_was_never_on_screen_is_not_read() {
        for size in [(120, 14), (80, 14)] {
            let mut app = app(size, Look::default());
            let first = app.reader.node.and_then(|i| app.curriculum.nodes.get(i)).map(|node| node.id.clone()).unwrap();
            press(&mut app, "jj<enter>");
            assert!(app.progress.lessons.get(&first).is_none_or(|lesson| lesson.read.is_none()), "{size:?}");
        }
    }
}
