//! Where columns stand: positions that keep least distances from each other.

use std::collections::BTreeMap;

/// Least distances between columns, in cells.
#[derive(Debug)]
pub struct Columns {
    count: usize,
    /// For each column those before it, and how far away they are at least.
    before: Vec<BTreeMap<usize, usize>>,
}

impl Columns {
    /// So many columns, the edges of the picture among them.
    pub fn new(count: usize) -> Self {
        Self { count, before: vec![BTreeMap::new(); count] }
    }

    /// These two are at least so far apart, in either order; the same one is not apart from itself.
    pub fn apart(&mut self, a: usize, b: usize, cells: usize) {
        let (low, high) = (a.min(b), a.max(b));
        if low == high {
            return;
        }
        if let Some(before) = self.before.get_mut(high) {
            let known = before.entry(low).or_insert(0);
            *known = (*known).max(cells);
        }
    }

    /// Positions from 0. The last column is as near as it can be; what room is left over is shared by the columns beside
    /// it. (Both the leftmost and the rightmost positions keep every distance, so what lies half way keeps them too.)
    pub fn solve(&self) -> Vec<usize> {
        let mut least = vec![0usize; self.count];
        for (index, before) in self.before.iter().enumerate() {
            let at = |other: &usize| least.get(*other).copied().unwrap_or(0);
            let place = before.iter().map(|(other, cells)| at(other) + cells).max().unwrap_or(0);
            if let Some(slot) = least.get_mut(index) {
                *slot = place;
            }
        }
        let end = least.iter().copied().max().unwrap_or(0);
        let mut most = vec![end; self.count];
        for (index, before) in self.before.iter().enumerate().rev() {
            let here = most.get(index).copied().unwrap_or(0);
            for (other, cells) in before {
                if let Some(slot) = most.get_mut(*other) {
                    *slot = (*slot).min(here.saturating_sub(*cells));
                }
            }
        }
        least.iter().zip(&most).map(|(least, most)| (least + most) / 2).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn room_left_over_is_shared() {
        let mut columns = Columns::new(3);
        columns.apart(0, 1, 4);
        columns.apart(1, 2, 4);
        columns.apart(2, 0, 20);
        assert_eq!(columns.solve(), [0, 10, 20]);
    }

    proptest! {
        #[test]
        fn every_distance_is_kept(wanted in proptest::collection::vec((0usize..12, 0usize..12, 0usize..40), 0..40)) {
            let mut columns = Columns::new(12);
            for (a, b, cells) in &wanted {
                columns.apart(*a, *b, *cells);
            }
            let places = columns.solve();
            for (a, b, cells) in wanted.iter().filter(|(a, b, _)| a != b) {
                prop_assert!(places[*a.max(b)] >= places[*a.min(b)] + cells);
            }
        }
    }
}
