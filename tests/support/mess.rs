//! Curricula of any size and mess, by chance: names, contents and links as they are found in the wild, and worse.
#![allow(clippy::unwrap_used, dead_code, reason = "a test that cannot go on says where; each program uses a part")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::select;

/// One file that is to be written.
#[derive(Clone, Debug)]
pub struct File {
    /// Relative.
    pub path: String,
    /// What is in it.
    pub body: Body,
}

/// What a file is.
#[derive(Clone, Debug)]
pub enum Body {
    /// Bytes.
    Bytes(Vec<u8>),
    /// A link to somewhere.
    Link(&'static str),
    /// A pipe that nobody writes to.
    Pipe,
    /// A file that its owner may not read (root may).
    Locked,
}

/// Parts of folders' and files' names; joined by chance.
const NAMES: &[&str] = &[
    "week_01",
    "week1",
    "Week-10",
    "day_02",
    "day2",
    "2일차",
    "3주차",
    "README",
    "readme",
    "ReadMe",
    "session_01",
    "Session_01",
    "session_1",
    "session_10",
    "lab_1",
    "handson_1",
    "hands_on_1",
    "challenge",
    "wrap_up",
    "overview",
    "한글 이름",
    "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}",
    "a b",
    "it's",
    "\"q\"",
    "tab\there",
    "line\nfeed",
    "\u{1b}[31mred",
    "\u{202e}abc",
    "back\\slash",
    "$(x)",
    "-rf",
    "a%20b",
    "x.y.z",
    "#hash",
    "🚢",
    "...",
    "con",
    "9",
    "99999999999999999999",
    "images",
];

const LINES: &[&str] = &[
    "---",
    "id: a",
    "id: b",
    "title: 글",
    "title: 가: 나",
    "kind: lab",
    "kind: sesion",
    "minutes: 50",
    "minutes: 오십",
    "needs: [a, b]",
    "aliases: [a]",
    "aliases: [b, c]",
    "order: -1",
    "\tkind: day",
    "layout: post",
    "<<: *x",
    "id: &a *a",
    "# 제목",
    "# Session 1: 글 (50분)",
    "## Lab 1: 실습 ⏰ 90분",
    "### Challenge",
    "## 2일차: 둘 (1시간 30분)",
    "Week 3",
    "===",
    "#",
    "<!-- node: n1 kind=lab lab=l minutes=x -->",
    "<!-- node: -->",
    "<!--",
    "-->",
    "<!-- chek: a -->",
    "```yaml wrong=\"x\"",
    "```",
    "~~~",
    "````",
    "\tkey: 1",
    "- [ ] 하나 <!-- check: l/a -->",
    "- [x] 둘",
    "> 인용",
    "| 시간 | 구분 | 내용 | 목적 |",
    "| --- | --- | --- | --- |",
    "| 09:00 | [S1](session_01.md) | 글 | 글 |",
    "[a](../../../../etc/passwd)",
    "[a](session_01.md#제목) ![b](images/없음.png)",
    "[a](%FF%zz.md#%)",
    "[a](<b c.md>)",
    "<details>",
    "<div align=\"center\">",
    "```mermaid",
    "graph TD",
    "A-->B",
    "**굵게(Bold)**은",
    "가\u{202e}나\0다\u{1b}[2J",
    "",
    "",
];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => select(NAMES).prop_map(str::to_owned),
        1 => (select(NAMES), select(NAMES)).prop_map(|(a, b)| format!("{a}{b}")),
        1 => "[a-z가-힣_. -]{1,12}",
    ]
    .prop_filter("a name", |name| !name.starts_with('.') && !name.is_empty() && name != "target")
}

fn text() -> impl Strategy<Value = String> {
    let end = select(&["\n", "\n", "\r\n", "\r"][..]);
    (proptest::collection::vec(select(LINES), 0..16), end).prop_map(|(lines, end)| lines.join(end))
}

fn body() -> impl Strategy<Value = Body> {
    let utf16 = |text: String| format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    prop_oneof![
        24 => text().prop_map(|text| Body::Bytes(text.into_bytes())),
        2 => text().prop_map(|text| Body::Bytes(format!("\u{feff}{text}").into_bytes())),
        2 => text().prop_map(move |text| Body::Bytes(utf16(text))),
        2 => Just(Body::Bytes(b"# \xc7\xd1\xb1\xdb\n".to_vec())),
        2 => proptest::collection::vec(any::<u8>(), 0..80).prop_map(Body::Bytes),
        1 => Just(Body::Bytes(Vec::new())),
        3 => select(&["..", ".", "/etc/passwd", "nowhere", "/dev/zero", "README.md", "../README.md"][..]).prop_map(Body::Link),
        1 => Just(Body::Pipe),
        1 => Just(Body::Locked),
    ]
}

/// Files of a course, up to so many.
pub fn files(most: usize) -> impl Strategy<Value = Vec<File>> {
    let path = (proptest::collection::vec(name(), 0..4), name(), select(&[".md", ".md", ".md", ".MD", ".txt", ""][..]));
    let path = path.prop_map(|(mut folders, name, end)| {
        folders.push(format!("{name}{end}"));
        folders.join("/")
    });
    let file = (path, body()).prop_map(|(path, body)| File { path, body });
    proptest::collection::vec(file, 0..most)
}

/// Writes files in the order given; what cannot be written (a folder where a file is) is left out.
pub fn write(root: &Path, files: &[File]) {
    for File { path, body } in files {
        let path = root.join(path);
        if fs::create_dir_all(path.parent().unwrap()).is_err() || fs::symlink_metadata(&path).is_ok() {
            continue;
        }
        let _left_out = match body {
            Body::Bytes(bytes) => fs::write(&path, bytes),
            Body::Link(target) => symlink(target, &path),
            Body::Pipe => std::process::Command::new("mkfifo").arg(&path).status().map(drop),
            Body::Locked => fs::write(&path, "# 잠김\n").and_then(|()| {
                use std::os::unix::fs::PermissionsExt as _;
                fs::set_permissions(&path, fs::Permissions::from_mode(0o000))
            }),
        };
    }
}
