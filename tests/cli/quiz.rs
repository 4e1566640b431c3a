//! Quizzes and what comes back of them: asked line by line, listed, printed, and on the screen.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::person::{Person, Said, argument};
use crate::terminal::Terminal;

const PAGE: &str = "---\nid: s1\nkind: session\ntitle: 세션 1\n---\n# 세션 1\n\n글이에요.\n";
const QUIZ: &str = "questions:
- id: how-many
  type: typed
  ask: 몇 개인가요?
  accept: ['3', 세 개]
  why: 셋이에요.
- id: which
  type: multiple
  ask: 맞는 것은?
  choices:
  - {text: 맞는 첫째, correct: true, why: 첫째라서}
  - {text: 틀린 것, why: 아니라서}
  - {text: 맞는 둘째, correct: true, why: 둘째라서}
  why: 둘이에요.
";

fn course(person: &Person, quiz: &str) {
    person.write("content/s1.md", PAGE);
    person.write("content/s1.quiz.yaml", quiz);
    person.write("labs/.keep", "");
}

const OURS: [&str; 4] = ["--content", "content", "--labs", "labs"];

/// What a command says that reads these lines.
#[track_caller]
fn asked(person: &Person, arguments: &[&str], lines: &str, code: i32) -> Said {
    let mut command: Command = person.command();
    command.args(OURS).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let said = Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
    assert_eq!(said.code, Some(code), "{said:#?}");
    said
}

fn json(person: &Person, arguments: &[&str]) -> Value {
    let arguments = [&OURS[..], arguments, &["-o", "json"]].concat();
    serde_json::from_str(&person.says(&arguments, 0).out).unwrap()
}

