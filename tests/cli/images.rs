//! Images of a lesson in a terminal that shows them, by what is written to it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::person::{Person, argument};
use crate::terminal::Terminal;

/// 320 × 160 black pixels.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAUAAAACgAQAAAABV2IgxAAAAHUlEQVR42u3BMQEAAADCoPVPbQsvoAAAAAAAAHgaGaAAAa/ZI+0AAAAASUVORK5CYII=";
const QUESTION: &str = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\";
const COLUMNS: &str = "\x1b[1;1R\x1b[1;2R\x1b[1;3R";
const CELL: &str = "\x1b[6;16;8t";
const END: &str = "\x1b[?62;22c";
const SIXELS: &str = "\x1b[?62;4;22c";

fn open(person: &Person, environment: &[(&str, &str)]) -> Terminal {
    open_with(person, environment, &[])
}

fn open_with(person: &Person, environment: &[(&str, &str)], more: &[&str]) -> Terminal {
    let body: String = (1..60).map(|i| format!("## 단락 {i}\n\n{i}번째 글이에요.\n\n")).collect();
    let text = format!("---\nid: s1\n---\n# 파드\n\n![파드 그림](img/pod.png)\n\n![없는 그림](none.png)\n\n{body}");
    person.write("course/week_01/README.md", "---\nid: w1\n---\n# 1주\n");
    person.write("course/week_01/session_01.md", text);
    person.write("course/week_01/img/pod.png", STANDARD.decode(PNG).unwrap());
    let (content, home) = (person.path("course"), person.path("h"));
    let arguments = ["--content", argument(&content), "--home", argument(&home), "author", "preview", "s1"];
    let arguments = [&arguments, more].concat();
    Terminal::open(std::path::Path::new(env!("CARGO_BIN_EXE_jotasu")), &arguments, environment, 120, 36)
}

