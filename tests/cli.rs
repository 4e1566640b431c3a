//! The whole program as a newcomer runs it, without a cluster: what it prints, what it refuses, how it ends.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "cli/course.rs"]
mod course;
#[path = "cli/doctor.rs"]
mod doctor;
#[path = "cli/files.rs"]
mod files;
#[cfg(feature = "images")]
#[path = "cli/images.rs"]
mod images;
#[path = "cli/person.rs"]
mod person;
#[path = "cli/preview.rs"]
mod preview;
#[path = "cli/progress.rs"]
mod progress;
#[path = "cli/quiz.rs"]
mod quiz;
#[path = "cli/screen.rs"]
mod screen;
#[path = "cli/search.rs"]
mod search;
#[path = "cli/shell.rs"]
mod shell;
#[path = "support/terminal.rs"]
mod terminal;

use person::Person;
use serde_json::Value;

#[test]
fn the_tree_is_text_in_columns_or_json() {
    let person = Person::new();
    let text = person.says(&["tree"], 0).out;
    let column = |line: &str, id: &str| line.strip_suffix(id).map(jotasu::text::width);
    let row = |id: &str| text.lines().find_map(|line| column(line, id)).unwrap_or_else(|| panic!("{id}\n{text}"));
    assert_eq!(row("  w3-d2-s1"), row("  w3-d2-l1"));
    assert_eq!(row("  w3-d2-s1"), row("  about"));

    let nodes: Value = serde_json::from_str(&person.says(&["tree", "-o", "json"], 0).out).unwrap();
    let keys: Vec<&String> = nodes[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "kind", "title", "minutes", "level", "path", "children"]);
    let session = &nodes[0]["children"][0]["children"][0];
    assert_eq!(
        (&session["id"], &session["kind"], &session["minutes"]),
        (&"w2-d4-s1".into(), &"session".into(), &50.into())
    );
    assert_eq!(session["path"], "week_02/day_04/session_01.md");
}

#[test]
fn a_lesson_is_read_by_its_id_its_path_or_its_lab() {
    let person = Person::new();
    let by_id = person.says(&["read", "w3-d2-l1"], 0).out;
    for name in ["week_03/day_02/lab_01.md", "week_03/day_02/lab_01", "w3-d2-lab1"] {
        assert_eq!(person.says(&["read", name], 0).out, by_id, "{name}");
    }
    for width in [20, 40, 100] {
        let out = person.says(&["read", "w3-d2-s1", "--width", &width.to_string()], 0).out;
        assert!(out.lines().all(|line| jotasu::text::width(line) <= width), "{width}");
    }
    let html = person.says(&["read", "w3-d2-s1", "--html"], 0).out;
    assert!(html.starts_with("<!doctype html>\n<html lang=\"ko\">") && html.ends_with("</html>\n"), "{html}");
    assert!(!html.contains("src=\"http") && !html.contains("<link"), "a page that stands alone");
    let plain = person.says(&["read", "w3-d2-s1", "--plain"], 0).out;
    assert!(plain.lines().count() > 100 && !plain.contains('\x1b'));
    assert!(person.says(&["read", "w3-d2-s"], 2).err.contains("혹시 w3-d2-s1인가요?"));
    assert!(person.says(&["read", "전혀-다른-것"], 2).err.contains("있는 것: about, glossary, w2, "));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let person = Person::new();
    for arguments in [&["read", "w3-d2-s1"][..], &["tree"], &["--help"], &["lab", "list", "-o", "json"], &["doctor"]] {
        let said = person.unread(arguments);
        assert!(said.code.is_some_and(|code| code < 2) && said.err.is_empty(), "{arguments:?}: {said:?}");
    }
}

