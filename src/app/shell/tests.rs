//! The pane's part of the program: keys, focus, blocks.

use std::sync::Arc;

use super::*;
use crate::app::{Look, Message};
use crate::course::Curriculum;
use crate::lab::Level;
use crate::progress::Progress;
use crate::settings::Trusted;

/// A lesson of one block, at a size, with the block chosen.
fn app(size: (u16, u16), block: &str) -> App {
    let mut app = App::new(Curriculum::default(), Progress::default(), Look::default(), Level::Beginner);
    app.update(Message::Clock(1_000_000));
    app.update(Message::Resize(size.0, size.1));
    app.reader.open(0, crate::lesson::parse(&format!("# 제목\n\n{block}\n")), Vec::new(), 1);
    app.update(Message::Resize(size.0, size.1));
    app
}

fn press(app: &mut App, key: Key) -> Vec<Ask> {
    asked(app.update(Message::Key(key)))
}

fn asked(effects: Vec<Effect>) -> Vec<Ask> {
    let ask = |effect| if let Effect::Shell(ask) = effect { Some(ask) } else { None };
    effects.into_iter().filter_map(ask).collect()
}

fn said(app: &mut App, modes: Modes, end: Option<&str>) {
    let view = Arc::new(View { modes, ..View::default() });
    app.update(Message::Shell(Said { view, end: end.map(|why| End { code: Some(1), why: why.into() }) }));
}

const PASTE: Modes = Modes {
    bracketed_paste: true,
    application_cursor: false,
    alternate: false,
    mouse: Wanted::Nothing,
    decimal_mouse: false,
};

#[test]
fn every_key_goes_to_the_shell_but_the_ways_out() {
    for way in [Key::Ctrl(']'), Key::F(12)] {
        let mut app = app((120, 36), "글");
        let pane = (89, 11);
        assert_eq!(press(&mut app, Key::Char('t')), [Ask::Start(pane.0, pane.1)]);
        for key in [Key::Char('q'), Key::Ctrl('c'), Key::Esc, Key::Tab, Key::Char('가'), Key::F(1)] {
            assert!(matches!(press(&mut app, key).as_slice(), [Ask::Type(_)]), "{key:?}");
        }
        let alt = Chord { alt: true, ..Chord::of(Key::Char('b')) };
        assert_eq!(asked(app.update(Message::Chord(alt))), [Ask::Type(b"\x1bb".to_vec())]);
        assert!(press(&mut app, way).is_empty());
        assert_eq!(app.focus, Focus::Reader);
        assert!(press(&mut app, Key::Char('t')).is_empty(), "it runs already");
        assert!(app.in_shell());
    }
}

#[test]
fn hangul_reaches_the_shell_as_it_is_and_opens_it_by_its_key() {
    let mut app = app((120, 36), "글");
    assert!(matches!(press(&mut app, Key::Char('ㅅ')).as_slice(), [Ask::Start(..)]));
    assert_eq!(press(&mut app, Key::Char('ㅅ')), [Ask::Type("ㅅ".into())]);
}

#[test]
fn the_pane_zooms_folds_and_follows_the_screen() {
    let mut app = app((120, 36), "글");
    press(&mut app, Key::Char('t'));
    press(&mut app, Key::F(12));
    assert_eq!(press(&mut app, Key::Char('d')), [Ask::Resize(118, 33)]);
    assert_eq!(press(&mut app, Key::F(12)), [Ask::Resize(89, 11)]);
    press(&mut app, Key::Char('c'));
    assert!(app.panes().shell.is_none() && app.shell.runs());
    assert_eq!(asked(app.update(Message::Resize(80, 24))), []);
    assert_eq!(press(&mut app, Key::Char('t')), [Ask::Resize(78, 20)]);
    assert!(app.panes().reader.is_none(), "a tab of its own");
}

#[test]
fn a_shell_that_has_ended_says_so_and_begins_anew_with_enter() {
    let mut app = app((120, 36), "글");
    press(&mut app, Key::Char('t'));
    said(&mut app, Modes::default(), Some("셸이 끝났어요"));
    assert!(press(&mut app, Key::Char('x')).is_empty());
    assert!(matches!(press(&mut app, Key::Enter).as_slice(), [Ask::Start(..)]));
    assert!(app.shell.runs());
}

