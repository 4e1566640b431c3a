//! How long a diagram takes from its text to its rows, at the most nodes there may be, and as courses draw them.
//!
//! `cargo bench --bench diagram [-- TIMES]`; 20 times each unless told.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::fmt::Write;
use std::time::{Duration, Instant};

use jotasu::diagram::{Options, parse};

const NODES: usize = 2_000;

fn main() {
    let times = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(20);
    let charts: [(&str, String); 11] = [
        ("a chain down", links("TB", (1..NODES).map(|node| (node - 1, node)))),
        ("a chain to the right", links("LR", (1..NODES).map(|node| (node - 1, node)))),
        ("a star", links("TB", (1..NODES).map(|node| (0, node)))),
        ("a star inward", links("TB", (1..NODES).map(|node| (node, 0)))),
        ("a tree", links("TB", (1..NODES).map(|node| ((node - 1) / 3, node)))),
        ("a random graph", random()),
        ("as many links as there may be: 4,000", links("TB", (0..4_000).map(|link| (link % 1_900, link * 7 % 1_900)))),
        ("all to all: 60 & 60", all_to_all(60)),
        ("280 subgraphs", groups(280)),
        ("100 KB of a sequence", sequence()),
        ("a lesson's chart: 4 subgraphs, 40 nodes", lesson()),
    ];
    for (name, source) in &charts {
        let mut took: Vec<Duration> = Vec::new();
        let mut end = String::new();
        for _ in 0..times {
            let since = Instant::now();
            let drawn = parse(source).and_then(|diagram| diagram.draw(&Options { width: 80, ascii: false }));
            took.push(since.elapsed());
            end = match drawn {
                Ok(picture) => format!("{} cells wide, {} rows", picture.width, picture.rows.len()),
                Err(refusal) => format!("refused: {}", refusal.reason),
            };
        }
        took.sort_unstable();
        let at = |share: usize| took.get(took.len() * share / 100).or(took.last()).copied().unwrap_or_default();
        println!("{name:<42} p50 {:>9.3?} p95 {:>9.3?}  {end}", at(50), at(95));
    }
}

fn links(direction: &str, links: impl Iterator<Item = (usize, usize)>) -> String {
    let mut text = format!("graph {direction}\n");
    for (from, to) in links {
        writeln!(text, "n{from} --> n{to}").unwrap();
    }
    text
}

/// As many links as nodes, by a fixed sequence.
fn random() -> String {
    let mut state = 1u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % NODES
    };
    links("TB", (0..NODES).map(move |_| (next(), next())))
}

fn all_to_all(nodes: usize) -> String {
    let names = |letter: char| (0..nodes).map(|node| format!("{letter}{node}")).collect::<Vec<_>>().join(" & ");
    format!("graph LR\n{} --> {}\n", names('a'), names('b'))
}

fn groups(count: usize) -> String {
    let mut text = String::from("graph TB\n");
    for group in 0..count {
        writeln!(text, "subgraph g{group} [묶음 {group}]\nn{group} --> m{group}\nend").unwrap();
    }
    for group in 1..count {
        writeln!(text, "g{} --> g{group}", group - 1).unwrap();
    }
    text
}

fn sequence() -> String {
    let mut text = String::from("sequenceDiagram\n");
    for message in 0.. {
        if text.len() > 99_900 {
            break;
        }
        writeln!(text, "  p{}->>p{}: 메시지 {message}", message % 9, (message + 1) % 9).unwrap();
    }
    text
}

fn lesson() -> String {
    let mut text = String::from("graph TB\n");
    for group in 0..4 {
        writeln!(text, "subgraph g{group} [계층 {group}]").unwrap();
        for node in 1..10 {
            writeln!(text, "n{group}_{} -->|다음 단계| n{group}_{node}", node / 2).unwrap();
        }
        text.push_str("end\n");
    }
    for group in 1..4 {
        writeln!(text, "n{}_3 --> n{group}_2\nn{}_9 -.-> n{group}_7", group - 1, group - 1).unwrap();
    }
    text
}
