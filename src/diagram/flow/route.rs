//! Where everything of a scope stands, across and along the flow, and which way its links take.

use std::collections::BTreeMap;

use super::channel::{Net, route as lanes};
use super::columns::Columns;
use super::layers::{Layers, Segment, Slot, What, signed};
use super::model::Head;
use super::place::{Tie, place};
use super::sheet::Line;

/// A scope with everything in its place, by cells across and along.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    pub cross: i64,
    pub main: i64,
    /// Of each slot.
    pub places: Vec<(i64, i64)>,
    pub lines: Vec<Line>,
    /// And whether it points forward.
    pub heads: Vec<((i64, i64), Head, bool)>,
}

/// A net, and where along the flow it crosses.
type Lane = (Net, Option<i64>);

/// Cells that things keep from each other.
#[derive(Clone, Copy)]
pub struct Gaps {
    /// The flow runs along the rows of the screen.
    pub horizontal: bool,
    /// They are as small as can be.
    pub tight: bool,
    /// There is a frame around it all.
    pub framed: bool,
}

impl Gaps {
    /// Between neighbors of a layer.
    fn beside(self, a: &Slot, b: &Slot) -> i64 {
        let item = |slot: &Slot| matches!(slot.what, What::Item(_));
        let label = |slot: &Slot| matches!(slot.what, What::Label(_));
        match (item(a), item(b), self.horizontal) {
            (true, true, false) => {
                if self.tight {
                    2
                } else {
                    3
                }
            }
            (false, false, false) if label(a) || label(b) => 2,
            (_, _, false) => {
                if self.tight {
                    1
                } else {
                    2
                }
            }
            (true, true, true) => i64::from(!self.tight),
            (_, _, true) => i64::from(!self.tight && (item(a) || item(b))),
        }
    }

    /// Between two layers, when no link turns there.
    fn along(self, segments: &[Segment], slots: &[Slot]) -> i64 {
        let none = if self.horizontal { 3 } else { 1 } - i64::from(self.tight);
        segments
            .iter()
            .map(|segment| {
                let (upper, lower) = (slots[segment.upper].what, slots[segment.lower].what);
                let heads = i64::from(segment.upper_head != Head::None) + i64::from(segment.lower_head != Head::None);
                let base = match (upper, lower, self.horizontal) {
                    // Into a frame that the link goes on through, or without heads.
                    (What::Item(_), What::Item(_), _) if heads == 0 => 1 + i64::from(self.horizontal),
                    (What::Item(_), What::Item(_), false) => 2 - i64::from(self.tight),
                    (What::Item(_), What::Item(_), true) => 4 - 2 * i64::from(self.tight),
                    (_, What::Port, false) => 0,
                    (_, What::Port, true) => 1,
                    (_, _, true) => 2,
                    (_, _, false) => 1,
                };
                base.max(heads)
            })
            .max()
            .unwrap_or(none)
    }

    /// Cells of a frame around it all, with the blanks within: across, and along.
    fn pads(self) -> (i64, i64) {
        match (self.framed, self.horizontal) {
            (false, _) => (0, 0),
            (true, false) => (2, 1),
            (true, true) => (1, 2),
        }
    }

    /// Columns that layers take at least, however their slots are ordered.
    pub fn least(self, all: &Layers) -> i64 {
        let (cross, main) = self.pads();
        if !self.horizontal {
            let across = |layer: &Vec<usize>| layer.iter().map(|slot| signed(all.slots[*slot].cross)).sum::<i64>();
            return all.layers.iter().map(across).max().unwrap_or(0) + 2 * cross;
        }
        let last = all.layers.len().saturating_sub(1);
        let along = |(number, layer): (usize, &Vec<usize>)| {
            let gap = if number < last { self.along(&all.segments[number], &all.slots) } else { 0 };
            layer.iter().map(|slot| signed(all.slots[*slot].main)).max().unwrap_or(0) + gap
        };
        let pads = main * (i64::from(!all.ports.0) + i64::from(!all.ports.1));
        all.layers.iter().enumerate().map(along).sum::<i64>() + pads
    }

    /// Cells that so many lanes take.
    fn lanes(self, count: usize) -> i64 {
        let count = i64::try_from(count).unwrap_or(0);
        if self.horizontal && !self.tight { 2 * count - 1 } else { count }
    }
}