#[test]
fn color_is_for_terminals_or_when_asked_for() {
    let person = Person::new();
    let colored =
        |arguments: &[&str], environment: &[(&str, &str)]| person.with(environment, arguments, 0).out.contains('\x1b');
    assert!(!colored(&["tree"], &[]));
    assert!(colored(&["tree", "--color", "always"], &[]));
    assert!(colored(&["tree", "--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!colored(&["tree", "--color", "never"], &[]));
    assert!(!colored(&["tree", "--color", "auto"], &[("NO_COLOR", "1")]));
    let ascii = person.says(&["tree", "--ascii"], 0).out;
    assert!(ascii.contains("[ ]") && !ascii.contains('○'));
}

#[test]
fn themes_and_widths_are_chosen_by_option_or_in_the_settings() {
    let person = Person::new();
    let tree = |arguments: &[&str]| {
        let all = [&["tree", "--color", "always"][..], arguments].concat();
        person.with(&[("TERM", "xterm"), ("COLORTERM", "truecolor")], &all, 0).out
    };
    let (dark, light) = ("38;2;120;127;135m", "38;2;101;109;118m");
    assert!(tree(&[]).contains(dark) && tree(&["--theme", "dark"]).contains(dark));
    assert!(tree(&["--theme", "light"]).contains(light));
    assert!(tree(&["--theme", "high-contrast-light"]).contains("38;2;62;68;76m"));
    assert!(tree(&["--theme", "high-contrast"]).contains("38;2;190;196;202m"));
    let own = tree(&["--theme", "terminal"]);
    assert!(own.contains('\x1b') && !own.contains("38;2;"));
    let wide = person.says(&["tree", "--ambiguous", "wide"], 0).out;
    assert!(wide.contains("[ ]") && !wide.contains('○'));
    for width in [30, 60, 90] {
        let arguments = ["read", "w3-d2-s1", "--ambiguous", "wide", "--width", &width.to_string()];
        let out = person.says(&arguments, 0).out;
        let cells = |line: &str| unicode_width::UnicodeWidthStr::width_cjk(line);
        let long = out.lines().find(|line| cells(line) > width);
        assert_eq!(long, None, "{width}");
    }
    person.write("home/.config/jotasu/config.toml", "theme = \"light\"\nambiguous = \"wide\"\n");
    assert!(tree(&[]).contains(light) && tree(&[]).contains("[ ]"));
    assert!(tree(&["--theme", "dark"]).contains(dark) && tree(&["--ambiguous", "narrow"]).contains('○'));
    assert!(person.says(&["tree", "--theme", "blue"], 2).err.contains("--theme"));
    let help = person.says(&["--help"], 0).out;
    for word in ["high-contrast", "terminal", "--ambiguous", "narrow", "wide"] {
        assert!(help.contains(word), "{word}");
    }
}

#[test]
fn labs_without_a_cluster_can_be_listed_and_hinted_and_nothing_else() {
    let person = Person::new();
    let list: Value = serde_json::from_str(&person.says(&["lab", "list", "-o", "json"], 0).out).unwrap();
    assert_eq!((&list[0]["id"], &list[0]["passed"]), (&"w2-d4-lab1".into(), &0.into()));
    assert!(person.says(&["lab", "list"], 0).out.starts_with("w2-d4-lab1 "));
    assert!(person.says(&["lab", "hint", "w3-d2-lab1", "web-ready"], 0).out.contains("힌트 1/"));
    assert!(person.says(&["lab", "hint", "w3-d2-lab1", "web-ready"], 0).out.contains("힌트 2/"));
    for verb in ["check", "start", "watch", "reset", "stop"] {
        let said = person.says(&["lab", verb, "w3-d2-lab1"], 3);
        assert!(said.err.contains("kind"), "{verb}: {said:?}");
        assert_eq!(said.out, "", "{verb}");
    }
    assert!(person.says(&["lab", "check", "w3-d2-lab11"], 2).err.contains("혹시 w3-d2-lab1인가요?"));
}

#[test]
fn wrong_usage_is_2_and_help_is_0() {
    let person = Person::new();
    for arguments in [&["bogus"][..], &["read"], &["lab"], &["lab", "check"], &["tree", "-o", "yaml"], &["--nope"]] {
        let said = person.says(arguments, 2);
        assert!(said.out.is_empty() && !said.err.contains("error:"), "{arguments:?}: {said:?}");
    }
    for arguments in
        [&["--help"][..], &["-h"], &["lab", "--help"], &["lab", "check", "-h"], &["author", "test", "--help"]]
    {
        assert!(person.says(arguments, 0).out.contains("예:"), "{arguments:?}");
    }
    assert_eq!(person.says(&["--version"], 0).out, format!("jotasu {}\n", env!("CARGO_PKG_VERSION")));
    // The screen needs a terminal.
    assert!(person.says(&[], 2).err.contains("jotasu read"));
}

#[test]
fn arguments_need_not_be_utf_8() {
    use std::os::unix::ffi::OsStrExt as _;
    let person = Person::new();
    let odd = std::ffi::OsStr::from_bytes(b"\xff\xfe\x1b[31m");
    for arguments in [vec!["read".as_ref(), odd], vec!["--content".as_ref(), odd, "tree".as_ref()], vec![odd]] {
        let output = person.command().args(&arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(!said.contains('\x1b') && said.starts_with("jotasu: "), "{said}");
    }
}

/// The keys that the footer names, as the README shows them.
fn keys() -> String {
    use jotasu::keymap::{Context, KEYS};
    let mut text = String::from("| 어디서 | 키 | 하는 일 |\n| --- | --- | --- |\n");
    for context in [Context::Anywhere, Context::Tree, Context::Reader, Context::Checks, Context::Shell] {
        for binding in KEYS.iter().filter(|b| b.context == context && !b.word.is_empty()) {
            let names: Vec<String> = binding.keys.iter().map(|key| format!("`{}`", key.label(false))).collect();
            text.push_str(&format!("| {} | {} | {} |\n", context.title(), names.join(" "), binding.sentence));
        }
    }
    text
}

#[test]
fn the_readme_shows_the_keys_there_are_and_commands_that_exist() {
    let readme = include_str!("../README.md");
    let shown = readme.split("<!-- keys -->\n").nth(1).and_then(|rest| rest.split("<!-- /keys -->").next()).unwrap();
    assert_eq!(shown, keys(), "the table between the marks is to be\n{}", keys());
    let person = Person::new();
    let commands =
        readme.lines().filter_map(|line| line.strip_prefix("$ jotasu ")).map(|line| line.split('#').next().unwrap());
    for command in commands {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        person.says(&arguments, 0);
    }
}

#[test]
fn every_source_is_explained_to_authors_in_columns_or_json() {
    let person = Person::new();
    let list = person.says(&["author", "explain"], 0).out;
    let names: Vec<&str> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    for name in &names {
        let told = person.says(&["author", "explain", name], 0).out;
        assert!(told.starts_with(name) && told.contains("\n예\n"), "{told}");
        assert!(told.lines().all(|line| jotasu::text::width(line) <= 120), "{told}");
        let json: Value =
            serde_json::from_str(&person.says(&["author", "explain", name, "-o", "json"], 0).out).unwrap();
        assert_eq!(json["name"], **name);
    }
    assert!(names.contains(&"resource") && names.contains(&"trigger"), "{names:?}");
    let said = person.says(&["author", "explain", "htpp"], 2);
    assert!(said.out.is_empty() && said.err.contains("혹시 http인가요?"), "{said:?}");
    assert!(person.says(&["author", "explain", "zzzzzzzz"], 2).err.contains("resource, rbac"));
}

#[test]
fn editors_get_the_schema_of_a_labs_files() {
    let person = Person::new();
    for file in ["lab", "solution", "wrong", "right"] {
        let schema: Value = serde_json::from_str(&person.says(&["author", "schema", file], 0).out).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["additionalProperties"], false);
    }
    assert_eq!(person.says(&["author", "schema"], 0).out, person.says(&["author", "schema", "lab"], 0).out);
}

#[test]
fn shells_complete_the_commands_and_man_has_a_page_of_each() {
    let person = Person::new();
    person.write("complete.sh", person.says(&["completions", "bash"], 0).out);
    let words = "COMP_WORDS=(jotasu lab ch); COMP_CWORD=2; _jotasu jotasu ch lab; echo ${COMPREPLY[@]}";
    let output = std::process::Command::new("bash")
        .args(["-c", &format!(". {}; {words}", person.path("complete.sh").display())])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "check\n");
    for shell in ["zsh", "fish", "elvish", "powershell"] {
        assert!(person.says(&["completions", shell], 0).out.contains("progress"), "{shell}");
    }
    assert!(person.says(&["man"], 0).out.contains(".TH jotasu 1"));
    person.says(&["man", "--dir", "man/man1"], 0);
    let page = std::fs::read_to_string(person.path("man/man1/jotasu-lab-check.1")).unwrap();
    assert!(page.contains("junit") && page.contains("지금 상태를 한 번 확인해요"), "{page}");
}
