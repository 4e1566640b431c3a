//! Holds the house's shape: see "Architecture" in `src/lib.rs`. The rules prove themselves on a made-up crate below.
#![allow(missing_docs, clippy::string_slice, clippy::unwrap_used)]

#[path = "architecture/model.rs"]
mod model;
#[path = "architecture/rules.rs"]
mod rules;

use std::path::Path;

use rules::{findings, line};

#[test]
fn this_crate_keeps_to_its_architecture() {
    let mut sources = Vec::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut sources);
    assert!(sources.len() > 10, "the sources are found");
    let found = findings(&sources);
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

fn read(folder: &Path, prefix: &str, sources: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read(&entry.path(), &format!("{name}/"), sources);
        } else if name.ends_with(".rs") {
            sources.push((name, std::fs::read_to_string(entry.path()).unwrap()));
        }
    }
}

/// A small house in order.
const HOUSE: &[(&str, &str)] = &[
    (
        "lib.rs",
        "//! ```text\n//! text       cells\n//! files      disk\n//! lab        checks\n//! progress settings  two\n//! app\n//! cluster    side\n//! run        loop\n//! ```\n\
         pub mod text; pub mod files; pub mod lab; pub mod progress; pub mod settings; pub mod app; pub mod cluster; pub mod run;",
    ),
    ("text.rs", "pub fn width() {}"),
    ("files.rs", "use std::fs; pub fn read() { fs::read_to_string(\"x\").ok(); }"),
    ("lab.rs", "pub mod model; mod decide; pub use model::Check; use crate::text;"),
    ("lab/model.rs", "pub struct Check;"),
    ("lab/decide.rs", "use super::Check; pub fn decide(_: &Check) {}"),
    ("progress.rs", "use crate::lab::Check;"),
    ("settings.rs", "use crate::progress;"),
    ("app.rs", "use crate::{lab::Check, text::{self, width}};"),
    ("cluster.rs", "use kube::Client; use crate::lab;"),
    ("run.rs", "use crate::{app, cluster}; use crossterm::terminal::enable_raw_mode;"),
    ("main.rs", "fn main() { jotasu::run::start(); }"),
];

/// The house with one file changed, or added and declared.
fn house(file: &str, text: &str) -> Vec<(String, String)> {
    let new = !HOUSE.iter().any(|(name, _)| *name == file);
    let (parent, name) =
        file.strip_suffix(".rs").unwrap().rsplit_once('/').unwrap_or(("lib", file.trim_end_matches(".rs")));
    let kept = HOUSE.iter().filter(|(name, _)| *name != file).map(|(known, text)| {
        let declaration = if new && *known == format!("{parent}.rs") { format!(" mod {name};") } else { String::new() };
        ((*known).to_owned(), format!("{text}{declaration}"))
    });
    kept.chain([(file.to_owned(), text.to_owned())]).collect()
}

/// With this change exactly this is found; an empty expectation means nothing.
#[track_caller]
fn check(file: &str, text: &str, expected: &str) {
    let found = findings(&house(file, text)).join("\n");
    assert_eq!(found, expected);
}

#[test]
fn the_line_is_read_from_the_documentation() {
    let root = HOUSE[0].1;
    assert_eq!(line(root), ["text", "files", "lab", "progress", "settings", "app", "cluster", "run"]);
}

#[test]
fn a_house_in_order_has_no_findings() {
    check("text.rs", "pub fn width() {}", "");
}

#[test]
fn a_module_names_only_those_above_it() {
    let bad = "text.rs: text must not name lab (crate::lab)";
    check("text.rs", "use crate::lab;", bad);
    check("text.rs", "use super::lab;", "text.rs: text must not name lab (super::lab)");
    check("text.rs", "use crate::{lab::{Check as C}};", "text.rs: text must not name lab (crate::lab::Check)");
    check("text.rs", "pub fn f(_: crate::lab::Check) {}", "text.rs: text must not name lab (crate::lab::Check)");
    check("text.rs", "fn f() { crate::lab::x(); }", "text.rs: text must not name lab (crate::lab::x)");
    check("text.rs", "fn f() { vec![1, crate::lab::X]; }", "text.rs: text must not name lab (crate::lab::X)");
    check("text.rs", "#[derive(crate::lab::D)] struct S;", "text.rs: text must not name lab (crate::lab::D)");
    check("progress.rs", "use crate::settings;", "progress.rs: progress must not name settings (crate::settings)");
    check("text/role.rs", "use super::super::lab;", "text/role.rs: text must not name lab (super::super::lab)");
    check("text.rs", "mod inner { use super::super::lab; }", "text.rs: text must not name lab (super::super::lab)");
    check("text.rs", "// use crate::lab;\nconst S: &str = \"crate::lab\";", "");
    check("text.rs", "fn f() { println!(\"{} crate::lab \\\" crate::lab\", 1) }", "");
}

