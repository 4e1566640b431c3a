use super::super::fixture::*;
use crate::app::things::What;
use crate::app::{App, Effect, Look, Message, Mouse, Opened, Panes};
use crate::keymap::Key;
use crate::lab::Level;
use crate::progress::{Change, Progress};

const TEXT: &str = "\
# 첫째

[둘째](../day_02/session_01.md)와 [없는 곳](none.md), [밖](../../../x.md), [여기](#속)를 봐요.

<details>
<summary>펴 볼 것</summary>

## 속

숨은 문단이에요. [문서](https://kubernetes.io/ko/)도 있어요.

</details>

- [ ] 스스로 할 일
- [ ] 확인할 일 <!-- check: web-ready -->

```bash
kubectl get pods --all-namespaces --output wide --show-labels --sort-by .metadata.creationTimestamp --watch
```

끝이에요.
";

/// A lesson of this text, at a size.
fn reading_at(size: (u16, u16), text: &str, progress: Progress) -> App {
    let mut app = App::new(course(), progress, Look::default(), Level::Beginner);
    app.update(Message::Clock(1_800_000_000_000));
    app.update(Message::Resize(size.0, size.1));
    for effect in app.start() {
        if let Effect::Open(node) = effect {
            answer(&mut app, node, text);
        }
    }
    app.focus = crate::app::Focus::Reader;
    app.status = None;
    app.update(Message::Clock(app.now));
    app
}

fn answer(app: &mut App, node: usize, text: &str) {
    let effects = app.update(Message::Opened(Box::new(Opened { node, text: Ok(text.into()) })));
    perform(app, effects);
}

fn reading() -> App {
    reading_at((80, 24), TEXT, Progress::default())
}

fn thing(app: &App) -> Option<What> {
    app.reader.thing.as_ref().map(|thing| thing.what)
}

/// What is said in the footer.
fn said(app: &App) -> &str {
    app.status.as_ref().map_or("", |status| status.text.as_str())
}

fn shot(name: &str, screen: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, screen));
}

#[test]
fn f_goes_through_the_things_of_a_lesson_and_back() {
    let mut app = reading();
    let mut seen = Vec::new();
    for _ in 0..8 {
        press(&mut app, "f");
        seen.push(thing(&app).unwrap());
    }
    use What::{Code, Fold, Link, Task};
    assert_eq!(seen, [Link(0), Link(1), Link(2), Link(3), Fold(0), Task(0), Task(1), Code(0)]);
    press(&mut app, "f");
    assert_eq!((thing(&app), said(&app)), (Some(Code(0)), "이 아래에는 더 없어요"));
    press(&mut app, "FFF");
    assert_eq!(thing(&app), Some(Fold(0)));
    // Hangul input gives the same keys.
    press(&mut app, "ㄹ");
    assert_eq!(thing(&app), Some(Task(0)));
}

#[test]
fn a_link_is_followed_or_says_why_not() {
    let mut app = reading();
    press(&mut app, "ff<enter>");
    assert_eq!(said(&app), "이 과정에 없는 곳이에요: none.md");
    press(&mut app, "f<enter>");
    assert_eq!(said(&app), "과정 밖으로 나가는 링크예요: ../../../x.md");
    press(&mut app, "f<enter>");
    // The heading is in a closed fold: it is opened.
    assert!(screen(&app).contains("숨은 문단이에요"), "{}", screen(&app));
    press(&mut app, "f");
    assert!(matches!(thing(&app), Some(What::Link(_))), "{:?}", app.reader.thing);
    assert_eq!(said(&app), "→ https://kubernetes.io/ko/");
    let effects = press(&mut app, "<enter>");
    assert!(matches!(effects.as_slice(), [Effect::Copy(to)] if to == "https://kubernetes.io/ko/"), "{effects:?}");
}