/// Places a scope's layers and routes its links.
pub fn route(all: &Layers, gaps: Gaps) -> Scene {
    let spacing = if gaps.horizontal { 1 } else { 2 };
    let mut columns = Columns::guess(all, spacing);
    let sizes: Vec<i64> = all.slots.iter().map(|slot| signed(slot.cross)).collect();
    let lane = |slot: usize| !matches!(all.slots[slot].what, What::Item(_));
    let ties: Vec<Vec<Tie>> = all
        .segments
        .iter()
        .map(|segments| {
            segments
                .iter()
                .map(|segment| Tie {
                    upper: segment.upper,
                    lower: segment.lower,
                    upper_offset: columns.exit(segment),
                    lower_offset: columns.entry(segment),
                    lane: lane(segment.upper) && lane(segment.lower),
                })
                .collect()
        })
        .collect();
    let gap = |a: usize, b: usize| gaps.beside(&all.slots[a], &all.slots[b]);
    let x = place(&all.layers, &sizes, &ties, gap);
    columns.settle(all, &x, spacing);
    let mut scene = Scene::default();
    scene.along(all, &x, &columns, gaps);
    scene
}

impl Scene {
    /// Places the layers one after the other, with the lanes between them.
    fn along(&mut self, all: &Layers, x: &[i64], columns: &Columns, gaps: Gaps) {
        let (pad_cross, pad_main) = gaps.pads();
        self.places = x.iter().map(|x| (x + pad_cross, 0)).collect();
        let widest = x.iter().zip(&all.slots).map(|(x, slot)| x + signed(slot.cross)).max().unwrap_or(0);
        self.cross = widest + 2 * pad_cross;
        let mut at = if all.ports.0 { 0 } else { pad_main };
        let mut begins = Vec::with_capacity(all.layers.len());
        let mut routed = Vec::with_capacity(all.layers.len());
        for (number, layer) in all.layers.iter().enumerate() {
            let port = layer.iter().any(|slot| all.slots[*slot].what == What::Port);
            let size = layer.iter().map(|slot| signed(all.slots[*slot].main)).max().unwrap_or(0).max(i64::from(port));
            begins.push((at, at + size));
            for &slot in layer {
                self.places[slot].1 = at + (size - signed(all.slots[slot].main)) / 2;
            }
            at += size;
            let segments = &all.segments[number];
            let (mut nets, count) = nets(segments, columns, pad_cross, gaps);
            let above = i64::from(segments.iter().any(|segment| segment.upper_head != Head::None));
            let item = |slot: usize| matches!(all.slots[slot].what, What::Item(_));
            let below = i64::from(segments.iter().any(|segment| item(segment.lower)));
            let stub = i64::from(gaps.horizontal);
            let plain = gaps.along(segments, &all.slots);
            let last = number + 1 == all.layers.len();
            if count > 0 {
                for (_, lane) in &mut nets {
                    let step = if gaps.horizontal && !gaps.tight { 2 } else { 1 };
                    if let Some(lane) = lane {
                        *lane = at + above + stub + *lane * step;
                    }
                }
                let more = i64::from(gaps.horizontal && !gaps.tight) + i64::from(gaps.horizontal) * (1 - below);
                at += plain.max(above + stub + gaps.lanes(count) + below + more);
            } else if !last {
                at += plain;
            }
            routed.push(nets);
        }
        self.main = at + if all.ports.1 { 0 } else { pad_main };
        for (number, nets) in routed.iter().enumerate() {
            self.lines(all, number, nets, columns, &begins, gaps);
        }
        // Lanes go through their layers.
        for ((from, to), segments) in begins.iter().skip(1).zip(&all.segments) {
            for segment in segments.iter().filter(|segment| all.slots[segment.lower].what == What::Lane && to > from) {
                let x = self.places[segment.lower].0;
                self.lines.push(Line { from: (x, *from), to: (x, *to), stroke: segment.stroke, net: segment.net });
            }
        }
        let farthest = self.lines.iter().map(|line| line.from.0.max(line.to.0) + 1 + pad_cross).max().unwrap_or(0);
        self.cross = self.cross.max(farthest);
    }

