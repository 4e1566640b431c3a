//! `jotasu search`: where words are in the course.

use std::io::IsTerminal as _;

use serde_json::{Value, json};

use crate::course::Curriculum;
use crate::search::{Found, Group, Hit, Index, Query, Scope, excerpt};
use crate::text::{Role, Row, clean};

use super::cli::Output;
use super::outcome::Outcome;
use super::print::{self, Json};
use super::world::World;

/// Cells when the terminal does not say.
const WIDTH: usize = 100;
/// Lines shown of one lesson.
const LINES: usize = 5;

/// Prints where words are: at most so many places. Done when there is one, else not yet.
pub fn run(world: &World, words: &[String], limit: usize, output: Output) -> anyhow::Result<Outcome> {
    let curriculum = world.curriculum();
    let index = Index::build(&curriculum, |path| world.content.read(path).ok());
    let query = Query::new(&words.join(" "), false);
    let mut found = index.search(&query, Scope::Course, limit, LINES);
    cut(&mut found, limit);
    if output == Output::Json {
        let groups: Vec<Value> = found.groups.iter().filter_map(|group| json_of(&curriculum, group)).collect();
        print::json(&groups.into(), Json::Pretty)?;
    } else {
        let terminal = std::io::stdout().is_terminal().then(crossterm::terminal::size).and_then(Result::ok);
        let cells = terminal.map_or(WIDTH, |(columns, _)| usize::from(columns)).max(30);
        let rows: Vec<Row> =
            found.groups.iter().flat_map(|group| rows(&curriculum, group, cells, world.ascii())).collect();
        print::rows(&rows, world.look())?;
    }
    if found.groups.is_empty() {
        print::error(&format!("jotasu: 찾은 것이 없어요: {}", query.text()));
        return Ok(Outcome::NotYet);
    }
    Ok(Outcome::Done)
}

/// Keeps so many places; a lesson found by its title alone is one.
fn cut(found: &mut Found, limit: usize) {
    let mut left = limit;
    found.groups.retain_mut(|group| {
        let keep = left > 0;
        let places = group.hits.len().max(1).min(left);
        group.hits.truncate(places);
        left -= places;
        keep
    });
}

fn json_of(curriculum: &Curriculum, group: &Group) -> Option<Value> {
    let node = curriculum.nodes.get(group.node)?;
    let hits: Vec<Value> = group.hits.iter().map(hit_of).collect();
    Some(json!({
        "id": node.id,
        "title": node.title,
        "path": node.path,
        "breadcrumb": breadcrumb(curriculum, group.node),
        "title_ranges": ranges(&node.title, &group.title),
        "hits": hits,
    }))
}

fn hit_of(hit: &Hit) -> Value {
    let ranges = ranges(&hit.text, &hit.ranges);
    json!({"line": hit.line, "heading": hit.heading, "code": hit.code, "text": hit.text, "ranges": ranges})
}

/// Ranges in characters: programs in other languages do not count bytes.
fn ranges(text: &str, bytes: &[std::ops::Range<usize>]) -> Vec<[usize; 2]> {
    let count = |at: usize| text.get(..at).map_or(0, |before| before.chars().count());
    bytes.iter().map(|range| [count(range.start), count(range.end)]).collect()
}

fn breadcrumb(curriculum: &Curriculum, node: usize) -> Vec<&str> {
    let above = curriculum.above(node).filter_map(|index| curriculum.nodes.get(index));
    let mut titles: Vec<&str> = above.map(|node| node.title.as_str()).collect();
    titles.reverse();
    titles
}

/// A place takes two rows: where it is, and its line.
fn rows(curriculum: &Curriculum, group: &Group, cells: usize, ascii: bool) -> Vec<Row> {
    let Some(node) = curriculum.nodes.get(group.node) else { return Vec::new() };
    let between = if ascii { " > " } else { " › " };
    let title = clean(&node.title).into_owned();
    let mut crumbs = breadcrumb(curriculum, group.node).join(between);
    if !crumbs.is_empty() {
        crumbs.push_str(between);
    }
    let place = |line: usize| -> Row {
        let at = if line > 0 { format!("{}:{line}  ", node.id) } else { format!("{}  ", node.id) };
        let mut row = vec![(Role::Accent, at), (Role::Dim, clean(&crumbs).into_owned())];
        row.extend(excerpt(&title, &group.title, usize::MAX, Role::Strong));
        row
    };
    if group.hits.is_empty() {
        return vec![place(0)];
    }
    let rows = group.hits.iter().flat_map(|hit| {
        let mut row = place(hit.line);
        if let Some(heading) = hit.heading.as_ref().filter(|_| !hit.is_heading) {
            row.push((Role::Dim, format!("{between}{heading}")));
        }
        let mut line = vec![(Role::Text, "    ".to_owned())];
        line.extend(excerpt(&hit.text, &hit.ranges, cells - 4, Role::Text));
        [row, line]
    });
    rows.collect()
}