#[test]
fn a_block_is_typed_and_waits_for_the_learners_own_enter() {
    let mut app = app((120, 36), "```bash\na\nb\n```");
    press(&mut app, Key::Char('f'));
    assert_eq!(app.act_word(), Some("복사"));
    assert!(press(&mut app, Key::Enter).is_empty(), "no shell is open");
    press(&mut app, Key::Char('t'));
    said(&mut app, PASTE, None);
    press(&mut app, Key::F(12));
    assert_eq!(app.act_word(), Some("셸로"));
    assert_eq!(press(&mut app, Key::Enter), [Ask::Type(b"\x1b[200~a\rb\x1b[201~".to_vec())]);
    assert!(app.in_shell());
    assert!(press(&mut app, Key::Enter).is_empty(), "Enter is still held down");
    app.update(Message::Clock(1_000_000 + HELD));
    assert_eq!(press(&mut app, Key::Enter), [Ask::Type(b"\r".to_vec())]);
}

#[test]
fn lines_that_would_run_at_once_are_copied() {
    let mut app = app((120, 36), "```bash\na\nb\n```");
    press(&mut app, Key::Char('t'));
    press(&mut app, Key::F(12));
    press(&mut app, Key::Char('f'));
    let effects = app.update(Message::Key(Key::Enter));
    assert!(matches!(effects.as_slice(), [Effect::Copy(text)] if text == "a\nb"), "{effects:?}");
    assert!(app.status.as_ref().is_some_and(|status| status.text.contains("복사했어요")));
    assert_eq!(app.focus, Focus::Reader);
}

#[test]
fn a_course_from_outside_is_asked_about_once_for_each_state_of_its_files() {
    let mut app = app((120, 36), "```bash\nls\n```");
    app.trusted_courses = Some(Trusted::default());
    press(&mut app, Key::Char('t'));
    press(&mut app, Key::F(12));
    press(&mut app, Key::Char('f'));
    let enter = |app: &mut App, hash: &str| {
        let effects = app.update(Message::Key(Key::Enter));
        assert!(matches!(effects.as_slice(), [Effect::Fingerprint]), "{effects:?}");
        asked(app.update(Message::Fingerprint(hash.into())))
    };
    assert!(enter(&mut app, "one").is_empty() && app.popup.is_some());
    assert!(press(&mut app, Key::Esc).is_empty() && app.popup.is_none());
    assert!(enter(&mut app, "one").is_empty());
    let effects = app.update(Message::Key(Key::Enter));
    assert!(matches!(effects.as_slice(), [Effect::Trust(hash), Effect::Shell(Ask::Type(_))] if hash == "one"));
    press(&mut app, Key::F(12));
    assert_eq!(enter(&mut app, "one"), [Ask::Type(b"ls".to_vec())]);
    press(&mut app, Key::F(12));
    assert!(enter(&mut app, "two").is_empty() && app.popup.is_some());
}

#[test]
fn looking_back_ends_with_typing() {
    let mut app = app((120, 36), "글");
    press(&mut app, Key::Char('t'));
    assert_eq!(press(&mut app, Key::ScrollUp), [Ask::Scroll(10)]);
    let view = Arc::new(View { back: 10, ..View::default() });
    app.update(Message::Shell(Said { view, end: None }));
    assert_eq!(press(&mut app, Key::ScrollDown), [Ask::Scroll(-10)]);
    assert_eq!(press(&mut app, Key::Char('a')), [Ask::Scroll(isize::MIN), Ask::Type(b"a".to_vec())]);
}

#[test]
fn the_mouse_chooses_the_pane_and_its_title_zooms() {
    let mut app = app((120, 36), "글");
    press(&mut app, Key::Char('t'));
    press(&mut app, Key::F(12));
    let pane = app.panes().shell.unwrap();
    app.update(Message::Mouse(Mouse::Press, pane.x + 3, pane.y + 3));
    assert!(app.in_shell());
    let wheel = app.update(Message::Mouse(Mouse::WheelUp, pane.x + 3, pane.y + 3));
    assert_eq!(asked(wheel), [Ask::Scroll(3)]);
    app.update(Message::Mouse(Mouse::Press, pane.x + 3, pane.y));
    assert!(app.panes().reader.is_none());
    let modes = Modes { mouse: Wanted::Releases, decimal_mouse: true, ..Modes::default() };
    said(&mut app, modes, None);
    let effects = app.update(Message::Mouse(Mouse::Press, 1, 1));
    assert_eq!(asked(effects), [Ask::Type(b"\x1b[<0;1;1M".to_vec())]);
}
