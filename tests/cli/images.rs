//! Images of a lesson in a terminal that shows them, by what is written to it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::person::{Person, argument};
use crate::terminal::Terminal;

/// 320 × 160 black pixels.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAUAAAACgAQAAAABV2IgxAAAAHUlEQVR42u3BMQEAAADCoPVPbQsvoAAAAAAAAHgaGaAAAa/ZI+0AAAAASUVORK5CYII=";
const QUESTION: &str = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\";
const END: &str = "\x1b[?62;22c";

fn open(person: &Person, environment: &[(&str, &str)]) -> Terminal {
    let body: String = (1..60).map(|i| format!("## 단락 {i}\n\n{i}번째 글이에요.\n\n")).collect();
    let text = format!("---\nid: s1\n---\n# 파드\n\n![파드 그림](img/pod.png)\n\n![없는 그림](none.png)\n\n{body}");
    person.write("course/week_01/README.md", "---\nid: w1\n---\n# 1주\n");
    person.write("course/week_01/session_01.md", text);
    person.write("course/week_01/img/pod.png", STANDARD.decode(PNG).unwrap());
    let (content, home) = (person.path("course"), person.path("h"));
    let arguments = ["--content", argument(&content), "--home", argument(&home), "author", "preview", "s1"];
    Terminal::open(std::path::Path::new(env!("CARGO_BIN_EXE_jotasu")), &arguments, environment, 120, 36)
}

/// The rows between the title and the words of the image.
fn rows_above_the_words(screen: &str) -> usize {
    let rows: Vec<&str> = screen.lines().collect();
    let words = rows.iter().position(|row| row.contains("그림: 파드 그림")).unwrap();
    let title = rows.iter().take(words).rposition(|row| row.contains("파드")).unwrap();
    words - title - 1
}

#[test]
fn images_are_sent_placed_moved_and_taken_away() {
    let person = Person::new();
    let mut terminal = open(&person, &[]);
    terminal.asked();
    terminal.shows("그림: 파드 그림");
    let at = terminal.writes(0, QUESTION);
    terminal.type_keys(&format!("\x1b[1;1R\x1b[1;2R\x1b[1;3R\x1b_Gi=31;OK\x1b\\{END}"));

    let at = terminal.writes(at, &format!("\x1b_Ga=t,f=100,i=1247019009,q=2,m=0;{PNG}\x1b\\"));
    // Cells are taken for 8 × 16 pixels where the terminal does not say.
    let at = terminal.writes(at, "\x1b_Ga=p,i=1247019009,p=1,c=40,r=10,x=0,y=0,w=320,h=160,C=1,q=2\x1b\\");
    terminal.until("room above the words", |screen| {
        screen.contains("그림: 파드 그림") && rows_above_the_words(screen) >= 10
    });

    const GONE: &str = "\x1b_Ga=d,d=i,i=1247019009,p=1,q=2\x1b\\";
    terminal.type_keys("?");
    let at = terminal.writes(at, GONE);
    terminal.shows("힌트를 한 단계씩 더 보여요");
    terminal.type_keys("\x1b");
    let at = terminal.writes(at, "\x1b_Ga=p,i=1247019009,p=1,c=40,r=10,");
    terminal.type_keys("jjjjj");
    let at = terminal.writes(at, "p=1,c=40,r=7,x=0,y=48,w=320,h=112,C=1,q=2\x1b\\");
    terminal.type_keys("G");
    terminal.shows("59번째 글이에요.");
    let at = terminal.writes(at, GONE);
    terminal.type_keys("g");
    terminal.shows("그림: 파드 그림");
    let at = terminal.writes(at, "\x1b_Ga=p,i=1247019009,p=1,c=40,r=10,");
    terminal.type_keys("q");
    terminal.writes(at, "\x1b_Ga=d,d=A,q=2\x1b\\");
    assert!(terminal.ends());
    assert_eq!(terminal.written().matches("\x1b_Ga=t,").count(), 1, "it is sent once");
}

#[test]
fn images_are_words_where_nobody_answers_and_not_asked_for_within_tmux() {
    let person = Person::new();
    let mut terminal = open(&person, &[]);
    terminal.asked();
    terminal.type_keys(&format!("\x1b[1;1R\x1b[1;2R\x1b[1;3R{END}"));
    terminal.shows("그림: 파드 그림 (img/pod.png)");
    terminal.type_keys("q");
    assert!(terminal.ends());
    assert!(terminal.written().contains(QUESTION) && !terminal.written().contains("\x1b_Ga=t"));

    let mut terminal = open(&person, &[("TMUX", "/tmp/tmux-0/default,1,0")]);
    terminal.asked();
    terminal.shows("그림: 파드 그림 (img/pod.png)");
    terminal.type_keys("q");
    assert!(terminal.ends());
    assert!(!terminal.written().contains("\x1b_G"));
}
