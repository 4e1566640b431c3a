//! The room between two layers: which lane each link takes across, so that two links never share a cell but to cross.

use std::collections::BTreeMap;

/// Links that leave one place together, and where they go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Net {
    /// Where they come from, across.
    pub top: i64,
    /// Where they go.
    pub drops: Vec<i64>,
    /// Which of the nets given this is a part of.
    pub of: usize,
}

/// A net with the lane it crosses on, from 0; None goes straight.
pub type Routed = (Net, Option<usize>);

/// Beyond this many nets their order is not searched for.
const SMALL: usize = 200;

impl Net {
    fn is_straight(&self) -> bool {
        self.drops.iter().all(|drop| *drop == self.top)
    }

    fn span(&self) -> (i64, i64) {
        let least = self.drops.iter().copied().min().unwrap_or(self.top).min(self.top);
        let most = self.drops.iter().copied().max().unwrap_or(self.top).max(self.top);
        (least, most)
    }
}

/// Gives the nets their lanes, and how many lanes there are. `apart`: empty cells between two nets on one lane.
pub fn route(nets: Vec<Net>, apart: i64) -> (Vec<Routed>, usize) {
    let (straight, bent): (Vec<Net>, Vec<Net>) = nets.into_iter().partition(Net::is_straight);
    let mut taken: Vec<i64> =
        straight.iter().chain(&bent).flat_map(|net| net.drops.iter().copied().chain([net.top])).collect();
    taken.sort_unstable();
    let bent = sorted(bent, &mut taken);
    let mut routed: Vec<Routed> = straight.into_iter().map(|net| (net, None)).collect();
    let least = bent.iter().map(|net| net.span().0).min().unwrap_or(0);
    let mut depth: Vec<usize> = Vec::new();
    let mut lanes = 0;
    for net in bent {
        let (from, to) = net.span();
        let from = usize::try_from(from - least).unwrap_or(0);
        let to = usize::try_from(to - least + apart).unwrap_or(0);
        depth.resize(depth.len().max(to + 1), 0);
        let across = depth.get_mut(from..=to).unwrap_or_default();
        let lane = across.iter().copied().max().unwrap_or(0);
        across.fill(lane + 1);
        lanes = lanes.max(lane + 1);
        routed.push((net, Some(lane)));
    }
    (routed, lanes)
}

/// How much it costs to have `a` on a lane above `b`: crossings.
fn cost(a: &Net, b: &Net) -> i64 {
    let (over, under) = (a.span(), b.span());
    let within = |x: i64, (from, to): (i64, i64)| from < x && x < to;
    let drops = a.drops.iter().filter(|drop| within(**drop, under)).count();
    i64::from(within(b.top, over)) + i64::try_from(drops).unwrap_or(0)
}

/// From the uppermost. Where a net comes down on a column, nets that come from above on it must have turned before.
fn sorted(mut nets: Vec<Net>, taken: &mut Vec<i64>) -> Vec<Net> {
    if nets.len() > SMALL {
        nets.sort_by_key(|net| (net.span().0 < net.top, if net.span().0 < net.top { net.top } else { -net.top }));
    }
    let mut tops: BTreeMap<i64, usize> = BTreeMap::new();
    for net in &nets {
        *tops.entry(net.top).or_default() += 1;
    }
    // What it costs to put each above all that are left.
    let searched = nets.len() <= SMALL;
    let against = |net: &Net, other: &Net| if searched { cost(net, other) - cost(other, net) } else { 0 };
    let mut left: Vec<(Net, i64)> = nets
        .iter()
        .map(|net| {
            (net.clone(), nets.iter().take(if searched { SMALL } else { 0 }).map(|other| against(net, other)).sum())
        })
        .collect();
    let mut out = Vec::with_capacity(nets.len());
    while !left.is_empty() {
        let free = |(net, _): &(Net, i64)| {
            net.drops.iter().all(|drop| *drop == net.top || tops.get(drop).is_none_or(|count| *count == 0))
        };
        let chosen = if searched {
            let free = left.iter().enumerate().filter(|(_, net)| free(net));
            free.min_by_key(|(_, (_, price))| *price).map(|(at, _)| at)
        } else {
            left.iter().position(free)
        };
        let (net, _) = left.remove(chosen.unwrap_or(0));
        if let Some(count) = tops.get_mut(&net.top) {
            *count -= 1;
        }
        for (other, price) in left.iter_mut().filter(|_| searched) {
            *price -= against(other, &net);
        }
        if chosen.is_some() {
            out.push(net);
            continue;
        }
        // All wait for each other: this one turns aside first, and goes on from there.
        let (from, to) = net.span();
        let aside = (from + 1..to).chain(to + 1..).find(|x| taken.binary_search(x).is_err()).unwrap_or(to + 1);
        let at = taken.partition_point(|x| *x < aside);
        taken.insert(at, aside);
        *tops.entry(aside).or_default() += 1;
        out.push(Net { top: net.top, drops: vec![aside], of: net.of });
        let rest = Net { top: aside, drops: net.drops, of: net.of };
        let mut price = 0;
        for (other, theirs) in &mut left {
            price += against(&rest, other);
            *theirs += against(other, &rest);
        }
        left.push((rest, price));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(nets: &[(i64, &[i64])], expected: &[(i64, &[i64], Option<usize>)], lanes: usize) {
        let nets = nets.iter().enumerate().map(|(of, (top, drops))| Net { top: *top, drops: drops.to_vec(), of });
        let (mut routed, count) = route(nets.collect(), 1);
        routed.sort_by_key(|(net, lane)| (net.top, *lane));
        let found: Vec<(i64, &[i64], Option<usize>)> =
            routed.iter().map(|(net, lane)| (net.top, net.drops.as_slice(), *lane)).collect();
        assert_eq!((found.as_slice(), count), (expected, lanes));
    }

    #[test]
    fn links_take_as_few_lanes_as_they_can() {
        check(&[(5, &[5])], &[(5, &[5], None)], 0);
        check(&[(5, &[2, 8])], &[(5, &[2, 8], Some(0))], 1);
        check(&[(1, &[4]), (10, &[14])], &[(1, &[4], Some(0)), (10, &[14], Some(0))], 1);
        // Nested to the right: the outer one first, or they cross twice.
        check(&[(1, &[10]), (5, &[15])], &[(1, &[10], Some(1)), (5, &[15], Some(0))], 2);
        // One comes down where the other came from.
        check(&[(1, &[5]), (5, &[9])], &[(1, &[5], Some(1)), (5, &[9], Some(0))], 2);
    }

    #[test]
    fn two_that_change_places_go_round_each_other() {
        check(&[(1, &[5]), (5, &[1])], &[(1, &[2], Some(0)), (2, &[5], Some(2)), (5, &[1], Some(1))], 3);
    }
}