#[test]
fn back_and_forward_keep_the_place_in_each_lesson() {
    let filler: String = (1..60).map(|i| format!("문단 {i}이에요.\n\n")).collect();
    let mut app =
        reading_at((80, 24), &format!("{filler}[둘째](../day_02/session_01.md)\n\n{filler}"), Progress::default());
    let first = app.reader.node.unwrap();
    press(&mut app, "f");
    let place = app.reader.place();
    assert!(place.0 > 100, "{place:?}");
    press(&mut app, "<enter>");
    let second = app.curriculum.find("d2s1");
    assert_eq!(app.reader.node, second);
    press(&mut app, "jjj");
    let there = app.reader.place();
    for key in [Key::Char(','), Key::Char('.'), Key::Backspace] {
        for effect in app.update(Message::Key(key)) {
            if let Effect::Open(node) = effect {
                let text =
                    if node == first { format!("{filler}[둘째](x.md)\n\n{filler}") } else { LESSON.to_owned() };
                answer(&mut app, node, &text);
            }
        }
        let expected = if key == Key::Char('.') { (second, there) } else { (Some(first), place) };
        assert_eq!((app.reader.node, app.reader.place()), expected, "{key:?}");
    }
    press(&mut app, ",");
    assert_eq!(said(&app), "돌아갈 곳이 없어요");
}

#[test]
fn a_jump_within_a_lesson_opens_what_hides_its_line() {
    let mut app = reading();
    let node = app.reader.node.unwrap();
    assert!(!screen(&app).contains("숨은 문단"));
    app.jump(node, 10);
    app.update(Message::Clock(app.now));
    assert!(screen(&app).contains("숨은 문단"));
    press(&mut app, "v");
    assert!(!screen(&app).contains("숨은 문단"));
    press(&mut app, "v");
    assert!(screen(&app).contains("숨은 문단"));
}

#[test]
fn open_folds_are_remembered_while_the_program_runs() {
    let mut app = reading();
    let first = app.reader.node.unwrap();
    press(&mut app, "fffff<enter>");
    assert!(screen(&app).contains("숨은 문단"));
    press(&mut app, "FFFF");
    assert_eq!(thing(&app), Some(What::Link(0)));
    press(&mut app, "<enter>");
    assert_ne!(app.reader.node, Some(first));
    for effect in app.update(Message::Key(Key::Backspace)) {
        if let Effect::Open(node) = effect {
            answer(&mut app, node, TEXT);
        }
    }
    assert!(screen(&app).contains("숨은 문단"), "{}", screen(&app));
}

#[test]
fn own_tasks_are_ticked_and_kept_and_checked_ones_say_who_decides() {
    let mut app = reading();
    press(&mut app, "ffffff<enter>");
    assert!(screen(&app).contains("☑ 스스로 할 일"), "{}", screen(&app));
    press(&mut app, "f<enter>");
    assert!(said(&app).starts_with("실습이 확인해서 표시하는 줄이에요"), "{}", said(&app));
    let kept = app.progress.clone();
    // The line moved: the tick is known by its text.
    let again = reading_at((80, 24), &format!("# 앞\n\n새로 쓴 것\n\n{TEXT}"), kept);
    assert!(screen(&again).contains("☑ 스스로 할 일"), "{}", screen(&again));
    press(&mut app, "F<enter>");
    assert!(screen(&app).contains("☐ 스스로 할 일"));
}

#[test]
fn notes_and_bookmarks_stay_on_their_lines() {
    let mut app = reading();
    press(&mut app, "ffffff*");
    press(&mut app, "f");
    app.update(Message::Key(Key::Char('i')));
    press(&mut app, "ㄴㅐㅇㅣㄹ 다시<enter>");
    let shown = screen(&app);
    assert!(shown.contains("✎ 내일 다시"), "{shown}");
    press(&mut app, "<esc>F");
    shot("notes-in-a-lesson", &screen(&app));
    let kept = app.progress.clone();
    assert_eq!(kept.note_counts(), (1, 1));
    let mut again = reading_at((80, 24), &format!("# 앞\n\n새로 쓴 것\n\n{TEXT}"), kept);
    assert!(screen(&again).contains("✎ 내일 다시"));
    press(&mut again, "l");
    shot("notes-list", &screen(&again));
    press(&mut again, "j<enter>");
    assert!(again.popup.is_none());
    // Emptied, it is gone.
    let line = again.reader.notes.iter().find(|placed| !placed.note.text.is_empty()).unwrap().line;
    while again.reader.current_line() != Some(line) {
        press(&mut again, "f");
    }
    press(&mut again, "i");
    again.update(Message::Key(Key::Ctrl('u')));
    press(&mut again, "<enter>");
    assert_eq!(said(&again), "메모를 지웠어요");
    assert_eq!(again.progress.note_counts(), (0, 1));
}

