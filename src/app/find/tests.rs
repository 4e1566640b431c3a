use super::*;
use crate::app::picker::Line;
use crate::app::{Look, Message, Opened};
use crate::course::{Curriculum, Kind as Node, Node as Entry};
use crate::lab::Level;
use crate::progress::{Change, Progress};

const PAGES: [(&str, &str); 2] = [
    ("세션 1 컨테이너", "# 세션 1 컨테이너\n\n이미지를 실행해요.\n\n## 둘째 (20분)\n\n노드는 기계예요.\n"),
    (
        "세션 2 배포",
        "# 세션 2 배포\n\n컨테이너를 노드에 놓아요.\n\n## 끝 (10분)\n\n노드가 둘이에요. 노드 하나는 쉬어요.\n",
    ),
];

/// The screen with the first lesson open.
fn app() -> App {
    let mut curriculum = Curriculum::default();
    for (i, (title, _)) in PAGES.iter().enumerate() {
        let mut node = Entry::new(Node::Session, *title);
        (node.path, node.id) = (Some(format!("{i}.md")), format!("s{i}"));
        curriculum.nodes.push(node);
        curriculum.roots.push(i);
    }
    let mut app = App::new(curriculum, Progress::default(), Look::default(), Level::Beginner);
    app.update(Message::Clock(1_800_000_000_000));
    app.update(Message::Resize(100, 30));
    let effects = app.start();
    perform(&mut app, effects);
    app
}

