//! A chart as scopes: what lies in each subgraph, and which part of every link runs there.
//!
//! A link between two subgraphs is drawn in the scope that holds both of them; within each of the two it goes on from a
//! port in the frame to the node it is meant for.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Chart, Direction, End, Head, Link};
use crate::diagram::canvas::Stroke;

/// Where a part of a link begins or ends within a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin {
    /// Which of the scope's items; None is the frame around the scope.
    pub item: Option<usize>,
    /// What shares this end: the first link that leaves the same node in the same stroke.
    pub key: usize,
    /// What is drawn at this end.
    pub head: Head,
}

/// A part of a link within one scope, from the earlier rank to the later one.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    pub upper: Pin,
    pub lower: Pin,
    /// One of those that share it.
    pub link: usize,
    /// This part carries the label.
    pub labelled: bool,
    pub length: usize,
    pub stroke: Stroke,
    /// The links that leave together; theirs are the only cells that may be shared.
    pub net: usize,
}

/// What is laid out together.
#[derive(Clone, Debug)]
pub struct Scope {
    pub direction: Direction,
    pub items: Vec<End>,
    pub edges: Vec<Edge>,
    /// Invisible links: upper item, lower item, length.
    pub order: Vec<(usize, usize, usize)>,
}

/// All scopes of a chart.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The chart's own first, then the subgraphs'.
    pub scopes: Vec<Scope>,
    /// A node's link to itself.
    pub loops: BTreeMap<usize, usize>,
    /// Links that are not drawn but told below the picture.
    pub listed: Vec<usize>,
}

/// The scope right around an end.
fn scope_of(chart: &Chart, end: End) -> usize {
    chart.around(end).map_or(0, |group| group + 1)
}

/// The end, and the subgraphs around it from the inside out.
fn trail(chart: &Chart, end: End) -> Vec<End> {
    let mut trail = vec![end];
    let mut at = end;
    while let Some(group) = chart.around(at) {
        at = End::Group(group);
        trail.push(at);
    }
    trail
}

/// A link between two scopes' items.
struct Lifted {
    link: usize,
    scope: usize,
    from: usize,
    to: usize,
}

/// Cuts a chart into scopes; `turn` says what becomes of each direction.
pub fn tree(chart: &Chart, turn: impl Fn(Direction) -> Direction) -> Tree {
    let mut tree = Tree {
        scopes: vec![
            Scope { direction: turn(chart.direction), items: Vec::new(), edges: Vec::new(), order: Vec::new() };
            chart.groups.len() + 1
        ],
        loops: BTreeMap::new(),
        listed: Vec::new(),
    };
    let mut slot: BTreeMap<End, usize> = BTreeMap::new();
    let ends = (0..chart.nodes.len()).map(End::Node).chain((0..chart.groups.len()).map(End::Group));
    for end in ends {
        if let Some(scope) = tree.scopes.get_mut(scope_of(chart, end)) {
            slot.insert(end, scope.items.len());
            scope.items.push(end);
        }
    }
    let mut lifted = Vec::new();
    let mut crossed = BTreeSet::new();
    for (number, link) in chart.links.iter().enumerate() {
        match (link.from, link.to) {
            (End::Node(a), End::Node(b)) if a == b => {
                if link.stroke.is_some() && *tree.loops.entry(a).or_insert(number) != number {
                    tree.listed.push(number);
                }
                continue;
            }
            _ => {}
        }
        let (from, to) = (trail(chart, link.from), trail(chart, link.to));
        let shared = from.iter().rev().zip(to.iter().rev()).take_while(|(a, b)| a == b).count();
        let (Some(a), Some(b)) = (from.len().checked_sub(shared + 1), to.len().checked_sub(shared + 1)) else {
            // From a subgraph into itself.
            if link.stroke.is_some() {
                tree.listed.push(number);
            }
            continue;
        };
        let (Some(&a_end), Some(&b_end)) = (from.get(a), to.get(b)) else { continue };
        crossed.extend(from.iter().skip(1).take(a).chain(to.iter().skip(1).take(b)).copied());
        if let (Some(&from), Some(&to)) = (slot.get(&a_end), slot.get(&b_end)) {
            lifted.push(Lifted { link: number, scope: scope_of(chart, a_end), from, to });
        }
    }
    directions(chart, &mut tree, &crossed, turn);
    let reversed = reversed(&tree, &lifted);
    parts(chart, &mut tree, &lifted, &reversed, &slot);
    tree
}

/// As on a web page, a subgraph keeps a direction of its own only when no link leads past its frame.
fn directions(chart: &Chart, tree: &mut Tree, crossed: &BTreeSet<End>, turn: impl Fn(Direction) -> Direction) {
    for (number, group) in chart.groups.iter().enumerate() {
        let outer = group.parent.map_or(0, |parent| parent + 1);
        let inherited = tree.scopes.get(outer).map_or(Direction::Down, |scope| scope.direction);
        let own = group.direction.filter(|_| !crossed.contains(&End::Group(number)));
        if let Some(scope) = tree.scopes.get_mut(number + 1) {
            scope.direction = own.map_or(inherited, &turn);
        }
    }
}

