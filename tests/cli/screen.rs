//! The screen on terminals that answer, answer late, answer nonsense, or never do.

use std::path::Path;

use super::person::Person;
use super::terminal::Terminal;

const DARK: vt100::Color = vt100::Color::Rgb(120, 127, 135);
const LIGHT: vt100::Color = vt100::Color::Rgb(101, 109, 118);
/// Dim text on the first screen.
const DIM: &str = "Enter로 열어";
const END: &str = "\x1b[?62;22c";

fn open(person: &Person, arguments: &[&str], environment: &[(&str, &str)]) -> Terminal {
    let home = person.path("home");
    let all = [&["--home", home.to_str().unwrap()][..], arguments].concat();
    Terminal::open(Path::new(env!("CARGO_BIN_EXE_jotasu")), &all, environment, 100, 30)
}

#[track_caller]
fn leaves(mut terminal: Terminal) {
    terminal.type_keys("q");
    assert!(terminal.ends());
}

/// An escape that another key follows at once would be that key with Alt.
#[track_caller]
fn closes(terminal: &mut Terminal) {
    terminal.type_keys("\x1b");
    terminal.hides("힌트를 한 단계씩 더 보여요");
}

#[test]
fn a_light_background_is_heard_and_keys_typed_meanwhile_are_kept() {
    let person = Person::new();
    let mut terminal = open(&person, &[], &[]);
    terminal.asked();
    terminal.inks(DIM, DARK);
    terminal.type_keys(&format!("\x1b[1;1R\x1b[1;2R?\x1b[1;3R\x1b]11;rgb:ffff/ffff/ffff\x07{END}"));
    // The popup of keys is open, and whatever is dim is dim for a light background.
    terminal.shows("힌트를 한 단계씩 더 보여요");
    closes(&mut terminal);
    terminal.inks("Week 2", LIGHT);
    leaves(terminal);
}

#[test]
fn wide_signs_are_heard_and_drawn_no_more() {
    let person = Person::new();
    let mut terminal = open(&person, &[], &[]);
    terminal.asked();
    terminal.type_keys(&format!("\x1b[1;1R\x1b[1;3R\x1b[1;5R{END}"));
    terminal.until("marks of sure width", |screen| screen.contains("[ ]") && !screen.contains(['│', '─', '○']));
    leaves(terminal);
}

#[test]
fn a_terminal_that_never_answers_is_no_slower_and_loses_no_key() {
    let person = Person::new();
    let mut terminal = open(&person, &[], &[]);
    terminal.asked();
    terminal.type_keys("?");
    terminal.shows("힌트를 한 단계씩 더 보여요");
    closes(&mut terminal);
    terminal.inks("Week 2", DARK);
    leaves(terminal);
}

#[test]
fn a_late_answer_is_obeyed_and_never_typed() {
    let person = Person::new();
    let mut terminal = open(&person, &[], &[]);
    terminal.asked();
    terminal.shows(DIM);
    // Longer than the program listens for itself.
    std::thread::sleep(std::time::Duration::from_millis(2400));
    terminal.type_keys(&format!("\x1b[1;1R\x1b[1;2R\x1b[1;3R\x1b]11;rgb:fdfd/f6f6/e3e3\x1b\\{END}"));
    terminal.inks(DIM, LIGHT);
    leaves(terminal);
}

#[test]
fn garbage_is_neither_obeyed_nor_typed() {
    let person = Person::new();
    let mut terminal = open(&person, &[], &[]);
    terminal.asked();
    terminal.type_keys("\x1b[999999999;R\x1b]11;rgb:zz/q/q\x07\x1bPq?q\x1b\\\x1b[?1;2;3$y\x1b[5;9R\x1b[1;1R\x1b[?6c");
    terminal.inks(DIM, DARK);
    terminal.type_keys("?");
    terminal.shows("힌트를 한 단계씩 더 보여요");
    closes(&mut terminal);
    leaves(terminal);
}