/// The numbers under which the right choices of the second question are asked now.
fn right_numbers(person: &Person) -> String {
    let list = json(person, &["quiz", "s1"]);
    let choices = list["questions"][1]["choices"].as_array().unwrap();
    let right = choices.iter().zip(1..).filter(|(text, _)| text.as_str().unwrap().starts_with("맞는"));
    right.map(|(_, number)| number.to_string()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_quiz_is_asked_line_by_line_and_goes_on_where_it_was_left() {
    let person = Person::new();
    course(&person, QUIZ);
    let first = asked(&person, &["quiz", "s1"], "４\n", 1);
    assert!(first.out.contains("1/2  세션 1") && first.out.contains("✗ 아니에요"), "{first:?}");
    assert!(first.out.contains("맞는 답  3") && first.err.contains("1문항이 남았어요"), "{first:?}");
    let numbers = right_numbers(&person);
    let rest = asked(&person, &["quiz", "s1.md"], &format!("9\n\n{numbers}\n"), 1);
    assert!(!rest.out.contains("몇 개인가요?\n\n답을") && rest.out.contains("✓ 맞았어요"), "{rest:?}");
    for why in ["첫째라서", "아니라서", "둘째라서", "둘이에요."] {
        assert!(rest.out.contains(why), "{why} {rest:?}");
    }
    assert!(rest.err.contains("1에서 3까지의 번호를 쓰세요.") && rest.err.contains("먼저 보기를"), "{rest:?}");
    assert!(rest.out.contains("2문항 가운데 1문항을 맞혔어요."), "{rest:?}");
    // All is answered: it is asked anew, and right this time.
    let numbers = right_numbers(&person);
    let again = asked(&person, &["quiz", "s1"], &format!("세개\n{numbers}\n"), 0);
    assert!(again.out.contains("모두 맞혔어요"), "{again:?}");
    let shown = person.says(&[&OURS[..], &["progress", "show"]].concat(), 0).out;
    assert!(shown.contains("기술 이해도") && shown.contains("1/2 (50%)"), "{shown}");
}

#[test]
fn a_list_gives_no_answer_away_unless_it_is_asked_for() {
    let person = Person::new();
    course(&person, QUIZ);
    asked(&person, &["quiz", "s1"], "3\n", 1);
    let list = json(&person, &["quiz", "s1"]);
    let text = list.to_string();
    assert!(!text.contains("correct") && !text.contains("세 개") && !text.contains("라서"), "{text}");
    assert_eq!((&list["answered"], &list["right_first"]), (&1.into(), &1.into()));
    assert_eq!(list["questions"][0]["answers"][0]["given"][0], "3");
    assert_eq!(list["questions"][1]["first_right"], Value::Null);
    let all = json(&person, &["quiz", "s1", "--answers"]);
    assert_eq!(all["questions"][1]["choices"][0]["correct"], true);
    let text = person.says(&[&OURS[..], &["quiz", "s1", "--answers"]].concat(), 0).out;
    assert!(text.starts_with("# 세션 1: 퀴즈\n\n### 몇 개") && text.contains("- [x] 맞는 첫째 — 첫째라서"), "{text}");
    // A reader that goes away is no failure.
    assert_eq!(person.unread(&[&OURS[..], &["quiz", "s1", "--answers"]].concat()).code, Some(0));
}

#[test]
fn what_was_missed_comes_back_and_can_be_printed() {
    let person = Person::new();
    course(&person, QUIZ);
    let nothing = asked(&person, &["review"], "", 0);
    assert!(nothing.out.contains("아직 다시 볼 문항이 없어요"), "{nothing:?}");
    asked(&person, &["quiz", "s1"], &format!("5\n{}\n", right_numbers(&person)), 1);
    assert!(asked(&person, &["review"], "", 0).out.contains("다음 문항은 하루 안에 와요"));
    let printed = person.says(&[&OURS[..], &["review", "--print"]].concat(), 0).out;
    let expected = "# 오답노트\n\n## 세션 1\n\n### 몇 개인가요?\n\n내 답: 5\n\n맞는 답: **3**\n\n> 셋이에요.\n";
    assert_eq!(printed, expected);
    // Yesterday's mistake is due.
    let path = person.path("home/.local/share/jotasu/progress.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut progress: Value = serde_json::from_str(&text).unwrap();
    let answers = progress["lessons"]["s1"]["answers"]["how-many"].as_object_mut().unwrap();
    let (at, reply) = answers.iter().next().map(|(at, reply)| (at.parse::<i64>().unwrap(), reply.clone())).unwrap();
    answers.clear();
    answers.insert((at - 86_400_000).to_string(), reply);
    std::fs::write(&path, progress.to_string()).unwrap();
    let list = json(&person, &["review"]);
    assert_eq!((&list["today"], &list["due"][0]["question"]), (&1.into(), &"how-many".into()));
    let played = asked(&person, &["review"], "3\n", 0);
    assert!(played.out.contains("1/1  세션 1") && played.out.contains("모두 맞혔어요"), "{played:?}");
    assert!(asked(&person, &["review"], "", 0).out.contains("지금 다시 볼 문항이 없어요"));
}

#[test]
fn a_prediction_without_a_cluster_does_not_count() {
    let person = Person::new();
    course(&person, "questions: [{id: a, type: predict, ask: 될까요?, check: l1/web, why: 왜}]\n");
    person.write(
        "labs/l1/lab.yaml",
        "apiVersion: jotasu.dev/v1alpha1\nkind: Lab\nmetadata: {name: l1}\nspec:\n  title: 실습\n  minutes: 5\n  \
         owns: {namespaces: [l1]}\n  checks:\n  - {name: web, title: 웹, manual: {}}\n",
    );
    let said = asked(&person, &["quiz", "s1"], "1\n", 3);
    assert!(said.out.contains("채점하지 않았어요") && !said.out.contains("✓"), "{said:?}");
    assert!(!said.err.is_empty() && !person.path("home/.local/share/jotasu/progress.json").exists(), "{said:?}");
}

#[test]
fn a_broken_quiz_says_where_and_asks_what_is_left() {
    let person = Person::new();
    course(&person, &format!("{QUIZ}- id: bad\n  type: singel\n  ask: \"\\e]0;pwn\\a\"\n  why: 왜\n"));
    let said = asked(&person, &["quiz", "s1"], "3\n", 2);
    assert!(said.err.contains("s1.quiz.yaml:16:9") && said.err.contains("혹시 `single`인가요?"), "{said:?}");
    assert!(said.out.contains("✓ 맞았어요") && !said.out.contains('\x1b'), "{said:?}");
    let checked = person.with(&[], &[&OURS[..], &["author", "check"]].concat(), 2);
    assert!(checked.out.contains("s1.quiz.yaml:16:9") && !checked.out.contains('\x1b'), "{checked:?}");
    let many: String = (0..10_000).map(|n| format!("  - {{text: 보기 {n}}}\n")).collect();
    course(&person, &format!("questions:\n- id: a\n  type: single\n  ask: 무엇?\n  choices:\n{many}"));
    assert!(asked(&person, &["quiz", "s1"], "", 2).err.contains("보기가 너무 많아요"));
    course(&person, &"- ".repeat(1_000_000));
    asked(&person, &["quiz", "s1"], "", 2);
    assert!(asked(&person, &["quiz", "s2"], "", 2).err.contains("혹시 s1인가요?"));
    std::fs::remove_file(person.path("content/s1.quiz.yaml")).unwrap();
    assert!(asked(&person, &["quiz", "s1"], "", 2).err.contains("이 과정에는 퀴즈가 없어요"));
}

#[test]
fn a_quiz_is_answered_on_the_screen_and_kept() {
    let person = Person::new();
    course(&person, QUIZ);
    let (content, labs, home) = (person.path("content"), person.path("labs"), person.path("home"));
    let arguments = ["--content", argument(&content), "--labs", argument(&labs), "--home", argument(&home)];
    let mut terminal = Terminal::open(Path::new(env!("CARGO_BIN_EXE_jotasu")), &arguments, &[], 80, 24);
    terminal.shows("퀴즈 2문항 · e");
    terminal.type_keys("e");
    terminal.shows("답을 쓰세요");
    terminal.shows("1/2");
    terminal.type_keys("q4\r");
    terminal.shows("✗ 아니에요");
    terminal.shows("내 답    q4");
    terminal.type_keys("\r");
    terminal.shows("맞는 것을 모두 고르세요");
    terminal.type_keys("\x1b");
    terminal.shows("1개 답함, 0개 처음에 맞음");
    terminal.type_keys("q");
    assert!(terminal.ends());
    let list = person.says(&["--content", "content", "--home", argument(&home), "quiz", "s1", "-o", "json"], 0).out;
    let list: Value = serde_json::from_str(&list).unwrap();
    assert_eq!((&list["answered"], &list["questions"][0]["answers"][0]["given"][0]), (&1.into(), &"q4".into()));
}
