//! An order of choices out of a seed: the same for the same seed on every machine.

/// The places 0 to `count` in an order that a seed decides (Fisher–Yates over SplitMix64).
pub(super) fn order(count: usize, seed: &str) -> Vec<usize> {
    let mut state = seed
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        let place = usize::try_from(next(&mut state) % (last as u64 + 1)).unwrap_or(0);
        order.swap(last, place);
    }
    order
}

fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_every_place_once_and_follows_the_seed() {
        for count in [0, 1, 2, 5, 40] {
            let mut places = order(count, "가/나/1");
            assert_eq!(places, order(count, "가/나/1"));
            places.sort_unstable();
            assert_eq!(places, (0..count).collect::<Vec<_>>());
        }
        let first: std::collections::BTreeSet<usize> = (0..40).map(|n| order(4, &format!("a/b/{n}"))[0]).collect();
        assert_eq!(first.len(), 4, "every choice comes first in some run");
    }
}