#[test]
fn a_key_and_a_resize_that_come_at_once_are_both_heard() {
    let person = Person::new();
    let mut terminal = open(&person, &["--theme", "dark", "--ambiguous", "narrow"], &[]);
    terminal.shows(DIM);
    for round in 0..40 {
        let (key, rows) = if round % 2 == 0 { ("?", 24) } else { ("\x1b", 30) };
        // Held still, so that it wakes up to both.
        signal(&terminal, "-STOP");
        if round % 4 < 2 {
            terminal.type_keys(key);
            terminal.resize(100, rows);
        } else {
            terminal.resize(100, rows);
            terminal.type_keys(key);
        }
        signal(&terminal, "-CONT");
        terminal.until(&format!("{rows} rows, round {round}"), |screen| {
            let opened = screen.contains("힌트를 한 단계씩 더 보여요");
            opened == (round % 2 == 0) && screen.lines().count() == usize::from(rows)
        });
    }
    leaves(terminal);
}

#[track_caller]
fn signal(terminal: &Terminal, name: &str) {
    let sent = std::process::Command::new("kill").args([name, &terminal.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()));
}

#[test]
fn what_is_said_outright_is_not_asked() {
    let person = Person::new();
    let mut terminal = open(&person, &["--theme", "dark", "--ambiguous", "narrow"], &[("COLORFGBG", "0;15")]);
    terminal.inks(DIM, DARK);
    terminal.type_keys("\x1b]11;rgb:ffff/ffff/ffff\x07?");
    terminal.shows("힌트를 한 단계씩 더 보여요");
    closes(&mut terminal);
    terminal.inks("Week 2", DARK);
    leaves(terminal);
    let terminal = open(&person, &[], &[("TERM", "dumb"), ("COLORFGBG", "0;15")]);
    terminal.inks("Week 2", vt100::Color::Default);
    leaves(terminal);
}

#[test]
fn the_hint_of_the_environment_counts_until_the_terminal_speaks() {
    let person = Person::new();
    let mut terminal = open(&person, &[], &[("COLORFGBG", "0;15")]);
    terminal.asked();
    terminal.inks(DIM, LIGHT);
    terminal.type_keys(&format!("\x1b]11;rgb:0000/0000/0000\x07{END}"));
    terminal.inks(DIM, DARK);
    leaves(terminal);
}

#[test]
fn a_command_asks_too_and_prints_for_the_background() {
    let person = Person::new();
    let mut terminal = open(&person, &["tree"], &[]);
    terminal.asked();
    terminal.type_keys(&format!("\x1b]11;rgb:ffff/ffff/ffff\x07{END}"));
    terminal.inks("w3-d2-s1", vt100::Color::Rgb(208, 213, 219));
    assert!(terminal.ends());
}

#[test]
fn addresses_are_links_of_the_terminal_where_they_are_in_sight() {
    let page = "# 노\n\n[조타수](https://kubernetes.io/ko/) 그리고 [다음](#끝).\n\n## 끝\n\n\u{1b}]8;;https://evil/\u{1b}\\글\n";
    let link = "\x1b]8;;https://kubernetes.io/ko/\x1b\\";
    for (name, shown) in [("xterm-256color", true), ("linux", false)] {
        let person = Person::new();
        person.write("course/a.md", page);
        let mut terminal = open(&person, &["--content", person.path("course").to_str().unwrap()], &[("TERM", name)]);
        terminal.shows("조타수");
        let once = if shown { terminal.writes(0, link) } else { 0 };
        terminal.type_keys("?");
        terminal.shows("힌트를 한 단계씩 더 보여요");
        closes(&mut terminal);
        if shown {
            // Behind a popup it was none.
            terminal.writes(once, link);
        }
        let text = terminal.written();
        assert!(shown || !text.contains("\x1b]8;;h"), "{name}: {text:?}");
        assert!(!text.contains("\x1b]8;;https://evil/"), "{text:?}");
        leaves(terminal);
    }
}
