//! The cells across the flow at which links leave and enter what they join.

use std::collections::BTreeMap;

use super::layers::{Layers, Segment, What, middle, signed};

/// Where links leave and enter: cells across from the scope's begin.
pub struct Columns {
    exits: BTreeMap<(usize, usize), i64>,
    entries: BTreeMap<(usize, usize), i64>,
}

impl Columns {
    pub fn exit(&self, segment: &Segment) -> i64 {
        self.exits.get(&(segment.upper, segment.exit)).copied().unwrap_or(0)
    }

    pub fn entry(&self, segment: &Segment) -> i64 {
        self.entries.get(&(segment.lower, segment.entry)).copied().unwrap_or(0)
    }

    /// Offsets within each slot, in the order of the other ends.
    pub fn guess(all: &Layers, spacing: i64) -> Self {
        let mut position = vec![0usize; all.slots.len()];
        for layer in &all.layers {
            layer.iter().enumerate().for_each(|(at, slot)| position[*slot] = at);
        }
        let zero = vec![0; all.slots.len()];
        let mut columns = Self { exits: BTreeMap::new(), entries: BTreeMap::new() };
        columns.assign(all, &zero, spacing, |slot| signed(position[slot]) * 1_000_000, false);
        columns
    }

    /// Cells, now that all slots have their places: straight where the other end allows it.
    pub fn settle(&mut self, all: &Layers, x: &[i64], spacing: i64) {
        self.assign(all, x, spacing, |slot| x[slot] + middle(all.slots[slot].body), true);
        // What leaves an item at one cell alone may do so right above where it enters: anywhere, if it is one link.
        let mut leaving: Vec<Vec<&Segment>> = vec![Vec::new(); all.slots.len()];
        all.segments.iter().flatten().for_each(|segment| leaving[segment.upper].push(segment));
        for (slot, segments) in leaving.iter().enumerate() {
            let Some(first) = segments.first().filter(|_| matches!(all.slots[slot].what, What::Item(_))) else {
                continue;
            };
            let pinned = all.slots[slot].fixed.iter().any(|(key, _)| *key == first.exit);
            if pinned || segments.iter().any(|segment| segment.exit != first.exit) {
                continue;
            }
            let (own, body) = (self.exit(first), signed(all.slots[slot].body));
            let near = segments.iter().map(|segment| self.entry(segment)).min_by_key(|at| (at - own).abs());
            let within = |at: &i64| x[slot] < *at && *at < x[slot] + body - 1;
            if let Some(at) = near.filter(within).filter(|at| segments.len() == 1 || (at - own).abs() <= 1) {
                self.exits.insert((slot, first.exit), at);
            }
        }
    }

