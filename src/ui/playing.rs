//! `p`, from a lab without a cluster to its shell. Only for tests.

use super::fixture::*;
use crate::app::shell::{Ask, End, Life, Said};
use crate::app::{App, Effect, Focus, Look, Message};
use crate::lab::{Connection, Event, Order, Phase, Reason};

const ID: &str = "w3-d2-lab1";

/// The lab's lesson, the cluster as `connection` says.
fn open(size: (u16, u16), connection: Connection) -> App {
    let mut app = app(size, Look::default());
    app.focus = Focus::Tree;
    press(&mut app, "<down><right><down><down><down><enter>");
    tell(&mut app, Event::Connection(connection));
    tell(&mut app, Event::Phase { lab: ID.into(), phase: Phase::Off });
    app
}

fn tell(app: &mut App, event: Event) -> Vec<Effect> {
    let effects = app.update(Message::Lab(event));
    perform(app, effects)
}

fn lost() -> Connection {
    Connection::Lost("kind-jotasu".into(), Reason::Other("없어요".into()))
}

fn ends(app: &mut App, code: u32) -> Vec<Effect> {
    let end = Some(End { code: Some(code), why: "끝났어요".into() });
    let effects = app.update(Message::Shell(Said { view: Default::default(), end }));
    perform(app, effects)
}

#[test]
fn without_a_cluster_it_is_made_in_the_shells_pane_and_the_shell_follows() {
    for size in [(120, 36), (80, 24)] {
        let mut app = open(size, lost());
        assert!(screen(&app).contains("p 준비하고 시작"), "{}", screen(&app));
        assert!(press(&mut app, "p").is_empty(), "it is asked first");
        let shown = screen(&app);
        assert!(shown.contains("먼저 kind 클러스터를 만들거나 켜요"), "{shown}");
        let effects = press(&mut app, "<enter>");
        let [Effect::Shell(Ask::Play { lab: id, hash, columns, .. })] = effects.as_slice() else {
            panic!("{effects:?}")
        };
        assert_eq!((id.as_str(), hash), (ID, &lab().hash));
        assert!(*columns > 0);
        assert!(app.in_shell(), "Ctrl-C is for what is being made");
        let shown = screen(&app);
        assert!(shown.contains("실습 준비") && shown.contains("Ctrl-C 그만두기"), "{shown}");
        // Once is enough.
        assert!(press(&mut app, "p").iter().all(|effect| matches!(effect, Effect::Shell(Ask::Type(_)))));
        assert!(matches!(ends(&mut app, 0).as_slice(), [Effect::Order(Order::Attach(_))]));
        let since = app.now;
        let effects = tell(&mut app, Event::Phase { lab: ID.into(), phase: Phase::Running(since) });
        assert!(matches!(effects.as_slice(), [Effect::Shell(Ask::Start(..))]), "{effects:?}");
        assert!(app.in_shell() && screen(&app).contains("셸이 열렸어요"));
        assert!(!screen(&app).contains("실습 준비"));
    }
}

#[test]
fn what_fails_stays_to_be_read_and_can_be_tried_again() {
    let mut app = open((120, 36), lost());
    press(&mut app, "p<enter>");
    assert!(ends(&mut app, 3).is_empty());
    assert_eq!(app.shell.life, Life::Ended("끝났어요".into()), "why stays where nothing else is seen");
    assert!(screen(&app).contains("준비를 마치지 못했어요. 다시 하려면 p"), "{}", screen(&app));
    let effects = press(&mut app, "p<enter>");
    assert!(matches!(effects.as_slice(), [Effect::Shell(Ask::Play { .. })]), "{effects:?}");
    ends(&mut app, 1);
    assert!(screen(&app).contains("그만뒀어요. 다시 하려면 p"), "{}", screen(&app));
}

#[test]
fn while_it_is_prepared_nothing_else_starts_it() {
    let mut app = open((120, 36), lost());
    press(&mut app, "p<enter>");
    app.focus = Focus::Reader;
    assert!(screen(&app).contains("준비하는 중이에요") && !screen(&app).contains("s 실습 시작"), "{}", screen(&app));
    // The API server answers before the nodes are ready.
    tell(&mut app, Event::Connection(Connection::Ready("kind-jotasu".into())));
    for key in ["s", "p"] {
        assert!(press(&mut app, &format!("{key}<enter>")).is_empty(), "{key}");
    }
    assert!(!app.reader.page.code.is_empty() && (0..app.reader.page.code.len()).all(|code| !app.goes_to_shell(code)));
}

#[test]
fn what_came_to_nothing_opens_no_shell_later() {
    let mut app = open((120, 36), Connection::Ready("kind-jotasu".into()));
    press(&mut app, "p<enter>");
    tell(&mut app, Event::Phase { lab: ID.into(), phase: Phase::Failed("아니에요".into()) });
    let since = app.now;
    let effects = tell(&mut app, Event::Phase { lab: ID.into(), phase: Phase::Running(since) });
    assert!(effects.is_empty() && !app.shell.open, "{effects:?}");
}

#[test]
fn a_cluster_that_the_learner_has_named_is_not_made() {
    let mut app = open((120, 36), lost());
    app.checks.named = true;
    assert!(screen(&app).contains("s 실습 시작"));
    let effects = press(&mut app, "p<enter>");
    assert!(matches!(effects.as_slice(), [Effect::Order(Order::Start(_))]), "{effects:?}");
}

#[test]
fn on_a_cluster_that_answers_the_lab_is_started_and_its_shell_opened() {
    let mut app = open((120, 36), Connection::Ready("kind-jotasu".into()));
    assert!(screen(&app).contains("s 실습 시작"));
    let effects = press(&mut app, "p<enter>");
    assert!(matches!(effects.as_slice(), [Effect::Order(Order::Start(_))]), "{effects:?}");
    assert!(!app.shell.open);
    let since = app.now;
    let effects = tell(&mut app, Event::Phase { lab: ID.into(), phase: Phase::Running(since) });
    assert!(matches!(effects.as_slice(), [Effect::Shell(Ask::Start(..))]), "{effects:?}");
    assert!(app.in_shell());
    // Where it runs, only the shell is wanted.
    app.focus = Focus::Reader;
    assert!(press(&mut app, "p").is_empty());
    assert!(app.in_shell());
}

#[test]
fn a_shell_that_is_open_is_told_of_before_it_is_closed() {
    let mut app = open((120, 36), lost());
    press(&mut app, "t");
    app.focus = Focus::Reader;
    press(&mut app, "p");
    assert!(screen(&app).contains("열려 있는 셸은 닫혀요"), "{}", screen(&app));
}
