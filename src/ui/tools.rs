//! Screens of the learner's tools: hints, the solution, undoing, a timed challenge. Only for tests.

use std::sync::Arc;

use serde_json::json;

use super::fixture::*;
use crate::app::{App, Effect, Focus, Look, Message};
use crate::lab::{
    Action, Change, Connection, Event, Expectation, Explain, Hint, How, Lab, ObjectRef, Order, Phase, Plan,
    SolutionStep, Source, Tick, Timed, Trigger, Undoing, Verdict, Work,
};

const LARGE: (u16, u16) = (120, 36);
const NARROW: (u16, u16) = (80, 24);
const ID: &str = "w3-d2-c2";

/// The lab of the fixture as a challenge, with a solution and debriefs.
fn challenge(explain: Explain) -> Lab {
    let mut challenge = Lab::clone(&lab());
    challenge.id = ID.into();
    challenge.title = "배포 재해".into();
    challenge.minutes = 60;
    challenge.explain = explain;
    let config = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web", "namespace": "shop"}, "data": {"open": "yes"}});
    let step = |name: &str, turns: &str, actions| SolutionStep {
        name: name.into(),
        turns: vec![turns.into()],
        breaks: vec![],
        also: vec![],
        actions,
    };
    challenge.solution = vec![
        step("01-web", "web-ready", vec![Action::Apply(vec![config])]),
        step("02-service", "web-service", vec![Action::Answer { check: "which-node".into(), value: "a".into() }]),
    ];
    for check in &mut challenge.checks {
        check.debrief = Some(
            "Deployment는 Pod의 수를 지켜요. 지워지면 다시 만들어요.\n남길 명령: kubectl -n shop get deploy (볼 때)"
                .into(),
        );
    }
    challenge
}

fn open(size: (u16, u16), look: Look, lab: Lab) -> App {
    let mut app = app(size, look);
    app.focus = Focus::Tree;
    press(&mut app, "<down><right><down><down><down><enter>");
    let node = app.reader.node.unwrap();
    app.update(Message::LabLoaded(node, Some(Arc::new(lab)), Vec::new()));
    app.focus = Focus::Checks;
    let since = app.now - 12 * 60_000;
    tell(&mut app, Event::Connection(Connection::Ready("kind-jotasu".into())));
    tell(&mut app, Event::Phase { lab: ID.into(), phase: Phase::Running(since) });
    app
}

fn tell(app: &mut App, event: Event) -> Vec<Effect> {
    let effects = app.update(Message::Lab(event));
    perform(app, effects)
}

/// The first verdicts in their order, the others waiting; all hints are for the situation but those named.
fn stand(app: &mut App, first: Vec<Verdict>, hints: &[usize], turned: Vec<(String, Option<Change>)>) {
    let lab = app.checks.lab.clone().unwrap();
    let mut verdicts = first;
    verdicts.resize(lab.checks.len(), Verdict::Waiting);
    let passed = lab.checks.iter().zip(&verdicts).filter(|(_, v)| **v == Verdict::Passed);
    let passed_once = passed.map(|(check, _)| check.name.clone()).collect();
    let hints = lab.checks.iter().map(|_| hints.to_vec()).collect();
    tell(
        app,
        Event::Verdicts { lab: ID.into(), verdicts, invariants: vec![], hints, passed_once, turned, since: vec![] },
    );
}

fn timed(app: &mut App, minutes: i64, passed: &[(&str, i64)]) {
    let mut timed = Timed::new(60, 7, &Tick { boot: "b".into(), at: 0 });
    timed.advance(&Tick { boot: "b".into(), at: minutes * 60_000 });
    timed.passed = passed.iter().map(|(check, at)| ((*check).to_owned(), at * 60_000)).collect();
    tell(app, Event::Timed { lab: ID.into(), timed });
}

#[track_caller]
fn shot(name: &str, app: &App) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, screen(app)));
}

#[test]
fn a_hint_is_the_one_for_the_situation() {
    let mut lab = challenge(Explain::Full);
    let hint = |level, text: &str| Hint { level, when: None, text: text.into() };
    lab.checks[0].hints = vec![hint(1, "없을 때"), hint(1, "느릴 때"), hint(2, "마지막")];
    let mut app = open(LARGE, Look::default(), lab);
    stand(&mut app, vec![failed()], &[1, 2], vec![]);
    press(&mut app, "h");
    assert!(screen(&app).contains("느릴 때") && !screen(&app).contains("없을 때") && !screen(&app).contains("마지막"));
    // The level was taken; what is at it follows the situation.
    stand(&mut app, vec![failed()], &[0, 2], vec![]);
    assert!(screen(&app).contains("없을 때") && !screen(&app).contains("느릴 때"));
    press(&mut app, "h");
    assert!(screen(&app).contains("마지막"));
    assert_eq!(app.progress.hint(ID, "web-ready"), 2);
}

