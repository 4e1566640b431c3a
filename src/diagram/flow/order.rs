//! The order within layers: barycenter sweeps and swaps of neighbors, as long as links cross less.

use super::layers::Layers;

/// Beyond this many slots or links neighbors are not swapped one by one.
const SMALL: usize = 400;

struct Links {
    /// Per slot: (slot in the layer before, offset there, own offset), in thousandths of a slot.
    up: Vec<Vec<(usize, usize, usize)>>,
    down: Vec<Vec<(usize, usize, usize)>>,
}

/// Orders the layers.
pub fn order(all: &mut Layers) {
    let count = all.slots.len();
    let mut links = Links { up: vec![Vec::new(); count], down: vec![Vec::new(); count] };
    let share = |slot: usize, key: usize| {
        let slot = &all.slots[slot];
        let fixed = slot.fixed.iter().find(|(known, _)| *known == key);
        fixed.map_or(500, |(_, offset)| (offset * 1000).checked_div(slot.cross).unwrap_or(0).min(999))
    };
    for segment in all.segments.iter().flatten() {
        let (above, below) = (share(segment.upper, segment.exit), share(segment.lower, segment.entry));
        links.down[segment.upper].push((segment.lower, below, above));
        links.up[segment.lower].push((segment.upper, above, below));
    }
    let mut place = vec![0usize; count];
    let renumber = |layers: &[Vec<usize>], place: &mut Vec<usize>| {
        for layer in layers {
            layer.iter().enumerate().for_each(|(at, slot)| place[*slot] = at);
        }
    };
    renumber(&all.layers, &mut place);
    let small = count <= SMALL && all.segments.iter().map(Vec::len).sum::<usize>() <= SMALL;
    let sweeps = if small {
        12
    } else if count <= 4_000 {
        4
    } else {
        2
    };
    let mut best = all.layers.clone();
    let mut least = usize::MAX;
    for sweep in 0..sweeps {
        let down = sweep % 2 == 0;
        let layers = all.layers.len();
        for step in 1..layers {
            let at = if down { step } else { layers - 1 - step };
            let near = if down { &links.up } else { &links.down };
            sort(&mut all.layers[at], near, &place);
            all.layers[at].iter().enumerate().for_each(|(index, slot)| place[*slot] = index);
        }
        if small {
            swaps(&mut all.layers, &links, &mut place);
        }
        let crossings = crossings(&all.layers, &links, &place);
        if crossings < least {
            least = crossings;
            best.clone_from(&all.layers);
        }
        if least == 0 && sweep > 0 {
            break;
        }
    }
    all.layers = best;
}

/// Sorts by the mean of the neighbors; who has none keeps the place.
fn sort(layer: &mut [usize], near: &[Vec<(usize, usize, usize)>], place: &[usize]) {
    let mean = |slot: usize| {
        let links = &near[slot];
        let sum: usize = links.iter().map(|(other, offset, _)| place[*other] * 1000 + offset).sum();
        sum.checked_div(links.len())
    };
    let mut tied: Vec<(usize, usize)> = layer.iter().filter_map(|slot| Some((mean(*slot)?, *slot))).collect();
    tied.sort_by_key(|(mean, _)| *mean);
    let mut tied = tied.into_iter().map(|(_, slot)| slot);
    for slot in layer.iter_mut() {
        if !near[*slot].is_empty() {
            *slot = tied.next().unwrap_or(*slot);
        }
    }
}

/// Crossings between two slots' links if `a` stands before `b`.
fn between(a: &[(usize, usize, usize)], b: &[(usize, usize, usize)], place: &[usize]) -> usize {
    let key = |link: &(usize, usize, usize)| place[link.0] * 1000 + link.1;
    a.iter().map(|first| b.iter().filter(|second| key(second) < key(first)).count()).sum()
}

fn swaps(layers: &mut [Vec<usize>], links: &Links, place: &mut [usize]) {
    for _ in 0..4 {
        let mut better = false;
        for layer in layers.iter_mut() {
            for at in 1..layer.len() {
                let (a, b) = (layer[at - 1], layer[at]);
                let now = between(&links.up[a], &links.up[b], place) + between(&links.down[a], &links.down[b], place);
                let then = between(&links.up[b], &links.up[a], place) + between(&links.down[b], &links.down[a], place);
                if then < now {
                    layer.swap(at - 1, at);
                    place[b] = at - 1;
                    place[a] = at;
                    better = true;
                }
            }
        }
        if !better {
            return;
        }
    }
}

/// All crossings, by counting inversions.
fn crossings(layers: &[Vec<usize>], links: &Links, place: &[usize]) -> usize {
    let mut sum = 0;
    for above in layers {
        let mut ends: Vec<(usize, usize)> = Vec::new();
        for &slot in above {
            ends.extend(
                links.down[slot].iter().map(|(to, offset, own)| (place[slot] * 1000 + own, place[*to] * 1000 + offset)),
            );
        }
        ends.sort_unstable();
        let mut sorted: Vec<usize> = ends.iter().map(|(_, to)| *to).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut tree = vec![0usize; sorted.len() + 1];
        for (seen, (_, to)) in ends.iter().enumerate() {
            let at = sorted.partition_point(|known| known < to) + 1;
            let (mut index, mut before) = (at, 0);
            while index > 0 {
                before += tree[index];
                index -= index & index.wrapping_neg();
            }
            sum += seen - before;
            index = at;
            while index < tree.len() {
                tree[index] += 1;
                index += index & index.wrapping_neg();
            }
        }
    }
    sum
}