/// Which of the lifted links would close a circle, and are laid out backward.
fn reversed(tree: &Tree, lifted: &[Lifted]) -> Vec<bool> {
    let mut reversed = vec![false; lifted.len()];
    let mut by_scope: Vec<Vec<usize>> = vec![Vec::new(); tree.scopes.len()];
    for (number, link) in lifted.iter().enumerate() {
        if let Some(all) = by_scope.get_mut(link.scope) {
            all.push(number);
        }
    }
    for (scope, links) in tree.scopes.iter().zip(&by_scope) {
        let mut next: Vec<Vec<(usize, usize)>> = vec![Vec::new(); scope.items.len()];
        let mut entered = vec![false; scope.items.len()];
        for &number in links {
            let Some(link) = lifted.get(number) else { continue };
            if let (Some(next), Some(entered)) = (next.get_mut(link.from), entered.get_mut(link.to)) {
                next.push((link.to, number));
                *entered = true;
            }
        }
        // 0: not seen, 1: on the way, 2: done.
        let mut state = vec![0u8; scope.items.len()];
        let firsts = (0..scope.items.len()).filter(|item| !entered.get(*item).copied().unwrap_or(true));
        for start in firsts.chain(0..scope.items.len()) {
            if state.get(start) != Some(&0) {
                continue;
            }
            let mut stack = vec![(start, 0)];
            if let Some(state) = state.get_mut(start) {
                *state = 1;
            }
            while let Some((item, at)) = stack.last_mut() {
                let step = next.get(*item).and_then(|next| next.get(*at)).copied();
                *at += 1;
                let item = *item;
                match step {
                    Some((to, number)) => match state.get(to) {
                        Some(1) => {
                            if let Some(flag) = reversed.get_mut(number) {
                                *flag = true;
                            }
                        }
                        Some(0) => {
                            if let Some(state) = state.get_mut(to) {
                                *state = 1;
                            }
                            stack.push((to, 0));
                        }
                        _ => {}
                    },
                    None => {
                        if let Some(state) = state.get_mut(item) {
                            *state = 2;
                        }
                        stack.pop();
                    }
                }
            }
        }
    }
    reversed
}

/// The links' parts in all scopes they run through.
fn parts(chart: &Chart, tree: &mut Tree, lifted: &[Lifted], reversed: &[bool], slot: &BTreeMap<End, usize>) {
    let mut first: BTreeMap<(End, Stroke), usize> = BTreeMap::new();
    let mut left: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (lift, &reversed) in lifted.iter().zip(reversed) {
        let Some(link) = chart.links.get(lift.link) else { continue };
        let (upper, lower) = if reversed { (lift.to, lift.from) } else { (lift.from, lift.to) };
        let Some(stroke) = link.stroke else {
            if let Some(scope) = tree.scopes.get_mut(lift.scope) {
                scope.order.push((upper, lower, link.length));
            }
            continue;
        };
        let (above, below) = ends(link, reversed);
        // Links that leave a node in the same stroke leave it together, but for those with a head there.
        let key = match above.1 {
            Head::None => *first.entry((above.0, stroke)).or_insert(lift.link),
            _ => lift.link,
        };
        let mut part = |scope: usize, upper: Pin, lower: Pin, labelled: bool, length: usize| {
            if let Some(scope) = tree.scopes.get_mut(scope) {
                scope.edges.push(Edge { upper, lower, link: lift.link, labelled, length, stroke, net: key });
            }
        };
        let frame = |key: usize| Pin { item: None, key, head: Head::None };
        let inner = |end: End| trail(chart, end).into_iter().map(|end| (scope_of(chart, end), end));
        let mut head = above.1;
        for (scope, end) in inner(above.0).take_while(|(scope, _)| *scope != lift.scope) {
            if left.insert((scope, key)) {
                part(scope, Pin { item: slot.get(&end).copied(), key, head }, frame(key), false, 1);
            }
            head = Head::None;
        }
        let upper = Pin { item: Some(upper), key, head };
        let mut head = below.1;
        for (scope, end) in inner(below.0).take_while(|(scope, _)| *scope != lift.scope) {
            part(scope, frame(lift.link), Pin { item: slot.get(&end).copied(), key: lift.link, head }, false, 1);
            head = Head::None;
        }
        let lower = Pin { item: Some(lower), key: lift.link, head };
        part(lift.scope, upper, lower, true, link.length);
    }
}

/// The ends of a link as they are laid out: first the upper one.
fn ends(link: &Link, reversed: bool) -> ((End, Head), (End, Head)) {
    let (from, to) = ((link.from, link.tail), (link.to, link.head));
    if reversed { (to, from) } else { (from, to) }
}