#[test]
fn a_challenge_shows_the_symptom_and_what_a_hint_costs() {
    let mut app = open(LARGE, Look::default(), challenge(Explain::Symptom));
    stand(&mut app, vec![Verdict::Passed], &[0, 1], vec![]);
    stand(&mut app, vec![failed()], &[0, 1], vec![("web-ready".into(), deleted())]);
    let said = screen(&app);
    for secret in ["nodeSelector의 값이 sdd예요", "kubectl -n shop describe", "지워졌어요"] {
        assert!(!said.contains(secret), "{secret}\n{said}");
    }
    assert!(said.contains("준비된 Pod 0 / 3"), "the effect is seen\n{said}");
    assert!(press(&mut app, "y").is_empty(), "no command is copied either");
    press(&mut app, "<enter>");
    assert!(!screen(&app).contains("describe") && !screen(&app).contains("sdd"));
    press(&mut app, "<esc>h");
    assert!(screen(&app).contains("이 확인") && !screen(&app).contains("이벤트가 말해"), "it says so first");
    assert_eq!(app.progress.hint(ID, "web-ready"), 0);
    shot("challenge-hint", &app);
    press(&mut app, "h");
    let paid = screen(&app);
    assert!(paid.contains("이벤트가 말해") && paid.contains("describe pod"), "{paid}");
    assert_eq!((app.progress.hint(ID, "web-ready"), app.progress.hint(ID, "web-service")), (1, 0));
    press(&mut app, "<esc>");
    assert!(screen(&app).contains("지워졌어요"), "now what changed is told");
}

#[test]
fn an_exam_has_verdicts_alone() {
    let mut app = open(LARGE, Look::default(), challenge(Explain::None));
    stand(&mut app, vec![Verdict::Passed, failed()], &[0, 1], vec![]);
    press(&mut app, "jjj");
    let said = screen(&app);
    assert!(!said.contains("지금    ") && !said.contains("describe"), "{said}");
    press(&mut app, "h");
    assert!(app.popup.is_none() && screen(&app).contains("시험에는 힌트가 없어요"));
    press(&mut app, "S");
    assert!(app.popup.is_none() && screen(&app).contains("시험에는 참고 풀이가 없어요"));
}

#[test]
fn the_solution_is_shown_step_by_step_and_done_after_a_yes() {
    let mut app = open(LARGE, Look::default(), challenge(Explain::Full));
    stand(&mut app, vec![failed()], &[], vec![]);
    press(&mut app, "S");
    assert!(screen(&app).contains("01-web") && !screen(&app).contains("kubectl apply"), "it asks first");
    press(&mut app, "<enter>");
    assert!(app.progress.labs[ID].shown.contains_key("01-web"));
    shot("solution-step", &app);
    let orders = press(&mut app, "<enter>");
    assert!(matches!(orders.as_slice(), [Effect::Order(Order::Solve { steps: 1 })]), "{orders:?}");
    let work = Work { what: "01-web: ConfigMap shop/web 적용".into(), since: app.now, end: None };
    tell(&mut app, Event::Phase { lab: ID.into(), phase: Phase::Working(vec![work]) });
    assert!(screen(&app).contains("ConfigMap shop/web 적용"));
    stand(&mut app, vec![Verdict::Passed], &[], vec![]);
    tell(&mut app, Event::Phase { lab: ID.into(), phase: Phase::Running(0) });
    let next = screen(&app);
    assert!(next.contains("02-service") && !next.contains("lab answer"), "the next is offered, not shown\n{next}");
    press(&mut app, "<esc>S");
    assert!(screen(&app).contains("02-service"), "what has passed is left out");
}

#[test]
fn a_trigger_says_what_it_does_and_how_it_is_undone_and_asks() {
    let mut lab = challenge(Explain::Full);
    let target = |name: &str| crate::lab::Target {
        api_version: "v1".into(),
        kind: "Pod".into(),
        namespace: Some("shop".into()),
        name: Some(name.into()),
        labels: Default::default(),
        fields: Default::default(),
    };
    lab.checks[0].source = Source::Trigger(Box::new(Trigger {
        actions: vec![Action::Delete(target("web-0"))],
        then: Expectation::AllOf(vec![]),
        undo: vec![Action::Scale { target: target("web-0"), replicas: 1 }],
    }));
    let mut app = open(NARROW, Look::default(), lab);
    stand(&mut app, vec![], &[], vec![]);
    press(&mut app, "T");
    let asked = screen(&app);
    assert!(asked.contains("delete pod web-0") && asked.contains("scale pod web-0"), "{asked}");
    assert!(press(&mut app, "<esc>").is_empty() && app.popup.is_none());
    let orders = press(&mut app, "T<enter>");
    assert!(matches!(orders.as_slice(), [Effect::Order(Order::Trigger(check))] if check == "web-ready"), "{orders:?}");
}

