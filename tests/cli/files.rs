//! The learner's own files: damaged, newer, unwritable, on a full disk, used twice at once.

use std::process::{Command, Stdio};

use crate::person::{Person, argument, said};

const HINT: [&str; 5] = ["--home", "h", "lab", "hint", "w3-d2-lab1"];

fn hint(check: &'static str) -> Vec<&'static str> {
    HINT.into_iter().chain([check]).collect()
}

#[test]
fn progress_is_shown_in_columns_and_json() {
    let person = Person::new();
    let text = person.says(&["progress", "show"], 0).out;
    assert!(text.contains("0/2") && text.contains("0/25"), "{text}");
    let json = person.says(&["progress", "show", "-o", "json"], 0).out;
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["schema"], 1);
}

#[test]
fn a_damaged_file_is_set_aside_and_said_once() {
    let person = Person::new();
    let path = person.write("h/data/progress.json", "{\"schema\": 1, ");
    let said = person.says(&["--home", "h", "progress", "show"], 0);
    assert_eq!(said.err.matches("손상").count(), 1, "{said:?}");
    assert!(said.err.contains("progress.json.damaged-1"), "{said:?}");
    assert_eq!(std::fs::read_to_string(path.with_file_name("progress.json.damaged-1")).unwrap(), "{\"schema\": 1, ");
    assert_eq!(person.says(&["--home", "h", "progress", "show"], 0).err, "");
}

#[test]
fn a_newer_file_is_read_and_never_written() {
    let person = Person::new();
    let text = "{\"schema\": 99, \"new\": true}";
    let path = person.write("h/data/progress.json", text);
    let said = person.says(&hint("web-ready"), 0);
    assert!(said.out.contains("힌트 1/") && said.err.contains("새 버전"), "{said:?}");
    assert_eq!(std::fs::read_to_string(path).unwrap(), text);
}

#[test]
fn a_home_that_cannot_be_one_is_said_and_what_was_asked_for_is_done() {
    let person = Person::new();
    person.write("h", "a file");
    let said = person.says(&hint("web-ready"), 0);
    assert!(said.out.contains("힌트 1/") && said.err.contains("폴더가 있어야 할 자리"), "{said:?}");
    person.says(&["--home", "h", "tree"], 0);
    person.says(&["--home", "/proc/nowhere", "progress", "show"], 0);
    let said = person.says(&["--home", "/proc/nowhere", "lab", "hint", "w3-d2-lab1", "web-ready"], 0);
    assert!(said.err.contains("저장하지 못했어요"), "{said:?}");
    assert!(person.says(&["--log", "/proc/nowhere/log", "tree"], 2).err.contains("/proc/nowhere/log"));
}

#[test]
fn mistakes_in_the_settings_are_shown_with_their_lines_and_the_rest_counts() {
    let person = Person::new();
    person.write("h/config/config.toml", "# 가나\nthem = \"dark\"\nascii = true\ncolor = \"빨강\"\n");
    let said = person.says(&["--home", "h", "tree"], 0);
    for words in ["h/config/config.toml:2:1", "혹시 `theme`인가요?", "h/config/config.toml:4:9", "^"] {
        assert!(said.err.contains(words), "{words}\n{}", said.err);
    }
    assert!(said.out.contains("[ ]"), "{}", said.out);
    person.write("h/config/config.toml", "ascii = \n");
    assert!(person.says(&["--home", "h", "tree"], 0).err.contains("TOML"));
}

#[test]
fn a_full_disk_loses_nothing_and_is_said() {
    let person = Person::new();
    let home = person.path("h");
    std::fs::create_dir(&home).unwrap();
    let mount = |arguments: &[&str]| Command::new("mount").args(arguments).arg(&home).stderr(Stdio::null()).status();
    if !mount(&["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).is_ok_and(|status| status.success()) {
        eprintln!("skipped: only root may mount a small disk to fill it");
        return;
    }
    let _unmounted = Unmount(argument(&home).to_owned());
    person.says(&hint("web-ready"), 0);
    let path = home.join("data/progress.json");
    let before = std::fs::read_to_string(&path).unwrap();
    let filler = home.join("filler");
    let _ = std::fs::write(&filler, vec![0; 128 * 1024]);
    let full = person.says(&hint("web-config-used"), 0);
    assert!(full.out.contains("힌트 1/") && full.err.contains("디스크가 가득"), "{full:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
    std::fs::remove_file(filler).unwrap();
    assert_eq!(person.says(&hint("web-config-used"), 0).err, "");
    assert!(person.says(&hint("web-ready"), 0).out.contains("힌트 2/"));
    let left: Vec<_> = std::fs::read_dir(home.join("data")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "the file and its lock: {left:?}");
}

struct Unmount(String);

impl Drop for Unmount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn commands_at_once_lose_nothing() {
    let person = Person::new();
    let checks = ["pod-ready", "rs-three", "config-exists", "web-ready", "web-readiness", "web-resources"];
    let children: Vec<_> = checks
        .map(|check| person.command().args(hint(check)).stdout(Stdio::null()).spawn().unwrap())
        .into_iter()
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let json = said(person.command().args(["--home", "h", "progress", "show", "-o", "json"])).out;
    let progress: serde_json::Value = serde_json::from_str(&json).unwrap();
    let hints = progress["progress"]["labs"]["w3-d2-lab1"]["hints"].as_object().unwrap_or_else(|| panic!("{json}"));
    assert_eq!(hints.len(), checks.len(), "{json}");
}
