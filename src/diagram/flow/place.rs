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
    let mut results: Vec<(Vec<i64>, bool)> = Vec::with_capacity(4);
    for upward in [false, true] {
        for rightward in [false, true] {
            let view = View { layers, sizes, ties, upward, rightward };
            let gap = |a: usize, b: usize| if rightward { gap(b, a) } else { gap(a, b) };
            let mut x = view.pack(&view.align(), gap);
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

/// The layers as they are, or seen from below, or in a mirror.
#[derive(Clone, Copy)]
struct View<'a> {
    layers: &'a [Vec<usize>],
    sizes: &'a [i64],
    ties: &'a [Vec<Tie>],
    upward: bool,
    rightward: bool,
}

struct Blocks {
    root: Vec<usize>,
    /// Of a slot's begin against its root's.
    shift: Vec<i64>,
}

impl View<'_> {
    /// The slots of a layer, in order.
    fn layer(&self, at: usize) -> impl Iterator<Item = usize> {
        let layer = &self.layers[if self.upward { self.layers.len() - 1 - at } else { at }];
        let last = layer.len();
        (0..last).map(move |index| layer[if self.rightward { last - 1 - index } else { index }])
    }

    /// The ties between a layer and the one before.
    fn ties(&self, at: usize) -> impl Iterator<Item = Tie> {
        let above = if self.upward { self.layers.len() - 1 - at } else { at - 1 };
        self.ties.get(above).into_iter().flatten().map(|tie| {
            let mut tie = *tie;
            if self.rightward {
                tie.upper_offset = self.sizes[tie.upper] - 1 - tie.upper_offset;
                tie.lower_offset = self.sizes[tie.lower] - 1 - tie.lower_offset;
            }
            if self.upward {
                std::mem::swap(&mut tie.upper, &mut tie.lower);
                std::mem::swap(&mut tie.upper_offset, &mut tie.lower_offset);
            }
            tie
        })
    }

    fn align(&self) -> Blocks {
        let count = self.sizes.len();
        let mut blocks = Blocks { root: (0..count).collect(), shift: vec![0; count] };
        let mut taken = vec![false; count];
        let mut position = vec![0usize; count];
        for at in 0..self.layers.len() {
            self.layer(at).enumerate().for_each(|(at, slot)| position[slot] = at);
        }
        let (mut between, mut lanes): (Vec<Tie>, Vec<(usize, usize)>) = (Vec::new(), Vec::new());
        for at in 1..self.layers.len() {
            between.clear();
            between.extend(self.ties(at));
            // Where lanes run straight, nothing else may be aligned across them.
            lanes.clear();
            lanes.extend(between.iter().filter(|tie| tie.lane).map(|tie| (position[tie.upper], position[tie.lower])));
            lanes.sort_unstable();
            let crossed = |tie: &Tie| {
                let (a, b) = (position[tie.upper], position[tie.lower]);
                lanes.len() < 200 && !tie.lane && lanes.iter().any(|(c, d)| (a < *c && b > *d) || (a > *c && b < *d))
            };
            // By slot in the layer's order, and those of one slot by where they come from.
            between.sort_by_key(|tie| (position[tie.lower], position[tie.upper], tie.upper_offset));
            let mut right: Option<usize> = None;
            for near in between.chunk_by(|a, b| a.lower == b.lower) {
                let (first, last) = ((near.len() - 1) / 2, near.len() / 2);
                for tie in &near[first..=last] {
                    let slot = tie.lower;
                    let free = right.is_none_or(|right| right < position[tie.upper]) && !taken[tie.upper];
                    if blocks.root[slot] == slot && free && !crossed(tie) {
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
    fn pack(&self, blocks: &Blocks, gap: impl Fn(usize, usize) -> i64) -> Vec<i64> {
        let (count, sizes) = (self.sizes.len(), self.sizes);
        // A block, its neighbor on the right, and how far that is away at least.
        let mut pairs: Vec<(usize, usize, i64)> = Vec::new();
        let mut waiting = vec![0usize; count];
        for at in 0..self.layers.len() {
            for (a, b) in self.layer(at).zip(self.layer(at).skip(1)) {
                let apart = blocks.shift[a] + sizes[a] + gap(a, b) - blocks.shift[b];
                pairs.push((blocks.root[a], blocks.root[b], apart));
                waiting[blocks.root[b]] += 1;
            }
        }
        pairs.sort_unstable();
        let next = |block: usize| {
            let first = pairs.partition_point(|(from, ..)| *from < block);
            pairs.iter().skip(first).take_while(move |(from, ..)| *from == block)
        };
        let mut ready: Vec<usize> =
            (0..count).filter(|slot| blocks.root[*slot] == *slot && waiting[*slot] == 0).collect();
        let mut order = Vec::with_capacity(count);
        let mut x = vec![0i64; count];
        while let Some(block) = ready.pop() {
            order.push(block);
            for &(_, to, apart) in next(block) {
                x[to] = x[to].max(x[block] + apart);
                waiting[to] -= 1;
                if waiting[to] == 0 {
                    ready.push(to);
                }
            }
        }
        for &block in order.iter().rev() {
            if let Some(most) = next(block).map(|(_, to, apart)| x[*to] - apart).min() {
                x[block] = x[block].max(most);
            }
        }
        (0..count).map(|slot| x[blocks.root[slot]] + blocks.shift[slot]).collect()
    }
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
            let mut all = [0; 4];
            all.iter_mut().zip(results.iter()).for_each(|(at, (x, _))| *at = x[slot]);
            all.sort_unstable();
            (all[1] + all[2]).div_euclid(2)
        })
        .collect();
    let left = out.iter().copied().min().unwrap_or(0);
    out.iter_mut().for_each(|x| *x -= left);
    out
}