/// Answers what is asked of the outside; gives what is not a read, a save or the index.
fn perform(app: &mut App, effects: Vec<Effect>) -> Vec<Effect> {
    let mut left = Vec::new();
    for effect in effects {
        let message = match effect {
            Effect::Open(node) => Message::Opened(Box::new(Opened { node, text: Ok(PAGES[node].1.into()) })),
            Effect::Index => Message::Indexed(Arc::new(Index::build(&app.curriculum, |path| {
                PAGES.get(path.trim_end_matches(".md").parse::<usize>().ok()?).map(|page| page.1.to_owned())
            }))),
            Effect::Save(_) => Message::Saved(Ok(())),
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

fn press(app: &mut App, key: Key) -> Vec<Effect> {
    let effects = app.update(Message::Key(key));
    perform(app, effects)
}

fn typed(app: &mut App, text: &str) {
    for c in text.chars() {
        press(app, Key::Char(c));
    }
}

/// The lines of the list; the chosen one with `>`.
fn shown(app: &App) -> String {
    let picker = app.picking().unwrap();
    let line = |(i, line): (usize, &Line)| {
        let mark = if i == picker.selected && line.goal.is_some() { ">" } else { " " };
        format!("{mark}{}{}", " ".repeat(line.indent), line.text).trim_end().to_owned()
    };
    let lines: Vec<String> = picker.lines.iter().enumerate().map(line).collect();
    lines.join("\n") + &picker.said
}

#[test]
fn what_is_typed_is_found_and_opened_at_its_line() {
    let mut app = app();
    press(&mut app, Key::Char('/'));
    typed(&mut app, "놓아");
    assert_eq!(shown(&app), " 세션 2 배포\n>  컨테이너를 노드에 놓아요.");
    press(&mut app, Key::Enter);
    assert!(app.popup.is_none() && app.reader.node == Some(1));
    assert_eq!(app.found.as_ref().unwrap().count().trim(), "찾은 곳 1/1");
}

#[test]
fn loose_jamo_and_either_keyboard_will_do() {
    for typing in ["컨테이너", "ㅋㅌㅇㄴ", "컨ㅌ", "zjsxpdlsj", "\u{110f}\u{1165}\u{11ab}테"] {
        let mut app = app();
        press(&mut app, Key::Char('/'));
        typed(&mut app, typing);
        assert_eq!(shown(&app), ">세션 1 컨테이너\n\n 세션 2 배포\n   컨테이너를 노드에 놓아요.", "{typing}");
    }
}

#[test]
fn matches_are_gone_through_until_esc() {
    let mut app = app();
    press(&mut app, Key::Char('/'));
    typed(&mut app, "노드 둘");
    press(&mut app, Key::Enter);
    let at = |app: &App| app.found.as_ref().map(|found| found.count().trim().to_owned());
    assert_eq!(at(&app).as_deref(), Some("찾은 곳 2/4"));
    // In Hangul mode too.
    for key in ['n', 'ㅜ'] {
        press(&mut app, Key::Char(key));
    }
    assert_eq!(at(&app).as_deref(), Some("찾은 곳 4/4"));
    for (on, back) in [('n', 'N'), ('n', 'p'), ('ㅜ', 'ㅔ')] {
        press(&mut app, Key::Char(on));
        assert_eq!(at(&app).as_deref(), Some("찾은 곳 1/4"));
        press(&mut app, Key::Char(back));
        assert_eq!(at(&app).as_deref(), Some("찾은 곳 4/4"));
    }
    let footer: String = app.footer(90).into_iter().map(|(_, text)| text).collect();
    assert!(footer.starts_with("찾은 곳 4/4   n 다음  p 앞  Esc 끝내기"), "{footer}");
    press(&mut app, Key::Esc);
    assert_eq!(at(&app), None);
    press(&mut app, Key::Char('n'));
    assert!(app.status.is_some_and(|status| status.text.contains("모두 마쳤어요")), "n is the next thing to do again");
}

#[test]
fn a_place_beside_what_is_in_sight_is_pushed_into_it() {
    let mut app = app();
    let far = format!("# 넓은 것\n\n```\n{}노드\n```\n\n노드\n", "x".repeat(150));
    app.reader.open(0, crate::lesson::parse(&far), Vec::new(), 1);
    app.index = Indexing::Ready(Arc::new(Index::build(&app.curriculum, |_| Some(far.clone()))));
    app.reader.view.pan = true;
    app.update(Message::Resize(90, 30));
    press(&mut app, Key::Char('/'));
    typed(&mut app, "노드");
    press(&mut app, Key::Enter);
    for _ in 0..4 {
        let span = app.found.as_ref().and_then(|found| found.here().cloned()).expect("it is at a place");
        let shift = app.reader.page.wide.iter().find(|wide| wide.rows.contains(&span.row));
        let shift = shift.map_or(0, |wide| app.reader.shift(wide));
        assert!(shift <= span.columns.start && span.columns.end <= shift + app.reader.width(), "{span:?} at {shift}");
        press(&mut app, Key::Char('n'));
    }
    assert!(app.reader.page.wide.iter().any(|wide| app.reader.shift(wide) > 0));
}

#[test]
fn places_in_folds_are_opened() {
    let mut app = app();
    let text = "# 접기\n\n<details><summary>하나</summary>\n\n노드가 숨어요.\n\n</details>\n\n<details><summary>둘</summary>\n\n여기도 노드가 있어요.\n\n</details>\n";
    app.reader.open(0, crate::lesson::parse(text), Vec::new(), 1);
    app.index = Indexing::Ready(Arc::new(Index::build(&app.curriculum, |_| Some(text.to_owned()))));
    app.update(Message::Resize(90, 30));
    assert!(app.reader.page.folds.iter().all(|fold| !fold.open));
    press(&mut app, Key::Char('/'));
    typed(&mut app, "노드");
    press(&mut app, Key::Enter);
    assert_eq!(app.found.as_ref().map(|found| found.list.len()), Some(2));
    assert!(app.reader.page.folds.iter().all(|fold| fold.open));
}

#[test]
fn another_lesson_has_no_marks() {
    let mut app = app();
    press(&mut app, Key::Char('/'));
    typed(&mut app, "이미지");
    press(&mut app, Key::Enter);
    assert!(app.found.is_some() && app.reader.node == Some(0), "the lesson was open already");
    app.tree.selected = 1;
    app.focus = Focus::Tree;
    press(&mut app, Key::Enter);
    assert!(app.found.is_none() && app.reader.node == Some(1));
}

#[test]
fn the_open_lesson_can_be_searched_alone() {
    let mut app = app();
    press(&mut app, Key::Char('/'));
    typed(&mut app, "노드");
    assert_eq!(app.picking().unwrap().count, "학습 2개");
    press(&mut app, Key::Tab);
    assert_eq!(shown(&app), " 세션 1 컨테이너\n>  노드는 기계예요.");
    typed(&mut app, "가");
    assert_eq!(shown(&app), "이 학습에는 없어요. Tab을 누르면 과정 전체에서 찾아요");
    press(&mut app, Key::Tab);
    assert_eq!(shown(&app), " 세션 2 배포\n>  노드가 둘이에요. 노드 하나는 쉬어요.");
}

#[test]
fn results_come_by_themselves_when_the_index_is_made() {
    let mut app = app();
    let effects = app.update(Message::Key(Key::Char('/')));
    assert!(matches!(effects.as_slice(), [Effect::Index]), "{effects:?}");
    typed(&mut app, "기계");
    assert!(shown(&app).contains("읽는 중이에요"), "{}", shown(&app));
    perform(&mut app, effects);
    assert_eq!(shown(&app), " 세션 1 컨테이너\n>  노드는 기계예요.");
    assert!(app.update(Message::Highlighted).is_empty(), "it is made once");
}

#[test]
fn while_nothing_is_typed_the_lessons_read_last_are_shown() {
    let mut app = app();
    press(&mut app, Key::Char('/'));
    assert!(shown(&app).contains("찾을 말을 쓰세요"));
    press(&mut app, Key::Esc);
    let yesterday = app.now - 24 * 3_600_000;
    app.progress.apply(&Change::Opened { lesson: "s1".into(), at: yesterday });
    press(&mut app, Key::Char('/'));
    assert_eq!(shown(&app), " 최근에 본 학습\n>  세션 2 배포");
    assert!(app.picking().unwrap().lines[1].right.ends_with("어제"));
    press(&mut app, Key::Enter);
    assert_eq!(app.reader.node, Some(1));
}

#[test]
fn the_outline_leads_to_headings() {
    let mut app = app();
    press(&mut app, Key::Char('o'));
    assert_eq!(shown(&app), ">세션 1 컨테이너\n   둘째");
    assert_eq!(app.picking().unwrap().lines[1].right, "20분");
    typed(&mut app, "ㄷㅉ");
    assert_eq!(shown(&app), ">  둘째");
    app.update(Message::Resize(100, 12));
    press(&mut app, Key::Enter);
    let row = app.reader.page.row_of_line(5);
    assert_eq!(app.reader.top, row.min(app.reader.last_top()));
}

#[test]
fn the_palette_does_what_it_says() {
    let mut app = app();
    press(&mut app, Key::Char(':'));
    assert!(shown(&app).contains("모든 키를 보여요") && !shown(&app).contains("실습을 끝내고"), "{}", shown(&app));
    typed(&mut app, "세션 2");
    assert_eq!(shown(&app), ">세션 2 배포");
    press(&mut app, Key::Enter);
    assert_eq!(app.reader.node, Some(1));
    press(&mut app, Key::Char(':'));
    typed(&mut app, "rhkwjd zks");
    assert_eq!(shown(&app), ">과정 칸을 숨기거나 보여요");
    press(&mut app, Key::Enter);
    assert!(app.tree.hidden);
    press(&mut app, Key::Char(':'));
    typed(&mut app, "nexthead");
    assert_eq!(shown(&app), ">다음 제목으로 가요", "a command is known by its English name too");
    press(&mut app, Key::Esc);
    press(&mut app, Key::Char(':'));
    typed(&mut app, "나가요");
    press(&mut app, Key::Ctrl('n'));
    press(&mut app, Key::Ctrl('p'));
    assert!(matches!(press(&mut app, Key::Enter).last(), Some(Effect::Quit)), "{}", shown(&app));
}

#[test]
fn the_mouse_chooses_and_leaves() {
    let mut app = app();
    press(&mut app, Key::Char('/'));
    typed(&mut app, "기계");
    let area = crate::app::panes::popup_area(&app, app.popup.as_ref().unwrap());
    let click = |app: &mut App, x, y| {
        let effects = app.update(Message::Mouse(Mouse::Press, x, y));
        perform(app, effects);
    };
    click(&mut app, area.x + 4, area.y + 1 + ABOVE);
    assert!(app.popup.is_some(), "a head cannot be chosen");
    click(&mut app, area.x + 4, area.y + 2 + ABOVE);
    assert!(app.popup.is_none() && app.found.is_some());
    press(&mut app, Key::Char('/'));
    click(&mut app, 0, 0);
    assert!(app.popup.is_none());
}
