//! Ranks: how far from the start each item stands, by the longest path to it.

/// A link between items: upper, lower, ranks at least.
pub type Span = (usize, usize, usize);

/// Ranks of items whose links make no circle, from 0. With a budget no rank holds more than so many cells of items
/// (given by `sizes`, with the gaps between them), unless a single one is larger: the others step down.
pub fn ranks(sizes: &[usize], spans: &[Span], budget: Option<usize>) -> Vec<usize> {
    let count = sizes.len();
    let mut next: Vec<Vec<(usize, usize)>> = vec![Vec::new(); count];
    let mut waiting = vec![0usize; count];
    for &(upper, lower, length) in spans {
        if let (Some(next), Some(waiting)) = (next.get_mut(upper), waiting.get_mut(lower)) {
            next.push((lower, length));
            *waiting += 1;
        }
    }
    let mut rank = vec![0usize; count];
    let mut order = Vec::with_capacity(count);
    let mut ready: std::collections::BTreeSet<(usize, usize)> =
        (0..count).filter(|item| waiting.get(*item) == Some(&0)).map(|item| (0, item)).collect();
    let mut used: Vec<usize> = Vec::new();
    while let Some((mut at, item)) = ready.pop_first() {
        if let (Some(budget), Some(&size)) = (budget, sizes.get(item)) {
            loop {
                used.resize(used.len().max(at + 1), 0);
                match used.get_mut(at) {
                    Some(used) if *used > 0 && *used + size > budget => at += 1,
                    Some(used) => {
                        *used += size;
                        break;
                    }
                    None => break,
                }
            }
        }
        if let Some(rank) = rank.get_mut(item) {
            *rank = at;
        }
        order.push(item);
        for &(lower, length) in next.get(item).into_iter().flatten() {
            if let (Some(rank), Some(waiting)) = (rank.get_mut(lower), waiting.get_mut(lower)) {
                *rank = (*rank).max(at + length);
                *waiting -= 1;
                if *waiting == 0 {
                    ready.insert((*rank, lower));
                }
            }
        }
    }
    if budget.is_none() {
        pull(&mut rank, &next, spans, &order);
    }
    rank
}

/// What nothing leads to stands right before what it leads to.
fn pull(rank: &mut [usize], next: &[Vec<(usize, usize)>], spans: &[Span], order: &[usize]) {
    let mut entered = vec![false; rank.len()];
    for (_, lower, _) in spans {
        if let Some(entered) = entered.get_mut(*lower) {
            *entered = true;
        }
    }
    for &item in order.iter().rev() {
        if entered.get(item) == Some(&false) {
            let nearest = next.get(item).into_iter().flatten();
            let nearest = nearest.filter_map(|(lower, length)| rank.get(*lower)?.checked_sub(*length)).min();
            if let (Some(nearest), Some(rank)) = (nearest, rank.get_mut(item)) {
                *rank = nearest;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_path_counts_and_sources_stand_close() {
        #[track_caller]
        fn check(count: usize, spans: &[Span], budget: Option<usize>, expected: &[usize]) {
            assert_eq!(ranks(&vec![10; count], spans, budget), expected);
        }
        check(3, &[(0, 1, 1), (1, 2, 1), (0, 2, 1)], None, &[0, 1, 2]);
        check(4, &[(0, 1, 1), (1, 2, 1), (3, 2, 1)], None, &[0, 1, 2, 1]);
        check(2, &[(0, 1, 3)], None, &[0, 3]);
        check(5, &[], Some(25), &[0, 0, 1, 1, 2]);
        check(2, &[], Some(5), &[0, 1]);
        check(5, &[(0, 1, 1), (0, 2, 1), (0, 3, 1), (3, 4, 1)], Some(20), &[0, 1, 1, 2, 3]);
    }
}