    /// The lines and heads between a layer and the next.
    fn lines(
        &mut self,
        all: &Layers,
        number: usize,
        nets: &[Lane],
        columns: &Columns,
        begins: &[(i64, i64)],
        gaps: Gaps,
    ) {
        let segments = &all.segments[number];
        let next = begins.get(number + 1).map_or(0, |(from, _)| *from);
        let pad = gaps.pads().0;
        // Where links that turned aside go on, and on which lane they come there.
        let first = |net: &Net| segments.get(net.of).map(|first| columns.exit(first) + pad) == Some(net.top);
        let mut asides: BTreeMap<(usize, i64), i64> = BTreeMap::new();
        let mut goes_on: BTreeMap<(usize, i64), i64> = BTreeMap::new();
        for (net, lane) in nets {
            if let (Some(lane), true) = (lane, first(net)) {
                asides.extend(net.drops.iter().map(|drop| ((net.of, *drop), *lane)));
            } else if let Some(lane) = lane {
                goes_on.insert((net.of, net.top), *lane);
            }
        }
        let mut reach: BTreeMap<(usize, usize, i64), (i64, Head, bool)> = BTreeMap::new();
        for segment in segments {
            let label = matches!(all.slots[segment.lower].what, What::Label(_));
            let item = matches!(all.slots[segment.lower].what, What::Item(_));
            let to = if label || item { self.places[segment.lower].1 } else { next };
            let at = (segment.upper, segment.exit, columns.entry(segment) + pad);
            reach.insert(at, (to, segment.lower_head, gaps.horizontal && label));
        }
        for (net, lane) in nets {
            let Some(from_segment) = segments.get(net.of) else { continue };
            let slot = &all.slots[from_segment.upper];
            let own = self.places[from_segment.upper].1 + signed(slot.main);
            let (top, is_first) = (net.top, first(net));
            let from = match slot.what {
                _ if !is_first => asides.get(&(net.of, top)).copied().unwrap_or(own),
                What::Item(_) if from_segment.upper_head == Head::None => own - 1,
                What::Item(_) => own,
                What::Label(_) => own - i64::from(!gaps.horizontal),
                What::Port => begins[number].0,
                What::Lane => begins[number].1,
            };
            if is_first && from_segment.upper_head != Head::None {
                self.heads.push(((top, from), from_segment.upper_head, false));
            }
            for &drop in &net.drops {
                let found = reach.get(&(from_segment.upper, from_segment.exit, drop)).copied();
                let aside = goes_on.get(&(net.of, drop)).filter(|_| is_first && found.is_none());
                let Some((to, head, beside)) = aside.map(|lane| (*lane, Head::None, false)).or(found) else { continue };
                // Texts are drawn over the end of a line that leads into them.
                let end = if head != Head::None || beside { to - 1 } else { to };
                let corners = match lane {
                    Some(lane) => vec![(top, from), (top, *lane), (drop, *lane), (drop, end)],
                    None => vec![(top, from), (top, end)],
                };
                for (from, to) in corners.iter().zip(corners.iter().skip(1)).filter(|(from, to)| from != to) {
                    let (stroke, net) = (from_segment.stroke, from_segment.net);
                    self.lines.push(Line { from: *from, to: *to, stroke, net });
                }
                if head != Head::None {
                    self.heads.push(((drop, to - 1), head, true));
                }
            }
        }
    }
}

/// The links between two layers as nets, with their lanes.
fn nets(segments: &[Segment], columns: &Columns, pad: i64, gaps: Gaps) -> (Vec<Lane>, usize) {
    let mut by_exit: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut nets: Vec<Net> = Vec::new();
    for (number, segment) in segments.iter().enumerate() {
        let at = *by_exit.entry((segment.upper, segment.exit)).or_insert_with(|| {
            nets.push(Net { top: columns.exit(segment) + pad, drops: Vec::new(), of: number });
            nets.len() - 1
        });
        if let Some(net) = nets.get_mut(at) {
            net.drops.push(columns.entry(segment) + pad);
        }
    }
    let (routed, count) = lanes(nets, i64::from(!gaps.horizontal));
    (routed.into_iter().map(|(net, lane)| (net, lane.map(signed))).collect(), count)
}