/// The rows of pixels of the image from one on, as sixels: all black.
fn sixels(first: usize) -> String {
    let rows = 160 - first;
    let bands = vec!["#0!320~"; rows / 6].join("-");
    let last = match rows % 6 {
        0 => String::new(),
        rest => format!("-#0!320{}", char::from(b'?' + (1 << rest) - 1)),
    };
    format!("\x1bP0;1;0q\"1;1;320;{rows}#0;2;0;0;0{bands}{last}\x1b\\")
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
    terminal.type_keys(&format!("{COLUMNS}\x1b_Gi=31;OK\x1b\\{END}"));

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
fn sixels_are_drawn_again_where_they_were_written_over_and_nowhere_else() {
    let person = Person::new();
    let mut terminal = open(&person, &[]);
    terminal.asked();
    terminal.shows("그림: 파드 그림");
    terminal.type_keys(&format!("{COLUMNS}{CELL}{SIXELS}"));

    let whole = sixels(0);
    let drawn = |terminal: &Terminal, at: usize, picture: &str| {
        // Until all is there, the terminal goes on showing what it has.
        let at = terminal.writes(at, "\x1b[?2026h");
        let at = terminal.writes(at, picture);
        terminal.writes(at, "\x1b[?2026l")
    };
    let at = drawn(&terminal, 0, &whole);
    assert!(rows_above_the_words(&terminal.glyphs()) >= 10);
    terminal.type_keys("?");
    terminal.shows("힌트를 한 단계씩 더 보여요");
    let at = terminal.writes(at, "\x1b[?2026l");
    terminal.type_keys("\x1b");
    let at = drawn(&terminal, at, &whole);
    terminal.type_keys("jjjjj");
    let at = drawn(&terminal, at, &sixels(48));
    terminal.type_keys("G");
    terminal.shows("59번째 글이에요.");
    terminal.type_keys("g");
    terminal.shows("그림: 파드 그림");
    let at = drawn(&terminal, at, &whole);
    terminal.resize(100, 30);
    let at = drawn(&terminal, at, &whole);
    terminal.type_keys("q");
    terminal.writes(at, "\x1b[2J");
    assert!(terminal.ends());
    assert!(!terminal.written().contains("\x1b_Ga=") && !terminal.written().contains("\x1b]1337"));
}

#[test]
fn inline_images_are_files_that_fill_their_cells() {
    const HEAD: &str = "\x1b]1337;File=inline=1;size=";
    let person = Person::new();
    // iTerm2 answers to kitty's graphics too, but its own are whole.
    let name = "\x1bP>|iTerm2 3.5.2\x1b\\\x1b_Gi=31;OK\x1b\\";
    let mut terminal = open(&person, &[]);
    terminal.asked();
    terminal.shows("그림: 파드 그림");
    terminal.type_keys(&format!("{COLUMNS}{name}{CELL}{SIXELS}"));
    let picture = |terminal: &Terminal, at: usize| {
        let from = terminal.writes(at, HEAD);
        let end = terminal.writes(from, "\x07");
        let written = terminal.written();
        let (head, data) = written.get(from..end - 1).and_then(|said| said.split_once(':')).unwrap();
        let file = STANDARD.decode(data).unwrap();
        let cells = head.strip_prefix(&format!("{};", file.len())).unwrap().to_owned();
        let size = image::load_from_memory(&file).unwrap();
        (cells, (size.width(), size.height()), end)
    };
    let (cells, size, at) = picture(&terminal, 0);
    assert_eq!(cells, "width=40;height=10;preserveAspectRatio=0;doNotMoveCursor=1");
    assert_eq!(size, (320, 160));
    terminal.type_keys("jjjjj");
    let (mut cells, mut size, mut end) = picture(&terminal, at);
    while size.1 > 112 {
        (cells, size, end) = picture(&terminal, end);
    }
    assert_eq!((&*cells, size), ("width=40;height=7;preserveAspectRatio=0;doNotMoveCursor=1", (320, 112)));
    terminal.type_keys("q");
    assert!(terminal.ends());
    assert!(!terminal.written().contains("\x1b_Ga=") && !terminal.written().contains("\x1bP0;1"));

    // One that has no name, but the environment has.
    let mut terminal = open(&person, &[("TERM_PROGRAM", "WezTerm")]);
    terminal.asked();
    terminal.type_keys(&format!("{COLUMNS}{END}"));
    assert_eq!(picture(&terminal, 0).1, (40 * 16, 10 * 32), "pixels are guessed");
    terminal.type_keys("q");
    assert!(terminal.ends());
}

#[test]
fn sixels_of_a_terminal_that_says_no_size_are_words() {
    let person = Person::new();
    let mut terminal = open(&person, &[]);
    terminal.asked();
    terminal.type_keys(&format!("{COLUMNS}{SIXELS}"));
    terminal.shows("그림: 파드 그림 (img/pod.png)");
    terminal.type_keys("jk");
    terminal.type_keys("q");
    assert!(terminal.ends());
    assert!(!terminal.written().contains("\x1bP0;1"));
}

#[test]
fn images_are_shown_in_the_way_that_is_said_or_not_at_all() {
    let person = Person::new();
    let tmux = [("TMUX", "/tmp/tmux-0/default,1,0")];
    let mut terminal = open_with(&person, &tmux, &["--images", "sixel"]);
    terminal.asked();
    terminal.type_keys(&format!("{COLUMNS}{CELL}{END}"));
    terminal.writes(0, &sixels(0));
    terminal.type_keys("q");
    assert!(terminal.ends());
    assert!(!terminal.written().contains("\x1b_G"));

    person.write("h/config/config.toml", "images = \"never\"\n");
    for (environment, arguments) in [(&[][..], &["--images", "never"][..]), (&[("TERM_PROGRAM", "iTerm.app")], &[])] {
        let mut terminal = open_with(&person, environment, arguments);
        terminal.asked();
        terminal.type_keys(&format!("{COLUMNS}\x1b_Gi=31;OK\x1b\\{CELL}{SIXELS}"));
        terminal.shows("그림: 파드 그림 (img/pod.png)");
        terminal.type_keys("jkq");
        assert!(terminal.ends());
        let written = terminal.written();
        for sign in ["\x1b_G", "\x1bP0;1", "\x1b]1337", "\x1b[16t", "\x1b[>q"] {
            assert!(!written.contains(sign), "{sign:?}");
        }
    }
}

#[test]
fn images_that_mean_harm_or_are_broken_are_refused_in_a_sentence() {
    let person = Person::new();
    let mut bomb = STANDARD.decode(PNG).unwrap();
    // The header says 60000 × 60000 pixels; the checksum is that of the header before.
    bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    person.write("course/secret.png", STANDARD.decode(PNG).unwrap());
    for (name, bytes, said) in [
        ("text.webp", &b"nothing"[..], "text.webp: PNG, JPEG, GIF, WebP 그림이 아니에요."),
        ("bomb.png", &bomb, "bomb.png: "),
        ("half.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0", "half.jpg: 그림 파일이 깨져 있어서 보여 줄 수 없어요."),
    ] {
        person.write(&format!("c2/week_01/{name}"), bytes);
        person.write("c2/week_01/README.md", "---\nid: w1\n---\n# 1주\n");
        let hostile = "![밖](../../course/secret.png)\n\n![더 밖](../../../etc/passwd.png)";
        let text = format!("---\nid: s1\n---\n# 파드\n\n![그것]({name})\n\n{hostile}\n");
        person.write("c2/week_01/session_01.md", text);
        let (content, home) = (person.path("c2"), person.path("h2"));
        let arguments = ["--content", argument(&content), "--home", argument(&home), "author", "preview", "s1"];
        let mut terminal = Terminal::open(std::path::Path::new(env!("CARGO_BIN_EXE_jotasu")), &arguments, &[], 120, 36);
        terminal.asked();
        terminal.type_keys(&format!("{COLUMNS}\x1b_Gi=31;OK\x1b\\{END}"));
        terminal.shows(said);
        terminal.shows("그림: 그것");
        terminal.type_keys("q");
        assert!(terminal.ends());
        assert!(!terminal.written().contains("\x1b_Ga=t"), "{name}: nothing is shown");
    }
}

#[test]
fn images_change_nothing_of_what_is_printed_and_color_and_ascii_change_nothing_of_them() {
    let person = Person::new();
    let mut terminal = open_with(&person, &[("NO_COLOR", "1")], &["--ascii"]);
    terminal.asked();
    terminal.type_keys(&format!("{COLUMNS}\x1b_Gi=31;OK\x1b\\{END}"));
    terminal.writes(0, "\x1b_Ga=p,i=1247019009,p=1,c=40,r=10,");
    terminal.shows("그림: 파드 그림");
    assert!(!terminal.glyphs().contains('│'));
    terminal.type_keys("q");
    assert!(terminal.ends());
    let course = person.path("course");
    for more in [&["--plain"][..], &["--ascii"], &["--width", "60"]] {
        let arguments = [&["--content", argument(&course), "read", "s1"][..], more].concat();
        let said = person.with(&[("TERM_PROGRAM", "iTerm.app"), ("TERM", "xterm-kitty")], &arguments, 0);
        assert!(said.out.contains("파드 그림") && !said.out.contains('\x1b'), "{said:?}");
    }
}

#[test]
fn images_are_words_where_nobody_answers_and_not_asked_for_within_tmux() {
    let person = Person::new();
    let mut terminal = open(&person, &[]);
    terminal.asked();
    terminal.type_keys(&format!("{COLUMNS}{END}"));
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