#[test]
fn the_debrief_of_the_last_check_of_a_step_is_seen_before_the_step_folds() {
    let mut app = open(LARGE, Look::default(), challenge(Explain::Full));
    stand(&mut app, vec![Verdict::Passed, failed()], &[], vec![]);
    stand(&mut app, vec![Verdict::Passed, Verdict::Passed, failed()], &[], vec![]);
    assert!(screen(&app).contains("Deployment는 Pod의 수를"), "{}", screen(&app));
    press(&mut app, "z");
    assert!(!screen(&app).contains("Service web이 Pod를 찾음"), "then it folds");
}

#[test]
fn undoing_says_what_it_does_and_asks() {
    let mut app = open(NARROW, Look::default(), challenge(Explain::Full));
    stand(&mut app, vec![Verdict::Passed], &[], vec![]);
    let orders = press(&mut app, "u");
    assert!(matches!(orders.as_slice(), [Effect::Order(Order::PlanUndo)]));
    assert!(screen(&app).contains("보는 중"));
    let object =
        |kind: &str, name: &str| ObjectRef { kind: kind.into(), namespace: Some("shop".into()), name: name.into() };
    let undoing =
        |how, object: ObjectRef, field: &str| Undoing { how, object, fields: vec![field.into()], body: json!({}) };
    let plan = Plan {
        at: 1_800_000_000_000,
        passed: vec!["web-ready".into()],
        objects: vec![
            undoing(How::Delete, object("Service", "typo"), ""),
            undoing(How::Replace, object("ConfigMap", "web"), "data.open"),
            undoing(How::Make, object("Deployment", "web"), ""),
        ],
        nodes: vec!["jotasu-worker".into()],
    };
    tell(&mut app, Event::Undo { lab: ID.into(), plan: Ok(plan.clone()) });
    for part in ["Service shop/typo", "ConfigMap shop/web (data.open)", "Deployment shop/web", "로그", "jotasu-worker"]
    {
        assert!(screen(&app).contains(part), "{part}\n{}", screen(&app));
    }
    let orders = press(&mut app, "<enter>");
    assert!(matches!(orders.as_slice(), [Effect::Order(Order::Undo(shown))] if *shown == plan), "{orders:?}");
    tell(&mut app, Event::Undone { lab: ID.into(), failed: vec![] });
    assert!(screen(&app).contains("통과했던 때로 되돌렸어요"));
}

#[test]
fn a_challenge_may_be_timed_and_is_looked_back_on() {
    let mut app = open(LARGE, Look::default(), challenge(Explain::Symptom));
    tell(&mut app, Event::Phase { lab: ID.into(), phase: Phase::Off });
    press(&mut app, "s");
    assert!(screen(&app).contains("t를 누르면 60분"));
    press(&mut app, "t");
    shot("start-timed", &app);
    let orders = press(&mut app, "<enter>");
    assert!(matches!(orders.as_slice(), [Effect::Order(Order::Start(_)), Effect::Order(Order::Time)]), "{orders:?}");
    tell(&mut app, Event::Phase { lab: ID.into(), phase: Phase::Running(0) });
    stand(&mut app, vec![Verdict::Waiting], &[0, 1], vec![]);
    timed(&mut app, 0, &[]);
    assert!(screen(&app).contains("남은 60분 / 60분"));
    timed(&mut app, 1, &[]);
    assert!(screen(&app).contains("남은 59분 / 60분"));
    press(&mut app, "hh<esc>");
    stand(&mut app, vec![Verdict::Passed, failed()], &[0, 1], vec![]);
    assert!(screen(&app).contains("Deployment는 Pod의 수를"), "the debrief is there, in place\n{}", screen(&app));
    press(&mut app, "j");
    assert!(!screen(&app).contains("Deployment는 Pod의 수를"), "once");
    timed(&mut app, 12, &[("web-ready", 11)]);
    timed(&mut app, 60, &[("web-ready", 11)]);
    assert!(screen(&app).contains("시간 끝") && screen(&app).contains("시간이 다 됐어요"), "{}", screen(&app));
    press(&mut app, "R");
    shot("review", &app);
}

#[test]
fn the_tools_are_there_without_color_and_in_ascii() {
    let mut app = open(NARROW, Look { ascii: true, ..Look::default() }, challenge(Explain::Symptom));
    stand(&mut app, vec![failed()], &[0, 1], vec![]);
    timed(&mut app, 3, &[]);
    press(&mut app, "S<enter>");
    let text = screen(&app);
    assert!(
        text.contains("kubectl apply -f - <<'EOF'") && text.is_ascii()
            || text.chars().all(|c| c.is_ascii() || ('가'..='힣').contains(&c) || "·".contains(c)),
        "{text}"
    );
}
