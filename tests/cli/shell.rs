//! The shell's pane on a real terminal, with real shells and programs in it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::person::{Person, argument};
use super::terminal::{PATIENCE, Terminal};

/// Leaves the shell, as a terminal sends Ctrl-].
const LEAVE: &str = "\x1d";
/// What the pane's title says while keys go to the shell.
const HERE: &str = "Ctrl-] 학습으로";

/// What is said of a block that was typed in.
const TYPED: &str = "셸에 써 두었어요";

/// A program is on this machine.
fn there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

/// A course of one lesson with these blocks of bash, and a home without anybody's settings.
fn person(blocks: &[&str]) -> Person {
    let person = Person::new();
    let blocks: String = blocks.iter().map(|block| format!("```bash\n{block}\n```\n\n다음.\n\n")).collect();
    person.write("course/a.md", format!("---\nid: a\n---\n# 노 젓기\n\n글이에요.\n\n{blocks}"));
    person.write("home/.keep", "");
    person.write("home/.inputrc", "set enable-bracketed-paste on\n");
    person
}

fn open_at(person: &Person, shell: &str, size: (u16, u16)) -> Terminal {
    let (content, home, user) = (person.path("course"), person.path("h"), person.path("home"));
    let arguments =
        ["--content", argument(&content), "--home", argument(&home), "--theme", "dark", "--ambiguous", "narrow"];
    let environment = [
        ("SHELL", shell),
        ("HOME", argument(&user)),
        ("PS1", "ready> "),
        ("ENV", ""),
        ("LC_ALL", "C.UTF-8"),
        ("KUBECONFIG", "/k/own"),
    ];
    let terminal = Terminal::open(Path::new(env!("CARGO_BIN_EXE_jotasu")), &arguments, &environment, size.0, size.1);
    terminal.shows("글이에요.");
    terminal
}

/// The program with a shell open that is ready for a command.
fn open(person: &Person, shell: &str) -> Terminal {
    let mut terminal = open_at(person, shell, (120, 36));
    terminal.type_keys("t");
    terminal.shows(HERE);
    terminal.type_keys("PS1='ready> '\r");
    terminal.until("a prompt", |screen| screen.lines().any(|line| line.contains("ready>") && !line.contains("PS1")));
    terminal
}

/// Enter on the first block, which the course is trusted for.
fn hand(terminal: &mut Terminal) {
    terminal.type_keys(LEAVE);
    terminal.hides(HERE);
    terminal.type_keys("f\r");
    terminal.shows("믿을 수 있는 과정인가요?");
    terminal.type_keys("\r");
    terminal.hides("믿을 수 있는 과정인가요?");
}