    fn assign(&mut self, all: &Layers, x: &[i64], spacing: i64, center: impl Fn(usize) -> i64, straight: bool) {
        let (mut out, mut into): (Vec<Vec<&Segment>>, Vec<Vec<&Segment>>) =
            (vec![Vec::new(); all.slots.len()], vec![Vec::new(); all.slots.len()]);
        for segment in all.segments.iter().flatten() {
            out[segment.upper].push(segment);
            into[segment.lower].push(segment);
        }
        self.exits.clear();
        self.entries.clear();
        let span = |slot: usize| {
            let body = signed(all.slots[slot].body);
            if matches!(all.slots[slot].what, What::Item(_)) {
                (x[slot] + 1, x[slot] + body - 2)
            } else {
                let at = x[slot] + middle(all.slots[slot].cross);
                (at, at)
            }
        };
        let fixed = |slot: usize, key: usize| {
            all.slots[slot]
                .fixed
                .iter()
                .find(|(known, _)| *known == key && matches!(all.slots[slot].what, What::Item(_)))
                .map(|(_, offset)| x[slot] + signed(*offset))
        };
        for layer in &all.layers {
            for &slot in layer {
                // Entries know by now where their links leave.
                let mut ends: Vec<(i64, usize, usize)> = into[slot]
                    .iter()
                    .map(|segment| {
                        let from = self.exits.get(&(segment.upper, segment.exit)).copied().unwrap_or(0);
                        (if straight { from } else { center(segment.upper) + from }, segment.entry, segment.upper)
                    })
                    .collect();
                ends.sort_unstable();
                ends.dedup_by_key(|(_, key, _)| *key);
                let found = spread(
                    &ends,
                    span(slot),
                    spacing,
                    straight,
                    |key| fixed(slot, key),
                    x[slot] + middle(all.slots[slot].body),
                );
                self.entries.extend(found.into_iter().map(|(key, at)| ((slot, key), at)));
                let mut means: BTreeMap<usize, (i64, i64, usize)> = BTreeMap::new();
                for segment in &out[slot] {
                    let mean = means.entry(segment.exit).or_insert((0, 0, segment.lower));
                    mean.0 += fixed(segment.lower, segment.entry)
                        .filter(|_| straight)
                        .unwrap_or_else(|| center(segment.lower));
                    mean.1 += 1;
                }
                let alone = means.len() == 1 && out[slot].len() == 1;
                let mut ends: Vec<(i64, usize, usize)> = means
                    .into_iter()
                    .map(|(key, (sum, count, lower))| (sum.div_euclid(count.max(1)), key, lower))
                    .collect();
                ends.sort_unstable();
                let own = x[slot] + middle(all.slots[slot].body);
                if let (true, true, Some((at, _, lower))) = (alone, straight, ends.first_mut()) {
                    // From the middle, if that leads straight down.
                    let (from, to) = span(*lower);
                    let pinned = out[slot].first().and_then(|segment| fixed(segment.lower, segment.entry));
                    let reached = from <= own && own <= to;
                    if pinned.is_none() && (reached || into[*lower].len() > 1) {
                        *at = own;
                    }
                }
                let found = spread(
                    &ends,
                    span(slot),
                    spacing,
                    straight && (alone || ends.len() > 1),
                    |key| fixed(slot, key),
                    own,
                );
                self.exits.extend(found.into_iter().map(|(key, at)| ((slot, key), at)));
            }
        }
    }
}

/// Gives each of the ends (where the other end is, key) a cell of its own: where the other end is, if it is within the
/// span and `straight`, or around the middle.
fn spread(
    ends: &[(i64, usize, usize)],
    (from, to): (i64, i64),
    spacing: i64,
    straight: bool,
    fixed: impl Fn(usize) -> Option<i64>,
    middle: i64,
) -> Vec<(usize, i64)> {
    let mut out: Vec<(usize, i64)> = Vec::with_capacity(ends.len());
    let mut taken = Vec::new();
    let mut free = Vec::new();
    for (other, key, _) in ends {
        match fixed(*key) {
            Some(at) => {
                out.push((*key, at));
                taken.push(at);
            }
            None => free.push((*other, *key)),
        }
    }
    let count = signed(free.len());
    if count == 0 {
        return out;
    }
    let room = (to - from).max(0);
    let spacing = if count > 1 {
        ((room + 1) / count).clamp(1, 5).min((room / (count - 1)).max(1)).max(spacing.min((room / (count - 1)).max(1)))
    } else {
        spacing
    };
    // Each wish less what the ones before it need: equal wishes pool around their mean.
    let mut pools: Vec<(i64, i64)> = Vec::new();
    for (index, (other, _)) in free.iter().enumerate() {
        let wish = if straight && *other >= from && *other <= to {
            *other
        } else if count == 1 || !straight {
            middle
        } else if *other < from {
            middle.min(from + (to - from) / 3)
        } else {
            middle.max(to - (to - from) / 3)
        };
        pools.push((wish - signed(index) * spacing, 1));
        while let [.., (a, n), (b, m)] = pools.as_slice() {
            let ((a, n), (b, m)) = ((*a, *n), (*b, *m));
            if a.div_euclid(n) <= b.div_euclid(m) {
                break;
            }
            pools.pop();
            pools.pop();
            pools.push((a + b, n + m));
        }
    }
    let mut index = 0;
    for (sum, size) in pools {
        for _ in 0..size {
            let most = to - (count - 1) * spacing;
            let mut at = sum.div_euclid(size).clamp(from, most.max(from)) + signed(index) * spacing;
            if taken.contains(&at) {
                let near = (1..=room + 1).flat_map(|by| [at + by, at - by]);
                at = near.into_iter().find(|at| *at >= from && *at <= to && !taken.contains(at)).unwrap_or(at);
            }
            taken.push(at);
            if let Some((_, key)) = free.get(index) {
                out.push((*key, at));
            }
            index += 1;
        }
    }
    out
}