#[test]
fn a_reexport_does_not_hide_what_is_named() {
    let root = HOUSE[0].1.to_owned() + " pub use lab::Check; pub use app::*;";
    let sources = |text: &str| {
        let mut sources = house("lib.rs", &root);
        sources.iter_mut().find(|(file, _)| file == "text.rs").unwrap().1 = text.to_owned();
        sources.iter_mut().find(|(file, _)| file == "app.rs").unwrap().1 = "pub struct App;".to_owned();
        findings(&sources).join("\n")
    };
    assert_eq!(sources("use crate::Check;"), "text.rs: text must not name lab (crate::Check)");
    assert_eq!(sources("use crate::App;"), "text.rs: text must not name app (crate::App)");
    assert_eq!(
        sources("use crate as house; fn f() { house::lab::x(); }"),
        "text.rs: text must not name lab (house::lab::x)"
    );
}

#[test]
fn globs_of_each_other_end() {
    check("lab/model.rs", "pub use super::*; pub struct Check;", "");
    check(
        "text.rs",
        "use crate::*; use super::app::*; use super::super::*; fn f() { g(); }",
        "text.rs: text must not name app (super::app)",
    );
}

#[test]
fn a_module_outside_the_line_is_found() {
    check("util.rs", "", "util.rs: util is not in the line of modules that lib.rs documents");
}

#[test]
fn the_side_branch_stands_on_few_and_is_named_by_few() {
    check("cluster.rs", "use crate::progress;", "cluster.rs: cluster must not name progress (crate::progress)");
    check("app.rs", "use crate::cluster;", "app.rs: app must not name cluster (crate::cluster)");
}

#[test]
fn submodules_of_one_module_do_not_name_each_other_in_a_circle() {
    let circle = "lab: submodules name each other: decide → model → decide";
    check("lab/model.rs", "use super::decide; pub struct Check;", circle);
    check("lab/model.rs", "use crate::lab::decide::decide; pub struct Check;", circle);
    check("lab/model.rs", "pub struct Check; fn f() { super::decide::decide(); }", circle);
    check("lab/model/part.rs", "use crate::lab::decide;", circle);
}

#[test]
fn kubernetes_is_named_in_cluster_alone() {
    check(
        "lab.rs",
        "pub mod model; mod decide; pub use model::Check; use kube::Client;",
        "lab.rs: kube::Client belongs to cluster alone",
    );
    check(
        "run.rs",
        "fn f(_: k8s_openapi::api::core::v1::Pod) {}",
        "run.rs: k8s_openapi::api::core::v1::Pod belongs to cluster alone",
    );
    check("run.rs", "extern crate kube;", "run.rs: kube belongs to cluster alone");
    check("run.rs", "fn f() { tokio::select! { _ = kube::x() => {} } }", "run.rs: kube::x belongs to cluster alone");
}

#[test]
fn the_disk_is_touched_in_files_and_in_tests_alone() {
    check("lab/model.rs", "pub struct Check; use std::{fs, io};", "lab/model.rs: std::fs belongs to files alone");
    check("run.rs", "fn f() { std::fs::read(\"x\"); }", "run.rs: std::fs::read belongs to files alone");
    check("cluster.rs", "use tokio::fs::File;", "cluster.rs: tokio::fs::File belongs to files alone");
    check("cluster.rs", "#[cfg(test)] mod tests { use std::fs; use crate::app; }", "");
    check("cluster.rs", "#[cfg(test)] fn helper() { std::fs::read(\"x\"); }", "");
    check("files/lock.rs", "use std::fs::File;", "");
    let mut sources = house("app.rs", "#[cfg(test)] mod fixture;");
    sources.push(("app/fixture.rs".into(), "use std::fs;".into()));
    sources.push(("build.rs".into(), "use std::fs;".into()));
    assert!(findings(&sources).is_empty(), "a test's own file and a build script");
}

#[test]
fn only_run_enters_or_leaves_the_terminal() {
    let bad = "app.rs: crossterm::terminal::disable_raw_mode belongs to run alone";
    check("app.rs", "use crossterm::terminal::disable_raw_mode;", bad);
    let alternate = "app.rs: crossterm::terminal::EnterAlternateScreen belongs to run alone";
    check("app.rs", "fn f() { execute!(out, crossterm::terminal::EnterAlternateScreen); }", alternate);
    check("app.rs", "fn f() { ratatui::init(); }", "app.rs: ratatui::init belongs to run alone");
    check("run/terminal.rs", "fn f() { ratatui::restore(); }", "");
}

#[test]
fn a_file_is_short_before_its_tests() {
    let long = "\n".repeat(401);
    check("text.rs", &long, "text.rs: 401 lines before its tests, at most 400");
    check("text.rs", &format!("{}#[cfg(test)]\nmod tests {{\n{long}}}", "\n".repeat(399)), "");
}

#[test]
fn source_that_does_not_parse_is_a_finding() {
    assert!(findings(&house("text.rs", "fn {")).join("").starts_with("text.rs does not parse"));
}
