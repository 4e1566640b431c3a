//! The rules of the house, each over a whole crate; a finding is a line for a person.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Crate, Module, Target};

/// A file may have this many lines before its tests.
const LINES: usize = 400;
/// What the side branch stands on, and who may name it.
const SIDE: &str = "cluster";
const BELOW_SIDE: [&str; 5] = ["text", "problem", "yaml", "files", "lab"];
const ABOVE_SIDE: [&str; 3] = ["run", "command", "main"];
/// Crates that only the side branch names.
const KUBERNETES: [&str; 2] = ["kube", "k8s_openapi"];
/// What enters or leaves the terminal's modes.
const TERMINAL: [&str; 6] = [
    "enable_raw_mode",
    "disable_raw_mode",
    "EnterAlternateScreen",
    "LeaveAlternateScreen",
    "EnableMouseCapture",
    "EnableBracketedPaste",
];
const RATATUI: [&str; 6] = ["init", "try_init", "init_with_options", "try_init_with_options", "restore", "try_restore"];

/// Every finding about a crate given as (path below `src`, text).
pub fn findings(sources: &[(String, String)]) -> Vec<String> {
    let all = match Crate::read(sources) {
        Ok(all) => all,
        Err(error) => return vec![error],
    };
    let root = sources.iter().find(|(file, _)| file == "lib.rs").map(|(_, text)| text.as_str()).unwrap_or_default();
    let mut found = BTreeSet::new();
    found.extend(order(&all, &line(root)));
    found.extend(cycles(&all));
    found.extend(foreign(&all));
    found.extend(lengths(&all, sources));
    found.into_iter().collect()
}

/// The modules in the order in which `lib.rs` documents them: the words before two spaces, within the fence.
pub fn line(root: &str) -> Vec<String> {
    let fenced = root.lines().skip_while(|line| line.trim() != "//! ```text").skip(1);
    let rows = fenced.take_while(|line| line.trim() != "//! ```").filter_map(|line| line.strip_prefix("//! "));
    let names = rows.filter_map(|row| row.split("  ").next());
    names.flat_map(|names| names.split([' ', ',']).filter(|name| !name.is_empty()).map(ToOwned::to_owned)).collect()
}

fn order(all: &Crate, line: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    let rank = |module: &str| match module {
        "main" => Some(usize::MAX),
        _ => line.iter().position(|name| name == module),
    };
    for file in &all.files {
        let top = file.split(['/', '.']).next().unwrap_or_default();
        if top != "lib" && rank(top).is_none() {
            found.push(format!("{file}: {top} is not in the line of modules that lib.rs documents"));
        }
    }
    for name in &all.names {
        // The root only declares the modules; it is no part of the line.
        let Some(from) = name.module.first() else { continue };
        let Target::Ours(through) = all.target(name) else { continue };
        let tops: BTreeSet<&String> = through.iter().filter_map(|module| module.first()).collect();
        for to in tops {
            let allowed = match (from.as_str(), to.as_str()) {
                (from, to) if from == to => true,
                (from, SIDE) => ABOVE_SIDE.contains(&from),
                (SIDE, to) => BELOW_SIDE.contains(&to),
                (from, to) => rank(from) > rank(to),
            };
            if !allowed {
                found.push(format!("{}: {from} must not name {to} ({})", name.file, name.path.join("::")));
            }
        }
    }
    found
}

/// Siblings that name each other, in a circle.
fn cycles(all: &Crate) -> Vec<String> {
    let mut edges: BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for name in &all.names {
        let Target::Ours(through) = all.target(name) else { continue };
        for to in through {
            let shared = name.module.iter().zip(&to).take_while(|(a, b)| a == b).count();
            if let (Some(from), Some(sibling)) = (name.module.get(shared), to.get(shared)) {
                let parent = name.module.iter().take(shared).cloned().collect();
                edges.entry(parent).or_default().entry(from.clone()).or_default().insert(sibling.clone());
            }
        }
    }
    // Between the top modules the line says more than this.
    edges.retain(|parent, _| !parent.is_empty());
    let circles = edges.iter().filter_map(|(parent, graph)| {
        let circle = graph.keys().find_map(|start| circle(graph, &mut vec![start.clone()]))?;
        Some(format!("{}: submodules name each other: {}", parent.join("::"), circle.join(" → ")))
    });
    circles.collect()
}

fn circle(graph: &BTreeMap<String, BTreeSet<String>>, trail: &mut Vec<String>) -> Option<Vec<String>> {
    let here = trail.last()?.clone();
    for next in graph.get(&here).into_iter().flatten() {
        if *next == trail[0] {
            return Some(trail.iter().chain([next]).cloned().collect());
        }
        if !trail.contains(next) {
            trail.push(next.clone());
            let found = circle(graph, trail);
            trail.pop();
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

fn foreign(all: &Crate) -> Vec<String> {
    let mut found = Vec::new();
    for name in &all.names {
        let Target::Foreign(path) = all.target(name) else { continue };
        let top = name.module.first().map_or("lib", String::as_str);
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        let mut rule = |only: &str, broken: bool| {
            if broken && top != only {
                found.push(format!("{}: {} belongs to {only} alone", name.file, path.join("::")));
            }
        };
        rule(SIDE, parts.first().is_some_and(|first| KUBERNETES.contains(first)));
        rule("files", matches!(parts.as_slice(), ["std" | "tokio", "fs", ..]));
        let terminal = parts.iter().any(|part| TERMINAL.contains(part));
        let ratatui = matches!(parts.as_slice(), ["ratatui", name] if RATATUI.contains(name));
        rule("run", terminal || ratatui);
    }
    found
}

fn lengths(all: &Crate, sources: &[(String, String)]) -> Vec<String> {
    let long = sources.iter().filter(|(file, _)| all.files.contains(file)).filter_map(|(file, text)| {
        let lines = text.lines().take_while(|line| line.trim() != "#[cfg(test)]").count();
        (lines > LINES).then(|| format!("{file}: {lines} lines before its tests, at most {LINES}"))
    });
    long.collect()
}
