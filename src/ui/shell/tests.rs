//! The pane as it is drawn.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Position;

use super::*;
use crate::app::Message;
use crate::app::shell::{End, Said, View};
use crate::ui::fixture::{app, press, screen};

const PROMPT: &str = "learner@lab:~$ kubectl get pods";

fn run(column: u16, text: &str, ink: Ink) -> Run {
    Run { column, cells: u16::try_from(width(text)).unwrap(), text: text.into(), ink }
}

/// A shell that shows something, at a size.
fn shell(size: (u16, u16), look: Look) -> App {
    let mut app = app(size, look);
    press(&mut app, "t");
    let green = Ink { fore: shell::Color::Indexed(2), ..Ink::default() };
    let line = run(0, PROMPT, Ink::default());
    let pods = vec![run(0, "파드", Ink::default()), run(10, "Running", green)];
    let odd = Run { column: 0, cells: 1, text: "한".into(), ink: Ink::default() };
    let view = View { lines: vec![vec![line], pods, vec![odd]], cursor: Some((3, 2)), ..View::default() };
    app.update(Message::Shell(Said { view: view.into(), end: None }));
    app
}

fn drawn(app: &App) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(app.size.0, app.size.1)).unwrap();
    terminal.draw(|frame| crate::ui::draw(app, frame)).unwrap();
    terminal
}

#[test]
fn the_shell_is_below_the_lesson_in_its_colors_and_with_its_cursor() {
    let app = shell((120, 36), Look::default());
    let mut terminal = drawn(&app);
    let sheet = Panes::sheet(app.panes().shell.unwrap());
    let cell = |x, y| terminal.backend().buffer().cell(Position { x, y }).unwrap().clone();
    assert_eq!(cell(sheet.x + 10, sheet.y + 1).fg, Color::Indexed(2));
    assert_eq!(cell(sheet.x, sheet.y + 2).symbol(), "?", "what is drawn wider than the program believes");
    assert_eq!(terminal.get_cursor_position().unwrap(), Position { x: sheet.x + 3, y: sheet.y + 2 });
    let text = screen(&app);
    assert!(text.contains(PROMPT) && text.contains("Ctrl-] 학습으로"), "{text}");
}

#[test]
fn zoomed_and_narrow_it_has_the_screen_alone() {
    for size in [(120, 36), (80, 24)] {
        let mut app = shell(size, Look::default());
        app.shell.zoomed = true;
        let text = screen(&app);
        assert!(text.contains(PROMPT) && !text.contains("Deployment"), "{text}");
    }
}

#[test]
fn a_shell_that_ended_keeps_its_screen_and_says_how_to_go_on() {
    let mut app = shell((80, 24), Look { ascii: true, ..Look::default() });
    let view = app.shell.view.clone();
    app.update(Message::Shell(Said { view, end: Some(End { code: Some(0), why: "셸이 끝났어요".into() }) }));
    let text = screen(&app);
    assert!(text.contains(PROMPT) && text.contains("셸이 끝났어요") && text.contains("Enter 셸 열기"), "{text}");
}

#[test]
fn colors_are_those_the_terminal_has() {
    #[track_caller]
    fn check(from: shell::Color, depth: Depth, expected: Color) {
        assert_eq!(color(from, depth), expected);
    }
    check(shell::Color::Rgb(1, 2, 3), Depth::True, Color::Rgb(1, 2, 3));
    check(shell::Color::Rgb(255, 0, 0), Depth::Indexed, Color::Indexed(196));
    check(shell::Color::Rgb(255, 0, 0), Depth::Sixteen, Color::Indexed(9));
    check(shell::Color::Indexed(196), Depth::Sixteen, Color::Indexed(9));
    check(shell::Color::Indexed(3), Depth::Sixteen, Color::Indexed(3));
    check(shell::Color::Indexed(3), Depth::Mono, Color::Reset);
    check(shell::Color::Default, Depth::True, Color::Reset);
}