/// Waits for what a file says.
#[track_caller]
fn reads(path: &Path) -> String {
    let end = Instant::now() + PATIENCE;
    loop {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        if text.ends_with('\n') {
            return text.trim().to_owned();
        }
        assert!(Instant::now() < end, "nothing is written to {}", path.display());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until a process is gone.
#[track_caller]
fn goes(pid: &str) {
    let end = Instant::now() + PATIENCE;
    let there = || {
        let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        // Who waits for nobody leaves its children behind to whoever adopts them.
        !state.is_empty() && !state.contains(") Z ")
    };
    while there() {
        assert!(Instant::now() < end, "{pid} is still there");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Begins something that runs in the shell; gives the numbers of both.
fn busy(terminal: &mut Terminal, person: &Person) -> [String; 2] {
    let file: PathBuf = person.path("pids");
    terminal.type_keys(&format!("sh -c 'echo $PPID $$ > {}; exec sleep 4321'\r", file.display()));
    let pids = reads(&file);
    let (shell, program) = pids.split_once(' ').unwrap();
    [shell.to_owned(), program.to_owned()]
}

/// An Enter this long after a block was typed in is a new one, and not that which is still held down (400 ms).
const LET_GO: Duration = Duration::from_millis(600);

#[test]
fn a_shell_has_its_own_terminal_and_finds_the_labs_cluster_first() {
    let person = person(&[]);
    let mut terminal = open(&person, "/bin/bash");
    terminal.type_keys("files=(${KUBECONFIG//:/ }); echo $TERM-$JOTASU-$((6*7)) 파드가 ${files[@]##*/}\r");
    terminal.shows("xterm-256color-1-42 파드가 shell-kubeconfig-");
    terminal.shows(" own jotasu");
    terminal.type_keys("stty size\r");
    terminal.shows("11 89");
    terminal.type_keys("until [ \"$(stty size)\" = '9 69' ]; do sleep 0.05; done; echo $((6*8))\r");
    terminal.resize(100, 30);
    terminal.shows("48");
    // Everything but the way out is the shell's.
    terminal.type_keys("echo q?/\x15echo 지움\r");
    terminal.shows("지움");
    terminal.type_keys(LEAVE);
    terminal.hides(HERE);
    terminal.type_keys("q");
    assert!(terminal.ends());
}

#[test]
fn nothing_that_runs_in_the_shell_outlives_the_program() {
    for signal in ["", "-TERM", "-HUP", "-KILL"] {
        let person = person(&[]);
        let mut terminal = open(&person, "/bin/bash");
        let pids = busy(&mut terminal, &person);
        match signal {
            "" => {
                terminal.type_keys(LEAVE);
                terminal.hides(HERE);
                terminal.type_keys("q");
            }
            signal => {
                let sent = Command::new("kill").args([signal, &terminal.id().to_string()]).status().unwrap();
                assert!(sent.success());
            }
        }
        assert_eq!(terminal.ends(), signal != "-KILL", "{signal}");
        pids.iter().for_each(|pid| goes(pid));
    }
}

#[test]
fn a_block_is_typed_into_bash_as_a_whole_and_run_by_nobody_but_the_learner() {
    let person = person(&["echo one > made\necho \x1b[201~two >> made"]);
    let made = person.path("made");
    let mut terminal = open(&person, "/bin/bash");
    terminal.type_keys(&format!("cd {}\r", person.path("").display()));
    hand(&mut terminal);
    terminal.shows(TYPED);
    terminal.shows("ready> echo one > made");
    std::thread::sleep(LET_GO);
    assert!(!made.exists(), "{}", terminal.glyphs());
    // Nor does the end of the program run it.
    terminal.type_keys(LEAVE);
    terminal.hides(HERE);
    terminal.type_keys("q");
    assert!(terminal.ends());
    std::thread::sleep(Duration::from_millis(300));
    assert!(!made.exists());

    // Trusted once, asked no more; the learner's own Enter runs it.
    let mut terminal = open(&person, "/bin/bash");
    terminal.type_keys(&format!("cd {}\r{LEAVE}", person.path("").display()));
    terminal.hides(HERE);
    terminal.type_keys("f\r");
    terminal.shows(TYPED);
    std::thread::sleep(LET_GO);
    terminal.type_keys("\r");
    let end = Instant::now() + PATIENCE;
    while !std::fs::read_to_string(&made).is_ok_and(|text| text.contains("two")) {
        assert!(Instant::now() < end, "{}", terminal.glyphs());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(std::fs::read_to_string(&made).unwrap(), "one\n[201~two\n");
}

#[test]
fn where_lines_would_run_at_once_one_is_typed_and_more_are_copied() {
    if !there("dash") {
        return;
    }
    let person = person(&["echo one > made", "echo two > made\necho three > made"]);
    let mut terminal = open(&person, "/bin/dash");
    hand(&mut terminal);
    terminal.shows("ready> echo one > made");
    terminal.type_keys(LEAVE);
    terminal.hides(HERE);
    terminal.type_keys("f\r");
    terminal.shows("여러 줄을 한꺼번에 쓸 수 없어서 복사했어요");
    assert!(terminal.written().contains("\x1b]52;"));
    assert!(!person.path("made").exists() && !terminal.glyphs().contains("ready> echo two"));
}

#[test]
fn an_editor_draws_in_the_pane_and_obeys_no_block() {
    if !there("vim") {
        return;
    }
    let person = person(&["ggdG\nZZ"]);
    let file = person.write("text", "첫 줄이에요\n둘째 줄\n");
    let mut terminal = open(&person, "/bin/bash");
    terminal.type_keys(&format!("vim -u NONE -N {}\r", file.display()));
    terminal.until("the editor", |screen| screen.contains("둘째 줄") && screen.contains('~'));
    hand(&mut terminal);
    terminal.shows("여러 줄을 한꺼번에 쓸 수 없어서 복사했어요");
    terminal.type_keys("t");
    terminal.shows(HERE);
    terminal.type_keys("o셋째\x1b");
    terminal.shows("셋째");
    std::thread::sleep(Duration::from_millis(100));
    terminal.type_keys(":wq\r");
    terminal.until("the prompt again", |screen| !screen.contains("둘째 줄") && screen.contains("ready>"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "첫 줄이에요\n셋째\n둘째 줄\n");
}

#[test]
fn python_takes_a_block_as_text() {
    if !there("python3") {
        return;
    }
    let person = person(&["x = 6 * 7"]);
    let mut terminal = open(&person, "/bin/bash");
    terminal.type_keys("python3 -q\r");
    terminal.shows(">>>");
    hand(&mut terminal);
    terminal.until("the block", |screen| screen.contains(">>> x = 6 * 7"));
    std::thread::sleep(LET_GO);
    terminal.type_keys("\rprint('답', x + 1)\r");
    terminal.shows("답 43");
}

#[test]
fn what_has_scrolled_away_is_looked_at_again() {
    let person = person(&[]);
    let mut terminal = open(&person, "/bin/bash");
    terminal.type_keys("for i in $(seq 100); do echo 줄-$i; done\r");
    terminal.shows("줄-100");
    terminal.type_keys("\x1b[5;2~");
    terminal.until("the past", |screen| screen.contains("10줄 위") && !screen.contains("줄-100"));
    terminal.type_keys("x");
    terminal.shows("줄-100");
}

#[test]
fn a_shell_that_ends_says_so_and_another_begins_with_enter() {
    let person = person(&[]);
    let mut terminal = open(&person, "/bin/bash");
    terminal.type_keys("exit 3\r");
    terminal.shows("셸이 끝났어요 (종료 코드 3)");
    terminal.type_keys("\r");
    terminal.hides("셸이 끝났어요");
    terminal.type_keys("echo $((6*7))번\r");
    terminal.shows("42번");
}

#[test]
fn on_a_narrow_screen_the_shell_is_a_tab() {
    let person = person(&[]);
    let mut terminal = open_at(&person, "/bin/bash", (80, 24));
    terminal.type_keys("t");
    terminal.shows(HERE);
    terminal.hides("글이에요.");
    terminal.type_keys("stty size\r");
    terminal.shows("20 78");
    terminal.type_keys("\x1b[24~");
    terminal.shows("글이에요.");
}

#[test]
fn a_flood_takes_no_memory_and_no_keys() {
    let person = person(&[]);
    let mut terminal = open(&person, "/bin/bash");
    let resident = |terminal: &Terminal| {
        let status = std::fs::read_to_string(format!("/proc/{}/status", terminal.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap()
    };
    terminal.type_keys("yes 홍수가 나요\r");
    terminal.until("the flood", |screen| screen.matches("홍수가 나요").count() > 8);
    // What is kept above the screen is full.
    std::thread::sleep(Duration::from_secs(2));
    let (before, frames) = (resident(&terminal), terminal.frames());
    terminal.type_keys(LEAVE);
    terminal.hides(HERE);
    terminal.type_keys("?");
    terminal.shows("힌트를 한 단계씩 더 보여요");
    terminal.type_keys("\x1b");
    terminal.hides("힌트를 한 단계씩 더 보여요");
    std::thread::sleep(Duration::from_secs(1));
    let after = resident(&terminal);
    assert!(after < before + 16 * 1024, "{before} kB, then {after} kB");
    println!("{} frames, {before} kB, {after} kB", terminal.frames() - frames);
    terminal.type_keys("t");
    terminal.shows(HERE);
    terminal.type_keys("\x03");
    terminal.until("the end of the flood", |screen| screen.contains("^C") || screen.contains("ready>"));
    terminal.type_keys("echo $((6*7))번\r");
    terminal.shows("42번");
}

#[test]
fn bash_reads_the_learners_settings_and_completes_kubectl() {
    let person = person(&[]);
    person.tool("kubectl", "test \"$1\" = completion && echo 'complete -W \"pods-and-more\" kubectl'");
    person.write(
        "home/.bashrc",
        format!("PATH={}:$PATH\n_get_comp_words_by_ref() {{ :; }}\nMINE=own\n", person.path("bin").display()),
    );
    let mut terminal = open(&person, "/bin/bash");
    terminal.type_keys("echo $MINE-$((6*7))\r");
    terminal.shows("own-42");
    terminal.type_keys("kubectl po\t");
    terminal.shows("kubectl pods-and-more");
}