#[test]
fn long_lines_are_wrapped_or_pushed_aside() {
    let mut app = reading();
    assert!(!app.reader.can_push());
    press(&mut app, "<right>w");
    assert!(app.reader.can_push());
    shot("long-line", &screen(&app));
    press(&mut app, "<right><right>");
    shot("long-line-pushed", &screen(&app));
    press(&mut app, "<left><left><left>w");
    assert!(!app.reader.can_push());
}

#[test]
fn the_place_in_a_long_paragraph_is_resumed_at_its_row() {
    let long = "낱말이 ".repeat(2000);
    let mut app = reading_at((80, 24), &long, Progress::default());
    for _ in 0..41 {
        press(&mut app, "j");
    }
    let (top, now) = (app.reader.top, app.now);
    assert_eq!(top, 41);
    app.update(Message::Clock(now + 60_000));
    let mut again = reading_at((80, 24), &long, app.progress.clone());
    assert_eq!(again.reader.top, top);
    // At another width about the same words are at the top.
    again.update(Message::Resize(60, 24));
    let rows = again.reader.page.rows.len();
    assert!((again.reader.top * 100 / rows).abs_diff(top * 100 / app.reader.page.rows.len()) <= 1);
    let node = again.reader.node.unwrap();
    let id = again.curriculum.nodes[node].id.clone();
    again.progress.apply(&Change::Place { lesson: id, line: 1, within: 0, at: now + 90_000 });
    assert_eq!(reading_at((80, 24), &long, again.progress.clone()).reader.top, 0);
}

#[test]
fn the_mouse_does_what_is_expected_and_can_be_turned_off() {
    let mut app = reading();
    let body = Panes::body(app.panes().reader.unwrap());
    let click = |app: &mut App, row: usize, column: usize| {
        let (x, y) = (body.x + column as u16, body.y + (row - app.reader.top) as u16);
        let effects = app.update(Message::Mouse(Mouse::Press, x, y));
        perform(app, effects)
    };
    let fold = app.reader.page.folds[0].row;
    click(&mut app, fold, 6);
    assert!(screen(&app).contains("숨은 문단"));
    click(&mut app, fold, 6);
    assert!(!screen(&app).contains("숨은 문단"));
    let task = app.reader.page.tasks[0].clone();
    click(&mut app, task.row, task.column);
    assert!(screen(&app).contains("☑ 스스로 할 일"));
    let code = app.reader.page.code[0].rows.start;
    assert!(click(&mut app, code, 6).is_empty());
    assert!(matches!(click(&mut app, code, 6).as_slice(), [Effect::Copy(text)] if text.starts_with("kubectl get")));
    let effects = app.update(Message::Key(Key::F(2)));
    assert!(matches!(effects.as_slice(), [Effect::Mouse(false)]), "{effects:?}");
    let effects = app.update(Message::Key(Key::F(2)));
    assert!(matches!(effects.as_slice(), [Effect::Mouse(true)]), "{effects:?}");
}

#[test]
fn the_mouse_opens_lessons_in_the_tree_and_its_wheel_scrolls_what_is_under_it() {
    let mut app = reading_at((120, 36), &"글\n\n".repeat(100), Progress::default());
    let (tree, body) = (Panes::body(app.panes().tree.unwrap()), Panes::body(app.panes().reader.unwrap()));
    let wheel = |app: &mut App, mouse, area: ratatui::layout::Rect| {
        app.update(Message::Mouse(mouse, area.x + 3, area.y + 3));
    };
    wheel(&mut app, Mouse::WheelDown, body);
    assert_eq!(app.reader.top, 3);
    wheel(&mut app, Mouse::WheelUp, tree);
    assert_eq!(app.reader.top, 3, "it was over the tree");
    wheel(&mut app, Mouse::WheelUp, body);
    assert_eq!(app.reader.top, 0);
    let other = |node: usize| Some(node) != app.reader.node && app.curriculum.nodes[node].path.is_some();
    let rows = app.tree.rows(&app.curriculum);
    let (row, (_, node)) = rows.iter().enumerate().find(|(_, (_, node))| other(*node)).unwrap();
    let (row, node) = (tree.y + (row - app.tree.top) as u16, *node);
    let effects = app.update(Message::Mouse(Mouse::Press, tree.x + 12, row));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Open(open) if *open == node)), "{effects:?}");
}
