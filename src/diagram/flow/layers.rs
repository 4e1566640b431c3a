//! A scope's items in layers: links over several ranks take a lane in each layer between, labels a place of their own.

use super::model::Head;
use super::tree::{Edge, Pin};
use crate::diagram::canvas::Stroke;

/// What stands in a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// One of the scope's items.
    Item(usize),
    /// A link passing by.
    Lane,
    /// The label of this link, which runs through it.
    Label(usize),
    /// Where a link passes the scope's frame.
    Port,
}

/// A place in a layer.
#[derive(Clone, Debug)]
pub struct Slot {
    pub what: What,
    /// Cells across the layer's order.
    pub cross: usize,
    /// Cells in the direction of flow.
    pub main: usize,
    /// Cells of `cross` from the start at which links may end.
    pub body: usize,
    /// Where links must leave and enter, by key: ports of a subgraph.
    pub fixed: Vec<(usize, usize)>,
}

/// A part of a link between two neighboring layers.
#[derive(Clone, Copy, Debug)]
pub struct Segment {
    pub upper: usize,
    pub lower: usize,
    /// Those of one key leave the upper slot together.
    pub exit: usize,
    pub entry: usize,
    pub upper_head: Head,
    pub lower_head: Head,
    pub stroke: Stroke,
    /// What shares cells rightly.
    pub net: usize,
}

/// The layers of a scope.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    pub slots: Vec<Slot>,
    /// Slots in order.
    pub layers: Vec<Vec<usize>>,
    /// By the layer of their upper slot.
    pub segments: Vec<Vec<Segment>>,
    /// The first layer is the frame's ports, and the last.
    pub ports: (bool, bool),
}

/// More lanes than this are a tangle.
const LANES: usize = 10_000;

/// Builds the layers; None when there would be too many lanes. `items` are the scope's own slots by number, `label` gives
/// the size of a link's label.
pub fn layers(
    items: &[Slot],
    ranks: &[usize],
    edges: &[Edge],
    label: impl Fn(usize) -> Option<(usize, usize)>,
) -> Option<Layers> {
    let mut all = Layers { slots: items.to_vec(), ..Layers::default() };
    let rank = |pin: &Pin| pin.item.map(|item| 2 * ranks[item] + 2);
    let last = ranks.iter().max().map_or(2, |rank| 2 * rank + 4);
    let spans: Vec<(usize, usize, Option<usize>)> = edges
        .iter()
        .map(|edge| {
            let (from, to) = (rank(&edge.upper).unwrap_or(0), rank(&edge.lower).unwrap_or(last));
            let label = edge.labelled && label(edge.link).is_some();
            (from, to, label.then_some((from / 2 + (to - from) / 4) * 2 + 1))
        })
        .collect();
    let mut used = vec![false; last + 1];
    ranks.iter().for_each(|rank| used[2 * rank + 2] = true);
    for (from, to, label) in &spans {
        label.iter().chain([from, to]).for_each(|level| used[*level] = true);
    }
    all.ports = (used[0], used[last]);
    let mut layer_of = vec![0; last + 1];
    let mut count = 0;
    for (level, used) in used.iter().enumerate() {
        layer_of[level] = count;
        count += usize::from(*used);
    }
    let mut total = 0;
    for (from, to, _) in &spans {
        total += layer_of[*to] - layer_of[*from];
    }
    if total > LANES {
        return None;
    }
    all.layers = vec![Vec::new(); count];
    all.segments = vec![Vec::new(); count];
    ranks.iter().enumerate().for_each(|(item, rank)| all.layers[layer_of[2 * rank + 2]].push(item));
    for (edge, (from, to, labelled)) in edges.iter().zip(spans) {
        let (from, to) = (layer_of[from], layer_of[to]);
        let labelled = labelled.map(|level| layer_of[level]);
        let mut upper = match edge.upper.item {
            Some(item) => item,
            None => all.add(from, What::Port, 1, 0),
        };
        for layer in from + 1..=to {
            let size = labelled.filter(|at| *at == layer).and_then(|_| label(edge.link));
            let lower = match (edge.lower.item, size) {
                (Some(item), _) if layer == to => item,
                (None, _) if layer == to => all.add(layer, What::Port, 1, 0),
                (_, Some((cross, main))) => all.add(layer, What::Label(edge.link), cross, main),
                _ => all.add(layer, What::Lane, 1, 0),
            };
            let head = |end: usize, pin: &Pin| if layer == end { pin.head } else { Head::None };
            all.segments[layer - 1].push(Segment {
                upper,
                lower,
                exit: if layer == from + 1 { edge.upper.key } else { edge.link },
                entry: edge.lower.key,
                upper_head: head(from + 1, &edge.upper),
                lower_head: head(to, &edge.lower),
                stroke: edge.stroke,
                net: edge.net,
            });
            upper = lower;
        }
        if edge.upper.item.is_none() || edge.lower.item.is_none() {
            // A port answers to the key its scope's neighbor knows it by.
            let key = if edge.upper.item.is_none() { edge.lower.key } else { edge.upper.key };
            let port = if edge.upper.item.is_none() { all.first_of(from) } else { Some(upper) };
            if let Some(port) = port {
                all.slots[port].fixed.push((key, 0));
            }
        }
    }
    Some(all)
}

impl Layers {
    fn add(&mut self, layer: usize, what: What, cross: usize, main: usize) -> usize {
        let slot = self.slots.len();
        self.slots.push(Slot { what, cross, main, body: cross, fixed: Vec::new() });
        self.layers[layer].push(slot);
        slot
    }

    /// The slot added to a layer last.
    fn first_of(&self, layer: usize) -> Option<usize> {
        self.layers[layer].last().copied()
    }
}

/// A number of cells that may be subtracted from.
pub fn signed(cells: usize) -> i64 {
    i64::try_from(cells).unwrap_or(i64::MAX)
}

/// The middle of so many cells.
pub fn middle(cells: usize) -> i64 {
    signed(cells.saturating_sub(1) / 2)
}
