//! Coordinates across the layers, after Brandes and Köpf: four alignments of links made straight, packed, and averaged.
//! Slots have sizes, and links leave and enter at offsets.

/// A link between neighboring layers.
#[derive(Clone, Copy, Debug)]
pub struct Tie {
    pub upper: usize,
    pub lower: usize,
    pub upper_offset: i64,
    pub lower_offset: i64,
    /// Between two lanes: kept straight before all others.
    pub lane: bool,
}

/// Where each slot begins. `gap` tells the empty cells between two neighbors.
pub fn place(layers: &[Vec<usize>], sizes: &[i64], ties: &[Vec<Tie>], gap: impl Fn(usize, usize) -> i64) -> Vec<i64> {
    let count = sizes.len();
    let mut results: Vec<(Vec<i64>, bool)> = Vec::new();
    for upward in [false, true] {
        for rightward in [false, true] {
            let mut layers: Vec<Vec<usize>> = layers.to_vec();
            let mut ties: Vec<Vec<Tie>> = ties.to_vec();
            if upward {
                layers.reverse();
                ties = ties.iter().rev().map(|ties| ties.iter().map(turned).collect()).collect();
                // The ties of the last layer are none; shift them to the front.
                if !ties.is_empty() {
                    ties.rotate_left(1);
                }
            }
            if rightward {
                layers.iter_mut().for_each(|layer| layer.reverse());
                for tie in ties.iter_mut().flatten() {
                    tie.upper_offset = sizes[tie.upper] - 1 - tie.upper_offset;
                    tie.lower_offset = sizes[tie.lower] - 1 - tie.lower_offset;
                }
            }
            let gap = |a: usize, b: usize| if rightward { gap(b, a) } else { gap(a, b) };
            let mut x = pack(&layers, sizes, &align(&layers, &ties, count), gap);
            if rightward {
                for (x, size) in x.iter_mut().zip(sizes) {
                    *x = -(*x + size);
                }
            }
            results.push((x, rightward));
        }
    }
    average(&mut results, sizes)
}

fn turned(tie: &Tie) -> Tie {
    Tie {
        upper: tie.lower,
        lower: tie.upper,
        upper_offset: tie.lower_offset,
        lower_offset: tie.upper_offset,
        lane: tie.lane,
    }
}

struct Blocks {
    root: Vec<usize>,
    /// Of a slot's begin against its root's.
    shift: Vec<i64>,
}

fn align(layers: &[Vec<usize>], ties: &[Vec<Tie>], count: usize) -> Blocks {
    let mut blocks = Blocks { root: (0..count).collect(), shift: vec![0; count] };
    let mut taken = vec![false; count];
    let mut position = vec![0usize; count];
    for layer in layers {
        layer.iter().enumerate().for_each(|(at, slot)| position[*slot] = at);
    }
    let mut up: Vec<Vec<Tie>> = vec![Vec::new(); count];
    for (at, layer) in layers.iter().enumerate().skip(1) {
        let between = ties.get(at - 1).map_or(&[][..], Vec::as_slice);
        for tie in between {
            up[tie.lower].push(*tie);
        }
        // Where lanes run straight, nothing else may be aligned across them.
        let mut lanes: Vec<(usize, usize)> =
            between.iter().filter(|tie| tie.lane).map(|tie| (position[tie.upper], position[tie.lower])).collect();
        lanes.sort_unstable();
        let crossed = |tie: &Tie| {
            let (a, b) = (position[tie.upper], position[tie.lower]);
            lanes.len() < 200 && !tie.lane && lanes.iter().any(|(c, d)| (a < *c && b > *d) || (a > *c && b < *d))
        };
        let mut right: Option<usize> = None;
        for &slot in layer {
            let near = &mut up[slot];
            near.sort_by_key(|tie| (position[tie.upper], tie.upper_offset));
            let middles = match near.len() {
                0 => continue,
                n if n % 2 == 1 => vec![n / 2],
                n => vec![n / 2 - 1, n / 2],
            };
            for middle in middles {
                let tie = near[middle];
                let free = right.is_none_or(|right| right < position[tie.upper]) && !taken[tie.upper];
                if blocks.root[slot] == slot && free && !crossed(&tie) {
                    taken[tie.upper] = true;
                    blocks.root[slot] = blocks.root[tie.upper];
                    blocks.shift[slot] = blocks.shift[tie.upper] + tie.upper_offset - tie.lower_offset;
                    right = Some(position[tie.upper]);
                }
            }
        }
    }
    blocks
}

/// Blocks as far to the left as they go, then each as near to its right neighbor as it goes.
fn pack(layers: &[Vec<usize>], sizes: &[i64], blocks: &Blocks, gap: impl Fn(usize, usize) -> i64) -> Vec<i64> {
    let count = sizes.len();
    let mut next: Vec<Vec<(usize, i64)>> = vec![Vec::new(); count];
    let mut waiting = vec![0usize; count];
    for layer in layers {
        for (&a, &b) in layer.iter().zip(layer.iter().skip(1)) {
            let apart = blocks.shift[a] + sizes[a] + gap(a, b) - blocks.shift[b];
            next[blocks.root[a]].push((blocks.root[b], apart));
            waiting[blocks.root[b]] += 1;
        }
    }
    let mut ready: Vec<usize> = (0..count).filter(|slot| blocks.root[*slot] == *slot && waiting[*slot] == 0).collect();
    let mut order = Vec::with_capacity(count);
    let mut x = vec![0i64; count];
    while let Some(block) = ready.pop() {
        order.push(block);
        for &(to, apart) in &next[block] {
            x[to] = x[to].max(x[block] + apart);
            waiting[to] -= 1;
            if waiting[to] == 0 {
                ready.push(to);
            }
        }
    }
    for &block in order.iter().rev() {
        if let Some(most) = next[block].iter().map(|(to, apart)| x[*to] - apart).min() {
            x[block] = x[block].max(most);
        }
    }
    (0..count).map(|slot| x[blocks.root[slot]] + blocks.shift[slot]).collect()
}

/// The four are laid over the narrowest; a slot stands between its two middle places.
fn average(results: &mut [(Vec<i64>, bool)], sizes: &[i64]) -> Vec<i64> {
    let bounds = |x: &[i64]| {
        let left = x.iter().copied().min().unwrap_or(0);
        let right = x.iter().zip(sizes).map(|(x, size)| x + size).max().unwrap_or(0);
        (left, right)
    };
    let Some(narrowest) = results.iter().map(|(x, _)| bounds(x)).min_by_key(|(left, right)| right - left) else {
        return Vec::new();
    };
    for (x, rightward) in results.iter_mut() {
        let (left, right) = bounds(x);
        let by = if *rightward { narrowest.1 - right } else { narrowest.0 - left };
        x.iter_mut().for_each(|x| *x += by);
    }
    let mut out: Vec<i64> = (0..sizes.len())
        .map(|slot| {
            let mut four: Vec<i64> = results.iter().map(|(x, _)| x[slot]).collect();
            four.sort_unstable();
            (four[1] + four[2]).div_euclid(2)
        })
        .collect();
    let left = out.iter().copied().min().unwrap_or(0);
    out.iter_mut().for_each(|x| *x -= left);
    out
}
